//! `matchday eval momentum`: how well the match's own part of the Momentum Index follows what real fans wrote.

use std::{collections::BTreeMap, path::PathBuf};

use anyhow::{bail, ensure};
use clap::Args;
use matchday_learn::momentum::{
    Model,
    fans::{Hours, Row, mean_interval, rows},
    train::{Plan, leave_one_out},
};

use crate::cmd::train::fans;

/// `matchday eval momentum`.
///
/// FILES are comma-separated, plain or gzipped, with a line of names first. A file of plays has a time (`utc`, `epoch` or
/// `at`, seconds since 1970) and `home_win_prob` (or `wp_home`); a file of comments has a time (`t`, or `t5`, `t10` …) and
/// `n`, how many were written from then until the next line. Both may hold several games by a column `game`; without it
/// their folder's name is the game's.
///
/// The time left comes from `period` and `clock_s` (seconds left in it), from an ESPN `play_id`, or from a `Description`
/// that begins with the clock in brackets. Where a file of plays has no win probability, the basketball model makes it
/// from the scores, columns `home` and `away` or as --home and --away name them.
#[derive(Debug, Clone, Args)]
pub struct MomentumArgs {
    /// Files of plays and files of comments, in any order
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Column of the home side's points, for files without win probability
    #[arg(long, default_value = "home")]
    home: String,
    /// Column of the visitors' points
    #[arg(long, default_value = "away")]
    away: String,
    /// Score the weights that are built in (or of --model) as they are, and not each game by weights learned without it: for
    /// games that the model was not trained on
    #[arg(long)]
    as_is: bool,
    /// Another model file, in place of the one built in
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// Also games whose plays share times with others, so that nothing can follow them
    #[arg(long)]
    untimed: bool,
}

/// Runs the command.
pub fn run(args: &MomentumArgs) -> anyhow::Result<()> {
    let games = fans::read(&args.files, &args.home, &args.away)?;
    let all = games.len();
    let mut hours: BTreeMap<String, Hours> = BTreeMap::new();
    for game in games {
        if !args.untimed && !game.is_timed() {
            continue;
        }
        if let Some(h) = game.hours() {
            hours.insert(h.name.clone(), h);
        }
    }
    let hours: Vec<Hours> = hours.into_values().collect();
    ensure!(
        !hours.is_empty(),
        "none of {all} games has both comments and plays with times of their own; give files of both, or --untimed"
    );
    let model = match &args.model {
        Some(path) => fans::model(path)?,
        None => Model::builtin().as_ref().clone(),
    };
    let (models, how) = if args.as_is {
        (vec![model.clone(); hours.len()], "weights as they are")
    } else {
        if hours.len() < 3 {
            bail!(
                "weights learned without a game need two others at the least; give more, or --as-is"
            );
        }
        (
            leave_one_out(&hours, &Plan::default(), &model),
            "each game by weights learned without it",
        )
    };
    println!("{} of {all} games; {how}", hours.len());
    let rows = rows(&hours, &models, "momentum");
    for (window, title) in [
        "In play, from the first play to the last",
        "With a quarter of an hour more at both ends",
    ]
    .iter()
    .enumerate()
    {
        print_table(&hours, &rows, window, title);
    }
    Ok(())
}

fn print_table(hours: &[Hours], rows: &[Row], window: usize, title: &str) {
    println!("\n{title}: correlation with comments in 10 s, at the best lag from 0 to 300 s");
    print!("{:<30}", "");
    for row in rows {
        print!("{:>17}", row.name);
    }
    println!();
    for (i, h) in hours.iter().enumerate() {
        print!("{:<30}", h.name);
        for row in rows {
            let fit = &row.fits[i][window];
            print!("{:>17}", format!("{:.2} @{:>3} s", fit.r, fit.lag_s));
        }
        println!();
        print!("{:<30}", "  90 % interval");
        for row in rows {
            let (low, high) = row.fits[i][window].interval;
            print!("{:>17}", format!("{low:.2} to {high:.2}"));
        }
        println!();
    }
    let of = |row: &Row| -> Vec<f64> { row.fits.iter().map(|f| f[window].r).collect() };
    print!("{:<30}", "mean");
    for row in rows {
        print!("{:>17.3}", mean_interval(&of(row)).0);
    }
    println!();
    print!("{:<30}", "  momentum better by");
    for row in rows {
        let less: Vec<f64> = of(&rows[0])
            .iter()
            .zip(of(row))
            .map(|(a, b)| a - b)
            .collect();
        print!("{:>17.3}", mean_interval(&less).0);
    }
    println!();
    print!("{:<30}", "  90 % interval over games");
    for row in rows {
        let less: Vec<f64> = of(&rows[0])
            .iter()
            .zip(of(row))
            .map(|(a, b)| a - b)
            .collect();
        let (low, high) = mean_interval(&less).1;
        print!("{:>17}", format!("{low:.2} to {high:.2}"));
    }
    println!();
    print!("{:<30}", "  better in so many games");
    for row in rows {
        let better = of(&rows[0])
            .iter()
            .zip(of(row))
            .filter(|(a, b)| *a > b)
            .count();
        print!("{:>17}", format!("{better} of {}", hours.len()));
    }
    println!();
}

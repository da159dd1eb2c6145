//! `matchday train momentum`: the weights of the Momentum Index, and their card.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, ensure};
use clap::Args;
use matchday_learn::momentum::{
    FORMAT, Model, card,
    fans::{Hours, rows},
    train::{Plan, fit, leave_one_out},
};

use super::fans;

/// `matchday train momentum`.
#[derive(Debug, Clone, Args)]
pub struct MomentumArgs {
    /// Folder of the data: `cfb/fans_2023` and `basketball/nba_2016_finals_g7`
    #[arg(
        long,
        value_name = "DIR",
        default_value = "../shared/data",
        env = "MATCHDAY_DATA"
    )]
    data: PathBuf,
    /// Model file to write; the card goes beside it as .md
    #[arg(long, value_name = "FILE", default_value = "models/momentum.json")]
    out: PathBuf,
}

/// The training games of the data folder.
pub fn games(data: &std::path::Path) -> anyhow::Result<Vec<Hours>> {
    let college = data.join("cfb/fans_2023");
    let nba = data.join("basketball/nba_2016_finals_g7");
    let mut games = fans::read(
        &[
            college.join("win_prob_by_play.csv.gz"),
            college.join("comment_rate_10s.csv.gz"),
        ],
        "home",
        "away",
    )?;
    games.extend(fans::read(
        &[
            nba.join("pbp_epoch.csv"),
            nba.join("reddit_comment_rate_5s.csv"),
        ],
        "gsw",
        "cle",
    )?);
    Ok(games
        .iter()
        .filter(|g| g.is_timed())
        .filter_map(matchday_learn::momentum::fans::FanGame::hours)
        .collect())
}

/// Trains, scores and writes.
pub fn run(args: &MomentumArgs) -> anyhow::Result<()> {
    let hours = games(&args.data)?;
    ensure!(
        hours.len() >= 3,
        "{} games with comments and plays with times of their own in {}; three are needed",
        hours.len(),
        args.data.display()
    );
    let plan = Plan::default();
    let before = Model::builtin();
    let all: Vec<&Hours> = hours.iter().collect();
    let model = Model {
        format: FORMAT.to_owned(),
        name: "momentum@1".to_owned(),
        game: fit(&all, &plan, before.game),
        senses: before.senses,
    };
    let held_out = leave_one_out(&hours, &plan, &model);
    let scored = rows(&hours, &held_out, "momentum");
    let mut text = serde_json::to_string_pretty(&model)?;
    text.push('\n');
    let write = |path: &PathBuf, text: &str| {
        fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
    };
    write(&args.out, &text)?;
    let names: Vec<&str> = hours.iter().map(|h| h.name.as_str()).collect();
    let input = card::CardInput {
        model: &model,
        plan: &plan,
        games: &names,
        rows: &scored,
    };
    write(&args.out.with_extension("md"), &card::write(&input))?;
    println!(
        "{} games; wrote {} and its card",
        hours.len(),
        args.out.display()
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use matchday_learn::momentum::fans::{Baseline, Window};

    use super::*;

    fn data() -> Option<PathBuf> {
        let data = std::env::var_os("MATCHDAY_DATA").map_or_else(
            || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
            PathBuf::from,
        );
        let there = data.join("cfb/fans_2023").is_dir();
        if !there {
            println!(
                "left out, for want of {}: what the momentum learns from real fans",
                data.display()
            );
        }
        there.then_some(data)
    }

    /// The weights that ship come out of training again, and held-out games are followed better by them than by what they
    /// are compared with.
    #[test]
    fn training_gives_the_shipped_weights_and_they_earn_their_place() {
        let Some(data) = data() else { return };
        let hours = games(&data).expect("games");
        assert_eq!(hours.len(), 10);
        let shipped = Model::builtin();
        let all: Vec<&Hours> = hours.iter().collect();
        let fitted = fit(&all, &Plan::default(), shipped.game);
        assert_eq!(fitted, shipped.game);
        let held_out = leave_one_out(&hours, &Plan::default(), &shipped);
        let mean =
            |of: &dyn Fn(usize) -> f64| (0..hours.len()).map(of).sum::<f64>() / hours.len() as f64;
        for window in [Window::Play, Window::Hours] {
            let ours = mean(&|i| hours[i].best(&hours[i].intensity(&held_out[i]), window).1);
            for (b, baseline) in Baseline::ALL.iter().enumerate() {
                let theirs = mean(&|i| hours[i].best(&hours[i].baselines[b], window).1);
                assert!(
                    ours > theirs,
                    "{window:?}: {ours:.3} against {theirs:.3} of {}",
                    baseline.as_str()
                );
            }
        }
    }
}

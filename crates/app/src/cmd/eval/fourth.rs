//! `matchday eval fourth`: every fourth down of recorded games, what we say of it, what the coach did, and how far
//! another source agrees.

mod agreement;

use std::{fmt::Write as _, fs, path::PathBuf, sync::Arc};

use anyhow::Context as _;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use matchday_engine::sense::game::football::FootballModel;
use matchday_event::{
    Side,
    football::{Choice, DecisionOption},
};
use matchday_learn::{
    evaluate::Prediction,
    football::{
        Models, Rules, Snap,
        decision::{Decisions, Pricer},
    },
};

use self::agreement::{Compared, Differing};
use super::{
    against::{Against, OPTIONS, Theirs},
    decisions::{CHANCES_HEAD, FourthDown, chance_row, fourth_downs, grade, grades_table},
    files_of, read, seasons,
    table::{self, Column},
};
use crate::models;

/// `matchday eval fourth`.
#[derive(Debug, Clone, Args)]
pub struct FourthArgs {
    /// Files of recorded games, of any provider and one league
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Seasons to take, such as `2016` or `2016-2017` [default: all that the files hold]
    #[arg(long, value_name = "YEARS", value_parser = seasons)]
    seasons: Option<(u16, u16)>,
    /// Win probability that prices what follows: a model file of ours, or LEAGUE.wp=FILE for a booster or graph
    #[arg(long, value_name = "[LEAGUE[.PART]=]FILE")]
    model: Vec<String>,
    /// Decision file, in place of the one that is built in; `train decisions --held-out` writes one that never saw
    /// the test seasons
    #[arg(long, value_name = "FILE")]
    decisions: Option<PathBuf>,
    /// Another source to set beside ours: CSV or Parquet with game_id, play_id, go_wp, punt_wp and fg_wp columns
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// Win probability by which the two must differ to be listed, in percent
    #[arg(
        long,
        value_name = "PERCENT",
        default_value = "2",
        requires = "against"
    )]
    over: f64,
    /// List so many plays on which the two differ most
    #[arg(long, value_name = "N", default_value = "10", requires = "against")]
    list: usize,
    /// List so many plays drawn from all that differ by --over, in place of those that differ most
    #[arg(long, value_name = "N", requires = "against", conflicts_with = "list")]
    sample: Option<usize>,
    /// Seed of --sample: the same seed draws the same plays
    #[arg(long, value_name = "NUMBER", default_value = "1", requires = "sample")]
    seed: u64,
    /// Write a row for every fourth down to this file, CSV or Parquet by its ending
    #[arg(long, value_name = "FILE")]
    predictions: Option<PathBuf>,
}

/// Prices by the model in use, which may be one that somebody brought; how fast the clock runs is ours to say.
struct Priced<'a> {
    by: &'a dyn FootballModel,
    ours: &'a Models,
}

impl Pricer for Priced<'_> {
    fn home_wp(&self, snap: &Snap) -> f64 {
        self.by.home_wp(snap)
    }
    fn rules(&self) -> Rules {
        self.by.rules()
    }
    fn tempo(&self, snap: &Snap) -> f64 {
        self.ours.tempo(snap)
    }
}

/// Runs it.
pub fn run(args: FourthArgs) -> anyhow::Result<()> {
    let bar = ProgressBar::new_spinner();
    bar.set_message("reading games");
    bar.tick();
    let against = args.against.as_deref().map(Against::read).transpose()?;
    let games = read(&args.files, args.seasons)?;
    let (league, files) = files_of(&games, &args.model)?;
    let ours = models::ours(league, &files)?;
    let brought = models::brought(league, &files, &ours)?;
    let by: &dyn FootballModel = match &brought {
        Some(guest) => guest,
        None => &*ours,
    };
    let decisions = match &args.decisions {
        None => Decisions::builtin(by.rules()),
        Some(file) => {
            let json = fs::read_to_string(file)
                .with_context(|| format!("cannot read {}", file.display()))?;
            let read = Decisions::from_json(&json);
            Arc::new(read.with_context(|| format!("in {}", file.display()))?)
        }
    };
    bar.set_style(ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}")?);
    bar.set_length(games.len() as u64);
    bar.set_message("games priced");
    let pricer = Priced { by, ours: &ours };
    let all = fourth_downs(&games, &pricer, &decisions, || bar.inc(1));
    bar.finish_and_clear();

    println!(
        "{} fourth downs of {} games, priced by {} and {}\n",
        all.len(),
        games.len(),
        decisions.name(),
        by.name()
    );
    print!("{}", calls_table(&all));
    println!("\n{}", chances_table(&all)?);
    println!("{}", grades_table(&grade(&all)));
    let beside: Vec<(&FourthDown<'_>, Option<Theirs>)> = all
        .iter()
        .map(|one| {
            let theirs = against
                .as_ref()
                .and_then(|a| a.of(&one.game.id, &one.play.id));
            (one, theirs)
        })
        .collect();
    if let Some(file) = &args.against {
        let compared = agreement::compare(&beside, args.over / 100.0);
        print!("{}", report(&compared, file, &args));
    }
    if let Some(out) = &args.predictions {
        table::write(out, columns(&beside))?;
    }
    Ok(())
}

fn report(compared: &Compared<'_>, file: &std::path::Path, args: &FourthArgs) -> String {
    let mut text = compared.summary(&file.display().to_string());
    text += &compared.on_what_was_chosen();
    text += &compared.by_place();
    let listed: Vec<&Differing<'_>> = match args.sample {
        Some(n) => compared.sample(n, args.seed),
        None => compared.differing.iter().take(args.list).collect(),
    };
    if !listed.is_empty() {
        let _ = match args.sample {
            Some(n) => writeln!(text, "\n{n} of them, drawn with seed {}", args.seed),
            None => writeln!(text, "\nwhere they differ most"),
        };
        text += &agreement::listed(&listed);
    }
    text
}

/// What we say against what coaches did.
fn calls_table(all: &[FourthDown<'_>]) -> String {
    let mut text = String::from(
        "| we say | fourth downs | coaches went | punted | kicked | did none of these |\n|---|---|---|---|---|---|\n",
    );
    let rows = OPTIONS.map(Some).into_iter().chain([None]);
    for said in rows {
        let of: Vec<_> = all
            .iter()
            .filter(|one| one.decision.recommended() == said)
            .collect();
        let share = |called: Option<Choice>| {
            let n = of.iter().filter(|one| one.decision.called == called);
            100.0 * n.count() as f64 / of.len().max(1) as f64
        };
        let _ = writeln!(
            text,
            "| {} | {} | {:.0} % | {:.0} % | {:.0} % | {:.0} % |",
            said.map_or("toss-up", Choice::words),
            of.len(),
            share(Some(Choice::Go)),
            share(Some(Choice::Punt)),
            share(Some(Choice::FieldGoal)),
            share(None),
        );
    }
    text
}

/// The chances that we gave to what was tried, against what happened.
fn chances_table(all: &[FourthDown<'_>]) -> anyhow::Result<String> {
    let mut text = String::from(CHANCES_HEAD);
    for (what, choice) in [
        ("field goal is good", Choice::FieldGoal),
        ("fourth down is won", Choice::Go),
    ] {
        let tried: Vec<Prediction> = all
            .iter()
            .filter(|one| one.decision.called == Some(choice))
            .filter_map(|one| {
                Some(Prediction {
                    game: 0,
                    predicted: one.decision.option(choice)?.success?,
                    actual: f64::from(one.worked?),
                })
            })
            .collect();
        if !tried.is_empty() {
            text += &chance_row(what, &tried)?;
        }
    }
    Ok(text)
}

fn columns(rows: &[(&FourthDown<'_>, Option<Theirs>)]) -> Vec<Column> {
    let mut columns = table::of_plays(rows.iter().map(|(one, _)| (one.game, one.play)));
    let number = |f: &dyn Fn(&FourthDown<'_>) -> Option<f64>| {
        table::numbers(rows.iter().map(|(one, _)| f(one)))
    };
    let option = |choice: Choice, f: &dyn Fn(&DecisionOption) -> Option<f64>| {
        number(&|one| one.decision.option(choice).and_then(f))
    };
    let whole = |f: &dyn Fn(&Snap) -> f64| number(&|one| Some(f(&one.play.snap)));
    let name = |f: &dyn Fn(&FourthDown<'_>) -> Option<Choice>| {
        table::texts(rows.iter().map(|(one, _)| f(one).map(table::choice)))
    };
    columns.extend([
        (
            "team",
            table::texts(rows.iter().map(|(one, _)| Some(&**one.team()))),
        ),
        ("period", whole(&|s| f64::from(s.period))),
        ("clock_s", whole(&|s| f64::from(s.clock_s))),
        (
            "home",
            table::flags(
                rows.iter()
                    .map(|(one, _)| Some(one.decision.side == Side::Home)),
            ),
        ),
        ("lead", whole(&|s| f64::from(s.home_lead) * s.ball_sign())),
        ("own_timeouts", whole(&|s| f64::from(timeouts(s).0))),
        ("other_timeouts", whole(&|s| f64::from(timeouts(s).1))),
        (
            "spread_home",
            number(&|one| one.play.snap.spread_home.map(f64::from)),
        ),
        (
            "total_line",
            number(&|one| one.play.snap.total_line.map(f64::from)),
        ),
        (
            // Whoever did not receive the opening kick-off receives that of the second half.
            "opened",
            table::flags(rows.iter().map(|(one, _)| {
                let opener = one.play.snap.opening_receiver?;
                Some(opener == one.decision.side)
            })),
        ),
        ("distance", whole(&|s| f64::from(s.distance))),
        ("yards_to_goal", whole(&|s| f64::from(s.yards_to_goal))),
        ("called", name(&|one| one.decision.called)),
        ("recommendation", name(&|one| one.decision.recommended())),
        (
            "best",
            name(&|one| one.decision.options.first().map(|o| o.choice)),
        ),
        (
            "toss_up",
            table::flags(rows.iter().map(|(one, _)| Some(one.decision.toss_up))),
        ),
        ("edge", number(&|one| Some(one.decision.edge))),
        ("edge_low", number(&|one| Some(one.decision.edge_low))),
        ("edge_high", number(&|one| Some(one.decision.edge_high))),
        ("break_even", number(&|one| one.decision.break_even)),
        ("given_away", number(&|one| one.decision.cost())),
        (
            "worked",
            table::flags(rows.iter().map(|(one, _)| one.worked)),
        ),
        ("home_result", number(&|one| Some(one.game.home_result()))),
    ]);
    let names = [
        ["go_wp", "go_wp_low", "go_wp_high", "go_usual"],
        ["punt_wp", "punt_wp_low", "punt_wp_high", "punt_usual"],
        ["fg_wp", "fg_wp_low", "fg_wp_high", "fg_usual"],
    ];
    for (choice, [wp, low, high, usual]) in OPTIONS.into_iter().zip(names) {
        columns.extend([
            (wp, option(choice, &|o| Some(o.wp))),
            (low, option(choice, &|o| Some(o.wp_low))),
            (high, option(choice, &|o| Some(o.wp_high))),
            (usual, option(choice, &|o| Some(o.usual))),
        ]);
    }
    columns.extend([
        ("go_success", option(Choice::Go, &|o| o.success)),
        ("go_wp_success", option(Choice::Go, &|o| o.wp_success)),
        ("go_wp_failure", option(Choice::Go, &|o| o.wp_failure)),
        ("fg_success", option(Choice::FieldGoal, &|o| o.success)),
        (
            "fg_wp_success",
            option(Choice::FieldGoal, &|o| o.wp_success),
        ),
        (
            "fg_wp_failure",
            option(Choice::FieldGoal, &|o| o.wp_failure),
        ),
    ]);
    if rows.iter().any(|(_, theirs)| theirs.is_some()) {
        let names = ["their_go_wp", "their_punt_wp", "their_fg_wp"];
        for (name, choice) in names.into_iter().zip(OPTIONS) {
            let of = rows
                .iter()
                .map(|(_, theirs)| theirs.and_then(|t| t.of(choice)));
            columns.push((name, table::numbers(of)));
        }
        let best = rows
            .iter()
            .map(|(_, theirs)| theirs.and_then(|t| t.best()).map(|(c, _)| table::choice(c)));
        columns.push(("their_best", table::texts(best)));
    }
    columns
}

/// Timeouts of the side with the ball, and of the other.
fn timeouts(snap: &Snap) -> (u8, u8) {
    match snap.possession {
        Some(Side::Away) => (snap.away_timeouts, snap.home_timeouts),
        _ => (snap.home_timeouts, snap.away_timeouts),
    }
}

#[cfg(test)]
mod tests;

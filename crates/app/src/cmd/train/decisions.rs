//! `matchday train decisions`: field goals, punts, conversions and tries, and the card that says how good they are.

use std::{fmt::Write as _, fs, path::PathBuf};

use anyhow::Context as _;
use clap::Args;
use indicatif::ProgressBar;
use matchday_event::football::PlayKind;
use matchday_learn::{
    evaluate::Prediction,
    football::{
        Kind, Models,
        decision::{
            DecisionFile, Decisions,
            chance::kick_yards,
            train::{DecisionPlan, DecisionPlay, fit, left_out},
        },
    },
};

use super::{League, NCAAF, NFL, Split, dataset::RecordedGame, read, training_game};
use crate::cmd::eval::decisions::{
    CHANCES_HEAD, Graded, chance_row, fourth_downs, grade, grades_table,
};

/// `matchday train decisions`.
#[derive(Debug, Clone, Args)]
pub struct DecisionArgs {
    /// Whose football
    #[arg(long, value_enum, default_value = "nfl")]
    sport: League,
    /// Folder of the data: `nfl/` and `cfb/` with their tables of plays
    #[arg(
        long,
        value_name = "DIR",
        default_value = "../shared/data",
        env = "MATCHDAY_DATA"
    )]
    data: PathBuf,
    /// File to write; the card goes beside it [default: models/<sport>_decisions.json]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write the models fitted to the training seasons alone, not the refit on every season
    #[arg(long)]
    held_out: bool,
}

/// Recorded games as the decision models take them, numbered from `first`.
fn plays(games: &[RecordedGame], first: u32) -> Vec<DecisionPlay> {
    (first..)
        .zip(games)
        .flat_map(|(n, g)| plays_of(g, n))
        .collect()
}

/// The first and the last season of these plays.
fn seasons(plays: &[DecisionPlay]) -> (u16, u16) {
    let of = || plays.iter().map(|p| p.season);
    (of().min().unwrap_or(0), of().max().unwrap_or(0))
}

/// The snaps of a game, in order, with what came of each.
pub fn plays_of(game: &RecordedGame, number: u32) -> Vec<DecisionPlay> {
    let kinds = game.plays.iter().filter(|p| p.kind.is_snap());
    let labelled = training_game(game);
    kinds
        .zip(&labelled.rows)
        .map(|(play, row)| DecisionPlay {
            game: number,
            season: game.season,
            kind: play.kind,
            good: play.good,
            snap: row.snap,
            outcome: row.outcome,
        })
        .collect()
}

/// Runs it.
pub fn run(args: DecisionArgs) -> anyhow::Result<()> {
    let (split, league) = match args.sport {
        League::Nfl => (&NFL, "nfl"),
        League::Ncaaf => (&NCAAF, "ncaaf"),
    };
    let out = args
        .out
        .unwrap_or_else(|| format!("models/{league}_decisions.json").into());
    let bar = ProgressBar::new_spinner();
    let step = |what: &'static str| {
        bar.set_message(what);
        bar.tick();
    };
    step("reading training games");
    let trained = read(&args.data, split.train, |season, _| {
        split.train_seasons.contains(&season)
    })?;
    step("reading test games");
    let tested = read(&args.data, split.test, |season, week| {
        split.test_seasons.contains(&season) && split.test_weeks.contains(&week)
    })?;
    // The older college tables record no tries: the NFL's stand in.
    let other = match args.sport {
        League::Nfl => Vec::new(),
        League::Ncaaf => {
            step("reading the games that stand in for what is not recorded");
            plays(
                &read(&args.data, NFL.train, |season, _| {
                    NFL.train_seasons.contains(&season)
                })?,
                0,
            )
        }
    };
    let train_plays = plays(&trained, 0);
    let test_plays = plays(&tested, trained.len() as u32);
    let name = format!("decisions-{league}@1");
    let mut plan = DecisionPlan {
        league,
        name: &name,
        kick_one_since: match args.sport {
            League::Nfl => 2015,
            League::Ncaaf => 0,
        },
        other: &other,
        kick_seasons: seasons(&train_plays),
    };
    step("fitting to four fifths of the training seasons, and to the next four");
    let left_out = left_out(&train_plays, &plan);
    step("fitting to the training seasons");
    let held_out = fit(&train_plays, &plan);
    let shipped = if args.held_out {
        held_out.clone()
    } else {
        step("fitting to every season");
        let mut all = train_plays.clone();
        all.extend(&test_plays);
        plan.kick_seasons = seasons(&all);
        fit(&all, &plan)
    };
    step("grading the calls of the test seasons");
    let models = Models::builtin(league);
    let decisions = Decisions::from_file(held_out)?;
    let graded = grade(&fourth_downs(&tested, &*models, &decisions, || bar.tick()));
    bar.finish_and_clear();
    let card = card(
        split,
        &decisions,
        &shipped,
        &left_out,
        &test_plays,
        &graded,
        args.held_out,
    )?;
    let mut json = shipped.to_json();
    json.push('\n');
    fs::write(&out, json).with_context(|| format!("cannot write {}", out.display()))?;
    let card_file = out.with_extension("md");
    fs::write(&card_file, &card)
        .with_context(|| format!("cannot write {}", card_file.display()))?;
    print!("{card}");
    println!("\nwrote {} and {}", out.display(), card_file.display());
    Ok(())
}

const CHANCES: [&str; 2] = ["field goal is good", "fourth down is won"];

fn card(
    split: &Split,
    decisions: &Decisions,
    shipped: &DecisionFile,
    left_out: &[Vec<Prediction>; 2],
    test: &[DecisionPlay],
    graded: &[Graded],
    held_out: bool,
) -> anyhow::Result<String> {
    let (mut kicks, mut goes) = (Vec::new(), Vec::new());
    let prediction = |play: &DecisionPlay, predicted, good| Prediction {
        game: u64::from(play.game),
        predicted,
        actual: f64::from(good),
    };
    for play in test.iter().filter(|p| p.snap.kind == Kind::Scrimmage) {
        let Some(worked) = play.worked() else {
            continue;
        };
        if play.kind == PlayKind::FieldGoal {
            let chance = decisions.field_goal_chance(kick_yards(&play.snap), play.season);
            kicks.push(prediction(play, chance, worked));
        } else if play.snap.down == 4 {
            let chance = decisions.conversion_chance(&play.snap);
            goes.push(prediction(play, chance, worked));
        }
    }
    let mut text = format!(
        "# Decisions: {}\n\n`{}`, fitted by `matchday train decisions`. What to do on fourth down and after a touchdown: the \
         chance of a field goal by its distance, of a first down by distance, spot and spread, of either try; where punts \
         end; what follows a fourth down won or lost; and how often coaches choose each.\n\n",
        split.title, shipped.name
    );
    let _ = write!(
        text,
        "Train: {}. Test: {}. {}\n\nEach interval comes from 20 refits on resampled games (90 %, by their standard \
         deviation). It covers the chances and the win probability that prices what follows, not what the data do not hold: \
         wind, roof, the kicker, the offence beyond the spread.\n\n## On games left out of the \
         training seasons\n\nFive folds of whole games; features are chosen by these figures.\n\n",
        split.train_note,
        split.test_note,
        if held_out {
            "The weights are those of the training seasons."
        } else {
            "The figures below are of models that never saw the test seasons; the weights that ship are then refitted \
             on all of these seasons."
        }
    );
    text += CHANCES_HEAD;
    for (what, predictions) in CHANCES.iter().zip(left_out) {
        text += &chance_row(what, predictions)?;
    }
    text += "\n## On the test seasons\n\n";
    text += CHANCES_HEAD;
    text += &chance_row(CHANCES[0], &kicks)?;
    text += &chance_row(CHANCES[1], &goes)?;
    text += "\n| field goal from | chance |\n|---|---|\n";
    for yards in [20, 30, 40, 45, 50, 55, 60, 65] {
        let _ = writeln!(
            text,
            "| {yards} yards | {:.3} |",
            decisions.field_goal_chance(f64::from(yards), 0)
        );
    }
    text += "\n## Coaches against the models, test seasons\n\n";
    text += &grades_table(graded);
    text += "\n## Known limits\n\nThe chance of a long field goal is that of the kickers who were sent out for one. \
             Fourth-down attempts are few, so third downs stand in for them, with a term of their own for the down. \
             Punts are priced by where they end on average in classes of five yards. Fakes count as what they look like.\n";
    if shipped.league == "ncaaf" {
        text += "The older college tables leave tries out: the models of the training seasons take the NFL's.\n";
    }
    Ok(text)
}

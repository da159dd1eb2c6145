//! Predictions of ours, written for others to score.

use std::path::Path;

use arrow::array::ArrayRef;
use matchday_engine::sense::game::football::FootballModel;
use matchday_event::football::{Choice, Decision};
use matchday_learn::football::Snap;

use super::table;
use crate::cmd::train::dataset::{RecordedGame, RecordedPlay};

/// What the models say before one play; one field is one column or more of the file.
struct Row<'a> {
    game: &'a RecordedGame,
    play: &'a RecordedPlay,
    home_wp: f64,
    home_wp_without_spread: f64,
    ep: Option<f64>,
    leverage: Option<f64>,
    decision: Option<Decision>,
}

impl<'a> Row<'a> {
    fn new(game: &'a RecordedGame, play: &'a RecordedPlay, models: &dyn FootballModel) -> Self {
        let home_wp = models.home_wp(&play.snap);
        let blind = Snap {
            spread_home: None,
            ..play.snap
        };
        Self {
            game,
            play,
            home_wp,
            home_wp_without_spread: models.home_wp(&blind),
            ep: models.ep(&play.snap),
            leverage: models.leverage(&play.snap, home_wp),
            decision: models.decide(&play.snap),
        }
    }

    /// Win probability of the side that decides, by this choice.
    fn option(&self, choice: Choice) -> Option<f64> {
        Some(self.decision.as_ref()?.option(choice)?.wp)
    }
}

fn columns(rows: &[Row<'_>]) -> Vec<(&'static str, ArrayRef)> {
    let numbers = |f: &dyn Fn(&Row<'_>) -> Option<f64>| table::numbers(rows.iter().map(f));
    let mut columns = table::of_plays(rows.iter().map(|r| (r.game, r.play)));
    columns.extend([
        ("home_wp", numbers(&|r| Some(r.home_wp))),
        (
            "home_wp_without_spread",
            numbers(&|r| Some(r.home_wp_without_spread)),
        ),
        ("ep", numbers(&|r| r.ep)),
        ("leverage", numbers(&|r| r.leverage)),
        ("go_wp", numbers(&|r| r.option(Choice::Go))),
        ("punt_wp", numbers(&|r| r.option(Choice::Punt))),
        ("fg_wp", numbers(&|r| r.option(Choice::FieldGoal))),
        ("kick_one_wp", numbers(&|r| r.option(Choice::KickOne))),
        ("two_point_wp", numbers(&|r| r.option(Choice::TwoPoint))),
        (
            "recommendation",
            table::texts(rows.iter().map(|r| {
                let recommended = r.decision.as_ref()?.recommended()?;
                Some(table::choice(recommended))
            })),
        ),
        (
            "toss_up",
            table::flags(rows.iter().map(|r| r.decision.as_ref().map(|d| d.toss_up))),
        ),
        ("home_result", numbers(&|r| Some(r.game.home_result()))),
    ]);
    columns
}

/// Writes a row for every play, CSV or (by the name's ending) Parquet.
pub fn write(
    path: &Path,
    games: &[RecordedGame],
    models: &dyn FootballModel,
) -> anyhow::Result<()> {
    let rows: Vec<Row<'_>> = games
        .iter()
        .flat_map(|game| game.plays.iter().map(move |play| (game, play)))
        .map(|(game, play)| Row::new(game, play, models))
        .collect();
    table::write(path, columns(&rows))
}

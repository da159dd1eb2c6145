//! Predictions of ours, written for others to score.

use std::{fs::File, path::Path, sync::Arc};

use anyhow::Context as _;
use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use matchday_engine::sense::game::football::FootballModel;
use matchday_learn::football::Snap;
use parquet::arrow::ArrowWriter;

use crate::cmd::train::dataset::{RecordedGame, RecordedPlay};

/// What the models say before one play; one field is one column or more of the file. What else is predicted, such
/// as the options of a fourth down, is another field here and its columns in [`columns`].
struct Row<'a> {
    game: &'a RecordedGame,
    play: &'a RecordedPlay,
    home_wp: f64,
    home_wp_without_spread: f64,
    ep: Option<f64>,
    leverage: Option<f64>,
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
        }
    }
}

fn columns(rows: &[Row<'_>]) -> Vec<(&'static str, ArrayRef)> {
    let numbers = |f: &dyn Fn(&Row<'_>) -> Option<f64>| -> ArrayRef {
        Arc::new(rows.iter().map(f).collect::<Float64Array>())
    };
    let number = |id: &str| id.rsplit('-').next().unwrap_or(id).to_owned();
    vec![
        // The provider's own numbers, so that the rows can be set beside its tables.
        (
            "game_id",
            ids(rows.iter().map(|r| number(r.game.id.as_str())).collect()),
        ),
        (
            "play_id",
            ids(rows.iter().map(|r| r.play.id.as_str().to_owned()).collect()),
        ),
        (
            "game",
            Arc::new(
                rows.iter()
                    .map(|r| Some(r.game.id.as_str()))
                    .collect::<StringArray>(),
            ),
        ),
        ("season", numbers(&|r| Some(f64::from(r.game.season)))),
        ("week", numbers(&|r| Some(f64::from(r.game.week)))),
        ("home_wp", numbers(&|r| Some(r.home_wp))),
        (
            "home_wp_without_spread",
            numbers(&|r| Some(r.home_wp_without_spread)),
        ),
        ("ep", numbers(&|r| r.ep)),
        ("leverage", numbers(&|r| r.leverage)),
        ("home_result", numbers(&|r| Some(r.game.home_result()))),
    ]
}

/// Numbers where every id is one, otherwise texts.
fn ids(ids: Vec<String>) -> ArrayRef {
    let numbers: Result<Vec<i64>, _> = ids.iter().map(|id| id.parse()).collect();
    match numbers {
        Ok(numbers) => Arc::new(Int64Array::from(numbers)),
        Err(_) => Arc::new(StringArray::from(ids)),
    }
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
    let batch = RecordBatch::try_from_iter(columns(&rows))?;
    let context = || format!("cannot write {}", path.display());
    let file = File::create(path).with_context(context)?;
    if path.extension().is_some_and(|e| e == "parquet") {
        let mut writer = ArrowWriter::try_new(file, batch.schema(), None)?;
        writer.write(&batch).with_context(context)?;
        writer.close().with_context(context)?;
    } else {
        arrow::csv::Writer::new(file)
            .write(&batch)
            .with_context(context)?;
    }
    Ok(())
}

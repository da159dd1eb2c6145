//! Tables of plays that others read: CSV or Parquet, by the file's name.

use std::{fs::File, path::Path, sync::Arc};

use anyhow::Context as _;
use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
use matchday_event::football::Choice;
use parquet::arrow::ArrowWriter;

use crate::cmd::train::dataset::{RecordedGame, RecordedPlay};

/// A column's name and content.
pub type Column = (&'static str, ArrayRef);

/// Numbers.
pub fn numbers(values: impl Iterator<Item = Option<f64>>) -> ArrayRef {
    Arc::new(values.collect::<Float64Array>())
}

/// Texts.
pub fn texts<'a>(values: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(values.collect::<StringArray>())
}

/// Yes and no.
pub fn flags(values: impl Iterator<Item = Option<bool>>) -> ArrayRef {
    Arc::new(values.collect::<BooleanArray>())
}

/// An option's name, as the columns have it.
pub fn choice(choice: Choice) -> &'static str {
    match choice {
        Choice::Go => "go",
        Choice::Punt => "punt",
        Choice::FieldGoal => "field_goal",
        Choice::KickOne => "kick_one",
        Choice::TwoPoint => "two_point",
    }
}

/// The columns that say which play a row is about.
pub fn of_plays<'a>(
    plays: impl Iterator<Item = (&'a RecordedGame, &'a RecordedPlay)> + Clone,
) -> Vec<Column> {
    vec![
        // The provider's own numbers, so that the rows can be set beside its tables.
        (
            "game_id",
            ids(plays
                .clone()
                .map(|(g, _)| own_number(g.id.as_str()).to_owned())
                .collect()),
        ),
        (
            "play_id",
            ids(plays
                .clone()
                .map(|(_, p)| p.id.as_str().to_owned())
                .collect()),
        ),
        (
            "game",
            texts(plays.clone().map(|(g, _)| Some(g.id.as_str()))),
        ),
        (
            "season",
            numbers(plays.clone().map(|(g, _)| Some(f64::from(g.season)))),
        ),
        ("week", numbers(plays.map(|(g, _)| Some(f64::from(g.week))))),
    ]
}

/// The provider's number in an id of ours, which carries the league before it.
pub fn own_number(game: &str) -> &str {
    game.rsplit('-').next().unwrap_or(game)
}

/// Numbers where every id is one, otherwise texts.
fn ids(ids: Vec<String>) -> ArrayRef {
    let numbers: Result<Vec<i64>, _> = ids.iter().map(|id| id.parse()).collect();
    match numbers {
        Ok(numbers) => Arc::new(Int64Array::from(numbers)),
        Err(_) => Arc::new(StringArray::from(ids)),
    }
}

/// Writes the columns, Parquet where the name ends so and CSV otherwise.
pub fn write(path: &Path, columns: Vec<Column>) -> anyhow::Result<()> {
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns
            .into_iter()
            .map(|(name, values)| (name, values, true)),
    )?;
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

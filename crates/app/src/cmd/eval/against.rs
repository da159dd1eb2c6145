//! What another source says of fourth downs, read from its file.

use std::{collections::HashMap, fs::File, io::Seek as _, path::Path, sync::Arc};

use anyhow::{Context as _, ensure};
use arrow::{
    array::{Array as _, ArrayRef, Float64Array, RecordBatch, StringArray},
    compute::cast,
    csv::{ReaderBuilder, reader::Format},
    datatypes::DataType,
};
use matchday_event::{GameId, PlayId, football::Choice};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::table;

/// The options in the order in which [`Theirs::wp`] holds them.
pub const OPTIONS: [Choice; 3] = [Choice::Go, Choice::Punt, Choice::FieldGoal];

/// Win probability of the side that decides by each of [`OPTIONS`]; `None` where the source gives none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Theirs {
    /// In the order of [`OPTIONS`].
    pub wp: [Option<f64>; 3],
}

impl Theirs {
    /// By one option.
    pub fn of(&self, choice: Choice) -> Option<f64> {
        let at = OPTIONS.iter().position(|c| *c == choice)?;
        self.wp[at]
    }

    /// The option that it says is best; of equals the first.
    pub fn best(&self) -> Option<(Choice, f64)> {
        let known = OPTIONS
            .iter()
            .zip(self.wp)
            .filter_map(|(c, wp)| Some((*c, wp?)));
        known.fold(None, |best, one| match best {
            Some((_, wp)) if wp >= one.1 => best,
            _ => Some(one),
        })
    }
}

/// Another source's fourth downs, by the provider's game and play.
#[derive(Debug, Default)]
pub struct Against {
    plays: HashMap<(String, String), Theirs>,
}

impl Against {
    /// Reads CSV, or Parquet by the file's name, with the columns `game_id`, `play_id`, `go_wp`, `punt_wp` and
    /// `fg_wp`: win probabilities of the side with the ball. Rows with fewer than two options are left out.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let context = || format!("cannot read {}", path.display());
        let mut file = File::open(path).with_context(context)?;
        let mut against = Self::default();
        if path.extension().is_some_and(|e| e == "parquet") {
            let reader = ParquetRecordBatchReaderBuilder::try_new(file)
                .with_context(|| format!("{} is no whole Parquet file", path.display()))?;
            for batch in reader.build().with_context(context)? {
                against
                    .add(&batch.with_context(context)?)
                    .with_context(context)?;
            }
        } else {
            let format = Format::default().with_header(true);
            let (schema, _) = format.infer_schema(&mut file, None).with_context(context)?;
            file.rewind().with_context(context)?;
            let reader = ReaderBuilder::new(Arc::new(schema)).with_format(format);
            for batch in reader.build(file).with_context(context)? {
                against
                    .add(&batch.with_context(context)?)
                    .with_context(context)?;
            }
        }
        ensure!(
            !against.plays.is_empty(),
            "{} holds no fourth down with two options or more",
            path.display()
        );
        Ok(against)
    }

    fn add(&mut self, batch: &RecordBatch) -> anyhow::Result<()> {
        let column = |name: &str| {
            batch
                .column_by_name(name)
                .with_context(|| format!("there is no column {name}"))
        };
        let ids = |name: &str| -> anyhow::Result<StringArray> {
            let mut values: ArrayRef = column(name)?.clone();
            // A table with gaps may have turned whole numbers into fractions.
            if values.data_type().is_floating() {
                values = cast(&values, &DataType::Int64)?;
            }
            let texts = cast(&values, &DataType::Utf8)?;
            Ok(StringArray::from(texts.to_data()))
        };
        let wps = |name: &str| -> anyhow::Result<Float64Array> {
            let numbers = cast(column(name)?, &DataType::Float64)?;
            Ok(Float64Array::from(numbers.to_data()))
        };
        let (games, plays) = (ids("game_id")?, ids("play_id")?);
        let options = [wps("go_wp")?, wps("punt_wp")?, wps("fg_wp")?];
        for row in 0..batch.num_rows() {
            if games.is_null(row) || plays.is_null(row) {
                continue;
            }
            let wp = options.each_ref().map(|o| {
                let value = (!o.is_null(row)).then(|| o.value(row))?;
                value.is_finite().then_some(value)
            });
            if wp.iter().flatten().count() >= 2 {
                let key = (games.value(row).to_owned(), plays.value(row).to_owned());
                self.plays.insert(key, Theirs { wp });
            }
        }
        Ok(())
    }

    /// What it says of a play.
    pub fn of(&self, game: &GameId, play: &PlayId) -> Option<Theirs> {
        let game = table::own_number(game.as_str()).to_owned();
        self.plays.get(&(game, play.as_str().to_owned())).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, text: &str) -> anyhow::Result<Against> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join(name);
        std::fs::write(&path, text)?;
        Against::read(&path)
    }

    #[test]
    fn a_source_may_leave_options_out() -> anyhow::Result<()> {
        let against = read(
            "theirs.csv",
            "game_id,play_id,go_wp,punt_wp,fg_wp,note\n\
             7,40,0.5,0.45,,at midfield\n\
             7,41,0.5,,,one option is no decision\n\
             7,42,0.41,,0.44,in range\n",
        )?;
        let at = |play: &str| against.of(&GameId::new("nfl-7").expect("an id"), &PlayId::new(play));
        let midfield = at("40").expect("two options");
        assert_eq!(midfield.best(), Some((Choice::Go, 0.5)));
        assert_eq!(midfield.of(Choice::FieldGoal), None);
        assert_eq!(at("41"), None);
        assert_eq!(
            at("42").and_then(|t| t.best()),
            Some((Choice::FieldGoal, 0.44))
        );
        Ok(())
    }

    #[test]
    fn a_file_without_the_columns_says_which_is_missing() {
        let wrong = read(
            "theirs.csv",
            "game_id,play_id,go_wp,punt_wp\n7,40,0.5,0.45\n",
        );
        assert!(format!("{:#}", wrong.unwrap_err()).contains("no column fg_wp"));
        let empty = read(
            "theirs.csv",
            "game_id,play_id,go_wp,punt_wp,fg_wp\n7,40,0.5,,\n",
        );
        assert!(format!("{:#}", empty.unwrap_err()).contains("holds no fourth down"));
    }
}

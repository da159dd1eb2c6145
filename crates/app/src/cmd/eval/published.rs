//! Predictions of others, read from their files.

use std::{collections::HashMap, fs::File, path::Path};

use anyhow::{Context as _, ensure};
use arrow::{
    array::{Array, ArrayRef, Float64Array},
    compute::cast,
    datatypes::DataType,
};
use matchday_event::{GameId, PlayId};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// Published predictions by the provider's game and play number.
pub struct Published {
    names: Vec<String>,
    values: HashMap<(i64, i64), Vec<f64>>,
}

impl Published {
    /// Reads a Parquet file with `game_id`, `play_id` and one or more columns whose names begin `home_wp`. A
    /// play for which any of them is missing is left out, so that all are scored on the same plays.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let context = || format!("cannot read {}", path.display());
        let file = File::open(path).with_context(context)?;
        let builder = ParquetRecordBatchReaderBuilder::try_new(file)
            .with_context(|| format!("{} is no whole Parquet file", path.display()))?;
        let names: Vec<String> = builder
            .schema()
            .fields()
            .iter()
            .map(|f| f.name().clone())
            .filter(|n| n.starts_with("home_wp"))
            .collect();
        ensure!(
            !names.is_empty(),
            "{} has no column that begins `home_wp`",
            path.display()
        );
        let mut values = HashMap::new();
        for batch in builder.build().with_context(context)? {
            let batch = batch.with_context(context)?;
            let column = |name: &str, to: &DataType| -> anyhow::Result<ArrayRef> {
                let column = batch
                    .column_by_name(name)
                    .with_context(|| format!("{} has no column {name}", path.display()))?;
                Ok(cast(column, to)?)
            };
            let games = column("game_id", &DataType::Int64)?;
            let plays = column("play_id", &DataType::Int64)?;
            let predictions = names
                .iter()
                .map(|n| column(n, &DataType::Float64))
                .collect::<anyhow::Result<Vec<_>>>()?;
            let int = |a: &ArrayRef, i: usize| {
                let a = a.as_any().downcast_ref::<arrow::array::Int64Array>()?;
                a.is_valid(i).then(|| a.value(i))
            };
            let float = |a: &ArrayRef, i: usize| {
                let a = a.as_any().downcast_ref::<Float64Array>()?;
                (a.is_valid(i) && a.value(i).is_finite()).then(|| a.value(i))
            };
            for i in 0..batch.num_rows() {
                let row: Option<Vec<f64>> = predictions.iter().map(|p| float(p, i)).collect();
                if let (Some(game), Some(play), Some(row)) = (int(&games, i), int(&plays, i), row) {
                    values.insert((game, play), row);
                }
            }
        }
        Ok(Self { names, values })
    }

    /// The columns' names.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The predictions before a play; our ids carry the provider's numbers behind the league.
    pub fn of(&self, game: &GameId, play: &PlayId) -> Option<&[f64]> {
        let game = game.as_str().rsplit('-').next()?.parse().ok()?;
        let play = play.as_str().parse().ok()?;
        self.values.get(&(game, play)).map(Vec::as_slice)
    }
}

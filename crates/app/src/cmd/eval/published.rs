//! Predictions as files: those of others read, our own written.

use std::{collections::HashMap, fs::File, path::Path, sync::Arc};

use anyhow::{Context as _, ensure};
use arrow::{
    array::{Array, ArrayRef, Float64Array, RecordBatch, StringArray},
    compute::cast,
    datatypes::DataType,
};
use matchday_event::{GameId, PlayId};
use matchday_learn::football::{Models, Snap};
use parquet::arrow::{ArrowWriter, arrow_reader::ParquetRecordBatchReaderBuilder};

use crate::cmd::train::dataset::RecordedGame;

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
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).with_context(context)?;
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

/// Writes a prediction for every play, CSV or (by the name's ending) Parquet.
pub fn write(path: &Path, games: &[RecordedGame], models: &Models) -> anyhow::Result<()> {
    let rows = || {
        games
            .iter()
            .flat_map(|g| g.plays.iter().map(move |p| (g, p)))
    };
    let texts = |f: &dyn Fn(&RecordedGame, &PlayId) -> String| -> ArrayRef {
        Arc::new(
            rows()
                .map(|(g, p)| Some(f(g, &p.id)))
                .collect::<StringArray>(),
        )
    };
    let numbers = |f: &dyn Fn(&RecordedGame, &Snap) -> Option<f64>| -> ArrayRef {
        Arc::new(rows().map(|(g, p)| f(g, &p.snap)).collect::<Float64Array>())
    };
    let columns = [
        ("game_id", texts(&|g, _| g.id.to_string())),
        ("play_id", texts(&|_, p| p.to_string())),
        ("season", numbers(&|g, _| Some(f64::from(g.season)))),
        ("week", numbers(&|g, _| Some(f64::from(g.week)))),
        ("home_wp", numbers(&|_, s| Some(models.home_wp(s)))),
        (
            "home_wp_without_spread",
            numbers(&|_, s| {
                let blind = Snap {
                    spread_home: None,
                    ..*s
                };
                Some(models.home_wp(&blind))
            }),
        ),
        ("ep", numbers(&|_, s| models.ep(s))),
        ("leverage", numbers(&|_, s| models.leverage(s))),
        ("home_result", numbers(&|g, _| Some(g.home_result()))),
    ];
    let batch = RecordBatch::try_from_iter(columns)?;
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

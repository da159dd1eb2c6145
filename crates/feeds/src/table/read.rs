//! Frames out of Parquet and CSV, and games out of frames.

use std::{
    collections::VecDeque,
    io::Read,
    panic::{AssertUnwindSafe, catch_unwind},
};

use arrow::array::StringArray;
use matchday_event::FaultCode;
use parquet::{
    arrow::{
        ProjectionMask,
        arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder},
    },
    file::reader::ChunkReader,
};

use super::{
    Building, Companion, Frame, Layout, Wanted,
    frame::{Column, Want, parse_int},
    layout_of,
};
use crate::{Fault, FeedError, Parsed};

/// Rows decoded at a time: enough to keep the decoder busy, few enough to stay in the cache.
const FRAME_ROWS: usize = 8192;

/// How a table is to be read.
#[derive(Debug, Clone, Default)]
pub struct TableOptions {
    /// The table of games beside it.
    pub companion: Companion,
}

enum Source {
    Parquet(Box<ParquetRecordBatchReader>),
    Csv(Box<CsvFrames>),
}

/// The games of a table, one after the other, each with all its rows.
pub struct TableGames {
    source: Source,
    layout: &'static dyn Layout,
    companion: Companion,
    rows_read: u64,
    /// The game the last frame broke off in, and the key that its rows carry.
    open: Option<(String, Building)>,
    ready: VecDeque<Result<Parsed, FeedError>>,
    done: bool,
}

impl std::fmt::Debug for TableGames {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TableGames")
            .field("layout", &self.layout.name())
            .field("rows_read", &self.rows_read)
            .finish_non_exhaustive()
    }
}

impl TableGames {
    /// Opens Parquet. A damaged file is an error, not a panic: the decoder's own panics are caught.
    pub fn parquet<R: ChunkReader + 'static>(
        source: R,
        options: TableOptions,
    ) -> Result<Self, FeedError> {
        let (reader, layout) = guarded(|| {
            let builder =
                ParquetRecordBatchReaderBuilder::try_new(source).map_err(|e| damaged(&e))?;
            let names: Vec<String> = builder
                .schema()
                .fields()
                .iter()
                .map(|f| f.name().clone())
                .collect();
            let layout = layout_of(&names)?;
            let mask = ProjectionMask::columns(
                builder.parquet_schema(),
                layout.columns().iter().map(|w| w.name),
            );
            let reader = builder
                .with_projection(mask)
                .with_batch_size(FRAME_ROWS)
                .build()
                .map_err(|e| damaged(&e))?;
            Ok((reader, layout))
        })?;
        Ok(Self::new(
            Source::Parquet(Box::new(reader)),
            layout,
            options,
        ))
    }

    /// Opens CSV with a header line.
    pub fn csv(
        source: impl Read + Send + 'static,
        options: TableOptions,
    ) -> Result<Self, FeedError> {
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .from_reader(Box::new(source) as Box<dyn Read + Send>);
        let header = reader.headers().map_err(|e| csv_error(&e))?;
        let names: Vec<String> = header.iter().map(str::to_owned).collect();
        if names.iter().all(String::is_empty) {
            return Err(FeedError::new(
                FaultCode::EmptyBody,
                "header",
                "nothing to read",
            ));
        }
        let layout = layout_of(&names)?;
        let places = layout
            .columns()
            .iter()
            .map(|w| names.iter().position(|n| n == w.name))
            .collect();
        let frames = CsvFrames {
            reader,
            width: names.len(),
            places,
            faults: Vec::new(),
        };
        Ok(Self::new(Source::Csv(Box::new(frames)), layout, options))
    }

    fn new(source: Source, layout: &'static dyn Layout, options: TableOptions) -> Self {
        Self {
            source,
            layout,
            companion: options.companion,
            rows_read: 0,
            open: None,
            ready: VecDeque::new(),
            done: false,
        }
    }

    /// Which layout the file has, for people.
    pub fn layout(&self) -> &'static str {
        self.layout.name()
    }

    /// Reads one more frame into games; `Ok(false)` at the end of the file.
    fn advance(&mut self) -> Result<bool, FeedError> {
        let frame = match &mut self.source {
            Source::Parquet(reader) => match guarded(|| {
                reader.next().transpose().map_err(|e| damaged(&e))
            })? {
                Some(batch) => Frame::of_batch(&batch, self.layout.columns(), self.rows_read + 1),
                None => return Ok(false),
            },
            Source::Csv(csv) => match csv.next_frame(self.layout.columns(), self.rows_read + 1)? {
                Some(frame) => frame,
                None => return Ok(false),
            },
        };
        self.rows_read += frame.rows as u64;
        let key_column = self.layout.game_column();
        let mut row = 0;
        while row < frame.rows {
            let Some(end) = run_end(&frame, key_column, row) else {
                // A row without a game belongs to whichever game is open; without one there is none to tell.
                let fault = unreadable(&frame, row, "game_id");
                match &mut self.open {
                    Some((_, game)) => game.parsed.faults.push(fault),
                    None => self.ready.push_back(Err(FeedError::new(
                        FaultCode::WrongShape,
                        fault.place,
                        "no game id on the first row",
                    ))),
                }
                row += 1;
                continue;
            };
            let key = key_at(&frame, key_column, row);
            if self.open.as_ref().is_some_and(|(open, _)| *open != key)
                && let Some((_, game)) = self.open.take()
            {
                self.ready.push_back(Ok(self.layout.finish(game)));
            }
            if self.open.is_none() {
                match self.layout.begin(&frame, row, &self.companion) {
                    Ok(game) => self.open = Some((key, game)),
                    Err(e) => {
                        self.ready.push_back(Err(e));
                        row = end;
                        continue;
                    }
                }
            }
            if let Some((_, game)) = &mut self.open {
                self.layout.push(&frame, row..end, game);
            }
            row = end;
        }
        if let (Source::Csv(csv), Some((_, game))) = (&mut self.source, &mut self.open) {
            game.parsed.faults.append(&mut csv.faults);
        }
        Ok(true)
    }
}

impl Iterator for TableGames {
    type Item = Result<Parsed, FeedError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.ready.is_empty() && !self.done {
            match self.advance() {
                Ok(true) => {}
                Ok(false) => {
                    self.done = true;
                    if let Some((_, game)) = self.open.take() {
                        self.ready.push_back(Ok(self.layout.finish(game)));
                    }
                }
                Err(e) => {
                    self.done = true;
                    self.open = None;
                    self.ready.push_back(Err(e));
                }
            }
        }
        self.ready.pop_front()
    }
}

/// Where the run of rows of one game that begins at `row` ends; `None` if the row names no game.
fn run_end(frame: &Frame, column: usize, row: usize) -> Option<usize> {
    match &frame.columns[column] {
        Column::Int(values) => {
            let first = values[row];
            (first != super::frame::NONE).then(|| {
                values[row..]
                    .iter()
                    .position(|v| *v != first)
                    .map_or(frame.rows, |n| row + n)
            })
        }
        _ => {
            let first = frame.text(column, row)?;
            Some(
                (row + 1..frame.rows)
                    .find(|&r| frame.text(column, r) != Some(first))
                    .unwrap_or(frame.rows),
            )
        }
    }
}

fn key_at(frame: &Frame, column: usize, row: usize) -> String {
    frame
        .int(column, row)
        .map(|i| i.to_string())
        .or_else(|| frame.text(column, row).map(str::to_owned))
        .unwrap_or_default()
}

/// The fault of a row that cannot be used for want of a value.
pub(super) fn unreadable(frame: &Frame, row: usize, column: &str) -> Fault {
    Fault::new(
        FaultCode::PlayUnreadable,
        format!("row {} {column}", frame.first_row + row as u64),
        "missing or not a number",
    )
}

fn damaged(e: &dyn std::fmt::Display) -> FeedError {
    let message = e.to_string();
    // A table begins as Parquet does before anyone comes here, so that what it lacks is its end.
    if message.contains("Corrupt footer") {
        return FeedError::new(
            FaultCode::Truncated,
            "parquet",
            "the footer that ends a Parquet file is not there: the file is cut short, fetch it again",
        );
    }
    let code = if message.contains("EOF") || message.contains("eof") {
        FaultCode::Truncated
    } else {
        FaultCode::Malformed
    };
    FeedError::new(code, "parquet", message)
}

fn csv_error(e: &csv::Error) -> FeedError {
    let place = e
        .position()
        .map_or_else(|| "csv".to_owned(), |p| format!("line {}", p.line()));
    FeedError::new(FaultCode::Malformed, place, e.to_string())
}

/// Runs the Parquet decoder, which panics on some damaged files, and makes such a panic an error.
pub(crate) fn guarded<T>(f: impl FnOnce() -> Result<T, FeedError>) -> Result<T, FeedError> {
    catch_unwind(AssertUnwindSafe(f)).unwrap_or_else(|panic| {
        let message = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("the decoder gave up");
        Err(FeedError::new(FaultCode::Malformed, "parquet", message))
    })
}

struct CsvFrames {
    reader: csv::Reader<Box<dyn Read + Send>>,
    width: usize,
    places: Vec<Option<usize>>,
    faults: Vec<Fault>,
}

impl CsvFrames {
    fn next_frame(
        &mut self,
        wanted: &[Wanted],
        first_row: u64,
    ) -> Result<Option<Frame>, FeedError> {
        let mut ints: Vec<Vec<i64>> = vec![Vec::new(); wanted.len()];
        let mut floats: Vec<Vec<f64>> = vec![Vec::new(); wanted.len()];
        let mut texts: Vec<arrow::array::StringBuilder> = wanted
            .iter()
            .map(|_| arrow::array::StringBuilder::new())
            .collect();
        let mut record = csv::ByteRecord::new();
        let mut rows = 0;
        while rows < FRAME_ROWS {
            if !self
                .reader
                .read_byte_record(&mut record)
                .map_err(|e| csv_error(&e))?
            {
                break;
            }
            if record.len() != self.width {
                let line = record.position().map_or(0, csv::Position::line);
                self.faults.push(Fault::new(
                    FaultCode::PlayUnreadable,
                    format!("line {line}"),
                    format!(
                        "{} fields where the header has {}",
                        record.len(),
                        self.width
                    ),
                ));
                continue;
            }
            rows += 1;
            for (i, (w, place)) in wanted.iter().zip(&self.places).enumerate() {
                let Some(place) = *place else { continue };
                let field = String::from_utf8_lossy(&record[place]);
                match w.want {
                    Want::Int => ints[i].push(parse_int(&field)),
                    Want::Float => floats[i].push(field.trim().parse().unwrap_or(f64::NAN)),
                    Want::Text => texts[i].append_value(&field),
                }
            }
        }
        if rows == 0 {
            return Ok(None);
        }
        let mut columns = Vec::with_capacity(wanted.len());
        for (i, w) in wanted.iter().enumerate() {
            columns.push(match (self.places[i], w.want) {
                (None, _) => Column::Missing,
                (Some(_), Want::Int) => Column::Int(std::mem::take(&mut ints[i])),
                (Some(_), Want::Float) => Column::Float(std::mem::take(&mut floats[i])),
                (Some(_), Want::Text) => {
                    let array: StringArray = texts[i].finish();
                    Column::Utf8(array)
                }
            });
        }
        Ok(Some(Frame {
            rows,
            first_row,
            columns,
        }))
    }
}

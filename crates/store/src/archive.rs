//! What a log is exported to, for tools that are not matchday's.

use std::{io::Write, sync::Arc};

use arrow::{
    array::{
        ArrayRef, Int32Builder, RecordBatch, StringBuilder, StringDictionaryBuilder,
        TimestampMicrosecondBuilder, UInt8Builder, UInt64Builder,
    },
    datatypes::{DataType, Field, Int32Type, Schema, SchemaRef, TimeUnit},
    error::ArrowError,
};
use matchday_event::{Logged, Signal};
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, ZstdLevel},
    errors::ParquetError,
    file::properties::WriterProperties,
};

use crate::log::LogError;

/// Records that are handed on together.
const BATCH_RECORDS: usize = 8192;

/// Why an export failed.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The log could not be read on.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The rows could not be made up.
    #[error("cannot make up the columns: {0}")]
    Columns(#[from] ArrowError),
    /// The file could not be written.
    #[error("cannot write parquet: {0}")]
    Parquet(#[from] ParquetError),
    /// A signal could not be written as JSON.
    #[error("cannot write record {seq} of {game} as JSON: {cause}")]
    Json {
        /// Whose.
        game: matchday_event::GameId,
        /// Which.
        seq: matchday_event::Seq,
        /// Why.
        cause: serde_json::Error,
    },
}

/// The columns of [`write_parquet`]: what every record has, what most queries ask of a play (empty on other
/// signals), and in `data` the whole signal as JSON.
pub fn parquet_schema() -> SchemaRef {
    let names = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let time = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    Arc::new(Schema::new(vec![
        Field::new("game", names.clone(), false),
        Field::new("seq", DataType::UInt64, false),
        Field::new("received", time, false),
        Field::new("source", names.clone(), false),
        Field::new("type", names, false),
        Field::new("play_id", DataType::Utf8, true),
        Field::new("period", DataType::UInt8, true),
        Field::new("clock_s", DataType::Int32, true),
        Field::new("data", DataType::Utf8, false),
    ]))
}

/// Writes records as a Parquet file, compressed with Zstandard. Returns how many there were.
pub fn write_parquet(
    records: impl IntoIterator<Item = Result<Logged, LogError>>,
    out: impl Write + Send,
) -> Result<u64, ArchiveError> {
    let schema = parquet_schema();
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .build();
    let mut writer = ArrowWriter::try_new(out, schema.clone(), Some(properties))?;
    let mut columns = Columns::default();
    let mut written = 0;
    for record in records {
        columns.push(&record?)?;
        written += 1;
        if columns.len == BATCH_RECORDS {
            writer.write(&columns.finish(&schema)?)?;
        }
    }
    if columns.len > 0 {
        writer.write(&columns.finish(&schema)?)?;
    }
    writer.close()?;
    Ok(written)
}

#[derive(Default)]
struct Columns {
    len: usize,
    game: StringDictionaryBuilder<Int32Type>,
    seq: UInt64Builder,
    received: TimestampMicrosecondBuilder,
    source: StringDictionaryBuilder<Int32Type>,
    kind: StringDictionaryBuilder<Int32Type>,
    play_id: StringBuilder,
    period: UInt8Builder,
    clock_s: Int32Builder,
    data: StringBuilder,
}

impl Columns {
    fn push(&mut self, record: &Logged) -> Result<(), ArchiveError> {
        let json = |cause| ArchiveError::Json {
            game: record.game.clone(),
            seq: record.seq,
            cause,
        };
        let data = serde_json::to_string(&record.signal).map_err(json)?;
        let (play_id, period, clock_s) = match &record.signal {
            Signal::Play(play) => (Some(&play.play_id), Some(play.period), play.clock_s),
            Signal::Withdrawn { play_id } => (Some(play_id), None, None),
            Signal::Status(status) => (None, status.period, status.clock_s),
            _ => (None, None, None),
        };
        self.len += 1;
        self.game.append(record.game.as_str())?;
        self.seq.append_value(record.seq);
        self.received.append_value(record.received.0);
        self.source.append(&*record.source)?;
        self.kind.append(record.signal.event_type())?;
        self.play_id.append_option(play_id.map(|id| id.as_str()));
        self.period.append_option(period);
        self.clock_s.append_option(clock_s);
        self.data.append_value(data);
        Ok(())
    }

    fn finish(&mut self, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
        self.len = 0;
        let received = self.received.finish().with_timezone("UTC");
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.game.finish()),
            Arc::new(self.seq.finish()),
            Arc::new(received),
            Arc::new(self.source.finish()),
            Arc::new(self.kind.finish()),
            Arc::new(self.play_id.finish()),
            Arc::new(self.period.finish()),
            Arc::new(self.clock_s.finish()),
            Arc::new(self.data.finish()),
        ];
        RecordBatch::try_new(schema.clone(), columns)
    }
}

//! An exported log, read back by the Parquet reader.

mod common;

use arrow::{
    array::{Array, AsArray, RecordBatch},
    compute::cast,
    datatypes::{DataType, Int32Type, TimestampMicrosecondType, UInt8Type, UInt64Type},
};
use common::{append, entry, numbered};
use matchday_event::{EventTime, Logged, Signal};
use matchday_store::{
    archive::{ArchiveError, parquet_schema, write_parquet},
    log::{EventLog, LogError, LogId, MemoryLog},
};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// The records that a batch was made of, from its columns alone.
fn records(batch: &RecordBatch) -> Vec<Logged> {
    let text = |name: &str| {
        let column = batch.column_by_name(name).expect("a column");
        let plain = cast(column, &DataType::Utf8).expect("text");
        let plain = plain.as_string::<i32>().clone();
        move |row: usize| plain.is_valid(row).then(|| plain.value(row).to_owned())
    };
    let (game, source, kind) = (text("game"), text("source"), text("type"));
    let (play_id, data) = (text("play_id"), text("data"));
    let seq = batch["seq"].as_primitive::<UInt64Type>();
    let received = batch["received"].as_primitive::<TimestampMicrosecondType>();
    let period = batch["period"].as_primitive::<UInt8Type>();
    let clock_s = batch["clock_s"].as_primitive::<Int32Type>();
    let record = |row| {
        let signal: Signal = serde_json::from_str(&data(row).expect("data")).expect("a signal");
        assert_eq!(kind(row).as_deref(), Some(signal.event_type()));
        let (id, of_period, clock) = match &signal {
            Signal::Play(play) => (Some(&play.play_id), Some(play.period), play.clock_s),
            Signal::Withdrawn { play_id } => (Some(play_id), None, None),
            Signal::Status(status) => (None, status.period, status.clock_s),
            _ => (None, None, None),
        };
        assert_eq!(play_id(row), id.map(ToString::to_string));
        assert_eq!(period.is_valid(row).then(|| period.value(row)), of_period);
        assert_eq!(clock_s.is_valid(row).then(|| clock_s.value(row)), clock);
        Logged {
            game: common::game(&game(row).expect("a game")),
            seq: seq.value(row),
            received: EventTime(received.value(row)),
            source: source(row).expect("a source").into(),
            signal,
        }
    };
    (0..batch.num_rows()).map(record).collect()
}

#[test]
fn a_parquet_export_holds_every_record_in_typed_columns() {
    let log = MemoryLog::new(LogId([1; 16]));
    // More than one batch of the writer.
    let entries: Vec<_> = (0..9000)
        .map(|n| entry(["a", "b"][n % 2], n as i64))
        .collect();
    append(&log, &entries);
    let mut bytes = Vec::new();
    let written = write_parquet(log.read_all(), &mut bytes).expect("written");
    assert_eq!(written, 9000);
    let reader =
        ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).expect("parquet");
    assert_eq!(reader.schema().fields(), parquet_schema().fields());
    let batches = reader.build().expect("a reader");
    let read: Vec<_> = batches
        .flat_map(|batch| records(&batch.expect("a batch")))
        .collect();
    assert_eq!(read, numbered(&entries));
}

#[test]
fn an_export_of_nothing_is_a_file_with_columns() {
    let mut bytes = Vec::new();
    assert_eq!(write_parquet([], &mut bytes).expect("written"), 0);
    let reader =
        ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).expect("parquet");
    assert_eq!(reader.schema().fields().len(), 9);
}

#[test]
fn an_export_stops_at_a_record_that_cannot_be_read() {
    let error = write_parquet([Err(LogError::Closed)], Vec::new()).expect_err("stopped");
    assert!(
        matches!(error, ArchiveError::Log(LogError::Closed)),
        "{error}"
    );
}

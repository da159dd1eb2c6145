//! `matchday bench micro`: what a season of micro-events weighs in our store and in others' formats.

use std::{
    fs,
    io::{Cursor, Write as _},
    sync::Arc,
    time::Instant,
};

use anyhow::{Context as _, ensure};
use arrow::{
    array::{
        ArrayRef, Float32Builder, Int32Builder, Int64Builder, RecordBatch, StringBuilder,
        UInt8Builder, UInt16Builder, UInt32Builder,
    },
    datatypes::{DataType, Field, Schema},
};
use clap::Args;
use matchday_event::senses::{CONFIDENCE_STEPS, Camera, LabelledMicro, MicroKind, PLACE_STEPS};
use matchday_sim::world::micro::season;
use matchday_store::micro::{Query, Reader, Writer};
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, Encoding, ZstdLevel},
    file::properties::{EnabledStatistics, WriterProperties, WriterVersion},
    schema::types::ColumnPath,
};

use crate::cmd::sim::SportArg;

/// `matchday bench micro`.
#[derive(Debug, Clone, Args)]
pub struct MicroBench {
    /// Events of the season
    #[arg(long, default_value_t = 200_000)]
    events: usize,
    /// Seed of the season
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The sport of the season
    #[arg(long, value_enum, default_value = "soccer")]
    sport: SportArg,
    /// Zstandard's level for the others, 1 to 22
    #[arg(long, default_value_t = 19)]
    level: i32,
}

/// Parquet as good as we can make it, or as anybody would write it.
#[derive(Clone, Copy, PartialEq)]
enum Parquet {
    /// Times and shares as they are, dictionaries, the library's own choices.
    Plain,
    /// Our own whole numbers, times as differences, an encoding each, one row group.
    Best { time: Encoding, place: Encoding },
}

fn names(of: &[Option<&str>]) -> ArrayRef {
    let mut column = StringBuilder::new();
    for name in of {
        column.append_option(*name);
    }
    Arc::new(column.finish())
}

fn parquet(events: &[LabelledMicro], level: i32, how: Parquet) -> anyhow::Result<Vec<u8>> {
    let mut columns: Vec<(&str, ArrayRef)> = Vec::new();
    let text =
        |f: fn(&LabelledMicro) -> Option<&str>| names(&events.iter().map(f).collect::<Vec<_>>());
    columns.push(("game", text(|e| Some(e.game.as_str()))));
    columns.push(("kind", text(|e| Some(e.event.kind.as_str()))));
    columns.push(("label", text(|e| e.event.label.as_deref())));
    columns.push(("sense", text(|e| Some(e.event.sense.as_str()))));
    columns.push(("camera", text(|e| Some(e.event.camera.as_str()))));
    columns.push(("called", text(|e| e.called.map(Camera::as_str))));
    columns.push((
        "side",
        text(|e| {
            e.event.side.map(|s| match s {
                matchday_event::Side::Home => "home",
                matchday_event::Side::Away => "away",
            })
        }),
    ));
    let mut properties =
        WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::try_new(level)?));
    match how {
        Parquet::Plain => {
            let (mut at, mut clock) = (Int64Builder::new(), UInt32Builder::new());
            let (mut x, mut y, mut sure) = (
                Float32Builder::new(),
                Float32Builder::new(),
                Float32Builder::new(),
            );
            for e in events {
                at.append_value(e.event.at.millis());
                clock.append_value(e.event.match_ms);
                x.append_option(e.event.place.map(|p| p.x));
                y.append_option(e.event.place.map(|p| p.y));
                sure.append_value(e.event.confidence);
            }
            columns.push(("at_ms", Arc::new(at.finish())));
            columns.push(("match_ms", Arc::new(clock.finish())));
            columns.push(("x", Arc::new(x.finish())));
            columns.push(("y", Arc::new(y.finish())));
            columns.push(("confidence", Arc::new(sure.finish())));
        }
        Parquet::Best { time, place } => {
            // The time of day less the match's clock is one number a match: told once, it costs nothing.
            let (mut start, mut clock) = (Int64Builder::new(), Int32Builder::new());
            let (mut x, mut y, mut sure) = (
                UInt16Builder::new(),
                UInt16Builder::new(),
                UInt8Builder::new(),
            );
            let mut before: Option<&LabelledMicro> = None;
            for e in events {
                let ms = i64::from(e.event.match_ms);
                start.append_value(e.event.at.millis() - ms);
                let last = before.filter(|b| b.game == e.game);
                let since = ms - last.map_or(0, |b| i64::from(b.event.match_ms));
                clock.append_value(i32::try_from(since)?);
                before = Some(e);
                let whole = |share: f32, steps: u16| (share * f32::from(steps)).round() as u16;
                x.append_option(e.event.place.map(|p| whole(p.x, PLACE_STEPS)));
                y.append_option(e.event.place.map(|p| whole(p.y, PLACE_STEPS)));
                sure.append_value(u8::try_from(whole(e.event.confidence, CONFIDENCE_STEPS))?);
            }
            columns.push(("start_ms", Arc::new(start.finish())));
            columns.push(("clock_ms", Arc::new(clock.finish())));
            columns.push(("x", Arc::new(x.finish())));
            columns.push(("y", Arc::new(y.finish())));
            columns.push(("confidence", Arc::new(sure.finish())));
            properties = properties
                .set_writer_version(WriterVersion::PARQUET_2_0)
                .set_statistics_enabled(EnabledStatistics::None)
                .set_max_row_group_row_count(Some(1 << 30))
                .set_data_page_row_count_limit(1 << 30)
                .set_data_page_size_limit(1 << 30)
                .set_dictionary_page_size_limit(1 << 30);
            for (name, encoding) in [("clock_ms", time), ("x", place), ("y", place)] {
                // A dictionary is what the library does of itself; any other encoding is asked for.
                if encoding != Encoding::RLE_DICTIONARY {
                    properties = properties
                        .set_column_dictionary_enabled(ColumnPath::from(name), false)
                        .set_column_encoding(ColumnPath::from(name), encoding);
                }
            }
        }
    }
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, column)| Field::new(*name, column.data_type().clone(), true))
        .collect();
    debug_assert!(fields.iter().all(|f| *f.data_type() != DataType::Null));
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new(schema.clone(), columns.into_iter().map(|c| c.1).collect())?;
    let mut writer = ArrowWriter::try_new(Vec::new(), schema, Some(properties.build()))?;
    writer.write(&batch)?;
    Ok(writer.into_inner()?)
}

/// The smallest Parquet file of those tried: as the events come and by kind within each match (their times bring them
/// back in order), times and places in every encoding that fits. Columns are packed apart, so that the best of each is
/// the best of all.
fn best_parquet(events: &[LabelledMicro], level: i32) -> anyhow::Result<(Vec<u8>, String)> {
    const TRIED: [Encoding; 4] = [
        Encoding::RLE_DICTIONARY,
        Encoding::PLAIN,
        Encoding::DELTA_BINARY_PACKED,
        Encoding::BYTE_STREAM_SPLIT,
    ];
    let mut by_kind = events.to_vec();
    by_kind.sort_by(|a, b| (&a.game, a.event.kind).cmp(&(&b.game, b.event.kind)));
    let mut best: Option<(Vec<u8>, String)> = None;
    for (order, events) in [("as they come", events), ("by kind", &by_kind)] {
        let write = |time, place| parquet(events, level, Parquet::Best { time, place });
        let least = |files: Vec<anyhow::Result<Vec<u8>>>| -> anyhow::Result<(usize, Vec<u8>)> {
            let files = files.into_iter().collect::<Result<Vec<_>, _>>()?;
            let least = files.into_iter().enumerate().min_by_key(|f| f.1.len());
            least.context("nothing was tried")
        };
        let (time, _) = least(TRIED.map(|time| write(time, TRIED[0])).into())?;
        let (place, file) = least(TRIED.map(|place| write(TRIED[time], place)).into())?;
        if best.as_ref().is_none_or(|(b, _)| file.len() < b.len()) {
            let (time, place) = (TRIED[time], TRIED[place]);
            best = Some((file, format!("{order}, times {time}, places {place}")));
        }
    }
    best.context("nothing was tried")
}

/// The most memory that this process has had, in MiB, where the system tells.
fn most_memory_mib() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024.0)
}

/// Runs the command.
pub fn run(args: &MicroBench) -> anyhow::Result<()> {
    ensure!(args.events > 0, "nothing to store");
    let events: Vec<LabelledMicro> = season(args.seed, args.sport.into())
        .take(args.events)
        .collect();
    let matches = events.chunk_by(|a, b| a.game == b.game).count();
    println!(
        "{} events of {matches} matches, seed {}; in every format times are whole milliseconds, places thousandths, \
         confidences hundredths",
        events.len(),
        args.seed
    );
    let mut json = Vec::new();
    for event in &events {
        serde_json::to_writer(&mut json, event)?;
        json.write_all(b"\n")?;
    }
    let packed = zstd::encode_all(&json[..], args.level)?;

    let began = Instant::now();
    let mut store = Writer::create(Vec::new())?;
    for event in &events {
        store.push(event)?;
    }
    let ours = store.finish()?;
    let wrote = began.elapsed().as_secs_f64();
    let began = Instant::now();
    let mut reader = Reader::open(Cursor::new(&ours[..]))?;
    let mut same = 0;
    for (got, want) in reader.query(Query::default()).zip(&events) {
        ensure!(got? == *want, "event {} came back as another", same + 1);
        same += 1;
    }
    ensure!(same == events.len(), "{same} of {} came back", events.len());
    let read = began.elapsed().as_secs_f64();

    let plain = parquet(&events, args.level, Parquet::Plain)?;
    let (best, how) = best_parquet(&events, args.level)?;
    let n = events.len() as f64;
    let row = |name: &str, bytes: usize| {
        println!(
            "{name:<34} {bytes:>10} bytes  {:>6.2} an event  {:>5.1} times smaller than JSON lines",
            bytes as f64 / n,
            json.len() as f64 / bytes as f64
        );
    };
    row("JSON lines", json.len());
    row(&format!("zstd {} of them", args.level), packed.len());
    row(&format!("Parquet, zstd {}", args.level), plain.len());
    row("Parquet, best of its ways", best.len());
    row("matchday micro", ours.len());
    println!(
        "best Parquet: {how}, zstd {}, one row group, no statistics",
        args.level
    );
    println!(
        "matchday micro / best Parquet {:.3}   / zstd {:.3}   JSON lines / matchday micro {:.1}",
        ours.len() as f64 / best.len() as f64,
        ours.len() as f64 / packed.len() as f64,
        json.len() as f64 / ours.len() as f64
    );
    println!(
        "written {:.0} events/s, read and compared {:.0} events/s, all came back as they were",
        n / wrote,
        n / read
    );
    queries(&ours, &events)?;
    if let Some(mib) = most_memory_mib() {
        println!(
            "most memory of this process, all formats and the events themselves in it: {mib:.0} MiB"
        );
    }
    Ok(())
}

fn queries(ours: &[u8], events: &[LabelledMicro]) -> anyhow::Result<()> {
    let game = events[events.len() / 2].game.clone();
    let from = events[events.len() / 3].event.at;
    let asked = [
        (
            "one match",
            Query {
                game: Some(game),
                ..Query::default()
            },
        ),
        (
            "an hour",
            Query {
                from: Some(from),
                to: Some(matchday_event::EventTime(from.0 + 3_600_000_000)),
                ..Query::default()
            },
        ),
        (
            "one kind, wing camera, 0.75 sure",
            Query {
                kinds: vec![MicroKind::HeadTurn],
                cameras: vec![Camera::Wing],
                min_confidence: Some(0.75),
                ..Query::default()
            },
        ),
    ];
    let mut reader = Reader::open(Cursor::new(ours))?;
    let blocks = reader.blocks().len();
    for (name, query) in asked {
        let want = events.iter().filter(|e| query.takes(e)).count();
        let began = Instant::now();
        let mut found = reader.query(query);
        let mut got = 0;
        for event in found.by_ref() {
            event?;
            got += 1;
        }
        ensure!(got == want, "{name}: {got} found, {want} are there");
        println!(
            "query: {name:<33} {got:>7} events, {} of {blocks} blocks, {:.1} ms",
            found.blocks_read(),
            began.elapsed().as_secs_f64() * 1e3
        );
    }
    Ok(())
}

//! SkillCorner's broadcast tracking: a table of who was seen where, ten times a second, and a document that says who is
//! who. Metres from the centre mark.
//!
//! Only those whom the picture shows are in a frame, some of them without a name: a track with a side alone, or with
//! nothing. Rows without a period (before the match, in the break) are left out.

use std::{collections::BTreeMap, sync::Arc};

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{Float32Type, Float64Type, Int64Type};
use matchday_event::{
    EventTime, FaultCode, Side,
    senses::{FrameReport, Pitch, TrackedBall, TrackedPlayer},
};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde::Deserialize;

use super::{Setup, Tracks, to_mm};
use crate::{FeedError, body, table::guarded};

#[derive(Deserialize)]
struct Match {
    id: u64,
    home_team: Named,
    away_team: Named,
    pitch_length: f32,
    pitch_width: f32,
    ball: Ball,
    players: Vec<Player>,
}

#[derive(Deserialize)]
struct Named {
    id: u64,
}

#[derive(Deserialize)]
struct Ball {
    trackable_object: i64,
}

#[derive(Deserialize)]
struct Player {
    trackable_object: i64,
    team_id: u64,
    number: Option<u8>,
}

/// Reads the table and the document of its match. The first frame was at `setup.begins`, and the provider counts ten of
/// them a second.
pub fn read(table: bytes::Bytes, match_data: &[u8], setup: &Setup) -> Result<Tracks, FeedError> {
    let about: Match = body::json(match_data)?;
    let pitch = Pitch {
        length_m: about.pitch_length,
        width_m: about.pitch_width,
    };
    let side_of = |team: u64| {
        if team == about.home_team.id {
            Some(Side::Home)
        } else if team == about.away_team.id {
            Some(Side::Away)
        } else {
            None
        }
    };
    let known: BTreeMap<i64, (Option<Side>, Option<u8>)> = about
        .players
        .iter()
        .map(|p| (p.trackable_object, (side_of(p.team_id), p.number)))
        .collect();
    let damaged =
        |e: &dyn std::fmt::Display| FeedError::new(FaultCode::Malformed, "table", e.to_string());
    let reader = guarded(|| {
        ParquetRecordBatchReaderBuilder::try_new(table)
            .and_then(|b| b.with_batch_size(65_536).build())
            .map_err(|e| damaged(&e))
    })?;
    let mut frames: Vec<FrameReport> = Vec::new();
    let mut first = None;
    for batch in reader {
        let batch = batch.map_err(|e| damaged(&e))?;
        let column = |name: &str| {
            batch.column_by_name(name).ok_or_else(|| {
                FeedError::wrong_shape(format!("column {name}"), "the table has none".to_owned())
            })
        };
        let ints = |name: &str| {
            let column = column(name)?;
            column.as_primitive_opt::<Int64Type>().ok_or_else(|| {
                FeedError::wrong_shape(format!("column {name}"), "it must be of whole numbers")
            })
        };
        let (numbers, tracks) = (ints("frame")?, ints("track_id")?);
        let (period, object) = (floats(column("period")?), floats(column("object_id")?));
        let (x, y, z) = (
            floats(column("x")?),
            floats(column("y")?),
            floats(column("z")?),
        );
        let (group, time) = (texts(column("group")?), texts(column("time")?));
        let possession = texts(column("possession_group")?);
        for row in 0..batch.num_rows() {
            let Some(period) = period.at(row) else {
                continue;
            };
            let (number, track) = (numbers.value(row), tracks.value(row));
            let (Some(x), Some(y)) = (x.at(row), y.at(row)) else {
                continue;
            };
            let first = *first.get_or_insert(number);
            if frames
                .last()
                .is_none_or(|f| f.frame != u64::try_from(number).ok())
            {
                let since = number.saturating_sub(first).saturating_mul(100_000);
                frames.push(FrameReport {
                    source: setup.source.clone(),
                    at: EventTime(setup.begins.0.saturating_add(since)),
                    frame: u64::try_from(number).ok(),
                    period: Some(period as u8).filter(|p| (1..=5).contains(p)),
                    clock_ms: time.at(row).and_then(|t| clock_ms(t, period as u8)),
                    pitch,
                    home_attacks: None,
                    possession: possession.at(row).and_then(of_group),
                    in_play: None,
                    players: Vec::new(),
                    balls: Vec::new(),
                });
            }
            let Some(frame) = frames.last_mut() else {
                continue;
            };
            let object = object.at(row).map(|o| o as i64);
            if object == Some(about.ball.trackable_object) {
                frame.balls.push(TrackedBall {
                    x_m: to_mm(x),
                    y_m: to_mm(y),
                    z_m: z.at(row).map(to_mm),
                    ..TrackedBall::default()
                });
                continue;
            }
            let named = object.and_then(|o| Some((o, *known.get(&o)?)));
            let (id, side, number): (Arc<str>, _, _) = match named {
                Some((object, (side, number))) => (object.to_string().into(), side, number),
                None => (
                    format!("t{track}").into(),
                    group.at(row).and_then(of_group),
                    None,
                ),
            };
            frame.players.push(TrackedPlayer {
                id,
                side,
                number,
                x_m: to_mm(x),
                y_m: to_mm(y),
                speed_mps: None,
                head_deg: None,
                guessed: false,
            });
        }
    }
    Ok(Tracks::of(
        frames,
        Some(about.id.to_string().into()),
        Vec::new(),
    ))
}

fn of_group(group: &str) -> Option<Side> {
    match group {
        "home team" => Some(Side::Home),
        "away team" => Some(Side::Away),
        _ => None,
    }
}

/// Milliseconds played in the period, of the match's clock such as `47:03.20`: the second half's begins at 45 minutes.
fn clock_ms(text: &str, period: u8) -> Option<u32> {
    let (minutes, seconds) = text.split_once(':')?;
    let minutes: u32 = minutes.parse().ok()?;
    let seconds: f64 = seconds.parse().ok().filter(|s| (0.0..60.0).contains(s))?;
    let before = match period {
        1 => 0,
        2 => 45,
        3 => 90,
        4 => 105,
        _ => return None,
    };
    let minutes = minutes.checked_sub(before).filter(|m| *m < 200)?;
    Some(minutes * 60_000 + (seconds * 1000.0).round() as u32)
}

/// A column of fractions, of either width.
enum Floats<'a> {
    Single(&'a arrow::array::Float32Array),
    Double(&'a arrow::array::Float64Array),
    Nothing,
}

fn floats(column: &ArrayRef) -> Floats<'_> {
    if let Some(single) = column.as_primitive_opt::<Float32Type>() {
        Floats::Single(single)
    } else if let Some(double) = column.as_primitive_opt::<Float64Type>() {
        Floats::Double(double)
    } else {
        Floats::Nothing
    }
}

impl Floats<'_> {
    fn at(&self, row: usize) -> Option<f64> {
        let value = match self {
            Self::Single(a) if a.is_valid(row) => f64::from(a.value(row)),
            Self::Double(a) if a.is_valid(row) => a.value(row),
            _ => return None,
        };
        value.is_finite().then_some(value)
    }
}

/// A column of text, of either width.
enum Texts<'a> {
    Short(&'a arrow::array::StringArray),
    Long(&'a arrow::array::LargeStringArray),
    Nothing,
}

fn texts(column: &ArrayRef) -> Texts<'_> {
    if let Some(short) = column.as_string_opt::<i32>() {
        Texts::Short(short)
    } else if let Some(long) = column.as_string_opt::<i64>() {
        Texts::Long(long)
    } else {
        Texts::Nothing
    }
}

impl Texts<'_> {
    fn at(&self, row: usize) -> Option<&str> {
        match self {
            Self::Short(a) if a.is_valid(row) => Some(a.value(row)),
            Self::Long(a) if a.is_valid(row) => Some(a.value(row)),
            _ => None,
        }
    }
}

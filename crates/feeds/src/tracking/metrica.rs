//! Metrica's events: where the ball was when something was done, as shares of the pitch from its upper left corner.
//!
//! An event has a frame, a time of the period's clock that does not stop at half-time, and a place at its beginning and
//! at its end: each gives a frame with the ball alone. Who attacks where is not said; the axes are taken as they are.

use matchday_event::{
    EventTime, FaultCode, Side,
    senses::{FrameReport, TrackedBall},
};

use super::{Setup, Tracks, aside, to_mm};
use crate::{Fault, FeedError, body};

const COLUMNS: [&str; 10] = [
    "Team",
    "Period",
    "Start Frame",
    "Start Time [s]",
    "End Frame",
    "End Time [s]",
    "Start X",
    "Start Y",
    "End X",
    "End Y",
];

/// Reads a table of events.
pub fn read(bytes: &[u8], setup: &Setup) -> Result<Tracks, FeedError> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(body::data(bytes)?);
    let unreadable =
        |place: String, e: csv::Error| FeedError::new(FaultCode::Malformed, place, e.to_string());
    let header = reader
        .headers()
        .map_err(|e| unreadable("line 1".into(), e))?;
    let mut at = [0; COLUMNS.len()];
    for (place, name) in at.iter_mut().zip(COLUMNS) {
        *place = header
            .iter()
            .position(|h| h.trim() == name)
            .ok_or_else(|| FeedError::wrong_shape("line 1", format!("no column {name:?}")))?;
    }
    let (mut frames, mut faults) = (Vec::new(), Vec::new());
    for (record, n) in reader.records().zip(2_u64..) {
        let record = record.map_err(|e| unreadable(format!("line {n}"), e))?;
        let text = |column: usize| record.get(at[column]).unwrap_or("").trim();
        let number = |column: usize| -> Result<Option<f64>, String> {
            match text(column) {
                "" | "NaN" => Ok(None),
                t => t
                    .parse()
                    .map(Some)
                    .map_err(|_| format!("{}: {t:?} is no number", COLUMNS[column])),
            }
        };
        let mut both = || -> Result<(), String> {
            let side = match text(0) {
                "Home" => Side::Home,
                "Away" => Side::Away,
                other => return Err(format!("Team: {other:?} is neither Home nor Away")),
            };
            let period = number(1)?.map(|p| p as u8).filter(|p| (1..=5).contains(p));
            for (frame, time, x, y) in [(2, 3, 6, 7), (4, 5, 8, 9)] {
                let (Some(frame), Some(time), Some(x), Some(y)) =
                    (number(frame)?, number(time)?, number(x)?, number(y)?)
                else {
                    continue;
                };
                if !(0.0..20_000.0).contains(&time) {
                    return Err(format!("time: {time} s is not within a match"));
                }
                frames.push(FrameReport {
                    source: setup.source.clone(),
                    at: EventTime(setup.begins.0.saturating_add((time * 1e6).round() as i64)),
                    frame: Some(frame as u64),
                    period,
                    clock_ms: None,
                    pitch: setup.pitch,
                    home_attacks: None,
                    possession: Some(side),
                    in_play: None,
                    players: Vec::new(),
                    balls: vec![TrackedBall {
                        x_m: to_mm((x - 0.5) * f64::from(setup.pitch.length_m)),
                        y_m: to_mm((0.5 - y) * f64::from(setup.pitch.width_m)),
                        ..TrackedBall::default()
                    }],
                });
            }
            Ok(())
        };
        if let Err(message) = both() {
            aside(
                &mut faults,
                Fault::new(FaultCode::WrongShape, format!("line {n}"), message),
            );
        }
    }
    Ok(Tracks::of(frames, None, faults))
}

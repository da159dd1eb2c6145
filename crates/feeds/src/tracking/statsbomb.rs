//! StatsBomb 360: who stood where in the picture when something was done, as a freeze frame per event.
//!
//! The field has 120 by 80 units whatever the pitch, and every event is turned so that its side attacks to the right.
//! It is no tracking: there are no speeds, and of all but the one who did it only whether they are with the same side.
//! Which end a side truly attacked is not said; it is put on the axes by their own rule, home towards positive `x` in the
//! first half.

use std::collections::BTreeMap;

use matchday_event::{
    EventTime, FaultCode, Side,
    senses::{FrameReport, Pitch, Towards, TrackedBall, TrackedPlayer},
};
use serde::Deserialize;

use super::{Setup, Tracks, aside, to_mm};
use crate::{Fault, FeedError, body};

#[derive(Deserialize)]
struct Frozen {
    event_uuid: String,
    freeze_frame: Vec<Someone>,
}

#[derive(Deserialize)]
struct Someone {
    teammate: bool,
    actor: bool,
    location: [f64; 2],
}

#[derive(Deserialize)]
struct Event {
    id: String,
    index: u64,
    period: u8,
    timestamp: String,
    team: Named,
    #[serde(default)]
    player: Option<Named>,
    #[serde(default)]
    location: Option<Vec<f64>>,
}

#[derive(Deserialize)]
struct Named {
    id: u64,
}

/// Reads freeze frames and the events that they are of. The first side that the events name is home. A period begins
/// fifteen minutes after the last event of the one before: the files do not say.
pub fn read(frames: &[u8], events: &[u8], setup: &Setup) -> Result<Tracks, FeedError> {
    let frozen: Vec<Frozen> = body::json(frames)?;
    let events: Vec<Event> = body::json(events)?;
    let home = events.first().map(|e| e.team.id);
    let mut begins: BTreeMap<u8, i64> = BTreeMap::new();
    let (mut base, mut latest, mut period) = (0, 0, None);
    for event in &events {
        if period != Some(event.period) {
            if period.is_some() {
                base = latest + 15 * 60_000;
            }
            period = Some(event.period);
            begins.entry(event.period).or_insert(base);
        }
        latest = latest.max(base + clock_ms(&event.timestamp).map_or(0, i64::from));
    }
    let by_id: BTreeMap<&str, &Event> = events.iter().map(|e| (&*e.id, e)).collect();
    let (mut reports, mut faults) = (Vec::new(), Vec::new());
    for (one, n) in frozen.iter().zip(0_usize..) {
        let Some(event) = by_id.get(&*one.event_uuid) else {
            aside(
                &mut faults,
                Fault::new(
                    FaultCode::WrongShape,
                    format!("{n}.event_uuid"),
                    format!("no event {:?}", one.event_uuid),
                ),
            );
            continue;
        };
        let Some(clock_ms) = clock_ms(&event.timestamp) else {
            aside(
                &mut faults,
                Fault::new(
                    FaultCode::WrongShape,
                    format!("{n}.timestamp"),
                    format!("{:?} is no time of a period", event.timestamp),
                ),
            );
            continue;
        };
        let side = if Some(event.team.id) == home {
            Side::Home
        } else {
            Side::Away
        };
        // Home attacks to the right in the first half and in the third period, whoever does it is turned to the right.
        let home_right = event.period % 2 == 1;
        let right = (side == Side::Home) == home_right;
        let place = |at: &[f64]| {
            let (x, y) = to_metres(at, setup.pitch)?;
            Some(if right { (x, y) } else { (0.0 - x, 0.0 - y) })
        };
        let of = |someone: &Someone| {
            if someone.teammate { side } else { side.other() }
        };
        let players = one.freeze_frame.iter().zip(0..).filter_map(|(p, i)| {
            let (x_m, y_m) = place(&p.location)?;
            let id = match &event.player {
                Some(player) if p.actor => player.id.to_string(),
                // Nobody says who it is: a name of its own for every frame, so that nobody is followed by mistake.
                _ => format!("{}.{i}", event.index),
            };
            Some(TrackedPlayer {
                id: id.into(),
                side: Some(of(p)),
                number: None,
                x_m,
                y_m,
                speed_mps: None,
                head_deg: None,
                guessed: false,
            })
        });
        let ball = event.location.as_deref().and_then(place);
        let since = begins.get(&event.period).copied().unwrap_or(0) + i64::from(clock_ms);
        reports.push(FrameReport {
            source: setup.source.clone(),
            at: EventTime(setup.begins.0.saturating_add(since * 1000)),
            frame: Some(event.index),
            period: Some(event.period).filter(|p| (1..=5).contains(p)),
            clock_ms: Some(clock_ms),
            pitch: setup.pitch,
            home_attacks: Some(if home_right {
                Towards::Positive
            } else {
                Towards::Negative
            }),
            possession: Some(side),
            in_play: None,
            players: players.collect(),
            balls: ball
                .map(|(x_m, y_m)| TrackedBall {
                    x_m,
                    y_m,
                    ..TrackedBall::default()
                })
                .into_iter()
                .collect(),
        });
    }
    reports.sort_by_key(|f| f.at);
    reports.dedup_by_key(|f| f.at);
    // Who attacks where is known by the format's own rule; nothing is to be found out.
    Ok(Tracks {
        frames: reports,
        game: None,
        turned: false,
        faults,
    })
}

/// From the upper left of 120 by 80 units to metres from the centre mark.
fn to_metres(at: &[f64], pitch: Pitch) -> Option<(f32, f32)> {
    let [x, y, ..] = *at else { return None };
    (x.is_finite() && y.is_finite()).then(|| {
        (
            to_mm((x / 120.0 - 0.5) * f64::from(pitch.length_m)),
            to_mm((0.5 - y / 80.0) * f64::from(pitch.width_m)),
        )
    })
}

/// Milliseconds of `00:12:31.625`.
fn clock_ms(stamp: &str) -> Option<u32> {
    let mut parts = stamp.split(':');
    let (h, m, s) = (parts.next()?, parts.next()?, parts.next()?);
    let (h, m): (u32, u32) = (h.parse().ok()?, m.parse().ok()?);
    let s: f64 = s.parse().ok().filter(|s: &f64| (0.0..61.0).contains(s))?;
    (h < 4 && m < 60).then(|| (h * 60 + m) * 60_000 + (s * 1000.0).round() as u32)
}

//! Hawk-Eye's ball samples: a minute of the ball in three dimensions, fifty times a second, metres from the centre mark,
//! in UTC.
//!
//! The document has no players, so that nobody can tell from it who attacks where: its axes are taken as they are.

use matchday_event::{
    Side,
    senses::{FrameReport, TrackedBall},
};
use serde::Deserialize;

use super::{Setup, Tracks, aside, to_mm};
use crate::{Fault, FeedError, body};

#[derive(Deserialize)]
struct Document {
    details: Details,
    samples: Samples,
    time: Time,
    sequences: Option<Sequences>,
}

#[derive(Deserialize)]
struct Details {
    #[serde(default)]
    teams: Vec<Team>,
    #[serde(rename = "match")]
    of: Option<Named>,
}

#[derive(Deserialize)]
struct Named {
    id: Ids,
}

#[derive(Deserialize)]
struct Team {
    id: Ids,
    home: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Ids {
    fifa_id: Option<String>,
}

#[derive(Deserialize)]
struct Samples {
    ball: Vec<Sample>,
}

#[derive(Deserialize)]
struct Sample {
    pos: [f64; 3],
    time: f64,
    speed: Option<Speed>,
    possession: Option<Possession>,
    play: Option<String>,
}

#[derive(Deserialize)]
struct Speed {
    mps: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Possession {
    team_id: Ids,
}

#[derive(Deserialize)]
struct Time {
    #[serde(rename = "startUTC")]
    start: String,
}

#[derive(Deserialize)]
struct Sequences {
    segment: Option<u8>,
}

/// Reads a document.
pub fn read(bytes: &[u8], setup: &Setup) -> Result<Tracks, FeedError> {
    let document: Document = body::json(bytes)?;
    let start = body::time(&document.time.start).ok_or_else(|| {
        FeedError::wrong_shape(
            "time.startUTC",
            format!("{:?} is no time", document.time.start),
        )
    })?;
    let side_of = |ids: &Ids| {
        document
            .details
            .teams
            .iter()
            .find(|t| t.id.fifa_id.is_some() && t.id.fifa_id == ids.fifa_id)
            .map(|t| if t.home { Side::Home } else { Side::Away })
    };
    let period = document.sequences.and_then(|s| s.segment);
    let (mut frames, mut faults) = (Vec::new(), Vec::new());
    for (sample, n) in document.samples.ball.iter().zip(0_usize..) {
        if !(0.0..=86_400.0).contains(&sample.time) {
            aside(
                &mut faults,
                Fault::new(
                    matchday_event::FaultCode::WrongShape,
                    format!("samples.ball.{n}.time"),
                    format!("{} s is no time within a match", sample.time),
                ),
            );
            continue;
        }
        let at = start.0.saturating_add((sample.time * 1e6).round() as i64);
        let [x, y, z] = sample.pos;
        frames.push(FrameReport {
            source: setup.source.clone(),
            at: matchday_event::EventTime(at),
            frame: None,
            period: period.filter(|p| (1..=5).contains(p)),
            clock_ms: None,
            pitch: setup.pitch,
            home_attacks: None,
            possession: sample.possession.as_ref().and_then(|p| side_of(&p.team_id)),
            in_play: sample.play.as_deref().map(|p| p == "In"),
            players: Vec::new(),
            balls: vec![TrackedBall {
                x_m: to_mm(x),
                y_m: to_mm(y),
                z_m: Some(to_mm(z)),
                speed_mps: sample.speed.as_ref().map(|s| s.mps as f32),
                spin_rad_s: None,
                guessed: false,
            }],
        });
    }
    let game = document.details.of.and_then(|m| m.id.fifa_id);
    Ok(Tracks::of(frames, game.map(Into::into), faults))
}

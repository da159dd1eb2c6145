//! PFF's broadcast tracking: a JSON object a line and frame, metres from the centre mark.
//!
//! The measured places are read, because the provider's speeds belong to them; its smoothed ones are left out. A player
//! whom the picture did not show is marked `guessed`. More than one ball in a line is passed on as it is: the tracking
//! agent refuses such frames.

use matchday_event::{
    EventTime, FaultCode, Side,
    senses::{FrameReport, TrackedBall, TrackedPlayer},
};
use serde::Deserialize;

use super::{Setup, Tracks, aside, to_mm};
use crate::{Fault, FeedError, body};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    game_ref_id: Option<f64>,
    video_time_ms: f64,
    frame_num: u64,
    period: u8,
    period_elapsed_time: Option<f64>,
    home_players: Option<Vec<Player>>,
    away_players: Option<Vec<Player>>,
    balls: Option<Vec<Ball>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Player {
    jersey_num: String,
    visibility: Option<String>,
    x: f64,
    y: f64,
    speed: Option<f64>,
}

#[derive(Deserialize)]
struct Ball {
    visibility: Option<String>,
    x: f64,
    y: f64,
    z: Option<f64>,
}

/// Whether the first line is one of these.
pub(crate) fn are_lines(bytes: &[u8]) -> bool {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct First<'a> {
        #[serde(borrow)]
        home_players: Option<&'a serde_json::value::RawValue>,
        frame_num: Option<u64>,
    }
    let first = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    serde_json::from_slice::<First<'_>>(first)
        .is_ok_and(|f| f.home_players.is_some() && f.frame_num.is_some())
}

/// Reads lines. The first was at `setup.begins`; the video's time tells the others. Lines that cannot be read are set
/// aside, with their numbers.
pub fn read(bytes: &[u8], setup: &Setup) -> Result<Tracks, FeedError> {
    let (mut frames, mut faults) = (Vec::new(), Vec::new());
    let (mut first, mut game) = (None, None);
    let mut broken = None;
    for (line, n) in body::data(bytes)?.split(|b| *b == b'\n').zip(1_u64..) {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let line: Line = match serde_json::from_slice(line) {
            Ok(line) => line,
            Err(e) => {
                let place = format!("line {n} column {}", e.column());
                let code = body::from_serde(&e).code;
                broken.get_or_insert_with(|| FeedError::new(code, place.clone(), e.to_string()));
                aside(&mut faults, Fault::new(code, place, e.to_string()));
                continue;
            }
        };
        if let Some(number) = line.game_ref_id {
            game = game.or(Some(format!("{number:.0}").into()));
        }
        let first = *first.get_or_insert(line.video_time_ms);
        let since_us = (line.video_time_ms - first) * 1000.0;
        if !since_us.is_finite() || since_us.abs() > 1e12 {
            aside(
                &mut faults,
                Fault::new(
                    FaultCode::WrongShape,
                    format!("line {n} videoTimeMs"),
                    format!("{} is no time within a match", line.video_time_ms),
                ),
            );
            continue;
        }
        frames.push(FrameReport {
            source: setup.source.clone(),
            at: EventTime(setup.begins.0.saturating_add(since_us.round() as i64)),
            frame: Some(line.frame_num),
            period: Some(line.period).filter(|p| (1..=5).contains(p)),
            clock_ms: line
                .period_elapsed_time
                .filter(|s| (0.0..7200.0).contains(s))
                .map(|s| (s * 1000.0).round() as u32),
            pitch: setup.pitch,
            home_attacks: None,
            possession: None,
            in_play: None,
            players: of_side(line.home_players, Side::Home, 'h')
                .chain(of_side(line.away_players, Side::Away, 'a'))
                .collect(),
            balls: line
                .balls
                .unwrap_or_default()
                .into_iter()
                .map(|b| TrackedBall {
                    x_m: to_mm(b.x),
                    y_m: to_mm(b.y),
                    z_m: b.z.map(to_mm),
                    guessed: is_guessed(b.visibility.as_deref()),
                    ..TrackedBall::default()
                })
                .collect(),
        });
    }
    match broken {
        Some(error) if frames.is_empty() => Err(error),
        _ => Ok(Tracks::of(frames, game, faults)),
    }
}

fn is_guessed(visibility: Option<&str>) -> bool {
    visibility == Some("ESTIMATED")
}

fn of_side(
    players: Option<Vec<Player>>,
    side: Side,
    letter: char,
) -> impl Iterator<Item = TrackedPlayer> {
    players
        .unwrap_or_default()
        .into_iter()
        .map(move |p| TrackedPlayer {
            id: format!("{letter}{}", p.jersey_num).into(),
            side: Some(side),
            number: p.jersey_num.parse().ok(),
            x_m: to_mm(p.x),
            y_m: to_mm(p.y),
            speed_mps: p.speed.map(|s| s as f32),
            head_deg: None,
            guessed: is_guessed(p.visibility.as_deref()),
        })
}

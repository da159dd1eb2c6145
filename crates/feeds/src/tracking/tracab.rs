//! TRACAB's frames as JSON: centimetres from the centre mark, 25 frames a second.
//!
//! `Team` is 1 for home, 0 for away, 3 for officials; anything else is nobody. `Phase` 2 is the first half, 3 the second,
//! and so on. Slots that nobody fills are parked off the pitch as `Team` 4; of the balls the first is the ball. Players'
//! speeds are in m/s, the ball's in cm/s. Frames while `GameRunning` is 0 are left out.

use matchday_event::{
    EventTime, Side,
    senses::{FrameReport, Pitch, TrackedBall, TrackedPlayer},
};
use serde::Deserialize;

use super::{Setup, Tracks, aside, to_mm};
use crate::{Fault, FeedError, body};

/// Frames a second.
const HZ: i64 = 25;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    frame_data: Vec<Frame>,
    #[serde(rename = "GameID")]
    game_id: Option<String>,
    /// Decimetres.
    pitch_long_side: Option<f64>,
    pitch_short_side: Option<f64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Frame {
    frame_count: i64,
    #[serde(default)]
    game_running: i64,
    #[serde(default)]
    phase: i64,
    #[serde(default)]
    player_positions: Vec<Player>,
    #[serde(default)]
    ball_position: Vec<Ball>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Player {
    team: i64,
    jersey_number: i64,
    x: f64,
    y: f64,
    speed: Option<f64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Ball {
    x: f64,
    y: f64,
    z: Option<f64>,
    speed: Option<f64>,
    ball_owning_team: Option<String>,
    ball_status: Option<String>,
}

/// Reads a document. The first frame was at `setup.begins`; the count of frames tells the others.
pub fn read(bytes: &[u8], setup: &Setup) -> Result<Tracks, FeedError> {
    let document: Document = body::json(bytes)?;
    let metres =
        |decimetres: Option<f64>, usual: f32| decimetres.map_or(usual, |d| (d / 10.0) as f32);
    let pitch = Pitch {
        length_m: metres(document.pitch_long_side, setup.pitch.length_m),
        width_m: metres(document.pitch_short_side, setup.pitch.width_m),
    };
    let mut faults = Vec::new();
    let first = document.frame_data.first().map_or(0, |f| f.frame_count);
    let mut frames = Vec::with_capacity(document.frame_data.len());
    for (frame, n) in document.frame_data.iter().zip(0_usize..) {
        if frame.game_running == 0 {
            continue;
        }
        let since = frame
            .frame_count
            .checked_sub(first)
            .and_then(|f| f.checked_mul(1_000_000 / HZ));
        let at = since.and_then(|us| setup.begins.0.checked_add(us));
        let (Some(at), Ok(number)) = (at, u64::try_from(frame.frame_count)) else {
            aside(
                &mut faults,
                Fault::new(
                    matchday_event::FaultCode::WrongShape,
                    format!("FrameData.{n}.FrameCount"),
                    format!("{} cannot be a frame's number", frame.frame_count),
                ),
            );
            continue;
        };
        let mut players = Vec::with_capacity(frame.player_positions.len());
        for player in &frame.player_positions {
            let (side, letter) = match player.team {
                1 => (Some(Side::Home), 'h'),
                0 => (Some(Side::Away), 'a'),
                3 => (None, 'o'),
                _ => continue,
            };
            players.push(TrackedPlayer {
                id: format!("{letter}{}", player.jersey_number).into(),
                side,
                number: u8::try_from(player.jersey_number).ok(),
                x_m: to_mm(player.x / 100.0),
                y_m: to_mm(player.y / 100.0),
                speed_mps: player.speed.map(|s| s as f32),
                head_deg: None,
                guessed: false,
            });
        }
        let ball = frame.ball_position.first();
        frames.push(FrameReport {
            source: setup.source.clone(),
            at: EventTime(at),
            frame: Some(number),
            period: u8::try_from(frame.phase - 1)
                .ok()
                .filter(|p| (1..=5).contains(p)),
            clock_ms: None,
            pitch,
            home_attacks: None,
            possession: ball.and_then(|b| match b.ball_owning_team.as_deref() {
                Some("H") => Some(Side::Home),
                Some("A") => Some(Side::Away),
                _ => None,
            }),
            in_play: ball.and_then(|b| match b.ball_status.as_deref() {
                Some("Alive") => Some(true),
                Some("Dead") => Some(false),
                _ => None,
            }),
            players,
            balls: ball
                .map(|b| TrackedBall {
                    x_m: to_mm(b.x / 100.0),
                    y_m: to_mm(b.y / 100.0),
                    z_m: b.z.map(|z| to_mm(z / 100.0)),
                    speed_mps: b.speed.map(|s| (s / 100.0) as f32),
                    spin_rad_s: None,
                    guessed: false,
                })
                .into_iter()
                .collect(),
        });
    }
    Ok(Tracks::of(frames, document.game_id.map(Into::into), faults))
}

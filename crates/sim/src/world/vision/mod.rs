//! What cameras' software would detect around a match, and what is truly in its pictures.
//!
//! Two cameras: one over the play (players, officials, the ball and its spin, heads, celebrations) and one over the stands
//! (parts of the crowd, by side). Detections jitter, are missed, misread shirts and see what is not there. Shapes, delays
//! and rates are plausible guesses and no measurements of any system.

mod paint;
mod plan;
mod score;

use matchday_event::{EventTime, Side};
use serde::{Deserialize, Serialize};

use super::Script;

pub use paint::Pictures;
pub use score::{SCORED, score};

/// How the cameras are.
#[derive(Debug, Clone, PartialEq)]
pub struct VisionPlan {
    /// When the match kicks off.
    pub kick_off: EventTime,
    /// Pictures a second of each camera.
    pub rate_hz: f64,
    /// Probability of a picture to begin a celebration that is none, of one to four pictures.
    pub false_celebrations: f64,
    /// Share of detections that are missed.
    pub missed: f64,
    /// Share of shirt numbers that are misread.
    pub misread: f64,
}

impl Default for VisionPlan {
    fn default() -> Self {
        Self {
            kick_off: EventTime::from_millis(1_760_000_000_000),
            rate_hz: 12.5,
            false_celebrations: 0.004,
            missed: 0.12,
            misread: 0.04,
        }
    }
}

/// What is true of the pictures. Times are milliseconds from kick-off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "truth", rename_all = "snake_case")]
pub enum SeenTruth {
    /// A side celebrates.
    Celebration {
        /// Whose.
        side: Side,
        /// Number of who scored, where shirts have numbers.
        shirt: Option<u8>,
        /// When the first does.
        from_ms: u64,
        /// When the last stops.
        to_ms: u64,
        /// How many do at the most.
        players: u16,
    },
    /// A part of the crowd rises.
    Reaction {
        /// Whose.
        side: Side,
        /// When the first do.
        from_ms: u64,
        /// When half of them sit again.
        to_ms: u64,
        /// Share that rises, over the usual.
        share: f32,
    },
    /// A player turns the head by 55 degrees or more, fast.
    HeadTurn {
        /// Whose side.
        side: Side,
        /// Number on the shirt.
        shirt: u8,
        /// When it begins.
        from_ms: u64,
        /// When it is done.
        to_ms: u64,
        /// By how much.
        turn_deg: f32,
    },
    /// The ball's spin falls under 2 radians a second, or rises over 3.
    Spin {
        /// When.
        at_ms: u64,
        /// Whether it falls.
        down: bool,
    },
}

/// Who has the ball from when on, as the cameras' system has it: milliseconds from kick-off and the side.
pub fn possession(seed: u64, script: &Script) -> Vec<(u64, Side)> {
    let scene = plan::Scene::new(seed, script);
    let mut out: Vec<(u64, Side)> = Vec::new();
    for kick in &scene.kicks {
        if out.last().is_none_or(|(_, side)| *side != kick.side) {
            out.push((kick.at_ms as u64, kick.side));
        }
    }
    out
}

/// The pictures of a match under a seed: what is true, and the reports.
pub fn render(seed: u64, script: &Script, plan: &VisionPlan) -> (Vec<SeenTruth>, Pictures) {
    let scene = plan::Scene::new(seed, script);
    let truth = scene.truth();
    (truth, Pictures::new(seed, script, scene, plan))
}

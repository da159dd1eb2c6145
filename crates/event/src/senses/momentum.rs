//! Momentum: what all senses together make of the crowd, and the moments that stand out of it.

use std::{fmt, sync::Arc};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::RefusalPhase;
use crate::{EventTime, Side};

/// Where a part of the momentum comes from.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Sense {
    /// The match itself: points, win probability added, leverage.
    Game,
    /// The crowd's sound.
    Sound,
    /// Chat rooms.
    Chat,
    /// Wearables.
    Body,
    /// What cameras see: celebrations, reactions.
    Vision,
    /// Where viewers look.
    Gaze,
    /// Positions of players and ball.
    Tracking,
}

impl Sense {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Game,
        Self::Sound,
        Self::Chat,
        Self::Body,
        Self::Vision,
        Self::Gaze,
        Self::Tracking,
    ];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Game => "game",
            Self::Sound => "sound",
            Self::Chat => "chat",
            Self::Body => "body",
            Self::Vision => "vision",
            Self::Gaze => "gaze",
            Self::Tracking => "tracking",
        }
    }
}

impl fmt::Display for Sense {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What one sense adds to the momentum. The parts of a [`MomentumFact`] add up to its numbers, apart from what is cut
/// at their ends.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Contribution {
    /// Which sense.
    pub sense: Sense,
    /// Its part of the home side's number.
    pub home: f32,
    /// Its part of the visitors' number.
    pub away: f32,
    /// Its part of the intensity.
    pub intensity: f32,
}

/// The Momentum Index, ten times a second.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MomentumFact {
    /// When.
    pub at: EventTime,
    /// How far the match goes the home side's way for those who are with it: -100 to 100.
    pub home: f32,
    /// The same for the visitors. Not the other's negative: a goalless thriller lifts both, a bore neither.
    pub away: f32,
    /// How stirred people are, whomever they are with: 0 to 100.
    pub intensity: f32,
    /// What each sense that is at hand adds, in the order of [`Sense::ALL`].
    pub parts: Vec<Contribution>,
}

/// What kind of moment.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum MomentKind {
    /// Points: a goal, a touchdown, a basket or a game that matters.
    Score,
    /// Almost: a save, the post, a penalty or a field goal missed.
    NearMiss,
    /// Something to look at again that gave no points.
    BigPlay,
    /// The ball or the lead's hold was lost.
    Turnover,
    /// A foul, a card, a call against a side.
    Foul,
    /// A player is hurt.
    Injury,
    /// People were stirred, and no sense or feed says by what.
    Crowd,
}

impl MomentKind {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Score => "score",
            Self::NearMiss => "near_miss",
            Self::BigPlay => "big_play",
            Self::Turnover => "turnover",
            Self::Foul => "foul",
            Self::Injury => "injury",
            Self::Crowd => "crowd",
        }
    }
}

/// A peak of the momentum. It is told as soon as it is known that there is one; as more is learned (the feed's play
/// comes seconds after the crowd's roar) a later fact of the same number supersedes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MomentFact {
    /// Its number in the match, from 1.
    pub number: u32,
    /// What, as far as is known.
    pub kind: MomentKind,
    /// Whose, as far as is known: the side that scored, missed, lost the ball or fouled.
    pub side: Option<Side>,
    /// Who, as the feed or the camera names the player.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub player: Option<Arc<str>>,
    /// The highest intensity so far, 0 to 100.
    pub intensity: f32,
    /// When it began.
    pub onset: EventTime,
    /// When that was first known.
    pub found: EventTime,
    /// When it was over; `None` while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<EventTime>,
    /// How sure it is that something happened, 0 to 1.
    pub confidence: f32,
    /// Which senses told of it, in the order of [`Sense::ALL`].
    pub senses: Vec<Sense>,
}

/// Why a sense's reports do not move the momentum.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum MomentumRefusalCode {
    /// Its time is more than five seconds ahead of everybody else's.
    ClockAhead,
    /// Its time is more than half a minute behind everybody else's.
    ClockBehind,
    /// More sources than are kept apart.
    TooMany,
}

impl MomentumRefusalCode {
    /// The code as it stands in facts and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ClockAhead => "clock_ahead",
            Self::ClockBehind => "clock_behind",
            Self::TooMany => "too_many",
        }
    }
}

/// What a source reports is left out of the momentum, or is taken in again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MomentumRefusal {
    /// The sense; `None` for ticks.
    pub sense: Option<Sense>,
    /// The microphone, the room, the camera.
    pub source: Arc<str>,
    /// The time that the source gave.
    pub at: EventTime,
    /// Why.
    pub code: MomentumRefusalCode,
    /// Whether it begins or is over.
    pub phase: RefusalPhase,
}

//! Tracking: where players and ball are, and what follows from it.
//!
//! All positions are in one coordinate system, whoever measured them: metres, the origin at the centre mark, `x` along
//! the pitch towards the end that the home side attacks in the first period, `y` across it to the left of somebody who
//! looks that way, `z` up. It stays with the ground: at half-time the sides turn, the axes do not.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::RefusalPhase;
use crate::{EventTime, PlayId, Side};

/// The field of play, between its lines.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Pitch {
    /// Along `x`.
    pub length_m: f32,
    /// Along `y`.
    pub width_m: f32,
}

impl Pitch {
    /// 105 by 68 metres, which most grounds of the first leagues have.
    pub const USUAL: Self = Self {
        length_m: 105.0,
        width_m: 68.0,
    };
}

/// Which way a side attacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Towards {
    /// Towards positive `x`.
    Positive,
    /// Towards negative `x`.
    Negative,
}

impl Towards {
    /// 1 or -1.
    pub fn sign(self) -> f32 {
        match self {
            Self::Positive => 1.0,
            Self::Negative => -1.0,
        }
    }
}

/// Somebody on the pitch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrackedPlayer {
    /// The provider's key, the same in every frame.
    pub id: Arc<str>,
    /// Whose; `None` of referees and of those whom the provider cannot tell.
    pub side: Option<Side>,
    /// The number on the shirt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u8>,
    /// Along the pitch.
    pub x_m: f32,
    /// Across the pitch.
    pub y_m: f32,
    /// Speed as the provider has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speed_mps: Option<f32>,
    /// Where the head points, in degrees from `x` towards `y`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head_deg: Option<f32>,
    /// Whether the provider guessed it because nobody saw the player.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guessed: bool,
}

/// The ball.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct TrackedBall {
    /// Along the pitch.
    pub x_m: f32,
    /// Across the pitch.
    pub y_m: f32,
    /// Over the ground.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub z_m: Option<f32>,
    /// Speed as the provider has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speed_mps: Option<f32>,
    /// How fast it spins, whatever the axis, in radians a second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spin_rad_s: Option<f32>,
    /// Whether the provider guessed it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guessed: bool,
}

/// Where everybody was at one time, as one tracking system has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FrameReport {
    /// Which system, as configured: `optical`.
    pub source: Arc<str>,
    /// When.
    pub at: EventTime,
    /// The provider's number of the frame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame: Option<u64>,
    /// The period: 1 and 2 are halves, 3 and 4 extra time, 5 the shoot-out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<u8>,
    /// Milliseconds played in the period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_ms: Option<u32>,
    /// The pitch.
    pub pitch: Pitch,
    /// Which way the home side attacks now, if anybody knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home_attacks: Option<Towards>,
    /// Who has the ball, if the provider says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub possession: Option<Side>,
    /// Whether the ball is in play, if the provider says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_play: Option<bool>,
    /// Who was found.
    pub players: Vec<TrackedPlayer>,
    /// Balls that were found. More than one is a fault of the system, and is refused.
    pub balls: Vec<TrackedBall>,
}

/// What matchday holds to be true of how players and ball move.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "tracking", rename_all = "snake_case")]
pub enum TrackingFact {
    /// A player sprints, or no longer does.
    Sprint(SprintFact),
    /// The ball came into a final third, or left it.
    FinalThird(FinalThirdFact),
    /// A kicker starts the run-up.
    RunUp(RunUpFact),
    /// A player's head turned.
    HeadTurn(HeadTurnFact),
    /// The ball lost its spin in a final third.
    SpinDrop(SpinDropFact),
    /// A fast serve, in tennis.
    FastServe(FastServeFact),
    /// What comes in cannot be used, or can be used again.
    Refused(TrackingRefusal),
}

impl TrackingFact {
    /// The time that it speaks of; of a serve only where the feed stamps its points.
    pub fn at(&self) -> Option<EventTime> {
        match self {
            Self::Sprint(f) => Some(f.at),
            Self::FinalThird(f) => Some(f.at),
            Self::RunUp(f) => Some(f.at),
            Self::HeadTurn(f) => Some(f.at),
            Self::SpinDrop(f) => Some(f.at),
            Self::FastServe(f) => f.at,
            Self::Refused(f) => Some(f.at),
        }
    }
}

/// Whether it begins or is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// From here on.
    Began,
    /// Until here.
    Ended,
}

/// A place on the pitch, in the coordinates of [`FrameReport`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Spot {
    /// Along the pitch.
    pub x_m: f32,
    /// Across the pitch.
    pub y_m: f32,
    /// The same as shares of the field of play, as micro-events tell it.
    pub place: super::Place,
}

/// A player runs at 7 m/s (25.2 km/h) or more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SprintFact {
    /// When that was known.
    pub at: EventTime,
    /// The provider's key of the player.
    pub player: Arc<str>,
    /// Whose.
    pub side: Option<Side>,
    /// The number on the shirt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u8>,
    /// Whether it begins or is over.
    pub phase: Phase,
    /// Smoothed speed then; when it is over the highest of it.
    pub speed_mps: f32,
    /// Where.
    pub spot: Spot,
}

/// The ball is in the third of the pitch before the goal that a side attacks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FinalThirdFact {
    /// When that was known.
    pub at: EventTime,
    /// The side that attacks there.
    pub side: Side,
    /// Whether it came in or left.
    pub phase: Phase,
    /// Where the ball was.
    pub spot: Spot,
}

/// What a run-up is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kick {
    /// A penalty kick: the ball rests on the mark and nobody else is near.
    Penalty,
    /// A free kick, a corner, a kick-off: the ball rests elsewhere.
    SetPiece,
}

/// A kicker starts towards a ball that rests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunUpFact {
    /// When that was known.
    pub at: EventTime,
    /// For what.
    pub kick: Kick,
    /// The provider's key of the player.
    pub player: Arc<str>,
    /// Whose.
    pub side: Option<Side>,
    /// The number on the shirt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u8>,
    /// From how far, in metres.
    pub from_m: f32,
    /// Where the ball rests.
    pub spot: Spot,
}

/// What a turn was seen by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TurnBy {
    /// The provider measures where heads point.
    Head,
    /// Only the direction in which the player moves is known: a weak stand-in, and told as such.
    Movement,
}

/// A head turned by 55° or more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HeadTurnFact {
    /// When that was known.
    pub at: EventTime,
    /// The provider's key of the player.
    pub player: Arc<str>,
    /// Whose.
    pub side: Option<Side>,
    /// The number on the shirt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u8>,
    /// How far, to the left of the player if positive.
    pub degrees: f32,
    /// In how long.
    pub within_ms: u32,
    /// What it was seen by.
    pub by: TurnBy,
    /// Whether the other side has the ball, as far as is known: a defender's turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub defends: Option<bool>,
    /// Where.
    pub spot: Spot,
}

/// The ball's spin fell under 2 rad/s in a final third.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SpinDropFact {
    /// When that was known.
    pub at: EventTime,
    /// The side that attacks there.
    pub side: Side,
    /// The spin then.
    pub spin_rad_s: f32,
    /// Where the ball was.
    pub spot: Spot,
}

/// A serve faster than 190 km/h.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FastServeFact {
    /// When, if the feed stamps its points.
    pub at: Option<EventTime>,
    /// The point.
    pub play_id: PlayId,
    /// Who served.
    pub side: Option<Side>,
    /// How fast.
    pub speed_kmh: u16,
}

/// Why a system's frames cannot be used.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum TrackingRefusalCode {
    /// A number that cannot be: not finite, or a pitch of no size that the rules know.
    Impossible,
    /// More people than a pitch has, or more than one of the same key.
    TooManyPlayers,
    /// More than one ball.
    TooManyBalls,
    /// Players or ball far off the ground.
    OffPitch,
    /// Nobody moved, to the last digit, for longer than living people can stand.
    Frozen,
    /// The clock went on by more than the frames can have, without a new period.
    ClockJump,
    /// A frame older than one before it.
    OutOfOrder,
    /// Many moved faster than anybody runs: tracks were mixed up, or the clock is wrong.
    TooFast,
}

impl TrackingRefusalCode {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Impossible,
        Self::TooManyPlayers,
        Self::TooManyBalls,
        Self::OffPitch,
        Self::Frozen,
        Self::ClockJump,
        Self::OutOfOrder,
        Self::TooFast,
    ];

    /// The code as it stands in facts and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Impossible => "impossible",
            Self::TooManyPlayers => "too_many_players",
            Self::TooManyBalls => "too_many_balls",
            Self::OffPitch => "off_pitch",
            Self::Frozen => "frozen",
            Self::ClockJump => "clock_jump",
            Self::OutOfOrder => "out_of_order",
            Self::TooFast => "too_fast",
        }
    }
}

/// A system's frames cannot be used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrackingRefusal {
    /// Which system.
    pub source: Arc<str>,
    /// When.
    pub at: EventTime,
    /// Why.
    pub code: TrackingRefusalCode,
    /// Whether it begins or is over.
    pub phase: RefusalPhase,
}

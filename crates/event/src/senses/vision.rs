//! Vision: what a camera's software detects in its pictures, and what follows from it.
//!
//! Detections are the interface, so that any vision system can stand before it. They know sides and shirt numbers and
//! nothing else about people: no faces, no names, no ages, no expressions. A report with any other attribute is refused
//! as a whole.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Direction, RefusalPhase};
use crate::{EventTime, Side};

/// What was detected in one picture of one camera.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeenReport {
    /// Which camera, by the name that configuration gives it.
    pub camera: Arc<str>,
    /// When the picture was taken.
    pub at: EventTime,
    /// The side that has the ball, where the system knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub possession: Option<Side>,
    /// What is in it. Empty: nothing was detected, which is also worth saying.
    pub detections: Vec<Detection>,
}

/// One thing in a picture.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Detection {
    /// What.
    pub class: SeenClass,
    /// Left, top, width and height, as shares of the picture's width and height from its upper left corner.
    #[serde(rename = "box")]
    pub area: [f32; 4],
    /// How sure the system is, 0 to 1.
    pub confidence: f32,
    /// Whose: of a player by the shirt, of a part of the crowd by where it sits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
    /// Number on the shirt, of a player, a celebration or a head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shirt: Option<u8>,
    /// Where a head points, in degrees from the camera's axis, clockwise seen from above: -180 to 180.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head_yaw_deg: Option<f32>,
    /// How fast the ball spins, in radians a second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spin_rad_s: Option<f32>,
    /// Share of a part of the crowd that is on its feet or waves, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stirred: Option<f32>,
    /// The same thing in the same camera keeps this number from picture to picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub track: Option<u32>,
}

/// What can be seen.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SeenClass {
    /// Someone who plays.
    Player,
    /// The ball.
    Ball,
    /// An official.
    Referee,
    /// A part of the stands, and never a single person in them.
    CrowdSection,
    /// A player who celebrates: arms up, runs off, is embraced.
    Celebration,
    /// A player's head.
    Head,
}

impl SeenClass {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Player,
        Self::Ball,
        Self::Referee,
        Self::CrowdSection,
        Self::Celebration,
        Self::Head,
    ];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Player => "player",
            Self::Ball => "ball",
            Self::Referee => "referee",
            Self::CrowdSection => "crowd_section",
            Self::Celebration => "celebration",
            Self::Head => "head",
        }
    }
}

/// What matchday holds to be true of what cameras see.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "vision", rename_all = "snake_case")]
pub enum VisionFact {
    /// A side celebrates, and round whom. A later one of the same side and onset supersedes it.
    Celebration(Celebration),
    /// How much of the crowd is on its feet, twice a second.
    Crowd(CrowdSeen),
    /// The crowd rises. A later one of the same side and onset supersedes it.
    Reaction(CrowdReaction),
    /// A player turned the head by 55 degrees or more.
    HeadTurn(HeadTurn),
    /// The ball's spin fell under 2 radians a second, or rose over 3 again.
    Spin(SpinCrossing),
    /// What comes in cannot be used, or can be used again.
    Refused(VisionRefusal),
}

/// Players of one side celebrate.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Celebration {
    /// Whose.
    pub side: Side,
    /// When this was known.
    pub at: EventTime,
    /// When it began.
    pub onset: EventTime,
    /// When it was over; `None` while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<EventTime>,
    /// The shirt number round which they celebrate, as far as is clear: most likely who scored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scorer: Option<u8>,
    /// The most who celebrated at once so far.
    pub players: u16,
    /// 0 to 1: five players at once count as 1.
    pub strength: f32,
    /// 0 to 1: the detections' own confidence, over all pictures of it.
    pub confidence: f32,
}

/// How much of the crowd is on its feet or waves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CrowdSeen {
    /// When.
    pub at: EventTime,
    /// Whose part of the crowd; `None` for parts that are no side's.
    pub side: Option<Side>,
    /// How many parts of the stands are in the pictures.
    pub sections: u16,
    /// Share that is on its feet, the mean over the parts.
    pub share: f32,
    /// How far that is above what these parts usually show: -1 to 1.
    pub above_usual: f32,
}

/// A side's part of the crowd rises to its feet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CrowdReaction {
    /// Whose; `None` for parts that are no side's.
    pub side: Option<Side>,
    /// When this was known.
    pub at: EventTime,
    /// When it began.
    pub onset: EventTime,
    /// When it was over; `None` while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<EventTime>,
    /// Highest share on its feet so far.
    pub share: f32,
    /// 0 to 1: the highest rise over the usual so far.
    pub strength: f32,
}

/// A player turned the head within half a second.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HeadTurn {
    /// Whose side, where the shirt showed.
    pub side: Option<Side>,
    /// Number on the shirt, where it showed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shirt: Option<u8>,
    /// Whether the player's side is without the ball; `None` where nobody says who has it.
    pub defending: Option<bool>,
    /// When it was known.
    pub at: EventTime,
    /// When it began.
    pub onset: EventTime,
    /// By how much, clockwise seen from above.
    pub turn_deg: f32,
    /// Which camera saw it.
    pub camera: Arc<str>,
    /// 0 to 1: mean of the detections' own confidence.
    pub confidence: f32,
}

/// The ball's spin passed a threshold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SpinCrossing {
    /// When.
    pub at: EventTime,
    /// 2 down, and its way back 3 up.
    pub threshold_rad_s: f32,
    /// Which way.
    pub direction: Direction,
    /// The spin then: the median of the last three pictures.
    pub spin_rad_s: f32,
    /// Which camera saw it.
    pub camera: Arc<str>,
    /// Where in its picture: centre of the ball, shares of width and height.
    pub place: [f32; 2],
    /// 0 to 1: mean of the detections' own confidence.
    pub confidence: f32,
}

/// Why a camera's detections cannot be used. A picture with any of these is not used at all.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum VisionRefusalCode {
    /// More balls than a game has, false detections allowed for.
    ManyBalls,
    /// More players or officials than a game has, false detections allowed for.
    ManyPeople,
    /// More detections, cameras or tracks than are kept.
    TooMany,
    /// A box outside the picture, or without extent.
    OutsidePicture,
    /// A number that cannot be: not finite, a confidence over 1, a spin under zero.
    Impossible,
    /// One shirt of one side celebrates or plays in several places at once.
    Contradiction,
    /// A picture older than one before it.
    OutOfOrder,
    /// Its time is far from everybody else's.
    Clock,
    /// The same detections again and again: the picture stands still.
    Stuck,
}

impl VisionRefusalCode {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::ManyBalls,
        Self::ManyPeople,
        Self::TooMany,
        Self::OutsidePicture,
        Self::Impossible,
        Self::Contradiction,
        Self::OutOfOrder,
        Self::Clock,
        Self::Stuck,
    ];

    /// The code as it stands in facts and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ManyBalls => "many_balls",
            Self::ManyPeople => "many_people",
            Self::TooMany => "too_many",
            Self::OutsidePicture => "outside_picture",
            Self::Impossible => "impossible",
            Self::Contradiction => "contradiction",
            Self::OutOfOrder => "out_of_order",
            Self::Clock => "clock",
            Self::Stuck => "stuck",
        }
    }
}

/// A camera's detections cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VisionRefusal {
    /// Which camera.
    pub camera: Arc<str>,
    /// When.
    pub at: EventTime,
    /// Why.
    pub code: VisionRefusalCode,
    /// Whether it begins or is over.
    pub phase: RefusalPhase,
}

//! Gaze: where viewers look on the picture, and what they look at together.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Direction, RefusalPhase};
use crate::{EventTime, senses::Pseudonym};

/// Where some viewers looked lately.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GazeReport {
    /// The stream of samples, by the name that configuration gives it.
    pub source: Arc<str>,
    /// The time that it speaks up to: no earlier than any of its samples.
    pub at: EventTime,
    /// Where regions lie on the picture from now on, for a camera that moves. Left out: where they lay before. A region that
    /// is not in the list is not in the picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regions: Option<Vec<Region>>,
    /// The samples, in the order of their time.
    pub samples: Vec<GazeSample>,
}

/// A part of the picture with a name. Coordinates are shares of the picture's width and height, from its upper left corner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Region {
    /// Its name: `penalty_mark`.
    pub name: Arc<str>,
    /// Left, top, width and height.
    #[serde(rename = "box")]
    pub area: [f32; 4],
}

/// Where one viewer looked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GazeSample {
    /// Who, as a pseudonym.
    pub viewer: Pseudonym,
    /// When.
    pub at: EventTime,
    /// Where.
    pub look: Look,
}

/// Where a viewer looks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// At a point of the picture: shares of its width and height from its upper left corner.
    Point([f32; 2]),
    /// At a region, where the tracker itself knows which.
    Region(Arc<str>),
    /// Not at the picture, or the eyes are shut.
    Away,
}

/// What matchday holds to be true of viewers' gaze. Of viewers together, five at the least, and never of one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "gaze", rename_all = "snake_case")]
pub enum GazeFact {
    /// Who looks where, five times a second.
    Shares(GazeShares),
    /// The share of viewers on a region passed its threshold.
    Crossed(GazeCrossing),
    /// What comes in cannot be used, or can be used again.
    Refused(GazeRefusal),
}

/// Which share of viewers looks at which region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GazeShares {
    /// When.
    pub at: EventTime,
    /// Viewers of whom there is a sample of the last second.
    pub viewers: u32,
    /// Share of them that looks away from the picture.
    pub away: f32,
    /// The regions that are watched for, in the order of configuration.
    pub regions: Vec<RegionShare>,
}

/// How much a region is looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RegionShare {
    /// Which.
    pub region: Arc<str>,
    /// Share of viewers that look at it, 0 to 1.
    pub share: f32,
    /// How long those have looked at it, blinks and short glances aside: half of them as long as this. `None` where fewer
    /// than five do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dwell_p50_ms: Option<u32>,
    /// Nine in ten of them no longer than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dwell_p90_ms: Option<u32>,
}

/// The share of viewers on a region passed its threshold, which has a way back that lies lower.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GazeCrossing {
    /// Which region.
    pub region: Arc<str>,
    /// When.
    pub at: EventTime,
    /// 0.60 up and its way back 0.50 down, unless configured otherwise.
    pub threshold: f32,
    /// Which way. Also down when nothing is known any more.
    pub direction: Direction,
    /// The share then: a strength from 0 to 1.
    pub share: f32,
    /// Of how many viewers.
    pub viewers: u32,
}

/// Why gaze cannot be used.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum GazeRefusalCode {
    /// Fewer than five viewers: nothing is told.
    TooFew,
    /// Eyes that do not move at all: trackers that repeat themselves. Those viewers are not counted.
    Stuck,
    /// A point that is no number or far outside the picture, or a region without extent.
    Impossible,
    /// A report older than one before it.
    OutOfOrder,
    /// Its time is far from everybody else's.
    Clock,
    /// More viewers, samples or sources than are kept.
    TooMany,
}

impl GazeRefusalCode {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::TooFew,
        Self::Stuck,
        Self::Impossible,
        Self::OutOfOrder,
        Self::Clock,
        Self::TooMany,
    ];

    /// The code as it stands in facts and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TooFew => "too_few",
            Self::Stuck => "stuck",
            Self::Impossible => "impossible",
            Self::OutOfOrder => "out_of_order",
            Self::Clock => "clock",
            Self::TooMany => "too_many",
        }
    }
}

/// Gaze that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GazeRefusal {
    /// Which stream of samples; `None` where it is about viewers of all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Arc<str>>,
    /// When.
    pub at: EventTime,
    /// Why.
    pub code: GazeRefusalCode,
    /// Whether it begins or is over.
    pub phase: RefusalPhase,
}

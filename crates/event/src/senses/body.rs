//! Bodies: beats of hearts that wearables report, and what follows from them.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Direction, Pseudonym, RefusalPhase};
use crate::{EventTime, Side};

/// Beats of one heart over a short span, as intervals between them. Rates and variability are computed from these and
/// never taken from a device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BeatReport {
    /// Whose heart, as a pseudonym.
    pub wearer: Pseudonym,
    /// What the wearer is to the match.
    pub who: Wearer,
    /// The kind of device, as configuration names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<Arc<str>>,
    /// When the last of the beats was: the end of the last interval.
    pub at: EventTime,
    /// Milliseconds from beat to beat (RR intervals), the oldest first. Each begins where the one before it ends.
    pub intervals_ms: Vec<f32>,
    /// Whether the sensor touches the skin, where it can tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<bool>,
}

/// What a wearer is to the match.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "role", rename_all = "snake_case")]
pub enum Wearer {
    /// Plays.
    Player {
        /// For which side.
        side: Side,
        /// Name or number on the shirt, where the operator gives it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        shirt: Option<Arc<str>>,
    },
    /// Watches. Nothing about one fan leaves the body agent.
    Fan {
        /// Whom the fan is with, if with one.
        side: Option<Side>,
    },
}

impl Wearer {
    /// The side that the wearer plays for or is with.
    pub fn side(&self) -> Option<Side> {
        match self {
            Self::Player { side, .. } => Some(*side),
            Self::Fan { side } => *side,
        }
    }
}

/// What matchday holds to be true of the bodies of those who play and watch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "body", rename_all = "snake_case")]
pub enum BodyFact {
    /// A player's heart rate passed 110 beats a minute.
    Rate(RateCrossing),
    /// Four or more players' hearts leapt together.
    Leap(Leap),
    /// A player's heart beats much more evenly than it usually does. A later one of the same wearer and onset
    /// supersedes it.
    Strain(Strain),
    /// Fans, never fewer than five together, once a second.
    Fans(FansFact),
    /// What a wearable sends cannot be used, or can be used again.
    Refused(BodyRefusal),
}

/// A player as body facts name one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct PlayerWearer {
    /// Pseudonym.
    pub wearer: Pseudonym,
    /// Side.
    pub side: Side,
    /// Name or number on the shirt, where the operator gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shirt: Option<Arc<str>>,
}

/// A player's heart rate passed a threshold, which has a way back that lies lower.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RateCrossing {
    /// Whose.
    pub player: PlayerWearer,
    /// When: the beat that settled it.
    pub at: EventTime,
    /// 110 up, and its way back 105 down.
    pub threshold_bpm: f32,
    /// Which way.
    pub direction: Direction,
    /// The rate then.
    pub bpm: f32,
}

/// Four or more players' heart rates rose by more than 30 a minute within two seconds. A later one of the same onset, when
/// more of them have risen, supersedes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Leap {
    /// When the fourth was known to have risen.
    pub at: EventTime,
    /// When the first of them began to rise.
    pub onset: EventTime,
    /// Players of the home side that rose.
    pub home: u16,
    /// Players of the visitors that rose.
    pub away: u16,
    /// The side, where at least three in four of them are of one.
    pub side: Option<Side>,
    /// Median of their rises, in beats a minute.
    pub rise_bpm: f32,
    /// 0 to 1: share of the players with a usable heart rate that rose.
    pub strength: f32,
}

/// A player's short-term variability is 1.2 standard deviations under its own baseline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Strain {
    /// Whose.
    pub player: PlayerWearer,
    /// When this was known.
    pub at: EventTime,
    /// When it was first under the threshold.
    pub onset: EventTime,
    /// When it was over; `None` while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<EventTime>,
    /// Root mean square of successive differences over the last half minute.
    pub rmssd_ms: f32,
    /// Standard deviation of the intervals over the same time (SDNN).
    pub sdnn_ms: f32,
    /// Standard deviations from the baseline, of its logarithm: -1.2 and less while it lasts.
    pub z: f32,
    /// 0 to 1: how far under the threshold, three standard deviations counting as 1.
    pub strength: f32,
}

/// Fans' hearts, as an aggregate: of one side's, or of all who wear something. Left out where it would tell of fewer than
/// five people, or would let one take the difference of two such facts and learn of fewer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FansFact {
    /// When.
    pub at: EventTime,
    /// Whose fans; `None` for all, those with no side included.
    pub side: Option<Side>,
    /// How many wearers there are whose beats can be used.
    pub wearers: u32,
    /// Median heart rate.
    pub median_bpm: f32,
    /// Median of how far each is above the own baseline.
    pub median_rise_bpm: f32,
    /// Share whose heart rate is over 110.
    pub over_110_share: f32,
    /// Mean over wearers of the variability's distance from the own baseline in standard deviations; `None` while fewer
    /// than five have a baseline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean_rmssd_z: Option<f32>,
    /// 0 to 1: the median rise, 30 beats a minute counting as 1.
    pub strength: f32,
}

/// Why a wearable's reports cannot be used.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum BodyRefusalCode {
    /// The same intervals come again and again: no heart beats so.
    Stuck,
    /// A number that cannot be: not finite, under zero, or longer than the time that it is of.
    Impossible,
    /// A report that is not later than the one before it.
    OutOfOrder,
    /// Its time is far from everybody else's.
    Clock,
    /// The sensor says that it does not touch the skin.
    ContactLost,
    /// So many of the beats are artefacts that the rest cannot be trusted.
    Noisy,
    /// The wearer was one thing and is now another: side or role changed.
    Changed,
    /// More wearers than are kept.
    TooMany,
}

impl BodyRefusalCode {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Stuck,
        Self::Impossible,
        Self::OutOfOrder,
        Self::Clock,
        Self::ContactLost,
        Self::Noisy,
        Self::Changed,
        Self::TooMany,
    ];

    /// The code as it stands in facts and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stuck => "stuck",
            Self::Impossible => "impossible",
            Self::OutOfOrder => "out_of_order",
            Self::Clock => "clock",
            Self::ContactLost => "contact_lost",
            Self::Noisy => "noisy",
            Self::Changed => "changed",
            Self::TooMany => "too_many",
        }
    }
}

/// A wearable's reports cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BodyRefusal {
    /// The player whose wearable it is. `None`: one or more fans', whom nothing names; it begins with the first of them and
    /// is over with the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub player: Option<PlayerWearer>,
    /// When.
    pub at: EventTime,
    /// Why.
    pub code: BodyRefusalCode,
    /// Whether it begins or is over.
    pub phase: RefusalPhase,
}

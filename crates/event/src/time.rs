use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Microseconds since the Unix epoch, UTC. It always arrives as data; nothing outside `app` asks a clock.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(transparent)]
pub struct EventTime(pub i64);

impl EventTime {
    /// From whole milliseconds.
    pub fn from_millis(ms: i64) -> Self {
        Self(ms.saturating_mul(1000))
    }

    /// Whole milliseconds, rounded down.
    pub fn millis(self) -> i64 {
        self.0.div_euclid(1000)
    }
}

/// The game's own clock: a period and the seconds left in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct GameClock {
    /// 1 to 4 are quarters, 5 and up overtime.
    pub period: u8,
    /// Seconds left in the period.
    pub clock_s: u16,
}

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

/// The game's own clock: a period and the seconds on its clock. Those are seconds left in football and in
/// basketball, seconds played in soccer, where nobody knows how long a half will be, and 0 in tennis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct GameClock {
    /// 1 to 4 are quarters, 5 and up overtime; in soccer 1 and 2 are halves, 3 and 4 extra time, 5 the shoot-out;
    /// in tennis the set.
    pub period: u8,
    /// Seconds on the period's clock.
    pub clock_s: u16,
}

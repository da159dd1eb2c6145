use matchday_event::{Sport, senses::Camera};
use serde::{Deserialize, Serialize};

/// The longest length that any setting may have, in milliseconds: longer is a slip of the pen.
const LONGEST_MS: u32 = 600_000;

/// What a match's director goes by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DirectorConfig {
    /// The camera on air where nobody asks for another.
    pub main: Camera,
    /// How long a shot stays at least, in milliseconds.
    pub min_shot_ms: u32,
    /// By how much a proposal's priority must pass that of the shot on air to break its minimum.
    pub break_priority: u8,
    /// What a return, or a camera that the operator has released, counts as while it is younger than the minimum.
    pub return_priority: u8,
    /// How long a camera that was left is not gone back to, in milliseconds, unless it is the return, or for a higher
    /// priority than is on air. To the second half of A-B-A-B it never is.
    pub ping_pong_ms: u32,
    /// Length of the fade of a return, in milliseconds; 0 is a cut.
    pub return_fade_ms: u32,
    /// Length of the fade to a camera that the operator takes, in milliseconds; 0 is a cut.
    pub manual_fade_ms: u32,
    /// The longest fade that a rule may ask for, in milliseconds; what is longer is made so long.
    pub max_fade_ms: u32,
    /// How long the operator's camera stays what rule shots return to after the operator has released it, in
    /// milliseconds. Then it is the main camera again.
    pub settle_ms: u32,
    /// How long before its frame a cut is told, in milliseconds: more than the time between two ticks, so that none
    /// comes late, and no more than needed, because until then it may change in silence.
    pub lead_ms: u32,
}

impl Default for DirectorConfig {
    fn default() -> Self {
        Self {
            main: Camera::Main,
            min_shot_ms: 1_500,
            break_priority: 40,
            return_priority: 30,
            ping_pong_ms: 4_000,
            return_fade_ms: 0,
            manual_fade_ms: 0,
            max_fade_ms: 2_000,
            settle_ms: 8_000,
            lead_ms: 250,
        }
    }
}

/// A setting of the director that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} is {value}: it must be between {low} and {high}")]
pub struct DirectorConfigError {
    field: &'static str,
    value: u32,
    low: u32,
    high: u32,
}

impl DirectorConfig {
    /// What suits a sport. In soccer the keeper's camera leaves after 1.4 s, which the minimum must allow.
    pub fn of(sport: Sport) -> Self {
        let default = Self::default();
        match sport {
            Sport::Soccer => Self {
                min_shot_ms: 1_400,
                ..default
            },
            Sport::AmericanFootball | Sport::Basketball | Sport::Tennis => default,
        }
    }

    /// What types alone do not say.
    pub fn check(&self) -> Result<(), DirectorConfigError> {
        let longest = LONGEST_MS;
        for (field, value, low, high) in [
            ("min_shot_ms", self.min_shot_ms, 0, longest),
            ("break_priority", self.break_priority.into(), 1, 255),
            ("ping_pong_ms", self.ping_pong_ms, 0, longest),
            ("max_fade_ms", self.max_fade_ms, 0, longest),
            ("return_fade_ms", self.return_fade_ms, 0, self.max_fade_ms),
            ("manual_fade_ms", self.manual_fade_ms, 0, self.max_fade_ms),
            ("settle_ms", self.settle_ms, 0, longest),
            ("lead_ms", self.lead_ms, 0, 10_000),
        ] {
            if !(low..=high).contains(&value) {
                return Err(DirectorConfigError {
                    field,
                    value,
                    low,
                    high,
                });
            }
        }
        Ok(())
    }
}

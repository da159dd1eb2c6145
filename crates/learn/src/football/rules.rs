use serde::{Deserialize, Serialize};

/// What differs between the leagues, as far as projecting a play needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rules {
    /// The National Football League: timed overtime, the next score nearly always winning.
    Nfl,
    /// College: alternating untimed series from the 25.
    College,
}

impl Rules {
    /// Where a kick-off is kicked from, in yards to the goal that the receivers attack.
    pub fn kickoff_yards_to_goal(self) -> u8 {
        35
    }

    /// Seconds on the clock when overtime begins.
    pub fn overtime_clock_s(self) -> u16 {
        match self {
            Self::Nfl => 900,
            Self::College => 0,
        }
    }
}

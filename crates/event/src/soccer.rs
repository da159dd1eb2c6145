//! What is particular to soccer.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Score, Side};

/// What kind of event it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "SoccerPlayKind")]
pub enum PlayKind {
    /// A goal for the side of the event.
    Goal,
    /// A goal against its own side: it counts for the other.
    OwnGoal,
    /// A penalty kick scored.
    PenaltyGoal,
    /// A penalty kick saved or missed.
    PenaltyMissed,
    /// A shot held by the keeper.
    ShotSaved,
    /// A shot past the goal.
    ShotOff,
    /// A shot blocked on its way.
    ShotBlocked,
    /// A shot against the frame.
    Woodwork,
    /// A first yellow card.
    YellowCard,
    /// A second yellow card: the player is off.
    SecondYellow,
    /// A red card.
    RedCard,
    /// One player for another.
    Substitution,
    /// A corner kick.
    Corner,
    /// A foul against the side of the event.
    FreeKick,
    /// A foul by the side of the event.
    Foul,
    /// Offside.
    Offside,
    /// A penalty kick given to the side of the event.
    PenaltyWon,
    /// A kick of the shoot-out that counted.
    ShootoutGoal,
    /// A kick of the shoot-out that did not.
    ShootoutMissed,
    /// A half or an extra period begins.
    StartPeriod,
    /// A half or an extra period ends.
    EndPeriod,
    /// The match is over.
    EndMatch,
    /// Anything else: line-ups, delays, reviews.
    #[default]
    Other,
}

impl PlayKind {
    /// Whether it is a goal of the match, a shoot-out's kicks left out.
    pub fn is_goal(self) -> bool {
        matches!(self, Self::Goal | Self::OwnGoal | Self::PenaltyGoal)
    }

    /// Whether it was a try at goal.
    pub fn is_shot(self) -> bool {
        matches!(
            self,
            Self::Goal
                | Self::PenaltyGoal
                | Self::PenaltyMissed
                | Self::ShotSaved
                | Self::ShotOff
                | Self::ShotBlocked
                | Self::Woodwork
        )
    }

    /// Whether a player is off for good without another coming on.
    pub fn is_dismissal(self) -> bool {
        matches!(self, Self::RedCard | Self::SecondYellow)
    }
}

/// A soccer event, as a provider has it. The report's clock is seconds *played* in the period.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct SoccerPlay {
    /// What it was.
    pub kind: PlayKind,
    /// Whose; of an own goal the side whose player it was.
    pub side: Option<Side>,
    /// Who did it, as people write the name.
    pub player: Option<Arc<str>>,
    /// The chance that such a shot goes in, where the provider gives it.
    pub xg: Option<f32>,
}

/// The three ways a match can end for the table: after ninety minutes or, in a knock-out, after all that follows.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Outcome {
    /// Probability of a home win.
    pub home: f64,
    /// Probability of a draw; 0 where somebody must win.
    pub draw: f64,
    /// Probability of an away win.
    pub away: f64,
}

/// What a soccer event adds to its fact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SoccerPlayFact {
    /// What it was.
    pub kind: PlayKind,
    /// Whose.
    pub side: Option<Side>,
    /// The minute as people say it, from 1: 45 for `45+2`.
    pub minute: u16,
    /// Minutes of added time: 2 for `45+2`.
    pub added_min: Option<u16>,
    /// Who did it.
    pub player: Option<Arc<str>>,
    /// The chance that such a shot goes in.
    pub xg: Option<f32>,
    /// Home win, draw and away win after it.
    pub outcome: Outcome,
}

/// What soccer adds to where a match stands.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct SoccerState {
    /// Home win, draw and away win now.
    pub outcome: Outcome,
    /// The minute as people say it, from 1.
    pub minute: u16,
    /// Minutes of added time.
    pub added_min: Option<u16>,
    /// Players sent off.
    pub reds: Score,
    /// Players booked.
    pub yellows: Score,
    /// Tries at goal.
    pub shots: Score,
    /// Those on target, goals included.
    pub on_target: Score,
    /// Corner kicks.
    pub corners: Score,
    /// Kicks of the shoot-out that counted.
    pub shootout: Option<Score>,
}

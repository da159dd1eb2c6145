//! What is particular to tennis. Home is the player whom the draw lists first.

use std::sync::Arc;

use enumset::{EnumSet, EnumSetType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Score, Side};

/// How a point ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PointKind {
    /// A serve that was not touched.
    Ace,
    /// Both serves out.
    DoubleFault,
    /// A shot that the other could not reach.
    Winner,
    /// A mistake under pressure.
    ForcedError,
    /// A mistake without need.
    UnforcedError,
    /// A point that the other gave away as a penalty.
    Penalty,
    /// The provider does not say.
    #[default]
    Other,
}

/// What is at stake in a point.
#[derive(Debug, Hash, EnumSetType, Serialize, Deserialize, JsonSchema)]
#[enumset(serialize_repr = "list")]
#[serde(rename_all = "snake_case")]
#[schemars(rename_all = "snake_case")]
pub enum Stake {
    /// The receiver wins the game with it.
    BreakPoint,
    /// A player wins the set with it.
    SetPoint,
    /// A player wins the match with it.
    MatchPoint,
}

/// A set of [`Stake`].
pub type Stakes = EnumSet<Stake>;

/// How the last set ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FinalSet {
    /// By a tie-break to seven at six games all, as every other set.
    #[default]
    TieBreak,
    /// By two games clear, however long it takes.
    Advantage,
    /// By a tie-break to ten at six games all.
    LongTieBreak,
    /// By a tie-break to seven at twelve games all.
    TieBreakAtTwelve,
}

/// How long a match is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct TennisRules {
    /// Sets at the most: 3 or 5.
    pub best_of: u8,
    /// How the last of them ends.
    pub final_set: FinalSet,
}

/// A point, as a provider has it. The report's score is in sets.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct TennisPoint {
    /// Who served.
    pub server: Option<Side>,
    /// Who won it.
    pub winner: Option<Side>,
    /// How.
    pub kind: PointKind,
    /// Games of the set after the point, as given.
    pub games_after: Option<Score>,
    /// Speed of the serve in kilometres an hour.
    pub serve_kmh: Option<u16>,
    /// Strokes of the rally.
    pub rally: Option<u16>,
}

/// How far the set in progress is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
pub struct SetScore {
    /// Games.
    pub games: Score,
    /// Points of the game, as an umpire calls them: `0`, `15`, `30`, `40`, `AD`; a tie-break's are numbers.
    pub points: [Points; 2],
    /// Whether the game is a tie-break.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub tie_break: bool,
}

/// Points as called.
pub type Points = std::borrow::Cow<'static, str>;

/// What a point adds to its fact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TennisPlayFact {
    /// Who served.
    pub server: Option<Side>,
    /// Who won it.
    pub winner: Option<Side>,
    /// How.
    pub kind: PointKind,
    /// The set before it.
    pub set_before: SetScore,
    /// Games after it, of the set that it was played in.
    pub games_after: Score,
    /// What was at stake.
    #[schemars(with = "Vec<Stake>")]
    pub stakes: Stakes,
    /// Speed of the serve in kilometres an hour.
    pub serve_kmh: Option<u16>,
    /// Strokes of the rally.
    pub rally: Option<u16>,
}

/// What tennis adds to where a match stands.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct TennisState {
    /// Who serves next.
    pub server: Option<Side>,
    /// Games of the sets that are over, in order.
    pub sets: Arc<[Score]>,
    /// The set in progress.
    pub set: SetScore,
    /// Sets at the most.
    pub best_of: u8,
    /// What is at stake in the next point.
    #[schemars(with = "Vec<Stake>")]
    pub stakes: Stakes,
    /// Chance that the home player wins a point on serve, as the model has it by now.
    pub home_serve: f64,
    /// The same of the other player.
    pub away_serve: f64,
}

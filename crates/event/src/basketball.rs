//! What is particular to basketball.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Side;

/// What kind of event it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "BasketballPlayKind")]
pub enum PlayKind {
    /// A shot from the field that went in.
    Made,
    /// A shot from the field that did not.
    Missed,
    /// A free throw, good or not by [`BasketballPlay::good`].
    FreeThrow,
    /// A rebound.
    Rebound,
    /// The ball lost.
    Turnover,
    /// A foul.
    Foul,
    /// A violation that is no turnover: goaltending, delay of game.
    Violation,
    /// One player for another.
    Substitution,
    /// A team's timeout or an official's.
    Timeout,
    /// A jump ball.
    JumpBall,
    /// A player sent off.
    Ejection,
    /// A period begins.
    StartPeriod,
    /// A period ends.
    EndPeriod,
    /// Anything else: a review, a comment.
    #[default]
    Other,
}

/// A player's part in a play.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Player {
    /// The league's number of the player.
    pub id: Arc<str>,
    /// The name as people write it.
    pub name: Arc<str>,
    /// Whose player.
    pub side: Option<Side>,
}

/// A basketball event, as a provider has it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct BasketballPlay {
    /// What it was.
    pub kind: PlayKind,
    /// Whose: the shooter's side, the rebounder's, the side that lost the ball or fouled.
    pub side: Option<Side>,
    /// Who did it; on a substitution who leaves.
    pub player: Option<Player>,
    /// The other one: who passed for the basket, drew the foul, stole the ball; on a substitution who comes in.
    pub other: Option<Player>,
    /// A third: who blocked the shot, who got the tip.
    pub third: Option<Player>,
    /// What the shot is worth: 1 to 3.
    pub value: Option<u8>,
    /// Whether a free throw went in.
    pub good: Option<bool>,
    /// A free throw's place in its set, such as 1 of 2.
    pub attempt: Option<Attempt>,
    /// The foul is one that leaves the ball with the side that drew it (technical, flagrant, away from play).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub technical: bool,
}

/// A free throw's place in its set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Attempt {
    /// From 1.
    pub number: u8,
    /// How many there are.
    pub of: u8,
}

/// What a basketball event adds to its fact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BasketballPlayFact {
    /// What it was.
    pub kind: PlayKind,
    /// Whose.
    pub side: Option<Side>,
    /// Who had the ball before.
    pub possession: Option<Side>,
    /// Points scored.
    pub points: u8,
    /// Who did it.
    pub player: Option<Arc<str>>,
    /// The other one (see [`BasketballPlay::other`]).
    pub other: Option<Arc<str>>,
}

/// What basketball adds to where a game stands.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct BasketballState {
    /// Who has the ball.
    pub possession: Option<Side>,
    /// Everyone who has played for the home side, those on court first.
    pub home: Arc<[CourtPlayer]>,
    /// Everyone who has played for the visitors, those on court first.
    pub away: Arc<[CourtPlayer]>,
}

/// What a player has done so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CourtPlayer {
    /// The league's number of the player.
    pub id: Arc<str>,
    /// The name as people write it.
    pub name: Arc<str>,
    /// Whether the player is on court.
    pub on_court: bool,
    /// Points of the player's side less those of the other while the player was on court.
    pub plus_minus: i16,
    /// Points scored.
    pub points: u16,
    /// Seconds on court.
    pub played_s: u16,
}

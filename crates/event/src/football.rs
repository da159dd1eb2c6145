//! What is particular to American football.

mod decision;

use std::sync::Arc;

use enumset::{EnumSet, EnumSetType};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use decision::{Choice, Decision, DecisionKind, DecisionOption};

use crate::{NextPlay, Side};

/// What kind of play it was. One of these; what came of it is in [`PlayTag`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlayKind {
    /// Free kick to start a half or after a score, onside kicks and safety kicks included.
    Kickoff,
    /// A run from scrimmage, scrambles included.
    Run,
    /// A forward pass thrown: complete, incomplete or intercepted, by tag.
    Pass,
    /// The passer tackled behind the line.
    Sack,
    /// A punt, blocked ones included.
    Punt,
    /// A field goal try.
    FieldGoal,
    /// The one-point kick after a touchdown.
    ExtraPoint,
    /// The two-point try after a touchdown.
    TwoPoint,
    /// The passer kneels to run out the clock.
    Kneel,
    /// The passer spikes the ball to stop the clock.
    Spike,
    /// A penalty that wiped out the play or stood alone.
    NoPlay,
    /// A team timeout or an official's.
    Timeout,
    /// The end of a quarter.
    EndPeriod,
    /// The end of the first half.
    EndHalf,
    /// The end of the game.
    EndGame,
    /// Anything without a play: a review, a comment, a coin toss.
    Other,
}

impl PlayKind {
    /// Whether the ball was snapped or kicked.
    pub fn is_snap(self) -> bool {
        !matches!(
            self,
            Self::Timeout
                | Self::EndPeriod
                | Self::EndHalf
                | Self::EndGame
                | Self::Other
                | Self::NoPlay
        )
    }
}

/// What came of a play. Sets of these stand in JSON as a list of names.
#[derive(Debug, Hash, EnumSetType, Serialize, Deserialize, JsonSchema)]
#[enumset(serialize_repr = "list")]
#[serde(rename_all = "snake_case")]
#[schemars(rename_all = "snake_case")]
pub enum PlayTag {
    /// Pass caught.
    Complete,
    /// Pass not caught.
    Incomplete,
    /// Pass caught by the defence.
    Interception,
    /// Ball fumbled, whoever got it.
    Fumble,
    /// Fumble recovered by the other side.
    FumbleLost,
    /// The kick or the two-point try counted.
    Good,
    /// The kick or the two-point try failed.
    NoGood,
    /// The kick was blocked.
    Blocked,
    /// The ball was dead in the receivers' end zone.
    Touchback,
    /// A kick-off meant to be recovered by the kickers.
    Onside,
    /// A touchdown by the side with possession at the snap.
    Touchdown,
    /// A touchdown by the other side (a return).
    ReturnTouchdown,
    /// A safety.
    Safety,
    /// A flag was thrown and enforced.
    Penalty,
    /// The defence was flagged.
    DefensivePenalty,
    /// A new set of downs was won.
    FirstDown,
    /// The ball went over on downs.
    TurnoverOnDowns,
    /// The kicking side kept the ball (muffed or recovered).
    KickingTeamBall,
    /// The play, as first called, was changed on review.
    Reversed,
    /// The defence ran a try back for two points.
    DefensiveTwoPoint,
}

/// A set of [`PlayTag`].
pub type Tags = EnumSet<PlayTag>;

/// The place of the next or last snap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Spot {
    /// Who has the ball (who kicks, for a kick-off, is *not* this side: the receivers are).
    pub possession: Option<Side>,
    /// 1 to 4; `None` on kicks and tries.
    pub down: Option<u8>,
    /// Yards to the line to gain.
    pub distance: Option<u8>,
    /// Yards from the ball to the end zone that the side in possession attacks, 1 to 99.
    pub yards_to_goal: Option<u8>,
}

/// Timeouts left, each 0 to 3 in football.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Timeouts {
    /// Home's.
    pub home: i8,
    /// Away's.
    pub away: i8,
}

/// One player's part in a play, by the league's numbered statistics.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StatLine {
    /// The NFL's GSIS statistic number (10 rushing yards, 15 pass completed, 70 field goal made, …).
    pub stat: u16,
    /// Whose player, or whose team where no player is named.
    pub side: Option<Side>,
    /// The league's player id.
    pub player_id: Option<Arc<str>>,
    /// The player as the league prints them, `M.Ryan`.
    pub player: Option<Arc<str>>,
    /// Yards the statistic counts.
    pub yards: i16,
}

/// A football play, as a provider has it. Numbers are as given and may be impossible.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct FootballPlay {
    /// Who had the ball at the snap; on a kick-off the *kicking* side, as feeds print it, is turned by the
    /// parser into the receiving side (see [`Spot::possession`]).
    pub possession: Option<Side>,
    /// Down, 0 or `None` where there is none.
    pub down: Option<i16>,
    /// Yards to gain.
    pub distance: Option<i16>,
    /// Yards from the ball to the goal that the side in possession attacks. On a kick-off, the place
    /// of the kick seen from the receivers (35 for a kick from the kickers' 35).
    pub yards_to_goal: Option<i16>,
    /// Net yards of the play.
    pub yards: Option<i16>,
    /// The next snap, if the provider says.
    pub end: Option<Spot>,
    /// Timeouts left after the play.
    pub timeouts: Option<Timeouts>,
    /// The kind, where the provider's code is enough to tell; the game agent reads the text otherwise.
    pub kind: Option<PlayKind>,
    /// What came of it, as far as the provider's codes tell.
    #[schemars(with = "Vec<PlayTag>")]
    pub tags: Tags,
    /// The statistics, where the provider gives them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stats: Vec<StatLine>,
}

/// What a football play adds to its fact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FootballPlayFact {
    /// The drive it belongs to, from 1; 0 before the first.
    pub drive: u16,
    /// Spot at the snap, healed.
    pub spot: Spot,
    /// The kind of play.
    pub kind: PlayKind,
    /// What came of it.
    #[schemars(with = "Vec<PlayTag>")]
    pub tags: Tags,
    /// Net yards.
    pub yards: Option<i16>,
    /// Points expected of the side in possession from the next score of the half, before the snap.
    pub ep_before: Option<f64>,
    /// Expected points added, seen from the side in possession.
    pub epa: Option<f64>,
    /// On a fourth down or a try: what could have been chosen, and what was.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub decision: Option<Arc<Decision>>,
}

/// What football adds to where a game stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FootballState {
    /// The next snap.
    pub spot: Spot,
    /// What comes next: scrimmage, a kick-off, a try, or nothing more.
    pub next: NextPlay,
    /// Timeouts left.
    pub timeouts: Timeouts,
    /// Points expected of the side in possession.
    pub ep: Option<f64>,
    /// The drive in progress.
    pub drive: u16,
    /// Before a fourth down or a try: what can be chosen.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub decision: Option<Arc<Decision>>,
}

//! The part of a report, a fact or a card that is particular to a sport. On the wire its fields stand beside the
//! common ones, and `sport` says which they are.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    NextPlay, Score, Side,
    basketball::{BasketballPlay, BasketballPlayFact, BasketballState},
    football::{FootballPlay, FootballPlayFact, FootballState, Spot},
    soccer::{Outcome, SoccerPlay, SoccerPlayFact, SoccerState},
    tennis::{SetScore, TennisPlayFact, TennisPoint, TennisRules, TennisState},
};

/// A sport with a game agent of its own.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Sport {
    /// American football; the league decides overtime and clock rules.
    AmericanFootball,
    /// Basketball.
    Basketball,
    /// Association football.
    Soccer,
    /// Tennis; sides are players.
    Tennis,
}

impl Sport {
    /// The sport of a league by its key. A league that nobody knows is taken for one of American football, as
    /// the first feeds were.
    pub fn of_league(league: &str) -> Self {
        match league {
            "nba" | "wnba" | "ncaam" | "ncaaw" | "basketball" => Self::Basketball,
            "soccer" => Self::Soccer,
            "atp" | "wta" | "tennis" => Self::Tennis,
            _ if league.starts_with("soccer") => Self::Soccer,
            _ => Self::AmericanFootball,
        }
    }

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AmericanFootball => "american_football",
            Self::Basketball => "basketball",
            Self::Soccer => "soccer",
            Self::Tennis => "tennis",
        }
    }
}

/// The part of a play that is particular to a sport.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "sport", rename_all = "snake_case")]
pub enum Detail {
    /// American football.
    AmericanFootball(FootballPlay),
    /// Basketball.
    Basketball(BasketballPlay),
    /// Soccer.
    Soccer(SoccerPlay),
    /// Tennis.
    Tennis(TennisPoint),
}

impl Detail {
    /// Which sport it is of.
    pub fn sport(&self) -> Sport {
        match self {
            Self::AmericanFootball(_) => Sport::AmericanFootball,
            Self::Basketball(_) => Sport::Basketball,
            Self::Soccer(_) => Sport::Soccer,
            Self::Tennis(_) => Sport::Tennis,
        }
    }

    /// The part of American football.
    pub fn football(&self) -> Option<&FootballPlay> {
        match self {
            Self::AmericanFootball(play) => Some(play),
            _ => None,
        }
    }
}

/// The part of a play's fact that is particular to a sport.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "sport", rename_all = "snake_case")]
pub enum PlayDetail {
    /// American football.
    AmericanFootball(FootballPlayFact),
    /// Basketball.
    Basketball(BasketballPlayFact),
    /// Soccer.
    Soccer(SoccerPlayFact),
    /// Tennis.
    Tennis(Box<TennisPlayFact>),
}

impl PlayDetail {
    /// The part of American football.
    pub fn football(&self) -> Option<&FootballPlayFact> {
        match self {
            Self::AmericanFootball(play) => Some(play),
            _ => None,
        }
    }
}

/// The part of where a game stands that is particular to a sport.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "sport", rename_all = "snake_case")]
pub enum StateDetail {
    /// American football.
    AmericanFootball(FootballState),
    /// Basketball.
    Basketball(BasketballState),
    /// Soccer.
    Soccer(Box<SoccerState>),
    /// Tennis.
    Tennis(Box<TennisState>),
}

impl StateDetail {
    /// The part of American football.
    pub fn football(&self) -> Option<&FootballState> {
        match self {
            Self::AmericanFootball(state) => Some(state),
            _ => None,
        }
    }

    /// The short of it, for the wall and for the broadcast's situation graphic.
    pub fn situation(&self) -> Situation {
        match self {
            Self::AmericanFootball(s) => Situation::AmericanFootball {
                spot: s.spot,
                next: s.next,
            },
            Self::Basketball(s) => Situation::Basketball {
                possession: s.possession,
            },
            Self::Soccer(s) => Situation::Soccer {
                minute: s.minute,
                added_min: s.added_min,
                reds: s.reds,
                outcome: s.outcome,
                shootout: s.shootout,
            },
            Self::Tennis(s) => Situation::Tennis {
                server: s.server,
                sets: s.sets.clone(),
                set: s.set.clone(),
            },
        }
    }
}

/// The short of where a game stands: what one line on the wall or in a graphic has room for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "sport", rename_all = "snake_case")]
pub enum Situation {
    /// American football.
    AmericanFootball {
        /// The next snap.
        spot: Spot,
        /// What comes next.
        next: NextPlay,
    },
    /// Basketball.
    Basketball {
        /// Who has the ball.
        possession: Option<Side>,
    },
    /// Soccer.
    Soccer {
        /// The minute as people say it.
        minute: u16,
        /// Minutes of added time.
        added_min: Option<u16>,
        /// Players sent off.
        reds: Score,
        /// Home win, draw and away win now.
        outcome: Outcome,
        /// Kicks of the shoot-out that counted.
        shootout: Option<Score>,
    },
    /// Tennis.
    Tennis {
        /// Who serves next.
        server: Option<Side>,
        /// Games of the sets that are over.
        sets: std::sync::Arc<[Score]>,
        /// The set in progress.
        set: SetScore,
    },
}

impl Situation {
    /// The next snap of American football.
    pub fn spot(&self) -> Option<&Spot> {
        match self {
            Self::AmericanFootball { spot, .. } => Some(spot),
            _ => None,
        }
    }
}

/// Rules of a match that its league alone does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "sport", rename_all = "snake_case")]
pub enum MatchRules {
    /// How long a basketball game is.
    Basketball {
        /// Periods: 4, or 2 in college.
        periods: u8,
        /// Length of one.
        period_s: u16,
        /// Length of an overtime.
        overtime_s: u16,
    },
    /// Whether a soccer match must have a winner on the day.
    Soccer {
        /// Extra time, and kicks after it, follow a draw.
        extra_time: bool,
    },
    /// How long a tennis match is.
    Tennis(TennisRules),
}

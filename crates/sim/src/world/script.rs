//! What truly happens in a match of the seeded world.

mod basketball;
mod facts;
mod football;
mod pen;
mod people;
mod soccer;
mod tennis;

use std::sync::Arc;

use matchday_event::{Score, Side, Sport};
use serde::{Deserialize, Serialize};

/// Someone who plays.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Player {
    /// The number on the shirt; 0 in tennis and where it is not known.
    pub number: u8,
    /// The name as people write it.
    pub name: Arc<str>,
}

/// A contestant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Club {
    /// Three or four letters.
    pub abbr: Arc<str>,
    /// Full name.
    pub name: Arc<str>,
    /// Who plays for it, as far as the world knows. In tennis one player.
    pub players: Vec<Player>,
}

/// What kind of thing happened. `side` of the [`Happening`] is the one that each description names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum HappeningKind {
    /// The match begins. No side.
    KickOff,
    /// A later period begins: a half, a quarter, a set. No side.
    PeriodStart {
        /// From 2.
        period: u8,
    },
    /// A period ends, the last one and that before half-time included. No side.
    PeriodEnd {
        /// From 1.
        period: u8,
    },
    /// The long break begins. No side.
    HalfTime,
    /// The match is over. No side.
    Final,
    /// The side scored. In tennis a game won counts 1.
    Score {
        /// How much.
        points: u8,
    },
    /// The side almost scored: a save, the post, a missed field goal, a shot in and out.
    NearMiss,
    /// The side missed a penalty kick, a free throw that mattered, or the like: all were waiting for it.
    PenaltyMissed,
    /// The side did something to look at again: a long run, a dunk, an ace, a passing shot.
    BigPlay,
    /// The side's defence stopped the other: a sack, a block, a break point saved.
    Stop,
    /// The side lost the ball.
    Turnover,
    /// The side committed a foul. The referee's whistle is a happening of its own.
    Foul,
    /// A player of the side was booked or sent off.
    Card,
    /// A player of the side is hurt.
    Injury,
    /// The referee whistles. No side.
    Whistle,
    /// Officials look at it again. No side.
    Review,
    /// The side called a timeout.
    Timeout,
    /// Play goes on: nothing of note by the side.
    Play,
}

impl HappeningKind {
    /// Good (1) or bad (-1) for the side that it names, or neither (0).
    pub fn tone(self) -> i8 {
        match self {
            Self::Score { .. } | Self::BigPlay | Self::Stop => 1,
            Self::NearMiss
            | Self::PenaltyMissed
            | Self::Turnover
            | Self::Foul
            | Self::Card
            | Self::Injury => -1,
            _ => 0,
        }
    }

    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::KickOff => "kick_off",
            Self::PeriodStart { .. } => "period_start",
            Self::PeriodEnd { .. } => "period_end",
            Self::HalfTime => "half_time",
            Self::Final => "final",
            Self::Score { .. } => "score",
            Self::NearMiss => "near_miss",
            Self::PenaltyMissed => "penalty_missed",
            Self::BigPlay => "big_play",
            Self::Stop => "stop",
            Self::Turnover => "turnover",
            Self::Foul => "foul",
            Self::Card => "card",
            Self::Injury => "injury",
            Self::Whistle => "whistle",
            Self::Review => "review",
            Self::Timeout => "timeout",
            Self::Play => "play",
        }
    }
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Happening {
    /// Milliseconds of wall time since kick-off.
    pub at_ms: u64,
    /// What.
    #[serde(flatten)]
    pub kind: HappeningKind,
    /// Whose, where the kind names a side.
    pub side: Option<Side>,
    /// Who did it, where one player did.
    pub player: Option<Player>,
    /// How much it mattered to those who watch: 0 nothing, 1 the moment of the match.
    pub weight: f32,
    /// How little it was to be expected, 0 to 1: an underdog's goal is near 1.
    pub surprise: f32,
    /// The score after it.
    pub score: Score,
}

impl Happening {
    /// What it means to the supporters of a side: [`HappeningKind::tone`] turned to them, times the weight.
    pub fn feeling(&self, of: Side) -> f32 {
        let tone = f32::from(self.kind.tone()) * self.weight;
        match self.side {
            Some(side) if side == of => tone,
            Some(_) => -tone,
            None => 0.0,
        }
    }
}

/// How the run of play stood at one time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// Milliseconds of wall time since kick-off.
    pub at_ms: u64,
    /// From -1, all with the visitors, to 1, all with the home side.
    pub home: f32,
}

/// A match of the world: its truth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Script {
    /// The sport.
    pub sport: Sport,
    /// The home side.
    pub home: Club,
    /// The visitors.
    pub away: Club,
    /// The side that few expect to win, if one is.
    pub underdog: Option<Side>,
    /// What happened, by ascending `at_ms`.
    pub happenings: Vec<Happening>,
    /// The run of play, by ascending `at_ms`: what the momentum of the world truly was.
    pub momentum: Vec<Mark>,
    /// Milliseconds from kick-off to the last of it.
    pub duration_ms: u64,
}

impl Script {
    /// A plausible match of this sport. Its length is that of a real one, breaks included.
    pub fn generate(seed: u64, sport: Sport) -> Self {
        match sport {
            Sport::AmericanFootball => football::write(seed),
            Sport::Soccer => soccer::write(seed),
            Sport::Basketball => basketball::write(seed),
            Sport::Tennis => tennis::write(seed),
        }
    }

    /// The club of a side.
    pub fn club(&self, side: Side) -> &Club {
        match side {
            Side::Home => &self.home,
            Side::Away => &self.away,
        }
    }

    /// Whether a happening of a soccer match is a penalty kick: what follows a foul that all talk about.
    pub fn is_penalty(&self, place: usize) -> bool {
        let kick = |kind| {
            matches!(
                kind,
                HappeningKind::PenaltyMissed | HappeningKind::Score { .. }
            )
        };
        let given = |h: &Happening| h.kind == HappeningKind::Foul && h.weight > 0.3;
        self.happenings.get(place).is_some_and(|h| {
            self.sport == Sport::Soccer
                && kick(h.kind)
                && (h.kind == HappeningKind::PenaltyMissed
                    || self.happenings[..place]
                        .iter()
                        .rev()
                        .find(|b| kick(b.kind) || b.kind == HappeningKind::Foul)
                        .is_some_and(given))
        })
    }

    /// The run of play at a time, between marks along a straight line.
    pub fn momentum_at(&self, at_ms: u64) -> f32 {
        let after = self.momentum.partition_point(|m| m.at_ms <= at_ms);
        match (
            after.checked_sub(1).and_then(|i| self.momentum.get(i)),
            self.momentum.get(after),
        ) {
            (Some(a), Some(b)) => {
                let span = (b.at_ms - a.at_ms) as f32;
                a.home + (b.home - a.home) * (at_ms - a.at_ms) as f32 / span
            }
            (Some(only), None) | (None, Some(only)) => only.home,
            (None, None) => 0.0,
        }
    }

    /// What happens from `from_ms` until before `to_ms`, with times counted from `from_ms`: a short match for tests.
    #[must_use]
    pub fn excerpt(&self, from_ms: u64, to_ms: u64) -> Self {
        let to_ms = to_ms.min(self.duration_ms.saturating_add(1)).max(from_ms);
        let inside = |at: u64| (from_ms..to_ms).contains(&at);
        let first = Mark {
            at_ms: 0,
            home: self.momentum_at(from_ms),
        };
        Self {
            happenings: self
                .happenings
                .iter()
                .filter(|h| inside(h.at_ms))
                .map(|h| Happening {
                    at_ms: h.at_ms - from_ms,
                    ..h.clone()
                })
                .collect(),
            momentum: std::iter::once(first)
                .chain(
                    self.momentum
                        .iter()
                        .filter(|m| m.at_ms > from_ms && inside(m.at_ms))
                        .map(|m| Mark {
                            at_ms: m.at_ms - from_ms,
                            home: m.home,
                        }),
                )
                .collect(),
            duration_ms: (to_ms - from_ms).min(self.duration_ms.saturating_sub(from_ms)),
            sport: self.sport,
            home: self.home.clone(),
            away: self.away.clone(),
            underdog: self.underdog,
        }
    }
}

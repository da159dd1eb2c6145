use std::{collections::HashSet, sync::Arc};

use foldhash::fast::RandomState;
use matchday_event::{
    EventTime, FaultCode, GameId, PlayReport, Side, Signal, Team, football::PlayKind,
};
use serde::Serialize;

use crate::{Fault, People};

/// Faults of one kind that are told one by one.
const MOST_FAULTS: usize = 100;

/// 1 January 1900 and 1 January 2200, in microseconds since 1970: no match was or will be told of beyond them here.
const TIMES_US: std::ops::Range<i64> = -2_208_988_800_000_000..7_258_118_400_000_000;

/// What one payload says about one game.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Parsed {
    /// Which game.
    pub game: GameId,
    /// Whether the payload is the whole game as the provider has it now, so that a play it does not hold is a
    /// play taken back. False for a payload that only adds (prices, a single play pushed).
    pub whole: bool,
    /// What it says, in the provider's order: the teams, the plays, then the status.
    pub signals: Vec<Signal>,
    /// What was set aside.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Fault>,
}

impl Parsed {
    /// A whole game without anything said yet.
    pub fn whole(game: GameId) -> Self {
        Self {
            game,
            whole: true,
            signals: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// Sets aside signals with a number beyond its type's range: JSON has no infinity, so they would lie on the log as
    /// something that cannot be read. So are those of a time that no match has: what is on the log is folded for ever
    /// after, and the time of ticks and senses is the match's time.
    pub(crate) fn set_aside_unwritable(&mut self) {
        let (mut number, mut lost) = (0, Vec::new());
        self.signals.retain(|signal| {
            number += 1;
            let timely =
                signal.is_of_the_game() || signal.at().is_none_or(|at| TIMES_US.contains(&at.0));
            let written = serde_json::to_string(signal).is_ok_and(|text| {
                !text.contains("null") || serde_json::from_str::<Signal>(&text).is_ok()
            });
            if !timely {
                lost.push((
                    number,
                    "its time lies before 1900 or after 2199; times are microseconds since 1970",
                ));
            } else if !written {
                lost.push((number, "a number is beyond what it can be"));
            }
            timely && written
        });
        for (number, message) in lost.into_iter().take(MOST_FAULTS) {
            self.faults.push(Fault::new(
                FaultCode::ReportUnreadable,
                format!("signal {number}"),
                message,
            ));
        }
    }

    /// The plays among the signals.
    pub fn plays(&self) -> impl Iterator<Item = &PlayReport> {
        self.signals.iter().filter_map(|s| match s {
            Signal::Play(play) => Some(play),
            _ => None,
        })
    }

    /// Adds a provider's plays, each with the number it gave them: repeats are set aside, then every play gets its
    /// place.
    pub(crate) fn add_plays(&mut self, plays: Vec<(i64, PlayReport)>) {
        let plays = self.without_repeats(plays, |p| &p.1);
        let numbers: Vec<i64> = plays.iter().map(|p| p.0).collect();
        let orders = crate::order::assign(&numbers);
        self.signals
            .extend(plays.into_iter().zip(orders).map(|((_, mut play), order)| {
                play.order = order;
                Signal::Play(play)
            }));
    }

    /// Sets aside plays listed twice: a second report of one id (the first stands, as the later one in a single
    /// document cannot be told from a mistake), and a play whose content repeats an earlier one.
    pub(crate) fn without_repeats<T>(
        &mut self,
        mut plays: Vec<T>,
        report: impl Fn(&T) -> &PlayReport,
    ) -> Vec<T> {
        // Sentences are long and every one of them is hashed: the standard hasher takes a twentieth of a replay.
        let mut seen = HashSet::with_capacity_and_hasher(plays.len(), RandomState::default());
        let mut contents = HashSet::with_capacity_and_hasher(plays.len(), RandomState::default());
        let mut last: Option<Content<'_>> = None;
        let mut aside = Vec::new();
        for (i, play) in plays.iter().map(&report).enumerate() {
            let message = if !seen.insert(play.play_id.as_str()) {
                "a second play with this id"
            } else {
                let content = Content::of(play);
                let new = match content {
                    None => true,
                    // Right behind each other they are one play even where the score flickers; further apart
                    // the score must agree too, because a stuck clock makes kick-offs look alike.
                    Some(c) => last != content && contents.insert((c, play.score_after)),
                };
                last = content;
                if new {
                    continue;
                }
                "repeats an earlier play under another id"
            };
            aside.push(i);
            self.faults.push(
                Fault::new(
                    FaultCode::Duplicate,
                    format!("play {}", play.play_id),
                    message,
                )
                .of_play(&play.play_id),
            );
        }
        if !aside.is_empty() {
            let mut aside = aside.into_iter().peekable();
            let mut at = 0;
            plays.retain(|_| {
                let keep = aside.next_if_eq(&at).is_none();
                at += 1;
                keep
            });
        }
        plays
    }
}

/// What makes two plays one play under two ids: the same moment, spot and sentence.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Content<'a> {
    text: &'a str,
    period: u8,
    clock_s: Option<i32>,
    possession: Option<Side>,
    down: Option<i16>,
    distance: Option<i16>,
    yards_to_goal: Option<i16>,
    kind: Option<PlayKind>,
}

impl<'a> Content<'a> {
    /// A play without a sentence is never taken for a repeat, because two kneel-downs can look alike.
    fn of(play: &'a PlayReport) -> Option<Self> {
        // Other sports' plays are told apart by id alone: two misses of one player in one second are two.
        let detail = play.detail.football()?;
        Some(Self {
            text: play.text.as_deref().filter(|t| !t.is_empty())?,
            period: play.period,
            clock_s: play.clock_s,
            possession: detail.possession,
            down: detail.down,
            distance: detail.distance,
            yards_to_goal: detail.yards_to_goal,
            kind: detail.kind,
        })
    }
}

/// A game already known, which a feed with ids of its own (prices) is matched to by its teams.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownGame {
    /// Its id.
    pub game: GameId,
    /// Home side.
    pub home: Team,
    /// The visitors.
    pub away: Team,
    /// Scheduled start.
    pub kickoff: Option<EventTime>,
}

/// What a parser may need beside the payload.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Context {
    /// The game this payload must be of, if the feed is of one game. A payload of another is `wrong_shape`.
    pub game: Option<GameId>,
    /// The league, where the payload does not say: `nfl` or `ncaaf`.
    pub league: Option<Arc<str>>,
    /// Games known so far.
    pub games: Arc<[KnownGame]>,
    /// When the payload was received: the time of what carries none.
    pub received: Option<EventTime>,
    /// What a feed that speaks of people needs besides.
    pub people: Option<People>,
}

impl Context {
    /// The league to use when the payload names none.
    pub(crate) fn league_or(&self, default: &'static str) -> Arc<str> {
        self.league.clone().unwrap_or_else(|| default.into())
    }
}

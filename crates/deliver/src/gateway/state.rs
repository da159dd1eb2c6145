//! What a channel's snapshot says, and what changes it.

use std::{borrow::Cow, collections::BTreeMap};

use matchday_event::{
    EventTime, GameId, Team,
    view::{Crowd, CrowdUpdate, GameCard, Scoreboard, Snapshot, Update},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::graphics::{Command, DecisionCard, KeyPlay, Situation, WinProbability};

/// The state that a channel keeps.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub(crate) enum State {
    /// Of `game:<id>`.
    Game(Box<Snapshot>),
    /// Of `scoreboard`.
    Board(Board),
    /// Of `graphics:<id>`.
    Graphics(Box<OnAir>),
    /// Of `crowd:<id>`.
    Crowd(Box<Crowd>),
}

/// Every game's card.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Board {
    #[serde(serialize_with = "values")]
    games: BTreeMap<GameId, GameCard>,
}

fn values<S: serde::Serializer>(
    games: &BTreeMap<GameId, GameCard>,
    to: S,
) -> Result<S::Ok, S::Error> {
    to.collect_seq(games.values())
}

impl Board {
    /// Puts a card in the place of the game's last one.
    pub(crate) fn put(&mut self, card: GameCard) {
        self.games.insert(card.id.clone(), card);
    }
}

/// What the graphics of a game show now: the data of a `snapshot` on `graphics:<game_id>`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OnAir {
    /// The game.
    pub game: GameId,
    /// Home side, once known.
    pub home: Option<Team>,
    /// Away side, once known.
    pub away: Option<Team>,
    /// The win probability strip.
    pub win_probability: Option<WinProbability>,
    /// Score, clock, down and distance.
    pub situation: Option<Situation>,
    /// The last key play, on air until `at_ms + duration`.
    pub key_play: Option<ShownKeyPlay>,
    /// The fourth down or try that is open.
    #[serde(default)]
    pub decision: Option<DecisionCard>,
}

/// A key play and when it was sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShownKeyPlay {
    /// When it was sent, in Unix milliseconds.
    pub at_ms: i64,
    /// The play.
    #[serde(flatten)]
    pub play: KeyPlay,
}

impl OnAir {
    /// Nothing yet.
    pub(crate) fn new(game: GameId) -> Self {
        Self {
            game,
            home: None,
            away: None,
            win_probability: None,
            situation: None,
            key_play: None,
            decision: None,
        }
    }
}

/// What changes a state, and the data of the update that says so.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub(crate) enum Change<'a> {
    Game(&'a Update),
    Board(Scoreboard),
    Graphics(Cow<'a, Command>),
    Crowd(&'a CrowdUpdate),
}

impl State {
    /// Brings the state up to date. A change of another channel's kind changes nothing: the hub never makes one.
    pub(crate) fn apply(&mut self, change: &Change<'_>, at: EventTime) {
        match (self, change) {
            (Self::Game(snapshot), Change::Game(update)) => snapshot.apply(update),
            (Self::Board(board), Change::Board(update)) => {
                update
                    .games
                    .iter()
                    .cloned()
                    .for_each(|card| board.put(card));
            }
            (Self::Crowd(crowd), Change::Crowd(update)) => crowd.apply(&update.facts),
            (Self::Graphics(air), Change::Graphics(command)) => match &command.order {
                crate::graphics::Order::UpdateWinProbability(strip) => {
                    air.win_probability = Some(strip.clone());
                }
                crate::graphics::Order::ShowKeyPlay(play) => {
                    air.key_play = Some(ShownKeyPlay {
                        at_ms: at.millis(),
                        play: play.clone(),
                    });
                }
                crate::graphics::Order::UpdateSituation(situation) => {
                    air.situation = Some(situation.clone());
                }
                crate::graphics::Order::UpdateDecision(card) => air.decision.clone_from(card),
            },
            _ => {}
        }
    }
}

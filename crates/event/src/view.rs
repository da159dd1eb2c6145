//! What viewers are shown: the data of the gateway's `snapshot` and `update` messages.
//!
//! Every update number of a game follows from its log alone, so a program that was killed and read its log
//! again numbers its updates as before, and a client resumes across the restart.

mod crowd;

pub use crowd::{Crowd, CrowdUpdate, TRAIL_STEP_MS, TrailPoint};

use std::{collections::BTreeMap, sync::Arc};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    DriveFact, EventTime, FaultCode, GameClock, GameId, GameInfo, GamePhase, PlayFact, PlayId,
    Score, Side, Situation, StateFact, Team,
};

/// A whole game, as a client needs it to begin with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Snapshot {
    /// The game's id.
    pub id: GameId,
    /// Who plays; `None` until a feed says.
    pub info: Option<GameInfo>,
    /// Where the game stands.
    pub state: StateFact,
    /// The win probability model in use.
    pub wp_model: Arc<str>,
    /// Every play, in order.
    pub plays: Vec<Arc<PlayFact>>,
    /// Key plays, largest swing first.
    pub key_plays: Vec<PlayId>,
    /// Every drive, in order; empty in sports without them.
    pub drives: Vec<DriveFact>,
    /// How often each fault was healed.
    pub healed: BTreeMap<FaultCode, u32>,
}

/// What changed since the update before. Apply `removed`, then `plays` by id (they sort by
/// `(order, play_id)`), then replace the rest where present.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Update {
    /// The teams, if they changed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub info: Option<GameInfo>,
    /// The win probability model in use, if it changed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub wp_model: Option<Arc<str>>,
    /// Where the game stands, always whole.
    pub state: StateFact,
    /// Plays that are new or changed.
    pub plays: Vec<Arc<PlayFact>>,
    /// Plays that are gone.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub removed: Vec<PlayId>,
    /// Key plays, if they changed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub key_plays: Option<Vec<PlayId>>,
    /// Drives that are new or changed.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub drives: Vec<DriveFact>,
    /// Number of the last drive, where a correction left fewer of them: later ones are gone.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub drives_end: Option<u16>,
    /// How often each fault was healed, if that changed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub healed: Option<BTreeMap<FaultCode, u32>>,
}

/// One game on the wall.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GameCard {
    /// The game's id.
    pub id: GameId,
    /// `nfl`, `ncaaf`.
    pub league: Arc<str>,
    /// Home side.
    pub home: Option<Team>,
    /// Away side.
    pub away: Option<Team>,
    /// Scheduled start.
    pub kickoff: Option<EventTime>,
    /// Phase of the day.
    pub phase: GamePhase,
    /// Clock now.
    pub clock: GameClock,
    /// Score now.
    pub score: Score,
    /// Home win probability.
    pub wp_home: f64,
    /// The last forty or so values of it, oldest first, for a small line.
    pub wp_trail: Vec<f32>,
    /// Leverage index of the next play.
    pub leverage: Option<f64>,
    /// The last play's sentence.
    pub last_play: Option<Arc<str>>,
    /// Home win probability added by it.
    pub last_wpa_home: f64,
    /// Who scored on it, if someone did.
    pub scored: Option<Side>,
    /// Update number of the game that this card is of.
    pub game_seq: u64,
    /// The short of the situation, beside the rest on the wire.
    #[serde(flatten)]
    pub situation: Situation,
}

/// All games at once.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Scoreboard {
    /// In a snapshot every game, in an update those that changed; the client orders them.
    pub games: Vec<GameCard>,
}

/// A message of the gateway.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Message<T> {
    /// `snapshot` or `update`.
    #[serde(rename = "type")]
    pub kind: MessageKind,
    /// `game:<id>` or `scoreboard`.
    pub channel: String,
    /// Update number, from 1, without gaps; a snapshot carries the number of the last update in it.
    pub seq: u64,
    /// Names the numbering: a client that holds another epoch cannot resume and is sent a snapshot.
    pub epoch: String,
    /// When the signal behind it was received, in Unix milliseconds.
    pub at_ms: i64,
    /// On a snapshot that answers a resume: `false`, for the updates missed are no longer at hand. (A
    /// resume that succeeds is answered by a `resumed` message and the missed updates.)
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub recovered: Option<bool>,
    /// What changed.
    pub data: T,
}

/// Kind of a [`Message`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// Everything.
    Snapshot,
    /// What changed.
    Update,
}

/// One step of a game on its way to viewers, with what the wall shows of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GameUpdate {
    /// Update number of the game, from 1, without gaps.
    pub seq: u64,
    /// When the signal behind it was received.
    pub at: EventTime,
    /// What changed.
    pub update: Update,
    /// The game's card on the wall.
    pub card: GameCard,
}

impl Snapshot {
    /// A game of which nothing is known yet.
    pub fn empty(id: GameId, wp_model: Arc<str>, state: StateFact) -> Self {
        Self {
            id,
            info: None,
            state,
            wp_model,
            plays: Vec::new(),
            key_plays: Vec::new(),
            drives: Vec::new(),
            healed: BTreeMap::new(),
        }
    }

    /// Brings the snapshot up to date, as every client does with the updates it receives.
    pub fn apply(&mut self, update: &Update) {
        if let Some(info) = &update.info {
            self.info = Some(info.clone());
        }
        if let Some(model) = &update.wp_model {
            self.wp_model = model.clone();
        }
        self.state = update.state.clone();
        self.plays.retain(|p| !update.removed.contains(&p.play_id));
        for play in &update.plays {
            // Nearly every update changes the last play or adds one behind it: look from the end.
            if let Some(at) = self.plays.iter().rposition(|p| p.play_id == play.play_id) {
                self.plays.remove(at);
            }
            let key = |p: &PlayFact| (p.order, p.play_id.clone());
            let at = self
                .plays
                .iter()
                .rposition(|p| key(p) < key(play))
                .map_or(0, |i| i + 1);
            self.plays.insert(at, play.clone());
        }
        if let Some(key_plays) = &update.key_plays {
            self.key_plays.clone_from(key_plays);
        }
        for drive in &update.drives {
            match self.drives.iter_mut().find(|d| d.number == drive.number) {
                Some(old) => *old = drive.clone(),
                None => self.drives.push(drive.clone()),
            }
        }
        if let Some(last) = update.drives_end {
            self.drives.retain(|d| d.number <= last);
        }
        if let Some(healed) = &update.healed {
            self.healed.clone_from(healed);
        }
    }
}

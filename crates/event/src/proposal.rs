use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{GameId, PlayId, Score, Seq, Side, Situation, football::Decision};

/// Whom something is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Audience {
    /// Everyone who watches: the match itself, with nothing personal in it.
    Public,
    /// The production: graphics, cameras, operators.
    Production,
    /// Each viewer by themselves, as far as each consents.
    Each,
    /// One viewer, by pseudonymous id.
    Viewer {
        /// The id.
        viewer: String,
    },
}

/// Something an agent would like to be done. Nothing comes of it until the guard approves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Proposal<T> {
    /// The match it comes from.
    pub game: GameId,
    /// The record that led to it.
    pub cause: Seq,
    /// Which agent proposes, such as `graphics`.
    pub agent: std::borrow::Cow<'static, str>,
    /// Whom it is for.
    pub audience: Audience,
    /// What.
    pub what: T,
}

/// Why the guard refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefusalCode {
    /// The viewer gave no consent for this, or took it back.
    NoConsent,
    /// Something of this kind was shown too recently.
    FrequencyCap,
    /// Nothing allows it: the guard's answer when no rule says yes.
    NotAllowed,
    /// The operator holds this output by hand.
    ManualHold,
}

/// A proposal turned down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Refusal {
    /// The match it came from.
    pub game: GameId,
    /// The record that led to it.
    pub cause: Seq,
    /// Which agent proposed.
    pub agent: String,
    /// The reason.
    pub code: RefusalCode,
}

/// A proposal that the guard let through: the only thing that delivery takes.
///
/// `Approved::seal` is for `matchday-engine`'s guard and for nobody else; the architecture test fails on
/// any other caller. There is no `Clone`, no `Default` and no deserialising, so an approval cannot be copied
/// from or conjured up elsewhere.
#[derive(Debug, PartialEq)]
pub struct Approved<T>(Proposal<T>);

impl<T> Approved<T> {
    /// Seals an approval. Only the guard may call this.
    #[doc(hidden)]
    pub fn seal(proposal: Proposal<T>) -> Self {
        Self(proposal)
    }

    /// What was approved.
    pub fn get(&self) -> &Proposal<T> {
        &self.0
    }

    /// Takes the approval to deliver it.
    pub fn into_inner(self) -> Proposal<T> {
        self.0
    }
}

/// An order to the broadcast graphics.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "command", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum GraphicsCommand {
    /// The win probability strip.
    UpdateWinProbability {
        /// Home win probability, 0 to 1.
        home: f64,
        /// Away win probability.
        away: f64,
        /// How far the last play moved home's.
        delta_home: f64,
    },
    /// The play that just moved the game.
    ShowKeyPlay {
        /// Which play.
        play_id: PlayId,
        /// The sentence.
        text: String,
        /// Who gained by it.
        side: Side,
        /// Win probability that side gained.
        wpa: f64,
        /// How long to show it.
        duration_ms: u32,
    },
    /// Score, clock, and what else the sport's situation is made of (down and distance, the server, …).
    UpdateSituation {
        /// Score now.
        score: Score,
        /// Period now.
        period: u8,
        /// Seconds on its clock.
        clock_s: u16,
        /// Leverage index of the next play.
        leverage: Option<f64>,
        /// What is particular to the sport, beside the rest on the wire.
        #[serde(flatten)]
        situation: Situation,
    },
    /// What a fourth down or a try comes down to; nothing once the side has chosen.
    UpdateDecision {
        /// The options.
        decision: Option<Arc<Decision>>,
    },
}

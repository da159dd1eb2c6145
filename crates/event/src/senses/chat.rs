//! Chat: what a room's people wrote, and the mood that it shows.

use std::{fmt, sync::Arc};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Pseudonym;
use crate::EventTime;

/// The feeling that a message shows.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Emotion {
    /// Joy, amusement, excitement, love, pride, relief, gratitude, admiration.
    Joy,
    /// Anger, annoyance, disgust.
    Rage,
    /// Surprise.
    Surprise,
    /// None of them, or none that is sure.
    Neutral,
}

impl Emotion {
    /// How many there are.
    pub const COUNT: usize = 4;
    /// All of them, in the order of every array over emotions.
    pub const ALL: [Self; Self::COUNT] = [Self::Joy, Self::Rage, Self::Surprise, Self::Neutral];

    /// Its place in [`Emotion::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Joy => "joy",
            Self::Rage => "rage",
            Self::Surprise => "surprise",
            Self::Neutral => "neutral",
        }
    }
}

impl fmt::Display for Emotion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChatMessage {
    /// When the platform took it.
    pub at: EventTime,
    /// Who wrote it, as a pseudonym.
    pub author: Pseudonym,
    /// What it says, at most 500 characters.
    pub text: Arc<str>,
    /// Names of the platform's emotes in the text, in the order in which they stand there, repeats and all; where the
    /// platform marks none, names known to the model are found in the text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emotes: Vec<Arc<str>>,
}

/// What was written in one room since the report before: at most 256 messages or 100 ms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChatReport {
    /// The room, by the name that configuration gives it.
    pub room: Arc<str>,
    /// The time that the report speaks up to: no earlier than any of its messages.
    pub at: EventTime,
    /// The messages, in the order in which the platform sent them. Empty says that the room was silent until `at`.
    pub messages: Vec<ChatMessage>,
    /// Messages that the feed left out because more came than it may pass on.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub shed: u32,
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// How much more often a group of words comes than the room's own habit explains.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KeywordSpike {
    /// The group, by the name that configuration gives it: `ankle`, `slow-mo`.
    pub group: Arc<str>,
    /// Probability, 0 to 1, that the window holds mentions beyond the room's own baseline.
    pub surprise: f64,
    /// Messages of the window that mention the group, every author's repeats counted once.
    pub mentions: u32,
    /// How many the baseline leads one to expect.
    pub expected: f64,
}

/// The mood of a room.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MoodFact {
    /// The room.
    pub room: Arc<str>,
    /// The time it speaks of.
    pub at: EventTime,
    /// Share of joy among what was written lately, 0 to 1; the four shares add up to 1. A message whose likeliest
    /// feeling is under 0.65 counts as neutral.
    pub joy: f64,
    /// Share of rage.
    pub rage: f64,
    /// Share of surprise.
    pub surprise: f64,
    /// Share of the rest.
    pub neutral: f64,
    /// Messages per second, spam included.
    pub rate_per_s: f64,
    /// Standard deviation of joy less rage over the last minutes, 0 to 1.
    pub volatility: f64,
    /// Share of messages that were set aside as repeats, 0 to 1.
    pub spam_share: f64,
    /// How far the shares can be trusted, 0 to 1: few authors or few messages lower it.
    pub confidence: f64,
    /// Every configured group of words that was mentioned in the window.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<KeywordSpike>,
}

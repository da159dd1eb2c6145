use std::{fmt, str::FromStr, sync::Arc};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Action, Cut};
use crate::EventTime;

/// A set of rules, by its content: the first 16 hexadecimal digits of its SHA-256.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct RuleSetId(Arc<str>);

/// Not the name of a rule set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("rule set {0:?} must be 16 hexadecimal digits")]
pub struct InvalidRuleSetId(String);

impl RuleSetId {
    /// Digits of the name.
    pub const DIGITS: usize = 16;

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RuleSetId {
    type Err = InvalidRuleSetId;

    fn from_str(id: &str) -> Result<Self, InvalidRuleSetId> {
        let ok =
            id.len() == Self::DIGITS && id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if ok {
            Ok(Self(id.into()))
        } else {
            Err(InvalidRuleSetId(id.chars().take(80).collect()))
        }
    }
}

impl TryFrom<String> for RuleSetId {
    type Error = InvalidRuleSetId;
    fn try_from(id: String) -> Result<Self, InvalidRuleSetId> {
        id.parse()
    }
}

impl From<RuleSetId> for String {
    fn from(id: RuleSetId) -> Self {
        id.0.as_ref().to_owned()
    }
}

impl fmt::Display for RuleSetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which rules a match is to run on. It lies on the match's log, so that a replay takes the same ones at the same place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "order", rename_all = "snake_case")]
pub enum RuleOrder {
    /// This set from here on: at the beginning of a match, or because the files changed.
    Use {
        /// When it was ordered.
        at: EventTime,
        /// Which.
        set: RuleSetId,
    },
    /// Back to the set before this one.
    RollBack {
        /// When it was ordered.
        at: EventTime,
    },
}

/// Why the rules changed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum RuleChange {
    /// They were ordered.
    Ordered,
    /// Someone took the order back.
    RolledBack,
    /// Too many viewers frowned.
    Frowns {
        /// Share of those who could answer, 0 to 1.
        share: f32,
    },
}

/// Why an order about rules was not carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RulesRefusal {
    /// No such set is at hand.
    Unknown,
    /// There is no set before this one.
    NothingBefore,
}

/// The rules that a match runs on changed, or an order to change them was refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RuleSetFact {
    /// When.
    pub at: EventTime,
    /// The set in force now.
    pub set: Option<RuleSetId>,
    /// The set before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<RuleSetId>,
    /// Why.
    #[serde(flatten)]
    pub change: RuleChange,
    /// Why it was not carried out, if it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<RulesRefusal>,
}

/// A rule's condition came true.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fired {
    /// Which rule.
    pub rule: Arc<str>,
    /// Which of its instances: the room, the cluster, the microphone, for a rule that looks at each by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Arc<str>>,
    /// The time of what made it true.
    pub at: EventTime,
    /// When what it asks for is due.
    pub due: EventTime,
    /// When that is over at the latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<EventTime>,
    /// What it asks for.
    pub action: Action,
    /// The higher one wins.
    pub priority: u8,
    /// The least confidence of the facts that it rests on, 0 to 1.
    pub confidence: f32,
    /// The values that made it true, in words.
    pub why: Arc<str>,
}

/// What a rule asked for is over, sooner than it had to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Released {
    /// Which rule.
    pub rule: Arc<str>,
    /// Which of its instances.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Arc<str>>,
    /// When.
    pub at: EventTime,
}

/// What rules and director made of a match.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "decided", rename_all = "snake_case")]
pub enum Decided {
    /// The rules changed.
    Rules(RuleSetFact),
    /// A rule's condition came true.
    Fired(Fired),
    /// What it asked for ends.
    Released(Released),
    /// A camera goes on air.
    Cut(Cut),
}

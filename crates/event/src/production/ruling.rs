use std::{fmt, str::FromStr, sync::Arc};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Action, Cut};
use crate::EventTime;

/// A name that content alone decides: the first digits of its SHA-256.
macro_rules! content_id {
    ($(#[$about:meta])* $name:ident, $invalid:ident, $what:literal) => {
        $(#[$about])*
        #[derive(
            Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
        )]
        #[serde(try_from = "String", into = "String")]
        #[schemars(with = "String")]
        pub struct $name(Arc<str>);

        #[doc = concat!("Not the name of a ", $what, ".")]
        #[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
        #[error("{} {:?} must be 16 hexadecimal digits", $what, .0)]
        pub struct $invalid(String);

        impl $name {
            /// Digits of the name.
            pub const DIGITS: usize = 16;

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = $invalid;

            fn from_str(id: &str) -> Result<Self, $invalid> {
                let digit = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
                if id.len() == Self::DIGITS && id.bytes().all(digit) {
                    Ok(Self(id.into()))
                } else {
                    Err($invalid(id.chars().take(80).collect()))
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = $invalid;
            fn try_from(id: String) -> Result<Self, $invalid> {
                id.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.as_ref().to_owned()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

content_id! {
    /// A set of rules, by its content: the first 16 hexadecimal digits of its SHA-256.
    RuleSetId, InvalidRuleSetId, "rule set"
}

content_id! {
    /// A camera model, by its content: the first 16 hexadecimal digits of its file's SHA-256.
    CameraModelId, InvalidCameraModelId, "camera model"
}

/// The name that the camera model's proposals go by. No rule may have it.
pub const CAMERA_MODEL: &str = "camera-model";

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
    /// This camera model speaks up below the rules from here on, or none does.
    CameraModel {
        /// When it was ordered.
        at: EventTime,
        /// Which.
        model: Option<CameraModelId>,
    },
}

impl RuleOrder {
    /// When it was ordered.
    pub fn at(&self) -> EventTime {
        match self {
            Self::Use { at, .. } | Self::RollBack { at } | Self::CameraModel { at, .. } => *at,
        }
    }
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

impl RulesRefusal {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::NothingBefore => "nothing_before",
        }
    }
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

/// Why a camera model was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CameraModelRefusal {
    /// No such model is at hand.
    UnknownModel,
    /// It is of another sport.
    OtherSport,
}

impl CameraModelRefusal {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnknownModel => "unknown_model",
            Self::OtherSport => "other_sport",
        }
    }
}

/// Another camera model speaks up, or none does any more, or an order about one was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CameraModelFact {
    /// When.
    pub at: EventTime,
    /// The model that speaks up now.
    pub model: Option<CameraModelId>,
    /// Why the order was not carried out, if it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<CameraModelRefusal>,
}

/// A rule's condition came true, or the camera model ([`CAMERA_MODEL`]) has a proposal.
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
    /// The camera model changed.
    CameraModel(CameraModelFact),
    /// A rule's condition came true.
    Fired(Fired),
    /// What it asked for ends.
    Released(Released),
    /// A camera goes on air.
    Cut(Cut),
}

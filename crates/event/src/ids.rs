use std::{fmt, sync::Arc};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Place of a record in one game's log, from 1. It orders events; a timestamp never does.
pub type Seq = u64;

/// An id that cannot be used: empty, too long, or with a character outside `A-Z a-z 0-9 . _ -`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("game id {0:?} must be 1 to 64 of letters, digits, '.', '_' and '-'")]
pub struct InvalidId(pub String);

/// A game, as `<league>-<provider's number>`, such as `nfl-2017010100`. Safe in a path, a URL, a topic
/// name and a channel name as it stands.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct GameId(Arc<str>);

impl GameId {
    /// Checks and wraps an id.
    pub fn new(id: impl AsRef<str>) -> Result<Self, InvalidId> {
        let id = id.as_ref();
        let ok = (1..=64).contains(&id.len())
            && id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
        if ok {
            Ok(Self(id.into()))
        } else {
            Err(InvalidId(id.chars().take(80).collect()))
        }
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for GameId {
    type Error = InvalidId;
    fn try_from(id: String) -> Result<Self, InvalidId> {
        Self::new(id)
    }
}

impl std::str::FromStr for GameId {
    type Err = InvalidId;
    fn from_str(id: &str) -> Result<Self, InvalidId> {
        Self::new(id)
    }
}

impl From<GameId> for String {
    fn from(id: GameId) -> Self {
        id.0.as_ref().to_owned()
    }
}

impl fmt::Display for GameId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A play within its game, as the provider numbers it. Two reports with one id are one play: the later
/// report supersedes the earlier.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct PlayId(pub Arc<str>);

impl PlayId {
    /// Wraps a provider's play id.
    pub fn new(id: impl AsRef<str>) -> Self {
        Self(id.as_ref().into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PlayId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One of the two contestants.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The home side; on neutral ground the one the provider lists as home.
    Home,
    /// The visitors.
    Away,
}

impl Side {
    /// The opponent.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Home => Self::Away,
            Self::Away => Self::Home,
        }
    }

    /// 1.0 for home, -1.0 for away: turns a figure seen from this side into one seen from home.
    pub fn sign(self) -> f64 {
        match self {
            Self::Home => 1.0,
            Self::Away => -1.0,
        }
    }
}

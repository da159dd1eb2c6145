use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A person's name or device under a keyed hash: the same person is the same number within one configured salt and one
/// kind of feed, and nobody without the salt can tell who it is. Names are hashed together with what they are names of,
/// so that an author, a wearer and a viewer of one name are three numbers and cannot be joined. On the wire sixteen hex
/// digits, which every JSON reader keeps exactly.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Pseudonym(pub u64);

/// Text that is no pseudonym.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} must be 16 hex digits: hash the name with the configured salt")]
pub struct InvalidPseudonym(String);

impl TryFrom<String> for Pseudonym {
    type Error = InvalidPseudonym;

    fn try_from(text: String) -> Result<Self, InvalidPseudonym> {
        let hex = text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit());
        match u64::from_str_radix(&text, 16) {
            Ok(hash) if hex => Ok(Self(hash)),
            _ => Err(InvalidPseudonym(text.chars().take(40).collect())),
        }
    }
}

impl From<Pseudonym> for String {
    fn from(hash: Pseudonym) -> Self {
        format!("{:016x}", hash.0)
    }
}

impl fmt::Display for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl fmt::Debug for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pseudonym({:016x})", self.0)
    }
}

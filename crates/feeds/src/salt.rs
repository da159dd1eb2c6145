//! Pseudonyms: where names end.

use std::{fmt, sync::Arc};

use hmac::{Hmac, Mac};
use matchday_event::senses::Pseudonym;
use sha2::Sha256;

/// The secret under which people's names are hashed. Two programs with one salt give one person one hash; whoever does
/// not have it cannot tell who it was.
#[derive(Clone, PartialEq, Eq)]
pub struct Salt(Vec<u8>);

/// A salt that is no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the salt has {0} bytes; 16 or more are needed, from a random source")]
pub struct SaltError(usize);

impl Salt {
    /// Takes a secret of 16 bytes or more.
    pub fn new(secret: impl Into<Vec<u8>>) -> Result<Self, SaltError> {
        let secret = secret.into();
        match secret.len() {
            16.. => Ok(Self(secret)),
            n => Err(SaltError(n)),
        }
    }

    /// The first eight bytes of HMAC-SHA256 of an author's name. Case and white space around it do not matter, for
    /// platforms write one name in several ways.
    pub fn author(&self, name: &str) -> Pseudonym {
        self.hash("", name)
    }

    /// The same of the wearer of a device: another number than the author's or the viewer's of that name.
    pub fn wearer(&self, name: &str) -> Pseudonym {
        self.hash("wearer\0", name)
    }

    /// The same of one whose gaze is followed.
    pub fn viewer(&self, name: &str) -> Pseudonym {
        self.hash("viewer\0", name)
    }

    fn hash(&self, kind: &str, name: &str) -> Pseudonym {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("any length of key will do");
        mac.update(kind.as_bytes());
        mac.update(name.trim().to_lowercase().as_bytes());
        let hash = mac.finalize().into_bytes();
        let mut first = [0; 8];
        first.copy_from_slice(&hash[..8]);
        Pseudonym(u64::from_be_bytes(first))
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(…)")
    }
}

/// What a feed that speaks of people is told by configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct People {
    /// Hashes their names.
    pub salt: Salt,
    /// The room of chat lines, and the stream of gaze or the camera of lines, that name none.
    pub room: Option<Arc<str>>,
}

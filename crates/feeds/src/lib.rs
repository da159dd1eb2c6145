//! What comes in: pure parsers for each provider, and one driver that does all I/O.
//!
//! A parser is a function `parse(body, context) -> Vec<Parsed>`: no I/O, no clock, no panic whatever the bytes.
//! [`providers`] lists them; [`open_file`] reads files of any of them; [`driver`] polls, takes pushes and plays
//! files back. Faults that one payload shows (a web page, half a document, an unreadable play, a play listed
//! twice) are coded here; values that are impossible only in the course of a game (a clock that rises, a score
//! that drops) are passed on as they came, for the game agent to heal.

mod body;
mod calendar;
pub mod chat;
#[cfg(feature = "driver")]
pub mod driver;
mod error;
mod file;
mod lines;
pub mod odds;
mod order;
mod parsed;
pub mod play_by_play;
pub mod reconcile;
pub mod reference;
mod registry;
mod salt;
pub mod sensor;
pub mod sign;
pub mod signals;
#[cfg(feature = "sound")]
pub mod sound;
pub mod table;
pub mod tracking;

#[cfg(feature = "driver")]
pub use driver::push_router;
pub use error::{Fault, FeedError};
pub use file::{FileError, FileGames, Lines, OpenOptions, open_file};
pub use lines::When;
pub use parsed::{Context, KnownGame, Parsed};
pub use registry::{Parse, Provider, ProviderKind, provider, providers, sniff};
pub use salt::{People, Salt, SaltError};

//! A seeded stadium around a match.
//!
//! [`Script`] is the truth: what happened, when, for whom, and how much it mattered. Each sense of the world renders
//! it: `(seed, &Script)` gives what a microphone, a chat room or a wearable would have given, and labels of what is
//! truly in it, so that what the agents find can be scored. The same seed gives the same world, byte for byte.

pub mod body;
pub mod causes;
pub mod chat;
pub mod director;
pub mod frowns;
pub mod gaze;
pub mod micro;
pub mod moments;
pub mod plays;
pub mod script;
pub mod sound;
pub mod stadium;
pub mod tally;
pub mod tastes;
pub mod tracking;
pub mod viewers;
pub mod vision;

pub use script::{Club, Happening, HappeningKind, Mark, Player, Script};

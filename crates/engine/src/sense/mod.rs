//! Sense: from signals to facts.

pub mod audio;
pub mod body;
pub mod chat;
pub mod emotion;
pub mod game;
pub mod gaze;
mod senses;
pub mod vision;
mod watch;

pub use senses::{Scene, SenseAgent, SenseSet, Senses};

//! Sense: from signals to facts.

pub mod audience;
pub mod audio;
pub mod body;
pub mod chat;
pub mod emotion;
pub mod game;
pub mod gaze;
pub mod micro;
mod senses;
pub mod tracking;
pub mod vision;
mod watch;

pub use senses::{Scene, SenseAgent, SenseSet, Senses};

//! Sense: from signals to facts.

pub mod audio;
pub mod chat;
pub mod emotion;
pub mod game;
mod senses;

pub use senses::{Scene, SenseAgent, SenseSet, Senses};

//! Sense: from signals to facts.

pub mod audio;
pub mod chat;
pub mod game;
pub mod micro;
mod senses;
pub mod tracking;

pub use senses::{Scene, SenseAgent, SenseSet, Senses};

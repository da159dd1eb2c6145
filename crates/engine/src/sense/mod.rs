//! Sense: from signals to facts.

pub mod audio;
pub mod game;

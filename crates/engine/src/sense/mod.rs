//! Sense: from signals to facts.

pub mod game;

//! Sense: from signals to facts.

pub mod chat;
pub mod game;

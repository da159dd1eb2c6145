//! The engine: sense, decide, guard, and the fold that runs them.
//!
//! Everything here is a pure state machine: an event in, events out. There is no clock, no I/O, no thread and
//! no randomness, so the same log gives the same facts, byte for byte, live or replayed.

pub mod sense;

pub use sense::game::{Match, ModelSet, Output};

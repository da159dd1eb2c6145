//! The engine: sense, decide, guard, and the fold that runs them.
//!
//! Everything here is a pure state machine: an event in, events out. There is no clock, no I/O, no thread and
//! no randomness, so the same log gives the same facts, byte for byte, live or replayed.

pub mod decide;
mod facts_jsonl;
pub mod guard;
mod leap;
pub mod rules;
pub mod sense;

pub use facts_jsonl::write_facts_jsonl;
pub use guard::{Guard, Policy};
pub use sense::game::{Match, ModelSet, Moments, Moved, Output};

/// Names what the fold makes of a log. It is raised whenever the same log would give other facts or number
/// its updates otherwise, so that clients which hold the old numbering start afresh.
pub const FOLD_VERSION: u32 = 5;

//! A seeded world: a Sunday of real games for the demo, with its faults, and endless games for load.
//!
//! The same seed gives the same world. Only the feed server does I/O; nothing here reads a wall clock but it.

mod rng;
pub mod sunday;

pub use rng::Rng;

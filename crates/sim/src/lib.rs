//! A seeded world: a Sunday of real games for the demo, with its faults, and endless games for load.
//!
//! The same seed gives the same world. Only the feed server does I/O; nothing else here reads a clock.

pub mod clubs;
pub mod load;
pub mod odds;
mod rng;
pub mod server;
pub mod sunday;
pub mod world;

pub use rng::Rng;
pub use server::{FeedOptions, FeedServer, FeedServerError, Speed};

//! Broadcast graphics: the three commands, to a graphics system over HTTP and to a still on disk.
//!
//! [`build`] is pure; the driver behind [`Graphics`] does the sending, and keeps the game from ever waiting for it:
//! [`Graphics::send`] only puts a command into a queue in which the newest strip and situation of a game take
//! the place of older ones. The payloads are documented in `docs/graphics.md`.

pub mod build;
mod driver;
mod queue;
mod still;

pub use build::{
    Command, DecisionCard, DecisionLine, KeyPlay, Order, Request, Situation, WinProbability,
};
pub use driver::{Graphics, GraphicsError, GraphicsOptions, Health, address};
pub(crate) use still::escape;
pub use still::{Still, StillGame};

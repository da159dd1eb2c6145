//! Broadcast graphics: the three commands, to a graphics system over HTTP and to a still on disk.
//!
//! [`build`] is pure; the driver does the sending, and keeps the game from ever waiting for it. The payloads are
//! documented in `docs/graphics.md`.

pub mod build;

pub use build::{Command, KeyPlay, Order, Request, Situation, WinProbability};

//! The gateway: what viewers, second screens and the production connect to.
//!
//! A [`Hub`] takes approved updates, keeps each game's newest snapshot and last updates, and hands them to every
//! client: over matchday's own WebSocket messages, Server-Sent Events, Centrifugo's client protocol, and REST.
//! [`router`] makes the HTTP service and [`serve`] runs it. The wire is documented in `docs/gateway.md`.
//!
//! What must stay true:
//!
//! - an update is encoded once, however many clients there are;
//! - publishing never waits for a client, and holds no lock while anything is sent;
//! - a client that does not read holds no queue: past a limit of bytes it is given one snapshot instead;
//! - a client can tell from `epoch` and `seq` whether it missed something, and is told when it did.

mod asyncapi;
mod centrifugo;
mod channel;
mod connection;
mod frame;
mod hub;
mod limits;
mod native;
mod openapi;
mod problem;
mod rest;
mod router;
mod serve;
mod sse;
mod state;
mod stats;
mod upgrade;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use asyncapi::asyncapi;
pub use hub::{Hub, HubOptions, OpenError, PublishError};
pub use native::{ClientMessage, ServerMessage};
pub use openapi::openapi;
pub use rest::{Plays, Presence};
pub use router::{RouterOptions, StaticFile, StaticFiles, router};
pub use serve::{ServeOptions, serve};
pub use state::{OnAir, ShownKeyPlay};
pub use stats::Stats;

/// Locks, whoever panicked before: what these locks guard is replaced whole and is never half written.
fn locked<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

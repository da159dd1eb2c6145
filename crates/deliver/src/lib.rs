//! What goes out: the gateway that viewers connect to, and the adapters for broadcast graphics and mixers.
//!
//! Everything here takes [`matchday_event::Approved`] values and nothing else: whatever the guard did not let
//! through has no way to a screen. Clocks are handed in; the numbers on the wire never depend on them.

use std::sync::Arc;

use matchday_event::EventTime;

pub mod gateway;
pub mod graphics;
pub mod load;
pub mod mixer;
mod output;

/// Tells the time. The binary hands in the system's clock, a test one of its own.
pub type Clock = Arc<dyn Fn() -> EventTime + Send + Sync>;

//! The vocabulary every room of matchday speaks.
//!
//! A [`Signal`] comes in from a feed and is appended to the log as a [`Logged`] record. Sensing it
//! yields [`Fact`]s; facts lead to a [`Proposal`]; the guard turns a proposal into an [`Approved`] one or
//! a [`Refusal`]. What viewers are shown is described by the types in [`view`].
//!
//! Nothing here does I/O, reads a clock or draws a random number.

pub mod basketball;
mod detail;
mod fact;
mod fault;
pub mod football;
mod ids;
pub mod production;
mod proposal;
pub mod round;
pub mod senses;
mod signal;
pub mod soccer;
pub mod tennis;
mod time;
pub mod view;
mod wire;

pub use detail::{Detail, MatchRules, PlayDetail, Situation, Sport, StateDetail};
pub use fact::{
    DriveFact, DriveResult, Fact, GameFact, KeyPlaysFact, NextPlay, PlayFact, ScoreFact, StateFact,
};
pub use fault::{FaultCode, HealedFact};
pub use ids::{GameId, InvalidId, PlayId, Seq, Side};
pub use proposal::{Approved, Audience, GraphicsCommand, Proposal, Refusal, RefusalCode};
pub use signal::{
    Forecast, GameInfo, GamePhase, GameStatus, Line, Logged, OddsReport, PlayReport, Score, Signal,
    Team,
};
pub use time::{EventTime, GameClock};
pub use wire::CloudEvent;

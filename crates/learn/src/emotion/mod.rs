//! The feeling of a chat message: joy, rage, surprise or neutral.
//!
//! Two parts are added up. A table written by hand says what emotes, emoji and the slang of chat mean ([`prior`]); a
//! linear model over hashed words and runs of letters, trained on labelled comments, says the rest ([`Model`]).
//! Reading a message takes some microseconds and allocates nothing, so every message can be read.

pub mod card;
pub mod cascade;
#[cfg(feature = "onnx")]
pub mod deep;
pub mod features;
pub mod labelled;
mod model;
pub mod prior;
pub mod score;
pub mod text;
pub mod train;
mod unicode;
#[cfg(feature = "onnx")]
pub mod wordpiece;

pub use matchday_event::senses::Emotion;
pub use model::{EmotionModelError, Header, Model, Reader, Reading, SURE};

//! The camera that a director would call for a micro-event, and how long that takes: gradient-boosted trees, learned from
//! recorded calls.
//!
//! [`label`] makes examples of micro-events and recorded calls, [`features`] their rows; [`train`] fits a model with
//! trees from a [`trees::Grower`], which the program hands in; [`call`] makes proposals of what a model predicts, and
//! [`miss`] holds the calls that come of them against those recorded.

pub mod call;
pub mod card;
pub mod features;
pub mod label;
pub mod miss;
mod model;
pub mod score;
pub mod train;
pub mod trees;

pub use model::{CameraModel, CameraModelError, FORMAT, Header, Prediction};

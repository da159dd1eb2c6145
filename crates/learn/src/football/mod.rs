//! Models of American football: win probability, expected points, and what is at stake in the next play.

pub(crate) mod basis;
pub mod card;
pub mod decision;
pub mod ep;
pub mod guest;
mod models;
mod outcome;
mod rules;
mod snap;
pub mod swing;
pub mod train;
pub mod wp;

pub(crate) use models::json_error;
pub use models::{FORMAT, ModelError, ModelFile, Models, WpFile};
pub use outcome::{Outcome, PlayResult, next_snap};
pub use rules::Rules;
pub use snap::{Form, Kind, Snap};

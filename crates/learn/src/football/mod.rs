//! Models of American football.

mod snap;

pub use snap::{Kind, Snap};

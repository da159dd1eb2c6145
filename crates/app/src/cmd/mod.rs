//! The commands, a file each.

pub mod bench;
pub mod calibrate;
pub mod demo;
pub mod eval;
pub mod log;
pub mod ratings;
pub mod replay;
pub mod schema;
pub mod serve;
pub mod sports;
pub mod train;

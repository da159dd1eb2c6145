//! The commands, a file each.

pub mod bench;
pub mod calibrate;
pub mod demo;
pub mod eval;
pub mod listen;
pub mod log;
pub mod micro;
pub mod mixer;
pub mod nightly;
pub mod ratings;
pub mod replay;
pub mod rules;
pub mod schema;
pub mod serve;
pub mod sim;
pub mod sports;
pub mod tracking;
pub mod train;

//! What matchday keeps: the [`log`] that everything else is rebuilt from, and the [`archive`] that a log is
//! exported to.

pub mod archive;
pub mod log;

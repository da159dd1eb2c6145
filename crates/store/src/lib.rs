//! What matchday keeps: the [`log`] that everything else is rebuilt from, and the [`archive`] that a log is
//! exported to, and the [`micro`]-events of a season.

pub mod archive;
pub mod log;
pub mod micro;

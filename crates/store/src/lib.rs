//! What matchday keeps: the [`log`] that everything else is rebuilt from.

pub mod log;

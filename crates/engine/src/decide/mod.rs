//! Decide: from facts to proposals. Nothing here acts; the guard has the last word.

pub mod director;
pub mod graphics;
pub mod production;
pub mod whatif;

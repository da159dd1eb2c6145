//! The words of the senses: what feeds report of the crowd, and what the agents conclude from it.

pub mod chat;

//! Learned models: train, evaluate, infer, model cards. No I/O beyond readers and writers handed in.

pub mod evaluate;
pub mod football;
pub mod logistic;
mod quadratic;

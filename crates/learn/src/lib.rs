//! Learned models: train, evaluate, infer, model cards. No I/O beyond readers and writers handed in.

pub mod booster;
pub mod evaluate;
pub mod football;
pub mod logistic;
#[cfg(feature = "onnx")]
pub mod onnx;
mod quadratic;

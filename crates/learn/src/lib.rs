//! Learned models: train, evaluate, infer, model cards. No I/O beyond readers and writers handed in.

use std::sync::{Arc, OnceLock};

pub mod basketball;
pub mod booster;
pub mod camera;
pub mod emotion;
pub mod evaluate;
pub mod football;
pub mod momentum;
#[cfg(feature = "onnx")]
pub mod onnx;
mod quadratic;
pub mod rating;
pub mod ridge;
pub mod soccer;
pub mod tennis;

/// A model that comes with the program, read once and shared.
pub(crate) fn shipped<M>(
    cell: &'static OnceLock<Arc<M>>,
    read: impl FnOnce() -> Result<M, football::ModelError>,
) -> Arc<M> {
    let read = || Arc::new(read().expect("a test reads the models that come with the program"));
    cell.get_or_init(read).clone()
}

/// Reads a model file of a sport, its format first, so that another sport's file is refused by name.
pub(crate) fn model_file<T: serde::de::DeserializeOwned>(
    json: &str,
    format: &'static str,
) -> Result<T, football::ModelError> {
    let value: serde_json::Value = serde_json::from_str(json).map_err(football::json_error)?;
    let found = value["format"].as_str().unwrap_or("none");
    if found != format {
        return Err(football::ModelError::Sport {
            found: found.chars().take(80).collect(),
            wanted: format,
        });
    }
    serde_json::from_str(json).map_err(football::json_error)
}

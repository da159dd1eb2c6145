//! A camera model made by hand.

use matchday_event::senses::Camera;
use matchday_learn::camera::{
    FORMAT,
    features::{FEATURES, NAMES},
};
use serde_json::json;

/// The file of a model that calls the rail camera 0.4 s after whatever has this feature, such as `kind_sprint`, and nothing
/// else.
pub fn file(sport: &str, feature: &str) -> String {
    let feature = NAMES.iter().position(|n| n == feature);
    let learner = |bases: &[f32], trees: Vec<serde_json::Value>, groups: Vec<usize>| {
        let several = bases.len() > 1;
        let base = if several {
            format!("{bases:?}")
        } else {
            bases[0].to_string()
        };
        json!({ "learner": {
            "feature_names": &*NAMES,
            "gradient_booster": { "name": "gbtree", "model": { "trees": trees, "tree_info": groups } },
            "learner_model_param": {
                "base_score": base,
                "num_class": if several { bases.len() } else { 0 }.to_string(),
                "num_feature": FEATURES.to_string(),
            },
            "objective": { "name": if several { "multi:softprob" } else { "reg:squarederror" } },
        }})
    };
    let mut bases = [-9.0; Camera::ALL.len()];
    bases[Camera::Main as usize] = -3.0;
    let tree = json!({
        "left_children": [1, -1, -1], "right_children": [2, -1, -1],
        "split_indices": [feature.expect("a feature"), 0, 0], "split_conditions": [0.5, 0.0, 18.0],
        "default_left": [0, 0, 0],
    });
    json!({
        "format": FORMAT, "name": format!("camera-{sport}@1"), "sport": sport, "cameras": Camera::ALL,
        "temperature": 1.0, "examples": 4000, "matches": ["soccer-1"],
        "camera": learner(&bases, vec![tree], vec![Camera::Rail as usize]),
        "delay": learner(&[400.0], Vec::new(), Vec::new()),
    })
    .to_string()
}

//! The fields of XGBoost's model file that predicting needs, in either of its formats.

use serde::{Deserialize, Deserializer, de};

use super::{BoosterError, ubj};

#[derive(Debug, Deserialize)]
pub struct File {
    pub learner: Learner,
}

#[derive(Debug, Deserialize)]
pub struct Learner {
    #[serde(default)]
    pub feature_names: Vec<String>,
    pub gradient_booster: GradientBooster,
    pub learner_model_param: LearnerParam,
    pub objective: Objective,
}

#[derive(Debug, Deserialize)]
pub struct LearnerParam {
    pub base_score: String,
    #[serde(default)]
    pub num_class: String,
    pub num_feature: String,
    #[serde(default)]
    pub num_target: String,
}

#[derive(Debug, Deserialize)]
pub struct Objective {
    pub name: String,
}

#[derive(Debug, Deserialize)]
pub struct GradientBooster {
    #[serde(default)]
    pub name: String,
    /// `gbtree` has it here,
    pub model: Option<Trees>,
    /// `dart` one level down,
    pub gbtree: Option<Inner>,
    /// and a factor for every tree beside it.
    pub weight_drop: Option<Vec<f32>>,
}

#[derive(Debug, Deserialize)]
pub struct Inner {
    pub model: Trees,
}

/// `model` of a linear booster has weights in place of trees.
#[derive(Debug, Deserialize)]
pub struct Trees {
    #[serde(default)]
    pub trees: Vec<Tree>,
    #[serde(default)]
    pub tree_info: Vec<i32>,
}

#[derive(Debug, Deserialize)]
pub struct Tree {
    pub left_children: Vec<i32>,
    pub right_children: Vec<i32>,
    pub split_indices: Vec<i64>,
    pub split_conditions: Vec<f32>,
    pub default_left: Vec<Flag>,
    #[serde(default)]
    pub split_type: Vec<i64>,
    #[serde(default)]
    pub tree_param: TreeParam,
}

#[derive(Debug, Default, Deserialize)]
pub struct TreeParam {
    #[serde(default)]
    pub size_leaf_vector: String,
}

/// XGBoost wrote booleans once and writes 0 and 1 now.
#[derive(Debug, Clone, Copy)]
pub struct Flag(pub bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Flag;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a boolean, 0 or 1")
            }
            fn visit_bool<E>(self, b: bool) -> Result<Flag, E> {
                Ok(Flag(b))
            }
            fn visit_i64<E: de::Error>(self, n: i64) -> Result<Flag, E> {
                match n {
                    0 | 1 => Ok(Flag(n == 1)),
                    _ => Err(E::invalid_value(de::Unexpected::Signed(n), &self)),
                }
            }
            fn visit_u64<E: de::Error>(self, n: u64) -> Result<Flag, E> {
                self.visit_i64(n.try_into().unwrap_or(-1))
            }
        }
        d.deserialize_any(Visitor)
    }
}

pub fn read(bytes: &[u8]) -> Result<File, BoosterError> {
    match bytes {
        // Both begin with a brace; a key's length follows it in the one, a quotation mark in the other.
        [
            b'{',
            b'i' | b'U' | b'I' | b'l' | b'L' | b'#' | b'$' | b'N',
            ..,
        ] => from_ubj(bytes),
        [b'{', ..] => from_json(bytes),
        _ if bytes.trim_ascii_start().starts_with(b"{") => from_json(bytes),
        _ => Err(BoosterError::Format),
    }
}

fn place(path: &serde_path_to_error::Path) -> String {
    match path.to_string() {
        path if path == "." => String::new(),
        path => format!(" (field {path})"),
    }
}

fn from_json(bytes: &[u8]) -> Result<File, BoosterError> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let error = |place, e: &serde_json::Error| BoosterError::Json {
        line: e.line(),
        column: e.column(),
        place,
        // serde_json repeats line and column at the end of its text.
        reason: {
            let text = e.to_string();
            let end = text.rfind(" at line ").unwrap_or(text.len());
            text[..end].to_owned()
        },
    };
    let file = serde_path_to_error::deserialize(&mut json)
        .map_err(|e| error(place(e.path()), e.inner()))?;
    json.end().map_err(|e| error(String::new(), &e))?;
    Ok(file)
}

fn from_ubj(bytes: &[u8]) -> Result<File, BoosterError> {
    let mut reader = ubj::Reader::new(bytes);
    let file = serde_path_to_error::deserialize(&mut reader);
    let error = |place, reason| BoosterError::Ubj {
        offset: 0,
        place,
        reason,
    };
    let at = |error, offset| match error {
        BoosterError::Ubj { place, reason, .. } => BoosterError::Ubj {
            offset,
            place,
            reason,
        },
        other => other,
    };
    let file = file
        .map_err(|e| error(place(e.path()), e.inner().0.clone()))
        .map_err(|e| at(e, reader.offset()))?;
    let end = reader.end();
    end.map_err(|e| at(error(String::new(), e.0), reader.offset()))?;
    Ok(file)
}

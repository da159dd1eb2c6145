//! The rule sets and camera models at hand, by their names.

use std::{collections::BTreeMap, sync::Arc};

use matchday_event::production::{CameraModelId, RuleSetId};
use matchday_learn::camera::CameraModel;

use sha2::{Digest, Sha256};

use super::set::{RuleSet, digits};

/// The name of a camera model: the content of its file alone decides it.
pub fn camera_model_id(file: &str) -> CameraModelId {
    digits(Sha256::digest(file.as_bytes()).as_slice())
        .parse()
        .expect("sixteen hexadecimal digits were just written")
}

/// Rule sets and camera models by name. Whoever orders one puts it in here first; where a name leads to nothing, the
/// order is refused.
#[derive(Debug, Clone, Default)]
pub struct RuleBook {
    sets: BTreeMap<RuleSetId, Arc<RuleSet>>,
    models: BTreeMap<CameraModelId, Arc<CameraModel>>,
}

impl RuleBook {
    /// Puts a set in.
    pub fn put(&mut self, set: Arc<RuleSet>) {
        self.sets.insert(set.id.clone(), set);
    }

    /// The set of a name.
    pub fn get(&self, id: &RuleSetId) -> Option<&Arc<RuleSet>> {
        self.sets.get(id)
    }

    /// All of them, by name.
    pub fn sets(&self) -> impl Iterator<Item = &Arc<RuleSet>> {
        self.sets.values()
    }

    /// Puts a camera model in; its name follows from its file ([`camera_model_id`]).
    pub fn put_model(&mut self, id: CameraModelId, model: Arc<CameraModel>) {
        self.models.insert(id, model);
    }

    /// The camera model of a name.
    pub fn model(&self, id: &CameraModelId) -> Option<&Arc<CameraModel>> {
        self.models.get(id)
    }

    /// All camera models, by name.
    pub fn models(&self) -> impl Iterator<Item = (&CameraModelId, &Arc<CameraModel>)> {
        self.models.iter()
    }
}

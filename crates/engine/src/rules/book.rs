//! The rule sets at hand, by their names.

use std::{collections::BTreeMap, sync::Arc};

use matchday_event::production::RuleSetId;

use super::set::RuleSet;

/// Rule sets by name. Whoever orders one puts it in here first; where a name leads to nothing, the order is refused.
#[derive(Debug, Clone, Default)]
pub struct RuleBook {
    sets: BTreeMap<RuleSetId, Arc<RuleSet>>,
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
}

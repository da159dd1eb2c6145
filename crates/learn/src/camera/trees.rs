//! Trees as a grower gives them, written the way XGBoost writes its models, so that [`crate::booster`] reads them.

use serde::Serialize;

use super::features::{FEATURES, NAMES};

/// A tree. Node 0 is its root; a leaf's children are -1.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tree {
    /// Left child of each node: the way of values less than the condition.
    pub left: Vec<i32>,
    /// Right child of each node.
    pub right: Vec<i32>,
    /// The feature that each node looks at.
    pub feature: Vec<usize>,
    /// What each node holds its feature against; the value of a leaf.
    pub condition: Vec<f32>,
    /// Whether a missing value goes left.
    pub missing_left: Vec<bool>,
}

/// What a grower made of one task.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Grown {
    /// What the sum begins with: log-odds for probabilities.
    pub base: f32,
    /// Trees, in the order in which they were grown.
    pub trees: Vec<Tree>,
}

/// What a sum of trees is fitted to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// Log-loss of a 0 or a 1.
    Logistic,
    /// Squared error.
    Squared,
}

/// How trees are grown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Growth {
    /// How many trees.
    pub rounds: usize,
    /// How deep they are at most.
    pub depth: usize,
    /// What each tree counts.
    pub learning_rate: f32,
    /// Ridge on the leaves.
    pub l2: f32,
    /// The least weight of a leaf.
    pub min_leaf: f32,
    /// Bins of a feature.
    pub bins: u16,
    /// For whatever is drawn.
    pub seed: u64,
}

/// Grows boosted trees. The rooms that must be pure have no library that draws random numbers; the program hands one in.
pub trait Grower {
    /// Fits trees to `targets`. `columns` holds the features one after the other, each with a value for every target;
    /// `NaN` is missing. The same input must give the same trees.
    fn grow(
        &mut self,
        columns: &[f64],
        targets: &[f64],
        loss: Loss,
        growth: &Growth,
    ) -> Result<Grown, String>;
}

#[derive(Serialize)]
struct Model<'a> {
    learner: Learner<'a>,
}

#[derive(Serialize)]
struct Learner<'a> {
    feature_names: &'a [String],
    gradient_booster: Booster,
    learner_model_param: Param,
    objective: Name,
}

#[derive(Serialize)]
struct Booster {
    name: &'static str,
    model: Trees,
}

#[derive(Serialize)]
struct Trees {
    trees: Vec<Nodes>,
    tree_info: Vec<usize>,
}

#[derive(Serialize)]
struct Nodes {
    left_children: Vec<i32>,
    right_children: Vec<i32>,
    split_indices: Vec<usize>,
    split_conditions: Vec<f32>,
    default_left: Vec<u8>,
}

#[derive(Serialize)]
struct Param {
    base_score: String,
    num_class: String,
    num_feature: String,
}

#[derive(Serialize)]
struct Name {
    name: &'static str,
}

/// XGBoost's JSON of some sums of trees, the first `rounds` of each: a class each if there are several, else a number.
pub(super) fn to_json(grown: &[Grown], rounds: usize) -> serde_json::Result<String> {
    let several = grown.len() > 1;
    let bases: Vec<String> = grown.iter().map(|g| g.base.to_string()).collect();
    let mut trees = Vec::new();
    let mut tree_info = Vec::new();
    for round in 0..rounds {
        for (group, grown) in grown.iter().enumerate() {
            let Some(tree) = grown.trees.get(round) else {
                continue;
            };
            tree_info.push(group);
            trees.push(Nodes {
                left_children: tree.left.clone(),
                right_children: tree.right.clone(),
                split_indices: tree.feature.clone(),
                split_conditions: tree.condition.clone(),
                default_left: tree.missing_left.iter().map(|l| u8::from(*l)).collect(),
            });
        }
    }
    let model = Model {
        learner: Learner {
            feature_names: &NAMES,
            gradient_booster: Booster {
                name: "gbtree",
                model: Trees { trees, tree_info },
            },
            learner_model_param: Param {
                base_score: if several {
                    format!("[{}]", bases.join(","))
                } else {
                    bases.concat()
                },
                num_class: if several { grown.len() } else { 0 }.to_string(),
                num_feature: FEATURES.to_string(),
            },
            objective: Name {
                name: if several {
                    "multi:softprob"
                } else {
                    "reg:squarederror"
                },
            },
        },
    };
    serde_json::to_string(&model)
}

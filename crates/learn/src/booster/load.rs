//! Checks a model file and lays its trees out.

use super::{
    Booster, BoosterError, Node, Objective, TreeAt,
    file::{File, LearnerParam, Tree, Trees},
};

/// Features at most: a node keeps the number beside two flags.
const MAX_FEATURES: usize = 1 << 20;
/// Classes at most: their sums are written for every row.
const MAX_CLASSES: usize = 4096;

pub fn load(file: File) -> Result<Booster, BoosterError> {
    let learner = file.learner;
    let param = &learner.learner_model_param;
    let features = count(&param.num_feature, "num_feature")?;
    if !(1..=MAX_FEATURES).contains(&features) {
        return Err(BoosterError::field(
            "learner.learner_model_param.num_feature",
            format!("{features} is not between 1 and {MAX_FEATURES}"),
        ));
    }
    let names = learner.feature_names;
    if !names.is_empty() && names.len() != features {
        return Err(BoosterError::field(
            "learner.feature_names",
            format!("{} names for {features} features", names.len()),
        ));
    }
    if !param.num_target.is_empty() && count(&param.num_target, "num_target")? > 1 {
        return Err(BoosterError::Unsupported {
            what: "a booster with more than one target".to_owned(),
            instead: "train one model for each",
        });
    }
    let (objective, groups) = objective(&learner.objective.name, param)?;
    let base = base(&param.base_score, objective, groups)?;

    let booster = learner.gradient_booster;
    let (model, place, weights) = match (booster.name.as_str(), booster.model, booster.gbtree) {
        ("gbtree" | "", Some(model), _) => (model, "learner.gradient_booster.model", None),
        ("dart", _, Some(inner)) => (
            inner.model,
            "learner.gradient_booster.gbtree.model",
            booster.weight_drop,
        ),
        (name, _, _) => {
            return Err(BoosterError::Unsupported {
                what: format!("a booster of kind {name:?}"),
                instead: "train with booster gbtree or dart",
            });
        }
    };
    if let Some(weights) = &weights
        && weights.len() != model.trees.len()
    {
        return Err(BoosterError::field(
            "learner.gradient_booster.weight_drop",
            format!("{} weights for {} trees", weights.len(), model.trees.len()),
        ));
    }
    let mut booster = Booster {
        nodes: Vec::new(),
        leaves: Vec::new(),
        trees: Vec::with_capacity(model.trees.len()),
        base,
        objective,
        features,
        names,
    };
    lay_out(&mut booster, &model, place, weights.as_deref())?;
    Ok(booster)
}

fn count(text: &str, name: &str) -> Result<usize, BoosterError> {
    text.trim().parse().map_err(|_| {
        BoosterError::field(
            format!("learner.learner_model_param.{name}"),
            format!("{:?} is not a count", shortened(text)),
        )
    })
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

fn objective(name: &str, param: &LearnerParam) -> Result<(Objective, usize), BoosterError> {
    let classes = || match count(&param.num_class, "num_class")? {
        n @ 2..=MAX_CLASSES => Ok(n),
        n => Err(BoosterError::field(
            "learner.learner_model_param.num_class",
            format!("{n} is not between 2 and {MAX_CLASSES}"),
        )),
    };
    match name {
        "binary:logistic" | "reg:logistic" => Ok((Objective::Logistic, 1)),
        "reg:squarederror" | "reg:linear" => Ok((Objective::Identity, 1)),
        "multi:softprob" => Ok((Objective::Softprob, classes()?)),
        "multi:softmax" => Ok((Objective::Softmax, classes()?)),
        other => Err(BoosterError::Unsupported {
            what: format!("objective {:?}", shortened(other)),
            instead: "use binary:logistic, reg:logistic, reg:squarederror, multi:softprob or multi:softmax",
        }),
    }
}

/// `base_score` is a number, or since XGBoost 3.1 a list of them. For a logistic objective it is a
/// probability.
fn base(text: &str, objective: Objective, groups: usize) -> Result<Vec<f32>, BoosterError> {
    let wrong =
        |problem: String| BoosterError::field("learner.learner_model_param.base_score", problem);
    let list = text.trim();
    let list = list
        .strip_prefix('[')
        .and_then(|l| l.strip_suffix(']'))
        .unwrap_or(list);
    let mut base = Vec::with_capacity(groups);
    for part in list.split(',') {
        let value: f32 = part
            .trim()
            .parse()
            .map_err(|_| wrong(format!("{:?} is not a number", shortened(part))))?;
        if !value.is_finite() {
            return Err(wrong(format!("{value} is not finite")));
        }
        base.push(match objective {
            Objective::Logistic if !(0.0 < value && value < 1.0) => {
                return Err(wrong(format!("{value} is not between 0 and 1")));
            }
            Objective::Logistic => -libm::logf(1.0 / value - 1.0),
            _ => value,
        });
        if base.len() > groups {
            return Err(wrong(format!("has more than {groups} values")));
        }
    }
    match base.len() {
        n if n == groups => Ok(base),
        1 => Ok(vec![base[0]; groups]),
        n => Err(wrong(format!("has {n} values for {groups} classes"))),
    }
}

fn lay_out(
    booster: &mut Booster,
    model: &Trees,
    place: &str,
    weights: Option<&[f32]>,
) -> Result<(), BoosterError> {
    if model.tree_info.len() != model.trees.len() {
        return Err(BoosterError::field(
            format!("{place}.tree_info"),
            format!(
                "{} entries for {} trees",
                model.tree_info.len(),
                model.trees.len()
            ),
        ));
    }
    for (number, (tree, &group)) in model.trees.iter().zip(&model.tree_info).enumerate() {
        let group = u32::try_from(group)
            .ok()
            .filter(|g| (*g as usize) < booster.groups())
            .ok_or_else(|| {
                BoosterError::field(
                    format!("{place}.tree_info[{number}]"),
                    format!("{group} is not a class"),
                )
            })?;
        let weight = weights.map_or(1.0, |w| w[number]);
        if !weight.is_finite() {
            return Err(BoosterError::field(
                format!("learner.gradient_booster.weight_drop[{number}]"),
                format!("{weight} is not finite"),
            ));
        }
        let root = u32::try_from(booster.nodes.len())
            .map_err(|_| BoosterError::field(format!("{place}.trees"), "too many nodes"))?;
        let depth = Layout::new(booster, tree, number, weight)?.lay_out()?;
        booster.trees.push(TreeAt { root, depth, group });
    }
    Ok(())
}

struct Layout<'a> {
    booster: &'a mut Booster,
    tree: &'a Tree,
    number: usize,
    weight: f32,
    /// Nodes that a parent has claimed: a tree has no two ways to a node.
    claimed: Vec<bool>,
}

impl<'a> Layout<'a> {
    fn new(
        booster: &'a mut Booster,
        tree: &'a Tree,
        number: usize,
        weight: f32,
    ) -> Result<Self, BoosterError> {
        let n = tree.left_children.len();
        let wrong = |field: &str, problem: String| {
            Err(BoosterError::Field {
                field: format!("tree {number}, {field}"),
                problem,
            })
        };
        if n == 0 || n > i32::MAX as usize {
            return wrong("left_children", format!("{n} nodes"));
        }
        for (field, len) in [
            ("right_children", tree.right_children.len()),
            ("split_indices", tree.split_indices.len()),
            ("split_conditions", tree.split_conditions.len()),
            ("default_left", tree.default_left.len()),
        ] {
            if len != n {
                return wrong(field, format!("{len} entries for {n} nodes"));
            }
        }
        if !tree.split_type.is_empty() && tree.split_type.len() != n {
            return wrong(
                "split_type",
                format!("{} entries for {n} nodes", tree.split_type.len()),
            );
        }
        if !matches!(tree.tree_param.size_leaf_vector.as_str(), "" | "0" | "1") {
            return Err(BoosterError::Unsupported {
                what: format!("tree {number}: a tree with vectors for leaves"),
                instead: "train with multi_strategy one_output_per_tree",
            });
        }
        Ok(Self {
            booster,
            tree,
            number,
            weight,
            claimed: vec![false; n],
        })
    }

    fn wrong(&self, node: usize, field: &'static str, problem: String) -> BoosterError {
        BoosterError::Node {
            tree: self.number,
            node,
            field,
            problem,
        }
    }

    /// Lays the tree out level by level, children side by side, and returns its depth.
    fn lay_out(mut self) -> Result<u32, BoosterError> {
        self.claimed[0] = true;
        self.push_place();
        let mut level = vec![(0_usize, self.booster.nodes.len() - 1)];
        let mut depth = 0;
        loop {
            let mut below = Vec::new();
            for (node, place) in level {
                if let Some(children) = self.children(node)? {
                    let first = self.split(node, place)?;
                    below.push((children[0], first));
                    below.push((children[1], first + 1));
                } else {
                    self.leaf(node, place)?;
                }
            }
            if below.is_empty() {
                return Ok(depth);
            }
            depth += 1;
            level = below;
        }
    }

    fn push_place(&mut self) {
        self.booster.nodes.push(Node {
            split: 0.0,
            test: 0,
            child: 0,
        });
        self.booster.leaves.push(0.0);
    }

    fn children(&mut self, node: usize) -> Result<Option<[usize; 2]>, BoosterError> {
        let (left, right) = (
            self.tree.left_children[node],
            self.tree.right_children[node],
        );
        if left == -1 && right == -1 {
            return Ok(None);
        }
        let claim = |this: &mut Self, field: &'static str, child: i32| {
            let at = usize::try_from(child)
                .ok()
                .filter(|c| *c < this.claimed.len());
            match at {
                None => Err(this.wrong(node, field, format!("{child} is not a node"))),
                Some(at) if std::mem::replace(&mut this.claimed[at], true) => Err(this.wrong(
                    node,
                    field,
                    format!("node {child} has another parent already"),
                )),
                Some(at) => Ok(at),
            }
        };
        let left = claim(self, "left_children", left)?;
        Ok(Some([left, claim(self, "right_children", right)?]))
    }

    fn split(&mut self, node: usize, place: usize) -> Result<usize, BoosterError> {
        if self.tree.split_type.get(node).is_some_and(|t| *t != 0) {
            return Err(BoosterError::Unsupported {
                what: format!("tree {}, node {node}: a categorical split", self.number),
                instead: "train with the categories as features of 0 and 1",
            });
        }
        let feature = self.tree.split_indices[node];
        let feature = usize::try_from(feature)
            .ok()
            .filter(|f| *f < self.booster.features)
            .ok_or_else(|| {
                self.wrong(
                    node,
                    "split_indices",
                    format!("{feature} is not one of {} features", self.booster.features),
                )
            })?;
        let split = self.tree.split_conditions[node];
        if split.is_nan() {
            return Err(self.wrong(node, "split_conditions", "is not a number".to_owned()));
        }
        let child = self.booster.nodes.len();
        self.push_place();
        self.push_place();
        let number = u32::try_from(child + 1).map_err(|_| {
            self.wrong(node, "left_children", "there are too many nodes".to_owned())
        })? - 1;
        self.booster.nodes[place] = Node {
            split,
            test: (feature as u32) << 2 | 2 | u32::from(self.tree.default_left[node].0),
            child: number,
        };
        Ok(child)
    }

    fn leaf(&mut self, node: usize, place: usize) -> Result<(), BoosterError> {
        // XGBoost keeps a leaf's value where a split's bound would stand.
        let value = self.tree.split_conditions[node] * self.weight;
        if !value.is_finite() {
            return Err(self.wrong(
                node,
                "split_conditions",
                format!("a leaf's value of {value} is not finite"),
            ));
        }
        self.booster.leaves[place] = value;
        self.booster.nodes[place].child = place as u32;
        Ok(())
    }
}

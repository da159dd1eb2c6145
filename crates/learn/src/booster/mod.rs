//! Gradient-boosted trees that others have trained: XGBoost's JSON and UBJ model files, read into flat arrays
//! and evaluated a row at a time with the sums XGBoost makes, in its order and its single precision.

mod error;
mod file;
mod load;
pub mod ubj;

pub use error::BoosterError;

/// What a booster's sums are turned into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objective {
    /// A probability: `binary:logistic`, `reg:logistic`.
    Logistic,
    /// The sum itself: `reg:squarederror`.
    Identity,
    /// The probability of every class: `multi:softprob`.
    Softprob,
    /// The likeliest class, as a number: `multi:softmax`.
    Softmax,
}

/// A booster, ready to evaluate.
#[derive(Debug, Clone)]
pub struct Booster {
    nodes: Vec<Node>,
    /// The value of every node, dropped trees' factors within; 0 for those that split.
    leaves: Vec<f32>,
    trees: Vec<TreeAt>,
    /// What each sum begins with.
    base: Vec<f32>,
    objective: Objective,
    features: usize,
    names: Vec<String>,
}

/// A node. Its two children lie side by side; a leaf is its own child, so that every tree of a batch can be
/// walked as far as the deepest.
#[derive(Debug, Clone, Copy)]
struct Node {
    split: f32,
    /// Feature times four; two where it splits; one where a missing value goes left.
    test: u32,
    child: u32,
}

#[derive(Debug, Clone, Copy)]
struct TreeAt {
    root: u32,
    depth: u32,
    group: u32,
}

/// Trees walked side by side: the processor waits for memory once for all of them, and not once for each.
const ABREAST: usize = 8;

impl Booster {
    /// Reads a model file of either format.
    pub fn read(bytes: &[u8]) -> Result<Self, BoosterError> {
        load::load(file::read(bytes)?)
    }

    /// How many features a row has.
    pub fn features(&self) -> usize {
        self.features
    }

    /// The features' names, where the model carries them.
    pub fn feature_names(&self) -> Option<&[String]> {
        (!self.names.is_empty()).then_some(&self.names)
    }

    /// What the sums are turned into.
    pub fn objective(&self) -> Objective {
        self.objective
    }

    /// How many trees there are.
    pub fn trees(&self) -> usize {
        self.trees.len()
    }

    /// How many sums there are: the classes of a classifier, otherwise one.
    pub fn groups(&self) -> usize {
        self.base.len()
    }

    /// How many numbers a prediction has.
    pub fn outputs(&self) -> usize {
        match self.objective {
            Objective::Softmax => 1,
            _ => self.groups(),
        }
    }

    /// The sums, before the objective turns them into predictions. `NaN` is a missing value.
    ///
    /// # Panics
    ///
    /// If `row` has not [`Booster::features`] values or `sums` not [`Booster::groups`].
    pub fn margins(&self, row: &[f32], sums: &mut [f32]) {
        assert_eq!(row.len(), self.features, "values in the row");
        assert_eq!(sums.len(), self.groups(), "sums");
        sums.copy_from_slice(&self.base);
        let mut batches = self.trees.chunks_exact(ABREAST);
        for batch in &mut batches {
            let mut at: [u32; ABREAST] = std::array::from_fn(|k| batch[k].root);
            let depth = batch.iter().map(|t| t.depth).max().unwrap_or(0);
            for _ in 0..depth {
                for at in &mut at {
                    *at = self.step(*at, row);
                }
            }
            for (tree, at) in batch.iter().zip(at) {
                sums[tree.group as usize] += self.leaves[at as usize];
            }
        }
        for tree in batches.remainder() {
            let mut at = tree.root;
            for _ in 0..tree.depth {
                at = self.step(at, row);
            }
            sums[tree.group as usize] += self.leaves[at as usize];
        }
    }

    #[inline(always)]
    fn step(&self, at: u32, row: &[f32]) -> u32 {
        let node = &self.nodes[at as usize];
        let x = row[(node.test >> 2) as usize];
        // XGBoost's own comparison: left if less, and a missing value where training sent those.
        let left = (x < node.split) | (x.is_nan() & (node.test & 1 != 0));
        let splits = (node.test >> 1) & 1;
        node.child + (u32::from(!left) & splits)
    }

    /// Predicts one row, as XGBoost's `predict` does. `NaN` is a missing value.
    ///
    /// # Panics
    ///
    /// If `row` has not [`Booster::features`] values or `out` not [`Booster::outputs`].
    pub fn predict(&self, row: &[f32], out: &mut [f32]) {
        assert_eq!(out.len(), self.outputs(), "outputs");
        match self.objective {
            Objective::Identity => self.margins(row, out),
            Objective::Logistic => {
                self.margins(row, out);
                for p in out {
                    *p = sigmoid(*p);
                }
            }
            Objective::Softprob => {
                self.margins(row, out);
                softmax(out);
            }
            Objective::Softmax => {
                let mut sums = vec![0.0; self.groups()];
                self.margins(row, &mut sums);
                let mut best = 0;
                for (class, sum) in sums.iter().enumerate() {
                    if *sum > sums[best] {
                        best = class;
                    }
                }
                out[0] = best as f32;
            }
        }
    }

    /// Predicts one row with a booster of one output.
    ///
    /// # Panics
    ///
    /// As [`Booster::predict`], and if there are more outputs.
    pub fn predict_one(&self, row: &[f32]) -> f32 {
        let mut out = [0.0];
        self.predict(row, &mut out);
        out[0]
    }
}

/// XGBoost's logistic function: single precision, held where `exp` would overflow.
fn sigmoid(x: f32) -> f32 {
    1.0 / (libm::expf((-x).min(88.7)) + 1.0 + 1e-16)
}

/// XGBoost's softmax: single precision, summed in double.
fn softmax(sums: &mut [f32]) {
    let top = sums.iter().copied().fold(f32::MIN, f32::max);
    let mut total = 0.0_f64;
    for x in &mut *sums {
        *x = libm::expf(*x - top);
        total += f64::from(*x);
    }
    for x in sums {
        *x /= total as f32;
    }
}

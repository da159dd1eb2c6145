//! Growing boosted trees with the crate `forust-ml`. It draws random numbers through a library that asks the operating
//! system, so that it cannot be in the rooms that must be pure; what it grows is evaluated there.

use forust_ml::{GradientBooster, Matrix, objective::ObjectiveType, tree::Tree as ForustTree};
use matchday_learn::camera::trees::{Grower, Grown, Growth, Loss, Tree};

/// Grows with forust, on one thread: the same input gives the same trees.
#[derive(Debug, Default)]
pub struct Forust;

impl Grower for Forust {
    fn grow(
        &mut self,
        columns: &[f64],
        targets: &[f64],
        loss: Loss,
        growth: &Growth,
    ) -> Result<Grown, String> {
        let rows = targets.len();
        if rows == 0 || !columns.len().is_multiple_of(rows) {
            return Err(format!("{} values for {rows} rows", columns.len()));
        }
        let matrix = Matrix::new(columns, rows, columns.len() / rows);
        let mut booster = unfitted(loss, growth);
        booster
            .fit_unweighted(&matrix, targets, None)
            .map_err(|e| e.to_string())?;
        Ok(grown(&booster))
    }
}

fn unfitted(loss: Loss, growth: &Growth) -> GradientBooster {
    GradientBooster::default()
        .set_objective_type(match loss {
            Loss::Logistic => ObjectiveType::LogLoss,
            Loss::Squared => ObjectiveType::SquaredLoss,
        })
        .set_iterations(growth.rounds)
        .set_learning_rate(growth.learning_rate)
        .set_max_depth(growth.depth)
        .set_l2(growth.l2)
        .set_min_leaf_weight(growth.min_leaf)
        .set_nbins(growth.bins)
        .set_seed(growth.seed)
        .set_initialize_base_score(true)
        .set_parallel(false)
}

fn grown(booster: &GradientBooster) -> Grown {
    Grown {
        base: booster.base_score as f32,
        trees: booster.trees.iter().map(tree).collect(),
    }
}

fn tree(grown: &ForustTree) -> Tree {
    let mut tree = Tree::default();
    for node in &grown.nodes {
        let child = |n: usize| i32::try_from(n).unwrap_or(-1);
        if node.is_leaf {
            tree.left.push(-1);
            tree.right.push(-1);
            tree.feature.push(0);
            tree.condition.push(node.weight_value);
            tree.missing_left.push(false);
        } else {
            tree.left.push(child(node.left_child));
            tree.right.push(child(node.right_child));
            tree.feature.push(node.split_feature);
            tree.condition.push(at_least(node.split_value));
            tree.missing_left.push(node.missing_node == node.left_child);
        }
    }
    tree
}

/// The least single that is no less: a single is under it exactly when it is under the double.
fn at_least(value: f64) -> f32 {
    let single = value as f32;
    if f64::from(single) < value {
        single.next_up()
    } else {
        single
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_give_what_the_crate_that_grew_them_predicts() {
        // Two features, one of them missing at times, and a target that needs both.
        let rows = 400;
        let mut columns = vec![0.0; rows * 2];
        let mut targets = vec![0.0; rows];
        for n in 0..rows {
            let a = f64::from((n * 37 % 100) as f32 / 7.0);
            let b = f64::from((n * 59 % 90) as f32 / 11.0);
            columns[n] = a;
            columns[rows + n] = if n % 9 == 0 { f64::NAN } else { b };
            targets[n] = a * 3.0 + if n % 9 == 0 { 50.0 } else { b * a };
        }
        let growth = Growth {
            rounds: 30,
            depth: 4,
            learning_rate: 0.2,
            l2: 1.0,
            min_leaf: 1.0,
            bins: 32,
            seed: 1,
        };
        let matrix = Matrix::new(&columns, rows, 2);
        let mut booster = unfitted(Loss::Squared, &growth);
        booster
            .fit_unweighted(&matrix, &targets, None)
            .expect("fits");
        let theirs = booster.predict(&matrix, false);
        let grown = grown(&booster);
        assert_eq!(
            Forust.grow(&columns, &targets, Loss::Squared, &growth),
            Ok(grown.clone())
        );
        for (n, theirs) in theirs.iter().enumerate() {
            let row = [columns[n] as f32, columns[rows + n] as f32];
            let mut sum = f64::from(grown.base);
            for tree in &grown.trees {
                let mut at = 0;
                while tree.left[at] >= 0 {
                    let x = row[tree.feature[at]];
                    let left = (x < tree.condition[at]) | (x.is_nan() & tree.missing_left[at]);
                    at = if left { tree.left[at] } else { tree.right[at] } as usize;
                }
                sum += f64::from(tree.condition[at]);
            }
            assert!((sum - theirs).abs() < 1e-4, "row {n}: {sum} and {theirs}");
        }
    }

    #[test]
    fn a_single_is_under_the_condition_when_it_is_under_the_double() {
        for value in [0.1, 1.0, -0.3, 1e-9, 16_777_217.0] {
            let condition = at_least(value);
            for x in [condition.next_down(), condition, condition.next_up()] {
                assert_eq!(x < condition, f64::from(x) < value, "{x} {value}");
            }
        }
    }
}

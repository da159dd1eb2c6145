//! Win probability: a logistic model whose coefficients vary with the time left, and a structural formula for
//! overtime.

mod compiled;
mod draws;
mod features;
mod overtime;

use serde::{Deserialize, Serialize};

pub(crate) use compiled::Table;
pub(crate) use draws::DrawTable;
pub use draws::{DRAWS, Draws, WpDraws};
pub(crate) use features::NEXT_SCORE_SCALE;
pub use features::{
    FEATURES, Field, HOME_FEATURES, KNOTS_S, MONOTONE, N, SPREAD_FEATURES, at, features,
};
pub use overtime::{OvertimeParams, overtime_wp};

/// Coefficients of the logistic model: one row per knot of [`KNOTS_S`], one column per name in [`FEATURES`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    rows: Vec<Vec<f64>>,
}

impl Weights {
    /// Wraps rows; `None` unless there is one row per knot and one value per feature, all finite.
    pub fn new(rows: Vec<Vec<f64>>) -> Option<Self> {
        let ok = rows.len() == KNOTS_S.len()
            && rows
                .iter()
                .all(|r| r.len() == N && r.iter().all(|w| w.is_finite()));
        ok.then_some(Self { rows })
    }

    /// One row per knot.
    pub fn rows(&self) -> &[Vec<f64>] {
        &self.rows
    }

    /// Laid out for evaluation; `None` if the shape is wrong.
    pub(crate) fn table(&self) -> Option<Table> {
        Some(Table::new(&Self::new(self.rows.clone())?))
    }
}

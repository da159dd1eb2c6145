//! Win probability: a logistic model whose coefficients vary with the time left, and a structural formula for
//! overtime.

mod features;
mod overtime;

use serde::{Deserialize, Serialize};

pub use features::{
    FEATURES, Field, HOME_FEATURES, KNOTS_S, MONOTONE, N, SPREAD_FEATURES, at, features,
};
pub use overtime::{OvertimeParams, overtime_wp};

use super::{
    Kind, Snap,
    basis::{place, sigmoid},
};

/// Coefficients of the logistic model: one row per knot of [`KNOTS_S`], one column per name in [`FEATURES`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Weights {
    rows: Vec<Vec<f64>>,
}

/// The same, laid out for evaluation.
#[derive(Debug, Clone)]
pub(crate) struct Table([[f64; N]; KNOTS_S.len()]);

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

    pub(crate) fn table(&self) -> Option<Table> {
        let checked = Self::new(self.rows.clone())?;
        let mut table = [[0.0; N]; KNOTS_S.len()];
        for (to, from) in table.iter_mut().zip(&checked.rows) {
            to.copy_from_slice(from);
        }
        Some(Table(table))
    }
}

impl Table {
    /// Home win probability of a kick-off or a play from scrimmage in regulation.
    #[inline]
    pub(crate) fn home_wp(&self, snap: &Snap, field: &Field) -> f64 {
        debug_assert!(matches!(snap.kind, Kind::Kickoff | Kind::Scrimmage));
        let x = features(snap, field);
        let p = place(&KNOTS_S, snap.game_seconds_left());
        let (lo, hi) = (&self.0[p.at], &self.0[p.at + 1]);
        let (a, b) = (p.lower(), p.upper);
        // Four sums side by side: floating-point addition has a fixed order, so the compiler may not make
        // them itself.
        let mut sums = [0.0; 4];
        for i in (0..N).step_by(4) {
            for (k, sum) in sums.iter_mut().enumerate() {
                *sum += x[i + k] * (a * lo[i + k] + b * hi[i + k]);
            }
        }
        let z = (sums[0] + sums[1]) + (sums[2] + sums[3]);
        sigmoid(z.clamp(-9.0, 9.0))
    }
}

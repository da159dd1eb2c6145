use serde::{Deserialize, Serialize};

use super::{
    KNOTS_S, N, Table, Weights,
    features::{Field, features},
};
use crate::football::{
    Snap,
    basis::{place, sigmoid},
};

/// How many refits on resampled games stand beside the weights.
pub const DRAWS: usize = 20;

const DIM: usize = KNOTS_S.len() * N;

/// What refits on resampled games would add to the weights: a line per refit, knot after knot. The spread of what they
/// predict is how sure the model is of its own weights. In a model file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WpDraws {
    /// For games with a pregame spread.
    pub with_spread: Draws,
    /// For games without.
    pub without_spread: Draws,
}

/// The refits of one set of weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Draws {
    rows: Vec<Vec<f64>>,
}

impl Draws {
    /// What `refits` differ by from their mean, so that the weights stay the middle of their draws; `None` unless there
    /// are [`DRAWS`] of them. `lowest` holds for every weight of the model with a draw added.
    pub fn new(refits: &[Weights], weights: &Weights, lowest: &[f64]) -> Option<Self> {
        if refits.len() != DRAWS || lowest.len() != DIM {
            return None;
        }
        let refits: Vec<Vec<f64>> = refits.iter().map(|w| w.rows().concat()).collect();
        let weights = weights.rows().concat();
        let mean = |i: usize| refits.iter().map(|w| w[i]).sum::<f64>() / DRAWS as f64;
        let mean: Vec<f64> = (0..DIM).map(mean).collect();
        // Taking off their own mean makes draws stray a little less than they did from the truth.
        let wider = (DRAWS as f64 / (DRAWS as f64 - 1.0)).sqrt();
        let rows = refits.iter().map(|w| {
            let strays = w.iter().zip(&mean).map(|(w, mean)| (w - mean) * wider);
            let held = strays.zip(weights.iter().zip(lowest));
            // Four decimals: a hundredth of what the draws differ by.
            held.map(|(d, (w, lowest))| (d.max(lowest - w) * 1e4).round() / 1e4 + 0.0)
                .collect()
        });
        Some(Self {
            rows: rows.collect(),
        })
    }

    /// The weights of every refit.
    pub fn weights(&self, of: &Weights) -> Option<Vec<Weights>> {
        let refit = |draw: &Vec<f64>| {
            let rows = draw.chunks(N).zip(of.rows()).map(|(draw, row)| {
                let sums = draw.iter().zip(row).map(|(d, w)| d + w);
                sums.collect()
            });
            Weights::new(rows.collect())
        };
        self.rows.iter().map(refit).collect()
    }

    pub(crate) fn table(&self) -> Option<DrawTable> {
        let sound = |row: &Vec<f64>| row.len() == DIM && row.iter().all(|w| w.is_finite());
        if self.rows.len() != DRAWS || !self.rows.iter().all(sound) {
            return None;
        }
        let mut table = vec![[[0.0; DRAWS]; N]; KNOTS_S.len()];
        for (draw, row) in self.rows.iter().enumerate() {
            for (i, w) in row.iter().enumerate() {
                table[i / N][i % N][draw] = *w as f32;
            }
        }
        Some(DrawTable(table))
    }
}

/// The same, laid out for evaluation: the draws of one weight side by side.
#[derive(Debug, Clone)]
pub(crate) struct DrawTable(Vec<[[f32; DRAWS]; N]>);

impl DrawTable {
    /// Home win probability of a kick-off or a play from scrimmage in regulation by every draw, given the spread to go
    /// by, as [`Table::home_wp`] of `table` says without one.
    pub(crate) fn home_wp(
        &self,
        table: &Table,
        snap: &Snap,
        spread_home: Option<f32>,
        field: &Field,
    ) -> [f64; DRAWS] {
        let seen = Snap {
            spread_home,
            ..*snap
        };
        let x = features(&seen, field);
        let p = place(&KNOTS_S, snap.game_seconds_left());
        let (lo, hi) = (&self.0[p.at], &self.0[p.at + 1]);
        let z = table.log_odds(snap, spread_home, field);
        let mut more = [0.0_f32; DRAWS];
        for (i, x) in x.into_iter().enumerate() {
            if x == 0.0 {
                continue;
            }
            let (a, b) = ((x * p.lower()) as f32, (x * p.upper) as f32);
            for (more, (lo, hi)) in more.iter_mut().zip(lo[i].iter().zip(&hi[i])) {
                *more += a * lo + b * hi;
            }
        }
        more.map(|more| sigmoid((z + f64::from(more)).clamp(-9.0, 9.0)))
    }
}

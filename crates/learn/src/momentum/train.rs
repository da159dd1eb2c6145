//! The match's own weights, from what real fans wrote.
//!
//! Least squares on the square root of comments per cell (counts whose variance follows their mean), each match
//! standardised by itself and answered at its own lag; weights that cannot be negative, and a strong ridge, because
//! there are few matches.

use super::{
    Features, GameWeights, Model,
    fans::{Hours, LAGS, Window},
    flow::COUNT,
};

/// How the weights are fitted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// Ridge on standardised features, per match.
    pub ridge: f64,
    /// How often lags and weights are found in turn.
    pub rounds: u32,
    /// Points of intensity at which one in a hundred cells of the training matches lies.
    pub top: f64,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            ridge: 0.3,
            rounds: 3,
            top: 75.0,
        }
    }
}

/// The lag that the first round takes, in cells.
const FIRST_LAG: usize = 9;

/// Fits the weights to matches. `sides` gives what cannot be learned from threads that name no side.
pub fn fit(hours: &[&Hours], plan: &Plan, sides: GameWeights) -> GameWeights {
    let mut lags = vec![FIRST_LAG; hours.len()];
    let mut weights = [0.0; COUNT];
    for _ in 0..plan.rounds {
        weights = solve(hours, &lags, plan.ridge);
        let model = raw(weights, sides);
        for (lag, match_hours) in lags.iter_mut().zip(hours) {
            *lag = match_hours.best(&sum(match_hours, &model), Window::Hours).0;
        }
    }
    // From standard deviations to points: the quietest twentieth of cells has none, the top hundredth `top`.
    let mut values: Vec<f64> = hours
        .iter()
        .flat_map(|h| sum(h, &raw(weights, sides)))
        .collect();
    values.sort_unstable_by(f64::total_cmp);
    let at = |share: f64| {
        let last = values.len().saturating_sub(1) as f64;
        values.get((share * last).round() as usize).copied()
    };
    let (low, high) = (at(0.05).unwrap_or(0.0), at(0.99).unwrap_or(1.0));
    let scale = plan.top / (high - low).max(1e-9);
    GameWeights {
        features: weights.map(|w| rounded(w * scale)),
        floor: rounded(low * scale),
        ..sides
    }
}

/// To a thousandth: more has no meaning with so few matches.
fn rounded(x: f64) -> f64 {
    libm::round(x * 1000.0) / 1000.0
}

fn raw(features: [f64; COUNT], sides: GameWeights) -> GameWeights {
    GameWeights {
        features,
        floor: 0.0,
        ..sides
    }
}

fn sum(hours: &Hours, weights: &GameWeights) -> Vec<f64> {
    let of = |f: &Features| {
        let pairs = weights.features.iter().zip(&f.values);
        pairs.map(|(w, x)| w * x).sum()
    };
    hours.features.iter().map(of).collect()
}

/// Non-negative ridge regression by coordinate descent on the normal equations.
fn solve(hours: &[&Hours], lags: &[usize], ridge: f64) -> [f64; COUNT] {
    let mut gram = [[0.0; COUNT]; COUNT];
    let mut with = [0.0; COUNT];
    for (match_hours, lag) in hours.iter().zip(lags) {
        let rows: Vec<([f64; COUNT], f64)> = (0..match_hours.rate.len().saturating_sub(*lag))
            .filter(|i| match_hours.known[i + lag])
            .map(|i| {
                (
                    match_hours.features[i].values,
                    match_hours.rate[i + lag].sqrt(),
                )
            })
            .collect();
        let n = (rows.len() as f64).max(1.0);
        let mut mean = [0.0; COUNT];
        let mut mean_y = 0.0;
        for (x, y) in &rows {
            for (m, v) in mean.iter_mut().zip(x) {
                *m += v / n;
            }
            mean_y += y / n;
        }
        let variance = rows
            .iter()
            .map(|(_, y)| (y - mean_y) * (y - mean_y))
            .sum::<f64>()
            / n;
        let sd = variance.sqrt().max(1e-9);
        for (x, y) in &rows {
            let y = (y - mean_y) / sd / n;
            for i in 0..COUNT {
                let xi = x[i] - mean[i];
                with[i] += xi * y;
                for j in 0..COUNT {
                    gram[i][j] += xi * (x[j] - mean[j]) / n;
                }
            }
        }
    }
    let matches = (hours.len() as f64).max(1.0);
    let spread: Vec<f64> = (0..COUNT)
        .map(|i| (gram[i][i] / matches).sqrt().max(1e-9))
        .collect();
    let mut w = [0.0; COUNT];
    for _ in 0..2000 {
        for i in 0..COUNT {
            let others: f64 = (0..COUNT)
                .filter(|j| *j != i)
                .map(|j| gram[i][j] * w[j] / (spread[i] * spread[j]))
                .sum();
            let own = gram[i][i] / (spread[i] * spread[i]) + ridge * matches;
            w[i] = ((with[i] / spread[i] - others) / own).max(0.0);
        }
    }
    let mut out = [0.0; COUNT];
    for (out, (w, s)) in out.iter_mut().zip(w.iter().zip(&spread)) {
        *out = w / s;
    }
    out
}

/// The model for each match, by weights learned from all the others.
pub fn leave_one_out(hours: &[Hours], plan: &Plan, model: &Model) -> Vec<Model> {
    (0..hours.len())
        .map(|held| {
            let others: Vec<&Hours> = hours
                .iter()
                .enumerate()
                .filter(|(i, _)| *i != held)
                .map(|(_, h)| h)
                .collect();
            Model {
                game: fit(&others, plan, model.game),
                ..model.clone()
            }
        })
        .collect()
}

/// The longest lag that is tried, in seconds: for the card.
pub fn longest_lag_s() -> i64 {
    *LAGS.end() as i64 * super::fans::CELL_S
}

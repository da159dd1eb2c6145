use crate::{
    football::{
        Snap,
        basis::{place, sigmoid},
        wp::{Field, HOME_FEATURES, KNOTS_S, MONOTONE, N, SPREAD_FEATURES, Weights, at, features},
    },
    quadratic::{Symmetric, bounded_step},
};

use super::{Game, is_timed};

/// How strongly coefficients are held back. Plays of a game share one outcome, so a game is worth far fewer
/// independent observations than it has plays, and the penalties are chosen on whole seasons left out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WpPenalty {
    /// On the squared distance of each coefficient from its prior.
    pub ridge: f64,
    /// On the squared difference of a coefficient between neighbouring knots.
    pub smooth: f64,
}

const KNOTS: usize = KNOTS_S.len();
const DIM: usize = KNOTS * N;

/// What a model looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// The pregame spread; home advantage is part of it then.
    pub spread: bool,
    /// How each side has moved the ball so far.
    pub form: bool,
}

impl Seen {
    /// A snap as the model sees it.
    pub(super) fn snap(self, snap: &Snap) -> Snap {
        Snap {
            spread_home: snap.spread_home.filter(|_| self.spread),
            ..*snap
        }
    }

    /// Whether a feature's weights stay at zero.
    pub(super) fn hides(self, feature: usize) -> bool {
        let kept_out = if self.spread {
            HOME_FEATURES
        } else {
            SPREAD_FEATURES
        };
        kept_out.contains(&feature) || feature == at::FORM && !self.form
    }
}

/// What a fit of the logistic model is to do.
#[derive(Debug, Clone, Copy)]
pub struct WpFit<'a> {
    /// How strongly coefficients are held back.
    pub penalty: WpPenalty,
    /// What they are drawn to; zero without.
    pub centre: Option<&'a Weights>,
    /// Where to begin; the centre without. It saves steps, and says nothing on where they end.
    pub start: Option<&'a Weights>,
    /// What the model looks at.
    pub seen: Seen,
    /// Only every so-manieth play is used, and counts for all: plays that follow one another say much the same, so for
    /// choosing penalties a share of them will do. At the end of a game, where few plays are alike, all are used.
    pub every: usize,
}

struct Sample {
    x: [f32; N],
    at: u8,
    upper: f32,
    y: f32,
    /// For how many plays it stands.
    count: f32,
}

/// With fewer seconds left than this no play is left out.
const ALL_S: f64 = 300.0;

/// Penalties at each knot over those at the beginning: the last seconds are another game, and what happens in them is
/// nearly certain more often than not.
const HOLD: [f64; KNOTS] = [0.1, 0.3, 0.3, 0.3, 0.5, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0];

/// Fits the logistic model by Newton's method, the score's coefficients held at zero or above so that the
/// model is monotone in the lead. `None` if the result is not finite, or there are no plays.
pub fn fit_wp(games: &[&Game], field: &Field, fit: WpFit<'_>) -> Option<Weights> {
    let every = fit.every.max(1);
    let samples = samples(games, field, fit.seen, every);
    let penalty = fit.penalty;
    if samples.is_empty() {
        return None;
    }
    let centre = fit
        .centre
        .map_or_else(|| vec![0.0; DIM], |w| w.rows().concat());
    let bounds = bounds(fit.seen);
    let start = fit.start.map(|w| w.rows().concat());
    let mut w: Vec<f64> = start
        .as_ref()
        .unwrap_or(&centre)
        .iter()
        .zip(&bounds)
        .map(|(w, (lo, hi))| w.clamp(*lo, *hi))
        .collect();
    let mut loss = objective(&samples, &w, &centre, penalty);
    for _ in 0..30 {
        let (g, h) = derivatives(&samples, &w, &centre, penalty);
        let d = bounded_step(&h, &g, &w, &bounds);
        let largest = d.iter().fold(0.0_f64, |m, d| m.max(d.abs()));
        let mut size = 1.0;
        let taken = loop {
            let to: Vec<f64> = w.iter().zip(&d).map(|(w, d)| w + size * d).collect();
            let loss_to = objective(&samples, &to, &centre, penalty);
            if loss_to <= loss {
                let gain = loss - loss_to;
                w = to;
                loss = loss_to;
                break gain;
            }
            size *= 0.5;
            if size < 1e-4 {
                break 0.0;
            }
        };
        if largest < 1e-5 || taken < loss * 1e-10 {
            break;
        }
    }
    // Six decimals are far below what the data can tell, and keep the file readable in a diff.
    let rows = w
        .chunks(N)
        .map(|row| row.iter().map(|w| (w * 1e6).round() / 1e6).collect())
        .collect();
    Weights::new(rows)
}

/// Another league's weights, brought to this league's scale: one factor on the spread's coefficients and one on
/// all the others, fitted to these games. Games of another league are as predictable by the same things, but
/// not to the same degree. `None` without plays.
pub fn rescaled(
    games: &[&Game],
    field: &Field,
    weights: &Weights,
    seen: Seen,
    every: usize,
) -> Option<Weights> {
    let mut by_spread = weights.rows().to_vec();
    for row in &mut by_spread {
        for (i, w) in row.iter_mut().enumerate() {
            *w = if SPREAD_FEATURES.contains(&i) {
                *w
            } else {
                0.0
            };
        }
    }
    let (all, spread): (Vec<f64>, Vec<f64>) = (weights.rows().concat(), by_spread.concat());
    let samples = samples(games, field, seen, every);
    if samples.is_empty() {
        return None;
    }
    let mut factor = vec![1.0, 1.0];
    for _ in 0..15 {
        let mut g = vec![0.0; 2];
        let mut h = Symmetric::zero(2);
        h.add(0, 0, 1.0);
        h.add(1, 1, 1.0);
        for s in &samples {
            let priced = z(s, &spread);
            let x = [z(s, &all) - priced, priced];
            let p = sigmoid(x[0] * factor[0] + x[1] * factor[1]);
            for i in 0..2 {
                let count = f64::from(s.count);
                g[i] += count * (p - f64::from(s.y)) * x[i];
                for j in 0..=i {
                    h.add(i, j, count * (p * (1.0 - p)).max(1e-6) * x[i] * x[j]);
                }
            }
        }
        h.mirror();
        let d = bounded_step(&h, &g, &factor, &[(0.3, 2.0); 2]);
        for (f, d) in factor.iter_mut().zip(d) {
            *f += d;
        }
    }
    let rows = weights.rows().iter().map(|row| {
        let scaled = row.iter().enumerate();
        scaled
            .map(|(i, w)| w * factor[usize::from(SPREAD_FEATURES.contains(&i))])
            .collect()
    });
    Weights::new(rows.collect())
}

fn samples(games: &[&Game], field: &Field, seen: Seen, every: usize) -> Vec<Sample> {
    games
        .iter()
        .flat_map(|game| {
            let y = game.home_result() as f32;
            let timed = game.rows.iter().filter(|r| is_timed(&r.snap)).enumerate();
            timed.filter_map(move |(i, r)| {
                let late = r.snap.game_seconds_left() < ALL_S;
                let count = match (late, i % every) {
                    (true, _) => 1,
                    (false, 0) => every,
                    (false, _) => return None,
                };
                Some(sample(&seen.snap(&r.snap), field, y, count))
            })
        })
        .collect()
}

pub(super) fn bounds(seen: Seen) -> Vec<(f64, f64)> {
    let mut one = [(-50.0, 50.0); N];
    for bound in &mut one[..MONOTONE] {
        bound.0 = 0.0;
    }
    for (i, bound) in one.iter_mut().enumerate() {
        if seen.hides(i) {
            *bound = (0.0, 0.0);
        }
    }
    std::iter::repeat_n(one, KNOTS).flatten().collect()
}

fn sample(snap: &Snap, field: &Field, y: f32, count: usize) -> Sample {
    let p = place(&KNOTS_S, snap.game_seconds_left());
    Sample {
        x: features(snap, field).map(|x| x as f32),
        at: p.at as u8,
        upper: p.upper as f32,
        y,
        count: count as f32,
    }
}

fn z(s: &Sample, w: &[f64]) -> f64 {
    let at = usize::from(s.at) * N;
    let (lo, hi) = (&w[at..at + N], &w[at + N..at + 2 * N]);
    let b = f64::from(s.upper);
    let mut z = 0.0;
    for i in 0..N {
        z += f64::from(s.x[i]) * (lo[i] + b * (hi[i] - lo[i]));
    }
    z
}

/// The stretch between two knots counts for smoothing in proportion to its length: near the end of a game a few
/// seconds change as much as a quarter does before, and hold as few plays as they last.
fn looseness(knot: usize) -> f64 {
    HOLD[knot] * (KNOTS_S[knot + 1] - KNOTS_S[knot]) / 900.0
}

fn objective(samples: &[Sample], w: &[f64], centre: &[f64], penalty: WpPenalty) -> f64 {
    let mut loss = 0.0;
    for s in samples {
        let z = z(s, w);
        // log(1 + e^-|z|) is the part that does not overflow.
        let one = libm::log1p(libm::exp(-z.abs())) + z.max(0.0) - f64::from(s.y) * z;
        loss += f64::from(s.count) * one;
    }
    let off = |i: usize| w[i] - centre[i];
    for i in 0..DIM {
        loss += 0.5 * penalty.ridge * HOLD[i / N] * off(i) * off(i);
        if i + N < DIM {
            let step = off(i + N) - off(i);
            loss += 0.5 * penalty.smooth * looseness(i / N) * step * step;
        }
    }
    loss
}

fn derivatives(
    samples: &[Sample],
    w: &[f64],
    centre: &[f64],
    penalty: WpPenalty,
) -> (Vec<f64>, Symmetric) {
    let mut g = vec![0.0; DIM];
    let mut h = Symmetric::zero(DIM);
    for s in samples {
        let p = sigmoid(z(s, w));
        let count = f64::from(s.count);
        let slope = count * (p - f64::from(s.y));
        let curvature = count * (p * (1.0 - p)).max(1e-6);
        let b = f64::from(s.upper);
        let a = 1.0 - b;
        let lo = usize::from(s.at) * N;
        let hi = lo + N;
        let x = s.x.map(f64::from);
        for i in 0..N {
            if x[i] == 0.0 {
                continue;
            }
            g[lo + i] += slope * a * x[i];
            g[hi + i] += slope * b * x[i];
            let c = curvature * x[i];
            for (h, x) in h.row_mut(lo + i, lo, lo + i + 1).iter_mut().zip(&x) {
                *h += c * a * a * x;
            }
            for (h, x) in h.row_mut(hi + i, lo, hi).iter_mut().zip(&x) {
                *h += c * a * b * x;
            }
            for (h, x) in h.row_mut(hi + i, hi, hi + i + 1).iter_mut().zip(&x) {
                *h += c * b * b * x;
            }
        }
    }
    let off = |i: usize| w[i] - centre[i];
    for i in 0..DIM {
        let ridge = penalty.ridge * HOLD[i / N];
        g[i] += ridge * off(i);
        h.add(i, i, ridge);
        if i + N < DIM {
            let smooth = penalty.smooth * looseness(i / N);
            let step = smooth * (off(i + N) - off(i));
            g[i + N] += step;
            g[i] -= step;
            h.add(i, i, smooth);
            h.add(i + N, i + N, smooth);
            h.add(i + N, i, -smooth);
        }
    }
    h.mirror();
    (g, h)
}

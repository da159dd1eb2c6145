use crate::{
    football::{
        basis::{Place, place, sigmoid},
        wp::{Field, KNOTS_S, N, NEXT_SCORE_SCALE, Weights, at, features},
    },
    quadratic::{Symmetric, bounded_step},
};

use super::{Game, is_timed, wp::Seen};

/// Seconds left at which the coefficients of the margin are given.
const MARGIN_KNOTS_S: [f64; 6] = [0.0, 300.0, 900.0, 1800.0, 2700.0, 3600.0];
/// What the rest of the margin is explained by: places in the win probability's features, and how many points
/// one unit of the feature stands for once its growth towards the end is taken off.
const PARTS: [(usize, f64); 6] = [
    (at::LEAD, 10.0),
    (at::EXPECTED_POINTS, 10.0),
    (at::RECEIVER, 1.0),
    (at::FORM, 1.0),
    (at::HOME_TIME, 1.0),
    (at::SPREAD_TIME, 10.0),
];
const P: usize = PARTS.len();
const DIM: usize = MARGIN_KNOTS_S.len() * P;

struct Sample {
    /// The parts in points.
    x: [f64; P],
    left_s: f64,
    lead: f64,
    margin: f64,
    y: f64,
}

impl Sample {
    /// Inverse root of the time left, as the features have it.
    fn growth(&self) -> f64 {
        growth(self.left_s)
    }
}

fn growth(left_s: f64) -> f64 {
    1.0 / (left_s * (1.0 / 3600.0) + 0.012).sqrt()
}

fn spread_over(p: Place) -> [(usize, f64); 2] {
    [(p.at, p.lower()), (p.at + 1, p.upper)]
}

/// How much of the weights at the last knots is what the next score decides rather than what margins say; as it does
/// best on the training seasons left out.
const NEXT_SCORE_SHARE: [f64; 4] = [1.0, 0.8, 0.5, 0.2];

/// With no time left the margin of points ahead says nothing more than who is ahead. There a win is what the next score
/// decides, unless the side ahead can kneel or the score is out of the other's reach, and each of those is worth as many
/// log-odds as makes it all but certain.
fn next_score_decides(row: &mut [f64], share: f64) {
    for w in row.iter_mut() {
        *w *= 1.0 - share;
    }
    row[at::NEXT_SCORE] += share / NEXT_SCORE_SCALE;
    row[at::KNEEL] += share * 0.1;
    row[at::OUT_OF_REACH] += share * 0.1;
}

/// Weights to draw a fit to, from final margins. By how much a game is won tells more than who won it: the
/// expected margin is a least-squares fit on a few features, and one logistic coefficient by time left turns
/// it into a probability. `None` without plays.
pub(super) fn by_margin(
    games: &[&Game],
    field: &Field,
    seen: Seen,
    every: usize,
) -> Option<Weights> {
    let samples: Vec<Sample> = games
        .iter()
        .flat_map(|game| {
            let margin = f64::from(game.result.home - game.result.away);
            let y = game.home_result();
            game.rows
                .iter()
                .filter(|r| is_timed(&r.snap))
                .step_by(every)
                .map(move |r| {
                    let snap = seen.snap(&r.snap);
                    let x = features(&snap, field);
                    let left_s = snap.game_seconds_left();
                    let lead = f64::from(snap.home_lead);
                    let mut parts = PARTS.map(|(i, unit)| x[i] * unit / growth(left_s));
                    // The lead itself counts in full; what it says of the rest of the game fades.
                    parts[0] = lead * (left_s / 3600.0).sqrt();
                    for (part, (i, _)) in parts.iter_mut().zip(PARTS) {
                        if seen.hides(i) {
                            *part = 0.0;
                        }
                    }
                    Sample {
                        x: parts,
                        left_s,
                        lead,
                        margin,
                        y,
                    }
                })
        })
        .collect();
    if samples.is_empty() {
        return None;
    }
    let w = rest_of_margin(&samples);
    let scale = scale(&samples, &w);
    let shares = NEXT_SCORE_SHARE.into_iter().chain(std::iter::repeat(0.0));
    let rows = KNOTS_S
        .iter()
        .zip(&scale)
        .zip(shares)
        .map(|((&left_s, c), share)| {
            let mut row = vec![0.0; N];
            for (part, (i, unit)) in PARTS.into_iter().enumerate() {
                let v: f64 = spread_over(place(&MARGIN_KNOTS_S, left_s))
                    .into_iter()
                    .map(|(k, share)| share * w[k * P + part])
                    .sum();
                let v = if i == at::LEAD {
                    1.0 + v * (left_s / 3600.0).sqrt()
                } else {
                    v
                };
                if !seen.hides(i) {
                    row[i] = c * v * unit * 0.1;
                }
            }
            next_score_decides(&mut row, share);
            row
        })
        .collect();
    Weights::new(rows)
}

/// Least squares of what the margin still changes by, a play weighted by how little that strays.
fn rest_of_margin(samples: &[Sample]) -> Vec<f64> {
    let mut h = Symmetric::zero(DIM);
    let mut g = vec![0.0; DIM];
    for i in 0..DIM {
        h.add(i, i, 1.0);
    }
    for s in samples {
        let weight = 1.0 / (s.left_s * (1.0 / 3600.0) + 0.02);
        let rest = s.margin - s.lead;
        for (k, share) in spread_over(place(&MARGIN_KNOTS_S, s.left_s)) {
            for (i, x) in s.x.iter().enumerate() {
                g[k * P + i] -= weight * share * x * rest;
                for (k2, share2) in spread_over(place(&MARGIN_KNOTS_S, s.left_s)) {
                    for (j, x2) in s.x.iter().enumerate() {
                        if k2 * P + j <= k * P + i {
                            h.add(k * P + i, k2 * P + j, weight * share * share2 * x * x2);
                        }
                    }
                }
            }
        }
    }
    h.mirror();
    bounded_step(&h, &g, &vec![0.0; DIM], &vec![(f64::MIN, f64::MAX); DIM])
}

/// The logistic coefficient of the expected margin over its growth, at each knot of the time left.
fn scale(samples: &[Sample], w: &[f64]) -> Vec<f64> {
    const K: usize = KNOTS_S.len();
    let expected: Vec<f64> = samples
        .iter()
        .map(|s| {
            let rest: f64 = spread_over(place(&MARGIN_KNOTS_S, s.left_s))
                .into_iter()
                .map(|(k, share)| {
                    let parts = s.x.iter().zip(&w[k * P..]);
                    share * parts.map(|(x, w)| x * w).sum::<f64>()
                })
                .sum();
            (s.lead + rest) * s.growth() * 0.1
        })
        .collect();
    let mut c = vec![1.0; K];
    for _ in 0..12 {
        let mut h = Symmetric::zero(K);
        let mut g = vec![0.0; K];
        for i in 0..K {
            h.add(i, i, 1.0);
            g[i] += c[i] - 1.0;
            if i + 1 < K {
                let smooth = 100.0 * (KNOTS_S[i + 1] - KNOTS_S[i]) / 900.0;
                let step = smooth * (c[i + 1] - c[i]);
                g[i + 1] += step;
                g[i] -= step;
                h.add(i, i, smooth);
                h.add(i + 1, i + 1, smooth);
                h.add(i + 1, i, -smooth);
            }
        }
        for (s, m) in samples.iter().zip(&expected) {
            let shares = spread_over(place(&KNOTS_S, s.left_s));
            let z: f64 = shares.iter().map(|(k, share)| share * c[*k] * m).sum();
            let p = sigmoid(z);
            let curvature = (p * (1.0 - p)).max(1e-6) * m * m;
            for (k, share) in shares {
                g[k] += (p - s.y) * share * m;
                for (k2, share2) in shares {
                    if k2 <= k {
                        h.add(k, k2, curvature * share * share2);
                    }
                }
            }
        }
        h.mirror();
        let d = bounded_step(&h, &g, &c, &[(0.0, 50.0); K]);
        let largest = d.iter().fold(0.0_f64, |m, d| m.max(d.abs()));
        for (c, d) in c.iter_mut().zip(d) {
            *c += d;
        }
        if largest < 1e-6 {
            break;
        }
    }
    c
}

use crate::{
    football::{
        Kind,
        ep::{CLASSES, EP_FEATURES, EpWeights, ep_features},
    },
    quadratic::{Symmetric, bounded_step},
};

use super::{Game, is_timed};

/// Every class but the first, which is the reference and keeps weights of zero.
const FREE: usize = CLASSES - 1;
const DIM: usize = FREE * EP_FEATURES;
const RIDGE: f64 = 5.0;
/// With fewer kick-offs than this the table is one that does not record them.
const ENOUGH_KICKOFFS: usize = 200;

struct Sample {
    entries: [(u8, f32); 9],
    n: u8,
    class: u8,
}

impl Sample {
    fn entries(&self) -> impl Iterator<Item = (usize, f64)> + Clone {
        self.entries[..usize::from(self.n)]
            .iter()
            .map(|&(i, v)| (usize::from(i), f64::from(v)))
    }
}

/// Fits the multinomial model of the half's next score by Newton's method with a light ridge. Where the games
/// record no kick-offs, one is valued as the first down that follows it.
pub fn fit_ep(games: &[Game]) -> EpWeights {
    let samples: Vec<Sample> = games
        .iter()
        .flat_map(|g| &g.rows)
        .filter(|r| is_timed(&r.snap))
        .filter_map(|r| {
            let mut entries = [(0, 0.0); 9];
            let mut n = 0;
            for (slot, (i, v)) in entries.iter_mut().zip(ep_features(&r.snap)) {
                *slot = (i as u8, v as f32);
                n += 1;
            }
            Some(Sample {
                entries,
                n,
                class: r.next_score? as u8,
            })
        })
        .collect();
    let bounds = vec![(-30.0, 30.0); DIM];
    let mut w = vec![0.0; DIM];
    let mut loss = objective(&samples, &w);
    for _ in 0..25 {
        let (g, h) = derivatives(&samples, &w);
        let d = bounded_step(&h, &g, &w, &bounds);
        let mut size = 1.0;
        let mut gained = 0.0;
        while size > 1e-3 {
            let to: Vec<f64> = w.iter().zip(&d).map(|(w, d)| w + size * d).collect();
            let loss_to = objective(&samples, &to);
            if loss_to <= loss {
                gained = loss - loss_to;
                (w, loss) = (to, loss_to);
                break;
            }
            size *= 0.5;
        }
        if gained < loss * 1e-9 {
            break;
        }
    }
    let mut rows = vec![vec![0.0; EP_FEATURES]];
    rows.extend(
        w.chunks(EP_FEATURES)
            .map(|row| row.iter().map(|w| (w * 1e6).round() / 1e6).collect()),
    );
    let mut weights = EpWeights::new(rows).expect("one bounded row per class");
    let kickoffs = games
        .iter()
        .flat_map(|g| &g.rows)
        .filter(|r| r.snap.kind == Kind::Kickoff)
        .count();
    if kickoffs < ENOUGH_KICKOFFS {
        weights.kickoff_as_first_down();
    }
    weights
}

/// Log-odds of the free classes, and the log of their normaliser.
fn logits(s: &Sample, w: &[f64]) -> ([f64; FREE], f64) {
    let mut z = [0.0; FREE];
    for (i, v) in s.entries() {
        for (c, z) in z.iter_mut().enumerate() {
            *z += v * w[c * EP_FEATURES + i];
        }
    }
    let top = z.iter().copied().fold(0.0, f64::max);
    let sum = libm::exp(-top) + z.iter().map(|z| libm::exp(z - top)).sum::<f64>();
    (z, top + libm::log(sum))
}

fn objective(samples: &[Sample], w: &[f64]) -> f64 {
    let mut loss = 0.5 * RIDGE * w.iter().map(|w| w * w).sum::<f64>();
    for s in samples {
        let (z, norm) = logits(s, w);
        loss += norm
            - match s.class {
                0 => 0.0,
                c => z[usize::from(c) - 1],
            };
    }
    loss
}

fn derivatives(samples: &[Sample], w: &[f64]) -> (Vec<f64>, Symmetric) {
    let mut g: Vec<f64> = w.iter().map(|w| RIDGE * w).collect();
    let mut h = Symmetric::zero(DIM);
    for i in 0..DIM {
        h.add(i, i, RIDGE);
    }
    for s in samples {
        let (z, norm) = logits(s, w);
        let p = z.map(|z| libm::exp(z - norm));
        for (i, v) in s.entries() {
            for c in 0..FREE {
                let hit = f64::from(usize::from(s.class) == c + 1);
                g[c * EP_FEATURES + i] += v * (p[c] - hit);
                // The lower triangle of class blocks, each block whole.
                for c2 in 0..=c {
                    let curvature = if c == c2 {
                        p[c] * (1.0 - p[c])
                    } else {
                        -p[c] * p[c2]
                    };
                    for (j, u) in s.entries() {
                        if c != c2 || j <= i {
                            h.add(c * EP_FEATURES + i, c2 * EP_FEATURES + j, curvature * v * u);
                        }
                    }
                }
            }
        }
    }
    h.mirror();
    (g, h)
}

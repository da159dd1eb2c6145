use crate::{
    football::{
        Kind,
        ep::{CLASSES, Class, EP_ENTRIES, EP_FEATURES, Ep, EpWeights, ep_features},
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
    entries: [(u8, f32); EP_ENTRIES],
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
            let mut entries = [(0, 0.0); EP_ENTRIES];
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

/// How well one class of next score is told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClassFigures {
    /// The class.
    pub class: Class,
    /// How often it came.
    pub actual: f64,
    /// How often it was expected.
    pub predicted: f64,
    /// Log-loss of this class against all others.
    pub log_loss: f64,
    /// The same for one who only knows how often it came in training.
    pub baseline: f64,
}

/// How good expected points are on games apart from training.
#[derive(Debug, Clone, PartialEq)]
pub struct EpFigures {
    /// Plays.
    pub plays: u64,
    /// Log-loss over all classes.
    pub log_loss: f64,
    /// The same for one who only knows the classes' shares in training.
    pub baseline: f64,
    /// Class by class.
    pub classes: Vec<ClassFigures>,
}

fn labelled(games: &[Game]) -> impl Iterator<Item = (&crate::football::Snap, Class)> {
    games
        .iter()
        .flat_map(|g| &g.rows)
        .filter(|r| is_timed(&r.snap))
        .filter_map(|r| Some((&r.snap, r.next_score?)))
}

/// Judges expected points on `test` games beside the classes' shares in the `training` games; `None` without
/// plays in either.
pub fn ep_figures(training: &[Game], test: &[Game], weights: &EpWeights) -> Option<EpFigures> {
    let ep = Ep::new(weights)?;
    let mut shares = [0.0; CLASSES];
    let mut count = 0.0;
    for (_, class) in labelled(training) {
        shares[class as usize] += 1.0;
        count += 1.0;
    }
    if count == 0.0 {
        return None;
    }
    // A class never seen in training still has a chance.
    let shares = shares.map(|n| (n + 0.5) / (count + 0.5 * CLASSES as f64));
    let ln = |p: f64| libm::log(p.clamp(1e-9, 1.0));
    let (mut plays, mut loss, mut baseline) = (0_u64, 0.0, 0.0);
    let mut classes = Class::ALL.map(|class| ClassFigures {
        class,
        actual: 0.0,
        predicted: 0.0,
        log_loss: 0.0,
        baseline: 0.0,
    });
    for (snap, came) in labelled(test) {
        let p = ep.classes(snap);
        plays += 1;
        loss -= ln(p[came as usize]);
        baseline -= ln(shares[came as usize]);
        for (i, c) in classes.iter_mut().enumerate() {
            let hit = came as usize == i;
            let against = |p: f64| -ln(if hit { p } else { 1.0 - p });
            c.actual += f64::from(u8::from(hit));
            c.predicted += p[i];
            c.log_loss += against(p[i]);
            c.baseline += against(shares[i]);
        }
    }
    if plays == 0 {
        return None;
    }
    let n = plays as f64;
    for c in &mut classes {
        c.actual /= n;
        c.predicted /= n;
        c.log_loss /= n;
        c.baseline /= n;
    }
    Some(EpFigures {
        plays,
        log_loss: loss / n,
        baseline: baseline / n,
        classes: classes.to_vec(),
    })
}

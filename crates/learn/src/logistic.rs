//! A plain logistic regression with a ridge, for chances that a few features tell.

use crate::quadratic::{Symmetric, bounded_step};

/// One observation.
#[derive(Debug, Clone)]
pub struct Observation<const N: usize> {
    /// Features.
    pub x: [f64; N],
    /// 1 or 0, or a share between.
    pub y: f64,
    /// How much it counts.
    pub weight: f64,
}

/// Fits by Newton's method from zero. `ridge` holds each coefficient to zero but the first, which is the constant.
pub fn fit<const N: usize>(rows: &[Observation<N>], ridge: f64) -> [f64; N] {
    let mut w = [0.0; N];
    let bounds = [(-25.0, 25.0); N];
    for _ in 0..30 {
        let mut g = vec![0.0; N];
        let mut h = Symmetric::zero(N);
        for i in 0..N {
            let hold = if i == 0 { 1e-3 } else { ridge };
            g[i] += hold * w[i];
            h.add(i, i, hold);
        }
        for row in rows {
            let p = crate::football::basis::sigmoid(dot(&row.x, &w));
            let slope = row.weight * (p - row.y);
            let curvature = row.weight * (p * (1.0 - p)).max(1e-6);
            for (i, &x) in row.x.iter().enumerate().filter(|(_, x)| **x != 0.0) {
                g[i] += slope * x;
                for (j, &other) in row.x[..=i].iter().enumerate() {
                    h.add(i, j, curvature * x * other);
                }
            }
        }
        h.mirror();
        let d = bounded_step(&h, &g, &w, &bounds);
        let mut largest = 0.0_f64;
        for (w, d) in w.iter_mut().zip(&d) {
            // A step of more than two is beyond what the quadratic can know.
            let d = d.clamp(-2.0, 2.0);
            *w += d;
            largest = largest.max(d.abs());
        }
        if largest < 1e-7 {
            break;
        }
    }
    w.map(|w| (w * 1e5).round() / 1e5)
}

/// The linear part.
#[inline]
pub fn dot<const N: usize>(x: &[f64; N], w: &[f64; N]) -> f64 {
    let mut z = 0.0;
    for i in 0..N {
        z += x[i] * w[i];
    }
    z
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_finds_the_shares_that_it_is_shown() {
        let mut rows = Vec::new();
        for (x, good, n) in [(0.0, 10.0, 40.0), (1.0, 30.0, 40.0)] {
            for (y, weight) in [(1.0, good), (0.0, n - good)] {
                rows.push(Observation {
                    x: [1.0, x],
                    y,
                    weight,
                });
            }
        }
        let w = fit(&rows, 1e-6);
        let at = |x| crate::football::basis::sigmoid(dot(&[1.0, x], &w));
        assert!((at(0.0) - 0.25).abs() < 1e-4, "{w:?}");
        assert!((at(1.0) - 0.75).abs() < 1e-4, "{w:?}");
    }
}

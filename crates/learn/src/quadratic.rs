//! The solver that football's fits lean on: symmetric systems with bounds. Without bounds there is [`crate::ridge`].

/// A symmetric matrix, lower triangle by rows.
#[derive(Debug, Clone)]
pub struct Symmetric {
    n: usize,
    values: Vec<f64>,
}

impl Symmetric {
    /// All zeros.
    pub fn zero(n: usize) -> Self {
        Self {
            n,
            values: vec![0.0; n * n],
        }
    }

    /// Adds to one entry; with `i` and `j` apart, to its mirror image as well once [`Symmetric::mirror`] ran.
    #[inline]
    pub fn add(&mut self, i: usize, j: usize, value: f64) {
        let (i, j) = if i >= j { (i, j) } else { (j, i) };
        self.values[i * self.n + j] += value;
    }

    /// A run of one row of the lower triangle, from `start` to the diagonal's column `end` (exclusive).
    #[inline]
    pub fn row_mut(&mut self, i: usize, start: usize, end: usize) -> &mut [f64] {
        debug_assert!(end <= i + 1);
        &mut self.values[i * self.n + start..i * self.n + end]
    }

    /// Copies the lower triangle to the upper.
    pub fn mirror(&mut self) {
        for i in 0..self.n {
            for j in 0..i {
                self.values[j * self.n + i] = self.values[i * self.n + j];
            }
        }
    }

    fn row(&self, i: usize) -> &[f64] {
        &self.values[i * self.n..(i + 1) * self.n]
    }
}

/// The step `d` that minimises `½ d'Hd + g'd` with every `at + d` inside `bounds`, by cyclic coordinate
/// descent: exact for bounds, and the same bits on every run. `h` must be mirrored and positive definite.
pub fn bounded_step(h: &Symmetric, g: &[f64], at: &[f64], bounds: &[(f64, f64)]) -> Vec<f64> {
    let n = g.len();
    let mut d = vec![0.0; n];
    // The gradient of the quadratic at d, kept up to date.
    let mut slope = g.to_vec();
    for _ in 0..3000 {
        let mut moved: f64 = 0.0;
        for i in 0..n {
            let row = h.row(i);
            let curvature = row[i];
            if curvature <= 0.0 {
                continue;
            }
            let (lo, hi) = bounds[i];
            let to = (at[i] + d[i] - slope[i] / curvature).clamp(lo, hi) - at[i];
            let by = to - d[i];
            if by != 0.0 {
                d[i] = to;
                for (s, h) in slope.iter_mut().zip(row) {
                    *s += h * by;
                }
                moved = moved.max(by.abs());
            }
        }
        if moved < 1e-9 {
            break;
        }
    }
    d
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_stops_at_its_bounds_and_the_others_make_up_for_it() {
        let mut h = Symmetric::zero(2);
        h.add(0, 0, 2.0);
        h.add(1, 1, 2.0);
        h.add(0, 1, 1.0);
        h.mirror();
        let free = [(f64::MIN, f64::MAX); 2];
        let d = bounded_step(&h, &[-3.0, 0.0], &[0.0, 0.0], &free);
        assert!(
            (d[0] - 2.0).abs() < 1e-6 && (d[1] + 1.0).abs() < 1e-6,
            "{d:?}"
        );
        let d = bounded_step(&h, &[-3.0, 0.0], &[0.0, 0.0], &[free[0], (0.0, 1.0)]);
        assert!((d[0] - 1.5).abs() < 1e-6 && d[1] == 0.0, "{d:?}");
    }
}

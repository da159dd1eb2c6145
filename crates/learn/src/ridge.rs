//! Ridge logistic regression over a few dozen features, by Newton's method. Pure and repeatable to the byte: rows are
//! taken in the order given, and the arithmetic is the same on every machine.

/// The logistic function.
pub fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-x.clamp(-40.0, 40.0)))
}

/// Log-odds.
pub fn logit(p: f64) -> f64 {
    let p = p.clamp(1e-9, 1.0 - 1e-9);
    libm::log(p / (1.0 - p))
}

/// A row: what is known, what came of it (0, 1, or a half for a tie), and how much it counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Features.
    pub x: Vec<f64>,
    /// Outcome.
    pub y: f64,
    /// Weight.
    pub weight: f64,
}

/// Fits weights; `ridge` is each feature's penalty, the mean loss being what it is set against.
pub fn fit(rows: &[Row], ridge: &[f64]) -> Vec<f64> {
    let n = ridge.len();
    let mut w = vec![0.0; n];
    let total: f64 = rows.iter().map(|r| r.weight).sum::<f64>().max(1.0);
    for _ in 0..25 {
        let mut gradient: Vec<f64> = (0..n).map(|i| ridge[i] * w[i]).collect();
        let mut hessian = vec![0.0; n * n];
        for i in 0..n {
            hessian[i * n + i] = ridge[i] + 1e-12;
        }
        for row in rows {
            let p = logistic(dot(&w, &row.x));
            let error = (p - row.y) * row.weight / total;
            let curve = (p * (1.0 - p)).max(1e-9) * row.weight / total;
            for i in 0..n {
                if row.x[i] == 0.0 {
                    continue;
                }
                gradient[i] += error * row.x[i];
                let scaled = curve * row.x[i];
                for j in 0..=i {
                    hessian[i * n + j] += scaled * row.x[j];
                }
            }
        }
        let step = solve(hessian, gradient);
        let size = step.iter().fold(0.0_f64, |m, s| m.max(s.abs()));
        for (w, s) in w.iter_mut().zip(&step) {
            // A step of more than two is beyond what the quadratic can know.
            *w -= s.clamp(-2.0, 2.0);
        }
        if size < 1e-9 {
            break;
        }
    }
    w
}

/// The inner product.
pub fn dot(w: &[f64], x: &[f64]) -> f64 {
    w.iter().zip(x).map(|(w, x)| w * x).sum()
}

/// Solves `a x = b` for a symmetric positive definite `a` whose lower half is given, by Cholesky's method.
pub fn solve(mut a: Vec<f64>, mut b: Vec<f64>) -> Vec<f64> {
    let n = b.len();
    for i in 0..n {
        for j in 0..=i {
            let mut sum = a[i * n + j];
            for k in 0..j {
                sum -= a[i * n + k] * a[j * n + k];
            }
            a[i * n + j] = if i == j {
                sum.max(1e-12).sqrt()
            } else {
                sum / a[j * n + j]
            };
        }
    }
    for i in 0..n {
        for k in 0..i {
            b[i] -= a[i * n + k] * b[k];
        }
        b[i] /= a[i * n + i];
    }
    for i in (0..n).rev() {
        for k in i + 1..n {
            b[i] -= a[k * n + i] * b[k];
        }
        b[i] /= a[i * n + i];
    }
    b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_line_is_found_again() {
        let rows: Vec<Row> = (-40..=40)
            .map(|i| {
                let x = f64::from(i) / 10.0;
                Row {
                    x: vec![1.0, x],
                    y: logistic(0.5 - 1.25 * x),
                    weight: 1.0,
                }
            })
            .collect();
        let w = fit(&rows, &[0.0, 0.0]);
        assert!(
            (w[0] - 0.5).abs() < 1e-6 && (w[1] + 1.25).abs() < 1e-6,
            "{w:?}"
        );
    }

    #[test]
    fn a_penalty_draws_to_nothing() {
        let rows = [(1.0, 1.0), (-1.0, 0.0)].map(|(x, y)| Row {
            x: vec![x],
            y,
            weight: 1.0,
        });
        let loose = fit(&rows, &[0.01])[0];
        let tight = fit(&rows, &[10.0])[0];
        assert!(tight > 0.0 && loose > 3.0 * tight);
    }
}

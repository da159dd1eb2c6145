//! Piecewise-linear functions over fixed knots: the smallest basis that lets a coefficient vary with time or
//! field position, with two values to look at per evaluation.

/// Where a value lies between two neighbouring knots.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Index of the lower knot; `at + 1` is the upper one.
    pub at: usize,
    /// Weight of the upper knot, 0 to 1.
    pub upper: f64,
}

impl Place {
    /// Weight of the lower knot.
    pub fn lower(self) -> f64 {
        1.0 - self.upper
    }
}

/// Finds `x` among ascending `knots` (at least two); values outside are held at the ends.
#[inline]
pub fn place(knots: &[f64], x: f64) -> Place {
    let last = knots.len() - 2;
    let mut at = 0;
    while at < last && x >= knots[at + 1] {
        at += 1;
    }
    let (lo, hi) = (knots[at], knots[at + 1]);
    Place {
        at,
        upper: ((x - lo) / (hi - lo)).clamp(0.0, 1.0),
    }
}

/// The logistic function, from `libm` so that every machine gives the same bits.
#[inline]
pub fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-z))
}

/// The inverse of [`sigmoid`], held inside ±9.2 (0.0001 from the ends).
#[inline]
pub fn logit(p: f64) -> f64 {
    let p = p.clamp(1e-4, 1.0 - 1e-4);
    libm::log(p / (1.0 - p))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_between_two_knots_is_shared_by_them_and_ends_hold() {
        let knots = [0.0, 10.0, 30.0];
        assert_eq!(place(&knots, 5.0), Place { at: 0, upper: 0.5 });
        assert_eq!(place(&knots, 10.0), Place { at: 1, upper: 0.0 });
        assert_eq!(place(&knots, 15.0), Place { at: 1, upper: 0.25 });
        assert_eq!(place(&knots, -3.0), Place { at: 0, upper: 0.0 });
        assert_eq!(place(&knots, 99.0), Place { at: 1, upper: 1.0 });
    }

    #[test]
    fn logit_undoes_sigmoid() {
        for z in [-5.0, -0.3, 0.0, 2.5] {
            assert!((logit(sigmoid(z)) - z).abs() < 1e-12);
        }
    }
}

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

/// The exponential function to within 1e-13 of its value, for arguments of up to ±700: additions and
/// multiplications in a fixed order, so that every machine gives the same bits. A third of a replay would otherwise go
/// into `libm`'s, which is exact to the last bit and branches to be so.
#[inline]
pub fn exp(x: f64) -> f64 {
    let x = x.clamp(-700.0, 700.0);
    // x = k ln 2 + r with r within half of ln 2; adding 1.5 * 2^52 rounds to the nearest whole number.
    const ROUND: f64 = 6_755_399_441_055_744.0;
    let shifted = x * std::f64::consts::LOG2_E + ROUND;
    let k = shifted - ROUND;
    let r = (x - k * 6.931_471_803_691_238e-1) - k * 1.908_214_929_270_587_7e-10;
    // Taylor's series to the eleventh power, in pairs so that the sums do not wait for each other.
    let r2 = r * r;
    let r4 = r2 * r2;
    let low = (1.0 + r) + r2 * (0.5 + r * (1.0 / 6.0));
    let middle = (1.0 / 24.0 + r * (1.0 / 120.0)) + r2 * (1.0 / 720.0 + r * (1.0 / 5040.0));
    let high = (1.0 / 40_320.0 + r * (1.0 / 362_880.0))
        + r2 * (1.0 / 3_628_800.0 + r * (1.0 / 39_916_800.0));
    // The last bits of the shifted number are k: moved to the exponent's place they are 2^k, and loops over this
    // function need no conversion that two lanes cannot do at once.
    let power = f64::from_bits((shifted.to_bits() << 52).wrapping_add(1023 << 52));
    (low + r4 * (middle + r4 * high)) * power
}

/// The logistic function, the same bits on every machine.
#[inline]
pub fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + exp(-z))
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
    fn exp_is_the_exponential_function() {
        let mut x = -60.0;
        while x < 60.0 {
            let (ours, theirs) = (exp(x), libm::exp(x));
            assert!((ours / theirs - 1.0).abs() < 1e-13, "{x}: {ours} {theirs}");
            x += 0.0137;
        }
        assert_eq!(exp(0.0), 1.0);
        assert!(exp(-1e9) > 0.0 && exp(1e9).is_finite());
    }

    #[test]
    fn logit_undoes_sigmoid() {
        for z in [-5.0, -0.3, 0.0, 2.5] {
            assert!((logit(sigmoid(z)) - z).abs() < 1e-12);
        }
    }
}

//! The little signal processing that the synthesis needs.

use std::f64::consts::PI;

use super::RATE_HZ;
use crate::Rng;

/// White noise, uniform with variance one.
#[derive(Debug, Clone)]
pub(super) struct Noise {
    rng: Rng,
    held: Option<f64>,
}

impl Noise {
    pub fn new(seed: u64, label: &str) -> Self {
        Self {
            rng: Rng::new(seed, label),
            held: None,
        }
    }

    #[inline]
    pub fn step(&mut self) -> f64 {
        // Two samples of 32 bits from each draw; a uniform number within ±√3 has variance one.
        const SCALE: f64 = 1.732_050_807_568_877_2 / 2_147_483_648.0;
        if let Some(held) = self.held.take() {
            return held;
        }
        let bits = self.rng.next_u64();
        self.held = Some(f64::from(bits as u32 as i32) * SCALE);
        f64::from((bits >> 32) as u32 as i32) * SCALE
    }
}

/// A second-order section.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Biquad {
    b: [f64; 3],
    a: [f64; 2],
    s: [f64; 2],
}

impl Biquad {
    fn of(b: [f64; 3], a0: f64, a: [f64; 2]) -> Self {
        Self {
            b: b.map(|b| b / a0),
            a: a.map(|a| a / a0),
            s: [0.0; 2],
        }
    }

    pub fn band_pass(hz: f64, q: f64) -> Self {
        let w = 2.0 * PI * hz / f64::from(RATE_HZ);
        let alpha = libm::sin(w) / (2.0 * q);
        let cos = libm::cos(w);
        Self::of([alpha, 0.0, -alpha], 1.0 + alpha, [-2.0 * cos, 1.0 - alpha])
    }

    pub fn low_pass(hz: f64) -> Self {
        let w = 2.0 * PI * hz / f64::from(RATE_HZ);
        let alpha = libm::sin(w) / std::f64::consts::SQRT_2;
        let cos = libm::cos(w);
        let b = (1.0 - cos) / 2.0;
        Self::of([b, 2.0 * b, b], 1.0 + alpha, [-2.0 * cos, 1.0 - alpha])
    }

    pub fn high_pass(hz: f64) -> Self {
        let w = 2.0 * PI * hz / f64::from(RATE_HZ);
        let alpha = libm::sin(w) / std::f64::consts::SQRT_2;
        let cos = libm::cos(w);
        let b = (1.0 + cos) / 2.0;
        Self::of([b, -2.0 * b, b], 1.0 + alpha, [-2.0 * cos, 1.0 - alpha])
    }

    /// A low-pass of first order.
    pub fn slope(hz: f64) -> Self {
        let k = libm::tan(PI * hz / f64::from(RATE_HZ));
        Self::of([k, k, 0.0], 1.0 + k, [k - 1.0, 0.0])
    }

    #[inline]
    pub fn step(&mut self, x: f64) -> f64 {
        let y = self.b[0] * x + self.s[0];
        self.s[0] = self.b[1] * x - self.a[0] * y + self.s[1];
        self.s[1] = self.b[2] * x - self.a[1] * y;
        y
    }

    /// Takes another's coefficients and keeps what it remembers, for a filter that glides.
    pub fn glide_to(&mut self, other: Self) {
        self.b = other.b;
        self.a = other.a;
    }
}

/// Noise of some colour, of mean power one.
#[derive(Debug, Clone)]
pub(super) struct Colour {
    noise: Noise,
    sections: Vec<Biquad>,
    gain: f64,
}

impl Colour {
    pub fn new(noise: Noise, sections: Vec<Biquad>) -> Self {
        // White noise of power one comes out with the power of the impulse response.
        let mut trial = sections.clone();
        let mut power = 0.0;
        for n in 0..RATE_HZ / 4 {
            let mut y = if n == 0 { 1.0 } else { 0.0 };
            for section in &mut trial {
                y = section.step(y);
            }
            power += y * y;
        }
        Self {
            noise,
            sections,
            gain: 1.0 / libm::sqrt(power),
        }
    }

    #[inline]
    pub fn step(&mut self) -> f64 {
        let mut y = self.noise.step();
        for section in &mut self.sections {
            y = section.step(y);
        }
        y * self.gain
    }

    pub fn section(&mut self, i: usize) -> &mut Biquad {
        &mut self.sections[i]
    }
}

/// A slow random walk about nought, of standard deviation one, read once a control step.
#[derive(Debug, Clone)]
pub(super) struct Wander {
    rng: Rng,
    keep: f64,
    value: f64,
}

impl Wander {
    /// That forgets within `time_s`, read every `step_s`.
    pub fn new(seed: u64, label: &str, time_s: f64, step_s: f64) -> Self {
        Self {
            rng: Rng::new(seed, label),
            keep: libm::exp(-step_s / time_s),
            value: 0.0,
        }
    }

    pub fn step(&mut self) -> f64 {
        let fresh = libm::sqrt(1.0 - self.keep * self.keep);
        self.value = self.keep * self.value + fresh * self.rng.normal();
        self.value
    }
}

/// The amplitude of a level.
pub(super) fn amplitude(db: f64) -> f64 {
    libm::exp(db * 0.115_129_254_649_702_28)
}

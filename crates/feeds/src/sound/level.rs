//! Exponential time weighting, and decibels.

/// The time constant of the weighting fast (IEC 61672-1).
pub const FAST_S: f64 = 0.125;
/// The time constant of the weighting slow.
pub const SLOW_S: f64 = 1.0;

/// The mean of a power in which the past counts ever less.
#[derive(Debug, Clone, Copy)]
pub struct Exponential {
    share: f64,
    power: f64,
}

impl Exponential {
    /// With this time constant, from silence.
    pub fn new(time_s: f64, rate_hz: u32) -> Self {
        Self {
            share: 1.0 - (-1.0 / (time_s * f64::from(rate_hz))).exp(),
            power: 0.0,
        }
    }

    /// Takes the power of one sample and gives the mean.
    #[inline]
    pub fn step(&mut self, power: f64) -> f64 {
        self.power += self.share * (power - self.power);
        self.power
    }

    /// The mean.
    pub fn power(&self) -> f64 {
        self.power
    }
}

/// The level of a mean power, relative to a sine of full scale, whose mean power is one half. Never under
/// [`matchday_event::senses::LEVEL_FLOOR_DB`].
pub fn level_db(power: f64) -> f64 {
    let floor = f64::from(matchday_event::senses::LEVEL_FLOOR_DB);
    if power > 0.0 {
        (10.0 * (2.0 * power).log10()).max(floor)
    } else {
        floor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Highest level of a burst of 4 kHz, relative to the steady tone: IEC 61672-1:2013, table 4. Columns are the
    /// burst's milliseconds, the reference for fast and that for slow.
    #[test]
    fn tone_bursts_read_what_the_standard_says() {
        for (ms, fast, slow) in [
            (1000, 0.0, -2.0),
            (500, -0.1, -4.1),
            (200, -1.0, -7.4),
            (100, -2.6, -10.2),
            (50, -4.8, -13.1),
            (20, -8.3, -17.0),
            (10, -11.1, -20.0),
            (5, -14.1, -23.0),
            (2, -18.0, -27.0),
        ] {
            for (time_s, want) in [(FAST_S, fast), (SLOW_S, slow)] {
                let mut mean = Exponential::new(time_s, 48_000);
                let mut most = 0.0_f64;
                for n in 0..48 * ms + 4800 {
                    let x = if n < 48 * ms {
                        (2.0 * std::f64::consts::PI * 4000.0 * f64::from(n) / 48_000.0).sin()
                    } else {
                        0.0
                    };
                    most = most.max(mean.step(x * x));
                }
                let got = level_db(most);
                assert!(
                    (got - want).abs() < 0.15,
                    "{ms} ms at {time_s} s: {got:.2}, not {want}"
                );
            }
        }
    }

    #[test]
    fn silence_has_a_level_and_a_full_sine_has_none() {
        assert_eq!(level_db(0.0), -150.0);
        assert_eq!(level_db(0.5), 0.0);
    }
}

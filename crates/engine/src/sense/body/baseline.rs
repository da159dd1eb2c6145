//! What is usual for one heart, learnt from itself.

use super::limits::Limits;

/// Means that follow slowly and hardly at all while something is going on.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Baseline {
    last_us: Option<i64>,
    learnt_s: f32,
    bpm: f32,
    variability: Option<Variability>,
}

#[derive(Debug, Clone, Copy)]
struct Variability {
    learnt_s: f32,
    mean: f32,
    variance: f32,
}

/// Standard deviation of the logarithm of RMSSD that stands until a heart has shown its own.
const PRIOR_SD: f32 = 0.35;

impl Baseline {
    /// Learns, at most once a second of the wearer's time. The logarithm of RMSSD is taken because RMSSD itself is
    /// skewed to the right, and its logarithm about normal.
    pub fn learn(&mut self, at_us: i64, bpm: f32, rmssd_ms: Option<f32>, limits: &Limits) {
        let passed_s = match self.last_us {
            Some(last) if at_us - last < 1_000_000 => return,
            Some(last) => ((at_us - last) as f32 / 1e6).min(5.0),
            None => 1.0,
        };
        self.last_us = Some(at_us);
        let held = self.is_settled(limits) && bpm - self.bpm > limits.held_bpm;
        let slow = if held { 0.1 } else { 1.0 };
        // A plain mean to begin with, which turns into an exponential one.
        let weight = |learnt_s: f32| passed_s / (learnt_s + passed_s).min(limits.follow_s);
        if self.learnt_s == 0.0 {
            self.bpm = bpm;
        }
        // What is far off moves the mean no more than what is somewhat off (Huber).
        let off = bpm - self.bpm;
        let off = if self.is_settled(limits) {
            off.clamp(-10.0, 10.0)
        } else {
            off
        };
        self.bpm += off * weight(self.learnt_s) * slow;
        self.learnt_s += passed_s;
        let Some(x) = rmssd_ms.filter(|r| *r > 0.0).map(libm::logf) else {
            return;
        };
        let v = self.variability.get_or_insert(Variability {
            learnt_s: 0.0,
            mean: x,
            variance: PRIOR_SD * PRIOR_SD,
        });
        let sd = libm::sqrtf(v.variance);
        let off = x - v.mean;
        let slow = if v.learnt_s > limits.settle_s && off < limits.strain_z.1 * sd {
            0.1
        } else {
            slow
        };
        let off = off.clamp(-2.0 * sd, 2.0 * sd);
        // The spread begins with a prior that is worth half a minute.
        let w = weight(v.learnt_s + 30.0) * slow;
        v.variance += (off * off - v.variance) * w;
        v.mean += off * weight(v.learnt_s) * slow;
        v.learnt_s += passed_s;
    }

    fn is_settled(&self, limits: &Limits) -> bool {
        self.learnt_s >= limits.settle_s
    }

    /// How far a rate is above the usual.
    pub fn rise(&self, bpm: f32, limits: &Limits) -> Option<f32> {
        self.is_settled(limits).then_some(bpm - self.bpm)
    }

    /// How far an RMSSD is from the usual, in standard deviations of its logarithm.
    pub fn z(&self, rmssd_ms: f32, limits: &Limits) -> Option<f32> {
        let v = self.variability.filter(|v| v.learnt_s >= limits.settle_s)?;
        // A heart that beats like a clock is far under anyone's usual: no logarithm of zero.
        let x = libm::logf(rmssd_ms.max(0.1));
        Some((x - v.mean) / libm::sqrtf(v.variance).max(limits.least_sd))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits::DEFAULT;

    #[test]
    fn a_spike_is_not_eaten() {
        let mut base = Baseline::default();
        let mut at = 0;
        let mut learn = |base: &mut Baseline, s: i64, bpm: f32, rmssd: f32| {
            for i in 0..s {
                at += 1_000_000;
                let wobble = ((i % 7) as f32 - 3.0) * 0.05;
                base.learn(at, bpm, Some(rmssd * (1.0 + wobble)), &LIMITS);
            }
        };
        learn(&mut base, 59, 80.0, 40.0);
        assert_eq!(base.rise(120.0, &LIMITS), None);
        learn(&mut base, 241, 80.0, 40.0);
        let rise = base.rise(120.0, &LIMITS).expect("settled");
        assert!((rise - 40.0).abs() < 0.1, "{rise}");
        let z = base.z(20.0, &LIMITS).expect("settled");
        // Half the usual, and a spread of 0.3 at the least.
        assert!((-2.4..-2.2).contains(&z), "{z}");
        learn(&mut base, 60, 125.0, 15.0);
        let after = base.rise(120.0, &LIMITS).expect("settled");
        assert!((39.0..40.1).contains(&after), "{after}");
        let z = base.z(20.0, &LIMITS).expect("settled");
        assert!((-2.4..-1.6).contains(&z), "{z}");
        // A new usual is learnt all the same.
        learn(&mut base, 3600, 95.0, 30.0);
        let rise = base.rise(95.0, &LIMITS).expect("settled");
        assert!(rise.abs() < 2.0, "{rise}");
    }
}

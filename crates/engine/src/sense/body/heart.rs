//! One heart: intervals into a rate and its variability, artefacts set aside.

use std::collections::VecDeque;

use super::limits::Limits;

/// Most beats that are kept: half a minute of the fastest heart.
const MOST_BEATS: usize = 128;
/// A pause after which a heart may have changed its pace unseen, in microseconds.
const PAUSE_US: i64 = 10_000_000;
/// How much earlier or later than the last beat's end an interval may begin and still be its neighbour. Devices that
/// stamp what they receive are late by a varying half second.
const JOIN_US: i64 = 1_500_000;
/// Artefacts in a row, alike, after which they are the heart and not artefacts.
const REACQUIRE: usize = 3;
/// Same intervals in a row that no heart makes.
const STUCK_RUN: usize = 10;
/// Beats within which the same pattern of up to four must not repeat itself.
const STUCK_PATTERN: usize = 16;

/// One beat.
#[derive(Debug, Clone, Copy)]
struct Beat {
    /// End of its interval.
    at_us: i64,
    ms: f32,
    /// Not an artefact.
    good: bool,
    /// Follows right on the beat before it.
    joined: bool,
}

/// A heart, as far as its last half minute tells.
#[derive(Debug, Clone, Default)]
pub(super) struct Heart {
    beats: VecDeque<Beat>,
    /// Since when the present pace is followed without a break: a leap must lie within.
    followed_from_us: i64,
}

/// A rate at one time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rise {
    /// How far it rose.
    pub bpm: f32,
    /// From when.
    pub from_us: i64,
}

impl Heart {
    /// Takes the interval that ends at `at_us`.
    pub fn beat(&mut self, at_us: i64, ms: f32, limits: &Limits) {
        let last = self.beats.back().copied();
        let began_us = at_us - (f64::from(ms) * 1000.0) as i64;
        let joined = last.is_some_and(|b| began_us.abs_diff(b.at_us) <= JOIN_US.unsigned_abs());
        if last.is_some_and(|b| at_us - b.at_us > PAUSE_US) {
            self.beats.clear();
            self.followed_from_us = at_us;
        }
        let good = self.is_good(ms, limits);
        self.beats.push_back(Beat {
            at_us,
            ms,
            good,
            joined,
        });
        if !good {
            self.reacquire(limits);
        }
        let oldest = at_us - (f64::from(limits.window_s) * 1e6) as i64;
        while self.beats.len() > MOST_BEATS
            || self
                .beats
                .front()
                .is_some_and(|b| b.at_us < oldest && self.beats.len() > STUCK_PATTERN)
        {
            self.beats.pop_front();
        }
    }

    /// Within what a heart can do, and near the median of the last five good intervals or the good one before.
    fn is_good(&self, ms: f32, limits: &Limits) -> bool {
        if !(limits.interval_ms.0..=limits.interval_ms.1).contains(&ms) {
            return false;
        }
        let near = |to: f32, share: f32| (ms - to).abs() <= share * to;
        let Some(median) = self.median(5) else {
            return true;
        };
        let last = self.beats.back().filter(|b| b.good);
        near(median, limits.off_median) || last.is_some_and(|b| near(b.ms, limits.off_last))
    }

    /// What looks like artefacts but is alike three times in a row is the heart at another pace, and what was before is
    /// no measure of it.
    fn reacquire(&mut self, limits: &Limits) {
        let n = self.beats.len();
        if n < REACQUIRE {
            return;
        }
        let tail: Vec<Beat> = self.beats.range(n - REACQUIRE..).copied().collect();
        let alike = tail.iter().all(|b| {
            !b.good
                && (limits.interval_ms.0..=limits.interval_ms.1).contains(&b.ms)
                && (b.ms - tail[0].ms).abs() <= limits.off_last * tail[0].ms
        });
        if alike {
            for beat in self.beats.range_mut(n - REACQUIRE..) {
                beat.good = true;
            }
            // From the old pace to the new is no difference between neighbours.
            self.beats[n - REACQUIRE].joined = false;
            self.followed_from_us = tail[0].at_us;
        }
    }

    /// Median of the last good intervals.
    fn median(&self, of: usize) -> Option<f32> {
        let mut last: Vec<f32> = self
            .beats
            .iter()
            .rev()
            .filter(|b| b.good && b.at_us >= self.followed_from_us)
            .take(of)
            .map(|b| b.ms)
            .collect();
        if last.is_empty() {
            return None;
        }
        last.sort_by(f32::total_cmp);
        Some(last[last.len() / 2])
    }

    /// Beats a minute: from the median of the last five good intervals.
    pub fn bpm(&self) -> Option<f32> {
        let fewest = 3;
        let good = self.beats.iter().rev().filter(|b| b.good).take(fewest);
        (good.count() == fewest).then(|| Some(60_000.0 / self.median(5)?))?
    }

    /// Time of the last good beat.
    pub fn last_us(&self) -> Option<i64> {
        self.beats.iter().rev().find(|b| b.good).map(|b| b.at_us)
    }

    /// How far the rate rose lately: now against the lowest within the leap's time, each of three good beats.
    pub fn rise(&self, limits: &Limits) -> Option<Rise> {
        let newest = self.beats.back()?.at_us;
        let oldest = newest - (f64::from(limits.leap_s) * 1e6) as i64;
        let good: Vec<Beat> = self
            .beats
            .iter()
            .filter(|b| b.good && b.at_us >= self.followed_from_us)
            .copied()
            .collect();
        let mut rates = good.windows(3).rev().map(|three| {
            let mut ms = [three[0].ms, three[1].ms, three[2].ms];
            ms.sort_by(f32::total_cmp);
            (three[2].at_us, 60_000.0 / ms[1])
        });
        let (at_us, now) = rates.next().filter(|r| r.0 == newest)?;
        let low = rates
            .take_while(|r| r.0 >= oldest)
            .fold((at_us, now), |low, r| if r.1 < low.1 { r } else { low });
        Some(Rise {
            bpm: now - low.1,
            from_us: low.0,
        })
    }

    /// Share of artefacts among the last twenty beats; 0 while there are fewer than ten.
    pub fn artefacts(&self) -> f32 {
        let last = self.beats.iter().rev().take(20);
        let (n, bad) = last.fold((0, 0), |(n, bad), b| (n + 1, bad + u32::from(!b.good)));
        if n < 10 { 0.0 } else { bad as f32 / n as f32 }
    }

    /// Root mean square of successive differences over the window, of neighbours that are both good (Task Force of the
    /// ESC and NASPE, 1996).
    pub fn rmssd_ms(&self, limits: &Limits) -> Option<f32> {
        let (mut sum, mut n) = (0.0_f64, 0);
        for (a, b) in self.beats.iter().zip(self.beats.iter().skip(1)) {
            if a.good && b.good && b.joined {
                let d = f64::from(b.ms) - f64::from(a.ms);
                sum += d * d;
                n += 1;
            }
        }
        (n >= limits.pairs && self.spans(limits)).then(|| libm::sqrt(sum / n as f64) as f32)
    }

    /// Standard deviation of the good intervals over the window.
    pub fn sdnn_ms(&self, limits: &Limits) -> Option<f32> {
        let good: Vec<f64> = self
            .beats
            .iter()
            .filter(|b| b.good)
            .map(|b| f64::from(b.ms))
            .collect();
        let n = good.len();
        if n <= limits.pairs || !self.spans(limits) {
            return None;
        }
        let mean = good.iter().sum::<f64>() / n as f64;
        let sum: f64 = good.iter().map(|x| (x - mean) * (x - mean)).sum();
        Some(libm::sqrt(sum / (n - 1) as f64) as f32)
    }

    /// Whether two thirds of the window are there.
    fn spans(&self, limits: &Limits) -> bool {
        let span = match (self.beats.front(), self.beats.back()) {
            (Some(first), Some(last)) => last.at_us - first.at_us,
            _ => 0,
        };
        span as f64 >= f64::from(limits.window_s) * 1e6 * 2.0 / 3.0
    }

    /// Whether the same intervals come again and again, singly or in patterns of up to four. Hearts vary by
    /// milliseconds even at their hardest.
    pub fn is_stuck(&self) -> bool {
        let last: Vec<f32> = self
            .beats
            .iter()
            .rev()
            .take(STUCK_PATTERN)
            .map(|b| b.ms)
            .collect();
        let repeats = |n: usize, period: usize| {
            last.len() >= n && (period..n).all(|i| (last[i] - last[i - period]).abs() < 1e-3)
        };
        repeats(STUCK_RUN, 1) || (2..=4).any(|period| repeats(STUCK_PATTERN, period))
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits::DEFAULT;

    fn heart(intervals: &[f32]) -> Heart {
        let mut heart = Heart::default();
        let mut at = 0;
        for ms in intervals {
            at += (ms * 1000.0) as i64;
            heart.beat(at, *ms, &LIMITS);
        }
        heart
    }

    #[test]
    fn rmssd_and_sdnn_of_a_known_series() {
        // Alternating by 20 ms, with one of the two a little longer each time so that nothing repeats.
        let intervals: Vec<f32> = (0..41)
            .map(|i| if i % 2 == 0 { 800.0 } else { 820.0 })
            .collect();
        let heart = heart(&intervals);
        // The window holds the last 30 s: every difference is 20, whatever its sign.
        assert!((heart.rmssd_ms(&LIMITS).expect("enough") - 20.0).abs() < 1e-4);
        let sdnn = heart.sdnn_ms(&LIMITS).expect("enough");
        assert!((sdnn - 10.1).abs() < 0.1, "{sdnn}");
        assert!((heart.bpm().expect("beats") - 60_000.0 / 800.0).abs() < 2.0);
    }

    #[test]
    fn an_ectopic_beat_and_a_missed_one_are_set_aside() {
        let mut plain: Vec<f32> = (0..40).map(|i| 800.0 + ((i * 7) % 11) as f32).collect();
        let clean = heart(&plain).rmssd_ms(&LIMITS).expect("enough");
        plain[20] = 480.0;
        plain[21] = 1120.0;
        plain[30] = 1610.0;
        let spoilt = heart(&plain);
        let kept = spoilt.rmssd_ms(&LIMITS).expect("enough");
        assert!((kept - clean).abs() < 1.0, "{kept} and {clean}");
        assert!((spoilt.artefacts() - 0.15).abs() < 0.06);
    }

    #[test]
    fn another_pace_is_taken_after_three_beats_and_is_no_leap() {
        let mut intervals = vec![800.0; 10];
        intervals.extend([401.0, 404.0, 402.0, 405.0, 400.0, 403.0]);
        let heart = heart(&intervals);
        let bpm = heart.bpm().expect("beats");
        assert!((bpm - 149.0).abs() < 2.0, "{bpm}");
        let rise = heart.rise(&LIMITS).map_or(0.0, |r| r.bpm);
        assert!(rise < 5.0, "{rise}");
    }

    #[test]
    fn a_leap_is_seen_beat_by_beat() {
        let intervals = [
            667.0, 661.0, 669.0, 664.0, 660.0, 667.0, 610.0, 560.0, 515.0, 480.0, 476.0,
        ];
        let heart = heart(&intervals);
        let rise = heart.rise(&LIMITS).expect("beats");
        assert!(rise.bpm > 25.0, "{rise:?}");
        assert_eq!(heart.artefacts(), 0.0);
    }

    #[test]
    fn repetition_is_no_heart() {
        assert!(heart(&[612.0; 10]).is_stuck());
        assert!(!heart(&[612.0; 9]).is_stuck());
        let pattern: Vec<f32> = (0..16).map(|i| [601.0, 622.0, 615.0][i % 3]).collect();
        assert!(heart(&pattern).is_stuck());
        let alive: Vec<f32> = (0..40).map(|i| 600.0 + ((i * i) % 17) as f32).collect();
        assert!(!heart(&alive).is_stuck());
    }
}

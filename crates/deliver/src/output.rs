//! What outputs have in common, graphics systems and mixers alike.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// A lock that outlives a panic of whoever held it: what it guards is state that the next command replaces.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How long to wait before the next attempt.
#[derive(Debug, Clone)]
pub(crate) struct Backoff {
    min: Duration,
    max: Duration,
    failures: u32,
}

impl Backoff {
    /// The first wait, and the longest one.
    pub(crate) fn new(min: Duration, max: Duration) -> Self {
        Self {
            min,
            max,
            failures: 0,
        }
    }

    /// Failures in a row.
    pub(crate) fn failures(&self) -> u32 {
        self.failures
    }

    /// It went well.
    pub(crate) fn reset(&mut self) {
        self.failures = 0;
    }

    /// It failed once more. The wait doubles with every failure, and is spread by what `salt` says so that several
    /// outputs do not knock in step.
    pub(crate) fn failed(&mut self, salt: &str) -> Duration {
        self.failures = self.failures.saturating_add(1);
        let doubled = self.min.saturating_mul(1 << (self.failures - 1).min(16));
        let hash = salt
            .bytes()
            .fold(0_u32, |h, b| h.wrapping_mul(31).wrapping_add(u32::from(b)));
        let spread = f64::from((hash ^ self.failures) % 1000) / 1000.0;
        doubled.min(self.max).mul_f64(0.75 + 0.25 * spread)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_begin_anew() {
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(5));
        let waits: Vec<_> = (0..8).map(|_| backoff.failed("one")).collect();
        for (n, wait) in waits.iter().enumerate() {
            let longest = Duration::from_millis(100 << n).min(Duration::from_secs(5));
            assert!(
                *wait <= longest && *wait >= longest.mul_f64(0.75),
                "{n}: {wait:?}"
            );
        }
        assert_eq!(backoff.failures(), 8);
        backoff.reset();
        assert_eq!(backoff.failed("one"), waits[0]);
        let other = Backoff::new(Duration::from_millis(100), Duration::from_secs(5)).failed("two");
        assert_ne!(other, waits[0], "two outputs do not knock in step");
    }
}

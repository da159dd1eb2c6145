use std::time::Duration;

/// When to try a provider that keeps failing.
///
/// Time is handed in as the span since any fixed moment, so that the rules can be tested without waiting.
#[derive(Debug, Clone)]
pub struct Breaker {
    failures: u32,
    opens_after: u32,
    rest: Duration,
    open_until: Option<Duration>,
    half_open: bool,
}

/// Where a breaker stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BreakerState {
    /// Requests go out.
    #[default]
    Closed,
    /// No request goes out until the rest is over.
    Open,
    /// One request goes out; it decides.
    HalfOpen,
}

impl Breaker {
    /// A closed breaker that opens after so many failures in a row and then rests.
    pub fn new(opens_after: u32, rest: Duration) -> Self {
        Self {
            failures: 0,
            opens_after: opens_after.max(1),
            rest,
            open_until: None,
            half_open: false,
        }
    }

    /// Whether a request may go out now; if not, how long to wait first.
    pub fn admit(&mut self, now: Duration) -> Result<(), Duration> {
        match self.open_until {
            Some(until) if now < until => Err(until - now),
            Some(_) => {
                self.half_open = true;
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// A request went well.
    pub fn succeeded(&mut self) {
        self.failures = 0;
        self.open_until = None;
        self.half_open = false;
    }

    /// A request failed. True if the breaker opened by it.
    pub fn failed(&mut self, now: Duration) -> bool {
        self.failures = self.failures.saturating_add(1);
        let opens =
            self.half_open || (self.open_until.is_none() && self.failures >= self.opens_after);
        if opens {
            self.half_open = false;
            self.open_until = Some(now + self.rest);
        }
        opens
    }

    /// Failures in a row so far.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// Where it stands.
    pub fn state(&self) -> BreakerState {
        match (self.open_until, self.half_open) {
            (_, true) => BreakerState::HalfOpen,
            (Some(_), false) => BreakerState::Open,
            (None, false) => BreakerState::Closed,
        }
    }
}

/// How long to wait after so many failures in a row: the interval doubled each time up to a limit, the last half
/// of it drawn at random so that many feeds of one provider do not come back in step.
pub(super) fn backoff(
    failures: u32,
    interval: Duration,
    limit: Duration,
    random: &mut fastrand::Rng,
) -> Duration {
    let doubled = interval.saturating_mul(1_u32 << failures.min(16));
    doubled
        .min(limit.max(interval))
        .mul_f64(0.5 + 0.5 * random.f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_rests_tries_once_and_closes() {
        let s = Duration::from_secs;
        let mut b = Breaker::new(3, s(10));
        assert!(!b.failed(s(0)) && !b.failed(s(1)));
        assert_eq!(b.admit(s(1)), Ok(()));
        assert!(b.failed(s(2)));
        assert_eq!((b.state(), b.admit(s(5))), (BreakerState::Open, Err(s(7))));
        assert_eq!(
            (b.admit(s(12)), b.state()),
            (Ok(()), BreakerState::HalfOpen)
        );
        assert!(b.failed(s(12)), "the one try decides");
        assert_eq!(b.admit(s(13)), Err(s(9)));
        assert_eq!(b.admit(s(22)), Ok(()));
        b.succeeded();
        assert_eq!((b.state(), b.failures()), (BreakerState::Closed, 0));
        assert!(!b.failed(s(23)));
    }

    #[test]
    fn backoff_grows_to_its_limit_and_is_the_same_for_one_seed() {
        let s = Duration::from_secs;
        let run = |seed| {
            let mut random = fastrand::Rng::with_seed(seed);
            (0..8)
                .map(|n| backoff(n, s(1), s(30), &mut random))
                .collect::<Vec<_>>()
        };
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
        for (n, d) in run(7).into_iter().enumerate() {
            let full = s(1 << n).min(s(30));
            assert!(full / 2 <= d && d <= full, "{n}: {d:?}");
        }
    }
}

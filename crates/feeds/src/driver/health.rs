use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use matchday_event::{EventTime, FaultCode, GameId};
use serde::Serialize;

use super::BreakerState;

/// How a feed is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FeedState {
    /// Nothing has come yet, and nothing has failed.
    Waiting,
    /// The last good document is recent.
    Live,
    /// The last good document is over three intervals old.
    Late,
    /// The last good document is over ten intervals (and fifteen seconds) old.
    Stale,
    /// The provider keeps failing and is left alone for a while, or nothing good ever came.
    Failed,
    /// There is no more to come: the file is at its end.
    Ended,
}

/// One feed, for a status page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FeedHealth {
    /// Its name.
    pub name: Arc<str>,
    /// Its provider.
    pub provider: &'static str,
    /// `poll`, `push` or `file`.
    pub transport: &'static str,
    /// The game it is of, if it is of one.
    pub game: Option<GameId>,
    /// How it is doing.
    pub state: FeedState,
    /// When a good document last came (one that did not change counts).
    pub last_good: Option<EventTime>,
    /// When something new last came.
    pub last_new: Option<EventTime>,
    /// Documents asked for, pushed or read.
    pub requests: u64,
    /// Of these, how many the provider said had not changed.
    pub not_modified: u64,
    /// Bytes received, unpacked.
    pub bytes: u64,
    /// Signals put on the log.
    pub signals: u64,
    /// Faults by code.
    pub faults: BTreeMap<FaultCode, u64>,
    /// The last failure, for people.
    pub last_error: Option<String>,
    /// Where its breaker stands.
    pub breaker: BreakerState,
    /// How long the last answer took, in microseconds.
    pub latency_us: Option<u64>,
}

/// The figures a feed keeps, and their mirror in the metrics.
#[derive(Debug)]
pub(super) struct Gauges {
    name: Arc<str>,
    interval: Option<Duration>,
    health: Mutex<FeedHealth>,
}

impl Gauges {
    pub(super) fn new(
        name: Arc<str>,
        provider: &'static str,
        transport: &'static str,
        game: Option<GameId>,
        interval: Option<Duration>,
    ) -> Self {
        let health = Mutex::new(FeedHealth {
            name: name.clone(),
            provider,
            transport,
            game,
            state: FeedState::Waiting,
            last_good: None,
            last_new: None,
            requests: 0,
            not_modified: 0,
            bytes: 0,
            signals: 0,
            faults: BTreeMap::new(),
            last_error: None,
            breaker: BreakerState::Closed,
            latency_us: None,
        });
        Self {
            name,
            interval,
            health,
        }
    }

    fn with<T>(&self, f: impl FnOnce(&mut FeedHealth) -> T) -> T {
        // The figures stay usable when a thread that held them panicked: they are only counts.
        f(&mut self.health.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn request(&self) {
        self.with(|h| h.requests += 1);
        metrics::counter!("matchday_feed_requests_total", "feed" => self.name.to_string())
            .increment(1);
    }

    pub(super) fn answered(&self, took: Duration) {
        let us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.with(|h| h.latency_us = Some(us));
        metrics::histogram!("matchday_feed_latency_seconds", "feed" => self.name.to_string())
            .record(took.as_secs_f64());
    }

    pub(super) fn not_modified(&self, now: EventTime) {
        self.with(|h| {
            h.not_modified += 1;
            h.last_good = Some(now);
        });
        metrics::counter!("matchday_feed_not_modified_total", "feed" => self.name.to_string())
            .increment(1);
    }

    pub(super) fn bytes(&self, n: usize) {
        self.with(|h| h.bytes += n as u64);
        metrics::counter!("matchday_feed_bytes_total", "feed" => self.name.to_string())
            .increment(n as u64);
    }

    pub(super) fn good(&self, now: EventTime) {
        self.with(|h| {
            h.last_good = Some(now);
            h.last_error = None;
        });
    }

    pub(super) fn delivered(&self, signals: usize, now: EventTime) {
        self.with(|h| {
            h.signals += signals as u64;
            h.last_new = Some(now);
        });
        metrics::counter!("matchday_feed_signals_total", "feed" => self.name.to_string())
            .increment(signals as u64);
    }

    pub(super) fn fault(&self, code: FaultCode) {
        self.with(|h| *h.faults.entry(code).or_default() += 1);
        metrics::counter!(
            "matchday_feed_faults_total",
            "feed" => self.name.to_string(),
            "code" => code.as_str()
        )
        .increment(1);
    }

    pub(super) fn failed(&self, code: FaultCode, message: String) {
        tracing::warn!(feed = %self.name, code = code.as_str(), message, "feed failed");
        self.with(|h| h.last_error = Some(message));
        self.fault(code);
    }

    pub(super) fn breaker(&self, state: BreakerState) {
        self.with(|h| h.breaker = state);
        let value = match state {
            BreakerState::Closed => 0.0,
            BreakerState::HalfOpen => 1.0,
            BreakerState::Open => 2.0,
        };
        metrics::gauge!("matchday_feed_breaker_state", "feed" => self.name.to_string()).set(value);
    }

    pub(super) fn ended(&self) {
        self.with(|h| h.state = FeedState::Ended);
    }

    /// The figures as they stand at `now`, the age of the last good document written to the metrics.
    pub(super) fn snapshot(&self, now: EventTime) -> FeedHealth {
        let mut health = self.with(|h| h.clone());
        let age = health.last_good.map(|at| {
            Duration::from_micros(u64::try_from(now.0.saturating_sub(at.0)).unwrap_or(0))
        });
        if let Some(age) = age {
            metrics::gauge!("matchday_feed_last_good_age_seconds", "feed" => self.name.to_string())
                .set(age.as_secs_f64());
        }
        if health.state != FeedState::Ended {
            health.state = state(&health, age, self.interval);
        }
        health
    }
}

fn state(health: &FeedHealth, age: Option<Duration>, interval: Option<Duration>) -> FeedState {
    let failing = health.last_error.is_some();
    match (age, interval) {
        _ if health.breaker == BreakerState::Open => FeedState::Failed,
        (None, _) if failing => FeedState::Failed,
        (None, _) => FeedState::Waiting,
        (Some(age), Some(interval)) => {
            if age > (interval * 10).max(Duration::from_secs(15)) {
                FeedState::Stale
            } else if age > interval * 3 {
                FeedState::Late
            } else {
                FeedState::Live
            }
        }
        // A sender that pushes when something happens may well be silent.
        (Some(_), None) => FeedState::Live,
    }
}

//! How long each stage takes, for the report, the status page and Prometheus alike.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use hdrhistogram::Histogram;
use serde::Serialize;

/// A stage between a provider's answer and a viewer's socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// From a signal received to it durable on the log.
    Log,
    /// From a signal received to it read back from the log by the fold.
    Pickup,
    /// Folding one signal: state, win probability, leverage, facts.
    Fold,
    /// Guarding, encoding and handing an update to the gateway.
    Publish,
    /// From a signal received to its update handed to the gateway.
    SignalToGateway,
    /// From the signal that makes the rules go back received to the set before in force.
    Rules,
}

impl Stage {
    const ALL: [Self; 6] = [
        Self::Log,
        Self::Pickup,
        Self::Fold,
        Self::Publish,
        Self::SignalToGateway,
        Self::Rules,
    ];

    /// The name in metrics and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Pickup => "pickup",
            Self::Fold => "fold",
            Self::Publish => "publish",
            Self::SignalToGateway => "signal_to_gateway",
            Self::Rules => "signal_to_rollback",
        }
    }
}

/// Latency of one stage, in microseconds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StageReport {
    /// Which stage.
    pub stage: String,
    /// How many were timed.
    pub count: u64,
    /// Mean.
    pub mean_us: f64,
    /// 50th percentile.
    pub p50_us: u64,
    /// 95th percentile.
    pub p95_us: u64,
    /// 99th percentile.
    pub p99_us: u64,
}

/// Times all stages.
#[derive(Debug)]
pub struct Stages {
    histograms: [Mutex<Histogram<u64>>; 6],
    rate: Mutex<Rate>,
}

impl Default for Stages {
    fn default() -> Self {
        Self {
            histograms: std::array::from_fn(|_| Mutex::new(new_histogram())),
            rate: Mutex::default(),
        }
    }
}

/// One microsecond to one minute, to three digits.
fn new_histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 60_000_000, 3).expect("constant bounds are valid")
}

impl Stages {
    /// Records one passage through a stage.
    pub fn record(&self, stage: Stage, took: Duration) {
        let us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.histograms[stage as usize]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .saturating_record(us.max(1));
        metrics::histogram!("matchday_stage_seconds", "stage" => stage.as_str())
            .record(took.as_secs_f64());
    }

    /// Counts signals that arrived at this second.
    pub fn arrived(&self, count: u64, second: i64) {
        self.rate
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .add(count, second);
    }

    /// Signals so far, and the most in any one second.
    pub fn totals(&self) -> (u64, u64) {
        let rate = self.rate.lock().unwrap_or_else(PoisonError::into_inner);
        (rate.total, rate.peak)
    }

    /// Every stage that was timed at least once.
    pub fn report(&self) -> Vec<StageReport> {
        Stage::ALL
            .into_iter()
            .filter_map(|stage| {
                let h = self.histograms[stage as usize]
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner);
                (!h.is_empty()).then(|| StageReport {
                    stage: stage.as_str().to_owned(),
                    count: h.len(),
                    mean_us: (h.mean() * 10.0).round() / 10.0,
                    p50_us: h.value_at_quantile(0.5),
                    p95_us: h.value_at_quantile(0.95),
                    p99_us: h.value_at_quantile(0.99),
                })
            })
            .collect()
    }
}

#[derive(Debug, Default)]
struct Rate {
    total: u64,
    peak: u64,
    /// The last few seconds: batches of different feeds may arrive a little out of step.
    recent: VecDeque<(i64, u64)>,
}

impl Rate {
    fn add(&mut self, count: u64, second: i64) {
        self.total += count;
        let now = match self.recent.iter_mut().find(|(s, _)| *s == second) {
            Some((_, n)) => {
                *n += count;
                *n
            }
            None => {
                if self.recent.len() == 4 {
                    self.recent.pop_front();
                }
                self.recent.push_back((second, count));
                count
            }
        };
        self.peak = self.peak.max(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_the_fullest_second() {
        let stages = Stages::default();
        for (count, second) in [(3, 10), (4, 11), (2, 10), (1, 12)] {
            stages.arrived(count, second);
        }
        assert_eq!(stages.totals(), (10, 5));
    }

    #[test]
    fn percentiles_come_out_in_order() {
        let stages = Stages::default();
        for us in 1..=1000 {
            stages.record(Stage::Fold, Duration::from_micros(us));
        }
        let report = stages.report();
        assert_eq!(report.len(), 1);
        let fold = &report[0];
        assert_eq!(fold.count, 1000);
        assert!(
            (495..=505).contains(&fold.p50_us) && (945..=955).contains(&fold.p95_us),
            "{fold:?}"
        );
    }
}

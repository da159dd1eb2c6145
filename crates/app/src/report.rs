//! What a broadcaster's report holds: games, events, updates, latency by stage, peak rate, clients, and the
//! feed faults that were healed.

use std::{collections::BTreeMap, fmt::Write as _};

use matchday_engine::Guard;
use matchday_feeds::driver::FeedState;
use serde::Serialize;

use crate::stages::StageReport;

/// The report, as printed, as served at `/api/v1/report`, and as written by `--report`.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Whether every game is over.
    pub finished: bool,
    /// Seconds since the program began to serve.
    pub uptime_s: f64,
    /// Games known.
    pub games: u64,
    /// Games that are over.
    pub games_final: u64,
    /// Signals received and logged.
    pub events: u64,
    /// Updates published to viewers.
    pub updates: u64,
    /// Most signals in any one second.
    pub peak_events_per_s: u64,
    /// Viewers connected now, and the most at any time.
    pub clients: u64,
    /// The most viewers connected at any time.
    pub clients_peak: u64,
    /// Latency by stage, and from a signal received to a viewer's socket.
    pub stages: Vec<StageReport>,
    /// What was healed or set aside, by code.
    pub faults_healed: BTreeMap<String, u64>,
    /// Faults that the demo's feed server put in, by kind; empty outside the demo.
    pub faults_injected: BTreeMap<String, u64>,
    /// The guard's decisions.
    pub guard: GuardReport,
    /// The graphics system, if there is one.
    pub graphics: Option<GraphicsReport>,
    /// Feeds, one by one.
    pub feeds: Vec<FeedReport>,
}

/// How the graphics output did.
#[derive(Debug, Clone, Serialize)]
pub struct GraphicsReport {
    /// Whether it can be reached.
    pub up: bool,
    /// Commands acknowledged.
    pub sent: u64,
    /// Attempts that failed.
    pub failed: u64,
    /// Commands given up.
    pub dropped: u64,
}

/// What the guard decided.
#[derive(Debug, Clone, Default, Serialize)]
pub struct GuardReport {
    /// Proposals let through.
    pub approved: u64,
    /// Proposals turned down, by code.
    pub refused: BTreeMap<String, u64>,
}

impl GuardReport {
    /// What a guard has decided so far.
    pub fn of(guard: &Guard) -> Self {
        let counts = guard.counts();
        let name = |code| match serde_json::to_value(code) {
            Ok(serde_json::Value::String(name)) => name,
            _ => format!("{code:?}"),
        };
        Self {
            approved: counts.approved,
            refused: counts
                .refused()
                .into_iter()
                .filter(|(_, n)| *n > 0)
                .map(|(code, n)| (name(code), n))
                .collect(),
        }
    }
}

/// One feed.
#[derive(Debug, Clone, Serialize)]
pub struct FeedReport {
    /// Its name.
    pub name: String,
    /// How it is doing.
    pub state: FeedState,
    /// Milliseconds since its last good document.
    pub age_ms: Option<i64>,
    /// Faults by code.
    pub faults: BTreeMap<String, u64>,
}

impl Report {
    /// For a terminal.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let line = |out: &mut String, name: &str, value: String| {
            let _ = writeln!(out, "  {name:<22}{value}");
        };
        let _ = writeln!(out, "\nReport");
        line(
            &mut out,
            "games",
            format!("{} ({} final)", self.games, self.games_final),
        );
        line(
            &mut out,
            "events",
            format!("{} in, peak {}/s", self.events, self.peak_events_per_s),
        );
        line(&mut out, "updates", format!("{} out", self.updates));
        line(
            &mut out,
            "clients",
            format!("{} now, {} at most", self.clients, self.clients_peak),
        );
        let refused: u64 = self.guard.refused.values().sum();
        line(
            &mut out,
            "guard",
            format!("{} approved, {refused} refused", self.guard.approved),
        );
        if let Some(g) = &self.graphics {
            line(
                &mut out,
                "graphics",
                format!("{} commands acknowledged, {} failed", g.sent, g.failed),
            );
        }
        let _ = writeln!(
            out,
            "\n  {:<22}{:>9}{:>11}{:>11}{:>11}{:>11}",
            "latency", "count", "mean", "p50", "p95", "p99"
        );
        for s in &self.stages {
            let _ = writeln!(
                out,
                "  {:<22}{:>9}{:>11}{:>11}{:>11}{:>11}",
                s.stage.replace('_', " "),
                s.count,
                duration(s.mean_us),
                duration(s.p50_us as f64),
                duration(s.p95_us as f64),
                duration(s.p99_us as f64),
            );
        }
        let healed: u64 = self.faults_healed.values().sum();
        let _ = writeln!(out, "\n  feed faults healed    {healed}");
        for (code, count) in &self.faults_healed {
            let _ = writeln!(out, "    {code:<20}{count:>7}");
        }
        if !self.faults_injected.is_empty() {
            let injected: u64 = self.faults_injected.values().sum();
            let _ = writeln!(out, "  faults put in         {injected}");
            for (kind, count) in &self.faults_injected {
                let _ = writeln!(out, "    {kind:<20}{count:>7}");
            }
        }
        out
    }
}

/// Microseconds, as people read them.
fn duration(us: f64) -> String {
    if us < 1000.0 {
        format!("{us:.0} µs")
    } else if us < 1_000_000.0 {
        format!("{:.1} ms", us / 1000.0)
    } else {
        format!("{:.2} s", us / 1_000_000.0)
    }
}

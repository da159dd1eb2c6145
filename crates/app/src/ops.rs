//! Logging, metrics and health.

use std::io::{IsTerminal as _, Write as _};
use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};

use anyhow::Context as _;
use axum::{Router, extract::State, http::StatusCode, routing::get};
use indicatif::MultiProgress;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_appender::non_blocking::{ErrorCounter, NonBlockingBuilder, WorkerGuard};
use tracing_subscriber::{EnvFilter, fmt};

use crate::cli::{Global, LogFormat};

/// Log lines that wait for whoever reads them; more are dropped, and counted.
const LOG_LINES_WAITING: usize = 8192;

/// Progress bars that stand below log lines. Two that write to one terminal without knowing of each other write into
/// each other.
pub fn bars() -> &'static MultiProgress {
    static BARS: OnceLock<MultiProgress> = OnceLock::new();
    BARS.get_or_init(MultiProgress::new)
}

/// Standard error, with the bars out of the way while a line is written. Where it is no terminal no bar is drawn, and none
/// is waited for: whoever draws would wait too, for a pipe that nobody reads.
struct AboveBars {
    drawn: bool,
}

impl std::io::Write for AboveBars {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        let write = || std::io::stderr().write(line);
        if self.drawn {
            bars().suspend(write)
        } else {
            write()
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        std::io::stderr().flush()
    }
}

static LINES_DROPPED: OnceLock<ErrorCounter> = OnceLock::new();

/// Log lines go to standard error, so that a command's output can be piped. A thread of its own writes them: a
/// full pipe or a stalled terminal holds no game up. What still waits is written when the guard is dropped.
pub fn init_logging(global: &Global) -> anyhow::Result<WorkerGuard> {
    let mut filter = EnvFilter::try_new(&global.log_filter)
        .with_context(|| format!("log filter {:?}", global.log_filter))?;
    // What the sound decoder cannot read comes back as an error, with the file; it need not be told twice.
    if !global.log_filter.contains("symphonia") {
        filter = filter.add_directive("symphonia_core=off".parse()?);
    }
    let terminal = std::io::stderr().is_terminal();
    let (writer, guard) = NonBlockingBuilder::default()
        .buffered_lines_limit(LOG_LINES_WAITING)
        .lossy(true)
        .thread_name("log-lines")
        .finish(AboveBars { drawn: terminal });
    let _ = LINES_DROPPED.set(writer.error_counter());
    // Colours are for terminals: in a file or a journal they are noise. NO_COLOR keeps them out of terminals too.
    let colours = terminal && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    let builder = fmt()
        .with_env_filter(filter)
        .with_writer(writer)
        .with_ansi(colours);
    match global.log_format {
        LogFormat::Json => builder
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .init(),
        LogFormat::Text => builder.with_target(false).init(),
    }
    Ok(guard)
}

/// `matchday log cat … | head` has what it wants and closes the pipe: that is no failure, and no reason for a panic's
/// words. What is printed with `println!` ends the program here; [`nobody_reads`] is for what is written otherwise.
pub fn leave_quietly_when_nobody_reads() {
    let told = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let closed = panic.payload_as_str().is_some_and(|text| {
            text.starts_with("failed printing to stdout") && text.contains("Broken pipe")
        });
        if closed {
            std::process::exit(0);
        }
        told(panic);
    }));
}

/// Whether a command ended because whoever read its output has gone. A server that hangs up breaks a pipe too, which
/// is a failure.
pub fn nobody_reads(error: &anyhow::Error) -> bool {
    let pipe = |cause: &(dyn std::error::Error + 'static)| {
        let kind = cause
            .downcast_ref::<std::io::Error>()
            .map(std::io::Error::kind)
            .or_else(|| cause.downcast_ref::<serde_json::Error>()?.io_error_kind());
        kind == Some(std::io::ErrorKind::BrokenPipe)
    };
    error.chain().any(pipe) && !error.chain().any(|cause| cause.is::<reqwest::Error>())
}

/// A line for whoever started a server. It serves on where nobody reads it.
pub fn say(line: std::fmt::Arguments<'_>) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Latency buckets, in seconds: dense where the service levels lie (20 ms, 100 ms, 200 ms, 500 ms, 2 s).
const LATENCY_BUCKETS: &[f64] = &[
    0.000_01, 0.000_05, 0.000_1, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.035, 0.05, 0.075, 0.1,
    0.15, 0.2, 0.35, 0.5, 1.0, 2.0, 5.0,
];

/// Installs the Prometheus recorder. Every histogram whose name ends in `_seconds` has the same buckets.
pub fn init_metrics() -> anyhow::Result<PrometheusHandle> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), LATENCY_BUCKETS)?
        .install_recorder()
        .context("another metrics recorder is installed")?;
    metrics::gauge!("matchday_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    Ok(handle)
}

/// Whether the program can do its work: false until the log is read, and again once it shuts down.
#[derive(Debug, Clone, Default)]
pub struct Readiness(Arc<AtomicBool>);

impl Readiness {
    /// Says so.
    pub fn set(&self, ready: bool) {
        self.0.store(ready, Ordering::Release);
    }

    /// Whether it can.
    pub fn get(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// `/healthz`, `/readyz` and `/metrics`.
///
/// `refresh` is called before metrics are read: it brings those up to date that are ages.
pub fn router(
    readiness: Readiness,
    metrics: PrometheusHandle,
    refresh: impl Fn() + Clone + Send + Sync + 'static,
) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route(
            "/readyz",
            get(|State(ready): State<Readiness>| async move {
                if ready.get() {
                    (StatusCode::OK, "ready\n")
                } else {
                    (
                        StatusCode::SERVICE_UNAVAILABLE,
                        "not ready: the log is being read, or the server is stopping\n",
                    )
                }
            })
            .with_state(readiness),
        )
        .route(
            "/metrics",
            get(move |State(metrics): State<PrometheusHandle>| async move {
                refresh();
                if let Some(dropped) = LINES_DROPPED.get() {
                    metrics::counter!("matchday_log_lines_dropped_total")
                        .absolute(dropped.dropped_lines() as u64);
                }
                metrics.run_upkeep();
                (
                    [("content-type", "text/plain; version=0.0.4; charset=utf-8")],
                    metrics.render(),
                )
            })
            .with_state(metrics),
        )
}

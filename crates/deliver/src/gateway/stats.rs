//! What the gateway counts: for Prometheus through the `metrics` facade, and for a report that can be asked for.

use std::sync::{
    Mutex,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use hdrhistogram::Histogram;
use matchday_event::EventTime;
use metrics::{Counter, Gauge};
use schemars::JsonSchema;
use serde::Serialize;
use tokio::sync::watch;

use super::locked;

/// How a client is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    /// matchday's own WebSocket messages.
    WebSocket,
    /// Server-Sent Events.
    Sse,
    /// Centrifugo's client protocol over WebSocket.
    Centrifugo,
}

impl Transport {
    pub(crate) const ALL: [Self; 3] = [Self::WebSocket, Self::Sse, Self::Centrifugo];

    fn label(self) -> &'static str {
        match self {
            Self::WebSocket => "websocket",
            Self::Sse => "sse",
            Self::Centrifugo => "centrifugo",
        }
    }
}

/// What the gateway did since it started.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
pub struct Stats {
    /// Clients connected now.
    pub clients: u64,
    /// The most there were at once.
    pub clients_peak: u64,
    /// Games open.
    pub games: u64,
    /// Updates published, of games, the scoreboard and graphics.
    pub updates: u64,
    /// Messages handed to sockets.
    pub messages: u64,
    /// Bytes handed to sockets.
    pub bytes: u64,
    /// Times a slow client's waiting updates were replaced by one snapshot.
    pub conflations: u64,
    /// Resumes answered with the updates missed.
    pub resumes_recovered: u64,
    /// Resumes answered with a snapshot.
    pub resumes_lost: u64,
    /// Bytes of updates kept for resumes, all channels.
    pub queue_bytes: u64,
    /// Updates whose time from signal to socket was measured (live ones, not snapshots or resumed ones).
    pub measured: u64,
    /// Mean time from signal to socket, in microseconds.
    pub latency_us_mean: f64,
    /// Median time from signal to socket, in microseconds.
    pub latency_us_p50: u64,
    /// 95th percentile of it.
    pub latency_us_p95: u64,
    /// 99th percentile of it.
    pub latency_us_p99: u64,
    /// The longest.
    pub latency_us_max: u64,
}

const SHARDS: usize = 8;
const HOUR_US: u64 = 3_600_000_000;

struct PerTransport {
    clients: Gauge,
    messages: Counter,
    bytes: Counter,
}

/// The counters. One is shared by every connection, so what is written often is sharded.
pub(crate) struct Meter {
    per_transport: [PerTransport; 3],
    latency_seconds: metrics::Histogram,
    latency_us: [Mutex<Histogram<u64>>; SHARDS],
    conflations_total: Counter,
    resumes_recovered_total: Counter,
    resumes_lost_total: Counter,
    updates_total: Counter,
    queue_bytes_gauge: Gauge,
    pub(crate) clients: watch::Sender<u64>,
    clients_peak: AtomicU64,
    messages: AtomicU64,
    bytes: AtomicU64,
    updates: AtomicU64,
    conflations: AtomicU64,
    resumes_recovered: AtomicU64,
    resumes_lost: AtomicU64,
    queue_bytes: AtomicU64,
}

impl Meter {
    /// Counters against the recorder that is installed now.
    pub(crate) fn new() -> Self {
        metrics::describe_gauge!(
            "matchday_gateway_clients",
            "clients connected, by transport"
        );
        metrics::describe_counter!(
            "matchday_gateway_messages_total",
            "messages handed to sockets"
        );
        metrics::describe_counter!("matchday_gateway_bytes_total", "bytes handed to sockets");
        metrics::describe_counter!("matchday_gateway_updates_total", "updates published");
        metrics::describe_counter!(
            "matchday_gateway_conflations_total",
            "slow clients whose waiting updates were replaced by a snapshot"
        );
        metrics::describe_counter!("matchday_gateway_resumes_total", "resumes, by result");
        metrics::describe_counter!(
            "matchday_gateway_rejected_total",
            "connections and requests turned away, by reason"
        );
        metrics::describe_gauge!(
            "matchday_gateway_queue_bytes",
            "updates kept for resumes, all channels"
        );
        metrics::describe_histogram!(
            "matchday_gateway_signal_to_socket_seconds",
            metrics::Unit::Seconds,
            "from a signal received to its update handed to a client's socket"
        );
        let histogram = || Histogram::new_with_bounds(1, HOUR_US, 3);
        Self {
            per_transport: Transport::ALL.map(|t| PerTransport {
                clients: metrics::gauge!("matchday_gateway_clients", "transport" => t.label()),
                messages: metrics::counter!("matchday_gateway_messages_total", "transport" => t.label()),
                bytes: metrics::counter!("matchday_gateway_bytes_total", "transport" => t.label()),
            }),
            latency_seconds: metrics::histogram!("matchday_gateway_signal_to_socket_seconds"),
            latency_us: std::array::from_fn(|_| {
                Mutex::new(histogram().expect("the bounds are valid"))
            }),
            conflations_total: metrics::counter!("matchday_gateway_conflations_total"),
            resumes_recovered_total: metrics::counter!("matchday_gateway_resumes_total", "result" => "recovered"),
            resumes_lost_total: metrics::counter!("matchday_gateway_resumes_total", "result" => "snapshot"),
            updates_total: metrics::counter!("matchday_gateway_updates_total"),
            queue_bytes_gauge: metrics::gauge!("matchday_gateway_queue_bytes"),
            clients: watch::Sender::new(0),
            clients_peak: AtomicU64::new(0),
            messages: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            updates: AtomicU64::new(0),
            conflations: AtomicU64::new(0),
            resumes_recovered: AtomicU64::new(0),
            resumes_lost: AtomicU64::new(0),
            queue_bytes: AtomicU64::new(0),
        }
    }

    pub(crate) fn joined(&self, transport: Transport) {
        self.per_transport[transport as usize].clients.increment(1);
        self.clients.send_modify(|n| *n += 1);
        self.clients_peak.fetch_max(*self.clients.borrow(), Relaxed);
    }

    pub(crate) fn left(&self, transport: Transport) {
        self.per_transport[transport as usize].clients.decrement(1);
        self.clients.send_modify(|n| *n = n.saturating_sub(1));
    }

    pub(crate) fn sent(&self, transport: Transport, bytes: usize) {
        let per = &self.per_transport[transport as usize];
        per.messages.increment(1);
        per.bytes.increment(bytes as u64);
        self.messages.fetch_add(1, Relaxed);
        self.bytes.fetch_add(bytes as u64, Relaxed);
    }

    /// A live update reached the socket of client `id`.
    pub(crate) fn reached(&self, id: u64, at: EventTime, now: EventTime) {
        let us = u64::try_from(now.0.saturating_sub(at.0)).unwrap_or(0);
        self.latency_seconds.record(us as f64 / 1e6);
        let shard = usize::try_from(id % SHARDS as u64).unwrap_or(0);
        locked(&self.latency_us[shard]).saturating_record(us.clamp(1, HOUR_US));
    }

    pub(crate) fn conflated(&self) {
        self.conflations_total.increment(1);
        self.conflations.fetch_add(1, Relaxed);
    }

    pub(crate) fn resumed(&self, recovered: bool) {
        if recovered {
            self.resumes_recovered_total.increment(1);
            self.resumes_recovered.fetch_add(1, Relaxed);
        } else {
            self.resumes_lost_total.increment(1);
            self.resumes_lost.fetch_add(1, Relaxed);
        }
    }

    pub(crate) fn published(&self, bytes_in: usize, bytes_out: usize) {
        self.updates_total.increment(1);
        self.updates.fetch_add(1, Relaxed);
        self.queue_bytes_gauge
            .increment(bytes_in as f64 - bytes_out as f64);
        self.queue_bytes.fetch_add(bytes_in as u64, Relaxed);
        self.queue_bytes.fetch_sub(bytes_out as u64, Relaxed);
    }

    pub(crate) fn cleared(&self, bytes: usize) {
        self.queue_bytes_gauge.decrement(bytes as f64);
        self.queue_bytes.fetch_sub(bytes as u64, Relaxed);
    }

    pub(crate) fn rejected(reason: &'static str) {
        metrics::counter!("matchday_gateway_rejected_total", "reason" => reason).increment(1);
    }

    pub(crate) fn stats(&self, games: u64) -> Stats {
        let mut all =
            Histogram::<u64>::new_with_bounds(1, HOUR_US, 3).expect("the bounds are valid");
        for shard in &self.latency_us {
            // Both have the same bounds, so nothing is out of range.
            let _ = all.add(&*locked(shard));
        }
        Stats {
            clients: *self.clients.borrow(),
            clients_peak: self.clients_peak.load(Relaxed),
            games,
            updates: self.updates.load(Relaxed),
            messages: self.messages.load(Relaxed),
            bytes: self.bytes.load(Relaxed),
            conflations: self.conflations.load(Relaxed),
            resumes_recovered: self.resumes_recovered.load(Relaxed),
            resumes_lost: self.resumes_lost.load(Relaxed),
            queue_bytes: self.queue_bytes.load(Relaxed),
            measured: all.len(),
            latency_us_mean: all.mean(),
            latency_us_p50: all.value_at_quantile(0.50),
            latency_us_p95: all.value_at_quantile(0.95),
            latency_us_p99: all.value_at_quantile(0.99),
            latency_us_max: all.max(),
        }
    }
}

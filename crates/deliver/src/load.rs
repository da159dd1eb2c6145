//! A load of viewers for measuring a gateway: so many WebSocket clients on this machine, what they received, how
//! late, and whether anything was missing or came twice. Bounded in clients, time and memory; loopback only.

use std::{
    net::IpAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use futures::StreamExt;
use hdrhistogram::Histogram;
use matchday_event::view::MessageKind;
use serde::{Deserialize, Serialize};
use tokio::{
    net::TcpStream,
    sync::{Semaphore, watch},
    task::JoinSet,
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Message, client::IntoClientRequest, protocol::WebSocketConfig},
};

use crate::Clock;

/// How many viewers, of what, for how long.
#[derive(Debug, Clone)]
pub struct LoadOptions {
    /// The gateway's address, on loopback.
    pub address: std::net::SocketAddr,
    /// What to connect to, such as `/ws/nfl-2017010100`; clients are dealt round the list.
    pub paths: Vec<String>,
    /// How many clients.
    pub clients: usize,
    /// How long to listen once all are connected.
    pub duration: Duration,
    /// How many may be connecting at once.
    pub connecting: usize,
}

/// What the viewers saw.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LoadReport {
    /// Clients that were connected to the end.
    pub clients: u64,
    /// Clients that could not connect, or lost their connection.
    pub failed: u64,
    /// Snapshots received, one a client and one more for each conflation.
    pub snapshots: u64,
    /// Updates received.
    pub updates: u64,
    /// Bytes of both.
    pub bytes: u64,
    /// Updates that were missing between two received ones. Must be 0.
    pub gaps: u64,
    /// Updates received twice or late. Must be 0.
    pub repeats: u64,
    /// Snapshots in mid-stream: this client was slow, and was told so.
    pub conflations: u64,
    /// Seconds the clients listened.
    pub duration_s: f64,
    /// Mean time from signal to received, in microseconds. The signal's time has a resolution of 1 ms and is
    /// rounded down, so every figure here is up to 1 ms too high.
    pub latency_us_mean: f64,
    /// Median of it.
    pub latency_us_p50: u64,
    /// 95th percentile.
    pub latency_us_p95: u64,
    /// 99th percentile.
    pub latency_us_p99: u64,
    /// The longest.
    pub latency_us_max: u64,
}

/// Why no load was made.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Only this machine's own gateway may be loaded.
    #[error("{0} is not a loopback address: a load is for a gateway on this machine")]
    NotLoopback(IpAddr),
    /// There is nothing to connect to.
    #[error("no path to connect to: name at least one, such as /ws")]
    NoPaths,
}

#[derive(Default)]
struct Counts {
    failed: AtomicU64,
    snapshots: AtomicU64,
    updates: AtomicU64,
    bytes: AtomicU64,
    gaps: AtomicU64,
    repeats: AtomicU64,
    conflations: AtomicU64,
}

const HOUR_US: u64 = 3_600_000_000;

/// Connects the clients, listens for the time asked, and reports.
pub async fn run(options: &LoadOptions, clock: Clock) -> Result<LoadReport, LoadError> {
    if !options.address.ip().is_loopback() {
        return Err(LoadError::NotLoopback(options.address.ip()));
    }
    if options.paths.is_empty() {
        return Err(LoadError::NoPaths);
    }
    let counts = Arc::new(Counts::default());
    let latency = Arc::new(Mutex::new(histogram()));
    let stop = watch::Sender::new(false);
    let doors = Arc::new(Semaphore::new(options.connecting.max(1)));
    let connected = watch::Sender::new(0);
    let mut clients = JoinSet::new();
    for n in 0..options.clients {
        let client = Client {
            address: options.address,
            path: options.paths[n % options.paths.len()].clone(),
            clock: clock.clone(),
            counts: counts.clone(),
            latency: latency.clone(),
            stop: stop.subscribe(),
            connected: connected.clone(),
        };
        let doors = doors.clone();
        clients.spawn(client.watch(doors));
    }
    let mut connected = connected.subscribe();
    // Every client says once that it is in or that it failed.
    let _ = connected.wait_for(|n| *n >= options.clients).await;
    let begun = tokio::time::Instant::now();
    tokio::time::sleep(options.duration).await;
    let duration_s = begun.elapsed().as_secs_f64();
    stop.send_replace(true);
    let mut stayed = 0;
    while let Some(ended) = clients.join_next().await {
        stayed += u64::from(ended.unwrap_or(false));
    }
    let latency = latency.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(LoadReport {
        clients: stayed,
        failed: counts.failed.load(Relaxed),
        snapshots: counts.snapshots.load(Relaxed),
        updates: counts.updates.load(Relaxed),
        bytes: counts.bytes.load(Relaxed),
        gaps: counts.gaps.load(Relaxed),
        repeats: counts.repeats.load(Relaxed),
        conflations: counts.conflations.load(Relaxed),
        duration_s,
        latency_us_mean: latency.mean(),
        latency_us_p50: latency.value_at_quantile(0.50),
        latency_us_p95: latency.value_at_quantile(0.95),
        latency_us_p99: latency.value_at_quantile(0.99),
        latency_us_max: latency.max(),
    })
}

fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, HOUR_US, 3).expect("the bounds are valid")
}

/// What of a message a load looks at.
#[derive(Deserialize)]
struct Head {
    #[serde(rename = "type")]
    kind: MessageKind,
    seq: u64,
    at_ms: i64,
}

struct Client {
    address: std::net::SocketAddr,
    path: String,
    clock: Clock,
    counts: Arc<Counts>,
    latency: Arc<Mutex<Histogram<u64>>>,
    stop: watch::Receiver<bool>,
    connected: watch::Sender<usize>,
}

impl Client {
    /// Listens until told to stop; whether it was connected to the end.
    async fn watch(mut self, doors: Arc<Semaphore>) -> bool {
        let stayed = self.listen(doors).await.is_some();
        if !stayed {
            self.counts.failed.fetch_add(1, Relaxed);
        }
        stayed
    }

    async fn listen(&mut self, doors: Arc<Semaphore>) -> Option<()> {
        let connected = self.connect(doors).await;
        self.connected.send_modify(|n| *n += 1);
        let mut socket = connected?;
        let mut last = None;
        loop {
            let message = tokio::select! {
                message = socket.next() => message?.ok()?,
                _ = self.stop.wait_for(|stop| *stop) => break,
            };
            match message {
                Message::Text(text) => last = Some(self.see(text.as_str(), last)?),
                Message::Close(_) => return None,
                _ => {}
            }
        }
        let _ = timeout(Duration::from_secs(1), socket.close(None)).await;
        Some(())
    }

    async fn connect(&self, doors: Arc<Semaphore>) -> Option<WebSocketStream<TcpStream>> {
        let _door = doors.acquire_owned().await.ok()?;
        let request = format!("ws://{}{}", self.address, self.path)
            .into_client_request()
            .ok()?;
        let connect = async {
            let stream = TcpStream::connect(self.address).await.ok()?;
            // Thousands of clients in one process: their buffers are kept small.
            let config = WebSocketConfig::default()
                .read_buffer_size(4 << 10)
                .write_buffer_size(0);
            client_async_with_config(request, stream, Some(config))
                .await
                .ok()
        };
        let (socket, _) = timeout(Duration::from_secs(10), connect).await.ok()??;
        Some(socket)
    }

    fn see(&self, text: &str, last: Option<u64>) -> Option<u64> {
        let head: Head = serde_json::from_str(text).ok()?;
        self.counts.bytes.fetch_add(text.len() as u64, Relaxed);
        if head.kind == MessageKind::Snapshot {
            self.counts.snapshots.fetch_add(1, Relaxed);
            self.counts
                .conflations
                .fetch_add(u64::from(last.is_some()), Relaxed);
            return Some(head.seq);
        }
        self.counts.updates.fetch_add(1, Relaxed);
        let late_us = (self.clock)()
            .0
            .saturating_sub(head.at_ms.saturating_mul(1000));
        let late_us = u64::try_from(late_us).unwrap_or(0).clamp(1, HOUR_US);
        self.latency
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .saturating_record(late_us);
        let expected = last? + 1;
        if head.seq > expected {
            self.counts.gaps.fetch_add(head.seq - expected, Relaxed);
        } else if head.seq < expected {
            self.counts.repeats.fetch_add(1, Relaxed);
        }
        Some(head.seq.max(last?))
    }
}

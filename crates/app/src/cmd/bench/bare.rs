//! The limit that the gateway is held against: the same number of bytes, written at the same rate to as many
//! plain TCP sockets of the same machine, by a program that does nothing else. No log, no fold, no WebSocket.

use std::{net::SocketAddr, process::Stdio, time::Duration};

use anyhow::{Context as _, bail};
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

use crate::clock;

/// Latency from write to read.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct BareReport {
    /// Messages received.
    pub messages: u64,
    /// Median, in microseconds.
    pub p50_us: u64,
    /// 95th percentile.
    pub p95_us: u64,
    /// 99th percentile.
    pub p99_us: u64,
}

/// What to write, to how many, how often.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Sockets.
    pub clients: usize,
    /// Groups that they are dealt to; a message goes to one group.
    pub games: usize,
    /// Messages a second.
    pub rate: f64,
    /// Bytes of a message.
    pub bytes: usize,
    /// How long.
    pub seconds: u64,
}

/// Writes, with the readers in a process of their own.
pub async fn run(shape: Shape) -> anyhow::Result<BareReport> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let child = tokio::process::Command::new(std::env::current_exe()?)
        .args(["bench", "clients", "--bare", "--path", "/"])
        .args(["--connect", &listener.local_addr()?.to_string()])
        .args(["--clients", &shape.clients.to_string()])
        .args(["--seconds", &shape.seconds.to_string()])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("cannot start the clients")?;
    let mut sockets = Vec::with_capacity(shape.clients);
    for _ in 0..shape.clients {
        let (socket, _) = listener.accept().await?;
        socket.set_nodelay(true)?;
        sockets.push(socket);
    }
    let output = child.wait_with_output();
    tokio::pin!(output);
    let mut ticks = tokio::time::interval(Duration::from_secs_f64(1.0 / shape.rate));
    let mut message = vec![0u8; shape.bytes.max(12)];
    let length = u32::try_from(message.len() - 4).context("a message that long")?;
    message[..4].copy_from_slice(&length.to_be_bytes());
    let mut turn = 0;
    let output = loop {
        tokio::select! {
            output = &mut output => break output?,
            _ = ticks.tick() => {
                message[4..12].copy_from_slice(&clock::now().0.to_be_bytes());
                for socket in sockets.iter_mut().skip(turn % shape.games).step_by(shape.games) {
                    // A reader that has left is the end of the run, which the other branch sees.
                    let _ = socket.write_all(&message).await;
                }
                turn += 1;
            }
        }
    };
    if !output.status.success() {
        bail!("the bare clients failed: {}", output.status);
    }
    serde_json::from_slice(&output.stdout).context("the bare clients' report")
}

/// Reads, and prints the report.
pub async fn clients(address: SocketAddr, count: usize, length: Duration) -> anyhow::Result<()> {
    let mut readers = JoinSet::new();
    for _ in 0..count {
        let mut socket = TcpStream::connect(address).await?;
        readers.spawn(async move {
            let mut latencies = Vec::new();
            let until = tokio::time::Instant::now() + length;
            let mut body = Vec::new();
            while let Ok(Ok(size)) = tokio::time::timeout_at(until, socket.read_u32()).await {
                body.resize(size as usize, 0);
                if socket.read_exact(&mut body).await.is_err() {
                    break;
                }
                let sent = body.first_chunk().map_or(0, |b| i64::from_be_bytes(*b));
                latencies.push(u64::try_from(clock::now().0 - sent).unwrap_or(0));
            }
            latencies
        });
    }
    let mut all = Histogram::<u64>::new_with_bounds(1, 60_000_000, 3)?;
    while let Some(latencies) = readers.join_next().await {
        for us in latencies? {
            all.saturating_record(us.max(1));
        }
    }
    let report = BareReport {
        messages: all.len(),
        p50_us: all.value_at_quantile(0.5),
        p95_us: all.value_at_quantile(0.95),
        p99_us: all.value_at_quantile(0.99),
    };
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}

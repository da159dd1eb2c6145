//! What the micro-event link does on this machine: a sender and a receiver over loopback, and beside them a thread that
//! does nothing but wake up at the same deadlines, as the limit that the machine sets.

use std::{
    io,
    net::UdpSocket,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use matchday_event::{EventTime, GameId, senses::MicroEvent};
use serde::Serialize;

use super::{
    config::{MicroUdpConfig, MixerError},
    link::{Link, LinkReport, sleep_until, thread_cpu_us},
    meter::{Received, receive},
    streams::Beats,
};

/// What was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LinkBench {
    /// Matches at once.
    pub matches: usize,
    /// For how long.
    pub seconds: f64,
    /// The sender.
    pub sent: LinkReport,
    /// The receiver.
    pub received: Received,
    /// Processor time of the receiving thread, in microseconds, where the system tells it.
    pub receiver_cpu_us: Option<u64>,
    /// How late the idle thread woke up at the same deadlines: median, in microseconds.
    pub bare_late_us_p50: u64,
    /// 99 in 100 were less late.
    pub bare_late_us_p99: u64,
    /// The latest.
    pub bare_late_us_max: u64,
}

/// Why it could not be measured.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// Sockets or threads.
    #[error("cannot measure the link: {0}")]
    Io(#[from] io::Error),
    /// The link.
    #[error(transparent)]
    Mixer(#[from] MixerError),
}

/// Sends micro-events over loopback for a while. `events` are of as many matches as are wanted, in the order in which they
/// are to go, each with the time since the beginning at which it does; times of theirs are set to now.
pub fn link(
    matches: &[GameId],
    duration: Duration,
    events: impl Iterator<Item = (Duration, GameId, MicroEvent)>,
) -> Result<LinkBench, BenchError> {
    let socket = UdpSocket::bind(("127.0.0.1", 0))?;
    let config = MicroUdpConfig {
        address: socket.local_addr()?.to_string(),
        idle_s: u32::MAX,
        streams: (1..).zip(matches).map(|(n, g)| (g.clone(), n)).collect(),
    };
    let stop = Arc::new(AtomicBool::new(false));
    let receiver = thread::Builder::new().name("micro-receive".into()).spawn({
        let stop = stop.clone();
        move || {
            let received = receive(&socket, None, &stop, |_| {});
            (received, thread_cpu_us())
        }
    })?;
    let bare = thread::Builder::new().name("micro-bare".into()).spawn({
        let stop = stop.clone();
        move || bare(&stop)
    })?;
    let link = Link::start("bench", None, false, config)?;
    let began = Instant::now();
    for (at, game, mut event) in events {
        if at >= duration {
            break;
        }
        sleep_until(began, at);
        event.at = EventTime(0);
        link.take(&game, &event, EventTime(0));
    }
    sleep_until(began, duration);
    let seconds = began.elapsed().as_secs_f64();
    let sent = link.report();
    drop(link);
    stop.store(true, Relaxed);
    let gone = |_| io::Error::other("a measuring thread panicked");
    let (received, receiver_cpu_us) = receiver.join().map_err(gone)?;
    let bare = bare.join().map_err(gone)?;
    Ok(LinkBench {
        matches: matches.len(),
        seconds,
        sent,
        received: received?,
        receiver_cpu_us,
        bare_late_us_p50: bare.value_at_quantile(0.5),
        bare_late_us_p99: bare.value_at_quantile(0.99),
        bare_late_us_max: bare.max(),
    })
}

fn bare(stop: &AtomicBool) -> Histogram<u64> {
    let mut late = Histogram::new_with_bounds(1, 60_000_000, 3).expect("the bounds are in order");
    let began = Instant::now();
    for n in 1.. {
        if stop.load(Relaxed) {
            break;
        }
        let due = Beats::due(n);
        sleep_until(began, due);
        let us = began.elapsed().saturating_sub(due).as_micros();
        late.saturating_record(u64::try_from(us).unwrap_or(u64::MAX).max(1));
    }
    late
}

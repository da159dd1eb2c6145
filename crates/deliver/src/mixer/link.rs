//! The micro-event link: one datagram every 1/120 s and match, with the next micro-event or the last one again. A thread
//! of its own keeps the beat by absolute deadlines, so that being late once never shifts what follows.

use std::{
    fmt, io,
    net::{ToSocketAddrs as _, UdpSocket},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use matchday_event::{EventTime, GameId, senses::MicroEvent};
use serde::Serialize;

use super::{
    config::{MicroUdpConfig, MixerError},
    micro::{FLAG_EMPTY, FLAG_REPEAT, RATE_HZ, RECORD_BYTES, Record},
    streams::{Beats, LinkCounts, Streams},
};
use crate::output::locked;

/// A stream as the status page shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StreamReport {
    /// Which match.
    pub game: GameId,
    /// Its number on the wire.
    pub number: u16,
    /// Micro-events that wait for their datagram.
    pub waiting: usize,
}

/// How a link is doing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LinkReport {
    /// Its name.
    pub name: Arc<str>,
    /// Where it sends.
    pub address: String,
    /// Whether nothing is sent.
    pub dry_run: bool,
    /// Its streams.
    pub streams: Vec<StreamReport>,
    /// What was sent, and what was not.
    #[serde(flatten)]
    pub counts: LinkCounts,
    /// How late beats were sent: median, in microseconds.
    pub late_us_p50: u64,
    /// 99 in 100 were less late.
    pub late_us_p99: u64,
    /// The latest.
    pub late_us_max: u64,
    /// Processor time of the link's thread, in microseconds, where the system tells it.
    pub cpu_us: Option<u64>,
}

struct Shared {
    streams: Mutex<Streams>,
    late_us: Mutex<Histogram<u64>>,
    cpu_us: Mutex<Option<u64>>,
    stop: AtomicBool,
}

/// A link. The thread ends when it is dropped.
pub(super) struct Link {
    name: Arc<str>,
    address: String,
    dry_run: bool,
    began: Instant,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Link {
    pub fn start(
        name: &str,
        game: Option<GameId>,
        dry_run: bool,
        config: MicroUdpConfig,
    ) -> Result<Self, MixerError> {
        let address = config.address.clone();
        let mut way = Way::new(name, &address, dry_run);
        let shared = Arc::new(Shared {
            streams: Mutex::new(Streams::new(config, game)),
            late_us: Mutex::new(
                Histogram::new_with_bounds(1, 60_000_000, 3).expect("the bounds are in order"),
            ),
            cpu_us: Mutex::new(None),
            stop: AtomicBool::new(false),
        });
        let began = Instant::now();
        let thread = thread::Builder::new()
            .name("micro-link".into())
            .spawn({
                let shared = shared.clone();
                move || run(&shared, &mut way, began)
            })
            .map_err(|error| MixerError::Start {
                name: name.to_owned(),
                what: "no thread",
                error,
            })?;
        Ok(Self {
            name: name.into(),
            address,
            dry_run,
            began,
            shared,
            thread: Some(thread),
        })
    }

    /// Takes a micro-event in; never waits for more than a moment.
    pub fn take(&self, game: &GameId, event: &MicroEvent, wall: EventTime) {
        locked(&self.shared.streams).take(game, event, wall, self.began.elapsed());
    }

    /// A match is over: its stream ends.
    pub fn ended(&self, game: &GameId) {
        locked(&self.shared.streams).by_game.remove(game);
    }

    pub fn report(&self) -> LinkReport {
        let streams = locked(&self.shared.streams);
        let (counts, list) = (
            streams.counts,
            streams
                .by_game
                .iter()
                .map(|(game, s)| StreamReport {
                    game: game.clone(),
                    number: s.number,
                    waiting: s.waiting.len(),
                })
                .collect(),
        );
        drop(streams);
        let late = locked(&self.shared.late_us);
        LinkReport {
            name: self.name.clone(),
            address: self.address.clone(),
            dry_run: self.dry_run,
            streams: list,
            counts,
            late_us_p50: late.value_at_quantile(0.5),
            late_us_p99: late.value_at_quantile(0.99),
            late_us_max: late.max(),
            cpu_us: *locked(&self.shared.cpu_us),
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.shared.stop.store(true, Relaxed);
        if let Some(thread) = self.thread.take() {
            // At most one beat.
            let _ = thread.join();
        }
    }
}

fn run(shared: &Shared, way: &mut Way, began: Instant) {
    let mut beats = Beats::default();
    let mut out = Vec::new();
    let mut told = LinkCounts::default();
    while !shared.stop.load(Relaxed) {
        let (due, skipped) = beats.next(began.elapsed());
        sleep_until(began, due);
        let late = began.elapsed().saturating_sub(due);
        out.clear();
        let mut streams = locked(&shared.streams);
        streams.counts.skipped += skipped;
        streams.beat(due, &mut out);
        drop(streams);
        if !out.is_empty() {
            locked(&shared.late_us)
                .saturating_record(u64::try_from(late.as_micros()).unwrap_or(u64::MAX).max(1));
        }
        let unsent = way.send(due, &out);
        if unsent > 0 {
            locked(&shared.streams).counts.unsent += unsent;
        }
        // Once a second is often enough for those who look.
        if beats.count().is_multiple_of(RATE_HZ.into()) {
            *locked(&shared.cpu_us) = thread_cpu_us();
            let counts = locked(&shared.streams).counts;
            publish(&way.name, &told, &counts);
            told = counts;
        }
    }
}

/// How often a way is looked for that was not found.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Where datagrams go. A name that cannot be found, or a network that is down, is no reason to stop: it is tried again.
#[derive(Debug)]
struct Way {
    name: String,
    address: String,
    dry_run: bool,
    socket: Option<UdpSocket>,
    look_at: Duration,
    told: bool,
}

impl Way {
    fn new(name: &str, address: &str, dry_run: bool) -> Self {
        Self {
            name: name.to_owned(),
            address: address.to_owned(),
            dry_run,
            socket: None,
            look_at: Duration::ZERO,
            told: false,
        }
    }

    fn find(&self) -> io::Result<UdpSocket> {
        let to = self
            .address
            .to_socket_addrs()?
            .next()
            .ok_or_else(|| io::Error::other("the name has no address"))?;
        let from = if to.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
        let socket = UdpSocket::bind(from)?;
        socket.connect(to)?;
        socket.set_nonblocking(true)?;
        Ok(socket)
    }

    /// Sends, and returns how many could not be.
    fn send(&mut self, now: Duration, datagrams: &[[u8; RECORD_BYTES]]) -> u64 {
        if self.dry_run {
            datagrams.iter().for_each(|d| dry(&self.name, d));
            return 0;
        }
        if self.socket.is_none() && now >= self.look_at && !datagrams.is_empty() {
            self.look_at = now + LOOK_AGAIN;
            match self.find() {
                Ok(socket) => {
                    self.socket = Some(socket);
                    self.told = false;
                }
                Err(error) if !self.told => {
                    tracing::warn!(output = self.name, address = self.address, %error, "a link has no way");
                    self.told = true;
                }
                Err(_) => {}
            }
        }
        let Some(socket) = &self.socket else {
            return datagrams.len() as u64;
        };
        let mut unsent = 0;
        for datagram in datagrams {
            match socket.send(datagram) {
                Ok(_) => {}
                // Nobody listens there just now; it says nothing of this datagram.
                Err(e) if e.kind() == io::ErrorKind::ConnectionRefused => {}
                Err(_) => unsent += 1,
            }
        }
        unsent
    }
}

fn dry(name: &str, datagram: &[u8; RECORD_BYTES]) {
    // Repeats say nothing new, a hundred times a second.
    if let Ok(record) = Record::parse(datagram)
        && !record.has(FLAG_REPEAT | FLAG_EMPTY)
    {
        tracing::info!(output = name, ?record, "dry run");
    }
}

fn publish(name: &str, before: &LinkCounts, now: &LinkCounts) {
    let of = |c: &LinkCounts| {
        [
            ("event", c.events),
            ("repeat", c.repeats),
            ("empty", c.empty),
            ("below_confidence", c.below_confidence),
            ("too_old", c.too_old),
            ("dropped", c.dropped),
            ("unsent", c.unsent),
            ("skipped", c.skipped),
        ]
    };
    for ((what, was), (_, is)) in of(before).into_iter().zip(of(now)) {
        if is > was {
            metrics::counter!("matchday_mixer_micro_total", "output" => name.to_owned(), "what" => what)
                .increment(is - was);
        }
    }
}

/// Sleeps until a time since `began`; a sleep may end early, and then goes on.
pub(super) fn sleep_until(began: Instant, due: Duration) {
    loop {
        let left = due.saturating_sub(began.elapsed());
        if left.is_zero() {
            return;
        }
        thread::sleep(left);
    }
}

/// Processor time of the calling thread, where Linux tells it.
pub(super) fn thread_cpu_us() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let ns: u64 = text.split_whitespace().next()?.parse().ok()?;
    Some(ns / 1000)
}

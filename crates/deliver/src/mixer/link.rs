//! The micro-event link: one datagram every 1/120 s and match, with the next micro-event or the last one again. A thread
//! of its own keeps the beat by absolute deadlines, so that being late once never shifts what follows.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
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
};
use crate::output::locked;

/// Micro-events of a match that may wait for their datagram: two seconds of them.
const MAX_WAITING: usize = 2 * RATE_HZ as usize;
/// Matches at once.
const MAX_STREAMS: usize = 256;
/// Micro-events older than this when handed over are history.
const STALE_US: i64 = 10_000_000;
/// Behind by more than this, as after a suspension, the beat is taken up anew instead of made up for.
const LONGEST_LAG: Duration = Duration::from_millis(250);

#[derive(Debug)]
struct Stream {
    number: u16,
    sequence: u16,
    waiting: VecDeque<Record>,
    last: Option<Record>,
    news_at: Duration,
}

/// Counters of a link.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct LinkCounts {
    /// Datagrams with something new.
    pub events: u64,
    /// Datagrams with what was sent before.
    pub repeats: u64,
    /// Datagrams before anything had happened.
    pub empty: u64,
    /// Micro-events below the confidence of 0.75, which are not sent.
    pub below_confidence: u64,
    /// Micro-events that came too late to be sent.
    pub too_old: u64,
    /// Micro-events for which there was no room.
    pub dropped: u64,
    /// Datagrams that the system did not take.
    pub unsent: u64,
    /// Beats left out because the machine had stood still.
    pub skipped: u64,
}

/// What goes out, beat by beat. Pure: the beat is handed in.
#[derive(Debug)]
struct Streams {
    config: MicroUdpConfig,
    game: Option<GameId>,
    by_game: BTreeMap<GameId, Stream>,
    counts: LinkCounts,
    idle: Duration,
}

impl Streams {
    fn new(config: MicroUdpConfig, game: Option<GameId>) -> Self {
        Self {
            idle: Duration::from_secs(config.idle_s.max(1).into()),
            config,
            game,
            by_game: BTreeMap::new(),
            counts: LinkCounts::default(),
        }
    }

    fn open(&mut self, game: &GameId, now: Duration) -> Option<&mut Stream> {
        if !self.by_game.contains_key(game) {
            if self.by_game.len() >= MAX_STREAMS {
                return None;
            }
            let number = self.config.streams.get(game).copied().or_else(|| {
                let taken: BTreeSet<u16> = self
                    .config
                    .streams
                    .values()
                    .copied()
                    .chain(self.by_game.values().map(|s| s.number))
                    .collect();
                (1..=u16::MAX).find(|n| !taken.contains(n))
            })?;
            let stream = Stream {
                number,
                sequence: 0,
                waiting: VecDeque::new(),
                last: None,
                news_at: now,
            };
            self.by_game.insert(game.clone(), stream);
        }
        self.by_game.get_mut(game)
    }

    fn take(&mut self, game: &GameId, event: &MicroEvent, wall: EventTime, now: Duration) {
        if self.game.as_ref().is_some_and(|g| g != game) {
            return;
        }
        if wall.0.saturating_sub(event.at.0) > STALE_US {
            self.counts.too_old += 1;
            return;
        }
        let record = Record::of(event);
        // A match's stream begins with its first micro-event, sure or not: the receiver then knows the link is there.
        let Some(stream) = self.open(game, now) else {
            self.counts.dropped += 1;
            return;
        };
        stream.news_at = now;
        let Some(record) = record else {
            self.counts.below_confidence += 1;
            return;
        };
        stream.waiting.push_back(record);
        if stream.waiting.len() > MAX_WAITING {
            stream.waiting.pop_front();
            self.counts.dropped += 1;
        }
    }

    /// The datagrams of one beat.
    fn beat(&mut self, now: Duration, out: &mut Vec<[u8; RECORD_BYTES]>) {
        let idle = self.idle;
        self.by_game
            .retain(|_, s| now.saturating_sub(s.news_at) < idle);
        for stream in self.by_game.values_mut() {
            let mut record = if let Some(next) = stream.waiting.pop_front() {
                self.counts.events += 1;
                stream.last = Some(next);
                next
            } else if let Some(mut last) = stream.last {
                self.counts.repeats += 1;
                last.flags |= FLAG_REPEAT;
                last
            } else {
                self.counts.empty += 1;
                Record {
                    flags: FLAG_EMPTY,
                    ..Record::default()
                }
            };
            record.stream = stream.number;
            record.sequence = stream.sequence;
            stream.sequence = stream.sequence.wrapping_add(1);
            out.push(record.build());
        }
    }
}

/// When beats are due since the first: exact, however many there were.
#[derive(Debug, Default)]
struct Beats {
    next: u64,
}

impl Beats {
    fn due(n: u64) -> Duration {
        // 64 bits of nanoseconds last for five hundred years.
        let ns = u128::from(n) * 1_000_000_000 / u128::from(RATE_HZ);
        Duration::from_nanos(u64::try_from(ns).unwrap_or(u64::MAX))
    }

    /// When the next beat is due, and how many were left out before it.
    fn next(&mut self, now: Duration) -> (Duration, u64) {
        let mut skipped = 0;
        if now.saturating_sub(Self::due(self.next)) > LONGEST_LAG {
            let upcoming = (now.as_nanos() * u128::from(RATE_HZ) / 1_000_000_000) as u64 + 1;
            skipped = upcoming - self.next;
            self.next = upcoming;
        }
        let due = Self::due(self.next);
        self.next += 1;
        (due, skipped)
    }
}

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
        let failed = |what| {
            move |error| MixerError::Start {
                name: name.to_owned(),
                what,
                error,
            }
        };
        let address = config.address.clone();
        let socket = if dry_run {
            None
        } else {
            let to = address
                .to_socket_addrs()
                .and_then(|mut a| {
                    a.next()
                        .ok_or_else(|| io::Error::other("the name has no address"))
                })
                .map_err(failed("its address cannot be found"))?;
            let from = if to.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
            let socket = UdpSocket::bind(from).map_err(failed("no socket"))?;
            socket.connect(to).map_err(failed("no way there"))?;
            socket.set_nonblocking(true).map_err(failed("the socket"))?;
            Some(socket)
        };
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
                let (shared, name) = (shared.clone(), Arc::<str>::from(name));
                move || run(&shared, &name, socket.as_ref(), began)
            })
            .map_err(failed("no thread"))?;
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

fn run(shared: &Shared, name: &str, socket: Option<&UdpSocket>, began: Instant) {
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
        let mut unsent = 0;
        for datagram in &out {
            match socket {
                None => dry(name, datagram),
                Some(socket) => match socket.send(datagram) {
                    Ok(_) => {}
                    // Nobody listens there just now; it says nothing of this datagram.
                    Err(e) if e.kind() == io::ErrorKind::ConnectionRefused => {}
                    Err(_) => unsent += 1,
                },
            }
        }
        if unsent > 0 {
            locked(&shared.streams).counts.unsent += unsent;
        }
        // Once a second is often enough for those who look.
        if beats.next.is_multiple_of(RATE_HZ.into()) {
            *locked(&shared.cpu_us) = thread_cpu_us();
            let counts = locked(&shared.streams).counts;
            publish(name, &told, &counts);
            told = counts;
        }
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

/// When beat `n` is due.
pub(super) fn beat_due(n: u64) -> Duration {
    Beats::due(n)
}

/// Processor time of the calling thread, where Linux tells it.
pub(super) fn thread_cpu_us() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let ns: u64 = text.split_whitespace().next()?.parse().ok()?;
    Some(ns / 1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use matchday_event::senses::{Camera, MicroKind, Sense};

    fn event(ms: i64, confidence: f32) -> MicroEvent {
        MicroEvent {
            at: EventTime::from_millis(ms),
            match_ms: ms as u32,
            kind: MicroKind::Foul,
            label: None,
            sense: Sense::Tracking,
            place: None,
            side: None,
            camera: Camera::Rail,
            confidence,
        }
    }

    fn beat(streams: &mut Streams) -> Vec<(u16, u16, u32, u8)> {
        let mut out = Vec::new();
        streams.beat(Duration::ZERO, &mut out);
        out.iter()
            .map(|b| Record::parse(b).expect("a record"))
            .map(|r| (r.stream, r.sequence, r.match_ms, r.flags))
            .collect()
    }

    fn take(streams: &mut Streams, game: &str, event: &MicroEvent) {
        let game = GameId::new(game).expect("an id");
        streams.take(&game, event, event.at, Duration::ZERO);
    }

    #[test]
    fn a_beat_has_the_next_event_or_the_last_one_again() {
        let mut streams = Streams::new(MicroUdpConfig::default(), None);
        streams.idle = Duration::from_secs(9);
        assert!(beat(&mut streams).is_empty());
        take(&mut streams, "a", &event(1, 0.5));
        assert_eq!(beat(&mut streams), [(1, 0, 0, FLAG_EMPTY)]);
        take(&mut streams, "a", &event(2, 0.9));
        take(&mut streams, "a", &event(3, 0.9));
        assert_eq!(beat(&mut streams), [(1, 1, 2, 0)]);
        assert_eq!(beat(&mut streams), [(1, 2, 3, 0)]);
        assert_eq!(beat(&mut streams), [(1, 3, 3, FLAG_REPEAT)]);
        let c = streams.counts;
        assert_eq!(
            (c.events, c.repeats, c.empty, c.below_confidence),
            (2, 1, 1, 1)
        );
    }

    #[test]
    fn matches_have_their_numbers_and_others_take_what_is_free() {
        let config = MicroUdpConfig {
            streams: [(GameId::new("b").expect("an id"), 1)].into(),
            idle_s: 9,
            ..MicroUdpConfig::default()
        };
        let mut streams = Streams::new(config, None);
        for game in ["c", "a", "b"] {
            take(&mut streams, game, &event(1, 0.9));
        }
        let numbers: Vec<_> = streams
            .by_game
            .iter()
            .map(|(g, s)| (g.as_str(), s.number))
            .collect();
        assert_eq!(numbers, [("a", 3), ("b", 1), ("c", 2)]);
    }

    #[test]
    fn old_events_other_matches_and_too_many_are_kept_out() {
        let config = MicroUdpConfig {
            idle_s: 9,
            ..MicroUdpConfig::default()
        };
        let mut streams = Streams::new(config, GameId::new("a").ok());
        let game = GameId::new("a").expect("an id");
        streams.take(
            &game,
            &event(0, 0.9),
            EventTime(STALE_US + 1),
            Duration::ZERO,
        );
        take(&mut streams, "b", &event(1, 0.9));
        assert!(streams.by_game.is_empty());
        for n in 0..MAX_WAITING + 5 {
            take(&mut streams, "a", &event(n as i64, 0.9));
        }
        assert_eq!((streams.counts.too_old, streams.counts.dropped), (1, 5));
        assert_eq!(beat(&mut streams)[0].2, 5, "the oldest went");
    }

    #[test]
    fn a_stream_ends_when_its_match_has_long_said_nothing() {
        let config = MicroUdpConfig {
            idle_s: 9,
            ..MicroUdpConfig::default()
        };
        let mut streams = Streams::new(config, None);
        take(&mut streams, "a", &event(1, 0.9));
        let mut out = Vec::new();
        streams.beat(Duration::from_millis(8_999), &mut out);
        assert_eq!(out.len(), 1);
        streams.beat(Duration::from_secs(9), &mut out);
        assert_eq!((out.len(), streams.by_game.len()), (1, 0));
    }

    #[test]
    fn the_beat_never_drifts_and_is_taken_up_anew_after_standing_still() {
        assert_eq!(Beats::due(120 * 86_400), Duration::from_secs(86_400));
        let mut beats = Beats::default();
        assert_eq!(beats.next(Duration::ZERO), (Duration::ZERO, 0));
        assert_eq!(
            beats.next(Duration::from_millis(100)),
            (Duration::from_nanos(8_333_333), 0),
            "made up for"
        );
        let (due, skipped) = beats.next(Duration::from_secs(10));
        assert_eq!((due, skipped), (Beats::due(1201), 1199));
    }
}

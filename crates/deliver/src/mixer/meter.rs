//! What a receiver of the micro-event link can tell of the way there: what was lost, what came twice or late, and how
//! evenly it came.

use std::{
    collections::BTreeMap,
    io,
    net::UdpSocket,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use serde::Serialize;

use super::micro::{FLAG_EMPTY, FLAG_REPEAT, RATE_HZ, Record};

/// Sequence numbers back from the highest within which a repeat is told from a late one.
const WINDOW: i64 = 1024;
/// A jump by more than this is a sender that was started again.
const RESTART: i64 = 8192;
/// Streams that are told apart.
const MAX_STREAMS: usize = 1024;

/// One stream as it came.
#[derive(Debug)]
struct Stream {
    highest: i64,
    lowest: i64,
    /// Whether the numbers back from `highest` came, a bit each, by their remainder.
    seen: [u64; (WINDOW / 64) as usize],
    received: u64,
    expected_before: u64,
    events: u64,
    repeats: u64,
    empty: u64,
    duplicates: u64,
    reordered: u64,
    restarts: u64,
    first: Duration,
    last: Duration,
    /// Datagrams between `first` and `last`, by their numbers.
    span: i64,
}

impl Stream {
    fn new(sequence: u16, at: Duration) -> Self {
        let n = i64::from(sequence);
        Self {
            highest: n - 1,
            lowest: n,
            seen: [0; (WINDOW / 64) as usize],
            received: 0,
            expected_before: 0,
            events: 0,
            repeats: 0,
            empty: 0,
            duplicates: 0,
            reordered: 0,
            restarts: 0,
            first: at,
            last: at,
            span: 0,
        }
    }

    fn bit(&mut self, n: i64) -> (&mut u64, u64) {
        let at = n.rem_euclid(WINDOW);
        (&mut self.seen[(at / 64) as usize], 1 << (at % 64))
    }

    /// Takes a record in. Returns by how much its interval differs from an even one, in nanoseconds, if it came next.
    fn take(&mut self, record: &Record, at: Duration) -> Option<u64> {
        let ahead = i64::from(record.sequence.wrapping_sub(self.highest as u16) as i16);
        let mut n = self.highest + ahead;
        if ahead.abs() > RESTART {
            self.expected_before += self.expected_here();
            self.restarts += 1;
            self.seen = [0; (WINDOW / 64) as usize];
            n = i64::from(record.sequence);
            self.lowest = n;
            self.highest = n - 1;
            self.first = at;
            self.span = 0;
        }
        let mut uneven = None;
        if n > self.highest {
            // Numbers that are passed over have not come.
            for skipped in (self.highest + 1..=n).rev().take(WINDOW as usize) {
                let (word, bit) = self.bit(skipped);
                *word &= !bit;
            }
            if n == self.highest + 1 && n > self.lowest {
                let even = 1_000_000_000 / u64::from(RATE_HZ);
                let took =
                    u64::try_from(at.saturating_sub(self.last).as_nanos()).unwrap_or(u64::MAX);
                uneven = Some(took.abs_diff(even));
            }
            self.span += n - self.highest.max(self.lowest);
            self.highest = n;
            self.last = at;
        } else if n <= self.highest - WINDOW || n < self.lowest {
            // From before anything that is remembered: late beyond use, and already counted as lost.
            self.reordered += 1;
            return None;
        } else {
            let (word, bit) = self.bit(n);
            if *word & bit != 0 {
                self.duplicates += 1;
                return None;
            }
            self.reordered += 1;
        }
        let (word, bit) = self.bit(n);
        *word |= bit;
        self.received += 1;
        if record.has(FLAG_EMPTY) {
            self.empty += 1;
        } else if record.has(FLAG_REPEAT) {
            self.repeats += 1;
        } else {
            self.events += 1;
        }
        uneven
    }

    fn expected_here(&self) -> u64 {
        u64::try_from(self.highest - self.lowest + 1).unwrap_or(0)
    }
}

/// What was received, as a report.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
pub struct Received {
    /// Streams that came.
    pub streams: usize,
    /// Datagrams that came once.
    pub received: u64,
    /// Datagrams that should have come, by their numbers.
    pub expected: u64,
    /// Those that did not.
    pub lost: u64,
    /// Records of something new.
    pub events: u64,
    /// Records of what was said before.
    pub repeats: u64,
    /// Records before anything had happened.
    pub empty: u64,
    /// Datagrams that came twice.
    pub duplicates: u64,
    /// Datagrams that came after a later one.
    pub reordered: u64,
    /// Times a sender was started again.
    pub restarts: u64,
    /// Datagrams that are no record.
    pub malformed: u64,
    /// Datagrams a second and stream, by numbers and arrivals.
    pub rate_hz: f64,
    /// How far intervals were from 1/120 s: median, in microseconds.
    pub jitter_us_p50: f64,
    /// 99 in 100 were less far.
    pub jitter_us_p99: f64,
    /// The farthest.
    pub jitter_us_max: f64,
}

/// Takes records and tells of the way they came. Pure: arrivals are handed in.
#[derive(Debug)]
pub struct Meter {
    streams: BTreeMap<u16, Stream>,
    malformed: u64,
    uneven_ns: Histogram<u64>,
}

impl Default for Meter {
    fn default() -> Self {
        Self {
            streams: BTreeMap::new(),
            malformed: 0,
            uneven_ns: Histogram::new_with_bounds(1, 60_000_000_000, 3)
                .expect("the bounds are in order"),
        }
    }
}

impl Meter {
    /// Takes a datagram that arrived at a time since any beginning. Returns the record, if it is one.
    pub fn take(&mut self, bytes: &[u8], at: Duration) -> Option<Record> {
        let Ok(record) = Record::parse(bytes) else {
            self.malformed += 1;
            return None;
        };
        if !self.streams.contains_key(&record.stream) && self.streams.len() >= MAX_STREAMS {
            self.malformed += 1;
            return None;
        }
        let stream = self
            .streams
            .entry(record.stream)
            .or_insert_with(|| Stream::new(record.sequence, at));
        if let Some(uneven) = stream.take(&record, at) {
            self.uneven_ns.saturating_record(uneven.max(1));
        }
        Some(record)
    }

    /// What came so far.
    pub fn report(&self) -> Received {
        let mut all = Received {
            streams: self.streams.len(),
            malformed: self.malformed,
            ..Received::default()
        };
        let mut rates = Vec::new();
        for s in self.streams.values() {
            all.received += s.received;
            all.expected += s.expected_before + s.expected_here();
            all.events += s.events;
            all.repeats += s.repeats;
            all.empty += s.empty;
            all.duplicates += s.duplicates;
            all.reordered += s.reordered;
            all.restarts += s.restarts;
            let took = s.last.saturating_sub(s.first).as_secs_f64();
            if took > 0.0 {
                rates.push(s.span as f64 / took);
            }
        }
        all.lost = all.expected.saturating_sub(all.received);
        all.rate_hz = rates.iter().sum::<f64>() / rates.len().max(1) as f64;
        let us = |q: f64| self.uneven_ns.value_at_quantile(q) as f64 / 1e3;
        if !self.uneven_ns.is_empty() {
            all.jitter_us_p50 = us(0.5);
            all.jitter_us_p99 = us(0.99);
            all.jitter_us_max = self.uneven_ns.max() as f64 / 1e3;
        }
        all
    }
}

/// How often a receiver looks up to see whether it is to stop.
const LOOK_UP: Duration = Duration::from_millis(100);

/// Receives in the calling thread until `stop` is set and nothing more waits, or `limit` has passed, and hands over every record that comes.
/// Returns what can be told of the way.
pub fn receive(
    socket: &UdpSocket,
    limit: Option<Duration>,
    stop: &AtomicBool,
    mut record: impl FnMut(&Record),
) -> io::Result<Received> {
    // Two seconds of many matches, should this thread not get to run.
    socket2::SockRef::from(socket).set_recv_buffer_size(1 << 20)?;
    socket.set_read_timeout(Some(LOOK_UP))?;
    let began = Instant::now();
    let mut meter = Meter::default();
    let mut buffer = [0; 64];
    while limit.is_none_or(|l| began.elapsed() < l) {
        if stop.load(Relaxed) {
            // What has arrived by now counts.
            socket.set_nonblocking(true)?;
            while let Ok(n) = socket.recv(&mut buffer) {
                if let Some(taken) = meter.take(&buffer[..n], began.elapsed()) {
                    record(&taken);
                }
            }
            break;
        }
        match socket.recv(&mut buffer) {
            Ok(n) => {
                if let Some(taken) = meter.take(&buffer[..n], began.elapsed()) {
                    record(&taken);
                }
            }
            Err(e)
                if matches!(
                    e.kind(),
                    io::ErrorKind::WouldBlock
                        | io::ErrorKind::TimedOut
                        | io::ErrorKind::Interrupted
                ) => {}
            Err(e) => return Err(e),
        }
    }
    Ok(meter.report())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meter(arrivals: &[(u16, u64)]) -> Received {
        let mut meter = Meter::default();
        for (sequence, us) in arrivals {
            let record = Record {
                sequence: *sequence,
                ..Record::default()
            };
            meter.take(&record.build(), Duration::from_micros(*us));
        }
        meter.report()
    }

    #[test]
    fn what_is_lost_late_or_twice_is_told_apart() {
        // 3 is lost, 5 comes after 6, 7 comes twice.
        let got = meter(&[
            (1, 0),
            (2, 8_333),
            (4, 25_000),
            (6, 41_667),
            (5, 42_000),
            (7, 50_000),
            (7, 50_001),
        ]);
        assert_eq!(
            (
                got.received,
                got.expected,
                got.lost,
                got.reordered,
                got.duplicates
            ),
            (6, 7, 1, 1, 1)
        );
    }

    #[test]
    fn numbers_begin_again_without_a_loss() {
        let got = meter(&[(65_534, 0), (65_535, 8_333), (0, 16_667), (1, 25_000)]);
        assert_eq!((got.expected, got.lost, got.restarts), (4, 0, 0));
        assert!((got.rate_hz - 120.0).abs() < 0.01, "{}", got.rate_hz);
        assert!(got.jitter_us_max < 1.0, "{}", got.jitter_us_max);
    }

    #[test]
    fn a_sender_that_was_started_again_is_no_loss_of_thousands() {
        let got = meter(&[(40_000, 0), (40_001, 8_333), (5, 1_000_000), (6, 1_008_333)]);
        assert_eq!((got.expected, got.lost, got.restarts), (4, 0, 1));
    }

    #[test]
    fn jitter_is_the_distance_from_an_even_interval() {
        let even = |n: u16| (n, u64::from(n) * 25_000 / 3);
        let mut arrivals: Vec<_> = (0..100).map(even).collect();
        arrivals[50].1 += 2_000;
        let got = meter(&arrivals);
        assert!(got.jitter_us_p50 < 1.0, "{}", got.jitter_us_p50);
        assert!(
            (1_990.0..2_010.0).contains(&got.jitter_us_max),
            "{}",
            got.jitter_us_max
        );
    }

    #[test]
    fn what_is_no_record_is_counted_and_left() {
        let mut meter = Meter::default();
        assert_eq!(meter.take(b"hello", Duration::ZERO), None);
        assert_eq!(meter.report().malformed, 1);
    }

    proptest::proptest! {
        /// However the network drops, doubles and shuffles a little: received, lost and doubled always add up.
        #[test]
        fn the_books_balance(fates in proptest::collection::vec((0_u8..8, 0_u64..5), 1..600), from in proptest::prelude::any::<u16>()) {
            let mut arrivals: Vec<(u64, u16)> = Vec::new();
            let mut sent = 0_u64;
            for (n, (fate, late)) in fates.iter().enumerate() {
                let sequence = from.wrapping_add(n as u16);
                let due = n as u64 * 10;
                match fate {
                    0 => {}
                    1 => arrivals.extend([(due, sequence), (due + late * 10 + 1, sequence)]),
                    _ => arrivals.push((due + late * 10, sequence)),
                }
                sent += 1;
            }
            arrivals.sort_unstable();
            let alive: std::collections::BTreeSet<u16> = arrivals.iter().map(|a| a.1).collect();
            let mut meter = Meter::default();
            for (at, sequence) in &arrivals {
                let record = Record { sequence: *sequence, ..Record::default() };
                meter.take(&record.build(), Duration::from_micros(*at));
            }
            let got = meter.report();
            proptest::prop_assert!(got.expected <= sent);
            proptest::prop_assert_eq!(got.lost, got.expected - got.received);
            // What came before the first that was counted from is late beyond use.
            proptest::prop_assert!(got.received <= alive.len() as u64);
            proptest::prop_assert!(got.received + got.duplicates + got.reordered >= alive.len() as u64);
        }
    }
}

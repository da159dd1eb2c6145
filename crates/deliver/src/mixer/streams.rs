//! What goes out over the micro-event link, beat by beat, and when beats are due. Pure: time is handed in.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    time::Duration,
};

use matchday_event::{EventTime, GameId, senses::MicroEvent};
use serde::Serialize;

use super::{
    config::MicroUdpConfig,
    micro::{FLAG_EMPTY, FLAG_REPEAT, RATE_HZ, RECORD_BYTES, Record},
};

/// Micro-events of a match that may wait for their datagram: two seconds of them.
const MAX_WAITING: usize = 2 * RATE_HZ as usize;
/// Matches at once.
const MAX_STREAMS: usize = 256;
/// Micro-events older than this when handed over are history.
const STALE_US: i64 = 10_000_000;
/// Behind by more than this, as after a suspension, the beat is taken up anew instead of made up for.
const LONGEST_LAG: Duration = Duration::from_millis(250);

#[derive(Debug)]
pub(super) struct Stream {
    pub number: u16,
    sequence: u16,
    pub waiting: VecDeque<Record>,
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

/// The streams of a link.
#[derive(Debug)]
pub(super) struct Streams {
    config: MicroUdpConfig,
    game: Option<GameId>,
    pub by_game: BTreeMap<GameId, Stream>,
    pub counts: LinkCounts,
    idle: Duration,
}

impl Streams {
    pub fn new(config: MicroUdpConfig, game: Option<GameId>) -> Self {
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

    pub fn take(&mut self, game: &GameId, event: &MicroEvent, wall: EventTime, now: Duration) {
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
    pub fn beat(&mut self, now: Duration, out: &mut Vec<[u8; RECORD_BYTES]>) {
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
pub(super) struct Beats {
    next: u64,
}

impl Beats {
    /// When beat `n` is due.
    pub fn due(n: u64) -> Duration {
        // 64 bits of nanoseconds last for five hundred years.
        let ns = u128::from(n) * 1_000_000_000 / u128::from(RATE_HZ);
        Duration::from_nanos(u64::try_from(ns).unwrap_or(u64::MAX))
    }

    /// How many beats there were.
    pub fn count(&self) -> u64 {
        self.next
    }

    /// When the next beat is due, and how many were left out before it.
    pub fn next(&mut self, now: Duration) -> (Duration, u64) {
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

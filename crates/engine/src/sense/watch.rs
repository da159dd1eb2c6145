//! What the senses of people share: troubles that begin and end once, and a time that no single clock can move.

use matchday_event::{EventTime, senses::RefusalPhase};

/// One trouble of one source. It is told when it begins and when it is over, and not in between.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Watch {
    bad: u8,
    good: u8,
    told: bool,
}

impl Watch {
    /// Looks at whether it is there now: it begins after `after` times in a row, and is over after `back` times without.
    pub fn see(&mut self, bad: bool, after: u8, back: u8) -> Option<RefusalPhase> {
        if bad {
            self.bad = self.bad.saturating_add(1);
            self.good = 0;
            if !self.told && self.bad >= after {
                self.told = true;
                return Some(RefusalPhase::Began);
            }
        } else {
            self.bad = 0;
            self.good = self.good.saturating_add(1);
            if self.told && self.good >= back {
                self.told = false;
                return Some(RefusalPhase::Ended);
            }
        }
        None
    }

    /// Whether it lasts.
    pub fn lasts(self) -> bool {
        self.told
    }
}

/// How far ahead of the others' time a report may be, in microseconds.
const AHEAD_US: i64 = 5_000_000;
/// How far behind.
const BEHIND_US: i64 = 60_000_000;
/// No time is farther from 1970 than this, in microseconds: three thousand years. So no difference of two overflows.
const FAR_US: i64 = 100_000_000_000_000_000;
/// Reports of one source alone, with nobody else in between, that prove that time has jumped.
const PROOF: u8 = 3;

/// What to do with a report of a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heed {
    /// It is of now.
    Take,
    /// Its clock is wrong, as far as is known.
    Refuse,
    /// Everybody's time has gone back: what was known is of another time. Then take it.
    Restart,
}

/// The time of a match by what a sense's many sources say, each with a clock of its own. A single clock that jumps moves
/// nothing: a time far from the others' is believed when a second source, or three reports in a row of the only one, are
/// of that time too.
///
/// Ticks tell how much time passed since the last report, and not what time it is: they go by whatever sense is ahead, and
/// this one may hear of everything some seconds later.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct MatchClock {
    heard: Option<i64>,
    /// Time that ticks told of since.
    since_us: i64,
    ticked: Option<i64>,
    doubt: Option<Doubt>,
}

#[derive(Debug, Clone, Copy)]
struct Doubt {
    source: u64,
    at: i64,
    times: u8,
}

impl MatchClock {
    /// The latest time that is believed.
    pub fn now(&self) -> Option<EventTime> {
        Some(EventTime(self.heard? + self.since_us))
    }

    /// Time passed.
    pub fn tick(&mut self, at: EventTime) {
        if !(-FAR_US..=FAR_US).contains(&at.0) {
            return;
        }
        let passed_us = self.ticked.map_or(0, |before| at.0 - before);
        // A tick that leaps says that some sense's time has, and nothing about this one's.
        if (0..=AHEAD_US).contains(&passed_us) {
            self.since_us = (self.since_us + passed_us).min(FAR_US);
        }
        self.ticked = Some(at.0);
    }

    /// A report of `source` speaks of `at`.
    pub fn hear(&mut self, source: u64, at: EventTime) -> Heed {
        if !(-FAR_US..=FAR_US).contains(&at.0) {
            return Heed::Refuse;
        }
        let Some(heard) = self.heard else {
            (self.heard, self.since_us) = (Some(at.0), 0);
            return Heed::Take;
        };
        let ahead = at.0 - (heard + self.since_us);
        if (-BEHIND_US..=AHEAD_US).contains(&ahead) {
            if at.0 > heard {
                (self.heard, self.since_us) = (Some(at.0), 0);
            }
            self.doubt = None;
            return Heed::Take;
        }
        let doubt = match self.doubt {
            Some(doubt) if doubt.at.abs_diff(at.0) <= AHEAD_US.unsigned_abs() => Doubt {
                times: doubt.times.saturating_add(1),
                at: doubt.at.max(at.0),
                ..doubt
            },
            _ => Doubt {
                source,
                at: at.0,
                times: 1,
            },
        };
        if doubt.source == source && doubt.times < PROOF {
            self.doubt = Some(doubt);
            return Heed::Refuse;
        }
        self.doubt = None;
        let back = doubt.at < heard;
        (self.heard, self.since_us) = (Some(doubt.at), 0);
        if back { Heed::Restart } else { Heed::Take }
    }
}

/// A source's name as a number, for [`MatchClock::hear`] (FNV-1a).
pub(super) fn named(source: &str) -> u64 {
    source.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// A number as facts carry it, to so many places: 1 for none, 10 for one.
pub(super) fn places(x: f32, one: f32) -> f32 {
    // Adding zero turns a negative zero into a plain one.
    libm::roundf(x * one) / one + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn s(seconds: i64) -> EventTime {
        EventTime(seconds * 1_000_000)
    }

    #[test]
    fn one_clock_that_jumps_moves_nothing() {
        let mut clock = MatchClock::default();
        assert_eq!(clock.hear(1, s(100)), Heed::Take);
        for t in 101..120 {
            assert_eq!(clock.hear(2, s(t + 3600)), Heed::Refuse);
            assert_eq!(clock.hear(1, s(t)), Heed::Take);
        }
        assert_eq!(clock.now(), Some(s(119)));
    }

    #[test]
    fn a_pause_is_believed_when_two_or_one_again_and_again_say_so() {
        let mut clock = MatchClock::default();
        clock.hear(1, s(100));
        assert_eq!(clock.hear(1, s(1000)), Heed::Refuse);
        assert_eq!(clock.hear(2, s(1001)), Heed::Take);
        assert_eq!(clock.now(), Some(s(1001)));
        let alone = [2000, 2001, 2002].map(|t| clock.hear(1, s(t)));
        assert_eq!(alone, [Heed::Refuse, Heed::Refuse, Heed::Take]);
    }

    #[test]
    fn a_first_report_that_was_wrong_is_put_right() {
        let mut clock = MatchClock::default();
        clock.hear(9, s(1_000_000));
        assert_eq!(clock.hear(1, s(10)), Heed::Refuse);
        assert_eq!(clock.hear(2, s(11)), Heed::Restart);
        assert_eq!(clock.now(), Some(s(11)));
    }

    #[test]
    fn ticks_tell_how_much_time_passed_and_not_what_time_it_is() {
        let mut clock = MatchClock::default();
        clock.tick(s(500));
        assert_eq!(clock.now(), None);
        clock.hear(1, s(100));
        for t in [501, 502, 503] {
            clock.tick(s(t));
        }
        assert_eq!(clock.now(), Some(s(103)));
        // Somebody's clock leapt, and the ticks with it.
        clock.tick(s(9000));
        clock.tick(s(9001));
        assert_eq!(clock.now(), Some(s(104)));
        assert_eq!(clock.hear(1, s(103)), Heed::Take);
        assert_eq!(clock.now(), Some(s(103)));
        // A long silence is believed where ticks told of it.
        for t in 0..600 {
            clock.tick(s(9001 + t));
        }
        assert_eq!(clock.hear(1, s(700)), Heed::Take);
        clock.tick(EventTime(i64::MAX));
        clock.tick(EventTime(i64::MIN));
        assert_eq!(clock.hear(1, EventTime(i64::MAX)), Heed::Refuse);
        assert_eq!(clock.now(), Some(s(700)));
    }

    #[test]
    fn a_trouble_is_told_when_it_begins_and_when_it_is_over() {
        let mut watch = Watch::default();
        let seen: Vec<_> = [true, true, true, false, true, false, false, false]
            .map(|bad| watch.see(bad, 2, 2))
            .into_iter()
            .enumerate()
            .filter_map(|(i, phase)| Some((i, phase?)))
            .collect();
        assert_eq!(seen, [(1, RefusalPhase::Began), (6, RefusalPhase::Ended)]);
        assert!(!watch.lasts());
    }
}

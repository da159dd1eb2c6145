//! What time it is, by what is reported: nobody asks a clock.

use std::{collections::BTreeMap, sync::Arc};

use matchday_event::{
    EventTime, Fact,
    senses::{MomentumRefusal, MomentumRefusalCode as Code, RefusalPhase, Sense},
};

/// A report further ahead than this does not move the clock.
const AHEAD_US: i64 = 5_000_000;
/// A report further behind than this is old.
const BEHIND_US: i64 = 30_000_000;
/// Reports in a row of a refused source that move the clock after all, if nothing else has moved it meanwhile.
const ALONE: u32 = 10;
/// Sources that are kept apart.
const MAX_SOURCES: usize = 256;
/// Ten times a second.
const CELL_US: i64 = 100_000;

/// Whether a report is to be taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Yes.
    Taken,
    /// Yes, and the clock now shows another time altogether: what was remembered by the old one is void.
    Moved,
    /// No.
    Refused,
}

#[derive(Debug, Clone, Default)]
struct Source {
    refused: Option<Code>,
    /// Reports in a row since it was refused, each near the one before it.
    run: u32,
    last_us: i64,
    /// How often the clock had moved when the run began.
    moves: u64,
}

/// The clock.
#[derive(Debug, Clone, Default)]
pub(super) struct Clock {
    now: Option<i64>,
    cell: Option<i64>,
    moves: u64,
    sources: BTreeMap<(Option<Sense>, Arc<str>), Source>,
    too_many: bool,
}

impl Clock {
    /// The time.
    pub fn now(&self) -> Option<EventTime> {
        self.now.map(EventTime)
    }

    /// Takes in the time of a report; `sense` is `None` for a tick.
    pub fn hear(
        &mut self,
        sense: Option<Sense>,
        name: &Arc<str>,
        at: EventTime,
        out: &mut Vec<Fact>,
    ) -> Verdict {
        let mut tell = |code, phase| {
            out.push(Fact::MomentumRefused(MomentumRefusal {
                sense,
                source: name.clone(),
                at,
                code,
                phase,
            }));
        };
        let key = (sense, name.clone());
        if self.sources.len() >= MAX_SOURCES && !self.sources.contains_key(&key) {
            if !self.too_many {
                self.too_many = true;
                tell(Code::TooMany, RefusalPhase::Began);
            }
            return Verdict::Refused;
        }
        let Some(now) = self.now else {
            self.now = Some(at.0);
            self.moves += 1;
            self.sources.entry(key).or_default();
            return Verdict::Taken;
        };
        let ahead = at.0.saturating_sub(now);
        let odd = if ahead > AHEAD_US && sense.is_some() {
            // Time that passed in silence is for a tick to say.
            Some(Code::ClockAhead)
        } else if ahead < -BEHIND_US {
            Some(Code::ClockBehind)
        } else {
            None
        };
        let source = self.sources.entry(key).or_default();
        let Some(code) = odd else {
            if let Some(code) = source.refused.take() {
                tell(code, RefusalPhase::Ended);
            }
            if ahead > 0 {
                self.now = Some(at.0);
                self.moves += 1;
            }
            return Verdict::Taken;
        };
        let near = source.refused.is_some()
            && (0..=AHEAD_US).contains(&at.0.saturating_sub(source.last_us));
        if !near || source.moves != self.moves {
            source.run = 0;
            source.moves = self.moves;
        }
        source.last_us = at.0;
        source.run += 1;
        if source.refused != Some(code) {
            if let Some(before) = source.refused.replace(code) {
                tell(before, RefusalPhase::Ended);
            }
            tell(code, RefusalPhase::Began);
        }
        if source.run < ALONE {
            return Verdict::Refused;
        }
        // All the others are silent and this one goes on evenly: there was a gap, or they were wrong.
        source.refused = None;
        tell(code, RefusalPhase::Ended);
        self.now = Some(at.0);
        self.cell = None;
        self.moves += 1;
        Verdict::Moved
    }

    /// Takes in a time that is not worth a refusal: it moves the clock forward if it is near.
    pub fn nudge(&mut self, at: EventTime) -> Verdict {
        let ahead = self.now.map_or(0, |now| at.0.saturating_sub(now));
        if self.now.is_none() || (1..=AHEAD_US).contains(&ahead) {
            self.now = Some(at.0);
            self.moves += 1;
        }
        Verdict::Taken
    }

    /// Whether it is time to speak: once for each tenth of a second that the clock enters.
    pub fn strikes(&mut self) -> bool {
        let cell = self.now.map(|now| now.div_euclid(CELL_US));
        if cell.is_none() || cell == self.cell {
            return false;
        }
        self.cell = cell;
        true
    }
}

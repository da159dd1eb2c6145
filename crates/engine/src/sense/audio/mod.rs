//! The audio agent: what the crowd's sound says.
//!
//! Reports in, facts out. Levels in decibels of sound pressure pass thresholds with hysteresis; roars, whistles, groans
//! and chants are told against what this crowd usually sounds like, so that they need no calibration. An input that is
//! silent, stuck, overdriven, of a wrong rate or full of holes gives a coded refusal and no moment.

mod detect;
mod level;
mod limits;
mod trouble;
pub(in crate::sense) mod usual;

use std::{collections::BTreeMap, sync::Arc};

use matchday_event::{
    EventTime, Fact,
    senses::{
        CrowdSound, RefusalPhase, SoundFact, SoundRefusal, SoundRefusalCode as Code, SoundReport,
    },
};

pub use limits::Limits;

use detect::{Detectors, Moment};
use level::Levels;
use trouble::Troubles;
use usual::Usual;

/// Longest silence between reports, in microseconds, after which what was being heard is over.
const MAX_GAP_US: i64 = 1_000_000;
/// Most microphones of a game; more are left out.
const MAX_MICS: usize = 64;

/// Listens to the microphones of one game.
#[derive(Debug, Clone, Default)]
pub struct Audio {
    limits: Limits,
    mics: BTreeMap<Arc<str>, Mic>,
    found: Vec<CrowdSound>,
}

#[derive(Debug, Clone, Default)]
struct Mic {
    last: Option<(EventTime, u32, u8, Option<f32>)>,
    troubles: Troubles,
    out_of_order: bool,
    usual: Usual,
    heard: u32,
    levels: Levels,
    detectors: Detectors,
}

impl Audio {
    /// An agent that goes by other limits than [`Limits::DEFAULT`].
    pub fn with_limits(limits: Limits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }

    /// Takes a report and appends what follows from it.
    pub fn apply(&mut self, report: &SoundReport, out: &mut Vec<Fact>) {
        if self.mics.len() >= MAX_MICS && !self.mics.contains_key(&report.mic) {
            return;
        }
        let mic = self.mics.entry(report.mic.clone()).or_default();
        mic.apply(report, &self.limits, &mut self.found, out);
        out.extend(
            self.found
                .drain(..)
                .map(|s| Fact::Sound(SoundFact::Heard(s))),
        );
    }
}

impl Mic {
    fn apply(
        &mut self,
        report: &SoundReport,
        limits: &Limits,
        found: &mut Vec<CrowdSound>,
        out: &mut Vec<Fact>,
    ) {
        let mut tell = |code, phase| {
            out.push(Fact::Sound(SoundFact::Refused(SoundRefusal {
                mic: report.mic.clone(),
                at: report.at,
                code,
                phase,
            })));
        };
        if let Some((at, rate, channels, offset)) = self.last {
            if report.at <= at {
                if !self.out_of_order {
                    self.out_of_order = true;
                    tell(Code::OutOfOrder, RefusalPhase::Began);
                }
                return;
            }
            if std::mem::take(&mut self.out_of_order) {
                tell(Code::OutOfOrder, RefusalPhase::Ended);
            }
            if (rate, channels) != (report.sample_rate_hz, report.channels) {
                tell(Code::Changed, RefusalPhase::Began);
                tell(Code::Changed, RefusalPhase::Ended);
                self.start_again(found);
            } else if report.at.0 - at.0 > MAX_GAP_US || offset != report.offset_db {
                self.start_again(found);
            }
        }
        self.last = Some((
            report.at,
            report.sample_rate_hz,
            report.channels,
            report.offset_db,
        ));
        let usable = self.troubles.see(report, limits, &mut tell);
        let Some(heard) = report.heard.as_ref().filter(|_| usable) else {
            if self.heard > 0 {
                self.start_again(found);
            }
            return;
        };
        let settling = self.heard < limits.settle;
        self.heard = self.heard.saturating_add(1);
        let horn = heard
            .tone
            .is_some_and(|t| t.hz < limits.whistle_hz.0 && t.prominence_db >= limits.horn_db);
        let moment = Moment {
            mic: &report.mic,
            at: report.at,
            heard,
            rise: self.usual.rise(heard, limits),
            usual_a_db: self.usual.a_db(),
            solo: horn || heard.periodic >= limits.periodic,
        };
        if !settling {
            self.detectors.hear(&moment, limits, found);
        }
        let above_usual_db = heard.a_slow_db - self.usual.a_db();
        self.levels.hear(report, heard, above_usual_db, limits, out);
        self.usual
            .learn(heard, self.detectors.is_held(), settling, limits);
    }

    /// What was being heard is over, and what is usual is learnt anew.
    fn start_again(&mut self, found: &mut Vec<CrowdSound>) {
        self.detectors.stop(found);
        self.usual = Usual::default();
        self.heard = 0;
    }
}

//! The crowd's sound: how far above its usual murmur, and whether with joy or with grief.

use std::{collections::BTreeMap, sync::Arc};

use matchday_event::{
    EventTime,
    senses::{
        RefusalPhase, Sense, SoundFact, SoundKind, SoundRefusal, SoundRefusalCode as Code,
        SoundReport,
    },
};
use matchday_learn::momentum::Reading;

use super::moments::Stir;
use crate::sense::audio::{
    Limits,
    usual::{Rise, Usual, octave},
};

/// Most microphones of a game.
const MAX_MICS: usize = 64;
/// A crowd this far over its murmur is as stirred as a sound can show.
const FULL_DB: f32 = 20.0;
/// How fast what was heard is forgotten.
const STIR_S: f64 = 1.5;
const FEELING_S: f64 = 15.0;
/// A microphone that says nothing for this long is not there.
const SILENT_US: i64 = 2_000_000;
/// Share of the home side's joy that is the visitors' grief.
const TO_VISITORS: f64 = 0.6;

/// A crowd lets go when it rises this far within three reports …
const LEAP_DB: f32 = 8.0;
/// … to this far over its murmur.
const OVER_DB: f32 = 9.5;
/// Lower than it is high by this much, it groans.
const GROAN_LOW_DB: f32 = 2.0;
/// It has calmed down when it was less than this over its murmur for so many reports.
const CALM_DB: f32 = 4.0;
const CALM_REPORTS: u32 = 5;
/// Beyond this the murmur itself is not learned at the usual pace.
const RISEN_DB: f32 = 2.5;
const REPORT_US: i64 = 100_000;

#[derive(Debug, Clone, Default)]
struct Ear {
    at: i64,
    usual: Usual,
    heard: u32,
    refused: u32,
    stirred: f64,
    feeling: f64,
    /// How far over the murmur the last three reports were.
    past_db: [f32; 3],
    /// A crowd that has let go, and reports since it was last loud.
    loose: Option<u32>,
}

/// All microphones.
#[derive(Debug, Clone, Default)]
pub(super) struct Ears {
    limits: Limits,
    mics: BTreeMap<Arc<str>, Ear>,
}

impl Ear {
    /// A leap of the level, of the kind that a crowd's roar or groan makes: within three tenths of a second, and neither
    /// as dull as a song, as bright as hands, nor as low as a knock.
    fn lets_go(&mut self, at: EventTime, rise: &Rise, solo: bool, limits: &Limits) -> Option<Stir> {
        let low = rise.low_db - rise.high_db;
        let grave = low >= GROAN_LOW_DB && rise.bands_db[octave::HZ_125] < rise.low_db;
        let over_db = if grave {
            rise.voices_db.max(rise.low_db)
        } else {
            rise.voices_db
        };
        let before = self
            .past_db
            .iter()
            .fold(f32::MAX, |least, db| least.min(*db));
        self.past_db.rotate_left(1);
        self.past_db[2] = over_db;
        if let Some(calm) = &mut self.loose {
            *calm = if over_db < CALM_DB { *calm + 1 } else { 0 };
            if *calm >= CALM_REPORTS {
                self.loose = None;
            }
            return None;
        }
        let (sung_db, hands_db) = limits.roar_bright_db;
        let shouted = rise
            .bright_db
            .is_none_or(|db| (sung_db..=hands_db).contains(&db));
        let roar = rise.voices_db >= OVER_DB
            && rise.least_db >= limits.roar_each_db
            && low <= limits.roar_each_db
            && (shouted || rise.voices_db >= limits.roar_sure_db);
        let groan = grave && rise.low_db >= OVER_DB;
        if solo || over_db - before < LEAP_DB || !(roar || groan) {
            return None;
        }
        self.loose = Some(0);
        let sure = ((over_db - OVER_DB) / OVER_DB).clamp(0.0, 1.0);
        Some(Stir {
            sense: Sense::Sound,
            // A leap takes two reports: it began in the one before.
            onset: EventTime(at.0 - 2 * REPORT_US),
            side: None,
            confidence: f64::from(0.6 + 0.39 * sure),
        })
    }
}

/// Whether a refusal means that the sound cannot be used.
fn deafens(refusal: &SoundRefusal) -> bool {
    !matches!(
        refusal.code,
        Code::Uncalibrated | Code::OutOfOrder | Code::Changed
    )
}

impl Ears {
    /// What the audio agent said of a report.
    pub fn fact(&mut self, fact: &SoundFact) {
        match fact {
            SoundFact::Refused(refusal) if deafens(refusal) => {
                let Some(ear) = self.ear(&refusal.mic) else {
                    return;
                };
                match refusal.phase {
                    RefusalPhase::Began => ear.refused += 1,
                    RefusalPhase::Ended => ear.refused = ear.refused.saturating_sub(1),
                }
                *ear = Ear {
                    at: ear.at,
                    refused: ear.refused,
                    ..Ear::default()
                };
            }
            SoundFact::Heard(sound) if sound.duration_ms.is_none() => {
                let sign = match sound.kind {
                    SoundKind::Roar => 1.0,
                    SoundKind::Groan => -1.0,
                    _ => return,
                };
                let loud = f64::from(sound.rise_db / FULL_DB).clamp(0.0, 1.0);
                if let Some(ear) = self.ear(&sound.mic) {
                    ear.feeling = (ear.feeling + sign * (0.3 + 0.7 * loud)).clamp(-1.0, 1.0);
                }
            }
            _ => {}
        }
    }

    fn ear(&mut self, mic: &Arc<str>) -> Option<&mut Ear> {
        if self.mics.len() >= MAX_MICS && !self.mics.contains_key(mic) {
            return None;
        }
        Some(self.mics.entry(mic.clone()).or_default())
    }

    /// Takes a report in; says whether the crowd let go with it.
    pub fn hear(&mut self, report: &SoundReport) -> Option<Stir> {
        let limits = self.limits;
        let ear = self.ear(&report.mic)?;
        let passed_us = report.at.0.saturating_sub(ear.at);
        if passed_us <= 0 && ear.heard > 0 {
            return None;
        }
        let passed_s = passed_us.clamp(0, 10_000_000) as f64 / 1e6;
        ear.at = report.at.0;
        ear.stirred *= libm::exp(-passed_s / STIR_S);
        ear.feeling *= libm::exp(-passed_s / FEELING_S);
        let usable = |h: &&matchday_event::senses::Heard| {
            h.peak_dbfs > limits.silent_dbfs
                && h.still < limits.stuck
                && h.clipped < limits.clipped
                && report.lost <= limits.lost
                && h.bands_db
                    .iter()
                    .chain([&h.a_fast_db])
                    .all(|v| v.is_finite())
        };
        let heard = report
            .heard
            .as_ref()
            .filter(usable)
            .filter(|_| ear.refused == 0)?;
        let settling = ear.heard < limits.settle;
        ear.heard = ear.heard.saturating_add(1);
        let rise = ear.usual.rise(heard, &limits);
        // One voice, music or a horn is no crowd.
        let solo = heard.periodic >= limits.periodic
            || heard
                .tone
                .is_some_and(|t| t.hz < limits.whistle_hz.0 && t.prominence_db >= limits.horn_db);
        let stir = if settling {
            None
        } else {
            if !solo {
                let loud = f64::from(rise.voices_db / FULL_DB).clamp(0.0, 1.0);
                ear.stirred = ear.stirred.max(loud);
            }
            ear.lets_go(report.at, &rise, solo, &limits)
        };
        let risen = rise.voices_db > RISEN_DB || rise.low_db > RISEN_DB;
        ear.usual.learn(heard, risen, settling, &limits);
        stir
    }

    /// Whether a microphone can be used.
    pub fn are_open(&self, now: EventTime) -> bool {
        self.reading(now, true).is_some()
    }

    /// What all microphones together say; `None` if none can be used.
    pub fn reading(&self, now: EventTime, neutral: bool) -> Option<Reading> {
        let there = |ear: &&Ear| {
            ear.refused == 0
                && ear.heard >= self.limits.settle
                && now.0.saturating_sub(ear.at) <= SILENT_US
        };
        let mut ears = self.mics.values().filter(there).peekable();
        ears.peek()?;
        let (mut stirred, mut feeling) = (0.0_f64, 0.0_f64);
        for ear in ears {
            stirred = stirred.max(ear.stirred);
            if ear.feeling.abs() > feeling.abs() {
                feeling = ear.feeling;
            }
        }
        // Most of a ground is with the home side; on neutral ground nobody knows.
        let feeling = if neutral { 0.0 } else { feeling };
        Some(Reading {
            stirred,
            home: feeling,
            away: -TO_VISITORS * feeling,
        })
    }

    /// The clock shows another time: what was heard by the old one is void.
    pub fn forget(&mut self) {
        self.mics.clear();
    }
}

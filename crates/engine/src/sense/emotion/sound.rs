//! The crowd's sound: how far above its usual murmur, and whether with joy or with grief.

use std::{collections::BTreeMap, sync::Arc};

use matchday_event::{
    EventTime,
    senses::{
        CrowdSound, RefusalPhase, SoundFact, SoundKind, SoundRefusal, SoundRefusalCode as Code,
        SoundReport,
    },
};
use matchday_learn::momentum::Reading;

use crate::sense::audio::{Limits, usual::Usual};

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

#[derive(Debug, Clone, Default)]
struct Ear {
    at: i64,
    usual: Usual,
    heard: u32,
    refused: u32,
    stirred: f64,
    feeling: f64,
    /// A roar or a groan sounds.
    held: bool,
}

/// All microphones.
#[derive(Debug, Clone, Default)]
pub(super) struct Ears {
    limits: Limits,
    mics: BTreeMap<Arc<str>, Ear>,
}

/// Whether a refusal means that the sound cannot be used.
fn deafens(refusal: &SoundRefusal) -> bool {
    !matches!(
        refusal.code,
        Code::Uncalibrated | Code::OutOfOrder | Code::Changed
    )
}

impl Ears {
    /// What the audio agent said of a report; the sounds that began with it.
    pub fn fact<'f>(&mut self, fact: &'f SoundFact) -> Option<&'f CrowdSound> {
        match fact {
            SoundFact::Refused(refusal) if deafens(refusal) => {
                let ear = self.ear(&refusal.mic)?;
                match refusal.phase {
                    RefusalPhase::Began => ear.refused += 1,
                    RefusalPhase::Ended => ear.refused = ear.refused.saturating_sub(1),
                }
                (ear.stirred, ear.held, ear.heard) = (0.0, false, 0);
                ear.usual = Usual::default();
                None
            }
            SoundFact::Heard(sound) => {
                let sign = match sound.kind {
                    SoundKind::Roar => 1.0,
                    SoundKind::Groan => -1.0,
                    _ => return None,
                };
                let ear = self.ear(&sound.mic)?;
                ear.held = sound.duration_ms.is_none();
                if !ear.held {
                    return None;
                }
                let loud = f64::from(sound.rise_db / FULL_DB).clamp(0.0, 1.0);
                ear.feeling = (ear.feeling + sign * (0.3 + 0.7 * loud)).clamp(-1.0, 1.0);
                Some(sound)
            }
            _ => None,
        }
    }

    fn ear(&mut self, mic: &Arc<str>) -> Option<&mut Ear> {
        if self.mics.len() >= MAX_MICS && !self.mics.contains_key(mic) {
            return None;
        }
        Some(self.mics.entry(mic.clone()).or_default())
    }

    /// Takes a report in.
    pub fn hear(&mut self, report: &SoundReport) {
        let limits = self.limits;
        let Some(ear) = self.ear(&report.mic) else {
            return;
        };
        let passed_us = report.at.0.saturating_sub(ear.at);
        if passed_us <= 0 && ear.heard > 0 {
            return;
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
        let Some(heard) = report
            .heard
            .as_ref()
            .filter(usable)
            .filter(|_| ear.refused == 0)
        else {
            return;
        };
        let settling = ear.heard < limits.settle;
        ear.heard = ear.heard.saturating_add(1);
        let rise = ear.usual.rise(heard, &limits);
        // One voice, music or a horn is no crowd.
        let solo = heard.periodic >= limits.periodic
            || heard
                .tone
                .is_some_and(|t| t.hz < limits.whistle_hz.0 && t.prominence_db >= limits.horn_db);
        if !settling && !solo {
            let loud = f64::from(rise.voices_db / FULL_DB).clamp(0.0, 1.0);
            ear.stirred = ear.stirred.max(loud);
        }
        ear.usual.learn(heard, ear.held, settling, &limits);
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

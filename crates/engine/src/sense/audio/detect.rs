//! Roar, whistle, groan and chant, each a small state machine over reports.

use std::{collections::VecDeque, sync::Arc};

use matchday_event::{
    EventTime,
    senses::{CrowdSound, Heard, SoundKind},
};

use super::{
    limits::Limits,
    usual::{Rise, octave},
};

const REPORT_US: i64 = 100_000;

/// One report, prepared.
pub(super) struct Moment<'a> {
    pub mic: &'a Arc<str>,
    pub at: EventTime,
    pub heard: &'a Heard,
    pub rise: Rise,
    pub usual_a_db: f32,
    /// A single voice, music or a horn sounds.
    pub solo: bool,
}

impl Moment<'_> {
    fn above_usual_db(&self, level_db: f32) -> f32 {
        level_db - self.usual_a_db
    }
}

/// Something that is being heard.
#[derive(Debug, Clone)]
struct Heeded {
    told: CrowdSound,
    last: EventTime,
    /// Reports since it was last clear.
    missing: u32,
}

impl Heeded {
    fn begin(m: &Moment<'_>, kind: SoundKind, back: i64, confidence: f32) -> Self {
        let told = CrowdSound {
            mic: m.mic.clone(),
            kind,
            onset: EventTime(m.at.0 - back * REPORT_US),
            found: m.at,
            duration_ms: None,
            confidence: confidence.clamp(0.5, 1.0),
            level_db: m.heard.a_max_db,
            rise_db: m.above_usual_db(m.heard.a_max_db),
            rate: None,
        };
        Self {
            told,
            last: m.at,
            missing: 0,
        }
    }

    /// Goes on; the fact to tell when it has been missing long enough.
    fn go_on(&mut self, m: &Moment<'_>, there: bool, over: u32) -> Option<CrowdSound> {
        if there {
            self.missing = 0;
            self.last = m.at;
            if m.heard.a_max_db > self.told.level_db {
                self.told.level_db = m.heard.a_max_db;
                self.told.rise_db = m.above_usual_db(m.heard.a_max_db);
            }
            return None;
        }
        self.missing += 1;
        (self.missing >= over).then(|| self.end())
    }

    fn end(&self) -> CrowdSound {
        let mut told = self.told.clone();
        let long_ms = (self.last.0 - told.onset.0) / 1000;
        told.duration_ms = Some(u32::try_from(long_ms).unwrap_or(0));
        told
    }
}

/// 0.5 at the threshold, nearing 1 at `clear` over it.
fn confidence(over: f32, clear: f32) -> f32 {
    0.5 + 0.5 * (over / clear).clamp(0.0, 1.0)
}

/// All four, of one microphone.
#[derive(Debug, Clone, Default)]
pub(super) struct Detectors {
    roar: Option<Heeded>,
    groan: Option<Heeded>,
    whistle: Option<Heeded>,
    chant: Option<Heeded>,
    roar_run: u32,
    groan_run: u32,
    whistle_run: u32,
    whistle_hz: f32,
    chant_run: u32,
    /// Levels of the voices, oldest first.
    past: VecDeque<f32>,
    trend: Vec<f32>,
}

impl Detectors {
    /// Whether what is heard now is not usual.
    pub fn is_held(&self) -> bool {
        self.roar.is_some() || self.groan.is_some() || self.chant.is_some()
    }

    /// Ends whatever is being heard and forgets the rest: the input can no longer be used.
    pub fn stop(&mut self, out: &mut Vec<CrowdSound>) {
        for heeded in [
            &mut self.roar,
            &mut self.groan,
            &mut self.whistle,
            &mut self.chant,
        ] {
            out.extend(heeded.take().map(|h| h.end()));
        }
        *self = Self::default();
    }

    /// Takes a report.
    pub fn hear(&mut self, m: &Moment<'_>, limits: &Limits, out: &mut Vec<CrowdSound>) {
        self.whistle(m, limits, out);
        self.groan(m, limits, out);
        self.chant(m, limits, out);
        self.roar(m, limits, out);
    }

    fn roar(&mut self, m: &Moment<'_>, limits: &Limits, out: &mut Vec<CrowdSound>) {
        let rise = &m.rise;
        if let Some(roar) = &mut self.roar {
            let there = rise.voices_db >= limits.roar_over_db;
            if let Some(over) = roar.go_on(m, there, limits.roar_over) {
                out.push(over);
                self.roar = None;
            }
            return;
        }
        let (sung_db, hands_db) = limits.roar_bright_db;
        let shouted = |bright: f32| (sung_db..=hands_db).contains(&bright);
        let broad = rise.least_db >= limits.roar_each_db
            && rise.low_db - rise.high_db <= limits.roar_low_db
            && (rise.voices_db >= limits.roar_sure_db || rise.bright_db.is_none_or(shouted))
            && !m.solo;
        self.roar_run = if broad && rise.voices_db >= limits.roar_db {
            self.roar_run + 1
        } else {
            0
        };
        let at_once = broad && rise.voices_db >= limits.roar_at_once_db;
        // The beats of a song are no roars unless they are far louder than the song.
        let sung = self.chant.is_some() && rise.voices_db < 2.0 * limits.roar_at_once_db;
        if (at_once || self.roar_run >= 2) && !sung {
            let sure = confidence(rise.voices_db - limits.roar_db, 6.0);
            let back = i64::from(self.roar_run.max(1));
            let roar = Heeded::begin(m, SoundKind::Roar, back, sure);
            out.push(roar.told.clone());
            self.roar = Some(roar);
            self.roar_run = 0;
            // What was taken for a groan at first was the roar's beginning, or ends in it.
            out.extend(self.groan.take().map(|g| g.end()));
        }
    }

    fn groan(&mut self, m: &Moment<'_>, limits: &Limits, out: &mut Vec<CrowdSound>) {
        let rise = &m.rise;
        if let Some(groan) = &mut self.groan {
            let there = rise.low_db >= limits.groan_over_db;
            if let Some(over) = groan.go_on(m, there, 3) {
                out.push(over);
                self.groan = None;
            }
            return;
        }
        let clear = rise.low_db - rise.high_db >= limits.groan_low_at_once_db;
        let low = rise.low_db >= limits.groan_db
            && rise.low_db - rise.high_db >= limits.groan_low_db
            // A knock or the wind is lower still.
            && rise.bands_db[octave::HZ_125] < rise.low_db
            && rise.bands_db[octave::HZ_250] > 1.0
            && rise.bands_db[octave::HZ_500] > 1.0
            && !m.solo
            && self.roar.is_none()
            // A song that breaks off in a groan is still held for a song.
            && (clear || self.chant.is_none());
        self.groan_run = if low { self.groan_run + 1 } else { 0 };
        if self.groan_run >= limits.groan_reports || (low && clear) {
            let sure = confidence(rise.low_db - rise.high_db - limits.groan_low_db, 5.0);
            let groan = Heeded::begin(m, SoundKind::Groan, self.groan_run.into(), sure);
            out.push(groan.told.clone());
            self.groan = Some(groan);
            self.groan_run = 0;
        }
    }

    fn whistle(&mut self, m: &Moment<'_>, limits: &Limits, out: &mut Vec<CrowdSound>) {
        let (low, high) = limits.whistle_hz;
        let tone = m
            .heard
            .tone
            .filter(|t| (low..=high).contains(&t.hz) && t.prominence_db >= limits.whistle_db)
            // Partials of a horn or a voice lie there too.
            .filter(|_| !m.solo);
        if let Some(whistle) = &mut self.whistle {
            if let Some(over) = whistle.go_on(m, tone.is_some(), limits.whistle_over) {
                out.push(over);
                self.whistle = None;
            }
            return;
        }
        let Some(tone) = tone else {
            self.whistle_run = 0;
            return;
        };
        let same = (tone.hz - self.whistle_hz).abs() <= limits.whistle_drift_hz;
        self.whistle_run = if same { self.whistle_run + 1 } else { 1 };
        self.whistle_hz = tone.hz;
        if tone.prominence_db >= limits.whistle_at_once_db || self.whistle_run >= 2 {
            let sure = confidence(tone.prominence_db - limits.whistle_db, 12.0);
            let mut whistle = Heeded::begin(m, SoundKind::Whistle, self.whistle_run.into(), sure);
            whistle.told.rate = Some(tone.hz);
            out.push(whistle.told.clone());
            self.whistle = Some(whistle);
            self.whistle_run = 0;
        }
    }

    fn chant(&mut self, m: &Moment<'_>, limits: &Limits, out: &mut Vec<CrowdSound>) {
        self.past.push_back(m.rise.voices_db);
        if self.past.len() > limits.chant_window {
            self.past.pop_front();
        }
        let rhythm = self.rhythm(limits);
        if let Some(chant) = &mut self.chant {
            let there = rhythm.is_some_and(|r| {
                r.strength >= limits.chant_over && r.depth_db >= limits.chant_over_depth_db
            });
            // A roar swallows the song that it broke off.
            if let Some(over) = chant.go_on(m, there, 15) {
                out.push(over);
                self.chant = None;
            }
            return;
        }
        let clear = rhythm
            .filter(|r| r.strength >= limits.chant_rhythm && r.depth_db >= limits.chant_depth_db)
            .filter(|_| !m.solo);
        let Some(rhythm) = clear else {
            self.chant_run = 0;
            return;
        };
        self.chant_run += 1;
        if self.chant_run >= limits.chant_reports {
            let sure = confidence(rhythm.strength - limits.chant_rhythm, 0.4);
            let window = self.past.len() as i64;
            let mut chant = Heeded::begin(m, SoundKind::Chant, window, sure);
            chant.told.rate = Some(600.0 / rhythm.lag);
            out.push(chant.told.clone());
            self.chant = Some(chant);
            self.chant_run = 0;
        }
    }

    /// The beat of the last seconds: where the autocorrelation of the level about its trend is highest.
    fn rhythm(&mut self, limits: &Limits) -> Option<Rhythm> {
        let n = self.past.len();
        if n < limits.chant_window {
            return None;
        }
        let past = self.past.make_contiguous();
        self.trend.clear();
        // The trend is the mean of some two seconds about each report; at the ends of what there is.
        let half = 10;
        for i in 0..n {
            let (from, to) = (i.saturating_sub(half), (i + half + 1).min(n));
            let mean = past[from..to].iter().sum::<f32>() / (to - from) as f32;
            // One great change, a roar's edge, is no beat.
            self.trend.push((past[i] - mean).clamp(-6.0, 6.0));
        }
        let x = &self.trend;
        let power: f32 = x.iter().map(|v| v * v).sum();
        if power <= 0.0 {
            return None;
        }
        let at = |lag: usize| -> f32 {
            let sum: f32 = x.iter().zip(&x[lag..]).map(|(a, b)| a * b).sum();
            sum / power * (n as f32 / (n - lag) as f32)
        };
        let (low, high) = limits.chant_lags;
        let mut best: Option<Rhythm> = None;
        for lag in low..=high {
            let here = at(lag);
            if here <= at(lag - 1) || here < at(lag + 1) {
                continue;
            }
            // A rhythm comes back at twice its beat too, or it was chance.
            let twice = (2 * lag - 1..=2 * lag + 1).map(at).fold(f32::MIN, f32::max);
            let strength = here.min(twice + 0.15);
            if best.is_none_or(|b| strength > b.strength) {
                let (before, after) = (at(lag - 1), at(lag + 1));
                let bend = before - 2.0 * here + after;
                let shift = if bend < 0.0 {
                    0.5 * (before - after) / bend
                } else {
                    0.0
                };
                best = Some(Rhythm {
                    lag: lag as f32 + shift.clamp(-0.5, 0.5),
                    strength,
                    depth_db: libm::sqrtf(power / n as f32),
                });
            }
        }
        best
    }
}

#[derive(Debug, Clone, Copy)]
struct Rhythm {
    /// Reports from beat to beat.
    lag: f32,
    strength: f32,
    depth_db: f32,
}

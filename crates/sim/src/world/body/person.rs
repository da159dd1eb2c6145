//! One heart and the device that listens to it.

use std::f64::consts::TAU;

use matchday_event::{
    EventTime, Side, Sport,
    senses::{BeatReport, Pseudonym, Wearer},
};

use super::{BodyPlan, BodyTruth};
use crate::{
    Rng,
    world::{HappeningKind as Kind, Script},
};

/// Time between two knots of effort.
const KNOT_MS: u64 = 5000;
/// Steps in which the true rate is looked at.
const GRID_MS: u64 = 250;
/// The fastest heart.
const MOST_BPM: f64 = 205.0;
/// Noise of a beat that no breath explains, in milliseconds.
const BEAT_NOISE_MS: f64 = 1.2;
/// Straps count in 1,024ths of a second.
const TICK_MS: f64 = 1000.0 / 1024.0;

/// An answer to something: so many beats a minute more.
#[derive(Debug, Clone, Copy)]
struct Surge {
    at_ms: f64,
    bpm: f64,
    rise_ms: f64,
    fall_ms: f64,
}

#[derive(Debug, Clone, Copy)]
struct Stretch {
    from_ms: u64,
    to_ms: u64,
}

impl Stretch {
    fn holds(&self, at_ms: f64) -> bool {
        (self.from_ms as f64..self.to_ms as f64).contains(&at_ms)
    }
}

#[derive(Debug, Clone)]
pub(super) struct Person {
    rng: Rng,
    id: Pseudonym,
    who: Wearer,
    rest_bpm: f64,
    /// Depth of the breath in the beat at rest, as a share of it.
    depth: f64,
    breath: f64,
    effort: Vec<f64>,
    surges: Vec<Surge>,
    tension: Vec<Stretch>,
    shaken: Vec<Stretch>,
    loose: Vec<Stretch>,
    stuck: Option<Stretch>,
    artefact: f64,
    /// Whether the device can tell that it is loose.
    tells_contact: bool,
    /// End of the last beat.
    beat_ms: f64,
    /// What a premature beat still owes.
    owed_ms: f64,
    /// What the device has counted of a beat that it missed.
    missed_ms: f64,
}

/// Breaths a second: the faster the heart, the more.
fn breath_hz(bpm: f64) -> f64 {
    0.22 + (bpm - 60.0).max(0.0) / 400.0
}

/// Where something holds, second by second.
fn spans(end_ms: u64, holds: impl Fn(u64) -> bool) -> Vec<(u64, u64)> {
    let mut out = Vec::new();
    let mut from = None;
    for at_ms in (0..=end_ms).step_by(1000) {
        match (at_ms < end_ms && holds(at_ms), from) {
            (true, None) => from = Some(at_ms),
            (false, Some(begun)) => {
                out.push((begun, at_ms));
                from = None;
            }
            _ => {}
        }
    }
    out
}

impl Person {
    pub fn new(
        seed: u64,
        n: usize,
        id: Pseudonym,
        who: Wearer,
        script: &Script,
        plan: &BodyPlan,
    ) -> Self {
        let mut rng = Rng::new(seed, &format!("world body {n}"));
        let player = matches!(who, Wearer::Player { .. });
        let rest_bpm = if player {
            54.0 + 5.0 * rng.normal()
        } else {
            74.0 + 7.0 * rng.normal()
        }
        .clamp(42.0, 100.0);
        let mut person = Self {
            id,
            rest_bpm,
            depth: 0.05 * libm::exp(0.25 * rng.normal()),
            breath: rng.unit(),
            effort: Vec::new(),
            surges: Vec::new(),
            tension: Vec::new(),
            shaken: Vec::new(),
            loose: Vec::new(),
            stuck: None,
            artefact: plan.artefacts / 100.0,
            tells_contact: rng.chance(0.8),
            beat_ms: 1000.0 * rng.unit(),
            owed_ms: 0.0,
            missed_ms: 0.0,
            who,
            rng,
        };
        person.effort = person.efforts(script, player);
        person.feel(script, player);
        person.shaken = person.stretches(script.duration_ms, 300_000.0, 3000.0, 8000.0);
        if plan.faults {
            person.loose = person.stretches(script.duration_ms, 1_500_000.0, 5000.0, 25_000.0);
        }
        person
    }

    pub fn id(&self) -> Pseudonym {
        self.id
    }

    pub fn is_player(&self) -> bool {
        matches!(self.who, Wearer::Player { .. })
    }

    pub fn side(&self) -> Option<Side> {
        self.who.side()
    }

    /// A device that repeats its last beats for some minutes.
    pub fn get_stuck(&mut self, rng: &mut Rng, duration_ms: u64) {
        let from_ms = (duration_ms as f64 * (0.2 + 0.5 * rng.unit())) as u64;
        self.stuck = Some(Stretch {
            from_ms,
            to_ms: (from_ms + 120_000).min(duration_ms),
        });
    }

    /// Effort of a player, knot by knot: runs and walks, and rest between the periods. Fans fidget.
    fn efforts(&mut self, script: &Script, player: bool) -> Vec<f64> {
        let level = match (player, script.sport) {
            (false, _) => 4.0,
            (true, Sport::AmericanFootball) => 48.0,
            (true, Sport::Tennis) => 62.0,
            (true, _) => 60.0,
        };
        let sway = if player { 9.0 } else { 2.0 };
        let (mut drift, mut rest_until_ms) = (0.0, 0);
        let mut next = 0;
        let mut smooth = if player { 25.0 } else { level };
        let knots = script.duration_ms / KNOT_MS + 2;
        (0..knots)
            .map(|k| {
                let at_ms = k * KNOT_MS;
                while let Some(h) = script.happenings.get(next).filter(|h| h.at_ms <= at_ms) {
                    next += 1;
                    match h.kind {
                        Kind::HalfTime => rest_until_ms = at_ms + 780_000,
                        Kind::PeriodEnd { .. } => {
                            rest_until_ms = rest_until_ms.max(at_ms + 100_000)
                        }
                        Kind::PeriodStart { .. } => rest_until_ms = 0,
                        _ => {}
                    }
                }
                // About a minute to forget.
                drift = 0.92 * drift + 0.39 * self.rng.normal();
                let resting = player && at_ms < rest_until_ms;
                let goal = if resting { 22.0 } else { level + sway * drift };
                // Hearts need half a minute to follow.
                smooth += (goal - smooth) * 0.16;
                smooth
            })
            .collect()
    }

    /// What happens, as this heart takes it.
    fn feel(&mut self, script: &Script, player: bool) {
        let reactive = libm::exp(0.35 * self.rng.normal());
        for (i, h) in script.happenings.iter().enumerate() {
            let felt = match self.side() {
                Some(side) => f64::from(h.feeling(side)).abs(),
                None => 0.6 * f64::from(h.weight) * f64::from(h.kind.tone().abs()),
            };
            let at_ms = h.at_ms as f64;
            if player {
                // What lifts a whole side: a goal, a great save, a lead lost.
                let mine = self.side() == h.side && h.kind.tone() > 0;
                let leaps = felt >= 0.6 && self.rng.chance(if mine { 0.75 } else { 0.15 });
                let bpm = if leaps {
                    46.0 + 6.0 * self.rng.normal()
                } else {
                    10.0 * felt * reactive
                };
                if bpm > 2.0 {
                    self.surges.push(Surge {
                        at_ms: at_ms + 200.0 + 600.0 * self.rng.unit(),
                        bpm,
                        rise_ms: if leaps { 650.0 } else { 3000.0 },
                        fall_ms: 14_000.0,
                    });
                }
            } else if felt > 0.1 {
                self.surges.push(Surge {
                    at_ms: at_ms + 400.0 + 1200.0 * self.rng.unit(),
                    bpm: 30.0 * felt * reactive,
                    rise_ms: 1800.0,
                    fall_ms: 25_000.0,
                });
            }
            // Tension before what is great, for some of them.
            let share = if player { 0.25 } else { 0.4 };
            let apart = self
                .tension
                .last()
                .is_none_or(|t| t.to_ms + 240_000 < h.at_ms);
            if i > 0
                && f64::from(h.weight) >= 0.5
                && h.at_ms > 300_000
                && apart
                && self.rng.chance(share)
            {
                self.tension.push(Stretch {
                    from_ms: h.at_ms - 75_000,
                    to_ms: h.at_ms,
                });
            }
        }
    }

    fn stretches(&mut self, duration_ms: u64, every_ms: f64, low: f64, high: f64) -> Vec<Stretch> {
        let mut out = Vec::new();
        let mut at_ms = 0.0;
        loop {
            at_ms -= every_ms * libm::log(1.0 - self.rng.unit());
            if at_ms >= duration_ms as f64 {
                return out;
            }
            let to_ms = at_ms + low + (high - low) * self.rng.unit();
            out.push(Stretch {
                from_ms: at_ms as u64,
                to_ms: to_ms as u64,
            });
            at_ms = to_ms;
        }
    }

    /// The true heart rate, breath aside.
    fn bpm(&self, at_ms: f64) -> f64 {
        let k = (at_ms / KNOT_MS as f64).max(0.0);
        let i = (k as usize).min(self.effort.len().saturating_sub(2));
        let part = (k - i as f64).min(1.0);
        let effort = self.effort[i] + (self.effort[i + 1] - self.effort[i]) * part;
        let calm = self.rest_bpm + effort;
        let from = self.surges.partition_point(|s| s.at_ms < at_ms - 120_000.0);
        let lift: f64 = self.surges[from..]
            .iter()
            .take_while(|s| s.at_ms < at_ms)
            .map(|s| {
                let since = at_ms - s.at_ms;
                s.bpm * (1.0 - libm::exp(-since / s.rise_ms)) * libm::exp(-since / s.fall_ms)
            })
            .sum();
        // A fast heart has less to add.
        let room = ((MOST_BPM - calm) / 70.0).clamp(0.0, 1.0);
        calm + lift * room
    }

    /// Depth of the breath in the beat, as a share of it: less with effort, much less under tension.
    fn depth(&self, at_ms: f64, bpm: f64) -> f64 {
        let tense = self.tension.iter().any(|t| t.holds(at_ms));
        self.depth * libm::exp(-(bpm - self.rest_bpm) / 60.0) * if tense { 0.3 } else { 1.0 }
    }

    /// When this heart rose by more than 30 within two seconds, once for each rise.
    pub fn leaps(&self, duration_ms: u64) -> Vec<u64> {
        let back = (2000 / GRID_MS) as usize;
        let mut last = std::collections::VecDeque::new();
        let mut out: Vec<u64> = Vec::new();
        for at_ms in (0..duration_ms).step_by(GRID_MS as usize) {
            let bpm = self.bpm(at_ms as f64);
            let low = last.iter().copied().fold(bpm, f64::min);
            if bpm - low > 30.0 && out.last().is_none_or(|o| o + 10_000 < at_ms) {
                out.push(at_ms);
            }
            last.push_back(bpm);
            if last.len() > back {
                last.pop_front();
            }
        }
        out
    }

    /// By how much the true rate rose within two seconds, rise by rise, from 20 a minute on: when it had risen by 30 (or, if
    /// it never did, as far as it did), the most of it, and whether the device could tell.
    pub fn jumps(&self, duration_ms: u64) -> Vec<(u64, f64, bool)> {
        let back = (2000 / GRID_MS) as usize;
        let mut last = std::collections::VecDeque::new();
        let mut out = Vec::new();
        let mut now: Option<(u64, f64)> = None;
        for at_ms in (0..duration_ms).step_by(GRID_MS as usize) {
            let bpm = self.bpm(at_ms as f64);
            let rise = bpm - last.iter().copied().fold(bpm, f64::min);
            last.push_back(bpm);
            if last.len() > back {
                last.pop_front();
            }
            now = match now {
                None if rise >= 20.0 => Some((at_ms, rise)),
                Some((_, most)) if rise > most && most <= 30.0 => Some((at_ms, rise)),
                Some((at, most)) if rise >= 15.0 => Some((at, most.max(rise))),
                Some((at, most)) => {
                    out.push((at, most, self.is_heard(at as f64)));
                    None
                }
                None => None,
            };
        }
        out
    }

    /// Whether the device worked for some seconds around a time, so that what the heart did then can be known.
    fn is_heard(&self, at_ms: f64) -> bool {
        let near = |s: &Stretch| {
            let before = s.to_ms as f64 + 12_000.0;
            at_ms + 6_000.0 > s.from_ms as f64 && at_ms < before
        };
        !(self.loose.iter().any(near)
            || self.shaken.iter().any(near)
            || self.stuck.as_ref().is_some_and(near))
    }

    pub fn truth(&self) -> Vec<BodyTruth> {
        let wearer = self.id;
        let mut out = Vec::new();
        let end_ms = (self.effort.len() as u64).saturating_sub(2) * KNOT_MS;
        if self.is_player() {
            let mut over = false;
            for at_ms in (0..end_ms).step_by(GRID_MS as usize) {
                let bpm = self.bpm(at_ms as f64);
                let passed = if over { bpm < 105.0 } else { bpm > 110.0 };
                if passed {
                    over = !over;
                    out.push(BodyTruth::Rate {
                        wearer,
                        at_ms,
                        up: over,
                    });
                }
            }
        }
        if self.is_player() {
            out.extend(self.near(end_ms, true));
            out.extend(self.near(end_ms, false));
            out.extend(self.strains(end_ms));
        }
        out.extend(self.loose.iter().map(|s| BodyTruth::Loose {
            wearer,
            from_ms: s.from_ms,
            to_ms: s.to_ms,
        }));
        out.extend(self.stuck.iter().map(|s| BodyTruth::Stuck {
            wearer,
            from_ms: s.from_ms,
            to_ms: s.to_ms,
        }));
        out
    }

    /// When the true rate is within four of a threshold.
    fn near(&self, end_ms: u64, up: bool) -> Vec<BodyTruth> {
        let threshold = if up { 110.0 } else { 105.0 };
        let near = |at_ms: u64| (self.bpm(at_ms as f64) - threshold).abs() <= 4.0;
        spans(end_ms, near)
            .into_iter()
            .map(|(from_ms, to_ms)| BodyTruth::Near {
                wearer: self.id,
                from_ms,
                to_ms,
                up,
            })
            .collect()
    }

    /// What the root mean square of successive differences would be if nothing else changed, squared: of a breath that is
    /// a sine, of the noise on it, and of the noise of the beat.
    fn rmssd2(&self, at_ms: f64) -> f64 {
        let bpm = self.bpm(at_ms);
        let ms = 60_000.0 / bpm;
        let swing = self.depth(at_ms, bpm) * ms;
        let half = libm::sin(TAU / 2.0 * breath_hz(bpm) * ms / 1000.0);
        swing * swing * (2.0 * half * half + 2.0 * 0.2 * 0.2) + 2.0 * BEAT_NOISE_MS * BEAT_NOISE_MS
    }

    /// When this heart beat more evenly than in the ten minutes before.
    fn strains(&self, end_ms: u64) -> Vec<BodyTruth> {
        let seconds = (end_ms / 1000) as usize;
        let each: Vec<f64> = (0..seconds)
            .map(|s| self.rmssd2(s as f64 * 1000.0))
            .collect();
        let window: Vec<f64> = (0..seconds)
            .map(|s| {
                let last = &each[s.saturating_sub(29)..=s];
                0.5 * libm::log(last.iter().sum::<f64>() / last.len() as f64)
            })
            .collect();
        let z: Vec<f64> = (0..seconds)
            .map(|s| {
                let past = &window[s.saturating_sub(600)..=s];
                let n = past.len() as f64;
                let mean = past.iter().sum::<f64>() / n;
                let sum: f64 = past.iter().map(|x| (x - mean) * (x - mean)).sum();
                (window[s] - mean) / libm::sqrt(sum / n).max(0.2)
            })
            .collect();
        spans(end_ms, |at_ms| {
            let s = (at_ms / 1000) as usize;
            s >= 60 && z.get(s).is_some_and(|z| *z <= -0.8)
        })
        .into_iter()
        .map(|(from_ms, to_ms)| BodyTruth::Strain {
            wearer: self.id,
            from_ms,
            to_ms,
            z: z[(from_ms / 1000) as usize..(to_ms / 1000) as usize]
                .iter()
                .copied()
                .fold(0.0, f64::min),
        })
        .collect()
    }

    /// The next true interval.
    fn interval_ms(&mut self) -> f64 {
        let at = self.beat_ms;
        let bpm = self.bpm(at);
        let depth = self.depth(at, bpm);
        let plain = 60_000.0 / bpm;
        self.breath = (self.breath + breath_hz(bpm) * plain / 1000.0) % 1.0;
        let swing = depth * libm::sin(TAU * self.breath) + 0.2 * depth * self.rng.normal();
        let mut ms = plain * (1.0 + swing) + BEAT_NOISE_MS * self.rng.normal();
        if self.owed_ms > 0.0 {
            ms += std::mem::take(&mut self.owed_ms);
        } else if self.rng.chance(0.0006) {
            // A premature beat, and the pause after it.
            self.owed_ms = 0.4 * ms;
            ms *= 0.6;
        }
        ms.max(200.0)
    }

    /// What the device sends of the time until `until_ms`.
    pub fn report(&mut self, until_ms: u64, kick_off: EventTime) -> Option<BeatReport> {
        let mut intervals = Vec::new();
        let mut end_ms = self.beat_ms;
        loop {
            let (rng, owed, breath) = (self.rng.clone(), self.owed_ms, self.breath);
            let ms = self.interval_ms();
            if self.beat_ms + ms > until_ms as f64 {
                // It ends in the next report; it must be drawn the same again.
                (self.rng, self.owed_ms, self.breath) = (rng, owed, breath);
                break;
            }
            self.beat_ms += ms;
            let at_ms = self.beat_ms;
            let shaken = self.shaken.iter().any(|s| s.holds(at_ms));
            let wrong = if shaken { 0.3 } else { self.artefact };
            let whole = ms + std::mem::take(&mut self.missed_ms);
            if self.rng.chance(wrong) {
                if self.rng.chance(0.6) {
                    self.missed_ms = whole;
                    continue;
                }
                let part = 0.25 + 0.5 * self.rng.unit();
                intervals.push(whole * part);
                intervals.push(whole * (1.0 - part));
            } else {
                intervals.push(whole);
            }
            end_ms = at_ms;
        }
        let at = EventTime(kick_off.0 + (end_ms * 1000.0) as i64);
        let loose = self.loose.iter().any(|s| s.holds(end_ms));
        let stuck = self.stuck.is_some_and(|s| s.holds(end_ms));
        if intervals.is_empty() || loose && !self.tells_contact {
            return None;
        }
        let tick = |ms: f64| ((ms / TICK_MS).round() * TICK_MS) as f32;
        let intervals_ms = if loose {
            Vec::new()
        } else if stuck {
            vec![tick(0.5 * 1024.0 * TICK_MS); intervals.len()]
        } else {
            intervals.into_iter().map(tick).collect()
        };
        Some(BeatReport {
            wearer: self.id,
            who: self.who.clone(),
            device: Some("strap".into()),
            at,
            intervals_ms,
            contact: self.tells_contact.then_some(!loose),
        })
    }
}

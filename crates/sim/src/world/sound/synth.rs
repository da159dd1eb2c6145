//! From cues to samples.

use std::f64::consts::TAU;

use super::{
    Cue, CueKind, Ground, OFFSET_DB, RATE_HZ,
    dsp::{Biquad, Colour, Noise, Wander, amplitude},
};
use crate::{
    Rng,
    world::{Mark, Script},
};

/// Samples between two looks at the envelopes: a millisecond.
const STEP: usize = 48;
const STEP_S: f64 = STEP as f64 / RATE_HZ as f64;

/// The sound over the stands, one channel, from kick-off to the end. The same seed and script give the same samples,
/// bit for bit.
#[derive(Debug)]
pub struct Crowd {
    seed: u64,
    cues: Vec<Cue>,
    next_cue: usize,
    voices: Vec<Voice>,
    murmur: Colour,
    babble: Wander,
    mood: Wander,
    momentum: Vec<Mark>,
    next_mark: usize,
    murmur_gain: f64,
    base: f64,
    /// Milliseconds made.
    at_ms: u64,
    duration_ms: u64,
    block: [f32; STEP],
    /// Samples of the block that are out.
    given: usize,
}

impl Crowd {
    pub(super) fn new(seed: u64, script: &Script, ground: &Ground, cues: &[Cue]) -> Self {
        let noise = Noise::new(seed, "world sound murmur");
        // Long-term speech, many voices: most at some hundred hertz, and down by six to twelve decibels an octave.
        let sections = vec![
            Biquad::high_pass(130.0),
            Biquad::slope(500.0),
            Biquad::slope(2500.0),
        ];
        Self {
            seed,
            cues: cues.to_vec(),
            next_cue: 0,
            voices: Vec::new(),
            murmur: Colour::new(noise, sections),
            babble: Wander::new(seed, "world sound babble", 0.12, STEP_S),
            mood: Wander::new(seed, "world sound mood", 20.0, STEP_S),
            momentum: script.momentum.clone(),
            next_mark: 0,
            murmur_gain: 0.0,
            // A sine of full scale has the power one half.
            base: amplitude(f64::from(ground.murmur_db - OFFSET_DB)) / std::f64::consts::SQRT_2,
            at_ms: 0,
            duration_ms: script.duration_ms,
            block: [0.0; STEP],
            given: STEP,
        }
    }

    /// Fills `out` with the next samples, full scale 1; fewer than its length at the end, then none.
    pub fn read(&mut self, out: &mut [f32]) -> usize {
        let mut filled = 0;
        while filled < out.len() {
            if self.given == STEP {
                if self.at_ms >= self.duration_ms {
                    break;
                }
                self.step();
            }
            let take = (STEP - self.given).min(out.len() - filled);
            out[filled..filled + take].copy_from_slice(&self.block[self.given..self.given + take]);
            self.given += take;
            filled += take;
        }
        filled
    }

    fn step(&mut self) {
        while let Some(cue) = self
            .cues
            .get(self.next_cue)
            .filter(|c| c.onset_ms <= self.at_ms)
        {
            self.voices.push(Voice::new(self.seed, self.next_cue, cue));
            self.next_cue += 1;
        }
        let at_ms = self.at_ms;
        self.voices.retain(|v| !v.is_over(at_ms));
        while self
            .momentum
            .get(self.next_mark + 1)
            .is_some_and(|m| m.at_ms <= at_ms)
        {
            self.next_mark += 1;
        }
        let tension = self
            .momentum
            .get(self.next_mark)
            .map_or(0.0, |m| m.home.abs());
        let level = 0.7 * self.babble.step() + 1.2 * self.mood.step() + 2.0 * f64::from(tension);
        let gain = amplitude(level);
        let mut mix = [0.0_f64; STEP];
        let ramp = (gain - self.murmur_gain) / STEP as f64;
        for sample in &mut mix {
            self.murmur_gain += ramp;
            *sample = self.murmur.step() * self.murmur_gain;
        }
        for voice in &mut self.voices {
            voice.add(at_ms, &mut mix);
        }
        for (out, sample) in self.block.iter_mut().zip(mix) {
            *out = (sample * self.base) as f32;
        }
        self.given = 0;
        self.at_ms += 1;
    }
}

#[derive(Debug)]
enum Source {
    Colour(Colour),
    /// Phases and turns a sample of several tones, and their shares.
    Tones(Vec<(f64, f64, f64)>),
    /// A sawtooth through a mouth of filters.
    Voice {
        phase: f64,
        turn: f64,
        mouth: Vec<Biquad>,
    },
}

/// One cue, sounding.
#[derive(Debug)]
struct Voice {
    kind: CueKind,
    onset_ms: u64,
    end_ms: u64,
    level: f64,
    gain: f64,
    attack_s: f64,
    source: Source,
    rng: Rng,
    flutter: Wander,
    /// Beats of a chant and syllables of an announcement: when the present one began, in seconds, when the next
    /// does, and how loud the present one is.
    beat: (f64, f64, f64),
    beats: u32,
    period_s: f64,
    turns: f64,
}

impl Voice {
    fn new(seed: u64, index: usize, cue: &Cue) -> Self {
        let mut rng = Rng::new(seed.wrapping_add(index as u64), "world sound voice");
        let noise = Noise::new(seed.wrapping_add(index as u64), "world sound noise");
        let loudness = f64::from(cue.gain_db);
        let rate = f64::from(cue.rate);
        let mut attack_s = 0.25;
        let source = match cue.sound {
            CueKind::Roar => {
                // The more it matters, the more at once and the brighter.
                attack_s = (0.30 - 0.008 * loudness).clamp(0.06, 0.3) * (0.8 + 0.4 * rng.unit());
                Source::Colour(Colour::new(
                    noise,
                    vec![
                        Biquad::high_pass(280.0),
                        Biquad::slope(1100.0 + 25.0 * loudness),
                        Biquad::slope(4000.0),
                    ],
                ))
            }
            CueKind::Groan => {
                attack_s = 0.09 + 0.05 * rng.unit();
                Source::Colour(Colour::new(
                    noise,
                    vec![Biquad::band_pass(430.0, 1.6), Biquad::slope(700.0)],
                ))
            }
            CueKind::Chant => {
                attack_s = 0.8;
                Source::Colour(Colour::new(
                    noise,
                    vec![
                        Biquad::high_pass(200.0),
                        Biquad::slope(700.0),
                        Biquad::slope(2500.0),
                    ],
                ))
            }
            CueKind::Applause => {
                attack_s = 0.5 + 0.6 * rng.unit();
                Source::Colour(Colour::new(
                    noise,
                    vec![Biquad::high_pass(900.0), Biquad::low_pass(5000.0)],
                ))
            }
            CueKind::Bump => {
                attack_s = 0.005;
                Source::Colour(Colour::new(
                    noise,
                    vec![Biquad::low_pass(110.0), Biquad::high_pass(20.0)],
                ))
            }
            CueKind::Whistle => {
                attack_s = 0.012;
                Source::Tones(vec![(0.0, rate / f64::from(RATE_HZ), 1.0)])
            }
            CueKind::Horn => {
                attack_s = 0.03;
                let tones = (1..=7)
                    .map(|k| {
                        let k = f64::from(k);
                        (0.0, k * rate / f64::from(RATE_HZ), 1.0 / libm::sqrt(k))
                    })
                    .collect();
                Source::Tones(tones)
            }
            CueKind::Jeer => {
                attack_s = 0.5;
                let tones = (0..30)
                    .map(|_| {
                        let hz = 1700.0 + 2300.0 * rng.unit();
                        (rng.unit(), hz / f64::from(RATE_HZ), 0.5 + rng.unit())
                    })
                    .collect();
                Source::Tones(tones)
            }
            CueKind::Announcement => Source::Voice {
                phase: 0.0,
                turn: (95.0 + 110.0 * rng.unit()) / f64::from(RATE_HZ),
                mouth: vec![
                    Biquad::high_pass(250.0),
                    Biquad::band_pass(700.0 + 500.0 * rng.unit(), 0.5),
                    Biquad::low_pass(3800.0),
                ],
            },
        };
        let period_s = if cue.sound == CueKind::Chant {
            60.0 / rate
        } else {
            0.0
        };
        Self {
            kind: cue.sound,
            onset_ms: cue.onset_ms,
            end_ms: cue.end_ms,
            level: amplitude(loudness),
            gain: 0.0,
            attack_s,
            source,
            flutter: Wander::new(
                seed.wrapping_add(index as u64),
                "world sound flutter",
                0.1,
                STEP_S,
            ),
            beat: (0.0, 0.0, 0.0),
            beats: 0,
            period_s,
            turns: rng.unit(),
            rng,
        }
    }

    fn is_over(&self, at_ms: u64) -> bool {
        // What decays is left to: the end is where it is hardly heard.
        at_ms > self.end_ms + (self.end_ms - self.onset_ms) / 2
    }

    /// How loud it is, 0 to about 1, some seconds after it began.
    fn shape(&mut self, t: f64) -> f64 {
        let long = (self.end_ms - self.onset_ms) as f64 / 1000.0;
        let rise = 1.0 - libm::exp(-t / self.attack_s);
        let fall_from = |share: f64, time: f64| {
            if t > share * long {
                libm::exp(-(t - share * long) / (time * long))
            } else {
                1.0
            }
        };
        match self.kind {
            CueKind::Roar => rise * fall_from(0.45, 0.22) * amplitude(0.9 * self.flutter.step()),
            CueKind::Groan => rise * fall_from(0.4, 0.25),
            CueKind::Applause | CueKind::Jeer => {
                rise * fall_from(0.6, 0.15) * amplitude(0.7 * self.flutter.step())
            }
            CueKind::Bump => libm::exp(-3.0 * t / long),
            CueKind::Whistle | CueKind::Horn => {
                if t < long {
                    rise
                } else {
                    libm::exp(-(t - long) / 0.015)
                }
            }
            CueKind::Chant => {
                let held = if t < long {
                    1.0
                } else {
                    libm::exp(-(t - long) / 0.3)
                };
                rise * held * self.beat_shape(t, 0.05, 0.16, 0.28)
            }
            CueKind::Announcement => {
                if t < long {
                    rise * self.beat_shape(t, 0.03, 0.12, 0.1)
                } else {
                    0.0
                }
            }
        }
    }

    fn beat_shape(&mut self, t: f64, attack_s: f64, fall_s: f64, floor: f64) -> f64 {
        if t >= self.beat.1 {
            self.beats += 1;
            self.beat.0 = self.beat.1;
            if self.kind == CueKind::Chant {
                // A crowd is never quite together, and keeps the time all the same.
                let due = f64::from(self.beats) * self.period_s;
                self.beat.1 = due + 0.012 * self.rng.normal();
                self.beat.2 = 0.85 + 0.15 * self.rng.unit();
            } else {
                let pause = if self.rng.chance(0.18) { 0.5 } else { 0.0 };
                self.beat.1 += 0.11 + 0.22 * self.rng.unit() + pause * self.rng.unit();
                self.beat.2 = 0.3 + 0.7 * self.rng.unit();
            }
        }
        let s = t - self.beat.0;
        // Voices hold a syllable for a share of the beat.
        let hold = 0.35 * self.period_s;
        let rise = 1.0 - libm::exp(-s / attack_s);
        let fall = if s > hold {
            libm::exp(-(s - hold) / fall_s)
        } else {
            1.0
        };
        self.beat.2 * (floor + (1.0 - floor) * rise * fall)
    }

    fn add(&mut self, at_ms: u64, mix: &mut [f64; STEP]) {
        let t = (at_ms - self.onset_ms) as f64 / 1000.0;
        let target = self.level * self.shape(t);
        let ramp = (target - self.gain) / STEP as f64;
        if let (CueKind::Groan, Source::Colour(colour)) = (self.kind, &mut self.source) {
            let long = (self.end_ms - self.onset_ms) as f64 / 1000.0;
            let hz = 430.0 - 190.0 * (t / long).min(1.0);
            colour.section(0).glide_to(Biquad::band_pass(hz, 1.6));
        }
        for sample in mix.iter_mut() {
            self.gain += ramp;
            let raw = match &mut self.source {
                Source::Colour(colour) => colour.step(),
                Source::Tones(tones) => {
                    // A pea rattles in a whistle some forty times a second; a horn's membrane does not.
                    let rattle = if self.kind == CueKind::Whistle {
                        self.turns = (self.turns + 38.0 / f64::from(RATE_HZ)).fract();
                        libm::sin(TAU * self.turns)
                    } else {
                        0.0
                    };
                    let mut sum = 0.0;
                    let mut power = 0.0;
                    for (phase, turn, share) in tones.iter_mut() {
                        *phase = (*phase + *turn * (1.0 + 0.012 * rattle)).fract();
                        sum += *share * libm::sin(TAU * *phase);
                        power += *share * *share / 2.0;
                    }
                    sum / libm::sqrt(power) * (1.0 + 0.4 * rattle)
                }
                Source::Voice { phase, turn, mouth } => {
                    *phase = (*phase + *turn).fract();
                    let mut y = 3.0 * (2.0 * *phase - 1.0);
                    for section in mouth.iter_mut() {
                        y = section.step(y);
                    }
                    y
                }
            };
            *sample += raw * self.gain;
        }
    }
}

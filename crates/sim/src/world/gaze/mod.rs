//! Viewers' gaze around a match, as trackers send it, and what is truly in it.
//!
//! Eyes jump from place to place, mostly about the ball; before a penalty kick, and now and then for a while, most of them
//! come to rest on the penalty mark; some look away. The shares and times are plausible guesses and no measurements.

mod score;

use matchday_event::{
    EventTime,
    senses::{GazeReport, GazeSample, Look, Pseudonym, Region},
};
use serde::{Deserialize, Serialize};

pub use self::score::{SCORED, score};
use super::{HappeningKind as Kind, Script};
use crate::Rng;

/// The region that is stared at.
pub const MARK: &str = "penalty_mark";
/// Length of a report.
const STEP_MS: u64 = 100;
/// Half the width and height of the mark's box on the picture.
const HALF: (f64, f64) = (0.05, 0.07);

/// Who is followed, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct GazePlan {
    /// When the match kicks off.
    pub kick_off: EventTime,
    /// Viewers.
    pub viewers: usize,
    /// Samples of a viewer in a second, ten at most.
    pub rate_hz: u64,
    /// Seconds between two stares that no penalty explains, about.
    pub stare_every_s: f64,
    /// Share of samples that are wrong: lost eyes, a point anywhere.
    pub noise: f64,
}

impl Default for GazePlan {
    fn default() -> Self {
        Self {
            kick_off: EventTime::from_millis(1_760_000_000_000),
            viewers: 120,
            rate_hz: 5,
            stare_every_s: 120.0,
            noise: 0.01,
        }
    }
}

/// What is true of the gaze: most eyes rest on a region for a while.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stare {
    /// Which region.
    pub region: String,
    /// When the first eyes go there, in milliseconds from kick-off.
    pub from_ms: u64,
    /// When they leave.
    pub to_ms: u64,
    /// Share of all viewers that mean to look there.
    pub share: f64,
    /// Place in [`Script::happenings`] of the kick that they wait for, where it is one.
    pub happening: Option<usize>,
}

#[derive(Debug, Clone, Copy)]
struct Eyes {
    id: Pseudonym,
    /// How far the own tracker is off.
    bias: (f64, f64),
    /// Where they rest, and until when.
    at: Option<(f64, f64)>,
    until_ms: f64,
    /// The stare that they take part in, if they do, by its place.
    stare: Option<(usize, bool, f64)>,
}

/// The reports, one every tenth of a second.
#[derive(Debug, Clone)]
pub struct Gazes {
    rng: Rng,
    plan: GazePlan,
    stares: Vec<Stare>,
    next_stare: usize,
    eyes: Vec<Eyes>,
    ball: (f64, f64),
    /// Where the mark lies on the picture; `None` while the camera shows something else.
    mark: Option<(f64, f64)>,
    shown: Option<(f64, f64)>,
    cut_ms: f64,
    at_ms: u64,
    duration_ms: u64,
}

/// The gaze of a match under a seed: what is true, and the reports.
pub fn render(seed: u64, script: &Script, plan: &GazePlan) -> (Vec<Stare>, Gazes) {
    let stares = stares(seed, script, plan);
    let mut ids = Rng::new(seed, "world gaze ids");
    let eyes = (0..plan.viewers)
        .map(|_| Eyes {
            id: Pseudonym(ids.next_u64()),
            bias: (0.012 * ids.normal(), 0.012 * ids.normal()),
            at: None,
            until_ms: 0.0,
            stare: None,
        })
        .collect();
    let gazes = Gazes {
        rng: Rng::new(seed, "world gaze"),
        plan: plan.clone(),
        stares: stares.clone(),
        next_stare: 0,
        eyes,
        ball: (0.5, 0.5),
        mark: None,
        shown: None,
        cut_ms: 0.0,
        at_ms: 0,
        duration_ms: script.duration_ms,
    };
    (stares, gazes)
}

/// Penalty kicks, which come right after a whistle, and stares that nothing in the script explains.
fn stares(seed: u64, script: &Script, plan: &GazePlan) -> Vec<Stare> {
    let mut rng = Rng::new(seed, "world gaze stares");
    let mut late = Rng::new(seed, "world gaze late stares");
    let mut out: Vec<Stare> = Vec::new();
    for (i, h) in script.happenings.iter().enumerate() {
        let kick = matches!(h.kind, Kind::PenaltyMissed | Kind::Score { .. });
        let whistle = script.happenings[..i]
            .iter()
            .rev()
            .find(|w| w.kind == Kind::Whistle)
            .filter(|w| (1000..=4500).contains(&(h.at_ms - w.at_ms)));
        if kick && let Some(whistle) = whistle {
            // Some look up only when the kicker is about to start.
            let lead_ms = 1900 + late.below(500) as u64;
            out.push(Stare {
                region: MARK.to_owned(),
                from_ms: match late.chance(0.5) {
                    true => h.at_ms.saturating_sub(lead_ms),
                    false => whistle.at_ms.saturating_sub(4000),
                },
                to_ms: h.at_ms.saturating_sub(500),
                share: 0.8 + 0.15 * rng.unit(),
                happening: Some(i),
            });
        }
    }
    let mut at_ms = 0.0;
    loop {
        at_ms += 1000.0 * plan.stare_every_s * (0.4 + 1.2 * rng.unit());
        let long_ms = 2500.0 + 6000.0 * rng.unit();
        let (from_ms, to_ms) = (at_ms as u64, (at_ms + long_ms) as u64);
        if to_ms >= script.duration_ms {
            break;
        }
        let near = |s: &Stare| s.from_ms < to_ms + 5000 && from_ms < s.to_ms + 5000;
        if !out.iter().any(near) {
            out.push(Stare {
                region: MARK.to_owned(),
                from_ms,
                to_ms,
                share: 0.3 + 0.62 * rng.unit(),
                happening: None,
            });
        }
    }
    out.sort_by_key(|s| s.from_ms);
    out
}

impl Gazes {
    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.rng.unit()
    }

    /// The camera: it follows the ball, and now and then, and always for a stare, the mark is in the picture.
    fn camera(&mut self) -> Option<Vec<Region>> {
        while self
            .stares
            .get(self.next_stare)
            .is_some_and(|s| s.to_ms <= self.at_ms)
        {
            self.next_stare += 1;
        }
        let staring = self
            .stares
            .get(self.next_stare)
            .is_some_and(|s| s.from_ms <= self.at_ms + 300);
        if staring {
            self.mark = Some(self.mark.unwrap_or((0.5, 0.55)));
            self.cut_ms = self.at_ms as f64 + 1500.0;
        } else if self.at_ms as f64 >= self.cut_ms {
            self.cut_ms = self.at_ms as f64 + self.between(3000.0, 12_000.0);
            let (x, y) = (self.between(0.15, 0.85), self.between(0.3, 0.8));
            self.mark = self.rng.chance(0.35).then_some((x, y));
        }
        let wander = |v: f64, step: f64| (v + step).clamp(0.1, 0.9);
        self.ball = (
            wander(self.ball.0, 0.03 * self.rng.normal()),
            wander(self.ball.1, 0.02 * self.rng.normal()),
        );
        let first = self.at_ms == 0;
        (first || self.mark != self.shown).then(|| {
            self.shown = self.mark;
            let region = |(x, y): (f64, f64)| Region {
                name: MARK.into(),
                area: [
                    (x - HALF.0) as f32,
                    (y - HALF.1) as f32,
                    (2.0 * HALF.0) as f32,
                    (2.0 * HALF.1) as f32,
                ],
            };
            self.mark.map(region).into_iter().collect()
        })
    }

    /// Where eyes go next, and for how long.
    fn fixate(&mut self, mut eyes: Eyes, at_ms: f64) -> Eyes {
        let stare = self
            .stares
            .get(self.next_stare)
            .filter(|s| (s.from_ms as f64..s.to_ms as f64).contains(&at_ms))
            .map(|s| (self.next_stare, s.share));
        eyes.stare = match (stare, eyes.stare) {
            (Some((n, _)), Some(joined)) if joined.0 == n => Some(joined),
            // Each sees late that there is something to wait for.
            (Some((n, share)), _) => {
                let joins = self.rng.chance(share);
                Some((n, joins, at_ms + self.between(50.0, 450.0)))
            }
            (None, _) => None,
        };
        if let Some((_, true, from_ms)) = eyes.stare
            && let Some((x, y)) = self.mark
        {
            if at_ms >= from_ms {
                eyes.at = Some((x + 0.012 * self.rng.normal(), y + 0.016 * self.rng.normal()));
                eyes.until_ms = at_ms + self.between(250.0, 900.0);
            } else {
                eyes.until_ms = from_ms;
            }
            return eyes;
        }
        let roll = self.rng.unit();
        if roll < 0.03 {
            eyes.at = None;
            eyes.until_ms = at_ms + self.between(800.0, 5000.0);
        } else {
            let spread = if roll < 0.8 { 0.07 } else { 0.25 };
            eyes.at = Some((
                self.ball.0 + spread * self.rng.normal(),
                self.ball.1 + spread * self.rng.normal(),
            ));
            eyes.until_ms = at_ms + self.between(180.0, 700.0);
        }
        eyes
    }

    fn sample(&mut self, n: usize, at_ms: u64) -> GazeSample {
        let mut eyes = self.eyes[n];
        let stare = self.stares.get(self.next_stare);
        let begins = stare.is_some_and(|s| s.from_ms <= at_ms && eyes.stare.is_none());
        if at_ms as f64 >= eyes.until_ms || begins {
            eyes = self.fixate(eyes, at_ms as f64);
            self.eyes[n] = eyes;
        }
        // A blink every four seconds or so, a sixth of a second long.
        let blinks = self.rng.chance(0.04);
        let look = match eyes.at {
            _ if self.rng.chance(self.plan.noise) => {
                Look::Point([self.rng.unit() as f32, self.rng.unit() as f32])
            }
            Some((x, y)) if !blinks => {
                let round = |v: f64| ((v * 1e4).round() / 1e4) as f32;
                let x = x + eyes.bias.0 + 0.004 * self.rng.normal();
                let y = y + eyes.bias.1 + 0.004 * self.rng.normal();
                Look::Point([round(x), round(y)])
            }
            _ => Look::Away,
        };
        GazeSample {
            viewer: eyes.id,
            at: EventTime(self.plan.kick_off.0 + at_ms as i64 * 1000),
            look,
        }
    }
}

impl Iterator for Gazes {
    type Item = GazeReport;

    fn next(&mut self) -> Option<GazeReport> {
        if self.at_ms + STEP_MS > self.duration_ms {
            return None;
        }
        let regions = self.camera();
        let every = (10 / self.plan.rate_hz.clamp(1, 10)).max(1);
        let step = self.at_ms / STEP_MS;
        let mut samples = Vec::new();
        for n in 0..self.eyes.len() {
            if (step + n as u64).is_multiple_of(every) {
                let at_ms = self.at_ms + 1 + (n as u64 * 37) % (STEP_MS - 1);
                samples.push(self.sample(n, at_ms));
            }
        }
        samples.sort_by_key(|s| (s.at, s.viewer));
        self.at_ms += STEP_MS;
        Some(GazeReport {
            source: "app".into(),
            at: EventTime(self.plan.kick_off.0 + self.at_ms as i64 * 1000),
            regions,
            samples,
        })
    }
}

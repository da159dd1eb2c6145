//! The ball's spin: every kick gives it some, and some kicks hardly any that stays.

use std::collections::VecDeque;

use matchday_event::{Side, senses::Pitch};

use super::{STEP_MS, Truth};
use crate::rng::Rng;

/// Under this the spin is lost.
const LOST_RAD_S: f32 = 2.0;
/// A ball that spins by so much spins clearly.
const SPINS_RAD_S: f32 = 4.0;
/// Steps of half a second.
const HALF_S: usize = 5;
/// How far outside a final third a loss is put down too.
const NEAR_M: f32 = 3.0;

/// A loss of spin whose next half second is awaited.
#[derive(Debug, Clone, Copy)]
struct Loss {
    at_ms: u64,
    side: Side,
    inside_m: f32,
    most_inside_m: f32,
    then_rad_s: f32,
    spun_ms: u64,
}

impl Loss {
    fn put_down(self, truth: &mut Vec<Truth>) {
        if self.most_inside_m > -NEAR_M {
            truth.push(Truth::SpinDrop {
                at_ms: self.at_ms,
                side: self.side,
                inside_m: self.inside_m,
                then_rad_s: self.then_rad_s,
                spun_ms: self.spun_ms,
            });
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Spin {
    rng: Rng,
    noise: Rng,
    rad_s: f32,
    seen_rad_s: f32,
    /// What it falls to, and how fast.
    floor_rad_s: f32,
    fall_s: f32,
    spun_ms: u64,
    /// How far inside a final third the ball was lately.
    inside: VecDeque<f32>,
    drop: Option<Loss>,
}

impl Spin {
    pub fn new(seed: u64) -> Self {
        Self {
            rng: Rng::new(seed, "tracking spin"),
            noise: Rng::new(seed, "tracking spin noise"),
            rad_s: 6.0,
            seen_rad_s: 6.0,
            floor_rad_s: 6.0,
            fall_s: 1.0,
            spun_ms: 0,
            inside: VecDeque::new(),
            drop: None,
        }
    }

    /// What is measured of it.
    pub fn seen(&self) -> f32 {
        self.seen_rad_s
    }

    /// The ball is kicked.
    pub fn kick(&mut self) {
        self.rad_s = 10.0 + 30.0 * self.rng.unit() as f32;
        let dead = self.rng.chance(0.3);
        let (low, fall_s) = match dead {
            true => (0.2, 0.2),
            false => (5.0, 1.2),
        };
        self.floor_rad_s = low + low * self.rng.unit() as f32;
        self.fall_s = fall_s + fall_s * self.rng.unit() as f32;
    }

    /// The match is over.
    pub fn end(&mut self, truth: &mut Vec<Truth>) {
        if let Some(drop) = self.drop.take() {
            let unknown = Loss {
                then_rad_s: f32::MAX,
                ..drop
            };
            unknown.put_down(truth);
        }
    }

    /// A step. `side` attacks towards where the ball is.
    pub fn step(&mut self, at_ms: u64, x_m: f32, side: Side, truth: &mut Vec<Truth>) {
        let kept = libm::expf(-(STEP_MS as f32) / 1000.0 / self.fall_s);
        let before = self.rad_s;
        self.rad_s = self.floor_rad_s + (self.rad_s - self.floor_rad_s) * kept;
        let seen =
            f64::from(self.rad_s) * (1.0 + 0.04 * self.noise.normal()) + 0.1 * self.noise.normal();
        self.seen_rad_s = ((seen.max(0.0) * 100.0).round() / 100.0) as f32;
        let inside_m = x_m.abs() - Pitch::USUAL.length_m / 6.0;
        if self.inside.len() == HALF_S {
            self.inside.pop_front();
        }
        self.inside.push_back(inside_m);
        if let Some(drop) = &mut self.drop {
            drop.inside_m = drop.inside_m.min(inside_m);
            drop.most_inside_m = drop.most_inside_m.max(inside_m);
            if at_ms > drop.at_ms + STEP_MS {
                drop.then_rad_s = drop.then_rad_s.max(self.rad_s);
            }
        }
        if let Some(drop) = self.drop
            && at_ms >= drop.at_ms + HALF_S as u64 * STEP_MS
        {
            self.drop = None;
            drop.put_down(truth);
        }
        if before >= LOST_RAD_S && self.rad_s < LOST_RAD_S {
            self.drop = Some(Loss {
                at_ms,
                side,
                inside_m: self.inside.iter().copied().fold(inside_m, f32::min),
                most_inside_m: self.inside.iter().copied().fold(inside_m, f32::max),
                then_rad_s: self.rad_s,
                spun_ms: self.spun_ms,
            });
        }
        if self.rad_s >= SPINS_RAD_S {
            self.spun_ms += STEP_MS;
        } else if self.rad_s < LOST_RAD_S {
            self.spun_ms = 0;
        }
    }
}

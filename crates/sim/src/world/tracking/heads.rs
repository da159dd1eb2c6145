//! Where heads point: they follow the ball slowly, and now and then one turns, a little or far.

use std::collections::VecDeque;

use matchday_event::Side;

use super::{Man, STEP_MS, Truth};
use crate::rng::Rng;

/// Degrees that a head follows the ball by in a step.
const FOLLOW_DEG: f32 = 5.0;
/// How long a head stays where it turned to.
const HOLD_MS: u64 = 1_200;
/// About so long between two turns of one head.
const EVERY_MS: f64 = 100_000.0;
/// Noise of what is measured, one standard deviation.
const NOISE_DEG: f64 = 2.0;
/// Frames of half a second.
const FRAMES: usize = 6;
/// A turn is put down from here on, and over under the other.
const NOTED_DEG: f32 = 45.0;
const OVER_DEG: f32 = 35.0;
/// What counts as a turn.
const TURN_DEG: f32 = 55.0;
/// The ball was at the same side's feet for so long before and after.
const HELD_MS: u64 = 400;

#[derive(Debug, Clone, Copy)]
struct Turn {
    per_step: f32,
    steps: u32,
    hold_until_ms: u64,
}

/// A turn that is not over.
#[derive(Debug, Clone, Copy)]
struct Noted {
    at_ms: u64,
    crossed: bool,
    degrees: f32,
    /// Who had the ball all the while.
    holds: Option<Side>,
}

#[derive(Debug, Clone, Default)]
struct Head {
    yaw_deg: f32,
    seen_deg: f32,
    next_ms: u64,
    turn: Option<Turn>,
    lately: VecDeque<f32>,
    noted: Option<Noted>,
}

#[derive(Debug, Clone)]
pub(super) struct Heads {
    rng: Rng,
    noise: Rng,
    heads: Vec<Head>,
    /// Who has the ball at the feet, and since when.
    holds: Option<(Side, u64)>,
}

/// The short way from one direction to another.
fn way(from: f32, to: f32) -> f32 {
    let turned = libm::fmodf(to - from, 360.0);
    if turned > 180.0 {
        turned - 360.0
    } else if turned < -180.0 {
        turned + 360.0
    } else {
        turned
    }
}

impl Heads {
    pub fn new(seed: u64, duration_ms: u64) -> Self {
        let mut rng = Rng::new(seed, "tracking heads");
        let heads = (0..22)
            .map(|_| Head {
                next_ms: (rng.unit() * EVERY_MS.min(duration_ms as f64)) as u64,
                ..Head::default()
            })
            .collect();
        Self {
            rng,
            noise: Rng::new(seed, "tracking heads noise"),
            heads,
            holds: None,
        }
    }

    /// Where a head is measured to point.
    pub fn seen(&self, n: usize) -> f32 {
        self.heads[n].seen_deg
    }

    /// The match is over.
    pub fn end(&mut self, men: &[Man], truth: &mut Vec<Truth>) {
        for (n, (head, man)) in self.heads.iter_mut().zip(men).enumerate() {
            if let Some(noted) = head.noted.take() {
                truth.push(Truth::HeadTurn {
                    at_ms: noted.at_ms,
                    player: man.id(n),
                    side: man.side,
                    degrees: noted.degrees,
                    defends: None,
                });
            }
        }
    }

    /// A step of all. `holds`: whose feet the ball is at.
    pub fn step(
        &mut self,
        at_ms: u64,
        men: &[Man],
        ball: (f32, f32),
        holds: Option<Side>,
        truth: &mut Vec<Truth>,
    ) {
        self.holds = match (holds, self.holds) {
            (Some(side), Some((was, since))) if side == was => Some((side, since)),
            (Some(side), _) => Some((side, at_ms)),
            (None, _) => None,
        };
        for (n, (head, man)) in self.heads.iter_mut().zip(men).enumerate() {
            let to_ball = libm::atan2f(ball.1 - man.y_m, ball.0 - man.x_m).to_degrees();
            if head.lately.is_empty() {
                head.yaw_deg = to_ball;
            }
            if at_ms >= head.next_ms {
                // Draws the same whether or not there is a turn under way.
                let by = if self.rng.chance(0.6) {
                    70.0 + 50.0 * self.rng.unit()
                } else {
                    15.0 + 20.0 * self.rng.unit()
                };
                let by = if self.rng.chance(0.5) { by } else { -by };
                let steps = 2 + self.rng.below(3) as u32;
                head.turn = Some(Turn {
                    per_step: by as f32 / steps as f32,
                    steps,
                    hold_until_ms: at_ms + u64::from(steps) * STEP_MS + HOLD_MS,
                });
                let wait = 5_000.0 - EVERY_MS * libm::log(1.0 - self.rng.unit());
                head.next_ms = at_ms + wait as u64;
            }
            match &mut head.turn {
                Some(turn) if turn.steps > 0 => {
                    turn.steps -= 1;
                    head.yaw_deg += turn.per_step;
                }
                Some(turn) if at_ms < turn.hold_until_ms => {}
                _ => {
                    head.turn = None;
                    head.yaw_deg += way(head.yaw_deg, to_ball).clamp(-FOLLOW_DEG, FOLLOW_DEG);
                }
            }
            head.yaw_deg = way(0.0, head.yaw_deg);
            let seen = f64::from(head.yaw_deg) + NOISE_DEG * self.noise.normal();
            head.seen_deg = ((way(0.0, seen as f32) * 10.0).round()) / 10.0;
            if head.lately.len() == FRAMES {
                head.lately.pop_front();
            }
            head.lately.push_back(head.yaw_deg);
            let turned = head
                .lately
                .iter()
                .map(|was| way(*was, head.yaw_deg).abs())
                .fold(0.0, f32::max);
            let steady = self.holds.filter(|(_, since)| since + HELD_MS <= at_ms);
            let steady = steady.map(|(side, _)| side);
            match &mut head.noted {
                None if turned >= NOTED_DEG => {
                    head.noted = Some(Noted {
                        at_ms,
                        crossed: turned >= TURN_DEG,
                        degrees: turned,
                        holds: steady,
                    });
                }
                Some(noted) => {
                    if !noted.crossed && turned > noted.degrees {
                        noted.at_ms = at_ms;
                        noted.crossed = turned >= TURN_DEG;
                    }
                    noted.degrees = noted.degrees.max(turned);
                    if at_ms <= noted.at_ms + HELD_MS && steady != noted.holds {
                        noted.holds = None;
                    }
                    if turned < OVER_DEG && at_ms > noted.at_ms + HELD_MS {
                        truth.push(Truth::HeadTurn {
                            at_ms: noted.at_ms,
                            player: man.id(n),
                            side: man.side,
                            degrees: noted.degrees,
                            defends: noted.holds.map(|side| side != man.side),
                        });
                        head.noted = None;
                    }
                }
                None => {}
            }
        }
    }
}

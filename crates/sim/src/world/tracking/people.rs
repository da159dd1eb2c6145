//! Players: where they want to be, and how they get there.

use std::sync::Arc;

use matchday_event::Side;

use super::LENGTH_M;

/// Faster than this nobody changes speed, in metres a second squared.
const ACCELERATION: f32 = 4.0;
/// A sprint, as the tracking agent counts it.
const SPRINT_MPS: f32 = 7.0;
const SPRINT_MS: u64 = 700;

/// Someone who plays.
#[derive(Debug, Clone)]
pub(super) struct Man {
    pub side: Side,
    pub x_m: f32,
    pub y_m: f32,
    pub vx: f32,
    pub vy: f32,
    /// Home place in the formation, as shares: along from the own goal, across from the right.
    home: (f32, f32),
    pub dashes_until_ms: Option<u64>,
    fast_since_ms: Option<u64>,
    told: bool,
}

/// Keeper, four backs, four of midfield, two forwards: shares of the pitch from the own goal and from the middle.
pub(super) fn formation() -> [(f32, f32); 11] {
    [
        (0.04, 0.0),
        (0.22, -0.34),
        (0.2, -0.12),
        (0.2, 0.12),
        (0.22, 0.34),
        (0.42, -0.36),
        (0.38, -0.12),
        (0.38, 0.12),
        (0.42, 0.36),
        (0.56, -0.1),
        (0.56, 0.1),
    ]
}

impl Man {
    pub fn new(side: Side, home: (f32, f32)) -> Self {
        let way = if side == Side::Home { 1.0 } else { -1.0 };
        Self {
            side,
            x_m: way * ((home.0 * 0.85 - 0.5) * LENGTH_M).min(-0.6),
            y_m: way * home.1 * 68.0,
            vx: 0.0,
            vy: 0.0,
            home,
            dashes_until_ms: None,
            fast_since_ms: None,
            told: false,
        }
    }

    /// The key in the frames.
    pub fn id(&self, n: usize) -> Arc<str> {
        let letter = if self.side == Side::Home { 'h' } else { 'a' };
        format!("{letter}{}", n % 11 + 1).into()
    }

    pub fn stand(&mut self) {
        self.vx = 0.0;
        self.vy = 0.0;
        self.dashes_until_ms = None;
        self.fast_since_ms = None;
        self.told = false;
    }

    /// Where the formation wants the player, given the ball.
    pub fn anchor(&self, way: f32, attacks: bool, ball_x: f32, ball_y: f32) -> (f32, f32) {
        if self.home.0 < 0.1 {
            return (
                way * -(LENGTH_M / 2.0 - 3.0),
                (ball_y * 0.12).clamp(-3.0, 3.0),
            );
        }
        // The formation slides along with the ball, and opens up with it.
        let push = if attacks { 8.0 } else { -4.0 };
        let along = way * (self.home.0 - 0.42) * LENGTH_M * 0.75 + way * push + ball_x * 0.62;
        let across = way * self.home.1 * if attacks { 60.0 } else { 44.0 } + ball_y * 0.3;
        (along.clamp(-50.0, 50.0), across.clamp(-33.0, 33.0))
    }

    /// A step towards a place, as fast as a body can.
    pub fn step(&mut self, x: f32, y: f32, pace: f32, dt: f32) {
        let (dx, dy) = (x - self.x_m, y - self.y_m);
        let far = libm::hypotf(dx, dy);
        // Slower when nearly there, so that it can be stopped at.
        let wanted = pace.min(far * 1.2);
        let (wx, wy) = if far > 0.05 {
            (dx / far * wanted, dy / far * wanted)
        } else {
            (0.0, 0.0)
        };
        let (ax, ay) = (wx - self.vx, wy - self.vy);
        let change = libm::hypotf(ax, ay);
        let most = ACCELERATION * dt;
        let share = if change > most { most / change } else { 1.0 };
        self.vx += ax * share;
        self.vy += ay * share;
        self.x_m += self.vx * dt;
        self.y_m += self.vy * dt;
    }

    /// When a sprint began, once it has lasted.
    pub fn sprints(&mut self, at_ms: u64) -> Option<u64> {
        let speed = libm::hypotf(self.vx, self.vy);
        // A sprint that was told is over under 6 m/s, and is another one after that.
        if speed < if self.told { 6.0 } else { SPRINT_MPS } {
            self.fast_since_ms = None;
            self.told = false;
            return None;
        }
        let since = *self.fast_since_ms.get_or_insert(at_ms);
        let new = !self.told && at_ms - since >= SPRINT_MS;
        self.told |= new;
        new.then_some(since)
    }
}

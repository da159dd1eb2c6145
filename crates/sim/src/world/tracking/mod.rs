//! Where players and ball of a soccer [`Script`] are, ten times a second.
//!
//! Twenty-two players keep a formation that shifts with the ball and run as people can: four metres a second squared, at
//! most nine a second. The ball is passed, carried and, where the script says so, shot; before a penalty kick it rests on
//! the mark, everybody else leaves, and the kicker starts 1.3 s before the kick. Heads follow the ball, and now and then one
//! turns; the ball spins, and some of it loses its spin. Positions carry five centimetres of noise, heads two degrees.
//! What is true of all that, without the noise, comes beside: [`Truth`].

mod heads;
mod people;
mod spin;

use std::sync::Arc;

use matchday_event::{
    EventTime, Side, Sport,
    senses::{FrameReport, Pitch, Towards, TrackedBall, TrackedPlayer},
};
use serde::{Deserialize, Serialize};

use super::{HappeningKind as What, Script};
use crate::rng::Rng;
use heads::Heads;
use people::{Man, formation};
use spin::Spin;

/// Frames a second.
pub const HZ: u64 = 10;
const STEP_S: f32 = 0.1;
const STEP_MS: u64 = 100;
const LENGTH_M: f32 = Pitch::USUAL.length_m;
const WIDTH_M: f32 = Pitch::USUAL.width_m;
/// Noise of a position, one standard deviation.
const NOISE_M: f64 = 0.05;
/// Somebody of the other side so near the ball fights for it.
const CONTEST_M: f32 = 1.6;
/// A penalty kick's ball lies on the mark from so long before.
const PENALTY_MS: u64 = 15_000;
/// And its kicker starts this long before.
const RUN_UP_MS: u64 = 1_300;

/// What truly is in the frames.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "truth", rename_all = "snake_case")]
pub enum Truth {
    /// The ball comes into the final third of the side that attacks there, and stays for half a second.
    FinalThird {
        /// Milliseconds since kick-off.
        at_ms: u64,
        /// Whose.
        side: Side,
    },
    /// A player runs at 7 m/s or more, for 0.7 s at least.
    Sprint {
        /// When that speed was reached.
        at_ms: u64,
        /// The player's key in the frames.
        player: Arc<str>,
    },
    /// A penalty kick's kicker starts.
    RunUp {
        /// Milliseconds since kick-off.
        at_ms: u64,
        /// The player's key in the frames.
        player: Arc<str>,
    },
    /// A player's head turned by 45 degrees or more within half a second.
    HeadTurn {
        /// When it had turned by 55 degrees; if it never did, when it had turned as far as it did.
        at_ms: u64,
        /// The player's key in the frames.
        player: Arc<str>,
        /// Whose.
        side: Side,
        /// How far at the most.
        degrees: f32,
        /// Whether the other side had the ball at its feet all the while, or this one; `None` while the ball was on its way,
        /// was fought for or changed hands.
        defends: Option<bool>,
    },
    /// The ball's spin fell under 2 rad/s, in a final third or within three metres of one.
    SpinDrop {
        /// Milliseconds since kick-off.
        at_ms: u64,
        /// The side that attacks there.
        side: Side,
        /// How far inside the final third the ball was at the least, half a second before and after; negative outside.
        inside_m: f32,
        /// The highest spin of the half second after it, the first tenth left out.
        then_rad_s: f32,
        /// For how long the ball had spun with 4 rad/s or more before it began to fall.
        spun_ms: u64,
    },
}

impl Truth {
    /// Milliseconds since kick-off.
    pub fn at_ms(&self) -> u64 {
        match self {
            Self::FinalThird { at_ms, .. }
            | Self::Sprint { at_ms, .. }
            | Self::RunUp { at_ms, .. }
            | Self::HeadTurn { at_ms, .. }
            | Self::SpinDrop { at_ms, .. } => *at_ms,
        }
    }
}

/// Frames of a script, one after another.
#[derive(Debug)]
pub struct Frames {
    rng: Rng,
    noise: Rng,
    men: Vec<Man>,
    ball: Ball,
    at_ms: u64,
    script: Script,
    next: usize,
    /// Penalty kicks that the ball was not laid down for yet, the last one first.
    penalties: Vec<(u64, Side)>,
    second_half_ms: Option<u64>,
    resting: bool,
    truth: Vec<Truth>,
    third: Option<(Side, u64, bool)>,
    heads: Heads,
    spin: Spin,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Ball {
    x_m: f32,
    y_m: f32,
    z_m: f32,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    /// At somebody's feet, until he passes.
    With { man: usize, until_ms: u64 },
    /// On its way to a place, where somebody takes it.
    Flies {
        x_m: f32,
        y_m: f32,
        mps: f32,
        to: usize,
    },
    /// On the ground until it is kicked.
    Rests { kicker: usize, kick_ms: u64 },
}

/// What is true of the frames of a script: those of the same seed are made and let go.
pub fn truth(seed: u64, script: &Script) -> Vec<Truth> {
    let mut frames = Frames::new(seed, script);
    frames.by_ref().for_each(drop);
    // What was under way at the end is true as well, though nobody sees what becomes of it.
    frames.spin.end(&mut frames.truth);
    frames.heads.end(&frames.men, &mut frames.truth);
    frames.truth
}

impl Frames {
    /// The frames of a script. Other sports than soccer have none.
    pub fn new(seed: u64, script: &Script) -> Self {
        let mut men = Vec::with_capacity(22);
        for side in [Side::Home, Side::Away] {
            men.extend(formation().into_iter().map(|at| Man::new(side, at)));
        }
        Self {
            rng: Rng::new(seed, "tracking"),
            noise: Rng::new(seed, "tracking noise"),
            men,
            ball: Ball {
                x_m: 0.0,
                y_m: 0.0,
                z_m: 0.0,
                state: State::With {
                    man: 9,
                    until_ms: 1_500,
                },
            },
            at_ms: 0,
            script: script.clone(),
            next: 0,
            penalties: (0..script.happenings.len())
                .rev()
                .filter(|i| script.is_penalty(*i))
                .filter_map(|i| Some((script.happenings[i].at_ms, script.happenings[i].side?)))
                .collect(),
            heads: Heads::new(seed, script.duration_ms),
            spin: Spin::new(seed),
            second_half_ms: None,
            resting: false,
            truth: Vec::new(),
            third: None,
        }
    }

    /// What was true of the frames so far.
    pub fn truth(&self) -> &[Truth] {
        &self.truth
    }

    /// Whether the home side attacks towards positive `x`.
    fn home_right(&self) -> bool {
        self.second_half_ms.is_none()
    }

    /// 1 or -1: towards which end a side attacks.
    fn way(&self, side: Side) -> f32 {
        if (side == Side::Home) == self.home_right() {
            1.0
        } else {
            -1.0
        }
    }

    fn happen(&mut self) {
        // A penalty kick casts its shadow before it.
        while let Some((kick_ms, side)) = self
            .penalties
            .pop_if(|(kick_ms, _)| kick_ms.saturating_sub(PENALTY_MS) <= self.at_ms)
        {
            self.place_penalty(side, kick_ms);
        }
        while let Some(happening) = self.script.happenings.get(self.next) {
            if happening.at_ms > self.at_ms {
                return;
            }
            self.next += 1;
            let (kind, side) = (happening.kind, happening.side);
            match kind {
                What::HalfTime => self.resting = true,
                What::PeriodStart { .. } => {
                    self.resting = false;
                    self.second_half_ms = Some(self.at_ms);
                    self.third = None;
                    for man in &mut self.men {
                        man.x_m = -man.x_m;
                        man.y_m = -man.y_m;
                        man.stand();
                    }
                    self.ball = Ball {
                        x_m: 0.0,
                        y_m: 0.0,
                        z_m: 0.0,
                        state: State::With {
                            man: 20,
                            until_ms: self.at_ms + 1_500,
                        },
                    };
                }
                What::Score { .. } | What::NearMiss => {
                    if let Some(side) = side
                        && !matches!(self.ball.state, State::Rests { .. })
                    {
                        self.shoot(side);
                    }
                }
                _ => {}
            }
        }
    }

    fn place_penalty(&mut self, side: Side, kick_ms: u64) {
        let kicker = if side == Side::Home { 9 } else { 20 };
        let way = self.way(side);
        self.ball.x_m = way * (LENGTH_M / 2.0 - 11.0);
        self.ball.y_m = 0.0;
        self.ball.z_m = 0.0;
        self.ball.state = State::Rests { kicker, kick_ms };
        if kick_ms > self.at_ms + RUN_UP_MS {
            self.truth.push(Truth::RunUp {
                at_ms: kick_ms - RUN_UP_MS,
                player: self.men[kicker].id(kicker),
            });
        }
    }

    fn shoot(&mut self, side: Side) {
        self.spin.kick();
        let goal = self.way(side) * (LENGTH_M / 2.0 + 1.0);
        let y_m = self.rng.normal() as f32 * 4.0;
        let keeper = if side == Side::Home { 11 } else { 0 };
        self.ball.state = State::Flies {
            x_m: goal,
            y_m,
            mps: 24.0,
            to: keeper,
        };
    }

    /// Passes the ball to somebody of the same side, or at times loses it.
    fn pass(&mut self, from: usize) {
        self.spin.kick();
        let of = self.men[from].side;
        let lost = self.rng.chance(0.18);
        let side = if lost { of.other() } else { of };
        let first = if side == Side::Home { 0 } else { 11 };
        let way = self.way(side);
        let mut best = (f32::MIN, first + 1);
        for n in first + 1..first + 11 {
            if n == from {
                continue;
            }
            let man = &self.men[n];
            let far = libm::hypotf(man.x_m - self.ball.x_m, man.y_m - self.ball.y_m);
            // Forward, not too far, and not always to the same.
            let liked =
                0.5 * way * (man.x_m - self.ball.x_m) - 0.6 * far + 14.0 * self.rng.unit() as f32;
            if liked > best.0 {
                best = (liked, n);
            }
        }
        let to = &self.men[best.1];
        let lead_s = 0.6;
        self.ball.state = State::Flies {
            x_m: (to.x_m + to.vx * lead_s).clamp(-LENGTH_M / 2.0, LENGTH_M / 2.0),
            y_m: (to.y_m + to.vy * lead_s).clamp(-WIDTH_M / 2.0, WIDTH_M / 2.0),
            mps: 11.0 + 8.0 * self.rng.unit() as f32,
            to: best.1,
        };
    }

    fn move_ball(&mut self) {
        match self.ball.state {
            State::With { man, until_ms } => {
                let who = &self.men[man];
                let way = self.way(who.side);
                self.ball.x_m = who.x_m + 0.5 * way;
                self.ball.y_m = who.y_m;
                self.ball.z_m = 0.0;
                if self.at_ms >= until_ms {
                    self.pass(man);
                }
            }
            State::Flies { x_m, y_m, mps, to } => {
                let (dx, dy) = (x_m - self.ball.x_m, y_m - self.ball.y_m);
                let far = libm::hypotf(dx, dy);
                let step = mps * STEP_S;
                if far <= step {
                    self.ball.x_m = x_m;
                    self.ball.y_m = y_m;
                    self.ball.z_m = 0.0;
                    let until_ms = self.at_ms + 700 + self.rng.below(2600) as u64;
                    // Who takes it is whoever of the side is there first.
                    let side = self.men[to].side;
                    let first = if side == Side::Home { 0 } else { 11 };
                    let man = (first..first + 11)
                        .min_by(|a, b| {
                            let of = |n: usize| {
                                libm::hypotf(self.men[n].x_m - x_m, self.men[n].y_m - y_m)
                            };
                            of(*a).total_cmp(&of(*b))
                        })
                        .unwrap_or(to);
                    let near = libm::hypotf(self.men[man].x_m - x_m, self.men[man].y_m - y_m) < 1.5;
                    self.ball.state = if near {
                        State::With { man, until_ms }
                    } else {
                        // Nobody is there yet: it rolls towards him who runs for it.
                        State::Flies {
                            x_m: self.men[man].x_m.clamp(-LENGTH_M / 2.0, LENGTH_M / 2.0),
                            y_m: self.men[man].y_m.clamp(-WIDTH_M / 2.0, WIDTH_M / 2.0),
                            mps: 6.0,
                            to: man,
                        }
                    };
                } else {
                    self.ball.x_m += dx / far * step;
                    self.ball.y_m += dy / far * step;
                    self.ball.z_m = (far * 0.04).min(2.0);
                }
            }
            State::Rests { kicker, kick_ms } => {
                if self.at_ms >= kick_ms {
                    let side = self.men[kicker].side;
                    self.shoot(side);
                }
            }
        }
    }

    fn move_men(&mut self) {
        let ball = self.ball;
        let holder = match ball.state {
            State::With { man, .. } => Some(man),
            _ => None,
        };
        let chaser = match ball.state {
            State::Flies { to, .. } => Some(to),
            _ => None,
        };
        let possession = match ball.state {
            State::With { man: n, .. }
            | State::Flies { to: n, .. }
            | State::Rests { kicker: n, .. } => self.men[n].side,
        };
        for n in 0..self.men.len() {
            let way = self.way(self.men[n].side);
            let attacks = self.men[n].side == possession;
            let (mut x, mut y) = self.men[n].anchor(way, attacks, ball.x_m, ball.y_m);
            let mut pace = 4.5;
            if let State::Rests { kicker, kick_ms } = ball.state {
                let to_go = kick_ms.saturating_sub(self.at_ms);
                let goal = if ball.x_m > 0.0 { 1.0 } else { -1.0 };
                if n == kicker {
                    let runs = to_go <= RUN_UP_MS;
                    (x, y) = if runs {
                        (ball.x_m, ball.y_m)
                    } else {
                        (ball.x_m - goal * 4.0, 1.5)
                    };
                    pace = if runs { 6.0 } else { 5.0 };
                } else if n != 0 && n != 11 {
                    // Behind the arc: nobody is within 9.15 m.
                    x = goal * (goal * x).min(goal * ball.x_m - 10.5);
                    pace = 5.5;
                }
            } else if Some(n) == holder {
                x = (self.men[n].x_m + way * 6.0).clamp(-50.0, 50.0);
                y = self.men[n].y_m;
                pace = 4.0;
            } else if Some(n) == chaser {
                (x, y) = match ball.state {
                    State::Flies { x_m, y_m, .. } => (x_m, y_m),
                    _ => (x, y),
                };
                pace = 6.4;
            } else if let Some(until) = self.men[n].dashes_until_ms {
                if until > self.at_ms && n % 11 != 0 {
                    x = (self.men[n].x_m + way * 14.0).clamp(-51.0, 51.0);
                    y = self.men[n].y_m;
                    pace = 8.6;
                } else {
                    self.men[n].dashes_until_ms = None;
                }
            } else if !matches!(ball.state, State::Rests { .. })
                && way * self.men[n].x_m < 20.0
                && self.rng.chance(0.000_35)
            {
                self.men[n].dashes_until_ms = Some(self.at_ms + 3_500);
            }
            self.men[n].step(x, y, pace, STEP_S);
        }
    }

    fn note_truth(&mut self) {
        let (x_m, y_m) = (self.ball.x_m, self.ball.y_m);
        let near = |m: &Man| libm::hypotf(m.x_m - x_m, m.y_m - y_m) < CONTEST_M;
        let holds = match self.ball.state {
            State::With { man, .. } => Some(self.men[man].side),
            _ => None,
        };
        // While two fight for it nobody can say whose it is.
        let holds = holds.filter(|side| !self.men.iter().any(|m| m.side != *side && near(m)));
        let towards = |x_m: f32| {
            if (x_m > 0.0) == self.home_right() {
                Side::Home
            } else {
                Side::Away
            }
        };
        self.spin
            .step(self.at_ms, x_m, towards(x_m), &mut self.truth);
        self.heads
            .step(self.at_ms, &self.men, (x_m, y_m), holds, &mut self.truth);
        let line = LENGTH_M / 6.0;
        let x = self.ball.x_m;
        let side = (x.abs() > line).then(|| {
            if (x > 0.0) == self.home_right() {
                Side::Home
            } else {
                Side::Away
            }
        });
        self.third = match (side, self.third) {
            (Some(side), Some((was, since, told))) if side == was => {
                let told = told || {
                    let stayed = self.at_ms - since >= 500;
                    if stayed {
                        self.truth.push(Truth::FinalThird { at_ms: since, side });
                    }
                    stayed
                };
                Some((side, since, told))
            }
            (Some(side), _) => Some((side, self.at_ms, false)),
            // The way back lies two metres lower.
            (None, Some(held)) if held.2 && x.abs() > line - 2.0 => Some(held),
            (None, _) => None,
        };
        for n in 0..self.men.len() {
            if let Some(since) = self.men[n].sprints(self.at_ms) {
                let player = self.men[n].id(n);
                self.truth.push(Truth::Sprint {
                    at_ms: since,
                    player,
                });
            }
        }
    }

    fn frame(&mut self) -> FrameReport {
        let noise = |rng: &mut Rng, m: f32| {
            let noisy = f64::from(m) + rng.normal() * NOISE_M;
            ((noisy * 1000.0).round() / 1000.0) as f32
        };
        let mut players = Vec::with_capacity(self.men.len());
        for n in 0..self.men.len() {
            let (x_m, y_m) = (self.men[n].x_m, self.men[n].y_m);
            players.push(TrackedPlayer {
                id: self.men[n].id(n),
                side: Some(self.men[n].side),
                number: u8::try_from(n % 11 + 1).ok(),
                x_m: noise(&mut self.noise, x_m),
                y_m: noise(&mut self.noise, y_m),
                speed_mps: None,
                head_deg: Some(self.heads.seen(n)),
                guessed: false,
            });
        }
        let since = self.second_half_ms.unwrap_or(0);
        let (x_m, y_m, z_m) = (self.ball.x_m, self.ball.y_m, self.ball.z_m);
        FrameReport {
            source: "sim".into(),
            at: EventTime::from_millis(i64::try_from(self.at_ms).unwrap_or(i64::MAX)),
            frame: Some(self.at_ms / STEP_MS),
            period: Some(if self.second_half_ms.is_some() { 2 } else { 1 }),
            clock_ms: u32::try_from(self.at_ms - since).ok(),
            pitch: Pitch::USUAL,
            home_attacks: Some(if self.home_right() {
                Towards::Positive
            } else {
                Towards::Negative
            }),
            possession: None,
            in_play: Some(!matches!(self.ball.state, State::Rests { .. })),
            players,
            balls: vec![TrackedBall {
                x_m: noise(&mut self.noise, x_m),
                y_m: noise(&mut self.noise, y_m),
                z_m: Some(z_m),
                spin_rad_s: Some(self.spin.seen()),
                ..TrackedBall::default()
            }],
        }
    }
}

impl Iterator for Frames {
    type Item = FrameReport;

    fn next(&mut self) -> Option<FrameReport> {
        if self.script.sport != Sport::Soccer {
            return None;
        }
        loop {
            if self.at_ms > self.script.duration_ms {
                return None;
            }
            self.happen();
            let frame = (!self.resting).then(|| {
                self.move_men();
                self.move_ball();
                self.note_truth();
                self.frame()
            });
            self.at_ms += STEP_MS;
            if frame.is_some() {
                return frame;
            }
        }
    }
}

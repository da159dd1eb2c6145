//! From what is true to detections.

use matchday_event::{
    EventTime, Side,
    senses::{Detection, SeenClass, SeenReport},
};

use super::{
    VisionPlan,
    plan::{HEADS, Party, Rise, Scene},
};
use crate::{Rng, world::Script};

/// Parts of the stands of each side in the picture.
const SECTIONS: [(Side, usize); 2] = [(Side::Home, 6), (Side::Away, 3)];

/// The reports of both cameras, in the order of time.
#[derive(Debug, Clone)]
pub struct Pictures {
    rng: Rng,
    scene: Scene,
    plan: VisionPlan,
    duration_ms: u64,
    n: u64,
    next_party: usize,
    next_rise: usize,
    players: Vec<Body>,
    ball: (f64, f64),
    yaws: [f64; HEADS],
    /// How a part of the crowd fidgets.
    fidget: Vec<f64>,
    /// A celebration that is none: whose, where, how many pictures are left.
    mirage: Option<(Side, (f64, f64), u32)>,
}

#[derive(Debug, Clone, Copy)]
struct Body {
    side: Side,
    shirt: u8,
    at: (f64, f64),
}

fn square(x: f64, y: f64, width: f64, height: f64) -> [f32; 4] {
    let round = |v: f64| ((v * 1e4).round() / 1e4) as f32;
    let left = (x - width / 2.0).clamp(0.0, 1.0 - width);
    let top = (y - height / 2.0).clamp(0.0, 1.0 - height);
    [round(left), round(top), round(width), round(height)]
}

fn plain(class: SeenClass, area: [f32; 4], confidence: f64) -> Detection {
    Detection {
        class,
        area,
        confidence: ((confidence.clamp(0.05, 0.99) * 1000.0).round() / 1000.0) as f32,
        side: None,
        shirt: None,
        head_yaw_deg: None,
        spin_rad_s: None,
        stirred: None,
        track: None,
    }
}

impl Pictures {
    pub(super) fn new(seed: u64, script: &Script, scene: Scene, plan: &VisionPlan) -> Self {
        let mut rng = Rng::new(seed, "world vision paint");
        let players = (0..12)
            .map(|n| Body {
                side: if n % 2 == 0 { Side::Home } else { Side::Away },
                shirt: 2 + n as u8,
                at: (0.1 + 0.8 * rng.unit(), 0.3 + 0.5 * rng.unit()),
            })
            .collect();
        let sections = SECTIONS.iter().map(|s| s.1).sum();
        Self {
            yaws: std::array::from_fn(|_| 60.0 * rng.normal()),
            rng,
            scene,
            plan: plan.clone(),
            duration_ms: script.duration_ms,
            n: 0,
            next_party: 0,
            next_rise: 0,
            players,
            ball: (0.5, 0.5),
            fidget: vec![0.0; sections],
            mirage: None,
        }
    }

    fn sees(&mut self) -> bool {
        !self.rng.chance(self.plan.missed)
    }

    fn sure(&mut self, mean: f64) -> f64 {
        mean + 0.09 * self.rng.normal()
    }

    fn shirt(&mut self, shirt: u8, readable: f64) -> Option<u8> {
        if !self.rng.chance(readable) {
            None
        } else if self.rng.chance(self.plan.misread) {
            Some(1 + self.rng.below(99) as u8)
        } else {
            Some(shirt)
        }
    }

    /// The picture over the play.
    fn play(&mut self, at_ms: f64) -> Vec<Detection> {
        let mut out = Vec::new();
        for n in 0..self.players.len() {
            let mut body = self.players[n];
            body.at.0 = (body.at.0 + 0.004 * self.rng.normal()).clamp(0.05, 0.95);
            body.at.1 = (body.at.1 + 0.003 * self.rng.normal()).clamp(0.25, 0.9);
            self.players[n] = body;
            if !self.sees() {
                continue;
            }
            let mut d = plain(
                SeenClass::Player,
                square(body.at.0, body.at.1, 0.03, 0.12),
                self.sure(0.8),
            );
            let wrong = self.rng.chance(0.02);
            d.side = Some(if wrong { body.side.other() } else { body.side });
            d.shirt = self.shirt(body.shirt, 0.4);
            d.track = Some(n as u32);
            out.push(d);
            if n < HEADS {
                out.extend(self.head(n, body, at_ms));
            }
        }
        if self.sees() {
            let place = square(0.3 + 0.1 * self.rng.unit(), 0.5, 0.03, 0.12);
            let sure = self.sure(0.8);
            out.push(plain(SeenClass::Referee, place, sure));
        }
        self.balls(at_ms, &mut out);
        self.celebrate(at_ms, &mut out);
        out
    }

    fn head(&mut self, n: usize, body: Body, at_ms: f64) -> Option<Detection> {
        let step = 1.0 / self.plan.rate_hz;
        self.yaws[n] += 8.0 * libm::sqrt(step) * self.rng.normal();
        let turns = &self.scene.turns;
        let first = turns.partition_point(|t| t.from_ms < at_ms - 10_000.0);
        let turned: f64 = turns[first..]
            .iter()
            .take_while(|t| t.from_ms <= at_ms)
            .filter(|t| t.head == n)
            .map(|t| {
                let since = at_ms - t.from_ms;
                let back = since - t.long_ms - 1500.0;
                let part = if since < t.long_ms {
                    since / t.long_ms
                } else {
                    1.0 - (back / t.back_ms).clamp(0.0, 1.0)
                };
                t.by_deg * part
            })
            .sum();
        if !self.sees() {
            return None;
        }
        // Front and back are taken for each other now and then.
        let flip = if self.rng.chance(0.004) { 180.0 } else { 0.0 };
        let yaw = self.yaws[n] + turned + flip + 5.0 * self.rng.normal();
        let yaw = (yaw + 180.0).rem_euclid(360.0) - 180.0;
        let mut d = plain(
            SeenClass::Head,
            square(body.at.0, body.at.1 - 0.06, 0.012, 0.02),
            self.sure(0.78),
        );
        d.side = Some(body.side);
        d.shirt = Some(body.shirt);
        d.head_yaw_deg = Some(((yaw * 10.0).round() / 10.0) as f32);
        d.track = Some(100 + n as u32);
        Some(d)
    }

    fn balls(&mut self, at_ms: f64, out: &mut Vec<Detection>) {
        self.ball.0 = (self.ball.0 + 0.012 * self.rng.normal()).clamp(0.05, 0.95);
        self.ball.1 = (self.ball.1 + 0.008 * self.rng.normal()).clamp(0.2, 0.9);
        if !self.rng.chance(0.15) {
            let noisy = self.scene.spin(at_ms) * (1.0 + 0.04 * self.rng.normal())
                + 0.12 * self.rng.normal();
            let spin = if self.rng.chance(0.02) {
                40.0 * self.rng.unit()
            } else {
                noisy.max(0.0)
            };
            let mut d = plain(
                SeenClass::Ball,
                square(self.ball.0, self.ball.1, 0.012, 0.02),
                self.sure(0.8),
            );
            d.spin_rad_s = Some(((spin * 100.0).round() / 100.0) as f32);
            out.push(d);
        }
        if self.rng.chance(0.03) {
            let place = square(self.rng.unit(), self.rng.unit(), 0.012, 0.02);
            let sure = 0.3 + 0.3 * self.rng.unit();
            out.push(plain(SeenClass::Ball, place, sure));
        }
    }

    fn celebrate(&mut self, at_ms: f64, out: &mut Vec<Detection>) {
        let over = |p: &Party| p.parts.iter().all(|part| (part.to_ms as f64) < at_ms);
        while self.scene.parties.get(self.next_party).is_some_and(over) {
            self.next_party += 1;
        }
        if let Some(party) = self.scene.parties.get(self.next_party).cloned() {
            for part in &party.parts {
                let now = (part.from_ms as f64..part.to_ms as f64).contains(&at_ms);
                if !now || !self.sees() {
                    continue;
                }
                let x = party.place.0 + part.off.0 + 0.004 * self.rng.normal();
                let y = party.place.1 + part.off.1 + 0.004 * self.rng.normal();
                let sure = self.sure(0.78);
                let mut d = plain(SeenClass::Celebration, square(x, y, 0.035, 0.13), sure);
                d.side = Some(party.side);
                d.shirt = part.shirt.and_then(|s| self.shirt(s, 0.5));
                out.push(d);
            }
        }
        if self.mirage.is_none() && self.rng.chance(self.plan.false_celebrations) {
            let side = if self.rng.chance(0.5) {
                Side::Home
            } else {
                Side::Away
            };
            let place = (0.1 + 0.8 * self.rng.unit(), 0.3 + 0.5 * self.rng.unit());
            self.mirage = Some((side, place, 1 + self.rng.below(4) as u32));
        }
        if let Some((side, (x, y), left)) = self.mirage {
            let sure = 0.4 + 0.4 * self.rng.unit();
            let mut d = plain(SeenClass::Celebration, square(x, y, 0.035, 0.13), sure);
            d.side = Some(side);
            d.shirt = self.shirt(9, 0.3);
            out.push(d);
            self.mirage = (left > 1).then_some((side, (x, y), left - 1));
        }
    }

    /// The picture over the stands.
    fn stands(&mut self, at_ms: f64) -> Vec<Detection> {
        let gone = |r: &Rise| r.from_ms + r.hold_ms + 60_000.0 < at_ms;
        while self.scene.rises.get(self.next_rise).is_some_and(gone) {
            self.next_rise += 1;
        }
        let mut out = Vec::new();
        let mut n = 0;
        for (side, sections) in SECTIONS {
            let up: f64 = self.scene.rises[self.next_rise..]
                .iter()
                .take_while(|r| r.from_ms <= at_ms + 2000.0)
                .filter(|r| r.side == side && r.from_ms <= at_ms)
                .map(|r| {
                    let since = at_ms - r.from_ms;
                    let rise = 1.0 - libm::exp(-since / 500.0);
                    let fall = libm::exp(-(since - r.hold_ms).max(0.0) / 2500.0);
                    r.share * rise * fall
                })
                .fold(0.0, f64::max);
            // In the break they leave their seats, a few at a time.
            let strolling = self
                .scene
                .breaks
                .iter()
                .map(|(from, to)| {
                    let out = ((at_ms - from) / 120_000.0).clamp(0.0, 1.0);
                    let back = ((to - at_ms) / 120_000.0).clamp(0.0, 1.0);
                    0.3 * out.min(back)
                })
                .fold(0.0, f64::max);
            for section in 0..sections {
                let fidget = &mut self.fidget[n];
                *fidget = 0.97 * *fidget + 0.012 * self.rng.normal();
                let share = 0.07 + strolling + up + *fidget + 0.02 * self.rng.normal();
                n += 1;
                if !self.sees() {
                    continue;
                }
                let x = if side == Side::Home { 0.1 } else { 0.75 } + 0.08 * section as f64;
                let sure = self.sure(0.85);
                let mut d = plain(SeenClass::CrowdSection, square(x, 0.3, 0.07, 0.2), sure);
                d.side = Some(side);
                d.stirred = Some(((share.clamp(0.0, 1.0) * 1000.0).round() / 1000.0) as f32);
                d.track = Some(n as u32);
                out.push(d);
            }
        }
        out
    }
}

impl Iterator for Pictures {
    type Item = SeenReport;

    fn next(&mut self) -> Option<SeenReport> {
        // The cameras take turns.
        let at_ms = self.n as f64 * 500.0 / self.plan.rate_hz;
        if at_ms > self.duration_ms as f64 {
            return None;
        }
        let stands = self.n % 2 == 1;
        self.n += 1;
        let detections = if stands {
            self.stands(at_ms)
        } else {
            self.play(at_ms)
        };
        Some(SeenReport {
            camera: if stands { "stands" } else { "play" }.into(),
            at: EventTime(self.plan.kick_off.0 + (at_ms * 1000.0) as i64),
            possession: self.scene.possession(at_ms),
            detections,
        })
    }
}

//! What the crowd does about what happens.

use matchday_event::Side;

use super::{Cue, CueKind, Ground};
use crate::{
    Rng,
    world::{HappeningKind as Kind, Script},
};

/// What is softer than this over the murmur is not worth a name.
const LEAST_DB: f64 = 2.0;

struct Plan<'a> {
    rng: Rng,
    ground: &'a Ground,
    cues: Vec<Cue>,
    duration_ms: u64,
}

pub(super) fn plan(seed: u64, script: &Script, ground: &Ground) -> Vec<Cue> {
    let mut plan = Plan {
        rng: Rng::new(seed, "world sound plan"),
        ground,
        cues: Vec::new(),
        duration_ms: script.duration_ms,
    };
    for (i, happening) in script.happenings.iter().enumerate() {
        plan.react(i, happening);
    }
    plan.chants(script);
    plan.noises();
    let mut cues = plan.cues;
    cues.sort_by_key(|c| (c.onset_ms, c.end_ms));
    mask(&mut cues);
    cues
}

impl Plan<'_> {
    fn cue(
        &mut self,
        sound: CueKind,
        onset_ms: u64,
        long_ms: u64,
        gain_db: f64,
    ) -> Option<&mut Cue> {
        if gain_db < LEAST_DB || onset_ms >= self.duration_ms {
            return None;
        }
        self.cues.push(Cue {
            sound,
            onset_ms,
            end_ms: onset_ms + long_ms,
            gain_db: gain_db as f32,
            side: None,
            happening: None,
            rate: 0.0,
            masked: false,
        });
        self.cues.last_mut()
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.rng.unit()
    }

    /// How much softer the supporters of a side are than a ground full of them.
    fn part_db(&self, side: Side) -> f64 {
        let share = match side {
            Side::Home => self.ground.home_share,
            Side::Away => 1.0 - self.ground.home_share,
        };
        10.0 * libm::log10(f64::from(share).max(0.01))
    }

    fn react(&mut self, i: usize, happening: &crate::world::Happening) {
        let at = happening.at_ms;
        let weight = f64::from(happening.weight);
        match happening.kind {
            Kind::Whistle => {
                if self.ground.whistles {
                    self.whistle(i, at, 1);
                }
            }
            Kind::Final if self.ground.whistles => {
                self.whistle(i, at, 3);
                self.roar(i, at + 900, Side::Home, weight * 0.6);
            }
            Kind::KickOff => self.roar(i, at + 300, Side::Home, weight),
            Kind::Injury | Kind::Timeout | Kind::Play => {
                if self.rng.chance(0.15) {
                    let long = self.between(2500.0, 6000.0) as u64;
                    let gain = self.between(3.0, 7.0);
                    if let Some(cue) = self.cue(CueKind::Applause, at + 900, long, gain) {
                        cue.happening = Some(i);
                    }
                }
            }
            _ => {
                // People see it, and answer after a moment.
                for side in [Side::Home, Side::Away] {
                    let feeling = f64::from(happening.feeling(side));
                    let after = 250 + self.between(0.0, 350.0) as u64;
                    if feeling > 0.12 {
                        self.roar(i, at + after, side, feeling);
                    } else if feeling < -0.15 {
                        self.groan(i, at + after, side, -feeling);
                    }
                }
                if matches!(happening.kind, Kind::Foul | Kind::Card) && self.rng.chance(0.12) {
                    let long = self.between(1500.0, 4000.0) as u64;
                    let gain = self.between(4.0, 9.0);
                    if let Some(cue) = self.cue(CueKind::Jeer, at + 1800, long, gain) {
                        cue.happening = Some(i);
                    }
                }
                if matches!(happening.kind, Kind::Score { .. }) && weight > 0.3 {
                    let long = self.between(3000.0, 8000.0) as u64;
                    let gain = self.between(4.0, 9.0);
                    if let Some(cue) = self.cue(CueKind::Announcement, at + 14_000, long, gain) {
                        cue.happening = Some(i);
                    }
                }
            }
        }
    }

    fn roar(&mut self, i: usize, at: u64, side: Side, feeling: f64) {
        let most = f64::from(self.ground.roar_db);
        let gain = 3.0 + (most - 3.0) * libm::pow(feeling, 0.8) + self.part_db(side);
        let gain = gain + self.rng.normal();
        let long = (1200.0 + 9000.0 * feeling * feeling + self.between(0.0, 1200.0)) as u64;
        if let Some(cue) = self.cue(CueKind::Roar, at, long, gain) {
            cue.side = Some(side);
            cue.happening = Some(i);
        }
    }

    fn groan(&mut self, i: usize, at: u64, side: Side, feeling: f64) {
        let gain = 5.0 + 15.0 * feeling + self.part_db(side) + 0.7 * self.rng.normal();
        let long = (900.0 + 1100.0 * feeling + self.between(0.0, 400.0)) as u64;
        if let Some(cue) = self.cue(CueKind::Groan, at, long, gain) {
            cue.side = Some(side);
            cue.happening = Some(i);
        }
    }

    fn whistle(&mut self, i: usize, mut at: u64, bursts: u32) {
        // One whistle a match would do; referees of a crew have one each.
        let rate = self.between(2300.0, 4200.0);
        for burst in 0..bursts {
            let long = if bursts > 1 {
                self.between(350.0, 700.0)
            } else {
                self.between(180.0, 650.0)
            };
            let gain = self.between(4.0, 14.0);
            if let Some(cue) = self.cue(CueKind::Whistle, at, long as u64, gain) {
                cue.happening = Some(i);
                cue.rate = rate as f32;
            }
            at += long as u64 + 200 + u64::from(burst) * 60;
        }
    }

    /// Songs begin when little happens, and rather when their side does well.
    fn chants(&mut self, script: &Script) {
        let every = f64::from(self.ground.chant_every_s);
        if every <= 0.0 {
            return;
        }
        let mut at = 5_000;
        loop {
            at += (1000.0 * self.between(0.4 * every, 1.6 * every)) as u64;
            if at + 10_000 >= script.duration_ms {
                return;
            }
            let side = if self
                .rng
                .chance(0.75 + 0.15 * f64::from(script.momentum_at(at)))
            {
                Side::Home
            } else {
                Side::Away
            };
            let gain = self.between(7.0, 13.0) + if side == Side::Away { -2.5 } else { 0.0 };
            let want_ms = self.between(9_000.0, 30_000.0) as u64;
            // A roar, or what else is loud, breaks a song off.
            let next = self
                .cues
                .iter()
                .filter(|c| c.end_ms > at && loud(c))
                .map(|c| c.onset_ms)
                .min()
                .unwrap_or(u64::MAX);
            let long = want_ms.min(next.saturating_sub(at + 300));
            let rate = self.between(55.0, 125.0) as f32;
            if long >= 7_000
                && let Some(cue) = self.cue(CueKind::Chant, at, long, gain)
            {
                cue.side = Some(side);
                cue.rate = rate;
            }
            at += want_ms;
        }
    }

    /// What belongs to no match.
    fn noises(&mut self) {
        let mut at = 0;
        loop {
            at += (1000.0 * self.between(15.0, 70.0)) as u64;
            if at >= self.duration_ms {
                return;
            }
            let roll = self.rng.unit();
            if roll < 0.35 {
                let (long, gain) = (self.between(60.0, 350.0), self.between(8.0, 24.0));
                self.cue(CueKind::Bump, at, long as u64, gain);
            } else if roll < 0.55 {
                let (long, gain) = (self.between(700.0, 1800.0), self.between(5.0, 12.0));
                let rate = self.between(330.0, 480.0) as f32;
                if let Some(cue) = self.cue(CueKind::Horn, at, long as u64, gain) {
                    cue.rate = rate;
                }
            } else if roll < 0.75 {
                let (long, gain) = (self.between(2000.0, 9000.0), self.between(4.0, 9.0));
                self.cue(CueKind::Announcement, at, long as u64, gain);
            } else {
                let (long, gain) = (self.between(2000.0, 7000.0), self.between(3.0, 7.0));
                self.cue(CueKind::Applause, at, long as u64, gain);
            }
        }
    }
}

fn loud(cue: &Cue) -> bool {
    matches!(cue.sound, CueKind::Roar | CueKind::Groan) && cue.gain_db > 5.0
}

/// What begins sooner than this comes before anyone knows how the ground usually sounds.
const SETTLE_MS: u64 = 4_000;

/// Marks what begins under something at least nearly as loud, or at the very beginning.
fn mask(cues: &mut [Cue]) {
    for i in 0..cues.len() {
        let (onset, gain, kind) = (cues[i].onset_ms, cues[i].gain_db, cues[i].sound);
        // A whistle is as narrow as a line: it takes a roar to bury it. All else needs to stand out.
        let margin = if kind == CueKind::Whistle { -12.0 } else { 3.0 };
        let settle = if kind == CueKind::Chant { 3_000 } else { 500 };
        cues[i].masked = onset < SETTLE_MS
            || cues.iter().enumerate().any(|(j, other)| {
                // What has sounded for a while fades: half of it is gone when it ends.
                let over = other.end_ms + (other.end_ms - other.onset_ms) / 2;
                let wide = !(kind == CueKind::Whistle && other.sound == CueKind::Bump);
                j != i
                    && wide
                    && other.sound != CueKind::Whistle
                    && other.onset_ms < onset + settle
                    && over > onset
                    && other.gain_db > gain - margin
            });
    }
}

//! Bodies, pictures, gaze and movement: what their agents concluded, as readings. Each fades when nothing more is told.

use matchday_event::{
    EventTime, Side,
    senses::{BodyFact, Direction, GazeFact, Kick, Phase, Sense, TrackingFact, VisionFact},
};
use matchday_learn::momentum::Reading;

use super::moments::Stir;

/// A sense that told nothing for this long is not there.
const GONE_S: f64 = 60.0;
/// How fast fans' hearts, a leap of players' hearts, a celebration, a risen crowd, a stare and an attack are forgotten.
const FANS_S: f64 = 10.0;
const LEAP_S: f64 = 8.0;
const CELEBRATION_S: f64 = 12.0;
const RISEN_S: f64 = 3.0;
const STARE_S: f64 = 4.0;
const ATTACK_S: f64 = 6.0;
/// What a celebration takes from the other side.
const TO_OTHER: f64 = 0.5;
/// A celebration must be this sure to be a moment by itself.
const SURE: f32 = 0.6;

/// A value that fades.
#[derive(Debug, Clone, Copy, Default)]
struct Fading {
    value: f64,
    at: i64,
}

impl Fading {
    fn set(&mut self, value: f64, at: EventTime) {
        if value.is_finite() {
            *self = Self { value, at: at.0 };
        }
    }

    fn now(&self, now: EventTime, forget_s: f64) -> f64 {
        let passed_s = now.0.saturating_sub(self.at).max(0) as f64 / 1e6;
        self.value * libm::exp(-passed_s / forget_s)
    }
}

/// What was last told by the senses of people.
#[derive(Debug, Clone, Default)]
pub(super) struct People {
    body: Option<i64>,
    fans: Fading,
    leap: Fading,
    vision: Option<i64>,
    celebration: [Fading; 2],
    /// Beginnings of the sides' last celebrations: each is a moment once.
    begun: [Option<EventTime>; 2],
    risen: Fading,
    gaze: Option<i64>,
    stare: Fading,
    tracking: Option<i64>,
    attack: [Fading; 2],
    kick: Fading,
}

fn place(side: Side) -> usize {
    usize::from(side == Side::Away)
}

impl People {
    /// Of bodies.
    pub fn body(&mut self, fact: &BodyFact) {
        let at = match fact {
            // Of all fans: one side's alone would be counted twice.
            BodyFact::Fans(fans) if fans.side.is_none() => {
                self.fans.set(f64::from(fans.strength), fans.at);
                fans.at
            }
            BodyFact::Leap(leap) => {
                self.leap.set(f64::from(leap.strength), leap.at);
                leap.at
            }
            _ => return,
        };
        self.body = Some(at.0);
    }

    /// Of pictures; a celebration that begins may be a moment.
    pub fn vision(&mut self, fact: &VisionFact) -> Option<Stir> {
        match fact {
            VisionFact::Crowd(crowd) => {
                let risen = f64::from(crowd.above_usual).max(self.risen.now(crowd.at, RISEN_S));
                self.risen.set(risen.clamp(0.0, 1.0), crowd.at);
                self.vision = Some(crowd.at.0);
                None
            }
            VisionFact::Reaction(reaction) => {
                self.risen.set(f64::from(reaction.strength), reaction.at);
                self.vision = Some(reaction.at.0);
                None
            }
            VisionFact::Celebration(seen) => {
                self.vision = Some(seen.at.0);
                let strength = f64::from(seen.strength * seen.confidence);
                let side = place(seen.side);
                self.celebration[side].set(strength, seen.at);
                let new = self.begun[side] != Some(seen.onset);
                let sure = seen.ended.is_none() && seen.confidence >= SURE;
                if !new || !sure {
                    return None;
                }
                self.begun[side] = Some(seen.onset);
                Some(Stir {
                    sense: Sense::Vision,
                    onset: seen.onset,
                    side: Some(seen.side),
                    confidence: f64::from(seen.confidence) * 0.9,
                })
            }
            _ => None,
        }
    }

    /// Of gaze.
    pub fn gaze(&mut self, fact: &GazeFact) {
        match fact {
            GazeFact::Shares(shares) => self.gaze = Some(shares.at.0),
            GazeFact::Crossed(crossed) => {
                let share = match crossed.direction {
                    Direction::Up => f64::from(crossed.share),
                    Direction::Down => 0.0,
                };
                self.stare.set(share, crossed.at);
                self.gaze = Some(crossed.at.0);
            }
            GazeFact::Refused(_) => {}
        }
    }

    /// Of movement.
    pub fn tracking(&mut self, fact: &TrackingFact) {
        match fact {
            TrackingFact::FinalThird(third) => {
                let there = if third.phase == Phase::Began {
                    1.0
                } else {
                    0.4
                };
                self.attack[place(third.side)].set(there, third.at);
            }
            TrackingFact::RunUp(run) => {
                let stirs = if run.kick == Kick::Penalty { 1.0 } else { 0.3 };
                self.kick.set(stirs, run.at);
            }
            _ => {}
        }
        if !matches!(fact, TrackingFact::Refused(_))
            && let Some(at) = fact.at()
        {
            self.tracking = Some(at.0);
        }
    }

    /// What each of them says now, in the order of [`Sense::ALL`]; those that are silent are left out.
    pub fn readings(&self, now: EventTime) -> [(Sense, Option<Reading>); 4] {
        let there = |last: Option<i64>| {
            last.is_some_and(|at| (now.0.saturating_sub(at)) as f64 / 1e6 <= GONE_S)
        };
        let body = Reading {
            stirred: self.fans.now(now, FANS_S).max(self.leap.now(now, LEAP_S)),
            ..Reading::default()
        };
        let [home, away] = self.celebration.map(|c| c.now(now, CELEBRATION_S));
        let vision = Reading {
            stirred: home.max(away).max(self.risen.now(now, RISEN_S)),
            home: home - TO_OTHER * away,
            away: away - TO_OTHER * home,
        };
        let gaze = Reading {
            stirred: self.stare.now(now, STARE_S),
            ..Reading::default()
        };
        let [home, away] = self.attack.map(|a| a.now(now, ATTACK_S));
        let tracking = Reading {
            stirred: self.kick.now(now, ATTACK_S).max(0.3 * home.max(away)),
            home: home - TO_OTHER * away,
            away: away - TO_OTHER * home,
        };
        [
            (Sense::Body, there(self.body).then_some(body)),
            (Sense::Vision, there(self.vision).then_some(vision)),
            (Sense::Gaze, there(self.gaze).then_some(gaze)),
            (Sense::Tracking, there(self.tracking).then_some(tracking)),
        ]
    }

    /// The clock shows another time.
    pub fn forget(&mut self) {
        *self = Self::default();
    }
}

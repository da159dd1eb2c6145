//! A human director: the cameras that were really called.
//!
//! A person sees what happens, decides, and presses a button: late by a reaction, differently from one person to the
//! next, sometimes on the wrong camera and sometimes not at all. [`cues_of`] and [`cue_of`] say what there was to show;
//! [`direct`] what the person made of it, with the reason for every shot, so that what is held against the calls can be
//! scored apart from the person's own faults.

use std::sync::Arc;

use matchday_event::{
    EventTime, Signal, Sport,
    production::CameraReport,
    senses::{Camera, LabelledMicro, MicroEvent, MicroKind as Kind},
};
use serde::Serialize;

use super::{
    HappeningKind as What, Script,
    causes::{self, Cause, Trigger},
    micro,
    stadium::StadiumPlan,
};
use crate::rng::Rng;

/// A person needs this long between seeing something and the button, in milliseconds.
pub const REACTION_MS: (u32, u32) = (250, 700);
/// The main camera stays on air about this long before the person looks closer for no reason.
const IDLE_MS: f64 = 120_000.0;
/// A called camera is the one that is on air so long after what it was called for.
const CALLED_MS: i64 = 1_000;

/// Something that there was to show.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cue {
    /// Milliseconds from kick-off at which it could be seen.
    pub at_ms: u64,
    /// The camera that shows it.
    pub camera: Camera,
    /// For how long it is worth showing, in milliseconds.
    pub length_ms: u32,
    /// How much it draws a director, 0 to 1.
    pub pull: f32,
    /// What it was.
    pub what: Arc<str>,
}

/// Why a shot was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "because", rename_all = "snake_case")]
pub enum Because {
    /// Of a cue, by its number.
    Cue {
        /// Which.
        cue: usize,
    },
    /// The wrong camera, for a cue.
    WrongCamera {
        /// Which.
        cue: usize,
    },
    /// The right one after the wrong one.
    PutRight {
        /// Which cue.
        cue: usize,
    },
    /// The shot was over: back to the main camera.
    Back,
    /// No reason: a closer look while nothing happened.
    Idle,
}

/// A shot that was called.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CalledShot {
    /// Milliseconds from kick-off.
    pub at_ms: u64,
    /// What went on air.
    pub camera: Camera,
    /// Why.
    #[serde(flatten)]
    pub because: Because,
}

/// What became of a cue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// Called so long after it could be seen, with the right camera.
    Called {
        /// In milliseconds.
        delay_ms: u32,
    },
    /// Called with the wrong camera.
    WrongCamera,
    /// Not seen.
    Missed,
    /// Something better, or something too fresh to leave, was on air; or it was on air already.
    Outdone,
}

/// What a director called in a match.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Direction {
    /// The shots, by time. The main camera is on air before the first.
    pub shots: Vec<CalledShot>,
    /// What became of each cue.
    pub outcomes: Vec<Outcome>,
}

impl Direction {
    /// What a mixer would have reported.
    pub fn reports(&self, source: &Arc<str>, kick_off: EventTime) -> Vec<CameraReport> {
        let report = |shot: &CalledShot| CameraReport {
            source: source.clone(),
            at: after(kick_off, shot.at_ms),
            camera: shot.camera,
        };
        self.shots.iter().map(report).collect()
    }

    /// The reports as they lie on a log.
    pub fn signals(&self, source: &Arc<str>, kick_off: EventTime) -> Vec<Signal> {
        let reports = self.reports(source, kick_off);
        reports.into_iter().map(Signal::Camera).collect()
    }
}

fn after(start: EventTime, ms: u64) -> EventTime {
    EventTime(start.0.saturating_add_unsigned(ms.saturating_mul(1000)))
}

/// A person's habits.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Human {
    /// By how much slower than most, in milliseconds.
    pub slower_ms: f64,
    /// How far a reaction is from the person's own, in milliseconds (standard deviation).
    pub spread_ms: f64,
    /// Share of what draws fully that is missed; of the rest more.
    pub missed: f64,
    /// Share that goes to the wrong camera.
    pub wrong: f64,
    /// How long the person lets a shot stand, in milliseconds.
    pub min_shot_ms: u32,
}

impl Human {
    /// Someone, as the seed has it.
    pub fn of(seed: u64) -> Self {
        let mut rng = Rng::new(seed, "director");
        Self {
            slower_ms: (rng.normal() * 35.0).clamp(-70.0, 90.0),
            spread_ms: 40.0 + 25.0 * rng.unit(),
            missed: 0.03 + 0.04 * rng.unit(),
            wrong: 0.02 + 0.02 * rng.unit(),
            min_shot_ms: 1_500 + rng.below(700) as u32,
        }
    }

    /// How long it takes this time.
    fn reaction_ms(&self, rng: &mut Rng, cue: &Cue) -> u32 {
        // What draws more is called sooner; a camera high on a wing has farther to swing.
        let swing = match cue.camera {
            Camera::Wing | Camera::Crowd => 40.0,
            Camera::Keeper | Camera::Baseline => -30.0,
            _ => 0.0,
        };
        let mean = 510.0 - 190.0 * f64::from(cue.pull) + swing + self.slower_ms;
        let (low, high) = REACTION_MS;
        let ms = mean + rng.normal() * self.spread_ms;
        ms.clamp(f64::from(low), f64::from(high)) as u32
    }
}

/// What is on air in the person's hands.
struct Hand<'a> {
    human: &'a Human,
    rng: Rng,
    camera: Camera,
    since_ms: u64,
    until_ms: u64,
    pull: f32,
    idle_ms: u64,
    shots: Vec<CalledShot>,
}

/// What a person calls of these cues, by time; the same seed calls the same.
pub fn direct(seed: u64, human: &Human, cues: &[Cue], duration_ms: u64) -> Direction {
    let mut hand = Hand {
        human,
        rng: Rng::new(seed, "called"),
        camera: Camera::Main,
        since_ms: 0,
        until_ms: u64::MAX,
        pull: 0.0,
        idle_ms: 0,
        shots: Vec::new(),
    };
    hand.idle_from(0);
    let outcomes = cues
        .iter()
        .enumerate()
        .map(|(n, cue)| hand.see(n, cue))
        .collect();
    hand.go_on(duration_ms);
    Direction {
        shots: hand.shots,
        outcomes,
    }
}

impl Hand<'_> {
    fn idle_from(&mut self, ms: u64) {
        let wait = -libm::log(1.0 - self.rng.unit()) * IDLE_MS;
        self.idle_ms = ms + 8_000 + wait as u64;
    }

    fn show(&mut self, at_ms: u64, camera: Camera, because: Because) {
        if camera != self.camera {
            self.shots.push(CalledShot {
                at_ms,
                camera,
                because,
            });
            (self.camera, self.since_ms) = (camera, at_ms);
        }
    }

    /// What the person does by itself until a time.
    fn go_on(&mut self, ms: u64) {
        loop {
            if self.until_ms <= ms {
                let at = self.until_ms;
                self.show(at, Camera::Main, Because::Back);
                (self.until_ms, self.pull) = (u64::MAX, 0.0);
                self.idle_from(at);
            } else if self.camera == Camera::Main && self.idle_ms <= ms {
                let at = self.idle_ms;
                self.show(at, Camera::Tight, Because::Idle);
                self.until_ms = at + 2_500 + self.rng.below(2_500) as u64;
                self.pull = 0.05;
            } else {
                return;
            }
        }
    }

    fn see(&mut self, n: usize, cue: &Cue) -> Outcome {
        // Drawn whatever comes of it, so that one cue more moves no other.
        let delay_ms = self.human.reaction_ms(&mut self.rng, cue);
        let (missed, wrong, put_right) = (self.rng.unit(), self.rng.unit(), self.rng.unit());
        let stretch = 0.85 + 0.4 * self.rng.unit();
        let at_ms = cue.at_ms + u64::from(delay_ms);
        self.go_on(at_ms);
        let pull = f64::from(cue.pull);
        if missed < self.human.missed + 0.12 * (1.0 - pull) {
            return Outcome::Missed;
        }
        let shown = self.camera != Camera::Main;
        let fresh = at_ms < self.since_ms + u64::from(self.human.min_shot_ms);
        let outdone = if fresh && (shown || self.since_ms > 0) {
            cue.pull < self.pull + 0.3
        } else {
            shown && cue.pull < self.pull * 0.8
        };
        if outdone || cue.camera == self.camera || at_ms < self.since_ms {
            return Outcome::Outdone;
        }
        self.pull = cue.pull;
        self.until_ms = at_ms + (f64::from(cue.length_ms) * stretch) as u64;
        if wrong >= self.human.wrong {
            self.show(at_ms, cue.camera, Because::Cue { cue: n });
            return Outcome::Called { delay_ms };
        }
        let other = mistaken(cue.camera);
        self.show(at_ms, other, Because::WrongCamera { cue: n });
        let later = at_ms + 700 + (put_right * 900.0) as u64;
        if put_right < 0.6 && later < self.until_ms {
            self.show(later, cue.camera, Because::PutRight { cue: n });
        }
        Outcome::WrongCamera
    }
}

/// The button beside it.
fn mistaken(camera: Camera) -> Camera {
    match camera {
        Camera::Main | Camera::Keeper => Camera::Tight,
        Camera::Tight => Camera::Rail,
        Camera::Rail => Camera::Wing,
        Camera::Wing => Camera::Rail,
        Camera::Crowd => Camera::Wing,
        Camera::Baseline => Camera::Tight,
    }
}

/// What there was to show of a match's truth.
pub fn cues_of(script: &Script) -> Vec<Cue> {
    let mut cues = Vec::new();
    for h in &script.happenings {
        let mut cue = |later_ms: u64, camera, length_ms, pull| {
            cues.push(Cue {
                at_ms: h.at_ms + later_ms,
                camera,
                length_ms,
                pull,
                what: h.kind.as_str().into(),
            });
        };
        match h.kind {
            What::Score { .. } if h.weight > 0.3 => {
                cue(1_200, Camera::Tight, 4_000, 0.9);
                cue(7_000, Camera::Crowd, 3_500, 0.75);
            }
            What::NearMiss | What::PenaltyMissed => {
                cue(900, Camera::Tight, 3_000, 0.5 + 0.3 * h.weight);
            }
            What::BigPlay | What::Stop => cue(1_500, Camera::Rail, 3_500, 0.4 + 0.3 * h.weight),
            What::Foul => cue(800, Camera::Tight, 2_500, 0.4),
            What::Card => cue(1_000, Camera::Tight, 3_500, 0.7),
            What::Injury => cue(700, Camera::Tight, 4_000, 0.8),
            What::Review => cue(3_000, Camera::Crowd, 4_000, 0.45),
            What::Timeout => cue(2_000, Camera::Crowd, 4_000, 0.4),
            _ => {}
        }
    }
    cues.sort_by_key(|c| c.at_ms);
    cues
}

/// What a director sees of the true causes of rules: the picture that a rule means to show is the one that a person would.
pub fn cues_of_causes(causes: &[Cause]) -> Vec<Cue> {
    let cue = |cause: &Cause| {
        let (camera, length_ms, pull) = match cause.trigger {
            Trigger::Keyword => (Camera::Rail, 4_000, 0.6),
            Trigger::PenaltyGaze => (Camera::Keeper, 1_400, 0.8),
            Trigger::HeadTurn => (Camera::Wing, 2_000, 0.45),
            Trigger::HeartLeap => (Camera::Crowd, 4_000, 0.6),
            Trigger::SpinDrop => (Camera::Tight, 2_500, 0.5),
            Trigger::FastServe => (Camera::Baseline, 2_500, 0.65),
            // These are shown to viewers, and no camera's business.
            Trigger::BallTrace
            | Trigger::ThreeJoy
            | Trigger::MissRage
            | Trigger::UnderdogSurprise => return None,
        };
        Some(Cue {
            at_ms: cause.at_ms,
            camera,
            length_ms,
            pull,
            what: cause.trigger.as_str().into(),
        })
    };
    causes.iter().filter_map(cue).collect()
}

/// What the director of a match of the world called: of the match's truth and of the true causes of rules.
pub fn of_world(seed: u64, script: &Script, plan: &StadiumPlan) -> (Vec<Cue>, Direction) {
    let mut cues = cues_of(script);
    cues.extend(cues_of_causes(&causes::truth(seed, script, plan)));
    cues.sort_by(|a, b| (a.at_ms, a.camera, &a.what).cmp(&(b.at_ms, b.camera, &b.what)));
    let direction = direct(seed, &Human::of(seed), &cues, script.duration_ms);
    (cues, direction)
}

/// What a micro-event draws a director to, if to anything. What the event's own hint says is where it begins; a person
/// also minds where it was, and lets most of what is common go by.
pub fn cue_of(event: &MicroEvent, sport: Sport) -> Option<Cue> {
    let (x, y) = event.place.map_or((0.5, 0.5), |p| (p.x, p.y));
    let at_goal = !(0.2..0.8).contains(&x);
    let at_edge = !(0.2..0.8).contains(&y);
    let label = event.label.as_deref();
    let (camera, length_ms, pull) = match event.kind {
        // A basket is nothing to leave the play for, and after a game the player is shown.
        Kind::Score if sport == Sport::Basketball => return None,
        Kind::Score if sport == Sport::Tennis => (Camera::Tight, 3_000, 0.6),
        Kind::Score => (Camera::Tight, 4_000, 0.95),
        Kind::Injury => (Camera::Tight, 4_000, 0.85),
        Kind::Celebration => (Camera::Tight, 3_500, 0.75),
        Kind::RunUp => (Camera::Keeper, 2_000, 0.85),
        Kind::GazeHold if label == Some("penalty-mark") => (Camera::Keeper, 2_500, 0.8),
        Kind::NearMiss => (Camera::Rail, 3_000, 0.7),
        Kind::SetPiece if at_edge => (Camera::Wing, 3_500, 0.6),
        Kind::SetPiece => (Camera::Keeper, 3_500, 0.5),
        Kind::Foul => (Camera::Tight, 2_500, 0.55),
        Kind::HeartJump => (Camera::Crowd, 3_000, 0.6),
        Kind::Loud => (Camera::Crowd, 3_000, 0.55),
        Kind::FastServe => (Camera::Baseline, 2_500, 0.7),
        Kind::SpinDrop if at_goal => (Camera::Tight, 2_000, 0.55),
        Kind::Keyword if matches!(label, Some("slow-mo" | "ankle")) => (Camera::Rail, 3_000, 0.6),
        Kind::HeadTurn if at_goal || at_edge => (Camera::Wing, 2_500, 0.45),
        Kind::Sprint if at_edge => (Camera::Rail, 2_500, 0.4),
        Kind::BigPlay => (Camera::Rail, 3_500, 0.55),
        Kind::Roar | Kind::Groan | Kind::Reaction => (Camera::Crowd, 2_500, 0.35),
        _ => return None,
    };
    // What was not there was not seen.
    let pull = pull * (0.4 + 0.6 * event.confidence);
    Some(Cue {
        at_ms: u64::from(event.match_ms),
        camera,
        length_ms,
        pull,
        what: event.kind.as_str().into(),
    })
}

/// A match of a season with its director.
#[derive(Debug, Clone, PartialEq)]
pub struct Directed {
    /// What happened, by time, with the camera that was on air a second later: the one that was called for it.
    pub events: Vec<LabelledMicro>,
    /// What there was to show of them.
    pub cues: Vec<Cue>,
    /// What was called.
    pub direction: Direction,
    /// The calls as a mixer reports them.
    pub reports: Vec<CameraReport>,
}

/// The micro-events of a season's match (see [`micro::one_match`]) and what a director made of them. One person directs
/// a season.
pub fn directed(seed: u64, sport: Sport, number: u64) -> Directed {
    let mut events = micro::one_match(seed, sport, number);
    let mut rng = Rng::new(seed ^ number.wrapping_mul(0x9e37_79b9), "seen");
    let mut cues: Vec<Cue> = events
        .iter()
        .filter(|e| rng.chance(f64::from(e.event.confidence)))
        .filter_map(|e| cue_of(&e.event, sport))
        .collect();
    cues.sort_by_key(|c| c.at_ms);
    let start = events.first().map_or(EventTime(0), |e| {
        EventTime(e.event.at.0 - i64::from(e.event.match_ms) * 1000)
    });
    let last_ms = events.last().map_or(0, |e| u64::from(e.event.match_ms));
    let human = Human::of(seed);
    let direction = direct(seed ^ number, &human, &cues, last_ms + 10_000);
    let reports = direction.reports(&"human-director".into(), start);
    for event in &mut events {
        let until = EventTime(event.event.at.0 + CALLED_MS * 1000);
        let before = reports.partition_point(|r| r.at <= until);
        let last = before.checked_sub(1).map(|n| reports[n].camera);
        event.called = Some(last.unwrap_or(Camera::Main));
    }
    Directed {
        events,
        cues,
        direction,
        reports,
    }
}

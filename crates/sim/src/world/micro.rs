//! A season of micro-events: what the senses would tell of every match, and the camera that a director took.
//!
//! A ball wanders over the field, with whoever has it towards the other side's end, and goes where the script's
//! happenings are; players sprint and turn about it, the crowd and the rooms answer what happens. It is no picture of
//! any league. It has what a store must live with: places that hang together, bursts behind goals, quiet minutes, kinds
//! from once a match to once in ten seconds, and confidences that differ by sense.

use std::sync::Arc;

use matchday_event::{
    EventTime, GameId, Side, Sport,
    senses::{Camera, LabelledMicro, MicroEvent, MicroKind as Kind, Place, Sense},
};

use super::{Happening, HappeningKind as What, Script};
use crate::rng::Rng;

/// 8 August 2026, noon UTC, in milliseconds.
const OPENING_MS: i64 = 1_786_190_400_000;
const WEEK_MS: i64 = 7 * 86_400_000;
/// Matches of one round, and when they begin after noon, in minutes.
const ROUND_MIN: [i64; 10] = [30, 180, 180, 180, 180, 330, 1470, 1620, 1770, 1890];

/// The micro-events of one match after another, each match by time. It has no end: take as many as a season has.
pub fn season(seed: u64, sport: Sport) -> impl Iterator<Item = LabelledMicro> {
    (0_u64..).flat_map(move |n| one_match(seed, sport, n))
}

/// The micro-events of a season's match, from 0, by time.
pub fn one_match(seed: u64, sport: Sport, number: u64) -> Vec<LabelledMicro> {
    let script = Script::generate(seed.wrapping_mul(1_000_003).wrapping_add(number), sport);
    let league = match sport {
        Sport::AmericanFootball => "nfl",
        Sport::Soccer => "soccer",
        Sport::Basketball => "nba",
        Sport::Tennis => "atp",
    };
    let Ok(game) = GameId::new(format!("{league}-sim-{seed}-{:04}", number + 1)) else {
        return Vec::new();
    };
    let per_round = ROUND_MIN.len() as u64;
    let (round, slot) = (number / per_round, (number % per_round) as usize);
    let round = i64::try_from(round).unwrap_or(0);
    let mut world = World {
        rng: Rng::new(seed ^ number.wrapping_mul(0x9e37_79b9), "micro"),
        start_ms: OPENING_MS + round * WEEK_MS + ROUND_MIN[slot] * 60_000,
        field: Field::of(sport),
        ball: (0.5, 0.5),
        with: Side::Home,
        turned: false,
        third: None,
        out: Vec::new(),
        game,
    };
    // Nobody kicks off on the second.
    world.start_ms += world.rng.between(0, 240_000) as i64;
    world.play(&script);
    world.out.sort_by_key(|e| e.event.at);
    world.out
}

/// How much of what a sport has.
struct Field {
    /// Sprints, turns and entries into the final third in a second of play.
    sprints: f64,
    turns: f64,
    thirds: bool,
    /// How fast the ball wanders, in fields a root second.
    stride: f64,
    /// Serves over 190 km/h a second.
    serves: f64,
}

impl Field {
    fn of(sport: Sport) -> Self {
        let (sprints, turns, thirds, stride, serves) = match sport {
            Sport::Soccer => (0.022, 0.012, true, 0.055, 0.0),
            Sport::AmericanFootball => (0.03, 0.008, true, 0.03, 0.0),
            Sport::Basketball => (0.02, 0.01, false, 0.11, 0.0),
            Sport::Tennis => (0.004, 0.0, false, 0.09, 0.006),
        };
        Self {
            sprints,
            turns,
            thirds,
            stride,
            serves,
        }
    }
}

struct World {
    rng: Rng,
    game: GameId,
    start_ms: i64,
    field: Field,
    ball: (f64, f64),
    with: Side,
    turned: bool,
    third: Option<Side>,
    out: Vec<LabelledMicro>,
}

impl World {
    fn play(&mut self, script: &Script) {
        let mut next = script.happenings.iter().peekable();
        let mut resting = false;
        for second in 0..script.duration_ms / 1000 {
            let until = (second + 1) * 1000;
            while let Some(happening) = next.next_if(|h| h.at_ms < until) {
                resting = match happening.kind {
                    What::HalfTime => true,
                    What::PeriodStart { .. } | What::KickOff => false,
                    _ => resting,
                };
                self.turned ^= matches!(happening.kind, What::HalfTime);
                self.happen(happening);
            }
            if !resting {
                self.wander(second * 1000);
            }
        }
    }

    /// Where the side attacks: 1 or 0 along the field.
    fn end_of(&self, side: Side) -> f64 {
        f64::from(u8::from((side == Side::Home) != self.turned))
    }

    fn wander(&mut self, ms: u64) {
        if self.rng.chance(0.035) {
            self.with = self.with.other();
        }
        let stride = self.field.stride;
        let pull = 0.012 * (self.end_of(self.with) - 0.5).signum();
        let (dx, dy) = (self.rng.normal() * stride, self.rng.normal() * stride);
        self.ball.0 = (self.ball.0 + pull + dx * 0.7).clamp(0.0, 1.0);
        self.ball.1 = (self.ball.1 + 0.02 * (0.5 - self.ball.1) + dy).clamp(0.0, 1.0);
        let within = |w: &mut Self| ms + w.rng.below(1000) as u64;
        let third = self.third_of_ball();
        if self.field.thirds && third != self.third {
            if let Some(side) = third {
                let at = within(self);
                let place = self.near(0.004);
                self.tell(at, Kind::FinalThird, None, Some(side), place, 0.95);
            }
            self.third = third;
        }
        if self.rng.chance(self.field.sprints) {
            let at = within(self);
            let side = if self.rng.chance(0.55) {
                self.with
            } else {
                self.with.other()
            };
            let place = self.near(0.11);
            self.tell(at, Kind::Sprint, None, Some(side), place, 0.88);
        }
        if self.rng.chance(self.field.turns) {
            let at = within(self);
            let place = self.near(0.16);
            self.tell(
                at,
                Kind::HeadTurn,
                None,
                Some(self.with.other()),
                place,
                0.72,
            );
        }
        if third.is_some() && self.rng.chance(0.004) {
            let at = within(self);
            let place = self.near(0.004);
            self.tell(at, Kind::SpinDrop, None, third, place, 0.8);
        }
        if self.rng.chance(self.field.serves) {
            let at = within(self);
            let x = self.end_of(self.with.other());
            let y = 0.5 + self.rng.normal() * 0.06;
            let place = Place::new(x as f32, y as f32);
            self.tell(at, Kind::FastServe, None, Some(self.with), place, 0.97);
        }
        if self.rng.chance(0.003) {
            let at = within(self);
            let (kind, label) = *self.one_of(&[
                (Kind::Chant, None),
                (Kind::Keyword, Some("slow-mo")),
                (Kind::Keyword, Some("ankle")),
                (Kind::Whistle, None),
                (Kind::Roar, None),
            ]);
            self.tell(at, kind, label, None, None, 0.66);
        }
    }

    /// The side in whose final third the ball is.
    fn third_of_ball(&self) -> Option<Side> {
        // A way back, so that a ball on the line is told once.
        let line = |held: bool| if held { 0.64 } else { 0.667 };
        [Side::Home, Side::Away].into_iter().find(|side| {
            let along = if self.end_of(*side) > 0.5 {
                self.ball.0
            } else {
                1.0 - self.ball.0
            };
            along > line(self.third == Some(*side))
        })
    }

    fn happen(&mut self, happening: &Happening) {
        let at = happening.at_ms;
        let side = happening.side;
        let weight = f64::from(happening.weight);
        if let Some(side) = side {
            let forward = matches!(
                happening.kind,
                What::Score { .. } | What::NearMiss | What::PenaltyMissed | What::BigPlay
            );
            let depth = if forward {
                0.88
            } else {
                0.35 + 0.3 * self.rng.unit()
            };
            let end = self.end_of(side);
            let x = if end > 0.5 { depth } else { 1.0 - depth };
            self.ball.0 = (x + self.rng.normal() * 0.05).clamp(0.0, 1.0);
            let spread = if forward { 0.13 } else { 0.24 };
            self.ball.1 = (0.5 + self.rng.normal() * spread).clamp(0.0, 1.0);
            self.with = side;
        }
        let place = self.near(0.01);
        let kind = match happening.kind {
            What::Score { .. } => Some(Kind::Score),
            What::NearMiss | What::PenaltyMissed => Some(Kind::NearMiss),
            What::BigPlay | What::Stop => Some(Kind::BigPlay),
            What::Turnover => Some(Kind::Turnover),
            What::Foul | What::Card => Some(Kind::Foul),
            What::Injury => Some(Kind::Injury),
            What::Whistle => {
                let soon = at + self.about(160.0);
                self.tell(soon, Kind::Whistle, None, None, None, 0.9);
                None
            }
            _ => None,
        };
        if let Some(kind) = kind {
            self.tell(at, kind, None, side, place, 0.97);
        }
        if matches!(happening.kind, What::PenaltyMissed) {
            let before = at.saturating_sub(1400 + self.about(300.0));
            let x = if place.is_some_and(|p| p.x > 0.5) {
                0.895
            } else {
                0.105
            };
            let mark = Place::new(x, 0.5);
            self.tell(before, Kind::RunUp, Some("penalty"), side, mark, 0.93);
            let gaze = before.saturating_sub(900);
            self.tell(gaze, Kind::GazeHold, Some("penalty-mark"), side, mark, 0.85);
        }
        if matches!(happening.kind, What::Foul) && self.rng.chance(0.5) {
            let later = at + 12_000 + self.about(9000.0);
            let x = place;
            self.tell(
                later,
                Kind::SetPiece,
                Some("free-kick"),
                side.map(Side::other),
                x,
                0.96,
            );
        }
        let tone = happening.kind.tone();
        if weight > 0.15 && self.rng.chance((2.2 * weight).min(0.97)) {
            let kind = if tone < 0 { Kind::Groan } else { Kind::Roar };
            let later = at + 150 + self.about(110.0);
            self.tell(later, kind, None, side, None, 0.6 + 0.38 * weight);
        }
        if weight > 0.4 && self.rng.chance(weight) {
            let later = at + 400 + self.about(350.0);
            self.tell(later, Kind::Loud, Some("94"), None, None, 0.9);
            let later = later + self.about(500.0);
            self.tell(later, Kind::Reaction, None, side, None, 0.75);
        }
        if weight > 0.6 {
            let later = at + 900 + self.about(600.0);
            self.tell(later, Kind::HeartJump, None, side, None, 0.8);
            let later = at + 2500 + self.about(1500.0);
            let place = self.near(0.06);
            self.tell(later, Kind::Celebration, None, side, place, 0.84);
        }
        if weight > 0.2 && self.rng.chance(0.5 * weight) {
            let label = *self.one_of(&["slow-mo", "ankle", "var", "keeper", "ref"]);
            let later = at + 3000 + self.about(2500.0);
            self.tell(later, Kind::Keyword, Some(label), None, None, 0.86);
        }
    }

    fn one_of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.rng.below(list.len())]
    }

    /// Some milliseconds: mostly near `mean`, at times far more.
    fn about(&mut self, mean: f64) -> u64 {
        (-libm::log(1.0 - self.rng.unit()) * mean) as u64
    }

    fn near(&mut self, spread: f64) -> Option<Place> {
        let x = self.ball.0 + self.rng.normal() * spread;
        let y = self.ball.1 + self.rng.normal() * spread * 1.4;
        Place::new(x as f32, y as f32)
    }

    fn tell(
        &mut self,
        at_ms: u64,
        kind: Kind,
        label: Option<&str>,
        side: Option<Side>,
        place: Option<Place>,
        sure: f64,
    ) {
        // Sure things are near 1 and seldom far under it.
        let doubt = (1.0 - sure) * -libm::log(1.0 - self.rng.unit());
        let confidence = MicroEvent::confidence_of((1.0 - doubt).max(0.5) as f32);
        let camera = camera_of(kind);
        let called = self.called(camera, confidence);
        let at_ms = at_ms.min(u64::from(u32::MAX));
        self.out.push(LabelledMicro {
            game: self.game.clone(),
            event: MicroEvent {
                at: EventTime::from_millis(self.start_ms.saturating_add_unsigned(at_ms)),
                match_ms: u32::try_from(at_ms).unwrap_or(u32::MAX),
                kind,
                label: label.map(Arc::from),
                sense: sense_of(kind),
                place,
                side,
                camera,
                confidence,
            },
            called,
        });
    }

    /// The camera on air: the hint's where it was sure enough and the director agreed.
    fn called(&mut self, hint: Camera, confidence: f32) -> Option<Camera> {
        if self.rng.chance(0.04) {
            return None;
        }
        let follows = confidence >= 0.75 && self.rng.chance(0.78);
        Some(if follows {
            hint
        } else if self.rng.chance(0.7) {
            Camera::Main
        } else {
            *self.one_of(&[Camera::Tight, Camera::Wing, Camera::Rail, Camera::Crowd])
        })
    }
}

fn camera_of(kind: Kind) -> Camera {
    match kind {
        Kind::Roar
        | Kind::Groan
        | Kind::Chant
        | Kind::Loud
        | Kind::Stir
        | Kind::HeartJump
        | Kind::Reaction => Camera::Crowd,
        Kind::Keyword => Camera::Rail,
        Kind::GazeHold | Kind::RunUp => Camera::Keeper,
        Kind::HeadTurn => Camera::Wing,
        Kind::FastServe => Camera::Baseline,
        Kind::SpinDrop | Kind::Celebration | Kind::Injury | Kind::Sprint => Camera::Tight,
        _ => Camera::Main,
    }
}

fn sense_of(kind: Kind) -> Sense {
    match kind {
        Kind::Roar | Kind::Whistle | Kind::Groan | Kind::Chant | Kind::Loud => Sense::Sound,
        Kind::Keyword => Sense::Chat,
        Kind::Sprint
        | Kind::FinalThird
        | Kind::RunUp
        | Kind::HeadTurn
        | Kind::SpinDrop
        | Kind::FastServe => Sense::Tracking,
        Kind::HeartJump => Sense::Body,
        Kind::GazeHold => Sense::Gaze,
        Kind::Celebration | Kind::Reaction => Sense::Vision,
        _ => Sense::Game,
    }
}

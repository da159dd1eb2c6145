//! The tracking agent: what follows from where players and ball are.
//!
//! Frames in, facts out. Every frame is looked at first: one with forty balls, players off the planet, a clock that jumps
//! or people who stand like statues gives a coded refusal and nothing else. What is left feeds a filter per player and
//! ball ([`filter`]), and their speeds and places give sprints, final thirds, run-ups, turns and spin.
//!
//! Memory is bounded: four systems, of each 64 players with half a second of their places, and a ball.

mod detect;
mod filter;
mod limits;
mod run_up;
mod serve;
mod trouble;

use std::{collections::BTreeMap, sync::Arc};

use matchday_event::{
    EventTime, Fact, Side, Signal,
    senses::{FrameReport, Pitch, Place, Spot, Towards, TrackedPlayer, TrackingFact},
};

pub use limits::Limits;
pub(super) use serve::fast_serves;

use super::{Scene, SenseAgent};
use detect::{BallWatch, PlayerWatch};
use filter::Track;
use run_up::RunUps;
use trouble::Troubles;

/// Most systems of a game; more are left out.
const MOST_SOURCES: usize = 4;
/// Most players kept of a system.
const MOST_PLAYERS: usize = 64;
/// After so long without a frame another system may speak.
const SILENT_US: i64 = 1_000_000;
/// After so long without a frame, what was known of movements is forgotten.
const GAP_US: i64 = 500_000;

/// Follows players and ball of one game.
#[derive(Debug, Clone, Default)]
pub struct Tracking {
    limits: Limits,
    sources: BTreeMap<Arc<str>, Source>,
    /// The system that facts are made from, and when it last gave a frame that can be used.
    lead: Option<(Arc<str>, EventTime)>,
}

impl Tracking {
    /// An agent that goes by other limits than [`Limits::DEFAULT`].
    pub fn with_limits(limits: Limits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }

    /// Takes a frame and appends what follows from it. Where several systems report, one of them is believed until it
    /// falls silent or gives frames that cannot be used; refusals are told of all.
    pub fn apply(&mut self, frame: &FrameReport, out: &mut Vec<Fact>) {
        if self.sources.len() >= MOST_SOURCES && !self.sources.contains_key(&frame.source) {
            return;
        }
        let source = self.sources.entry(frame.source.clone()).or_default();
        let mut told = Vec::new();
        let usable = source.apply(frame, &self.limits, &mut told);
        if usable {
            let leads = self.lead.as_ref().is_none_or(|(name, at)| {
                *name == frame.source || frame.at.0.saturating_sub(at.0) > SILENT_US
            });
            if leads {
                self.lead = Some((frame.source.clone(), frame.at));
            }
        }
        let speaks = self
            .lead
            .as_ref()
            .is_none_or(|(name, _)| *name == frame.source);
        out.extend(
            told.into_iter()
                .filter(|f| speaks || matches!(f, TrackingFact::Refused(_)))
                .map(Fact::Tracking),
        );
    }
}

impl SenseAgent for Tracking {
    fn take(&mut self, signal: &Signal, _: Scene<'_>, facts: &mut Vec<Fact>) {
        if let Signal::Frame(frame) = signal {
            self.apply(frame, facts);
        }
    }
}

/// One tracking system.
#[derive(Debug, Clone, Default)]
struct Source {
    troubles: Troubles,
    period: Option<u8>,
    at: Option<EventTime>,
    players: BTreeMap<Arc<str>, Player>,
    ball: Track,
    watch: BallWatch,
    run_ups: RunUps,
    /// Sum over frames of how much farther along `x` the visitors stand than the home side: its sign tells who attacks
    /// where, when nobody says.
    lean_m: f64,
    possession: Option<Side>,
}

#[derive(Debug, Clone)]
struct Player {
    known: TrackedPlayer,
    seen: EventTime,
    track: Track,
    watch: PlayerWatch,
}

/// A frame and what the agent knows besides.
struct Now<'a> {
    frame: &'a FrameReport,
    home_attacks: Option<Towards>,
    possession: Option<Side>,
    ball: Option<Motion>,
}

/// Where something is and how it moves, by the filter.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Motion {
    x_m: f32,
    y_m: f32,
    vx_mps: f32,
    vy_mps: f32,
}

impl Motion {
    fn speed_mps(&self) -> f32 {
        libm::hypotf(self.vx_mps, self.vy_mps)
    }

    fn distance_m(&self, x_m: f32, y_m: f32) -> f32 {
        libm::hypotf(self.x_m - x_m, self.y_m - y_m)
    }
}

/// A place on the pitch as micro-events tell it.
pub(super) fn place_of(pitch: Pitch, x_m: f32, y_m: f32) -> Option<Place> {
    Place::new(x_m / pitch.length_m + 0.5, y_m / pitch.width_m + 0.5)
}

/// Whole centimetres: no system knows more.
fn to_cm(m: f32) -> f32 {
    (m * 100.0).round() / 100.0
}

impl Now<'_> {
    fn spot(&self, x_m: f32, y_m: f32) -> Option<Spot> {
        Some(Spot {
            x_m: to_cm(x_m),
            y_m: to_cm(y_m),
            place: place_of(self.frame.pitch, x_m, y_m)?,
        })
    }

    /// The side that attacks towards where `x_m` is.
    fn attacker_towards(&self, x_m: f32) -> Option<Side> {
        let home = self.home_attacks?.sign() * x_m > 0.0;
        Some(if home { Side::Home } else { Side::Away })
    }
}

impl Source {
    /// Whether the frame could be used.
    fn apply(&mut self, frame: &FrameReport, limits: &Limits, out: &mut Vec<TrackingFact>) -> bool {
        if !self.troubles.see(frame, limits, out) {
            self.forget(frame.at, out);
            return false;
        }
        let gap = self.at.is_some_and(|at| frame.at.0 - at.0 > GAP_US);
        if gap || (frame.period.is_some() && frame.period != self.period) {
            self.forget(frame.at, out);
        }
        if frame.period != self.period {
            self.lean_m = 0.0;
        }
        self.at = Some(frame.at);
        self.period = frame.period.or(self.period);
        let ball = frame.balls.first().and_then(|ball| {
            self.ball
                .push(frame.at, ball.x_m, ball.y_m, limits.ball_mps);
            self.ball.motion()
        });
        self.lean(frame);
        self.possession = frame
            .possession
            .or_else(|| nearest_side(frame, limits))
            .or(self.possession);
        let now = Now {
            frame,
            home_attacks: frame.home_attacks.or_else(|| self.home_attacks()),
            possession: self.possession,
            ball,
        };
        self.watch.see(&now, limits, out);
        // A guessed place is nobody's: no speed is made of it.
        for player in frame.players.iter().filter(|p| !p.guessed) {
            let room = self.players.len() < MOST_PLAYERS || self.players.contains_key(&player.id);
            if !room {
                self.players
                    .retain(|_, p| frame.at.0 - p.seen.0 < SILENT_US);
                continue;
            }
            let kept = self
                .players
                .entry(player.id.clone())
                .or_insert_with(|| Player {
                    known: player.clone(),
                    seen: frame.at,
                    track: Track::default(),
                    watch: PlayerWatch::default(),
                });
            if frame.at.0 - kept.seen.0 > GAP_US {
                kept.watch.end(&kept.known, frame.at, &now, out);
                kept.track.clear();
            }
            kept.seen = frame.at;
            kept.known.clone_from(player);
            let whole = kept
                .track
                .push(frame.at, player.x_m, player.y_m, limits.player_mps);
            if !whole {
                // Nobody moves so: two tracks were taken for one another.
                kept.watch.end(&kept.known, frame.at, &now, out);
            }
            let motion = kept.track.motion();
            kept.watch.see(player, motion, &now, limits, out);
        }
        let movers = self
            .players
            .values()
            .filter(|p| p.seen == frame.at)
            .filter_map(|p| Some((&p.known, p.track.motion()?)));
        self.run_ups.see(&now, movers, limits, out);
        true
    }

    /// What lasted is over, and movements are learnt anew.
    fn forget(&mut self, at: EventTime, out: &mut Vec<TrackingFact>) {
        for player in self.players.values_mut() {
            player.watch.stop(&player.known, at, out);
        }
        self.players.clear();
        self.watch.stop(at, out);
        self.ball.clear();
        self.run_ups = RunUps::default();
    }

    fn lean(&mut self, frame: &FrameReport) {
        let mean = |side| {
            let of: Vec<f32> = frame
                .players
                .iter()
                .filter(|p| p.side == Some(side))
                .map(|p| p.x_m)
                .collect();
            (of.len() >= 3).then(|| of.iter().sum::<f32>() / of.len() as f32)
        };
        if let (Some(home), Some(away)) = (mean(Side::Home), mean(Side::Away)) {
            // A frame counts little, and a half of them is not forgotten by one attack.
            self.lean_m = (self.lean_m + f64::from(away - home)).clamp(-5000.0, 5000.0);
        }
    }

    /// By where the sides stand: summed over some seconds, each is nearer to the end that it defends. The axes' own rule
    /// is not relied on, for a feed that does not know who attacks where cannot keep it either.
    fn home_attacks(&self) -> Option<Towards> {
        if self.lean_m > 500.0 {
            Some(Towards::Positive)
        } else if self.lean_m < -500.0 {
            Some(Towards::Negative)
        } else {
            None
        }
    }
}

/// The side of whoever is within reach of the ball, if nobody of the other side is nearly as near.
fn nearest_side(frame: &FrameReport, limits: &Limits) -> Option<Side> {
    let ball = frame.balls.first()?;
    let nearest_m = |side| {
        let of = frame.players.iter().filter(|p| p.side == Some(side));
        of.map(|p| libm::hypotf(p.x_m - ball.x_m, p.y_m - ball.y_m))
            .fold(f32::INFINITY, f32::min)
    };
    let (home_m, away_m) = (nearest_m(Side::Home), nearest_m(Side::Away));
    let clear = (home_m - away_m).abs() >= limits.nearer_m;
    let side = if home_m < away_m {
        Side::Home
    } else {
        Side::Away
    };
    (home_m.min(away_m) <= limits.reach_m && clear).then_some(side)
}

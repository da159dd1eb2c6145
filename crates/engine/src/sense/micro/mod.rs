//! The agent of micro-events: of what the game and the other senses say, each thing that has a moment and perhaps a place,
//! once, with the camera that would show it best.
//!
//! It speaks last, decides nothing and asks nothing: `facts` in, micro-events behind them. What lasts (a chant, a sprint)
//! is told when it begins.

mod hear;
mod play;
mod see;

use std::{collections::VecDeque, sync::Arc};

use matchday_event::{
    EventTime, Fact, GamePhase, PlayId, Side, Signal,
    senses::{Camera, MicroEvent, MicroKind, Place, Sense},
};

use super::{Scene, SenseAgent};

/// Plays remembered, so that a correction is not told as another thing.
const PLAYS_KEPT: usize = 4096;
/// Of several microphones, rooms and senses that tell of one thing, the first is taken; then none of that kind for so long.
const SAME_SOUND_US: i64 = 1_000_000;
/// A celebration goes on under one onset; another of the same side within this time is the same.
const SAME_SIGHT_US: i64 = 5_000_000;
/// A moment that a play has told of within this time is not told again.
const SAME_MOMENT_US: i64 = 15_000_000;
/// How old the ball's place may be to stand for that of a play.
const BALL_US: i64 = 2_000_000;

/// Turns facts into micro-events.
#[derive(Debug, Clone, Default)]
pub struct Micro {
    clock: Clock,
    ball: Option<(EventTime, Place)>,
    plays: VecDeque<PlayId>,
    /// When something of a kind was last told, by kind; for plays with their side.
    last: Vec<(MicroKind, Option<Side>, EventTime)>,
    moments: u32,
    spikes: hear::Spikes,
}

/// What time it is, and when the match began.
#[derive(Debug, Clone, Copy, Default)]
struct Clock {
    now: Option<EventTime>,
    start: Option<EventTime>,
}

impl Clock {
    fn hear(&mut self, signal: &Signal, scene: Scene<'_>) {
        // A bookmaker's last change of a price may be of yesterday.
        let at = signal.at().filter(|_| !matches!(signal, Signal::Odds(_)));
        if let Some(at) = at {
            self.now = Some(self.now.map_or(at, |now| now.max(at)));
        }
        if self.start.is_some() {
            return;
        }
        // A frame of the first period says how long that has been played, whenever the log begins.
        if let Signal::Frame(frame) = signal
            && let (Some(1), Some(clock_ms)) = (frame.period, frame.clock_ms)
        {
            self.start = Some(EventTime(
                frame.at.0.saturating_sub(i64::from(clock_ms) * 1000),
            ));
            return;
        }
        let Some(now) = self.now else { return };
        let scheduled = scene.info.and_then(|i| i.kickoff).filter(|k| now >= *k);
        self.start = match scene.state.phase {
            GamePhase::Scheduled => scheduled,
            // Somebody who comes late goes by the schedule.
            _ => Some(scheduled.unwrap_or(now)),
        };
    }

    fn match_ms(&self, at: EventTime) -> u32 {
        let since = self.start.map_or(0, |start| at.0.saturating_sub(start.0));
        u32::try_from((since / 1000).max(0)).unwrap_or(u32::MAX)
    }
}

/// What is to be told, before it has its match second.
#[derive(Debug, Clone)]
struct Told {
    at: EventTime,
    kind: MicroKind,
    label: Option<Arc<str>>,
    sense: Sense,
    place: Option<Place>,
    side: Option<Side>,
    camera: Camera,
    confidence: f32,
}

impl Told {
    /// Something without a label, a place or a side.
    fn new(at: EventTime, kind: MicroKind, sense: Sense, confidence: f32) -> Self {
        Self {
            at,
            kind,
            label: None,
            sense,
            place: None,
            side: None,
            camera: camera_of(kind),
            confidence,
        }
    }
}

/// The camera that shows a kind of thing best, unless more is known.
fn camera_of(kind: MicroKind) -> Camera {
    use MicroKind as K;
    match kind {
        K::Stir | K::Roar | K::Groan | K::Chant | K::Loud | K::HeartJump | K::Reaction => {
            Camera::Crowd
        }
        // Somebody asks to see it again from near: the ankles, the slow motion.
        K::Keyword => Camera::Rail,
        K::RunUp | K::GazeHold => Camera::Keeper,
        K::HeadTurn => Camera::Wing,
        K::FastServe => Camera::Baseline,
        K::Sprint | K::SpinDrop | K::Celebration | K::Injury => Camera::Tight,
        _ => Camera::Main,
    }
}

impl Micro {
    fn tell(&self, told: Told, out: &mut Vec<Fact>) {
        let at = EventTime::from_millis(told.at.millis());
        out.push(Fact::Micro(MicroEvent {
            at,
            match_ms: self.clock.match_ms(at),
            kind: told.kind,
            label: told.label,
            sense: told.sense,
            place: told.place,
            side: told.side,
            camera: told.camera,
            confidence: MicroEvent::confidence_of(told.confidence),
        }));
    }

    /// Whether nothing of this kind (and side) was told within `within_us` of `at`; if so, now it is.
    fn is_new(
        &mut self,
        kind: MicroKind,
        side: Option<Side>,
        at: EventTime,
        within_us: i64,
    ) -> bool {
        match self.last.iter_mut().find(|l| l.0 == kind && l.1 == side) {
            Some(last) => {
                let new = (at.0 - last.2.0).abs() > within_us;
                last.2 = last.2.max(at);
                new
            }
            None => {
                self.last.push((kind, side, at));
                true
            }
        }
    }

    /// Where the ball was a moment ago.
    fn ball(&self) -> Option<Place> {
        let (at, place) = self.ball?;
        let now = self.clock.now?;
        (now.0 - at.0 <= BALL_US).then_some(place)
    }
}

impl SenseAgent for Micro {
    fn take(&mut self, signal: &Signal, scene: Scene<'_>, facts: &mut Vec<Fact>) {
        self.clock.hear(signal, scene);
        if let Signal::Frame(frame) = signal
            && let [ball] = frame.balls[..]
            && let Some(place) = super::tracking::place_of(frame.pitch, ball.x_m, ball.y_m)
        {
            self.ball = Some((frame.at, place));
        }
        let mut told = Vec::new();
        for fact in facts.iter() {
            match fact {
                Fact::Play(play) => self.play(signal, play, &mut told),
                Fact::Moment(moment) => self.moment(moment, &mut told),
                Fact::Sound(sound) => self.sound(sound, &mut told),
                Fact::Mood(mood) => self.mood(mood, &mut told),
                Fact::Tracking(tracking) => self.tracking(tracking, &mut told),
                Fact::Body(body) => self.body(body, &mut told),
                Fact::Gaze(gaze) => self.gaze(gaze, &mut told),
                Fact::Vision(vision) => self.vision(vision, &mut told),
                _ => {}
            }
        }
        for one in told {
            self.tell(one, facts);
        }
    }
}

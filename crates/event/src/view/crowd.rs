//! What the crowd page shows: momentum, moments, how loud it is, what rooms feel.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    EventTime, Fact, GameId, Side,
    senses::{
        CrowdSound, LevelFact, MomentFact, MomentumFact, MoodFact, RefusalPhase, SoundFact,
        SoundRefusal,
    },
};

/// A point of the momentum's trail stands for so many milliseconds.
pub const TRAIL_STEP_MS: i64 = 10_000;
/// Points of the trail at most: six hours.
const TRAIL_MAX: usize = 2160;
/// Sounds, and moments, that a snapshot carries at most.
const RECENT: usize = 40;
/// Microphones, and rooms, at most: as many as the agents follow.
const SOURCES: usize = 64;

/// Ten seconds of momentum, in whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TrailPoint {
    /// When they began, in Unix milliseconds.
    pub at_ms: i64,
    /// The home side's number at their end, -100 to 100.
    pub home: i8,
    /// The visitors'.
    pub away: i8,
    /// The highest intensity within them, 0 to 100.
    pub intensity: i8,
}

/// The crowd of a game, as a client needs it to begin with. Clients bring it up to date with [`CrowdUpdate`]s as
/// [`Crowd::apply`] does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Crowd {
    /// The game's id.
    pub game: GameId,
    /// The Momentum Index, once there is one.
    pub momentum: Option<MomentumFact>,
    /// Its past, oldest first.
    pub trail: Vec<TrailPoint>,
    /// How loud it is, by microphone.
    pub levels: Vec<LevelFact>,
    /// What was heard of late, by microphone, kind and onset; oldest first.
    pub sounds: Vec<CrowdSound>,
    /// What rooms feel, by room.
    pub moods: Vec<MoodFact>,
    /// Moments, by number, the last forty.
    pub moments: Vec<MomentFact>,
    /// What microphones suffer from now.
    pub troubles: Vec<SoundRefusal>,
}

/// What the senses found at once: facts, each of which takes the place of an older one of the same subject.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CrowdUpdate {
    /// The game's id.
    pub game: GameId,
    /// When the signal behind them was received.
    pub at: EventTime,
    /// The facts.
    pub facts: Vec<Fact>,
}

impl Crowd {
    /// A crowd of which nothing is known yet.
    pub fn empty(game: GameId) -> Self {
        Self {
            game,
            momentum: None,
            trail: Vec::new(),
            levels: Vec::new(),
            sounds: Vec::new(),
            moods: Vec::new(),
            moments: Vec::new(),
            troubles: Vec::new(),
        }
    }

    /// Brings it up to date.
    pub fn apply(&mut self, facts: &[Fact]) {
        for fact in facts {
            match fact {
                Fact::Momentum(momentum) => {
                    self.follow(momentum);
                    self.momentum = Some(momentum.clone());
                }
                Fact::Moment(moment) => {
                    let at = self
                        .moments
                        .partition_point(|known| known.number < moment.number);
                    match self.moments.get_mut(at) {
                        Some(known) if known.number == moment.number => *known = moment.clone(),
                        _ => self.moments.insert(at, moment.clone()),
                    }
                    forget_first(&mut self.moments, RECENT);
                }
                Fact::Mood(mood) => {
                    put(&mut self.moods, mood, |m| &m.room);
                }
                Fact::Sound(SoundFact::Level(level)) => {
                    put(&mut self.levels, level, |l| &l.mic);
                }
                Fact::Sound(SoundFact::Heard(sound)) => {
                    let same = |s: &CrowdSound| {
                        s.mic == sound.mic && s.kind == sound.kind && s.onset == sound.onset
                    };
                    match self.sounds.iter_mut().find(|s| same(s)) {
                        Some(known) => *known = sound.clone(),
                        None => self.sounds.push(sound.clone()),
                    }
                    forget_first(&mut self.sounds, RECENT);
                }
                Fact::Sound(SoundFact::Refused(refusal)) => {
                    self.troubles
                        .retain(|t| t.mic != refusal.mic || t.code != refusal.code);
                    if refusal.phase == RefusalPhase::Began {
                        self.troubles.push(refusal.clone());
                    }
                    forget_first(&mut self.troubles, RECENT);
                }
                _ => {}
            }
        }
    }

    fn follow(&mut self, now: &MomentumFact) {
        let at_ms = now.at.millis().div_euclid(TRAIL_STEP_MS) * TRAIL_STEP_MS;
        let whole = |x: f32| x.round().clamp(-100.0, 100.0) as i8;
        let (home, away, intensity) = (whole(now.home), whole(now.away), whole(now.intensity));
        match self.trail.last_mut() {
            // Time that runs back adds to the last point, so that the trail stays in order.
            Some(last) if last.at_ms >= at_ms => {
                (last.home, last.away) = (home, away);
                last.intensity = last.intensity.max(intensity);
            }
            _ => self.trail.push(TrailPoint {
                at_ms,
                home,
                away,
                intensity,
            }),
        }
        forget_first(&mut self.trail, TRAIL_MAX);
    }

    /// Which side the crowd is with, by momentum.
    pub fn leading(&self) -> Option<Side> {
        let now = self.momentum.as_ref()?;
        if now.home > now.away {
            Some(Side::Home)
        } else if now.away > now.home {
            Some(Side::Away)
        } else {
            None
        }
    }
}

/// Puts the newest of a source in the place of the one before.
fn put<T: Clone>(known: &mut Vec<T>, new: &T, source: impl Fn(&T) -> &Arc<str>) {
    match known.iter().position(|k| source(k) == source(new)) {
        Some(at) => known[at] = new.clone(),
        None if known.len() < SOURCES => known.push(new.clone()),
        None => {}
    }
}

fn forget_first<T>(known: &mut Vec<T>, most: usize) {
    let over = known.len().saturating_sub(most);
    if over > 0 {
        known.drain(..over);
    }
}

//! The emotion agent: it fuses the match and all senses into the Momentum Index and finds the moments that stand out.
//!
//! It wakes with the first report of a sense or the first tick, catches up with the match so far and follows its facts
//! from there. It speaks once in each tenth of a second that its clock enters, in answer to the report that moved the
//! clock.

mod chat;
mod clock;
mod game;
mod moments;
mod people;
mod sound;

use std::sync::Arc;

use matchday_event::{
    EventTime, Fact, PlayFact, Signal,
    senses::{Contribution, MomentumFact, Sense},
};
use matchday_learn::momentum::{Model, Part};

use self::{
    chat::Rooms,
    clock::{Clock, Verdict},
    game::Follower,
    moments::{Moments, Stir},
    people::People,
    sound::Ears,
};
use super::Scene;

/// The agent of one match.
#[derive(Debug, Clone)]
pub struct Emotion {
    model: Arc<Model>,
    follower: Follower,
    clock: Clock,
    ears: Ears,
    rooms: Rooms,
    people: People,
    moments: Moments,
    tick: Arc<str>,
}

impl Default for Emotion {
    fn default() -> Self {
        Self::new(Model::builtin())
    }
}

impl Emotion {
    /// An agent with this model.
    pub fn new(model: Arc<Model>) -> Self {
        Self {
            model,
            follower: Follower::default(),
            clock: Clock::default(),
            ears: Ears::default(),
            rooms: Rooms::default(),
            people: People::default(),
            moments: Moments::default(),
            tick: Arc::from("clock"),
        }
    }

    /// Learns of the match so far, where it was not there from the beginning: its plays in order, and where it stands.
    pub fn catch_up<'p>(
        &mut self,
        plays: impl DoubleEndedIterator<Item = &'p Arc<PlayFact>>,
        scene: Scene<'_>,
    ) {
        self.follower.catch_up(plays, scene);
    }

    /// Takes a signal in. `facts` holds what the game agent and all other senses made of it; what this one concludes
    /// goes behind.
    pub fn take(&mut self, signal: &Signal, scene: Scene<'_>, facts: &mut Vec<Fact>) {
        let now = self.clock.now();
        if signal.is_of_the_game() {
            self.follower.take(signal, facts, scene, now);
            let Some(now) = now else { return };
            for id in &self.follower.gone {
                self.moments.withdraw(id, now, facts);
            }
            for meaning in self.follower.news.drain(..) {
                let heard = self.ears.are_open(now);
                self.moments.explain(meaning, now, heard, facts);
            }
            return;
        }
        let Some(at) = signal.at() else { return };
        let (sense, source) = match signal {
            Signal::Tick { .. } => (None, self.tick.clone()),
            Signal::Sound(report) => (Some(Sense::Sound), report.mic.clone()),
            Signal::Chat(report) => (Some(Sense::Chat), report.room.clone()),
            Signal::Seen(report) => (Some(Sense::Vision), report.camera.clone()),
            Signal::Gaze(report) => (Some(Sense::Gaze), report.source.clone()),
            Signal::Frame(report) => (Some(Sense::Tracking), report.source.clone()),
            // Each wearable has a clock of its own, and there are thousands: they move ours a little and never far.
            _ => (Some(Sense::Body), self.tick.clone()),
        };
        let made = facts.len();
        let verdict = match signal {
            Signal::Beats(_) => self.clock.nudge(at),
            _ => self.clock.hear(sense, &source, at, facts),
        };
        match verdict {
            Verdict::Taken => {}
            Verdict::Refused => return,
            Verdict::Moved => {
                self.ears.forget();
                self.rooms.forget();
                self.people.forget();
                self.moments.close_all(at, facts);
            }
        }
        let mut stirs = Vec::new();
        for fact in &facts[..made] {
            self.read(fact, &mut stirs);
        }
        if let Signal::Sound(report) = signal {
            stirs.extend(self.ears.hear(report));
        }
        let Some(now) = self.clock.now() else { return };
        let strikes = self.clock.strikes();
        if strikes || !stirs.is_empty() {
            self.speak(now, strikes, scene, stirs, facts);
        }
    }

    /// What another sense concluded. Each sense has one arm here, and one line in `readings`.
    fn read(&mut self, fact: &Fact, stirs: &mut Vec<Stir>) {
        match fact {
            Fact::Sound(fact) => self.ears.fact(fact),
            Fact::Body(fact) => self.people.body(fact),
            Fact::Vision(fact) => stirs.extend(self.people.vision(fact)),
            Fact::Gaze(fact) => self.people.gaze(fact),
            Fact::Tracking(fact) => self.people.tracking(fact),
            Fact::Mood(mood) => {
                if let Some(confidence) = self.rooms.mood(mood) {
                    stirs.push(Stir {
                        sense: Sense::Chat,
                        onset: EventTime(mood.at.0 - chat::ANSWER_US),
                        side: None,
                        confidence,
                    });
                }
            }
            _ => {}
        }
    }

    fn speak(
        &mut self,
        now: EventTime,
        strikes: bool,
        scene: Scene<'_>,
        stirs: Vec<Stir>,
        facts: &mut Vec<Fact>,
    ) {
        let neutral = scene.info.is_some_and(|i| i.neutral);
        let features = self.follower.flow.features(now.0);
        let heard = [
            (Sense::Sound, self.ears.reading(now, neutral)),
            (Sense::Chat, self.rooms.reading(now)),
        ];
        let readings = heard.into_iter().chain(self.people.readings(now));
        let mut parts = Vec::with_capacity(Sense::ALL.len());
        let mut sum = Part::default();
        let mut add = |sense, part: Part| {
            sum.home += part.home;
            sum.away += part.away;
            sum.intensity += part.intensity;
            parts.push(Contribution {
                sense,
                home: tenth(part.home),
                away: tenth(part.away),
                intensity: tenth(part.intensity),
            });
        };
        add(Sense::Game, self.model.game(&features));
        for (sense, reading) in readings {
            if let Some(reading) = reading {
                add(sense, self.model.part(sense, reading));
            }
        }
        let momentum = MomentumFact {
            at: now,
            home: parts
                .iter()
                .map(|p| p.home)
                .sum::<f32>()
                .clamp(-100.0, 100.0),
            away: parts
                .iter()
                .map(|p| p.away)
                .sum::<f32>()
                .clamp(-100.0, 100.0),
            intensity: parts
                .iter()
                .map(|p| p.intensity)
                .sum::<f32>()
                .clamp(0.0, 100.0),
            parts,
        };
        let intensity = momentum.intensity;
        if strikes {
            facts.push(Fact::Momentum(momentum));
        }
        for stir in stirs {
            // A crowd that can be heard is quicker and surer than any room.
            let alone = stir.sense != Sense::Chat || !self.ears.are_open(now);
            self.moments.stir(stir, now, alone, intensity, facts);
        }
        self.moments
            .go_on(now, intensity, self.ears.reading(now, neutral), facts);
    }
}

/// Rounded to a thousandth: what is beyond has no meaning, and the wire is shorter.
fn tenth(x: f64) -> f32 {
    (libm::round(x * 1000.0) / 1000.0) as f32
}

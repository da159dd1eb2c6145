//! The chat agent: rooms of messages in, the mood of each room out.
//!
//! Every message is read by the fast model of [`matchday_learn::emotion`]. Repeats count once ([`crowd`]), what is left
//! goes into shares that decay with the reports' own time, and groups of words that come more often than the room's
//! habit are told with the probability that it is no chance ([`keywords`]). Time is the messages'; nothing else moves it.

pub mod config;
mod crowd;
pub mod keywords;
mod mood;
mod recent;

use std::{collections::BTreeMap, sync::Arc};

use matchday_event::{
    EventTime, Fact,
    senses::{ChatMessage, ChatReport, Emotion, MoodFact},
};
use matchday_learn::emotion::{
    Model, Reader,
    cascade::{Asked, Cascade, Limits, SecondOpinion},
};

pub use self::config::{ChatConfig, ConfigError, KeywordGroup};
use self::{
    crowd::Crowd,
    keywords::{Keywords, Spikes},
    mood::Mood,
};

/// Rooms that are kept; of more, the one that was silent longest is forgotten.
const MAX_ROOMS: usize = 64;

/// A room that says nothing for so long goes by another clock.
const SILENCE_MS: i64 = 1000;
/// A room that has said nothing for so long is not told of any more; its mood has long died away.
const FORGOTTEN_MS: i64 = 120_000;

/// What the agent has counted since it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChatCounts {
    /// Messages read.
    pub messages: u64,
    /// Of those, repeats of one author or pasted by many.
    pub repeats: u64,
    /// Messages that feeds had left out.
    pub shed: u64,
    /// Rooms that were forgotten for others.
    pub rooms_forgotten: u64,
}

/// The chat agent.
#[derive(Debug)]
pub struct ChatAgent {
    config: ChatConfig,
    reader: Cascade,
    /// The latest time of any room, by which the deeper model's allowance grows.
    latest_ms: Option<i64>,
    /// The latest time of another clock (see [`ChatAgent::pass`]).
    other_ms: Option<i64>,
    keywords: Keywords,
    rooms: BTreeMap<Arc<str>, Room>,
    counts: ChatCounts,
}

/// One room.
#[derive(Debug)]
struct Room {
    /// The latest time that was spoken of, in milliseconds.
    now_ms: i64,
    /// When the next fact is due.
    due_ms: i64,
    /// How long it has said nothing, by another clock.
    silent_ms: i64,
    mood: Mood,
    crowd: Crowd,
    spikes: Spikes,
}

impl ChatAgent {
    /// An agent with the model that comes with the program.
    pub fn new(config: ChatConfig) -> Result<Self, ConfigError> {
        Self::with_model(config, Model::builtin())
    }

    /// An agent with a model of one's own.
    pub fn with_model(config: ChatConfig, model: Arc<Model>) -> Result<Self, ConfigError> {
        config.check()?;
        Ok(Self {
            keywords: Keywords::new(&config.keywords),
            config,
            reader: Cascade::new(Reader::new(model)),
            latest_ms: None,
            other_ms: None,
            rooms: BTreeMap::new(),
            counts: ChatCounts::default(),
        })
    }

    /// The same with a deeper model behind the fast one.
    #[must_use]
    pub fn with_second(mut self, second: Arc<dyn SecondOpinion>, limits: Limits) -> Self {
        self.reader = self.reader.with_second(second, limits);
        self
    }

    /// What the deeper model was asked.
    pub fn asked(&self) -> Asked {
        self.reader.asked()
    }

    /// Takes in a report and adds what is now due to be told.
    pub fn apply(&mut self, report: &ChatReport, out: &mut Vec<Fact>) {
        self.make_room(report);
        let at_ms = report.at.millis();
        let before_ms = self.latest_ms.unwrap_or(at_ms);
        self.reader.advance(at_ms.saturating_sub(before_ms));
        self.latest_ms = Some(before_ms.max(at_ms));
        let config = &self.config;
        let room = self
            .rooms
            .entry(report.room.clone())
            .or_insert_with(|| Room {
                now_ms: at_ms,
                due_ms: at_ms,
                silent_ms: 0,
                mood: Mood::default(),
                crowd: Crowd::default(),
                spikes: Spikes::new(config.keywords.len()),
            });
        self.counts.shed += u64::from(report.shed);
        for message in &report.messages {
            self.counts.messages += 1;
            // A message is no later than its report; one that claims to be would push the room's time away.
            room.advance(message.at.millis().min(at_ms), config);
            let repeat = room.take(message, config, &mut self.reader, &self.keywords);
            self.counts.repeats += u64::from(repeat);
        }
        room.advance(at_ms, config);
        if room.now_ms >= room.due_ms {
            room.due_ms = room.now_ms + i64::from(config.every_ms);
            out.push(Fact::Mood(room.fact(&report.room, report.at, config)));
        }
        room.silent_ms = 0;
    }

    /// Lets time pass by another clock than the rooms': that of ticks or of a microphone. A room that says nothing
    /// for a second goes by it until it speaks again, so that its mood dies away. Only differences of that clock
    /// count, for it may be set otherwise than the platform's.
    pub fn pass(&mut self, at: EventTime, out: &mut Vec<Fact>) {
        let before_ms = self.other_ms.replace(at.millis()).unwrap_or(at.millis());
        let step_ms = (at.millis() - before_ms).clamp(0, SILENCE_MS);
        if step_ms == 0 {
            return;
        }
        for (name, room) in &mut self.rooms {
            let was_silent_ms = room.silent_ms;
            room.silent_ms += step_ms;
            if room.silent_ms < SILENCE_MS {
                continue;
            }
            // The first of it was waited for.
            let passed_ms = if was_silent_ms < SILENCE_MS {
                room.silent_ms
            } else {
                step_ms
            };
            room.advance(room.now_ms + passed_ms, &self.config);
            if room.now_ms >= room.due_ms && room.silent_ms < FORGOTTEN_MS {
                room.due_ms = room.now_ms + i64::from(self.config.every_ms);
                let at = EventTime::from_millis(room.now_ms);
                out.push(Fact::Mood(room.fact(name, at, &self.config)));
            }
        }
    }

    /// What was counted.
    pub fn counts(&self) -> ChatCounts {
        self.counts
    }

    fn make_room(&mut self, report: &ChatReport) {
        if self.rooms.len() < MAX_ROOMS || self.rooms.contains_key(&report.room) {
            return;
        }
        let silent = self.rooms.iter().min_by_key(|(_, room)| room.now_ms);
        if let Some(name) = silent.map(|(name, _)| name.clone()) {
            self.rooms.remove(&name);
            self.counts.rooms_forgotten += 1;
        }
    }
}

impl Room {
    fn advance(&mut self, to_ms: i64, config: &ChatConfig) {
        if to_ms > self.now_ms {
            self.mood.advance(to_ms - self.now_ms, config);
            self.now_ms = to_ms;
            self.spikes.advance(to_ms, config);
        }
    }

    /// Takes in one message; whether it was a repeat.
    fn take(
        &mut self,
        message: &ChatMessage,
        config: &ChatConfig,
        reader: &mut Cascade,
        keywords: &Keywords,
    ) -> bool {
        let reading = reader.read(&message.text, &message.emotes);
        let tokens = reader.tokens();
        let verdict = self
            .crowd
            .weigh(self.now_ms, message.author, tokens, config);
        self.mood.arrive(verdict.repeat);
        if verdict.repeat {
            return true;
        }
        self.mood
            .feel(reading.felt(), verdict.weight, verdict.new_author);
        self.spikes.message();
        keywords.mentioned(tokens, |group| self.spikes.mention(group));
        false
    }

    fn fact(&self, name: &Arc<str>, at: EventTime, config: &ChatConfig) -> MoodFact {
        let mood = self.mood.told(config);
        let share = |emotion: Emotion| mood.shares[emotion.index()];
        let groups = config.keywords.iter().enumerate();
        MoodFact {
            room: name.clone(),
            at,
            joy: share(Emotion::Joy),
            rage: share(Emotion::Rage),
            surprise: share(Emotion::Surprise),
            neutral: share(Emotion::Neutral),
            rate_per_s: mood.rate_per_s,
            volatility: mood.volatility,
            spam_share: mood.spam_share,
            confidence: mood.confidence,
            keywords: groups
                .filter_map(|(n, group)| self.spikes.told(n, group, config))
                .collect(),
        }
    }
}

//! The senses around a match: what they share, and the order in which they speak.

use std::{fmt, sync::Arc};

use matchday_event::{Fact, GameInfo, Signal, StateFact};
use matchday_learn::emotion::{
    Model,
    cascade::{Limits, SecondOpinion},
};

use super::{
    audio::Audio,
    chat::{ChatAgent, ChatConfig, ConfigError},
    micro::Micro,
    tracking::{Tracking, fast_serves},
};

/// What a sense may know of the match while it takes a signal in.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// Who plays, once a feed has said.
    pub info: Option<&'a GameInfo>,
    /// Where the game stands, the signal included.
    pub state: &'a StateFact,
}

/// An agent beside the game's own. Another one is another implementation and one line of [`Senses::wake`].
pub trait SenseAgent: fmt::Debug + Send {
    /// Takes a signal in. `facts` holds what the game agent and the senses before this one made of the same
    /// signal; what this one concludes goes behind.
    fn take(&mut self, signal: &Signal, scene: Scene<'_>, facts: &mut Vec<Fact>);
}

impl SenseAgent for Audio {
    fn take(&mut self, signal: &Signal, _: Scene<'_>, facts: &mut Vec<Fact>) {
        if let Signal::Sound(report) = signal {
            self.apply(report, facts);
        }
    }
}

impl SenseAgent for ChatAgent {
    fn take(&mut self, signal: &Signal, _: Scene<'_>, facts: &mut Vec<Fact>) {
        if let Signal::Chat(report) = signal {
            self.apply(report, facts);
        }
    }
}

/// How the senses of every match are set up.
#[derive(Debug, Clone)]
pub struct SenseSet {
    chat: ChatConfig,
    feelings: Arc<Model>,
    second: Option<(Arc<dyn SecondOpinion>, Limits)>,
}

impl Default for SenseSet {
    fn default() -> Self {
        Self {
            chat: ChatConfig::default(),
            feelings: Model::builtin(),
            second: None,
        }
    }
}

impl SenseSet {
    /// With other settings of the chat agent.
    pub fn with_chat(self, chat: ChatConfig) -> Result<Self, ConfigError> {
        chat.check()?;
        Ok(Self { chat, ..self })
    }

    /// With another model of what messages feel.
    #[must_use]
    pub fn with_feelings(self, feelings: Arc<Model>) -> Self {
        Self { feelings, ..self }
    }

    /// With a deeper model behind it.
    #[must_use]
    pub fn with_second(self, second: Arc<dyn SecondOpinion>, limits: Limits) -> Self {
        Self {
            second: Some((second, limits)),
            ..self
        }
    }

    fn chat(&self) -> Option<ChatAgent> {
        let agent = ChatAgent::with_model(self.chat.clone(), self.feelings.clone()).ok()?;
        Some(match &self.second {
            Some((second, limits)) => agent.with_second(second.clone(), *limits),
            None => agent,
        })
    }
}

/// The senses of one match. They sleep until something is heard or seen, so that a match of plays alone costs nothing.
#[derive(Debug, Default)]
pub struct Senses {
    set: SenseSet,
    agents: Vec<Box<dyn SenseAgent>>,
}

impl Senses {
    /// Senses that have heard nothing yet.
    pub fn new(set: SenseSet) -> Self {
        Self {
            set,
            agents: Vec::new(),
        }
    }

    /// Lets every sense take a signal in.
    pub fn take(&mut self, signal: &Signal, scene: Scene<'_>, facts: &mut Vec<Fact>) {
        fast_serves(signal, facts);
        if self.agents.is_empty() {
            if signal.is_of_the_game() {
                return;
            }
            self.wake();
        }
        for agent in &mut self.agents {
            agent.take(signal, scene, facts);
        }
    }

    /// The agents, in the order in which they speak: whoever fuses the others comes last.
    fn wake(&mut self) {
        self.agents.push(Box::new(Audio::default()));
        if let Some(chat) = self.set.chat() {
            self.agents.push(Box::new(chat));
        }
        self.agents.push(Box::new(Tracking::default()));
        // What all of them say, as small things with a camera: it stays the last.
        self.agents.push(Box::new(Micro::default()));
    }
}

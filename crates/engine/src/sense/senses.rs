//! The senses around a match: what they share, and the order in which they speak.

use std::{fmt, sync::Arc};

use matchday_event::{Fact, GameInfo, Signal, StateFact};
use matchday_learn::emotion::{
    Model,
    cascade::{Limits, SecondOpinion},
};

use super::{
    audio::Audio,
    body::Body,
    chat::{ChatAgent, ChatConfig, ConfigError},
    emotion::Emotion,
    gaze::{self, Gaze, GazeConfig},
    micro::Micro,
    tracking::{Tracking, fast_serves},
    vision::Vision,
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
        match signal {
            Signal::Chat(report) => self.apply(report, facts),
            Signal::Sound(report) => self.pass(report.at, facts),
            Signal::Tick { at } => self.pass(*at, facts),
            _ => {}
        }
    }
}

/// How the senses of every match are set up.
#[derive(Debug, Clone)]
pub struct SenseSet {
    chat: ChatConfig,
    gaze: GazeConfig,
    feelings: Arc<Model>,
    second: Option<(Arc<dyn SecondOpinion>, Limits)>,
}

impl Default for SenseSet {
    fn default() -> Self {
        Self {
            chat: ChatConfig::default(),
            gaze: GazeConfig::default(),
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

    /// With other settings of the gaze agent.
    pub fn with_gaze(self, gaze: GazeConfig) -> Result<Self, gaze::ConfigError> {
        gaze.check()?;
        Ok(Self { gaze, ..self })
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

/// The senses of one match. They sleep until something is heard or seen, so that a match of plays alone costs nothing;
/// but for the emotion agent, which follows the match from its beginning and speaks last.
#[derive(Debug, Default)]
pub struct Senses {
    set: SenseSet,
    agents: Vec<Box<dyn SenseAgent>>,
    emotion: Emotion,
    micro: Micro,
}

impl Senses {
    /// Senses that have heard nothing yet.
    pub fn new(set: SenseSet) -> Self {
        Self {
            set,
            agents: Vec::new(),
            emotion: Emotion::default(),
            micro: Micro::default(),
        }
    }

    /// Lets every sense take a signal in.
    pub fn take(&mut self, signal: &Signal, scene: Scene<'_>, facts: &mut Vec<Fact>) {
        fast_serves(signal, facts);
        if self.agents.is_empty() && !signal.is_of_the_game() {
            self.wake();
        }
        for agent in &mut self.agents {
            agent.take(signal, scene, facts);
        }
        self.emotion.take(signal, scene, facts);
        // What all of them say, as small things with a camera.
        if !self.agents.is_empty() {
            self.micro.take(signal, scene, facts);
        }
    }

    /// The agents, in the order in which they speak.
    fn wake(&mut self) {
        self.agents.push(Box::new(Audio::default()));
        if let Some(chat) = self.set.chat() {
            self.agents.push(Box::new(chat));
        }
        self.agents.push(Box::new(Body::default()));
        if let Ok(gaze) = Gaze::new(self.set.gaze.clone()) {
            self.agents.push(Box::new(gaze));
        }
        self.agents.push(Box::new(Vision::default()));
        self.agents.push(Box::new(Tracking::default()));
    }
}

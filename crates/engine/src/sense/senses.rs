//! The senses around a match: what they share, and the order in which they speak.

use std::{fmt, sync::Arc};

use matchday_event::{Fact, GameInfo, PlayFact, Signal, StateFact};
use matchday_learn::emotion::{
    Model,
    cascade::{Limits, SecondOpinion},
};

use super::{
    audience::Audience,
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

/// An agent beside the game's own. Another one is another implementation and one line of `SenseSet::wake`.
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

/// The senses of one match. They sleep until something is heard or seen, so that a match of plays alone costs nothing.
#[derive(Debug, Default)]
pub struct Senses {
    set: SenseSet,
    awake: Option<Box<Awake>>,
}

#[derive(Debug)]
struct Awake {
    agents: Vec<Box<dyn SenseAgent>>,
    /// Fuses all of them, and speaks after them.
    emotion: Emotion,
    /// What all of them say, as small things with a camera.
    micro: Micro,
}

impl Senses {
    /// Senses that have heard nothing yet.
    pub fn new(set: SenseSet) -> Self {
        Self { set, awake: None }
    }

    /// Lets every sense take a signal in. `plays` gives the match so far, in order, to senses that wake by this signal.
    pub fn take<'p, P>(
        &mut self,
        signal: &Signal,
        scene: Scene<'_>,
        plays: impl FnOnce() -> P,
        facts: &mut Vec<Fact>,
    ) where
        P: DoubleEndedIterator<Item = &'p Arc<PlayFact>>,
    {
        // What operators order, and what a mixer says of itself, nobody senses.
        if signal.is_an_order() || matches!(signal, Signal::Camera(_)) {
            return;
        }
        fast_serves(signal, facts);
        if self.awake.is_none() {
            if signal.is_of_the_game() {
                return;
            }
            self.awake = Some(Box::new(self.set.wake(scene, plays())));
        }
        if let Some(awake) = &mut self.awake {
            for agent in &mut awake.agents {
                agent.take(signal, scene, facts);
            }
            awake.emotion.take(signal, scene, facts);
            awake.micro.take(signal, scene, facts);
        }
    }
}

impl SenseSet {
    /// The agents, in the order in which they speak.
    fn wake<'p>(
        &self,
        scene: Scene<'_>,
        plays: impl DoubleEndedIterator<Item = &'p Arc<PlayFact>>,
    ) -> Awake {
        let mut agents: Vec<Box<dyn SenseAgent>> = vec![Box::new(Audio::default())];
        if let Some(chat) = self.chat() {
            agents.push(Box::new(chat));
        }
        agents.push(Box::new(Body::default()));
        if let Ok(gaze) = Gaze::new(self.gaze.clone()) {
            agents.push(Box::new(gaze));
        }
        agents.push(Box::new(Vision::default()));
        agents.push(Box::new(Tracking::default()));
        agents.push(Box::new(Audience::default()));
        let mut emotion = Emotion::default();
        emotion.catch_up(plays, scene);
        Awake {
            agents,
            emotion,
            micro: Micro::default(),
        }
    }
}

use std::borrow::Cow;

use matchday_event::Audience;
use serde::{Deserialize, Serialize};

/// What a proposal is about, as the policy's table has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The match itself: score, plays, win probability.
    GameView,
    /// What the senses make of the crowd as a whole.
    CrowdView,
    /// What a sense says of single people.
    People,
    /// The win probability strip.
    WinProbabilityGraphic,
    /// A key play.
    KeyPlayGraphic,
    /// Score, clock, down and distance.
    SituationGraphic,
    /// A fourth down or a try.
    DecisionGraphic,
    /// A camera on air.
    CameraCut,
    /// A graphic that a rule lays over the picture.
    OverlayGraphic,
    /// A micro-event for the mixers.
    MicroEvent,
    /// Something for a viewer: confetti, a poll, a code.
    Reward,
    /// A mark between rules. Nobody sees it.
    Mark,
}

/// Kinds of audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AudienceKind {
    /// Everyone.
    Public,
    /// The production.
    Production,
    /// One viewer.
    Viewer,
}

impl From<&Audience> for AudienceKind {
    fn from(audience: &Audience) -> Self {
        match audience {
            Audience::Public => Self::Public,
            Audience::Production => Self::Production,
            Audience::Each | Audience::Viewer { .. } => Self::Viewer,
        }
    }
}

/// One line of the policy: this agent may show this to these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Which agent.
    pub agent: Cow<'static, str>,
    /// What.
    pub what: What,
    /// To whom.
    pub audience: AudienceKind,
}

/// Everything that is allowed. What it does not list is not; the default lists nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// The table.
    pub allow: Vec<Rule>,
}

impl Policy {
    /// What matchday needs to show a match: the game agent's views and what the senses make of the crowd to
    /// everyone, the graphics agent's commands, the director's cuts, the rules' overlays and micro-events to the production.
    pub fn match_day() -> Self {
        let rule = |agent, what, audience| Rule {
            agent: Cow::Borrowed(agent),
            what,
            audience,
        };
        use AudienceKind::{Production, Public};
        Self {
            allow: vec![
                rule("game", What::GameView, Public),
                rule("senses", What::CrowdView, Public),
                rule("graphics", What::WinProbabilityGraphic, Production),
                rule("graphics", What::KeyPlayGraphic, Production),
                rule("graphics", What::SituationGraphic, Production),
                rule("graphics", What::DecisionGraphic, Production),
                rule("director", What::CameraCut, Production),
                rule("rules", What::OverlayGraphic, Production),
                rule("micro", What::MicroEvent, Production),
            ],
        }
    }

    /// Whether a line of the table says so.
    pub fn allows(&self, agent: &str, what: What, audience: AudienceKind) -> bool {
        self.allow
            .iter()
            .any(|r| r.agent == agent && r.what == what && r.audience == audience)
    }
}

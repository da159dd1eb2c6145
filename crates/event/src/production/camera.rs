use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Action, Fired, Frame, FrameRate, Shot};
use crate::{EventTime, senses::Camera};

/// A rule would like a camera on air.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ShotProposal {
    /// Which rule.
    pub rule: Arc<str>,
    /// Which of its instances, as in [`Fired::key`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<Arc<str>>,
    /// What to show.
    pub shot: Shot,
    /// From when on.
    pub at: EventTime,
    /// Until when at the latest; `None` until the rule takes it back or another shot comes.
    pub until: Option<EventTime>,
    /// The higher one wins.
    pub priority: u8,
    /// How sure the rule is, 0 to 1: it decides between proposals of one priority.
    pub confidence: f32,
    /// What led to it, in words.
    pub why: Arc<str>,
}

impl ShotProposal {
    /// What a rule that came true asks of the director; `None` if it asks for no camera.
    pub fn of(fired: &Fired) -> Option<Self> {
        let Action::Shot(shot) = &fired.action else {
            return None;
        };
        Some(Self {
            rule: fired.rule.clone(),
            key: fired.key.clone(),
            shot: shot.clone(),
            at: fired.due,
            until: fired.until,
            priority: fired.priority,
            confidence: fired.confidence,
            why: fired.why.clone(),
        })
    }
}

/// What an operator orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "order", rename_all = "snake_case")]
pub enum DirectorOrder {
    /// This camera on air, and hold it until released.
    Take {
        /// Which.
        camera: Camera,
    },
    /// What is on air stays on air until released.
    Hold,
    /// The director agent may cut again.
    Release,
}

/// An operator's order. It always wins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DirectorCall {
    /// When.
    pub at: EventTime,
    /// What.
    #[serde(flatten)]
    pub order: DirectorOrder,
}

/// A mixer's word that a camera went on air: what was really called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CameraReport {
    /// The mixer, or whoever kept the record.
    pub source: Arc<str>,
    /// From when on.
    pub at: EventTime,
    /// Which.
    pub camera: Camera,
}

/// Why there was a cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CutReason {
    /// A rule asked for it.
    Rule,
    /// No rule asked for another, and the camera model proposed it.
    Model,
    /// A shot is over, and the one before it, or the main camera, comes back.
    Return,
    /// An operator took it.
    Manual,
}

/// A camera goes on air: the one programme that there is.
///
/// A cut may be told ahead of its frame. Whoever carries it out holds it until then, and with every cut that comes drops
/// those held whose frame is the same or later: the newer word stands. A cut from a camera to the same one leaves the
/// picture where it is, but for the zoom; it is also how a cut is taken back that was told and is not to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cut {
    /// The first frame that shows it.
    pub frame: Frame,
    /// At which rate frames are counted.
    pub rate: FrameRate,
    /// When that frame begins.
    pub at: EventTime,
    /// What was on air.
    pub from: Camera,
    /// What is to be.
    pub shot: Shot,
    /// Why.
    pub reason: CutReason,
    /// The rule that asked for it, or whose shot is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Arc<str>>,
    /// The rules that asked for something else and lost, best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub over: Vec<Arc<str>>,
    /// In words.
    pub why: Arc<str>,
}

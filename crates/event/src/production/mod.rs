//! Production: what rules ask for, and what the cameras, graphics and mixers of a broadcast are told.

mod action;
mod camera;
mod frames;
mod ruling;
mod viewers;

pub use action::{Action, Shot};
pub use camera::{CameraReport, Cut, CutReason, DirectorCall, DirectorOrder, ShotProposal};
pub use frames::{Frame, FrameRate, Timecode, UnknownFrameRate};
pub use ruling::{
    CAMERA_MODEL, CameraModelFact, CameraModelId, CameraModelRefusal, Decided, Fired,
    InvalidCameraModelId, InvalidRuleSetId, Released, RuleChange, RuleOrder, RuleSetFact,
    RuleSetId, RulesRefusal,
};
pub use viewers::{FrownFact, FrownReport, MIN_VIEWERS, TasteFact, TasteReport};

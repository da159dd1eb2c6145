//! The words of the senses: what microphones, chat rooms, wearables, eye trackers and cameras report, and what follows
//! from it.

mod body;
mod chat;
mod gaze;
mod micro;
mod momentum;
mod pseudonym;
mod sound;
mod tracking;
mod vision;

pub use body::{
    BeatReport, BodyFact, BodyRefusal, BodyRefusalCode, FansFact, Leap, PlayerWearer, RateCrossing,
    Strain, Wearer,
};
pub use chat::{ChatMessage, ChatReport, Emotion, KeywordSpike, MoodFact};
pub use gaze::{
    GazeCrossing, GazeFact, GazeRefusal, GazeRefusalCode, GazeReport, GazeSample, GazeShares, Look,
    Region, RegionShare,
};
pub use micro::{
    CONFIDENCE_STEPS, Camera, LabelledMicro, MicroEvent, MicroKind, PLACE_STEPS, Place, UnknownName,
};
pub use momentum::{
    Contribution, MomentFact, MomentKind, MomentumFact, MomentumRefusal, MomentumRefusalCode, Sense,
};
pub use pseudonym::{InvalidPseudonym, Pseudonym};
pub use sound::{
    BAND_CENTRES_HZ, CrowdSound, Direction, Heard, LEVEL_FLOOR_DB, LevelCrossing, LevelFact,
    RefusalPhase, SoundFact, SoundKind, SoundRefusal, SoundRefusalCode, SoundReport, Tone,
};
pub use tracking::{
    FastServeFact, FinalThirdFact, FrameReport, HeadTurnFact, Kick, Phase, Pitch, RunUpFact,
    SpinDropFact, Spot, SprintFact, Towards, TrackedBall, TrackedPlayer, TrackingFact,
    TrackingRefusal, TrackingRefusalCode, TurnBy,
};
pub use vision::{
    Celebration, CrowdReaction, CrowdSeen, Detection, HeadTurn, SeenClass, SeenReport,
    SpinCrossing, VisionFact, VisionRefusal, VisionRefusalCode,
};

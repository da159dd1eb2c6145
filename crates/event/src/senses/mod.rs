//! The words of the senses: what microphones, chat rooms, wearables and cameras report, and what follows from it.

mod chat;
mod micro;
mod momentum;
mod sound;
mod tracking;

pub use chat::{
    AuthorHash, ChatMessage, ChatReport, Emotion, InvalidAuthor, KeywordSpike, MoodFact,
};
pub use micro::{CONFIDENCE_STEPS, Camera, LabelledMicro, MicroEvent, MicroKind, PLACE_STEPS, Place, UnknownName};
pub use momentum::{Contribution, MomentFact, MomentKind, MomentumFact, Sense};
pub use sound::{
    BAND_CENTRES_HZ, CrowdSound, Direction, Heard, LEVEL_FLOOR_DB, LevelCrossing, LevelFact,
    RefusalPhase, SoundFact, SoundKind, SoundRefusal, SoundRefusalCode, SoundReport, Tone,
};
pub use tracking::{
    FastServeFact, FinalThirdFact, FrameReport, HeadTurnFact, Kick, Phase, Pitch, RunUpFact,
    SpinDropFact, Spot, SprintFact, Towards, TrackedBall, TrackedPlayer, TrackingFact,
    TrackingRefusal, TrackingRefusalCode, TurnBy,
};

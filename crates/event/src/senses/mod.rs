//! The words of the senses: what microphones, chat rooms, wearables and cameras report, and what follows from it.

mod chat;
mod momentum;
mod sound;

pub use chat::{
    AuthorHash, ChatMessage, ChatReport, Emotion, InvalidAuthor, KeywordSpike, MoodFact,
};
pub use momentum::{
    Contribution, MomentFact, MomentKind, MomentumFact, MomentumRefusal, MomentumRefusalCode, Sense,
};
pub use sound::{
    BAND_CENTRES_HZ, CrowdSound, Direction, Heard, LEVEL_FLOOR_DB, LevelCrossing, LevelFact,
    RefusalPhase, SoundFact, SoundKind, SoundRefusal, SoundRefusalCode, SoundReport, Tone,
};

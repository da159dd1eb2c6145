//! The words of the senses: what microphones, chat rooms, wearables and cameras report, and what follows from it.

mod sound;

pub use sound::{
    BAND_CENTRES_HZ, CrowdSound, Direction, Heard, LEVEL_FLOOR_DB, LevelCrossing, LevelFact,
    RefusalPhase, SoundFact, SoundKind, SoundRefusal, SoundRefusalCode, SoundReport, Tone,
};

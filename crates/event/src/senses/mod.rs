//! The words of the senses: what microphones, chat rooms, wearables and cameras report, and what follows from it.

mod chat;

pub use chat::{
    AuthorHash, ChatMessage, ChatReport, Emotion, InvalidAuthor, KeywordSpike, MoodFact,
};

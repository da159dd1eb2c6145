//! The names that a rule may use: what facts tell, by topic and field, each with its type.
//!
//! A topic is either a *state*, which stands until the next fact replaces it (the mood of a room), or an *event*, which
//! happened at a time (a three-pointer).

mod rows;
mod table;
mod words;

use std::sync::Arc;

use matchday_event::EventTime;

pub use rows::Reader;
pub use table::TOPICS;

use super::value::{Slot, Type};

/// Most fields that a topic has.
pub const MAX_FIELDS: usize = 12;

/// How long what a topic tells can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    /// It happened at a time.
    Event,
    /// It stands until it is replaced.
    State,
    /// It stands until it is replaced, or nothing has been heard for so many microseconds.
    Fresh(i64),
}

/// A name within a topic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Field {
    /// The name.
    pub name: &'static str,
    /// Its type.
    pub ty: Type,
    /// Unit and meaning.
    pub about: &'static str,
    /// The values that a number can have.
    pub range: Option<(f64, f64)>,
    /// The words that a text can be, where they are known.
    pub words: &'static [&'static str],
}

/// What facts of one kind tell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Topic {
    /// The name.
    pub name: &'static str,
    /// What it tells.
    pub about: &'static str,
    /// How long it can be relied on.
    pub stands: Stands,
    /// The fields that say whose it is, for topics with several sources: the room, the microphone, the cluster and what it
    /// likes.
    pub key: &'static [u8],
    /// The names.
    pub fields: &'static [Field],
}

impl Topic {
    /// Whether it happened at a time.
    pub fn is_event(&self) -> bool {
        self.stands == Stands::Event
    }

    /// The place of a field.
    pub fn field(&self, name: &str) -> Option<u8> {
        self.fields
            .iter()
            .position(|f| f.name == name)
            .map(|i| i as u8)
    }
}

/// A topic, by its place in [`TOPICS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicId(pub u8);

impl TopicId {
    /// The topic of a name.
    pub fn of(name: &str) -> Option<Self> {
        TOPICS
            .iter()
            .position(|t| t.name == name)
            .map(|i| Self(i as u8))
    }

    /// The topic.
    pub fn get(self) -> &'static Topic {
        &TOPICS[usize::from(self.0)]
    }

    /// Its place.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// The topic of a name that this program knows.
pub(in crate::rules) const fn id(name: &str) -> TopicId {
    let mut i = 0;
    while i < TOPICS.len() {
        if same(TOPICS[i].name.as_bytes(), name.as_bytes()) {
            return TopicId(i as u8);
        }
        i += 1;
    }
    panic!("no such topic")
}

const fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

/// What one fact told of one topic.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Of what.
    pub topic: TopicId,
    /// When it was so.
    pub at: EventTime,
    /// How sure the fact is, 0 to 1; 1 where facts of its kind do not say.
    pub confidence: f32,
    /// The values, by the topic's fields.
    pub slots: [Slot; MAX_FIELDS],
}

impl Row {
    /// Whether its topic has several sources, and it says which.
    pub fn has_key(&self) -> bool {
        let key = self.topic.get().key;
        !key.is_empty()
            && key
                .iter()
                .all(|k| self.slots[usize::from(*k)].text().is_some())
    }

    /// Whether both are of one source.
    pub fn is_of_same(&self, other: &Self) -> bool {
        let key = self.topic.get().key;
        key.iter()
            .all(|k| self.slots[usize::from(*k)] == other.slots[usize::from(*k)])
    }

    /// Whose it is, for those who keep it: the first of what says so.
    pub fn key_arc(&self) -> Option<Arc<str>> {
        let key = self.topic.get().key.first()?;
        match &self.slots[usize::from(*key)] {
            Slot::Text(text) => Some(text.to_arc()),
            _ => None,
        }
    }
}

/// The nearest of some names, if one is near enough that it may have been meant.
pub fn nearest<'n>(wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    names
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(wrong, name), name))
        .filter(|(d, name)| *d <= 1 + name.len().min(wrong.len()) / 3)
        .min_by_key(|(d, _)| *d)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_have_their_own_names_and_no_field_twice() {
        for (i, topic) in TOPICS.iter().enumerate() {
            assert_eq!(TopicId::of(topic.name), Some(TopicId(i as u8)));
            assert!(topic.fields.len() <= MAX_FIELDS, "{}", topic.name);
            for (j, field) in topic.fields.iter().enumerate() {
                assert_eq!(topic.field(field.name), Some(j as u8), "{}", field.name);
                assert!(!field.about.is_empty(), "{}.{}", topic.name, field.name);
            }
            for key in topic.key {
                assert_eq!(topic.fields[usize::from(*key)].ty, Type::Text);
            }
        }
    }

    #[test]
    fn a_slip_of_the_hand_finds_what_was_meant() {
        assert_eq!(nearest("surprize", ["joy", "surprise"]), Some("surprise"));
        assert_eq!(nearest("xyz", ["joy", "surprise"]), None);
    }
}

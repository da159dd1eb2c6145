//! What facts last told, topic by topic.

use matchday_event::EventTime;

use super::{
    expr::{Ref, View},
    names::{Row, Stands, TOPICS, TopicId},
    value::Slot,
};

/// Sources of one topic that are kept apart; what comes from more is still heard, but not one by one.
pub const MAX_KEYS: usize = 4096;

/// The newest row of each topic, and of each source of the topics that have several.
#[derive(Debug, Clone)]
pub struct Board {
    newest: Vec<Option<Row>>,
    keyed: Vec<Vec<Row>>,
}

impl Default for Board {
    fn default() -> Self {
        Self {
            newest: vec![None; TOPICS.len()],
            keyed: vec![Vec::new(); TOPICS.len()],
        }
    }
}

impl Board {
    /// Takes a row in; the place of its source, where its topic has several.
    pub fn put(&mut self, row: &Row) -> Option<usize> {
        let topic = row.topic.index();
        match &mut self.newest[topic] {
            Some(before) => before.clone_from(row),
            none => *none = Some(row.clone()),
        }
        if !row.has_key() {
            return None;
        }
        let keyed = &mut self.keyed[topic];
        match keyed.iter().position(|r| r.is_of_same(row)) {
            Some(i) => {
                keyed[i].clone_from(row);
                Some(i)
            }
            None if keyed.len() < MAX_KEYS => {
                keyed.push(row.clone());
                Some(keyed.len() - 1)
            }
            None => None,
        }
    }

    /// The newest row of a topic.
    pub fn newest(&self, topic: TopicId) -> Option<&Row> {
        self.newest[topic.index()].as_ref()
    }

    /// How many sources a topic has.
    pub fn keys(&self, topic: TopicId) -> usize {
        self.keyed[topic.index()].len()
    }

    /// The newest row of one source.
    pub fn of(&self, topic: TopicId, key: usize) -> Option<&Row> {
        self.keyed[topic.index()].get(key)
    }
}

/// The board as one rule sees it at one moment.
#[derive(Debug, Clone, Copy)]
pub struct Sight<'b> {
    /// The board.
    pub board: &'b Board,
    /// The time.
    pub now: EventTime,
    /// The topic whose fact is being looked at: its event is just now.
    pub handled: Option<TopicId>,
    /// How long events count.
    pub within_us: Option<i64>,
    /// The source that is looked at, of the topic whose sources are looked at one by one.
    pub each: Option<(TopicId, usize)>,
    /// Facts less sure than this are not seen.
    pub confidence: f32,
}

impl<'b> Sight<'b> {
    /// The row of a topic, if it can be relied on.
    pub fn row(&self, topic: TopicId) -> Option<&'b Row> {
        let row = match self.each {
            Some((each, key)) if each == topic => self.board.of(topic, key)?,
            _ => self.board.newest(topic)?,
        };
        let age = self.now.0.saturating_sub(row.at.0);
        let stands = match topic.get().stands {
            Stands::State => true,
            Stands::Fresh(us) => age <= us,
            Stands::Event => match self.within_us {
                Some(within) => age <= within,
                None => self.handled == Some(topic),
            },
        };
        (stands && row.confidence >= self.confidence).then_some(row)
    }
}

impl View for Sight<'_> {
    fn slot(&self, at: Ref) -> &Slot {
        static UNKNOWN: Slot = Slot::Unknown;
        match self.row(at.topic) {
            Some(row) => &row.slots[usize::from(at.field)],
            None => &UNKNOWN,
        }
    }
}

//! What rules wish for, kept in a fixed number of places.

use std::{cmp::Ordering, sync::Arc};

use matchday_event::{
    EventTime,
    production::{CutReason, Frame, Shot},
};

/// Wishes kept at a time. Past that the one that would win least is let go.
pub(super) const MOST: usize = 64;

/// The end of what has none.
pub(super) const NEVER: Frame = Frame::MAX;

/// The place of a wish.
pub(super) type Slot = u8;

/// A proposal, in frames.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    pub rule: Arc<str>,
    pub key: Option<Arc<str>>,
    pub shot: Shot,
    pub at: EventTime,
    /// The first frame that it could have had when it was heard of.
    pub heard: Frame,
    pub from: Frame,
    /// The first frame that is no more asked for, or [`NEVER`].
    pub until: Frame,
    pub priority: u8,
    pub confidence: f32,
    pub why: Arc<str>,
    /// Whether a rule asks, and not the camera model: every rule comes before it.
    pub by_rule: bool,
    /// Whether the rule named no end: then it gives way to the next shot.
    pub open: bool,
    /// Whether the rule took it back before its end.
    pub released: bool,
}

impl Wish {
    pub fn is_on(&self, frame: Frame) -> bool {
        (self.from..self.until).contains(&frame)
    }

    /// Why there is a cut, if it is for this.
    pub fn reason(&self) -> CutReason {
        if self.by_rule {
            CutReason::Rule
        } else {
            CutReason::Model
        }
    }

    /// Greater for the one that wins. No two of one match are equal: a rule's instance has one wish.
    pub fn rank(&self, other: &Self) -> Ordering {
        (self.by_rule.cmp(&other.by_rule))
            .then(self.priority.cmp(&other.priority))
            .then(self.confidence.total_cmp(&other.confidence))
            .then_with(|| other.at.cmp(&self.at))
            .then_with(|| other.rule.cmp(&self.rule))
            .then_with(|| other.key.cmp(&self.key))
    }

    /// Whether a later word of the same rule asks on for the same.
    pub fn goes_on(&self, later: &Self) -> bool {
        self.shot.camera == later.shot.camera
            && self.shot.zoom == later.shot.zoom
            && self.until >= later.from
    }

    /// Takes a later word, and keeps its own beginning.
    pub fn go_on(&mut self, later: Self) {
        let older = std::mem::replace(self, later);
        if older.from <= self.from {
            (self.from, self.heard, self.at) = (older.from, older.heard, older.at);
        }
    }

    pub fn is_of(&self, rule: &str, key: Option<&str>) -> bool {
        *self.rule == *rule && self.key.as_deref() == key
    }
}

/// Wishes, each at its place for as long as it is kept.
#[derive(Debug, Clone, Default)]
pub(super) struct Wishes(Vec<Option<Wish>>);

impl Wishes {
    pub fn get(&self, slot: Slot) -> Option<&Wish> {
        self.0.get(usize::from(slot))?.as_ref()
    }

    pub fn get_mut(&mut self, slot: Slot) -> Option<&mut Wish> {
        self.0.get_mut(usize::from(slot))?.as_mut()
    }

    pub fn iter(&self) -> impl Iterator<Item = (Slot, &Wish)> {
        (0..)
            .zip(&self.0)
            .filter_map(|(n, w)| Some((n, w.as_ref()?)))
    }

    /// Where a rule's wish is, the place `but` left out.
    pub fn find(&self, rule: &str, key: Option<&str>, but: Option<Slot>) -> Option<Slot> {
        self.iter()
            .find(|(n, w)| Some(*n) != but && w.is_of(rule, key))
            .map(|(n, _)| n)
    }

    /// Ends what a rule asked for, wherever it asks later.
    pub fn release(&mut self, rule: &str, key: Option<&str>, frame: Frame) {
        for wish in self.0.iter_mut().flatten() {
            if wish.is_of(rule, key) && frame < wish.until {
                wish.until = frame;
                wish.released = true;
            }
        }
    }

    /// Forgets what is past or done with, apart from `keep`. Gives the places that are free now.
    pub fn prune(&mut self, frame: Frame, done: u64, keep: Option<Slot>) -> u64 {
        let mut freed = 0;
        for (n, slot) in (0..).zip(&mut self.0) {
            let over = |w: &Wish| w.until <= frame || w.until <= w.from || done & bit(n) != 0;
            if Some(n) != keep && slot.as_ref().is_some_and(over) {
                *slot = None;
                freed |= bit(n);
            }
        }
        freed
    }

    /// Finds a place for a wish. If all are taken, the lowest gives way, the new one if it is that.
    pub fn put(&mut self, wish: Wish, keep: Option<Slot>) -> Option<Slot> {
        let free = self.0.iter().position(Option::is_none);
        let n = match free {
            Some(n) => n,
            None if self.0.len() < MOST => {
                self.0.push(None);
                self.0.len() - 1
            }
            None => {
                let (lowest, lost) = self
                    .iter()
                    .filter(|(n, _)| Some(*n) != keep)
                    .min_by(|a, b| a.1.rank(b.1))?;
                if wish.rank(lost).is_lt() {
                    return None;
                }
                usize::from(lowest)
            }
        };
        self.0[n] = Some(wish);
        Slot::try_from(n).ok()
    }
}

/// A place's bit in a set of places.
pub(super) fn bit(slot: Slot) -> u64 {
    1 << slot
}

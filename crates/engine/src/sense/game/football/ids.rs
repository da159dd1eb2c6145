use matchday_event::PlayId;

use super::{fold::Entry, input::Fnv};

/// Finds a play by its id: a digest for each play, in the order of the plays. A game has a few hundred, so
/// looking through them all is quicker than any tree, and it gives the place as well.
#[derive(Debug, Default)]
pub struct Ids(Vec<u64>);

impl Ids {
    /// Where the play is, if it is known.
    pub fn find(&self, id: &PlayId, entries: &[Entry]) -> Option<usize> {
        let digest = Fnv::of(id.as_str());
        self.0
            .iter()
            .enumerate()
            .filter(|(_, d)| **d == digest)
            .find_map(|(at, _)| (entries[at].input.play_id == *id).then_some(at))
    }

    /// A play is put in.
    pub fn insert(&mut self, at: usize, id: &PlayId) {
        self.0.insert(at, Fnv::of(id.as_str()));
    }

    /// A play is taken out.
    pub fn remove(&mut self, at: usize) {
        self.0.remove(at);
    }
}

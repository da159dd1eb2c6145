//! The plays that moved a game most, of any sport.

use matchday_event::{KeyPlaysFact, PlayFact, PlayId};

/// Win probability that a key play moved at the least.
pub const KEY_WPA: f64 = 0.10;
/// How many key plays a game shows.
pub const KEY_PLAYS: usize = 5;

/// The plays that moved the game most.
#[derive(Debug, Default)]
pub struct KeyPlays {
    /// Every play over the bar: its swing, its place, its id.
    candidates: Vec<(f64, i64, PlayId)>,
    /// The top of them, as told.
    told: Vec<PlayId>,
}

impl KeyPlays {
    /// Takes a play's new figures into account.
    pub fn update(
        &mut self,
        play_id: &PlayId,
        old: Option<&PlayFact>,
        new: Option<&PlayFact>,
    ) -> bool {
        let swing = |f: Option<&PlayFact>| {
            f.filter(|f| f.wpa_home.abs() >= KEY_WPA)
                .map(|f| (f.wpa_home.abs(), f.order))
        };
        let (old, new) = (swing(old), swing(new));
        if old == new {
            return false;
        }
        self.candidates.retain(|(_, _, id)| id != play_id);
        if let Some((swing, order)) = new {
            let key = (swing, order, play_id.clone());
            let at = self.candidates.partition_point(|c| {
                c.0.total_cmp(&key.0).is_gt() || c.0 == key.0 && (c.1, &c.2) < (key.1, &key.2)
            });
            self.candidates.insert(at, key);
        }
        true
    }

    /// The fact, if the top has changed.
    pub fn changed(&mut self) -> Option<KeyPlaysFact> {
        let top = || self.candidates.iter().take(KEY_PLAYS).map(|c| &c.2);
        if top().eq(&self.told) {
            return None;
        }
        self.told = top().cloned().collect();
        Some(KeyPlaysFact {
            plays: self.told.clone(),
        })
    }

    /// Key plays as last told.
    pub fn told(&self) -> &[PlayId] {
        &self.told
    }
}

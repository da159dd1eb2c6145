//! Chat rooms: how much more is written than usual, and with how much feeling.

use std::{collections::BTreeMap, sync::Arc};

use matchday_event::{EventTime, senses::MoodFact};
use matchday_learn::momentum::Reading;

/// Most rooms of a game.
const MAX_ROOMS: usize = 64;
/// What is usual follows what is written this slowly.
const USUAL_S: f64 = 180.0;
/// Eight times the usual rate is as stirred as a room can show: three doublings.
const FULL_DOUBLINGS: f64 = 3.0;
/// A room of which nothing is heard for this long is not there.
const SILENT_US: i64 = 10_000_000;
/// Moods in a row before a room's usual is known: ten seconds.
const SETTLE: u32 = 50;
/// A room's rate has sprung up at this many times the usual.
const SPIKE: f64 = 6.0;
/// Beyond this it is not learned at the usual pace.
const UP: f64 = 3.0;
/// People see, type and send, and a mood is a mean over seconds: what they answer was about this long before.
pub(super) const ANSWER_US: i64 = 4_000_000;

#[derive(Debug, Clone, Default)]
struct Room {
    at: i64,
    moods: u32,
    usual_per_s: f64,
    stirred: f64,
    spiked: bool,
}

/// All rooms.
#[derive(Debug, Clone, Default)]
pub(super) struct Rooms {
    rooms: BTreeMap<Arc<str>, Room>,
}

impl Rooms {
    /// Takes a mood in. How sure it is, 0 to 1, that the room just sprang up, where it did.
    pub fn mood(&mut self, mood: &MoodFact) -> Option<f64> {
        if self.rooms.len() >= MAX_ROOMS && !self.rooms.contains_key(&mood.room) {
            return None;
        }
        let room = self.rooms.entry(mood.room.clone()).or_default();
        let passed_s = mood.at.0.saturating_sub(room.at).clamp(0, 60_000_000) as f64 / 1e6;
        room.at = mood.at.0;
        // What one spammer or a flood of pasted lines adds says nothing.
        let rate = (mood.rate_per_s * (1.0 - mood.spam_share)).clamp(0.0, 1e6);
        if ![rate, mood.confidence, mood.neutral]
            .iter()
            .all(|v| v.is_finite())
        {
            return None;
        }
        room.moods = room.moods.saturating_add(1);
        let settled = room.moods > SETTLE;
        let over = (rate + 0.5) / (room.usual_per_s + 0.5);
        let up = over > UP;
        // A spike teaches little of what is usual.
        let pace_s = if !settled {
            3.0
        } else if up {
            4.0 * USUAL_S
        } else {
            USUAL_S
        };
        let learn = 1.0 - libm::exp(-passed_s / pace_s);
        room.usual_per_s += learn * (rate - room.usual_per_s);
        if !settled {
            return None;
        }
        let feeling = (1.0 - mood.neutral).clamp(0.0, 1.0);
        let doublings = libm::log2(over).max(0.0) / FULL_DOUBLINGS;
        room.stirred =
            (mood.confidence * (0.75 * doublings.min(1.0) + 0.25 * feeling)).clamp(0.0, 1.0);
        let began = over > SPIKE && !room.spiked && mood.confidence >= 0.7;
        room.spiked = if room.spiked {
            over > 0.4 * SPIKE
        } else {
            began
        };
        began.then(|| 0.5 + 0.4 * mood.confidence * (doublings.min(1.0)))
    }

    /// What all rooms together say; `None` if none is heard.
    pub fn reading(&self, now: EventTime) -> Option<Reading> {
        let (mut n, mut stirred) = (0.0, 0.0);
        for room in self.rooms.values() {
            if room.moods > SETTLE && now.0.saturating_sub(room.at) <= SILENT_US {
                n += 1.0;
                stirred += room.stirred;
            }
        }
        // Whose room it is nobody configures yet: it says how much, and not for whom.
        (n > 0.0).then(|| Reading {
            stirred: stirred / n,
            ..Reading::default()
        })
    }

    /// The clock shows another time.
    pub fn forget(&mut self) {
        self.rooms.clear();
    }
}

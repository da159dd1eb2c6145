//! Rooms of one mind, and talk that a happening sets off: what rules about chat wait for, and what they must not be
//! taken in by.
//!
//! Most of what happens is answered in many voices. After some of it a room is of one mind: after a three-pointer for
//! joy, after a missed penalty in rage, after an underdog's goal in surprise; and now and then after something else too
//! (a dunk, a booking, a favourite's goal), which is no cause of the same rule. All of it is drawn from streams of its
//! own, so that whatever else the rooms write stays as it is without it.

use matchday_event::{Side, Sport, senses::Emotion};

use super::{Room, Spike};
use crate::{
    Rng,
    world::{Happening, HappeningKind as Kind, Script},
};

/// How much of a room is of one mind.
const STRONG: f64 = 0.97;
/// And of a room that nearly is: too near a threshold to say.
const HALF: f64 = 0.45;
/// Spikes of one group are so far apart that each is one.
const APART_MS: u64 = 30_000;

/// A room of one mind about a happening.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mind {
    /// Place in [`Script::happenings`].
    pub happening: usize,
    /// What it feels.
    pub emotion: Emotion,
    /// The rooms: those that meet for this side, or all.
    pub side: Option<Side>,
    /// Share of the answers that say so.
    pub share: f64,
}

impl Mind {
    /// Whether this room is of it.
    pub fn holds_in(&self, room: &Room) -> bool {
        self.side.is_none_or(|side| room.supports == Some(side))
    }
}

/// The rooms of one mind in a match, by happening.
pub(super) fn minds(seed: u64, script: &Script) -> Vec<Mind> {
    let mut rng = Rng::new(seed, "chat minds");
    let mut out = Vec::new();
    for (happening, h) in script.happenings.iter().enumerate() {
        // One draw for each, whatever it is: what comes later stays the same.
        let roll = rng.unit();
        if let Some((emotion, side, share)) = mind(script, h, roll) {
            out.push(Mind {
                happening,
                emotion,
                side,
                share,
            });
        }
    }
    out
}

fn mind(script: &Script, h: &Happening, roll: f64) -> Option<(Emotion, Option<Side>, f64)> {
    let side = h.side?;
    // Of so many strong ones, then so many that are nearly.
    let of = |strong: f64, half: f64| match roll {
        r if r < strong => Some(STRONG),
        r if r < strong + half => Some(HALF),
        _ => None,
    };
    match (script.sport, h.kind) {
        (Sport::Basketball, Kind::Score { points: 3 }) => {
            Some((Emotion::Joy, Some(side), of(0.45, 0.15)?))
        }
        (Sport::Basketball, Kind::Score { points: 2 }) if h.weight >= 0.3 => {
            Some((Emotion::Joy, Some(side), of(0.12, 0.05)?))
        }
        (Sport::Soccer, Kind::PenaltyMissed) => Some((Emotion::Rage, Some(side), of(0.85, 0.08)?)),
        (Sport::Soccer, Kind::Card) => Some((Emotion::Rage, Some(side), of(0.3, 0.1)?)),
        (Sport::Soccer, Kind::NearMiss) if h.weight >= 0.3 => {
            Some((Emotion::Rage, Some(side), of(0.08, 0.04)?))
        }
        (Sport::Soccer, Kind::Score { .. }) => match script.underdog? {
            underdog if underdog == side => Some((Emotion::Surprise, None, of(0.85, 0.08)?)),
            _ => Some((Emotion::Surprise, None, of(0.3, 0.1)?)),
        },
        _ => None,
    }
}

/// Talk of somebody who is hurt, and of what people want to see again, away from the spikes that there are.
pub(super) fn more_spikes(seed: u64, script: &Script, there: &[Spike]) -> Vec<Spike> {
    let mut rng = Rng::new(seed, "chat minds keywords");
    let mut out: Vec<Spike> = Vec::new();
    for h in &script.happenings {
        let group = match h.kind {
            Kind::Injury => "ankle",
            Kind::NearMiss if h.surprise >= 0.6 => "slow-mo",
            Kind::BigPlay if h.weight >= 0.15 => "slow-mo",
            _ => continue,
        };
        let chosen = rng.chance(0.7);
        let apart = there
            .iter()
            .chain(&out)
            .all(|s| s.at_ms.abs_diff(h.at_ms) > APART_MS);
        if chosen && apart {
            out.push(Spike {
                at_ms: h.at_ms,
                group,
            });
        }
    }
    out
}

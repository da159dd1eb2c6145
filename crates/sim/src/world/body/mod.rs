//! Wearables of players and fans around a match: beats of hearts, as devices send them, and what is truly in them.
//!
//! Each heart has its own rest, its breath (respiratory sinus arrhythmia), its effort, and answers to what happens: with a
//! leap of the whole side, with tension before something great. Devices add what devices add: missed, doubled and extra
//! beats, lost contact, and one that is stuck. The shapes and sizes are plausible guesses and not measurements of any
//! team: an agent that does well here has passed the least of tests.

mod person;
mod score;

use matchday_event::{
    EventTime, Side,
    senses::{BeatReport, Pseudonym, Wearer},
};
use serde::{Deserialize, Serialize};

use self::person::Person;
pub use self::score::{SCORED, score};
use super::Script;
use crate::Rng;

/// Who wears what.
#[derive(Debug, Clone, PartialEq)]
pub struct BodyPlan {
    /// When the match kicks off.
    pub kick_off: EventTime,
    /// Whether players wear something.
    pub players: bool,
    /// Fans of the home side, of the visitors and of neither who do.
    pub fans: [usize; 3],
    /// Milliseconds between two reports of a device.
    pub report_ms: u64,
    /// Beats of a hundred that a device gets wrong when nothing shakes it.
    pub artefacts: f64,
    /// Whether contact is lost now and then, and one device of a fan and one of a player get stuck.
    pub faults: bool,
}

impl Default for BodyPlan {
    fn default() -> Self {
        Self {
            kick_off: EventTime::from_millis(1_760_000_000_000),
            players: true,
            fans: [40, 20, 10],
            report_ms: 1000,
            artefacts: 0.4,
            faults: true,
        }
    }
}

/// What is true of the bodies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "truth", rename_all = "snake_case")]
pub enum BodyTruth {
    /// So many players' hearts rose by more than 30 a minute within two seconds, all of them within two seconds.
    Leap {
        /// When the fourth had, in milliseconds from kick-off.
        at_ms: u64,
        /// Of the home side.
        home: u16,
        /// Of the visitors.
        away: u16,
    },
    /// A player's heart rate passed 110 upwards, or 105 downwards.
    Rate {
        /// Whose.
        wearer: Pseudonym,
        /// When.
        at_ms: u64,
        /// Whether upwards.
        up: bool,
    },
    /// A player's heart rate is so near to 110 (`up`) or to 105 that a crossing may be told.
    Near {
        /// Whose.
        wearer: Pseudonym,
        /// From when.
        from_ms: u64,
        /// Until when.
        to_ms: u64,
        /// Whether upwards.
        up: bool,
    },
    /// A player's heart beats more evenly than it did in the ten minutes before: its true RMSSD, over half a minute, is
    /// 0.8 standard deviations and more under their mean.
    Strain {
        /// Whose.
        wearer: Pseudonym,
        /// From when.
        from_ms: u64,
        /// Until when.
        to_ms: u64,
        /// How far at the most, of the logarithm: -1.2 and less must be told.
        z: f64,
    },
    /// A device does not touch the skin.
    Loose {
        /// Whose.
        wearer: Pseudonym,
        /// From when.
        from_ms: u64,
        /// Until when.
        to_ms: u64,
    },
    /// A device repeats itself.
    Stuck {
        /// Whose.
        wearer: Pseudonym,
        /// From when.
        from_ms: u64,
        /// Until when.
        to_ms: u64,
    },
}

/// A player's heart rate rose fast: by 20 a minute and more within two seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Jump {
    /// When it had risen by 30; if it never did, when it had risen as far as it did. Milliseconds from kick-off.
    pub at_ms: u64,
    /// Whose.
    pub wearer: Pseudonym,
    /// For which side the player plays.
    pub side: Side,
    /// By how much at the most.
    pub rise_bpm: f64,
    /// Whether the device worked then.
    pub heard: bool,
}

/// The reports of all devices, by the time of their last beat within every second.
#[derive(Debug, Clone)]
pub struct Bodies {
    people: Vec<Person>,
    kick_off: EventTime,
    report_ms: u64,
    duration_ms: u64,
    at_ms: u64,
    ready: std::vec::IntoIter<BeatReport>,
}

/// When players' hearts truly rose fast, by time.
pub fn jumps(seed: u64, script: &Script, plan: &BodyPlan) -> Vec<Jump> {
    let mut out: Vec<Jump> = people(seed, script, plan)
        .iter()
        .filter(|p| p.is_player())
        .filter_map(|p| Some((p, p.side()?)))
        .flat_map(|(p, side)| {
            let jumps = p.jumps(script.duration_ms).into_iter();
            jumps.map(move |(at_ms, rise_bpm, heard)| Jump {
                at_ms,
                wearer: p.id(),
                side,
                rise_bpm,
                heard,
            })
        })
        .collect();
    out.sort_by_key(|j| (j.at_ms, j.wearer));
    out
}

/// The bodies of a match under a seed: what is true, and the reports.
pub fn render(seed: u64, script: &Script, plan: &BodyPlan) -> (Vec<BodyTruth>, Bodies) {
    let people = people(seed, script, plan);
    let mut truth: Vec<BodyTruth> = people.iter().flat_map(Person::truth).collect();
    truth.extend(leaps(&people, script.duration_ms));
    truth.sort_by_key(began_ms);
    let bodies = Bodies {
        people,
        kick_off: plan.kick_off,
        report_ms: plan.report_ms.max(100),
        duration_ms: script.duration_ms,
        at_ms: 0,
        ready: Vec::new().into_iter(),
    };
    (truth, bodies)
}

/// Everybody who wears something.
fn people(seed: u64, script: &Script, plan: &BodyPlan) -> Vec<Person> {
    let mut ids = Rng::new(seed, "world body ids");
    let mut people = Vec::new();
    let mut add = |who: Wearer| {
        let n = people.len();
        people.push(Person::new(
            seed,
            n,
            Pseudonym(ids.next_u64()),
            who,
            script,
            plan,
        ));
    };
    if plan.players {
        for side in [Side::Home, Side::Away] {
            for player in &script.club(side).players {
                let shirt = if player.number > 0 {
                    player.number.to_string().into()
                } else {
                    player.name.clone()
                };
                add(Wearer::Player {
                    side,
                    shirt: Some(shirt),
                });
            }
        }
    }
    for (side, n) in [Some(Side::Home), Some(Side::Away), None]
        .into_iter()
        .zip(plan.fans)
    {
        for _ in 0..n {
            add(Wearer::Fan { side });
        }
    }
    if plan.faults {
        let mut rng = Rng::new(seed, "world body stuck");
        let players = people.iter().filter(|p| p.is_player()).count();
        for range in [0..players, players..people.len()] {
            if !range.is_empty() {
                let n = range.start + rng.below(range.len());
                people[n].get_stuck(&mut rng, script.duration_ms);
            }
        }
    }
    people
}

fn began_ms(truth: &BodyTruth) -> u64 {
    match truth {
        BodyTruth::Leap { at_ms, .. } | BodyTruth::Rate { at_ms, .. } => *at_ms,
        BodyTruth::Near { from_ms, .. }
        | BodyTruth::Strain { from_ms, .. }
        | BodyTruth::Loose { from_ms, .. }
        | BodyTruth::Stuck { from_ms, .. } => *from_ms,
    }
}

/// When four or more players' true rates leapt together.
fn leaps(people: &[Person], duration_ms: u64) -> Vec<BodyTruth> {
    let mut all: Vec<(u64, Side)> = people
        .iter()
        .filter(|p| p.is_player())
        .flat_map(|p| p.leaps(duration_ms).into_iter().zip(std::iter::repeat(p)))
        .filter_map(|(at, p)| Some((at, p.side()?)))
        .collect();
    all.sort_by_key(|l| l.0);
    let mut out = Vec::new();
    let mut i = 0;
    while i < all.len() {
        let group: Vec<(u64, Side)> = all[i..]
            .iter()
            .take_while(|l| l.0 <= all[i].0 + 2000)
            .copied()
            .collect();
        if group.len() < 4 {
            i += 1;
            continue;
        }
        let count = |side| group.iter().filter(|l| l.1 == side).count() as u16;
        out.push(BodyTruth::Leap {
            at_ms: group[3].0,
            home: count(Side::Home),
            away: count(Side::Away),
        });
        let over = group[3].0 + 10_000;
        while i < all.len() && all[i].0 < over {
            i += 1;
        }
    }
    out
}

impl Iterator for Bodies {
    type Item = BeatReport;

    fn next(&mut self) -> Option<BeatReport> {
        loop {
            if let Some(report) = self.ready.next() {
                return Some(report);
            }
            if self.at_ms >= self.duration_ms {
                return None;
            }
            self.at_ms = (self.at_ms + self.report_ms).min(self.duration_ms);
            let (until_ms, kick_off) = (self.at_ms, self.kick_off);
            let mut reports: Vec<BeatReport> = self
                .people
                .iter_mut()
                .filter_map(|p| p.report(until_ms, kick_off))
                .collect();
            reports.sort_by_key(|r| (r.at, r.wearer));
            self.ready = reports.into_iter();
        }
    }
}

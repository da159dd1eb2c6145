//! Hearts that leap together.

use matchday_event::{
    EventTime, Fact, Side,
    senses::{BodyFact, Leap, PlayerWearer, Pseudonym},
};

use super::{super::watch::places, limits::Limits};

/// How long a player's leap is kept for others' that are reported later, in microseconds.
const KEEP_US: i64 = 15_000_000;
/// Pause between two leaps of a group, in microseconds.
const PAUSE_US: i64 = 10_000_000;
/// Most leaps that are kept.
const MOST: usize = 256;

/// One player's leap.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Leapt {
    pub bpm: f32,
    /// When it began.
    pub from: EventTime,
    /// When it had risen so far.
    pub at: EventTime,
}

#[derive(Debug, Clone, Copy)]
struct One {
    wearer: Pseudonym,
    side: Side,
    leap: Leapt,
}

/// Players' leaps of late.
#[derive(Debug, Clone, Default)]
pub(super) struct Leaps {
    ones: Vec<One>,
    told: Option<Leap>,
    grew: bool,
}

impl Leaps {
    pub fn add(&mut self, player: &PlayerWearer, leap: Leapt) {
        // A leap that goes on is one leap: the first time that it was one counts.
        let before = self.ones.iter_mut().find(|o| {
            o.wearer == player.wearer && leap.at.0.saturating_sub(o.leap.at.0) < PAUSE_US
        });
        match before {
            Some(one) => one.leap.bpm = one.leap.bpm.max(leap.bpm),
            None => {
                self.grew = true;
                self.ones.push(One {
                    wearer: player.wearer,
                    side: player.side,
                    leap,
                });
            }
        }
        let newest = self.ones.iter().map(|o| o.leap.at.0).max().unwrap_or(0);
        self.ones.retain(|o| newest - o.leap.at.0 < KEEP_US);
        if self.ones.len() > MOST {
            self.ones.remove(0);
        }
    }

    /// Whether somebody else has leapt since this was asked.
    pub fn grew(&mut self) -> bool {
        std::mem::take(&mut self.grew)
    }

    /// Tells when so many have leapt together, and again when more have; `players` have a heart rate now.
    pub fn tell(&mut self, players: usize, limits: &Limits, out: &mut Vec<Fact>) {
        let span_us = (f64::from(limits.leap_s) * 1e6) as i64;
        self.ones.sort_by_key(|o| (o.leap.at, o.wearer));
        let together = |first: &One| {
            self.ones
                .iter()
                .filter(|o| (0..=span_us).contains(&(o.leap.at.0 - first.leap.at.0)))
                .collect::<Vec<_>>()
        };
        // The first span that enough leapt in.
        let Some(group) = self
            .ones
            .iter()
            .map(together)
            .find(|group| group.len() >= limits.leap_players)
        else {
            return;
        };
        let onset = group
            .iter()
            .map(|o| o.leap.from)
            .min()
            .unwrap_or(group[0].leap.from);
        let fourth = group[limits.leap_players - 1].leap.at;
        let count = |side| u16::try_from(group.iter().filter(|o| o.side == side).count());
        let (home, away) = (
            count(Side::Home).unwrap_or(u16::MAX),
            count(Side::Away).unwrap_or(u16::MAX),
        );
        let mut rises: Vec<f32> = group.iter().map(|o| o.leap.bpm).collect();
        rises.sort_by(f32::total_cmp);
        let share = |n: u16| f32::from(n) / group.len() as f32;
        let side = if share(home) >= 0.75 {
            Some(Side::Home)
        } else if share(away) >= 0.75 {
            Some(Side::Away)
        } else {
            None
        };
        let mut leap = Leap {
            at: fourth,
            onset,
            home,
            away,
            side,
            rise_bpm: places(rises[rises.len() / 2], 10.0),
            strength: places(
                (group.len() as f32 / players.max(group.len()) as f32).min(1.0),
                100.0,
            ),
        };
        if let Some(told) = &self.told {
            let same = leap.at.0.saturating_sub(told.at.0) < PAUSE_US;
            if same && home + away <= told.home + told.away {
                return;
            }
            if same {
                // It goes on under the number that it has: its beginning.
                leap.onset = told.onset;
                leap.at = leap.at.max(told.at);
            }
        }
        self.told = Some(leap.clone());
        out.push(Fact::Body(BodyFact::Leap(leap)));
    }
}

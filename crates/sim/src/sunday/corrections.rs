//! What a provider first gets wrong and then puts right.
//!
//! The final document is always the facts. On the way some plays stand as a scorer first saw them: a
//! touchdown that a review takes away, a catch that was none, a gain that is a yard or three off.

use super::{
    facts::{Extra, Review},
    game::{Game, Play, Stat},
};
use crate::rng::Rng;

/// A play as it first stood.
#[derive(Debug, Clone, PartialEq)]
pub struct Provisional {
    /// Place in [`Game::plays`].
    pub index: usize,
    /// The play as first reported.
    pub play: Play,
    /// It is put right with the play this many places later.
    pub plays_later: usize,
    /// Put right on its own, before the next play, as a review does.
    pub before_next: bool,
}

/// Yardage that is first booked wrongly, per game.
const YARDAGE_PER_GAME: usize = 3;

/// The game's provisional plays, in order, no play twice.
pub fn plan(game: &Game, seed: u64) -> Vec<Provisional> {
    let mut rng = Rng::new(seed, &format!("corrections {}", game.id));
    let mut out: Vec<Provisional> = Vec::new();
    let last = game.plays.len().saturating_sub(6);
    for (index, play) in game.plays.iter().enumerate().take(last) {
        let first = match play.extra.review {
            Some(Review::TouchdownReversed) => as_touchdown(play),
            Some(Review::CatchReversed) => as_catch(play),
            _ => None,
        };
        let before_next = rng.chance(0.7);
        if let Some(play) = first {
            out.push(Provisional {
                index,
                play,
                plays_later: 1,
                before_next,
            });
        }
    }
    // One ball carrier in two games is thought to have got in, and is put back to the yard line.
    let close: Vec<usize> = (0..last)
        .filter(|i| {
            let play = &game.plays[*i];
            is_plain(play)
                && play
                    .yards_to_goal()
                    .is_some_and(|y| (1..=2).contains(&(y - gained(play))))
        })
        .collect();
    if !close.is_empty() && rng.chance(0.5) {
        let index = close[rng.below(close.len())];
        if let Some(play) = as_touchdown(&game.plays[index])
            && game.plays[index + 1].is_action()
        {
            out.push(Provisional {
                index,
                play,
                plays_later: 1,
                before_next: true,
            });
        }
    }
    let plain: Vec<usize> = (0..last).filter(|i| is_plain(&game.plays[*i])).collect();
    for _ in 0..YARDAGE_PER_GAME {
        let index = plain.get(rng.below(plain.len())).copied().unwrap_or(0);
        let off = rng.between(1, 3) as i16 * if rng.chance(0.5) { 1 } else { -1 };
        let plays_later = rng.between(1, 3) as usize;
        if out.iter().all(|p| p.index != index)
            && let Some(play) = yards_off(&game.plays[index], off)
        {
            out.push(Provisional {
                index,
                play,
                plays_later,
                before_next: false,
            });
        }
    }
    out.sort_by_key(|p| p.index);
    out.dedup_by_key(|p| p.index);
    out
}

/// A run or a catch with nothing else to it.
fn is_plain(play: &Play) -> bool {
    play.has(&[10, 15])
        && play.down > 0
        && play.extra.mark.is_none()
        && play.extra.pen.is_empty()
        && play.extra.review.is_none()
        && !play.has(&[11, 13, 16, 12, 23, 52, 53, 55, 57, 59, 60, 89, 106])
}

fn gained(play: &Play) -> i16 {
    play.stat(&[10, 15]).map_or(0, |s| s.yards)
}

fn yards_off(play: &Play, off: i16) -> Option<Play> {
    let was = gained(play);
    let now = was + off;
    let room = play.yards_to_goal()?;
    let togo = i16::from(play.togo);
    // The downs that follow are the true ones, so the error may not change who has a first down.
    if was < 3 || now < 1 || now >= room || (was >= togo) != (now >= togo) {
        return None;
    }
    let mut first = play.clone();
    for stat in &mut first.stats {
        if matches!(stat.code, 10 | 15 | 21) {
            stat.yards = now;
        } else if stat.code == 113 {
            stat.yards += off;
        }
    }
    Some(first)
}

fn as_touchdown(play: &Play) -> Option<Play> {
    let room = play.yards_to_goal()?;
    let mut first = unreviewed(play);
    first.scored = true;
    first.note = Some("TD".to_owned());
    let down = |code: u16| Stat {
        player: None,
        club: play.posteam.clone(),
        name: String::new(),
        short: String::new(),
        code,
        yards: 0,
    };
    // Whoever is booked with stopping him did not, as it first looked.
    first.stats.retain(|s| {
        !matches!(
            s.code,
            5 | 6 | 7 | 8 | 9 | 79 | 80 | 82 | 85 | 95 | 120 | 402
        )
    });
    if play.has(&[19]) {
        first
            .stats
            .retain(|s| !matches!(s.code, 52 | 53 | 55 | 59 | 91 | 106));
        let by = first.stats.iter_mut().find(|s| s.code == 25)?;
        let caught = room - play.stat(&[112]).map_or(0, |s| s.yards);
        by.code = 26;
        by.yards = 100 - caught;
        return Some(first);
    }
    if play.has(&[52, 53, 93, 106]) {
        return None;
    }
    first.net += room - gained(play);
    if play.has(&[10]) {
        first.stats.retain(|s| s.code != 3);
        first.stats.insert(0, down(3));
        let run = first.stats.iter_mut().find(|s| s.code == 10)?;
        (run.code, run.yards) = (11, room);
        return Some(first);
    }
    let complete = catch_stats(&mut first, room)?;
    first.stats.retain(|s| s.code != 4);
    first.stats.insert(0, down(4));
    for stat in &mut first.stats {
        match stat.code {
            15 => stat.code = 16,
            21 => stat.code = 22,
            _ => {}
        }
    }
    complete.then_some(first)
}

fn as_catch(play: &Play) -> Option<Play> {
    let air = play.stat(&[112])?.yards;
    if air < 1 || air >= play.yards_to_goal()? {
        return None;
    }
    let mut first = unreviewed(play);
    first.stats.retain(|s| !matches!(s.code, 7 | 85));
    first.net += air;
    catch_stats(&mut first, air)?.then_some(first)
}

/// Turns the statistics of a pass into those of one caught for this many yards. Whether there was a
/// receiver to catch it.
fn catch_stats(play: &mut Play, yards: i16) -> Option<bool> {
    let air = play.stat(&[111, 112])?.yards.min(yards);
    for stat in &mut play.stats {
        match stat.code {
            14 | 15 => (stat.code, stat.yards) = (15, yards),
            111 | 112 => (stat.code, stat.yards) = (111, air),
            _ => {}
        }
    }
    play.stats.retain(|s| !matches!(s.code, 21 | 113));
    let at = play.stats.iter().position(|s| s.code == 115)?;
    let target = play.stats[at].clone();
    play.stats.insert(
        at,
        Stat {
            code: 21,
            yards,
            ..target.clone()
        },
    );
    play.stats.push(Stat {
        code: 113,
        yards: yards - air,
        ..target
    });
    Some(true)
}

fn unreviewed(play: &Play) -> Play {
    Play {
        extra: Extra {
            review: None,
            injury: false,
            ..play.extra.clone()
        },
        ..play.clone()
    }
}

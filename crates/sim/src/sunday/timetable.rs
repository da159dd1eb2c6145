//! When, after kick-off, each play reaches the feed.
//!
//! The facts carry only the game clock. The wall clock is modelled from it: the seconds that ran off the
//! clock, plus the time that stood still after what happened (an incompletion, a score and the kick, a
//! timeout, the break between quarters), scaled so that a game takes as long as real ones do.

use std::time::Duration;

use super::{facts::Mark, game::Game};
use crate::rng::Rng;

/// Mean length of a game in 2016, kick-off to end.
const GAME_MEAN_S: f64 = 185.0 * 60.0;
const GAME_SPREAD_S: f64 = 6.0 * 60.0;
const OVERTIME_S: f64 = 22.0 * 60.0;
const HALF_TIME_S: f64 = 12.0 * 60.0;
/// From the last play to the provider calling the game final.
const FINAL_AFTER_S: f64 = 45.0;

/// When each play is published, and when the game is called final.
#[derive(Debug, Clone, PartialEq)]
pub struct Timetable {
    /// Time since kick-off of each play, strictly increasing.
    pub plays: Vec<Duration>,
    /// When the header turns final.
    pub done: Duration,
}

impl Timetable {
    /// Works out a game's timetable.
    pub fn new(game: &Game, seed: u64) -> Self {
        let mut rng = Rng::new(seed, &format!("timetable {}", game.id));
        // Running time cannot be scaled, standing time can: the second is what makes games differ.
        let mut running = vec![0.0];
        let mut standing = vec![0.0];
        let mut fixed = vec![0.0];
        let mut clock: Option<(u8, f64)> = None;
        for pair in game.plays.windows(2) {
            let (before, after) = (&pair[0], &pair[1]);
            if let Some(now) = before.clock_s() {
                clock = Some((before.quarter, f64::from(now)));
            }
            let ran = match (clock, after.clock_s()) {
                (Some((quarter, from)), Some(to)) if quarter == after.quarter => {
                    (from - f64::from(to)).max(0.0)
                }
                // A quarter that ends has no clock of its own: it ran out.
                (Some((quarter, from)), None) if quarter == after.quarter => {
                    clock = Some((quarter, 0.0));
                    from
                }
                _ => 0.0,
            };
            running.push(ran);
            let half_time = before.extra.mark == Some(Mark::EndQuarter) && before.quarter == 2;
            fixed.push(if half_time { HALF_TIME_S } else { 0.0 });
            standing.push(if half_time {
                0.0
            } else {
                stood_still(before, &mut rng) * (0.8 + 0.4 * rng.unit())
            });
        }
        let overtime = game.plays.last().is_some_and(|p| p.quarter > 4);
        let target = GAME_MEAN_S
            + GAME_SPREAD_S * rng.normal().clamp(-2.0, 2.0)
            + if overtime { OVERTIME_S } else { 0.0 };
        let settled: f64 = running.iter().chain(&fixed).sum();
        let loose: f64 = standing.iter().sum();
        let scale = ((target - settled) / loose.max(1.0)).clamp(0.3, 3.0);
        let mut at = 0.0_f64;
        let mut published = 0.0_f64;
        let mut plays = Vec::with_capacity(game.plays.len());
        for i in 0..game.plays.len() {
            at += running[i] + fixed[i] + standing[i] * scale;
            // The play itself, and the hands that key it in.
            let lag = 5.0 + 7.0 * rng.unit();
            published = (at + lag).max(published + 1.0);
            plays.push(Duration::from_millis((published * 1000.0) as u64));
        }
        let done = Duration::from_millis(((published + FINAL_AFTER_S) * 1000.0) as u64);
        Self { plays, done }
    }
}

/// Seconds that pass with the clock standing after a play, before the scaling to a real game's length.
fn stood_still(play: &super::game::Play, rng: &mut Rng) -> f64 {
    match play.extra.mark {
        Some(Mark::EndQuarter) => return 140.0,
        Some(Mark::TwoMinute) => return 130.0,
        _ => {}
    }
    let mut seconds = if play.has(&[68]) && !play.is_action() {
        // Most timeouts are sold.
        if rng.chance(0.7) { 130.0 } else { 40.0 }
    } else if play.has(&[72, 73, 74, 75, 76, 77, 78, 70]) {
        if rng.chance(0.6) { 140.0 } else { 45.0 }
    } else if play.scored {
        40.0
    } else if play.has(&[41, 42, 43, 44, 46, 49, 410]) {
        if rng.chance(0.35) { 120.0 } else { 25.0 }
    } else if play.has(&[2, 29, 30, 32, 69, 71, 19, 25, 106, 59]) {
        if rng.chance(0.45) { 130.0 } else { 35.0 }
    } else if play.has(&[14]) || play.extra.ob {
        26.0
    } else if !play.extra.pen.is_empty() {
        32.0
    } else {
        4.0
    };
    if play.extra.review.is_some() {
        seconds += 100.0;
    }
    if play.extra.injury {
        seconds += 60.0;
    }
    seconds
}

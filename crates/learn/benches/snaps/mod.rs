//! Situations to time the models on.

use matchday_event::Side;
use matchday_learn::football::{Kind, Snap};

/// Snaps from all over a game, in an order without a pattern that a branch predictor could learn.
pub fn scattered() -> Vec<Snap> {
    let mut state = 20_170_101_u64;
    let mut below = |n: u64| {
        // A linear congruential generator: enough to scatter the snaps.
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 33) % n
    };
    (0..512)
        .map(|_| {
            let side = if below(2) == 0 {
                Side::Home
            } else {
                Side::Away
            };
            let yards_to_goal = 1 + below(99) as u8;
            Snap {
                kind: Kind::Scrimmage,
                period: 1 + below(4) as u8,
                clock_s: below(901) as u16,
                possession: Some(side),
                home_lead: below(43) as i16 - 21,
                down: 1 + below(4) as u8,
                distance: (1 + below(15) as u8).min(yards_to_goal),
                yards_to_goal,
                home_timeouts: below(4) as u8,
                away_timeouts: below(4) as u8,
                opening_receiver: Some(Side::Home),
                season: 2015,
                spread_home: Some(below(29) as f32 * 0.5 - 7.0),
                total_line: Some(45.0),
                ..Snap::default()
            }
        })
        .collect()
}

/// The same situations as fourth downs.
pub fn fourth_downs() -> Vec<Snap> {
    let mut snaps = scattered();
    snaps.iter_mut().for_each(|snap| snap.down = 4);
    snaps
}

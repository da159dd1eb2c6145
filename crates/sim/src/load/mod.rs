//! Endless plausible games: for load, for benches and for property tests.
//!
//! A generated game keeps the rules: four downs, the order of kick-off, try and kick-off, who receives
//! the second half, timeouts, the overtime of 2016 (15 minutes, a touchdown on the first possession wins,
//! a tie can stand). Its final score is the sum of its scoring plays. The same seed and number give the
//! same game, byte for byte.

mod game;
mod kicks;
mod plain;

use std::{cmp::Reverse, collections::BinaryHeap, time::Duration};

use matchday_event::{GameId, Signal};

pub use self::{game::Signals, plain::PlainGame};

/// Every signal of one whole game: who plays, each play with where the game then stands, and the final
/// status.
pub fn signals(seed: u64, game: u64) -> Signals {
    Signals::new(seed, game)
}

/// The id of a generated game.
pub fn game_id(seed: u64, game: u64) -> GameId {
    // Made of letters, digits and hyphens alone, and short: such an id is always valid.
    GameId::new(format!("nfl-sim-{seed}-{game}")).unwrap_or_else(|_| unreachable!("a valid id"))
}

/// A signal of the endless load, with the moment at which it is due.
#[derive(Debug, Clone, PartialEq)]
pub struct Due {
    /// Since the load began.
    pub at: Duration,
    /// Which game.
    pub game: GameId,
    /// What it says.
    pub signal: Signal,
}

/// Many games side by side, for ever: when one is over the next begins in its place.
#[derive(Debug)]
pub struct Endless {
    seed: u64,
    slots: Vec<(GameId, Signals)>,
    /// Who is next, soonest first; ties by slot, so that the order is the same every time.
    due: BinaryHeap<Reverse<(u64, usize)>>,
    /// Nanoseconds between two signals of one game.
    gap_ns: u64,
    next_game: u64,
}

/// `games` games at `rate` signals a second, all of them together.
///
/// The games take turns evenly; `endless(1, 16, 50.0)` is the mission's load, `endless(1, 16, 500.0)` the
/// load of game day.
pub fn endless(seed: u64, games: usize, rate: f64) -> Endless {
    let games = games.max(1);
    let gap_ns = (games as f64 / rate.max(1e-3) * 1e9) as u64;
    let slots = (0..games as u64)
        .map(|n| (game_id(seed, n), signals(seed, n)))
        .collect();
    let due = (0..games)
        .map(|slot| Reverse((gap_ns * slot as u64 / games as u64, slot)))
        .collect();
    Endless {
        seed,
        slots,
        due,
        gap_ns,
        next_game: games as u64,
    }
}

impl Iterator for Endless {
    type Item = Due;

    fn next(&mut self) -> Option<Due> {
        let Reverse((at, slot)) = self.due.pop()?;
        self.due.push(Reverse((at + self.gap_ns, slot)));
        let (id, signals) = &mut self.slots[slot];
        let signal = match signals.next() {
            Some(signal) => signal,
            None => {
                *id = game_id(self.seed, self.next_game);
                *signals = Signals::new(self.seed, self.next_game);
                self.next_game += 1;
                signals.next()?
            }
        };
        Some(Due {
            at: Duration::from_nanos(at),
            game: id.clone(),
            signal,
        })
    }
}

//! What waits for the graphics system. State conflates and key plays do not: a game's newest strip and situation
//! take the place of older ones, and key plays wait in order, up to a number and an age.

use std::{
    collections::{HashMap, VecDeque},
    time::{Duration, Instant},
};

use matchday_event::GameId;

use super::build::{Command, Order};

/// Which place in the queue a command has: one per game for each kind of state, one each for key plays.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Slot {
    State(GameId, &'static str),
    KeyPlay(u64),
}

/// See the module. Bounded by two entries a game and the number of key plays.
#[derive(Debug)]
pub(super) struct Queue {
    order: VecDeque<Slot>,
    waiting: HashMap<Slot, (Command, Instant)>,
    key_plays: usize,
    key_plays_max: usize,
    key_play_age: Duration,
    next: u64,
}

impl Queue {
    pub(super) fn new(key_plays_max: usize, key_play_age: Duration) -> Self {
        Self {
            order: VecDeque::new(),
            waiting: HashMap::new(),
            key_plays: 0,
            key_plays_max: key_plays_max.max(1),
            key_play_age,
            next: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Takes a command in. Returns how many it pushed out: older state that nobody needs now is not counted,
    /// a key play is.
    pub(super) fn push(&mut self, command: Command, now: Instant) -> usize {
        let Order::ShowKeyPlay(_) = command.order else {
            let slot = Slot::State(command.game.clone(), command.order.name());
            if self.waiting.insert(slot.clone(), (command, now)).is_none() {
                self.order.push_back(slot);
            }
            return 0;
        };
        let mut dropped = 0;
        if self.key_plays >= self.key_plays_max {
            let oldest = self
                .order
                .iter()
                .position(|s| matches!(s, Slot::KeyPlay(_)));
            if let Some(slot) = oldest.and_then(|at| self.order.remove(at)) {
                self.forget(&slot);
                dropped = 1;
            }
        }
        let slot = Slot::KeyPlay(self.next);
        self.next += 1;
        self.key_plays += 1;
        self.waiting.insert(slot.clone(), (command, now));
        self.order.push_back(slot);
        dropped
    }

    /// The command whose turn it is, and how many key plays were too old to be shown any more.
    pub(super) fn pop(&mut self, now: Instant) -> (Option<Taken>, usize) {
        let mut stale = 0;
        while let Some(slot) = self.order.pop_front() {
            let Some((command, since)) = self.forget(&slot) else {
                continue;
            };
            if matches!(slot, Slot::KeyPlay(_)) && now.duration_since(since) > self.key_play_age {
                stale += 1;
                continue;
            }
            return (Some(Taken { command, since }), stale);
        }
        (None, stale)
    }

    /// Puts back what could not be sent, at the front, unless something newer has taken its place.
    pub(super) fn put_back(&mut self, taken: Taken) {
        let slot = if matches!(taken.command.order, Order::ShowKeyPlay(_)) {
            if self.key_plays >= self.key_plays_max {
                return;
            }
            self.key_plays += 1;
            self.next += 1;
            Slot::KeyPlay(self.next - 1)
        } else {
            Slot::State(taken.command.game.clone(), taken.command.order.name())
        };
        if let std::collections::hash_map::Entry::Vacant(free) = self.waiting.entry(slot.clone()) {
            free.insert((taken.command, taken.since));
            self.order.push_front(slot);
        }
    }

    fn forget(&mut self, slot: &Slot) -> Option<(Command, Instant)> {
        let held = self.waiting.remove(slot);
        if held.is_some() && matches!(slot, Slot::KeyPlay(_)) {
            self.key_plays -= 1;
        }
        held
    }
}

/// A command on its way, and since when it waits.
#[derive(Debug)]
pub(super) struct Taken {
    pub command: Command,
    pub since: Instant,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graphics::{KeyPlay, WinProbability};
    use matchday_event::{PlayId, Side};

    fn strip(game: &str, home: f64) -> Command {
        Command {
            id: format!("{game}-{home}"),
            game: GameId::new(game).expect("an id"),
            order: Order::UpdateWinProbability(WinProbability {
                home,
                away: 100.0 - home,
                delta: 0.0,
            }),
        }
    }

    fn key_play(id: &str) -> Command {
        Command {
            id: id.to_owned(),
            game: GameId::new("g").expect("an id"),
            order: Order::ShowKeyPlay(KeyPlay {
                play_id: PlayId::new(id),
                text: String::new(),
                side: Side::Home,
                wpa: 12.0,
                duration: 5000,
            }),
        }
    }

    fn ids(queue: &mut Queue, now: Instant) -> Vec<String> {
        std::iter::from_fn(|| queue.pop(now).0)
            .map(|t| t.command.id)
            .collect()
    }

    #[test]
    fn the_newest_state_takes_the_place_of_the_older_and_keeps_its_turn() {
        let now = Instant::now();
        let mut queue = Queue::new(4, Duration::from_secs(10));
        for command in [strip("a", 50.0), strip("b", 60.0), strip("a", 51.0)] {
            queue.push(command, now);
        }
        assert_eq!(ids(&mut queue, now), ["a-51", "b-60"]);
        assert_eq!(queue.len(), 0);
    }

    #[test]
    fn key_plays_wait_in_order_up_to_a_number_and_an_age() {
        let now = Instant::now();
        let mut queue = Queue::new(2, Duration::from_secs(10));
        assert_eq!(queue.push(key_play("1"), now), 0);
        assert_eq!(queue.push(key_play("2"), now), 0);
        assert_eq!(queue.push(key_play("3"), now), 1, "the oldest makes room");
        assert_eq!(ids(&mut queue, now), ["2", "3"]);
        queue.push(key_play("4"), now);
        let (taken, stale) = queue.pop(now + Duration::from_secs(11));
        assert!(taken.is_none());
        assert_eq!(stale, 1);
    }

    #[test]
    fn what_is_put_back_gives_way_to_newer_state() {
        let now = Instant::now();
        let mut queue = Queue::new(2, Duration::from_secs(10));
        queue.push(strip("a", 50.0), now);
        let taken = queue.pop(now).0.expect("one waits");
        queue.push(strip("a", 51.0), now);
        queue.put_back(taken);
        assert_eq!(ids(&mut queue, now), ["a-51"]);
        queue.push(key_play("1"), now);
        queue.push(key_play("2"), now);
        let taken = queue.pop(now).0.expect("one waits");
        queue.put_back(taken);
        assert_eq!(
            ids(&mut queue, now),
            ["1", "2"],
            "a key play keeps its turn"
        );
    }
}

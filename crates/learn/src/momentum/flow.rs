//! What the match's own facts say of how stirring it is: the one path from facts to features, in training as live.

use std::collections::VecDeque;

use matchday_event::PlayId;

use crate::football::basis;

/// How many features there are.
pub const COUNT: usize = 6;

/// Their names, in order.
pub const NAMES: [&str; COUNT] = [
    "swings_120s",
    "swings_900s",
    "net_240s",
    "alive",
    "urgency",
    "close_urgency",
];

/// Plays that are remembered. At one in 40 s that is two hours; beyond it a swing has decayed to nothing.
const PLAYS: usize = 192;
/// A play is going on, or about to, this long after the one before it.
const BETWEEN_PLAYS_S: f64 = 45.0;
/// How fast a break's lull comes.
const LULL_S: f64 = 120.0;
/// Where nobody says when a play was, it is taken to have been this long before the next.
const PLAY_EVERY_US: i64 = 40_000_000;

/// The features at one time.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Features {
    /// By the order of [`NAMES`].
    pub values: [f64; COUNT],
    /// Home win probability added lately, each play's halved every 83 s (a decay of 120 s): the way the match goes.
    pub swing: f64,
}

/// A play.
#[derive(Debug, Clone, PartialEq)]
pub struct Played {
    /// Which.
    pub id: PlayId,
    /// Place in the game.
    pub order: i64,
    /// When, in microseconds; `None` where nobody says.
    pub at_us: Option<i64>,
    /// Home win probability added.
    pub wpa_home: f64,
}

/// Where the match stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stand {
    /// Home win probability.
    pub wp_home: f64,
    /// Share of the match that is left, 1 to 0.
    pub left: f64,
    /// It is over.
    pub over: bool,
    /// It runs, and its feed tells of so few plays that their absence says nothing (a ticker of goals and cards).
    pub steady: bool,
}

impl Default for Stand {
    fn default() -> Self {
        Self {
            wp_home: 0.5,
            left: 1.0,
            over: false,
            steady: false,
        }
    }
}

/// The match so far. Bounded: the last 192 plays.
#[derive(Debug, Clone, Default)]
pub struct Flow {
    /// By ascending `order`.
    plays: VecDeque<Played>,
    stand: Stand,
    dated: bool,
}

impl Flow {
    /// Plays that it remembers.
    pub const REMEMBERED: usize = PLAYS;

    /// Takes in a play, new or told again. A play that comes late goes to its place, and one that is told again
    /// keeps its time unless it had none.
    pub fn play(&mut self, play: Played) {
        let play = Played {
            wpa_home: finite(play.wpa_home).clamp(-1.0, 1.0),
            ..play
        };
        let after = match self.plays.back() {
            Some(last) if last.order >= play.order => {
                self.plays.partition_point(|p| p.order < play.order)
            }
            _ => self.plays.len(),
        };
        let same = (after..self.plays.len())
            .take_while(|i| self.plays[*i].order == play.order)
            .find(|i| self.plays[*i].id == play.id);
        if let Some(i) = same {
            let old = &mut self.plays[i];
            old.wpa_home = play.wpa_home;
            old.at_us = old.at_us.or(play.at_us);
            return;
        }
        if self.plays.len() == PLAYS {
            if after == 0 {
                // Older than all that is remembered: history.
                return;
            }
            self.plays.pop_front();
            self.plays.insert(after - 1, play);
        } else {
            if self.plays.capacity() == 0 {
                self.plays.reserve_exact(PLAYS);
            }
            self.plays.insert(after, play);
        }
        self.dated = false;
    }

    /// A play that no longer counts.
    pub fn withdraw(&mut self, id: &PlayId) {
        self.plays.retain(|p| p.id != *id);
    }

    /// Where the match stands now.
    pub fn stands(&mut self, stand: Stand) {
        self.stand = Stand {
            wp_home: finite(stand.wp_home).clamp(0.0, 1.0),
            left: finite(stand.left).clamp(0.0, 1.0),
            ..stand
        };
    }

    /// Where the match stands.
    pub fn stand(&self) -> &Stand {
        &self.stand
    }

    /// Gives times to plays that have none: between their neighbours, and before `now_us` the last ones.
    fn date(&mut self, now_us: i64) {
        if self.dated {
            return;
        }
        self.dated = true;
        let mut next = now_us;
        for play in self.plays.iter_mut().rev() {
            match play.at_us {
                Some(at) => next = at.min(now_us),
                None => {
                    next = next.saturating_sub(PLAY_EVERY_US);
                    play.at_us = Some(next);
                }
            }
        }
    }

    /// The features at a time, of the plays until then.
    pub fn features(&mut self, now_us: i64) -> Features {
        self.date(now_us);
        let (mut short, mut long, mut net, mut swing) = (0.0, 0.0, 0.0, 0.0);
        let mut since_s = f64::INFINITY;
        for play in &self.plays {
            let Some(at) = play.at_us.filter(|at| *at <= now_us) else {
                continue;
            };
            let ago_s = now_us.saturating_sub(at) as f64 / 1e6;
            since_s = since_s.min(ago_s);
            let wpa = play.wpa_home;
            if wpa == 0.0 || ago_s > 9000.0 {
                continue;
            }
            let kept_120 = basis::exp(-ago_s / 120.0);
            short += wpa.abs() * kept_120;
            swing += wpa * kept_120;
            net += wpa * basis::exp(-ago_s / 240.0);
            long += wpa.abs() * basis::exp(-ago_s / 900.0);
        }
        let stand = &self.stand;
        let on = if stand.over { 0.0 } else { 1.0 };
        let alive = if stand.steady {
            1.0
        } else {
            basis::exp(-(since_s - BETWEEN_PLAYS_S).max(0.0) / LULL_S)
        };
        let close = 1.0 - (2.0 * stand.wp_home - 1.0).abs();
        let urgency = 1.0 / (0.1 + stand.left.sqrt());
        Features {
            values: [
                short,
                long,
                net.abs(),
                on * alive,
                on * urgency,
                on * close * urgency,
            ],
            swing,
        }
    }

    /// Home win probability added by the plays of the last so many seconds, and the greatest of them by size.
    pub fn greatest(&self, now_us: i64, within_s: f64) -> Option<&Played> {
        self.plays
            .iter()
            .filter(|p| {
                p.at_us
                    .is_some_and(|at| (now_us.saturating_sub(at)) as f64 / 1e6 <= within_s)
            })
            .max_by(|a, b| a.wpa_home.abs().total_cmp(&b.wpa_home.abs()))
    }
}

fn finite(x: f64) -> f64 {
    if x.is_finite() { x } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn play(n: i64, at_s: i64, wpa: f64) -> Played {
        Played {
            id: PlayId::new(n.to_string()),
            order: n,
            at_us: Some(at_s * 1_000_000),
            wpa_home: wpa,
        }
    }

    #[test]
    fn a_swing_decays_and_a_withdrawn_one_is_gone() {
        let mut flow = Flow::default();
        flow.play(play(1, 0, 0.2));
        let at = |flow: &mut Flow, s: i64| flow.features(s * 1_000_000);
        assert!((at(&mut flow, 0).values[0] - 0.2).abs() < 1e-12);
        let later = at(&mut flow, 120).values[0];
        assert!((later - 0.2 / std::f64::consts::E).abs() < 1e-9, "{later}");
        flow.play(play(2, 100, -0.3));
        assert!(at(&mut flow, 120).swing < 0.0);
        flow.withdraw(&PlayId::new("2"));
        assert!((at(&mut flow, 120).values[0] - later).abs() < 1e-12);
    }

    #[test]
    fn order_of_arrival_and_repeats_do_not_matter() {
        let all: Vec<Played> = (0..400)
            .map(|n| play(n, n * 40, 0.01 * (n % 7) as f64))
            .collect();
        let mut there = Flow::default();
        all.iter().for_each(|p| there.play(p.clone()));
        let mut again = there.clone();
        // The last ones again, in another order, one of them wrong at first.
        again.play(Played {
            wpa_home: 0.9,
            ..play(390, 390 * 40, 0.0)
        });
        for n in (380..400).rev() {
            again.play(all[n].clone());
        }
        // What is older than all that is remembered does not come back as news.
        again.play(play(3, 16_000, 0.8));
        assert_eq!(
            there.features(16_100_000_000),
            again.features(16_100_000_000)
        );
    }

    #[test]
    fn plays_without_a_time_are_history_and_not_news() {
        let mut flow = Flow::default();
        for n in 0..20 {
            flow.play(Played {
                at_us: None,
                ..play(n, 0, 0.1)
            });
        }
        let features = flow.features(5_000_000_000);
        // Twenty swings at once would be 2.0.
        assert!(features.values[0] < 0.4, "{features:?}");
    }

    #[test]
    fn numbers_that_are_none_give_features_that_are_numbers() {
        let mut flow = Flow::default();
        flow.play(play(1, 0, f64::NAN));
        flow.stands(Stand {
            wp_home: f64::NAN,
            left: f64::INFINITY,
            ..Stand::default()
        });
        assert!(flow.features(10).values.iter().all(|v| v.is_finite()));
        assert!(
            Flow::default()
                .features(i64::MAX)
                .values
                .iter()
                .all(|v| v.is_finite())
        );
    }
}

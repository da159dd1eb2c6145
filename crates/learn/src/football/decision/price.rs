//! What a side's options lead to, priced by the win probability in use, and how sure that is.

use std::mem::Discriminant;

use matchday_event::Side;

use super::chance::REPLICATES;
use crate::football::{
    Kind, Models, Outcome, PlayResult, Rules, Snap, guest::Guest, next_snap, swing::Weighted,
};

/// Up to so many seconds is a play with the clock stopped after it.
const STOPPED_S: u16 = 12;
/// From so many seconds before the end of a half on, a side that needs time stops the clock after a first down.
const LAST_S: u16 = 40;
/// Seconds of a run or a pass alone, and with a spike after it.
const PLAY_S: u16 = 7;
const SPIKE_S: u16 = 15;
/// From so many seconds before the end on a kick-off to a side that leads is an onside kick.
const LAST_KICKOFF_S: u16 = 60;
/// Share of onside kicks that everybody sees coming and that the kickers recover all the same.
const ONSIDE: f64 = 0.1;
/// Kinds of outcome that are rarer than this are not asked how sure they are: refits cost as much as several prices.
const RARE: f64 = 0.2;

/// What prices the states that follow: the league's win probability.
pub trait Pricer {
    /// Home win probability before this snap.
    fn home_wp(&self, snap: &Snap) -> f64;
    /// The same by each of the model's refits on resampled games; `None` where it has none.
    fn home_wp_draws(&self, _snap: &Snap) -> Option<[f64; REPLICATES]> {
        None
    }
    /// The league's rules.
    fn rules(&self) -> Rules;
    /// Factor on the time that a running clock takes.
    fn tempo(&self, snap: &Snap) -> f64;
}

impl Pricer for Models {
    fn home_wp(&self, snap: &Snap) -> f64 {
        self.home_wp(snap)
    }
    fn home_wp_draws(&self, snap: &Snap) -> Option<[f64; REPLICATES]> {
        self.knows_its_uncertainty()
            .then(|| self.home_wp_draws(snap))
    }
    fn rules(&self) -> Rules {
        self.rules()
    }
    fn tempo(&self, snap: &Snap) -> f64 {
        self.tempo(snap)
    }
}

impl Pricer for Guest {
    fn home_wp(&self, snap: &Snap) -> f64 {
        self.home_wp(snap)
    }
    /// Nobody brings refits: ours stray around what they say.
    fn home_wp_draws(&self, snap: &Snap) -> Option<[f64; REPLICATES]> {
        let ours = self.ours();
        let (own, theirs) = (ours.home_wp(snap), self.home_wp(snap));
        let draws = Pricer::home_wp_draws(ours, snap)?;
        Some(draws.map(|draw| (theirs + draw - own).clamp(0.0, 1.0)))
    }
    fn rules(&self) -> Rules {
        self.rules()
    }
    fn tempo(&self, snap: &Snap) -> f64 {
        self.tempo(snap)
    }
}

/// A win probability of the side that decides, and by how much each of the model's refits differs from it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Worth {
    pub wp: f64,
    pub strays: [f64; REPLICATES],
}

/// A snap, seen by the side that decides.
pub(super) struct At<'a, P> {
    pub snap: &'a Snap,
    pub side: Side,
    pub pricer: &'a P,
}

/// What an outcome leads to.
struct After {
    wp: f64,
    /// The state whose price it is, or most of it, and that state's own price.
    next: Snap,
    next_wp: f64,
}

/// Outcomes of one kind, weighted.
struct Group {
    kind: Discriminant<PlayResult>,
    weight: f64,
    wp: f64,
}

impl<P: Pricer> At<'_, P> {
    /// After this outcome.
    pub fn worth(&self, outcome: Outcome) -> Worth {
        let after = self.after(self.snap, outcome);
        Worth {
            wp: after.wp,
            strays: self.strays(&after),
        }
    }

    /// On average over a cell of outcomes, each first passed through `result`.
    pub fn mean(&self, cell: &[Weighted], result: impl Fn(PlayResult) -> PlayResult) -> Worth {
        let tempo = self.pricer.tempo(self.snap);
        let kind = |w: &Weighted| std::mem::discriminant(&w.outcome.result);
        let mut groups: Vec<Group> = Vec::with_capacity(cell.len());
        let priced: Vec<After> = cell
            .iter()
            .map(|w| {
                let mut outcome = w.outcome;
                outcome.result = result(outcome.result);
                // As in leverage: only a clock that runs on can be hurried or stretched.
                let runs_on = outcome.elapsed_s > STOPPED_S;
                if runs_on {
                    outcome.elapsed_s = (f64::from(outcome.elapsed_s) * tempo) as u16;
                }
                let at = match runs_on && matches!(outcome.result, PlayResult::Gain(_)) {
                    true => self.stopping_the_clock(&mut outcome),
                    false => *self.snap,
                };
                let after = self.after(&at, outcome);
                match groups.iter_mut().find(|g| g.kind == kind(w)) {
                    Some(group) => {
                        group.weight += w.weight;
                        group.wp += w.weight * after.wp;
                    }
                    None => groups.push(Group {
                        kind: kind(w),
                        weight: w.weight,
                        wp: w.weight * after.wp,
                    }),
                }
                after
            })
            .collect();
        let mut strays = [0.0; REPLICATES];
        let common = || groups.iter().filter(|g| g.weight >= RARE);
        let counted: f64 = common().map(|g| g.weight).sum();
        for group in common() {
            // Outcomes of one kind differ by yards alone, and the refits by nearly as much on each: the one in the
            // middle speaks for all.
            let mean = group.wp / group.weight;
            let far = |after: &After| (after.wp - mean).abs();
            let alike = cell
                .iter()
                .zip(&priced)
                .filter(|(w, _)| kind(w) == group.kind);
            let middle = alike
                .map(|(_, after)| after)
                .min_by(|a, b| far(a).total_cmp(&far(b)));
            if let Some(middle) = middle {
                let of_middle = self.strays(middle);
                for (sum, stray) in strays.iter_mut().zip(of_middle) {
                    *sum += group.weight / counted * stray;
                }
            }
        }
        Worth {
            wp: groups.iter().map(|g| g.wp).sum(),
            strays,
        }
    }

    fn strays(&self, after: &After) -> [f64; REPLICATES] {
        let Some(draws) = self.pricer.home_wp_draws(&after.next) else {
            return [0.0; REPLICATES];
        };
        draws.map(|draw| match self.side {
            Side::Home => draw - after.next_wp,
            Side::Away => 1.0 - draw - after.next_wp,
        })
    }

    fn after(&self, snap: &Snap, outcome: Outcome) -> After {
        let rules = self.pricer.rules();
        let next = next_snap(snap, outcome, rules);
        // Receivers who lead at the very end kneel once they have the ball: what is left to the kickers is to recover
        // it. A model of kick-offs at any time knows too little of that, so the kick-off is played.
        let ahead = f64::from(next.home_lead) * next.ball_sign() > 0.0;
        let last = next.period == 4 && next.clock_s <= LAST_KICKOFF_S;
        if next.kind == Kind::Kickoff && last && ahead {
            let received = |result| {
                let kicked = Outcome {
                    result,
                    elapsed_s: 0,
                };
                next_snap(&next, kicked, rules)
            };
            let caught = received(PlayResult::Kick(50));
            let recovered = received(PlayResult::KickRecovered(50));
            let next_wp = self.wp(&caught);
            return After {
                wp: (1.0 - ONSIDE) * next_wp + ONSIDE * self.wp(&recovered),
                next: caught,
                next_wp,
            };
        }
        let wp = self.wp(&next);
        After {
            wp,
            next,
            next_wp: wp,
        }
    }

    fn wp(&self, snap: &Snap) -> f64 {
        let home = self.pricer.home_wp(snap);
        match self.side {
            Side::Home => home,
            Side::Away => 1.0 - home,
        }
    }

    /// Near the end of a half nobody who needs the time lets it run out after a first down: the side stops it, with a
    /// timeout or by throwing the ball into the ground. The snap as it then is, timeouts spent.
    fn stopping_the_clock(&self, outcome: &mut Outcome) -> Snap {
        let mut snap = *self.snap;
        let needs = match snap.period {
            2 => true,
            4 => f64::from(snap.home_lead) * self.side.sign() <= 0.0,
            _ => false,
        };
        if !needs || snap.clock_s > LAST_S {
            return snap;
        }
        let timeouts = match self.side {
            Side::Home => &mut snap.home_timeouts,
            Side::Away => &mut snap.away_timeouts,
        };
        let stopped_s = match *timeouts {
            0 => SPIKE_S,
            _ => PLAY_S,
        };
        if outcome.elapsed_s > stopped_s {
            outcome.elapsed_s = stopped_s;
            *timeouts = timeouts.saturating_sub(1);
        }
        snap
    }
}

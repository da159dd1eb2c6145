//! What to do on fourth down and after a touchdown: the win probability of every option, from the distribution of
//! what may come of it, with the interval that the data leave.
//!
//! An option is worth the mean of the win probabilities that follow it: those after success and after failure, by
//! the chance of each. The chances are small logistic models ([`chance`]); what follows is tabulated by distance and
//! field zone. Every interval is that of refits on resampled games (whole games, because the plays of one share its
//! weather, its kicker and its defence).

pub mod chance;
mod file;
pub mod train;

use std::{
    fmt::{self, Write as _},
    sync::{Arc, OnceLock},
};

use matchday_event::{
    Side,
    football::{Choice, Decision, DecisionKind, DecisionOption},
    round,
};

pub use file::{DECISION_FORMAT, DecisionFile, GO_CELLS, PUNT_CELLS};

use self::{
    chance::{
        Chance, GO_N, HABIT_N, KICK_N, REPLICATES, TRY_HABIT_N, go_features, habit_features,
        kick_features, kick_yards, try_habit_features,
    },
    file::PUNT_STEP,
};
use super::{
    Kind, ModelError, Models, Outcome, PlayResult, Rules, Snap,
    basis::sigmoid,
    guest::Guest,
    next_snap,
    swing::{Cell, DISTANCE_BOUNDS, MAX_OUTCOMES, Weighted, ZONE_BOUNDS, class, coarsen},
};
use crate::ridge::dot;

/// Seconds that a field goal takes.
const KICK_S: u16 = 5;
/// Nobody has made one from further away.
const LONGEST_KICK_YARDS: f64 = 70.0;
/// Half of a 90 % interval, in standard deviations.
const Z90: f64 = 1.645;

/// Outcomes of a branch that are priced live: the rest are taken together with those next to them.
const LIVE_OUTCOMES: usize = 5;

fn coarse(mut cells: Vec<Cell>) -> Vec<Cell> {
    cells
        .iter_mut()
        .for_each(|cell| coarsen(cell, LIVE_OUTCOMES));
    cells
}

/// What prices the states that follow: the league's win probability.
pub trait Pricer {
    /// Home win probability before this snap.
    fn home_wp(&self, snap: &Snap) -> f64;
    /// The league's rules.
    fn rules(&self) -> Rules;
    /// Factor on the time that a running clock takes.
    fn tempo(&self, snap: &Snap) -> f64;
}

/// The decision models of one league, ready to evaluate.
#[derive(Debug)]
pub struct Decisions {
    name: Arc<str>,
    field_goal: Chance<KICK_N>,
    go: Chance<GO_N>,
    kick_one: Chance<1>,
    two_point: Chance<1>,
    won: Vec<Cell>,
    lost: Vec<Cell>,
    punts: Vec<Cell>,
    habit_go: [f64; HABIT_N],
    habit_kick: [f64; HABIT_N],
    habit_two: [f64; TRY_HABIT_N],
}

/// An option before it is put among the others.
struct Valued {
    choice: Choice,
    wp: f64,
    refits: [f64; REPLICATES],
    branches: Option<Branches>,
    usual: f64,
}

#[derive(Clone, Copy)]
struct Branches {
    success: f64,
    wp_success: f64,
    wp_failure: f64,
}

impl Decisions {
    /// Reads a decision file.
    pub fn from_json(json: &str) -> Result<Self, ModelError> {
        let file: DecisionFile = serde_json::from_str(json).map_err(super::models::json_error)?;
        Self::from_file(file)
    }

    /// Checks and lays out a file's content.
    pub fn from_file(file: DecisionFile) -> Result<Self, ModelError> {
        if file.format != DECISION_FORMAT {
            return Err(ModelError::Format { found: file.format });
        }
        let wrong = |field| ModelError::Field {
            field,
            problem: "has the wrong number of values, or one that is not finite",
        };
        let sound = |cells: &[Cell], n: usize, may_be_empty: bool| {
            cells.len() == n
                && cells.iter().all(|c| {
                    let sum: f64 = c.iter().map(|w| w.weight).sum();
                    c.len() <= MAX_OUTCOMES
                        && c.iter().all(|w| w.weight >= 0.0)
                        && ((sum - 1.0).abs() < 1e-6 || may_be_empty && c.is_empty())
                })
        };
        for (field, cells, n, may_be_empty) in [
            ("won", &file.won, GO_CELLS, false),
            ("lost", &file.lost, GO_CELLS, false),
            ("punts", &file.punts, PUNT_CELLS, true),
        ] {
            if !sound(cells, n, may_be_empty) {
                return Err(wrong(field));
            }
        }
        Ok(Self {
            name: file.name.into(),
            field_goal: Chance::new(&file.field_goal).ok_or_else(|| wrong("field_goal"))?,
            go: Chance::new(&file.go).ok_or_else(|| wrong("go"))?,
            kick_one: Chance::new(&file.kick_one).ok_or_else(|| wrong("kick_one"))?,
            two_point: Chance::new(&file.two_point).ok_or_else(|| wrong("two_point"))?,
            habit_go: file.habit_go[..]
                .try_into()
                .map_err(|_| wrong("habit_go"))?,
            habit_kick: file.habit_kick[..]
                .try_into()
                .map_err(|_| wrong("habit_kick"))?,
            habit_two: file.habit_two[..]
                .try_into()
                .map_err(|_| wrong("habit_two"))?,
            won: coarse(file.won),
            lost: coarse(file.lost),
            punts: coarse(file.punts),
        })
    }

    /// Name and version.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// Chance that a field goal of so many yards is good.
    pub fn field_goal_chance(&self, yards: f64) -> f64 {
        if yards > LONGEST_KICK_YARDS {
            return 0.0;
        }
        self.field_goal.mean(&kick_features(yards))
    }

    /// Chance that a run or a pass from here wins a first down or scores.
    pub fn conversion_chance(&self, snap: &Snap) -> f64 {
        self.go.mean(&go_features(snap, false))
    }

    /// What can be decided before this snap: `None` unless it is a fourth down or a try of a known side.
    pub fn decide(&self, snap: &Snap, pricer: &impl Pricer) -> Option<Decision> {
        let side = snap.possession?;
        let (kind, mut options) = match snap.kind {
            Kind::Scrimmage if snap.down == 4 => {
                let at = At { snap, side, pricer };
                (DecisionKind::FourthDown, self.fourth_down(&at))
            }
            Kind::Try => {
                let at = At { snap, side, pricer };
                (DecisionKind::Try, self.after_touchdown(&at))
            }
            _ => return None,
        };
        if options.len() < 2 {
            return None;
        }
        options.sort_by(|a, b| b.wp.total_cmp(&a.wp));
        Some(decision(kind, side, &options))
    }

    fn fourth_down(&self, at: &At<'_, impl Pricer>) -> Vec<Valued> {
        let snap = at.snap;
        let x = habit_features(snap);
        let goes = sigmoid(dot(&x, &self.habit_go));
        let kicks = (1.0 - goes) * sigmoid(dot(&x, &self.habit_kick));
        let mut options = vec![self.going(at, goes)];
        let yards = kick_yards(snap);
        if yards <= LONGEST_KICK_YARDS {
            let (success, refits) = self.field_goal.at(&kick_features(yards));
            let after = |result| {
                at.own(Outcome {
                    result,
                    elapsed_s: KICK_S,
                })
            };
            let branches = Branches {
                success,
                wp_success: after(PlayResult::FieldGoal),
                wp_failure: after(PlayResult::MissedFieldGoal),
            };
            options.push(branches.valued(Choice::FieldGoal, &refits, kicks));
        }
        // In college overtime a series cannot be punted away.
        let series = snap.period >= 5 && at.pricer.rules() == Rules::College;
        let punts = usize::from(snap.yards_to_goal / PUNT_STEP).min(PUNT_CELLS - 1);
        if !series && !self.punts[punts].is_empty() {
            let wp = at.mean(&self.punts[punts], |o| o);
            options.push(Valued {
                choice: Choice::Punt,
                wp,
                refits: [wp; REPLICATES],
                branches: None,
                usual: 1.0 - goes - kicks,
            });
        }
        let usual: f64 = options.iter().map(|o| o.usual).sum();
        for option in &mut options {
            option.usual /= usual.max(1e-9);
        }
        options
    }

    fn going(&self, at: &At<'_, impl Pricer>, usual: f64) -> Valued {
        let snap = at.snap;
        let cell = class(&DISTANCE_BOUNDS, snap.distance) * ZONE_BOUNDS.len()
            + class(&ZONE_BOUNDS, snap.yards_to_goal);
        let (success, refits) = self.go.at(&go_features(snap, false));
        let line = i16::from(snap.distance);
        let branches = Branches {
            success,
            wp_success: at.mean(&self.won[cell], |result| match result {
                PlayResult::Gain(beyond) => PlayResult::Gain(line + beyond.max(0)),
                other => other,
            }),
            wp_failure: at.mean(&self.lost[cell], |result| match result {
                PlayResult::Gain(yards) => PlayResult::Gain(yards.min(line - 1)),
                other => other,
            }),
        };
        branches.valued(Choice::Go, &refits, usual)
    }

    fn after_touchdown(&self, at: &At<'_, impl Pricer>) -> Vec<Valued> {
        let after = |points| {
            at.own(Outcome {
                result: PlayResult::Try(points),
                elapsed_s: 0,
            })
        };
        let none = after(0);
        let two = sigmoid(dot(&try_habit_features(at.snap), &self.habit_two));
        [
            (Choice::KickOne, &self.kick_one, 1, 1.0 - two),
            (Choice::TwoPoint, &self.two_point, 2, two),
        ]
        .map(|(choice, chance, points, usual)| {
            let (success, refits) = chance.at(&[1.0]);
            let branches = Branches {
                success,
                wp_success: after(points),
                wp_failure: none,
            };
            branches.valued(choice, &refits, usual)
        })
        .into()
    }
}

impl Branches {
    fn valued(self, choice: Choice, refits: &[f64; REPLICATES], usual: f64) -> Valued {
        let wp = |p: f64| p * self.wp_success + (1.0 - p) * self.wp_failure;
        Valued {
            choice,
            wp: wp(self.success),
            refits: refits.map(wp),
            branches: Some(self),
            usual,
        }
    }
}

/// A snap, seen by the side that decides.
struct At<'a, P> {
    snap: &'a Snap,
    side: Side,
    pricer: &'a P,
}

impl<P: Pricer> At<'_, P> {
    fn own(&self, outcome: Outcome) -> f64 {
        let next = next_snap(self.snap, outcome, self.pricer.rules());
        let home = self.pricer.home_wp(&next);
        match self.side {
            Side::Home => home,
            Side::Away => 1.0 - home,
        }
    }

    fn mean(&self, cell: &[Weighted], result: impl Fn(PlayResult) -> PlayResult) -> f64 {
        let tempo = self.pricer.tempo(self.snap);
        cell.iter()
            .map(|w| {
                let mut outcome = w.outcome;
                outcome.result = result(outcome.result);
                // As in leverage: only a clock that runs on can be hurried or stretched.
                if outcome.elapsed_s > 12 {
                    outcome.elapsed_s = (f64::from(outcome.elapsed_s) * tempo) as u16;
                }
                w.weight * self.own(outcome)
            })
            .sum()
    }
}

/// Mean and standard deviation of what the refits say.
fn spread(refits: impl Iterator<Item = f64>) -> f64 {
    let (mut n, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for x in refits {
        n += 1.0;
        sum += x;
        squares += x * x;
    }
    let mean: f64 = sum / n;
    (squares / n - mean * mean).max(0.0).sqrt()
}

fn decision(kind: DecisionKind, side: Side, options: &[Valued]) -> Decision {
    let (best, second) = (&options[0], &options[1]);
    let edge = best.wp - second.wp;
    let reach = Z90 * spread(best.refits.iter().zip(&second.refits).map(|(a, b)| a - b));
    let toss_up = edge - reach <= 0.0;
    let bold = options
        .iter()
        .find(|o| matches!(o.choice, Choice::Go | Choice::TwoPoint));
    let break_even = bold.and_then(|bold| {
        let branches = bold.branches?;
        let other = options.iter().find(|o| o.choice != bold.choice)?.wp;
        let p = (other - branches.wp_failure) / (branches.wp_success - branches.wp_failure);
        (0.0..=1.0).contains(&p).then_some(p)
    });
    Decision {
        kind,
        side,
        options: options
            .iter()
            .map(|o| {
                let reach = Z90 * spread(o.refits.iter().copied());
                DecisionOption {
                    choice: o.choice,
                    wp: round::four(o.wp),
                    wp_low: round::four((o.wp - reach).max(0.0)),
                    wp_high: round::four((o.wp + reach).min(1.0)),
                    success: o.branches.map(|b| round::four(b.success)),
                    wp_success: o.branches.map(|b| round::four(b.wp_success)),
                    wp_failure: o.branches.map(|b| round::four(b.wp_failure)),
                    usual: round::four(o.usual),
                }
            })
            .collect(),
        toss_up,
        edge: round::four(edge),
        edge_low: round::four(edge - reach),
        edge_high: round::four(edge + reach),
        break_even: break_even.map(round::four),
        reason: reason(best, second, bold, break_even, toss_up, reach).into(),
        called: None,
    }
}

fn reason(
    best: &Valued,
    second: &Valued,
    bold: Option<&Valued>,
    break_even: Option<f64>,
    toss_up: bool,
    reach: f64,
) -> String {
    let (won, other) = (Percent(best.wp), Percent(second.wp));
    let (one, two) = (best.choice.words(), second.choice.words());
    let mut text = String::with_capacity(160);
    let written = if toss_up {
        let reach = Percent(reach);
        write!(
            text,
            "too close to call: {one} {won}, {two} {other}, and the difference is known to ±{reach}"
        )
    } else {
        let more = Percent(best.wp - second.wp);
        write!(text, "{one}: {won} to win, {more} more than to {two}")
    };
    written.expect("a string takes what is written");
    if let (Some(branches), Some(p)) = (bold.and_then(|b| b.branches), break_even) {
        let what = match bold.map(|b| b.choice) {
            Some(Choice::TwoPoint) => "two points are good",
            _ => "going for it works",
        };
        let whole = |share: f64| (100.0 * share).round() as i64;
        let (does, must) = (whole(branches.success), whole(p));
        write!(text, "; {what} {does} % of the time and has to {must} %")
            .expect("a string takes what is written");
    }
    text
}

/// A share as per cent with one place. Written as whole numbers: a fourth down is priced before and after the play
/// that leads to it, and formatting fractions would cost a fifth of that.
struct Percent(f64);

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = (1000.0 * self.0).round() as i64;
        let sign = if tenths < 0 { "-" } else { "" };
        let tenths = tenths.unsigned_abs();
        write!(f, "{sign}{}.{} %", tenths / 10, tenths % 10)
    }
}

static NFL: OnceLock<Arc<Decisions>> = OnceLock::new();
static NCAAF: OnceLock<Arc<Decisions>> = OnceLock::new();

impl Decisions {
    /// The decision models that come with the program, by the rules that the league plays by.
    pub fn builtin(rules: Rules) -> Arc<Self> {
        let (cell, json) = match rules {
            Rules::Nfl => (
                &NFL,
                include_str!("../../../../../models/nfl_decisions.json"),
            ),
            Rules::College => (
                &NCAAF,
                include_str!("../../../../../models/ncaaf_decisions.json"),
            ),
        };
        crate::shipped(cell, || Self::from_json(json))
    }
}

impl Pricer for Models {
    fn home_wp(&self, snap: &Snap) -> f64 {
        self.home_wp(snap)
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
    fn rules(&self) -> Rules {
        self.rules()
    }
    fn tempo(&self, snap: &Snap) -> f64 {
        self.tempo(snap)
    }
}

//! What to do on fourth down and after a touchdown: the win probability of every option, from the distribution of
//! what may come of it, with the interval that the data leave.
//!
//! An option is worth the mean of the win probabilities that follow it: those after success and after failure, by
//! the chance of each. The chances are small logistic models ([`chance`]); what follows is tabulated by distance and
//! field zone. Every interval is that of refits on resampled games (whole games, because the plays of one share its
//! weather, its kicker and its defence): of the chances and of the win probability that prices what follows.

pub mod chance;
mod file;
mod price;
pub mod train;
mod verdict;

use std::sync::{Arc, OnceLock};

use matchday_event::football::{Choice, Decision, DecisionKind};

pub use file::{DECISION_FORMAT, DecisionFile, GO_CELLS, PUNT_CELLS};
pub use price::Pricer;

use self::{
    chance::{
        Chance, GO_N, HABIT_N, KICK_N, TRY_HABIT_N, go_features, habit_features, kick_features,
        kick_yards, try_habit_features,
    },
    file::PUNT_STEP,
    price::At,
    verdict::{Branches, Valued, decision},
};
use super::{
    Kind, ModelError, Outcome, PlayResult, Rules, Snap,
    basis::sigmoid,
    swing::{Cell, DISTANCE_BOUNDS, MAX_OUTCOMES, ZONE_BOUNDS, class, coarsen},
};
use crate::ridge::dot;

/// Seconds that a field goal takes.
const KICK_S: u16 = 5;
/// Nobody has made one from further away.
const LONGEST_KICK_YARDS: f64 = 70.0;

/// Outcomes of a branch that are priced live: the rest are taken together with those next to them.
const LIVE_OUTCOMES: usize = 5;

fn coarse(mut cells: Vec<Cell>) -> Vec<Cell> {
    cells
        .iter_mut()
        .for_each(|cell| coarsen(cell, LIVE_OUTCOMES));
    cells
}

/// The decision models of one league, ready to evaluate.
#[derive(Debug)]
pub struct Decisions {
    name: Arc<str>,
    kick_seasons: (u16, u16),
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
            kick_seasons: file.kick_seasons,
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

    /// Chance that a field goal of so many yards is good in this season; 0 is the last one learned from.
    pub fn field_goal_chance(&self, yards: f64, season: u16) -> f64 {
        if yards > LONGEST_KICK_YARDS {
            return 0.0;
        }
        self.field_goal
            .mean(&kick_features(yards, season, self.kick_seasons))
    }

    /// Chance that a run or a pass from here wins a first down or scores.
    pub fn conversion_chance(&self, snap: &Snap) -> f64 {
        self.go.mean(&go_features(snap))
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
            let (success, refits) =
                self.field_goal
                    .at(&kick_features(yards, snap.season, self.kick_seasons));
            let after = |result| {
                at.worth(Outcome {
                    result,
                    elapsed_s: KICK_S,
                })
            };
            let branches = Branches {
                success,
                refits,
                on_success: after(PlayResult::FieldGoal),
                on_failure: after(PlayResult::MissedFieldGoal),
            };
            options.push(branches.valued(Choice::FieldGoal, kicks));
        }
        // In college overtime a series cannot be punted away.
        let series = snap.period >= 5 && at.pricer.rules() == Rules::College;
        let punts = usize::from(snap.yards_to_goal / PUNT_STEP).min(PUNT_CELLS - 1);
        if !series && !self.punts[punts].is_empty() {
            let worth = at.mean(&self.punts[punts], |o| o);
            options.push(Valued::new(Choice::Punt, worth, 1.0 - goes - kicks));
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
        let (success, refits) = self.go.at(&go_features(snap));
        let line = i16::from(snap.distance);
        let branches = Branches {
            success,
            refits,
            on_success: at.mean(&self.won[cell], |result| match result {
                PlayResult::Gain(beyond) => PlayResult::Gain(line + beyond.max(0)),
                other => other,
            }),
            on_failure: at.mean(&self.lost[cell], |result| match result {
                PlayResult::Gain(yards) => PlayResult::Gain(yards.min(line - 1)),
                other => other,
            }),
        };
        branches.valued(Choice::Go, usual)
    }

    fn after_touchdown(&self, at: &At<'_, impl Pricer>) -> Vec<Valued> {
        let after = |points| {
            at.worth(Outcome {
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
                refits,
                on_success: after(points),
                on_failure: none,
            };
            branches.valued(choice, usual)
        })
        .into()
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

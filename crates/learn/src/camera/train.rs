//! Fitting a camera model: trees against the rest for each camera, and trees for the delay.

use std::collections::BTreeSet;

use matchday_event::senses::Camera;

use super::{
    features::FEATURES,
    label::Example,
    model::{CAMERAS, CameraModel, CameraModelError, FORMAT, Header, shares_of, write},
    trees::{Grower, Grown, Growth, Loss, to_json},
};
use crate::booster::Booster;

/// Matches at least: some to fit to, others to choose by.
const MATCHES_LEAST: usize = 4;
/// Of a camera called less often than this nothing is learned but how seldom it is.
const CALLS_LEAST: usize = 10;
/// Delays at least to learn what they depend on.
const DELAYS_LEAST: usize = 40;
/// A director's delay where none was recorded, in milliseconds: the middle of a person's reactions.
const DELAY_MS: f32 = 450.0;
/// One match in so many is chosen by.
const CHOSEN_BY: usize = 5;

/// How a model is fitted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// Of the trees; `rounds` is the most that is tried.
    pub growth: Growth,
    /// Numbers of rounds are tried in steps of this.
    pub step: usize,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            growth: Growth {
                rounds: 100,
                depth: 4,
                learning_rate: 0.12,
                l2: 2.0,
                min_leaf: 3.0,
                bins: 64,
                seed: 1,
            },
            step: 20,
        }
    }
}

/// Why no model came of it.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// Too little to learn from.
    #[error(
        "{matches} matches with {examples} micro-events are too few to train a camera model: {MATCHES_LEAST} matches are \
         needed, some to fit to and others to choose by"
    )]
    TooFew {
        /// Matches that there are.
        matches: usize,
        /// Examples that there are.
        examples: usize,
    },
    /// The grower failed.
    #[error("no trees were grown: {0}")]
    Grower(String),
    /// What was written cannot be read.
    #[error(transparent)]
    Model(#[from] CameraModelError),
}

impl From<serde_json::Error> for TrainError {
    fn from(error: serde_json::Error) -> Self {
        Self::Model(error.into())
    }
}

/// What a model is called and what it is of.
#[derive(Debug, Clone, Copy)]
pub struct Of<'a> {
    /// Such as `camera-soccer@1`.
    pub name: &'a str,
    /// Whose matches.
    pub sport: &'a str,
    /// The matches' ids, by [`Example::match_no`].
    pub matches: &'a [String],
}

/// What was fitted.
#[derive(Debug)]
pub struct Fitted {
    /// Its file.
    pub json: String,
    /// The model.
    pub model: CameraModel,
    /// Rounds tried, with the log-loss of each on the matches that were chosen by.
    pub tried: Vec<(usize, f64)>,
    /// The rounds that were chosen, for cameras and for the delay.
    pub rounds: (usize, usize),
}

/// Fits a model. Rounds and temperature are chosen on one match in five, the trees then grown on all.
pub fn fit(
    grower: &mut dyn Grower,
    examples: &[Example],
    of: Of<'_>,
    plan: &Plan,
) -> Result<Fitted, TrainError> {
    let matches: BTreeSet<u32> = examples.iter().map(|e| e.match_no).collect();
    if matches.len() < MATCHES_LEAST {
        return Err(TrainError::TooFew {
            matches: matches.len(),
            examples: examples.len(),
        });
    }
    let chosen_by: BTreeSet<u32> = matches
        .iter()
        .copied()
        .skip(CHOSEN_BY - 2)
        .step_by(CHOSEN_BY)
        .collect();
    let (held, fitted): (Vec<&Example>, Vec<&Example>) = examples
        .iter()
        .partition(|e| chosen_by.contains(&e.match_no));
    let all: Vec<&Example> = examples.iter().collect();

    let first = cameras(grower, &fitted, &plan.growth)?;
    let mut tried = Vec::new();
    for rounds in (plan.step..=plan.growth.rounds).step_by(plan.step) {
        tried.push((rounds, log_loss(&margins(&first, rounds, &held)?, 1.0)));
    }
    let rounds = best(&tried);
    let sums = margins(&first, rounds, &held)?;
    let temperatures: Vec<(usize, f64)> = (8..=60)
        .map(|t| (t, log_loss(&sums, t as f32 / 20.0)))
        .collect();
    let temperature = best(&temperatures) as f32 / 20.0;

    let delay_growth = Growth {
        depth: plan.growth.depth.min(3),
        ..plan.growth
    };
    let first_delay = delays(grower, &fitted, &delay_growth)?;
    let mut tried_delay = Vec::new();
    for rounds in (0..=plan.growth.rounds).step_by(plan.step) {
        tried_delay.push((rounds, delay_error(&first_delay, rounds, &held)?));
    }
    let delay_rounds = best(&tried_delay);

    let growth = |growth: &Growth, rounds| Growth { rounds, ..*growth };
    let camera = cameras(grower, &all, &growth(&plan.growth, rounds))?;
    let delay = delays(grower, &all, &growth(&delay_growth, delay_rounds))?;
    let header = Header {
        format: FORMAT.to_owned(),
        name: of.name.to_owned(),
        sport: of.sport.to_owned(),
        cameras: Camera::ALL.to_vec(),
        temperature,
        examples: examples.len(),
        matches: matches
            .iter()
            .filter_map(|n| of.matches.get(*n as usize).cloned())
            .collect(),
    };
    let json = write(
        header,
        to_json(&camera, rounds)?,
        to_json(&[delay], delay_rounds)?,
    )?;
    Ok(Fitted {
        model: CameraModel::read(&json)?,
        json,
        tried,
        rounds: (rounds, delay_rounds),
    })
}

/// The number with the least loss, the smaller of two that are equal.
fn best(tried: &[(usize, f64)]) -> usize {
    let least = tried.iter().min_by(|a, b| a.1.total_cmp(&b.1));
    least.map_or(0, |t| t.0)
}

fn columns(examples: &[&Example]) -> Vec<f64> {
    let mut columns = Vec::with_capacity(FEATURES * examples.len());
    for feature in 0..FEATURES {
        columns.extend(examples.iter().map(|e| f64::from(e.row[feature])));
    }
    columns
}

fn cameras(
    grower: &mut dyn Grower,
    examples: &[&Example],
    growth: &Growth,
) -> Result<Vec<Grown>, TrainError> {
    let columns = columns(examples);
    let grow = |camera: &Camera| {
        let targets: Vec<f64> = examples
            .iter()
            .map(|e| f64::from(u8::from(e.called == *camera)))
            .collect();
        let called = targets.iter().filter(|t| **t > 0.5).count();
        if called < CALLS_LEAST || called + CALLS_LEAST > targets.len() {
            let share = (called as f64 + 0.5) / (targets.len() as f64 + 1.0);
            let base = libm::log(share / (1.0 - share)) as f32;
            return Ok(Grown {
                base,
                trees: Vec::new(),
            });
        }
        grower
            .grow(&columns, &targets, Loss::Logistic, growth)
            .map_err(TrainError::Grower)
    };
    Camera::ALL.iter().map(grow).collect()
}

fn delays(
    grower: &mut dyn Grower,
    examples: &[&Example],
    growth: &Growth,
) -> Result<Grown, TrainError> {
    let timed: Vec<&Example> = examples
        .iter()
        .copied()
        .filter(|e| e.delay_ms.is_some())
        .collect();
    let targets: Vec<f64> = timed
        .iter()
        .filter_map(|e| e.delay_ms.map(f64::from))
        .collect();
    if targets.len() < DELAYS_LEAST || growth.rounds == 0 {
        let mean = targets.iter().sum::<f64>() / targets.len() as f64;
        return Ok(Grown {
            base: if mean.is_finite() {
                mean as f32
            } else {
                DELAY_MS
            },
            trees: Vec::new(),
        });
    }
    grower
        .grow(&columns(&timed), &targets, Loss::Squared, growth)
        .map_err(TrainError::Grower)
}

fn booster(grown: &[Grown], rounds: usize) -> Result<Booster, TrainError> {
    let json = to_json(grown, rounds)?;
    let booster = Booster::read(json.as_bytes()).map_err(CameraModelError::from)?;
    Ok(booster)
}

/// The sums of each example, and what was called.
fn margins(
    grown: &[Grown],
    rounds: usize,
    examples: &[&Example],
) -> Result<Vec<([f32; CAMERAS], Camera)>, TrainError> {
    let booster = booster(grown, rounds)?;
    let sums = |e: &&Example| {
        let mut sums = [0.0; CAMERAS];
        booster.margins(&e.row, &mut sums);
        (sums, e.called)
    };
    Ok(examples.iter().map(sums).collect())
}

fn log_loss(sums: &[([f32; CAMERAS], Camera)], temperature: f32) -> f64 {
    let loss = |(sums, called): &([f32; CAMERAS], Camera)| {
        let mut shares = *sums;
        shares_of(&mut shares, temperature);
        -libm::log(f64::from(shares[*called as usize]).max(1e-6))
    };
    sums.iter().map(loss).sum::<f64>() / sums.len().max(1) as f64
}

/// How far off the delay is on average, in milliseconds.
fn delay_error(grown: &Grown, rounds: usize, examples: &[&Example]) -> Result<f64, TrainError> {
    let booster = booster(std::slice::from_ref(grown), rounds)?;
    let (mut sum, mut n) = (0.0, 0);
    for example in examples {
        if let Some(delay) = example.delay_ms {
            sum += f64::from((booster.predict_one(&example.row) - delay).abs());
            n += 1;
        }
    }
    Ok(sum / f64::from(n.max(1)))
}

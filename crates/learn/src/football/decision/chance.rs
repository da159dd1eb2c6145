//! The chances that a decision turns on, each a small logistic model with refits on resampled games.

use serde::{Deserialize, Serialize};

use crate::{
    football::{Snap, basis::sigmoid},
    ridge::dot,
};

/// Refits on resampled games that every interval is made of.
pub const REPLICATES: usize = 20;

/// A logistic model as a file holds it: the weights, and those of its refits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChanceFile {
    /// One per feature.
    pub weights: Vec<f64>,
    /// [`REPLICATES`] rows of the same.
    pub replicates: Vec<Vec<f64>>,
}

/// The same, laid out for evaluation.
#[derive(Debug, Clone)]
pub(super) struct Chance<const N: usize> {
    weights: [f64; N],
    replicates: [[f64; N]; REPLICATES],
}

impl<const N: usize> Chance<N> {
    /// `None` where the numbers are not as many as they must be, or not finite.
    pub fn new(file: &ChanceFile) -> Option<Self> {
        let row = |row: &[f64]| -> Option<[f64; N]> {
            let row: [f64; N] = row.try_into().ok()?;
            row.iter().all(|w| w.is_finite()).then_some(row)
        };
        if file.replicates.len() != REPLICATES {
            return None;
        }
        let mut replicates = [[0.0; N]; REPLICATES];
        for (to, from) in replicates.iter_mut().zip(&file.replicates) {
            *to = row(from)?;
        }
        Some(Self {
            weights: row(&file.weights)?,
            replicates,
        })
    }

    /// The chance, and what each refit makes of it.
    pub fn at(&self, x: &[f64; N]) -> (f64, [f64; REPLICATES]) {
        let z = dot(x, &self.weights);
        let p = sigmoid(z);
        // The refits lie close by: their chances follow from the slope here, without another exponential.
        let slope = p * (1.0 - p);
        let refits = self
            .replicates
            .each_ref()
            .map(|w| (p + slope * (dot(x, w) - z)).clamp(0.0, 1.0));
        (p, refits)
    }

    /// The chance alone.
    pub fn mean(&self, x: &[f64; N]) -> f64 {
        sigmoid(dot(x, &self.weights))
    }
}

fn above(x: f64, knot: f64, scale: f64) -> f64 {
    ((x - knot) / scale).max(0.0)
}

fn ramp(x: f64) -> f64 {
    x.clamp(0.0, 1.0)
}

/// Yards of a field goal try from this spot: ten of end zone and seven behind the snap.
pub fn kick_yards(snap: &Snap) -> f64 {
    f64::from(snap.yards_to_goal) + 17.0
}

/// How many features a field goal's chance has.
pub const KICK_N: usize = 7;

/// A field goal by its distance and the season, held within those that were learned from; 0 is the last of them.
pub fn kick_features(yards: f64, season: u16, (first, last): (u16, u16)) -> [f64; KICK_N] {
    let season = match season {
        0 => last,
        s => s.clamp(first, last.max(first)),
    };
    [
        1.0,
        (yards - 35.0) / 10.0,
        above(yards, 45.0, 10.0),
        above(yards, 53.0, 10.0),
        above(yards, 58.0, 5.0),
        above(35.0, yards, 10.0),
        // Counted back from the last season, so that what is told of today does not hang on it.
        (f64::from(season) - f64::from(last)) / 10.0,
    ]
}

const GO_KNOTS: [f64; 9] = [1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 10.0, 14.0, 20.0];
/// How many features the chance of a first down has.
pub const GO_N: usize = 17;

/// The place of the feature that marks a fourth down.
pub const GO_FOURTH_DOWN: usize = 12;

/// A run or a pass for the line to gain.
pub fn go_features(snap: &Snap) -> [f64; GO_N] {
    let mut x = [0.0; GO_N];
    x[0] = 1.0;
    let distance = f64::from(snap.distance.clamp(1, 20));
    let p = crate::football::basis::place(&GO_KNOTS, distance);
    // The first knot is the reference.
    if p.at > 0 {
        x[p.at] = p.lower();
    }
    x[p.at + 1] = p.upper;
    let to_goal = f64::from(snap.yards_to_goal);
    let goal_to_go = snap.distance >= snap.yards_to_goal;
    x[9] = f64::from(goal_to_go);
    x[10] = above(20.0, to_goal, 20.0);
    x[11] = f64::from(goal_to_go) * above(5.0, to_goal, 5.0);
    x[GO_FOURTH_DOWN] = f64::from(snap.down == 4);
    x[13] = f64::from(snap.down == 4 && snap.distance == 1);
    let favoured = snap.spread_home.map_or(0.0, |s| -f64::from(s)) * snap.ball_sign();
    x[14] = (favoured / 10.0).clamp(-4.0, 4.0);
    // On fourth and long a pass goes past the line to gain; on third it may be short of it, with a kick to follow.
    x[15] = x[GO_FOURTH_DOWN] * ramp((distance - 3.0) / 10.0);
    // Where the field ends behind the line to gain, nobody can run deep, and the defence knows.
    let beyond = (to_goal - distance).max(0.0);
    x[16] = ramp((distance - 3.0) / 7.0) * ramp(1.0 - beyond / 10.0);
    x
}

const FIELD_KNOTS: [f64; 9] = [1.0, 10.0, 20.0, 30.0, 35.0, 40.0, 50.0, 65.0, 90.0];
/// How many features a coach's habit has.
pub const HABIT_N: usize = 22;

/// What coaches look at: spot, distance, score and clock.
pub fn habit_features(snap: &Snap) -> [f64; HABIT_N] {
    let mut x = [0.0; HABIT_N];
    x[0] = 1.0;
    let to_goal = f64::from(snap.yards_to_goal);
    let p = crate::football::basis::place(&FIELD_KNOTS, to_goal);
    if p.at > 0 {
        x[p.at] = p.lower();
    }
    x[p.at + 1] = p.upper;
    let distance = f64::from(snap.distance.clamp(1, 20));
    let long = libm::log(distance);
    x[9] = long;
    x[10] = f64::from(snap.distance == 1);
    x[11] = long * ramp((70.0 - to_goal) / 40.0);
    x[12] = f64::from(snap.distance <= 2) * ramp((65.0 - to_goal) / 20.0);
    let own = f64::from(snap.home_lead) * snap.ball_sign();
    let left_s = snap.game_seconds_left();
    let late = ramp((900.0 - left_s) / 900.0);
    let last = ramp((240.0 - left_s) / 240.0);
    x[13] = late * f64::from(own < 0.0);
    x[14] = late * f64::from(own < -3.0);
    x[15] = late * f64::from(own < -8.0);
    x[16] = last * f64::from(own < 0.0);
    x[17] = last * f64::from(own < -3.0);
    x[18] = late * f64::from(own > 0.0);
    x[19] = last * f64::from(own > 0.0);
    x[20] = (own / 14.0).clamp(-2.0, 2.0);
    x[21] = f64::from(snap.period == 2) * ramp((60.0 - f64::from(snap.clock_s)) / 60.0);
    x
}

/// How many features the habit of trying for two has.
pub const TRY_HABIT_N: usize = 9;

/// What coaches look at before a try: the lead once the touchdown counts, and the clock.
pub fn try_habit_features(snap: &Snap) -> [f64; TRY_HABIT_N] {
    let lead = (f64::from(snap.home_lead) * snap.ball_sign()) as i16;
    let late = ramp((1800.0 - snap.game_seconds_left()) / 1800.0);
    let is = |leads: &[i16]| late * f64::from(leads.contains(&lead));
    [
        1.0,
        late,
        // The leads at which the charts that coaches carry say two.
        is(&[-2]),
        is(&[-5]),
        is(&[1]),
        is(&[5, 12]),
        is(&[-10, -13, -16, -17, -20]),
        is(&[-8, -9, -11]),
        late * f64::from(lead < 0),
    ]
}

//! Expected points: which side scores next in this half and how, as a multinomial logistic model.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::{
    Kind, Snap,
    basis::{exp, place},
};

/// The next score of the half, seen from the side in possession.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Nobody scores again in the half.
    None = 0,
    /// Touchdown for the side in possession.
    Touchdown = 1,
    /// Field goal for it.
    FieldGoal = 2,
    /// Safety for it.
    Safety = 3,
    /// Touchdown for the other side.
    OpponentTouchdown = 4,
    /// Field goal for the other side.
    OpponentFieldGoal = 5,
    /// Safety for the other side.
    OpponentSafety = 6,
}

impl Class {
    /// Every class, in the order of the weights.
    pub const ALL: [Self; CLASSES] = [
        Self::None,
        Self::Touchdown,
        Self::FieldGoal,
        Self::Safety,
        Self::OpponentTouchdown,
        Self::OpponentFieldGoal,
        Self::OpponentSafety,
    ];

    /// Points to the side in possession; a touchdown counts with the average try.
    pub fn points(self) -> f64 {
        match self {
            Self::None => 0.0,
            Self::Touchdown => 7.0,
            Self::FieldGoal => 3.0,
            Self::Safety => 2.0,
            Self::OpponentTouchdown => -7.0,
            Self::OpponentFieldGoal => -3.0,
            Self::OpponentSafety => -2.0,
        }
    }
}

/// How many classes there are.
pub const CLASSES: usize = 7;

const TO_GOAL: [f64; 15] = [
    1.0, 3.0, 6.0, 10.0, 15.0, 20.0, 28.0, 36.0, 45.0, 55.0, 65.0, 75.0, 85.0, 93.0, 99.0,
];
const HALF_S: [f64; 9] = [0.0, 15.0, 40.0, 80.0, 120.0, 240.0, 480.0, 900.0, 1800.0];

/// The logarithm of the distance over that of ten yards, by distance.
static BENT: LazyLock<[f64; 31]> = LazyLock::new(|| {
    std::array::from_fn(|distance| libm::log(distance.max(1) as f64) - std::f64::consts::LN_10)
});

const TIME_AT: usize = TO_GOAL.len() + 1;
const DOWN_AT: usize = TIME_AT + HALF_S.len() - 1;
/// Features of the expected-points model.
pub const EP_FEATURES: usize = DOWN_AT + 9 + 4;
/// How many features of a snap can differ from zero.
pub(crate) const EP_ENTRIES: usize = 10;

/// The features that are not zero, as `(index, value)`: hats over yards to goal (or the kick-off's own
/// constant), hats over the seconds left in the half, then down and distance.
pub fn ep_features(snap: &Snap) -> impl Iterator<Item = (usize, f64)> {
    let mut at = [0_usize; EP_ENTRIES];
    let mut value = [0.0; EP_ENTRIES];
    let mut n = 0;
    each_feature(snap, |i, v| {
        at[n] = i;
        value[n] = v;
        n += 1;
    });
    (0..n).map(move |k| (at[k], value[k]))
}

/// Hands every feature that is not zero to `push`.
#[inline]
fn each_feature(snap: &Snap, mut push: impl FnMut(usize, f64)) {
    let scrimmage = snap.kind == Kind::Scrimmage;
    let to_goal = f64::from(snap.yards_to_goal.clamp(1, 99));
    if scrimmage {
        let p = place(&TO_GOAL, to_goal);
        push(p.at, p.lower());
        push(p.at + 1, p.upper);
    } else {
        push(TO_GOAL.len(), 1.0);
    }
    let half_s = snap.half_seconds_left();
    // The last knot is the reference: its hat has no weight of its own.
    let p = place(&HALF_S, half_s);
    push(TIME_AT + p.at, p.lower());
    if p.at + 1 < HALF_S.len() - 1 {
        push(TIME_AT + p.at + 1, p.upper);
    }
    let hurry = (1.0 - half_s * (1.0 / 120.0)).max(0.0);
    if scrimmage {
        let down = usize::from(snap.down.clamp(1, 4)) - 1;
        if down > 0 {
            push(DOWN_AT + down - 1, 1.0);
            push(DOWN_AT + 6 + down - 1, to_goal * 0.01);
        }
        // A long way to go matters little on first down, where nearly every distance is ten.
        let bent = BENT[usize::from(snap.distance.clamp(1, 30))];
        push(
            DOWN_AT + 3 + down.saturating_sub(1),
            if down == 0 { 0.3 * bent } else { bent },
        );
        push(DOWN_AT + 9, hurry * to_goal * 0.01);
        // With time for one play it is a field goal from close by and next to nothing from afar.
        let last = 1.0 - half_s * (1.0 / 20.0);
        if last > 0.0 {
            push(DOWN_AT + 11, last * to_goal * 0.01);
            push(
                DOWN_AT + 12,
                last * ((48.0 - to_goal) * (1.0 / 16.0)).clamp(0.0, 1.0),
            );
        }
    } else {
        push(DOWN_AT + 10, hurry);
    }
}

/// Coefficients: one row per class of [`Class::ALL`], one column per feature.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EpWeights {
    rows: Vec<Vec<f64>>,
}

impl EpWeights {
    /// Wraps rows; `None` unless there is one row per class and one value per feature, all finite.
    pub fn new(rows: Vec<Vec<f64>>) -> Option<Self> {
        let ok = rows.len() == CLASSES
            && rows
                .iter()
                .all(|r| r.len() == EP_FEATURES && r.iter().all(|w| w.is_finite()));
        ok.then_some(Self { rows })
    }

    /// One row per class.
    pub fn rows(&self) -> &[Vec<f64>] {
        &self.rows
    }
}

impl EpWeights {
    /// Values a kick-off as a first down where kick-offs end on average, for games that record none.
    pub(crate) fn kickoff_as_first_down(&mut self) {
        const START: f64 = 73.0;
        let p = place(&TO_GOAL, START);
        for row in &mut self.rows {
            row[TO_GOAL.len()] = p.lower() * row[p.at] + p.upper * row[p.at + 1];
            row[DOWN_AT + 10] = row[DOWN_AT + 9] * START * 0.01;
        }
    }
}

/// The model, laid out for evaluation: the classes of one feature side by side.
#[derive(Debug, Clone)]
pub struct Ep {
    by_feature: Vec<[f64; 8]>,
}

impl Ep {
    /// Lays the weights out; `None` if their shape is wrong.
    pub fn new(weights: &EpWeights) -> Option<Self> {
        let checked = EpWeights::new(weights.rows.clone())?;
        let mut by_feature = vec![[0.0; 8]; EP_FEATURES];
        for (class, row) in checked.rows.iter().enumerate() {
            for (feature, &w) in row.iter().enumerate() {
                by_feature[feature][class] = w;
            }
        }
        Some(Self { by_feature })
    }

    /// Probabilities of the next score, in the order of [`Class::ALL`].
    pub fn classes(&self, snap: &Snap) -> [f64; CLASSES] {
        let mut z = [0.0; 8];
        each_feature(snap, |i, v| {
            for (z, w) in z.iter_mut().zip(&self.by_feature[i]) {
                *z += v * w;
            }
        });
        let top = z[..CLASSES].iter().copied().fold(f64::MIN, f64::max);
        let mut weight = [0.0; 8];
        for (weight, z) in weight.iter_mut().zip(z) {
            *weight = exp(z - top);
        }
        let mut p = [0.0; CLASSES];
        p.copy_from_slice(&weight[..CLASSES]);
        let scale = 1.0 / p.iter().sum::<f64>();
        for p in &mut p {
            *p *= scale;
        }
        p
    }

    /// Expected points of the side in possession (the receivers, before a kick-off).
    pub fn points(&self, snap: &Snap) -> f64 {
        self.classes(snap)
            .into_iter()
            .zip(Class::ALL)
            .map(|(p, class)| p * class.points())
            .sum()
    }
}

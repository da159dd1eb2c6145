//! How good probabilities are: Brier score, log-loss and calibration.

use serde::{Deserialize, Serialize};

/// One prediction and what came of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// Which game, for the error of the mean: plays of one game share one outcome.
    pub game: u64,
    /// Predicted probability.
    pub predicted: f64,
    /// 0 or 1, or a half for a tie.
    pub actual: f64,
}

impl Prediction {
    /// The same, seen from the other side.
    pub fn mirrored(self) -> Self {
        Self {
            predicted: 1.0 - self.predicted,
            actual: 1.0 - self.actual,
            ..self
        }
    }
}

/// One bin of a reliability table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Bin {
    /// How many predictions fell into it.
    pub count: u64,
    /// Their mean.
    pub predicted: f64,
    /// The mean of what came.
    pub actual: f64,
}

/// Figures of merit of a set of predictions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Metrics {
    /// Predictions.
    pub plays: u64,
    /// Games they come from.
    pub games: u64,
    /// Mean squared error.
    pub brier: f64,
    /// Standard error of the Brier score, plays of a game taken together.
    pub brier_error: f64,
    /// Mean logarithmic loss, in nats.
    pub log_loss: f64,
    /// Mean distance between prediction and outcome over the bins, weighted by count.
    pub calibration_error: f64,
    /// What the calibration error would be on average by chance alone, were every probability true: plays of one
    /// game stray together, so a few hundred games leave much of it.
    pub calibration_error_by_chance: f64,
    /// Ten bins of equal width.
    pub bins: [Bin; 10],
}

/// Works the figures out; `None` without predictions.
pub fn metrics(predictions: impl IntoIterator<Item = Prediction>) -> Option<Metrics> {
    let mut bins = [Bin::default(); 10];
    let (mut plays, mut brier, mut log_loss) = (0_u64, 0.0, 0.0);
    let mut by_game = std::collections::BTreeMap::<u64, (f64, f64)>::new();
    let mut strayed = std::collections::BTreeMap::<(usize, u64), f64>::new();
    for p in predictions {
        let error = (p.predicted - p.actual) * (p.predicted - p.actual);
        let held = p.predicted.clamp(1e-6, 1.0 - 1e-6);
        plays += 1;
        brier += error;
        log_loss -= p.actual * libm::log(held) + (1.0 - p.actual) * libm::log(1.0 - held);
        let game = by_game.entry(p.game).or_default();
        game.0 += error;
        game.1 += 1.0;
        let number = ((p.predicted * 10.0) as usize).min(9);
        *strayed.entry((number, p.game)).or_default() += p.predicted - p.actual;
        let bin = &mut bins[number];
        bin.count += 1;
        bin.predicted += p.predicted;
        bin.actual += p.actual;
    }
    if plays == 0 {
        return None;
    }
    let n = plays as f64;
    let mean = brier / n;
    let spread: f64 = by_game
        .values()
        .map(|(sum, count)| (sum - mean * count) * (sum - mean * count))
        .sum();
    let mut squares = [0.0; 10];
    for ((number, _), sum) in strayed {
        squares[number] += sum * sum;
    }
    // The mean distance of a normal variable from its mean is 0.798 standard deviations.
    let by_chance = squares.iter().map(|s: &f64| s.sqrt()).sum::<f64>() * 0.798 / n;
    let mut calibration_error = 0.0;
    for bin in bins.iter_mut().filter(|b| b.count > 0) {
        let count = bin.count as f64;
        calibration_error += (bin.predicted - bin.actual).abs() / n;
        bin.predicted /= count;
        bin.actual /= count;
    }
    Some(Metrics {
        plays,
        games: by_game.len() as u64,
        brier: mean,
        brier_error: spread.sqrt() / n,
        log_loss: log_loss / n,
        calibration_error,
        calibration_error_by_chance: by_chance,
        bins,
    })
}

/// The difference between two sets of predictions of the same plays, with 95 % intervals from resampling whole
/// games. Below zero the first is the better.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Of the Brier scores: mean, lower end, upper end.
    pub brier: [f64; 3],
    /// Of the log-losses.
    pub log_loss: [f64; 3],
}

/// How often games are drawn afresh for the intervals of a [`Difference`].
const RESAMPLES: usize = 2000;

/// Compares predictions play by play; `None` unless both are of the same plays, and there are some. The draws
/// come from a fixed sequence, so that the same predictions give the same intervals.
pub fn difference(ours: &[Prediction], theirs: &[Prediction]) -> Option<Difference> {
    let same = |(a, b): (&Prediction, &Prediction)| a.game == b.game && a.actual == b.actual;
    if ours.is_empty() || ours.len() != theirs.len() || !ours.iter().zip(theirs).all(same) {
        return None;
    }
    let loss = |p: &Prediction| {
        let held = p.predicted.clamp(1e-6, 1.0 - 1e-6);
        -p.actual * libm::log(held) - (1.0 - p.actual) * libm::log(1.0 - held)
    };
    let brier = |p: &Prediction| (p.predicted - p.actual) * (p.predicted - p.actual);
    let mut by_game = std::collections::BTreeMap::<u64, [f64; 3]>::new();
    for (a, b) in ours.iter().zip(theirs) {
        let game = by_game.entry(a.game).or_default();
        game[0] += brier(a) - brier(b);
        game[1] += loss(a) - loss(b);
        game[2] += 1.0;
    }
    let games: Vec<[f64; 3]> = by_game.into_values().collect();
    let mean = |sum: [f64; 3]| [sum[0] / sum[2], sum[1] / sum[2]];
    let add = |a: [f64; 3], b: &[f64; 3]| [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
    let whole = mean(games.iter().fold([0.0; 3], add));
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut draw = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as usize) % games.len()
    };
    let mut drawn: [Vec<f64>; 2] = [Vec::new(), Vec::new()];
    for _ in 0..RESAMPLES {
        let sum = (0..games.len()).fold([0.0; 3], |sum, _| add(sum, &games[draw()]));
        for (drawn, mean) in drawn.iter_mut().zip(mean(sum)) {
            drawn.push(mean);
        }
    }
    let interval = |values: &mut Vec<f64>, mean: f64| {
        values.sort_by(f64::total_cmp);
        [
            mean,
            values[RESAMPLES / 40],
            values[RESAMPLES - 1 - RESAMPLES / 40],
        ]
    };
    let [mut briers, mut losses] = drawn;
    Some(Difference {
        brier: interval(&mut briers, whole[0]),
        log_loss: interval(&mut losses, whole[1]),
    })
}

/// A set of predictions by name, with its figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scored {
    /// Whose predictions.
    pub name: String,
    /// The figures.
    pub metrics: Metrics,
    /// Calibration error seen from the side in possession, which tells more than seen from home: a side's
    /// fortune in a few hundred games cancels out; and what it would be by chance alone.
    pub possession_calibration: (f64, f64),
    /// Ours less these, where these are another's.
    pub ours_less: Option<Difference>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(game: u64, predicted: f64, actual: f64) -> Prediction {
        Prediction {
            game,
            predicted,
            actual,
        }
    }

    #[test]
    fn figures_of_four_predictions_worked_out_by_hand() {
        let m = metrics([
            p(1, 0.8, 1.0),
            p(1, 0.9, 1.0),
            p(2, 0.25, 0.0),
            p(2, 0.35, 0.5),
        ])
        .expect("there are predictions");
        assert_eq!((m.plays, m.games), (4, 2));
        assert!((m.brier - (0.04 + 0.01 + 0.0625 + 0.0225) / 4.0).abs() < 1e-12);
        let ln =
            -(0.8_f64.ln() + 0.9_f64.ln() + 0.75_f64.ln() + 0.5 * (0.35_f64.ln() + 0.65_f64.ln()))
                / 4.0;
        assert!((m.log_loss - ln).abs() < 1e-12);
        assert_eq!(m.bins.map(|b| b.count), [0, 0, 1, 1, 0, 0, 0, 0, 1, 1]);
        assert!((m.calibration_error - (0.2 + 0.1 + 0.25 + 0.15) / 4.0).abs() < 1e-12);
        assert!(m.brier_error > 0.0);
    }

    #[test]
    fn nothing_predicted_is_nothing_measured() {
        assert_eq!(metrics([]), None);
    }

    #[test]
    fn certainty_that_was_wrong_costs_much_but_not_everything() {
        let m = metrics([p(1, 0.0, 1.0)]).expect("one prediction");
        assert_eq!(m.brier, 1.0);
        assert!(m.log_loss.is_finite() && m.log_loss > 13.0);
    }

    #[test]
    fn a_difference_is_ours_less_theirs_and_its_interval_holds_it() {
        let theirs: Vec<_> = (0..40).map(|g| p(g, 0.5, f64::from(g % 4 != 0))).collect();
        let ours: Vec<_> = (0..40).map(|g| p(g, 0.75, f64::from(g % 4 != 0))).collect();
        let d = difference(&ours, &theirs).expect("the same plays");
        assert!((d.brier[0] + 0.0625).abs() < 1e-12, "{d:?}");
        assert!(d.brier[1] < d.brier[0] && d.brier[0] < d.brier[2], "{d:?}");
        assert!(d.log_loss[1] < d.log_loss[0] && d.log_loss[0] < d.log_loss[2]);
        assert_eq!(difference(&ours, &theirs), Some(d), "no chance is involved");
        assert_eq!(difference(&ours[1..], &theirs[..39]), None, "other plays");
    }
}

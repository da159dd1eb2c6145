//! How good readings are: F1 by class, confusion, calibration.

use serde::Serialize;

use super::{Emotion, Reading};

/// Bins of the reliability table.
pub const BINS: usize = 10;

/// Precision, recall and F1 of one class.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ClassScore {
    /// The class.
    pub emotion: Emotion,
    /// Rows that are labelled so.
    pub rows: u32,
    /// Share of those called so that are.
    pub precision: f64,
    /// Share of those that are which are called so.
    pub recall: f64,
    /// Their harmonic mean.
    pub f1: f64,
}

/// One bin of confidence.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Bin {
    /// Rows in it.
    pub rows: u32,
    /// Mean confidence.
    pub confidence: f64,
    /// Share that were right.
    pub right: f64,
}

/// The figures of a set of labelled readings.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Score {
    /// Rows scored.
    pub rows: u32,
    /// Mean F1 of the classes that the labels have.
    pub macro_f1: f64,
    /// Share of rows that are right.
    pub accuracy: f64,
    /// Each class that the labels have.
    pub classes: Vec<ClassScore>,
    /// Rows by label (first) and by what they were called (second), in the order of [`Emotion::ALL`].
    pub confusion: [[u32; Emotion::COUNT]; Emotion::COUNT],
    /// Mean distance between confidence and the share that were right, over ten bins of equal width weighted by
    /// their rows.
    pub calibration_error: f64,
    /// Mean of -ln of the probability of the label.
    pub log_loss: f64,
    /// Reliability.
    pub bins: [Bin; BINS],
}

/// F1 of a class from its counts; 0 where it never came.
fn f1(hits: u32, called: u32, rows: u32) -> f64 {
    match called + rows {
        0 => 0.0,
        both => 2.0 * f64::from(hits) / f64::from(both),
    }
}

/// Mean F1 of the classes that the labels have, from a confusion matrix.
pub fn macro_f1(confusion: &[[u32; Emotion::COUNT]; Emotion::COUNT]) -> f64 {
    let (mut sum, mut classes) = (0.0, 0);
    for (k, row) in confusion.iter().enumerate() {
        let rows = row.iter().sum();
        if rows > 0 {
            let called = confusion.iter().map(|r| r[k]).sum();
            sum += f1(row[k], called, rows);
            classes += 1;
        }
    }
    sum / f64::from(classes.max(1))
}

/// Scores readings. `call` says what a reading is called: [`Reading::likeliest`] or [`Reading::felt`].
pub fn score(rows: &[(Emotion, Reading)], call: impl Fn(&Reading) -> Emotion) -> Score {
    let mut confusion = [[0_u32; Emotion::COUNT]; Emotion::COUNT];
    let mut sums = [(0_u32, 0.0, 0_u32); BINS];
    let mut log_loss = 0.0;
    for (label, reading) in rows {
        confusion[label.index()][call(reading).index()] += 1;
        let confidence = f64::from(reading.confidence());
        // A confidence of exactly one belongs to the last bin.
        let bin = &mut sums[((confidence * BINS as f64) as usize).min(BINS - 1)];
        bin.0 += 1;
        bin.1 += confidence;
        bin.2 += u32::from(reading.likeliest() == *label);
        log_loss -= libm::log(f64::from(reading.probabilities[label.index()]).max(1e-12));
    }
    let n = f64::from(rows.len().max(1) as u32);
    let bins = sums.map(|(rows, confidence, right)| {
        let n = f64::from(rows.max(1));
        Bin {
            rows,
            confidence: confidence / n,
            right: f64::from(right) / n,
        }
    });
    let classes = Emotion::ALL
        .into_iter()
        .map(|emotion| {
            let k = emotion.index();
            let rows: u32 = confusion[k].iter().sum();
            let called: u32 = confusion.iter().map(|r| r[k]).sum();
            let share = |of: u32| f64::from(confusion[k][k]) / f64::from(of.max(1));
            ClassScore {
                emotion,
                rows,
                precision: share(called),
                recall: share(rows),
                f1: f1(confusion[k][k], called, rows),
            }
        })
        .filter(|c| c.rows > 0)
        .collect();
    let right: u32 = (0..Emotion::COUNT).map(|k| confusion[k][k]).sum();
    Score {
        rows: rows.len() as u32,
        macro_f1: macro_f1(&confusion),
        accuracy: f64::from(right) / n,
        classes,
        confusion,
        calibration_error: bins
            .iter()
            .map(|b| f64::from(b.rows) * (b.confidence - b.right).abs())
            .sum::<f64>()
            / n,
        log_loss: log_loss / n,
        bins,
    }
}

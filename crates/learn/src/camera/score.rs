//! How good a camera model is, on matches that it was not fitted to.

use std::collections::BTreeSet;

use matchday_event::senses::Camera;
use serde::{Deserialize, Serialize};

use super::{
    label::Example,
    model::{CAMERAS, CameraModel},
};
use crate::evaluate::Bin;

/// How one camera is predicted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfCamera {
    /// Times it was called.
    pub called: u64,
    /// Times it was the likeliest.
    pub predicted: u64,
    /// Times it was both.
    pub right: u64,
}

impl OfCamera {
    /// Share of the calls that were predicted.
    pub fn recall(&self) -> f64 {
        self.right as f64 / self.called.max(1) as f64
    }

    /// Share of the predictions that were right.
    pub fn precision(&self) -> f64 {
        self.right as f64 / self.predicted.max(1) as f64
    }
}

/// A model's figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// Matches.
    pub matches: u64,
    /// Micro-events.
    pub examples: u64,
    /// Share of them whose camera was the likeliest.
    pub accuracy: f64,
    /// The same of the event's own hint.
    pub accuracy_of_hint: f64,
    /// The same of leaving on air what is.
    pub accuracy_of_staying: f64,
    /// Mean logarithmic loss, in nats.
    pub log_loss: f64,
    /// The same of each camera's share in these examples.
    pub log_loss_of_shares: f64,
    /// Of those for which another camera was called than was on air: how many were right.
    pub changes_right: f64,
    /// How many those are.
    pub changes: u64,
    /// Mean distance between how likely the likeliest was said to be and how often it was right, over ten bins.
    pub calibration_error: f64,
    /// The bins: the likeliest camera's share, and whether it was right.
    pub bins: [Bin; 10],
    /// By camera.
    pub cameras: [OfCamera; CAMERAS],
    /// Calls whose delay is known.
    pub delays: u64,
    /// How far the predicted delay is off on average, in milliseconds.
    pub delay_off_ms: f64,
    /// The same of one delay for all, the mean of these.
    pub delay_off_of_mean_ms: f64,
}

/// Scores a model; `None` without examples.
pub fn score(model: &CameraModel, examples: &[Example]) -> Option<Score> {
    if examples.is_empty() {
        return None;
    }
    let n = examples.len() as f64;
    let (mut right, mut hint, mut stay, mut loss) = (0_u64, 0_u64, 0_u64, 0.0);
    let (mut changes, mut changes_right) = (0_u64, 0_u64);
    let mut bins = [Bin::default(); 10];
    let mut cameras = [OfCamera::default(); CAMERAS];
    let mut delays = Vec::new();
    for example in examples {
        let prediction = model.predict(&example.row);
        let (camera, share) = prediction.likeliest();
        let hit = camera == example.called;
        right += u64::from(hit);
        hint += u64::from(example.hint == example.called);
        stay += u64::from(example.on_air == example.called);
        loss -= libm::log(f64::from(prediction.share(example.called)).max(1e-6));
        if example.called != example.on_air {
            changes += 1;
            changes_right += u64::from(hit);
        }
        let bin = &mut bins[((share * 10.0) as usize).min(9)];
        bin.count += 1;
        bin.predicted += f64::from(share);
        bin.actual += f64::from(u8::from(hit));
        cameras[example.called as usize].called += 1;
        cameras[camera as usize].predicted += 1;
        cameras[camera as usize].right += u64::from(hit);
        if let Some(delay) = example.delay_ms {
            delays.push((f64::from(delay), f64::from(prediction.delay_ms)));
        }
    }
    let mut calibration_error = 0.0;
    for bin in bins.iter_mut().filter(|b| b.count > 0) {
        calibration_error += (bin.predicted - bin.actual).abs() / n;
        bin.predicted /= bin.count as f64;
        bin.actual /= bin.count as f64;
    }
    let log_loss_of_shares = cameras
        .iter()
        .filter(|c| c.called > 0)
        .map(|c| c.called as f64 / n)
        .map(|share| -share * libm::log(share))
        .sum();
    let timed = delays.len().max(1) as f64;
    let mean = delays.iter().map(|d| d.0).sum::<f64>() / timed;
    let matches: BTreeSet<u32> = examples.iter().map(|e| e.match_no).collect();
    Some(Score {
        matches: matches.len() as u64,
        examples: examples.len() as u64,
        accuracy: right as f64 / n,
        accuracy_of_hint: hint as f64 / n,
        accuracy_of_staying: stay as f64 / n,
        log_loss: loss / n,
        log_loss_of_shares,
        changes_right: changes_right as f64 / changes.max(1) as f64,
        changes,
        calibration_error,
        bins,
        cameras,
        delays: delays.len() as u64,
        delay_off_ms: delays.iter().map(|d| (d.0 - d.1).abs()).sum::<f64>() / timed,
        delay_off_of_mean_ms: delays.iter().map(|d| (d.0 - mean).abs()).sum::<f64>() / timed,
    })
}

/// Cameras in the order of [`Score::cameras`].
pub fn by_camera(score: &Score) -> impl Iterator<Item = (Camera, &OfCamera)> {
    Camera::ALL.iter().copied().zip(&score.cameras)
}

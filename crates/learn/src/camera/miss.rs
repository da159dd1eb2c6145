//! How far predicted camera calls are from those that were recorded.
//!
//! A recorded call and a predicted one are a pair if both are of one camera and no more than [`WINDOW_MS`] apart; pairs
//! are made from the closest on, each call in one pair at most. The **miss** of a pair is how far apart they are, in
//! frames. A recorded call without a pair was **missed**, a predicted one without a pair is **false**. The **cost** of
//! all is the mean over the recorded calls of the miss, where a missed and a false call count the whole window: so that
//! nobody is better for calling less, or more.

use std::{collections::BTreeMap, sync::Arc};

use matchday_event::{
    EventTime,
    production::{CameraReport, Cut, CutReason, FrameRate},
    senses::Camera,
};
use serde::{Deserialize, Serialize};

/// How far apart a recorded call and a predicted one may be to be one, in milliseconds.
pub const WINDOW_MS: i64 = 1_000;
/// The average miss past which a model is trained anew, in frames.
pub const MISS_MOST_FRAMES: f64 = 3.0;
/// The name under which returns are counted.
pub const RETURN: &str = "return";

/// A camera goes on air.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// When.
    pub at: EventTime,
    /// Which.
    pub camera: Camera,
    /// The rule that asked for it, [`RETURN`], or `None` for a recorded one.
    pub rule: Option<Arc<str>>,
}

/// The calls that were recorded: every report that changes the camera. The main one is on air before the first.
pub fn recorded(reports: &[CameraReport]) -> Vec<Call> {
    let mut on_air = Camera::Main;
    let mut calls = Vec::new();
    for report in reports {
        if std::mem::replace(&mut on_air, report.camera) != report.camera {
            calls.push(Call {
                at: report.at,
                camera: report.camera,
                rule: None,
            });
        }
    }
    calls
}

/// The calls that a director's cuts are: those that came to be and change the camera, the operator's left out.
pub fn predicted(cuts: &[Cut]) -> Vec<Call> {
    cuts.iter()
        .filter(|c| c.from != c.shot.camera && c.reason != CutReason::Manual)
        .map(|cut| Call {
            at: cut.at,
            camera: cut.shot.camera,
            rule: match cut.reason {
                CutReason::Return => Some(RETURN.into()),
                _ => Some(cut.rule.clone().unwrap_or_else(|| "unknown".into())),
            },
        })
        .collect()
}

/// What became of some calls.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Misses {
    /// Pairs.
    pub matched: u64,
    /// Recorded, and not predicted.
    pub missed: u64,
    /// Predicted, and not recorded.
    #[serde(rename = "false")]
    pub false_calls: u64,
    /// Frames from the recorded call to the predicted one, negative where that is earlier; of every pair, ascending.
    #[serde(skip)]
    frames: Vec<f64>,
}

impl Misses {
    /// Mean of the misses, in frames.
    pub fn mean_frames(&self) -> Option<f64> {
        let sum: f64 = self.frames.iter().map(|f| f.abs()).sum();
        (!self.frames.is_empty()).then(|| sum / self.frames.len() as f64)
    }

    /// The middle one of the misses, in frames.
    pub fn median_frames(&self) -> Option<f64> {
        self.quantile(0.5)
    }

    /// The miss that nine in ten are within, in frames.
    pub fn p90_frames(&self) -> Option<f64> {
        self.quantile(0.9)
    }

    /// Mean of the distances with their signs: above 0 the predictions are late.
    pub fn late_frames(&self) -> Option<f64> {
        let n = self.frames.len() as f64;
        (!self.frames.is_empty()).then(|| self.frames.iter().sum::<f64>() / n)
    }

    /// The distances of all pairs in frames, ascending; below 0 the prediction was early.
    pub fn frames(&self) -> &[f64] {
        &self.frames
    }

    fn quantile(&self, q: f64) -> Option<f64> {
        let mut sizes: Vec<f64> = self.frames.iter().map(|f| f.abs()).collect();
        sizes.sort_by(f64::total_cmp);
        let at = (q * sizes.len() as f64) as usize;
        sizes.get(at.min(sizes.len().saturating_sub(1))).copied()
    }

    /// Adds what became of other calls.
    pub fn add(&mut self, other: &Self) {
        self.matched += other.matched;
        self.missed += other.missed;
        self.false_calls += other.false_calls;
        self.frames.extend(&other.frames);
        self.frames.sort_by(f64::total_cmp);
    }

    /// The cost (see [`self`](crate::camera::miss)), in frames a recorded call.
    pub fn cost_frames(&self, rate: FrameRate) -> Option<f64> {
        let recorded = self.matched + self.missed;
        if recorded == 0 {
            return None;
        }
        let window = WINDOW_MS as f64 / 1e3 * rate.fps();
        let misses: f64 = self.frames.iter().map(|f| f.abs()).sum();
        let lost = (self.missed + self.false_calls) as f64;
        Some((misses + lost * window) / recorded as f64)
    }
}

/// What became of the calls of some matches.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Comparison {
    /// Of all that were asked for, returns left out: a recorded call of the main camera is a return.
    pub asked: Misses,
    /// Of returns to the main camera.
    pub returns: Misses,
    /// Of what each rule predicted; nothing is missed by any one.
    pub by_rule: BTreeMap<Arc<str>, Misses>,
    /// Of each camera.
    pub by_camera: BTreeMap<Camera, Misses>,
}

impl Comparison {
    /// Holds the predicted calls of a match against those recorded. Both are by time.
    pub fn of(recorded: &[Call], predicted: &[Call], rate: FrameRate) -> Self {
        let mut all = Self::default();
        let pair_of = pairs(recorded, predicted);
        for (call, pair) in recorded.iter().zip(&pair_of) {
            let mut one = Misses::default();
            match pair {
                Some(p) => {
                    one.matched = 1;
                    one.frames.push(rate.between(call.at, predicted[*p].at));
                }
                None => one.missed = 1,
            }
            all.count(call.camera, call.camera == Camera::Main, &one);
            if let Some(rule) = pair.and_then(|p| predicted[p].rule.clone()) {
                all.by_rule.entry(rule).or_default().add(&one);
            }
        }
        for (n, call) in predicted.iter().enumerate() {
            if pair_of.contains(&Some(n)) {
                continue;
            }
            let one = Misses {
                false_calls: 1,
                ..Misses::default()
            };
            let returns = call.rule.as_deref() == Some(RETURN);
            all.count(call.camera, returns, &one);
            if let Some(rule) = &call.rule {
                all.by_rule.entry(rule.clone()).or_default().add(&one);
            }
        }
        all
    }

    fn count(&mut self, camera: Camera, returns: bool, one: &Misses) {
        if returns {
            self.returns.add(one);
        } else {
            self.asked.add(one);
        }
        self.by_camera.entry(camera).or_default().add(one);
    }

    /// Adds another match.
    pub fn add(&mut self, other: &Self) {
        self.asked.add(&other.asked);
        self.returns.add(&other.returns);
        for (rule, misses) in &other.by_rule {
            self.by_rule.entry(rule.clone()).or_default().add(misses);
        }
        for (camera, misses) in &other.by_camera {
            self.by_camera.entry(*camera).or_default().add(misses);
        }
    }
}

/// The predicted call of each recorded one, from the closest pair on; of two that are as close, the earlier.
fn pairs(recorded: &[Call], predicted: &[Call]) -> Vec<Option<usize>> {
    let window_us = WINDOW_MS * 1000;
    let mut near = Vec::new();
    let mut from = 0;
    for (r, call) in recorded.iter().enumerate() {
        while predicted
            .get(from)
            .is_some_and(|p| p.at.0 < call.at.0 - window_us)
        {
            from += 1;
        }
        let reach = predicted.iter().enumerate().skip(from);
        for (p, other) in reach.take_while(|(_, p)| p.at.0 <= call.at.0 + window_us) {
            if other.camera == call.camera {
                near.push(((other.at.0 - call.at.0).abs(), r, p));
            }
        }
    }
    near.sort_unstable();
    let mut pair_of = vec![None; recorded.len()];
    let mut taken = vec![false; predicted.len()];
    for (_, r, p) in near {
        if pair_of[r].is_none() && !taken[p] {
            pair_of[r] = Some(p);
            taken[p] = true;
        }
    }
    pair_of
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(at_ms: i64, camera: Camera, rule: Option<&str>) -> Call {
        Call {
            at: EventTime::from_millis(at_ms),
            camera,
            rule: rule.map(Arc::from),
        }
    }

    #[test]
    fn misses_are_counted_in_frames_by_rule_and_by_camera() {
        let recorded = [
            call(10_000, Camera::Rail, None),
            call(13_000, Camera::Main, None),
            call(20_000, Camera::Crowd, None),
            call(30_000, Camera::Keeper, None),
        ];
        let predicted = [
            call(10_080, Camera::Rail, Some("slow-mo")),
            call(13_500, Camera::Main, Some(RETURN)),
            // The nearer of two is the one; the other is false.
            call(19_500, Camera::Crowd, Some("hearts")),
            call(19_960, Camera::Crowd, Some("roar")),
            // Of another camera, and of another time.
            call(30_010, Camera::Tight, Some("run-up")),
            call(31_001, Camera::Keeper, Some("gaze")),
        ];
        let all = Comparison::of(&recorded, &predicted, FrameRate::F50);
        assert_eq!(all.asked.frames(), [-2.0, 4.0]);
        assert_eq!(
            (all.asked.matched, all.asked.missed, all.asked.false_calls),
            (2, 1, 3)
        );
        assert_eq!(all.asked.mean_frames(), Some(3.0));
        assert_eq!(all.asked.late_frames(), Some(1.0));
        assert_eq!(all.returns.frames(), [25.0]);
        assert_eq!(all.by_rule["hearts"].false_calls, 1);
        assert_eq!(all.by_rule["roar"].frames(), [-2.0]);
        assert_eq!(all.by_camera[&Camera::Keeper].missed, 1);
        assert_eq!(all.by_camera[&Camera::Keeper].false_calls, 1);
        // Two pairs with six frames together, four calls that count the window of 50, over three that were asked for.
        assert_eq!(all.asked.cost_frames(FrameRate::F50), Some(206.0 / 3.0));
    }

    #[test]
    fn who_calls_nothing_is_not_the_better_for_it() {
        let recorded = [call(10_000, Camera::Rail, None)];
        let cost = |predicted: &[Call]| {
            Comparison::of(&recorded, predicted, FrameRate::F25)
                .asked
                .cost_frames(FrameRate::F25)
        };
        let late = cost(&[call(10_900, Camera::Rail, Some("r"))]);
        assert!(late < cost(&[]));
        assert_eq!(cost(&[]), Some(25.0));
    }

    #[test]
    fn a_report_that_changes_nothing_is_no_call() {
        let report = |at, camera| CameraReport {
            source: "m".into(),
            at: EventTime::from_millis(at),
            camera,
        };
        let calls = recorded(&[
            report(0, Camera::Main),
            report(1_000, Camera::Rail),
            report(2_000, Camera::Rail),
            report(3_000, Camera::Main),
        ]);
        let cameras: Vec<_> = calls.iter().map(|c| c.camera).collect();
        assert_eq!(cameras, [Camera::Rail, Camera::Main]);
    }
}

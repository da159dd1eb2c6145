//! Causes on the pitch and before the screens: gaze, heads, hearts and the ball.

use matchday_event::Side;

use super::{Cause, Trigger};
use crate::world::{
    Script,
    body::{self, BodyPlan},
    gaze::{self, GazePlan, MARK},
    stadium::StadiumPlan,
    tracking::{self, Truth},
    vision::{self, SeenTruth},
};

/// Share of all viewers that mean to look at the mark for the 60 % to be clear, and for them to be possible: blinks,
/// errors and those who look away take some off, and while the ball is near it on the picture more look there by chance.
const GAZE_MUST: f64 = 0.7;
const GAZE_MAY: f64 = 0.35;
/// The keeper's camera stays no longer than this.
const KEEPER_MS: u64 = 1_400;
/// Stares for so long after the share is reached that it is sure to be seen.
const GAZE_LASTS_MS: u64 = 600;

/// Turns this far are clear, and turns this far are possible.
const TURN_MUST_DEG: f32 = 62.0;
const TURN_MAY_DEG: f32 = 48.0;
const TURN_DEG: f32 = 55.0;
/// A turn is known within this time, and the ball was with one side for so long before.
const TURN_KNOWN_MS: u64 = 1_200;
const HELD_MS: u64 = 400;

/// Rises that are clear and that are possible, in beats a minute; and within how long.
const LEAP_MUST: (f64, u64) = (37.0, 1_500);
const LEAP_MAY: (f64, u64) = (24.0, 3_000);
/// Players who leap together.
const LEAP_PLAYERS: usize = 4;
/// Wearables report once a second, and a rate is one of several beats.
const LEAP_KNOWN_MS: u64 = 6_000;
/// Leaps that are nearer are one.
const LEAP_ONE_MS: u64 = 10_000;

/// So far inside a final third, so little spin afterwards and so long a spin before are clear.
const SPIN_INSIDE_M: f32 = 1.0;
const SPIN_THEN_RAD_S: f32 = 1.7;
const SPIN_BEFORE_MS: u64 = 600;
const SPIN_KNOWN_MS: u64 = 700;

/// What happens so soon after the beginning cannot be known: filters have nothing to go by.
const SETTLE_MS: u64 = 2_000;

pub(super) fn causes(seed: u64, script: &Script, plan: &StadiumPlan, out: &mut Vec<Cause>) {
    let pitch = match plan.tracking {
        true => tracking::truth(seed, script),
        false => Vec::new(),
    };
    if let Some(gaze) = &plan.gaze {
        stares(seed, script, gaze, &pitch, out);
    }
    if let Some(body) = &plan.body {
        hearts(seed, script, body, out);
    }
    for truth in &pitch {
        out.extend(of_tracking(truth));
    }
    if plan.vision.is_some() {
        heads(seed, script, out);
        if plan.tracking {
            // A camera that sees the spin, and knows nothing of the pitch.
            let (seen, _) = vision::render(seed, script, &vision::VisionPlan::default());
            out.extend(seen.iter().filter_map(|t| match t {
                SeenTruth::Spin { at_ms, down: true } => Some(Cause {
                    until_ms: at_ms + 1_200,
                    ..cause(Trigger::SpinDrop, *at_ms, false)
                }),
                _ => None,
            }));
        }
    }
}

fn cause(trigger: Trigger, at_ms: u64, must: bool) -> Cause {
    Cause {
        trigger,
        at_ms,
        until_ms: at_ms + SPIN_KNOWN_MS,
        ends_ms: None,
        key: None,
        must: must && at_ms > SETTLE_MS,
    }
}

/// Stares at the mark. Each viewer sees 50 to 450 ms late that there is something to wait for.
fn stares(seed: u64, script: &Script, plan: &GazePlan, pitch: &[Truth], out: &mut Vec<Cause>) {
    let run_ups: Vec<u64> = pitch
        .iter()
        .filter_map(|t| match t {
            Truth::RunUp { at_ms, .. } => Some(*at_ms),
            _ => None,
        })
        .collect();
    for stare in gaze::render(seed, script, plan).0 {
        if stare.region != MARK || stare.share < GAZE_MAY {
            continue;
        }
        let reached = 50.0 + 400.0 * (0.6 / stare.share).min(1.0);
        let at_ms = stare.from_ms + reached as u64;
        let starts = run_ups.iter().find(|r| **r >= at_ms);
        out.push(Cause {
            until_ms: stare.to_ms.max(at_ms) + 300,
            ends_ms: starts
                .copied()
                .into_iter()
                .chain([at_ms + KEEPER_MS, stare.to_ms.max(at_ms)])
                .min(),
            ..cause(
                Trigger::PenaltyGaze,
                at_ms,
                stare.share >= GAZE_MUST && at_ms + GAZE_LASTS_MS <= stare.to_ms,
            )
        });
    }
}

fn of_tracking(truth: &Truth) -> Option<Cause> {
    match truth {
        Truth::HeadTurn {
            at_ms,
            degrees,
            defends,
            ..
        } if *degrees >= TURN_MAY_DEG && *defends != Some(false) => Some(Cause {
            until_ms: at_ms + TURN_KNOWN_MS,
            ..cause(
                Trigger::HeadTurn,
                *at_ms,
                *degrees >= TURN_MUST_DEG && *defends == Some(true),
            )
        }),
        Truth::SpinDrop {
            at_ms,
            inside_m,
            then_rad_s,
            spun_ms,
            ..
        } => Some(cause(
            Trigger::SpinDrop,
            *at_ms,
            *inside_m >= SPIN_INSIDE_M
                && *then_rad_s <= SPIN_THEN_RAD_S
                && *spun_ms >= SPIN_BEFORE_MS,
        )),
        _ => None,
    }
}

/// Heads that a camera sees.
fn heads(seed: u64, script: &Script, out: &mut Vec<Cause>) {
    let (seen, _) = vision::render(seed, script, &vision::VisionPlan::default());
    let possession = vision::possession(seed, script);
    let has = |at_ms: u64| -> Option<Side> {
        let n = possession.partition_point(|p| p.0 <= at_ms);
        Some(possession[n.checked_sub(1)?].1)
    };
    for turn in &seen {
        let SeenTruth::HeadTurn {
            side,
            from_ms,
            to_ms,
            turn_deg,
            ..
        } = turn
        else {
            continue;
        };
        let long = (to_ms - from_ms) as f32;
        let at_ms = from_ms + (long * TURN_DEG / turn_deg.abs().max(TURN_DEG)) as u64;
        let moments = [at_ms.saturating_sub(HELD_MS), at_ms, at_ms + TURN_KNOWN_MS];
        let defends = moments.map(|at| has(at).map(|with| with != *side));
        if defends.iter().all(|d| *d == Some(false)) {
            continue;
        }
        out.push(Cause {
            until_ms: at_ms + TURN_KNOWN_MS,
            ..cause(
                Trigger::HeadTurn,
                at_ms,
                turn_deg.abs() >= TURN_MUST_DEG && defends.iter().all(|d| *d == Some(true)),
            )
        });
    }
}

/// Players' hearts that leap together.
fn hearts(seed: u64, script: &Script, plan: &BodyPlan, out: &mut Vec<Cause>) {
    let jumps = body::jumps(seed, script, plan);
    let mut i = 0;
    let may: Vec<&body::Jump> = jumps.iter().filter(|j| j.rise_bpm >= LEAP_MAY.0).collect();
    while i < may.len() {
        let begun = may[i].at_ms;
        let together = may[i..]
            .iter()
            .take_while(|j| j.at_ms <= begun + LEAP_MAY.1);
        if together.count() < LEAP_PLAYERS {
            i += 1;
            continue;
        }
        let one = may[i..]
            .iter()
            .take_while(|j| j.at_ms <= begun + LEAP_ONE_MS);
        let clear: Vec<u64> = one
            .clone()
            .filter(|j| j.heard && j.rise_bpm >= LEAP_MUST.0)
            .map(|j| j.at_ms)
            .collect();
        let must = clear
            .windows(LEAP_PLAYERS)
            .find(|w| w[LEAP_PLAYERS - 1] - w[0] <= LEAP_MUST.1);
        let fourth = may[i + LEAP_PLAYERS - 1].at_ms;
        let at_ms = must.map_or(fourth, |w| w[LEAP_PLAYERS - 1]);
        i += one.count();
        out.push(Cause {
            until_ms: at_ms.max(fourth) + LEAP_KNOWN_MS,
            ..cause(Trigger::HeartLeap, at_ms, must.is_some())
        });
    }
}

//! Run-ups: the ball rests, somebody who stood near it starts towards it.

use std::{collections::BTreeMap, sync::Arc};

use matchday_event::{
    EventTime,
    senses::{Kick, RunUpFact, TrackedPlayer, TrackingFact},
};

use super::{Limits, Motion, Now, to_cm};

/// From the goal line to the penalty mark, by the laws of the game.
const MARK_M: f32 = 11.0;
/// Nobody but the kicker is so near a penalty kick, with some room for those who encroach; the keeper is farther.
const ALONE_M: f32 = 7.0;
/// How long before the run-up the kicker stood.
const STOOD_US: i64 = 300_000;
/// And how long ago that may be.
const LATELY_US: i64 = 2_000_000;

/// Watches for run-ups.
#[derive(Debug, Clone, Default)]
pub(super) struct RunUps {
    /// Since when the ball rests, and where.
    rests: Option<(EventTime, f32, f32)>,
    /// A run-up of this rest was told.
    told: bool,
    /// Who stands near it: since when, and until when.
    stood: BTreeMap<Arc<str>, (EventTime, EventTime)>,
}

impl RunUps {
    pub fn see<'a>(
        &mut self,
        now: &Now<'_>,
        movers: impl Iterator<Item = (&'a TrackedPlayer, Motion)>,
        limits: &Limits,
        out: &mut Vec<TrackingFact>,
    ) {
        let at = now.frame.at;
        let Some(ball) = now.ball else {
            *self = Self::default();
            return;
        };
        let moved = self
            .rests
            .is_some_and(|(_, x, y)| ball.distance_m(x, y) > limits.mark_m);
        if moved || ball.speed_mps() > limits.rest_mps {
            *self = Self::default();
            return;
        }
        let (since, x, y) = *self.rests.get_or_insert((at, ball.x_m, ball.y_m));
        if self.told {
            return;
        }
        let rested = at.0 - since.0 >= limits.rest_us;
        let mut near = Vec::new();
        for (player, motion) in movers {
            let distance_m = motion.distance_m(x, y);
            if distance_m > limits.run_up_m + 2.0 {
                continue;
            }
            if motion.speed_mps() <= limits.stood_mps {
                let stood = self.stood.entry(player.id.clone()).or_insert((at, at));
                if at.0 - stood.1.0 > LATELY_US {
                    stood.0 = at;
                }
                stood.1 = at;
            }
            near.push((player, motion, distance_m));
        }
        near.sort_by(|a, b| a.2.total_cmp(&b.2));
        let Some(&(player, motion, from_m)) = near.first().filter(|_| rested) else {
            return;
        };
        let stood = self
            .stood
            .get(&player.id)
            .is_some_and(|(from, to)| to.0 - from.0 >= STOOD_US && at.0 - to.0 <= LATELY_US);
        // How fast the kicker comes nearer to the ball.
        let nearer_mps = if from_m > 0.3 {
            ((x - motion.x_m) * motion.vx_mps + (y - motion.y_m) * motion.vy_mps) / from_m
        } else {
            0.0
        };
        if !stood || nearer_mps < limits.run_up_mps || from_m > limits.run_up_m {
            return;
        }
        let pitch = now.frame.pitch;
        let on_mark =
            libm::hypotf(x.abs() - (pitch.length_m / 2.0 - MARK_M), y) <= 2.0 * limits.mark_m;
        let alone = near.get(1).is_none_or(|(_, _, d)| *d > ALONE_M);
        let kick = if on_mark && alone {
            Kick::Penalty
        } else {
            Kick::SetPiece
        };
        if let Some(spot) = now.spot(x, y) {
            self.told = true;
            out.push(TrackingFact::RunUp(RunUpFact {
                at,
                kick,
                player: player.id.clone(),
                side: player.side,
                number: player.number,
                from_m: to_cm(from_m),
                spot,
            }));
        }
    }
}

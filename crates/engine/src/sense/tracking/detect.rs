//! Sprints, turns, final thirds and spin.

use std::collections::VecDeque;

use matchday_event::{
    EventTime, Side,
    senses::{
        FinalThirdFact, HeadTurnFact, Phase, SpinDropFact, Spot, SprintFact, TrackedPlayer,
        TrackingFact, TurnBy,
    },
};

use super::{Limits, Motion, Now, to_cm};

/// What is watched of one player.
#[derive(Debug, Clone, Default)]
pub(super) struct PlayerWatch {
    fast_since: Option<EventTime>,
    /// A sprint that was told: its highest speed, and where the player was last.
    sprint: Option<(f32, Spot)>,
    /// Where the head, or the way, pointed lately.
    ways: VecDeque<(EventTime, f32)>,
    turned: Option<EventTime>,
}

/// Ways kept at the most.
const MOST_WAYS: usize = 64;

impl PlayerWatch {
    pub fn see(
        &mut self,
        player: &TrackedPlayer,
        motion: Option<Motion>,
        now: &Now<'_>,
        limits: &Limits,
        out: &mut Vec<TrackingFact>,
    ) {
        if let Some(motion) = motion {
            self.sprint(player, motion, now, limits, out);
        }
        self.turn(player, motion, now, limits, out);
    }

    fn sprint(
        &mut self,
        player: &TrackedPlayer,
        motion: Motion,
        now: &Now<'_>,
        limits: &Limits,
        out: &mut Vec<TrackingFact>,
    ) {
        let at = now.frame.at;
        let speed_mps = motion.speed_mps();
        let Some(spot) = now.spot(motion.x_m, motion.y_m) else {
            return;
        };
        if speed_mps > limits.fastest_mps {
            self.stop(player, at, out);
            return;
        }
        if let Some((top, last)) = &mut self.sprint {
            if speed_mps >= limits.sprint_over_mps {
                *top = top.max(speed_mps);
                *last = spot;
                return;
            }
            self.stop(player, at, out);
        }
        if speed_mps < limits.sprint_mps {
            self.fast_since = None;
            return;
        }
        let since = *self.fast_since.get_or_insert(at);
        if at.0 - since.0 >= limits.sprint_us {
            self.sprint = Some((speed_mps, spot));
            out.push(sprint(player, at, Phase::Began, speed_mps, spot));
        }
    }

    /// The player is lost, or taken for another.
    pub fn end(
        &mut self,
        player: &TrackedPlayer,
        at: EventTime,
        _: &Now<'_>,
        out: &mut Vec<TrackingFact>,
    ) {
        self.stop(player, at, out);
        self.ways.clear();
    }

    pub fn stop(&mut self, player: &TrackedPlayer, at: EventTime, out: &mut Vec<TrackingFact>) {
        self.fast_since = None;
        if let Some((top, spot)) = self.sprint.take() {
            out.push(sprint(player, at, Phase::Ended, top, spot));
        }
    }

    fn turn(
        &mut self,
        player: &TrackedPlayer,
        motion: Option<Motion>,
        now: &Now<'_>,
        limits: &Limits,
        out: &mut Vec<TrackingFact>,
    ) {
        let at = now.frame.at;
        let (way, by) = match (player.head_deg, motion) {
            (Some(deg), _) => (deg, TurnBy::Head),
            (None, Some(m)) if limits.turns_by_movement && m.speed_mps() >= limits.turn_mps => {
                let rad = libm::atan2f(m.vy_mps, m.vx_mps);
                (rad.to_degrees(), TurnBy::Movement)
            }
            _ => {
                self.ways.clear();
                return;
            }
        };
        while self.ways.len() >= MOST_WAYS
            || self
                .ways
                .front()
                .is_some_and(|w| at.0 - w.0.0 > limits.turn_us)
        {
            self.ways.pop_front();
        }
        self.ways.push_back((at, way));
        if self
            .turned
            .is_some_and(|t| at.0 - t.0 < limits.turn_again_us)
        {
            return;
        }
        let most = self
            .ways
            .iter()
            .map(|&(then, was)| (then, angle(way - was)))
            .max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
        let Some((then, degrees)) = most.filter(|m| m.1.abs() >= limits.turn_deg) else {
            return;
        };
        let defends = player.side.zip(now.possession).map(|(of, with)| of != with);
        // Everybody turns while running about; what is told is of who watches the ball come.
        let near = now
            .ball
            .is_some_and(|b| b.distance_m(player.x_m, player.y_m) <= limits.turn_near_m);
        if by == TurnBy::Movement && !(near && defends == Some(true)) {
            return;
        }
        let Some(spot) = now.spot(player.x_m, player.y_m) else {
            return;
        };
        self.turned = Some(at);
        out.push(TrackingFact::HeadTurn(HeadTurnFact {
            at,
            player: player.id.clone(),
            side: player.side,
            number: player.number,
            degrees: (degrees * 10.0).round() / 10.0,
            within_ms: u32::try_from((at.0 - then.0) / 1000).unwrap_or(0),
            by,
            defends,
            spot,
        }));
    }
}

fn sprint(
    player: &TrackedPlayer,
    at: EventTime,
    phase: Phase,
    speed_mps: f32,
    spot: Spot,
) -> TrackingFact {
    TrackingFact::Sprint(SprintFact {
        at,
        player: player.id.clone(),
        side: player.side,
        number: player.number,
        phase,
        speed_mps: to_cm(speed_mps),
        spot,
    })
}

/// An angle between -180 and 180 degrees.
fn angle(degrees: f32) -> f32 {
    let turned = libm::fmodf(degrees, 360.0);
    if turned > 180.0 {
        turned - 360.0
    } else if turned < -180.0 {
        turned + 360.0
    } else {
        turned
    }
}

/// What is watched of the ball.
#[derive(Debug, Clone, Default)]
pub(super) struct BallWatch {
    /// The final third that the ball is in, as told.
    third: Option<(Side, Spot)>,
    /// The one that it may have come into, and when.
    enters: Option<(Side, EventTime)>,
    spins: [f32; 3],
    seen: usize,
    spun: bool,
}

impl BallWatch {
    pub fn see(&mut self, now: &Now<'_>, limits: &Limits, out: &mut Vec<TrackingFact>) {
        let Some(ball) = now.frame.balls.first() else {
            return;
        };
        let at = now.frame.at;
        let line_m = now.frame.pitch.length_m / 6.0;
        let Some(spot) = now.spot(ball.x_m, ball.y_m) else {
            return;
        };
        if let Some((side, last)) = &mut self.third {
            let still = ball.x_m.abs() > line_m - limits.third_back_m
                && now.attacker_towards(ball.x_m) == Some(*side);
            if still {
                *last = spot;
            } else {
                *last = spot;
                self.stop(at, out);
            }
        }
        let side = now
            .attacker_towards(ball.x_m)
            .filter(|_| ball.x_m.abs() > line_m);
        match (side, self.enters) {
            (Some(side), Some((entered, since))) if side == entered => {
                if self.third.is_none() && at.0 - since.0 >= limits.third_us {
                    self.third = Some((side, spot));
                    out.push(third(at, side, Phase::Began, spot));
                }
            }
            (Some(side), _) => self.enters = Some((side, at)),
            (None, _) => self.enters = None,
        }
        self.spin(ball.spin_rad_s, now, limits, spot, out);
    }

    pub fn stop(&mut self, at: EventTime, out: &mut Vec<TrackingFact>) {
        self.enters = None;
        if let Some((side, spot)) = self.third.take() {
            out.push(third(at, side, Phase::Ended, spot));
        }
    }

    fn spin(
        &mut self,
        spin: Option<f32>,
        now: &Now<'_>,
        limits: &Limits,
        spot: Spot,
        out: &mut Vec<TrackingFact>,
    ) {
        let Some(spin) = spin else {
            self.seen = 0;
            return;
        };
        self.spins[self.seen % 3] = spin;
        self.seen = self.seen.wrapping_add(1).max(1);
        if self.seen < 3 {
            return;
        }
        // The median of three: one wrong picture is no drop.
        let mut three = self.spins;
        three.sort_by(f32::total_cmp);
        let spin_rad_s = three[1];
        if spin_rad_s >= limits.spin_before_rad_s {
            self.spun = true;
        } else if spin_rad_s < limits.spin_rad_s
            && std::mem::take(&mut self.spun)
            && let Some((side, _)) = self.third
        {
            out.push(TrackingFact::SpinDrop(SpinDropFact {
                at: now.frame.at,
                side,
                spin_rad_s: to_cm(spin_rad_s),
                spot,
            }));
        }
    }
}

fn third(at: EventTime, side: Side, phase: Phase, spot: Spot) -> TrackingFact {
    TrackingFact::FinalThird(FinalThirdFact {
        at,
        side,
        phase,
        spot,
    })
}

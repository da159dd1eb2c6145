//! What is wrong with frames, told once when it begins and once when it is over.

use matchday_event::{
    EventTime, Side,
    senses::{
        FrameReport, RefusalPhase, TrackingFact, TrackingRefusal, TrackingRefusalCode as Code,
    },
};

use super::limits::Limits;
use crate::leap::Leaps;

/// Lengths and widths of pitches that the laws of the game know, with some room.
const LENGTH_M: std::ops::RangeInclusive<f32> = 80.0..=130.0;
const WIDTH_M: std::ops::RangeInclusive<f32> = 40.0..=100.0;
/// Players who must stand still at once before anybody speaks of a frozen picture.
const STATUES: usize = 5;

#[derive(Debug, Clone, Copy, Default)]
struct Watch {
    good: u32,
    told: bool,
}

/// The troubles of one system.
#[derive(Debug, Clone, Default)]
pub(super) struct Troubles {
    watches: [Watch; Code::ALL.len()],
    last: Option<Before>,
    leaps: Leaps,
    still_since: Option<EventTime>,
}

/// The frame before, as far as the next is held against it.
#[derive(Debug, Clone)]
struct Before {
    at: EventTime,
    period: Option<u8>,
    clock_ms: Option<u32>,
    places: Vec<(std::sync::Arc<str>, f32, f32)>,
}

impl Troubles {
    /// Looks at a frame. Whether it can be used.
    pub fn see(
        &mut self,
        frame: &FrameReport,
        limits: &Limits,
        out: &mut Vec<TrackingFact>,
    ) -> bool {
        let mut found = [false; Code::ALL.len()];
        let late = self.last.as_ref().is_some_and(|b| frame.at <= b.at);
        found[Code::OutOfOrder as usize] = late;
        let ahead = self.is_ahead(frame);
        found[Code::ClockJump as usize] = ahead;
        if !late && !ahead {
            let impossible = is_impossible(frame);
            found[Code::Impossible as usize] = impossible;
            found[Code::TooManyBalls as usize] = frame.balls.len() > 1;
            found[Code::TooManyPlayers as usize] = is_crowded(frame, limits);
            found[Code::OffPitch as usize] = !impossible && is_off_pitch(frame, limits);
            found[Code::ClockJump as usize] = self.jumps(frame, limits);
            found[Code::TooFast as usize] = self.is_too_fast(frame, limits);
            found[Code::Frozen as usize] = self.is_frozen(frame, limits);
            self.last = Some(Before {
                at: frame.at,
                period: frame.period,
                clock_ms: frame.clock_ms,
                places: frame
                    .players
                    .iter()
                    .take(limits.most_people)
                    .map(|p| (p.id.clone(), p.x_m, p.y_m))
                    .collect(),
            });
        }
        for (code, (watch, bad)) in Code::ALL
            .into_iter()
            .zip(self.watches.iter_mut().zip(found))
        {
            let phase = if bad {
                watch.good = 0;
                (!std::mem::replace(&mut watch.told, true)).then_some(RefusalPhase::Began)
            } else if watch.told {
                watch.good += 1;
                (watch.good >= limits.good_frames).then(|| {
                    watch.told = false;
                    RefusalPhase::Ended
                })
            } else {
                None
            };
            out.extend(phase.map(|phase| {
                TrackingFact::Refused(TrackingRefusal {
                    source: frame.source.clone(),
                    at: frame.at,
                    code,
                    phase,
                })
            }));
        }
        // What was just wrong is not used before it has been right for a while.
        self.watches.iter().all(|w| !w.told)
    }

    /// Whether the frame is of another day, as far as the one before knows and no others say the same.
    fn is_ahead(&mut self, frame: &FrameReport) -> bool {
        let before = self.last.as_ref().map(|before| before.at.0);
        !self.leaps.believe(before, frame.at.0)
    }

    /// The match's clock and the time of day went on by different amounts within a period.
    fn jumps(&self, frame: &FrameReport, limits: &Limits) -> bool {
        let Some(before) = &self.last else {
            return false;
        };
        let (Some(now), Some(then)) = (frame.clock_ms, before.clock_ms) else {
            return false;
        };
        let by_clock = (i64::from(now) - i64::from(then)) * 1000;
        frame.period == before.period
            && (by_clock - (frame.at.0 - before.at.0)).abs() > limits.clock_us
    }

    /// A quarter of the players, three at the least, moved faster than people do.
    fn is_too_fast(&self, frame: &FrameReport, limits: &Limits) -> bool {
        let Some(before) = &self.last else {
            return false;
        };
        let dt = (frame.at.0 - before.at.0) as f32 / 1e6;
        if dt > 1.0 {
            return false;
        }
        let (mut known, mut fast) = (0, 0);
        for player in &frame.players {
            let Some((_, x, y)) = before.places.iter().find(|p| p.0 == player.id) else {
                continue;
            };
            known += 1;
            let moved = libm::hypotf(player.x_m - x, player.y_m - y);
            fast += usize::from(moved > limits.player_mps * dt + 1.0);
        }
        fast >= 3 && 4 * fast >= known
    }

    /// Nobody has moved, to the last digit, for too long.
    fn is_frozen(&mut self, frame: &FrameReport, limits: &Limits) -> bool {
        let same = self.last.as_ref().is_some_and(|before| {
            frame.players.len() >= STATUES
                && before.places.len() == frame.players.len()
                && before
                    .places
                    .iter()
                    .zip(&frame.players)
                    .all(|(b, p)| b.0 == p.id && b.1 == p.x_m && b.2 == p.y_m)
        });
        if !same {
            self.still_since = None;
            return false;
        }
        let since = *self.still_since.get_or_insert(frame.at);
        frame.at.0 - since.0 >= limits.frozen_us
    }
}

fn is_impossible(frame: &FrameReport) -> bool {
    let of_players = frame
        .players
        .iter()
        .flat_map(|p| [p.x_m, p.y_m, p.head_deg.unwrap_or(0.0)]);
    let of_balls = frame.balls.iter().flat_map(|b| {
        [
            b.x_m,
            b.y_m,
            b.z_m.unwrap_or(0.0),
            b.spin_rad_s.unwrap_or(0.0),
        ]
    });
    of_players.chain(of_balls).any(|v| !v.is_finite())
        || frame
            .balls
            .iter()
            .any(|b| b.spin_rad_s.is_some_and(|s| s < 0.0))
        || !LENGTH_M.contains(&frame.pitch.length_m)
        || !WIDTH_M.contains(&frame.pitch.width_m)
}

fn is_crowded(frame: &FrameReport, limits: &Limits) -> bool {
    let of = |side| {
        let side = frame.players.iter().filter(|p| p.side == Some(side));
        side.count() > limits.most_of_side
    };
    let mut ids: Vec<&str> = frame.players.iter().map(|p| &*p.id).collect();
    ids.sort_unstable();
    frame.players.len() > limits.most_people
        || of(Side::Home)
        || of(Side::Away)
        || ids.windows(2).any(|two| two[0] == two[1])
}

fn is_off_pitch(frame: &FrameReport, limits: &Limits) -> bool {
    let pitch = frame.pitch;
    let off = |x: f32, y: f32, by: f32| {
        x.abs() > pitch.length_m / 2.0 + by || y.abs() > pitch.width_m / 2.0 + by
    };
    frame
        .players
        .iter()
        .any(|p| off(p.x_m, p.y_m, limits.people_off_m))
        || frame
            .balls
            .iter()
            .any(|b| off(b.x_m, b.y_m, limits.ball_off_m))
}

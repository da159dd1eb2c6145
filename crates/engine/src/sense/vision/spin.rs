//! The ball's spin.

use std::{collections::VecDeque, sync::Arc};

use matchday_event::{
    EventTime, Fact,
    senses::{Detection, Direction, SeenClass, SpinCrossing, VisionFact},
};

use super::{super::watch::places, limits::Limits};

/// Pictures whose median is taken.
const OF: usize = 3;

/// The spin of the ball in one camera's picture.
#[derive(Debug, Clone, Default)]
pub(super) struct Spin {
    last: VecDeque<(f32, f32)>,
    at: Option<EventTime>,
    /// Whether it is under the threshold; `None` while nothing is known.
    slow: Option<bool>,
}

impl Spin {
    /// Takes a picture. Of several balls the surest one counts.
    pub fn see(
        &mut self,
        camera: &Arc<str>,
        at: EventTime,
        detections: &[Detection],
        limits: &Limits,
        out: &mut Vec<Fact>,
    ) {
        let ball = detections
            .iter()
            .filter(|d| d.class == SeenClass::Ball && d.confidence >= limits.sure)
            .max_by(|a, b| a.confidence.total_cmp(&b.confidence));
        let Some((ball, spin)) = ball.and_then(|b| Some((b, b.spin_rad_s?))) else {
            return;
        };
        let lost_us = (limits.spin_lost_s * 1e6) as i64;
        if self.at.is_some_and(|last| at.0 - last.0 > lost_us) {
            *self = Self::default();
        }
        self.at = Some(at);
        self.last.push_back((spin, ball.confidence));
        if self.last.len() > OF {
            self.last.pop_front();
        }
        if self.last.len() < OF {
            return;
        }
        let mut spins: Vec<f32> = self.last.iter().map(|s| s.0).collect();
        spins.sort_by(f32::total_cmp);
        let spin_rad_s = spins[OF / 2];
        let (down, up) = limits.spin_rad_s;
        let Some(slow) = self.slow else {
            self.slow = Some(spin_rad_s < down);
            return;
        };
        let (threshold_rad_s, direction) = match slow {
            false if spin_rad_s < down => (down, Direction::Down),
            true if spin_rad_s > up => (up, Direction::Up),
            _ => return,
        };
        self.slow = Some(!slow);
        let confidence: f32 = self.last.iter().map(|s| s.1).sum::<f32>() / OF as f32;
        out.push(Fact::Vision(VisionFact::Spin(SpinCrossing {
            at,
            threshold_rad_s,
            direction,
            spin_rad_s: places(spin_rad_s, 100.0),
            camera: camera.clone(),
            place: [
                places(ball.area[0] + ball.area[2] / 2.0, 1000.0),
                places(ball.area[1] + ball.area[3] / 2.0, 1000.0),
            ],
            confidence: places(confidence, 100.0),
        })));
    }
}

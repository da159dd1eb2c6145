//! What hearts, eyes and cameras say, as micro-events.

use matchday_event::senses::{
    BodyFact, Camera, Direction, GazeFact, MicroKind as Kind, Sense, VisionFact,
};

use super::{Micro, SAME_SIGHT_US, SAME_SOUND_US, Told};

/// How sure a leap of hearts or a share of gaze is: both are counts of many that passed a threshold.
const BY_COUNT: f32 = 0.9;

impl Micro {
    pub(super) fn body(&mut self, body: &BodyFact, told: &mut Vec<Told>) {
        if let BodyFact::Leap(leap) = body
            && self.is_new(Kind::HeartJump, None, leap.at, SAME_SOUND_US)
        {
            told.push(Told {
                side: leap.side,
                ..Told::new(leap.onset, Kind::HeartJump, Sense::Body, BY_COUNT)
            });
        }
    }

    pub(super) fn gaze(&mut self, gaze: &GazeFact, told: &mut Vec<Told>) {
        if let GazeFact::Crossed(crossed) = gaze
            && crossed.direction == Direction::Up
        {
            let on_mark = crossed.region.contains("penalty");
            told.push(Told {
                label: Some(crossed.region.clone()),
                camera: if on_mark {
                    Camera::Keeper
                } else {
                    Camera::Main
                },
                ..Told::new(crossed.at, Kind::GazeHold, Sense::Gaze, BY_COUNT)
            });
        }
    }

    pub(super) fn vision(&mut self, vision: &VisionFact, told: &mut Vec<Told>) {
        match vision {
            VisionFact::Celebration(seen)
                if seen.ended.is_none()
                    && self.is_new(
                        Kind::Celebration,
                        Some(seen.side),
                        seen.onset,
                        SAME_SIGHT_US,
                    ) =>
            {
                told.push(Told {
                    side: Some(seen.side),
                    label: seen.scorer.map(|n| n.to_string().into()),
                    ..Told::new(
                        seen.onset,
                        Kind::Celebration,
                        Sense::Vision,
                        seen.confidence,
                    )
                });
            }
            VisionFact::Reaction(seen)
                if seen.ended.is_none()
                    && self.is_new(Kind::Reaction, seen.side, seen.onset, SAME_SIGHT_US) =>
            {
                // A rise of a third of the stands is as sure as can be.
                let confidence = 0.5 + 0.5 * (seen.strength * 3.0).clamp(0.0, 1.0);
                told.push(Told {
                    side: seen.side,
                    ..Told::new(seen.onset, Kind::Reaction, Sense::Vision, confidence)
                });
            }
            VisionFact::HeadTurn(seen)
                if seen.defending != Some(false)
                    && self.is_new(Kind::HeadTurn, seen.side, seen.onset, SAME_SOUND_US) =>
            {
                told.push(Told {
                    side: seen.side,
                    ..Told::new(seen.onset, Kind::HeadTurn, Sense::Vision, seen.confidence)
                });
            }
            VisionFact::Spin(seen) if seen.direction == Direction::Down => {
                // A camera does not know where on the pitch the ball is; tracking does.
                let third = self.ball().filter(|p| (p.x - 0.5).abs() > 1.0 / 6.0);
                if third.is_some() && self.is_new(Kind::SpinDrop, None, seen.at, SAME_SOUND_US) {
                    told.push(Told {
                        place: third,
                        ..Told::new(seen.at, Kind::SpinDrop, Sense::Vision, seen.confidence)
                    });
                }
            }
            _ => {}
        }
    }
}

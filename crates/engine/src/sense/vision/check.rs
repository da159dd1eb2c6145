//! What cannot be a picture of a game.

use std::collections::BTreeMap;

use matchday_event::senses::{Detection, SeenClass, SeenReport, VisionRefusalCode as Code};

use super::limits::Limits;

/// Fastest spin that a ball of any sport has, in radians a second, and some.
const MOST_SPIN: f32 = 2000.0;

/// The first thing that is wrong with a picture's detections, if anything is.
pub(super) fn wrong(report: &SeenReport, limits: &Limits) -> Option<Code> {
    let all = &report.detections;
    if all.len() > limits.detections {
        return Some(Code::TooMany);
    }
    if !all.iter().all(is_possible) {
        return Some(Code::Impossible);
    }
    if !all.iter().all(|d| is_inside(d.area, limits.edge)) {
        return Some(Code::OutsidePicture);
    }
    let count = |least: f32, of: &[SeenClass]| {
        all.iter()
            .filter(|d| d.confidence >= least && of.contains(&d.class))
            .count()
    };
    let (sure, any) = limits.balls;
    if count(limits.sure, &[SeenClass::Ball]) > sure || count(0.0, &[SeenClass::Ball]) > any {
        return Some(Code::ManyBalls);
    }
    let (people, celebrants) = limits.people;
    let players = [SeenClass::Player, SeenClass::Referee];
    if count(limits.sure, &players) > people
        || count(limits.sure, &[SeenClass::Head]) > people
        || count(0.0, &[SeenClass::Celebration]) > celebrants
    {
        return Some(Code::ManyPeople);
    }
    let mut shirts = BTreeMap::new();
    for d in all.iter().filter(|d| d.confidence >= limits.sure) {
        if let (Some(side), Some(shirt)) = (d.side, d.shirt) {
            let n = shirts.entry((d.class, side, shirt)).or_insert(0);
            *n += 1;
            if *n > limits.same_shirt {
                return Some(Code::Contradiction);
            }
        }
    }
    None
}

fn is_possible(d: &Detection) -> bool {
    let within =
        |value: Option<f32>, from: f32, to: f32| value.is_none_or(|v| (from..=to).contains(&v));
    d.area.iter().all(|v| v.is_finite())
        && within(Some(d.confidence), 0.0, 1.0)
        && within(d.head_yaw_deg, -180.0, 180.0)
        && within(d.spin_rad_s, 0.0, MOST_SPIN)
        && within(d.stirred, 0.0, 1.0)
}

fn is_inside([left, top, width, height]: [f32; 4], edge: f32) -> bool {
    let inside = |from: f32, long: f32| from >= -edge && long > 0.0 && from + long <= 1.0 + edge;
    inside(left, width) && inside(top, height)
}

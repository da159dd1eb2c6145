//! Heads that turn.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use matchday_event::{
    EventTime, Fact, Side,
    senses::{Detection, HeadTurn, SeenClass, VisionFact},
};

use super::{super::watch::places, limits::Limits};

/// Most heads that are followed in one camera.
const MAX_HEADS: usize = 256;
/// Looks of a head that are kept: half a second at sixty pictures a second.
const MAX_LOOKS: usize = 32;
/// A head that is not seen for so long is forgotten, in microseconds.
const FORGET_US: i64 = 2_000_000;

/// The heads of one camera's picture.
#[derive(Debug, Clone, Default)]
pub(super) struct Heads {
    heads: BTreeMap<u32, Head>,
}

#[derive(Debug, Clone, Default)]
struct Head {
    looks: VecDeque<Look>,
    turned: Option<EventTime>,
}

#[derive(Debug, Clone, Copy)]
struct Look {
    at: EventTime,
    yaw_deg: f32,
    confidence: f32,
}

/// The short way from one direction to another, clockwise positive.
fn way(from_deg: f32, to_deg: f32) -> f32 {
    let d = to_deg - from_deg;
    if d > 180.0 {
        d - 360.0
    } else if d < -180.0 {
        d + 360.0
    } else {
        d
    }
}

impl Head {
    /// The turn that ends with the newest look. A look is believed when its neighbour agrees with it, so that one
    /// picture in which front and back were taken for each other turns no head.
    fn turn(&self, limits: &Limits) -> Option<(Look, f32, f32)> {
        let n = self.looks.len();
        if n < 4 {
            return None;
        }
        let (now, before) = (self.looks[n - 1], self.looks[n - 2]);
        let agree = |a: Look, b: Look| way(a.yaw_deg, b.yaw_deg).abs() <= limits.turn_agree_deg;
        if !agree(before, now) {
            return None;
        }
        // Heads hardly turn right round: front and back were taken for each other, unless a third look before and after
        // says so too.
        let thrice = |turn: f32, base: usize| {
            turn.abs() < limits.turn_round_deg
                || base >= 2
                    && agree(self.looks[base - 2], self.looks[base])
                    && agree(self.looks[n - 3], before)
        };
        let within_us = (limits.turn_s * 1e6) as i64;
        (1..n - 2)
            .rev()
            .map(|i| (i, self.looks[i - 1], self.looks[i]))
            .filter(|(_, first, base)| {
                // The newest look confirms the turn and is no part of it.
                before.at.0 - base.at.0 <= within_us && agree(*first, *base)
            })
            .find_map(|(i, first, base)| {
                let turn = way(base.yaw_deg, now.yaw_deg);
                let there = way(base.yaw_deg, before.yaw_deg);
                // Two looks before and two after are less wrong than one of each.
                let was = way(base.yaw_deg, first.yaw_deg) / 2.0;
                let sure_deg = (turn + there) / 2.0 - was;
                let enough = turn.abs() >= limits.turn_deg
                    && sure_deg.abs() >= limits.turn_deg - limits.turn_off_deg
                    && there.abs() >= limits.turn_deg - limits.turn_agree_deg
                    && turn.signum() == there.signum()
                    && thrice(turn, i);
                let sure = (base.confidence + before.confidence + now.confidence) / 3.0;
                enough.then_some((base, turn, sure))
            })
    }
}

impl Heads {
    /// Takes a picture.
    pub fn see(
        &mut self,
        camera: &Arc<str>,
        at: EventTime,
        possession: Option<Side>,
        detections: &[Detection],
        limits: &Limits,
        out: &mut Vec<Fact>,
    ) {
        self.heads
            .retain(|_, h| h.looks.back().is_some_and(|l| at.0 - l.at.0 <= FORGET_US));
        for d in detections {
            let (SeenClass::Head, Some(yaw_deg), Some(track)) = (d.class, d.head_yaw_deg, d.track)
            else {
                continue;
            };
            let full = self.heads.len() >= MAX_HEADS && !self.heads.contains_key(&track);
            if full || d.confidence < limits.sure {
                continue;
            }
            let head = self.heads.entry(track).or_default();
            if head.looks.back().is_some_and(|l| l.at >= at) {
                // Two heads of one number in one picture: neither can be told from the other.
                continue;
            }
            head.looks.push_back(Look {
                at,
                yaw_deg,
                confidence: d.confidence,
            });
            if head.looks.len() > MAX_LOOKS {
                head.looks.pop_front();
            }
            let again_us = (limits.turn_again_s * 1e6) as i64;
            if head.turned.is_some_and(|t| at.0 - t.0 < again_us) {
                continue;
            }
            if let Some((base, turn_deg, confidence)) = head.turn(limits) {
                head.turned = Some(at);
                out.push(Fact::Vision(VisionFact::HeadTurn(HeadTurn {
                    side: d.side,
                    shirt: d.shirt,
                    defending: d.side.zip(possession).map(|(mine, has)| mine != has),
                    at,
                    onset: base.at,
                    turn_deg: places(turn_deg, 1.0),
                    camera: camera.clone(),
                    confidence: places(confidence, 100.0),
                })));
            }
        }
    }
}

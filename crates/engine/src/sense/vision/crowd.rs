//! Whether the crowd is on its feet.

use std::collections::BTreeMap;

use matchday_event::{
    EventTime, Fact, Side,
    senses::{CrowdReaction, CrowdSeen, Detection, SeenClass, VisionFact},
};

use super::{super::watch::places, limits::Limits};

/// What a camera last showed of the stands counts for so long, in microseconds.
const FRESH_US: i64 = 1_000_000;
/// A pause after which what is usual is learnt anew, in microseconds.
const PAUSE_US: i64 = 120_000_000;
/// How long the crowd must be back before it is back, in microseconds.
const BACK_US: i64 = 1_000_000;

/// One side's part of the crowd.
#[derive(Debug, Clone, Default)]
pub(super) struct Stand {
    /// Share and number of sections by camera, and when.
    views: BTreeMap<u64, (f32, u16, EventTime)>,
    last: Option<EventTime>,
    learnt_s: f32,
    share: f32,
    usual: f32,
    told: Option<EventTime>,
    /// Since when the share is over the threshold.
    rising: Option<EventTime>,
    back: Option<EventTime>,
    reaction: Option<CrowdReaction>,
    /// What was usual when it began.
    before: f32,
}

impl Stand {
    /// Takes a picture, if this side's part of the crowd is in it.
    pub fn see(
        &mut self,
        side: Option<Side>,
        camera: u64,
        at: EventTime,
        detections: &[Detection],
        limits: &Limits,
        out: &mut Vec<Fact>,
    ) {
        let (mut sum, mut weight, mut n) = (0.0, 0.0, 0_u16);
        for d in detections {
            if d.class == SeenClass::CrowdSection
                && d.side == side
                && d.confidence >= limits.sure
                && let Some(stirred) = d.stirred
            {
                sum += stirred * d.confidence;
                weight += d.confidence;
                n = n.saturating_add(1);
            }
        }
        if n == 0 {
            return;
        }
        self.views.insert(camera, (sum / weight, n, at));
        self.views.retain(|_, v| at.0 - v.2.0 <= FRESH_US);
        let (mut sum, mut sections) = (0.0, 0_u16);
        for (share, n, _) in self.views.values() {
            sum += share * f32::from(*n);
            sections = sections.saturating_add(*n);
        }
        let now = sum / f32::from(sections.max(1));
        let passed_us = self.last.map_or(0, |last| at.0 - last.0);
        if self.last.is_none() || passed_us > PAUSE_US {
            self.end(at, out);
            let views = std::mem::take(&mut self.views);
            *self = Self {
                views,
                share: now,
                usual: now,
                ..Self::default()
            };
        }
        self.last = Some(self.last.map_or(at, |last| last.max(at)));
        let passed_s = (passed_us as f32 / 1e6).clamp(0.0, 1.0);
        self.share += (now - self.share) * passed_s / (passed_s + limits.crowd_smooth_s);
        self.learnt_s += passed_s;
        let settling = self.learnt_s < limits.crowd_settle_s;
        self.react(side, at, settling, limits, out);
        let (up_s, down_s, held_s) = limits.crowd_usual_s;
        let follow_s = if settling {
            1.0
        } else if self.share < self.usual {
            down_s
        } else if self.reaction.is_some() {
            held_s
        } else {
            up_s
        };
        self.usual += (self.share - self.usual) * passed_s / (passed_s + follow_s);
        let every_us = (limits.crowd_every_s * 1e6) as i64;
        if self.told.is_none_or(|told| at.0 - told.0 >= every_us) {
            self.told = Some(at);
            out.push(Fact::Vision(VisionFact::Crowd(CrowdSeen {
                at,
                side,
                sections,
                share: places(self.share, 1000.0),
                above_usual: places(self.share - self.usual, 1000.0),
            })));
        }
    }

    fn react(
        &mut self,
        side: Option<Side>,
        at: EventTime,
        settling: bool,
        limits: &Limits,
        out: &mut Vec<Fact>,
    ) {
        let (up, down) = limits.crowd_up;
        if let Some(reaction) = &mut self.reaction {
            let rise = self.share - self.before;
            reaction.share = reaction.share.max(places(self.share, 1000.0));
            reaction.strength = reaction.strength.max(places(rise.clamp(0.0, 1.0), 100.0));
            if rise >= down {
                self.back = None;
                return;
            }
            let back = *self.back.get_or_insert(at);
            if at.0 - back.0 >= BACK_US {
                self.end(back, out);
            }
            return;
        }
        let rise = self.share - self.usual;
        if settling || rise < down {
            self.rising = None;
            return;
        }
        let onset = *self.rising.get_or_insert(at);
        if rise >= up {
            self.before = self.usual;
            let reaction = CrowdReaction {
                side,
                at,
                onset,
                ended: None,
                share: places(self.share, 1000.0),
                strength: places(rise.clamp(0.0, 1.0), 100.0),
            };
            self.reaction = Some(reaction.clone());
            out.push(Fact::Vision(VisionFact::Reaction(reaction)));
        }
    }

    /// Time passed: what is not in any picture for long is over.
    pub fn pass(&mut self, at: EventTime, out: &mut Vec<Fact>) {
        let gone = |last: EventTime| at.0 - last.0 > 10_000_000;
        if let Some(last) = self.last.filter(|last| gone(*last)) {
            self.end(last, out);
        }
    }

    /// It is not known any more.
    pub fn stop(&mut self, out: &mut Vec<Fact>) {
        if let Some(last) = self.last {
            self.end(last, out);
        }
    }

    fn end(&mut self, at: EventTime, out: &mut Vec<Fact>) {
        (self.rising, self.back) = (None, None);
        if let Some(mut reaction) = self.reaction.take() {
            reaction.ended = Some(at.max(reaction.onset));
            reaction.at = at.max(reaction.at);
            out.push(Fact::Vision(VisionFact::Reaction(reaction)));
        }
    }
}

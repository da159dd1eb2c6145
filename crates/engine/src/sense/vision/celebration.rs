//! Who celebrates, and round whom.

use std::collections::BTreeMap;

use matchday_event::{
    EventTime, Fact, Side,
    senses::{Celebration, Detection, SeenClass, VisionFact},
};

use super::{super::watch::places, limits::Limits};

/// Most shirt numbers that are counted.
const MAX_SHIRTS: usize = 100;
/// Celebrants at once that count as full strength.
const FULL: f32 = 5.0;
/// Seconds after its beginning in which who celebrates is most likely who scored.
const FIRST_S: f32 = 2.0;

/// One side's joy.
#[derive(Debug, Clone, Default)]
pub(super) struct Joy {
    /// Celebrants times seconds of late, by camera.
    evidence: BTreeMap<u64, (f32, EventTime)>,
    /// When the evidence began to rise.
    since: Option<EventTime>,
    /// When a celebrant was last seen.
    seen: Option<EventTime>,
    shirts: BTreeMap<u8, f32>,
    scorer: Option<u8>,
    sum: f32,
    n: u32,
    most: u16,
    told: Option<Celebration>,
}

impl Joy {
    /// Takes a picture.
    pub fn see(
        &mut self,
        side: Side,
        camera: u64,
        at: EventTime,
        detections: &[Detection],
        limits: &Limits,
        out: &mut Vec<Fact>,
    ) {
        self.pass(at, limits, out);
        let celebrants: Vec<&Detection> = detections
            .iter()
            .filter(|d| {
                d.class == SeenClass::Celebration
                    && d.side == Some(side)
                    && d.confidence >= limits.sure
            })
            .collect();
        let before = self.evidence.get(&camera).copied();
        // A picture counts for the time since the one before it, a fifth of a second at the most.
        let passed_s = before.map_or(0.04, |(_, last)| {
            ((at.0 - last.0) as f32 / 1e6).clamp(0.0, 0.2)
        });
        let weight: f32 = celebrants.iter().map(|d| d.confidence).sum();
        let weight = weight.min(limits.celebrate_most);
        let evidence = before.map_or(0.0, |(e, _)| e);
        let evidence = (evidence + (weight - limits.celebrate_forget) * passed_s)
            .clamp(0.0, 2.0 * limits.celebrate);
        self.evidence.insert(camera, (evidence, at));
        if celebrants.is_empty() {
            if evidence == 0.0 && self.told.is_none() && self.is_forgotten(at) {
                self.clear();
            }
            return;
        }
        let since = *self.since.get_or_insert(at);
        self.seen = Some(at);
        self.most = self
            .most
            .max(u16::try_from(celebrants.len()).unwrap_or(u16::MAX));
        for d in &celebrants {
            self.sum += d.confidence;
            self.n += 1;
        }
        self.count(&celebrants, passed_s, (at.0 - since.0) as f32 / 1e6);
        if evidence < limits.celebrate && self.told.is_none() {
            return;
        }
        self.scorer = self.clear_scorer(limits).or(self.scorer);
        let scorer = self.scorer;
        let news = self
            .told
            .as_ref()
            .is_none_or(|told| scorer.is_some() && told.scorer != scorer);
        if news {
            let fact = Celebration {
                side,
                at,
                onset: since,
                ended: None,
                scorer,
                players: self.most,
                strength: places((f32::from(self.most) / FULL).min(1.0), 100.0),
                confidence: places(self.sum / self.n as f32, 100.0),
            };
            self.told = Some(fact.clone());
            out.push(Fact::Vision(VisionFact::Celebration(fact)));
        }
    }

    /// Who scored celebrates first, and the others run to him: early counts more, and so does the middle.
    fn count(&mut self, celebrants: &[&Detection], passed_s: f32, since_s: f32) {
        let middle = |d: &Detection| (d.area[0] + d.area[2] / 2.0, d.area[1] + d.area[3] / 2.0);
        let n = celebrants.len() as f32;
        let (mut x, mut y) = (0.0, 0.0);
        for d in celebrants {
            x += middle(d).0 / n;
            y += middle(d).1 / n;
        }
        let off = |d: &Detection| {
            let (dx, dy) = (middle(d).0 - x, middle(d).1 - y);
            dx * dx + dy * dy
        };
        let nearest = celebrants
            .iter()
            .map(|d| off(d))
            .fold(f32::INFINITY, f32::min);
        let early = 1.0 + 2.0 * libm::expf(-since_s / FIRST_S);
        for d in celebrants {
            let Some(shirt) = d.shirt else { continue };
            if self.shirts.len() >= MAX_SHIRTS && !self.shirts.contains_key(&shirt) {
                continue;
            }
            let central = if off(d) <= nearest { 2.0 } else { 1.0 };
            *self.shirts.entry(shirt).or_insert(0.0) += d.confidence * passed_s * early * central;
        }
    }

    fn clear_scorer(&self, limits: &Limits) -> Option<u8> {
        let mut shirts: Vec<(u8, f32)> = self.shirts.iter().map(|(s, w)| (*s, *w)).collect();
        shirts.sort_by(|a, b| b.1.total_cmp(&a.1));
        let (shirt, most) = *shirts.first()?;
        let next = shirts.get(1).map_or(0.0, |s| s.1);
        (most > limits.scorer * next && most > limits.celebrate).then_some(shirt)
    }

    fn is_forgotten(&self, at: EventTime) -> bool {
        self.seen.is_none_or(|seen| at.0 - seen.0 > 1_000_000)
    }

    /// Time passed: what has not been seen for a while is over.
    pub fn pass(&mut self, at: EventTime, limits: &Limits, out: &mut Vec<Fact>) {
        let over_us = (limits.celebrate_over_s * 1e6) as i64;
        if self.seen.is_some_and(|seen| at.0 - seen.0 > over_us) {
            self.end(out);
        }
    }

    /// It is over.
    pub fn end(&mut self, out: &mut Vec<Fact>) {
        if let (Some(mut fact), Some(seen)) = (self.told.take(), self.seen) {
            fact.at = fact.at.max(seen);
            fact.ended = Some(seen);
            fact.scorer = self.scorer.or(fact.scorer);
            fact.players = self.most;
            fact.strength = places((f32::from(self.most) / FULL).min(1.0), 100.0);
            fact.confidence = places(self.sum / self.n.max(1) as f32, 100.0);
            out.push(Fact::Vision(VisionFact::Celebration(fact)));
        }
        self.clear();
    }

    fn clear(&mut self) {
        let evidence = std::mem::take(&mut self.evidence);
        *self = Self::default();
        self.evidence = evidence
            .into_iter()
            .map(|(c, (_, at))| (c, (0.0, at)))
            .collect();
    }
}

//! Fans: aggregates of five and more, and no others.

use std::collections::BTreeMap;

use matchday_event::{
    EventTime, Fact, Side,
    senses::{BodyFact, BodyRefusalCode as Code, FansFact, Pseudonym, RefusalPhase},
};

use super::{super::watch::places, limits::Limits, refuse, wearer::Wearer};

/// Time between two aggregates, in microseconds.
const EVERY_US: i64 = 1_000_000;

/// What is told of the fans.
#[derive(Debug, Clone, Default)]
pub(super) struct Fans {
    told: Option<EventTime>,
    /// How many fans' wearables have each trouble, by the order of [`Code::ALL`].
    ill: [u32; Code::ALL.len()],
    /// Whether it was told.
    began: [bool; Code::ALL.len()],
}

/// A fan's pulse: side, rate, rise, variability.
type Pulse = (Option<Side>, f32, f32, Option<f32>);

impl Fans {
    /// A fan's wearable has a trouble, or has it no more. The first and the last are told, and no name.
    pub fn trouble(&mut self, code: Code, phase: RefusalPhase, at: EventTime, out: &mut Vec<Fact>) {
        let i = Code::ALL.iter().position(|c| *c == code).unwrap_or(0);
        match phase {
            RefusalPhase::Began => self.ill[i] += 1,
            RefusalPhase::Ended => self.ill[i] = self.ill[i].saturating_sub(1),
        }
        self.settle(at, out);
    }

    /// A wearer is not kept any more.
    pub fn gone(&mut self, wearer: &Wearer) {
        if wearer.is_player() {
            return;
        }
        for code in wearer.troubles() {
            let i = Code::ALL.iter().position(|c| *c == code).unwrap_or(0);
            self.ill[i] = self.ill[i].saturating_sub(1);
        }
    }

    /// All that lasts is over.
    pub fn over(&mut self, at: EventTime, out: &mut Vec<Fact>) {
        self.ill = Default::default();
        self.settle(at, out);
    }

    /// Tells troubles that the first fan has now, or none has any more.
    pub fn settle(&mut self, at: EventTime, out: &mut Vec<Fact>) {
        for (i, code) in Code::ALL.into_iter().enumerate() {
            let is = self.ill[i] > 0;
            if is != std::mem::replace(&mut self.began[i], is) {
                let phase = if is {
                    RefusalPhase::Began
                } else {
                    RefusalPhase::Ended
                };
                refuse(None, at, code, phase, out);
            }
        }
    }

    /// The aggregates, where a second has passed.
    pub fn tell(
        &mut self,
        now: EventTime,
        fans: &BTreeMap<Pseudonym, Wearer>,
        limits: &Limits,
        out: &mut Vec<Fact>,
    ) {
        if fans.len() < limits.fewest || self.told.is_some_and(|at| now.0 - at.0 < EVERY_US) {
            return;
        }
        self.told = Some(now);
        let pulses: Vec<Pulse> = fans
            .values()
            .filter_map(|f| {
                let (bpm, rise, z) = f.pulse(now, limits)?;
                Some((f.side(), bpm, rise, z))
            })
            .collect();
        // Fans of a side that is told are known together; what is left over must be nobody or many again, or else the
        // total less the sides would tell of a few.
        let mut left = pulses.len();
        let mut sides = Vec::new();
        for side in [Side::Home, Side::Away] {
            let of: Vec<&Pulse> = pulses.iter().filter(|p| p.0 == Some(side)).collect();
            if of.len() >= limits.fewest {
                left -= of.len();
                sides.extend(aggregate(now, Some(side), &of, limits));
            }
        }
        if pulses.len() >= limits.fewest && (left == 0 || left >= limits.fewest) {
            let all: Vec<&Pulse> = pulses.iter().collect();
            out.extend(aggregate(now, None, &all, limits));
        }
        out.extend(sides);
    }
}

fn aggregate(now: EventTime, side: Option<Side>, of: &[&Pulse], limits: &Limits) -> Option<Fact> {
    let median = |mut xs: Vec<f32>| {
        xs.sort_by(f32::total_cmp);
        let mid = xs.len() / 2;
        match (xs.get(mid), xs.len() % 2) {
            (Some(x), 1) => Some(*x),
            (Some(x), _) => Some((x + xs[mid - 1]) / 2.0),
            (None, _) => None,
        }
    };
    let median_rise = median(of.iter().map(|p| p.2).collect())?;
    let over = of.iter().filter(|p| p.1 > limits.rate_bpm.0).count();
    let zs: Vec<f32> = of.iter().filter_map(|p| p.3).collect();
    // The mean over most of them, and of those only, so that nobody's own can be taken out of it.
    let mean_rmssd_z = (zs.len() >= limits.fewest).then(|| {
        let sum: f32 = zs.iter().map(|z| z.clamp(-5.0, 5.0)).sum();
        places(sum / zs.len() as f32, 100.0)
    });
    Some(Fact::Body(BodyFact::Fans(FansFact {
        at: now,
        side,
        wearers: u32::try_from(of.len()).unwrap_or(u32::MAX),
        median_bpm: places(median(of.iter().map(|p| p.1).collect())?, 1.0),
        median_rise_bpm: places(median_rise, 1.0),
        over_110_share: places(over as f32 / of.len() as f32, 100.0),
        mean_rmssd_z,
        strength: places((median_rise / limits.full_rise_bpm).clamp(0.0, 1.0), 100.0),
    })))
}

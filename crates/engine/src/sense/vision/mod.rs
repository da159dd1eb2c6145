//! The vision agent: what detections in pictures say.
//!
//! Detections in, facts out: who celebrates and round whom, whether the crowd is on its feet, heads that turn, a ball that
//! stops spinning. A picture that no game has (forty balls, boxes outside the picture, numbers that cannot be) is refused
//! as a whole and with a code. People are sides and shirt numbers, and nothing else.

mod celebration;
mod check;
mod crowd;
mod head;
mod limits;
mod spin;

use std::{collections::BTreeMap, sync::Arc};

use matchday_event::{
    EventTime, Fact, Side, Signal,
    senses::{
        Detection, RefusalPhase, SeenReport, VisionFact, VisionRefusal, VisionRefusalCode as Code,
    },
};

pub use limits::Limits;

use super::{
    senses::{Scene, SenseAgent},
    watch::{Heed, MatchClock, Watch, named},
};
use celebration::Joy;
use crowd::Stand;
use head::Heads;
use spin::Spin;

/// Most cameras of a match; more are refused.
const MAX_CAMERAS: usize = 64;
/// Pictures without a trouble after which it is over.
const BACK: u8 = 5;

/// Looks at one match.
#[derive(Debug, Clone, Default)]
pub struct Vision {
    limits: Limits,
    clock: MatchClock,
    cameras: BTreeMap<Arc<str>, Camera>,
    /// By side, home first.
    joys: [Joy; 2],
    /// By side, home first, and those of no side.
    stands: [Stand; 3],
    /// Who has the ball, by whose word and when.
    possession: Option<(Side, EventTime)>,
    too_many: Watch,
}

/// One camera.
#[derive(Debug, Clone, Default)]
struct Camera {
    last: Option<EventTime>,
    watches: [Watch; Code::ALL.len()],
    /// What the last picture held, and how many in a row held just that.
    picture: Vec<Detection>,
    same: u8,
    heads: Heads,
    spin: Spin,
}

impl SenseAgent for Vision {
    fn take(&mut self, signal: &Signal, _: Scene<'_>, facts: &mut Vec<Fact>) {
        match signal {
            Signal::Seen(report) => self.apply(report, facts),
            Signal::Tick { at } => self.tick(*at, facts),
            _ => {}
        }
    }
}

impl Vision {
    /// An agent that goes by other limits than [`Limits::DEFAULT`].
    pub fn with_limits(limits: Limits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }

    /// Time passed.
    pub fn tick(&mut self, at: EventTime, out: &mut Vec<Fact>) {
        self.clock.tick(at);
        self.pass(out);
    }

    /// Takes a picture's detections and appends what follows from them.
    pub fn apply(&mut self, report: &SeenReport, out: &mut Vec<Fact>) {
        let full = self.cameras.len() >= MAX_CAMERAS && !self.cameras.contains_key(&report.camera);
        if let Some(phase) = self.too_many.see(full, 1, 100) {
            refuse(report, Code::TooMany, phase, out);
        }
        if full {
            return;
        }
        let key = named(&report.camera);
        let heed = self.clock.hear(key, report.at);
        if heed == Heed::Restart {
            self.start_again(out);
        }
        let limits = self.limits;
        let camera = self.cameras.entry(report.camera.clone()).or_default();
        let wrong = camera.wrong(report, heed == Heed::Refuse, &limits);
        for (watch, code) in camera.watches.iter_mut().zip(Code::ALL) {
            if let Some(phase) = watch.see(wrong == Some(code), 1, BACK) {
                refuse(report, code, phase, out);
            }
        }
        if wrong.is_none() {
            if let Some(side) = report.possession {
                self.possession = Some((side, report.at));
            }
            let held_us = (limits.possession_s * 1e6) as i64;
            let possession = self
                .possession
                .filter(|(_, at)| report.at.0 - at.0 <= held_us)
                .map(|(side, _)| side);
            let (at, all) = (report.at, &report.detections);
            for (joy, side) in self.joys.iter_mut().zip([Side::Home, Side::Away]) {
                joy.see(side, key, at, all, &limits, out);
            }
            let sides = [Some(Side::Home), Some(Side::Away), None];
            for (stand, side) in self.stands.iter_mut().zip(sides) {
                stand.see(side, key, at, all, &limits, out);
            }
            camera
                .heads
                .see(&report.camera, at, possession, all, &limits, out);
            camera.spin.see(&report.camera, at, all, &limits, out);
        }
        self.pass(out);
    }

    fn pass(&mut self, out: &mut Vec<Fact>) {
        let Some(now) = self.clock.now() else {
            return;
        };
        for joy in &mut self.joys {
            joy.pass(now, &self.limits, out);
        }
        for stand in &mut self.stands {
            stand.pass(now, out);
        }
    }

    /// What was known is of another time, and what lasted is over; what is wrong with each camera stays known.
    fn start_again(&mut self, out: &mut Vec<Fact>) {
        for joy in &mut self.joys {
            joy.end(out);
        }
        for stand in &mut self.stands {
            stand.stop(out);
        }
        let cameras = std::mem::take(&mut self.cameras);
        *self = Self {
            limits: self.limits,
            clock: self.clock,
            too_many: self.too_many,
            cameras: cameras
                .into_iter()
                .map(|(name, camera)| {
                    let watches = camera.watches;
                    (
                        name,
                        Camera {
                            watches,
                            ..Camera::default()
                        },
                    )
                })
                .collect(),
            ..Self::default()
        };
    }
}

impl Camera {
    /// What is wrong with a picture, if anything is.
    fn wrong(&mut self, report: &SeenReport, late: bool, limits: &Limits) -> Option<Code> {
        if late {
            return Some(Code::Clock);
        }
        if self.last.is_some_and(|last| report.at <= last) {
            return Some(Code::OutOfOrder);
        }
        self.last = Some(report.at);
        let wrong = check::wrong(report, limits);
        if wrong.is_some() {
            return wrong;
        }
        let same = !report.detections.is_empty() && report.detections == self.picture;
        self.same = if same { self.same.saturating_add(1) } else { 0 };
        if !same {
            self.picture.clone_from(&report.detections);
        }
        (self.same >= limits.stuck).then_some(Code::Stuck)
    }
}

fn refuse(report: &SeenReport, code: Code, phase: RefusalPhase, out: &mut Vec<Fact>) {
    out.push(Fact::Vision(VisionFact::Refused(VisionRefusal {
        camera: report.camera.clone(),
        at: report.at,
        code,
        phase,
    })));
}

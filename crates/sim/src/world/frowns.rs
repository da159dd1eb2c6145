//! Viewers who frown at what rules put on air: at cameras that they do not like, and at being thrown about. Counted as an
//! operator's own system would count it: of those who watch now, how many frowned of late.

use std::collections::VecDeque;

use matchday_event::{
    EventTime,
    production::{Cut, CutReason, Frame, FrownReport},
    senses::Camera,
};

use super::{Script, viewers::Viewers};
use crate::Rng;

/// Cuts are counted over so long: who has seen many loses patience.
const MEMORY_US: i64 = 30_000_000;
/// Frowns are counted over so long.
const COUNTED_US: i64 = 10_000_000;
/// The chance that a picture is frowned at for the camera alone, where that is not liked at all.
const DISLIKED: f64 = 0.004;
/// The chance once all patience is lost.
const LOST: f64 = 0.12;
/// From the end of somebody's patience so many cuts more and it is all lost.
const LOSING_CUTS: f64 = 4.0;

/// Who is asked, and how often.
#[derive(Debug, Clone, PartialEq)]
pub struct FrownPlan {
    /// When the match kicks off.
    pub kick_off: EventTime,
    /// Viewers who can answer.
    pub viewers: u64,
    /// Milliseconds between two counts.
    pub every_ms: u64,
}

impl Default for FrownPlan {
    fn default() -> Self {
        Self {
            kick_off: EventTime::from_millis(1_760_000_000_000),
            viewers: 2_000,
            every_ms: 5_000,
        }
    }
}

#[derive(Debug, Clone)]
struct Face {
    /// How little each camera is liked, 0 to 1: what has its fair share of somebody's liking is not disliked.
    dislikes: [f64; Camera::ALL.len()],
    /// Cuts within [`MEMORY_US`] that are borne.
    patience: f64,
    joins: EventTime,
    leaves: Option<EventTime>,
    frowned: Option<EventTime>,
}

impl Face {
    fn is_here(&self, at: EventTime) -> bool {
        self.joins <= at && self.leaves.is_none_or(|leaves| at < leaves)
    }
}

/// The faces of a match. One seed, script, plan and programme give the same frowns.
#[derive(Debug, Clone)]
pub struct Frowns {
    seed: u64,
    faces: Vec<Face>,
    every_us: i64,
    next: EventTime,
    /// The frame of the newest cut that was seen.
    frame: Option<Frame>,
    /// When rules cut, of late.
    cuts: VecDeque<EventTime>,
    seen: u64,
}

impl Frowns {
    /// Before the kick-off.
    pub fn new(seed: u64, script: &Script, plan: &FrownPlan) -> Self {
        let after = |ms: u64| EventTime(plan.kick_off.0.saturating_add_unsigned(ms * 1000));
        let mut rng = Rng::new(seed, "world frowns patience");
        let viewers = Viewers::new(seed, script);
        let faces = viewers
            .iter()
            .take(usize::try_from(plan.viewers).unwrap_or(usize::MAX))
            .map(|viewer| {
                let fair = 1.0 / Camera::ALL.len() as f64;
                let mut dislikes = [0.0; Camera::ALL.len()];
                for (dislike, liked) in dislikes.iter_mut().zip(&viewer.tastes.cameras) {
                    *dislike = (1.0 - f64::from(*liked) / fair).max(0.0);
                }
                Face {
                    dislikes,
                    patience: (5.5 + 1.5 * rng.normal()).max(2.0),
                    joins: after(viewer.joins_ms),
                    leaves: viewer.leaves_ms.map(after),
                    frowned: None,
                }
            })
            .collect();
        let every_ms = plan.every_ms.max(1);
        Self {
            seed,
            faces,
            every_us: i64::try_from(every_ms * 1000).unwrap_or(i64::MAX),
            next: after(every_ms),
            frame: None,
            cuts: VecDeque::new(),
            seen: 0,
        }
    }

    /// What is on air is seen, as often as one likes. Nobody frowns at the way back, at what stays or at an operator's hand.
    pub fn see(&mut self, cut: &Cut) {
        if self.frame.is_some_and(|frame| cut.frame <= frame) {
            return;
        }
        self.frame = Some(cut.frame);
        let by_rule = matches!(cut.reason, CutReason::Rule | CutReason::Model);
        if !by_rule || cut.from == cut.shot.camera {
            return;
        }
        self.cuts.push_back(cut.at);
        self.forget(cut.at);
        self.seen += 1;
        let cuts = self.cuts.len() as f64;
        let mut rng = Rng::new(self.seed, &format!("world frowns {}", self.seen));
        for face in &mut self.faces {
            // Drawn for everyone, so that who comes and goes moves no other's.
            let drawn = rng.unit();
            let lost = ((cuts - face.patience) / LOSING_CUTS).clamp(0.0, 1.0);
            let dislike = face.dislikes[cut.shot.camera as usize];
            if face.is_here(cut.at) && drawn < dislike * (DISLIKED + LOST * lost) {
                face.frowned = Some(cut.at);
            }
        }
    }

    fn forget(&mut self, now: EventTime) {
        while self.cuts.front().is_some_and(|at| at.0 + MEMORY_US < now.0) {
            self.cuts.pop_front();
        }
    }

    /// The count, when it is time for one and the rules have shown anything that could be answered.
    pub fn count(&mut self, now: EventTime) -> Option<FrownReport> {
        if now < self.next {
            return None;
        }
        while self.next <= now {
            self.next.0 = self.next.0.saturating_add(self.every_us);
        }
        let late = EventTime(now.0 - COUNTED_US);
        if self.cuts.back().is_none_or(|at| *at < late) {
            return None;
        }
        let here = || self.faces.iter().filter(|f| f.is_here(now));
        let frowned = |f: &&Face| f.frowned.is_some_and(|at| at >= late);
        Some(FrownReport {
            at: now,
            viewers: here().count() as u32,
            frowns: here().filter(frowned).count() as u32,
        })
    }
}

#[cfg(test)]
mod tests {
    use matchday_event::{
        Sport,
        production::{FrameRate, Shot},
    };

    use super::*;

    fn cut(second: f64, camera: Camera, reason: CutReason) -> Cut {
        let at = EventTime(FrownPlan::default().kick_off.0 + (second * 1e6) as i64);
        let rate = FrameRate::F50;
        Cut {
            frame: rate.frame_from(at),
            rate,
            at,
            from: Camera::Main,
            shot: Shot::of(camera),
            reason,
            rule: None,
            over: Vec::new(),
            why: "".into(),
        }
    }

    /// The highest share of frowns in ten minutes in which a rule cuts to a camera every so many seconds.
    fn highest(every_s: f64, camera: Camera, reason: CutReason) -> f64 {
        let script = Script::generate(5, Sport::Soccer);
        let plan = FrownPlan::default();
        let mut frowns = Frowns::new(5, &script, &plan);
        let mut highest = 0.0_f64;
        let mut due = 60.0;
        for tenth in 0..6_600 {
            let second = f64::from(tenth) / 10.0;
            if second >= due {
                due += every_s;
                frowns.see(&cut(second, camera, reason));
            }
            let now = EventTime(plan.kick_off.0 + i64::from(tenth) * 100_000);
            if let Some(count) = frowns.count(now) {
                assert!(count.viewers >= 500 && count.frowns <= count.viewers);
                highest = highest.max(f64::from(count.frowns) / f64::from(count.viewers));
            }
        }
        highest
    }

    #[test]
    fn calm_cuts_are_borne_and_restless_ones_are_not() {
        for camera in [Camera::Rail, Camera::Wing, Camera::Crowd] {
            let calm = highest(8.0, camera, CutReason::Rule);
            assert!((0.000_1..0.03).contains(&calm), "{camera}: {calm}");
            let restless = highest(2.0, camera, CutReason::Rule);
            assert!(restless > 0.1, "{camera}: {restless}");
            // What is liked is frowned at less.
            assert!(restless > highest(2.0, Camera::Main, CutReason::Rule));
        }
    }

    #[test]
    fn nobody_frowns_at_an_operators_hand_or_the_way_back() {
        for reason in [CutReason::Manual, CutReason::Return] {
            assert!(highest(2.0, Camera::Crowd, reason) == 0.0);
        }
    }

    #[test]
    fn one_seed_and_programme_give_the_same_frowns_and_a_cut_counts_once() {
        let script = Script::generate(5, Sport::Soccer);
        let counted = |times: u32| {
            let mut frowns = Frowns::new(5, &script, &FrownPlan::default());
            let mut counts = Vec::new();
            for n in 0..30 {
                let cut = cut(60.0 + 2.0 * f64::from(n), Camera::Wing, CutReason::Rule);
                for _ in 0..times {
                    frowns.see(&cut);
                }
                counts.extend(frowns.count(cut.at));
            }
            counts
        };
        let once = counted(1);
        assert!(once.iter().any(|c| c.frowns > 0));
        assert_eq!(once, counted(3));
    }
}

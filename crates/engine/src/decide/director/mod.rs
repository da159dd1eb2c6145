//! The director agent: of what rules and the operator ask for, the one camera that is on air.
//!
//! It is a state machine without a clock: proposals, releases, orders and the passing of time in, [`Cut`]s out. `docs/director.md`
//! tells the order of precedence and what a cut promises.
//!
//! After everything that is heard, it works out from what is on air which cuts there will be within the next
//! [`DirectorConfig::lead_ms`] if nothing else is heard, and tells those that differ from what it told before. So a cut
//! is told ahead of its frame, and it is the same whether time comes in small steps or large ones, as long as they are
//! no longer than the lead.

mod config;
mod on_air;
mod plan;
mod wish;
mod words;

use std::sync::Arc;

use matchday_event::{
    EventTime,
    production::{
        CAMERA_MODEL, Cut, CutReason, Decided, DirectorCall, Frame, FrameRate, Released, Shot,
        ShotProposal,
    },
};

pub use config::{DirectorConfig, DirectorConfigError};
pub use on_air::{OnAir, Rehearsal};

use self::{
    plan::{Air, Change, Ordered, Rules},
    wish::{NEVER, Slot, Wish, Wishes, bit},
};

/// Things ahead at most: with a lead shorter than a shot there are seldom two.
const AHEAD_MOST: usize = 16;
/// Steps of one look ahead at most. There are no more times than those at which wishes begin and end.
const STEPS_MOST: usize = 4 * wish::MOST;
/// Times past this (in the year 3111) are no times.
const LAST_US: i64 = 36_000_000_000_000_000;

/// What the director hears.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// A rule would like a camera.
    Proposed(ShotProposal),
    /// A rule takes its camera back.
    Released(Released),
    /// The operator orders something.
    Called(DirectorCall),
    /// Time passed.
    Nothing,
}

impl Heard {
    /// What of the rules' decisions concerns the director.
    pub fn of(decided: &Decided) -> Option<Self> {
        match decided {
            Decided::Fired(fired) => ShotProposal::of(fired).map(Self::Proposed),
            Decided::Released(released) => Some(Self::Released(released.clone())),
            Decided::Rules(_) | Decided::CameraModel(_) | Decided::Cut(_) => None,
        }
    }
}

/// Something that is to be from a frame on: a cut, or what nobody sees, such as a wish that is refused.
#[derive(Debug, Clone)]
struct Ahead {
    frame: Frame,
    cut: Option<Change>,
    air: Air,
}

impl Ahead {
    /// Whether both are the same cut.
    fn is_same(&self, other: &Self) -> bool {
        let shot = |a: &'_ Self| a.cut.as_ref().map(|c| c.shot.clone());
        self.frame == other.frame && shot(self) == shot(other)
    }
}

/// Decides the one camera on air.
#[derive(Debug, Clone)]
pub struct Director {
    config: DirectorConfig,
    rate: FrameRate,
    now: Option<EventTime>,
    wishes: Wishes,
    /// What was on air before the first frame that can still be changed.
    air: Air,
    /// What is to be within the lead. Its cuts were told.
    ahead: Vec<Ahead>,
    /// The next plan is made here, so that hearing of nothing new allocates nothing.
    spare: Vec<Ahead>,
}

impl Director {
    /// With the main camera on air. A setting out of its bounds is an error.
    pub fn new(config: DirectorConfig, rate: FrameRate) -> Result<Self, DirectorConfigError> {
        config.check()?;
        Ok(Self {
            air: Air::new(config.main),
            config,
            rate,
            now: None,
            wishes: Wishes::default(),
            ahead: Vec::new(),
            spare: Vec::new(),
        })
    }

    /// The shot on air from the next frame on, of what was heard so far.
    pub fn on_air(&self) -> &Shot {
        &self.next().shot
    }

    /// Whether the operator holds what is on air.
    pub fn is_held(&self) -> bool {
        self.next().held
    }

    fn next(&self) -> &Air {
        let next = self.now.map(|now| self.rate.frame_from(now));
        next.and_then(|frame| air_at(&self.ahead, frame))
            .unwrap_or(&self.air)
    }

    /// At which rate it counts frames.
    pub fn rate(&self) -> FrameRate {
        self.rate
    }

    /// Hears something at a time and pushes the cuts that follow. A time before one that was heard counts as that: time
    /// does not go back.
    pub fn hear(&mut self, now: EventTime, heard: &Heard, cuts: &mut Vec<Cut>) {
        let now = bounded(now);
        let now = self.now.map_or(now, |known| known.max(now));
        self.now = Some(now);
        let start = self.rate.frame_from(now);
        self.begin_what_is_due(start);
        let freed = self.wishes.prune(start - 1, self.air.done, self.air.owner);
        self.air.done &= !freed;
        match heard {
            Heard::Proposed(proposal) => self.propose(proposal, start),
            Heard::Released(released) => {
                let frame = self.frame_of(released.at).max(start);
                self.wishes
                    .release(&released.rule, released.key.as_deref(), frame);
            }
            Heard::Called(call) => {
                self.air.order(Ordered {
                    frame: self.frame_of(call.at).max(start),
                    order: call.order,
                });
            }
            Heard::Nothing => {}
        }
        self.plan(now, start);
        self.tell(cuts);
    }

    fn frame_of(&self, at: EventTime) -> Frame {
        self.rate.frame_from(bounded(at))
    }

    /// What was ahead of a frame that can no longer be changed is on air.
    fn begin_what_is_due(&mut self, start: Frame) {
        let begun = self.ahead.partition_point(|a| a.frame < start);
        if let Some(last) = self.ahead.drain(..begun).next_back() {
            self.air = last.air;
        }
    }

    fn propose(&mut self, proposal: &ShotProposal, start: Frame) {
        let from = self.frame_of(proposal.at);
        let until = proposal.until.map_or(NEVER, |at| self.frame_of(at));
        let confidence = if proposal.confidence.is_finite() {
            proposal.confidence
        } else {
            0.0
        };
        let by_rule = *proposal.rule != *CAMERA_MODEL;
        let wish = Wish {
            by_rule,
            rule: proposal.rule.clone(),
            key: proposal.key.clone(),
            shot: proposal.shot.clone(),
            at: proposal.at,
            heard: start,
            from,
            until,
            // So that no rule, be its priority 0, waits for the model's shot as it would for a rule's.
            priority: if by_rule { proposal.priority } else { 0 },
            confidence,
            why: proposal.why.clone(),
            open: proposal.until.is_none(),
            released: false,
        };
        let owner = self.air.owner;
        let (rule, key) = (&*proposal.rule, proposal.key.as_deref());
        if let Some(slot) = owner
            && let Some(on_air) = self.wishes.get_mut(slot)
            && on_air.is_of(rule, key)
        {
            if on_air.goes_on(&wish) {
                on_air.go_on(wish);
                return;
            }
            // It asks for something else from then on.
            on_air.until = on_air.until.min(from);
        }
        let slot = match self.wishes.find(rule, key, owner) {
            Some(slot) => {
                if let Some(old) = self.wishes.get_mut(slot) {
                    if self.air.done & bit(slot) == 0 && old.goes_on(&wish) {
                        old.go_on(wish);
                        return;
                    }
                    *old = wish;
                }
                Some(slot)
            }
            None => self.wishes.put(wish, owner),
        };
        if let Some(slot) = slot {
            self.air.done &= !bit(slot);
        }
    }

    /// Works out the cuts from now to the end of the lead into `spare`.
    fn plan(&mut self, now: EventTime, start: Frame) {
        let lead_us = i64::from(self.config.lead_ms) * 1000;
        let horizon = self.rate.frame_at(EventTime(now.0 + lead_us)).max(start);
        let rules = Rules {
            config: &self.config,
            rate: self.rate,
            wishes: &self.wishes,
        };
        self.spare.clear();
        let mut air = self.air.clone();
        let mut frame = start;
        for _ in 0..STEPS_MOST {
            let before = air.unseen();
            let cut = rules.step(&mut air, frame);
            frame = if cut.is_some() || air.unseen() != before {
                let air = air.clone();
                self.spare.push(Ahead { frame, cut, air });
                // What has changed may change what follows from it.
                frame + 1
            } else {
                rules.next(&air, frame)
            };
            if frame > horizon || self.spare.len() == AHEAD_MOST {
                break;
            }
        }
    }

    /// Tells what differs from what was told.
    fn tell(&mut self, cuts: &mut Vec<Cut>) {
        let mut told = self.ahead.iter().filter(|a| a.cut.is_some()).peekable();
        let mut planned = self.spare.iter().filter(|a| a.cut.is_some()).peekable();
        while let (Some(a), Some(b)) = (told.peek(), planned.peek())
            && a.is_same(b)
        {
            told.next();
            planned.next();
        }
        if let Some(gone) = told.next()
            && planned.peek().is_none_or(|next| next.frame > gone.frame)
            && let Some(change) = &gone.cut
        {
            let stays = air_at(&self.spare, gone.frame).unwrap_or(&self.air);
            cuts.push(self.taken_back(change, stays));
        }
        cuts.extend(planned.filter_map(|next| next.cut.as_ref().map(|c| self.cut(c))));
        std::mem::swap(&mut self.ahead, &mut self.spare);
    }

    fn cut(&self, change: &Change) -> Cut {
        let rules = Rules {
            config: &self.config,
            rate: self.rate,
            wishes: &self.wishes,
        };
        Cut {
            frame: change.frame,
            rate: self.rate,
            at: self.rate.time_of(change.frame),
            from: change.from,
            shot: change.shot.clone(),
            reason: change.reason,
            rule: self.rule_of(change.slot),
            over: words::over(&rules, change),
            why: words::why(&rules, change),
        }
    }

    /// The word that a cut which was told is not to be.
    fn taken_back(&self, gone: &Change, stays: &Air) -> Cut {
        let camera = stays.shot.camera;
        let rule = self.rule_of(gone.slot);
        let what = match &rule {
            Some(rule) => format!("{rule}'s cut to {}", gone.shot.camera),
            None => format!("the cut to {}", gone.shot.camera),
        };
        let (reason, why) = if stays.held {
            (
                CutReason::Manual,
                format!("the operator holds {camera}: {what} is off"),
            )
        } else {
            (gone.reason, format!("{what} is off: {camera} stays"))
        };
        Cut {
            frame: gone.frame,
            rate: self.rate,
            at: self.rate.time_of(gone.frame),
            from: camera,
            shot: Shot {
                fade_ms: 0,
                ..stays.shot.clone()
            },
            reason,
            rule,
            over: Vec::new(),
            why: why.into(),
        }
    }

    fn rule_of(&self, slot: Option<Slot>) -> Option<Arc<str>> {
        self.wishes.get(slot?).map(|w| w.rule.clone())
    }
}

/// What is on air at a frame, if something ahead has changed it by then.
fn air_at(ahead: &[Ahead], frame: Frame) -> Option<&Air> {
    let begun = ahead.partition_point(|a| a.frame <= frame);
    begun.checked_sub(1).map(|last| &ahead[last].air)
}

/// A time that frames can be counted of.
fn bounded(at: EventTime) -> EventTime {
    EventTime(at.0.clamp(0, LAST_US))
}

/// The first frame that begins `ms` or more after another does.
fn frame_after(rate: FrameRate, frame: Frame, ms: u32) -> Frame {
    rate.frame_from(EventTime(rate.time_of(frame).0 + i64::from(ms) * 1000))
}

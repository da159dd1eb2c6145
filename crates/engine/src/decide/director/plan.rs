//! What is on air, and what comes next if nothing else is heard.

use matchday_event::{
    EventTime,
    production::{CutReason, DirectorOrder, Frame, FrameRate, Shot},
    senses::Camera,
};

use super::{
    DirectorConfig,
    wish::{NEVER, Slot, Wish, Wishes, bit},
};

const CAMERAS: usize = Camera::ALL.len();
/// Orders kept that are not due: an operator gives one after the other.
const ORDERS_MOST: usize = 8;

/// An order, and the frame from which it holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ordered {
    pub frame: Frame,
    pub order: DirectorOrder,
}

/// What is on air and how it came about: all that the next decision rests on, apart from the wishes.
#[derive(Debug, Clone)]
pub(super) struct Air {
    pub shot: Shot,
    /// Its first frame; `None` since ever.
    pub since: Option<Frame>,
    /// The wish that it is of.
    pub owner: Option<Slot>,
    /// Wishes that had their turn, or that were refused.
    pub done: u64,
    pub held: bool,
    /// Orders that are not due yet, by frame.
    orders: [Option<Ordered>; ORDERS_MOST],
    /// The operator's camera and until when it is the one to return to.
    pub base: Option<(Camera, Frame)>,
    /// When each camera was last left, and the priority that it was on air for.
    left: [Option<(Frame, u8)>; CAMERAS],
    /// The cameras before, the latest first.
    before: [Option<Camera>; 2],
    /// Whether the camera on air was gone back to soon after it had been left.
    quick: bool,
}

/// A cut that is to be.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Change {
    pub frame: Frame,
    pub from: Camera,
    pub shot: Shot,
    pub reason: CutReason,
    /// The wish that asked for it, or whose shot is over.
    pub slot: Option<Slot>,
    /// If it broke the minimum: how many frames the shot before had, and the priority it counted as.
    pub broke: Option<(Frame, u8)>,
    /// Wishes that had been done with before.
    pub done: u64,
}

/// What decides: the settings and the wishes.
pub(super) struct Rules<'a> {
    pub config: &'a DirectorConfig,
    pub rate: FrameRate,
    pub wishes: &'a Wishes,
}

impl Air {
    pub fn new(main: Camera) -> Self {
        Self {
            shot: Shot::of(main),
            since: None,
            owner: None,
            done: 0,
            held: false,
            orders: [None; ORDERS_MOST],
            base: None,
            left: [None; CAMERAS],
            before: [None; 2],
            quick: false,
        }
    }

    /// What may change without a cut.
    pub fn unseen(&self) -> impl PartialEq + use<> {
        let orders = self.orders.iter().flatten().count();
        (self.owner, self.done, self.held, self.base, orders)
    }

    fn left(&self, camera: Camera) -> Option<(Frame, u8)> {
        self.left[camera as usize]
    }

    /// Keeps an order until its frame. Should there be too many, the one that is last is let go.
    pub fn order(&mut self, new: Ordered) {
        let place = self
            .orders
            .iter()
            .position(|o| o.is_none_or(|o| o.frame > new.frame));
        if let Some(place) = place {
            self.orders[place..].rotate_right(1);
            self.orders[place] = Some(new);
        }
    }

    /// The next order that is due.
    fn due(&mut self, frame: Frame) -> Option<DirectorOrder> {
        let first = self.orders[0].filter(|o| o.frame <= frame)?;
        self.orders.rotate_left(1);
        self.orders[ORDERS_MOST - 1] = None;
        Some(first.order)
    }
}

impl Rules<'_> {
    /// The first frame that is `ms` or more after the beginning of another.
    fn after(&self, frame: Frame, ms: u32) -> Frame {
        super::frame_after(self.rate, frame, ms)
    }

    /// The first frame at which the shot on air has had its minimum.
    fn earliest(&self, air: &Air) -> Frame {
        air.since.map_or(Frame::MIN, |since| {
            self.after(since, self.config.min_shot_ms)
        })
    }

    /// The wish on air, if it still asks.
    fn owner(&self, air: &Air, frame: Frame) -> Option<&Wish> {
        self.wishes.get(air.owner?).filter(|w| w.is_on(frame))
    }

    /// Puts a shot on air.
    fn show(&self, air: &mut Air, frame: Frame, shot: Shot, owner: Option<Slot>) {
        let had = air.owner.and_then(|o| self.wishes.get(o));
        if let Some(before) = air.owner.filter(|o| Some(*o) != owner) {
            air.done |= bit(before);
        }
        let from = air.shot.camera;
        if from != shot.camera {
            air.quick = self.was_just_left(air, frame, shot.camera);
            air.left[from as usize] = Some((frame, had.map_or(0, |w| w.priority)));
            air.before = [Some(from), air.before[0]];
            air.since = Some(frame);
        }
        air.shot = shot;
        air.owner = owner;
    }

    /// What is decided for a frame. Changes that nobody sees are made in `air`; so is a cut, which is also told.
    pub fn step(&self, air: &mut Air, frame: Frame) -> Option<Change> {
        if let Some(change) = self.obey(air, frame) {
            return Some(change);
        }
        if air.held {
            return None;
        }
        while let Some((slot, wish)) = self.best(air, frame) {
            let owner = self.owner(air, frame);
            if owner.is_some_and(|owner| !takes_over(wish, owner)) {
                return None;
            }
            if wish.shot.camera == air.shot.camera {
                return self.adopt(air, frame, slot, wish);
            }
            let counts = owner.map_or(self.config.return_priority, |w| w.priority);
            let young = frame < self.earliest(air);
            let breaks = u16::from(wish.priority)
                >= u16::from(counts) + u16::from(self.config.break_priority);
            if young && !breaks {
                return None;
            }
            if frame >= self.too_late(wish)
                || self.is_ping_pong(air, frame, wish, owner.map_or(0, |w| w.priority))
            {
                air.done |= bit(slot);
                continue;
            }
            if self.is_soon(air, frame, Some(wish), wish.shot.camera) {
                return None;
            }
            let mut change = self.change(air, frame, self.faded(&wish.shot), wish.reason());
            change.slot = Some(slot);
            change.broke = air.since.filter(|_| young).map(|s| (frame - s, counts));
            self.show(air, frame, change.shot.clone(), Some(slot));
            return Some(change);
        }
        if self.owner(air, frame).is_some() {
            return None;
        }
        self.go_back(air, frame)
    }

    /// The next frame after this one at which anything might be decided otherwise, or [`NEVER`].
    pub fn next(&self, air: &Air, frame: Frame) -> Frame {
        let mut next = NEVER;
        let mut may = |at: Frame| {
            if at > frame {
                next = next.min(at);
            }
        };
        for (_, wish) in self.wishes.iter() {
            may(wish.from);
            may(wish.until);
            may(self.too_late(wish));
        }
        may(self.earliest(air));
        for (left, _) in air.left.into_iter().flatten() {
            may(self.after(left, self.config.ping_pong_ms));
        }
        if let Some((_, until)) = air.base {
            may(until);
        }
        if let Some(ordered) = air.orders[0] {
            may(ordered.frame);
        }
        next
    }

    /// The one of those who ask now, and have not had their turn, that wins.
    fn best(&self, air: &Air, frame: Frame) -> Option<(Slot, &Wish)> {
        self.wishes
            .iter()
            .filter(|(n, w)| Some(*n) != air.owner && air.done & bit(*n) == 0 && w.is_on(frame))
            .max_by(|a, b| a.1.rank(b.1))
    }

    /// Whether a better wish than this (any, without one) for another camera is known to begin so soon that what begins
    /// now could not stay its minimum.
    fn is_soon(&self, air: &Air, frame: Frame, than: Option<&Wish>, camera: Camera) -> bool {
        let until = self.after(frame, self.config.min_shot_ms);
        self.wishes.iter().any(|(n, w)| {
            Some(n) != air.owner
                && air.done & bit(n) == 0
                && w.shot.camera != camera
                && (frame + 1..until).contains(&w.from)
                && w.from < w.until
                && than.is_none_or(|than| w.rank(than).is_gt())
        })
    }

    /// The frame from which on a wish that had to wait is no longer worth it, because less than half a minimum is left.
    fn too_late(&self, wish: &Wish) -> Frame {
        if wish.until == NEVER {
            return NEVER;
        }
        let half_us = i64::from(self.config.min_shot_ms) * 500;
        let until_us = self.rate.time_of(wish.until).0;
        let late = self.rate.frame_from(EventTime(until_us - half_us + 1));
        late.max(wish.from + 1)
    }

    /// Whether a wish would go back to a camera that was just left, for nothing better than that was left for, than it was
    /// on air for, or to make the fourth of A-B-A-B.
    fn is_ping_pong(&self, air: &Air, frame: Frame, wish: &Wish, on_air: u8) -> bool {
        let camera = wish.shot.camera;
        let was_for = air.left(camera).map_or(0, |(_, priority)| priority);
        self.was_just_left(air, frame, camera)
            && (wish.priority <= on_air.max(was_for) || is_fourth(air, camera))
    }

    fn was_just_left(&self, air: &Air, frame: Frame, camera: Camera) -> bool {
        air.left(camera)
            .is_some_and(|(left, _)| frame < self.after(left, self.config.ping_pong_ms))
    }

    fn faded(&self, shot: &Shot) -> Shot {
        Shot {
            fade_ms: shot.fade_ms.min(self.config.max_fade_ms),
            ..shot.clone()
        }
    }

    fn change(&self, air: &Air, frame: Frame, shot: Shot, reason: CutReason) -> Change {
        Change {
            frame,
            from: air.shot.camera,
            shot,
            reason,
            slot: air.owner,
            broke: None,
            done: air.done,
        }
    }

    /// The camera on air is asked for by another wish: it stays, and the zoom may change.
    fn adopt(&self, air: &mut Air, frame: Frame, slot: Slot, wish: &Wish) -> Option<Change> {
        let same = wish.shot.zoom == air.shot.zoom;
        let shot = Shot {
            fade_ms: 0,
            ..wish.shot.clone()
        };
        let mut change = self.change(air, frame, shot, wish.reason());
        change.slot = Some(slot);
        self.show(air, frame, change.shot.clone(), Some(slot));
        (!same).then_some(change)
    }

    /// The shot on air is over, and nobody asks for another.
    fn go_back(&self, air: &mut Air, frame: Frame) -> Option<Change> {
        air.base = air.base.filter(|(_, until)| frame < *until);
        let base = air.base.map_or(self.config.main, |(camera, _)| camera);
        let stays = base == air.shot.camera;
        if stays && air.shot.zoom.is_none() {
            self.show(air, frame, Shot::of(base), None);
            return None;
        }
        if !stays
            && (frame < self.earliest(air)
                || air.quick && self.was_just_left(air, frame, base) && is_fourth(air, base)
                || self.is_soon(air, frame, None, base))
        {
            return None;
        }
        let shot = Shot {
            fade_ms: if stays { 0 } else { self.config.return_fade_ms },
            ..Shot::of(base)
        };
        let change = self.change(air, frame, shot.clone(), CutReason::Return);
        self.show(air, frame, shot, None);
        Some(change)
    }

    /// Carries out the orders that are due: of several for one frame, what they come to.
    fn obey(&self, air: &mut Air, frame: Frame) -> Option<Change> {
        let mut taken = None;
        while let Some(order) = air.due(frame) {
            match order {
                DirectorOrder::Take { camera } => {
                    (air.held, air.base) = (true, None);
                    taken = Some(camera);
                }
                DirectorOrder::Hold => air.held = true,
                DirectorOrder::Release => {
                    if air.held && (taken.is_some() || air.owner.is_none()) {
                        let until = self.after(frame, self.config.settle_ms);
                        air.base = Some((taken.unwrap_or(air.shot.camera), until));
                    }
                    air.held = false;
                }
            }
        }
        let camera = taken?;
        let stays = camera == air.shot.camera;
        let changes = !stays || air.shot.zoom.is_some();
        let fade_ms = if stays { 0 } else { self.config.manual_fade_ms };
        let shot = Shot {
            fade_ms,
            ..Shot::of(camera)
        };
        let mut change = self.change(air, frame, shot.clone(), CutReason::Manual);
        change.slot = None;
        self.show(air, frame, shot, None);
        changes.then_some(change)
    }
}

/// Whether a wish takes over from the one on air, both asking.
fn takes_over(wish: &Wish, owner: &Wish) -> bool {
    let newer = owner.open && wish.from > owner.from;
    let weight = |w: &Wish| (w.by_rule, w.priority);
    match weight(wish).cmp(&weight(owner)) {
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => newer || wish.confidence > owner.confidence,
        std::cmp::Ordering::Less => false,
    }
}

/// Whether this camera now would be the second B of A-B-A-B.
fn is_fourth(air: &Air, camera: Camera) -> bool {
    air.before == [Some(camera), Some(air.shot.camera)]
}

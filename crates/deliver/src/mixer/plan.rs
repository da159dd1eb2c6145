//! What is due when. Every slot has a course of its own: what it is to be from which time on. An order says so from its
//! time on until a later one says otherwise, and so takes away what was held for its time or later. What nobody could be
//! told in time gives way to the newest.

use std::collections::{BTreeMap, VecDeque};

use matchday_event::{EventTime, GameId, senses::Camera};

use super::protocol::{Order, Slot};

/// Orders of one slot that may be held for their time.
const HELD: usize = 32;
/// Slots that may be in use.
const SLOTS: usize = 256;

#[derive(Debug, Default)]
struct Course {
    /// By time.
    held: VecDeque<(EventTime, Order)>,
    /// What was due last.
    now: Option<(EventTime, Order)>,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Plan {
    courses: BTreeMap<Slot, Course>,
}

/// An order whose time has come.
#[derive(Debug, PartialEq)]
pub(super) struct Due {
    pub slot: Slot,
    pub at: EventTime,
    pub order: Order,
    /// Orders of its slot that were due before it and that nobody was told.
    pub passed: u64,
    /// Whether it changes anything. A cut to what is on air is how a director takes back another that it had told.
    pub changes: bool,
}

impl Plan {
    /// Takes an order in. Returns how many were dropped because too much is held.
    pub fn push(&mut self, slot: Slot, at: EventTime, order: Order) -> u64 {
        if !self.courses.contains_key(&slot) && self.courses.len() >= SLOTS {
            return 1;
        }
        let course = self.courses.entry(slot).or_default();
        while course.held.back().is_some_and(|(t, _)| *t >= at) {
            course.held.pop_back();
        }
        course.held.push_back((at, order));
        if course.held.len() > HELD {
            // Whatever comes after it says otherwise in any case.
            course.held.pop_front();
            return 1;
        }
        0
    }

    /// Whatever is due by a time, one order a slot: the newest.
    pub fn due(&mut self, by: EventTime) -> Vec<Due> {
        let mut due = Vec::new();
        for (slot, course) in &mut self.courses {
            let n = course.held.partition_point(|(t, _)| *t <= by);
            if let Some((at, order)) = course.held.drain(..n).next_back() {
                let changes = match (&course.now, &order) {
                    (Some((_, Order::Cut(was))), Order::Cut(is)) => !was.is_same_picture(is),
                    (None, Order::Cut(is)) => !is.leaves_as_is(),
                    _ => true,
                };
                if changes {
                    course.now = Some((at, order.clone()));
                }
                due.push(Due {
                    slot: slot.clone(),
                    at,
                    order,
                    passed: n as u64 - 1,
                    changes,
                });
            }
        }
        due
    }

    /// What every slot is to be now.
    pub fn now(&self) -> Vec<(Slot, EventTime, Order)> {
        let course = |(slot, c): (&Slot, &Course)| {
            let (at, order) = c.now.clone()?;
            Some((slot.clone(), at, order))
        };
        self.courses.iter().filter_map(course).collect()
    }

    /// A slot is no longer ours to say.
    pub fn let_go(&mut self, slot: &Slot) {
        if let Some(course) = self.courses.get_mut(slot) {
            course.now = None;
        }
    }

    /// A match is over.
    pub fn forget(&mut self, game: &GameId) {
        self.courses
            .retain(|slot, _| !matches!(slot, Slot::Graphic(of, _) if of == game));
    }

    /// When the next order is due.
    pub fn next(&self) -> Option<EventTime> {
        self.courses
            .values()
            .filter_map(|c| c.held.front().map(|(t, _)| *t))
            .min()
    }

    /// The camera that will be next.
    pub fn standing_by(&self) -> Option<Camera> {
        let (_, order) = self.courses.get(&Slot::Programme)?.held.front()?;
        match order {
            Order::Cut(cut) if !cut.leaves_as_is() => Some(cut.shot.camera),
            _ => None,
        }
    }

    /// Orders held.
    pub fn len(&self) -> usize {
        self.courses.values().map(|c| c.held.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mixer::protocol::CutOrder;
    use matchday_event::production::{FrameRate, Shot};
    use proptest::prelude::*;

    fn overlay(name: &str, on: bool) -> (Slot, Order) {
        let name = name.to_owned();
        (Slot::Overlay(name.clone()), Order::Overlay { name, on })
    }

    fn push(plan: &mut Plan, at: i64, name: &str, on: bool) -> u64 {
        let (slot, order) = overlay(name, on);
        plan.push(slot, EventTime(at), order)
    }

    #[test]
    fn an_order_is_held_until_its_time() {
        let mut plan = Plan::default();
        push(&mut plan, 100, "a", true);
        push(&mut plan, 200, "a", false);
        assert_eq!(plan.next(), Some(EventTime(100)));
        assert!(plan.due(EventTime(99)).is_empty());
        assert_eq!(plan.due(EventTime(100))[0].order, overlay("a", true).1);
        assert_eq!(plan.due(EventTime(200))[0].order, overlay("a", false).1);
        assert_eq!(plan.len(), 0);
    }

    #[test]
    fn a_new_order_takes_away_what_was_held_for_its_time_or_later() {
        let mut plan = Plan::default();
        push(&mut plan, 100, "a", true);
        push(&mut plan, 300, "a", false);
        push(&mut plan, 200, "a", true);
        assert_eq!(plan.len(), 2);
        let due = plan.due(EventTime(1000));
        assert_eq!(
            (due.len(), due[0].at, due[0].passed),
            (1, EventTime(200), 1)
        );
    }

    #[test]
    fn a_cut_to_what_is_on_air_takes_another_back_and_changes_nothing() {
        let mut plan = Plan::default();
        let mut cut = |at: i64, from: Camera, camera: Camera| {
            let order = Order::Cut(CutOrder {
                game: GameId::new("g").expect("an id"),
                at: EventTime(at),
                from,
                shot: Shot::of(camera),
                rate: FrameRate::F50,
            });
            plan.push(Slot::Programme, EventTime(at), order);
            plan.due(EventTime(at)).pop().map(|d| d.changes)
        };
        assert_eq!(cut(0, Camera::Main, Camera::Main), Some(false));
        assert_eq!(cut(1, Camera::Main, Camera::Rail), Some(true));
        assert_eq!(cut(2, Camera::Rail, Camera::Rail), Some(false));
        assert_eq!(cut(3, Camera::Rail, Camera::Main), Some(true));
        let held = |at, from, camera| {
            let order = CutOrder {
                game: GameId::new("g").expect("an id"),
                at: EventTime(at),
                from,
                shot: Shot::of(camera),
                rate: FrameRate::F50,
            };
            (Slot::Programme, EventTime(at), Order::Cut(order))
        };
        let (slot, at, order) = held(10, Camera::Main, Camera::Crowd);
        plan.push(slot, at, order);
        assert_eq!(plan.standing_by(), Some(Camera::Crowd));
        let (slot, at, order) = held(10, Camera::Main, Camera::Main);
        plan.push(slot, at, order);
        assert_eq!(plan.standing_by(), None, "taken back");
    }

    #[test]
    fn slots_know_nothing_of_each_other() {
        let mut plan = Plan::default();
        push(&mut plan, 100, "a", true);
        push(&mut plan, 100, "b", true);
        assert_eq!(plan.due(EventTime(100)).len(), 2);
        plan.let_go(&Slot::Overlay("a".into()));
        assert_eq!(plan.now().len(), 1);
    }

    #[test]
    fn what_is_held_has_a_bound() {
        let mut plan = Plan::default();
        let dropped: u64 = (0..100).map(|n| push(&mut plan, n, "a", n % 2 == 0)).sum();
        assert_eq!((plan.len(), dropped), (HELD, 100 - HELD as u64));
        let dropped: u64 = (0..1000)
            .map(|n| push(&mut plan, 0, &n.to_string(), true))
            .sum();
        assert_eq!(dropped, 1000 - (SLOTS as u64 - 1));
    }

    proptest! {
        /// Whatever was ordered in whatever order, the state in the end is that of the order that came last among those
        /// for the latest time still standing, and times never run backwards.
        #[test]
        fn orders_come_out_by_time(orders in prop::collection::vec((0_i64..50, any::<bool>()), 1..40), step in 1_i64..20) {
            let mut plan = Plan::default();
            let mut model: Vec<(i64, bool)> = Vec::new();
            for (at, on) in &orders {
                push(&mut plan, *at, "a", *on);
                model.retain(|(t, _)| t < at);
                model.push((*at, *on));
            }
            let mut last = -1;
            let mut passed = 0;
            let mut told = 0;
            for by in (0..50 + step).step_by(step as usize) {
                for due in plan.due(EventTime(by)) {
                    prop_assert!(due.at.0 > last && due.at.0 <= by);
                    last = due.at.0;
                    passed += due.passed;
                    told += 1;
                }
            }
            prop_assert_eq!(told + passed, model.len() as u64);
            let (_, at, order) = plan.now().remove(0);
            let (want_at, want_on) = *model.last().expect("one");
            prop_assert_eq!((at, order), (EventTime(want_at), overlay("a", want_on).1));
        }
    }
}

//! What time alone does: conditions that have held long enough, delays that are over, states that nobody speaks of any more.

use matchday_event::{EventTime, production::Decided};

use super::{Core, Instance, NEVER};
use crate::rules::set::{Rule, RuleSet};

impl Core {
    /// Whether a clock that ticks is believed: one tick hours ahead of the match would end it for the rules.
    pub(super) fn believes(&mut self, now: EventTime) -> bool {
        self.leaps.believe(self.heard_us(), now.0)
    }

    /// The time, if any was told yet: what carries none, such as a play of a provider that stamps nothing, counts as told at
    /// zero until somebody says what time it is.
    pub(super) fn heard_us(&self) -> Option<i64> {
        (self.now > 0).then_some(self.now)
    }

    /// Time passes: what was to hold for a time has, what was due is, what was on is over.
    pub(super) fn pass(&mut self, now: EventTime, out: &mut Vec<Decided>) {
        if now.0 <= self.now {
            return;
        }
        if self.next > now.0 {
            self.now = now.0;
            return;
        }
        let set = self.set.clone();
        // In the order in which things fall due; ties by the rules' own order.
        while let Some((at, index, key)) = self.first_due(&set, now.0) {
            self.now = self.now.max(at);
            let instance = &mut self.states[index].instances[key];
            if let Some((since, due)) = instance.waiting.take_if(|(_, due)| *due == at) {
                self.fire(&set.rules[index], index, key, since, due, out);
            } else if instance.holding.take().is_some() {
                self.came_true(&set.rules[index], index, key, at, out);
            }
            self.drain_marks(out);
        }
        self.now = now.0;
        self.look_again(&set, out);
        self.plan();
    }

    pub(super) fn drain_marks(&mut self, out: &mut Vec<Decided>) {
        if let Some(mark) = self.marks.pop_front() {
            self.row(&mark, out);
        }
    }

    pub(super) fn first_due(&self, set: &RuleSet, now: i64) -> Option<(i64, usize, usize)> {
        let mut first: Option<(i64, usize, usize)> = None;
        for (index, state) in self.states.iter().enumerate() {
            for (key, instance) in state.instances.iter().enumerate() {
                let due = self.due(&set.rules[index], instance);
                // A clock may say the very last time there is; what is never due is not due then either.
                if due != NEVER && due <= now && first.is_none_or(|(at, ..)| due < at) {
                    first = Some((due, index, key));
                }
            }
        }
        first
    }

    pub(super) fn due(&self, rule: &Rule, instance: &Instance) -> i64 {
        let held = instance
            .holding
            .map_or(NEVER, |since| since.saturating_add(rule.for_us));
        held.min(instance.waiting.map_or(NEVER, |(_, due)| due))
    }

    /// A state that nobody speaks of any more is not known, so what waits on it, or is on while it holds, is asked again.
    pub(super) fn look_again(&mut self, set: &RuleSet, out: &mut Vec<Decided>) {
        for index in 0..self.states.len() {
            for key in 0..self.states[index].instances.len() {
                let instance = &self.states[index].instances[key];
                let rule = &set.rules[index];
                let waits =
                    instance.holding.is_some() || (rule.while_true && instance.on_until.is_some());
                if instance.truth && waits && !rule.when.has_event() {
                    let at = self.now;
                    self.decide(rule, index, key, at, None, false, out);
                }
            }
        }
    }

    /// When time alone next changes something. What is on while a state holds is asked again at every step of time.
    pub(super) fn plan(&mut self) {
        let set = self.set.clone();
        let mut next = NEVER;
        for (rule, state) in set.rules.iter().zip(&mut self.states) {
            for instance in &mut state.instances {
                if instance.on_until.is_some_and(|until| until <= self.now) {
                    instance.on_until = None;
                }
                let held = instance
                    .holding
                    .map_or(NEVER, |since| since.saturating_add(rule.for_us));
                let waiting = instance.waiting.map_or(NEVER, |(_, due)| due);
                next = next.min(held).min(waiting);
                if rule.while_true && instance.on_until.is_some() {
                    next = next.min(self.now.saturating_add(1));
                }
            }
        }
        self.next = next;
    }
}

//! What a fact does: which rules look at it, what they conclude, and what fires.

use std::{fmt::Write as _, sync::Arc};

use matchday_event::{
    EventTime,
    production::{Action, Decided, Fired},
};

use super::{AFTER, Core, LEAVE, MAX_MARKS, NEVER, NO_KEY, SOONER, UNTIL, WHEN, released};
use crate::leap;
use crate::rules::{
    board::Sight,
    file::Once,
    names::{Reader, Row, TOPICS, TopicId},
    set::{Condition, Rule},
};

impl Core {
    /// Which rules look at which topic.
    pub(super) fn index(&mut self) {
        self.index = vec![Vec::new(); TOPICS.len()];
        for (i, rule) in self.set.rules.iter().enumerate() {
            if rule.sport.is_some_and(|s| s != self.sport) {
                continue;
            }
            // An event that stands beside states is what is waited for: the states alone do not fire it.
            let waits = rule.within_us.is_none() || rule.after.is_some();
            let events_only = waits && rule.when.has_event();
            for (name, condition) in rule.conditions() {
                let role = match name {
                    "when" => WHEN,
                    "after" => AFTER,
                    "until" => UNTIL,
                    "sooner" => SOONER,
                    _ => LEAVE,
                };
                for topic in &condition.topics {
                    if role == WHEN && events_only && !topic.get().is_event() {
                        continue;
                    }
                    let of_topic = &mut self.index[topic.index()];
                    match of_topic.last_mut() {
                        Some((last, roles)) if *last == i as u32 => *roles |= role,
                        _ => of_topic.push((i as u32, role)),
                    }
                }
            }
        }
    }

    pub(super) fn key_of(&self, rule: &Rule, key: usize) -> Option<Arc<str>> {
        self.board.of(rule.each?, key)?.key_arc()
    }

    pub(super) fn row(&mut self, row: &Row, out: &mut Vec<Decided>) {
        if self
            .heard_us()
            .is_some_and(|now| leap::is_far(now, row.at.0))
        {
            // A clock that is wrong does not take the match's time with it.
            let row = Row {
                at: EventTime(self.now),
                ..row.clone()
            };
            return self.row(&row, out);
        }
        self.one_row(row, out);
        let mut marks = 0;
        while let Some(mark) = self.marks.pop_front() {
            marks += 1;
            if marks > MAX_MARKS {
                self.marks.clear();
                break;
            }
            self.one_row(&mark, out);
        }
    }

    pub(super) fn one_row(&mut self, row: &Row, out: &mut Vec<Decided>) {
        self.tally.rows += 1;
        if row.at.0 > self.now {
            self.pass(row.at, out);
        }
        let key = self.board.put(row);
        let topic = row.topic.index();
        let set = self.set.clone();
        for i in 0..self.index[topic].len() {
            let (rule, roles) = self.index[topic][i];
            let rule = rule as usize;
            let of = &set.rules[rule];
            match of.each {
                Some(each) if each == row.topic => {
                    if let Some(key) = key {
                        self.states[rule].grow(key + 1);
                        self.look(of, rule, key, roles, row, out);
                    }
                }
                Some(each) => {
                    let keys = self.board.keys(each);
                    self.states[rule].grow(keys);
                    if roles & AFTER != 0
                        && let Some(after) = &of.after
                        && self.holds(of, NO_KEY, after, Some(row.topic))
                    {
                        self.states[rule].after = Some(row.at.0);
                    }
                    for key in 0..keys {
                        self.look(of, rule, key, roles, row, out);
                    }
                }
                None => self.look(of, rule, 0, roles, row, out),
            }
        }
    }

    pub(super) fn sight(&self, rule: &Rule, key: usize, handled: Option<TopicId>) -> Sight<'_> {
        Sight {
            board: &self.board,
            now: EventTime(self.now),
            handled,
            within_us: rule.within_us,
            each: rule.each.map(|each| (each, key)),
            confidence: rule.confidence,
        }
    }

    pub(super) fn eval(
        &mut self,
        rule: &Rule,
        key: usize,
        which: &Condition,
        handled: Option<TopicId>,
    ) -> Option<bool> {
        self.tally.evaluated += 1;
        which.expr.eval(&self.sight(rule, key, handled))
    }

    pub(super) fn holds(
        &mut self,
        rule: &Rule,
        key: usize,
        which: &Condition,
        handled: Option<TopicId>,
    ) -> bool {
        self.eval(rule, key, which, handled) == Some(true)
    }

    /// One instance looks at a row.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn look(
        &mut self,
        rule: &Rule,
        index: usize,
        key: usize,
        roles: u8,
        row: &Row,
        out: &mut Vec<Decided>,
    ) {
        let topic = Some(row.topic);
        if roles & AFTER != 0
            && let Some(after) = &rule.after
            && self.holds(rule, key, after, topic)
        {
            let instance = &mut self.states[index].instances[key];
            instance.after = Some(row.at.0);
            // What held before it happened is looked at anew.
            instance.truth = false;
            instance.holding = None;
            // A feed tells of a play seconds after it: what people felt in between was after it too.
            let within = rule.within_us.unwrap_or(NEVER);
            if rule.for_us == 0
                && let Some(held) = instance.held
                && (0..=within).contains(&(held - row.at.0))
            {
                instance.truth = true;
                self.came_true(rule, index, key, self.now, out);
            }
        }
        if roles & LEAVE != 0
            && self.is_on(index, key)
            && let Some(leave) = &rule.leave
            && self.holds(rule, key, leave, topic)
        {
            self.end(rule, index, key, row.at.0, out);
        }
        if roles & SOONER != 0
            && self.states[index].instances[key].waiting.is_some()
            && let Some(sooner) = &rule.sooner
            && self.holds(rule, key, sooner, topic)
            && let Some((since, due)) = self.states[index].instances[key].waiting.take()
        {
            self.fire(rule, index, key, since, due.min(row.at.0), out);
        }
        if roles & (WHEN | UNTIL) != 0 {
            let news = roles & WHEN != 0
                && row.topic.get().is_event()
                && rule.when.topics.contains(&row.topic);
            self.decide(rule, index, key, row.at.0, topic, news, out);
        }
    }

    pub(super) fn is_on(&self, index: usize, key: usize) -> bool {
        let instance = &self.states[index].instances[key];
        instance.waiting.is_some() || instance.on_until.is_some_and(|until| until > self.now)
    }

    /// Looks at the condition, and at what must have happened before it.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn decide(
        &mut self,
        rule: &Rule,
        index: usize,
        key: usize,
        at: i64,
        handled: Option<TopicId>,
        news: bool,
        out: &mut Vec<Decided>,
    ) {
        let was = self.states[index].instances[key].truth;
        let holds = match &rule.until {
            // What nobody speaks of any more does not go on.
            Some(until) if was => self.eval(rule, key, until, handled) == Some(false),
            _ => {
                let held = self.holds(rule, key, &rule.when, handled);
                if held && rule.after.is_some() {
                    self.states[index].instances[key].held = Some(at);
                }
                held && self.after_holds(rule, index, key, at, handled)
            }
        };
        let instance = &mut self.states[index].instances[key];
        instance.truth = holds;
        if !holds {
            instance.holding = None;
            if was && rule.while_true && self.is_on(index, key) {
                self.end(rule, index, key, at, out);
            }
            return;
        }
        if was && !news {
            return;
        }
        if rule.for_us > 0 {
            instance.holding = Some(at);
            self.next = self.next.min(at.saturating_add(rule.for_us));
        } else {
            self.came_true(rule, index, key, at, out);
        }
    }

    /// Whether what must have happened has, not too long ago, and before what is looked at now.
    pub(super) fn after_holds(
        &self,
        rule: &Rule,
        index: usize,
        key: usize,
        at: i64,
        handled: Option<TopicId>,
    ) -> bool {
        let Some(after) = &rule.after else {
            return true;
        };
        let instance = &self.states[index].instances[key];
        let Some(happened) = instance.after else {
            return false;
        };
        let itself =
            handled.is_some_and(|t| after.topics.contains(&t) && !rule.when.topics.contains(&t));
        let within = rule.within_us.unwrap_or(NEVER);
        !itself && at >= happened && at.saturating_sub(happened) <= within
    }

    pub(super) fn came_true(
        &mut self,
        rule: &Rule,
        index: usize,
        key: usize,
        since: i64,
        out: &mut Vec<Decided>,
    ) {
        let due = since.saturating_add(rule.delay_us);
        // A mark is a fact to other rules, and a fact is told when it is so: it is not planned ahead as a shot is.
        let told_when_due = rule.delay_us > 0 && matches!(rule.action, Action::Mark { .. });
        if rule.sooner.is_some() || told_when_due {
            self.states[index].instances[key].waiting = Some((since, due));
            self.next = self.next.min(due);
        } else {
            self.fire(rule, index, key, since, due, out);
        }
    }

    pub(super) fn fire(
        &mut self,
        rule: &Rule,
        index: usize,
        key: usize,
        since: i64,
        due: i64,
        out: &mut Vec<Decided>,
    ) {
        let period = self.period();
        let state = &mut self.states[index];
        let done = match (rule.once, state.instances[key].done) {
            (Some(Once::Match), Some(_)) => true,
            (Some(Once::Period), Some(last)) => last == period,
            _ => false,
        };
        let instance = &mut state.instances[key];
        if done || since < instance.quiet_until {
            self.tally.held_back += 1;
            return;
        }
        let instance = &mut state.instances[key];
        instance.done = Some(period);
        if rule.cooldown_us > 0 {
            instance.quiet_until = since.saturating_add(rule.cooldown_us);
        }
        let until = rule.lasts_us.map(|lasts| due.saturating_add(lasts));
        if until.is_some() || rule.leave.is_some() || rule.while_true {
            instance.on_until = Some(until.unwrap_or(NEVER));
            if rule.while_true {
                self.next = self.next.min(self.now);
            }
        }
        self.tally.fired += 1;
        let source = self.key_of(rule, key);
        let (confidence, why) = self.why(rule, key);
        if let Action::Mark { mark } = &rule.action {
            self.marks.push_back(Reader::mark(
                mark,
                source.as_ref(),
                EventTime(due),
                confidence,
            ));
        }
        out.push(Decided::Fired(Fired {
            rule: rule.id.clone(),
            key: source,
            at: EventTime(since),
            due: EventTime(due),
            until: until.map(EventTime),
            action: rule.action.clone(),
            priority: rule.priority,
            confidence,
            why,
        }));
    }

    pub(super) fn end(
        &mut self,
        rule: &Rule,
        index: usize,
        key: usize,
        at: i64,
        out: &mut Vec<Decided>,
    ) {
        let instance = &mut self.states[index].instances[key];
        let waited = instance.waiting.take().is_some();
        let on = instance.on_until.take().is_some();
        if on && !waited {
            let key = self.key_of(rule, key);
            out.push(released(rule, key, at));
        }
    }

    pub(super) fn period(&self) -> i64 {
        let state = const { topic("state") };
        let row = self.board.newest(state);
        row.and_then(|r| r.slots[1].num()).map_or(0, |n| n as i64)
    }

    /// The values that made it true, and the least sure of them.
    pub(super) fn why(&self, rule: &Rule, key: usize) -> (f32, Arc<str>) {
        let sight = Sight {
            within_us: Some(NEVER),
            ..self.sight(rule, key, None)
        };
        let mut least: f32 = 1.0;
        let mut text = String::new();
        for condition in [Some(&rule.when), rule.after.as_ref()]
            .into_iter()
            .flatten()
        {
            for topic in &condition.topics {
                if let Some(row) = sight.row(*topic) {
                    least = least.min(row.confidence);
                }
            }
            for name in &condition.names {
                let Some(row) = sight.row(name.topic) else {
                    continue;
                };
                let comma = if text.is_empty() { "" } else { ", " };
                let _ = write!(
                    text,
                    "{comma}{} {}",
                    name.name(),
                    row.slots[usize::from(name.field)]
                );
            }
        }
        (least, text.into())
    }
}

const fn topic(name: &str) -> TopicId {
    crate::rules::names::id(name)
}

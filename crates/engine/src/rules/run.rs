//! Rules at work on one match: facts in, what fires out. A state machine without a clock; time is what facts and ticks
//! say. Once every source has been heard of, nothing is allocated unless a rule fires.

use std::{collections::VecDeque, fmt::Write as _, sync::Arc};

use matchday_event::{
    EventTime, Fact, Sport,
    production::{Action, Decided, Fired, Released},
};

use super::{
    board::{Board, Sight},
    file::Once,
    names::{Reader, Row, TOPICS, TopicId},
    set::{Condition, Rule, RuleSet},
};

/// Marks set by marks, one after the other. Loops are refused when rules are loaded, so nothing sane comes near it.
const MAX_MARKS: usize = 1_000;
const NEVER: i64 = i64::MAX;
/// A fact that is so much ahead of all others has a clock that is wrong: a match is not interrupted for longer.
const AHEAD_US: i64 = 6 * 3_600_000_000;
/// A source that there is not.
const NO_KEY: usize = usize::MAX;

/// What a rule looks for in a topic's facts.
const WHEN: u8 = 1;
const AFTER: u8 = 2;
const UNTIL: u8 = 4;
const SOONER: u8 = 8;
const LEAVE: u8 = 16;

/// How much was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows taken in.
    pub rows: u64,
    /// Conditions evaluated.
    pub evaluated: u64,
    /// Rules fired.
    pub fired: u64,
    /// Fired, but for a cooldown or `once`.
    pub held_back: u64,
}

/// One rule, or its part for one source, between facts.
#[derive(Debug, Clone, PartialEq)]
struct Instance {
    /// Whether the condition held when it was last looked at.
    truth: bool,
    /// Since when it has held, while it has still to hold for a time.
    holding: Option<i64>,
    /// When what must have happened before last happened.
    after: Option<i64>,
    /// When the condition itself last held.
    held: Option<i64>,
    /// The period in which it last fired; any, for once in a match.
    done: Option<i64>,
    /// Silent until then.
    quiet_until: i64,
    /// What it asked for is on until then at the latest.
    on_until: Option<i64>,
    /// It has come true, and waits to be due: since when, and when it is.
    waiting: Option<(i64, i64)>,
}

impl Default for Instance {
    fn default() -> Self {
        Self {
            truth: false,
            holding: None,
            after: None,
            held: None,
            done: None,
            quiet_until: i64::MIN,
            on_until: None,
            waiting: None,
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq)]
struct State {
    instances: Vec<Instance>,
    /// When what must have happened last did, for sources that are first heard of later.
    after: Option<i64>,
}

impl State {
    /// Makes room for so many sources.
    fn grow(&mut self, keys: usize) {
        let after = self.after;
        while self.instances.len() < keys {
            self.instances.push(Instance {
                after,
                ..Instance::default()
            });
        }
    }
}

/// Rules at work.
#[derive(Debug, Clone)]
pub struct Run {
    reader: Reader,
    core: Core,
}

#[derive(Debug, Clone)]
struct Core {
    set: Arc<RuleSet>,
    sport: Sport,
    board: Board,
    /// By topic: the rules that look at it, and what for.
    index: Vec<Vec<(u32, u8)>>,
    states: Vec<State>,
    now: i64,
    /// When time alone next changes something.
    next: i64,
    marks: VecDeque<Row>,
    tally: Tally,
}

impl Run {
    /// Rules for a match of this sport, of which nothing is known yet.
    pub fn new(set: Arc<RuleSet>, sport: Sport) -> Self {
        let mut core = Core {
            set,
            sport,
            board: Board::default(),
            index: Vec::new(),
            states: Vec::new(),
            now: i64::MIN,
            next: NEVER,
            marks: VecDeque::new(),
            tally: Tally::default(),
        };
        core.states = core.set.rules.iter().map(fresh).collect();
        core.index();
        Self {
            reader: Reader::default(),
            core,
        }
    }

    /// The rules.
    pub fn set(&self) -> &Arc<RuleSet> {
        &self.core.set
    }

    /// The time, as far as it has been heard of.
    pub fn now(&self) -> Option<EventTime> {
        (self.core.now != i64::MIN).then_some(EventTime(self.core.now))
    }

    /// How much was done.
    pub fn tally(&self) -> Tally {
        self.core.tally
    }

    /// What is known of a match that began before these rules were at work: it stands, and nothing fires on it.
    pub fn catch_up(&mut self, now: EventTime, facts: &[Fact]) {
        let Self { reader, core } = self;
        for fact in facts {
            reader.read(fact, now, &mut |row| {
                core.board.put(row);
            });
        }
    }

    /// Takes in what one signal led to. `at` is the signal's own time, where it has one.
    pub fn take(&mut self, at: Option<EventTime>, facts: &[Fact], out: &mut Vec<Decided>) {
        if let Some(at) = at {
            self.core.pass(at, out);
        }
        let Self { reader, core } = self;
        for fact in facts {
            let now = EventTime(core.now.max(0));
            reader.read(fact, now, &mut |row| core.row(row, out));
        }
    }

    /// Takes in a row as it is.
    pub fn row(&mut self, row: &Row, out: &mut Vec<Decided>) {
        self.core.row(row, out);
    }

    /// Time has passed.
    pub fn pass(&mut self, now: EventTime, out: &mut Vec<Decided>) {
        self.core.pass(now, out);
    }

    /// Other rules from here on. What facts told stays. A rule that does what it did before goes on where it stands; one
    /// that was changed begins anew, but for its cooldown and `once`, which are kept by its name, so that a change of a
    /// word does not pay a coupon out twice. What a rule asked for that is gone or changed is taken back.
    pub fn swap(&mut self, set: Arc<RuleSet>, out: &mut Vec<Decided>) {
        let core = &mut self.core;
        let before = std::mem::replace(&mut core.set, set);
        let mut states = std::mem::take(&mut core.states);
        core.states = core.set.rules.iter().map(fresh).collect();
        for (old, mut state) in before.rules.iter().zip(states.drain(..)) {
            let new = core.set.rules.iter().position(|r| r.id == old.id);
            if let Some(i) = new
                && core.set.rules[i].print == old.print
            {
                core.states[i] = state;
                continue;
            }
            for (key, instance) in state.instances.iter_mut().enumerate() {
                let on = instance
                    .on_until
                    .take()
                    .is_some_and(|until| until > core.now);
                if on {
                    let key = core.key_of(old, key);
                    out.push(released(old, key, core.now));
                }
            }
            let Some(i) = new else { continue };
            let kept = &mut core.states[i];
            if core.set.rules[i].each == old.each {
                kept.instances.clear();
                kept.instances
                    .extend(state.instances.iter().map(|old| Instance {
                        quiet_until: old.quiet_until,
                        done: old.done,
                        ..Instance::default()
                    }));
            }
        }
        core.index();
        core.plan();
    }
}

fn fresh(rule: &Rule) -> State {
    let mut state = State::default();
    if rule.each.is_none() {
        state.instances.push(Instance::default());
    }
    state
}

fn released(rule: &Rule, key: Option<Arc<str>>, at: i64) -> Decided {
    Decided::Released(Released {
        rule: rule.id.clone(),
        key,
        at: EventTime(at),
    })
}

impl Core {
    /// Which rules look at which topic.
    fn index(&mut self) {
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

    fn key_of(&self, rule: &Rule, key: usize) -> Option<Arc<str>> {
        self.board.of(rule.each?, key)?.key_arc()
    }

    fn row(&mut self, row: &Row, out: &mut Vec<Decided>) {
        if self.now != i64::MIN && row.at.0 > self.now.saturating_add(AHEAD_US) {
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

    fn one_row(&mut self, row: &Row, out: &mut Vec<Decided>) {
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

    fn sight(&self, rule: &Rule, key: usize, handled: Option<TopicId>) -> Sight<'_> {
        Sight {
            board: &self.board,
            now: EventTime(self.now),
            handled,
            within_us: rule.within_us,
            each: rule.each.map(|each| (each, key)),
            confidence: rule.confidence,
        }
    }

    fn eval(
        &mut self,
        rule: &Rule,
        key: usize,
        which: &Condition,
        handled: Option<TopicId>,
    ) -> Option<bool> {
        self.tally.evaluated += 1;
        which.expr.eval(&self.sight(rule, key, handled))
    }

    fn holds(
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
    fn look(
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

    fn is_on(&self, index: usize, key: usize) -> bool {
        let instance = &self.states[index].instances[key];
        instance.waiting.is_some() || instance.on_until.is_some_and(|until| until > self.now)
    }

    /// Looks at the condition, and at what must have happened before it.
    #[allow(clippy::too_many_arguments)]
    fn decide(
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
            self.next = self.next.min(at + rule.for_us);
        } else {
            self.came_true(rule, index, key, at, out);
        }
    }

    /// Whether what must have happened has, not too long ago, and before what is looked at now.
    fn after_holds(
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
        !itself && at >= happened && at - happened <= within
    }

    fn came_true(
        &mut self,
        rule: &Rule,
        index: usize,
        key: usize,
        since: i64,
        out: &mut Vec<Decided>,
    ) {
        let due = since.saturating_add(rule.delay_us);
        if rule.sooner.is_some() {
            self.states[index].instances[key].waiting = Some((since, due));
            self.next = self.next.min(due);
        } else {
            self.fire(rule, index, key, since, due, out);
        }
    }

    fn fire(
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

    fn end(&mut self, rule: &Rule, index: usize, key: usize, at: i64, out: &mut Vec<Decided>) {
        let instance = &mut self.states[index].instances[key];
        let waited = instance.waiting.take().is_some();
        let on = instance.on_until.take().is_some();
        if on && !waited {
            let key = self.key_of(rule, key);
            out.push(released(rule, key, at));
        }
    }

    fn period(&self) -> i64 {
        let state = const { topic("state") };
        let row = self.board.newest(state);
        row.and_then(|r| r.slots[1].num()).map_or(0, |n| n as i64)
    }

    /// The values that made it true, and the least sure of them.
    fn why(&self, rule: &Rule, key: usize) -> (f32, Arc<str>) {
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

    /// Time passes: what was to hold for a time has, what was due is, what was on is over.
    fn pass(&mut self, now: EventTime, out: &mut Vec<Decided>) {
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

    fn drain_marks(&mut self, out: &mut Vec<Decided>) {
        if let Some(mark) = self.marks.pop_front() {
            self.row(&mark, out);
        }
    }

    fn first_due(&self, set: &RuleSet, now: i64) -> Option<(i64, usize, usize)> {
        let mut first: Option<(i64, usize, usize)> = None;
        for (index, state) in self.states.iter().enumerate() {
            for (key, instance) in state.instances.iter().enumerate() {
                let due = self.due(&set.rules[index], instance);
                if due <= now && first.is_none_or(|(at, ..)| due < at) {
                    first = Some((due, index, key));
                }
            }
        }
        first
    }

    fn due(&self, rule: &Rule, instance: &Instance) -> i64 {
        let held = instance
            .holding
            .map_or(NEVER, |since| since.saturating_add(rule.for_us));
        held.min(instance.waiting.map_or(NEVER, |(_, due)| due))
    }

    /// A state that nobody speaks of any more is not known, so what waits on it, or is on while it holds, is asked again.
    fn look_again(&mut self, set: &RuleSet, out: &mut Vec<Decided>) {
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
    fn plan(&mut self) {
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
                    next = next.min(self.now + 1);
                }
            }
        }
        self.next = next;
    }
}

const fn topic(name: &str) -> TopicId {
    super::names::id(name)
}

//! Rules at work on one match: facts in, what fires out. A state machine without a clock; time is what facts and ticks
//! say. Once every source has been heard of, nothing is allocated unless a rule fires.

mod look;
mod time;

use std::{collections::VecDeque, sync::Arc};

use matchday_event::{
    EventTime, Fact, Sport,
    production::{Decided, Released},
};

use super::{
    board::Board,
    names::{Reader, Row},
    set::{Rule, RuleSet},
};
use crate::leap::Leaps;

/// Marks set by marks, one after the other. Loops are refused when rules are loaded, so nothing sane comes near it.
const MAX_MARKS: usize = 1_000;
const NEVER: i64 = i64::MAX;
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
    leaps: Leaps,
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
            leaps: Leaps::default(),
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
        self.core.heard_us().map(EventTime)
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
        if let Some(at) = at
            && self.core.believes(at)
        {
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

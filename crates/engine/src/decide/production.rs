//! A match's production: the rules in force, and the director that they speak to.
//!
//! Which rules are in force follows from the match's log alone: orders to use a set or to go back lie on it, and so do
//! the counts of frowns that make the rules go back by themselves. So it is with the camera model that speaks up below
//! the rules, if any does.

mod caller;

use std::{collections::VecDeque, sync::Arc};

use matchday_event::{
    EventTime, Fact, GameFact, Signal, Sport,
    production::{
        CameraModelId, Cut, Decided, DirectorCall, FrameRate, FrownFact, RuleChange, RuleOrder,
        RuleSetFact, RuleSetId, RulesRefusal,
    },
    view::Snapshot,
};

use self::caller::Calling;
use super::director::{Director, DirectorConfig, DirectorConfigError, Heard};
use crate::rules::{RuleBook, RuleSet, Run, Tally};

/// When more than this share of viewers frowns, the rules go back to the set before.
pub const FROWNS: f32 = 0.05;
/// Counts that were taken so soon after a change may still be of the rules before it.
const SETTLE_US: i64 = 5_000_000;
/// A clock that is an hour off is of another day.
const OTHER_CLOCK_US: i64 = 3_600_000_000;
/// Sets that can be gone back to.
const HISTORY: usize = 16;

/// How a production is set up.
#[derive(Debug, Clone, Default)]
pub struct ProductionConfig {
    /// Pictures a second.
    pub rate: FrameRate,
    /// What the director goes by; what suits the sport where it is not said.
    pub director: Option<DirectorConfig>,
}

/// The production of one match.
#[derive(Debug, Clone)]
pub struct Production {
    sport: Sport,
    director: Director,
    run: Run,
    /// Whether rules were ever put in force. Before that facts are kept by a run of none, for the rules to come.
    ruled: bool,
    calling: Calling,
    before: VecDeque<Arc<RuleSet>>,
    changed: EventTime,
    now: EventTime,
    cuts: Vec<Cut>,
    heard: usize,
}

impl Production {
    /// A production without rules, of a match as it stands.
    pub fn new(
        config: &ProductionConfig,
        sport: Sport,
        game: &Snapshot,
    ) -> Result<Self, DirectorConfigError> {
        let director = config
            .director
            .clone()
            .unwrap_or_else(|| DirectorConfig::of(sport));
        let mut run = Run::new(Arc::new(RuleSet::none()), sport);
        run.catch_up(EventTime(0), &known(game));
        Ok(Self {
            sport,
            director: Director::new(director, config.rate)?,
            run,
            ruled: false,
            calling: Calling::default(),
            before: VecDeque::new(),
            changed: EventTime(0),
            now: EventTime(0),
            cuts: Vec::new(),
            heard: 0,
        })
    }

    /// A production that runs on a set from its beginning, whatever the log says of rules: for replays that ask what
    /// would have been.
    pub fn with(
        config: &ProductionConfig,
        sport: Sport,
        game: &Snapshot,
        set: Arc<RuleSet>,
    ) -> Result<Self, DirectorConfigError> {
        let mut production = Self::new(config, sport, game)?;
        production.put_in_force(set, &mut Vec::new());
        Ok(production)
    }

    /// The rules in force.
    pub fn set(&self) -> Option<&Arc<RuleSet>> {
        self.ruled.then(|| self.run.set())
    }

    /// The rules that would be gone back to.
    pub fn set_before(&self) -> Option<&Arc<RuleSet>> {
        self.before.back()
    }

    /// The camera model that speaks up below the rules.
    pub fn camera_model(&self) -> Option<&CameraModelId> {
        self.calling.model()
    }

    /// The match's time, as far as it has been heard of.
    pub fn now(&self) -> EventTime {
        self.now
    }

    /// The director.
    pub fn director(&self) -> &Director {
        &self.director
    }

    /// How much the rules have done.
    pub fn tally(&self) -> Tally {
        if self.ruled {
            self.run.tally()
        } else {
            Tally::default()
        }
    }

    /// Takes in a signal and what sense made of it, and pushes what follows. `out` is not cleared.
    pub fn take(
        &mut self,
        signal: &Signal,
        facts: &[Fact],
        book: &RuleBook,
        out: &mut Vec<Decided>,
    ) {
        self.heard = out.len();
        if let Signal::Rules(order) = signal {
            self.order(order, book, out);
        }
        self.facts(signal, facts, out);
    }

    /// As [`Self::take`], but orders about rules are left out.
    pub fn take_as_it_is(&mut self, signal: &Signal, facts: &[Fact], out: &mut Vec<Decided>) {
        self.heard = out.len();
        self.facts(signal, facts, out);
    }

    fn facts(&mut self, signal: &Signal, facts: &[Fact], out: &mut Vec<Decided>) {
        let at = trusted(signal);
        self.run.take(at, facts, out);
        // The rules disbelieve a tick that lies hours ahead of all the others; the director's clock goes by theirs.
        let now = self.run.now().or(at).unwrap_or_default();
        self.now = self.now.max(now);
        for fact in facts {
            match fact {
                Fact::Frowns(frowns) => self.frowned(frowns, out),
                Fact::Micro(event) => self.calling.hear(event, out),
                _ => {}
            }
        }
        self.direct(signal, out);
    }

    /// The director hears what the rules decided, what the operator orders, and that time passes.
    fn direct(&mut self, signal: &Signal, out: &mut Vec<Decided>) {
        let mut cuts = std::mem::take(&mut self.cuts);
        if let Signal::Director(call) = signal {
            let at = self.by_match_time(call.at);
            let call = DirectorCall { at, ..call.clone() };
            self.director
                .hear(self.now, &Heard::Called(call), &mut cuts);
        }
        for decided in &out[self.heard..] {
            if let Some(heard) = Heard::of(decided) {
                self.director.hear(self.now, &heard, &mut cuts);
            }
        }
        self.director.hear(self.now, &Heard::Nothing, &mut cuts);
        self.calling.saw(&cuts);
        out.extend(cuts.drain(..).map(Decided::Cut));
        self.cuts = cuts;
    }

    fn order(&mut self, order: &RuleOrder, book: &RuleBook, out: &mut Vec<Decided>) {
        match order {
            RuleOrder::Use { at, set } => match book.get(set) {
                Some(_) if self.set().is_some_and(|s| s.id == *set) => {}
                Some(set) => {
                    if let Some(before) = self.set().cloned() {
                        if self.before.len() == HISTORY {
                            self.before.pop_front();
                        }
                        self.before.push_back(before);
                    }
                    self.put_in_force(set.clone(), out);
                    self.tell(*at, RuleChange::Ordered, None, out);
                }
                None => self.tell(*at, RuleChange::Ordered, Some(RulesRefusal::Unknown), out),
            },
            RuleOrder::RollBack { at } => self.roll_back(*at, RuleChange::RolledBack, out),
            RuleOrder::CameraModel { at, model } => {
                let at = self.by_match_time(*at);
                let model = model.as_ref().map(|id| (id, book.model(id)));
                self.calling.order(at, self.now, self.sport, model, out);
            }
        }
    }

    fn frowned(&mut self, frowns: &FrownFact, out: &mut Vec<Decided>) {
        let settled = frowns.at.0 >= self.changed.0 + SETTLE_US;
        if frowns.share > FROWNS && settled && !self.before.is_empty() {
            self.roll_back(
                frowns.at,
                RuleChange::Frowns {
                    share: frowns.share,
                },
                out,
            );
        }
    }

    fn roll_back(&mut self, at: EventTime, change: RuleChange, out: &mut Vec<Decided>) {
        let Some(before) = self.before.pop_back() else {
            return self.tell(at, change, Some(RulesRefusal::NothingBefore), out);
        };
        self.put_in_force(before, out);
        self.tell(at, change, None, out);
    }

    fn put_in_force(&mut self, set: Arc<RuleSet>, out: &mut Vec<Decided>) {
        self.run.swap(set, out);
        self.ruled = true;
    }

    /// A time by the operator's clock, where that runs with the match's; otherwise now.
    fn by_match_time(&self, at: EventTime) -> EventTime {
        let near = self.now == EventTime(0) || (at.0 - self.now.0).abs() < OTHER_CLOCK_US;
        if near { at } else { self.now }
    }

    fn tell(
        &mut self,
        at: EventTime,
        change: RuleChange,
        refused: Option<RulesRefusal>,
        out: &mut Vec<Decided>,
    ) {
        let at = self.by_match_time(at);
        if refused.is_none() {
            self.changed = at;
        }
        let id = |set: &Arc<RuleSet>| -> RuleSetId { set.id.clone() };
        out.push(Decided::Rules(RuleSetFact {
            at,
            set: self.set().map(id),
            before: self.before.back().map(id),
            change,
            refused,
        }));
    }
}

/// The time that a signal is to be believed about. Whatever a person's device or a provider stamps may be wrong by years;
/// facts carry what the senses made of it, and those look after their clocks. Orders are stamped by the operator's clock,
/// which is not that of a match that was played long ago.
fn trusted(signal: &Signal) -> Option<EventTime> {
    match signal {
        Signal::Tick { at } => Some(*at),
        _ => None,
    }
}

/// What a match that has begun tells whoever joins it.
fn known(game: &Snapshot) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Some(info) = &game.info {
        facts.push(Fact::Game(GameFact {
            info: info.clone(),
            wp_model: game.wp_model.clone(),
        }));
    }
    facts.extend(game.plays.iter().cloned().map(Fact::Play));
    facts.push(Fact::State(game.state.clone()));
    facts
}

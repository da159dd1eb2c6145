//! Productions of live matches: what the rules and directors decide goes to the mixers, and onto the desk where operators
//! see it.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::Context as _;
use matchday_deliver::mixer::{Mixers, OnAir};
use matchday_engine::{
    Guard, Match,
    decide::production::Production,
    rules::{RuleDiff, RuleSet, Tally, diff},
};
use matchday_event::{
    Approved, Audience, EventTime, Fact, GameId, GraphicsCommand, Logged, Proposal, RefusalCode,
    Seq, Signal,
    production::{Action, Cut, Decided, Fired, RuleChange, RuleSetFact, RuleSetId, Shot},
};
use matchday_feeds::driver::{Batch, Sink};
use serde::Serialize;

use crate::{clock, config, rules::Shop};

/// Decisions that the desk remembers of each match.
const RECENT: usize = 200;

/// A decision, and what became of it.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// The record that led to it.
    pub cause: Seq,
    /// What.
    #[serde(flatten)]
    pub decided: Decided,
    /// Why the guard did not let it out, if it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<RefusalCode>,
}

/// A rule set as the desk shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SetView {
    /// Its name.
    pub id: RuleSetId,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// What it is about.
    pub notes: Vec<String>,
    /// How many rules it has.
    pub rules: usize,
}

impl SetView {
    /// Of a set.
    pub fn of(set: &RuleSet) -> Self {
        let mut authors = set.authors.clone();
        authors.sort();
        authors.dedup();
        Self {
            id: set.id.clone(),
            authors,
            notes: set.notes.clone(),
            rules: set.rules.len(),
        }
    }
}

/// What operators see of a match.
#[derive(Debug, Clone, Serialize)]
pub struct DeskView {
    /// The match.
    pub game: GameId,
    /// The match's time, as far as it has been heard of: not the clock on the wall, where a match is replayed.
    pub now: EventTime,
    /// The rules in force.
    pub rules: Option<SetView>,
    /// The rules that a roll-back would lead to.
    pub before: Option<SetView>,
    /// What those in force do differently.
    pub diff: Vec<RuleDiff>,
    /// The last change of rules.
    pub change: Option<RuleSetFact>,
    /// What is on air.
    pub on_air: Shot,
    /// The cut that put it there.
    pub cut: Option<Cut>,
    /// Whether the operator holds it.
    pub held: bool,
    /// Pictures a second.
    pub frame_rate: &'static str,
    /// How much the rules have done.
    pub rows: u64,
    /// Conditions evaluated.
    pub evaluated: u64,
    /// Rules fired.
    pub fired: u64,
    /// Fired, but for a cooldown or `once`.
    pub held_back: u64,
    /// The newest decisions, newest first.
    pub recent: VecDeque<Entry>,
}

/// What operators see.
#[derive(Debug, Default)]
pub struct Desk {
    games: Mutex<BTreeMap<GameId, DeskView>>,
}

impl Desk {
    /// A match.
    pub fn game(&self, game: &GameId) -> Option<DeskView> {
        self.games
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(game)
            .cloned()
    }

    /// The matches that have a production.
    pub fn games(&self) -> Vec<GameId> {
        self.games
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .keys()
            .cloned()
            .collect()
    }
}

/// The productions of all matches.
pub struct Productions {
    config: config::Config,
    shop: Arc<Shop>,
    desk: Arc<Desk>,
    mixers: Option<Mixers>,
    games: BTreeMap<GameId, Production>,
    out: Vec<Decided>,
}

impl Productions {
    /// None yet.
    pub fn new(
        config: &config::Config,
        shop: Arc<Shop>,
        desk: Arc<Desk>,
        mixers: Option<Mixers>,
    ) -> Self {
        Self {
            config: config.clone(),
            shop,
            desk,
            mixers,
            games: BTreeMap::new(),
            out: Vec::new(),
        }
    }

    /// Takes in what a record led to. Whether the rules went back.
    pub fn take(
        &mut self,
        logged: &Logged,
        game: &Match,
        facts: &[Fact],
        live: bool,
        guard: &mut Guard,
    ) -> anyhow::Result<bool> {
        if live {
            self.micro(logged, facts, guard);
        }
        let needed = matches!(logged.signal, Signal::Rules(_) | Signal::Director(_));
        if needed && !self.games.contains_key(&logged.game) {
            let config = self.config.director.production(game.sport());
            let production = Production::new(&config, game.sport(), &game.snapshot())
                .context("the director cannot begin")?;
            self.games.insert(logged.game.clone(), production);
        }
        let Some(production) = self.games.get_mut(&logged.game) else {
            return Ok(false);
        };
        self.out.clear();
        production.take(&logged.signal, facts, &self.shop.book(), &mut self.out);
        // Counters and what is on air by now are shown ten times a second.
        let shown = matches!(logged.signal, Signal::Tick { .. });
        if self.out.is_empty() && !needed && !shown {
            return Ok(false);
        }
        let mut entries = Vec::new();
        for decided in self.out.drain(..) {
            let refused = put_out(
                &decided,
                logged,
                live,
                guard,
                self.mixers.as_ref(),
                production,
            );
            entries.push(Entry {
                cause: logged.seq,
                decided,
                refused,
            });
        }
        let back = |e: &Entry| matches!(&e.decided, Decided::Rules(r) if r.refused.is_none() && r.change != RuleChange::Ordered);
        let changed = entries.iter().any(back);
        note(&self.desk, &logged.game, production, entries);
        Ok(changed)
    }

    fn micro(&self, logged: &Logged, facts: &[Fact], guard: &mut Guard) {
        let Some(mixers) = &self.mixers else { return };
        for fact in facts {
            let Fact::Micro(event) = fact else { continue };
            let proposal = Proposal {
                game: logged.game.clone(),
                cause: logged.seq,
                agent: "micro".into(),
                audience: Audience::Production,
                what: event.clone(),
            };
            if let Ok(approved) = guard.judge(proposal) {
                mixers.micro(&approved);
            }
        }
    }

    /// A graphic, for machines that have a template for it.
    pub fn graphics(&self, approved: &Approved<GraphicsCommand>) {
        if let Some(mixers) = &self.mixers {
            mixers.graphics(approved);
        }
    }

    /// A match is over.
    pub fn ended(&self, game: &GameId) {
        if let Some(mixers) = &self.mixers {
            mixers.ended(game);
        }
    }
}

/// Asks the guard, and hands on what it lets through. What is history is noted, and put out no more.
fn put_out(
    decided: &Decided,
    logged: &Logged,
    live: bool,
    guard: &mut Guard,
    mixers: Option<&Mixers>,
    production: &Production,
) -> Option<RefusalCode> {
    if !live {
        return None;
    }
    match decided {
        Decided::Cut(cut) => judge(
            guard,
            logged,
            "director",
            Audience::Production,
            cut.clone(),
            |cut| {
                if let Some(mixers) = mixers {
                    mixers.cut(cut);
                }
            },
        ),
        Decided::Fired(fired) if fired.action.is_for_viewers() => judge(
            guard,
            logged,
            "rules",
            Audience::Each,
            fired.clone(),
            |_| {},
        ),
        Decided::Fired(fired) if matches!(fired.action, Action::Overlay { .. }) => judge(
            guard,
            logged,
            "rules",
            Audience::Production,
            fired.clone(),
            |fired| {
                if let Some(mixers) = mixers {
                    mixers.overlay(fired);
                }
            },
        ),
        Decided::Released(released) => {
            let overlay = production
                .set()
                .and_then(|set| set.rule(&released.rule))
                .and_then(|r| match &r.action {
                    Action::Overlay { overlay } => Some(overlay.clone()),
                    _ => None,
                })?;
            judge(
                guard,
                logged,
                "rules",
                Audience::Production,
                released.clone(),
                |released| {
                    if let Some(mixers) = mixers {
                        mixers.release(released, &overlay);
                    }
                },
            )
        }
        Decided::Fired(_) | Decided::Rules(_) => None,
    }
}

fn judge<T: matchday_engine::guard::Judged>(
    guard: &mut Guard,
    logged: &Logged,
    agent: &'static str,
    audience: Audience,
    what: T,
    deliver: impl FnOnce(&Approved<T>),
) -> Option<RefusalCode> {
    let proposal = Proposal {
        game: logged.game.clone(),
        cause: logged.seq,
        agent: agent.into(),
        audience,
        what,
    };
    match guard.judge(proposal) {
        Ok(approved) => {
            deliver(&approved);
            None
        }
        Err(refusal) => Some(refusal.code),
    }
}

fn note(desk: &Desk, game: &GameId, production: &Production, entries: Vec<Entry>) {
    let mut games = desk.games.lock().unwrap_or_else(PoisonError::into_inner);
    let view = games.entry(game.clone()).or_insert_with(|| DeskView {
        game: game.clone(),
        now: EventTime(0),
        rules: None,
        before: None,
        diff: Vec::new(),
        change: None,
        on_air: production.director().on_air().clone(),
        cut: None,
        held: false,
        frame_rate: production.director().rate().as_str(),
        rows: 0,
        evaluated: 0,
        fired: 0,
        held_back: 0,
        recent: VecDeque::new(),
    });
    for entry in entries {
        match &entry.decided {
            Decided::Rules(change) => {
                let (set, before) = (production.set(), production.set_before());
                view.rules = set.map(|s| SetView::of(s));
                view.before = before.map(|s| SetView::of(s));
                view.diff = match (before, set) {
                    (Some(old), Some(new)) => diff(old, new),
                    _ => Vec::new(),
                };
                view.change = Some(change.clone());
                metrics::counter!("matchday_rules_changed_total")
                    .increment(u64::from(change.refused.is_none()));
            }
            Decided::Cut(cut) => {
                view.cut = Some(cut.clone());
                metrics::counter!("matchday_cuts_total").increment(1);
            }
            Decided::Fired(Fired { rule, .. }) => {
                metrics::counter!("matchday_rules_fired_total", "rule" => rule.to_string())
                    .increment(1);
            }
            Decided::Released(_) => {}
        }
        if view.recent.len() == RECENT {
            view.recent.pop_back();
        }
        view.recent.push_front(entry);
    }
    view.now = production.now();
    view.on_air = production.director().on_air().clone();
    view.held = production.director().is_held();
    let Tally {
        rows,
        evaluated,
        fired,
        held_back,
    } = production.tally();
    (view.rows, view.evaluated, view.fired, view.held_back) = (rows, evaluated, fired, held_back);
}

/// Puts on the log what mixers say of themselves. A mixer is never made to wait: what does not fit into the queue is
/// counted and gone, for the next cut says where the programme is.
pub fn on_air(sink: Arc<dyn Sink>) -> OnAir {
    let (told, mut heard) = tokio::sync::mpsc::channel::<(GameId, Signal)>(256);
    tokio::spawn(async move {
        while let Some((game, signal)) = heard.recv().await {
            let batch = Batch {
                game,
                source: "mixer".into(),
                signals: vec![signal],
                received: clock::now(),
            };
            if sink.deliver(batch).await.is_err() {
                return;
            }
        }
    });
    Arc::new(move |game, report| {
        let Some(game) = game else { return };
        if told.try_send((game, Signal::Camera(report))).is_err() {
            metrics::counter!("matchday_camera_reports_dropped_total").increment(1);
        }
    })
}

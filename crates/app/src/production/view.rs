//! What operators see of productions.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Mutex, PoisonError},
};

use matchday_engine::{
    Match,
    decide::production::Production,
    rules::{RuleBook, RuleDiff, RuleSet, Tally, diff},
};
use matchday_event::{
    EventTime, Fact, GameId, RefusalCode, Seq, Sport, Team,
    production::{CameraModelId, Cut, Decided, Fired, Frame, RuleSetFact, RuleSetId, Shot},
};
use serde::Serialize;

use crate::camera_models::ModelView;

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

/// Something that was wrong and that somebody may have to look after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The match's time when it was found.
    pub at: EventTime,
    /// The record that showed it.
    pub cause: Seq,
    /// Whose it is.
    pub of: FaultOf,
    /// What, as it stands in metrics and facts.
    pub code: &'static str,
    /// In words, where there are some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// Whose a fault is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultOf {
    /// A feed's: what it said was put right or set aside.
    Feed,
    /// An order about rules that could not be carried out.
    Rules,
    /// An order about the camera model that could not be carried out.
    CameraModel,
}

/// Who decides what is on air.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// The director agent.
    Agent,
    /// An operator holds it.
    Held,
}

/// A match among the others.
#[derive(Debug, Clone, Serialize)]
pub struct Summary {
    /// The match.
    pub game: GameId,
    /// Its sport.
    pub sport: Sport,
    /// The home side, once it is known.
    pub home: Option<Team>,
    /// The visitors, once they are known.
    pub away: Option<Team>,
    /// The match's time, as in [`DeskView::now`].
    pub now: EventTime,
    /// Pictures a second.
    pub frame_rate: &'static str,
    /// Who decides.
    pub mode: Mode,
    /// What is on air at that time.
    pub on_air: Shot,
    /// The cut that put it there.
    pub cut: Option<Cut>,
    /// A cut that was told and whose frame is yet to come.
    pub next: Option<Cut>,
    /// The rules in force.
    pub rules: Option<RuleSetId>,
    /// The camera model in force.
    pub camera_model: Option<CameraModelId>,
    /// The newest firing.
    pub fired: Option<Fired>,
    /// The newest fault.
    pub fault: Option<Fault>,
}

/// What operators see of a match.
#[derive(Debug, Clone, Serialize)]
pub struct DeskView {
    /// The match.
    pub game: GameId,
    /// Its sport.
    pub sport: Sport,
    /// The home side, once it is known.
    pub home: Option<Team>,
    /// The visitors, once they are known.
    pub away: Option<Team>,
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
    /// The camera model that proposes shots below the rules.
    pub camera_model: Option<ModelView>,
    /// What is on air.
    pub on_air: Shot,
    /// The cut that put it there.
    pub cut: Option<Cut>,
    /// The newest fault.
    pub fault: Option<Fault>,
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

impl DeskView {
    /// The match in a few words.
    pub fn summary(&self) -> Summary {
        // Newest first; a cut stands in the place of every one told before it whose frame is the same or later, and one that
        // the guard kept in was told to nobody.
        let mut first = Frame::MAX;
        let stands: Vec<&Cut> = (self.recent.iter())
            .filter(|e| e.refused.is_none())
            .filter_map(|e| match &e.decided {
                Decided::Cut(cut) => Some(cut),
                _ => None,
            })
            .filter(|cut| {
                let stands = cut.frame < first;
                first = first.min(cut.frame);
                stands
            })
            .collect();
        let changes = |cut: &&&Cut| cut.from != cut.shot.camera;
        let (ahead, came): (Vec<&Cut>, Vec<&Cut>) =
            stands.into_iter().partition(|c| c.at > self.now);
        // One that leaves the picture as it is says that another is off; the soonest of the others comes next.
        let next = ahead.iter().rev().find(changes).copied();
        let shot = came.first().map_or(&self.on_air, |c| &c.shot);
        let since = came.iter().filter(|c| c.shot.camera == shot.camera);
        let cut = since.clone().find(changes).or(came.first()).copied();
        let fired = self.recent.iter().find_map(|e| match &e.decided {
            Decided::Fired(fired) => Some(fired.clone()),
            _ => None,
        });
        Summary {
            game: self.game.clone(),
            sport: self.sport,
            home: self.home.clone(),
            away: self.away.clone(),
            now: self.now,
            frame_rate: self.frame_rate,
            mode: if self.held { Mode::Held } else { Mode::Agent },
            on_air: shot.clone(),
            cut: cut
                .or(self.cut.as_ref().filter(|c| c.at <= self.now))
                .cloned(),
            next: next.cloned(),
            rules: self.rules.as_ref().map(|r| r.id.clone()),
            camera_model: self.camera_model.as_ref().map(|m| m.id.clone()),
            fired,
            fault: self.fault.clone(),
        }
    }
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

    /// The newest cut that was told of a match, and how its rules last changed.
    pub fn newest(&self, game: &GameId) -> (Option<Cut>, Option<RuleSetFact>) {
        let games = self.games.lock().unwrap_or_else(PoisonError::into_inner);
        let view = games.get(game);
        let cut = view.and_then(|v| v.summary().cut);
        (cut, view.and_then(|v| v.change.clone()))
    }

    /// The matches that have a production, by id.
    pub fn summaries(&self) -> Vec<Summary> {
        self.games
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .map(DeskView::summary)
            .collect()
    }

    /// A production begins.
    pub(super) fn open(&self, game: &Match, production: &Production) {
        let snapshot = game.snapshot();
        let (home, away) = snapshot.info.map(|i| (i.home, i.away)).unzip();
        let mut games = self.games.lock().unwrap_or_else(PoisonError::into_inner);
        games.entry(game.id().clone()).or_insert_with(|| DeskView {
            game: game.id().clone(),
            sport: game.sport(),
            home,
            away,
            now: EventTime(0),
            rules: None,
            before: None,
            diff: Vec::new(),
            change: None,
            on_air: production.director().on_air().clone(),
            cut: None,
            fault: None,
            camera_model: None,
            held: false,
            frame_rate: production.director().rate().as_str(),
            rows: 0,
            evaluated: 0,
            fired: 0,
            held_back: 0,
            recent: VecDeque::new(),
        });
    }

    /// Notes what facts say of a match beside its decisions: who plays, and what was wrong.
    pub(super) fn facts(&self, game: &GameId, cause: Seq, facts: &[Fact]) {
        let said = |fact: &&Fact| matches!(fact, Fact::Game(_) | Fact::Healed(_));
        let mut said = facts.iter().filter(said).peekable();
        if said.peek().is_none() {
            return;
        }
        let mut games = self.games.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(view) = games.get_mut(game) else {
            return;
        };
        for fact in said {
            match fact {
                Fact::Game(game) => {
                    view.home = Some(game.info.home.clone());
                    view.away = Some(game.info.away.clone());
                }
                Fact::Healed(healed) => {
                    let detail = match (&healed.was, &healed.now) {
                        (Some(was), Some(now)) => Some(format!("{was}, taken as {now}")),
                        (Some(was), None) => Some(was.clone()),
                        (None, now) => now.clone(),
                    };
                    view.fault = Some(Fault {
                        at: view.now,
                        cause,
                        of: FaultOf::Feed,
                        code: healed.code.as_str(),
                        detail,
                    });
                }
                _ => {}
            }
        }
    }

    /// Notes what was decided, and how the production stands.
    pub(super) fn note(
        &self,
        game: &GameId,
        production: &Production,
        book: &RuleBook,
        entries: Vec<Entry>,
    ) {
        let mut games = self.games.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(view) = games.get_mut(game) else {
            return;
        };
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
                    if let Some(refused) = change.refused {
                        view.fault = Some(Fault {
                            at: change.at,
                            cause: entry.cause,
                            of: FaultOf::Rules,
                            code: refused.as_str(),
                            detail: None,
                        });
                    }
                    metrics::counter!("matchday_rules_changed_total")
                        .increment(u64::from(change.refused.is_none()));
                }
                Decided::CameraModel(change) => {
                    view.camera_model = production
                        .camera_model()
                        .and_then(|id| Some(ModelView::of(id, book.model(id)?)));
                    if let Some(refused) = change.refused {
                        view.fault = Some(Fault {
                            at: change.at,
                            cause: entry.cause,
                            of: FaultOf::CameraModel,
                            code: refused.as_str(),
                            detail: None,
                        });
                    }
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
        (view.rows, view.evaluated, view.fired, view.held_back) =
            (rows, evaluated, fired, held_back);
    }
}

//! What is new in a document that is polled whole, again and again.

use std::collections::{BTreeMap, HashMap, HashSet};

use matchday_event::{
    FaultCode, GameInfo, GameStatus, OddsReport, PlayId, PlayReport, Signal, Team,
};

use crate::{Fault, Parsed};

/// What one document changes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    /// The signals that are new or differ from the last of their kind, in the document's order, with plays taken
    /// back before them.
    pub signals: Vec<Signal>,
    /// What was held back, if anything was.
    pub faults: Vec<Fault>,
}

/// Remembers what one game's feeds have said and turns each document into what is new in it.
///
/// A document that lists fewer plays than are known is held back until the next one confirms it: feeds that
/// restart serve half a game for a moment, and taking a hundred plays back and putting them on again would show
/// to everybody. For the same reason a document without a single play never takes any back. A play replaced by another under a new id does not shrink the list and goes through at once.
#[derive(Debug, Clone, Default)]
pub struct Reconciler {
    plays: HashMap<PlayId, PlayReport>,
    info: Option<GameInfo>,
    status: Option<GameStatus>,
    odds: BTreeMap<std::sync::Arc<str>, OddsReport>,
    /// The plays that the last document lacked, if it was held back for that.
    held: Option<HashSet<PlayId>>,
}

impl Reconciler {
    /// Takes a document in: what it changes is remembered and returned.
    pub fn apply(&mut self, parsed: &Parsed) -> Changes {
        let changes = self.diff(parsed);
        for signal in &changes.signals {
            self.observe(signal);
        }
        changes
    }

    /// What a document changes, without taking it in: the caller [`observe`](Self::observe)s the signals once
    /// the log has accepted them, so that a signal the log refused is found new again.
    pub fn diff(&mut self, parsed: &Parsed) -> Changes {
        let mut changes = Changes::default();
        if parsed.whole {
            let listed: HashSet<&PlayId> = parsed.plays().map(|p| &p.play_id).collect();
            let mut missing: Vec<&PlayReport> = self
                .plays
                .values()
                .filter(|p| !listed.contains(&p.play_id))
                .collect();
            if listed.len() < self.plays.len() {
                let ids: HashSet<PlayId> = missing.iter().map(|p| p.play_id.clone()).collect();
                // Confirmed by a second document that lacks no play which the first one had.
                let confirmed = self.held.as_ref().is_some_and(|held| ids.is_subset(held));
                if !confirmed {
                    changes.faults.push(Fault::new(
                        FaultCode::Shrunk,
                        "plays",
                        format!(
                            "{} plays where {} are known; held back until the next document confirms it",
                            listed.len(),
                            self.plays.len()
                        ),
                    ));
                    self.held = Some(ids);
                    return changes;
                }
            }
            self.held = None;
            if listed.is_empty() {
                // No provider takes a whole game back; one that lists no play has merely lost them.
                missing.clear();
            }
            missing.sort_by(|a, b| (a.order, &a.play_id).cmp(&(b.order, &b.play_id)));
            changes
                .signals
                .extend(missing.into_iter().map(|p| Signal::Withdrawn {
                    play_id: p.play_id.clone(),
                }));
        }
        for signal in &parsed.signals {
            match signal {
                Signal::Info(info) => {
                    let info = match &self.info {
                        Some(known) => filled_in(info, known),
                        None => info.clone(),
                    };
                    if self.info.as_ref() != Some(&info) {
                        changes.signals.push(Signal::Info(info));
                    }
                }
                Signal::Play(play) => {
                    if self.plays.get(&play.play_id) != Some(play) {
                        changes.signals.push(signal.clone());
                    }
                }
                Signal::Withdrawn { play_id } => {
                    if self.plays.contains_key(play_id) {
                        changes.signals.push(signal.clone());
                    }
                }
                Signal::Status(status) => {
                    if self.status.as_ref() != Some(status) {
                        changes.signals.push(signal.clone());
                    }
                }
                Signal::Odds(odds) => {
                    if self.odds.get(&odds.book) != Some(odds) {
                        changes.signals.push(signal.clone());
                    }
                }
                // A report of the senses is of its own span of time: none repeats another.
                _ => changes.signals.push(signal.clone()),
            }
        }
        changes
    }

    /// Remembers a signal that lies on the log. Fed the whole log of a game after a restart, it knows what it
    /// knew before, and nothing is said twice.
    pub fn observe(&mut self, signal: &Signal) {
        match signal {
            Signal::Info(info) => self.info = Some(info.clone()),
            Signal::Play(play) => {
                self.plays.insert(play.play_id.clone(), play.clone());
            }
            Signal::Withdrawn { play_id } => {
                self.plays.remove(play_id);
            }
            Signal::Status(status) => self.status = Some(status.clone()),
            Signal::Odds(odds) => {
                self.odds.insert(odds.book.clone(), odds.clone());
            }
            _ => {}
        }
    }

    /// Who plays, as far as is known.
    pub fn info(&self) -> Option<&GameInfo> {
        self.info.as_ref()
    }

    /// Whether the game is over by its last status.
    pub fn is_final(&self) -> bool {
        self.status
            .as_ref()
            .is_some_and(|s| s.phase == matchday_event::GamePhase::Final)
    }

    /// How many plays are known.
    pub fn plays(&self) -> usize {
        self.plays.len()
    }
}

/// A report of who plays, with what it leaves out taken from what is known: one feed of a game carries the line,
/// another the stadium, and neither must wipe out the other's.
fn filled_in(new: &GameInfo, known: &GameInfo) -> GameInfo {
    let team = |new: &Team, known: &Team| Team {
        color: new.color.clone().or_else(|| known.color.clone()),
        alt_color: new.alt_color.clone().or_else(|| known.alt_color.clone()),
        ..new.clone()
    };
    let line = match (new.line, known.line) {
        (Some(new), Some(known)) => Some(matchday_event::Line {
            spread_home: new.spread_home.or(known.spread_home),
            total: new.total.or(known.total),
        }),
        (new, known) => new.or(known),
    };
    GameInfo {
        sport: new.sport,
        league: new.league.clone(),
        season: new.season.or(known.season),
        week: new.week.or(known.week),
        postseason: new.postseason || known.postseason,
        home: team(&new.home, &known.home),
        away: team(&new.away, &known.away),
        kickoff: new.kickoff.or(known.kickoff),
        neutral: new.neutral || known.neutral,
        venue: new.venue.clone().or_else(|| known.venue.clone()),
        line,
        forecast: new.forecast.or(known.forecast),
        rules: new.rules.or(known.rules),
    }
}

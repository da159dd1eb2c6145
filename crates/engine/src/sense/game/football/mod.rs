//! The game agent of American football: a fold over play reports that heals as it goes.

mod classify;
mod drives;
mod facts;
mod fold;
mod heal;
mod ids;
mod input;
mod model;
mod moved;
mod names;
mod overtime;
mod phrases;
mod project;
mod rules;
mod score;
mod state;
mod status;

use std::{collections::BTreeMap, sync::Arc};

use matchday_event::{
    DriveFact, DriveResult, Fact, FaultCode, GameFact, GameInfo, GamePhase, GameStatus, HealedFact,
    Line, NextPlay, OddsReport, PlayFact, PlayId, PlayReport, ScoreFact, Signal, StateFact,
};
pub use model::FootballModel;
use model::Price;

use self::{
    classify::Class,
    drives::DriveLog,
    fold::{Entry, REPEAT, Tools, refold, refold_from},
    ids::Ids,
    input::Input,
    names::Names,
    rules::Context,
    state::{Drive, State},
};
use super::{Changes, GameAgent, ModelSet, key_plays::KeyPlays, scored::scores};

/// Reads a play's sentence alone: the kind, what came of it, and whether it said anything at all.
pub fn read_text(
    text: &str,
) -> Option<(
    matchday_event::football::PlayKind,
    matchday_event::football::Tags,
)> {
    let Class {
        kind,
        tags,
        unclassified,
        ..
    } = classify::read(text);
    (!unclassified).then_some((kind, tags))
}

/// What is told after the plays.
#[derive(Debug, Default)]
struct Told {
    scores: Vec<ScoreFact>,
    key_plays: bool,
}

/// A football game.
#[derive(Debug)]
pub struct Football {
    model: Arc<dyn FootballModel>,
    context: Context,
    names: Names,
    info: Option<GameInfo>,
    odds: BTreeMap<Arc<str>, Line>,
    entries: Vec<Entry>,
    ids: Ids,
    key_plays: KeyPlays,
    drives: Vec<DriveFact>,
    drive_log: DriveLog,
    status: Option<GameStatus>,
    /// The play that was last when the status came.
    status_after: Option<PlayId>,
    final_told: Option<matchday_event::Score>,
    now: State,
    now_price: Price,
    state: StateFact,
    healed: Vec<HealedFact>,
}

impl Football {
    /// A game of which nothing is known yet.
    pub fn new(model: Arc<dyn FootballModel>) -> Self {
        let context = Context::new(model.rules(), None, None);
        let now = State::start();
        let now_price = Price::new(&*model, now.snap(&context));
        let state = status::state_fact(GamePhase::Scheduled, &now, &now_price);
        Self {
            model,
            context,
            names: Names::default(),
            info: None,
            odds: BTreeMap::new(),
            entries: Vec::new(),
            ids: Ids::default(),
            key_plays: KeyPlays::default(),
            drives: Vec::new(),
            drive_log: DriveLog::default(),
            status: None,
            status_after: None,
            final_told: None,
            now,
            now_price,
            state,
            healed: Vec::new(),
        }
    }

    /// What the models looked at before each play, beside what came of it: the rows that training takes.
    pub fn play_snaps(&self) -> impl Iterator<Item = (matchday_learn::football::Snap, &PlayFact)> {
        self.entries
            .iter()
            .filter_map(|e| Some((e.price.as_ref()?.snap, e.fact.as_deref()?)))
    }

    fn play(&mut self, report: &PlayReport, out: &mut Changes) {
        let Some(input) = Input::new(report) else {
            return;
        };
        let known = self.ids.find(&input.play_id, &self.entries);
        let Some(old) = known else {
            let at = self.place(&input);
            if let Some(after) = self.entries.get(at) {
                let after = after.input.play_id.to_string();
                let id = input.play_id.clone();
                self.note(FaultCode::OutOfOrder, Some(&id), None, Some(after));
            }
            if self.entries.capacity() == 0 {
                // A game has 150 to 200 plays: room for them at once spares moving them time and again.
                self.entries.reserve(200);
            }
            self.ids.insert(at, &input.play_id);
            self.entries.insert(at, Entry::new(input));
            return self.recompute(at, at + REPEAT, out);
        };
        if self.entries[old].input == input {
            return;
        }
        let order = self.entries[old].input.order;
        if order == input.order {
            self.note(FaultCode::Corrected, Some(&input.play_id), None, None);
            self.entries[old].input = input;
            return self.recompute(old, old + REPEAT, out);
        }
        // The play has moved.
        let now = input.order.to_string();
        self.note(
            FaultCode::Corrected,
            Some(&input.play_id),
            Some(order.to_string()),
            Some(now),
        );
        let mut entry = self.entries.remove(old);
        self.ids.remove(old);
        let to = self.place(&input);
        entry.input = input;
        self.ids.insert(to, &entry.input.play_id);
        self.entries.insert(to, entry);
        self.recompute(old.min(to), old.max(to) + REPEAT, out);
    }

    /// Where a play belongs.
    fn place(&self, input: &Input) -> usize {
        let key = input.key();
        match self.entries.last() {
            Some(last) if last.input.key() >= key => {
                self.entries.partition_point(|e| e.input.key() < key)
            }
            _ => self.entries.len(),
        }
    }

    fn withdraw(&mut self, play_id: &PlayId, out: &mut Changes) {
        let Some(at) = self.ids.find(play_id, &self.entries) else {
            return;
        };
        self.ids.remove(at);
        let entry = self.entries.remove(at);
        self.note(FaultCode::Withdrawn, Some(play_id), None, None);
        self.recompute_without(Some(entry), at, at + REPEAT, out);
    }

    fn note(
        &mut self,
        code: FaultCode,
        play_id: Option<&PlayId>,
        was: Option<String>,
        now: Option<String>,
    ) {
        self.healed.push(HealedFact {
            code,
            play_id: play_id.cloned(),
            was,
            now,
        });
    }

    fn recompute(&mut self, at: usize, settled: usize, out: &mut Changes) {
        self.recompute_without(None, at, settled, out);
    }

    /// Folds again from the play at `at`, or a little before, and tells what came of it.
    fn recompute_without(
        &mut self,
        gone: Option<Entry>,
        at: usize,
        settled: usize,
        out: &mut Changes,
    ) {
        let from = if gone.is_some() || at + 1 < self.entries.len() {
            at.saturating_sub(heal::AHEAD)
        } else {
            refold_from(&self.entries, at)
        };
        let mut tools = Tools {
            context: &self.context,
            model: &*self.model,
            names: &self.names,
            last: Some(self.now_price.clone()),
            healed: &mut self.healed,
            drives: &mut self.drive_log,
        };
        let end = refold(&mut self.entries, from, settled, &mut tools);
        self.tell(gone, from, end, out);
    }

    /// Tells everything that changed, the plays from `from` to `end` having been folded again.
    fn tell(&mut self, gone: Option<Entry>, from: usize, end: usize, out: &mut Changes) {
        self.settle_now();
        out.facts.extend(self.healed.drain(..).map(Fact::Healed));
        let mut told = Told::default();
        if let Some(old) = gone.and_then(|entry| entry.fact) {
            out.facts.push(Fact::PlayWithdrawn {
                play_id: old.play_id.clone(),
            });
            told.key_plays |= self.key_plays.update(&old.play_id, Some(&old), None);
            let taken = scores(&old.play_id, Some(&old), None, self.now.score);
            told.scores.extend(taken.into_iter().flatten());
        }
        // A play's figures end where the next one's begin, so the one before the first is told again too.
        let first = (0..from)
            .rev()
            .find(|&k| !self.entries[k].duplicate)
            .unwrap_or(from);
        for at in first..end {
            self.tell_play(at, &mut told, &mut out.facts);
        }
        // The last play's figures end with the state now, whatever was folded again.
        if let Some(last) = self.entries.iter().rposition(|e| !e.duplicate)
            && last >= end
        {
            self.tell_play(last, &mut told, &mut out.facts);
        }
        out.facts.extend(told.scores.into_iter().map(Fact::Score));
        self.tell_drives(end, out);
        if told.key_plays
            && let Some(fact) = self.key_plays.changed()
        {
            out.facts.push(Fact::KeyPlays(fact));
        }
        let state = status::state_fact(self.phase(), &self.now, &self.now_price);
        if state != self.state {
            self.state = state.clone();
            out.facts.push(Fact::State(state));
        }
    }

    fn tell_play(&mut self, at: usize, told: &mut Told, out: &mut Vec<Fact>) {
        let entry = &self.entries[at];
        let next = self.entries[at + 1..].iter().find(|e| !e.duplicate);
        let fact = match next {
            _ if entry.duplicate => None,
            Some(next) => {
                let price = next.price.as_ref().unwrap_or(&self.now_price);
                facts::play(entry, (next.before.score, &next.before, price))
            }
            None => facts::play(entry, (entry.after.score, &self.now, &self.now_price)),
        };
        if fact.as_ref() == entry.fact.as_deref() {
            return;
        }
        let id = &entry.input.play_id;
        let old = entry.fact.as_deref();
        let fact = fact.map(Arc::new);
        told.key_plays |= self.key_plays.update(id, old, fact.as_deref());
        let scores = scores(id, old, fact.as_deref(), self.now.score);
        told.scores.extend(scores.into_iter().flatten());
        out.push(match &fact {
            Some(fact) => Fact::Play(fact.clone()),
            None => Fact::PlayWithdrawn {
                play_id: id.clone(),
            },
        });
        self.entries[at].fact = fact;
    }

    fn tell_drives(&mut self, end: usize, out: &mut Changes) {
        let over = self.now.next == NextPlay::Over;
        let last = self.entries.last().map(|e| e.after.drive);
        // The drive in progress is told last, for it ends with the game, whatever its plays say.
        let earlier = |d: &&Drive| last.is_none_or(|last| d.number < last.number);
        let earlier = self.drive_log.drives().iter().filter(earlier);
        for drive in earlier.chain(last.iter().filter(|d| d.number > 0)) {
            let mut fact = DriveFact::from(drive);
            if over && drive.open {
                fact.result = Some(DriveResult::EndOfHalf);
            }
            let at = usize::from(fact.number) - 1;
            match self.drives.get_mut(at) {
                Some(old) if *old == fact => continue,
                Some(old) => old.clone_from(&fact),
                None => self.drives.push(fact.clone()),
            }
            out.facts.push(Fact::Drive(fact));
        }
        self.drive_log.clear();
        if end >= self.entries.len() {
            let last = self.entries.last().map_or(0, |e| e.after.drive.number);
            if self.drives.len() > usize::from(last) {
                self.drives.truncate(usize::from(last));
                out.drives_end = Some(last);
            }
        }
    }

    fn set_info(&mut self, info: &GameInfo, out: &mut Changes) {
        let mut info = info.clone();
        if let Some(old) = &self.info {
            // The price before kick-off is that; a feed that keeps sending the running price changes nothing.
            if !self.entries.is_empty() && old.line.is_some() || info.line.is_none() {
                info.line = old.line;
            }
            if !self.entries.is_empty() && old.forecast.is_some() || info.forecast.is_none() {
                info.forecast = old.forecast;
            }
        }
        if self.info.as_ref() != Some(&info) {
            self.names = Names::new(Some(&info));
            out.facts.push(Fact::Game(GameFact {
                info: info.clone(),
                wp_model: self.model.name().clone(),
            }));
            self.info = Some(info);
        }
        self.new_context(out);
    }

    fn odds(&mut self, odds: &OddsReport, out: &mut Changes) {
        if !self.entries.is_empty() {
            return;
        }
        self.odds.insert(odds.book.clone(), odds.line);
        self.new_context(out);
    }

    /// The price to go by: the feed's own, else the middle one of the bookmakers', else what ratings expect.
    fn line(&self) -> Option<Line> {
        let own = self.info.as_ref().and_then(|i| i.line);
        let middle = |of: fn(&Line) -> Option<f32>| {
            let mut all: Vec<f32> = self
                .odds
                .values()
                .filter_map(of)
                .filter(|x| x.is_finite())
                .collect();
            all.sort_by(f32::total_cmp);
            all.get(all.len().saturating_sub(1) / 2).copied()
        };
        let forecast = self.info.as_ref().and_then(|i| i.forecast);
        let forecast = forecast.map(|f| (f.away - f.home) as f32);
        let line = Line {
            spread_home: own
                .and_then(|l| l.spread_home)
                .or_else(|| middle(|l| l.spread_home))
                .or(forecast),
            total: own.and_then(|l| l.total).or_else(|| middle(|l| l.total)),
        };
        (line.spread_home.is_some() || line.total.is_some()).then_some(line)
    }

    fn new_context(&mut self, out: &mut Changes) {
        let context = Context::new(self.model.rules(), self.info.as_ref(), self.line());
        self.context = context;
        for entry in &mut self.entries {
            entry.price = None;
        }
        self.now_price = Price::new(&*self.model, self.now.snap(&self.context));
        self.recompute(0, self.entries.len(), out);
    }

    fn set_status(&mut self, status: &GameStatus, out: &mut Changes) {
        let mut status = status.clone();
        status.score = status.score.filter(score::possible);
        if let (Some(last), Some(score)) = (self.entries.last_mut(), status.score) {
            let shown = last.input.score_after == Some(score) && last.confirmed != Some(score);
            if shown {
                last.confirmed = Some(score);
            }
        }
        self.status = Some(status.clone());
        self.status_after = self.entries.last().map(|e| e.input.play_id.clone());
        if status.phase == GamePhase::Final
            && let Some(score) = status.score
            && self.final_told != Some(score)
            && let Some(last) = self.entries.last()
            && last.after.score != score
        {
            self.final_told = Some(score);
            let was = score::show(last.after.score);
            self.note(
                FaultCode::FinalMismatch,
                None,
                Some(was),
                Some(score::show(score)),
            );
        }
        // The plays stand above a scoreboard that falls behind them; what it showed is noted, not used.
        if status.phase != GamePhase::Final
            && let (Some(last), Some(told)) = (self.entries.last(), status.score)
            && let kept = last.after.score
            && (told.home < kept.home || told.away < kept.away)
        {
            let id = last.input.play_id.clone();
            self.note(
                FaultCode::ScoreDrop,
                Some(&id),
                Some(score::show(told)),
                Some(score::show(kept)),
            );
        }
        let last = self.entries.len().saturating_sub(1);
        self.recompute(last, self.entries.len(), out);
    }
}

impl GameAgent for Football {
    fn set_league(&mut self, models: &ModelSet, league: &str) {
        // Everything is worked out again with the rest of the signal that told the league.
        self.model = models.football(league);
    }

    fn apply(&mut self, signal: &Signal, out: &mut Changes) {
        match signal {
            Signal::Info(info) => self.set_info(info, out),
            Signal::Play(report) => self.play(report, out),
            Signal::Withdrawn { play_id } => self.withdraw(play_id, out),
            Signal::Status(status) => self.set_status(status, out),
            Signal::Odds(odds) => self.odds(odds, out),
            // What the crowd does is the other senses' business.
            _ => {}
        }
    }

    fn info(&self) -> Option<&GameInfo> {
        self.info.as_ref()
    }

    fn wp_model(&self) -> &Arc<str> {
        self.model.name()
    }

    fn state(&self) -> &StateFact {
        &self.state
    }

    fn plays(&self) -> Box<dyn DoubleEndedIterator<Item = &Arc<PlayFact>> + '_> {
        Box::new(self.entries.iter().filter_map(|e| e.fact.as_ref()))
    }

    fn key_plays(&self) -> &[PlayId] {
        self.key_plays.told()
    }

    fn drives(&self) -> &[DriveFact] {
        &self.drives
    }

    fn football(&self) -> Option<&Football> {
        Some(self)
    }

    fn tells_something(&self, play: &PlayFact) -> bool {
        play.text.is_some() && play.detail.football().is_some_and(|p| p.kind.is_snap())
    }
}

//! The fold that the sports without drives share: plays in order, each with the state before and after it.
//!
//! A sport brings its state and how one play changes it ([`Rules`]); this file does the rest: order, corrections,
//! prices, win probability added, key plays, facts. A play at the end is folded in constant time; anything else
//! folds again from its place until nothing changes any more.

use std::{collections::BTreeMap, fmt, sync::Arc};

use matchday_event::{
    Detail, Fact, FaultCode, GameClock, GameFact, GameInfo, GamePhase, GameStatus, HealedFact,
    OddsReport, PlayDetail, PlayFact, PlayId, PlayReport, Score, ScoreFact, Signal, StateDetail,
    StateFact, round,
};

use super::{Changes, GameAgent, ModelSet, Moments, key_plays::KeyPlays, scored::scores};

/// What the models say of a state, rounded as facts carry it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Price {
    /// Home win probability, a tie counted as half.
    pub wp: f64,
    /// Leverage index of the next play.
    pub leverage: Option<f64>,
    /// Chances of a home win, a draw and an away win, in the sport that has draws.
    pub ways: Option<[f64; 3]>,
}

impl Price {
    /// Six places for a probability that is sure only when the game is over, four for leverage.
    pub fn new(wp: f64, leverage: Option<f64>, over: bool) -> Self {
        let wp = round::six(wp);
        Self {
            wp: if over { wp } else { wp.clamp(1e-6, 1.0 - 1e-6) },
            leverage: leverage.map(round::four).filter(|_| !over),
            ways: None,
        }
    }

    /// With the chances of a home win, a draw and an away win.
    #[must_use]
    pub fn with_ways(self, ways: [f64; 3]) -> Self {
        Self {
            ways: Some(ways.map(round::six)),
            ..self
        }
    }
}

/// Decimal prices turned into probabilities, the bookmaker's margin taken out, the mean of all books.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pregame {
    /// Of a home win.
    pub home: f64,
    /// Of a draw; 0 where nobody prices one.
    pub draw: f64,
    /// Of an away win.
    pub away: f64,
}

/// Takes down what was healed in one play, each code once for every play.
#[derive(Debug)]
pub struct Heals<'a> {
    play_id: &'a PlayId,
    reported: &'a mut u64,
    out: &'a mut Vec<HealedFact>,
}

impl Heals<'_> {
    /// Something was healed.
    pub fn note(&mut self, code: FaultCode, was: Option<String>, now: Option<String>) {
        let bit = 1_u64 << (code as u32 % 64);
        if *self.reported & bit == 0 {
            *self.reported |= bit;
            self.out.push(HealedFact {
                code,
                play_id: Some(self.play_id.clone()),
                was,
                now,
            });
        }
    }
}

/// What a sport adds to the fold.
pub trait Rules: fmt::Debug + Send + 'static {
    /// Where a game stands.
    type State: Clone + PartialEq + fmt::Debug + Send;
    /// Whether a report is of this sport.
    fn takes(&self, detail: &Detail) -> bool;
    /// The model's name.
    fn model(&self) -> &Arc<str>;
    /// The league has become known, or another.
    fn set_league(&mut self, models: &ModelSet, league: &str);
    /// What is known beside the plays has changed.
    fn set_context(&mut self, info: Option<&GameInfo>, pregame: Option<Pregame>);
    /// Before the first play.
    fn start(&self) -> Self::State;
    /// Brings the state that the play before led to into line with the report, and returns the state after it.
    fn step(
        &self,
        before: &mut Self::State,
        report: &PlayReport,
        heals: &mut Heals<'_>,
    ) -> Self::State;
    /// The game is over with this score, if one is told.
    fn end(&self, state: &mut Self::State, score: Option<Score>);
    /// Whether it is over.
    fn over(&self, state: &Self::State) -> bool;
    /// Whether this is the break in the middle.
    fn halftime(&self, _state: &Self::State) -> bool {
        false
    }
    /// The clock.
    fn clock(&self, state: &Self::State) -> GameClock;
    /// The score.
    fn score(&self, state: &Self::State) -> Score;
    /// What the models say.
    fn price(&self, state: &Self::State) -> Price;
    /// Whether anything was at stake in the play, so that it has a leverage.
    fn live_play(&self, report: &PlayReport) -> bool;
    /// The sport's part of a play's fact; `price` is what the models say after it.
    fn play_detail(
        &self,
        before: &Self::State,
        report: &PlayReport,
        after: &Self::State,
        price: &Price,
    ) -> PlayDetail;
    /// The sport's part of where the game stands; `price` is what the models say of it.
    fn state_detail(&self, state: &Self::State, price: &Price) -> StateDetail;
    /// The plays from `from` on have been folded again: the moment for what hangs on more than one play.
    fn folded(&mut self, _entries: &[Entry<Self::State>], _from: usize) {}
    /// Whether the wall can show this play as what happened last.
    fn tells_something(&self, play: &PlayFact) -> bool {
        play.text.is_some()
    }
    /// The rows that training takes.
    fn moments(&self, entries: &[Entry<Self::State>]) -> Moments;
}

/// One play of the fold.
#[derive(Debug)]
pub struct Entry<S> {
    /// The report.
    pub report: PlayReport,
    /// Before it.
    pub before: S,
    /// After it.
    pub after: S,
    price: Option<Price>,
    reported: u64,
    fact: Option<Arc<PlayFact>>,
}

impl<S> Entry<S> {
    fn key(&self) -> (i64, &PlayId) {
        (self.report.order, &self.report.play_id)
    }
}

/// A game of a sport.
#[derive(Debug)]
pub struct Timeline<R: Rules> {
    rules: R,
    info: Option<GameInfo>,
    odds: BTreeMap<Arc<str>, Pregame>,
    entries: Vec<Entry<R::State>>,
    key_plays: KeyPlays,
    status: Option<GameStatus>,
    final_told: Option<Score>,
    now: R::State,
    now_price: Price,
    state: StateFact,
    healed: Vec<HealedFact>,
}

impl<R: Rules> Timeline<R> {
    /// A game of which nothing is known yet.
    pub fn new(rules: R) -> Self {
        let now = rules.start();
        let now_price = rules.price(&now);
        let state = StateFact {
            phase: GamePhase::Scheduled,
            clock: rules.clock(&now),
            score: rules.score(&now),
            wp_home: now_price.wp,
            leverage: now_price.leverage,
            detail: rules.state_detail(&now, &now_price),
        };
        Self {
            rules,
            info: None,
            odds: BTreeMap::new(),
            entries: Vec::new(),
            key_plays: KeyPlays::default(),
            status: None,
            final_told: None,
            now,
            now_price,
            state,
            healed: Vec::new(),
        }
    }

    fn note(&mut self, code: FaultCode, play_id: Option<&PlayId>, was: Option<String>) {
        self.healed.push(HealedFact {
            code,
            play_id: play_id.cloned(),
            was,
            now: None,
        });
    }

    fn find(&self, id: &PlayId) -> Option<usize> {
        // A new play is the usual case, and a correction is nearly always of a late one.
        self.entries.iter().rposition(|e| e.report.play_id == *id)
    }

    fn place(&self, report: &PlayReport) -> usize {
        let key = (report.order, &report.play_id);
        match self.entries.last() {
            Some(last) if last.key() >= key => self.entries.partition_point(|e| e.key() < key),
            _ => self.entries.len(),
        }
    }

    fn play(&mut self, report: &PlayReport, out: &mut Changes) {
        if !self.rules.takes(&report.detail) {
            return;
        }
        let mut from = usize::MAX;
        let mut kept = (0, None);
        if let Some(old) = self.find(&report.play_id) {
            if self.entries[old].report == *report {
                return;
            }
            self.note(FaultCode::Corrected, Some(&report.play_id), None);
            let entry = self.entries.remove(old);
            kept = (entry.reported, entry.fact);
            from = old;
        }
        let at = self.place(report);
        if from == usize::MAX && at < self.entries.len() {
            self.note(FaultCode::OutOfOrder, Some(&report.play_id), None);
        }
        let start = self.rules.start();
        self.entries.insert(
            at,
            Entry {
                report: report.clone(),
                before: start.clone(),
                after: start,
                price: None,
                reported: kept.0,
                fact: kept.1,
            },
        );
        self.refold(at.min(from), at.max(from.min(at)), out);
    }

    fn withdraw(&mut self, id: &PlayId, out: &mut Changes) {
        let Some(at) = self.find(id) else { return };
        let entry = self.entries.remove(at);
        self.note(FaultCode::Withdrawn, Some(id), None);
        if let Some(old) = entry.fact {
            out.facts.push(Fact::PlayWithdrawn {
                play_id: old.play_id.clone(),
            });
            self.key_plays.update(&old.play_id, Some(&old), None);
            let score = old.score_before;
            let taken = scores(&old.play_id, Some(&old), None, score);
            out.facts
                .extend(taken.into_iter().flatten().map(Fact::Score));
        }
        self.refold(at, at, out);
    }

    /// Folds again from `from`, at the least through `through`, and tells what changed.
    fn refold(&mut self, from: usize, through: usize, out: &mut Changes) {
        let mut end = self.entries.len();
        for at in from..self.entries.len() {
            let previous = match at.checked_sub(1) {
                Some(last) => self.entries[last].after.clone(),
                None => self.rules.start(),
            };
            let entry = &mut self.entries[at];
            let mut before = previous;
            let mut heals = Heals {
                play_id: &entry.report.play_id,
                reported: &mut entry.reported,
                out: &mut self.healed,
            };
            let after = self.rules.step(&mut before, &entry.report, &mut heals);
            let same = entry.price.is_some() && before == entry.before && after == entry.after;
            if at > through && same {
                end = at;
                break;
            }
            if entry.price.is_none() || before != entry.before {
                // A play at the end mostly begins where the one before it left off, and that is priced already.
                entry.price = Some(if before == self.now {
                    self.now_price
                } else {
                    self.rules.price(&before)
                });
            }
            (entry.before, entry.after) = (before, after);
        }
        self.rules.folded(&self.entries, from);
        self.tell(from, end, out);
    }

    fn tell(&mut self, from: usize, end: usize, out: &mut Changes) {
        let mut now = match self.entries.last() {
            Some(last) => last.after.clone(),
            None => self.rules.start(),
        };
        let phase = self.status.as_ref().map(|s| s.phase);
        if phase == Some(GamePhase::Final) {
            let score = self.status.as_ref().and_then(|s| s.score);
            self.check_final(&now, score);
            self.rules.end(&mut now, score);
        }
        if now != self.now || self.entries.is_empty() {
            self.now_price = self.rules.price(&now);
        }
        self.now = now;
        out.facts.extend(self.healed.drain(..).map(Fact::Healed));
        let mut told = Vec::new();
        for at in from.saturating_sub(1)..end {
            self.tell_play(at, &mut told, out);
        }
        if let Some(last) = self.entries.len().checked_sub(1)
            && last >= end
        {
            self.tell_play(last, &mut told, out);
        }
        out.facts.extend(told.into_iter().map(Fact::Score));
        if let Some(fact) = self.key_plays.changed() {
            out.facts.push(Fact::KeyPlays(fact));
        }
        let state = StateFact {
            phase: self.phase(),
            clock: self.rules.clock(&self.now),
            score: self.rules.score(&self.now),
            wp_home: self.now_price.wp,
            leverage: self.now_price.leverage,
            detail: self.rules.state_detail(&self.now, &self.now_price),
        };
        if state != self.state {
            self.state = state.clone();
            out.facts.push(Fact::State(state));
        }
    }

    fn check_final(&mut self, now: &R::State, score: Option<Score>) {
        let own = self.rules.score(now);
        if let Some(score) = score
            && !self.entries.is_empty()
            && own != score
            && self.final_told != Some(score)
        {
            self.final_told = Some(score);
            self.healed.push(HealedFact {
                code: FaultCode::FinalMismatch,
                play_id: None,
                was: Some(format!("{}-{}", own.home, own.away)),
                now: Some(format!("{}-{}", score.home, score.away)),
            });
        }
    }

    fn tell_play(&mut self, at: usize, told: &mut Vec<ScoreFact>, out: &mut Changes) {
        let entry = &self.entries[at];
        let Some(price) = entry.price else { return };
        // A play's figures end where the next one's begin, so that what is added adds up.
        let after = match self.entries.get(at + 1) {
            Some(next) => next.price.unwrap_or(self.now_price),
            None => self.now_price,
        };
        let score = |s: &R::State| self.rules.score(s);
        let report = &entry.report;
        let fact = PlayFact {
            play_id: report.play_id.clone(),
            order: report.order,
            clock: self.rules.clock(&entry.before),
            wall: report.wall,
            text: report.text.clone(),
            score_before: score(&entry.before),
            score_after: score(&entry.after),
            wp_home_before: price.wp,
            wp_home_after: after.wp,
            wpa_home: round::six(after.wp - price.wp),
            leverage: price.leverage.filter(|_| self.rules.live_play(report)),
            detail: self
                .rules
                .play_detail(&entry.before, report, &entry.after, &after),
        };
        if entry.fact.as_deref() == Some(&fact) {
            return;
        }
        let id = &report.play_id;
        let old = entry.fact.as_deref();
        self.key_plays.update(id, old, Some(&fact));
        let scored = scores(id, old, Some(&fact), fact.score_after);
        told.extend(scored.into_iter().flatten());
        let fact = Arc::new(fact);
        out.facts.push(Fact::Play(fact.clone()));
        self.entries[at].fact = Some(fact);
    }

    fn phase(&self) -> GamePhase {
        let told = self.status.as_ref().map(|s| s.phase);
        if told == Some(GamePhase::Final) || self.rules.over(&self.now) {
            GamePhase::Final
        } else if self.entries.is_empty() {
            told.unwrap_or(GamePhase::Scheduled)
        } else if told == Some(GamePhase::Delayed) {
            GamePhase::Delayed
        } else if self.rules.halftime(&self.now) {
            GamePhase::Halftime
        } else {
            GamePhase::Live
        }
    }

    fn new_context(&mut self, out: &mut Changes) {
        let n = self.odds.len() as f64;
        let mean = |of: fn(&Pregame) -> f64| self.odds.values().map(of).sum::<f64>() / n;
        let pregame = (n > 0.0).then(|| Pregame {
            home: mean(|p| p.home),
            draw: mean(|p| p.draw),
            away: mean(|p| p.away),
        });
        self.rules.set_context(self.info.as_ref(), pregame);
        for entry in &mut self.entries {
            entry.price = None;
        }
        self.now_price = self.rules.price(&self.now);
        self.refold(0, self.entries.len(), out);
    }

    fn set_info(&mut self, info: &GameInfo, out: &mut Changes) {
        let mut info = info.clone();
        if let Some(old) = &self.info
            && (!self.entries.is_empty() && old.line.is_some() || info.line.is_none())
        {
            // The price before the start is that, whatever a feed goes on to send.
            info.line = old.line;
        }
        if let Some(old) = &self.info
            && (!self.entries.is_empty() && old.forecast.is_some() || info.forecast.is_none())
        {
            info.forecast = old.forecast;
        }
        if self.info.as_ref() == Some(&info) {
            return;
        }
        out.facts.push(Fact::Game(GameFact {
            info: info.clone(),
            wp_model: self.rules.model().clone(),
        }));
        self.info = Some(info);
        self.new_context(out);
    }

    fn set_odds(&mut self, odds: &OddsReport, out: &mut Changes) {
        let chance = |price: Option<f32>| {
            price
                .map(f64::from)
                .filter(|p| p.is_finite() && *p > 1.0)
                .map(|p| 1.0 / p)
        };
        let (Some(home), Some(away)) = (chance(odds.home_price), chance(odds.away_price)) else {
            return;
        };
        if !self.entries.is_empty() {
            return;
        }
        let draw = chance(odds.draw_price).unwrap_or(0.0);
        let sum = home + draw + away;
        let pregame = Pregame {
            home: home / sum,
            draw: draw / sum,
            away: away / sum,
        };
        self.odds.insert(odds.book.clone(), pregame);
        self.new_context(out);
    }

    fn set_status(&mut self, status: &GameStatus, out: &mut Changes) {
        self.status = Some(status.clone());
        let end = self.entries.len();
        self.tell(end, end, out);
    }
}

impl<R: Rules> GameAgent for Timeline<R> {
    fn set_league(&mut self, models: &ModelSet, league: &str) {
        self.rules.set_league(models, league);
    }

    fn apply(&mut self, signal: &Signal, out: &mut Changes) {
        match signal {
            Signal::Info(info) => self.set_info(info, out),
            Signal::Play(report) => self.play(report, out),
            Signal::Withdrawn { play_id } => self.withdraw(play_id, out),
            Signal::Status(status) => self.set_status(status, out),
            Signal::Odds(odds) => self.set_odds(odds, out),
            // What the crowd does is the other senses' business.
            _ => {}
        }
    }

    fn info(&self) -> Option<&GameInfo> {
        self.info.as_ref()
    }

    fn wp_model(&self) -> &Arc<str> {
        self.rules.model()
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

    fn tells_something(&self, play: &PlayFact) -> bool {
        self.rules.tells_something(play)
    }

    fn moments(&self) -> Moments {
        self.rules.moments(&self.entries)
    }
}

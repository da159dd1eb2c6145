//! The game agent of basketball: score, clock, possession, and who is on court.

mod clock;
mod court;

use std::sync::Arc;

use matchday_event::{
    Detail, FaultCode, GameClock, GameInfo, MatchRules, PlayDetail, PlayFact, PlayReport, Score,
    Side, StateDetail,
    basketball::{BasketballPlay, BasketballPlayFact, BasketballState, PlayKind},
};
use matchday_learn::basketball::{Model, Moment};

use self::clock::count_down;
use self::court::Court;
use super::{
    ModelSet, Moments,
    timeline::{Entry, Heals, Pregame, Price, Rules},
};

/// Where a basketball game stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct State {
    period: u8,
    clock_s: u16,
    score: Score,
    ball: Option<Side>,
    /// Who won the opening tip: the other side has the ball to begin the second and third quarters.
    tip: Option<Side>,
    over: bool,
}

/// Basketball's part of the fold.
#[derive(Debug)]
pub struct Basketball {
    model: Arc<Model>,
    /// Periods, length of one, length of an overtime.
    length: (u8, u16, u16),
    spread_home: Option<f64>,
    neutral: bool,
    court: Court,
}

impl Basketball {
    /// With this model.
    pub fn new(model: Arc<Model>) -> Self {
        Self {
            model,
            length: (4, 720, 300),
            spread_home: None,
            neutral: false,
            court: Court::default(),
        }
    }

    fn period_s(&self, period: u8) -> u16 {
        if period <= self.length.0 {
            self.length.1
        } else {
            self.length.2
        }
    }

    fn moment(&self, s: &State) -> Moment {
        let whole = u16::from(self.length.0.saturating_sub(s.period)) * self.length.1;
        if s.clock_s == 0 && whole == 0 && s.score.home == s.score.away {
            // Level with nothing left is an overtime yet to begin, whoever had the ball.
            return self.moment(&State {
                clock_s: self.length.2.max(1),
                period: s.period.saturating_add(1),
                ball: None,
                ..*s
            });
        }
        Moment {
            left_s: f64::from(s.clock_s + whole),
            of_s: f64::from(u16::from(self.length.0) * self.length.1),
            lead: f64::from(s.score.home - s.score.away),
            ball: s.ball.map_or(0.0, Side::sign),
            spread_home: self.spread_home,
            neutral: self.neutral,
        }
    }

    fn after_free_throw(&self, play: &BasketballPlay, after: &mut State, side: Side) {
        let last = play.attempt.is_none_or(|a| a.number >= a.of);
        after.ball = match (play.technical, last, play.good) {
            (true, ..) => after.ball,
            (_, true, Some(true)) => Some(side.other()),
            (_, true, _) => None,
            _ => Some(side),
        };
    }
}

fn add(score: &mut Score, side: Side, points: i16) {
    match side {
        Side::Home => score.home += points,
        Side::Away => score.away += points,
    }
}

fn points_of(play: &BasketballPlay) -> i16 {
    match play.kind {
        PlayKind::Made => i16::from(play.value.unwrap_or(2)),
        PlayKind::FreeThrow if play.good == Some(true) => 1,
        _ => 0,
    }
}

fn detail(report: &PlayReport) -> Option<&BasketballPlay> {
    match &report.detail {
        Detail::Basketball(play) => Some(play),
        _ => None,
    }
}

impl Rules for Basketball {
    type State = State;

    fn takes(&self, detail: &Detail) -> bool {
        matches!(detail, Detail::Basketball(_))
    }

    fn model(&self) -> &Arc<str> {
        self.model.name()
    }

    fn set_league(&mut self, models: &ModelSet, league: &str) {
        self.model = models.basketball(league);
    }

    fn set_context(&mut self, info: Option<&GameInfo>, pregame: Option<Pregame>) {
        let Some(info) = info else { return };
        if let Some(MatchRules::Basketball {
            periods,
            period_s,
            overtime_s,
        }) = info.rules
        {
            self.length = (periods.max(1), period_s, overtime_s);
        }
        self.neutral = info.neutral;
        self.spread_home = info
            .line
            .and_then(|l| l.spread_home)
            .map(f64::from)
            .or_else(|| pregame.map(|p| self.model.spread_of(p.home)))
            .or_else(|| info.forecast.map(|f| f.away - f.home));
    }

    fn start(&self) -> State {
        State {
            period: 1,
            clock_s: self.length.1,
            score: Score::default(),
            ball: None,
            tip: None,
            over: false,
        }
    }

    fn step(&self, before: &mut State, report: &PlayReport, heals: &mut Heals<'_>) -> State {
        let Some(play) = detail(report) else {
            return *before;
        };
        let was = (before.period, before.clock_s);
        (before.period, before.clock_s) = count_down(was, report, |p| self.period_s(p), heals);
        before.over = false;
        if play.kind == PlayKind::FreeThrow && !play.technical {
            before.ball = play.side.or(before.ball);
        }
        let mut after = *before;
        if let Some(side) = play.side {
            add(&mut after.score, side, points_of(play));
        }
        if let Some(given) = report.score_after {
            settle(&mut after.score, before.score, given, heals);
        }
        let other = play.side.map(Side::other);
        match play.kind {
            PlayKind::Made => after.ball = other.or(after.ball),
            PlayKind::Missed => after.ball = None,
            PlayKind::FreeThrow => {
                if let Some(side) = play.side {
                    self.after_free_throw(play, &mut after, side);
                }
            }
            PlayKind::Rebound => after.ball = play.side.or(after.ball),
            PlayKind::Turnover => after.ball = other.or(after.ball),
            PlayKind::Foul if !play.technical && after.ball != play.side => {
                after.ball = other.or(after.ball);
            }
            PlayKind::JumpBall => {
                let winner = play.third.as_ref().and_then(|p| p.side);
                after.ball = winner.or(after.ball);
                if after.tip.is_none() && after.period == 1 {
                    after.tip = winner;
                }
            }
            PlayKind::StartPeriod => {
                after.ball = match (after.period, self.length.0) {
                    (2 | 3, 4) => after.tip.map(Side::other),
                    (4, 4) => after.tip,
                    _ => None,
                };
            }
            PlayKind::EndPeriod => {
                after.clock_s = 0;
                after.ball = None;
                after.over = after.period >= self.length.0 && after.score.home != after.score.away;
            }
            _ => {}
        }
        after
    }

    fn end(&self, state: &mut State, score: Option<Score>) {
        state.score = score.unwrap_or(state.score);
        state.clock_s = 0;
        state.ball = None;
        state.over = true;
    }

    fn over(&self, state: &State) -> bool {
        state.over
    }

    fn halftime(&self, state: &State) -> bool {
        state.clock_s == 0 && u16::from(state.period) * 2 == u16::from(self.length.0)
    }

    fn clock(&self, state: &State) -> GameClock {
        GameClock {
            period: state.period,
            clock_s: state.clock_s,
        }
    }

    fn score(&self, state: &State) -> Score {
        state.score
    }

    fn price(&self, state: &State) -> Price {
        if state.over {
            let lead = f64::from((state.score.home - state.score.away).signum());
            return Price::new(0.5 + 0.5 * lead, None, true);
        }
        let moment = self.moment(state);
        Price::new(
            self.model.home_wp(&moment),
            Some(self.model.leverage(&moment)),
            false,
        )
    }

    fn live_play(&self, report: &PlayReport) -> bool {
        detail(report).is_some_and(|p| {
            !matches!(
                p.kind,
                PlayKind::Substitution
                    | PlayKind::Timeout
                    | PlayKind::EndPeriod
                    | PlayKind::Other
                    | PlayKind::Ejection
            )
        })
    }

    fn play_detail(
        &self,
        before: &State,
        report: &PlayReport,
        after: &State,
        _: &Price,
    ) -> PlayDetail {
        let play = detail(report).cloned().unwrap_or_default();
        let gained = (after.score.home - before.score.home)
            .max(0)
            .saturating_add((after.score.away - before.score.away).max(0));
        PlayDetail::Basketball(BasketballPlayFact {
            kind: play.kind,
            side: play.side,
            possession: before.ball,
            points: u8::try_from(gained).unwrap_or(u8::MAX),
            player: play.player.map(|p| p.name),
            other: play.other.map(|p| p.name),
        })
    }

    fn state_detail(&self, state: &State, _: &Price) -> StateDetail {
        let [home, away] = self.court.players();
        StateDetail::Basketball(BasketballState {
            possession: state.ball,
            home,
            away,
        })
    }

    fn folded(&mut self, entries: &[Entry<State>], from: usize) {
        let (regular, overtime, periods) = (self.length.1, self.length.2, self.length.0);
        let plays = entries.iter().map(|e| {
            let (before, after) = (&e.before, &e.after);
            court::Event {
                period: before.period,
                clock_s: before.clock_s,
                period_s: if before.period <= periods {
                    regular
                } else {
                    overtime
                },
                gained: (after.score.home - before.score.home)
                    - (after.score.away - before.score.away),
                play: detail(&e.report),
            }
        });
        let first = entries.get(from).or(entries.last());
        let changed = first.map_or(0, |e| e.before.period);
        self.court.fold(plays, changed);
    }

    fn tells_something(&self, play: &PlayFact) -> bool {
        play.text.is_some()
            && matches!(&play.detail, PlayDetail::Basketball(p)
                if !matches!(p.kind, PlayKind::Substitution | PlayKind::EndPeriod | PlayKind::StartPeriod))
    }

    fn moments(&self, entries: &[Entry<State>]) -> Moments {
        Moments::Basketball(
            entries
                .iter()
                .filter(|e| self.live_play(&e.report) && !e.before.over)
                .map(|e| (e.report.play_id.clone(), self.moment(&e.before)))
                .collect(),
        )
    }
}

/// The score after a play: what the report says, unless it takes points away.
fn settle(score: &mut Score, before: Score, given: Score, heals: &mut Heals<'_>) {
    if given == *score {
        return;
    }
    let show = |s: Score| Some(format!("{}-{}", s.home, s.away));
    if given.home < before.home || given.away < before.away {
        heals.note(FaultCode::ScoreDrop, show(given), show(*score));
        return;
    }
    heals.note(FaultCode::ScoreJump, show(*score), show(given));
    *score = given;
}

//! The game agent of tennis: points, games, sets, and what is at stake in the next point.

mod score;

use std::sync::Arc;

use matchday_event::{
    Detail, FaultCode, GameClock, GameInfo, MatchRules, PlayDetail, PlayFact, PlayReport, Score,
    Side, StateDetail,
    tennis::{FinalSet, TennisPlayFact, TennisPoint, TennisRules, TennisState},
};
use matchday_learn::tennis::{LastSet, Model, Moment, ground};

pub use self::score::State;
use super::{
    ModelSet, Moments,
    timeline::{Entry, Heals, Pregame, Price, Rules},
};

/// Tennis's part of the fold.
#[derive(Debug)]
pub struct Tennis {
    model: Arc<Model>,
    rules: TennisRules,
    women: bool,
    ground: usize,
    edge: Option<f64>,
}

impl Tennis {
    /// With this model.
    pub fn new(model: Arc<Model>, league: &str) -> Self {
        Self {
            model,
            rules: TennisRules {
                best_of: if league == "wta" { 3 } else { 5 },
                final_set: FinalSet::TieBreak,
            },
            women: league == "wta",
            ground: 4,
            edge: None,
        }
    }

    fn last(&self) -> LastSet {
        match self.rules.final_set {
            FinalSet::TieBreak => LastSet::TieBreak { at: 6, to: 7 },
            FinalSet::Advantage => LastSet::Advantage,
            FinalSet::LongTieBreak => LastSet::TieBreak { at: 6, to: 10 },
            FinalSet::TieBreakAtTwelve => LastSet::TieBreak { at: 12, to: 7 },
        }
    }

    fn moment(&self, s: &State) -> Moment {
        Moment {
            to_win: self.rules.best_of / 2 + 1,
            last: self.last(),
            sets: s.sets_won(),
            games: s.games,
            points: s.points,
            home_serves: s.server != Some(Side::Away),
            tie_break: s.tie_break,
            served: s.served,
            women: self.women,
            ground: self.ground,
            edge: self.edge,
        }
    }
}

fn detail(report: &PlayReport) -> Option<&TennisPoint> {
    match &report.detail {
        Detail::Tennis(point) => Some(point),
        _ => None,
    }
}

impl Rules for Tennis {
    type State = State;

    fn takes(&self, detail: &Detail) -> bool {
        matches!(detail, Detail::Tennis(_))
    }

    fn model(&self) -> &Arc<str> {
        self.model.name()
    }

    fn set_league(&mut self, models: &ModelSet, league: &str) {
        self.model = models.tennis(league);
        self.women = league == "wta";
    }

    fn set_context(&mut self, info: Option<&GameInfo>, pregame: Option<Pregame>) {
        if let Some(info) = info {
            if let Some(MatchRules::Tennis(rules)) = info.rules {
                self.rules = rules;
            }
            self.women = &*info.league == "wta";
            self.ground = info.venue.as_deref().map_or(4, ground);
        }
        let forecast = info.and_then(|i| i.forecast);
        self.edge = match pregame {
            Some(price) => {
                let start = self.moment(&self.start());
                Some(self.model.edge_of_price(&start, price.home))
            }
            None => forecast.map(|f| self.model.edge_of_forecast(&f)),
        };
    }

    fn start(&self) -> State {
        State::default()
    }

    fn step(&self, before: &mut State, report: &PlayReport, heals: &mut Heals<'_>) -> State {
        let Some(point) = detail(report) else {
            return before.clone();
        };
        if let Some(server) = point.server {
            before.server = Some(server);
        }
        let mut after = before.clone();
        if let Some(winner) = point.winner {
            after.point(winner, self.rules.best_of, self.last());
        }
        // Points go missing now and then: where a game has ended the provider's count of games and sets stands.
        let given = report.score_after.zip(point.games_after);
        if let Some((sets, games)) = given
            && after.adopt(sets, games)
        {
            heals.note(
                FaultCode::ScoreJump,
                None,
                Some(format!(
                    "sets {}-{}, games {}-{}",
                    sets.home, sets.away, games.home, games.away
                )),
            );
            after.check_over(self.rules.best_of);
        }
        after
    }

    fn end(&self, state: &mut State, score: Option<Score>) {
        state.end(score);
    }

    fn over(&self, state: &State) -> bool {
        state.over
    }

    fn clock(&self, state: &State) -> GameClock {
        GameClock {
            period: state.set_number(),
            clock_s: 0,
        }
    }

    fn score(&self, state: &State) -> Score {
        state.score()
    }

    fn price(&self, state: &State) -> Price {
        if state.over {
            let (home, away) = state.sets_won();
            let wp = match home.cmp(&away) {
                std::cmp::Ordering::Greater => 1.0,
                std::cmp::Ordering::Less => 0.0,
                std::cmp::Ordering::Equal => 0.5,
            };
            return Price::new(wp, None, true);
        }
        let moment = self.moment(state);
        let next = |side| {
            let mut s = state.clone();
            s.point(side, self.rules.best_of, self.last());
            self.moment(&s)
        };
        let point = self
            .model
            .point(&moment, &next(Side::Home), &next(Side::Away));
        Price::new(point.now, Some(self.model.leverage(&moment, &point)), false)
    }

    fn live_play(&self, report: &PlayReport) -> bool {
        detail(report).is_some_and(|p| p.winner.is_some())
    }

    fn play_detail(
        &self,
        before: &State,
        report: &PlayReport,
        after: &State,
        _: &Price,
    ) -> PlayDetail {
        let point = detail(report).cloned().unwrap_or_default();
        PlayDetail::Tennis(Box::new(TennisPlayFact {
            server: before.server,
            winner: point.winner,
            kind: point.kind,
            set_before: before.set_score(),
            games_after: after.games_after(before),
            stakes: before.stakes(self.rules.best_of, self.last()),
            serve_kmh: point.serve_kmh,
            rally: point.rally,
        }))
    }

    fn state_detail(&self, state: &State, _: &Price) -> StateDetail {
        let (home, away) = self.model.serve(&self.moment(state));
        let round = |p: f64| (p * 1e4).round() / 1e4;
        StateDetail::Tennis(Box::new(TennisState {
            server: state.server,
            sets: state.sets.clone(),
            set: state.set_score(),
            best_of: self.rules.best_of,
            stakes: state.stakes(self.rules.best_of, self.last()),
            home_serve: round(home),
            away_serve: round(away),
        }))
    }

    fn tells_something(&self, play: &PlayFact) -> bool {
        play.text.is_some()
    }

    fn moments(&self, entries: &[Entry<State>]) -> Moments {
        Moments::Tennis(
            entries
                .iter()
                .filter(|e| self.live_play(&e.report) && !e.before.over)
                .map(|e| (e.report.play_id.clone(), self.moment(&e.before)))
                .collect(),
        )
    }
}

//! The game agent of soccer: goals, cards, the minute, and the three ways a match can end.

use std::sync::Arc;

use matchday_event::{
    Detail, FaultCode, GameClock, GameInfo, MatchRules, PlayDetail, PlayFact, PlayReport, Score,
    Side, StateDetail,
    soccer::{Outcome, PlayKind, SoccerPlay, SoccerPlayFact, SoccerState},
};
use matchday_learn::soccer::{Game, Made, Model, Moment, Stretch, strength};

use super::{
    ModelSet, Moments,
    timeline::{Entry, Heals, Pregame, Price, Rules},
};

/// Where a match stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct State {
    period: u8,
    /// Seconds played in the period.
    played_s: u16,
    score: Score,
    reds: Score,
    yellows: Score,
    shots: Score,
    on_target: Score,
    corners: Score,
    /// A shot that was no goal has been told, so that the feed is one that tells of shots.
    tells_shots: bool,
    /// A shot or a corner came without its side, so that neither side's count can be believed.
    unsided: bool,
    /// Kicks that counted and kicks taken.
    shootout: Option<(Score, Score)>,
    between: bool,
    over: bool,
}

/// Soccer's part of the fold.
#[derive(Debug)]
pub struct Soccer {
    model: Arc<Model>,
    extra_time: bool,
    neutral: bool,
    strength: Option<(f64, f64)>,
}

impl Soccer {
    /// With this model.
    pub fn new(model: Arc<Model>) -> Self {
        Self {
            model,
            extra_time: false,
            neutral: false,
            strength: None,
        }
    }

    fn moment(&self, s: &State) -> Moment {
        let count = |n: i16| u8::try_from(n).unwrap_or(0);
        let taken = |k: Score| (count(k.home), count(k.away));
        // Between periods the next one has not begun to run.
        let (period, played_s) = match (s.between, s.period) {
            (true, 1) => (2, 0),
            (true, 3) => (4, 0),
            _ => (s.period, s.played_s),
        };
        Moment {
            period,
            played_min: f64::from(played_s) / 60.0,
            lead: s.score.home - s.score.away,
            home_reds: count(s.reds.home),
            away_reds: count(s.reds.away),
            shots: (s.tells_shots && !s.unsided).then(|| both(s.shots)),
            corners: Some(both(s.corners)).filter(|c| *c != (0, 0) && !s.unsided),
            extra_time: self.extra_time,
            neutral: self.neutral,
            strength: self.strength,
            shootout: s.shootout.map(|(good, all)| {
                let (home, away) = taken(all);
                (good.home - good.away, home, away)
            }),
        }
    }

    /// What the three ways to end are where the match is over.
    fn ended(s: &State) -> [f64; 3] {
        let kicks = s.shootout.map_or(0, |(good, _)| good.home - good.away);
        let lead = match s.score.home - s.score.away {
            0 => kicks,
            lead => lead,
        };
        [lead > 0, lead == 0, lead < 0].map(|yes| f64::from(u8::from(yes)))
    }
}

fn outcome(price: &Price) -> Outcome {
    let [home, draw, away] = price.ways.unwrap_or_default();
    Outcome { home, draw, away }
}

fn both(n: Score) -> (u16, u16) {
    let count = |n: i16| u16::try_from(n).unwrap_or(0);
    (count(n.home), count(n.away))
}

/// The minute as people say it, and the minutes of added time.
fn minute(s: &State) -> (u16, Option<u16>) {
    let (base, most) = match s.period {
        0 | 1 => (0, 45),
        2 => (45, 90),
        3 => (90, 105),
        _ => (105, 120),
    };
    let now = base + s.played_s / 60 + 1;
    if s.between || now <= most {
        (now.min(most), None)
    } else {
        (most, Some(now - most))
    }
}

fn add(score: &mut Score, side: Option<Side>, by: i16) {
    match side {
        Some(Side::Home) => score.home += by,
        Some(Side::Away) => score.away += by,
        None => {}
    }
}

fn detail(report: &PlayReport) -> Option<&SoccerPlay> {
    match &report.detail {
        Detail::Soccer(play) => Some(play),
        _ => None,
    }
}

impl Rules for Soccer {
    type State = State;

    fn takes(&self, detail: &Detail) -> bool {
        matches!(detail, Detail::Soccer(_))
    }

    fn model(&self) -> &Arc<str> {
        self.model.name()
    }

    fn set_league(&mut self, models: &ModelSet, league: &str) {
        self.model = models.soccer(league);
    }

    fn set_context(&mut self, info: Option<&GameInfo>, pregame: Option<Pregame>) {
        if let Some(info) = info {
            self.neutral = info.neutral;
            self.extra_time = matches!(info.rules, Some(MatchRules::Soccer { extra_time: true }));
        }
        let forecast = info.and_then(|i| i.forecast);
        self.strength = match pregame {
            Some(price) => {
                let start = self.moment(&self.start());
                Some(self.model.strength_of(&start, price.home, price.away))
            }
            None => forecast.map(|f| strength(&f, self.neutral)),
        };
    }

    fn start(&self) -> State {
        let none = Score::default();
        State {
            period: 1,
            played_s: 0,
            score: none,
            reds: none,
            yellows: none,
            shots: none,
            on_target: none,
            corners: none,
            tells_shots: false,
            unsided: false,
            shootout: None,
            between: false,
            over: false,
        }
    }

    fn step(&self, before: &mut State, report: &PlayReport, heals: &mut Heals<'_>) -> State {
        let Some(play) = detail(report) else {
            return *before;
        };
        let ended = before.over;
        if report.period < before.period || report.period > 5 {
            heals.note(
                FaultCode::PeriodRange,
                Some(report.period.to_string()),
                Some(before.period.to_string()),
            );
        } else if report.period > before.period {
            before.period = report.period;
            before.played_s = 0;
            before.over = false;
        }
        before.between &= report.period == before.period
            && play.kind != PlayKind::StartPeriod
            && matches!(
                play.kind,
                PlayKind::EndMatch | PlayKind::Other | PlayKind::Substitution
            );
        match report.clock_s.map(u16::try_from) {
            Some(Ok(clock)) if clock >= before.played_s && clock <= 4800 => before.played_s = clock,
            Some(Ok(clock)) if clock <= 4800 => heals.note(
                FaultCode::ClockBackward,
                Some(clock.to_string()),
                Some(before.played_s.to_string()),
            ),
            Some(_) => heals.note(
                FaultCode::ClockRange,
                report.clock_s.map(|c| c.to_string()),
                Some(before.played_s.to_string()),
            ),
            None if before.period < 5 => heals.note(FaultCode::ClockMissing, None, None),
            None => {}
        }
        let mut after = *before;
        let side = play.side;
        if play.kind.is_goal() {
            let scorer = match play.kind {
                PlayKind::OwnGoal => side.map(Side::other),
                _ => side,
            };
            add(&mut after.score, scorer, 1);
        }
        if let Some(given) = report.score_after.filter(|g| *g != after.score) {
            // A goal may lack its side, or an earlier goal be missing: the provider's count stands unless it falls.
            let show = |s: Score| Some(format!("{}-{}", s.home, s.away));
            if given.home < before.score.home || given.away < before.score.away {
                heals.note(FaultCode::ScoreDrop, show(given), show(after.score));
            } else {
                heals.note(FaultCode::ScoreJump, show(after.score), show(given));
                after.score = given;
            }
        }
        if play.kind.is_shot() {
            add(&mut after.shots, side, 1);
            after.tells_shots |= !play.kind.is_goal() && play.kind != PlayKind::PenaltyMissed;
        }
        after.unsided |= side.is_none() && (play.kind.is_shot() || play.kind == PlayKind::Corner);
        match play.kind {
            PlayKind::Goal | PlayKind::PenaltyGoal | PlayKind::ShotSaved => {
                add(&mut after.on_target, side, 1);
            }
            PlayKind::YellowCard => add(&mut after.yellows, side, 1),
            PlayKind::SecondYellow | PlayKind::RedCard => add(&mut after.reds, side, 1),
            PlayKind::Corner => add(&mut after.corners, side, 1),
            PlayKind::ShootoutGoal | PlayKind::ShootoutMissed => {
                let (good, all) = after.shootout.get_or_insert_default();
                add(good, side, i16::from(play.kind == PlayKind::ShootoutGoal));
                add(all, side, 1);
            }
            PlayKind::StartPeriod => after.between = false,
            PlayKind::EndPeriod => after.between = true,
            PlayKind::EndMatch => after.over = true,
            _ => {}
        }
        after.over |= ended && before.over;
        after
    }

    fn end(&self, state: &mut State, score: Option<Score>) {
        state.score = score.unwrap_or(state.score);
        state.over = true;
    }

    fn over(&self, state: &State) -> bool {
        state.over
    }

    fn halftime(&self, state: &State) -> bool {
        state.between && state.period == 1
    }

    fn clock(&self, state: &State) -> GameClock {
        GameClock {
            period: state.period,
            clock_s: state.played_s,
        }
    }

    fn score(&self, state: &State) -> Score {
        state.score
    }

    fn price(&self, state: &State) -> Price {
        if state.over {
            let ways = Self::ended(state);
            return Price::new(ways[0] + 0.5 * ways[1], None, true).with_ways(ways);
        }
        let priced = self.model.price(&self.moment(state));
        let o = priced.outcome;
        Price::new(o.home_wp(), Some(priced.leverage), false).with_ways([o.home, o.draw, o.away])
    }

    fn live_play(&self, report: &PlayReport) -> bool {
        detail(report).is_some_and(|p| {
            !matches!(
                p.kind,
                PlayKind::Other | PlayKind::EndPeriod | PlayKind::EndMatch | PlayKind::Substitution
            )
        })
    }

    fn play_detail(
        &self,
        before: &State,
        report: &PlayReport,
        _: &State,
        price: &Price,
    ) -> PlayDetail {
        let play = detail(report).cloned().unwrap_or_default();
        let (minute, added_min) = minute(before);
        PlayDetail::Soccer(SoccerPlayFact {
            kind: play.kind,
            side: play.side,
            minute,
            added_min,
            player: play.player,
            xg: play.xg,
            outcome: outcome(price),
        })
    }

    fn state_detail(&self, state: &State, price: &Price) -> StateDetail {
        let (minute, added_min) = minute(state);
        StateDetail::Soccer(Box::new(SoccerState {
            outcome: outcome(price),
            minute,
            added_min,
            reds: state.reds,
            yellows: state.yellows,
            shots: state.shots,
            on_target: state.on_target,
            corners: state.corners,
            shootout: state.shootout.map(|s| s.0),
        }))
    }

    fn tells_something(&self, play: &PlayFact) -> bool {
        matches!(&play.detail, PlayDetail::Soccer(p) if !matches!(p.kind, PlayKind::FreeKick | PlayKind::Foul))
            && play.text.is_some()
    }

    fn moments(&self, entries: &[Entry<State>]) -> Moments {
        let regular: Vec<&Entry<State>> = entries.iter().filter(|e| e.before.period <= 2).collect();
        let mut game = Game {
            moments: Vec::new(),
            stretches: Vec::new(),
            added_min: [None; 2],
            made: None,
            home_result: 0.5,
        };
        let mut ids = Vec::new();
        let mut from = self.start();
        for entry in &regular {
            let (before, after) = (&entry.before, &entry.after);
            let kind = detail(&entry.report).map_or(PlayKind::Other, |p| p.kind);
            let gained = |h: i16, b: i16| u8::try_from(h - b).unwrap_or(0);
            let goals = (
                gained(after.score.home, before.score.home),
                gained(after.score.away, before.score.away),
            );
            // A goal is seen from where its stretch began, as the minutes without one are: what the sides have made of
            // the match falls behind the usual with every minute in which nothing happens.
            let same = before.period == from.period;
            let played_s = before.played_s.saturating_sub(from.played_s);
            if same && played_s > 0 || goals != (0, 0) {
                game.stretches.push(Stretch {
                    moment: self.moment(if same { &from } else { before }),
                    minutes: if same {
                        f64::from(played_s) / 60.0
                    } else {
                        0.0
                    },
                    goals,
                });
            }
            if kind == PlayKind::EndPeriod && (1..=2).contains(&before.period) {
                game.added_min[usize::from(before.period) - 1] =
                    Some(f64::from(before.played_s) / 60.0 - 45.0);
            }
            if self.live_play(&entry.report) && !before.over && !before.between {
                ids.push(entry.report.play_id.clone());
                game.moments.push(self.moment(before));
            }
            from = *after;
        }
        if from.tells_shots && !from.unsided {
            let minutes = game.stretches.iter().map(|s| s.minutes).sum();
            game.made = Some(Made {
                minutes,
                shots: both(from.shots),
                corners: both(from.corners),
            });
        }
        let end = from.score;
        game.home_result = 0.5 + 0.5 * f64::from((end.home - end.away).signum());
        Moments::Soccer(ids, Box::new(game))
    }
}

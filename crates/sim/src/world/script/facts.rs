//! The script of a match that was really played, from what matchday holds to be true of it.

use std::collections::BTreeMap;

use matchday_event::{
    EventTime, Fact, GameClock, MatchRules, PlayDetail, PlayFact, PlayId, Score, Side, Sport, Team,
    basketball, football, soccer, tennis,
};

use super::{Club, Happening, HappeningKind as Kind, Mark, Player, Script};

/// How fast a momentum is forgotten, as in the generated matches.
const FORGET_MS: f64 = 5.0 * 60_000.0;

impl Script {
    /// A script from a match's facts, in the order in which they were found: a later fact of a play supersedes an
    /// earlier one. `wall` says when plays were made, where that is known; the others are placed by the game clock,
    /// a typical length of the breaks and a typical share of stopped clock (which is a guess, and said to be one in
    /// the guide). `None` where the facts name no game or no play.
    pub fn from_facts<'a>(
        facts: impl IntoIterator<Item = &'a Fact>,
        wall: &BTreeMap<PlayId, EventTime>,
    ) -> Option<Self> {
        Self::placed(facts, wall).map(|(script, _)| script)
    }

    /// The same, with the milliseconds since kick-off at which each play was placed.
    pub fn placed<'a>(
        facts: impl IntoIterator<Item = &'a Fact>,
        wall: &BTreeMap<PlayId, EventTime>,
    ) -> Option<(Self, BTreeMap<PlayId, u64>)> {
        let mut game = None;
        let mut plays: BTreeMap<&PlayId, &PlayFact> = BTreeMap::new();
        for fact in facts {
            match fact {
                Fact::Game(fact) => game = Some(&fact.info),
                Fact::Play(play) => {
                    plays.insert(&play.play_id, play);
                }
                Fact::PlayWithdrawn { play_id } => {
                    plays.remove(play_id);
                }
                _ => {}
            }
        }
        let info = game?;
        let mut plays: Vec<&PlayFact> = plays.into_values().collect();
        plays.sort_by(|a, b| (a.order, &a.play_id).cmp(&(b.order, &b.play_id)));
        if plays.is_empty() {
            return None;
        }
        let pace = Pace::of(info.sport, info.rules);
        let times = pace.place(&plays, wall);
        let placed: BTreeMap<PlayId, u64> = plays
            .iter()
            .zip(&times)
            .map(|(play, at_ms)| (play.play_id.clone(), *at_ms))
            .collect();
        let mut told = Telling::default();
        told.tell(0, Kind::KickOff, None, None, 0.35, Score::default());
        for (play, at_ms) in plays.iter().zip(times) {
            told.play(play, at_ms);
        }
        let end_ms = told.happenings.last().map_or(0, |h| h.at_ms);
        let score = told.happenings.last().map(|h| h.score).unwrap_or_default();
        told.tell(end_ms, Kind::Final, None, None, 0.8, score);
        let mut clubs = [club(&info.home), club(&info.away)];
        for happening in &told.happenings {
            if let (Some(side), Some(player)) = (happening.side, &happening.player) {
                let club = &mut clubs[usize::from(side == Side::Away)];
                if !club.players.contains(player) {
                    club.players.push(player.clone());
                }
            }
        }
        let [home, away] = clubs;
        let first = plays[0].wp_home_before;
        let script = Self {
            sport: info.sport,
            home,
            away,
            underdog: if first > 0.65 {
                Some(Side::Away)
            } else if first < 0.35 {
                Some(Side::Home)
            } else {
                None
            },
            happenings: told.happenings,
            momentum: told.momentum,
            duration_ms: end_ms,
        };
        Some((script, placed))
    }
}

fn club(team: &Team) -> Club {
    Club {
        abbr: team.abbr.clone(),
        name: team.name.clone(),
        players: Vec::new(),
    }
}

/// How game clock becomes wall time.
struct Pace {
    /// Length of a period where the clock counts down; 0 where it counts up.
    counts_down_from_s: f64,
    overtime_s: f64,
    regular_periods: u8,
    /// Seconds of wall for one on the clock.
    stretch: f64,
    break_s: f64,
    half_time_s: f64,
    /// Between two plays at the least.
    gap_s: f64,
}

impl Pace {
    fn of(sport: Sport, rules: Option<MatchRules>) -> Self {
        let base = Self {
            counts_down_from_s: 900.0,
            overtime_s: 900.0,
            regular_periods: 4,
            stretch: 2.9,
            break_s: 130.0,
            half_time_s: 780.0,
            gap_s: 0.0,
        };
        match (sport, rules) {
            (Sport::AmericanFootball, _) => base,
            (Sport::Basketball, rules) => {
                let (periods, period_s, overtime_s) = match rules {
                    Some(MatchRules::Basketball {
                        periods,
                        period_s,
                        overtime_s,
                    }) => (periods, f64::from(period_s), f64::from(overtime_s)),
                    _ => (4, 720.0, 300.0),
                };
                Self {
                    counts_down_from_s: period_s,
                    overtime_s,
                    regular_periods: periods,
                    stretch: 2.3,
                    break_s: 140.0,
                    half_time_s: 900.0,
                    ..base
                }
            }
            (Sport::Soccer, _) => Self {
                counts_down_from_s: 0.0,
                regular_periods: 2,
                stretch: 1.0,
                break_s: 120.0,
                half_time_s: 900.0,
                ..base
            },
            (Sport::Tennis, _) => Self {
                counts_down_from_s: 0.0,
                stretch: 1.0,
                break_s: 120.0,
                half_time_s: 120.0,
                gap_s: 38.0,
                ..base
            },
        }
    }

    fn elapsed_s(&self, clock: GameClock) -> f64 {
        let reading = f64::from(clock.clock_s);
        if self.counts_down_from_s == 0.0 {
            return reading;
        }
        let length = if clock.period > self.regular_periods {
            self.overtime_s
        } else {
            self.counts_down_from_s
        };
        (length - reading).max(0.0)
    }

    fn break_after_s(&self, period: u8) -> f64 {
        if period == self.regular_periods / 2 {
            self.half_time_s
        } else {
            self.break_s
        }
    }

    /// A time for each play, never falling.
    fn place(&self, plays: &[&PlayFact], wall: &BTreeMap<PlayId, EventTime>) -> Vec<u64> {
        let zero = plays.iter().filter_map(|p| wall.get(&p.play_id)).min();
        let mut at_s = 0.0_f64;
        let mut last: Option<GameClock> = None;
        let mut out = Vec::with_capacity(plays.len());
        for play in plays {
            let by_clock = match last {
                None => at_s,
                Some(before) if before.period == play.clock.period => {
                    let ran = self.elapsed_s(play.clock) - self.elapsed_s(before);
                    at_s + (ran.max(0.0) * self.stretch).max(self.gap_s)
                }
                Some(before) => {
                    at_s + self.break_after_s(before.period)
                        + self.elapsed_s(play.clock) * self.stretch
                }
            };
            let known = zero
                .zip(wall.get(&play.play_id))
                .map(|(zero, at)| (at.0 - zero.0) as f64 / 1e6);
            at_s = known.unwrap_or(by_clock).max(at_s);
            last = Some(play.clock);
            out.push((at_s * 1000.0) as u64);
        }
        // A play placed by the clock may not push back those after it whose time is known.
        let mut bound = u64::MAX;
        for (at, play) in out.iter_mut().zip(plays).rev() {
            if let Some((zero, known)) = zero.zip(wall.get(&play.play_id)) {
                bound = bound.min(u64::try_from((known.0 - zero.0) / 1000).unwrap_or(0));
            }
            *at = (*at).min(bound);
        }
        let mut floor = 0;
        for at in &mut out {
            floor = floor.max(*at);
            *at = floor;
        }
        out
    }
}

#[derive(Default)]
struct Telling {
    happenings: Vec<Happening>,
    momentum: Vec<Mark>,
    drive: f64,
}

impl Telling {
    fn tell(
        &mut self,
        at_ms: u64,
        kind: Kind,
        side: Option<Side>,
        player: Option<Player>,
        weight: f64,
        score: Score,
    ) {
        // What a break was told to begin with may come behind the first play of the period after it.
        let before_ms = self.momentum.last().map_or(0, |m| m.at_ms);
        let at_ms = at_ms.max(before_ms);
        let happening = Happening {
            at_ms,
            kind,
            side,
            player,
            weight: weight.clamp(0.0, 1.0) as f32,
            surprise: 0.0,
            score,
        };
        let kept = libm::exp(-((at_ms - before_ms) as f64) / FORGET_MS);
        let push = 0.6 * f64::from(happening.feeling(Side::Home));
        self.drive = (kept * self.drive + push).clamp(-1.0, 1.0);
        let mark = Mark {
            at_ms,
            home: self.drive as f32,
        };
        match self.momentum.last_mut() {
            Some(last) if last.at_ms == at_ms => *last = mark,
            _ => self.momentum.push(mark),
        }
        self.happenings.push(happening);
    }

    fn play(&mut self, play: &PlayFact, at_ms: u64) {
        let swing = play.wpa_home.abs();
        let gained = Score {
            home: play.score_after.home - play.score_before.home,
            away: play.score_after.away - play.score_before.away,
        };
        let (kind, side, player, base) = match &play.detail {
            PlayDetail::AmericanFootball(detail) => {
                let (kind, side, base) = of_football(detail, play.clock);
                (kind, side, None, base)
            }
            PlayDetail::Basketball(detail) => {
                let (kind, base) = of_basketball(detail.kind);
                (
                    kind(play.clock.period),
                    detail.side,
                    player(detail.player.as_deref()),
                    base,
                )
            }
            PlayDetail::Soccer(detail) => {
                let (kind, base) = of_soccer(detail, play.clock.period);
                (kind, detail.side, player(detail.player.as_deref()), base)
            }
            PlayDetail::Tennis(detail) => {
                let (kind, side, base) = of_tennis(detail);
                (kind, side, None, base)
            }
        };
        let whistle = matches!(kind, Kind::Foul | Kind::Card);
        let scored = if gained.home > 0 {
            Some((Side::Home, gained.home))
        } else if gained.away > 0 {
            Some((Side::Away, gained.away))
        } else {
            None
        };
        let first = self.happenings.len();
        if let (Some((side, points)), false) =
            (scored, matches!(play.detail, PlayDetail::Tennis(_)))
        {
            let base = match (&play.detail, points) {
                (PlayDetail::Soccer(_), _) => 0.75,
                (PlayDetail::AmericanFootball(_), 6..) => 0.65,
                (PlayDetail::AmericanFootball(_), 1) => 0.1,
                (PlayDetail::AmericanFootball(_), _) => 0.45,
                (_, 3) => 0.35,
                (_, 2) => 0.2,
                _ => 0.08,
            };
            let points = u8::try_from(points).unwrap_or(0);
            let weight = base + 2.0 * swing;
            self.tell(
                at_ms,
                Kind::Score { points },
                Some(side),
                player,
                weight,
                play.score_after,
            );
        } else {
            let weight = base + 2.0 * swing;
            let named = side.filter(|_| !matches!(kind, Kind::Whistle | Kind::HalfTime));
            self.tell(at_ms, kind, named, player, weight, play.score_after);
        }
        // How little it was to be expected: a model that had it at even odds moves half of what is left.
        let surprise = (2.5 * swing).clamp(0.0, 1.0) as f32;
        for happening in &mut self.happenings[first..] {
            happening.surprise = surprise;
        }
        if whistle {
            self.tell(
                at_ms + 700,
                Kind::Whistle,
                None,
                None,
                0.2,
                play.score_after,
            );
        }
        if matches!(kind, Kind::PeriodEnd { period } if is_half(&play.detail, period)) {
            self.tell(at_ms, Kind::HalfTime, None, None, 0.2, play.score_after);
        }
    }
}

fn is_half(detail: &PlayDetail, period: u8) -> bool {
    match detail {
        PlayDetail::Soccer(_) => period == 1,
        PlayDetail::Tennis(_) => false,
        _ => period == 2,
    }
}

fn player(name: Option<&str>) -> Option<Player> {
    name.map(|name| Player {
        number: 0,
        name: name.into(),
    })
}

fn of_football(play: &football::FootballPlayFact, clock: GameClock) -> (Kind, Option<Side>, f64) {
    use football::{PlayKind as P, PlayTag as T};
    let side = play.spot.possession;
    let other = side.map(Side::other);
    let is = |tag| play.tags.contains(tag);
    if is(T::Interception) || is(T::FumbleLost) {
        return (Kind::Turnover, side, 0.5);
    }
    if is(T::TurnoverOnDowns) {
        return (Kind::Stop, other, 0.5);
    }
    match play.kind {
        P::FieldGoal if is(T::NoGood) || is(T::Blocked) => (Kind::NearMiss, side, 0.55),
        P::ExtraPoint | P::TwoPoint if is(T::NoGood) => (Kind::PenaltyMissed, side, 0.35),
        P::Sack => (Kind::Stop, other, 0.4),
        P::NoPlay => {
            let guilty = if is(T::DefensivePenalty) { other } else { side };
            (Kind::Foul, guilty, 0.15)
        }
        P::Timeout => (Kind::Timeout, side, 0.05),
        P::EndPeriod | P::EndHalf | P::EndGame => (
            Kind::PeriodEnd {
                period: clock.period,
            },
            None,
            0.15,
        ),
        _ if is(T::Penalty) => {
            let guilty = if is(T::DefensivePenalty) { other } else { side };
            (Kind::Foul, guilty, 0.15)
        }
        _ if play.yards.is_some_and(|y| y >= 20) && play.kind.is_snap() => {
            (Kind::BigPlay, side, 0.35)
        }
        _ => (Kind::Play, side, 0.06),
    }
}

fn of_basketball(kind: basketball::PlayKind) -> (fn(u8) -> Kind, f64) {
    use basketball::PlayKind as P;
    match kind {
        P::Missed => (|_| Kind::NearMiss, 0.12),
        P::Turnover => (|_| Kind::Turnover, 0.15),
        P::Foul | P::Violation => (|_| Kind::Foul, 0.12),
        P::Timeout => (|_| Kind::Timeout, 0.05),
        P::Ejection => (|_| Kind::Card, 0.5),
        P::StartPeriod => (|period| Kind::PeriodStart { period }, 0.15),
        P::EndPeriod => (|period| Kind::PeriodEnd { period }, 0.15),
        _ => (|_| Kind::Play, 0.05),
    }
}

fn of_soccer(play: &soccer::SoccerPlayFact, period: u8) -> (Kind, f64) {
    use soccer::PlayKind as P;
    match play.kind {
        P::PenaltyMissed | P::ShootoutMissed => (Kind::PenaltyMissed, 0.7),
        P::Woodwork => (Kind::NearMiss, 0.65),
        P::ShotSaved => (Kind::NearMiss, 0.4 + f64::from(play.xg.unwrap_or(0.1))),
        P::ShotOff => (Kind::NearMiss, 0.3 + f64::from(play.xg.unwrap_or(0.1))),
        P::ShotBlocked => (Kind::Play, 0.12),
        P::YellowCard => (Kind::Card, 0.25),
        P::SecondYellow | P::RedCard => (Kind::Card, 0.7),
        P::Foul => (Kind::Foul, 0.12),
        P::Offside => (Kind::Whistle, 0.1),
        P::ShootoutGoal => (Kind::Score { points: 0 }, 0.6),
        P::StartPeriod if period > 1 => (Kind::PeriodStart { period }, 0.25),
        P::EndPeriod => (Kind::PeriodEnd { period }, 0.2),
        P::PenaltyWon => (Kind::BigPlay, 0.5),
        _ => (Kind::Play, 0.05),
    }
}

fn of_tennis(play: &tennis::TennisPlayFact) -> (Kind, Option<Side>, f64) {
    use tennis::PointKind as P;
    let before = play.set_before.games;
    let stake = 0.15 * play.stakes.len() as f64;
    if play.games_after.home + play.games_after.away > before.home + before.away {
        let broke = play.winner != play.server;
        let base = if broke { 0.5 } else { 0.2 };
        return (Kind::Score { points: 1 }, play.winner, base + stake);
    }
    match play.kind {
        P::Ace | P::Winner => (Kind::BigPlay, play.winner, 0.25 + stake),
        P::DoubleFault => (Kind::Foul, play.server, 0.15 + stake),
        _ => (Kind::Play, play.winner, 0.1 + stake),
    }
}

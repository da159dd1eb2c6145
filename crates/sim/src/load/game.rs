use std::collections::VecDeque;

use matchday_event::{
    Detail, GameInfo, GamePhase, GameStatus, Line, PlayId, PlayReport, Score, Side, Signal, Sport,
    Team,
    football::{FootballPlay, PlayKind, PlayTag, Spot, Tags, Timeouts},
};

use crate::{Rng, clubs::CLUBS};

const QUARTER_S: u16 = 900;

/// The signals of one generated game.
#[derive(Debug, Clone)]
pub struct Signals {
    pub(super) rng: Rng,
    pub(super) out: VecDeque<Signal>,
    abbr: [&'static str; 2],
    pub(super) period: u8,
    pub(super) clock_s: u16,
    pub(super) score: Score,
    pub(super) ball: Side,
    pub(super) to_goal: u8,
    pub(super) down: u8,
    pub(super) distance: u8,
    pub(super) timeouts: Timeouts,
    second_half_receiver: Side,
    pub(super) next: Next,
    number: i64,
    warned: bool,
    /// Possessions begun in overtime, home then away.
    overtime: [u8; 2],
}

/// What must come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// A kick by this side, from its 35, or its 20 after a safety.
    Kickoff(Side, u8),
    Scrimmage,
    Try(Side),
    Over,
}

/// What a play was, before it is put on record.
pub(super) struct Told {
    pub kind: PlayKind,
    pub tags: Tags,
    pub yards: Option<i16>,
    pub text: String,
    /// Seconds that ran off the clock.
    pub ran_s: u16,
    /// The clock stands after it.
    pub stopped: bool,
}

impl Iterator for Signals {
    type Item = Signal;

    fn next(&mut self) -> Option<Signal> {
        while self.out.is_empty() {
            match self.next {
                Next::Over => return None,
                Next::Kickoff(kicker, from) => self.kickoff(kicker, from),
                Next::Scrimmage => self.scrimmage(),
                Next::Try(side) => self.attempt(side),
            }
        }
        self.out.pop_front()
    }
}

impl Signals {
    pub(super) fn new(seed: u64, game: u64) -> Self {
        let mut rng = Rng::new(seed, &format!("load {game}"));
        let home = rng.below(CLUBS.len());
        let away = (home + 1 + rng.below(CLUBS.len() - 1)) % CLUBS.len();
        let kicker = if rng.chance(0.5) {
            Side::Home
        } else {
            Side::Away
        };
        let team = |i: usize| Team {
            id: CLUBS[i].0.into(),
            abbr: CLUBS[i].0.into(),
            name: CLUBS[i].1.into(),
            color: None,
            alt_color: None,
        };
        let info = GameInfo {
            sport: Sport::AmericanFootball,
            league: "nfl".into(),
            season: Some(2016),
            week: None,
            postseason: false,
            home: team(home),
            away: team(away),
            kickoff: None,
            neutral: false,
            venue: None,
            line: Some(Line {
                spread_home: Some((rng.between(-20, 16) as f32) / 2.0),
                total: Some((rng.between(76, 110) as f32) / 2.0),
            }),
            forecast: None,
            rules: None,
        };
        Self {
            rng,
            out: VecDeque::from([Signal::Info(info)]),
            abbr: [CLUBS[home].0, CLUBS[away].0],
            period: 1,
            clock_s: QUARTER_S,
            score: Score::default(),
            ball: kicker.other(),
            to_goal: 75,
            down: 0,
            distance: 0,
            timeouts: Timeouts { home: 3, away: 3 },
            second_half_receiver: kicker,
            next: Next::Kickoff(kicker, 35),
            number: 0,
            warned: false,
            overtime: [0, 0],
        }
    }

    pub(super) fn abbr(&self, side: Side) -> &'static str {
        self.abbr[usize::from(side == Side::Away)]
    }

    /// The side's lead, in points.
    pub(super) fn lead(&self, side: Side) -> i16 {
        let lead = self.score.home - self.score.away;
        if side == Side::Home { lead } else { -lead }
    }

    pub(super) fn add_points(&mut self, side: Side, points: i16) {
        match side {
            Side::Home => self.score.home += points,
            Side::Away => self.score.away += points,
        }
    }

    pub(super) fn timeouts_of(&mut self, side: Side) -> &mut i8 {
        match side {
            Side::Home => &mut self.timeouts.home,
            Side::Away => &mut self.timeouts.away,
        }
    }

    /// `NO 32` for a place so many yards from the goal that the side attacks.
    pub(super) fn place(&self, side: Side, to_goal: i16) -> String {
        match to_goal {
            50 => "midfield".to_owned(),
            y if y > 50 => format!("{} {}", self.abbr(side), 100 - y),
            y => format!("{} {y}", self.abbr(side.other())),
        }
    }

    /// A fresh set of downs for a side.
    pub(super) fn first_down(&mut self, side: Side, to_goal: u8) {
        if side != self.ball || self.down == 0 {
            self.began_possession(side);
        }
        self.ball = side;
        self.to_goal = to_goal.clamp(1, 99);
        self.down = 1;
        self.distance = self.to_goal.min(10);
        self.next = Next::Scrimmage;
    }

    fn began_possession(&mut self, side: Side) {
        if self.period > 4 {
            self.overtime[usize::from(side == Side::Away)] += 1;
        }
    }

    /// The spot of the snap that is due.
    pub(super) fn spot(&self) -> Spot {
        match self.next {
            Next::Scrimmage => Spot {
                possession: Some(self.ball),
                down: Some(self.down),
                distance: Some(self.distance),
                yards_to_goal: Some(self.to_goal),
            },
            Next::Kickoff(kicker, from) => Spot {
                possession: Some(kicker.other()),
                down: None,
                distance: None,
                yards_to_goal: Some(from),
            },
            Next::Try(side) => Spot {
                possession: Some(side),
                down: None,
                distance: None,
                yards_to_goal: Some(15),
            },
            Next::Over => Spot {
                possession: None,
                down: None,
                distance: None,
                yards_to_goal: None,
            },
        }
    }

    /// Puts a play on record: `before` and `score_before` as they were at the snap, all else as it is now.
    pub(super) fn record(&mut self, before: Spot, score_before: Score, told: Told) {
        let (period, clock_s) = (self.period, self.clock_s);
        let scored = self.score != score_before;
        self.clock_s = self.clock_s.saturating_sub(told.ran_s);
        self.settle_overtime(scored);
        let over_now = self.next == Next::Over;
        self.push(period, clock_s, before, score_before, &told);
        if over_now {
            self.finish();
            return;
        }
        self.breaks(told.stopped || scored);
    }

    fn push(&mut self, period: u8, clock_s: u16, spot: Spot, score_before: Score, told: &Told) {
        self.number += 1;
        let end = self.spot();
        let order = self.number * 20;
        self.out.push_back(Signal::Play(PlayReport {
            play_id: PlayId::new(order.to_string()),
            order,
            period,
            clock_s: Some(clock_s.into()),
            score_before: Some(score_before),
            score_after: Some(self.score),
            wall: None,
            text: Some(told.text.as_str().into()),
            detail: Detail::AmericanFootball(FootballPlay {
                possession: spot.possession,
                down: spot.down.map(i16::from),
                distance: spot.distance.map(i16::from),
                yards_to_goal: spot.yards_to_goal.map(i16::from),
                yards: told.yards,
                end: end.possession.is_some().then_some(end),
                timeouts: Some(self.timeouts),
                kind: Some(told.kind),
                tags: told.tags,
                stats: Vec::new(),
            }),
        }));
    }

    /// A line without a play: a timeout, the end of a quarter.
    fn mark(&mut self, kind: PlayKind, text: String) {
        let spot = Spot {
            possession: None,
            down: None,
            distance: None,
            yards_to_goal: None,
        };
        let told = Told {
            kind,
            tags: Tags::empty(),
            yards: None,
            text,
            ran_s: 0,
            stopped: true,
        };
        self.push(self.period, self.clock_s, spot, self.score, &told);
    }

    /// Whether overtime is decided after a play.
    fn settle_overtime(&mut self, scored: bool) {
        if self.period < 5 || self.score.home == self.score.away {
            return;
        }
        // A field goal on the first possession lets the other side answer; every other lead wins.
        let both_had_it = self.overtime.iter().all(|n| *n > 0);
        let by_three = (self.score.home - self.score.away).abs() == 3;
        let answered = match self.next {
            Next::Kickoff(..) => both_had_it,
            Next::Scrimmage => !scored,
            _ => true,
        };
        if !by_three || (both_had_it && answered && !self.answering()) {
            self.next = Next::Over;
        }
    }

    /// Whether the side that trails by a field goal is on its one possession to answer it.
    fn answering(&self) -> bool {
        let trails = if self.lead(Side::Home) < 0 {
            Side::Home
        } else {
            Side::Away
        };
        self.next == Next::Scrimmage
            && self.ball == trails
            && self.overtime[usize::from(trails == Side::Away)] == 1
    }

    /// The two-minute warning, a timeout, the end of a quarter.
    fn breaks(&mut self, stopped: bool) {
        if matches!(self.next, Next::Try(_)) {
            return;
        }
        if self.clock_s == 0 {
            self.end_quarter();
            return;
        }
        if matches!(self.period, 2 | 4) && self.clock_s <= 120 && !self.warned {
            self.warned = true;
            self.mark(PlayKind::Timeout, "Two-minute warning.".to_owned());
            return;
        }
        let late = matches!(self.period, 2 | 4) && self.clock_s < 120;
        if late && !stopped && self.next == Next::Scrimmage {
            let caller = if self.lead(self.ball) > 0 {
                self.ball.other()
            } else {
                self.ball
            };
            if *self.timeouts_of(caller) > 0 && self.rng.chance(0.6) {
                *self.timeouts_of(caller) -= 1;
                let text = format!("Timeout {}.", self.abbr(caller));
                self.mark(PlayKind::Timeout, text);
            }
        }
    }

    fn end_quarter(&mut self) {
        let tied = self.score.home == self.score.away;
        match self.period {
            1 | 3 => {
                self.mark(
                    PlayKind::EndPeriod,
                    format!("End of quarter {}.", self.period),
                );
                self.period += 1;
                self.clock_s = QUARTER_S;
            }
            2 => {
                self.mark(PlayKind::EndHalf, "End of half.".to_owned());
                self.status(GamePhase::Halftime);
                self.period = 3;
                self.begin_half(self.second_half_receiver.other(), 3);
            }
            4 if tied => {
                self.mark(PlayKind::EndPeriod, "End of quarter 4.".to_owned());
                self.period = 5;
                let kicker = if self.rng.chance(0.5) {
                    Side::Home
                } else {
                    Side::Away
                };
                self.begin_half(kicker, 2);
            }
            _ => {
                self.next = Next::Over;
                self.finish();
            }
        }
    }

    fn begin_half(&mut self, kicker: Side, timeouts: i8) {
        self.clock_s = QUARTER_S;
        self.timeouts = Timeouts {
            home: timeouts,
            away: timeouts,
        };
        self.warned = false;
        self.down = 0;
        self.ball = kicker.other();
        self.next = Next::Kickoff(kicker, 35);
    }

    fn finish(&mut self) {
        self.mark(PlayKind::EndGame, "End of game.".to_owned());
        self.status(GamePhase::Final);
    }

    fn status(&mut self, phase: GamePhase) {
        self.out.push_back(Signal::Status(GameStatus {
            phase,
            period: Some(self.period),
            clock_s: Some(self.clock_s.into()),
            score: Some(self.score),
            spot: None,
        }));
    }

    /// A penalty before or instead of the play.
    pub(super) fn penalty(&mut self) {
        let (spot, score) = (self.spot(), self.score);
        let mut tags = Tags::only(PlayTag::Penalty);
        let offense = self.rng.chance(0.58);
        let text;
        if offense {
            let (foul, length) = if self.rng.chance(0.5) {
                ("false start", 5)
            } else {
                ("offensive holding", 10)
            };
            let room = 99 - self.to_goal;
            // Near the own goal it is half the distance.
            let moved = if room < length * 2 { room / 2 } else { length };
            self.to_goal += moved;
            self.distance += moved;
            text = format!(
                "Penalty on {}, {foul}, {moved} yards. No play.",
                self.abbr(self.ball)
            );
        } else {
            tags |= PlayTag::DefensivePenalty;
            let (foul, length, automatic) = match self.rng.below(3) {
                0 => ("defensive offside", 5, false),
                1 => ("defensive holding", 5, true),
                _ => ("roughing the passer", 15, true),
            };
            let moved = if self.to_goal < length * 2 {
                self.to_goal / 2
            } else {
                length
            };
            self.to_goal -= moved;
            let club = self.abbr(self.ball.other());
            text = format!("Penalty on {club}, {foul}, {moved} yards. No play.");
            if automatic || moved >= self.distance {
                tags |= PlayTag::FirstDown;
                self.first_down(self.ball, self.to_goal);
            } else {
                self.distance -= moved;
            }
        }
        let told = Told {
            kind: PlayKind::NoPlay,
            tags,
            yards: None,
            text,
            ran_s: 0,
            stopped: true,
        };
        self.record(spot, score, told);
    }
}

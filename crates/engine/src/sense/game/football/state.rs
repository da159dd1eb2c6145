use matchday_event::{DriveResult, GameClock, NextPlay, Score, Side, football::Spot};
use matchday_learn::football::{Form, Kind, Snap};

use super::{
    moved::Moved,
    rules::{Context, TRY_YARDS_TO_GOAL},
};

/// Where a football game stands between two plays. Small and `Copy`: the fold keeps one before and one
/// after every play, so that a correction refolds from the play it corrects.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct State {
    /// Period that the next play belongs to, as far as is known.
    pub period: u8,
    /// Seconds left in it.
    pub clock_s: u16,
    /// The last period that a report named and that was believed; 0 before the first.
    pub seen_period: u8,
    /// The feed's clock has stopped at zero while the game goes on; readings are estimates.
    pub stuck: bool,
    /// Points.
    pub score: Score,
    /// Who has the ball, will receive the kick-off, or tries.
    pub possession: Option<Side>,
    /// 1 to 4, or 0 where there is none.
    pub down: u8,
    /// Yards to the line to gain, or 0.
    pub distance: u8,
    /// Yards to the goal that the side in possession attacks, or 0 where unknown.
    pub yards_to_goal: u8,
    /// What comes next.
    pub next: NextPlay,
    /// Home's timeouts, then the visitors'.
    pub timeouts: [u8; 2],
    /// Who received the opening kick-off; the other side receives after half-time.
    pub opening_receiver: Option<Side>,
    /// Overtime possessions begun, home then away; college counts anew in each period.
    pub possessions: (u8, u8),
    /// The drive in progress or last ended.
    pub drive: Drive,
    /// How each side has moved the ball so far.
    pub moved: Moved,
}

/// A drive as the fold carries it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drive {
    /// From 1; 0 before the first.
    pub number: u16,
    /// Whose.
    pub side: Side,
    /// Whether it is still running.
    pub open: bool,
    /// Clock at its first snap.
    pub start: GameClock,
    /// Yards to goal at its first snap, or 0 where unknown.
    pub start_yards_to_goal: u8,
    /// Clock at its last snap.
    pub end: GameClock,
    /// Snaps.
    pub plays: u16,
    /// Net yards.
    pub yards: i16,
    /// How it ended.
    pub result: Option<DriveResult>,
}

impl State {
    /// A game before its first play.
    pub fn start() -> Self {
        let clock = GameClock {
            period: 1,
            clock_s: 900,
        };
        Self {
            period: 1,
            clock_s: 900,
            seen_period: 0,
            stuck: false,
            score: Score::default(),
            possession: None,
            down: 0,
            distance: 0,
            yards_to_goal: 35,
            next: NextPlay::Kickoff,
            timeouts: [3, 3],
            opening_receiver: None,
            possessions: (0, 0),
            drive: Drive {
                number: 0,
                side: Side::Home,
                open: false,
                start: clock,
                start_yards_to_goal: 0,
                end: clock,
                plays: 0,
                yards: 0,
                result: None,
            },
            moved: Moved::default(),
        }
    }

    /// The clock as facts show it.
    pub fn clock(&self) -> GameClock {
        GameClock {
            period: self.period,
            clock_s: self.clock_s,
        }
    }

    /// The next snap as facts show it.
    pub fn spot(&self) -> Spot {
        let some = |n: u8| (n > 0).then_some(n);
        let scrimmage = self.next == NextPlay::Scrimmage;
        Spot {
            possession: self.possession,
            down: some(self.down).filter(|_| scrimmage),
            distance: some(self.distance).filter(|_| scrimmage),
            yards_to_goal: some(self.yards_to_goal),
        }
    }

    /// First down for a side, so many yards from the goal it attacks.
    pub fn first_down(&mut self, side: Side, yards_to_goal: i16) {
        self.next = NextPlay::Scrimmage;
        self.possession = Some(side);
        self.down = 1;
        self.yards_to_goal = yards_to_goal.clamp(1, 99) as u8;
        self.distance = self.yards_to_goal.min(10);
    }

    /// A kick-off to come.
    pub fn kickoff_to(&mut self, receiver: Option<Side>, context: &Context) {
        self.next = NextPlay::Kickoff;
        self.possession = receiver;
        (self.down, self.distance) = (0, 0);
        self.yards_to_goal = context.rules.kickoff_yards_to_goal();
    }

    /// A try to come.
    pub fn try_by(&mut self, side: Side) {
        self.next = NextPlay::Try;
        self.possession = Some(side);
        (self.down, self.distance) = (0, 0);
        self.yards_to_goal = TRY_YARDS_TO_GOAL;
    }

    /// Nothing more to come.
    pub fn over(&mut self) {
        self.next = NextPlay::Over;
        self.possession = None;
        (self.down, self.distance, self.yards_to_goal) = (0, 0, 0);
    }

    /// What the models look at. This is the only place where their features are made: training, replay
    /// and the live game all come through here.
    pub fn snap(&self, context: &Context) -> Snap {
        let kind = match self.next {
            NextPlay::Kickoff => Kind::Kickoff,
            NextPlay::Scrimmage => Kind::Scrimmage,
            NextPlay::Try => Kind::Try,
            NextPlay::Over => Kind::Over,
        };
        Snap {
            kind,
            period: self.period,
            clock_s: self.clock_s,
            possession: self.possession,
            home_lead: self.score.home - self.score.away,
            total_points: self.score.home + self.score.away,
            down: self.down,
            distance: self.distance,
            yards_to_goal: self.yards_to_goal,
            home_timeouts: self.timeouts[0],
            away_timeouts: self.timeouts[1],
            second_half_receiver: self
                .opening_receiver
                .filter(|_| self.period <= 2)
                .map(Side::other),
            opening_receiver: self.opening_receiver,
            season: context.season,
            spread_home: context.spread_home,
            total_line: context.total_line,
            neutral: context.neutral,
            tie_stands: context.tie_stands,
            overtime_possessions: self.possessions_with_next(),
            form: Form::surplus(self.moved.form(self)),
        }
    }
}

impl State {
    /// Overtime possessions, the one that the next snap opens among them.
    fn possessions_with_next(&self) -> (u8, u8) {
        let (mut home, mut away) = self.possessions;
        if self.period > 4
            && self.next == NextPlay::Scrimmage
            && let Some(side) = self.possession
            && !(self.drive.open && self.drive.side == side)
        {
            match side {
                Side::Home => home = home.saturating_add(1),
                Side::Away => away = away.saturating_add(1),
            }
        }
        (home, away)
    }
}

/// Points of one side in a score.
pub fn points(score: Score, side: Side) -> i16 {
    match side {
        Side::Home => score.home,
        Side::Away => score.away,
    }
}

/// Points of one side in a score, to be changed.
pub fn points_mut(score: &mut Score, side: Side) -> &mut i16 {
    match side {
        Side::Home => &mut score.home,
        Side::Away => &mut score.away,
    }
}

/// Place of a side in a pair.
pub fn index(side: Side) -> usize {
    match side {
        Side::Home => 0,
        Side::Away => 1,
    }
}

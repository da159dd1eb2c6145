use matchday_event::Side;

/// What the next play must be, as the models see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Kind {
    /// A kick-off; `possession` is the side that will receive it.
    #[default]
    Kickoff,
    /// A play from scrimmage.
    Scrimmage,
    /// The try after a touchdown; `possession` is the side that scored.
    Try,
    /// The game is over: win probability is 0, 0.5 (a tie that stands) or 1.
    Over,
}

/// How a side has moved the ball so far: runs, passes and sacks in regulation and the yards they gained, no
/// play counted for less than -10 or more than 25 yards, for one long gain says little about the next play.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Form {
    /// Plays.
    pub plays: u16,
    /// Yards.
    pub yards: i16,
}

impl Form {
    /// Yards that a play gains on average; it cancels out between sides with as many plays.
    const AVERAGE: f64 = 5.0;
    /// Average plays that are mixed in, so that few plays say little.
    const SHRINK: f64 = 100.0;

    /// Counts one more play.
    pub fn add(&mut self, yards: i16) {
        self.plays = self.plays.saturating_add(1);
        self.yards = self.yards.saturating_add(yards.clamp(-10, 25));
    }

    /// Yards a play above the average that home has gained more of than the visitors, each drawn to zero while there
    /// are few plays.
    #[inline]
    pub fn surplus(form: [Self; 2]) -> f64 {
        let [(a, m), (b, n)] = form.map(|f| {
            let plays = f64::from(f.plays);
            (
                f64::from(f.yards) - Self::AVERAGE * plays,
                plays + Self::SHRINK,
            )
        });
        // a / m - b / n, for one division instead of two.
        (a * n - b * m) / (m * n)
    }
}

/// A football game at the moment before a snap: everything a model may look at. The live fold, a replay
/// and training all make it by the same code, so that a model never sees one thing in training and
/// another on match day.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Snap {
    /// What the next play must be.
    pub kind: Kind,
    /// 1 to 4, 5 and up overtime.
    pub period: u8,
    /// Seconds left in the period.
    pub clock_s: u16,
    /// Who has the ball (or will receive the kick-off, or tries).
    pub possession: Option<Side>,
    /// Points of the home side less points of the visitors.
    pub home_lead: i16,
    /// Points of both sides.
    pub total_points: i16,
    /// 1 to 4; 0 where there is none.
    pub down: u8,
    /// Yards to the line to gain; 0 where there is none.
    pub distance: u8,
    /// Yards from the ball to the goal that the side in possession attacks.
    pub yards_to_goal: u8,
    /// Timeouts home has left.
    pub home_timeouts: u8,
    /// Timeouts the visitors have left.
    pub away_timeouts: u8,
    /// Who receives the second half's kick-off, once known; meaningful in the first half.
    pub second_half_receiver: Option<Side>,
    /// Who received the opening kick-off, once known; throughout the game.
    pub opening_receiver: Option<Side>,
    /// First year of the season, 0 where unknown.
    pub season: u16,
    /// Pregame spread: points added to the home side, negative when home is favoured.
    pub spread_home: Option<f32>,
    /// Pregame over/under.
    pub total_line: Option<f32>,
    /// No home advantage.
    pub neutral: bool,
    /// Whether a tie can stand.
    pub tie_stands: bool,
    /// In overtime: how many possessions each side has completed or begun, home then away.
    pub overtime_possessions: (u8, u8),
    /// How much better home has moved the ball so far than the visitors, in yards a play: [`Form::surplus`].
    pub form: f64,
}

impl Snap {
    /// Seconds left in regulation; 0 in overtime.
    #[inline]
    pub fn game_seconds_left(&self) -> f64 {
        f64::from(self.game_seconds())
    }

    /// The same as a whole number, 3,600 at the most.
    #[inline]
    pub fn game_seconds(&self) -> u16 {
        match self.period {
            0 => 3600,
            p @ 1..=4 => u16::from(4 - p) * 900 + self.clock_s.min(900),
            _ => 0,
        }
    }

    /// Seconds left in the half; in overtime, in the period.
    pub fn half_seconds_left(&self) -> f64 {
        match self.period {
            1 | 3 => 900.0 + f64::from(self.clock_s.min(900)),
            _ => f64::from(self.clock_s.min(900)),
        }
    }

    /// +1 when home has the ball, -1 when the visitors have, 0 when nobody does.
    pub fn ball_sign(&self) -> f64 {
        self.possession.map_or(0.0, Side::sign)
    }
}

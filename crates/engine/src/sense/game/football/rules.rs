use matchday_event::{GameInfo, Line};
use matchday_learn::football::Rules;

/// Yards to goal that a feed's try is made from; where exactly matters to no number.
pub const TRY_YARDS_TO_GOAL: u8 = 2;

/// What is known of a game apart from its plays.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Context {
    /// Whose rules.
    pub rules: Rules,
    /// First year of the season, 0 where unknown.
    pub season: u16,
    /// A play-off, in which no tie stands.
    pub postseason: bool,
    /// Points added to home before kick-off.
    pub spread_home: Option<f32>,
    /// Over/under.
    pub total_line: Option<f32>,
    /// No home advantage.
    pub neutral: bool,
    /// Whether a tie can stand.
    pub tie_stands: bool,
}

impl Context {
    /// From what a feed says of the game and the price to go by.
    pub fn new(rules: Rules, info: Option<&GameInfo>, line: Option<Line>) -> Self {
        let postseason = info.is_some_and(|i| i.postseason);
        Self {
            rules,
            season: info.and_then(|i| i.season).unwrap_or(0),
            postseason,
            spread_home: line.and_then(|l| l.spread_home).filter(|s| s.is_finite()),
            total_line: line.and_then(|l| l.total).filter(|t| t.is_finite()),
            neutral: info.is_some_and(|i| i.neutral),
            tie_stands: rules == Rules::Nfl && !postseason,
        }
    }

    /// Length of a period in seconds.
    pub fn period_s(&self, period: u8) -> u16 {
        match (period, self.rules) {
            (0..=4, _) => 900,
            (_, Rules::College) => 0,
            // Regular-season overtime was cut from fifteen minutes to ten in 2017.
            (_, Rules::Nfl) if !self.postseason && self.season >= 2017 => 600,
            (_, Rules::Nfl) => 900,
        }
    }

    /// Timeouts that each side has at the start of a half or of an overtime.
    pub fn timeouts(&self, period: u8) -> u8 {
        match (period, self.rules) {
            (0..=4, _) => 3,
            (_, Rules::College) => 1,
            (_, Rules::Nfl) if self.postseason => 3,
            (_, Rules::Nfl) => 2,
        }
    }

    /// Whether an overtime period of college football consists of two-point tries alone.
    pub fn tries_only(&self, period: u8) -> bool {
        self.rules == Rules::College
            && match self.season {
                0 | 2021.. => period >= 7,
                2019..2021 => period >= 9,
                _ => false,
            }
    }
}

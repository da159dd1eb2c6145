//! A game with its plays in order, names and places put to the rows of its file.

use std::collections::HashMap;

use super::{
    codes::points,
    facts::{DriveRow, EndRow, Extra, GameRow, Who},
};

/// A game with its plays in order and every statistic's player by name.
#[derive(Debug, Clone)]
pub struct Game {
    /// The league's number of the game.
    pub id: String,
    /// Home club's letters.
    pub home: String,
    /// Visiting club's letters.
    pub away: String,
    /// How the header stood at the end.
    pub end: EndRow,
    /// Drives, without their plays.
    pub drives: Vec<DriveRow>,
    /// Every play, in the order in which they happened.
    pub plays: Vec<Play>,
}

/// A play as the facts have it.
#[derive(Debug, Clone, PartialEq)]
pub struct Play {
    /// The league's number.
    pub id: u32,
    /// Place of its drive in [`Game::drives`].
    pub drive: usize,
    /// Quarter, 5 for overtime.
    pub quarter: u8,
    /// Clock as `MM:SS`; empty at the end of a quarter.
    pub time: String,
    /// 1 to 4, 0 for none.
    pub down: u8,
    /// Yards to gain.
    pub togo: u8,
    /// Yard line, such as `NO 25` or `50`; empty for a break.
    pub yard_line: String,
    /// Club in possession (the kicking one on kick-offs); empty for a break.
    pub posteam: String,
    /// Net yards of the drive after it.
    pub net: i16,
    /// Whether it scored.
    pub scored: bool,
    /// The provider's note.
    pub note: Option<String>,
    /// Statistics, in order.
    pub stats: Vec<Stat>,
    /// What they do not tell.
    pub extra: Extra,
}

/// A statistic with its player's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stat {
    /// The player's number; `None` for the club itself.
    pub player: Option<u32>,
    /// Club letters.
    pub club: String,
    /// `M.Ryan`; empty for the club itself.
    pub name: String,
    /// The name as people say it, `Ryan`, with the initial where two share it.
    pub short: String,
    /// The league's number of the statistic.
    pub code: u16,
    /// Yards.
    pub yards: i16,
}

impl Game {
    /// Puts names and places to the rows of a file.
    pub fn from_row(row: GameRow) -> Self {
        let mut share: HashMap<(&str, &str), u8> = HashMap::new();
        for player in &row.players {
            *share.entry((&player.1, surname(&player.2))).or_default() += 1;
        }
        let names: HashMap<u32, (String, String, String)> = row
            .players
            .iter()
            .map(|p| {
                let last = surname(&p.2);
                let short = if share.get(&(p.1.as_str(), last)) == Some(&1) {
                    last.to_owned()
                } else {
                    p.2.replacen('.', ". ", 1)
                };
                (p.0, (p.1.clone(), p.2.clone(), short))
            })
            .collect();
        let mut plays = Vec::new();
        let mut drives = Vec::new();
        for (index, mut drive) in row.drives.into_iter().enumerate() {
            for p in std::mem::take(&mut drive.plays) {
                let stats =
                    p.10.into_iter()
                        .map(|s| Stat::from_row(s, &names))
                        .collect();
                plays.push(Play {
                    id: p.0,
                    drive: index,
                    quarter: p.1,
                    time: p.2,
                    down: p.3,
                    togo: p.4,
                    yard_line: p.5,
                    posteam: p.6,
                    net: p.7,
                    scored: p.8 > 0,
                    note: p.9,
                    stats,
                    extra: p.11,
                });
            }
            drives.push(drive);
        }
        Self {
            id: row.game,
            home: row.home,
            away: row.away,
            end: row.end,
            drives,
            plays,
        }
    }

    /// The other club.
    pub fn opponent<'a>(&'a self, club: &str) -> &'a str {
        if club == self.home {
            &self.away
        } else {
            &self.home
        }
    }

    /// Points of a play, home then visitors.
    pub fn points_of(&self, play: &Play) -> (u8, u8) {
        let of = |club: &str| {
            play.stats
                .iter()
                .filter(|s| s.club == club)
                .map(|s| points(s.code))
                .sum()
        };
        (of(&self.home), of(&self.away))
    }
}

impl Stat {
    fn from_row(
        row: super::facts::StatRow,
        names: &HashMap<u32, (String, String, String)>,
    ) -> Self {
        let (player, club, name, short) = match row.0 {
            Who::Club(club) => (None, club, String::new(), String::new()),
            Who::Player(id) => {
                let (club, name, short) = names.get(&id).cloned().unwrap_or_default();
                (Some(id), club, name, short)
            }
        };
        Self {
            player,
            club,
            name,
            short,
            code: row.1,
            yards: row.2,
        }
    }
}

impl Play {
    /// The first statistic with one of these numbers.
    pub fn stat(&self, codes: &[u16]) -> Option<&Stat> {
        self.stats.iter().find(|s| codes.contains(&s.code))
    }

    /// Whether any of these numbers stands in the statistics.
    pub fn has(&self, codes: &[u16]) -> bool {
        self.stat(codes).is_some()
    }

    /// Seconds left in the quarter, where the play has a clock.
    pub fn clock_s(&self) -> Option<u16> {
        clock_s(&self.time)
    }

    /// Yards from the ball to the goal that the club in possession attacks.
    pub fn yards_to_goal(&self) -> Option<i16> {
        yards_to_goal(&self.yard_line, &self.posteam)
    }

    /// Whether it is a snap or a kick, or a flag before one, and no break.
    pub fn is_action(&self) -> bool {
        !self.posteam.is_empty()
    }
}

/// Reads `MM:SS`.
pub fn clock_s(time: &str) -> Option<u16> {
    let (minutes, seconds) = time.split_once(':')?;
    Some(minutes.parse::<u16>().ok()? * 60 + seconds.parse::<u16>().ok()?)
}

/// Writes `MM:SS`.
pub fn clock_text(clock_s: u16) -> String {
    format!("{:02}:{:02}", clock_s / 60, clock_s % 60)
}

/// Yards to the goal that `club` attacks from a yard line such as `NO 25` or `50`.
pub fn yards_to_goal(yard_line: &str, club: &str) -> Option<i16> {
    match yard_line.split_once(' ') {
        Some((side, yards)) => {
            let yards: i16 = yards.parse().ok()?;
            Some(if side == club { 100 - yards } else { yards })
        }
        None => yard_line.parse::<i16>().ok().filter(|y| *y == 50),
    }
}

/// `T.Pryor Sr.` is `Pryor Sr.`
fn surname(name: &str) -> &str {
    name.split_once('.').map_or(name, |(_, last)| last)
}

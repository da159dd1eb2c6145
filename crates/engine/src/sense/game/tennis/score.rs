//! Scoring: what a point does to game, set and match.

use std::sync::Arc;

use matchday_event::{
    Score, Side,
    tennis::{Points, SetScore, Stake, Stakes},
};
use matchday_learn::tennis::LastSet;

/// Where a match stands.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    /// Games of the sets that are over.
    pub sets: Arc<[Score]>,
    /// Games of the set.
    pub games: (u8, u8),
    /// Points of the game or the tie-break.
    pub points: (u8, u8),
    /// Whether the game is a tie-break.
    pub tie_break: bool,
    /// Who serves the next point.
    pub server: Option<Side>,
    /// Points served and won by each, home first.
    pub served: [(u16, u16); 2],
    /// Who won, where the score alone does not say (a player gave up).
    pub retired_to: Option<Side>,
    /// The match is over.
    pub over: bool,
}

fn of<T: Copy>(pair: (T, T), side: Side) -> T {
    match side {
        Side::Home => pair.0,
        Side::Away => pair.1,
    }
}

fn of_mut<T>(pair: &mut (T, T), side: Side) -> &mut T {
    match side {
        Side::Home => &mut pair.0,
        Side::Away => &mut pair.1,
    }
}

impl State {
    /// Sets won by home and away.
    pub fn sets_won(&self) -> (u8, u8) {
        let mut won = (0, 0);
        for set in self.sets.iter() {
            match set.home.cmp(&set.away) {
                std::cmp::Ordering::Greater => won.0 += 1,
                std::cmp::Ordering::Less => won.1 += 1,
                std::cmp::Ordering::Equal => {}
            }
        }
        if let Some(side) = self.retired_to {
            *of_mut(&mut won, side) = of(won, side).max(of(won, side.other()) + 1);
        }
        won
    }

    /// The score in sets.
    pub fn score(&self) -> Score {
        let (home, away) = self.sets_won();
        Score {
            home: i16::from(home),
            away: i16::from(away),
        }
    }

    /// Number of the set in progress, or of the last.
    pub fn set_number(&self) -> u8 {
        let done = u8::try_from(self.sets.len()).unwrap_or(u8::MAX);
        if self.over {
            done.max(1)
        } else {
            done.saturating_add(1)
        }
    }

    /// Where the set stands.
    pub fn set_score(&self) -> SetScore {
        SetScore {
            games: score(self.games),
            points: self.called(),
            tie_break: self.tie_break,
        }
    }

    fn called(&self) -> [Points; 2] {
        let (h, a) = self.points;
        if self.tie_break {
            return [h.to_string().into(), a.to_string().into()];
        }
        if h >= 3 && a >= 3 {
            return match i16::from(h) - i16::from(a) {
                0 => ["40".into(), "40".into()],
                d if d > 0 => ["AD".into(), "40".into()],
                _ => ["40".into(), "AD".into()],
            };
        }
        let name = |n: u8| ["0", "15", "30", "40"][usize::from(n.min(3))].into();
        [name(h), name(a)]
    }

    /// Games after a point of the set that it was played in.
    pub fn games_after(&self, before: &Self) -> Score {
        if self.sets.len() > before.sets.len() {
            self.sets.last().copied().unwrap_or_default()
        } else {
            score(self.games)
        }
    }

    /// A point is won.
    pub fn point(&mut self, winner: Side, best_of: u8, last: LastSet) {
        if self.over {
            return;
        }
        if let Some(server) = self.server {
            let tally = &mut self.served[server as usize];
            tally.0 += 1;
            tally.1 += u16::from(server == winner);
        }
        *of_mut(&mut self.points, winner) += 1;
        let (own, other) = (of(self.points, winner), of(self.points, winner.other()));
        let need = if self.tie_break {
            self.tie_break_to(best_of, last)
        } else {
            4
        };
        if own >= need && own >= other + 2 {
            self.game(winner, best_of, last);
        } else if self.tie_break {
            // The serve changes after the first point and then after every second.
            let played = self.points.0 + self.points.1;
            if !played.is_multiple_of(2) {
                self.server = self.server.map(Side::other);
            }
        } else if own >= 4 && other >= 4 && own == other {
            // Deuce again: counts beyond it say nothing more.
            self.points = (3, 3);
        }
    }

    fn deciding(&self, best_of: u8) -> bool {
        self.sets.len() + 1 == usize::from(best_of)
    }

    fn tie_break_to(&self, best_of: u8, last: LastSet) -> u8 {
        match last {
            LastSet::TieBreak { to, .. } if self.deciding(best_of) => to,
            _ => 7,
        }
    }

    /// Games all at which the set's tie-break comes.
    fn tie_break_at(&self, best_of: u8, last: LastSet) -> Option<u8> {
        match last {
            _ if !self.deciding(best_of) => Some(6),
            LastSet::TieBreak { at, .. } => Some(at),
            LastSet::Advantage => None,
        }
    }

    fn game(&mut self, winner: Side, best_of: u8, last: LastSet) {
        *of_mut(&mut self.games, winner) += 1;
        let (own, other) = (of(self.games, winner), of(self.games, winner.other()));
        let set = self.tie_break || own >= 6 && own >= other + 2;
        if self.tie_break {
            // Who received first in the tie-break serves the next game: whoever served its first point is told by
            // how many points were played.
            let played = self.points.0 + self.points.1 - 1;
            let first_serves = played.div_ceil(2).is_multiple_of(2);
            let first = if first_serves {
                self.server
            } else {
                self.server.map(Side::other)
            };
            self.server = first.map(Side::other);
        } else {
            self.server = self.server.map(Side::other);
        }
        self.points = (0, 0);
        self.tie_break = false;
        if set {
            self.set_over();
            self.check_over(best_of);
        } else {
            self.tie_break = self
                .tie_break_at(best_of, last)
                .is_some_and(|at| self.games == (at, at));
        }
    }

    fn set_over(&mut self) {
        let done = score(self.games);
        self.sets = self.sets.iter().copied().chain([done]).collect();
        self.games = (0, 0);
        self.points = (0, 0);
        self.tie_break = false;
    }

    /// Whether a player has won.
    pub fn check_over(&mut self, best_of: u8) {
        let (home, away) = self.sets_won();
        self.over = home.max(away) > best_of / 2;
    }

    /// Takes the provider's games and sets where they differ from what the points lead to; says whether they did.
    /// `games` are those of the set that the point was played in.
    pub fn adopt(&mut self, sets: Score, games: Score) -> bool {
        let fits = |n: i16| u8::try_from(n).ok().filter(|n| *n < 100);
        let (Some(h), Some(a)) = (fits(games.home), fits(games.away)) else {
            return false;
        };
        let (told, own) = (
            i32::from(sets.home) + i32::from(sets.away),
            i32::try_from(self.sets.len()).unwrap_or(0),
        );
        if told == own && self.score() == sets {
            let ended = self.games == (0, 0) && self.points == (0, 0) && own > 0;
            let of_last = self.sets.last() == Some(&games);
            if (h, a) == self.games || ended && of_last {
                return false;
            }
            self.games = (h, a);
            self.points = (0, 0);
            return true;
        }
        if told == own + 1 {
            self.games = (h, a);
            if h == a {
                return false;
            }
            self.set_over();
            return true;
        }
        false
    }

    /// The match is over, with this many sets each; a player who gave up has lost, whatever the score.
    pub fn end(&mut self, score: Option<Score>) {
        if let Some(told) = score
            && told != self.score()
        {
            self.retired_to = match told.home.cmp(&told.away) {
                std::cmp::Ordering::Greater => Some(Side::Home),
                std::cmp::Ordering::Less => Some(Side::Away),
                std::cmp::Ordering::Equal => None,
            };
        }
        self.over = true;
    }

    /// What is at stake in the next point.
    pub fn stakes(&self, best_of: u8, last: LastSet) -> Stakes {
        let mut stakes = Stakes::new();
        if self.over {
            return stakes;
        }
        for side in [Side::Home, Side::Away] {
            let mut next = self.clone();
            next.point(side, best_of, last);
            if next.sets.len() > self.sets.len() {
                stakes |= Stake::SetPoint;
            }
            if next.over {
                stakes |= Stake::MatchPoint;
            }
            let game = next.games != self.games || next.sets.len() > self.sets.len();
            if game && !self.tie_break && self.server == Some(side.other()) {
                stakes |= Stake::BreakPoint;
            }
        }
        stakes
    }
}

fn score((home, away): (u8, u8)) -> Score {
    Score {
        home: i16::from(home),
        away: i16::from(away),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TB: LastSet = LastSet::TieBreak { at: 6, to: 7 };

    fn play(points: &str, last: LastSet) -> State {
        let mut s = State {
            server: Some(Side::Home),
            ..State::default()
        };
        for c in points.chars() {
            s.point(if c == 'h' { Side::Home } else { Side::Away }, 3, last);
        }
        s
    }

    #[test]
    fn a_game_needs_two_points_clear() {
        assert_eq!(play("hhhaaa", TB).set_score().points, ["40", "40"]);
        assert_eq!(play("hhhaaaa", TB).set_score().points, ["40", "AD"]);
        assert_eq!(play("hhhaaaaa", TB).games, (0, 1));
        assert_eq!(play("hhhh", TB).server, Some(Side::Away));
    }

    #[test]
    fn break_point_set_point_and_match_point() {
        assert_eq!(
            play("aaa", TB).stakes(3, TB),
            Stakes::only(Stake::BreakPoint)
        );
        let set = "hhhh".repeat(5) + "hhh";
        // The sixth game is the visitor's to serve, so the set point is a break point too.
        assert_eq!(
            play(&set, TB).stakes(3, TB),
            Stakes::only(Stake::SetPoint) | Stake::BreakPoint
        );
        let won = "hhhh".repeat(11) + "hhh";
        let stakes = play(&won, TB).stakes(3, TB);
        assert!(stakes.contains(Stake::MatchPoint) && stakes.contains(Stake::SetPoint));
        assert!(play(&"hhhh".repeat(12), TB).over);
    }

    #[test]
    fn a_tie_break_changes_servers_and_ends_the_set() {
        let level = "hhhhaaaa".repeat(6);
        let s = play(&level, TB);
        assert!(s.tie_break);
        assert_eq!(s.server, Some(Side::Home));
        assert_eq!(play(&(level.clone() + "h"), TB).server, Some(Side::Away));
        assert_eq!(play(&(level.clone() + "hh"), TB).server, Some(Side::Away));
        assert_eq!(play(&(level.clone() + "hhh"), TB).server, Some(Side::Home));
        let over = play(&(level + "hhhhhhh"), TB);
        assert_eq!(over.score(), Score { home: 1, away: 0 });
        assert_eq!(
            over.server,
            Some(Side::Away),
            "the receiver of the first point serves next"
        );
    }

    #[test]
    fn the_last_set_may_go_on_for_ever() {
        let set = "hhhh".repeat(6);
        let other = "aaaa".repeat(6);
        let s = play(&(set + &other + &"hhhhaaaa".repeat(9)), LastSet::Advantage);
        assert_eq!(s.games, (9, 9));
        assert!(!s.tie_break && !s.over);
    }
}

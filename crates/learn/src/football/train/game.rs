use matchday_event::{Score, Side};

use crate::football::{Kind, Outcome, PlayResult, Snap, ep::Class};

/// A play of a training game: the state before it, and what followed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// The game before the snap.
    pub snap: Snap,
    /// The next score of the half, seen from the side in possession; `None` on tries and in overtime.
    pub next_score: Option<Class>,
    /// What the play came to, where the next snap tells.
    pub outcome: Option<Outcome>,
}

/// A finished game to learn from.
#[derive(Debug, Clone, PartialEq)]
pub struct Game {
    /// The game's id.
    pub key: String,
    /// Season it belongs to.
    pub season: u16,
    /// Final score.
    pub result: Score,
    /// Its plays in order.
    pub rows: Vec<Row>,
}

fn points(snap: &Snap) -> Score {
    Score {
        home: (snap.total_points + snap.home_lead) / 2,
        away: (snap.total_points - snap.home_lead) / 2,
    }
}

fn half(snap: &Snap) -> u8 {
    match snap.period {
        0..=2 => 0,
        3 | 4 => 1,
        p => p - 3,
    }
}

fn of_side(score: Score, side: Side) -> i16 {
    match side {
        Side::Home => score.home,
        Side::Away => score.away,
    }
}

/// What kind of score put these points on the board, by one side, on one play or on a play and the try that
/// follows.
fn score_class(points: i16) -> Option<Class> {
    match points {
        6..=8 => Some(Class::Touchdown),
        3 => Some(Class::FieldGoal),
        2 => Some(Class::Safety),
        _ => None,
    }
}

fn mirrored(class: Class) -> Class {
    match class {
        Class::None => Class::None,
        Class::Touchdown => Class::OpponentTouchdown,
        Class::FieldGoal => Class::OpponentFieldGoal,
        Class::Safety => Class::OpponentSafety,
        Class::OpponentTouchdown => Class::Touchdown,
        Class::OpponentFieldGoal => Class::FieldGoal,
        Class::OpponentSafety => Class::Safety,
    }
}

impl Game {
    /// Labels a game's snaps with what followed each of them. Everything is told by the snaps alone, so that
    /// a replay, the live fold and training cannot disagree about it.
    pub fn new(key: impl Into<String>, season: u16, snaps: &[Snap], result: Score) -> Self {
        let mut rows: Vec<Row> = Vec::with_capacity(snaps.len());
        let mut next_score: Option<(Side, Class)> = None;
        for (i, snap) in snaps.iter().enumerate().rev() {
            let next = snaps.get(i + 1);
            let after = next.map_or(result, points);
            if next.is_none_or(|n| half(n) != half(snap)) {
                next_score = None;
            }
            let before = points(snap);
            let scored =
                [Side::Home, Side::Away].map(|side| of_side(after, side) - of_side(before, side));
            if snap.kind != Kind::Try {
                // Points of both sides between two snaps mean that plays are missing: who came first is not
                // known, and the label from further on is wrong either way. The larger is the better guess.
                let (side, gained) = if scored[0] >= scored[1] {
                    (Side::Home, scored[0])
                } else {
                    (Side::Away, scored[1])
                };
                if let Some(class) = score_class(gained) {
                    next_score = Some((side, class));
                }
            }
            let labelled = snap.kind != Kind::Try && snap.kind != Kind::Over && snap.period <= 4;
            rows.push(Row {
                snap: *snap,
                next_score: snap
                    .possession
                    .filter(|_| labelled)
                    .map(|own| match next_score {
                        None => Class::None,
                        Some((side, class)) if side == own => class,
                        Some((_, class)) => mirrored(class),
                    }),
                outcome: outcome(snap, next, scored),
            });
        }
        rows.reverse();
        Self {
            key: key.into(),
            season,
            result,
            rows,
        }
    }

    /// 1 for a home win, 0 for a loss, a half for a tie.
    pub fn home_result(&self) -> f64 {
        0.5 + 0.5 * f64::from((self.result.home - self.result.away).signum())
    }

    /// Whether a pregame spread is known.
    pub fn has_spread(&self) -> bool {
        self.rows
            .first()
            .is_some_and(|r| r.snap.spread_home.is_some())
    }
}

fn outcome(snap: &Snap, next: Option<&Snap>, scored: [i16; 2]) -> Option<Outcome> {
    let side = snap.possession?;
    let (own, other) = match side {
        Side::Home => (scored[0], scored[1]),
        Side::Away => (scored[1], scored[0]),
    };
    let elapsed_s = match next {
        Some(n) if n.period == snap.period => snap.clock_s.saturating_sub(n.clock_s).min(60),
        _ => snap.clock_s.min(40),
    };
    let result = match (snap.kind, score_class(own), score_class(other)) {
        (Kind::Over, ..) => return None,
        (Kind::Try, ..) => match (own, other) {
            (0..=2, 0) => PlayResult::Try(own as u8),
            (0, 2) => PlayResult::TryReturned,
            _ => return None,
        },
        (_, Some(Class::Touchdown), _) => PlayResult::Touchdown,
        (_, _, Some(Class::Touchdown)) => PlayResult::ReturnTouchdown,
        (Kind::Scrimmage, Some(Class::FieldGoal), _) => PlayResult::FieldGoal,
        (Kind::Scrimmage, _, Some(Class::Safety)) => PlayResult::Safety,
        (kind, None, None) if own == 0 && other == 0 => {
            let next = next.filter(|n| n.kind == Kind::Scrimmage && half(n) == half(snap))?;
            let kept = next.possession? == side;
            let (from, to) = (i16::from(snap.yards_to_goal), i16::from(next.yards_to_goal));
            match (kind, kept) {
                (Kind::Kickoff, true) => PlayResult::Kick(next.yards_to_goal),
                (Kind::Kickoff, false) => PlayResult::KickRecovered(next.yards_to_goal),
                (_, true) => PlayResult::Gain(from - to),
                (_, false) => PlayResult::Punt(from - (100 - to)),
            }
        }
        _ => return None,
    };
    Some(Outcome { result, elapsed_s })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snap(
        period: u8,
        clock_s: u16,
        side: Side,
        home: i16,
        away: i16,
        spot: (u8, u8, u8),
    ) -> Snap {
        Snap {
            kind: Kind::Scrimmage,
            period,
            clock_s,
            possession: Some(side),
            home_lead: home - away,
            total_points: home + away,
            down: spot.0,
            distance: spot.1,
            yards_to_goal: spot.2,
            ..Snap::default()
        }
    }

    #[test]
    fn every_snap_learns_what_followed_it_within_its_half() {
        use Side::{Away, Home};
        let mut try_ = snap(1, 700, Home, 6, 0, (0, 0, 2));
        try_.kind = Kind::Try;
        let mut kick = snap(1, 700, Away, 7, 0, (0, 0, 35));
        kick.kind = Kind::Kickoff;
        let snaps = [
            snap(1, 800, Home, 0, 0, (1, 10, 50)),
            snap(1, 770, Home, 0, 0, (2, 4, 44)),
            try_,
            kick,
            snap(1, 695, Away, 7, 0, (1, 10, 75)),
            snap(2, 30, Away, 7, 0, (4, 9, 30)),
            snap(3, 900, Home, 7, 0, (1, 10, 80)),
            snap(3, 870, Away, 7, 0, (1, 10, 60)),
        ];
        let game = Game::new("g", 2010, &snaps, Score { home: 7, away: 3 });
        let labels: Vec<_> = game.rows.iter().map(|r| r.next_score).collect();
        use Class::*;
        assert_eq!(
            labels,
            [
                Some(Touchdown),
                Some(Touchdown),
                Option::None,
                Some(None),
                Some(None),
                Some(None),
                Some(OpponentFieldGoal),
                Some(FieldGoal),
            ]
        );
        let outcomes: Vec<_> = game
            .rows
            .iter()
            .map(|r| r.outcome.map(|o| (o.result, o.elapsed_s)))
            .collect();
        use PlayResult as R;
        assert_eq!(
            outcomes,
            [
                Some((R::Gain(6), 30)),
                Some((R::Touchdown, 60)),
                Some((R::Try(1), 0)),
                Some((R::Kick(75), 5)),
                Some((R::Gain(45), 40)),
                Option::None,
                Some((R::Punt(40), 30)),
                Some((R::FieldGoal, 40)),
            ]
        );
        assert_eq!(game.home_result(), 1.0);
    }
}

//! Tennis point by point, as Jeff Sackmann's tables of Grand Slam matches have it: one row a point.

use std::{ops::Range, sync::Arc};

use matchday_event::{
    Detail, GameId, GameInfo, MatchRules, PlayId, PlayReport, Score, Side, Signal, Sport, Team,
    tennis::{FinalSet, PointKind, TennisPoint, TennisRules},
};

use super::{Building, Companion, Frame, Layout, Wanted, int, text};
use crate::{FeedError, Parsed};

/// The layout.
pub(super) struct SlamTable;

const COLUMNS: &[Wanted] = &[
    text("match_id"),
    int("SetNo"),
    int("P1GamesWon"),
    int("P2GamesWon"),
    int("SetWinner"),
    int("PointNumber"),
    int("PointWinner"),
    int("PointServer"),
    int("Speed_KMH").or_none(),
    int("Rally").or_none(),
    int("P1Ace").or_none(),
    int("P2Ace").or_none(),
    int("P1DoubleFault").or_none(),
    int("P2DoubleFault").or_none(),
    int("P1Winner").or_none(),
    int("P2Winner").or_none(),
    int("P1UnfErr").or_none(),
    int("P2UnfErr").or_none(),
    int("P1ForcedError").or_none(),
    int("P2ForcedError").or_none(),
];

impl Layout for SlamTable {
    fn name(&self) -> &'static str {
        "Grand Slam points"
    }

    fn columns(&self) -> &'static [Wanted] {
        COLUMNS
    }

    fn begin(
        &self,
        frame: &Frame,
        row: usize,
        companion: &Companion,
    ) -> Result<Building, FeedError> {
        let bad = || frame.no_game(row, "match_id", "missing, or not year-tournament-number");
        // `2011-wimbledon-1105`: numbers from 2000 on are the women's.
        let key = frame.text(0, row).ok_or_else(bad)?;
        let mut parts = key.split('-');
        let (Some(year), Some(slam), Some(number)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(bad());
        };
        let year: u16 = year.parse().map_err(|_| bad())?;
        let women = number.starts_with('2');
        let league = if women { "wta" } else { "atp" };
        let id = GameId::new(format!("{league}-{key}")).map_err(|_| bad())?;
        let known = companion.game(key);
        let player = |name: Option<&Arc<str>>, otherwise: &str| {
            name.map_or_else(|| person(otherwise), |n| person(n))
        };
        let mut game = Building::new(Parsed::whole(id), "", "");
        game.winner = known.and_then(|k| k.winner);
        game.parsed.signals.push(Signal::Info(GameInfo {
            sport: Sport::Tennis,
            league: league.into(),
            season: Some(year),
            week: None,
            postseason: false,
            home: player(known.and_then(|k| k.home.as_ref()), "Player 1"),
            away: player(known.and_then(|k| k.away.as_ref()), "Player 2"),
            kickoff: None,
            neutral: true,
            venue: Some(slam.into()),
            line: None,
            forecast: None,
            rules: Some(MatchRules::Tennis(TennisRules {
                best_of: if women { 3 } else { 5 },
                final_set: final_set(slam, year),
            })),
        }));
        Ok(game)
    }

    fn push(&self, frame: &Frame, rows: Range<usize>, game: &mut Building) {
        let side = |n: Option<i64>| match n {
            Some(1) => Some(Side::Home),
            Some(2) => Some(Side::Away),
            _ => None,
        };
        for row in rows {
            let (Some(number), Some(set)) = (frame.int(5, row), frame.small::<u8>(1, row)) else {
                game.unreadable(frame, row, "PointNumber or SetNo");
                continue;
            };
            let winner = side(frame.int(6, row));
            if winner.is_none() {
                // The row before the first point of a match says nothing.
                continue;
            }
            match side(frame.int(4, row)) {
                Some(Side::Home) => game.sets.home += 1,
                Some(Side::Away) => game.sets.away += 1,
                None => {}
            }
            let said = |column| frame.int(column, row) == Some(1);
            let kind = if said(10) || said(11) {
                PointKind::Ace
            } else if said(12) || said(13) {
                PointKind::DoubleFault
            } else if said(14) || said(15) {
                PointKind::Winner
            } else if said(18) || said(19) {
                PointKind::ForcedError
            } else if said(16) || said(17) {
                PointKind::UnforcedError
            } else {
                PointKind::Other
            };
            let positive = |column| frame.small::<u16>(column, row).filter(|n| *n > 0);
            let serve_kmh = positive(8).filter(|k| *k < 300);
            game.plays.push((
                number,
                PlayReport {
                    play_id: PlayId::new(number.to_string()),
                    order: 0,
                    period: set,
                    clock_s: None,
                    score_before: None,
                    score_after: Some(game.sets),
                    wall: None,
                    text: winner.map(|w| sentence(game, w, kind, serve_kmh)),
                    detail: Detail::Tennis(TennisPoint {
                        server: side(frame.int(7, row)),
                        winner,
                        kind,
                        games_after: Option::zip(frame.small(2, row), frame.small(3, row))
                            .map(|(home, away)| Score { home, away }),
                        serve_kmh,
                        rally: positive(9),
                    }),
                },
            ));
        }
    }

    fn finish(&self, mut game: Building) -> Parsed {
        let plays = std::mem::take(&mut game.plays);
        game.parsed.add_plays(plays);
        let mut sets = game.sets;
        // A player who gave up has lost, whatever the sets say: the winner gets the sets that were missing.
        match game.winner {
            Some(Side::Home) if sets.home <= sets.away => sets.home = sets.away + 1,
            Some(Side::Away) if sets.away <= sets.home => sets.away = sets.home + 1,
            _ => {}
        }
        let to_win = match game.parsed.signals.first() {
            Some(Signal::Info(info)) if &*info.league == "wta" => 2,
            _ => 3,
        };
        if game.winner.is_some() || sets.home.max(sets.away) >= to_win {
            game.push_final(sets);
        }
        game.parsed
    }
}

/// How the last set ended at a tournament in a year.
fn final_set(slam: &str, year: u16) -> FinalSet {
    match (slam, year) {
        (_, 2022..) => FinalSet::LongTieBreak,
        ("usopen", _) => FinalSet::TieBreak,
        ("ausopen", 2019..) => FinalSet::LongTieBreak,
        ("wimbledon", 2019..) => FinalSet::TieBreakAtTwelve,
        _ => FinalSet::Advantage,
    }
}

fn person(name: &str) -> Team {
    let last = name.rsplit(' ').next().unwrap_or(name);
    let abbr: String = last.chars().take(4).flat_map(char::to_uppercase).collect();
    Team {
        id: name.into(),
        abbr: abbr.into(),
        name: name.into(),
        color: None,
        alt_color: None,
    }
}

fn sentence(game: &Building, winner: Side, kind: PointKind, kmh: Option<u16>) -> Arc<str> {
    let Some(Signal::Info(info)) = game.parsed.signals.first() else {
        return "".into();
    };
    let name = |side| match side {
        Side::Home => &info.home.name,
        Side::Away => &info.away.name,
    };
    let speed = kmh.map_or_else(String::new, |k| format!(" at {k} km/h"));
    match kind {
        PointKind::Ace => format!("Ace by {}{speed}", name(winner)),
        PointKind::DoubleFault => format!("Double fault by {}", name(winner.other())),
        PointKind::Winner => format!("Winner by {}", name(winner)),
        PointKind::ForcedError => format!("Forced error by {}", name(winner.other())),
        PointKind::UnforcedError => format!("Unforced error by {}", name(winner.other())),
        PointKind::Penalty | PointKind::Other => format!("Point to {}", name(winner)),
    }
    .into()
}

//! NBA events of one row each, as the statistics site's columns lie in a table.

use std::ops::Range;

use matchday_event::{GameId, Score};

use super::{Building, Companion, Frame, Layout, Wanted, int, text};
use crate::{
    FeedError, Parsed,
    play_by_play::nba::{self, Named, Row},
};

/// The layout.
pub(super) struct NbaTable;

const COLUMNS: &[Wanted] = &[
    text("game_id"),
    int("eventnum"),
    int("eventmsgtype"),
    int("eventmsgactiontype"),
    int("period"),
    int("clock_sec"),
    text("homedescription"),
    text("visitordescription"),
    text("neutraldescription").or_none(),
    int("home_score"),
    int("visitor_score"),
    int("player1_id"),
    text("player1_name"),
    text("player1_team_abbreviation"),
    int("player2_id"),
    text("player2_name"),
    text("player2_team_abbreviation"),
    int("player3_id"),
    text("player3_name"),
    text("player3_team_abbreviation"),
];
const PLAYERS: usize = 11;

impl Layout for NbaTable {
    fn name(&self) -> &'static str {
        "NBA events"
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
        let bad = || frame.no_game(row, "game_id", "missing, or not an id");
        let number = frame.text(0, row).ok_or_else(bad)?;
        let league = companion.league("nba");
        let id = GameId::new(format!("{league}-{number}")).map_err(|_| bad())?;
        let mut game = Building::new(Parsed::whole(id), number, "");
        game.league = league;
        Ok(game)
    }

    fn push(&self, frame: &Frame, rows: Range<usize>, game: &mut Building) {
        for row in rows {
            let Some(number) = frame.int(1, row) else {
                game.unreadable(frame, row, "eventnum");
                continue;
            };
            let Some(period) = frame.small(4, row) else {
                game.unreadable(frame, row, "period");
                continue;
            };
            let text = |column| frame.text(column, row).map(Into::into);
            game.nba.push(Row {
                number,
                kind: frame.int(2, row).unwrap_or(0),
                action: frame.int(3, row).unwrap_or(0),
                period,
                clock_s: frame.small(5, row),
                home: text(6),
                away: text(7),
                neutral: text(8),
                players: [0, 1, 2].map(|n| Named {
                    id: frame.int(PLAYERS + 3 * n, row).unwrap_or(0),
                    name: text(PLAYERS + 3 * n + 1),
                    team: text(PLAYERS + 3 * n + 2),
                }),
                score: Option::zip(frame.small(9, row), frame.small(10, row))
                    .map(|(home, away)| Score { home, away }),
            });
        }
    }

    fn finish(&self, game: Building) -> Parsed {
        let faults = game.parsed.faults;
        let mut parsed = nba::game(game.parsed.game, &game.home, game.nba, game.league);
        parsed.faults.splice(0..0, faults);
        parsed
    }
}

//! College plays of one row each, as CollegeFootballData serves them: ESPN's play types, finals and lines beside.

use std::ops::Range;

use matchday_event::{
    Detail, GameId, GameInfo, Line, PlayReport, Score, Side, Signal, Sport,
    football::{FootballPlay, PlayKind as K, Timeouts},
};

use super::{Building, Companion, Frame, Layout, Wanted, float, int, play_id, text};
use crate::{
    Fault, FeedError, Parsed,
    play_by_play::{self as pbp, college},
    reference,
};

/// The layout, in the newer form (score after the play in `home_score_post`) or the older (`home_score_row`).
pub(super) struct CfbTable {
    columns: &'static [Wanted],
    name: &'static str,
    /// Whether the score before a play is the score after it.
    before_holds_play: bool,
}

pub(super) static CFB: CfbTable = CfbTable {
    columns: COLUMNS,
    name: "college plays",
    before_holds_play: false,
};
pub(super) static CFB_OLD: CfbTable = CfbTable {
    columns: COLUMNS_OLD,
    name: "college plays of the older form",
    before_holds_play: true,
};

const fn columns(home_after: &'static str, away_after: &'static str) -> [Wanted; 28] {
    [
        int("game_id"),
        int("season"),
        int("week"),
        text("home"),
        text("away"),
        int("play_id"),
        int("seq"),
        int("period"),
        int("clock_sec"),
        text("offense"),
        int("down"),
        int("distance"),
        int("yards_to_goal"),
        int("yards_gained"),
        text("play_type"),
        text("play_text"),
        int("home_score_pre"),
        int("away_score_pre"),
        int(home_after),
        int(away_after),
        int("offense_timeouts").or_none(),
        int("defense_timeouts").or_none(),
        int("home_final").or_none(),
        int("away_final").or_none(),
        int("neutral_site").or_none(),
        float("spread").or_none(),
        float("over_under").or_none(),
        text("season_type").or_none(),
    ]
}
const COLUMNS: &[Wanted] = &columns("home_score_post", "away_score_post");
const COLUMNS_OLD: &[Wanted] = &columns("home_score_row", "away_score_row");
// Places in `columns`.
const GAME: usize = 0;
const SEASON: usize = 1;
const WEEK: usize = 2;
const HOME: usize = 3;
const AWAY: usize = 4;
const PLAY: usize = 5;
const SEQ: usize = 6;
const PERIOD: usize = 7;
const CLOCK: usize = 8;
const OFFENSE: usize = 9;
const DOWN: usize = 10;
const DISTANCE: usize = 11;
const YARDS_TO_GOAL: usize = 12;
const YARDS: usize = 13;
const TYPE: usize = 14;
const TEXT: usize = 15;
const HOME_PRE: usize = 16;
const AWAY_PRE: usize = 17;
const HOME_AFTER: usize = 18;
const AWAY_AFTER: usize = 19;
const OFFENSE_TIMEOUTS: usize = 20;
const DEFENSE_TIMEOUTS: usize = 21;
const HOME_FINAL: usize = 22;
const AWAY_FINAL: usize = 23;
const NEUTRAL: usize = 24;
const SPREAD: usize = 25;
const TOTAL: usize = 26;
const SEASON_TYPE: usize = 27;

impl Layout for CfbTable {
    fn name(&self) -> &'static str {
        self.name
    }

    fn columns(&self) -> &'static [Wanted] {
        self.columns
    }

    fn game_column(&self) -> usize {
        GAME
    }

    fn begin(
        &self,
        frame: &Frame,
        row: usize,
        companion: &Companion,
    ) -> Result<Building, FeedError> {
        let bad = |column: &str| {
            frame.no_game(row, column, "missing; every play needs its game and teams")
        };
        let number = frame.int(GAME, row).ok_or_else(|| bad("game_id"))?;
        let home = frame.text(HOME, row).ok_or_else(|| bad("home"))?;
        let away = frame.text(AWAY, row).ok_or_else(|| bad("away"))?;
        let id = GameId::new(format!("ncaaf-{number}")).map_err(|_| bad("game_id"))?;
        let known = companion.game(&number.to_string());
        let mut game = Building::new(Parsed::whole(id), home, away);
        game.last_score = score(frame, HOME_FINAL, AWAY_FINAL, row).or(known.and_then(|k| k.score));
        let spread = frame.float(SPREAD, row).and_then(crate::body::single);
        let total = frame.float(TOTAL, row).and_then(crate::body::single);
        let line = (spread.is_some() || total.is_some()).then_some(Line {
            spread_home: spread,
            total,
        });
        game.parsed.signals.push(Signal::Info(GameInfo {
            sport: Sport::AmericanFootball,
            league: companion.league("ncaaf"),
            season: frame.small(SEASON, row),
            week: frame.small(WEEK, row),
            postseason: frame.text(SEASON_TYPE, row) == Some("postseason")
                || known.is_some_and(|k| k.postseason),
            home: reference::ncaaf(home),
            away: reference::ncaaf(away),
            kickoff: known.and_then(|k| k.kickoff),
            neutral: frame.int(NEUTRAL, row) == Some(1),
            venue: None,
            line: line.or(known.and_then(|k| k.line)),
            forecast: None,
            rules: None,
        }));
        Ok(game)
    }

    fn push(&self, frame: &Frame, rows: Range<usize>, game: &mut Building) {
        game.plays.reserve(rows.len());
        for row in rows {
            let Some(number) = frame.int(PLAY, row) else {
                game.unreadable(frame, row, "play_id");
                continue;
            };
            let Some(period) = frame.small(PERIOD, row) else {
                game.unreadable(frame, row, "period");
                continue;
            };
            let id = play_id(number);
            let offense = frame.text(OFFENSE, row).and_then(|t| game.side(t));
            let name = frame.text(TYPE, row).unwrap_or_default();
            let play_type = college::play_type(name);
            if play_type.unknown {
                game.parsed.faults.push(
                    Fault::new(
                        matchday_event::FaultCode::Unclassified,
                        format!("row {} play_type", frame.first_row + row as u64),
                        format!("unknown play type {name:?}"),
                    )
                    .of_play(&id),
                );
            }
            let mut from = frame.small(YARDS_TO_GOAL, row);
            if self.before_holds_play
                && play_type.kind == Some(K::FieldGoal)
                && let Some(spot) = snap_of_kick(from, frame.text(TEXT, row))
            {
                game.parsed.faults.push(
                    Fault::new(
                        matchday_event::FaultCode::YardLineRange,
                        format!("row {} yards_to_goal", frame.first_row + row as u64),
                        "holds the length of the field goal, not the place of the snap",
                    )
                    .of_play(&id),
                );
                from = Some(spot);
            }
            let (possession, yards_to_goal) = if play_type.kind == Some(K::Kickoff) {
                pbp::seen_from_receivers(offense, from)
            } else {
                (offense, from)
            };
            // In the older form the score before a play that scored already holds its points: a model that
            // learned from it would be told the outcome. Without it the score is carried from the play before.
            let told = self.before_holds_play && scores(play_type.kind, frame, row);
            let before = score(frame, HOME_PRE, AWAY_PRE, row).filter(|_| !told);
            let after = score(frame, HOME_AFTER, AWAY_AFTER, row);
            let down = pbp::has_down(play_type.kind);
            // The file's own sequence: ids do not rise along a game in this source.
            let sequence = frame.int(SEQ, row).unwrap_or(0);
            game.plays.push((
                sequence,
                PlayReport {
                    play_id: id,
                    order: 0,
                    period,
                    clock_s: frame.small(CLOCK, row),
                    score_before: before,
                    score_after: after,
                    wall: None,
                    text: frame.text(TEXT, row).map(|t| t.into()),
                    detail: Detail::AmericanFootball(FootballPlay {
                        possession,
                        down: frame.small(DOWN, row).filter(|_| down),
                        distance: frame.small(DISTANCE, row).filter(|_| down),
                        yards_to_goal,
                        yards: frame.small(YARDS, row),
                        end: None,
                        timeouts: timeouts(frame, row, offense),
                        kind: play_type.kind,
                        tags: play_type.tags,
                        stats: Vec::new(),
                    }),
                },
            ));
        }
    }

    fn finish(&self, mut game: Building) -> Parsed {
        let plays = std::mem::take(&mut game.plays);
        game.parsed.add_plays(plays);
        if let Some(score) = game.last_score {
            game.push_final(score);
        }
        game.parsed
    }
}

/// Whether a row of the older form says that its play scored.
fn scores(kind: Option<K>, frame: &Frame, row: usize) -> bool {
    let says = |word: &str| {
        [TYPE, TEXT]
            .iter()
            .filter_map(|column| frame.text(*column, row))
            .any(|text| text.to_ascii_uppercase().contains(word))
    };
    kind == Some(K::FieldGoal) || says("TOUCHDOWN") || says("SAFETY")
}

/// Where a field goal was snapped, on a row of the older form that gives the length of the kick instead: the end
/// zone's ten yards and the seven behind the snap are in it.
fn snap_of_kick(yards_to_goal: Option<i16>, text: Option<&str>) -> Option<i16> {
    let given = yards_to_goal?;
    let (head, _) = text?.split_once(" yard field goal")?;
    let length: i16 = head.rsplit(' ').next()?.parse().ok()?;
    ((given - length).abs() <= 3 && length > 17).then_some(given - 17)
}

fn score(frame: &Frame, home: usize, away: usize, row: usize) -> Option<Score> {
    Some(Score {
        home: frame.small(home, row)?,
        away: frame.small(away, row)?,
    })
}

fn timeouts(frame: &Frame, row: usize, offense: Option<Side>) -> Option<Timeouts> {
    let own = frame.small(OFFENSE_TIMEOUTS, row)?;
    let other = frame.small(DEFENSE_TIMEOUTS, row)?;
    Some(match offense? {
        Side::Home => Timeouts {
            home: own,
            away: other,
        },
        Side::Away => Timeouts {
            home: other,
            away: own,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kick_is_snapped_seventeen_yards_before_its_length() {
        let good = Some("A. Kicker 40 yard field goal GOOD.");
        assert_eq!(snap_of_kick(Some(39), good), Some(22));
        // Here the row gives the snap, as it should.
        assert_eq!(snap_of_kick(Some(23), good), None);
        assert_eq!(
            snap_of_kick(Some(40), Some("A. Punter punt for 40 yards")),
            None
        );
        assert_eq!(snap_of_kick(None, good), None);
    }
}

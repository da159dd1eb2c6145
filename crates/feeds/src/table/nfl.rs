//! NFL plays of one row each, with the score before and after rebuilt from statistics (`play_type`, `note`, `sp`).

use std::ops::Range;

use enumset::enum_set;
use matchday_event::{
    Detail, GameId, GameInfo, PlayReport, Score, Signal, Sport,
    football::{FootballPlay, PlayKind as K, PlayTag as T, Tags, Timeouts},
};

use super::{Building, Companion, Frame, Layout, Wanted, int, play_id, text};
use crate::{FeedError, Parsed, play_by_play as pbp, reference};

pub(super) struct NflTable;

const COLUMNS: &[Wanted] = &[
    int("game_id"),
    int("season"),
    text("season_type"),
    int("week"),
    text("home"),
    text("away"),
    int("play_id"),
    int("qtr"),
    int("clock_sec"),
    text("posteam"),
    int("down"),
    int("ydstogo"),
    int("yardline_100"),
    text("play_type"),
    text("note").or_none(),
    int("yards_gained"),
    int("home_score_pre"),
    int("away_score_pre"),
    int("home_score_post"),
    int("away_score_post"),
    int("home_to"),
    int("away_to"),
    text("desc"),
];
// Places in `COLUMNS`.
const GAME: usize = 0;
const SEASON: usize = 1;
const SEASON_TYPE: usize = 2;
const WEEK: usize = 3;
const HOME: usize = 4;
const AWAY: usize = 5;
const PLAY: usize = 6;
const QUARTER: usize = 7;
const CLOCK: usize = 8;
const POSSESSION: usize = 9;
const DOWN: usize = 10;
const DISTANCE: usize = 11;
const YARDS_TO_GOAL: usize = 12;
const TYPE: usize = 13;
const NOTE: usize = 14;
const YARDS: usize = 15;
const HOME_PRE: usize = 16;
const AWAY_PRE: usize = 17;
const HOME_POST: usize = 18;
const AWAY_POST: usize = 19;
const HOME_TIMEOUTS: usize = 20;
const AWAY_TIMEOUTS: usize = 21;
const TEXT: usize = 22;

impl Layout for NflTable {
    fn name(&self) -> &'static str {
        "NFL plays"
    }

    fn columns(&self) -> &'static [Wanted] {
        COLUMNS
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
        let id = GameId::new(format!("nfl-{number}")).map_err(|_| bad("game_id"))?;
        let known = companion.game(&number.to_string());
        let mut game = Building::new(Parsed::whole(id), home, away);
        game.last_score = known.and_then(|k| k.score);
        game.parsed.signals.push(Signal::Info(GameInfo {
            sport: Sport::AmericanFootball,
            league: companion.league("nfl"),
            season: frame.small(SEASON, row),
            week: frame.small(WEEK, row),
            postseason: frame.text(SEASON_TYPE, row) == Some("POST"),
            home: reference::nfl(home),
            away: reference::nfl(away),
            kickoff: known.and_then(|k| k.kickoff),
            neutral: known.is_some_and(|k| k.neutral),
            venue: None,
            line: known.and_then(|k| k.line),
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
            let Some(period) = frame.small(QUARTER, row) else {
                game.unreadable(frame, row, "qtr");
                continue;
            };
            let side = frame.text(POSSESSION, row).and_then(|t| game.side(t));
            let sentence = frame.text(TEXT, row);
            let code = frame.text(TYPE, row).unwrap_or_default();
            let note = frame.text(NOTE, row).unwrap_or_default();
            let yards = frame.small(YARDS, row);
            let kind = kind(code, note, period, sentence.unwrap_or_default());
            let before = score(frame, HOME_PRE, AWAY_PRE, row);
            let after = score(frame, HOME_POST, AWAY_POST, row);
            let from = frame.small(YARDS_TO_GOAL, row);
            let (possession, yards_to_goal) = if kind == Some(K::Kickoff) {
                pbp::seen_from_receivers(side, from)
            } else {
                (side, from)
            };
            let mut tags = tags(note);
            if note == "TD" || before != after {
                tags.extend(pbp::touchdown_tag(possession, before, after));
            }
            if kind == Some(K::Pass) && !tags.contains(T::Interception) {
                tags |= if yards.is_some() {
                    T::Complete
                } else {
                    T::Incomplete
                };
            }
            game.plays.push((
                number,
                PlayReport {
                    play_id: play_id(number),
                    order: 0,
                    period,
                    clock_s: frame.small(CLOCK, row),
                    score_before: before,
                    score_after: after,
                    wall: None,
                    text: sentence.map(|t| t.into()),
                    detail: Detail::AmericanFootball(FootballPlay {
                        possession,
                        down: frame.small(DOWN, row),
                        distance: frame.small(DISTANCE, row),
                        yards_to_goal,
                        yards,
                        end: None,
                        timeouts: Option::zip(
                            frame.small(HOME_TIMEOUTS, row),
                            frame.small(AWAY_TIMEOUTS, row),
                        )
                        .map(|(home, away)| Timeouts { home, away }),
                        kind,
                        tags,
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

fn score(frame: &Frame, home: usize, away: usize, row: usize) -> Option<Score> {
    Some(Score {
        home: frame.small(home, row)?,
        away: frame.small(away, row)?,
    })
}

fn kind(code: &str, note: &str, period: u8, words: &str) -> Option<K> {
    Some(match code {
        "pass" => K::Pass,
        "run" => K::Run,
        "kickoff" => K::Kickoff,
        "punt" => K::Punt,
        "no_play" => K::NoPlay,
        "timeout" => K::Timeout,
        "sack" => K::Sack,
        "extra_point" => K::ExtraPoint,
        "field_goal" => K::FieldGoal,
        "two_point" => K::TwoPoint,
        "kneel" => K::Kneel,
        "spike" => K::Spike,
        _ if note == "XPA" => K::ExtraPoint,
        "other" => return pbp::nfl_marker(words, period),
        _ => return None,
    })
}

fn tags(note: &str) -> Tags {
    match note {
        "FG" | "XP" | "2PS" | "2PR" => enum_set!(T::Good),
        "FGM" | "XPM" | "XPA" | "2PPF" | "2PRF" => enum_set!(T::NoGood),
        "FGB" | "XPB" => enum_set!(T::NoGood | T::Blocked),
        "PUNTB" => enum_set!(T::Blocked),
        "INT" => enum_set!(T::Interception),
        "FUMBLE" => enum_set!(T::Fumble),
        "SAF" => enum_set!(T::Safety),
        "PENALTY" => enum_set!(T::Penalty),
        _ => Tags::empty(),
    }
}

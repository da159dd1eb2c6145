//! Play-by-play tables of nflverse (nflfastR) and its predecessor nflscrapR, by their column names.

use std::ops::Range;

use matchday_event::{
    Detail, GameId, GameInfo, Line, PlayReport, Score, Signal, Sport,
    football::{FootballPlay, PlayKind as K, PlayTag as T, Tags, Timeouts},
};

use super::{Building, Companion, Frame, Layout, Wanted, float, int, play_id, text};
use crate::{FeedError, Parsed, play_by_play as pbp, reference};

pub(super) struct Nflverse;

const COLUMNS: &[Wanted] = &[
    text("game_id"),
    text("old_game_id").or_none(),
    int("play_id"),
    text("home_team"),
    text("away_team"),
    int("qtr"),
    int("quarter_seconds_remaining"),
    text("posteam"),
    int("down"),
    int("ydstogo"),
    int("yardline_100"),
    text("play_type"),
    text("desc"),
    int("yards_gained"),
    int("total_home_score"),
    int("total_away_score"),
    int("home_timeouts_remaining").or_none(),
    int("away_timeouts_remaining").or_none(),
    int("season").or_none(),
    text("season_type").or_none(),
    int("week").or_none(),
    float("spread_line").or_none(),
    float("total_line").or_none(),
    int("home_score").or_none(),
    int("away_score").or_none(),
    text("location").or_none(),
    text("stadium").or_none(),
    text("game_stadium").or_none(),
    text("field_goal_result").or_none(),
    text("extra_point_result").or_none(),
    text("two_point_conv_result").or_none(),
    int("sack").or_none(),
    int("interception").or_none(),
    int("complete_pass").or_none(),
    int("incomplete_pass").or_none(),
    int("fumble").or_none(),
    int("fumble_lost").or_none(),
    int("penalty").or_none(),
    int("safety").or_none(),
    int("touchback").or_none(),
    int("punt_blocked").or_none(),
    text("penalty_team").or_none(),
    text("time_of_day").or_none(),
    int("touchdown").or_none(),
    int("own_kickoff_recovery").or_none(),
];
// Places in `COLUMNS`.
const GAME: usize = 0;
const OLD_GAME: usize = 1;
const PLAY: usize = 2;
const HOME: usize = 3;
const AWAY: usize = 4;
const QUARTER: usize = 5;
const CLOCK: usize = 6;
const POSSESSION: usize = 7;
const DOWN: usize = 8;
const DISTANCE: usize = 9;
const YARDS_TO_GOAL: usize = 10;
const TYPE: usize = 11;
const TEXT: usize = 12;
const YARDS: usize = 13;
const HOME_TOTAL: usize = 14;
const AWAY_TOTAL: usize = 15;
const HOME_TIMEOUTS: usize = 16;
const AWAY_TIMEOUTS: usize = 17;
const SEASON: usize = 18;
const SEASON_TYPE: usize = 19;
const WEEK: usize = 20;
const SPREAD: usize = 21;
const TOTAL: usize = 22;
const HOME_FINAL: usize = 23;
const AWAY_FINAL: usize = 24;
const LOCATION: usize = 25;
const STADIUM: usize = 26;
const GAME_STADIUM: usize = 27;
const FIELD_GOAL: usize = 28;
const EXTRA_POINT: usize = 29;
const TWO_POINT: usize = 30;
const SACK: usize = 31;
const INTERCEPTION: usize = 32;
const COMPLETE: usize = 33;
const INCOMPLETE: usize = 34;
const FUMBLE: usize = 35;
const FUMBLE_LOST: usize = 36;
const PENALTY: usize = 37;
const SAFETY: usize = 38;
const TOUCHBACK: usize = 39;
const PUNT_BLOCKED: usize = 40;
const PENALTY_TEAM: usize = 41;
const WALL: usize = 42;
const TOUCHDOWN: usize = 43;
const OWN_KICKOFF: usize = 44;

impl Layout for Nflverse {
    fn name(&self) -> &'static str {
        "nflverse play-by-play"
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
        let own = frame.text(GAME, row).ok_or_else(|| bad("game_id"))?;
        // The older number is the league's own, by which other feeds know the game too.
        let number = frame.text(OLD_GAME, row).unwrap_or(own);
        let home = frame.text(HOME, row).ok_or_else(|| bad("home_team"))?;
        let away = frame.text(AWAY, row).ok_or_else(|| bad("away_team"))?;
        let id = GameId::new(format!("nfl-{number}"))
            .map_err(|e| FeedError::wrong_shape("game_id", e.to_string()))?;
        let known = companion.game(number);
        // Printed from the home side's strength: positive when home is favoured.
        let spread = frame
            .float(SPREAD, row)
            .and_then(|s| crate::body::single(-s));
        let total = frame.float(TOTAL, row).and_then(crate::body::single);
        let line = (spread.is_some() || total.is_some()).then_some(Line {
            spread_home: spread,
            total,
        });
        let mut game = Building::new(Parsed::whole(id), home, away);
        game.last_score = score(frame, HOME_FINAL, AWAY_FINAL, row).or(known.and_then(|k| k.score));
        let week: Option<u8> = frame.small(WEEK, row);
        let season: Option<u16> = frame.small(SEASON, row);
        let calendar = calendar_of(number);
        let postseason = match frame.text(SEASON_TYPE, row) {
            Some(kind) => kind == "POST",
            None => calendar.is_some_and(|c| c.2),
        };
        game.parsed.signals.push(Signal::Info(GameInfo {
            sport: Sport::AmericanFootball,
            league: companion.league("nfl"),
            season: season.or(calendar.map(|c| c.0)),
            week: week.or(calendar.map(|c| c.1)),
            postseason,
            home: reference::nfl(home),
            away: reference::nfl(away),
            kickoff: known.and_then(|k| k.kickoff),
            neutral: match frame.text(LOCATION, row) {
                Some(location) => location == "Neutral",
                None => known.is_some_and(|k| k.neutral),
            },
            venue: frame
                .text(GAME_STADIUM, row)
                .or_else(|| frame.text(STADIUM, row))
                .map(|v| v.into()),
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
            let Some(period) = frame.small(QUARTER, row) else {
                game.unreadable(frame, row, "qtr");
                continue;
            };
            let sentence = frame.text(TEXT, row);
            let kind = kind(frame, row, period, sentence.unwrap_or_default());
            // Kick-offs are already seen from the receivers here.
            let team = frame.text(POSSESSION, row);
            let possession = team.and_then(|t| game.side(t));
            let after = score(frame, HOME_TOTAL, AWAY_TOTAL, row);
            let before = game
                .plays
                .last()
                .map_or(Some(Score::default()), |(_, p)| p.score_after);
            let mut tags = tags(frame, row, team);
            if frame.int(TOUCHDOWN, row) == Some(1) {
                tags.extend(pbp::touchdown_tag(possession, before, after));
            }
            if kind == Some(K::Kickoff) && frame.int(OWN_KICKOFF, row) == Some(1) {
                tags |= T::KickingTeamBall;
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
                    wall: frame.text(WALL, row).and_then(crate::body::time),
                    text: sentence.map(|t| t.into()),
                    detail: Detail::AmericanFootball(FootballPlay {
                        possession,
                        down: frame.small(DOWN, row),
                        distance: frame.small(DISTANCE, row),
                        yards_to_goal: frame.small(YARDS_TO_GOAL, row),
                        yards: frame.small(YARDS, row),
                        end: None,
                        timeouts: Option::zip(
                            frame.small(HOME_TIMEOUTS, row),
                            frame.small(AWAY_TIMEOUTS, row),
                        )
                        .map(|(home, away)| Timeouts { home, away }),
                        kind,
                        tags: pbp::complete_tags(tags),
                        stats: Vec::new(),
                    }),
                },
            ));
        }
    }

    fn finish(&self, mut game: Building) -> Parsed {
        let plays = std::mem::take(&mut game.plays);
        game.parsed.add_plays(plays);
        // Without finals of its own the table's last row says how the game ended, if it says that it did.
        let ended = game.parsed.plays().last().and_then(|p| {
            (p.detail.football()?.kind == Some(K::EndGame))
                .then_some(p.score_after)
                .flatten()
        });
        if let Some(score) = game.last_score.or(ended) {
            game.push_final(score);
        }
        game.parsed
    }
}

fn calendar_of(number: &str) -> Option<(u16, u8, bool)> {
    let part = |range| number.get(range).and_then(|s: &str| s.parse::<i16>().ok());
    let date = jiff::civil::Date::new(
        part(0..4)?,
        i8::try_from(part(4..6)?).ok()?,
        i8::try_from(part(6..8)?).ok()?,
    )
    .ok()?;
    crate::calendar::nfl(date)
}

fn score(frame: &Frame, home: usize, away: usize, row: usize) -> Option<Score> {
    Some(Score {
        home: frame.small(home, row)?,
        away: frame.small(away, row)?,
    })
}

fn kind(frame: &Frame, row: usize, period: u8, words: &str) -> Option<K> {
    if frame.text(EXTRA_POINT, row).is_some() {
        return Some(K::ExtraPoint);
    }
    if frame.text(TWO_POINT, row).is_some() {
        return Some(K::TwoPoint);
    }
    match frame.text(TYPE, row) {
        Some("pass") if frame.int(SACK, row) == Some(1) => Some(K::Sack),
        // The older table has no mark for sacks; the sentence tells them.
        Some("pass") if frame.int(SACK, row).is_none() => None,
        Some("pass") => Some(K::Pass),
        Some("run") => Some(K::Run),
        Some("punt") => Some(K::Punt),
        Some("kickoff") => Some(K::Kickoff),
        Some("field_goal") => Some(K::FieldGoal),
        Some("extra_point") => Some(K::ExtraPoint),
        Some("qb_kneel") => Some(K::Kneel),
        Some("qb_spike") => Some(K::Spike),
        Some("no_play") => Some(
            pbp::nfl_marker(words, period)
                .filter(|k| *k == K::Timeout)
                .unwrap_or(K::NoPlay),
        ),
        Some(_) => None,
        None => pbp::nfl_marker(words, period).or(Some(K::Other)),
    }
}

fn tags(frame: &Frame, row: usize, possession: Option<&str>) -> Tags {
    let mut tags = Tags::empty();
    let mut set = |column: usize, tag: T| {
        if frame.int(column, row) == Some(1) {
            tags |= tag;
        }
    };
    set(INTERCEPTION, T::Interception);
    set(COMPLETE, T::Complete);
    set(INCOMPLETE, T::Incomplete);
    set(FUMBLE, T::Fumble);
    set(FUMBLE_LOST, T::FumbleLost);
    set(PENALTY, T::Penalty);
    set(SAFETY, T::Safety);
    set(TOUCHBACK, T::Touchback);
    set(PUNT_BLOCKED, T::Blocked);
    match (
        frame.text(FIELD_GOAL, row),
        frame.text(EXTRA_POINT, row),
        frame.text(TWO_POINT, row),
    ) {
        (Some("made"), _, _) | (_, Some("good"), _) | (_, _, Some("success")) => tags |= T::Good,
        (Some("blocked"), _, _) | (_, Some("blocked"), _) => tags |= T::NoGood | T::Blocked,
        (None, None, None) => {}
        _ => tags |= T::NoGood,
    }
    if let (Some(flagged), Some(offense)) = (frame.text(PENALTY_TEAM, row), possession)
        && flagged != offense
    {
        tags |= T::DefensivePenalty;
    }
    tags
}

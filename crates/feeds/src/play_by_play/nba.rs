//! The NBA's play-by-play as its statistics site serves it: one row an event, numbered kinds, up to three players.
//!
//! Rows come as JSON result sets or as a table (`table::nba`); both end here.

use std::sync::Arc;

use matchday_event::{
    Detail, GameId, GameInfo, GamePhase, GameStatus, PlayId, PlayReport, Score, Side, Signal,
    Sport,
    basketball::{Attempt, BasketballPlay, PlayKind, Player},
};
use serde_json::Value;

use crate::{Context, Fault, FeedError, Parsed, body};

/// A player as a row names them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Named {
    pub id: i64,
    pub name: Option<Arc<str>>,
    pub team: Option<Arc<str>>,
}

/// One row.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    pub number: i64,
    pub kind: i64,
    pub action: i64,
    pub period: u8,
    pub clock_s: Option<i32>,
    pub home: Option<Arc<str>>,
    pub away: Option<Arc<str>>,
    pub neutral: Option<Arc<str>>,
    pub players: [Named; 3],
    pub score: Option<Score>,
}

/// Free throws by the league's numbers: place in the set, its size, and whether the ball stays with the shooters.
fn attempt(action: i64) -> (Option<Attempt>, bool) {
    let of = |number, of| Some(Attempt { number, of });
    match action {
        10 => (of(1, 1), false),
        11 => (of(1, 2), false),
        12 => (of(2, 2), false),
        13 => (of(1, 3), false),
        14 => (of(2, 3), false),
        15 => (of(3, 3), false),
        17 => (of(1, 1), false),
        18 | 25 => (of(1, 2), true),
        19 | 26 => (of(2, 2), true),
        _ => (of(1, 1), true),
    }
}

/// Fouls that do not move the ball, or that a player on the bench can commit.
fn technical_foul(action: i64) -> bool {
    matches!(action, 11..=13 | 16 | 18 | 19 | 25 | 30)
}

fn kind_of(row: &Row) -> PlayKind {
    match row.kind {
        1 => PlayKind::Made,
        2 => PlayKind::Missed,
        3 => PlayKind::FreeThrow,
        4 => PlayKind::Rebound,
        5 => PlayKind::Turnover,
        6 => PlayKind::Foul,
        7 => PlayKind::Violation,
        8 => PlayKind::Substitution,
        9 => PlayKind::Timeout,
        10 => PlayKind::JumpBall,
        11 => PlayKind::Ejection,
        12 => PlayKind::StartPeriod,
        13 => PlayKind::EndPeriod,
        _ => PlayKind::Other,
    }
}

/// Which abbreviation is home: that of the players in rows that only home describes.
fn sides(rows: &[Row]) -> (Option<Arc<str>>, Option<Arc<str>>) {
    let mut votes = std::collections::BTreeMap::<Arc<str>, i64>::new();
    for row in rows {
        let Some(team) = &row.players[0].team else {
            continue;
        };
        let vote = votes.entry(team.clone()).or_default();
        match (&row.home, &row.away) {
            (Some(_), None) => *vote += 1,
            (None, Some(_)) => *vote -= 1,
            _ => {}
        }
    }
    let best = |sign: i64| {
        votes
            .iter()
            .filter(|(_, v)| **v * sign > 0)
            .max_by_key(|(_, v)| **v * sign)
            .map(|(team, _)| team.clone())
    };
    (best(1), best(-1))
}

/// Makes a game of its rows, in the provider's order.
pub(crate) fn game(id: GameId, number: &str, rows: Vec<Row>, league: Arc<str>) -> Parsed {
    let mut parsed = Parsed::whole(id);
    let (home, away) = sides(&rows);
    let side_of = |team: &Option<Arc<str>>| match team {
        Some(t) if home.as_ref() == Some(t) => Some(Side::Home),
        Some(t) if away.as_ref() == Some(t) => Some(Side::Away),
        _ => None,
    };
    if let (Some(home), Some(away)) = (&home, &away) {
        parsed.signals.push(Signal::Info(GameInfo {
            sport: Sport::Basketball,
            league,
            season: season(number),
            week: None,
            postseason: number.get(..3) == Some("004"),
            home: crate::reference::nba(home),
            away: crate::reference::nba(away),
            kickoff: None,
            neutral: false,
            venue: None,
            line: None,
            forecast: None,
            rules: None,
        }));
    }
    let mut ended = None;
    let mut score = Score::default();
    let plays = rows
        .into_iter()
        .map(|row| {
            score = row.score.unwrap_or(score);
            let report = report(&row, &side_of);
            let decided = row.period >= 4 && score.home != score.away;
            ended = (row.kind == 13 && decided).then_some(score);
            (row.number, report)
        })
        .collect();
    parsed.add_plays(plays);
    if let Some(score) = ended {
        parsed.signals.push(Signal::Status(GameStatus {
            phase: GamePhase::Final,
            period: None,
            clock_s: None,
            score: Some(score),
            spot: None,
        }));
    }
    parsed
}

/// `0021500002`: the third to fifth digits are the kind of season and its first year.
fn season(number: &str) -> Option<u16> {
    let year: u16 = number.get(3..5)?.parse().ok()?;
    Some(if year >= 46 { 1900 + year } else { 2000 + year })
}

fn report(row: &Row, side_of: &dyn Fn(&Option<Arc<str>>) -> Option<Side>) -> PlayReport {
    let kind = kind_of(row);
    let text: Option<Arc<str>> = match (&row.home, &row.away, &row.neutral) {
        (Some(h), Some(a), _) if kind == PlayKind::Turnover || a.starts_with("MISS") => {
            // The turnover or the miss first, then the steal or the block.
            let (first, second) = if h.contains("STEAL") || h.contains("BLOCK") {
                (a, h)
            } else {
                (h, a)
            };
            Some(format!("{first}; {second}").into())
        }
        (Some(h), Some(a), _) => Some(format!("{h}; {a}").into()),
        (Some(one), None, _) | (None, Some(one), _) | (None, None, Some(one)) => Some(one.clone()),
        (None, None, None) => None,
    };
    let player = |n: usize| {
        let p = &row.players[n];
        let (Some(name), Some(_)) = (&p.name, &p.team) else {
            return None;
        };
        Some(Player {
            id: p.id.to_string().into(),
            name: name.clone(),
            side: side_of(&p.team),
        })
    };
    let described = match (&row.home, &row.away) {
        (Some(_), None) => Some(Side::Home),
        (None, Some(_)) => Some(Side::Away),
        _ => None,
    };
    let side = side_of(&row.players[0].team).or(described);
    let says = |word: &str| {
        [&row.home, &row.away]
            .iter()
            .any(|t| t.as_deref().is_some_and(|t| t.contains(word)))
    };
    let (attempt, stays) = if kind == PlayKind::FreeThrow {
        attempt(row.action)
    } else {
        (None, false)
    };
    PlayReport {
        play_id: PlayId::new(row.number.to_string()),
        order: 0,
        period: row.period,
        clock_s: row.clock_s,
        score_before: None,
        score_after: row.score,
        wall: None,
        text,
        detail: Detail::Basketball(BasketballPlay {
            kind,
            side,
            player: player(0),
            other: player(1),
            third: player(2),
            value: match kind {
                PlayKind::Made | PlayKind::Missed => Some(if says("3PT") { 3 } else { 2 }),
                PlayKind::FreeThrow => Some(1),
                _ => None,
            },
            good: (kind == PlayKind::FreeThrow).then(|| !says("MISS")),
            attempt,
            technical: stays || kind == PlayKind::Foul && technical_foul(row.action),
        }),
    }
}

/// Seconds of `11:34`.
fn seconds(clock: &str) -> Option<i32> {
    let (m, s) = clock.split_once(':')?;
    let (m, s): (i32, i32) = (m.parse().ok()?, s.parse().ok()?);
    Some(m.checked_mul(60)?.saturating_add(s))
}

/// `7 - 5`: visitors first.
fn score(text: &str) -> Option<Score> {
    let (away, home) = text.split_once(" - ")?;
    Some(Score {
        home: home.trim().parse().ok()?,
        away: away.trim().parse().ok()?,
    })
}

/// Reads the statistics site's JSON: `resultSets`, each with `headers` and `rowSet`.
pub fn parse(bytes: &[u8], context: &Context) -> Result<Vec<Parsed>, FeedError> {
    let doc: Value = body::json(bytes)?;
    let sets = doc["resultSets"]
        .as_array()
        .ok_or_else(|| FeedError::wrong_shape("resultSets", "missing or not a list"))?;
    let set = sets
        .iter()
        .find(|s| s["name"] == "PlayByPlay")
        .ok_or_else(|| FeedError::wrong_shape("resultSets", "none is named PlayByPlay"))?;
    let headers: Vec<&str> = set["headers"]
        .as_array()
        .map(|h| h.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let column = |name: &str| headers.iter().position(|h| *h == name);
    let need = |name: &str| {
        column(name).ok_or_else(|| FeedError::wrong_shape("headers", format!("no {name}")))
    };
    let (at_game, at_number) = (need("GAME_ID")?, need("EVENTNUM")?);
    let (at_kind, at_period) = (need("EVENTMSGTYPE")?, need("PERIOD")?);
    let rows = set["rowSet"]
        .as_array()
        .ok_or_else(|| FeedError::wrong_shape("rowSet", "missing or not a list"))?;
    let number = rows
        .first()
        .and_then(|r| r[at_game].as_str())
        .or_else(|| doc["parameters"]["GameID"].as_str())
        .ok_or_else(|| FeedError::wrong_shape("parameters.GameID", "no game id"))?
        .to_owned();
    let league = context.league_or("nba");
    let id = GameId::new(format!("{league}-{number}"))
        .map_err(|e| FeedError::wrong_shape("GAME_ID", e.to_string()))?;
    if context.game.as_ref().is_some_and(|want| *want != id) {
        return Err(FeedError::wrong_shape(
            "GAME_ID",
            format!("game {id}, not the one asked for"),
        ));
    }
    let mut faults = Vec::new();
    let mut found = Vec::with_capacity(rows.len());
    for (n, row) in rows.iter().enumerate() {
        let int = |at: Option<usize>| at.and_then(|at| row[at].as_i64());
        let text = |name: &str| -> Option<Arc<str>> {
            let value = column(name).and_then(|at| row[at].as_str())?;
            (!value.is_empty()).then(|| Arc::from(value))
        };
        let whole = (
            int(Some(at_number)),
            int(Some(at_kind)),
            int(Some(at_period)).and_then(|p| u8::try_from(p).ok()),
        );
        let (Some(number), Some(kind), Some(period)) = whole else {
            faults.push(Fault::new(
                matchday_event::FaultCode::PlayUnreadable,
                format!("rowSet.{n}"),
                "EVENTNUM, EVENTMSGTYPE or PERIOD is not a number",
            ));
            continue;
        };
        let named = |n: usize| Named {
            id: int(column(&format!("PLAYER{n}_ID"))).unwrap_or(0),
            name: text(&format!("PLAYER{n}_NAME")),
            team: text(&format!("PLAYER{n}_TEAM_ABBREVIATION")),
        };
        found.push(Row {
            number,
            kind,
            action: int(column("EVENTMSGACTIONTYPE")).unwrap_or(0),
            period,
            clock_s: text("PCTIMESTRING").and_then(|c| seconds(&c)),
            home: text("HOMEDESCRIPTION"),
            away: text("VISITORDESCRIPTION"),
            neutral: text("NEUTRALDESCRIPTION"),
            players: [named(1), named(2), named(3)],
            score: text("SCORE").and_then(|s| score(&s)),
        });
    }
    let mut parsed = game(id, &number, found, league);
    parsed.faults.splice(0..0, faults);
    Ok(vec![parsed])
}

//! The Odds API, version 4: a list of events, each with bookmakers, each with the markets `h2h`, `spreads` and
//! `totals`. Its events have ids of their own, so they are matched to known games by their teams.

use matchday_event::{EventTime, FaultCode, Line, OddsReport, Signal};
use serde_json::Value;

use crate::{
    Context, Fault, FeedError, KnownGame, Parsed,
    body::{self, float, text, time},
};

/// How far a bookmaker's start of the game may lie from the schedule's before it is another game of the two
/// teams: a day and a half, in microseconds.
const START_SLACK_US: i64 = 36 * 3_600 * 1_000_000;

/// Reads one answer: a list of events, or a single event.
pub fn parse(body: &[u8], context: &Context) -> Result<Vec<Parsed>, FeedError> {
    let doc: Value = body::json(body)?;
    let events = match &doc {
        Value::Array(events) => events.as_slice(),
        Value::Object(o) if o.contains_key("bookmakers") => std::slice::from_ref(&doc),
        // The historical endpoint wraps the list.
        Value::Object(o) if o.get("data").is_some_and(Value::is_array) => {
            o["data"].as_array().map_or(&[][..], Vec::as_slice)
        }
        Value::Object(o) => {
            let message = o.get("message").and_then(text).unwrap_or_default();
            return Err(FeedError::wrong_shape(
                "body",
                format!("an error instead of a list of events: {message}"),
            ));
        }
        _ => return Err(FeedError::wrong_shape("body", "expected a list of events")),
    };
    if !events.is_empty() && events.iter().all(|e| e.get("bookmakers").is_none()) {
        return Err(FeedError::wrong_shape(
            "0.bookmakers",
            "no event has bookmakers",
        ));
    }
    let mut found = Vec::new();
    let mut stray = Vec::new();
    for (i, event) in events.iter().enumerate() {
        match known_game(event, context) {
            Some(game) => {
                let mut parsed = Parsed {
                    whole: false,
                    ..Parsed::whole(game.game.clone())
                };
                read_event(event, i, game, &mut parsed);
                found.push(parsed);
            }
            None => stray.push(Fault::new(
                FaultCode::WrongShape,
                format!("{i}.home_team"),
                format!(
                    "no known game of {} against {}; prices are kept once its feed has begun",
                    event
                        .get("home_team")
                        .and_then(text)
                        .unwrap_or_else(|| "?".into()),
                    event
                        .get("away_team")
                        .and_then(text)
                        .unwrap_or_else(|| "?".into())
                ),
            )),
        }
    }
    if let Some(first) = found.first_mut() {
        // Faults belong to a game's report; an event of an unknown game has none of its own.
        first.faults.extend(stray);
    }
    Ok(found)
}

fn known_game<'a>(event: &Value, context: &'a Context) -> Option<&'a KnownGame> {
    let home = text(event.get("home_team")?)?;
    let away = text(event.get("away_team")?)?;
    let start = event.get("commence_time").and_then(event_time);
    context.games.iter().find(|g| {
        same_team(&g.home.name, &home)
            && same_team(&g.away.name, &away)
            && match (start, g.kickoff) {
                (Some(a), Some(b)) => (a.0 - b.0).abs() <= START_SLACK_US,
                _ => true,
            }
    })
}

/// College names come with the nickname from one side and without it from the other.
fn same_team(known: &str, given: &str) -> bool {
    let (a, b) = (known.to_lowercase(), given.to_lowercase());
    let starts = |long: &str, short: &str| {
        long.strip_prefix(short)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    !a.is_empty() && !b.is_empty() && (starts(&a, &b) || starts(&b, &a))
}

/// ISO text, or Unix seconds where the caller asked for them.
fn event_time(value: &Value) -> Option<EventTime> {
    match value {
        Value::Number(n) => n.as_i64()?.checked_mul(1_000_000).map(EventTime),
        Value::String(s) => time(s),
        _ => None,
    }
}

fn read_event(event: &Value, index: usize, game: &KnownGame, parsed: &mut Parsed) {
    let list = event.get("bookmakers").and_then(Value::as_array);
    for (j, book) in list.into_iter().flatten().enumerate() {
        let place = format!("{index}.bookmakers.{j}");
        let Some(key) = book.get("key").and_then(text) else {
            parsed.faults.push(Fault::new(
                FaultCode::PlayUnreadable,
                format!("{place}.key"),
                "no bookmaker key",
            ));
            continue;
        };
        let mut report = OddsReport {
            book: key.into(),
            updated: book.get("last_update").and_then(event_time),
            line: Line {
                spread_home: None,
                total: None,
            },
            home_price: None,
            away_price: None,
            draw_price: None,
        };
        let markets = book.get("markets").and_then(Value::as_array);
        for market in markets.into_iter().flatten() {
            report.updated = report
                .updated
                .max(market.get("last_update").and_then(event_time));
            let outcomes = market.get("outcomes").and_then(Value::as_array);
            for outcome in outcomes.into_iter().flatten() {
                let name = outcome.get("name").and_then(text).unwrap_or_default();
                let number = |key: &str| outcome.get(key).and_then(float);
                let home = same_team(&game.home.name, &name);
                match market.get("key").and_then(Value::as_str) {
                    Some("h2h") if home => report.home_price = number("price").and_then(price),
                    Some("h2h") if same_team(&game.away.name, &name) => {
                        report.away_price = number("price").and_then(price);
                    }
                    Some("spreads") if home => {
                        report.line.spread_home = number("point").and_then(body::single);
                    }
                    Some("totals") if name == "Over" => {
                        report.line.total = number("point").and_then(body::single);
                    }
                    _ => {}
                }
            }
        }
        parsed.signals.push(Signal::Odds(report));
    }
}

/// A price as given: decimal ones are over 1, American ones at least 100 either way. No bookmaker offers a
/// decimal price of 100 on a side of a football game, so the two cannot be confused.
fn price(given: f64) -> Option<f32> {
    if given.abs() >= 100.0 {
        super::decimal_of_american(given)
    } else {
        body::single(given).filter(|p| *p > 1.0)
    }
}

//! Signals as matchday writes them: a JSON object a line, in the order in which they came.
//!
//! `{"game":"soccer-sim-1","received":1451606400000000,"signal":{"type":"tick","at":1451606400000000}}`: `game` may be
//! left out where the feed is of one, `received` is when the signal came (microseconds since 1970), by which a recording
//! is played back, and `signal` is what lies on the log. What other vision, gaze and wearable systems have to say comes in
//! this way too: `schemas/` describes every signal.

use std::{collections::BTreeMap, sync::Arc};

use matchday_event::{EventTime, FaultCode, GameId, Signal};
use serde::{Deserialize, Serialize};

use crate::{Context, Fault, FeedError, Parsed, body};

/// Bytes of a line at most: a frame of tracking has some kilobytes, a report of 256 messages up to half a megabyte.
const MOST_LINE: usize = 1 << 20;
/// Faults that are told one by one.
const MOST_FAULTS: usize = 100;

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignalLine {
    /// The game, where the feed is not of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub game: Option<GameId>,
    /// When it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received: Option<EventTime>,
    /// Who said it, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Arc<str>>,
    /// What it says.
    pub signal: Signal,
}

/// Reads lines; those that cannot be read are set aside, with their numbers.
pub fn parse(bytes: &[u8], context: &Context) -> Result<Vec<Parsed>, FeedError> {
    let bytes = body::data(bytes)?;
    let mut games: BTreeMap<GameId, Vec<Signal>> = BTreeMap::new();
    let mut faults = Vec::new();
    for (number, line) in (1..).zip(bytes.split(|b| *b == b'\n')) {
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        match one(line, context) {
            Ok((game, signal)) => games.entry(game).or_default().push(signal),
            Err(message) if faults.len() < MOST_FAULTS => faults.push(Fault::new(
                FaultCode::MessageUnreadable,
                format!("line {number}"),
                message,
            )),
            Err(_) => {}
        }
    }
    if games.is_empty() {
        return match faults.first() {
            Some(first) => Err(FeedError::wrong_shape(
                first.place.clone(),
                format!("no line can be read; here: {}", first.message),
            )),
            None => Ok(Vec::new()),
        };
    }
    let mut parsed: Vec<Parsed> = games
        .into_iter()
        .map(|(game, signals)| Parsed {
            game,
            whole: false,
            signals,
            faults: Vec::new(),
        })
        .collect();
    if let Some(first) = parsed.first_mut() {
        first.faults = faults;
    }
    Ok(parsed)
}

/// Whether the first line looks like one of these.
pub(crate) fn are_lines(bytes: &[u8]) -> bool {
    let first = bytes
        .split(|b| *b == b'\n')
        .find(|line| !line.iter().all(u8::is_ascii_whitespace));
    first.is_some_and(|line| serde_json::from_slice::<SignalLine>(line).is_ok())
}

fn one(line: &[u8], context: &Context) -> Result<(GameId, Signal), String> {
    if line.len() > MOST_LINE {
        return Err(format!("{} bytes; a line may have {MOST_LINE}", line.len()));
    }
    let line: SignalLine = serde_json::from_slice(line).map_err(|e| e.to_string())?;
    match (line.game, &context.game) {
        (Some(said), Some(own)) if said != *own => {
            Err(format!("of game {said}, and this feed is of {own}"))
        }
        (Some(game), _) => Ok((game, line.signal)),
        (None, Some(own)) => Ok((own.clone(), line.signal)),
        (None, None) => Err("no game, and the feed is not of one".to_owned()),
    }
}

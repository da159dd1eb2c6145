//! What formats of one record a line share.

use matchday_event::{EventTime, FaultCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Fault, FeedError, body};

/// Faults that are told one by one; a payload of nothing else says no more with more of them.
const MOST_FAULTS: usize = 100;

/// Milliseconds since 1970, or RFC 3339.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum When {
    /// Milliseconds since 1970.
    Millis(i64),
    /// RFC 3339.
    Text(String),
}

impl When {
    /// The time, or what is wrong with it.
    pub(crate) fn time(&self) -> Result<EventTime, String> {
        match self {
            Self::Millis(ms) => Ok(EventTime::from_millis(*ms)),
            Self::Text(text) => body::time(text)
                .ok_or_else(|| format!("at {text:?} is neither milliseconds nor RFC 3339")),
        }
    }
}

/// Lines that could not be read.
#[derive(Debug, Default)]
pub(crate) struct Aside {
    /// The first hundred.
    pub faults: Vec<Fault>,
    /// How many.
    pub lines: usize,
}

/// Goes through the lines of a payload. One that cannot be read is set aside with its number and costs no other; a
/// payload of which none can be read is an error.
pub(crate) fn each(
    payload: &[u8],
    most_bytes: usize,
    code: FaultCode,
    mut line: impl FnMut(&str) -> Result<(), String>,
) -> Result<Aside, FeedError> {
    let payload = body::data(payload)?;
    let mut aside = Aside::default();
    let mut good = 0;
    for (number, bytes) in (1..).zip(payload.split(|b| *b == b'\n')) {
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let read = match std::str::from_utf8(bytes) {
            _ if bytes.len() > most_bytes => Err(format!(
                "{} bytes; a line may have {most_bytes}",
                bytes.len()
            )),
            Err(_) => Err("not UTF-8".to_owned()),
            Ok(text) => line(text),
        };
        match read {
            Ok(()) => good += 1,
            Err(message) => {
                aside.lines += 1;
                if aside.faults.len() < MOST_FAULTS {
                    let place = format!("line {number}");
                    aside.faults.push(Fault::new(code, place, message));
                }
            }
        }
    }
    match aside.faults.first() {
        Some(first) if good == 0 => Err(FeedError::wrong_shape(
            first.place.clone(),
            format!("no line can be read; here: {}", first.message),
        )),
        _ => Ok(aside),
    }
}

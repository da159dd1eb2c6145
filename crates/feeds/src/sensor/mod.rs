//! What devices feel and see: beats of hearts, gaze, detections in pictures, a JSON object a line.
//!
//! Each format is a pure `parse(lines, context)`. Names of wearers and viewers end here, as hashes; a picture's detections
//! that say anything about people but a side and a shirt number are refused.

pub mod beats;
pub mod gatt;
pub mod gaze;
pub mod seen;

use std::sync::Arc;

use matchday_event::{EventTime, Signal};

use crate::{Context, Fault, FeedError, Parsed, Salt};

/// Bytes of a line at most: a picture of five hundred detections fits.
const MOST_LINE: usize = 256 * 1024;
/// Characters of a name.
const MOST_NAME: usize = 100;

/// What a parser needs beside the lines.
#[derive(Debug, Clone)]
pub struct SensorContext {
    /// Hashes names. Pictures carry none and need no salt.
    pub salt: Option<Salt>,
    /// When the lines were received: the time of those that carry none.
    pub received: EventTime,
    /// The camera, or the stream of gaze, of lines that name none.
    pub source: Option<Arc<str>>,
}

/// What lines say.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ParsedSensor {
    /// Reports, in the order of their lines.
    pub signals: Vec<Signal>,
    /// Lines that were set aside; the first hundred.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Fault>,
    /// How many lines were set aside.
    pub set_aside: usize,
}

/// A parser of a sensor's lines.
pub type ParseSensor = fn(&[u8], &SensorContext) -> Result<ParsedSensor, FeedError>;

/// Reads lines as the payload of a feed that is of one game.
fn provide(
    payload: &[u8],
    context: &Context,
    parse: ParseSensor,
) -> Result<Vec<Parsed>, FeedError> {
    let game = context.game.clone().ok_or_else(|| {
        FeedError::wrong_shape(
            "game",
            "a feed of a sensor needs the game that it is about in its configuration",
        )
    })?;
    let people = context.people.as_ref();
    let said = parse(
        payload,
        &SensorContext {
            salt: people.map(|p| p.salt.clone()),
            received: context.received.unwrap_or_default(),
            source: people.and_then(|p| p.room.clone()),
        },
    )?;
    Ok(vec![Parsed {
        game,
        whole: false,
        signals: said.signals,
        faults: said.faults,
    }])
}

/// [`beats::parse`] as a provider.
pub(crate) fn provide_beats(body: &[u8], context: &Context) -> Result<Vec<Parsed>, FeedError> {
    provide(body, context, beats::parse)
}

/// [`gaze::parse`] as a provider.
pub(crate) fn provide_gaze(body: &[u8], context: &Context) -> Result<Vec<Parsed>, FeedError> {
    provide(body, context, gaze::parse)
}

/// [`seen::parse`] as a provider.
pub(crate) fn provide_seen(body: &[u8], context: &Context) -> Result<Vec<Parsed>, FeedError> {
    provide(body, context, seen::parse)
}

/// The salt, for formats that carry names.
fn salt(context: &SensorContext) -> Result<&Salt, FeedError> {
    context.salt.as_ref().ok_or_else(|| {
        FeedError::wrong_shape(
            "salt_file",
            "a feed of people needs the secret that their names are hashed with in its configuration",
        )
    })
}

/// A name as it may stand in a report.
fn name(what: &str, name: &str) -> Result<Arc<str>, String> {
    let name = name.trim();
    match name.chars().count() {
        1..=MOST_NAME if !name.chars().any(char::is_control) => Ok(name.into()),
        n => Err(format!(
            "{what} must have 1 to {MOST_NAME} characters and no control characters, this has {n}"
        )),
    }
}

/// Reads a line as JSON; an error names the field.
fn json<T: serde::de::DeserializeOwned>(line: &str) -> Result<T, String> {
    let read = &mut serde_json::Deserializer::from_str(line);
    let value = serde_path_to_error::deserialize(&mut *read).map_err(|e| {
        let field = e.path().to_string();
        match field.as_str() {
            "." => e.inner().to_string(),
            _ => format!("{field}: {}", e.inner()),
        }
    })?;
    read.end().map_err(|e| e.to_string())?;
    Ok(value)
}

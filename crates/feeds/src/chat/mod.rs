//! Chat rooms: lines that a platform or a bridge sends, into reports.
//!
//! Each format is a pure `parse(lines, context)`. Authors' names end here: what goes on is a keyed hash of them. Messages
//! come out in reports of at most 256 messages or a tenth of a second, room by room, in the order in which they came.

pub mod plain;
pub mod twitch;

use std::{collections::BTreeMap, sync::Arc};

use matchday_event::{
    EventTime, FaultCode, Signal,
    senses::{ChatMessage, ChatReport},
};

use crate::{Context, Fault, FeedError, Parsed, lines};

pub use crate::salt::{Salt, SaltError};

/// Messages of a report at most.
pub const MOST_MESSAGES: usize = 256;
/// Time that a report spans at most.
pub const MOST_MS: i64 = 100;
/// Characters of a message that are kept.
pub const MOST_CHARS: usize = 500;
/// Characters of a room's name.
const MOST_ROOM_CHARS: usize = 100;
/// Bytes of a line at most; IRC with tags allows 8,703.
const MOST_LINE: usize = 16 * 1024;

/// Reads lines as the payload of a feed that is of one game.
fn provide(body: &[u8], context: &Context, parse: ParseChat) -> Result<Vec<Parsed>, FeedError> {
    let lacking = |place: &str, what: &str| {
        FeedError::wrong_shape(
            place,
            format!("a feed of chat needs {what} in its configuration"),
        )
    };
    let game = context
        .game
        .clone()
        .ok_or_else(|| lacking("game", "the game that it is about"))?;
    let source = context
        .people
        .as_ref()
        .ok_or_else(|| lacking("salt_file", "the secret that authors are hashed with"))?;
    let said = parse(
        body,
        &ChatContext {
            salt: source.salt.clone(),
            received: context.received.unwrap_or_default(),
            room: source.room.clone(),
        },
    )?;
    Ok(vec![Parsed {
        game,
        whole: false,
        signals: said.reports.into_iter().map(Signal::Chat).collect(),
        faults: said.faults,
    }])
}

/// [`plain::parse`] as a provider.
pub(crate) fn provide_plain(body: &[u8], context: &Context) -> Result<Vec<Parsed>, FeedError> {
    provide(body, context, plain::parse)
}

/// [`twitch::parse`] as a provider.
pub(crate) fn provide_twitch(body: &[u8], context: &Context) -> Result<Vec<Parsed>, FeedError> {
    provide(body, context, twitch::parse)
}

/// What a parser needs beside the lines.
#[derive(Debug, Clone)]
pub struct ChatContext {
    /// Hashes authors.
    pub salt: Salt,
    /// When the lines were received: the time of those that carry none.
    pub received: EventTime,
    /// The room of lines that name none.
    pub room: Option<Arc<str>>,
}

/// What lines say.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ParsedChat {
    /// Reports, room by room in alphabetical order, each room's in the order of its lines.
    pub reports: Vec<ChatReport>,
    /// Lines that were set aside; the first hundred.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Fault>,
    /// How many lines were set aside.
    pub set_aside: usize,
}

/// A parser of chat lines.
pub type ParseChat = fn(&[u8], &ChatContext) -> Result<ParsedChat, FeedError>;

/// A format of chat that this program can read.
#[derive(Debug, Clone, Copy)]
pub struct ChatProvider {
    /// Its name in configuration and in the names of feeds.
    pub name: &'static str,
    /// What it is, for people.
    pub about: &'static str,
    /// Its parser.
    pub parse: ParseChat,
}

/// Every format: one line each.
static PROVIDERS: &[ChatProvider] = &[
    ChatProvider {
        name: "chat-lines",
        about: "matchday's own chat messages, a JSON object a line",
        parse: plain::parse,
    },
    ChatProvider {
        name: "twitch-irc",
        about: "Twitch chat, IRC lines with tags",
        parse: twitch::parse,
    },
];

/// Every format of chat that this program can read.
pub fn chat_providers() -> &'static [ChatProvider] {
    PROVIDERS
}

/// What one line says.
struct Line {
    room: Arc<str>,
    at: EventTime,
    /// `None` says that the room was silent until then.
    message: Option<ChatMessage>,
}

/// Goes through the lines and batches what they say.
fn read(
    body: &[u8],
    mut line: impl FnMut(&str) -> Result<Option<Line>, String>,
) -> Result<ParsedChat, FeedError> {
    let mut rooms: BTreeMap<Arc<str>, Vec<ChatReport>> = BTreeMap::new();
    let aside = lines::each(body, MOST_LINE, FaultCode::MessageUnreadable, |text| {
        if let Some(said) = line(text)? {
            batch(rooms.entry(said.room.clone()).or_default(), said);
        }
        Ok(())
    })?;
    Ok(ParsedChat {
        reports: rooms.into_values().flatten().collect(),
        faults: aside.faults,
        set_aside: aside.lines,
    })
}

fn batch(reports: &mut Vec<ChatReport>, line: Line) {
    let fits = |report: &ChatReport| {
        let first = report.messages.first().map_or(report.at, |m| m.at);
        let span_ms = line.at.millis().saturating_sub(first.millis());
        report.messages.len() < MOST_MESSAGES && span_ms.saturating_abs() < MOST_MS
    };
    if !reports.last().is_some_and(fits) {
        reports.push(ChatReport {
            room: line.room.clone(),
            at: line.at,
            messages: Vec::new(),
            shed: 0,
        });
    }
    if let Some(report) = reports.last_mut() {
        report.at = report.at.max(line.at);
        report.messages.extend(line.message);
    }
}

/// A message's text as it goes on: without control characters, cut at [`MOST_CHARS`].
fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(MOST_CHARS)
        .collect::<String>()
        .trim()
        .to_owned()
}

fn room(name: &str) -> Result<Arc<str>, String> {
    let name = name.trim();
    match name.chars().count() {
        1..=MOST_ROOM_CHARS if !name.chars().any(char::is_control) => Ok(name.into()),
        n => Err(format!(
            "a room's name must have 1 to {MOST_ROOM_CHARS} characters and no control characters, this has {n}"
        )),
    }
}

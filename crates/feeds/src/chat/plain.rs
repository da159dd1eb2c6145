//! Matchday's own chat messages: a JSON object a line. `docs/senses.md` describes it and
//! `schemas/feeds/chat-line.v1.json` is its schema.

use std::sync::Arc;

use matchday_event::senses::ChatMessage;
use serde::Deserialize;

use super::{ChatContext, Line, ParsedChat, clean, read, room};
use crate::{FeedError, lines::When};

#[derive(Deserialize)]
struct Written {
    room: Option<String>,
    at: Option<When>,
    author: Option<String>,
    text: Option<String>,
    #[serde(default)]
    emotes: Vec<String>,
}

/// Reads lines.
pub fn parse(lines: &[u8], context: &ChatContext) -> Result<ParsedChat, FeedError> {
    read(lines, |line| one(line, context).map(Some))
}

fn one(line: &str, context: &ChatContext) -> Result<Line, String> {
    let written: Written = serde_json::from_str(line).map_err(|e| e.to_string())?;
    let at = match written.at {
        None => context.received,
        Some(when) => when.time()?,
    };
    let room = match (&written.room, &context.room) {
        (Some(name), _) => room(name)?,
        (None, Some(room)) => room.clone(),
        (None, None) => return Err("no room, and the feed is not tied to one".into()),
    };
    let message = match (&written.author, &written.text) {
        (Some(author), Some(text)) if !author.trim().is_empty() => Some(ChatMessage {
            at,
            author: context.salt.author(author),
            text: clean(text).into(),
            emotes: written.emotes.iter().map(|e| Arc::from(clean(e))).collect(),
        }),
        (None, None) => None,
        _ => return Err("a message needs both author and text, a silence neither".into()),
    };
    Ok(Line { room, at, message })
}

//! Twitch chat: IRC lines with IRCv3 tags. Of all commands only `PRIVMSG` is chat; the rest is passed over.

use std::sync::Arc;

use matchday_event::{EventTime, senses::ChatMessage};

use super::{ChatContext, Line, ParsedChat, clean, read, room};
use crate::FeedError;

/// Emotes of a message that are kept.
const MOST_EMOTES: usize = 100;

/// Reads lines. The room is the channel's name without its `#`, the time `tmi-sent-ts`, the author `user-id` where that
/// is there, for names can change.
pub fn parse(lines: &[u8], context: &ChatContext) -> Result<ParsedChat, FeedError> {
    read(lines, |line| one(line, context))
}

fn one(line: &str, context: &ChatContext) -> Result<Option<Line>, String> {
    let (tags, rest) = match line.strip_prefix('@') {
        Some(tagged) => tagged
            .split_once(' ')
            .ok_or("nothing follows the tags; the line broke off")?,
        None => ("", line),
    };
    let rest = rest.trim_start();
    let (source, rest) = match rest.strip_prefix(':') {
        Some(sourced) => sourced
            .split_once(' ')
            .ok_or("nothing follows the source; the line broke off")?,
        None => ("", rest),
    };
    let (command, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let known = command.bytes().all(|b| b.is_ascii_uppercase())
        || command.len() == 3 && command.bytes().all(|b| b.is_ascii_digit());
    if command.is_empty() || !known {
        return Err(format!(
            "{:?} is no IRC command",
            command.chars().take(40).collect::<String>()
        ));
    }
    if command != "PRIVMSG" {
        return Ok(None);
    }
    let (channel, text) = rest
        .split_once(" :")
        .ok_or("a PRIVMSG without text; the line broke off")?;
    let channel = channel
        .trim()
        .strip_prefix('#')
        .ok_or("a PRIVMSG that is not to a channel")?;
    let nick = source.split('!').next().unwrap_or_default();
    let author = tag(tags, "user-id").unwrap_or_else(|| nick.to_owned());
    if author.is_empty() {
        return Err("neither a user-id nor a nick".into());
    }
    let at = match tag(tags, "tmi-sent-ts") {
        Some(ms) => ms
            .parse()
            .map(EventTime::from_millis)
            .map_err(|_| format!("tmi-sent-ts {ms:?} is not milliseconds"))?,
        None => context.received,
    };
    // Places of emotes count within what `/me` wraps.
    let text = text
        .strip_prefix("\u{1}ACTION ")
        .map_or(text, |t| t.trim_end_matches('\u{1}'));
    let emotes = tag(tags, "emotes").map_or_else(Vec::new, |places| emotes(text, &places));
    Ok(Some(Line {
        room: room(channel)?,
        at,
        message: Some(ChatMessage {
            at,
            author: context.salt.author(&author),
            text: clean(text).into(),
            emotes,
        }),
    }))
}

/// A tag's value, its escapes undone; an empty one is missing.
fn tag(tags: &str, name: &str) -> Option<String> {
    let value = tags
        .split(';')
        .find_map(|t| t.split_once('=').filter(|(n, _)| *n == name))?
        .1;
    let mut plain = String::with_capacity(value.len());
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(':') => plain.push(';'),
                Some('s') => plain.push(' '),
                Some('r') => plain.push('\r'),
                Some('n') => plain.push('\n'),
                Some(other) => plain.push(other),
                None => {}
            },
            c => plain.push(c),
        }
    }
    (!plain.is_empty()).then_some(plain)
}

/// The names behind `25:0-4,12-16/1902:6-10`: places count characters, both ends included. What does not fit the text
/// is passed over.
fn emotes(text: &str, places: &str) -> Vec<Arc<str>> {
    let place = |range: &str| -> Option<(usize, usize)> {
        let (first, last) = range.split_once('-')?;
        let (first, last) = (first.parse().ok()?, last.parse().ok()?);
        (first <= last).then_some((first, last))
    };
    let mut places: Vec<(usize, usize)> = places
        .split('/')
        .filter_map(|emote| emote.split_once(':'))
        .flat_map(|(_, ranges)| ranges.split(','))
        .filter_map(place)
        .take(MOST_EMOTES)
        .collect();
    places.sort_unstable();
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    places
        .into_iter()
        .filter_map(|(first, last)| {
            let end = starts.get(last + 1).copied().unwrap_or(text.len());
            let name = text.get(*starts.get(first)?..end)?;
            (last < starts.len()).then(|| Arc::from(name))
        })
        .collect()
}

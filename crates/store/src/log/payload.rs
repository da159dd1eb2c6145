//! Signals as bytes: JSON, with what CloudEvents calls attributes beside it rather than in it.

use std::{collections::HashMap, sync::Arc};

use matchday_event::{GameId, Logged, Signal};
use serde::Deserialize;

use super::{Entry, LogError, frame::Frame};

/// Longest name that a record has room for.
const MAX_NAME_LEN: usize = u8::MAX as usize;

/// Appends the signal's JSON to `out`.
pub(crate) fn encode(entry: &Entry, out: &mut Vec<u8>) -> Result<(), LogError> {
    let unstorable = |what: String| LogError::Unstorable {
        game: entry.game.clone(),
        what,
    };
    if entry.source.len() > MAX_NAME_LEN {
        return Err(unstorable(format!(
            "the source's name is {} bytes long, over the limit of {MAX_NAME_LEN}",
            entry.source.len()
        )));
    }
    serde_json::to_writer(out, &entry.signal).map_err(|e| unstorable(e.to_string()))
}

/// Turns records back into signals. Names that come again and again are kept once.
#[derive(Default)]
pub(crate) struct Decoder {
    games: HashMap<Box<str>, GameId>,
    sources: HashMap<Box<str>, Arc<str>>,
    last_game: Option<GameId>,
    last_source: Option<Arc<str>>,
}

impl Decoder {
    /// A whole record.
    pub fn logged(&mut self, frame: &Frame<'_>) -> Result<Logged, LogError> {
        let game = self.game(frame.game)?;
        let signal = signal(frame).map_err(|e| LogError::Unreadable {
            game: game.clone(),
            seq: frame.seq,
            what: format!("{}: {e}", frame.kind),
        })?;
        Ok(Logged {
            game,
            seq: frame.seq,
            received: frame.received,
            source: self.source(frame.source),
            signal,
        })
    }

    /// The game of that name.
    pub fn game(&mut self, name: &str) -> Result<GameId, LogError> {
        if let Some(last) = &self.last_game
            && last.as_str() == name
        {
            return Ok(last.clone());
        }
        if let Some(game) = self.games.get(name) {
            self.last_game = Some(game.clone());
            return Ok(game.clone());
        }
        // The name went in as a checked id and its checksum matches: only a fault of ours can end up here.
        let game = GameId::new(name).map_err(|e| LogError::Unreadable {
            game: GameId::new("unknown").expect("a fixed id is valid"),
            seq: 0,
            what: e.to_string(),
        })?;
        self.games.insert(name.into(), game.clone());
        Ok(game)
    }

    fn source(&mut self, name: &str) -> Arc<str> {
        if let Some(last) = &self.last_source
            && **last == *name
        {
            return last.clone();
        }
        if let Some(source) = self.sources.get(name) {
            self.last_source = Some(source.clone());
            return source.clone();
        }
        let source: Arc<str> = name.into();
        self.sources.insert(name.into(), source.clone());
        source
    }
}

#[derive(Deserialize)]
struct Withdrawn {
    play_id: matchday_event::PlayId,
}

/// The record's type says which signal it is. Serde, left to find that out from the tag within the JSON, has
/// to keep the whole object aside first, which takes about twice as long.
fn signal(frame: &Frame<'_>) -> Result<Signal, serde_json::Error> {
    let json = frame.payload;
    Ok(match frame.kind {
        "matchday.signal.info.v1" => Signal::Info(serde_json::from_slice(json)?),
        "matchday.signal.play.v1" => Signal::Play(serde_json::from_slice(json)?),
        "matchday.signal.withdrawn.v1" => {
            let Withdrawn { play_id } = serde_json::from_slice(json)?;
            Signal::Withdrawn { play_id }
        }
        "matchday.signal.status.v1" => Signal::Status(serde_json::from_slice(json)?),
        "matchday.signal.odds.v1" => Signal::Odds(serde_json::from_slice(json)?),
        "matchday.signal.sound.v1" => Signal::Sound(serde_json::from_slice(json)?),
        "matchday.signal.beats.v1" => Signal::Beats(serde_json::from_slice(json)?),
        "matchday.signal.gaze.v1" => Signal::Gaze(serde_json::from_slice(json)?),
        // Reports that refuse fields they do not know, the tag among them, need the tag taken out first.
        _ => serde_json::from_slice(json)?,
    })
}

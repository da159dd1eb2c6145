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

#[derive(Deserialize)]
struct Tick {
    at: matchday_event::EventTime,
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
        "matchday.signal.chat.v1" => Signal::Chat(serde_json::from_slice(json)?),
        "matchday.signal.tick.v1" => {
            let Tick { at } = serde_json::from_slice(json)?;
            Signal::Tick { at }
        }
        // This one refuses fields that it does not know, the tag among them.
        "matchday.signal.seen.v1" => match json.strip_prefix(br#"{"type":"seen","#) {
            Some(rest) => Signal::Seen(serde_json::from_slice(&[b"{", rest].concat())?),
            None => serde_json::from_slice(json)?,
        },
        _ => serde_json::from_slice(json)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use matchday_event::EventTime;

    /// The short ways of reading a signal and serde's own lead to the same.
    #[test]
    fn each_kind_is_read_as_it_was_written() {
        let written = [
            r#"{"type":"tick","at":1795314468324915}"#,
            r#"{"type":"seen","camera":"stands","at":5,"possession":"away","detections":[{"class":"ball","box":[0.7519,0.2972,0.012,0.02],"confidence":0.845,"spin_rad_s":1.76}]}"#,
            r#"{"type":"seen","camera":"seen","at":6,"detections":[]}"#,
            r#"{"type":"chat","room":"home","at":7,"messages":[{"at":7,"author":"fb08a91ce8794cd4","text":"{\"type\":\"tick\"} \u00e9","emotes":["Kappa"]}],"shed":3}"#,
            r#"{"type":"gaze","source":"app","at":8,"samples":[{"viewer":"ee2dc89b8d676f16","at":8,"look":{"point":[0.1681,0.8827]}}]}"#,
            r#"{"type":"beats","wearer":"453dbe4d026bee3b","who":{"role":"fan","side":"home"},"device":"strap","at":9,"intervals_ms":[803.71094],"contact":true}"#,
            r#"{"type":"withdrawn","play_id":"436"}"#,
        ];
        for json in written {
            let expected: Signal = serde_json::from_str(json).expect(json);
            let mut stored = Vec::new();
            let entry = Entry {
                game: GameId::new("nfl-1").expect("an id"),
                source: "test".into(),
                received: EventTime(0),
                signal: expected.clone(),
            };
            encode(&entry, &mut stored).expect("it can be stored");
            let frame = Frame {
                last: true,
                durable: 0,
                seq: 1,
                received: EventTime(0),
                game: "nfl-1",
                kind: expected.event_type(),
                source: "test",
                payload: &stored,
            };
            assert_eq!(signal(&frame).expect(json), expected);
        }
    }

    #[test]
    fn what_a_picture_may_not_say_is_refused_on_the_log_too() {
        let frame = Frame {
            last: true,
            durable: 0,
            seq: 1,
            received: EventTime(0),
            game: "nfl-1",
            kind: "matchday.signal.seen.v1",
            source: "test",
            payload: br#"{"type":"seen","camera":"a","at":1,"faces":[],"detections":[]}"#,
        };
        let refused = signal(&frame).expect_err("an attribute of people");
        assert!(refused.to_string().contains("faces"), "{refused}");
    }
}

//! What an adapter is: it turns orders into bytes and bytes into what they say. It opens no connection, reads no clock
//! and waits for nothing; the driver does.

use std::fmt;

use matchday_event::{EventTime, GameId, production::FrameRate, production::Shot, senses::Camera};

use crate::graphics;

/// One thing that has a state at every time: what an order replaces, and what is told again after an outage.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    /// The camera on air.
    Programme,
    /// An overlay, by its name.
    Overlay(String),
    /// A graphic of a match, by its command's name.
    Graphic(GameId, &'static str),
}

/// What an output is told.
#[derive(Debug, Clone, PartialEq)]
pub enum Order {
    /// A camera on air.
    Cut(CutOrder),
    /// An overlay on or off.
    Overlay {
        /// Its name.
        name: String,
        /// Whether it is to be seen.
        on: bool,
    },
    /// A graphic with its values; `None` takes it away.
    Graphic {
        /// The command's name.
        name: &'static str,
        /// What it shows.
        command: Option<Box<graphics::Command>>,
    },
}

/// A camera on air from a time on.
#[derive(Debug, Clone, PartialEq)]
pub struct CutOrder {
    /// Which match.
    pub game: GameId,
    /// From when on.
    pub at: EventTime,
    /// What the director has on air before it.
    pub from: Camera,
    /// How.
    pub shot: Shot,
    /// At which rate frames are counted, for equipment that counts a fade in frames.
    pub rate: FrameRate,
}

impl CutOrder {
    /// Whether it is the picture that was on air before it: the word that another cut is taken back.
    pub(super) fn leaves_as_is(&self) -> bool {
        self.from == self.shot.camera && self.shot.zoom.is_none()
    }

    /// Whether both show the same.
    pub(super) fn is_same_picture(&self, other: &Self) -> bool {
        self.shot.camera == other.shot.camera && self.shot.zoom == other.shot.zoom
    }

    /// A fade's length in frames.
    pub(super) fn frames(&self, ms: u32) -> u32 {
        (f64::from(ms) / 1000.0 * self.rate.fps()).round() as u32
    }
}

/// How an order will be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Not at all: it counts as done once it is sent.
    Sent,
    /// By a word of the equipment, this many milliseconds after it began to act where that word comes at the end.
    Awaited {
        /// Length of what must pass first, such as a fade.
        after_ms: u32,
    },
}

/// An order that this equipment cannot be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Untold {
    /// The configuration names nothing for it.
    #[error("the configuration names no {what} for {name}")]
    Unnamed {
        /// What is missing: a scene, an input, a template.
        what: &'static str,
        /// For which camera, overlay or graphic.
        name: String,
    },
    /// More waits for an answer than should.
    #[error("more than {0} orders wait for an answer")]
    Full(usize),
}

/// Why a connection is given up: what came over it is not what was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Broken(pub String);

/// What the equipment says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Orders may come.
    Ready,
    /// An order is carried out.
    Done(u64),
    /// An order gave way to a later one before anyone saw it.
    Passed(u64),
    /// An order cannot be carried out.
    Refused(u64, String),
    /// This camera is on air, whoever put it there; `None` something that is no camera of ours.
    OnAir(Option<Camera>),
    /// Something that people should read.
    Note(String),
}

/// What an adapter wants sent, and what it heard.
#[derive(Debug, Default)]
pub struct Outbox {
    /// A message each: a line, a frame, a datagram.
    pub send: Vec<Vec<u8>>,
    /// In the order heard.
    pub heard: Vec<Heard>,
}

impl Outbox {
    pub(super) fn line(&mut self, text: impl Into<String>) {
        let mut text = text.into();
        text.push_str("\r\n");
        self.send.push(text.into_bytes());
    }
}

/// How messages travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    /// A stream of bytes.
    Tcp,
    /// A datagram a message.
    Udp,
    /// A text frame a message.
    WebSocket,
}

/// An adapter.
pub trait Protocol: Send + fmt::Debug {
    /// How its messages travel.
    fn carrier(&self) -> Carrier;

    /// Whether orders for this slot concern it at all.
    fn takes(&self, slot: &Slot) -> bool;

    /// A connection is there: what was known of the one before is forgotten.
    fn open(&mut self, out: &mut Outbox);

    /// Bytes came: some of a stream, or a whole message.
    fn hear(&mut self, bytes: &[u8], out: &mut Outbox) -> Result<(), Broken>;

    /// An order is to be carried out now. `id` names it in what is heard later.
    fn tell(&mut self, id: u64, order: &Order, out: &mut Outbox) -> Result<Told, Untold>;

    /// The camera that will be next changed. Most equipment need not know.
    fn stand_by(&mut self, camera: Option<Camera>, out: &mut Outbox) {
        let _ = (camera, out);
    }

    /// How often [`Protocol::refresh`] is wanted, in milliseconds.
    fn refresh_ms(&self) -> u32 {
        5000
    }

    /// Says something that has an answer, so that a dead connection shows, or says again what may be lost. Returns
    /// whether an answer is due.
    fn refresh(&mut self, out: &mut Outbox) -> bool;

    /// Nobody is there and nobody will answer, as in a dry run: whatever waits for an answer has had it.
    fn assume(&mut self, out: &mut Outbox) {
        let _ = out;
    }

    /// A message as people read it.
    fn show(&self, message: &[u8]) -> String {
        String::from_utf8_lossy(message).trim_end().to_owned()
    }
}

/// Takes whole lines out of a stream.
#[derive(Debug, Default)]
pub(super) struct Lines(Vec<u8>);

/// Longer lines than this are not waited for.
const MAX_LINE: usize = 64 << 10;

impl Lines {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// The lines that are whole now, without their ends.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<Vec<String>, Broken> {
        self.0.extend_from_slice(bytes);
        let Some(end) = self.0.iter().rposition(|b| *b == b'\n') else {
            if self.0.len() > MAX_LINE {
                return Err(Broken(format!("a line is longer than {MAX_LINE} bytes")));
            }
            return Ok(Vec::new());
        };
        let rest = self.0.split_off(end + 1);
        let whole = std::mem::replace(&mut self.0, rest);
        Ok(String::from_utf8_lossy(&whole)
            .lines()
            .map(|l| l.trim_end_matches('\r').to_owned())
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_out_whole_however_they_came() {
        let text = b"VERSION OK 27\r\nTALLY OK 01\r\nFUNC";
        let mut at_once = Lines::default();
        let want = ["VERSION OK 27", "TALLY OK 01"];
        assert_eq!(at_once.push(text).expect("lines"), want);
        let mut by_byte = Lines::default();
        let got: Vec<_> = text
            .iter()
            .flat_map(|b| by_byte.push(&[*b]).expect("lines"))
            .collect();
        assert_eq!(got, want);
        assert_eq!(by_byte.push(b"TION OK\n").expect("lines"), ["FUNCTION OK"]);
        assert!(Lines::default().push(&vec![b'a'; MAX_LINE + 1]).is_err());
    }
}

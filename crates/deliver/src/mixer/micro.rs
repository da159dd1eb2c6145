//! The 16 bytes of a micro-event on the wire, and nothing else. `docs/outputs.md` is the page for whoever reads them.
//!
//! | offset | type | field |
//! |---|---|---|
//! | 0 | u16 | sequence of the stream, one up with every datagram |
//! | 2 | u16 | stream: which match |
//! | 4 | u32 | milliseconds since the match began |
//! | 8 | u16 | x, 0 to 65535 along the field's length |
//! | 10 | u16 | y, 0 to 65535 across it |
//! | 12 | u8 | camera |
//! | 13 | u8 | confidence in hundredths, 75 to 100 |
//! | 14 | u8 | kind |
//! | 15 | u8 | flags |
//!
//! All numbers are big-endian.

use matchday_event::{
    Side,
    senses::{CONFIDENCE_STEPS, Camera, MicroEvent, MicroKind, Place},
};
use serde::Serialize;

/// Bytes of a record.
pub const RECORD_BYTES: usize = 16;
/// Datagrams a second and match.
pub const RATE_HZ: u32 = 120;
/// The port that is taken for the link where nothing else is said; no service has it.
pub const DEFAULT_PORT: u16 = 47_120;
/// Less sure micro-events are not sent, in hundredths.
pub const MIN_CONFIDENCE: u8 = 75;

/// The event was sent before; nothing has happened since.
pub const FLAG_REPEAT: u8 = 1;
/// Nothing has happened yet: only sequence and stream mean anything.
pub const FLAG_EMPTY: u8 = 1 << 1;
/// `x` and `y` mean something.
pub const FLAG_PLACE: u8 = 1 << 2;
/// It concerns the home side.
pub const FLAG_HOME: u8 = 1 << 4;
/// It concerns the away side.
pub const FLAG_AWAY: u8 = 1 << 5;

/// A record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Record {
    /// One up with every datagram of the stream; after 65535 comes 0.
    pub sequence: u16,
    /// Which match.
    pub stream: u16,
    /// Milliseconds since the match began.
    pub match_ms: u32,
    /// Along the field's length.
    pub x: u16,
    /// Across it.
    pub y: u16,
    /// Code of the camera, see [`camera_of`]; 0 for none.
    pub camera: u8,
    /// In hundredths.
    pub confidence: u8,
    /// Code of the kind, see [`kind_of`]; 0 for none.
    pub kind: u8,
    /// Bits.
    pub flags: u8,
}

/// Not a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} bytes are no record; a record has {RECORD_BYTES}")]
pub struct NoRecord(pub usize);

impl Record {
    /// What is sent of a micro-event; `None` of one that is not sure enough. Sequence and stream are the link's to say.
    pub fn of(event: &MicroEvent) -> Option<Self> {
        let confidence = (event.confidence * f32::from(CONFIDENCE_STEPS)).round() as u8;
        if confidence < MIN_CONFIDENCE {
            return None;
        }
        let mut flags = 0;
        let unit = |v: f32| (v.clamp(0.0, 1.0) * f32::from(u16::MAX)).round() as u16;
        let (x, y) = event.place.map_or((0, 0), |p| (unit(p.x), unit(p.y)));
        if event.place.is_some() {
            flags |= FLAG_PLACE;
        }
        match event.side {
            Some(Side::Home) => flags |= FLAG_HOME,
            Some(Side::Away) => flags |= FLAG_AWAY,
            None => {}
        }
        Some(Self {
            sequence: 0,
            stream: 0,
            match_ms: event.match_ms,
            x,
            y,
            camera: camera_code(event.camera),
            confidence: confidence.min(100),
            kind: kind_code(event.kind),
            flags,
        })
    }

    /// The bytes.
    pub fn build(&self) -> [u8; RECORD_BYTES] {
        let mut out = [0; RECORD_BYTES];
        out[0..2].copy_from_slice(&self.sequence.to_be_bytes());
        out[2..4].copy_from_slice(&self.stream.to_be_bytes());
        out[4..8].copy_from_slice(&self.match_ms.to_be_bytes());
        out[8..10].copy_from_slice(&self.x.to_be_bytes());
        out[10..12].copy_from_slice(&self.y.to_be_bytes());
        out[12..16].copy_from_slice(&[self.camera, self.confidence, self.kind, self.flags]);
        out
    }

    /// Reads the bytes. What codes and flags mean is not checked: a receiver that is older than the sender must not fail
    /// on a new kind.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoRecord> {
        let b: &[u8; RECORD_BYTES] = bytes.try_into().map_err(|_| NoRecord(bytes.len()))?;
        let two = |at: usize| u16::from_be_bytes([b[at], b[at + 1]]);
        Ok(Self {
            sequence: two(0),
            stream: two(2),
            match_ms: u32::from_be_bytes([b[4], b[5], b[6], b[7]]),
            x: two(8),
            y: two(10),
            camera: b[12],
            confidence: b[13],
            kind: b[14],
            flags: b[15],
        })
    }

    /// Whether a flag is set.
    pub fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// Where it happened, if that is known.
    pub fn place(&self) -> Option<Place> {
        let unit = |v: u16| f32::from(v) / f32::from(u16::MAX);
        self.has(FLAG_PLACE)
            .then(|| Place::new(unit(self.x), unit(self.y)))
            .flatten()
    }
}

macro_rules! codes {
    ($(#[$doc:meta])* $code:ident, $(#[$back:meta])* $of:ident, $what:ty { $($variant:ident = $n:literal,)* }) => {
        $(#[$doc])*
        pub fn $code(what: $what) -> u8 {
            // A new variant does not compile until it has a number: those on the wire never move.
            match what { $(<$what>::$variant => $n,)* }
        }

        $(#[$back])*
        pub fn $of(code: u8) -> Option<$what> {
            match code { $($n => Some(<$what>::$variant),)* _ => None }
        }
    };
}

codes! {
    /// The number of a camera on the wire.
    camera_code,
    /// The camera of a number.
    camera_of, Camera {
        Main = 1,
        Tight = 2,
        Rail = 3,
        Keeper = 4,
        Wing = 5,
        Crowd = 6,
        Baseline = 7,
    }
}

codes! {
    /// The number of a kind on the wire.
    kind_code,
    /// The kind of a number.
    kind_of, MicroKind {
        Score = 1,
        NearMiss = 2,
        BigPlay = 3,
        Turnover = 4,
        Foul = 5,
        Injury = 6,
        SetPiece = 7,
        Substitution = 8,
        Stir = 9,
        Roar = 10,
        Whistle = 11,
        Groan = 12,
        Chant = 13,
        Loud = 14,
        Keyword = 15,
        Sprint = 16,
        FinalThird = 17,
        RunUp = 18,
        HeadTurn = 19,
        SpinDrop = 20,
        FastServe = 21,
        HeartJump = 22,
        GazeHold = 23,
        Celebration = 24,
        Reaction = 25,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use matchday_event::{EventTime, senses::Sense};
    use proptest::prelude::*;

    fn event(confidence: f32) -> MicroEvent {
        MicroEvent {
            at: EventTime(0),
            match_ms: 0x0102_0304,
            kind: MicroKind::RunUp,
            label: None,
            sense: Sense::ALL[0],
            place: Place::new(0.5, 1.0),
            side: Some(Side::Away),
            camera: Camera::Keeper,
            confidence,
        }
    }

    #[test]
    fn the_bytes_are_those_of_the_page() {
        let record = Record {
            sequence: 0xbeef,
            stream: 7,
            ..Record::of(&event(0.9)).expect("sure enough")
        };
        assert_eq!(
            record.build(),
            [
                0xbe, 0xef, 0, 7, 1, 2, 3, 4, 0x80, 0, 0xff, 0xff, 4, 90, 18, 0b10_0100
            ]
        );
    }

    #[test]
    fn what_is_not_sure_is_not_sent() {
        assert_eq!(Record::of(&event(0.74)), None);
        assert_eq!(Record::of(&event(f32::NAN)), None);
        assert_eq!(Record::of(&event(0.75)).map(|r| r.confidence), Some(75));
        assert_eq!(Record::of(&event(1.0)).map(|r| r.confidence), Some(100));
    }

    #[test]
    fn codes_lead_back_and_none_is_given_twice() {
        for camera in Camera::ALL {
            assert_eq!(camera_of(camera_code(*camera)), Some(*camera));
        }
        for kind in MicroKind::ALL {
            assert_eq!(kind_of(kind_code(*kind)), Some(*kind));
        }
        assert_eq!((camera_of(0), kind_of(0), kind_of(255)), (None, None, None));
    }

    proptest! {
        #[test]
        fn records_lead_back_and_other_lengths_are_none(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            match Record::parse(&bytes) {
                Ok(record) => prop_assert_eq!(&record.build()[..], &bytes[..]),
                Err(NoRecord(n)) => prop_assert!(n == bytes.len() && n != RECORD_BYTES),
            }
        }

        #[test]
        fn places_come_back_as_they_were(x in 0_u16..=1000, y in 0_u16..=1000) {
            let place = Place::new(f32::from(x) / 1000.0, f32::from(y) / 1000.0);
            let record = Record::of(&MicroEvent { place, ..event(1.0) }).expect("sure enough");
            prop_assert_eq!(record.place(), place);
        }
    }
}

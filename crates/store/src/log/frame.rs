//! The stored form, version 1. `docs/log.md` describes it for people; the sample in `tests/samples` keeps it
//! honest. All numbers are little-endian.
//!
//! A segment is a header of [`HEADER_LEN`] bytes and then records, one after another. A record is
//!
//! ```text
//! u32 length of the body    u32 crc32c, seeded with the header's, over the length and the body
//! body: u8 flags  u8 game length  u8 type length  u8 source length
//!       u32 durable: bytes of this segment that were on disk before this record was written
//!       u64 seq   i64 received (µs)   game   type   source   payload (JSON)
//! ```
//!
//! Because the checksum is seeded with the header's, bytes of another segment never pass for a record of this
//! one.

use std::fmt;

use matchday_event::{EventTime, Seq};

/// First bytes of every segment.
pub(crate) const MAGIC: [u8; 8] = *b"MDAYLOG\n";
/// The format written, and the last one read.
pub(crate) const VERSION: u16 = 1;
/// Length of a segment's header.
pub(crate) const HEADER_LEN: u64 = 64;
/// Length of what comes before a record's body.
pub(crate) const PREFIX_LEN: usize = 8;
/// No body is longer, so that a broken length cannot ask for the whole memory.
pub(crate) const MAX_BODY_LEN: usize = 64 << 20;

const FIXED_LEN: usize = 24;
const FLAG_MARK: u8 = 0xA0;
const FLAG_LAST: u8 = 0x01;

/// What a segment says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    /// The log's id, the same in all its segments.
    pub log: [u8; 16],
    /// Number of the segment, from 1.
    pub number: u32,
    /// Records in the segments before it.
    pub records_before: u64,
}

/// Why a header cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum HeaderFault {
    Short,
    Magic,
    Checksum,
    Version(u16),
}

impl Header {
    pub fn encode(&self) -> [u8; HEADER_LEN as usize] {
        let mut out = [0; HEADER_LEN as usize];
        out[..8].copy_from_slice(&MAGIC);
        out[8..10].copy_from_slice(&VERSION.to_le_bytes());
        out[10..12].copy_from_slice(&(HEADER_LEN as u16).to_le_bytes());
        out[12..16].copy_from_slice(&self.number.to_le_bytes());
        out[16..32].copy_from_slice(&self.log);
        out[32..40].copy_from_slice(&self.records_before.to_le_bytes());
        let crc = crc32c::crc32c(&out[..60]);
        out[60..].copy_from_slice(&crc.to_le_bytes());
        out
    }

    /// The header and the seed of its records' checksums.
    pub fn decode(bytes: &[u8]) -> Result<(Self, u32), HeaderFault> {
        // The magic is looked at first: a file that is no log at all should be called that.
        let known = bytes.len().min(MAGIC.len());
        if bytes[..known] != MAGIC[..known] {
            return Err(HeaderFault::Magic);
        }
        if bytes.len() < HEADER_LEN as usize {
            return Err(HeaderFault::Short);
        }
        let crc = u32_at(bytes, 60);
        if crc32c::crc32c(&bytes[..60]) != crc {
            return Err(HeaderFault::Checksum);
        }
        let version = u16::from_le_bytes([bytes[8], bytes[9]]);
        if version > VERSION {
            return Err(HeaderFault::Version(version));
        }
        let mut log = [0; 16];
        log.copy_from_slice(&bytes[16..32]);
        let header = Self {
            log,
            number: u32_at(bytes, 12),
            records_before: u64_at(bytes, 32),
        };
        Ok((header, crc))
    }
}

/// A record's parts, borrowed from the bytes it was read from or is to be written from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame<'a> {
    /// Whether it is the last of its append: a reader shows nothing of an append whose last is not there.
    pub last: bool,
    /// Bytes of the segment known to be on disk before this record was written.
    pub durable: u32,
    pub seq: Seq,
    pub received: EventTime,
    pub game: &'a str,
    pub kind: &'a str,
    pub source: &'a str,
    pub payload: &'a [u8],
}

impl<'a> Frame<'a> {
    /// Length of the record on disk.
    pub fn stored_len(&self) -> usize {
        PREFIX_LEN
            + FIXED_LEN
            + self.game.len()
            + self.kind.len()
            + self.source.len()
            + self.payload.len()
    }

    /// Appends the record's bytes. The names must have been checked to fit a byte's worth of length, and the
    /// whole to be within [`MAX_BODY_LEN`].
    pub fn encode(&self, seed: u32, out: &mut Vec<u8>) {
        let start = out.len();
        let body_len = (self.stored_len() - PREFIX_LEN) as u32;
        out.reserve(self.stored_len());
        out.extend_from_slice(&body_len.to_le_bytes());
        out.extend_from_slice(&[0; 4]);
        out.push(FLAG_MARK | if self.last { FLAG_LAST } else { 0 });
        out.push(self.game.len() as u8);
        out.push(self.kind.len() as u8);
        out.push(self.source.len() as u8);
        out.extend_from_slice(&self.durable.to_le_bytes());
        out.extend_from_slice(&self.seq.to_le_bytes());
        out.extend_from_slice(&self.received.0.to_le_bytes());
        out.extend_from_slice(self.game.as_bytes());
        out.extend_from_slice(self.kind.as_bytes());
        out.extend_from_slice(self.source.as_bytes());
        out.extend_from_slice(self.payload);
        let crc = checksum(seed, body_len, &out[start + PREFIX_LEN..]);
        out[start + 4..start + 8].copy_from_slice(&crc.to_le_bytes());
    }

    /// Length of the body that a record's first bytes announce.
    pub fn body_len(prefix: &[u8]) -> Result<usize, FrameFault> {
        if prefix.len() < PREFIX_LEN {
            return Err(FrameFault::Cut {
                need: PREFIX_LEN,
                have: prefix.len(),
            });
        }
        let len = u32_at(prefix, 0) as usize;
        if (FIXED_LEN..=MAX_BODY_LEN).contains(&len) {
            Ok(len)
        } else {
            Err(FrameFault::Length(len))
        }
    }

    /// Reads the record that `bytes` begin with.
    pub fn decode(bytes: &'a [u8], seed: u32) -> Result<Self, FrameFault> {
        let len = Self::body_len(bytes)?;
        let Some(body) = bytes.get(PREFIX_LEN..PREFIX_LEN + len) else {
            return Err(FrameFault::Cut {
                need: PREFIX_LEN + len,
                have: bytes.len(),
            });
        };
        if checksum(seed, len as u32, body) != u32_at(bytes, 4) {
            return Err(FrameFault::Checksum);
        }
        if body[0] & !FLAG_LAST != FLAG_MARK {
            return Err(FrameFault::Body("flags that this format does not have"));
        }
        let (game_len, kind_len, source_len) =
            (body[1] as usize, body[2] as usize, body[3] as usize);
        let mut rest = &body[FIXED_LEN..];
        let mut take = |len: usize| {
            if rest.len() < len {
                return Err(FrameFault::Body("names longer than the record"));
            }
            let (name, after) = rest.split_at(len);
            rest = after;
            std::str::from_utf8(name).map_err(|_| FrameFault::Body("names that are not text"))
        };
        let (game, kind, source) = (take(game_len)?, take(kind_len)?, take(source_len)?);
        Ok(Self {
            last: body[0] & FLAG_LAST != 0,
            durable: u32_at(body, 4),
            seq: u64_at(body, 8),
            received: EventTime(u64_at(body, 16) as i64),
            game,
            kind,
            source,
            payload: rest,
        })
    }
}

/// Whether the bytes could begin a record, before the cost of a checksum.
pub(crate) fn looks_like_frame(bytes: &[u8]) -> bool {
    Frame::body_len(bytes).is_ok()
        && bytes
            .get(PREFIX_LEN)
            .is_some_and(|flags| flags & !FLAG_LAST == FLAG_MARK)
}

/// Why there is no record where one should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FrameFault {
    Cut { need: usize, have: usize },
    Length(usize),
    Checksum,
    Body(&'static str),
}

impl fmt::Display for FrameFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cut { need, have } => {
                write!(f, "a record of {need} bytes of which {have} are there")
            }
            Self::Length(len) => write!(f, "a record length of {len} bytes, which cannot be"),
            Self::Checksum => f.write_str("a record whose checksum does not match"),
            Self::Body(what) => write!(f, "a record with {what}"),
        }
    }
}

fn checksum(seed: u32, body_len: u32, body: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c_append(seed, &body_len.to_le_bytes()), body)
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&bytes[at..at + 8]);
    u64::from_le_bytes(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame() -> Frame<'static> {
        Frame {
            last: true,
            durable: 64,
            seq: 7,
            received: EventTime(-3),
            game: "nfl-1",
            kind: "matchday.signal.play.v1",
            source: "gsis",
            payload: b"{}",
        }
    }

    #[test]
    fn a_frame_reads_back_as_written() {
        let mut bytes = Vec::new();
        frame().encode(9, &mut bytes);
        assert_eq!(bytes.len(), frame().stored_len());
        assert_eq!(Frame::decode(&bytes, 9), Ok(frame()));
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_noticed() {
        let mut bytes = Vec::new();
        frame().encode(9, &mut bytes);
        for bit in 0..bytes.len() * 8 {
            let mut bad = bytes.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(Frame::decode(&bad, 9).is_err(), "bit {bit}");
        }
        for len in 0..bytes.len() {
            assert!(Frame::decode(&bytes[..len], 9).is_err(), "cut to {len}");
        }
        assert_eq!(Frame::decode(&bytes, 10), Err(FrameFault::Checksum));
    }

    #[test]
    fn a_header_reads_back_and_a_later_version_is_refused() {
        let header = Header {
            log: [5; 16],
            number: 3,
            records_before: 99,
        };
        let mut bytes = header.encode();
        assert_eq!(Header::decode(&bytes).map(|(h, _)| h), Ok(header));
        bytes[8] = 2;
        assert_eq!(Header::decode(&bytes), Err(HeaderFault::Checksum));
        let crc = crc32c::crc32c(&bytes[..60]);
        bytes[60..].copy_from_slice(&crc.to_le_bytes());
        assert_eq!(Header::decode(&bytes), Err(HeaderFault::Version(2)));
        assert_eq!(Header::decode(&bytes[..20]), Err(HeaderFault::Short));
        assert_eq!(Header::decode(b"hello, world"), Err(HeaderFault::Magic));
    }
}

//! Uncompressed sound over RTP: L16 of RFC 3551 and L24 of RFC 3190, as broadcasters' networks carry it (AES67).
//!
//! Packets are put in order by their sequence numbers within a bounded wait; what does not come is told as lost, in
//! frames, so that time goes on. Nothing here opens a socket.

use std::collections::BTreeMap;

use super::pcm::{PcmFormat, PcmReader};

/// How samples lie in a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RtpEncoding {
    /// Signed 16 bit.
    L16,
    /// Signed 24 bit.
    L24,
}

/// What a stream is, as its session description says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RtpConfig {
    /// The payload type to take; others are left out. `None` takes what comes first. 10 and 11 are L16 at 44.1 kHz
    /// with two and one channels by RFC 3551; any other is agreed upon.
    pub payload_type: Option<u8>,
    /// How samples lie.
    pub encoding: RtpEncoding,
    /// Channels.
    pub channels: u8,
    /// Packets to wait for one that is late before it is lost, 1 to 1,024.
    pub reorder: u16,
}

/// A packet that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RtpError {
    /// Shorter than its header says.
    #[error("rtp packet is cut short")]
    Short,
    /// Another version than 2: no RTP.
    #[error("not an rtp packet: version {0} instead of 2")]
    Version(u8),
    /// Of another stream's payload type.
    #[error("rtp payload type {0} is not the one agreed upon")]
    PayloadType(u8),
    /// The payload is not whole frames.
    #[error("rtp payload of {0} bytes is not whole frames")]
    Frames(usize),
}

/// What comes out, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum RtpPart {
    /// A stream begins, or begins anew: its source has changed, or jumped in time. What comes has nothing to do
    /// with what came before.
    Began,
    /// Interleaved samples.
    Samples(Vec<f32>),
    /// Frames that never came.
    Lost(usize),
}

/// Packets by what became of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RtpCounts {
    /// Given out.
    pub taken: u64,
    /// Came after a later one, and were put in their place.
    pub reordered: u64,
    /// Came twice.
    pub duplicate: u64,
    /// Came when they had been given up.
    pub late: u64,
    /// Never came, by the sequence numbers.
    pub lost: u64,
    /// Could not be used.
    pub unusable: u64,
}

#[derive(Debug)]
struct Packet {
    timestamp: u32,
    frames: u32,
    payload: Vec<u8>,
}

#[derive(Debug)]
struct Stream {
    ssrc: u32,
    payload_type: u8,
    /// The sequence number wanted next, counted on over its 16 bits.
    next: u64,
    /// Highest number seen.
    highest: u64,
    /// Timestamp wanted next; `None` before the first packet is given out.
    timestamp: Option<u32>,
    held: BTreeMap<u64, Packet>,
}

/// A stream that may follow: packets in a row that do not belong to the present one.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    ssrc: u32,
    next: u16,
    run: u32,
}

/// Puts the packets of one stream in order.
#[derive(Debug)]
pub struct RtpReceiver {
    config: RtpConfig,
    stream: Option<Stream>,
    candidate: Option<Candidate>,
    counts: RtpCounts,
}

/// A jump in time of more than this many frames is a new beginning, not a loss (about ten seconds).
const MAX_GAP_FRAMES: u32 = 480_000;
/// A jump of more than this many sequence numbers likewise (RFC 3550, appendix A.1: MAX_DROPOUT).
const MAX_GAP_PACKETS: u64 = 3000;
/// Packets in a row of another source before it is believed, so that one stray packet does not end a stream.
const BELIEVED: u32 = 2;
/// Late packets in a row before their sender is taken to have begun anew.
const BELIEVED_LATE: u32 = 64;

struct Header<'a> {
    ssrc: u32,
    payload_type: u8,
    sequence: u16,
    timestamp: u32,
    payload: &'a [u8],
}

fn header(packet: &[u8]) -> Result<Header<'_>, RtpError> {
    let [
        first,
        second,
        s0,
        s1,
        t0,
        t1,
        t2,
        t3,
        c0,
        c1,
        c2,
        c3,
        rest @ ..,
    ] = packet
    else {
        return Err(RtpError::Short);
    };
    if first >> 6 != 2 {
        return Err(RtpError::Version(first >> 6));
    }
    let mut rest = rest
        .get(4 * usize::from(first & 0x0f)..)
        .ok_or(RtpError::Short)?;
    if first & 0x10 != 0 {
        let [_, _, n0, n1, after @ ..] = rest else {
            return Err(RtpError::Short);
        };
        let words = usize::from(u16::from_be_bytes([*n0, *n1]));
        rest = after.get(4 * words..).ok_or(RtpError::Short)?;
    }
    if first & 0x20 != 0 {
        let padding = usize::from(*rest.last().ok_or(RtpError::Short)?);
        let end = rest.len().checked_sub(padding).filter(|_| padding > 0);
        rest = &rest[..end.ok_or(RtpError::Short)?];
    }
    Ok(Header {
        ssrc: u32::from_be_bytes([*c0, *c1, *c2, *c3]),
        payload_type: second & 0x7f,
        sequence: u16::from_be_bytes([*s0, *s1]),
        timestamp: u32::from_be_bytes([*t0, *t1, *t2, *t3]),
        payload: rest,
    })
}

impl RtpReceiver {
    /// Before the first packet.
    pub fn new(mut config: RtpConfig) -> Self {
        config.reorder = config.reorder.clamp(1, 1024);
        config.channels = config.channels.max(1);
        Self {
            config,
            stream: None,
            candidate: None,
            counts: RtpCounts::default(),
        }
    }

    /// What became of the packets so far.
    pub fn counts(&self) -> RtpCounts {
        self.counts
    }

    /// Takes one packet and appends what can be given out.
    pub fn push(&mut self, packet: &[u8], out: &mut Vec<RtpPart>) -> Result<(), RtpError> {
        self.take(packet, out)
            .inspect_err(|_| self.counts.unusable += 1)
    }

    fn take(&mut self, packet: &[u8], out: &mut Vec<RtpPart>) -> Result<(), RtpError> {
        let header = header(packet)?;
        let wanted = self
            .config
            .payload_type
            .or(self.stream.as_ref().map(|s| s.payload_type));
        if wanted.is_some_and(|wanted| wanted != header.payload_type) {
            return Err(RtpError::PayloadType(header.payload_type));
        }
        let frame = self.format().bytes() * usize::from(self.config.channels);
        if header.payload.is_empty() || !header.payload.len().is_multiple_of(frame) {
            return Err(RtpError::Frames(header.payload.len()));
        }
        let frames = u32::try_from(header.payload.len() / frame).unwrap_or(u32::MAX);
        let near = self.stream.as_ref().and_then(|s| {
            // The count nearest to the highest so far that has these 16 bits.
            let step = header.sequence.wrapping_sub(s.highest as u16) as i16;
            let number = s.highest.checked_add_signed(step.into())?;
            let follows = s.ssrc == header.ssrc && number < s.highest + MAX_GAP_PACKETS;
            follows.then_some(number)
        });
        let late = near
            .zip(self.stream.as_ref())
            .is_some_and(|(number, stream)| number < stream.next);
        let number = match near {
            Some(number) if !late => number,
            _ => {
                let needed = match (&self.stream, late) {
                    (None, _) => 1,
                    (Some(_), false) => BELIEVED,
                    (Some(_), true) => BELIEVED_LATE,
                };
                self.counts.late += u64::from(late);
                if self.believe(&header) >= needed {
                    self.begin(&header, frames, out);
                }
                return Ok(());
            }
        };
        self.candidate = None;
        if let Some(stream) = &mut self.stream {
            if stream.held.contains_key(&number) {
                self.counts.duplicate += 1;
                return Ok(());
            }
            self.counts.reordered += u64::from(number < stream.highest);
            stream.highest = stream.highest.max(number);
            stream.held.insert(number, packet_of(&header, frames));
        }
        self.give(out);
        Ok(())
    }

    /// How many packets in a row, with this one, would belong to a new stream.
    fn believe(&mut self, header: &Header<'_>) -> u32 {
        let run = match self.candidate {
            Some(c) if c.ssrc == header.ssrc && c.next == header.sequence => c.run + 1,
            _ => 1,
        };
        self.candidate = Some(Candidate {
            ssrc: header.ssrc,
            next: header.sequence.wrapping_add(1),
            run,
        });
        run
    }

    fn begin(&mut self, header: &Header<'_>, frames: u32, out: &mut Vec<RtpPart>) {
        self.flush(out);
        out.push(RtpPart::Began);
        self.candidate = None;
        // Above 2¹⁶, so that what comes before the first can be counted too.
        let number = (1 << 16) + u64::from(header.sequence);
        self.stream = Some(Stream {
            ssrc: header.ssrc,
            payload_type: header.payload_type,
            next: number,
            highest: number,
            timestamp: None,
            held: BTreeMap::from([(number, packet_of(header, frames))]),
        });
        self.give(out);
    }

    /// Gives out all that is held, at the end of a stream.
    pub fn flush(&mut self, out: &mut Vec<RtpPart>) {
        let reorder = std::mem::replace(&mut self.config.reorder, 0);
        self.give(out);
        self.config.reorder = reorder;
    }

    fn format(&self) -> PcmFormat {
        match self.config.encoding {
            RtpEncoding::L16 => PcmFormat::S16Be,
            RtpEncoding::L24 => PcmFormat::S24Be,
        }
    }

    fn give(&mut self, out: &mut Vec<RtpPart>) {
        let format = self.format();
        let Some(stream) = &mut self.stream else {
            return;
        };
        while let Some((&number, _)) = stream.held.first_key_value() {
            let waited = stream.highest - stream.next >= u64::from(self.config.reorder);
            if number != stream.next && !waited {
                return;
            }
            let Some(packet) = stream.held.remove(&number) else {
                return;
            };
            self.counts.lost += number - stream.next;
            stream.next = number + 1;
            if let Some(wanted) = stream.timestamp {
                // A sender that pauses leaves a gap in time without one in number; both are told by the time.
                let gap = packet.timestamp.wrapping_sub(wanted);
                if gap > MAX_GAP_FRAMES {
                    out.push(RtpPart::Began);
                } else if gap > 0 {
                    out.push(RtpPart::Lost(gap as usize));
                }
            }
            stream.timestamp = Some(packet.timestamp.wrapping_add(packet.frames));
            let mut samples = Vec::with_capacity(packet.payload.len() / format.bytes());
            PcmReader::new(format).push(&packet.payload, &mut samples);
            self.counts.taken += 1;
            out.push(RtpPart::Samples(samples));
        }
    }
}

fn packet_of(header: &Header<'_>, frames: u32) -> Packet {
    Packet {
        timestamp: header.timestamp,
        frames,
        payload: header.payload.to_vec(),
    }
}

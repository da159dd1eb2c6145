//! WebSocket framing (RFC 6455), for a server that sends far more than it reads.
//!
//! A server's frames are not masked, so a message is framed once and the same bytes go to every client: no
//! client costs a copy of what it is sent, and what is kept for a client is a place in a ring, not a buffer.
//! That is why the gateway frames for itself. Headers and close codes are tungstenite's.

use std::io::Cursor;

use bytes::{Buf, BufMut, Bytes, BytesMut};
use tokio_tungstenite::tungstenite::protocol::frame::{
    FrameHeader,
    coding::{CloseCode, Control, Data, OpCode},
};

/// A header and a payload, ready for the socket.
pub(crate) fn frame(code: OpCode, payload: &[u8]) -> Bytes {
    let mut out = BytesMut::with_capacity(payload.len() + 10);
    put_header(&mut out, code, payload.len());
    out.put_slice(payload);
    out.freeze()
}

/// A text message.
pub(crate) fn text(payload: impl AsRef<[u8]>) -> Bytes {
    frame(OpCode::Data(Data::Text), payload.as_ref())
}

/// A close frame. The reason is cut to what a control frame may hold.
pub(crate) fn close(code: u16, reason: &str) -> Bytes {
    let mut end = reason.len().min(123);
    while !reason.is_char_boundary(end) {
        end -= 1;
    }
    let mut payload = Vec::with_capacity(2 + end);
    payload.put_u16(code);
    payload.put_slice(&reason.as_bytes()[..end]);
    frame(OpCode::Control(Control::Close), &payload)
}

fn put_header(out: &mut BytesMut, code: OpCode, len: usize) {
    let byte = 0x80 | u8::from(code);
    out.put_u8(byte);
    match len {
        0..=125 => out.put_u8(u8::try_from(len).unwrap_or(125)),
        126..=0xffff => {
            out.put_u8(126);
            out.put_u16(u16::try_from(len).unwrap_or(u16::MAX));
        }
        _ => {
            out.put_u8(127);
            out.put_u64(len as u64);
        }
    }
}

/// What a client sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Incoming {
    /// A whole text message.
    Text(String),
    /// A ping, to be answered with the same bytes.
    Ping(Bytes),
    /// An answer to our ping.
    Pong,
    /// The client closes, with this code.
    Close(u16),
}

/// Why a connection cannot go on, with the close code that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Close {
    /// RFC 6455 close code, or one of Centrifugo's.
    pub code: u16,
    /// For people and for client code.
    pub reason: String,
}

impl Close {
    /// A close with a code and a reason.
    pub(crate) fn new(code: u16, reason: impl Into<String>) -> Self {
        Self {
            code,
            reason: reason.into(),
        }
    }

    fn protocol(reason: &str) -> Self {
        Self::new(CloseCode::Protocol.into(), reason)
    }
}

/// Reads a client's frames out of the bytes as they come.
#[derive(Debug)]
pub(crate) struct Reader {
    max_message_bytes: usize,
    partial: Option<Vec<u8>>,
}

impl Reader {
    /// A reader that refuses messages over a size.
    pub(crate) fn new(max_message_bytes: usize) -> Self {
        Self {
            max_message_bytes,
            partial: None,
        }
    }

    /// Takes the next frame off `buffer`. `Ok(None)` when more bytes are needed. A frame's length is judged
    /// by its header, before its payload is waited for.
    pub(crate) fn next(&mut self, buffer: &mut BytesMut) -> Result<Option<Incoming>, Close> {
        loop {
            let mut cursor = Cursor::new(&buffer[..]);
            let parsed = FrameHeader::parse(&mut cursor)
                .map_err(|_| Close::protocol("a frame header that cannot be read"))?;
            let Some((header, length)) = parsed else {
                return Ok(None);
            };
            let header_len = usize::try_from(cursor.position()).unwrap_or(usize::MAX);
            let held = self.partial.as_ref().map_or(0, Vec::len) as u64;
            if length.saturating_add(held) > self.max_message_bytes as u64 {
                let max = self.max_message_bytes;
                return Err(Close::new(
                    1009,
                    format!("a message is at most {max} bytes"),
                ));
            }
            if header.rsv1 || header.rsv2 || header.rsv3 {
                return Err(Close::protocol(
                    "reserved bits are set without an extension",
                ));
            }
            let Some(mask) = header.mask else {
                return Err(Close::protocol("a client's frames must be masked"));
            };
            let length = usize::try_from(length).unwrap_or(usize::MAX);
            if buffer.len() - header_len < length {
                return Ok(None);
            }
            buffer.advance(header_len);
            let mut payload = buffer.split_to(length);
            for (byte, key) in payload.iter_mut().zip(mask.iter().cycle()) {
                *byte ^= key;
            }
            if let Some(message) = self.take(header.opcode, header.is_final, payload)? {
                return Ok(Some(message));
            }
        }
    }

    fn take(
        &mut self,
        code: OpCode,
        last: bool,
        payload: BytesMut,
    ) -> Result<Option<Incoming>, Close> {
        match code {
            OpCode::Control(control) => {
                if !last || payload.len() > 125 {
                    return Err(Close::protocol("a control frame must be whole and short"));
                }
                match control {
                    Control::Ping => Ok(Some(Incoming::Ping(payload.freeze()))),
                    Control::Pong => Ok(Some(Incoming::Pong)),
                    Control::Close => Ok(Some(Incoming::Close(close_code(&payload)?))),
                    Control::Reserved(_) => Err(Close::protocol("an opcode that is reserved")),
                }
            }
            OpCode::Data(Data::Binary) => {
                Err(Close::new(1003, "send text: binary messages are not read"))
            }
            OpCode::Data(Data::Text) if self.partial.is_some() => {
                Err(Close::protocol("a new message inside an unfinished one"))
            }
            OpCode::Data(Data::Continue) if self.partial.is_none() => {
                Err(Close::protocol("a continuation of nothing"))
            }
            OpCode::Data(Data::Reserved(_)) => Err(Close::protocol("an opcode that is reserved")),
            OpCode::Data(Data::Text | Data::Continue) => {
                let mut whole = self.partial.take().unwrap_or_default();
                whole.extend_from_slice(&payload);
                if !last {
                    self.partial = Some(whole);
                    return Ok(None);
                }
                String::from_utf8(whole)
                    .map(|text| Some(Incoming::Text(text)))
                    .map_err(|_| Close::new(1007, "a text message must be UTF-8"))
            }
        }
    }
}

fn close_code(mut payload: &[u8]) -> Result<u16, Close> {
    match payload.len() {
        0 => Ok(1005),
        1 => Err(Close::protocol("a close frame with half a code")),
        _ => Ok(payload.get_u16()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Frames as a client does: masked.
    fn masked(byte: u8, payload: &[u8]) -> Vec<u8> {
        let mask = [7_u8, 61, 200, 33];
        let mut out = vec![byte];
        match payload.len() {
            n @ 0..=125 => out.push(0x80 | u8::try_from(n).expect("short")),
            n => {
                out.push(0x80 | 126);
                out.put_u16(u16::try_from(n).expect("fits"));
            }
        }
        out.extend_from_slice(&mask);
        out.extend(payload.iter().zip(mask.iter().cycle()).map(|(b, k)| b ^ k));
        out
    }

    fn read_all(bytes: &[u8], max: usize) -> Result<Vec<Incoming>, Close> {
        let mut reader = Reader::new(max);
        let mut buffer = BytesMut::from(bytes);
        let mut all = Vec::new();
        while let Some(message) = reader.next(&mut buffer)? {
            all.push(message);
        }
        Ok(all)
    }

    #[test]
    fn messages_in_pieces_with_a_ping_between_are_put_together() {
        let mut bytes = masked(0x01, b"hel");
        bytes.extend(masked(0x89, b"are you there"));
        bytes.extend(masked(0x80, b"lo"));
        assert_eq!(
            read_all(&bytes, 100),
            Ok(vec![
                Incoming::Ping(Bytes::from_static(b"are you there")),
                Incoming::Text("hello".into())
            ])
        );
    }

    #[test]
    fn each_offence_has_its_close_code() {
        let code = |bytes: &[u8]| read_all(bytes, 10).expect_err("refused").code;
        assert_eq!(code(&masked(0x82, b"x")), 1003, "binary");
        assert_eq!(code(&masked(0x81, &[0xff, 0xfe])), 1007, "not UTF-8");
        assert_eq!(code(&masked(0x81, b"over ten bytes")), 1009, "too long");
        assert_eq!(code(&[0x81, 0x01, b'x']), 1002, "not masked");
        assert_eq!(code(&masked(0xc1, b"x")), 1002, "reserved bit");
        assert_eq!(code(&masked(0x80, b"x")), 1002, "continues nothing");
        assert_eq!(code(&masked(0x09, b"x")), 1002, "a ping in pieces");
        let mut pieces = masked(0x01, b"123456");
        pieces.extend(masked(0x80, b"123456"));
        assert_eq!(code(&pieces), 1009, "too long in pieces");
        // The header alone is enough to refuse: no buffer grows to hold what it announces.
        assert_eq!(
            code(&[
                0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4
            ]),
            1009
        );
    }

    #[test]
    fn a_reason_is_cut_between_characters() {
        let close = close(1008, &"é".repeat(100));
        assert_eq!(close[1], 2 + 122);
        assert!(std::str::from_utf8(&close[4..]).is_ok());
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = read_all(&bytes, 64);
        }

        #[test]
        fn cutting_the_bytes_anywhere_changes_nothing(texts in proptest::collection::vec("[a-zé]{0,300}", 1..5), cut in 0_usize..2000) {
            let bytes: Vec<u8> = texts.iter().flat_map(|t| masked(0x81, t.as_bytes())).collect();
            let cut = cut.min(bytes.len());
            let mut reader = Reader::new(4096);
            let mut buffer = BytesMut::new();
            let mut got = Vec::new();
            for part in [&bytes[..cut], &bytes[cut..]] {
                buffer.extend_from_slice(part);
                while let Some(message) = reader.next(&mut buffer).expect("well formed") {
                    got.push(message);
                }
            }
            prop_assert_eq!(got, texts.into_iter().map(Incoming::Text).collect::<Vec<_>>());
        }

        #[test]
        fn lengths_are_written_as_they_are_read(n in prop_oneof![0_usize..200, 65_500_usize..65_600]) {
            let framed = text(vec![b'x'; n]);
            let mut cursor = Cursor::new(&framed[..]);
            let (header, length) = FrameHeader::parse(&mut cursor).expect("reads").expect("whole");
            prop_assert!(header.is_final && header.mask.is_none());
            prop_assert_eq!(length, n as u64);
            prop_assert_eq!(framed.len() as u64 - cursor.position(), n as u64);
        }
    }
}

//! Samples as they lie in bytes.

use std::str::FromStr;

/// How samples lie in a stream, interleaved by channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PcmFormat {
    /// Signed 16 bit, little end first.
    S16Le,
    /// Signed 24 bit in three bytes, little end first.
    S24Le,
    /// Signed 32 bit, little end first.
    S32Le,
    /// 32-bit floating point, little end first, full scale 1.
    F32Le,
    /// Signed 16 bit, big end first: L16 of RFC 3551.
    S16Be,
    /// Signed 24 bit, big end first: L24 of RFC 3190.
    S24Be,
}

/// A name of no format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no sample format {0:?}; there are s16le, s24le, s32le, f32le, l16 and l24")]
pub struct UnknownFormat(String);

impl FromStr for PcmFormat {
    type Err = UnknownFormat;
    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        Ok(match name.to_ascii_lowercase().as_str() {
            "s16le" => Self::S16Le,
            "s24le" => Self::S24Le,
            "s32le" => Self::S32Le,
            "f32le" => Self::F32Le,
            "s16be" | "l16" => Self::S16Be,
            "s24be" | "l24" => Self::S24Be,
            _ => return Err(UnknownFormat(name.chars().take(20).collect())),
        })
    }
}

impl PcmFormat {
    /// Bytes of one sample.
    pub fn bytes(self) -> usize {
        match self {
            Self::S16Le | Self::S16Be => 2,
            Self::S24Le | Self::S24Be => 3,
            Self::S32Le | Self::F32Le => 4,
        }
    }

    fn sample(self, b: &[u8]) -> f32 {
        // Three bytes are read as the upper three of four, so that the sign comes along.
        let wide = |bytes: [u8; 4]| (f64::from(i32::from_le_bytes(bytes)) / 2_147_483_648.0) as f32;
        match self {
            Self::S16Le => f32::from(i16::from_le_bytes([b[0], b[1]])) / 32_768.0,
            Self::S16Be => f32::from(i16::from_be_bytes([b[0], b[1]])) / 32_768.0,
            Self::S24Le => wide([0, b[0], b[1], b[2]]),
            Self::S24Be => wide([0, b[2], b[1], b[0]]),
            Self::S32Le => wide([b[0], b[1], b[2], b[3]]),
            Self::F32Le => f32::from_le_bytes([b[0], b[1], b[2], b[3]]),
        }
    }
}

/// Reads samples from bytes that come in pieces of any length.
#[derive(Debug, Clone)]
pub struct PcmReader {
    format: PcmFormat,
    /// The beginning of a sample whose end has not come yet.
    carry: [u8; 4],
    held: usize,
}

impl PcmReader {
    /// At the beginning of a stream.
    pub fn new(format: PcmFormat) -> Self {
        Self {
            format,
            carry: [0; 4],
            held: 0,
        }
    }

    /// Appends the samples that are complete.
    pub fn push(&mut self, mut bytes: &[u8], out: &mut Vec<f32>) {
        let size = self.format.bytes();
        if self.held > 0 {
            let take = (size - self.held).min(bytes.len());
            self.carry[self.held..self.held + take].copy_from_slice(&bytes[..take]);
            self.held += take;
            bytes = &bytes[take..];
            if self.held < size {
                return;
            }
            out.push(self.format.sample(&self.carry));
            self.held = 0;
        }
        let whole = bytes.chunks_exact(size);
        let rest = whole.remainder();
        out.extend(whole.map(|b| self.format.sample(b)));
        self.carry[..rest.len()].copy_from_slice(rest);
        self.held = rest.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_reads_one_half_and_minus_one() {
        let cases: [(&str, &[u8], f32); 9] = [
            ("s16le", &[0x00, 0x40], 0.5),
            ("s16le", &[0x00, 0x80], -1.0),
            ("l16", &[0x40, 0x00], 0.5),
            ("s24le", &[0, 0, 0x40], 0.5),
            ("l24", &[0x80, 0, 0], -1.0),
            ("l24", &[0xff, 0xff, 0xff], -1.0 / 8_388_608.0),
            ("s32le", &[0, 0, 0, 0x40], 0.5),
            ("f32le", &[0, 0, 0, 0x3f], 0.5),
            ("F32LE", &[0, 0, 0x80, 0xbf], -1.0),
        ];
        for (name, bytes, want) in cases {
            let mut out = Vec::new();
            PcmReader::new(name.parse().expect("a format")).push(bytes, &mut out);
            assert_eq!(out, [want], "{name} {bytes:?}");
        }
        assert!("mp3".parse::<PcmFormat>().is_err());
    }

    #[test]
    fn pieces_of_any_length_read_as_the_whole() {
        let bytes: Vec<u8> = (0..=254).collect();
        for format in [PcmFormat::S16Le, PcmFormat::S24Be, PcmFormat::S32Le] {
            let mut whole = Vec::new();
            PcmReader::new(format).push(&bytes, &mut whole);
            for piece in 1..12 {
                let mut reader = PcmReader::new(format);
                let mut out = Vec::new();
                bytes.chunks(piece).for_each(|b| reader.push(b, &mut out));
                assert_eq!(out, whole, "{format:?} in pieces of {piece}");
            }
        }
    }
}

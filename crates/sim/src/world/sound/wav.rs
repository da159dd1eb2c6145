//! The head of a WAV file.

/// The 44 bytes before the samples of a WAV file of 16-bit samples. A file too long for its 32 bits says the most
/// that they can, which readers take for "to the end".
pub fn wav_header(rate_hz: u32, channels: u16, frames: u64) -> [u8; 44] {
    let frame = 2 * u32::from(channels);
    let bytes = u32::try_from(frames.saturating_mul(u64::from(frame)))
        .unwrap_or(u32::MAX)
        .min(u32::MAX - 36);
    let mut out = [0; 44];
    let mut at = 0;
    let mut put = |bytes: &[u8]| {
        out[at..at + bytes.len()].copy_from_slice(bytes);
        at += bytes.len();
    };
    put(b"RIFF");
    put(&(36 + bytes).to_le_bytes());
    put(b"WAVEfmt ");
    put(&16_u32.to_le_bytes());
    put(&1_u16.to_le_bytes());
    put(&channels.to_le_bytes());
    put(&rate_hz.to_le_bytes());
    put(&(rate_hz * frame).to_le_bytes());
    put(&(frame as u16).to_le_bytes());
    put(&16_u16.to_le_bytes());
    put(b"data");
    put(&bytes.to_le_bytes());
    out
}

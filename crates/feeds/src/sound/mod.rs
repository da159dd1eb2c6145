//! Sound: a pure front end that turns samples into reports of levels and spectra, ten a second.
//!
//! Samples come from files ([`SoundFile`]), raw streams ([`PcmReader`]), RTP ([`RtpReceiver`]) or an HTTP body
//! ([`sound_router`]); [`FrontEnd`] makes [`SoundReport`](matchday_event::senses::SoundReport)s of them. No sound is kept.

mod calibrate;
mod file;
mod front;
mod level;
#[cfg(feature = "driver")]
mod live;
mod pcm;
#[cfg(feature = "driver")]
mod post;
mod rtp;
mod spectrum;
mod weighting;

pub use calibrate::{CALIBRATOR_DB, offset_from_tone};
pub use file::SoundFile;
pub use front::{
    FrontEnd, MAX_CHANNELS, MAX_RATE_HZ, MIN_RATE_HZ, Source, WINDOW_US, is_rate_usable,
};
pub use level::level_db;
#[cfg(feature = "driver")]
pub use live::{RtpMic, hear_rtp};
pub use pcm::{PcmFormat, PcmReader, UnknownFormat};
#[cfg(feature = "driver")]
pub use post::{MicConfig, sound_router};
pub use rtp::{RtpConfig, RtpCounts, RtpEncoding, RtpError, RtpPart, RtpReceiver};
pub use weighting::Weighting;

/// Sound that cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum SoundError {
    /// Too many channels, or none.
    #[error("{0} channels; there must be 1 to {MAX_CHANNELS}")]
    Channels(usize),
    /// A sample rate that nothing can be worked out at.
    #[error("sample rate {0} must be {MIN_RATE_HZ} to {MAX_RATE_HZ} and a multiple of 10")]
    Rate(u32),
    /// A reference that is no number.
    #[error("the level of full scale must be a number of decibels")]
    Offset,
    /// A recording of a calibrator that is none.
    #[error("cannot calibrate: {0}")]
    Calibration(String),
    /// A file that cannot be opened or read.
    #[error("{path}: {cause}")]
    Io {
        /// Which file.
        path: String,
        /// Why.
        cause: std::io::Error,
    },
    /// A file that is no sound, or sound of another kind.
    #[error("{path}: {why}; WAV and FLAC files can be read")]
    File {
        /// Which file.
        path: String,
        /// What is wrong with it.
        why: String,
    },
}

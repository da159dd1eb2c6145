//! WAV and FLAC files.

use std::{fs::File, path::Path};

use symphonia::core::{
    codecs::audio::{AudioDecoder, AudioDecoderOptions},
    errors::Error,
    formats::{FormatOptions, FormatReader, TrackType, probe::Hint},
    io::{MediaSourceStream, MediaSourceStreamOptions},
    meta::MetadataOptions,
};

use super::SoundError;

/// A file of sound, read piece by piece.
pub struct SoundFile {
    path: String,
    format: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    track: u32,
    rate_hz: u32,
    channels: u8,
    damaged: u64,
}

impl std::fmt::Debug for SoundFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SoundFile")
            .field("path", &self.path)
            .field("rate_hz", &self.rate_hz)
            .field("channels", &self.channels)
            .finish_non_exhaustive()
    }
}

impl SoundFile {
    /// Opens a file; its content says what it is, not its name.
    pub fn open(path: &Path) -> Result<Self, SoundError> {
        let name = path.display().to_string();
        let file = File::open(path).map_err(|cause| SoundError::Io {
            path: name.clone(),
            cause,
        })?;
        let refused = |why: String| SoundError::File {
            path: name.clone(),
            why,
        };
        let stream = MediaSourceStream::new(Box::new(file), MediaSourceStreamOptions::default());
        let format = symphonia::default::get_probe()
            .probe(
                &Hint::new(),
                stream,
                FormatOptions::default(),
                MetadataOptions::default(),
            )
            .map_err(|e| refused(e.to_string()))?;
        let track = format
            .default_track(TrackType::Audio)
            .ok_or_else(|| refused("no sound in it".to_owned()))?;
        let id = track.id;
        let params = track
            .codec_params
            .as_ref()
            .and_then(|p| p.audio())
            .ok_or_else(|| refused("no sound in it".to_owned()))?;
        let rate_hz = params
            .sample_rate
            .ok_or_else(|| refused("it does not say its sample rate".to_owned()))?;
        let count = params
            .channels
            .as_ref()
            .map(|c| c.count())
            .ok_or_else(|| refused("it does not say how many channels it has".to_owned()))?;
        let channels = u8::try_from(count)
            .ok()
            .filter(|n| (1..=super::MAX_CHANNELS).contains(n))
            .ok_or(SoundError::Channels(count))?;
        let decoder = symphonia::default::get_codecs()
            .make_audio_decoder(params, &AudioDecoderOptions::default())
            .map_err(|e| refused(e.to_string()))?;
        Ok(Self {
            path: name,
            format,
            decoder,
            track: id,
            rate_hz,
            channels,
            damaged: 0,
        })
    }

    /// Samples a second.
    pub fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    /// Channels, interleaved in what [`SoundFile::read`] gives.
    pub fn channels(&self) -> u8 {
        self.channels
    }

    /// Packets that could not be decoded and were left out.
    pub fn damaged(&self) -> u64 {
        self.damaged
    }

    /// Replaces the content of `out` by the next samples; false at the end.
    pub fn read(&mut self, out: &mut Vec<f32>) -> Result<bool, SoundError> {
        loop {
            let packet = match self.format.next_packet() {
                Ok(Some(packet)) => packet,
                // A file cut short ends where it ends: live recordings are read while they are written.
                Ok(None) => return Ok(false),
                Err(Error::IoError(e)) if e.kind() == std::io::ErrorKind::UnexpectedEof => {
                    return Ok(false);
                }
                Err(e) => return Err(self.refused(e.to_string())),
            };
            if packet.track_id != self.track {
                continue;
            }
            match self.decoder.decode(&packet) {
                Ok(buffer) => {
                    let spec = buffer.spec();
                    if spec.rate() != self.rate_hz
                        || spec.channels().count() != usize::from(self.channels)
                    {
                        return Err(
                            self.refused("the sample rate or the channels change".to_owned())
                        );
                    }
                    out.resize(buffer.samples_interleaved(), 0.0);
                    buffer.copy_to_slice_interleaved(out.as_mut_slice());
                    return Ok(true);
                }
                Err(Error::DecodeError(_)) => self.damaged += 1,
                Err(e) => return Err(self.refused(e.to_string())),
            }
        }
    }

    fn refused(&self, why: String) -> SoundError {
        SoundError::File {
            path: self.path.clone(),
            why,
        }
    }
}

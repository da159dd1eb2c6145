use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::EventTime;

/// Nominal centres of the octave bands of [`Heard::bands_db`], in hertz.
pub const BAND_CENTRES_HZ: [u32; 9] = [63, 125, 250, 500, 1000, 2000, 4000, 8000, 16000];

/// The level that stands for digital silence, so that every level is a number.
pub const LEVEL_FLOOR_DB: f32 = -150.0;

/// What one microphone, or one mix of several, heard in a tenth of a second. Sound itself never goes on the log: a
/// front end at the feed turns it into these.
///
/// Levels are in decibels of sound pressure (re 20 µPa) where `offset_db` is known; otherwise they are relative to a
/// sine wave of full scale, which has the level 0 dB.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SoundReport {
    /// Which microphone or mix, as configured: `stadium`, `home-end`.
    pub mic: Arc<str>,
    /// The end of the tenth of a second that it speaks of.
    pub at: EventTime,
    /// Samples a second, as the source has them.
    pub sample_rate_hz: u32,
    /// Channels. Levels and bands are the mean of their powers; loudness weighs them as its standard says.
    pub channels: u8,
    /// Sound pressure level of a sine wave of full scale, from a known reference level. `None`: not calibrated.
    pub offset_db: Option<f32>,
    /// Share of the window's samples that never arrived and were taken for silence, 0 to 1.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub lost: f32,
    /// What was heard. `None` where the sample rate is one that the weightings cannot be right at.
    pub heard: Option<Heard>,
}

fn is_zero(share: &f32) -> bool {
    *share == 0.0
}

/// Levels and spectrum of a tenth of a second.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Heard {
    /// A-weighted level with the time weighting fast (125 ms), at the end of the window.
    pub a_fast_db: f32,
    /// A-weighted level with the time weighting slow (1 s), at the end of the window.
    pub a_slow_db: f32,
    /// Highest of the fast A-weighted level within the window.
    pub a_max_db: f32,
    /// C-weighted level with the time weighting fast, at the end of the window.
    pub c_fast_db: f32,
    /// C-weighted level with the time weighting slow, at the end of the window.
    pub c_slow_db: f32,
    /// Highest of the fast C-weighted level within the window.
    pub c_max_db: f32,
    /// Momentary loudness (400 ms) by EBU R128, in LUFS: of the signal, whatever the calibration.
    pub momentary_lufs: Option<f32>,
    /// Short-term loudness (3 s) by EBU R128, in LUFS.
    pub short_term_lufs: Option<f32>,
    /// Levels of the octave bands at [`BAND_CENTRES_HZ`] over the window, without weighting.
    pub bands_db: [f32; 9],
    /// The tone that stands out most between 1 and 6 kHz, if the spectrum has one.
    pub tone: Option<Tone>,
    /// How much of one voice, one horn or one instrument is in it: the highest autocorrelation of the whitened sound
    /// of 100 to 1,800 Hz at lags of 2 to 12.5 ms, 0 to 1. A crowd has no pitch; a single voice nears 1.
    pub periodic: f32,
    /// Highest sample, relative to full scale whatever the calibration: 0 is full scale.
    pub peak_dbfs: f32,
    /// Share of samples in runs at the window's highest value, 0 to 1: flat tops, as overdriven inputs have.
    pub clipped: f32,
    /// Share of samples that equal the one before them, 0 to 1: near 1 in silence and when an input is stuck.
    pub still: f32,
}

/// A tone within a noise.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Tone {
    /// Its frequency.
    pub hz: f32,
    /// How far it stands above the median of the spectrum an octave around it.
    pub prominence_db: f32,
}

/// What matchday holds to be true of a crowd's sound.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "sound", rename_all = "snake_case")]
pub enum SoundFact {
    /// How loud it is, now and then.
    Level(LevelFact),
    /// The level passed a threshold.
    Crossed(LevelCrossing),
    /// A roar, a whistle, a groan or a chant. A later one of the same microphone, kind and onset supersedes it.
    Heard(CrowdSound),
    /// What comes in cannot be used, or can be used again.
    Refused(SoundRefusal),
}

/// How loud it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LevelFact {
    /// Which microphone.
    pub mic: Arc<str>,
    /// When.
    pub at: EventTime,
    /// A-weighted level, slow.
    pub a_slow_db: f32,
    /// C-weighted level, slow.
    pub c_slow_db: f32,
    /// Highest fast A-weighted level since the last such fact.
    pub a_max_db: f32,
    /// Short-term loudness.
    pub short_term_lufs: Option<f32>,
    /// How far the level is above what this crowd has murmured at of late.
    pub above_usual_db: f32,
    /// Whether levels are of sound pressure; otherwise relative to full scale.
    pub calibrated: bool,
}

/// Which way a level went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// It rose to the threshold or over it.
    Up,
    /// It fell under the threshold.
    Down,
}

/// The level passed a threshold. Each threshold has a way back that lies lower, so that a level that trembles
/// about it is told once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LevelCrossing {
    /// Which microphone.
    pub mic: Arc<str>,
    /// When.
    pub at: EventTime,
    /// The threshold: 120 and its way back 117, or 94 and its way back 85.
    pub threshold_db: f32,
    /// Which way.
    pub direction: Direction,
    /// The level then: of 120 and 117 A-weighted and fast, of 94 and 85 A-weighted and slow.
    pub level_db: f32,
}

/// What kind of sound.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SoundKind {
    /// A crowd lets go: sudden, broad, and it lasts.
    Roar,
    /// A referee's whistle: a narrow tone of some kilohertz.
    Whistle,
    /// A crowd's disappointment: low, and falling.
    Groan,
    /// Many voices or hands in one rhythm.
    Chant,
}

impl SoundKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Roar, Self::Whistle, Self::Groan, Self::Chant];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Roar => "roar",
            Self::Whistle => "whistle",
            Self::Groan => "groan",
            Self::Chant => "chant",
        }
    }
}

/// A sound of the crowd or of the referee.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CrowdSound {
    /// Which microphone.
    pub mic: Arc<str>,
    /// What.
    pub kind: SoundKind,
    /// When it began.
    pub onset: EventTime,
    /// When that was known: the time of the report that settled it.
    pub found: EventTime,
    /// How long it lasted; `None` while it does.
    pub duration_ms: Option<u32>,
    /// 0.5 to 1: how clearly the sound passed the thresholds. A rank, and no calibrated probability.
    pub confidence: f32,
    /// The loudest of it so far, A-weighted and fast.
    pub level_db: f32,
    /// How far that is above what this crowd has murmured at.
    pub rise_db: f32,
    /// Beats a minute of a chant, tone in hertz of a whistle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<f32>,
}

/// Why a microphone's reports cannot be used.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SoundRefusalCode {
    /// Nothing comes in: digital silence, or less than any room has.
    Silent,
    /// The input repeats one value.
    Stuck,
    /// The input is overdriven: levels and spectra are too low and wrong.
    Clipped,
    /// The sample rate is under 44,100 a second, over 192,000, or not whole in tenths of a second.
    WrongRate,
    /// The sample rate or the number of channels changed without a new beginning.
    Changed,
    /// Much of the sound was lost on its way.
    Lost,
    /// A report older than one before it.
    OutOfOrder,
    /// A number that cannot be: not finite, or beyond any sound.
    Impossible,
    /// No reference level: there are no thresholds in decibels of sound pressure. All else goes on.
    Uncalibrated,
}

impl SoundRefusalCode {
    /// The code as it stands in facts and metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Stuck => "stuck",
            Self::Clipped => "clipped",
            Self::WrongRate => "wrong_rate",
            Self::Changed => "changed",
            Self::Lost => "lost",
            Self::OutOfOrder => "out_of_order",
            Self::Impossible => "impossible",
            Self::Uncalibrated => "uncalibrated",
        }
    }
}

/// Whether a trouble begins or is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefusalPhase {
    /// From here on.
    Began,
    /// Until here.
    Ended,
}

/// A microphone's reports cannot be used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SoundRefusal {
    /// Which microphone.
    pub mic: Arc<str>,
    /// When.
    pub at: EventTime,
    /// Why.
    pub code: SoundRefusalCode,
    /// Whether it begins or is over.
    pub phase: RefusalPhase,
}

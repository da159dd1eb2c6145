//! What a microphone over the stands would hear of a [`Script`]: samples, and what is truly in them.
//!
//! The crowd murmurs, lets go, groans, sings; the referee whistles; and things happen that are none of these and must
//! not be taken for them: applause, an announcer, a horn, a knock against the microphone, many who whistle at once.
//! The shapes and levels are plausible guesses and not measurements of any ground: a detector that does well here has
//! passed the least of tests. Real crowds differ.

mod dsp;
mod plan;
mod score;
mod synth;
mod wav;

use matchday_event::{Side, Sport, senses::SoundKind};
use serde::{Deserialize, Serialize};

use super::Script;

pub use score::{KindScore, Score, score};
pub use synth::Crowd;
pub use wav::wav_header;

/// Samples a second of the world's sound.
pub const RATE_HZ: u32 = 48_000;

/// Sound pressure level of a sine of full scale in the world's sound: its microphone's calibration. High enough that
/// the loudest roar is not overdriven.
pub const OFFSET_DB: f32 = 140.0;

/// What makes a sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CueKind {
    /// The crowd lets go.
    Roar,
    /// The referee.
    Whistle,
    /// Disappointment.
    Groan,
    /// Voices and hands in rhythm.
    Chant,
    /// Hands without rhythm. Not to be told.
    Applause,
    /// A voice over loudspeakers. Not to be told.
    Announcement,
    /// A horn. Not to be told.
    Horn,
    /// Something against the microphone, or wind. Not to be told.
    Bump,
    /// Many in the crowd whistle at once. Not to be told: it is no referee.
    Jeer,
}

impl CueKind {
    /// What a detector should call it, if anything.
    pub fn told_as(self) -> Option<SoundKind> {
        match self {
            Self::Roar => Some(SoundKind::Roar),
            Self::Whistle => Some(SoundKind::Whistle),
            Self::Groan => Some(SoundKind::Groan),
            Self::Chant => Some(SoundKind::Chant),
            _ => None,
        }
    }
}

/// Something in the sound: the truth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cue {
    /// What.
    pub sound: CueKind,
    /// When it begins, in milliseconds from kick-off: what is heard, some tenths after what happened.
    pub onset_ms: u64,
    /// When it has died away.
    pub end_ms: u64,
    /// How loud it gets, over the murmur.
    pub gain_db: f32,
    /// Whose supporters, where it is of one side's.
    pub side: Option<Side>,
    /// Place in [`Script::happenings`] of what it follows, where it follows something.
    pub happening: Option<usize>,
    /// Beats a minute of a chant, hertz of a whistle or a horn; otherwise 0.
    pub rate: f32,
    /// Something at least as loud sounds when it begins: no ear would be asked to tell it.
    pub masked: bool,
}

/// How a ground sounds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ground {
    /// Level of the murmur, in decibels of sound pressure.
    pub murmur_db: f32,
    /// Share of the crowd that is with the home side.
    pub home_share: f32,
    /// How much louder than the murmur the greatest roar is.
    pub roar_db: f32,
    /// Whether a referee whistles.
    pub whistles: bool,
    /// Seconds between chants, about; 0 for none.
    pub chant_every_s: f32,
}

impl Ground {
    /// A plausible ground for a sport.
    pub fn of(sport: Sport) -> Self {
        match sport {
            Sport::AmericanFootball => Self {
                murmur_db: 80.0,
                home_share: 0.9,
                roar_db: 34.0,
                whistles: true,
                chant_every_s: 150.0,
            },
            Sport::Soccer => Self {
                murmur_db: 76.0,
                home_share: 0.85,
                roar_db: 30.0,
                whistles: true,
                chant_every_s: 90.0,
            },
            Sport::Basketball => Self {
                murmur_db: 80.0,
                home_share: 0.92,
                roar_db: 26.0,
                whistles: true,
                chant_every_s: 120.0,
            },
            Sport::Tennis => Self {
                murmur_db: 58.0,
                home_share: 0.6,
                roar_db: 28.0,
                whistles: false,
                chant_every_s: 0.0,
            },
        }
    }
}

/// The truth and the sound of a script, under a seed.
pub fn render(seed: u64, script: &Script) -> (Vec<Cue>, Crowd) {
    let ground = Ground::of(script.sport);
    let cues = plan::plan(seed, script, &ground);
    let crowd = Crowd::new(seed, script, &ground, &cues);
    (cues, crowd)
}

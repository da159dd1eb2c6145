//! What this crowd usually sounds like, and how far a report is above it.

use matchday_event::senses::Heard;

use super::limits::Limits;

/// Places of the octaves in [`Heard::bands_db`].
pub(in crate::sense) mod octave {
    pub const HZ_125: usize = 1;
    pub const HZ_250: usize = 2;
    pub const HZ_500: usize = 3;
    pub const KHZ_1: usize = 4;
    pub const KHZ_2: usize = 5;
    pub const KHZ_4: usize = 6;
}

/// A report against the usual.
#[derive(Debug, Clone, Copy)]
pub(in crate::sense) struct Rise {
    /// Of each octave.
    pub bands_db: [f32; 9],
    /// Mean of the octaves of voices that no whistle lies in.
    pub voices_db: f32,
    /// Least of them.
    pub least_db: f32,
    /// Mean of 250 and 500 Hz.
    pub low_db: f32,
    /// Mean of 1 and 2 kHz, an octave with a whistle in it left out.
    pub high_db: f32,
    /// How much more the octave of 4 kHz rises than the voices': the more a crowd shouts, the brighter it sounds, and
    /// hands are brighter than any voice. `None` with a whistle in that octave.
    pub bright_db: Option<f32>,
}

#[derive(Debug, Clone, Default)]
pub(in crate::sense) struct Usual {
    bands_db: Option<[f32; 9]>,
    a_db: f32,
}

impl Usual {
    /// The octave that a clear tone fills, if one does: its level says nothing about the crowd.
    fn taken(heard: &Heard, limits: &Limits) -> Option<usize> {
        let tone = heard
            .tone
            .filter(|t| t.prominence_db >= limits.whistle_db)?;
        Some(match tone.hz {
            hz if hz < 1413.0 => octave::KHZ_1,
            hz if hz < 2818.0 => octave::KHZ_2,
            _ => octave::KHZ_4,
        })
    }

    pub fn rise(&self, heard: &Heard, limits: &Limits) -> Rise {
        let usual = self.bands_db.unwrap_or(heard.bands_db);
        let mut bands_db = [0.0; 9];
        for ((rise, now), usual) in bands_db.iter_mut().zip(&heard.bands_db).zip(usual) {
            *rise = now - usual;
        }
        let taken = Self::taken(heard, limits);
        let free = |bands: &[usize]| {
            let (mut sum, mut least, mut n) = (0.0, f32::MAX, 0.0);
            for &band in bands.iter().filter(|b| Some(**b) != taken) {
                sum += bands_db[band];
                least = least.min(bands_db[band]);
                n += 1.0;
            }
            (sum / f32::max(n, 1.0), least)
        };
        let bright = bands_db[octave::KHZ_4];
        let (voices_db, least_db) = free(&[octave::HZ_500, octave::KHZ_1, octave::KHZ_2]);
        Rise {
            bands_db,
            voices_db,
            least_db,
            bright_db: (taken != Some(octave::KHZ_4)).then_some(bright - voices_db),
            low_db: free(&[octave::HZ_250, octave::HZ_500]).0,
            high_db: free(&[octave::KHZ_1, octave::KHZ_2]).0,
        }
    }

    /// The usual A-weighted level.
    pub fn a_db(&self) -> f32 {
        self.a_db
    }

    /// Learns from a report; `held` while something is heard that is not usual, `settling` at the beginning, when
    /// all is new.
    pub fn learn(&mut self, heard: &Heard, held: bool, settling: bool, limits: &Limits) {
        let Some(bands) = &mut self.bands_db else {
            self.bands_db = Some(heard.bands_db);
            self.a_db = heard.a_fast_db;
            return;
        };
        let follow = |usual: &mut f32, now: f32| {
            let time_s = if settling {
                0.5
            } else if now < *usual {
                limits.usual_down_s
            } else if held {
                limits.usual_held_s
            } else {
                limits.usual_up_s
            };
            // A tenth of a second of an exponential mean, to first order.
            *usual += (now - *usual) * (0.1 / (time_s + 0.1));
        };
        for (usual, now) in bands.iter_mut().zip(heard.bands_db) {
            follow(usual, now);
        }
        follow(&mut self.a_db, heard.a_fast_db);
    }
}

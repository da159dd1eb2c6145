//! From samples to ten reports a second.

use std::sync::Arc;

use ebur128::{EbuR128, Mode};
use matchday_event::{
    EventTime,
    senses::{Heard, LEVEL_FLOOR_DB, SoundReport},
};

use super::{
    SoundError,
    level::{Exponential, FAST_S, SLOW_S, level_db},
    spectrum::Spectrum,
    weighting::Weighting,
};

/// Microseconds of one report.
pub const WINDOW_US: i64 = 100_000;
/// Lowest sample rate at which the weightings are right up to 20 kHz.
pub const MIN_RATE_HZ: u32 = 44_100;
/// Highest sample rate taken.
pub const MAX_RATE_HZ: u32 = 192_000;
/// Most channels taken.
pub const MAX_CHANNELS: u8 = 8;

/// Whether levels can be worked out at a sample rate. Where not, reports say so and hold no levels; nothing is
/// resampled, since what a lower rate has lost cannot be had back.
pub fn is_rate_usable(rate_hz: u32) -> bool {
    (MIN_RATE_HZ..=MAX_RATE_HZ).contains(&rate_hz) && rate_hz.is_multiple_of(10)
}

/// What a stream of samples is.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// The name of the microphone or mix.
    pub mic: Arc<str>,
    /// Samples a second and channel.
    pub rate_hz: u32,
    /// Channels, interleaved.
    pub channels: u8,
    /// Sound pressure level of a sine of full scale, if known (see [`super::calibrate`]).
    pub offset_db: Option<f32>,
}

/// Turns the samples of one microphone into reports.
#[derive(Debug)]
pub struct FrontEnd {
    source: Source,
    /// When the window being filled began.
    window_at: EventTime,
    window_frames: usize,
    /// Interleaved samples of the window being filled.
    window: Vec<f32>,
    lost: usize,
    meters: Option<Box<Meters>>,
}

impl FrontEnd {
    /// A front end whose first sample is of this time.
    pub fn new(source: Source, start: EventTime) -> Result<Self, SoundError> {
        if !(1..=MAX_CHANNELS).contains(&source.channels) {
            return Err(SoundError::Channels(source.channels.into()));
        }
        if source.rate_hz < 10 {
            return Err(SoundError::Rate(source.rate_hz));
        }
        if source.offset_db.is_some_and(|db| !db.is_finite()) {
            return Err(SoundError::Offset);
        }
        let meters = if is_rate_usable(source.rate_hz) {
            Some(Box::new(Meters::new(&source)?))
        } else {
            None
        };
        let window_frames = (source.rate_hz / 10) as usize;
        Ok(Self {
            window: Vec::with_capacity(window_frames * usize::from(source.channels)),
            source,
            window_at: start,
            window_frames,
            lost: 0,
            meters,
        })
    }

    /// What the stream is.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The time of the next sample, by the count of samples since the beginning.
    pub fn now(&self) -> EventTime {
        let frames = self.window.len() / usize::from(self.source.channels);
        let us = frames as i64 * 1_000_000 / i64::from(self.source.rate_hz);
        EventTime(self.window_at.0 + us)
    }

    /// Says that the next sample is of this time: sound cards' clocks drift against the time of day by some tens
    /// of parts in a million, so whoever knows better may set it now and then. Time never goes back.
    pub fn set_now(&mut self, now: EventTime) {
        let behind = now.0 - self.now().0;
        self.window_at.0 += behind.max(0);
    }

    /// Takes interleaved samples and appends a report for each window that is full.
    pub fn push(&mut self, mut samples: &[f32], out: &mut Vec<SoundReport>) {
        let full = self.window_frames * usize::from(self.source.channels);
        while !samples.is_empty() {
            let take = (full - self.window.len()).min(samples.len());
            let (now, later) = samples.split_at(take);
            for &sample in now {
                // What is no number was not heard.
                let usable = sample.is_finite();
                self.lost += usize::from(!usable);
                self.window.push(if usable { sample } else { 0.0 });
            }
            samples = later;
            if self.window.len() == full {
                self.report(out);
            }
        }
    }

    /// Takes note of frames that never came: they count as silence, and the reports say how many there were.
    pub fn push_lost(&mut self, mut frames: usize, out: &mut Vec<SoundReport>) {
        let channels = usize::from(self.source.channels);
        while frames > 0 {
            let take = (self.window_frames - self.window.len() / channels).min(frames);
            self.window.resize(self.window.len() + take * channels, 0.0);
            self.lost += take * channels;
            frames -= take;
            if self.window.len() == self.window_frames * channels {
                self.report(out);
            }
        }
    }

    fn report(&mut self, out: &mut Vec<SoundReport>) {
        self.window_at.0 += WINDOW_US;
        let heard = self
            .meters
            .as_mut()
            .map(|meters| meters.hear(&self.window, self.source.offset_db));
        out.push(SoundReport {
            mic: self.source.mic.clone(),
            at: self.window_at,
            sample_rate_hz: self.source.rate_hz,
            channels: self.source.channels,
            offset_db: self.source.offset_db,
            lost: hundredth(self.lost as f64 / self.window.len() as f64),
            heard,
        });
        self.window.clear();
        self.lost = 0;
    }
}

/// To two decimals, which is finer than any microphone and keeps the log small.
fn hundredth(value: f64) -> f32 {
    ((value * 100.0).round() / 100.0) as f32
}

struct Meters {
    channels: usize,
    weightings: Vec<Weighting>,
    a_fast: Exponential,
    a_slow: Exponential,
    c_fast: Exponential,
    c_slow: Exponential,
    loudness: EbuR128,
    spectrum: Spectrum,
}

impl std::fmt::Debug for Meters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Meters")
            .field("channels", &self.channels)
            .finish_non_exhaustive()
    }
}

impl Meters {
    fn new(source: &Source) -> Result<Self, SoundError> {
        let rate = source.rate_hz;
        let mean = |time_s| Exponential::new(time_s, rate);
        Ok(Self {
            channels: source.channels.into(),
            weightings: vec![Weighting::new(rate); source.channels.into()],
            a_fast: mean(FAST_S),
            a_slow: mean(SLOW_S),
            c_fast: mean(FAST_S),
            c_slow: mean(SLOW_S),
            loudness: EbuR128::new(source.channels.into(), rate, Mode::M | Mode::S)
                .map_err(|_| SoundError::Rate(rate))?,
            spectrum: Spectrum::new((rate / 10) as usize),
        })
    }

    fn hear(&mut self, window: &[f32], offset_db: Option<f32>) -> Heard {
        let channels = self.channels;
        let mut a_most = 0.0_f64;
        let mut c_most = 0.0_f64;
        for frame in window.chunks_exact(channels) {
            let (mut a_power, mut c_power) = (0.0, 0.0);
            for (weighting, sample) in self.weightings.iter_mut().zip(frame) {
                let (a, c) = weighting.step(f64::from(*sample));
                a_power += a * a;
                c_power += c * c;
            }
            a_power /= channels as f64;
            c_power /= channels as f64;
            a_most = a_most.max(self.a_fast.step(a_power));
            c_most = c_most.max(self.c_fast.step(c_power));
            self.a_slow.step(a_power);
            self.c_slow.step(c_power);
        }
        self.weightings.iter_mut().for_each(Weighting::settle);
        for channel in 0..channels {
            self.spectrum
                .add(window.iter().skip(channel).step_by(channels).copied());
        }
        let lines = self.spectrum.finish();
        let offset = f64::from(offset_db.unwrap_or(0.0));
        let level = |power: f64| hundredth(level_db(power) + offset);
        Heard {
            a_fast_db: level(self.a_fast.power()),
            a_slow_db: level(self.a_slow.power()),
            a_max_db: level(a_most),
            c_fast_db: level(self.c_fast.power()),
            c_slow_db: level(self.c_slow.power()),
            c_max_db: level(c_most),
            momentary_lufs: self.loudness(window, true),
            short_term_lufs: self.loudness(&[], false),
            bands_db: lines.bands_db.map(|db| hundredth(f64::from(db) + offset)),
            tone: lines.tone.map(|mut tone| {
                tone.hz = tone.hz.round();
                tone.prominence_db = hundredth(tone.prominence_db.into());
                tone
            }),
            periodic: hundredth(lines.periodic.into()),
            peak_dbfs: hundredth(peak_dbfs(window)),
            clipped: thousandth(flat_tops(window, channels)),
            still: thousandth(still(window, channels)),
        }
    }

    fn loudness(&mut self, window: &[f32], momentary: bool) -> Option<f32> {
        if !window.is_empty() {
            self.loudness.add_frames_f32(window).ok()?;
        }
        let lufs = if momentary {
            self.loudness.loudness_momentary()
        } else {
            self.loudness.loudness_shortterm()
        };
        lufs.ok().filter(|l| l.is_finite()).map(hundredth)
    }
}

fn thousandth(share: f64) -> f32 {
    ((share * 1000.0).round() / 1000.0) as f32
}

fn peak_dbfs(window: &[f32]) -> f64 {
    let peak = window.iter().fold(0.0_f32, |most, s| most.max(s.abs()));
    (20.0 * f64::from(peak).log10()).max(f64::from(LEVEL_FLOOR_DB))
}

/// Share of samples in runs of three and more at the channel's highest value of the window, where that is loud
/// enough to be a limit and no quiet. A tone over a hundred hertz has no such run; an overdriven input has, whether
/// it was overdriven at full scale or before a fader.
fn flat_tops(window: &[f32], channels: usize) -> f64 {
    let mut flat = 0_usize;
    for channel in 0..channels {
        let samples = || window.iter().skip(channel).step_by(channels);
        let peak = samples().fold(0.0_f32, |most, s| most.max(s.abs()));
        if peak < 0.05 {
            continue;
        }
        let edge = peak * (1.0 - 1e-4);
        let mut run = 0_usize;
        let mut sign = false;
        for sample in samples() {
            let top = sample.abs() >= edge;
            if top && (run == 0 || sign == (*sample > 0.0)) {
                run += 1;
            } else {
                flat += if run >= 3 { run } else { 0 };
                run = usize::from(top);
            }
            sign = *sample > 0.0;
        }
        flat += if run >= 3 { run } else { 0 };
    }
    flat as f64 / window.len().max(1) as f64
}

/// Share of samples that equal the one before them in their channel.
fn still(window: &[f32], channels: usize) -> f64 {
    let pairs = window.iter().zip(window.iter().skip(channels));
    let total = window.len().saturating_sub(channels).max(1);
    pairs.filter(|(a, b)| a == b).count() as f64 / total as f64
}

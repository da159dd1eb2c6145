//! Octave bands and the tone that stands out, by a Fourier transform over a tenth of a second.

use std::sync::Arc;

use matchday_event::senses::{BAND_CENTRES_HZ, Tone};
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex, num_complex::Complex};

use super::level::level_db;

/// Hertz between the lines of the spectrum: the transform spans a tenth of a second at any rate.
const LINE_HZ: f64 = 10.0;
/// Where tones are looked for.
const TONES_HZ: (f64, f64) = (1000.0, 6000.0);
/// Lines of the voices whose pitch is looked for, 100 to 1,800 Hz.
const VOICE_LINES: std::ops::Range<usize> = 10..180;
/// Lines to either side that a line is whitened by.
const WHITEN_LINES: usize = 20;
/// Samples of the autocorrelation: a tenth of a second at 4,800 a second.
const LAGS: usize = 480;
/// Lags of 2 to 12.5 ms.
const PITCH_LAGS: std::ops::RangeInclusive<usize> = 10..=60;
/// Lines to either side of a tone's own that its power may lie in: the window's width and a whistle's warble.
const TONE_LINES: usize = 6;

/// The spectrum of a tenth of a second, channels' powers averaged.
pub struct Spectrum {
    transform: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    scale: f64,
    input: Vec<f32>,
    output: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
    /// Mean power of each line since the last [`Spectrum::finish`].
    lines: Vec<f64>,
    sums: Vec<f64>,
    nearby: Vec<f64>,
    correlate: Arc<dyn ComplexToReal<f32>>,
    white: Vec<Complex<f32>>,
    lags: Vec<f32>,
    correlate_scratch: Vec<Complex<f32>>,
    channels: u8,
}

/// What a tenth of a second holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lines {
    /// Levels of the octave bands.
    pub bands_db: [f32; 9],
    /// The tone that stands out most.
    pub tone: Option<Tone>,
    /// See [`matchday_event::senses::Heard::periodic`].
    pub periodic: f32,
}

impl std::fmt::Debug for Spectrum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spectrum")
            .field("samples", &self.window.len())
            .finish_non_exhaustive()
    }
}

impl Spectrum {
    /// For windows of this many samples, which must be a tenth of a second.
    pub fn new(samples: usize) -> Self {
        let mut planner = RealFftPlanner::<f32>::new();
        let transform = planner.plan_fft_forward(samples);
        let correlate = planner.plan_fft_inverse(LAGS);
        // A periodic Hann window.
        let window: Vec<f32> = (0..samples)
            .map(|n| {
                let turn = 2.0 * std::f64::consts::PI * n as f64 / samples as f64;
                (0.5 - 0.5 * turn.cos()) as f32
            })
            .collect();
        let energy: f64 = window.iter().map(|w| f64::from(*w).powi(2)).sum();
        Self {
            input: transform.make_input_vec(),
            output: transform.make_output_vec(),
            scratch: transform.make_scratch_vec(),
            lines: vec![0.0; samples / 2 + 1],
            sums: Vec::with_capacity(samples / 2 + 2),
            nearby: Vec::new(),
            white: correlate.make_input_vec(),
            lags: correlate.make_output_vec(),
            correlate_scratch: correlate.make_scratch_vec(),
            correlate,
            scale: 2.0 / (samples as f64 * energy),
            transform,
            window,
            channels: 0,
        }
    }

    /// Adds one channel's samples.
    pub fn add(&mut self, samples: impl Iterator<Item = f32>) {
        for ((into, sample), weight) in self.input.iter_mut().zip(samples).zip(&self.window) {
            *into = sample * weight;
        }
        // The buffers are of the lengths that the transform itself made; it has no other error.
        let done = self.transform.process_with_scratch(
            &mut self.input,
            &mut self.output,
            &mut self.scratch,
        );
        if done.is_err() {
            return;
        }
        for (line, value) in self.lines.iter_mut().zip(&self.output) {
            *line += f64::from(value.norm_sqr()) * self.scale;
        }
        self.channels += 1;
    }

    /// What the channels that were added hold; then empty.
    pub fn finish(&mut self) -> Lines {
        let channels = f64::from(self.channels.max(1));
        self.sums.clear();
        self.sums.push(0.0);
        let mut sum = 0.0;
        for line in &mut self.lines {
            *line /= channels;
            sum += *line;
            self.sums.push(sum);
        }
        let mut bands = [0.0; 9];
        for (i, band) in bands.iter_mut().enumerate() {
            // Octaves to the base ten, as IEC 61260-1 has them, about 1 kHz.
            let centre = 1000.0 * 10.0_f64.powf(0.3 * (i as f64 - 4.0));
            debug_assert!((centre / f64::from(BAND_CENTRES_HZ[i]) - 1.0).abs() < 0.02);
            let half = 10.0_f64.powf(0.15);
            *band = level_db(self.power_between(centre / half, centre * half)) as f32;
        }
        let (tone, periodic) = (self.tone(), self.periodic());
        self.lines.fill(0.0);
        self.channels = 0;
        Lines {
            bands_db: bands,
            tone,
            periodic,
        }
    }

    /// Power between two frequencies; a line at an edge counts with the share of it that lies inside.
    fn power_between(&self, low_hz: f64, high_hz: f64) -> f64 {
        self.power_under(high_hz) - self.power_under(low_hz)
    }

    fn power_under(&self, hz: f64) -> f64 {
        let place = (hz / LINE_HZ + 0.5).clamp(0.0, self.lines.len() as f64);
        let whole = place as usize;
        let part = place - whole as f64;
        self.sums[whole] + part * self.lines.get(whole).copied().unwrap_or(0.0)
    }

    fn periodic(&mut self) -> f32 {
        self.white.fill(Complex::default());
        for i in VOICE_LINES {
            let (low, high) = (i.saturating_sub(WHITEN_LINES), i + WHITEN_LINES + 1);
            let around = (self.sums[high] - self.sums[low]) / (high - low) as f64;
            if around > 1e-18 {
                self.white[i] = Complex::new((self.lines[i] / around) as f32, 0.0);
            }
        }
        let done = self.correlate.process_with_scratch(
            &mut self.white,
            &mut self.lags,
            &mut self.correlate_scratch,
        );
        if done.is_err() || self.lags[0] <= 0.0 {
            return 0.0;
        }
        let most = self.lags[PITCH_LAGS]
            .iter()
            .fold(0.0, |most: f32, r| most.max(*r));
        (most / self.lags[0]).min(1.0)
    }

    fn tone(&mut self) -> Option<Tone> {
        let first = (TONES_HZ.0 / LINE_HZ) as usize;
        let last = ((TONES_HZ.1 / LINE_HZ) as usize).min(self.lines.len().checked_sub(1)?);
        let about = |i: usize| (i * 7 / 10, (i * 7 / 5).min(self.lines.len() - 1));
        let near = |i: usize| self.sums[i + TONE_LINES + 1] - self.sums[i - TONE_LINES];
        let width = (2 * TONE_LINES + 1) as f64;
        let stands = |i: usize| {
            let (low, high) = about(i);
            let around = self.sums[high + 1] - self.sums[low] - near(i);
            let others = (high + 1 - low) as f64 - width;
            (near(i) / width) / (around / others).max(1e-30)
        };
        let best = (first..=last.saturating_sub(TONE_LINES))
            .max_by(|a, b| stands(*a).total_cmp(&stands(*b)))?;
        let power = near(best) / width;
        if power <= 0.0 {
            return None;
        }
        let (low, high) = about(best);
        self.nearby.clear();
        self.nearby.extend_from_slice(&self.lines[low..=high]);
        let middle = self.nearby.len() / 2;
        let (_, median, _) = self.nearby.select_nth_unstable_by(middle, f64::total_cmp);
        let median = median.max(1e-30);
        // The centre of what stands out, to less than a line.
        let (mut weight, mut place) = (0.0, 0.0);
        for i in best - TONE_LINES..=best + TONE_LINES {
            weight += self.lines[i];
            place += self.lines[i] * i as f64;
        }
        Some(Tone {
            hz: (place / weight * LINE_HZ) as f32,
            prominence_db: (10.0 * (power / median).log10()).min(150.0) as f32,
        })
    }
}

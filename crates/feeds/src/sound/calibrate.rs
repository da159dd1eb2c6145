//! From a recording of a calibrator to the level of full scale.
//!
//! A sound calibrator (IEC 60942) on the microphone makes a tone of a known level, most often 94 dB (1 Pa) or 114 dB
//! at 1 kHz, where every weighting is 0 dB. Recorded through the whole chain with the gains that will be used, it
//! says what sound pressure level a sine of full scale stands for.

use super::{SoundError, level::level_db, spectrum::Spectrum, weighting::Weighting};

/// The usual level of a calibrator.
pub const CALIBRATOR_DB: f32 = 94.0;
/// How much the level may differ between tenths of a second.
const STEADY_DB: f64 = 0.5;
/// How much of the power must lie in the tone's octave.
const PURE_SHARE_DB: f64 = 0.5;

/// The sound pressure level of a sine of full scale, from interleaved samples of a calibrator's 1 kHz tone and the
/// level that the calibrator states. Of several channels the loudest is taken: a calibrator fits on one microphone.
/// A recording that is no such tone is refused: too short, unsteady, overdriven, or with other sound in it.
pub fn offset_from_tone(
    samples: &[f32],
    rate_hz: u32,
    channels: u8,
    reference_db: f32,
) -> Result<f32, SoundError> {
    if !super::front::is_rate_usable(rate_hz) {
        return Err(SoundError::Rate(rate_hz));
    }
    if channels == 0 {
        return Err(SoundError::Channels(0));
    }
    let refuse = |why: String| Err(SoundError::Calibration(why));
    let stride = usize::from(channels);
    let energy = |channel: usize| -> f64 {
        samples
            .iter()
            .skip(channel)
            .step_by(stride)
            .map(|s| f64::from(*s).powi(2))
            .sum()
    };
    let loudest = (0..stride)
        .max_by(|a, b| energy(*a).total_cmp(&energy(*b)))
        .unwrap_or(0);
    let samples: Vec<f32> = samples
        .iter()
        .skip(loudest)
        .step_by(stride)
        .copied()
        .collect();
    let window = (rate_hz / 10) as usize;
    if samples.len() < 12 * window {
        return refuse("the recording must last at least 1.2 s".to_owned());
    }
    if samples.iter().any(|s| s.abs() >= 0.999 || !s.is_finite()) {
        return refuse("the recording is overdriven; turn the gain down".to_owned());
    }
    let mut weighting = Weighting::new(rate_hz);
    let mut spectrum = Spectrum::new(window);
    let (mut lowest, mut highest, mut sum, mut count) = (f64::MAX, f64::MIN, 0.0, 0.0);
    for (i, part) in samples.chunks_exact(window).enumerate() {
        let a_power: f64 = part
            .iter()
            .map(|s| weighting.step(f64::from(*s)).0.powi(2))
            .sum();
        // The first tenths hold the filters' own beginning.
        if i < 2 {
            continue;
        }
        let level = level_db(a_power / window as f64);
        lowest = lowest.min(level);
        highest = highest.max(level);
        sum += a_power;
        count += window as f64;
        spectrum.add(part.iter().copied());
        let super::spectrum::Lines {
            bands_db: bands,
            tone,
            ..
        } = spectrum.finish();
        let total: f64 = bands
            .iter()
            .map(|db| 10.0_f64.powf(f64::from(*db) / 10.0))
            .sum();
        let others = 10.0 * total.log10() - f64::from(bands[4]);
        let at_1_khz = tone.is_some_and(|t| (t.hz - 1000.0).abs() < 30.0);
        if !at_1_khz || others > PURE_SHARE_DB {
            return refuse(format!(
                "second {:.1} is no pure tone of 1 kHz",
                i as f64 / 10.0
            ));
        }
    }
    if highest - lowest > STEADY_DB {
        return refuse(format!(
            "the tone's level moves by {:.1} dB; hold the calibrator still",
            highest - lowest
        ));
    }
    let offset = f64::from(reference_db) - level_db(sum / count);
    Ok(((offset * 100.0).round() / 100.0) as f32)
}

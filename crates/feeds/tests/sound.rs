//! Sound in, reports out: levels against the standards' tones, calibration, bad input, files.

use std::{f64::consts::TAU, path::Path};

use matchday_event::{
    EventTime,
    senses::{Heard, SoundReport},
};
use matchday_feeds::sound::{FrontEnd, SoundError, SoundFile, Source, offset_from_tone};
use proptest::prelude::*;

const RATE: u32 = 48_000;

fn source(rate_hz: u32, channels: u8) -> Source {
    Source {
        mic: "stadium".into(),
        rate_hz,
        channels,
        offset_db: None,
    }
}

/// A tone of one channel: `db` is relative to a sine of full scale.
fn tone(rate: u32, hz: f64, db: f64, seconds: f64) -> Vec<f32> {
    let peak = 10.0_f64.powf(db / 20.0);
    (0..(seconds * f64::from(rate)) as u32)
        .map(|n| (peak * (TAU * hz * f64::from(n) / f64::from(rate)).sin()) as f32)
        .collect()
}

fn noise(seconds: f64, peak: f32) -> Vec<f32> {
    let mut random = fastrand::Rng::with_seed(5);
    (0..(seconds * f64::from(RATE)) as u32)
        .map(|_| peak * (2.0 * random.f32() - 1.0))
        .collect()
}

fn twice(samples: &[f32]) -> Vec<f32> {
    samples.iter().flat_map(|s| [*s, *s]).collect()
}

fn reports(source: Source, samples: &[f32]) -> Vec<SoundReport> {
    let mut front = FrontEnd::new(source, EventTime(0)).expect("a front end");
    let mut out = Vec::new();
    front.push(samples, &mut out);
    out
}

fn last(source: Source, samples: &[f32]) -> Heard {
    let last = reports(source, samples).pop().expect("a report");
    last.heard.expect("levels")
}

#[track_caller]
fn near(got: f32, want: f64, within: f64) {
    assert!(
        (f64::from(got) - want).abs() <= within,
        "{got}, not {want} within {within}"
    );
}

#[test]
fn tones_read_their_level_under_both_weightings_and_both_speeds() {
    for rate in [44_100, 48_000, 96_000] {
        // Exact frequency and the weightings there (IEC 61672-1, table 3).
        for (hz, a, c) in [
            (31.623, -39.4, -3.0),
            (63.096, -26.2, -0.8),
            (125.89, -16.1, -0.2),
            (251.19, -8.6, 0.0),
            (501.19, -3.2, 0.0),
            (1000.0, 0.0, 0.0),
            (1995.3, 1.2, -0.2),
            (3981.1, 1.0, -0.8),
            (7943.3, -1.1, -3.0),
            (12_589.0, -4.3, -6.2),
        ] {
            let heard = last(source(rate, 1), &tone(rate, hz, -20.0, 8.0));
            for (got, weight) in [
                (heard.a_fast_db, a),
                (heard.a_slow_db, a),
                (heard.c_fast_db, c),
                (heard.c_slow_db, c),
            ] {
                // The fast weighting follows a low tone's own swing a little.
                let ripple = if hz < 40.0 { 0.35 } else { 0.2 };
                near(got, -20.0 + weight, ripple);
            }
        }
    }
}

#[test]
fn an_octave_band_holds_the_tone_at_its_centre() {
    for (band, hz) in [
        (0, 63.1),
        (2, 251.2),
        (4, 1000.0),
        (6, 3981.1),
        (8, 15_848.9),
    ] {
        let heard = last(source(RATE, 1), &tone(RATE, hz, -20.0, 1.0));
        near(heard.bands_db[band], -20.0, 0.2);
        let others: f32 = (0..9)
            .filter(|b| *b != band)
            .map(|b| heard.bands_db[b])
            .fold(f32::MIN, f32::max);
        assert!(others < -35.0, "{hz} Hz leaks {others} dB");
    }
}

#[test]
fn a_burst_shows_in_the_maximum_of_its_window_alone() {
    let mut samples = tone(RATE, 4000.0, -200.0, 2.0);
    // 20 ms of 4 kHz: 8.3 dB under the steady tone, which A weights by +1.0.
    for n in 0..960 {
        let x = (TAU * 4000.0 * f64::from(n) / f64::from(RATE)).sin();
        samples[48_000 + usize::try_from(n).expect("small")] = x as f32;
    }
    let all = reports(source(RATE, 1), &samples);
    let most: Vec<f32> = all
        .iter()
        .map(|r| r.heard.expect("levels").a_max_db)
        .collect();
    near(most[10], 1.0 - 8.3, 0.2);
    assert!(most[..10].iter().all(|db| *db < -100.0));
    // 125 ms for a time constant: 8.7 dB a tenth and a quarter of a second, 34.7 dB a second.
    near(most[10] - most[12], 34.7 * 0.18, 0.2);
}

/// EBU Tech 3341, test 1 and 2: a stereo sine of -23 and of -33 dBFS reads as many LUFS. Test 9: -20 and -30 dBFS in
/// turns of 1.34 s and 1.66 s read -23 short-term, constant. Test 12: turns of 0.18 s and 0.22 s read -23 momentary.
#[test]
fn loudness_reads_what_the_ebu_asks_for() {
    for db in [-23.0, -33.0] {
        let heard = last(source(RATE, 2), &twice(&tone(RATE, 1000.0, db, 20.0)));
        near(heard.momentary_lufs.expect("loudness"), db, 0.1);
        near(heard.short_term_lufs.expect("loudness"), db, 0.1);
    }
    let turns = |loud_s: f64, soft_s: f64, times: usize| -> Vec<f32> {
        let mut out = Vec::new();
        for _ in 0..times {
            out.extend(tone(RATE, 1000.0, -20.0, loud_s));
            out.extend(tone(RATE, 1000.0, -30.0, soft_s));
        }
        twice(&out)
    };
    for report in &reports(source(RATE, 2), &turns(1.34, 1.66, 5))[30..] {
        let heard = report.heard.expect("levels");
        near(heard.short_term_lufs.expect("loudness"), -23.0, 0.1);
    }
    for report in &reports(source(RATE, 2), &turns(0.18, 0.22, 25))[10..] {
        let heard = report.heard.expect("levels");
        near(heard.momentary_lufs.expect("loudness"), -23.0, 0.1);
    }
}

#[test]
fn a_calibrator_tells_the_level_of_full_scale() {
    let recorded = tone(RATE, 1000.0, -26.0, 3.0);
    let offset = offset_from_tone(&recorded, RATE, 1, 94.0).expect("a calibration");
    near(offset, 120.0, 0.05);
    // On one channel of two, the other silent.
    let one_of_two: Vec<f32> = recorded.iter().flat_map(|s| [0.0, *s]).collect();
    let of_two = offset_from_tone(&one_of_two, RATE, 2, 94.0).expect("a calibration");
    near(of_two, 120.0, 0.05);
    let calibrated = Source {
        offset_db: Some(offset),
        ..source(RATE, 1)
    };
    let heard = last(calibrated, &tone(RATE, 1000.0, -6.0, 8.0));
    near(heard.a_slow_db, 114.0, 0.2);
    near(heard.bands_db[4], 114.0, 0.2);
    near(heard.peak_dbfs, -6.0, 0.05);
}

#[test]
fn a_recording_that_is_no_calibrator_is_refused_with_a_reason() {
    let mut moving = tone(RATE, 1000.0, -26.0, 2.0);
    moving.extend(tone(RATE, 1000.0, -25.0, 2.0));
    let hum: Vec<f32> = tone(RATE, 1000.0, -26.0, 2.0)
        .iter()
        .zip(tone(RATE, 100.0, -26.0, 2.0))
        .map(|(a, b)| a + b)
        .collect();
    for (samples, why) in [
        (tone(RATE, 1000.0, -26.0, 1.0), "1.2 s"),
        (tone(RATE, 1000.0, 0.0, 2.0), "overdriven"),
        (tone(RATE, 250.0, -26.0, 2.0), "no pure tone"),
        (noise(2.0, 0.1), "no pure tone"),
        (hum, "no pure tone"),
        (moving, "moves by 1.0 dB"),
        (vec![0.0; 96_000], "no pure tone"),
    ] {
        let error = offset_from_tone(&samples, RATE, 1, 94.0).expect_err("refused");
        assert!(error.to_string().contains(why), "{error}, not {why}");
    }
    let low = offset_from_tone(&tone(16_000, 1000.0, -26.0, 3.0), 16_000, 1, 94.0);
    assert!(matches!(low, Err(SoundError::Rate(16_000))));
}

#[test]
fn what_is_wrong_with_an_input_shows_in_its_reports() {
    let silent = last(source(RATE, 1), &vec![0.0; 9600]);
    assert_eq!(
        (silent.a_fast_db, silent.peak_dbfs, silent.still),
        (-150.0, -150.0, 1.0)
    );
    assert_eq!((silent.momentary_lufs, silent.tone), (None, None));
    let stuck = last(source(RATE, 1), &vec![0.25; 9600]);
    assert_eq!(stuck.still, 1.0);
    near(stuck.peak_dbfs, -12.04, 0.01);
    // Noise driven three times over the top, at full scale and, recorded later, at half of it.
    for limit in [1.0, 0.5] {
        let over: Vec<f32> = noise(1.0, 3.0)
            .iter()
            .map(|s| s.clamp(-1.0, 1.0) * limit)
            .collect();
        let heard = last(source(RATE, 1), &over);
        assert!(heard.clipped > 0.1, "{}", heard.clipped);
    }
    for good in [noise(1.0, 0.9), tone(RATE, 250.0, -1.0, 1.0)] {
        let heard = last(source(RATE, 1), &good);
        assert_eq!(heard.clipped, 0.0);
        assert!(heard.still < 0.01);
    }
    for rate in [8000, 16_000, 22_050, 32_000, 384_000] {
        let all = reports(source(rate, 1), &tone(rate, 440.0, -20.0, 1.0));
        assert_eq!(all.len(), 10);
        assert!(
            all.iter()
                .all(|r| r.heard.is_none() && r.sample_rate_hz == rate)
        );
    }
    assert!(FrontEnd::new(source(RATE, 0), EventTime(0)).is_err());
    assert!(FrontEnd::new(source(RATE, 9), EventTime(0)).is_err());
    assert!(FrontEnd::new(source(0, 1), EventTime(0)).is_err());
}

#[test]
fn values_that_are_no_numbers_count_as_lost_and_harm_nothing_after() {
    let mut samples = tone(RATE, 1000.0, -20.0, 4.0);
    samples[9600..12_000].fill(f32::NAN);
    let all = reports(source(RATE, 1), &samples);
    assert_eq!(all[2].lost, 0.5);
    assert!(all.iter().enumerate().all(|(i, r)| i == 2 || r.lost == 0.0));
    near(all[39].heard.expect("levels").a_slow_db, -20.0, 0.2);
}

#[test]
fn loss_keeps_the_time() {
    let mut front = FrontEnd::new(source(RATE, 2), EventTime(1_000_000)).expect("a front end");
    let mut out = Vec::new();
    let samples = twice(&tone(RATE, 1000.0, -20.0, 0.25));
    front.push(&samples, &mut out);
    front.push_lost(12_000, &mut out);
    front.push(&samples, &mut out);
    let times: Vec<i64> = out.iter().map(|r| r.at.millis()).collect();
    assert_eq!(times, [1100, 1200, 1300, 1400, 1500, 1600, 1700]);
    let lost: Vec<f32> = out.iter().map(|r| r.lost).collect();
    assert_eq!(lost, [0.0, 0.0, 0.5, 1.0, 1.0, 0.0, 0.0]);
    assert_eq!(front.now(), EventTime(1_750_000));
    front.set_now(EventTime(1_700_000));
    assert_eq!(front.now(), EventTime(1_750_000), "time does not go back");
    front.set_now(EventTime(1_900_000));
    assert_eq!(front.now(), EventTime(1_900_000));
}

#[test]
fn a_voice_has_a_pitch_and_a_whistle_a_tone_where_noise_has_neither() {
    let hiss = last(source(RATE, 1), &noise(0.5, 0.1));
    assert!(hiss.periodic < 0.35, "{}", hiss.periodic);
    assert!(
        hiss.tone.is_none_or(|t| t.prominence_db < 9.0),
        "{:?}",
        hiss.tone
    );
    let buzz: Vec<f32> = (0..24_000)
        .map(|n| 0.1 * ((n % 320) as f32 / 160.0 - 1.0))
        .zip(noise(0.5, 0.02))
        .map(|(a, b)| a + b)
        .collect();
    let voice = last(source(RATE, 1), &buzz);
    assert!(voice.periodic > 0.6, "{}", voice.periodic);
    let whistle: Vec<f32> = tone(RATE, 3150.0, -20.0, 0.5)
        .iter()
        .zip(noise(0.5, 0.1))
        .map(|(a, b)| a + b)
        .collect();
    let heard = last(source(RATE, 1), &whistle);
    let tone = heard.tone.expect("a tone");
    near(tone.hz, 3150.0, 5.0);
    assert!(tone.prominence_db > 18.0, "{}", tone.prominence_db);
    assert!(heard.periodic < 0.35, "{}", heard.periodic);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// However a stream is cut into pieces, the reports are the same.
    #[test]
    fn pieces_of_any_length_give_the_same_reports(cuts in prop::collection::vec(1..9000_usize, 1..12)) {
        let samples = twice(&noise(0.7, 0.3));
        let whole = reports(source(RATE, 2), &samples);
        let mut front = FrontEnd::new(source(RATE, 2), EventTime(0)).expect("a front end");
        let mut out = Vec::new();
        let mut rest = &samples[..];
        for cut in cuts {
            let (now, later) = rest.split_at(cut.min(rest.len()));
            front.push(now, &mut out);
            rest = later;
        }
        front.push(rest, &mut out);
        prop_assert_eq!(out, whole);
    }
}

fn wav(dir: &Path, rate: u32, samples: &[f32]) -> std::path::PathBuf {
    let mut bytes = Vec::new();
    let data = u32::try_from(samples.len() * 2).expect("short");
    bytes.extend(b"RIFF");
    bytes.extend((36 + data).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    bytes.extend(rate.to_le_bytes());
    bytes.extend((rate * 2).to_le_bytes());
    bytes.extend(b"\x02\0\x10\0data");
    bytes.extend(data.to_le_bytes());
    for sample in samples {
        bytes.extend(((sample * 32_767.0) as i16).to_le_bytes());
    }
    let path = dir.join("tone.wav");
    std::fs::write(&path, bytes).expect("written");
    path
}

fn of_file(path: &Path) -> (SoundFile, Vec<f32>) {
    let mut file = SoundFile::open(path).expect("opens");
    let (mut all, mut piece) = (Vec::new(), Vec::new());
    while file.read(&mut piece).expect("reads") {
        all.extend_from_slice(&piece);
    }
    (file, all)
}

#[test]
fn wav_and_flac_files_read_as_what_was_written() {
    let dir = tempfile::tempdir().expect("a folder");
    let samples = tone(44_100, 1000.0, -20.0, 4.0);
    let path = wav(dir.path(), 44_100, &samples);
    let (file, read) = of_file(&path);
    assert_eq!((file.rate_hz(), file.channels()), (44_100, 1));
    assert_eq!(read.len(), samples.len());
    near(last(source(44_100, 1), &read).a_fast_db, -20.0, 0.2);
    // Cut in the middle, as a recording still being written is: what is there is read.
    let bytes = std::fs::read(&path).expect("read");
    std::fs::write(&path, &bytes[..bytes.len() / 2]).expect("written");
    let (_, half) = of_file(&path);
    assert!(half.len() > samples.len() / 3 && half.len() <= samples.len() / 2);
    assert_eq!(half[..], read[..half.len()]);

    let flac = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sound/two-tones.flac");
    let (file, read) = of_file(&flac);
    assert_eq!((file.rate_hz(), file.channels()), (48_000, 2));
    assert_eq!(read.len(), 48_000);
    let left: Vec<f32> = read.iter().step_by(2).copied().collect();
    near(last(source(RATE, 1), &left).bands_db[4], -20.0, 0.2);
    let right: Vec<f32> = read.iter().skip(1).step_by(2).copied().collect();
    near(last(source(RATE, 1), &right).bands_db[2], -40.0, 0.2);
}

#[test]
fn a_file_that_is_no_sound_is_refused_by_name() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("plays.json");
    std::fs::write(&path, b"{\"plays\":[]}").expect("written");
    let error = SoundFile::open(&path).expect_err("refused").to_string();
    assert!(
        error.contains("plays.json") && error.contains("WAV and FLAC"),
        "{error}"
    );
    let missing = SoundFile::open(&dir.path().join("none.wav")).expect_err("refused");
    assert!(missing.to_string().contains("none.wav"));
}

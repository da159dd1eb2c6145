//! The crowd of the seeded world: the same bytes from the same seed, levels as planned, and a fair score.

use matchday_event::{
    EventTime, Sport,
    senses::{CrowdSound, SoundKind},
};
use matchday_sim::world::{
    Script,
    sound::{Crowd, Cue, CueKind, Ground, OFFSET_DB, RATE_HZ, render, score, wav_header},
};

fn read(crowd: &mut Crowd, piece: usize) -> Vec<f32> {
    let mut all = Vec::new();
    let mut buffer = vec![0.0; piece];
    loop {
        let n = crowd.read(&mut buffer);
        if n == 0 {
            return all;
        }
        all.extend_from_slice(&buffer[..n]);
    }
}

fn level_db(samples: &[f32]) -> f64 {
    let power: f64 =
        samples.iter().map(|s| f64::from(*s).powi(2)).sum::<f64>() / samples.len() as f64;
    10.0 * (2.0 * power).log10() + f64::from(OFFSET_DB)
}

fn at(samples: &[f32], from_ms: u64, to_ms: u64) -> &[f32] {
    let place = |ms: u64| usize::try_from(ms * u64::from(RATE_HZ) / 1000).expect("small");
    &samples[place(from_ms)..place(to_ms).min(samples.len())]
}

#[test]
fn one_seed_gives_one_crowd_bit_for_bit() {
    let script = Script::generate(5, Sport::Soccer).excerpt(0, 20_000);
    let (cues, mut crowd) = render(9, &script);
    let samples = read(&mut crowd, 4800);
    assert_eq!(samples.len(), 20 * RATE_HZ as usize);
    let (again_cues, mut again) = render(9, &script);
    assert_eq!(again_cues, cues);
    // Whatever the pieces are that it is read in.
    let bits = |s: &[f32]| s.iter().map(|s| s.to_bits()).collect::<Vec<_>>();
    assert!(bits(&read(&mut again, 777)) == bits(&samples));
    let (_, mut other) = render(10, &script);
    assert!(read(&mut other, 4800) != samples);
}

#[test]
fn a_ground_murmurs_at_its_level_and_is_never_overdriven() {
    for sport in [
        Sport::Soccer,
        Sport::Basketball,
        Sport::Tennis,
        Sport::AmericanFootball,
    ] {
        let script = Script::generate(2, sport).excerpt(0, 120_000);
        let (cues, mut crowd) = render(2, &script);
        let samples = read(&mut crowd, 4800);
        assert!(samples.iter().all(|s| s.abs() < 0.999));
        // A second in which nothing sounds.
        let quiet = (4..119).map(|s| s * 1000).find(|from| {
            let over = |c: &Cue| c.end_ms + (c.end_ms - c.onset_ms);
            !cues
                .iter()
                .any(|c| c.onset_ms < from + 1000 && over(c) > *from)
        });
        let quiet = quiet.expect("a quiet second");
        let level = level_db(at(&samples, quiet, quiet + 1000));
        let murmur = f64::from(Ground::of(sport).murmur_db);
        assert!((level - murmur).abs() < 5.0, "{sport:?}: {level}");
    }
}

#[test]
fn a_roar_is_as_much_louder_as_the_truth_says_and_home_roars_louder() {
    let mut gains = [Vec::new(), Vec::new()];
    for seed in 0..12 {
        let script = Script::generate(seed, Sport::Soccer);
        let (cues, _) = render(seed, &script);
        for cue in cues.iter().filter(|c| c.sound == CueKind::Roar) {
            let happening = &script.happenings[cue.happening.expect("a cause")];
            assert!(cue.onset_ms >= happening.at_ms);
            if happening.kind.as_str() == "score" {
                let home = cue.side == Some(matchday_event::Side::Home);
                gains[usize::from(!home)].push(cue.gain_db);
            }
        }
    }
    let mean = |g: &[f32]| g.iter().sum::<f32>() / g.len() as f32;
    assert!(gains.iter().all(|g| g.len() > 5));
    assert!(mean(&gains[0]) > mean(&gains[1]) + 4.0);

    let script = Script::generate(1, Sport::Soccer);
    let (cues, _) = render(1, &script);
    let loud = cues
        .iter()
        .filter(|c| c.sound == CueKind::Roar && c.onset_ms > 10_000 && !c.masked)
        .max_by(|a, b| a.gain_db.total_cmp(&b.gain_db))
        .expect("a roar");
    let cut = script.excerpt(loud.onset_ms - 6000, loud.onset_ms + 3000);
    let (cues, mut crowd) = render(1, &cut);
    let roar = cues
        .iter()
        .filter(|c| c.sound == CueKind::Roar)
        .max_by(|a, b| a.gain_db.total_cmp(&b.gain_db))
        .expect("the same roar");
    let samples = read(&mut crowd, 4800);
    let rise = level_db(at(&samples, roar.onset_ms + 700, roar.onset_ms + 1500))
        - level_db(at(&samples, roar.onset_ms - 1000, roar.onset_ms - 100));
    assert!(
        (rise - f64::from(roar.gain_db)).abs() < 4.0,
        "{rise}, planned {}",
        roar.gain_db
    );
}

#[test]
fn the_head_of_a_wav_file_is_as_it_should_be() {
    let head = wav_header(48_000, 1, 24_000);
    assert_eq!(&head[..4], b"RIFF");
    assert_eq!(head[4..8], (36_u32 + 48_000).to_le_bytes());
    assert_eq!(&head[8..16], b"WAVEfmt ");
    assert_eq!(head[16..24], [16, 0, 0, 0, 1, 0, 1, 0]);
    assert_eq!(head[24..28], 48_000_u32.to_le_bytes());
    assert_eq!(head[28..32], 96_000_u32.to_le_bytes());
    assert_eq!(head[32..36], [2, 0, 16, 0]);
    assert_eq!(&head[36..40], b"data");
    assert_eq!(head[40..44], 48_000_u32.to_le_bytes());
}

fn cue(sound: CueKind, onset_ms: u64, gain_db: f32) -> Cue {
    Cue {
        sound,
        onset_ms,
        end_ms: onset_ms + 2000,
        gain_db,
        side: None,
        happening: None,
        rate: 0.0,
        masked: false,
    }
}

fn told(kind: SoundKind, found_ms: i64) -> CrowdSound {
    CrowdSound {
        mic: "stadium".into(),
        kind,
        onset: EventTime::from_millis(found_ms),
        found: EventTime::from_millis(found_ms),
        duration_ms: None,
        confidence: 1.0,
        level_db: 90.0,
        rise_db: 10.0,
        rate: None,
    }
}

#[test]
fn a_score_counts_what_must_be_found_and_what_is_wrong() {
    let mut masked = cue(CueKind::Roar, 30_000, 12.0);
    masked.masked = true;
    let cues = [
        cue(CueKind::Roar, 10_000, 12.0),
        cue(CueKind::Roar, 20_000, 12.0),
        masked,
        cue(CueKind::Roar, 40_000, 3.0),
        cue(CueKind::Whistle, 50_000, 8.0),
        cue(CueKind::Whistle, 52_600, 8.0),
        cue(CueKind::Horn, 60_000, 9.0),
    ];
    let found = [
        told(SoundKind::Roar, 10_200),
        // Swells again while it sounds: right, and finds nothing new.
        told(SoundKind::Roar, 11_700),
        // Soft, and still right.
        told(SoundKind::Roar, 40_300),
        told(SoundKind::Whistle, 50_100),
        told(SoundKind::Whistle, 60_200),
        told(SoundKind::Groan, 10_200),
    ];
    let score = score(&cues, &found);
    let roar = score.of(SoundKind::Roar);
    assert_eq!((roar.must, roar.found, roar.told, roar.wrong), (2, 1, 3, 0));
    assert_eq!(roar.delays_ms, [200]);
    assert_eq!((roar.recall(), roar.precision()), (0.5, 1.0));
    let whistle = score.of(SoundKind::Whistle);
    // The second burst follows closely enough to be of the same call.
    assert_eq!(
        (whistle.must, whistle.found, whistle.told, whistle.wrong),
        (1, 1, 2, 1)
    );
    assert_eq!(whistle.precision(), 0.5);
    assert_eq!(score.of(SoundKind::Groan).precision(), 0.0);
    assert_eq!(score.of(SoundKind::Chant).delay_ms(0.5), None);
}

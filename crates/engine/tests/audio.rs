//! The audio agent: thresholds with hysteresis, the four sounds, and bad input that gives no moment.

use matchday_engine::sense::audio::Audio;
use matchday_event::{
    EventTime, Fact,
    senses::{
        Direction, Heard, RefusalPhase, SoundFact, SoundKind, SoundRefusalCode as Code,
        SoundReport, Tone,
    },
};
use proptest::prelude::*;

const USUAL: [f32; 9] = [60.0, 65.0, 68.0, 70.0, 66.0, 60.0, 52.0, 44.0, 36.0];

/// A murmur of about 70 dB, a little different each time.
fn murmur(i: i64) -> Heard {
    let tremble = 0.4 * ((i * 7919 % 13) as f32 / 6.0 - 1.0);
    Heard {
        a_fast_db: 70.0 + tremble,
        a_slow_db: 70.0,
        a_max_db: 70.5 + tremble,
        c_fast_db: 73.0 + tremble,
        c_slow_db: 73.0,
        c_max_db: 73.5 + tremble,
        momentary_lufs: Some(-60.0),
        short_term_lufs: Some(-60.0),
        bands_db: USUAL.map(|db| db + tremble),
        tone: None,
        periodic: 0.2,
        peak_dbfs: -50.0,
        clipped: 0.0,
        still: 0.01,
    }
}

fn report(i: i64, heard: Heard) -> SoundReport {
    SoundReport {
        mic: "stadium".into(),
        at: EventTime::from_millis(100 * (i + 1)),
        sample_rate_hz: 48_000,
        channels: 1,
        offset_db: Some(120.0),
        lost: 0.0,
        heard: Some(heard),
    }
}

/// The sounds of a story: each report as the function makes it of the murmur.
fn told(reports: i64, change: impl Fn(i64, &mut SoundReport)) -> Vec<SoundFact> {
    let mut agent = Audio::default();
    let mut out = Vec::new();
    for i in 0..reports {
        let mut report = report(i, murmur(i));
        change(i, &mut report);
        agent.apply(&report, &mut out);
    }
    out.into_iter()
        .map(|fact| match fact {
            Fact::Sound(fact) => fact,
            other => panic!("{other:?} is no fact of sound"),
        })
        .collect()
}

fn raise(report: &mut SoundReport, rise: [f32; 9]) {
    let heard = report.heard.as_mut().expect("levels");
    for (band, rise) in heard.bands_db.iter_mut().zip(rise) {
        *band += rise;
    }
    let most = rise[3..6].iter().fold(0.0_f32, |most, r| most.max(*r));
    heard.a_fast_db += most;
    heard.a_max_db += most;
}

/// Kind, onset and found in milliseconds, and duration, of each word about a sound.
fn sounds(facts: &[SoundFact]) -> Vec<(SoundKind, i64, i64, Option<u32>)> {
    facts
        .iter()
        .filter_map(|fact| match fact {
            SoundFact::Heard(s) => {
                Some((s.kind, s.onset.millis(), s.found.millis(), s.duration_ms))
            }
            _ => None,
        })
        .collect()
}

fn refusals(facts: &[SoundFact]) -> Vec<(Code, RefusalPhase, i64)> {
    facts
        .iter()
        .filter_map(|fact| match fact {
            SoundFact::Refused(r) => Some((r.code, r.phase, r.at.millis())),
            _ => None,
        })
        .collect()
}

const ROAR: [f32; 9] = [2.0, 4.0, 8.0, 12.0, 14.0, 16.0, 18.0, 16.0, 10.0];
const GROAN: [f32; 9] = [0.0, 2.0, 9.0, 9.0, 3.0, 1.0, 0.0, 0.0, 0.0];

#[test]
fn a_roar_is_told_with_its_first_report_and_again_when_it_is_over() {
    let facts = told(120, |i, r| {
        if (50..80).contains(&i) {
            raise(r, ROAR);
        }
    });
    assert_eq!(
        sounds(&facts),
        [
            (SoundKind::Roar, 5000, 5100, None),
            (SoundKind::Roar, 5000, 5100, Some(3000)),
        ]
    );
    let SoundFact::Heard(roar) = facts
        .iter()
        .find(|f| matches!(f, SoundFact::Heard(_)))
        .expect("a roar")
    else {
        panic!("no roar");
    };
    assert!((15.0..18.0).contains(&roar.rise_db), "{}", roar.rise_db);
    assert_eq!(roar.confidence, 1.0);
}

#[test]
fn a_groan_is_low_and_needs_no_calibration() {
    let facts = told(100, |i, r| {
        r.offset_db = None;
        if (60..72).contains(&i) {
            raise(r, GROAN);
        }
    });
    assert_eq!(
        sounds(&facts),
        [
            (SoundKind::Groan, 6000, 6100, None),
            (SoundKind::Groan, 6000, 6100, Some(1200)),
        ]
    );
}

#[test]
fn a_whistle_is_a_tone_and_its_bursts_are_one_call() {
    let facts = told(100, |i, r| {
        if [40, 41, 45, 46, 47].contains(&i) {
            let heard = r.heard.as_mut().expect("levels");
            heard.tone = Some(Tone {
                hz: 3100.0 + i as f32,
                prominence_db: 22.0,
            });
            heard.bands_db[6] += 15.0;
        }
    });
    assert_eq!(
        sounds(&facts),
        [
            (SoundKind::Whistle, 4000, 4100, None),
            (SoundKind::Whistle, 4000, 4100, Some(800)),
        ]
    );
}

#[test]
fn a_chant_is_a_rhythm_and_its_beats_are_no_roars() {
    // A beat every 700 ms, as bright as the murmur.
    let facts = told(300, |i, r| {
        if (60..200).contains(&i) && i % 7 < 3 {
            raise(r, [1.0, 4.0, 6.0, 7.0, 7.0, 7.0, 7.0, 6.0, 3.0]);
        }
    });
    let heard = sounds(&facts);
    assert_eq!(heard.len(), 2, "{heard:?}");
    assert!(heard.iter().all(|s| s.0 == SoundKind::Chant));
    assert!((6000..13_000).contains(&heard[0].2), "{heard:?}");
    let rate = facts.iter().find_map(|f| match f {
        SoundFact::Heard(s) => s.rate,
        _ => None,
    });
    let rate = rate.expect("a rate");
    assert!((rate - 600.0 / 7.0).abs() < 3.0, "{rate}");
}

#[test]
fn what_is_no_crowd_is_not_told() {
    type Change = fn(i64, &mut SoundReport);
    let cases: [(&str, Change); 5] = [
        ("an announcer", |i, r| {
            if (50..90).contains(&i) {
                raise(r, ROAR);
                r.heard.as_mut().expect("levels").periodic = 0.7;
            }
        }),
        ("a horn", |i, r| {
            if (50..65).contains(&i) {
                raise(r, ROAR);
                let heard = r.heard.as_mut().expect("levels");
                heard.tone = Some(Tone {
                    hz: 1280.0,
                    prominence_db: 25.0,
                });
            }
        }),
        ("a knock", |i, r| {
            if i == 50 {
                raise(r, [30.0, 25.0, 9.0, 3.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
            }
        }),
        ("hands", |i, r| {
            if (50..90).contains(&i) {
                raise(r, [0.0, 0.0, 0.0, 3.0, 5.0, 6.0, 15.0, 14.0, 8.0]);
            }
        }),
        ("a faint tone", |i, r| {
            if (50..60).contains(&i) {
                r.heard.as_mut().expect("levels").tone = Some(Tone {
                    hz: 3000.0,
                    prominence_db: 9.0,
                });
            }
        }),
    ];
    for (what, change) in cases {
        assert_eq!(sounds(&told(150, change)), [], "{what}");
    }
}

#[test]
fn thresholds_are_passed_once_each_way_however_the_level_trembles() {
    let level = |i: i64| -> f32 {
        match i {
            30..40 => 93.9,
            40..60 => 94.0 + (i % 2) as f32,
            // Between the two ways: nothing is told.
            60..80 => 86.0 + (i % 3) as f32 * 4.5,
            80..90 => 84.9,
            _ => 70.0,
        }
    };
    let facts = told(120, |i, r| {
        let heard = r.heard.as_mut().expect("levels");
        heard.a_slow_db = level(i);
        if i == 50 || i == 52 {
            heard.a_max_db = 120.0;
            heard.a_fast_db = 118.0;
        }
        if i == 51 {
            heard.a_max_db = 119.0;
            heard.a_fast_db = 117.5;
        }
    });
    let passed: Vec<_> = facts
        .iter()
        .filter_map(|f| match f {
            SoundFact::Crossed(c) => Some((c.at.millis(), c.threshold_db, c.direction)),
            _ => None,
        })
        .collect();
    assert_eq!(
        passed,
        [
            (4100, 94.0, Direction::Up),
            (5100, 120.0, Direction::Up),
            (5400, 117.0, Direction::Down),
            (8100, 85.0, Direction::Down),
        ]
    );
    let levels = facts
        .iter()
        .filter(|f| matches!(f, SoundFact::Level(_)))
        .count();
    assert_eq!(levels, 12, "one a second");
}

#[test]
fn without_calibration_no_threshold_is_passed_and_that_is_told_once() {
    let facts = told(100, |i, r| {
        r.offset_db = None;
        let heard = r.heard.as_mut().expect("levels");
        heard.a_slow_db = if i > 50 { 130.0 } else { 70.0 };
        heard.a_max_db = heard.a_slow_db;
    });
    assert!(!facts.iter().any(|f| matches!(f, SoundFact::Crossed(_))));
    assert_eq!(
        refusals(&facts),
        [(Code::Uncalibrated, RefusalPhase::Began, 100)]
    );
}

/// Each trouble comes with a roar in it: the code is told once when it begins and once when it is over, and the roar
/// is not told.
#[test]
fn bad_input_gives_a_code_and_no_moment() {
    type Change = fn(i64, &mut SoundReport);
    let cases: [(Code, i64, Change); 6] = [
        (Code::Silent, 5500, |_, r| {
            let heard = r.heard.as_mut().expect("levels");
            *heard = Heard {
                a_fast_db: -30.0,
                a_max_db: -30.0,
                bands_db: [-30.0; 9],
                peak_dbfs: -150.0,
                still: 1.0,
                ..*heard
            };
        }),
        (Code::Stuck, 5500, |_, r| {
            r.heard.as_mut().expect("levels").still = 1.0;
            raise(r, ROAR);
        }),
        (Code::Clipped, 5100, |_, r| {
            r.heard.as_mut().expect("levels").clipped = 0.05;
            raise(r, ROAR);
        }),
        (Code::WrongRate, 5100, |_, r| r.heard = None),
        (Code::Lost, 5500, |_, r| {
            r.lost = 0.6;
            raise(r, ROAR);
        }),
        (Code::Impossible, 5100, |i, r| {
            raise(r, ROAR);
            let heard = r.heard.as_mut().expect("levels");
            heard.bands_db[4] = if i % 2 == 0 { f32::NAN } else { 900.0 };
        }),
    ];
    for (code, began, change) in cases {
        let facts = told(200, |i, r| {
            if (50..70).contains(&i) {
                change(i, r);
            }
        });
        assert_eq!(sounds(&facts), [], "{code:?}");
        assert_eq!(
            refusals(&facts),
            [
                (code, RefusalPhase::Began, began),
                (code, RefusalPhase::Ended, 8000),
            ],
            "{code:?}"
        );
    }
}

#[test]
fn one_report_over_and_over_is_a_stuck_input() {
    let facts = told(100, |i, r| {
        if i >= 40 {
            r.heard = Some(murmur(40));
        }
    });
    let codes: Vec<_> = refusals(&facts).iter().map(|r| (r.0, r.1)).collect();
    assert_eq!(codes, [(Code::Stuck, RefusalPhase::Began)]);
}

#[test]
fn reports_out_of_order_and_of_another_rate_are_told() {
    let facts = told(60, |i, r| {
        if i == 30 || i == 31 {
            r.at = EventTime::from_millis(500);
        }
        if i >= 50 {
            r.sample_rate_hz = 44_100;
        }
    });
    assert_eq!(
        refusals(&facts),
        [
            (Code::OutOfOrder, RefusalPhase::Began, 500),
            (Code::OutOfOrder, RefusalPhase::Ended, 3300),
            (Code::Changed, RefusalPhase::Began, 5100),
            (Code::Changed, RefusalPhase::Ended, 5100),
        ]
    );
}

#[test]
fn a_trouble_in_the_middle_of_a_roar_ends_it() {
    let facts = told(120, |i, r| {
        if (50..90).contains(&i) {
            raise(r, ROAR);
        }
        if i >= 60 {
            r.heard = None;
        }
    });
    let heard = sounds(&facts);
    assert_eq!(
        heard,
        [
            (SoundKind::Roar, 5000, 5100, None),
            (SoundKind::Roar, 5000, 5100, Some(1000)),
        ]
    );
}

fn any_heard() -> impl Strategy<Value = Heard> {
    let db = -200.0_f32..300.0;
    (
        prop::array::uniform9(db.clone()),
        db,
        prop::option::of((0.0_f32..9000.0, -10.0_f32..90.0)),
        prop::array::uniform3(0.0_f32..1.2),
    )
        .prop_map(
            |(bands_db, level, tone, [periodic, clipped, still])| Heard {
                a_fast_db: level,
                a_slow_db: level,
                a_max_db: level,
                c_fast_db: level,
                c_slow_db: level,
                c_max_db: level,
                momentary_lufs: None,
                short_term_lufs: None,
                bands_db,
                tone: tone.map(|(hz, prominence_db)| Tone { hz, prominence_db }),
                periodic,
                peak_dbfs: -3.0,
                clipped: clipped * clipped * clipped * 0.02,
                still: still * 0.5,
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever comes, every sound that begins is of the past, ends once, and what is told is the same when it is
    /// listened to again.
    #[test]
    fn any_reports_give_facts_that_hold_together(
        story in prop::collection::vec((any_heard(), 0..200_i64, any::<bool>()), 1..200)
    ) {
        let run = || {
            let mut agent = Audio::default();
            let (mut out, mut at) = (Vec::new(), 0);
            for (heard, step, calibrated) in &story {
                at += step;
                let mut report = report(0, *heard);
                report.at = EventTime::from_millis(at);
                report.offset_db = calibrated.then_some(120.0);
                agent.apply(&report, &mut out);
            }
            out
        };
        let facts = run();
        prop_assert_eq!(&facts, &run());
        let mut open = std::collections::BTreeMap::new();
        for fact in &facts {
            if let Fact::Sound(SoundFact::Heard(s)) = fact {
                prop_assert!(s.onset <= s.found);
                prop_assert!((0.5..=1.0).contains(&s.confidence));
                match s.duration_ms {
                    None => prop_assert!(open.insert(s.kind, s.onset).is_none()),
                    Some(_) => prop_assert_eq!(open.remove(&s.kind), Some(s.onset)),
                }
            }
        }
    }
}

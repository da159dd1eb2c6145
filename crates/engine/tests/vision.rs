//! The vision agent: celebrations, crowds, heads and spin, and pictures that no game has.

use matchday_engine::sense::vision::Vision;
use matchday_event::{
    EventTime, Fact, Side,
    senses::{
        Celebration, Detection, Direction, RefusalPhase, SeenClass as Class, SeenReport,
        VisionFact, VisionRefusalCode as Code,
    },
};
use proptest::prelude::*;

fn thing(class: Class, x: f32, confidence: f32) -> Detection {
    Detection {
        class,
        area: [x, 0.4, 0.03, 0.1],
        confidence,
        side: None,
        shirt: None,
        head_yaw_deg: None,
        spin_rad_s: None,
        stirred: None,
        track: None,
    }
}

fn picture(i: i64, detections: Vec<Detection>) -> SeenReport {
    SeenReport {
        camera: "play".into(),
        at: EventTime::from_millis(1_000_000 + 80 * i),
        possession: None,
        detections,
    }
}

/// Facts of so many pictures at 12.5 a second, times in milliseconds from the first.
fn told(pictures: i64, of: impl Fn(i64) -> Vec<Detection>) -> Vec<VisionFact> {
    let mut agent = Vision::default();
    let mut out = Vec::new();
    for i in 0..pictures {
        agent.apply(&picture(i, of(i)), &mut out);
    }
    facts(out)
}

fn facts(out: Vec<Fact>) -> Vec<VisionFact> {
    out.into_iter()
        .map(|fact| match fact {
            Fact::Vision(fact) => fact,
            other => panic!("{other:?} is no fact of vision"),
        })
        .collect()
}

fn ms(at: EventTime) -> i64 {
    at.millis() - 1_000_000
}

/// A number that is a little different each time.
fn jitter(i: i64, n: i64) -> f32 {
    ((i * 31 + n * 17) % 13) as f32 * 0.005
}

fn refusals(facts: &[VisionFact]) -> Vec<(Code, RefusalPhase)> {
    facts
        .iter()
        .filter_map(|fact| match fact {
            VisionFact::Refused(r) => Some((r.code, r.phase)),
            _ => None,
        })
        .collect()
}

fn celebrant(i: i64, n: i64, shirt: Option<u8>) -> Detection {
    Detection {
        side: Some(Side::Away),
        shirt,
        ..thing(
            Class::Celebration,
            0.4 + 0.05 * n as f32 + jitter(i, n) * 0.1,
            0.7 + jitter(i, n),
        )
    }
}

#[test]
fn a_celebration_begins_names_who_scored_and_ends() {
    // Number 9 alone for eight pictures; then 4 and 11 beside him; from 75 on nobody.
    let facts = told(200, |i| match i {
        20..28 => vec![celebrant(i, 1, Some(9))],
        28..75 => vec![
            celebrant(i, 1, Some(9).filter(|_| i % 2 == 0)),
            celebrant(i, 0, Some(4).filter(|_| i % 2 == 1)),
            celebrant(i, 2, Some(11).filter(|_| i % 3 == 0)),
        ],
        _ => vec![thing(Class::Player, 0.3 + jitter(i, 0), 0.8)],
    });
    let all: Vec<&Celebration> = facts
        .iter()
        .map(|fact| match fact {
            VisionFact::Celebration(c) => c,
            other => panic!("{other:?}"),
        })
        .collect();
    let (first, last) = (all[0], all[all.len() - 1]);
    assert_eq!(first.side, Side::Away);
    assert_eq!(ms(first.onset), 20 * 80);
    assert!(
        (20 * 80..20 * 80 + 1500).contains(&ms(first.at)),
        "{}",
        ms(first.at)
    );
    assert!(first.ended.is_none());
    assert_eq!((last.scorer, last.players), (Some(9), 3));
    assert_eq!(last.ended.map(ms), Some(74 * 80));
    assert!(all.iter().all(|c| c.onset == first.onset));
    assert!((0.55..0.65).contains(&last.strength) && last.confidence > 0.65);
}

#[test]
fn arms_up_for_a_moment_are_no_celebration() {
    let facts = told(500, |i| match i % 40 {
        0..4 => vec![celebrant(i, 1, Some(9))],
        _ => vec![thing(Class::Player, 0.3 + jitter(i, 0), 0.8)],
    });
    assert_eq!(facts, []);
    // Nor is one of whom the system is not sure, however long.
    let unsure = told(200, |i| {
        vec![Detection {
            confidence: 0.45 - jitter(i, 0),
            ..celebrant(i, 1, None)
        }]
    });
    assert_eq!(unsure, []);
}

fn stand(i: i64, n: i64, side: Side, stirred: f32) -> Detection {
    Detection {
        side: Some(side),
        stirred: Some((stirred + jitter(i, n)).min(1.0)),
        ..thing(Class::CrowdSection, 0.1 * n as f32, 0.9)
    }
}

#[test]
fn the_side_that_rises_is_told_and_one_that_drifts_is_not() {
    let facts = told(900, |i| {
        let home = if (200..320).contains(&i) { 0.6 } else { 0.05 };
        // The other side leaves for the break, a few at a time.
        let away = 0.05 + 0.0004 * i as f32;
        (0..4)
            .map(|n| {
                let (side, share) = if n < 2 {
                    (Side::Home, home)
                } else {
                    (Side::Away, away)
                };
                stand(i, n, side, share)
            })
            .collect()
    });
    let reactions: Vec<_> = facts
        .iter()
        .filter_map(|fact| match fact {
            VisionFact::Reaction(r) => Some((r.side, ms(r.onset), ms(r.at), r.ended.map(ms))),
            _ => None,
        })
        .collect();
    assert_eq!(reactions.len(), 2, "{reactions:?}");
    let (side, onset, at, ended) = reactions[0];
    assert_eq!((side, ended), (Some(Side::Home), None));
    assert!(
        (16_000..16_500).contains(&onset) && at - onset < 500,
        "{onset} {at}"
    );
    assert_eq!(reactions[1].1, onset);
    assert!((25_600..27_000).contains(&reactions[1].3.expect("over")));
    let crowd = |fact: &&VisionFact| matches!(fact, VisionFact::Crowd(_));
    let seen = facts.iter().filter(crowd).count();
    assert!((2 * 2 * 60..=2 * 2 * 73).contains(&seen), "{seen}");
}

fn head(i: i64, yaw_deg: f32) -> Detection {
    Detection {
        side: Some(Side::Home),
        shirt: Some(5),
        head_yaw_deg: Some(yaw_deg + 20.0 * jitter(i, 3)),
        track: Some(17),
        ..thing(Class::Head, 0.5, 0.8)
    }
}

fn turns(facts: &[VisionFact]) -> Vec<(f32, i64)> {
    facts
        .iter()
        .filter_map(|fact| match fact {
            VisionFact::HeadTurn(t) => Some((t.turn_deg, ms(t.at))),
            _ => None,
        })
        .collect()
}

#[test]
fn a_head_that_turns_far_and_fast_is_told_once() {
    // From -150 over the back to 140: seventy degrees the short way, in a quarter of a second.
    let yaw = |i: i64| match i {
        ..30 => -150.0,
        30 => -175.0,
        31 => 160.0,
        _ => 140.0,
    };
    let facts = told(80, |i| vec![head(i, yaw(i))]);
    let turned = turns(&facts);
    assert_eq!(turned.len(), 1, "{turned:?}");
    assert!((-75.0..-60.0).contains(&turned[0].0) && turned[0].1 <= 34 * 80);
    // Slowly, or less far, or in one picture that took front for back: no.
    let slow = told(80, |i| vec![head(i, (i as f32 * 3.0).min(120.0))]);
    let little = told(80, |i| vec![head(i, if i < 40 { 0.0 } else { 45.0 })]);
    let flip = told(80, |i| {
        vec![head(i, if i % 20 == 19 { 178.0 } else { 0.0 })]
    });
    for facts in [slow, little, flip] {
        assert_eq!(turns(&facts), []);
    }
}

#[test]
fn a_turn_says_whether_the_side_defends() {
    for (possession, defending) in [
        (None, None),
        (Some(Side::Away), Some(true)),
        (Some(Side::Home), Some(false)),
    ] {
        let mut agent = Vision::default();
        let mut out = Vec::new();
        for i in 0..60 {
            let yaw = if i < 30 { 0.0 } else { 80.0 };
            let report = SeenReport {
                possession,
                ..picture(i, vec![head(i, yaw)])
            };
            agent.apply(&report, &mut out);
        }
        let told = facts(out);
        let VisionFact::HeadTurn(turn) = &told[0] else {
            panic!("{told:?}")
        };
        assert_eq!((turn.defending, turn.shirt), (defending, Some(5)));
    }
}

#[test]
fn spin_that_falls_under_two_is_told_once_and_over_three_again() {
    let ball = |i: i64, spin: f32| {
        vec![Detection {
            spin_rad_s: Some(spin),
            ..thing(Class::Ball, 0.5, 0.8 + jitter(i, 1))
        }]
    };
    let facts = told(120, |i| {
        let spin = match i {
            ..30 => 12.0,
            // One wild picture, then slower and slower with a tremble about the threshold.
            30 => 0.1,
            31..60 => 12.0,
            60..90 => 1.9 + 0.3 * (i % 2) as f32,
            _ => 8.0,
        };
        ball(i, spin)
    });
    let crossings: Vec<_> = facts
        .iter()
        .map(|fact| match fact {
            VisionFact::Spin(s) => (s.direction, s.threshold_rad_s, ms(s.at) / 80),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(crossings.len(), 2, "{crossings:?}");
    assert_eq!((crossings[0].0, crossings[0].1), (Direction::Down, 2.0));
    assert!((61..66).contains(&crossings[0].2));
    assert_eq!((crossings[1].0, crossings[1].1), (Direction::Up, 3.0));
}

/// A picture with a celebration, a crowd on its feet, and what the function makes of it.
fn spoilt(change: impl Fn(i64, &mut SeenReport)) -> Vec<VisionFact> {
    let mut agent = Vision::default();
    let mut out = Vec::new();
    for i in 0..160 {
        let wild = (100..150).contains(&i);
        let mut report = picture(
            i,
            vec![stand(i, 1, Side::Home, if wild { 0.9 } else { 0.05 })],
        );
        if wild {
            report
                .detections
                .extend((0..3).map(|n| celebrant(i, n, Some(9 + n as u8))));
            change(i, &mut report);
        }
        agent.apply(&report, &mut out);
    }
    facts(out)
}

#[test]
fn pictures_that_no_game_has_are_refused_and_conclude_nothing() {
    let ball = |i: i64| thing(Class::Ball, 0.01 * i as f32, 0.9);
    type Case<'a> = (Code, &'a dyn Fn(i64, &mut SeenReport));
    let cases: [Case<'_>; 10] = [
        (Code::ManyBalls, &|_, r| {
            r.detections.extend((0..40).map(ball))
        }),
        (Code::ManyPeople, &|_, r| {
            let one = thing(Class::Celebration, 0.5, 0.9);
            r.detections.extend(vec![one; 61]);
        }),
        (Code::TooMany, &|_, r| {
            r.detections.extend(vec![thing(Class::Head, 0.5, 0.2); 600]);
        }),
        (Code::OutsidePicture, &|_, r| {
            r.detections[0].area = [0.9, 0.4, 0.4, 0.1]
        }),
        (Code::OutsidePicture, &|_, r| {
            r.detections[0].area = [0.5, 0.4, 0.0, 0.1]
        }),
        (Code::Impossible, &|_, r| r.detections[0].area[2] = f32::NAN),
        (Code::Impossible, &|_, r| r.detections[0].confidence = 1.5),
        (Code::Impossible, &|_, r| {
            r.detections[0].stirred = Some(-1.0)
        }),
        (Code::Contradiction, &|i, r| {
            r.detections
                .extend((0..3).map(|n| celebrant(i, n, Some(9))));
        }),
        (Code::OutOfOrder, &|_, r| r.at.0 -= 30_000_000),
    ];
    // What is not spoilt is told.
    assert!(
        spoilt(|_, _| {})
            .iter()
            .any(|f| matches!(f, VisionFact::Celebration(_)))
    );
    for (code, change) in cases {
        let facts = spoilt(change);
        assert_eq!(
            refusals(&facts),
            [(code, RefusalPhase::Began), (code, RefusalPhase::Ended)]
        );
        let moments = facts
            .iter()
            .filter(|f| !matches!(f, VisionFact::Refused(_) | VisionFact::Crowd(_)))
            .count();
        assert_eq!(moments, 0, "{code:?}");
    }
}

#[test]
fn a_picture_that_stands_still_is_refused() {
    let facts = told(60, |_| {
        vec![celebrant(0, 1, Some(9)), celebrant(0, 2, Some(4))]
    });
    assert_eq!(refusals(&facts), [(Code::Stuck, RefusalPhase::Began)]);
    // An empty picture may stay empty.
    assert_eq!(told(60, |_| Vec::new()), []);
}

#[test]
fn a_camera_whose_clock_is_off_stops_no_other() {
    let mut agent = Vision::default();
    let mut out = Vec::new();
    for i in 0..100 {
        agent.apply(
            &picture(i, vec![head(i, if i < 50 { 0.0 } else { 80.0 })]),
            &mut out,
        );
        let mut other = picture(i, vec![head(i, 0.0)]);
        other.camera = "stands".into();
        other.at.0 += 7_200_000_000;
        agent.apply(&other, &mut out);
    }
    let facts = facts(out);
    assert_eq!(refusals(&facts), [(Code::Clock, RefusalPhase::Began)]);
    assert_eq!(turns(&facts).len(), 1);
}

proptest! {
    #[test]
    fn no_picture_makes_it_fall_over(
        pictures in prop::collection::vec(
            (
                0_u8..3,
                prop_oneof![0_i64..100_000_000, any::<i64>()],
                prop::collection::vec(
                    (
                        0_usize..6,
                        prop_oneof![Just([0.2_f32, 0.2, 0.1, 0.1]), any::<[f32; 4]>()],
                        prop_oneof![0.0_f32..1.0, any::<f32>()],
                        any::<Option<bool>>(),
                        prop::option::of(0_u8..4),
                        prop::option::of(prop_oneof![-180.0_f32..180.0, any::<f32>()]),
                        prop::option::of(0_u32..4),
                    ),
                    0..12,
                ),
            ),
            0..80,
        ),
    ) {
        let mut agent = Vision::default();
        let mut out = Vec::new();
        for (camera, at, detections) in pictures {
            let report = SeenReport {
                camera: camera.to_string().into(),
                at: EventTime(at),
                possession: None,
                detections: detections
                    .into_iter()
                    .map(|(class, area, confidence, home, shirt, yaw, track)| Detection {
                        class: Class::ALL[class],
                        area,
                        confidence,
                        side: home.map(|home| if home { Side::Home } else { Side::Away }),
                        shirt,
                        head_yaw_deg: yaw,
                        spin_rad_s: yaw.map(f32::abs),
                        stirred: yaw.map(|y| (y / 180.0).abs()),
                        track,
                    })
                    .collect(),
            };
            agent.apply(&report, &mut out);
            agent.tick(EventTime(at), &mut out);
        }
        for fact in &out {
            let text = serde_json::to_string(fact).expect("json");
            prop_assert!(!text.contains("_deg\":null") && !text.contains("strength\":null"), "{text}");
        }
    }
}

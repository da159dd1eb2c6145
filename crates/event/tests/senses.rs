//! The words of bodies, gaze and vision on the wire.

use matchday_event::{
    EventTime, Fact, Side, Signal,
    senses::{
        BeatReport, BodyFact, Detection, Direction, GazeReport, GazeSample, Look, PlayerWearer,
        Pseudonym, RateCrossing, SeenClass, SeenReport, Wearer,
    },
};
use serde_json::{Value, json};

fn there_and_back(signal: &Signal, wire: &Value) {
    assert_eq!(&serde_json::to_value(signal).expect("writes"), wire);
    let back: Signal = serde_json::from_value(wire.clone()).expect("reads");
    assert_eq!(&back, signal);
}

#[test]
fn reports_look_like_this_on_the_wire() {
    let beats = Signal::Beats(BeatReport {
        wearer: Pseudonym(0xab),
        who: Wearer::Player {
            side: Side::Home,
            shirt: Some("10".into()),
        },
        device: None,
        at: EventTime(5_000_000),
        intervals_ms: vec![612.5, 598.0],
        contact: Some(true),
    });
    there_and_back(
        &beats,
        &json!({
            "type": "beats", "wearer": "00000000000000ab", "at": 5_000_000,
            "who": { "role": "player", "side": "home", "shirt": "10" },
            "intervals_ms": [612.5, 598.0], "contact": true,
        }),
    );
    let sample = |viewer, look| GazeSample {
        viewer: Pseudonym(viewer),
        at: EventTime(4),
        look,
    };
    let gaze = Signal::Gaze(GazeReport {
        source: "app".into(),
        at: EventTime(5),
        regions: None,
        samples: vec![
            sample(1, Look::Point([0.5, 0.25])),
            sample(2, Look::Region("penalty_mark".into())),
            sample(3, Look::Away),
        ],
    });
    there_and_back(
        &gaze,
        &json!({
            "type": "gaze", "source": "app", "at": 5,
            "samples": [
                { "viewer": "0000000000000001", "at": 4, "look": { "point": [0.5, 0.25] } },
                { "viewer": "0000000000000002", "at": 4, "look": { "region": "penalty_mark" } },
                { "viewer": "0000000000000003", "at": 4, "look": "away" },
            ],
        }),
    );
    let seen = Signal::Seen(SeenReport {
        camera: "main".into(),
        at: EventTime(5),
        possession: Some(Side::Away),
        detections: vec![Detection {
            class: SeenClass::Head,
            area: [0.5, 0.25, 0.125, 0.0625],
            confidence: 0.75,
            side: Some(Side::Home),
            shirt: Some(4),
            head_yaw_deg: Some(-60.0),
            spin_rad_s: None,
            stirred: None,
            track: Some(7),
        }],
    });
    there_and_back(
        &seen,
        &json!({
            "type": "seen", "camera": "main", "at": 5, "possession": "away",
            "detections": [{
                "class": "head", "box": [0.5, 0.25, 0.125, 0.0625], "confidence": 0.75,
                "side": "home", "shirt": 4, "head_yaw_deg": -60.0, "track": 7,
            }],
        }),
    );
    let types: Vec<_> = [&beats, &gaze, &seen].map(Signal::event_type).to_vec();
    assert_eq!(
        types,
        [
            "matchday.signal.beats.v1",
            "matchday.signal.gaze.v1",
            "matchday.signal.seen.v1"
        ]
    );
    assert!(![&beats, &gaze, &seen].iter().any(|s| s.is_of_the_game()));
}

#[test]
fn pictures_say_nothing_else_about_people() {
    let with = |report: Value, detection: Value| {
        let mut wire = json!({ "type": "seen", "camera": "main", "at": 5, "detections": [{
            "class": "player", "box": [0.1, 0.1, 0.1, 0.1], "confidence": 0.9,
        }]});
        let merge = |into: &mut Value, from: Value| {
            let from = from.as_object().expect("an object").clone();
            into.as_object_mut().expect("an object").extend(from);
        };
        merge(&mut wire["detections"][0], detection);
        merge(&mut wire, report);
        serde_json::from_value::<Signal>(wire)
    };
    assert!(with(json!({}), json!({ "shirt": 9 })).is_ok());
    for (report, detection) in [
        (json!({}), json!({ "emotion": "joy" })),
        (json!({}), json!({ "name": "A. Nyone" })),
        (json!({}), json!({ "face": [0.1, 0.2] })),
        (json!({ "faces": [] }), json!({})),
    ] {
        let e = with(report, detection).expect_err("refused").to_string();
        assert!(e.contains("unknown field"), "{e}");
    }
}

#[test]
fn facts_carry_two_tags() {
    let fact = Fact::Body(BodyFact::Rate(RateCrossing {
        player: PlayerWearer {
            wearer: Pseudonym(1),
            side: Side::Away,
            shirt: None,
        },
        at: EventTime(9),
        threshold_bpm: 110.0,
        direction: Direction::Up,
        bpm: 112.5,
    }));
    let wire = json!({
        "fact": "body", "body": "rate", "at": 9, "threshold_bpm": 110.0, "direction": "up", "bpm": 112.5,
        "player": { "wearer": "0000000000000001", "side": "away" },
    });
    assert_eq!(serde_json::to_value(&fact).expect("writes"), wire);
    assert_eq!(serde_json::from_value::<Fact>(wire).expect("reads"), fact);
    assert_eq!(fact.event_type(), "matchday.fact.body.v1");
    assert!(!fact.is_of_the_game());
}

#[test]
fn a_pseudonym_is_sixteen_hex_digits() {
    let read = |text: &str| Pseudonym::try_from(text.to_owned());
    assert_eq!(read("00000000000000ff"), Ok(Pseudonym(255)));
    for bad in ["", "ff", "00000000000000fg", "+0000000000000ff", "ana"] {
        let e = read(bad).expect_err("no pseudonym").to_string();
        assert!(e.contains("salt"), "{e}");
    }
}

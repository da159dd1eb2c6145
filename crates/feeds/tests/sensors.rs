//! Lines of wearables, eye trackers and cameras beside what must come of them: `exemplars/<format>/<case>.jsonl` and
//! `<case>.signals.json`; and the schemas of the lines beside their types.
//!
//! With `UPDATE_EXEMPLARS=1` the expected files and the schemas are written anew; look at the difference before keeping it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use matchday_event::{EventTime, FaultCode, Signal};
use matchday_feeds::{
    Context, Salt, provider,
    sensor::{ParseSensor, SensorContext, beats, gatt, gaze, seen},
};
use proptest::prelude::*;
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Value, json};

fn folder(format: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/exemplars")
        .join(format)
}

fn context(salt: &str) -> SensorContext {
    SensorContext {
        salt: Some(Salt::new(salt).expect("long enough")),
        received: EventTime::from_millis(1_795_273_205_000),
        source: Some("feed".into()),
    }
}

/// The formats, by the names that they are registered under.
const FORMATS: [(&str, ParseSensor); 3] = [
    ("beat-lines", beats::parse),
    ("gaze-lines", gaze::parse),
    ("seen-lines", seen::parse),
];

fn format(name: &str) -> ParseSensor {
    let found = FORMATS.iter().find(|f| f.0 == name);
    found.expect("one of the formats").1
}

fn is_update() -> bool {
    std::env::var_os("UPDATE_EXEMPLARS").is_some()
}

#[test]
fn every_payload_gives_what_is_written_beside_it() {
    let mut wrong = Vec::new();
    for (name, parse) in FORMATS {
        let mut cases: Vec<PathBuf> = fs::read_dir(folder(name))
            .expect("every format has exemplars")
            .map(|e| e.expect("entry").path())
            .filter(|p| p.extension().is_some_and(|e| e == "jsonl"))
            .collect();
        cases.sort();
        assert!(cases.len() >= 5, "{name}: {cases:?}");
        for case in cases {
            let body = fs::read(&case).expect("reads");
            let got = match parse(&body, &context("a salt for the exemplars")) {
                Ok(parsed) => serde_json::to_value(parsed).expect("json"),
                Err(e) => {
                    json!({ "error": { "code": e.code, "place": e.place, "message": e.message } })
                }
            };
            let beside = case.with_extension("signals.json");
            if is_update() {
                let text = serde_json::to_string_pretty(&got).expect("writes") + "\n";
                fs::write(&beside, text).expect("writes");
                continue;
            }
            let want: Value = fs::read(&beside)
                .ok()
                .and_then(|b| serde_json::from_slice(&b).ok())
                .unwrap_or_default();
            if got != want {
                let got = serde_json::to_string_pretty(&got).expect("writes");
                wrong.push(format!("{}:\n{got}", case.display()));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "not as written beside them: {}",
        wrong.join("\n\n")
    );
}

#[test]
fn names_never_pass_and_are_hashed_apart() {
    let read = |kind: &str, salt: &str| {
        let body = fs::read(folder(kind).join("live.jsonl")).expect("reads");
        let parsed = format(kind)(&body, &context(salt)).expect("reads");
        serde_json::to_string(&parsed).expect("json")
    };
    for (kind, names) in [
        ("beat-lines", ["Strap 17", "strap 17", "phone-a1"]),
        ("gaze-lines", ["Ana", "\"ana", "\"bo\""]),
    ] {
        let one = read(kind, "one salt, long enough");
        for name in names {
            assert!(!one.contains(name), "{name} in {one}");
        }
        assert_ne!(one, read(kind, "another salt, long enough"));
    }
    let salt = Salt::new("one salt, long enough").expect("long enough");
    let three = [salt.author("ana"), salt.wearer("ana"), salt.viewer("ana")];
    assert!(three[0] != three[1] && three[1] != three[2] && three[0] != three[2]);
    assert_eq!(salt.wearer("Ana "), three[1]);
}

#[test]
fn a_feed_is_of_a_game_and_people_of_a_salt() {
    let parse = |name: &str| provider(name).expect("registered").parse;
    let body = fs::read(folder("seen-lines").join("live.jsonl")).expect("reads");
    let nowhere = Context::default();
    let e = parse("seen-lines")(&body, &nowhere).expect_err("of no game");
    assert_eq!(e.place, "game");
    let game = Context {
        game: Some(matchday_event::GameId::new("soccer-1").expect("an id")),
        ..Context::default()
    };
    let parsed = parse("seen-lines")(&body, &game).expect("pictures name nobody");
    assert_eq!((parsed.len(), parsed[0].whole), (1, false));
    let body = fs::read(folder("beat-lines").join("live.jsonl")).expect("reads");
    let e = parse("beat-lines")(&body, &game).expect_err("no salt");
    assert_eq!(e.place, "salt_file");
}

#[test]
fn a_flood_of_gaze_comes_in_reports_of_a_tenth_of_a_second() {
    let line = |n: i64| {
        let at = 1_795_273_200_000 + n / 100;
        format!(
            "{{\"at\":{at},\"viewer\":\"v{}\",\"x\":0.5,\"y\":0.5}}\n",
            n % 997
        )
    };
    let body: String = (0..30_000).map(line).collect();
    let parsed =
        format("gaze-lines")(body.as_bytes(), &context("a salt of some length")).expect("reads");
    let sizes: Vec<usize> = parsed
        .signals
        .iter()
        .map(|s| match s {
            Signal::Gaze(report) => report.samples.len(),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(sizes.iter().sum::<usize>(), 30_000);
    assert_eq!(sizes.iter().max(), Some(&4096));
    assert_eq!(parsed.set_aside, 0);
}

#[test]
fn endless_lines_are_bounded() {
    let good = "{\"wearer\":\"a\",\"role\":\"fan\",\"rr_ms\":[700]}\n";
    let many = format!(
        "{{\"wearer\":\"a\",\"role\":\"fan\",\"rr_ms\":[{}1]}}\n",
        "1,".repeat(300)
    );
    let huge = format!("{{\"wearer\":\"{}\"}}\n", "x".repeat(300_000));
    let body = format!("{good}{many}{huge}");
    let parsed = format("beat-lines")(body.as_bytes(), &context("a salt of some length"))
        .expect("the first line reads");
    assert_eq!((parsed.signals.len(), parsed.set_aside), (1, 2));
    assert_eq!(parsed.faults[0].code, FaultCode::ReportUnreadable);
    assert_eq!(parsed.faults[0].place, "line 2");
    assert!(parsed.faults[0].message.starts_with("rr_ms: 301 intervals"));
    assert!(parsed.faults[1].message.contains("a line may have"));
}

fn schema<T: JsonSchema>() -> Value {
    let schema = SchemaGenerator::new(SchemaSettings::draft2020_12()).into_root_schema_for::<T>();
    serde_json::to_value(schema).expect("a schema is plain JSON")
}

#[test]
fn lines_agree_with_their_schemas_and_those_with_their_types() {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/feeds");
    for (kind, file, of_type) in [
        (
            "beat-lines",
            "beat-line.v1.json",
            schema::<beats::BeatLine>(),
        ),
        (
            "gaze-lines",
            "gaze-line.v1.json",
            schema::<gaze::GazeLine>(),
        ),
        (
            "seen-lines",
            "seen-line.v1.json",
            schema::<seen::SeenLine>(),
        ),
    ] {
        let at = schemas.join(file);
        if is_update() {
            let text = serde_json::to_string_pretty(&of_type).expect("writes") + "\n";
            fs::write(&at, text).expect("writes");
        }
        let held: Value =
            serde_json::from_slice(&fs::read(&at).expect("checked in")).expect("json");
        assert_eq!(held, of_type, "{file} differs from its type");
        let mut compiler = boon::Compiler::new();
        let mut set = boon::Schemas::new();
        let compiled = compiler
            .compile(at.to_str().expect("utf-8"), &mut set)
            .unwrap_or_else(|e| panic!("{}: {e:#}", at.display()));
        let body = fs::read_to_string(folder(kind).join("live.jsonl")).expect("reads");
        for line in body.lines().filter(|l| !l.is_empty()) {
            let doc: Value = serde_json::from_str(line).expect("json");
            assert!(set.validate(&doc, compiled).is_ok(), "{file}: {line}");
        }
        for line in [
            r#"{"detections":[{"class":"player","box":[0,0,1,1],"confidence":1,"emotion":"joy"}]}"#,
            r#"{"wearer":1,"viewer":1,"camera":1}"#,
        ] {
            let doc: Value = serde_json::from_str(line).expect("json");
            let takes_none = file.starts_with("gaze") && line.contains("emotion");
            assert!(
                takes_none || set.validate(&doc, compiled).is_err(),
                "{file}: {line}"
            );
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_make_a_parser_fall_over(body in prop::collection::vec(any::<u8>(), 0..300)) {
        for (_, parse) in FORMATS {
            let _ = parse(&body, &context("a salt of some length"));
        }
        let _ = gatt::heart_rate(&body);
    }

    #[test]
    fn no_field_makes_a_parser_fall_over(
        field in "(wearer|role|rr_ms|gatt|viewer|x|at|regions|camera|detections)",
        value in "(null|-?[0-9]{1,30}(e[0-9]{1,3})?|\"\\PC{0,10}\"|\\[\\]|\\{\\}|true)",
    ) {
        let line = format!("{{\"{field}\":{value},\"wearer\":\"a\",\"viewer\":\"b\",\"role\":\"fan\"}}\n");
        for (_, parse) in FORMATS {
            let _ = parse(line.as_bytes(), &context("a salt of some length"));
        }
    }
}

#[test]
fn what_is_of_no_match_s_time_is_set_aside_with_its_place() {
    let lines: String = [
        1_760_000_000_000_000,
        i64::MAX,
        i64::MIN,
        7_258_118_400_000_000,
        1_760_000_000_100_000,
    ]
    .map(|at| format!("{{\"game\":\"soccer-1\",\"signal\":{{\"type\":\"tick\",\"at\":{at}}}}}\n"))
    .concat();
    let provider = matchday_feeds::provider("signals").expect("registered");
    let read = provider
        .read(lines.as_bytes(), &Context::default())
        .expect("lines");
    let [game] = read.as_slice() else {
        panic!("one game: {read:?}")
    };
    let kept: Vec<_> = game
        .signals
        .iter()
        .filter_map(|s| Some(s.at()?.0))
        .collect();
    assert_eq!(kept, [1_760_000_000_000_000, 1_760_000_000_100_000]);
    let faults: Vec<_> = game
        .faults
        .iter()
        .map(|f| (f.code, f.place.as_str()))
        .collect();
    let of = FaultCode::ReportUnreadable;
    assert_eq!(
        faults,
        [(of, "signal 2"), (of, "signal 3"), (of, "signal 4")]
    );
}

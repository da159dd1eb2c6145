//! Adapters against written dialogues, and against what public client libraries say for the same orders.

use std::fmt::Write as _;

use matchday_deliver::mixer::{
    CutOrder, Heard, MixerConfig, Order, Outbox, Protocol, Told, adapter,
};
use matchday_event::{
    EventTime, GraphicsCommand, Proposal,
    production::{FrameRate, Shot},
    senses::Camera,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::world::game;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/exemplars/mixer");

fn protocol(config: &Value) -> Box<dyn Protocol> {
    let config: MixerConfig = serde_json::from_value(config.clone()).expect("a configuration");
    config.check().expect("a sound one");
    adapter(&config).expect("made").expect("an adapter")
}

fn camera(name: &Value) -> Camera {
    name.as_str().expect("a name").parse().expect("a camera")
}

fn order(step: &Value) -> Order {
    if let Some(name) = step.get("cut") {
        let number = |key: &str| step.get(key).and_then(Value::as_f64);
        return Order::Cut(CutOrder {
            game: game(),
            at: EventTime(0),
            from: Camera::Tight,
            shot: Shot {
                fade_ms: number("fade_ms").unwrap_or(0.0) as u32,
                zoom: number("zoom").map(|z| z as f32),
                zoom_within_ms: number("zoom_within_ms").map(|z| z as u32),
                ..Shot::of(camera(name))
            },
            rate: FrameRate::F50,
        });
    }
    if let Some(name) = step.get("overlay") {
        return Order::Overlay {
            name: name.as_str().expect("a name").to_owned(),
            on: step["on"] == true,
        };
    }
    let proposal: Proposal<GraphicsCommand> =
        serde_json::from_value(step["graphic"].clone()).expect("a proposal");
    let command = matchday_deliver::graphics::build::command(&proposal);
    Order::Graphic {
        name: command.order.name(),
        command: (step["on"] != false).then(|| Box::new(command)),
    }
}

/// What came of a step, as it stands in the file.
fn outcome(protocol: &mut dyn Protocol, id: u64, step: &Value) -> Value {
    let mut out = Outbox::default();
    let mut told = None;
    if step.get("open").is_some() {
        protocol.open(&mut out);
    } else if let Some(text) = step.get("hear") {
        let text = match text {
            Value::String(line) => line.clone(),
            json => json.to_string(),
        };
        if let Err(broken) = protocol.hear(text.as_bytes(), &mut out) {
            told = Some(format!("broken: {broken}"));
        }
    } else if let Some(name) = step.get("stand_by") {
        protocol.stand_by(name.is_string().then(|| camera(name)), &mut out);
    } else if step.get("refresh").is_some() {
        told = Some(
            if protocol.refresh(&mut out) {
                "an answer is due"
            } else {
                "no answer is due"
            }
            .into(),
        );
    } else {
        told = Some(match protocol.tell(id, &order(step), &mut out) {
            Ok(Told::Sent) => "sent".to_owned(),
            Ok(Told::Awaited { after_ms: 0 }) => "awaited".to_owned(),
            Ok(Told::Awaited { after_ms }) => format!("awaited after {after_ms} ms"),
            Err(why) => format!("not told: {why}"),
        });
    }
    let sends: Vec<Value> = out
        .send
        .iter()
        .map(|m| {
            let text = protocol.show(m);
            serde_json::from_str(&text)
                .ok()
                .filter(Value::is_object)
                .unwrap_or(Value::String(text))
        })
        .collect();
    let heard: Vec<String> = out
        .heard
        .iter()
        .map(|h| match h {
            Heard::Ready => "ready".to_owned(),
            Heard::Done(id) => format!("done {id}"),
            Heard::Passed(id) => format!("passed {id}"),
            Heard::Refused(id, why) => format!("refused {id}: {why}"),
            Heard::OnAir(Some(camera)) => format!("on air: {camera}"),
            Heard::OnAir(None) => "on air: something else".to_owned(),
            Heard::Note(note) => format!("note: {note}"),
        })
        .collect();
    let mut outcome = json!({});
    if let Some(told) = told {
        outcome["told"] = told.into();
    }
    if !sends.is_empty() {
        outcome["sends"] = sends.into();
    }
    if !heard.is_empty() {
        outcome["heard"] = heard.into();
    }
    outcome
}

#[test]
fn every_dialogue_goes_as_it_is_written() {
    let write = std::env::var_os("MATCHDAY_WRITE_EXEMPLARS").is_some();
    let mut steps = 0;
    for name in ["obs", "vmix", "tsl", "tsl_tcp", "amcp", "amcp_old"] {
        let path = format!("{FOLDER}/{name}.json");
        let text = std::fs::read_to_string(&path).expect("a file");
        let mut case: Value = serde_json::from_str(&text).expect("JSON");
        let mut protocol = protocol(&case["config"]);
        let mut wrong = String::new();
        for (n, step) in case["dialogue"]
            .as_array_mut()
            .expect("steps")
            .iter_mut()
            .enumerate()
        {
            let is = outcome(protocol.as_mut(), n as u64 + 1, step);
            let was = step.get("then").cloned().unwrap_or_else(|| json!({}));
            if is != was {
                let _ = writeln!(wrong, "{name}, step {}: {is:#} instead of {was:#}", n + 1);
            }
            step["then"] = is;
            steps += 1;
        }
        if write {
            std::fs::write(&path, format!("{case:#}\n")).expect("written");
        } else {
            assert!(wrong.is_empty(), "{wrong}");
        }
    }
    assert!(steps >= 40, "the dialogues are there");
}

fn libraries() -> Value {
    let text = std::fs::read_to_string(format!("{FOLDER}/libraries.json")).expect("a file");
    serde_json::from_str(&text).expect("JSON")
}

fn sent(protocol: &mut dyn Protocol, id: u64, step: &Value) -> Vec<String> {
    let mut out = Outbox::default();
    protocol.tell(id, &order(step), &mut out).expect("told");
    out.send.iter().map(|m| protocol.show(m)).collect()
}

#[test]
fn lamps_are_told_byte_for_byte_what_two_libraries_tell_them() {
    for case in libraries()["tsl"].as_array().expect("cases") {
        for (transport, library) in [
            ("udp", "tsl-umd-v5"),
            ("udp", "tslumd"),
            ("tcp", "tsl-umd-v5 framed"),
        ] {
            let mut lamps = protocol(&json!({ "name": "a", "to": {
                "kind": "tsl", "address": "a:1", "transport": transport, "screen": case["screen"],
                "brightness": case["brightness"],
                "cameras": { "rail": { "index": case["index"], "text": case["text"] } },
            }}));
            let mut out = Outbox::default();
            match case["right"].as_u64() {
                Some(0) => lamps.open(&mut out),
                Some(1) => {
                    lamps
                        .tell(1, &order(&json!({ "cut": "rail" })), &mut out)
                        .expect("told");
                }
                _ => lamps.stand_by(Some(Camera::Rail), &mut out),
            }
            let hex: String = out
                .send
                .concat()
                .iter()
                .map(|b| format!("{b:02x}"))
                .collect();
            assert_eq!(hex, case[library], "{library}: {case}");
        }
    }
}

#[test]
fn caspar_is_told_what_its_library_tells_it() {
    let mut caspar = protocol(&json!({ "name": "a", "to": {
        "kind": "amcp", "address": "a:1", "data": "json",
        "cameras": { "main": "\"AMB\"", "rail": "DECKLINK 3", "wing": "route://2" },
        "templates": { "SHOW_KEY_PLAY": { "template": "matchday/key-play", "cg_layer": 3 } },
    }}));
    let mut out = Outbox::default();
    caspar.open(&mut out);
    let graphic = json!({ "game": "g", "cause": 1, "agent": "a", "audience": { "kind": "production" }, "what": {
        "command": "SHOW_KEY_PLAY", "play_id": "1", "text": "M. Ryan says \"go\" \\ now", "side": "home", "wpa": 0.142, "duration_ms": 5000
    }});
    let told = [
        json!({ "cut": "main" }),
        json!({ "cut": "main", "fade_ms": 500 }),
        json!({ "cut": "rail" }),
        json!({ "cut": "wing", "zoom": 1.8, "zoom_within_ms": 260 }),
        json!({ "graphic": graphic }),
        json!({ "graphic": graphic }),
        json!({ "graphic": graphic, "on": false }),
    ];
    let lines: Vec<String> = told
        .iter()
        .enumerate()
        .flat_map(|(n, step)| sent(caspar.as_mut(), n as u64, step))
        .map(|line| line.splitn(3, ' ').nth(2).expect("a command").to_owned())
        .collect();
    let theirs = libraries();
    let theirs = theirs["amcp"].as_array().expect("lines");
    assert_eq!(lines.len(), theirs.len());
    // The key play carries more fields than the library was given; what surrounds and escapes them is the same.
    let text = r#"\"text\":\"M. Ryan says \\\"go\\\" \\\\ now\""#;
    for (ours, theirs) in lines.iter().zip(theirs) {
        let theirs = theirs.as_str().expect("text");
        match theirs.split_once("\"{") {
            None => assert_eq!(ours, theirs),
            Some((head, data)) => {
                assert_eq!(ours.split_once("\"{").map(|o| o.0), Some(head));
                assert!(
                    ours.contains(text) && data.contains(text),
                    "{ours}\n{theirs}"
                );
                assert!(ours.ends_with("}\"") && theirs.ends_with("}\""));
            }
        }
    }
}

#[test]
fn vmix_is_told_what_its_library_tells_it() {
    let mut vmix = protocol(&json!({ "name": "a", "to": {
        "kind": "vmix", "address": "a:1",
        "cameras": { "main": "2", "rail": "3", "wing": "Rail cam & co" },
        "overlays": { "trace": { "input": "7", "channel": 2 } },
    }}));
    let mut out = Outbox::default();
    vmix.open(&mut out);
    let mut lines: Vec<String> = out.send.iter().map(|m| vmix.show(m)).collect();
    let mut out = Outbox::default();
    vmix.hear(b"SUBSCRIBE OK TALLY\r\nTALLY OK 100\r\n", &mut out)
        .expect("heard");
    for (n, step) in [
        json!({ "cut": "main" }),
        json!({ "cut": "rail", "fade_ms": 500 }),
        json!({ "cut": "wing" }),
        json!({ "overlay": "trace", "on": true }),
        json!({ "overlay": "trace", "on": false }),
    ]
    .iter()
    .enumerate()
    {
        lines.extend(sent(vmix.as_mut(), n as u64, step));
        let mut out = Outbox::default();
        vmix.hear(b"FUNCTION OK Completed\r\nTALLY OK 100\r\n", &mut out)
            .expect("heard");
    }
    assert_eq!(Value::from(lines), libraries()["vmix"]);
}

proptest! {
    /// Whatever equipment says, in whatever pieces: an adapter hears it or gives the connection up, and goes on after the
    /// next.
    #[test]
    fn no_word_of_any_equipment_ends_the_program(
        kind in 0_usize..5,
        words in prop::collection::vec(
            prop_oneof![
                prop::collection::vec(any::<u8>(), 0..40),
                "(RES|TALLY|FUNCTION|SUBSCRIBE|VERSION) ?[0-9]{0,5} ?(OK|ER|202 PLAY OK|404)? ?[0-9]{0,9}(\r\n)?".prop_map(String::into_bytes),
                (0_u8..12, "[a-zA-Z]{0,8}", "cut-[0-9]{1,20}|hello|refresh|create|item-1")
                    .prop_map(|(op, text, id)| format!(
                        r#"{{"op":{op},"d":{{"eventType":"CurrentProgramSceneChanged","eventData":{{"sceneName":"{text}"}},"requestId":"{id}","results":[{{"requestType":"GetSceneList","responseData":{{"scenes":3}}}}]}}}}"#
                    ).into_bytes()),
            ],
            0..30,
        ),
    ) {
        let name = ["obs", "vmix", "tsl", "tsl_tcp", "amcp"][kind];
        let text = std::fs::read_to_string(format!("{FOLDER}/{name}.json")).expect("a file");
        let case: Value = serde_json::from_str(&text).expect("JSON");
        let mut protocol = protocol(&case["config"]);
        let mut out = Outbox::default();
        protocol.open(&mut out);
        for (n, word) in words.iter().enumerate() {
            if protocol.hear(word, &mut out).is_err() {
                protocol.open(&mut out);
            }
            let _ = protocol.tell(n as u64, &order(&json!({ "cut": "main", "zoom": 1.5 })), &mut out);
            protocol.refresh(&mut out);
        }
        for message in &out.send {
            protocol.show(message);
        }
    }
}

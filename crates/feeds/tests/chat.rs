//! Chat lines beside what must come of them: `exemplars/<format>/<case>.<ext>` and `<case>.reports.json`.
//!
//! With `UPDATE_EXEMPLARS=1` the expected files are written anew; look at the difference before keeping it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use matchday_event::{EventTime, FaultCode};
use matchday_feeds::chat::{ChatContext, ChatProvider, Salt, chat_providers};
use proptest::prelude::*;
use serde_json::{Value, json};

fn folder(format: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/exemplars")
        .join(format)
}

fn context(salt: &str) -> ChatContext {
    ChatContext {
        salt: Salt::new(salt).expect("long enough"),
        received: EventTime::from_millis(1_795_273_205_000),
        room: Some("feed".into()),
    }
}

fn format(name: &str) -> &'static ChatProvider {
    let found = chat_providers().iter().find(|p| p.name == name);
    found.expect("registered")
}

#[test]
fn every_payload_gives_what_is_written_beside_it() {
    let mut wrong = Vec::new();
    for provider in chat_providers() {
        let mut cases: Vec<PathBuf> = fs::read_dir(folder(provider.name))
            .expect("every format has exemplars")
            .map(|e| e.expect("entry").path())
            .filter(|p| p.extension().is_some_and(|e| e != "json"))
            .collect();
        cases.sort();
        assert!(cases.len() >= 5, "{}: {cases:?}", provider.name);
        for case in cases {
            let body = fs::read(&case).expect("reads");
            let got = match (provider.parse)(&body, &context("a salt for the exemplars")) {
                Ok(parsed) => serde_json::to_value(parsed).expect("json"),
                Err(e) => {
                    json!({ "error": { "code": e.code, "place": e.place, "message": e.message } })
                }
            };
            let beside = case.with_extension("reports.json");
            if std::env::var_os("UPDATE_EXEMPLARS").is_some() {
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
fn names_never_pass_and_another_salt_gives_other_authors() {
    let body = fs::read(folder("chat-lines").join("live.jsonl")).expect("reads");
    let read = |salt: &str| {
        let parsed = (format("chat-lines").parse)(&body, &context(salt)).expect("reads");
        serde_json::to_string(&parsed).expect("json")
    };
    let one = read("one salt, long enough");
    for name in ["Ana", "\"ana", "\"bo\"", "chi\""] {
        assert!(!one.contains(name), "{name} in {one}");
    }
    assert_ne!(one, read("another salt, long enough"));
    assert_eq!(one, read("one salt, long enough"));
    let shown = format!("{:?}", context("one salt, long enough"));
    assert!(!shown.contains("one salt"), "{shown}");
    let short = Salt::new("short").expect_err("no secret").to_string();
    assert!(short.contains("5 bytes"), "{short}");
}

#[test]
fn a_flood_comes_in_reports_of_256() {
    let line = |n: usize| format!("{{\"at\":1795273200000,\"author\":\"p{n}\",\"text\":\"hi\"}}\n");
    let body: String = (0..600).map(line).collect();
    let parsed = (format("chat-lines").parse)(body.as_bytes(), &context("a salt of some length"))
        .expect("reads");
    let sizes: Vec<_> = parsed.reports.iter().map(|r| r.messages.len()).collect();
    assert_eq!(sizes, [256, 256, 88]);
}

#[test]
fn endless_lines_and_texts_are_bounded() {
    let long = format!("{{\"author\":\"a\",\"text\":\"{}\"}}\n", "ä".repeat(2000));
    let huge = format!("{{\"author\":\"a\",\"text\":\"{}\"}}\n", "x".repeat(20_000));
    let body = format!("{long}{}", huge.repeat(150));
    let parsed = (format("chat-lines").parse)(body.as_bytes(), &context("a salt of some length"))
        .expect("the first line reads");
    assert_eq!(parsed.reports[0].messages[0].text.chars().count(), 500);
    assert_eq!((parsed.set_aside, parsed.faults.len()), (150, 100));
    assert_eq!(parsed.faults[0].code, FaultCode::MessageUnreadable);
    assert_eq!(parsed.faults[0].place, "line 2");
}

#[test]
fn lines_agree_with_their_schema() {
    let at = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/feeds/chat-line.v1.json");
    let mut compiler = boon::Compiler::new();
    let mut set = boon::Schemas::new();
    let schema = compiler
        .compile(at.to_str().expect("utf-8"), &mut set)
        .unwrap_or_else(|e| panic!("{}: {e:#}", at.display()));
    let valid = |line: &str| {
        let doc: Value = serde_json::from_str(line).expect("json");
        set.validate(&doc, schema).is_ok()
    };
    let body = fs::read_to_string(folder("chat-lines").join("live.jsonl")).expect("reads");
    for line in body.lines().filter(|l| !l.is_empty()) {
        assert!(valid(line), "{line}");
    }
    for line in [
        r#"{"room":"main","text":"nobody said this"}"#,
        r#"{"room":"","author":"a","text":"b"}"#,
        r#"{"author":"a","text":7}"#,
    ] {
        assert!(!valid(line), "{line}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_a_parser_fall_over(body in prop::collection::vec(any::<u8>(), 0..300)) {
        for provider in chat_providers() {
            let _ = (provider.parse)(&body, &context("a salt of some length"));
        }
    }

    #[test]
    fn no_irc_line_makes_the_parser_fall_over(tags in "[a-z0-9:;=,/\\\\-]{0,40}", text in "\\PC{0,40}") {
        let line = format!("@emotes={tags};user-id=1 :a!a@a PRIVMSG #c :{text}\r\n");
        let _ = (format("twitch-irc").parse)(line.as_bytes(), &context("a salt of some length"));
    }
}

//! How the program behaves among others: closed pipes, files in place of terminals, exit codes.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    path::Path,
    process::{Output, Stdio},
};

#[path = "common/server.rs"]
#[allow(dead_code)]
mod server;
use server::matchday;

const GAME: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../feeds/tests/exemplars/gsis/final.json"
);

/// Plays the file to its end, without listening to anyone.
fn play(dir: &Path, file: &str) -> Output {
    matchday()
        .current_dir(dir)
        .args(["serve", "--listen", "localhost:0", "--exit", "--file", file])
        .output()
        .expect("it runs")
}

/// Reads one line of what a command prints, hangs up, and says how the command ended and what it complained of.
fn head(dir: &Path, args: &[&str]) -> (Option<i32>, String, String) {
    let mut child = matchday()
        .current_dir(dir)
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut line = String::new();
    BufReader::with_capacity(1, child.stdout.take().expect("piped"))
        .read_line(&mut line)
        .expect("a line");
    let mut said = String::new();
    child
        .stderr
        .take()
        .expect("piped")
        .read_to_string(&mut said)
        .expect("text");
    (child.wait().expect("it ends").code(), line, said)
}

#[test]
fn whoever_hangs_up_is_not_complained_to() {
    let dir = tempfile::tempdir().expect("a folder");
    assert!(play(dir.path(), GAME).status.success());
    let log = matchday()
        .current_dir(dir.path())
        .args(["log", "ls", "--json"])
        .output()
        .expect("it runs");
    let log: serde_json::Value = serde_json::from_slice(&log.stdout).expect("json");
    let game = log["games"][0]["game"].as_str().expect("a game").to_owned();
    // More than a pipe holds, so that there is something left to write when nobody reads any more.
    let many: [&[&str]; 6] = [
        &["feeds"],
        &["rules", "names"],
        &["log", "cat", &game],
        &["log", "export", "--format", "jsonl", "--out", "-"],
        &["sim", "micro", "--events", "5000", "--out", "-"],
        &["sim", "viewers", "--out", "-"],
    ];
    for args in many {
        let (code, line, said) = head(dir.path(), args);
        assert!(line.len() > 10, "{args:?}: {line:?}");
        assert_eq!((code, said.as_str()), (Some(0), ""), "{args:?}");
    }
    assert!(!dir.path().join("-").exists(), "a file called -");
}

#[test]
fn records_that_there_are_not_are_not_passed_over_in_silence() {
    let dir = tempfile::tempdir().expect("a folder");
    assert!(play(dir.path(), GAME).status.success());
    let cat = |more: &[&str]| {
        let done = matchday()
            .current_dir(dir.path())
            .args(["log", "cat", "nfl-2017010100"])
            .args(more)
            .output()
            .expect("it runs");
        let said = String::from_utf8(done.stderr).expect("text");
        (done.status.code(), said)
    };
    let (code, said) = cat(&["--from", "20000"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("ends with record"), "{said}");
    let (code, said) = cat(&["--from", "3", "--to", "2"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("--from 3 is behind --to 2"), "{said}");
}

#[test]
fn an_export_is_not_taken_for_a_feed() {
    let dir = tempfile::tempdir().expect("a folder");
    assert!(play(dir.path(), GAME).status.success());
    let run = |args: &[&str]| {
        let done = matchday().current_dir(dir.path()).args(args).output();
        done.expect("it runs")
    };
    let export = [
        "log",
        "export",
        "--format",
        "jsonl",
        "--out",
        "export.jsonl",
    ];
    assert!(run(&export).status.success());
    let replayed = run(&["replay", "export.jsonl"]);
    let said = String::from_utf8(replayed.stderr).expect("text");
    assert!(said.contains("replay --log DIR"), "{said}");
}

#[test]
fn what_does_not_go_to_a_terminal_has_no_colours() {
    let dir = tempfile::tempdir().expect("a folder");
    let played = play(dir.path(), GAME);
    let said = String::from_utf8(played.stderr).expect("text");
    assert!(said.contains("INFO"), "{said}");
    assert!(!said.contains('\u{1b}'), "{said}");
}

#[test]
fn a_file_that_cannot_be_played_is_a_failure_where_its_end_is_waited_for() {
    let dir = tempfile::tempdir().expect("a folder");
    fs::write(dir.path().join("notes.txt"), "no game at all\n").expect("written");
    let played = play(dir.path(), "notes.txt");
    assert_eq!(played.status.code(), Some(1));
    let said = String::from_utf8(played.stderr).expect("text");
    let last = said.lines().last().expect("a line");
    assert!(last.starts_with("matchday: notes.txt: "), "{said}");
}

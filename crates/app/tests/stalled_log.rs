//! Nobody reads the program's log, and its pipe fills up: the games go on all the same.

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

#[test]
fn a_log_that_nobody_reads_holds_nothing_up() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_matchday"))
        // Every step of every library is told: far more than a pipe holds.
        .args(["demo", "--speed", "max", "--exit", "--log-filter", "trace"])
        .args(["--listen", "127.0.0.1:0"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the demo starts");
    // A demo that is held up never ends; the limit is there so that the test does.
    let limit = Instant::now() + Duration::from_secs(240);
    let ended = loop {
        match child.try_wait().expect("a child") {
            Some(status) => break Some(status),
            None if Instant::now() > limit => break None,
            None => std::thread::sleep(Duration::from_millis(50)),
        }
    };
    if ended.is_none() {
        child.kill().expect("a kill");
        child.wait().expect("a killed child");
    }
    let status = ended.expect("the demo was held up by its log");
    assert!(status.success(), "{status}");
}

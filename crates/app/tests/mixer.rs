//! `matchday mixer`: outputs of the configuration by hand, and both ends of the micro-event link.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    net::UdpSocket,
    process::{Command, Output, Stdio},
    time::Duration,
};

fn matchday() -> Command {
    Command::new(env!("CARGO_BIN_EXE_matchday"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_cut_by_hand_reaches_the_output_that_is_named() {
    let lamps = UdpSocket::bind(("127.0.0.1", 0)).expect("a port");
    lamps
        .set_read_timeout(Some(Duration::from_secs(60)))
        .expect("set");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("matchday.toml");
    let address = lamps.local_addr().expect("an address");
    let config = format!(
        "[[mixers]]\nname = \"lamps\"\n\
         to = {{ kind = \"tsl\", address = \"{address}\", cameras = {{ rail = {{ index = 5 }} }} }}\n\
         [[mixers]]\nname = \"dry\"\ngame = \"soccer-1\"\ndry_run = true\n\
         to = {{ kind = \"vmix\", address = \"127.0.0.1:9\", cameras = {{ rail = \"2\" }} }}\n"
    );
    fs::write(&file, config).expect("written");
    let run = |args: &[&str]| -> Output {
        matchday()
            .arg("--config")
            .arg(&file)
            .arg("mixer")
            .args(args)
            .output()
            .expect("it runs")
    };

    let out = run(&["cut", "rail", "--output", "lamps"]);
    assert!(out.status.success(), "{}", text(&out.stderr));
    assert!(
        text(&out.stdout).starts_with("lamps has rail on air, "),
        "{}",
        text(&out.stdout)
    );
    let mut red = false;
    while !red {
        let mut packet = [0; 64];
        lamps.recv(&mut packet).expect("a packet");
        assert_eq!(packet[6], 5);
        red = packet[8] & 0b11_1111 == 0b01_0101;
    }

    let out = run(&["cut", "rail", "--output", "dry", "--fade-ms", "500"]);
    assert!(out.status.success(), "{}", text(&out.stderr));
    assert_eq!(
        text(&out.stdout),
        "would send: FUNCTION Fade Input=2&Duration=500\n"
    );

    let out = run(&["cut", "wing", "--output", "dry"]);
    assert!(!out.status.success());
    assert!(
        text(&out.stderr).contains("no input for camera wing"),
        "{}",
        text(&out.stderr)
    );

    let out = run(&["cut", "rail"]);
    assert!(!out.status.success());
    assert!(
        text(&out.stderr).contains("say which with --output"),
        "{}",
        text(&out.stderr)
    );

    let out = run(&["check", "--json"]);
    assert!(out.status.success(), "{}", text(&out.stderr));
    let report: serde_json::Value = serde_json::from_slice(&out.stdout).expect("JSON");
    assert_eq!(report["outputs"][0]["connected"], true);
    assert_eq!(report["outputs"][1]["dry_run"], true);
}

#[cfg(unix)]
#[test]
fn what_is_sent_is_received_and_counted_until_interrupted() {
    let mut receiver = matchday()
        .args(["mixer", "receive", "--listen", "127.0.0.1:0", "--records"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut out = BufReader::new(receiver.stdout.take().expect("piped"));
    let mut line = String::new();
    out.read_line(&mut line).expect("a line");
    let address = line
        .trim()
        .strip_prefix("listening on ")
        .expect("where")
        .to_owned();
    let sender = matchday()
        .args([
            "mixer",
            "send",
            "--to",
            &address,
            "--matches",
            "8",
            "--seconds",
            "3",
        ])
        .output()
        .expect("it runs");
    assert!(sender.status.success(), "{}", text(&sender.stderr));
    let sent = text(&sender.stdout);
    let streams = sent.lines().filter(|l| l.starts_with("stream")).count();
    assert!(streams > 0, "{sent}");
    let interrupt = Command::new("kill")
        .args(["-INT", &receiver.id().to_string()])
        .status()
        .expect("it runs");
    assert!(interrupt.success());
    let mut told = String::new();
    out.read_to_string(&mut told).expect("the report");
    assert!(receiver.wait().expect("ended").success(), "{told}");
    let of = format!(" of {streams} matches");
    assert!(
        told.contains(&of) && told.contains("lost        0 "),
        "{sent}\n{told}"
    );
    let new = sent
        .split_once("sent        ")
        .and_then(|(_, s)| s.split_once(' '))
        .map(|(n, _)| n);
    assert!(
        told.contains(&format!("records     {} new", new.expect("a number"))),
        "{sent}\n{told}"
    );
}

//! The micro-event link over real sockets, and its records as Wireshark reads them.

use std::{
    net::UdpSocket,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use matchday_deliver::mixer::{
    MixerConfig, Mixers, bench,
    meter::receive,
    micro::{FLAG_REPEAT, Record, camera_of, kind_of},
};
use matchday_event::{
    Approved, Audience, EventTime, GameId, Side,
    senses::{Camera, MicroEvent, MicroKind, Place, Sense},
};

use crate::world::{PATIENCE, approve, game};

fn event(n: u32) -> MicroEvent {
    let pick = |len: usize| n as usize % len;
    MicroEvent {
        at: EventTime(1_000_000),
        match_ms: n * 1001,
        kind: MicroKind::ALL[pick(MicroKind::ALL.len())],
        label: None,
        sense: Sense::Tracking,
        place: n
            .is_multiple_of(3)
            .then(|| Place::new(0.25, 0.75))
            .flatten(),
        side: [None, Some(Side::Home), Some(Side::Away)][pick(3)],
        camera: Camera::ALL[pick(Camera::ALL.len())],
        confidence: 0.75 + (n % 26) as f32 / 100.0,
    }
}

#[tokio::test]
async fn events_arrive_once_and_are_repeated_until_the_next() {
    let socket = UdpSocket::bind(("127.0.0.1", 0)).expect("a port");
    let address = socket.local_addr().expect("an address");
    let config: MixerConfig = toml::from_str(&format!(
        "name = \"link\"\n[to]\nkind = \"micro_udp\"\naddress = \"{address}\"\nstreams = {{ nfl-1 = 77 }}"
    ))
    .expect("a configuration");
    let mixers = Mixers::start(&[config], Arc::new(|| EventTime(1_000_000)), None).expect("starts");
    let approved =
        |e: MicroEvent| -> Approved<MicroEvent> { approve(&game(), Audience::Production, 1, e) };
    for n in 0..20 {
        mixers.micro(&approved(event(n)));
    }
    mixers.micro(&approved(MicroEvent {
        confidence: 0.74,
        ..event(99)
    }));
    let stop = AtomicBool::new(false);
    let mut records: Vec<Record> = Vec::new();
    let received = receive(&socket, Some(PATIENCE), &stop, |record| {
        if records.len() < 60 {
            records.push(*record);
        } else {
            stop.store(true, Relaxed);
        }
    })
    .expect("received");
    assert_eq!(
        (received.streams, received.lost, received.malformed),
        (1, 0, 0)
    );
    assert!(received.received >= 60);
    assert_eq!(
        (received.events, received.repeats),
        (20, received.received - 20)
    );
    for (n, record) in records.iter().enumerate() {
        assert_eq!((record.sequence as usize, record.stream), (n, 77));
    }
    let new: Vec<u32> = records
        .iter()
        .filter(|r| !r.has(FLAG_REPEAT))
        .map(|r| r.match_ms)
        .collect();
    assert_eq!(new, (0..20).map(|n| n * 1001).collect::<Vec<_>>());
    let report = &mixers.report().links[0];
    assert_eq!(
        (report.counts.below_confidence, report.streams[0].number),
        (1, 77)
    );
    mixers.ended(&game());
    assert!(mixers.report().links[0].streams.is_empty());
}

#[test]
fn the_bench_measures_every_match_and_loses_nothing_here() {
    let games: Vec<GameId> = (0..4)
        .map(|n| GameId::new(format!("g-{n}")).expect("an id"))
        .collect();
    let events = (0..40).map(|n| {
        (
            Duration::from_millis(10 * n),
            games[n as usize % 4].clone(),
            event(n as u32),
        )
    });
    let got = bench::link(&games, Duration::from_millis(600), events).expect("measured");
    assert_eq!(
        (
            got.received.streams,
            got.received.lost,
            got.received.reordered
        ),
        (4, 0, 0)
    );
    assert_eq!((got.sent.counts.events, got.received.events), (40, 40));
    assert_eq!(got.sent.counts.unsent, 0);
}

/// A capture file: raw IPv4 (link type 101), a UDP datagram a packet.
fn pcap(port: u16, payloads: &[Vec<u8>]) -> Vec<u8> {
    let mut out = Vec::new();
    for word in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, 101] {
        out.extend(word.to_le_bytes());
    }
    for (n, payload) in payloads.iter().enumerate() {
        let length = 28 + payload.len() as u32;
        for word in [n as u32, 0, length, length] {
            out.extend(word.to_le_bytes());
        }
        let mut ip = vec![
            0x45,
            0,
            0,
            length as u8,
            0,
            0,
            0,
            0,
            64,
            17,
            0,
            0,
            127,
            0,
            0,
            1,
            127,
            0,
            0,
            1,
        ];
        let sum: u32 = ip
            .chunks(2)
            .map(|w| u32::from(w[0]) << 8 | u32::from(w[1]))
            .sum();
        let sum = !((sum & 0xffff) + (sum >> 16)) as u16;
        ip[10..12].copy_from_slice(&sum.to_be_bytes());
        out.extend(ip);
        out.extend(50_000_u16.to_be_bytes());
        out.extend(port.to_be_bytes());
        out.extend((8 + payload.len() as u16).to_be_bytes());
        out.extend([0, 0]);
        out.extend(payload);
    }
    out
}

#[test]
fn wireshark_reads_what_the_link_writes() {
    if Command::new("tshark").arg("--version").output().is_err() {
        println!("left out: wireshark_reads_what_the_link_writes (tshark is not installed)");
        return;
    }
    let mut records: Vec<Record> = (0..100)
        .map(|n| Record {
            sequence: (65_500 + n) as u16,
            stream: 7,
            ..Record::of(&event(n)).expect("sure enough")
        })
        .collect();
    records[50].flags |= FLAG_REPEAT;
    let mut payloads: Vec<Vec<u8>> = records.iter().map(|r| r.build().to_vec()).collect();
    payloads.push(b"no record".to_vec());
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("link.pcap");
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../scripts/wireshark/matchday_micro.lua"
    );
    let fields = [
        "sequence",
        "stream",
        "time",
        "x",
        "y",
        "camera",
        "confidence",
        "kind",
        "flags",
        "flags.repeat",
        "flags.empty",
        "flags.place",
        "flags.side",
    ];
    for (port, option) in [(47_120, None), (5555, Some("matchday_micro.port:5555"))] {
        std::fs::write(&file, pcap(port, &payloads)).expect("written");
        let mut tshark = Command::new("tshark");
        tshark
            // Settings and plugins of whoever runs this are none of ours.
            .env("HOME", folder.path())
            .env("XDG_CONFIG_HOME", folder.path())
            .arg("-r")
            .arg(&file)
            .args([
                "-X",
                &format!("lua_script:{script}"),
                "-T",
                "fields",
                "-E",
                "separator=;",
            ]);
        if let Some(option) = option {
            tshark.args(["-o", option]);
        }
        for field in fields {
            tshark.args(["-e", &format!("matchday_micro.{field}")]);
        }
        tshark.args(["-e", "_ws.col.Info", "-e", "_ws.col.Protocol"]);
        let out = tshark.output().expect("tshark runs");
        let errors = String::from_utf8_lossy(&out.stderr);
        assert!(
            out.status.success() && !errors.contains("Lua: Error"),
            "{errors}"
        );
        let text = String::from_utf8_lossy(&out.stdout);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 101, "{errors}");
        for (record, line) in records.iter().zip(&lines) {
            let got: Vec<&str> = line.split(';').collect();
            let bit = |flag: u8| u8::from(record.has(flag)).to_string();
            let want = [
                record.sequence.to_string(),
                record.stream.to_string(),
                record.match_ms.to_string(),
                record.x.to_string(),
                record.y.to_string(),
                record.camera.to_string(),
                record.confidence.to_string(),
                record.kind.to_string(),
                format!("0x{:02x}", record.flags),
                bit(FLAG_REPEAT),
                bit(2),
                bit(4),
                (record.flags >> 4 & 3).to_string(),
            ];
            assert_eq!(got[..fields.len()], want, "{line}");
            let info = got[fields.len()];
            let kind = kind_of(record.kind).expect("a kind").as_str();
            let camera = camera_of(record.camera).expect("a camera").as_str();
            assert!(info.contains(kind) && info.contains(camera), "{info}");
            assert_eq!(got[fields.len() + 1], "MATCHDAY", "{line}");
        }
        let last = lines[100];
        assert!(
            !last.contains("MATCHDAY"),
            "what is no record is left to others: {last}"
        );
    }
}

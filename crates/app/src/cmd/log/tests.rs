use matchday_event::PlayId;
use matchday_store::log::{Entry, EventLog, LogId, LogOptions, SegmentLog};

use super::*;

fn entry(game: &str, n: i64) -> Entry {
    Entry {
        game: GameId::new(game).expect("a good id"),
        received: EventTime(1_483_290_000_000_000 + n * 1_500_000),
        source: "gsis:http".into(),
        signal: Signal::Withdrawn {
            play_id: PlayId::new(n.to_string()),
        },
    }
}

/// Two games of three records and one, in a log that is still open for writing.
fn sunday() -> (tempfile::TempDir, SegmentLog) {
    let dir = tempfile::tempdir().expect("a directory");
    let options = LogOptions {
        id: Some(LogId([0xab; 16])),
        ..LogOptions::default()
    };
    let log = SegmentLog::open(dir.path(), options).expect("opened");
    let batch = [
        entry("nfl-1", 0),
        entry("ncaaf-2", 1),
        entry("nfl-1", 2),
        entry("nfl-1", 3),
    ];
    log.append_blocking(&batch).expect("appended");
    (dir, log)
}

fn text(run: impl FnOnce(&mut Vec<u8>) -> anyhow::Result<()>) -> (String, Option<String>) {
    let mut out = Vec::new();
    let error = run(&mut out).err().map(|e| format!("{e:#}"));
    (String::from_utf8(out).expect("text"), error)
}

fn seqs(lines: &str) -> Vec<String> {
    let id = |line| {
        let event: CloudEvent<Signal> = serde_json::from_str(line).expect("an event");
        event.id
    };
    lines.lines().map(id).collect()
}

#[test]
fn ls_lists_the_games_while_the_log_is_being_written() {
    let (dir, _log) = sunday();
    let (table, error) = text(|out| ls(dir.path(), false, out));
    assert_eq!(error, None);
    let expected = "\
GAME     RECORDS  FIRST RECEIVED          LAST RECEIVED           BYTES
ncaaf-2        1  2017-01-01T17:00:01.5Z  2017-01-01T17:00:01.5Z  110 B
nfl-1          3  2017-01-01T17:00:00Z    2017-01-01T17:00:04.5Z  324 B

2 games, 4 records, 434 B, log abababababababababababababababab
";
    assert_eq!(table, expected);
    let (json, _) = text(|out| ls(dir.path(), true, out));
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["games"][1]["game"], "nfl-1");
    assert_eq!(json["games"][1]["records"], 3);
    assert_eq!(json["records"], 4);
    assert_eq!(json["damage"], serde_json::Value::Null);
}

#[test]
fn cat_prints_cloud_events() {
    let (dir, _log) = sunday();
    let game = GameId::new("nfl-1").expect("a good id");
    let (lines, error) = text(|out| cat(dir.path(), &game, 2..=2, false, out));
    assert_eq!(error, None);
    let expected = concat!(
        r#"{"specversion":"1.0","id":"nfl-1/2/0","source":"/feeds/gsis:http","#,
        r#""type":"matchday.signal.withdrawn.v1","subject":"nfl-1","time":"2017-01-01T17:00:03Z","#,
        r#""dataschema":"signal.v1.json","data":{"type":"withdrawn","play_id":"2"}}"#,
        "\n"
    );
    assert_eq!(lines, expected);
    let (lines, _) = text(|out| cat(dir.path(), &game, 2..=Seq::MAX, false, out));
    assert_eq!(seqs(&lines), ["nfl-1/2/0", "nfl-1/3/0"]);
    let nobody = GameId::new("nobody").expect("a good id");
    let (_, error) = text(|out| cat(dir.path(), &nobody, 1..=9, false, out));
    assert!(error.is_some_and(|e| e.contains("no game nobody")));
}

#[test]
fn cat_follows_a_game_as_it_is_written() {
    let (dir, log) = sunday();
    let game = GameId::new("nfl-1").expect("a good id");
    let follow = |out: &mut Vec<u8>| cat(dir.path(), &game, 3..=6, true, out);
    let (lines, error) = std::thread::scope(|scope| {
        let following = scope.spawn(|| text(follow));
        for n in 4..9 {
            log.append_blocking(&[entry("nfl-1", n)]).expect("appended");
        }
        following.join().expect("no panic")
    });
    assert_eq!(error, None);
    assert_eq!(
        seqs(&lines),
        ["nfl-1/3/0", "nfl-1/4/0", "nfl-1/5/0", "nfl-1/6/0"]
    );
}

#[test]
fn verify_says_where_the_damage_is_and_repair_ends_the_log_before_it() {
    let (dir, log) = sunday();
    let (said, error) = text(|out| check(dir.path(), false, out));
    assert_eq!(error, None);
    assert!(
        said.ends_with("whole: every checksum is right and no number is missing\n"),
        "{said}"
    );
    log.append_blocking(&[entry("nfl-1", 9)]).expect("appended");
    drop(log);
    let path = dir.path().join("0000000001.seg");
    let mut bytes = std::fs::read(&path).expect("read");
    bytes[100] ^= 1;
    std::fs::write(&path, bytes).expect("written");
    let (said, error) = text(|out| check(dir.path(), false, out));
    assert!(
        said.contains("0000000001.seg is damaged at byte 64: "),
        "{said}"
    );
    assert!(error.is_some_and(|e| e.contains("damaged in 2 places")));
    let (json, _) = text(|out| check(dir.path(), true, out));
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(
        (&json["whole"], &json["damages"][0]["offset"]),
        (&false.into(), &64.into())
    );
    let (_, error) = text(|out| ls(dir.path(), false, out));
    assert!(error.is_some_and(|e| e.contains("byte 64")));

    let (said, _) = text(|out| mend(dir.path(), false, out));
    assert!(said.contains("0 records come before it"), "{said}");
    let (said, error) = text(|out| mend(dir.path(), true, out));
    assert_eq!(error, None);
    assert!(said.contains("0000000001.seg.damaged"), "{said}");
    let (_, error) = text(|out| check(dir.path(), false, out));
    assert_eq!(error, None);
}

#[test]
fn export_writes_a_whole_file_or_none() {
    let (dir, _log) = sunday();
    let file = dir.path().join("out.jsonl");
    export(dir.path(), None, Format::Jsonl, &file).expect("exported");
    let lines = std::fs::read_to_string(&file).expect("read");
    assert_eq!(
        seqs(&lines),
        ["nfl-1/1/0", "ncaaf-2/1/0", "nfl-1/2/0", "nfl-1/3/0"]
    );
    let game = GameId::new("ncaaf-2").expect("a good id");
    let file = dir.path().join("out.parquet");
    export(dir.path(), Some(&game), Format::Parquet, &file).expect("exported");
    let bytes = std::fs::read(&file).expect("read");
    assert_eq!(
        (&bytes[..4], &bytes[bytes.len() - 4..]),
        (&b"PAR1"[..], &b"PAR1"[..])
    );

    let nobody = GameId::new("nobody").expect("a good id");
    let file = dir.path().join("none.jsonl");
    export(dir.path(), Some(&nobody), Format::Jsonl, &file).expect_err("no such game");
    let left: Vec<_> = std::fs::read_dir(dir.path())
        .expect("listed")
        .map(|e| e.expect("an entry").file_name())
        .filter(|name| name.to_string_lossy().starts_with("none"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

//! What the durable log promises beyond the suite: that it is there tomorrow, whatever happened today.

mod common;

use std::{
    collections::HashMap,
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use common::{TestDisk, all, append, entry, game, numbered, open, quiet, segments, view};
use matchday_store::log::{
    Entry, EventLog, LogError, LogId, LogOptions, LogView, SegmentLog, TailFrom, repair,
};
use proptest::prelude::*;

#[test]
fn it_is_there_when_opened_again() {
    let dir = tempfile::tempdir().expect("a directory");
    let entries: Vec<_> = (0..30)
        .map(|n| entry(["a", "b"][n % 2], n as i64))
        .collect();
    let log = open(dir.path());
    let id = log.id();
    append(&log, &entries[..20]);
    drop(log);
    let log = open(dir.path());
    assert_eq!(log.id(), id);
    assert_eq!(log.cut(), None);
    assert_eq!(append(&log, &entries[20..])[0], 11);
    assert_eq!(all(log.read_all()), numbered(&entries));
    let other = tempfile::tempdir().expect("a directory");
    assert_ne!(open(other.path()).id(), id, "each log has an id of its own");
}

#[test]
fn an_id_handed_in_is_that_of_a_new_log_only() {
    let dir = tempfile::tempdir().expect("a directory");
    let with = |byte| LogOptions {
        id: Some(LogId([byte; 16])),
        ..LogOptions::default()
    };
    let open = |byte| {
        SegmentLog::open(dir.path(), with(byte))
            .expect("opened")
            .id()
    };
    assert_eq!((open(1), open(2)), (LogId([1; 16]), LogId([1; 16])));
    assert_eq!(LogId([0xab; 16]).to_string(), "ab".repeat(16));
}

#[test]
fn a_second_writer_is_refused_by_name() {
    let dir = tempfile::tempdir().expect("a directory");
    let first = open(dir.path());
    let error = SegmentLog::open(dir.path(), LogOptions::default()).expect_err("taken");
    let said = error.to_string();
    assert!(matches!(error, LogError::Locked { .. }), "{said}");
    assert!(
        said.contains(&format!("process {}", std::process::id())),
        "{said}"
    );
    assert!(said.contains(&dir.path().display().to_string()), "{said}");
    let busy = repair(dir.path()).expect_err("taken");
    assert!(matches!(busy, LogError::Locked { .. }), "{busy}");
    first.close().expect("closed");
    open(dir.path());
}

#[test]
fn appends_that_wait_together_are_synced_together() {
    let dir = tempfile::tempdir().expect("a directory");
    let disk = TestDisk::default();
    let log = SegmentLog::open(dir.path(), disk.options()).expect("opened");
    // While the disk's faults are held the first sync cannot end, so that all the others come to wait.
    let held = disk.faults();
    let appends: Vec<_> = (0..100).map(|n| log.append(&[entry("a", n)])).collect();
    drop(held);
    let seqs = futures::executor::block_on(futures::future::try_join_all(appends));
    let seqs: Vec<_> = seqs.expect("appended").concat();
    assert_eq!(seqs, (1..=100).collect::<Vec<_>>());
    let syncs = disk.faults().syncs;
    assert!(
        syncs <= 3,
        "{syncs} syncs for a hundred appends that waited together"
    );
}

#[test]
fn an_append_over_the_queues_limit_is_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    let options = LogOptions {
        queue_bytes: 1000,
        ..LogOptions::default()
    };
    let log = SegmentLog::open(dir.path(), options).expect("opened");
    let batch: Vec<_> = (0..10).map(|n| entry("a", n)).collect();
    let error = log.append_blocking(&batch).expect_err("too large");
    assert!(
        matches!(error, LogError::TooLarge { limit: 1000, .. }),
        "{error}"
    );
    append(&log, &batch[1..2]);
}

#[test]
fn a_view_reads_what_a_writer_holds_and_follows_it() {
    let dir = tempfile::tempdir().expect("a directory");
    let error = LogView::open(dir.path(), &mut |_, _| {}).expect_err("nothing there");
    assert!(matches!(error, LogError::Missing { .. }), "{error}");
    let options = LogOptions {
        segment_bytes: 1500,
        ..TestDisk::default().options()
    };
    let log = SegmentLog::open(dir.path(), options).expect("opened");
    let entries: Vec<_> = (0..60)
        .map(|n| entry(["a", "b"][n % 2], n as i64))
        .collect();
    let expected = numbered(&entries);
    let mut view = view(dir.path());
    assert_eq!(view.id(), log.id());
    let (mut one, mut every) = (view.follow(&game("b"), 1), view.follow_all());
    let (mut of_b, mut of_all) = (Vec::new(), Vec::new());
    for batch in entries.chunks(4) {
        append(&log, batch);
        assert_eq!(view.refresh().expect("refreshed"), batch.len() as u64);
        use matchday_store::log::Cursor as _;
        of_b.extend(std::iter::from_fn(|| one.advance()).map(|r| r.expect("whole")));
        of_all.extend(std::iter::from_fn(|| every.advance()).map(|r| r.expect("whole")));
    }
    assert!(segments(dir.path()).len() > 3);
    assert_eq!(of_all, expected);
    assert_eq!(of_b.len(), 30);
    assert!(of_b.iter().zip(1..).all(|(r, seq)| r.seq == seq));
    assert_eq!(view.games(), log.games());
    assert!(quiet(dir.path()).is_whole());
}

/// The child of the test below: appends for ever and says what was acknowledged.
#[test]
#[ignore = "run by a_killed_writer_loses_nothing_acknowledged as its child"]
fn child_that_appends_until_killed() {
    let Some(dir) = std::env::var_os("MATCHDAY_TEST_LOG_DIR") else {
        return;
    };
    let log = open(Path::new(&dir));
    let from = log.game(&game("a")).map_or(0, |g| g.last_seq as i64);
    for n in from.. {
        let seqs = append(&log, &[entry("a", n), entry("b", n)]);
        println!("acknowledged {}", seqs[0]);
    }
}

#[test]
fn a_killed_writer_loses_nothing_acknowledged() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut last = 0;
    for round in 1..=6 {
        let mut child = Command::new(std::env::current_exe().expect("this test's program"))
            .args([
                "--exact",
                "child_that_appends_until_killed",
                "--ignored",
                "--nocapture",
            ])
            .env("MATCHDAY_TEST_LOG_DIR", dir.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("started");
        let lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let mut acknowledged = Vec::new();
        for line in lines {
            let Ok(line) = line else { break };
            if let Some((_, seq)) = line.split_once("acknowledged ") {
                acknowledged.push(seq.trim().parse::<u64>().expect("a number"));
                if acknowledged.len() == round * 7 {
                    child.kill().expect("killed");
                }
            }
        }
        child.wait().expect("ended");
        assert_eq!(
            acknowledged[0],
            last + 1,
            "the child goes on where the last one was"
        );
        let log = open(dir.path());
        let records = all(log.read(&game("a"), 1));
        last = records.len() as u64;
        assert!(
            acknowledged.iter().all(|seq| *seq <= last),
            "{acknowledged:?} of {last}"
        );
        let expected: Vec<_> = (0..last as i64).map(|n| entry("a", n)).collect();
        assert_eq!(records, numbered(&expected));
        // The two entries of an append are there both or not at all.
        assert_eq!(log.game(&game("b")).map(|g| g.last_seq), Some(last));
    }
}

/// Format 1 as it was first written. The sample must stay readable for ever: when the format changes, a new
/// sample is added beside it.
#[test]
fn format_1_stays_readable() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    let path = samples.join("log-v1");
    if std::env::var_os("MATCHDAY_WRITE_SAMPLES").is_some() && !path.exists() {
        let options = LogOptions {
            id: Some(LogId(*b"matchday's first")),
            segment_bytes: 2000,
            ..LogOptions::default()
        };
        let log = SegmentLog::open(&path, options).expect("created");
        for batch in sample_entries().chunks(3) {
            append(&log, batch);
        }
        drop(log);
        fs::remove_file(path.join("lock")).expect("removed");
    }
    let view = view(&path);
    assert_eq!(view.id(), LogId(*b"matchday's first"));
    assert_eq!(all(view.read_all()), numbered(&sample_entries()));
    let found = quiet(&path);
    assert!(found.is_whole() && found.segments > 1 && found.unfinished.is_none());
}

fn sample_entries() -> Vec<Entry> {
    (0..20)
        .map(|n| entry(["nfl-1", "ncaaf-2"][n % 2], n as i64))
        .collect()
}

#[derive(Debug, Clone)]
enum Step {
    Append(Vec<(usize, i64)>),
    Reopen,
    /// Reopened after a crash that left the first bytes of an append behind.
    Crash(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => prop::collection::vec((0..4_usize, 0..1000_i64), 0..6).prop_map(Step::Append),
        1 => Just(Step::Reopen),
        1 => (1..120_usize).prop_map(Step::Crash),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_run_of_appends_and_reopenings_reads_as_a_list_would(
        steps in prop::collection::vec(step(), 1..30),
        segment_bytes in 100..4000_u64,
    ) {
        let dir = tempfile::tempdir().expect("a directory");
        let options = || LogOptions { segment_bytes, ..TestDisk::default().options() };
        let reopen = || SegmentLog::open(dir.path(), options()).expect("opened");
        let names = ["a", "b", "nfl-2017010100", "x.y_z"];
        let mut model: Vec<Entry> = Vec::new();
        let mut log = reopen();
        let mut tail = log.tail(TailFrom::Start);
        let mut tailed = Vec::new();
        for step in steps {
            match step {
                Step::Append(batch) => {
                    let batch: Vec<_> = batch.iter().map(|(g, n)| entry(names[*g], *n)).collect();
                    let seqs = append(&log, &batch);
                    model.extend(batch);
                    let due = numbered(&model).split_off(model.len() - seqs.len());
                    prop_assert_eq!(seqs, due.iter().map(|l| l.seq).collect::<Vec<_>>());
                    tailed.extend(std::iter::from_fn(|| tail.try_next()).map(|r| r.expect("whole")));
                }
                Step::Reopen => {
                    drop(log);
                    log = reopen();
                    tail = log.tail(TailFrom::End);
                }
                Step::Crash(len) => {
                    drop(log);
                    let last = segments(dir.path()).pop().expect("a segment");
                    let mut bytes = fs::read(&last).expect("read");
                    let half = bytes.iter().skip(64).take(len).copied().collect::<Vec<_>>();
                    // Half a record, with the checksum of no record.
                    bytes.extend(half.iter().map(|b| b ^ 0x55));
                    let torn = !half.is_empty();
                    fs::write(&last, bytes).expect("written");
                    log = reopen();
                    prop_assert_eq!(log.cut().is_some(), torn);
                    tail = log.tail(TailFrom::End);
                }
            }
        }
        let expected = numbered(&model);
        prop_assert_eq!(&tailed, &expected);
        prop_assert_eq!(&all(log.read_all()), &expected);
        let mut by_game: HashMap<_, Vec<_>> = HashMap::new();
        for record in expected {
            by_game.entry(record.game.clone()).or_default().push(record);
        }
        prop_assert_eq!(log.games().len(), by_game.len());
        for (game, expected) in by_game {
            let from = 1 + expected.len() as u64 / 2;
            prop_assert_eq!(&all(log.read(&game, 1)), &expected);
            prop_assert_eq!(&all(log.read(&game, from)), &expected[from as usize - 1..]);
        }
        drop(log);
        prop_assert!(quiet(dir.path()).is_whole());
    }
}

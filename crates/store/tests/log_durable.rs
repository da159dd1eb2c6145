//! What the durable log promises beyond the suite: that it is there tomorrow, whatever happened today.

mod common;

use std::{
    collections::HashMap,
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use common::{TestDisk, all, append, entry, game, numbered, short, until_error};
use matchday_event::Logged;
use matchday_store::log::{
    Entry, EventLog, LogError, LogId, LogOptions, LogView, SegmentLog, TailFrom, repair, verify,
};
use proptest::prelude::*;

fn open(dir: &Path) -> SegmentLog {
    SegmentLog::open(dir, LogOptions::default()).expect("opened")
}

fn segments(dir: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(dir)
        .expect("listed")
        .map(|e| e.expect("an entry").path())
        .filter(|p| p.extension().is_some_and(|e| e == "seg"))
        .collect();
    paths.sort();
    paths
}

fn quiet(dir: &Path) -> matchday_store::log::Verification {
    verify(dir, &mut |_, _| {}).expect("verified")
}

fn view(dir: &Path) -> LogView {
    LogView::open(dir, &mut |_, _| {}).expect("opened for reading")
}

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

/// A log in one segment: its bytes, its entries, and for each byte length how many entries are whole by then.
struct Sample {
    bytes: Vec<u8>,
    records: Vec<Logged>,
    /// Where each append ends, and how many records there are by then.
    ends: Vec<(usize, usize)>,
}

impl Sample {
    /// Six appends of one, two and three short records.
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let log = open_quickly(dir.path());
        let path = &segments(dir.path())[0];
        let len = || fs::metadata(path).expect("there").len() as usize;
        let mut entries = Vec::new();
        let mut ends = vec![(len(), 0)];
        for n in 0..6 {
            let batch: Vec<_> = (0..n % 3 + 1)
                .map(|m| short(["a", "b"][m as usize % 2], n * 9 + m))
                .collect();
            append(&log, &batch);
            entries.extend(batch);
            ends.push((len(), entries.len()));
        }
        drop(log);
        Self {
            bytes: fs::read(path).expect("read"),
            records: numbered(&entries),
            ends,
        }
    }

    fn put(&self, dir: &Path, bytes: &[u8]) {
        fs::write(dir.join("0000000001.seg"), bytes).expect("written");
    }
}

fn open_quickly(dir: &Path) -> SegmentLog {
    SegmentLog::open(dir, TestDisk::default().options()).expect("opened")
}

/// Opens, checks what is there, appends, and checks again after opening once more.
fn holds_and_goes_on(dir: &Path, expected: &[Logged], case: &str) {
    let log = open_quickly(dir);
    assert_eq!(all(log.read_all()), expected, "{case}");
    let new = [short("a", 1000), short("c", 1001)];
    append(&log, &new);
    drop(log);
    let log = open_quickly(dir);
    assert_eq!(log.cut(), None, "{case}");
    let after = all(log.read_all());
    assert_eq!(after[..expected.len()], *expected, "{case}");
    let games: Vec<_> = after[expected.len()..]
        .iter()
        .map(|l| l.game.clone())
        .collect();
    assert_eq!(games, [game("a"), game("c")], "{case}");
    drop(log);
    let found = quiet(dir);
    assert!(
        found.is_whole() && found.unfinished.is_none(),
        "{case}: {found:?}"
    );
}

#[test]
fn torn_at_any_byte_it_holds_every_whole_append_and_goes_on() {
    let sample = Sample::new();
    for len in 0..=sample.bytes.len() {
        let dir = tempfile::tempdir().expect("a directory");
        sample.put(dir.path(), &sample.bytes[..len]);
        let whole = sample.ends.iter().rev().find(|(end, _)| *end <= len);
        let kept = whole.map_or(0, |(_, records)| *records);
        let at_end = sample.ends.iter().any(|(end, _)| *end == len);
        let log = open_quickly(dir.path());
        match log.cut() {
            None => assert!(at_end, "cut to {len}: nothing reported"),
            Some(cut) => {
                let end = whole.map_or(0, |(end, _)| *end);
                assert_eq!(cut.offset as usize, end, "cut to {len}");
                assert_eq!(cut.bytes as usize, len - end, "cut to {len}");
            }
        }
        drop(log);
        holds_and_goes_on(
            dir.path(),
            &sample.records[..kept],
            &format!("cut to {len}"),
        );
    }
}

#[test]
fn garbage_behind_the_end_is_cut_off() {
    let sample = Sample::new();
    for garbage in [vec![0; 5000], vec![0xff; 70], sample.bytes[64..].to_vec()] {
        let dir = tempfile::tempdir().expect("a directory");
        let bytes = [&sample.bytes[..], &garbage].concat();
        sample.put(dir.path(), &bytes);
        // The last of these is a copy of good records: they have the checksums of good records, but not the
        // numbers.
        let opened = SegmentLog::open(dir.path(), TestDisk::default().options());
        if garbage == sample.bytes[64..] {
            assert!(matches!(opened, Err(LogError::Damaged(_))), "{opened:?}");
            continue;
        }
        drop(opened.expect("opened"));
        holds_and_goes_on(dir.path(), &sample.records, "garbage");
    }
}

#[test]
fn a_flipped_byte_is_cut_off_at_the_end_and_refused_before_it() {
    let sample = Sample::new();
    let (last_group, before_last) = sample.ends[sample.ends.len() - 2];
    for at in 0..sample.bytes.len() {
        for flip in [0x01, 0xff] {
            let case = format!("byte {at} flipped by {flip:#x}");
            let dir = tempfile::tempdir().expect("a directory");
            let mut bytes = sample.bytes.clone();
            bytes[at] ^= flip;
            sample.put(dir.path(), &bytes);
            if at >= last_group {
                // Nobody can tell this from a write that a crash cut short.
                holds_and_goes_on(dir.path(), &sample.records[..before_last], &case);
                continue;
            }
            let refused = SegmentLog::open(dir.path(), TestDisk::default().options());
            let Err(LogError::Damaged(damage)) = refused else {
                panic!("{case}: {refused:?}");
            };
            assert_eq!(segments(dir.path())[0], damage.path, "{case}");
            let found = quiet(dir.path());
            assert!(!found.is_whole(), "{case}");
            assert_eq!(found.damages[0], damage, "{case}");
            let mut kept = 0;
            if at >= sample.ends[0].0 {
                let whole = sample.ends.iter().rev().find(|(end, _)| *end <= at);
                kept = whole.expect("past the header").1;
                assert!(damage.offset as usize <= at, "{case}: {damage}");
                reading_stops_at_the_damage(dir.path(), &sample.records[..kept], &case);
            }
            if at % 9 > 0 {
                // Repairing waits for the disk, which is too slow to be done at every byte.
                continue;
            }
            let repaired = repair(dir.path()).expect("repaired").expect("damaged");
            assert_eq!(repaired.damage, damage, "{case}");
            assert_eq!(repaired.records as usize, kept, "{case}");
            let aside = fs::read(&repaired.set_aside[0]).expect("kept");
            assert_eq!(aside, bytes, "{case}: what was damaged is kept as it was");
            holds_and_goes_on(dir.path(), &sample.records[..kept], &case);
            assert_eq!(repair(dir.path()).expect("nothing to do"), None, "{case}");
        }
    }
}

fn reading_stops_at_the_damage(dir: &Path, kept: &[Logged], case: &str) {
    let view = view(dir);
    let (good, error) = until_error(view.read_all());
    assert_eq!(good, kept, "{case}");
    assert!(
        matches!(error, Some(LogError::Damaged(_))),
        "{case}: {error:?}"
    );
    for name in ["a", "b"] {
        let (good, error) = until_error(view.read(&game(name), 1));
        let expected: Vec<_> = kept
            .iter()
            .filter(|l| l.game == game(name))
            .cloned()
            .collect();
        assert_eq!(good, expected, "{case}");
        assert!(
            matches!(error, Some(LogError::Damaged(_))),
            "{case}: {error:?}"
        );
    }
}

#[test]
fn damage_while_open_is_reported_and_never_read() {
    let dir = tempfile::tempdir().expect("a directory");
    let log = open(dir.path());
    for n in 0..10 {
        append(&log, &[entry("a", n)]);
    }
    let path = &segments(dir.path())[0];
    let mut bytes = fs::read(path).expect("read");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x20;
    fs::write(path, &bytes).expect("written");
    for records in [log.read(&game("a"), 1), log.read_all()] {
        let (good, error) = until_error(records);
        assert!(good.len() < 10 && !good.is_empty());
        let Some(LogError::Damaged(damage)) = error else {
            panic!("{error:?}");
        };
        assert_eq!(&damage.path, path);
        assert!(damage.offset as usize <= middle);
    }
    let mut tail = log.tail(TailFrom::Start);
    let last = std::iter::from_fn(|| tail.try_next()).last();
    assert!(matches!(last, Some(Err(LogError::Damaged(_)))), "{last:?}");
}

#[test]
fn verify_finds_every_damage_and_what_it_cost() {
    let dir = tempfile::tempdir().expect("a directory");
    let log = open(dir.path());
    let mut starts = Vec::new();
    let path = segments(dir.path())[0].clone();
    for n in 0..10 {
        starts.push(fs::metadata(&path).expect("there").len() as usize);
        append(&log, &[short("a", n), short("b", n)]);
    }
    drop(log);
    let mut bytes = fs::read(&path).expect("read");
    // The first record of the third append, and of the sixth.
    bytes[starts[2] + 30] ^= 1;
    bytes[starts[5] + 30] ^= 1;
    fs::write(&path, &bytes).expect("written");
    let mut steps = Vec::new();
    let found = verify(dir.path(), &mut |done, total| steps.push((done, total))).expect("verified");
    let said: Vec<_> = found
        .damages
        .iter()
        .map(|d| (d.offset as usize, d.what.as_str()))
        .collect();
    let sum = "a record whose checksum does not match";
    let next_a = |n: usize| {
        // The second record of an append begins half-way to the next.
        let (from, to) = (starts[n], starts[n + 1]);
        assert_eq!((to - from) % 2, 0);
        from
    };
    assert_eq!(
        said,
        [
            (starts[2], sum),
            (next_a(3), "record 4 of a where 3 was due"),
            (starts[5], sum),
            (next_a(6), "record 7 of a where 6 was due"),
        ]
    );
    assert_eq!(found.records, 18);
    assert!(steps.is_sorted());
    assert_eq!(steps.last(), Some(&(found.bytes, found.bytes)));
}

#[test]
fn a_missing_or_foreign_segment_is_noticed() {
    let with_segments = || {
        let dir = tempfile::tempdir().expect("a directory");
        let options = LogOptions {
            segment_bytes: 500,
            ..TestDisk::default().options()
        };
        let log = SegmentLog::open(dir.path(), options).expect("opened");
        for n in 0..20 {
            append(&log, &[entry("a", n)]);
        }
        drop(log);
        assert!(segments(dir.path()).len() > 4);
        dir
    };
    let refused = |dir: &Path| {
        let error = SegmentLog::open(dir, TestDisk::default().options()).expect_err("refused");
        let found = quiet(dir);
        let LogError::Damaged(damage) = error else {
            panic!("{error}");
        };
        assert_eq!(found.damages.first(), Some(&damage));
        damage.what
    };
    let dir = with_segments();
    fs::remove_file(&segments(dir.path())[2]).expect("removed");
    assert_eq!(refused(dir.path()), "segment 4 where 3 was due");

    let dir = with_segments();
    fs::copy(
        &segments(with_segments().path())[2],
        &segments(dir.path())[2],
    )
    .expect("copied");
    let said = refused(dir.path());
    assert!(said.starts_with("a segment of log "), "{said}");

    // Cut at the end of a record, a segment is whole in itself; the next one knows better.
    let dir = with_segments();
    let second = &segments(dir.path())[1];
    fs::OpenOptions::new()
        .write(true)
        .open(second)
        .and_then(|f| f.set_len(64))
        .expect("cut");
    let said = refused(dir.path());
    assert!(said.starts_with("the segments before it hold"), "{said}");
    let repaired = repair(dir.path()).expect("repaired").expect("damaged");
    assert_eq!(repaired.damage.what, said);
    open_quickly(dir.path());
}

#[test]
fn a_full_disk_fails_the_append_and_nothing_of_it_shows() {
    let dir = tempfile::tempdir().expect("a directory");
    let disk = TestDisk::default();
    let log = SegmentLog::open(dir.path(), disk.options()).expect("opened");
    append(&log, &[entry("a", 0)]);
    let path = segments(dir.path())[0].clone();
    let size = || fs::metadata(&path).expect("there").len();
    let before = size();
    let mut tail = log.tail(TailFrom::End);
    for space in [0, 1, 50, 300] {
        disk.faults().space = Some(space);
        let error = log
            .append_blocking(&[entry("a", 1), entry("b", 2), entry("c", 5)])
            .expect_err("full");
        assert!(
            matches!(
                error,
                LogError::Io {
                    action: "write",
                    ..
                }
            ),
            "{error}"
        );
        assert_eq!(size(), before, "what was written of it is taken back");
        assert_eq!(log.games().len(), 1);
        assert!(tail.try_next().is_none());
    }
    // Full, and what was written cannot be taken back either: it must not show all the same.
    {
        let mut faults = disk.faults();
        faults.space = Some(200);
        faults.cut = true;
    }
    log.append_blocking(&[entry("a", 5)]).expect_err("full");
    disk.faults().space = None;
    let error = log
        .append_blocking(&[entry("a", 1)])
        .expect_err("still in the way");
    assert!(
        matches!(error, LogError::Io { action: "cut", .. }),
        "{error}"
    );
    let shown = view(dir.path());
    assert_eq!(shown.records(), 1);
    assert!(shown.unfinished().is_some());
    disk.faults().cut = false;
    assert_eq!(append(&log, &[entry("a", 1), entry("b", 2)]), [2, 1]);
    assert_eq!(tail.try_next().map(|r| r.expect("whole").seq), Some(2));
    drop(log);
    assert_eq!(all(open(dir.path()).read_all()).len(), 3);
}

#[test]
fn what_could_not_be_synced_is_not_acknowledged() {
    let dir = tempfile::tempdir().expect("a directory");
    let disk = TestDisk::default();
    let options = LogOptions {
        segment_bytes: 1,
        ..disk.options()
    };
    let log = SegmentLog::open(dir.path(), options).expect("opened");
    append(&log, &[entry("a", 0)]);
    disk.faults().sync = true;
    let error = log
        .append_blocking(&[entry("a", 1)])
        .expect_err("not durable");
    assert!(
        matches!(error, LogError::Io { action: "sync", .. }),
        "{error}"
    );
    disk.faults().sync = false;
    // A new segment that finds no room fails the append as well, and is tried again by the next.
    append(&log, &[entry("a", 1)]);
    disk.faults().space = Some(10);
    let error = log.append_blocking(&[entry("a", 2)]).expect_err("full");
    assert!(
        matches!(
            error,
            LogError::Io {
                action: "create",
                ..
            }
        ),
        "{error}"
    );
    disk.faults().space = None;
    assert_eq!(append(&log, &[entry("a", 2)]), [3]);
    drop(log);
    let found = quiet(dir.path());
    assert_eq!((found.records, found.segments), (3, 3));
    assert!(found.is_whole());
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

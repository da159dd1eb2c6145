//! What the durable log does with what it finds broken, and with a disk that fails it.

mod common;

use std::{fs, path::Path};

use common::{
    TestDisk, all, append, entry, game, numbered, open, quiet, segments, short, until_error, view,
};
use matchday_event::Logged;
use matchday_store::log::{EventLog, LogError, LogOptions, SegmentLog, TailFrom, repair, verify};

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
            if at % 23 > 0 {
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

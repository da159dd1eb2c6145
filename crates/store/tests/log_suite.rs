//! What every form of the log promises. A new form is one more line at the end of this file.

mod common;

use std::{sync::Arc, thread};

use common::{all, append, entry, game, numbered};
use matchday_event::Seq;
use matchday_store::log::{EventLog, LogError, LogId, TailFrom};

/// A form of the log under test: the log, and whatever must outlive it.
pub struct Form {
    log: Arc<dyn EventLog>,
    _keep: Option<tempfile::TempDir>,
}

fn seqs_are_dense_in_each_game(Form { log, .. }: &Form) {
    assert_eq!(append(&**log, &[entry("a", 0), entry("b", 0)]), [1, 1]);
    assert_eq!(
        append(&**log, &[entry("b", 1), entry("a", 1), entry("b", 2)]),
        [2, 2, 3]
    );
    assert_eq!(append(&**log, &[entry("c", 1)]), [1]);
}

fn reads_by_game_and_seq(Form { log, .. }: &Form) {
    let entries: Vec<_> = (0..50)
        .map(|n| entry(["a", "b"][n % 2], n as i64))
        .collect();
    for batch in entries.chunks(7) {
        append(&**log, batch);
    }
    let expected: Vec<_> = numbered(&entries)
        .into_iter()
        .filter(|l| l.game == game("b"))
        .collect();
    assert_eq!(all(log.read(&game("b"), 0)), expected);
    assert_eq!(all(log.read(&game("b"), 1)), expected);
    assert_eq!(all(log.read(&game("b"), 20)), expected[19..]);
    assert_eq!(all(log.read(&game("b"), 25)), expected[24..]);
    assert_eq!(all(log.read(&game("b"), 26)), []);
    assert_eq!(all(log.read(&game("b"), Seq::MAX)), []);
    assert_eq!(all(log.read(&game("nobody"), 1)), []);
}

fn reads_all_in_the_order_of_appending(Form { log, .. }: &Form) {
    let entries: Vec<_> = (0..40)
        .map(|n| entry(["a", "b", "c"][n % 3], n as i64))
        .collect();
    for batch in entries.chunks(3) {
        append(&**log, batch);
    }
    assert_eq!(all(log.read_all()), numbered(&entries));
}

fn a_read_ends_at_what_was_there(Form { log, .. }: &Form) {
    append(&**log, &[entry("a", 0)]);
    let (mut one, mut every) = (log.read(&game("a"), 1), log.read_all());
    append(&**log, &[entry("a", 1)]);
    assert_eq!((one.by_ref().count(), every.by_ref().count()), (1, 1));
    assert!(one.next().is_none() && every.next().is_none());
}

fn sums_up_its_games(Form { log, .. }: &Form) {
    assert_eq!(log.games(), []);
    assert_eq!(log.game(&game("b")), None);
    let batch = [entry("b", 5), entry("a", 9), entry("b", 2)];
    append(&**log, &batch);
    let games = log.games();
    let names: Vec<_> = games
        .iter()
        .map(|g| (g.game.as_str(), g.last_seq))
        .collect();
    assert_eq!(names, [("a", 1), ("b", 2)]);
    assert_eq!(games[1].first_received, batch[0].received);
    assert_eq!(games[1].last_received, batch[2].received);
    assert!(games[1].stored_bytes > games[0].stored_bytes / 2);
    assert_eq!(log.game(&game("b")).as_ref(), Some(&games[1]));
}

fn a_tail_yields_what_is_there_and_then_what_comes(Form { log, .. }: &Form) {
    let entries: Vec<_> = (0..6).map(|n| entry(["a", "b"][n % 2], n as i64)).collect();
    let expected = numbered(&entries);
    append(&**log, &entries[..4]);
    let mut tails = [
        (log.tail(TailFrom::Start), expected.clone()),
        (log.tail(TailFrom::End), expected[4..].to_vec()),
        (
            log.tail(TailFrom::Game(game("a"), 2)),
            vec![expected[2].clone(), expected[4].clone()],
        ),
        (
            log.tail(TailFrom::Game(game("b"), 3)),
            vec![expected[5].clone()],
        ),
    ];
    let mut got: Vec<Vec<_>> = vec![Vec::new(); tails.len()];
    for ((tail, _), got) in tails.iter_mut().zip(&mut got) {
        while let Some(record) = tail.try_next() {
            got.push(record.expect("whole"));
        }
    }
    assert_eq!(got.iter().map(Vec::len).collect::<Vec<_>>(), [4, 0, 1, 0]);
    append(&**log, &entries[4..]);
    log.close().expect("closed");
    for ((tail, expected), mut got) in tails.into_iter().zip(got) {
        let mut tail = tail;
        while let Some(record) = tail.next_blocking() {
            got.push(record.expect("whole"));
        }
        assert_eq!(got, expected);
    }
}

fn a_waiting_tail_is_woken(Form { log, .. }: &Form) {
    let mut tail = log.tail(TailFrom::Game(game("a"), 1));
    let waiting = thread::spawn(move || {
        let mut seqs = Vec::new();
        while let Some(record) = tail.next_blocking() {
            seqs.push(record.expect("whole").seq);
        }
        seqs
    });
    for n in 0..100 {
        append(&**log, &[entry("a", n), entry("b", n)]);
    }
    log.close().expect("closed");
    assert_eq!(
        waiting.join().expect("no panic"),
        (1..=100).collect::<Vec<_>>()
    );
}

fn concurrent_appends_keep_each_callers_order(Form { log, .. }: &Form) {
    thread::scope(|scope| {
        for caller in 0..8_i64 {
            scope.spawn(move || {
                for n in 0..50 {
                    let mut one = entry("a", n);
                    one.source = caller.to_string().into();
                    append(&**log, &[one, entry("b", n)]);
                }
            });
        }
    });
    let records = all(log.read(&game("a"), 1));
    let seqs: Vec<_> = records.iter().map(|r| r.seq).collect();
    assert_eq!(seqs, (1..=400).collect::<Vec<_>>());
    for caller in 0..8 {
        let of_caller = records.iter().filter(|r| *r.source == *caller.to_string());
        let order: Vec<_> = of_caller.map(|r| r.received).collect();
        let expected: Vec<_> = (0..50).map(|n| entry("a", n).received).collect();
        assert_eq!(order, expected, "caller {caller}");
    }
}

fn appends_take_effect_in_the_order_of_the_calls(Form { log, .. }: &Form) {
    let first = log.append(&[entry("a", 0)]);
    let second = log.append(&[entry("a", 1)]);
    // Waited for the wrong way round, the order is still that of the calls.
    assert_eq!(futures::executor::block_on(second).expect("appended"), [2]);
    assert_eq!(futures::executor::block_on(first).expect("appended"), [1]);
}

fn a_dropped_append_is_kept_all_the_same(Form { log, .. }: &Form) {
    drop(log.append(&[entry("a", 0)]));
    assert_eq!(append(&**log, &[entry("a", 1)]), [2]);
}

fn what_cannot_be_stored_is_refused_whole(Form { log, .. }: &Form) {
    let mut bad = entry("a", 1);
    bad.source = "x".repeat(256).into();
    let refused = log.append_blocking(&[entry("a", 0), bad]);
    assert!(
        matches!(refused, Err(LogError::Unstorable { .. })),
        "{refused:?}"
    );
    assert!(append(&**log, &[]).is_empty());
    assert_eq!(append(&**log, &[entry("a", 2)]), [1]);
}

fn a_closed_log_refuses_appends_and_still_reads(Form { log, .. }: &Form) {
    append(&**log, &[entry("a", 0)]);
    log.close().expect("closed");
    log.close().expect("closing twice is closing");
    let refused = log.append_blocking(&[entry("a", 1)]);
    assert!(matches!(refused, Err(LogError::Closed)), "{refused:?}");
    assert_eq!(all(log.read_all()).len(), 1);
}

macro_rules! suite {
    ($form:ident: $open:expr; $($case:ident)+) => {
        mod $form {
            $(#[test]
            fn $case() {
                super::$case(&$open);
            })+
        }
    };
    ($($form:ident: $open:expr,)+) => {
        $(suite! { $form: $open;
            seqs_are_dense_in_each_game
            reads_by_game_and_seq
            reads_all_in_the_order_of_appending
            a_read_ends_at_what_was_there
            sums_up_its_games
            a_tail_yields_what_is_there_and_then_what_comes
            a_waiting_tail_is_woken
            concurrent_appends_keep_each_callers_order
            appends_take_effect_in_the_order_of_the_calls
            a_dropped_append_is_kept_all_the_same
            what_cannot_be_stored_is_refused_whole
            a_closed_log_refuses_appends_and_still_reads
        })+
    };
}

fn segments(segment_bytes: u64, queue_bytes: usize) -> Form {
    use matchday_store::log::{LogOptions, SegmentLog};
    let dir = tempfile::tempdir().expect("a directory");
    let options = LogOptions {
        segment_bytes,
        queue_bytes,
        ..LogOptions::default()
    };
    Form {
        log: Arc::new(SegmentLog::open(dir.path(), options).expect("opened")),
        _keep: Some(dir),
    }
}

fn memory() -> Form {
    Form {
        log: Arc::new(matchday_store::log::MemoryLog::new(LogId([7; 16]))),
        _keep: None,
    }
}

suite! {
    in_memory: super::memory(),
    in_segments: super::segments(64 << 20, 8 << 20),
    // A new segment with nearly every append.
    in_tiny_segments: super::segments(200, 8 << 20),
    // Room for little more than one append, so that callers wait for each other.
    in_segments_with_a_short_queue: super::segments(64 << 20, 8 << 10),
}

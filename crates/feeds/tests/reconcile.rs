//! Documents polled again and again come out as what is new in them.

use std::sync::Arc;

use matchday_event::{
    Detail, FaultCode, GameId, GamePhase, GameStatus, PlayId, PlayReport, Score, Signal,
    football::FootballPlay,
};
use matchday_feeds::{Parsed, reconcile::Reconciler};
use proptest::prelude::*;

fn play(id: u32, yards: i16) -> Signal {
    Signal::Play(PlayReport {
        play_id: PlayId::new(id.to_string()),
        order: i64::from(id) * 1000,
        period: 1,
        clock_s: Some(900 - id as i32),
        score_before: None,
        score_after: None,
        wall: None,
        text: Some(Arc::from(format!("play {id} for {yards}"))),
        detail: Detail::AmericanFootball(FootballPlay {
            yards: Some(yards),
            ..FootballPlay::default()
        }),
    })
}

fn status(home: i16) -> Signal {
    Signal::Status(GameStatus {
        phase: GamePhase::Live,
        period: Some(1),
        clock_s: None,
        score: Some(Score { home, away: 0 }),
        spot: None,
    })
}

fn doc(signals: Vec<Signal>) -> Parsed {
    Parsed {
        game: GameId::new("nfl-1").expect("id"),
        whole: true,
        signals,
        faults: Vec::new(),
    }
}

fn withdrawn(id: u32) -> Signal {
    Signal::Withdrawn {
        play_id: PlayId::new(id.to_string()),
    }
}

#[test]
fn new_changed_and_replaced_plays() {
    let mut r = Reconciler::default();
    let first = doc(vec![play(1, 3), play(2, 4), status(0)]);
    assert_eq!(r.apply(&first).signals, first.signals);
    assert_eq!(r.apply(&first).signals, []);
    let second = doc(vec![play(1, 5), play(2, 4), play(3, 0), status(7)]);
    assert_eq!(
        r.apply(&second).signals,
        [play(1, 5), play(3, 0), status(7)]
    );
    // A play under a new id in place of an old one: the list is as long as before.
    let third = doc(vec![play(1, 5), play(2, 4), play(4, 0), status(7)]);
    let changes = r.apply(&third);
    assert_eq!(changes.signals, [withdrawn(3), play(4, 0)]);
    assert_eq!(changes.faults, []);
}

#[test]
fn a_document_that_shrank_waits_for_the_next() {
    let whole = doc((1..=9).map(|i| play(i, 1)).collect());
    let half = doc((1..=4).map(|i| play(i, 1)).collect());
    // A flicker: half a game once, then the whole again.
    let mut r = Reconciler::default();
    r.apply(&whole);
    let held = r.apply(&half);
    assert_eq!(held.signals, []);
    assert_eq!(held.faults[0].code, FaultCode::Shrunk);
    assert_eq!(r.apply(&whole).signals, []);
    // After the flicker a new shrinking waits again, and is believed when it stays.
    assert_eq!(r.apply(&half).signals, []);
    let changes = r.apply(&half);
    assert_eq!(changes.signals, (5..=9).map(withdrawn).collect::<Vec<_>>());
    assert_eq!(changes.faults, []);
    // A document that lacks other plays than the one before it confirms nothing.
    let mut r = Reconciler::default();
    r.apply(&whole);
    r.apply(&doc((1..=8).map(|i| play(i, 1)).collect()));
    assert_eq!(
        r.apply(&doc((2..=9).map(|i| play(i, 1)).collect()))
            .faults
            .len(),
        1
    );
}

#[test]
fn a_document_without_plays_takes_none_back() {
    let mut r = Reconciler::default();
    r.apply(&doc(vec![play(1, 3), play(2, 4), status(0)]));
    let bare = doc(vec![status(7)]);
    assert_eq!(r.apply(&bare).signals, []);
    assert_eq!(r.apply(&bare).signals, [status(7)]);
    assert_eq!(r.plays(), 2);
}

#[test]
fn a_partial_document_takes_nothing_back() {
    let mut r = Reconciler::default();
    r.apply(&doc(vec![play(1, 3), play(2, 4)]));
    let part = Parsed {
        whole: false,
        ..doc(vec![play(3, 1), withdrawn(1), withdrawn(99)])
    };
    assert_eq!(r.apply(&part).signals, [play(3, 1), withdrawn(1)]);
}

#[test]
fn what_one_feed_leaves_out_another_filled_in() {
    let body = |line: &str| {
        format!(
            r#"{{"gameId":"nfl-1","homeTeam":"ATL","awayTeam":"NO","quarter":1{line},"plays":[]}}"#
        )
    };
    let parse = |body: String| {
        (matchday_feeds::provider("plain").expect("plain").parse)(
            body.as_bytes(),
            &matchday_feeds::Context::default(),
        )
        .expect("parses")
        .remove(0)
    };
    let mut r = Reconciler::default();
    r.apply(&parse(body(
        r#","line":{"spreadHome":-3,"total":50},"venue":"Here""#,
    )));
    assert_eq!(r.apply(&parse(body(""))).signals, []);
    let changed = r.apply(&parse(body(r#","line":{"spreadHome":-4}"#)));
    let Signal::Info(info) = &changed.signals[0] else {
        panic!("{changed:?}")
    };
    let line = info.line.expect("line");
    assert_eq!((line.spread_home, line.total), (Some(-4.0), Some(50.0)));
    assert_eq!(info.venue.as_deref(), Some("Here"));
}

fn documents() -> impl Strategy<Value = Vec<Parsed>> {
    let one = (
        proptest::collection::btree_map(0_u32..12, -3_i16..4, 1..12),
        0_i16..3,
    )
        .prop_map(|(plays, home)| {
            let mut signals: Vec<Signal> = plays.into_iter().map(|(id, y)| play(id, y)).collect();
            signals.push(status(home));
            doc(signals)
        });
    proptest::collection::vec(one, 1..12)
}

/// What a reader of the signals holds in the end.
fn fold(
    signals: &[Signal],
) -> (
    std::collections::BTreeMap<PlayId, PlayReport>,
    Option<Signal>,
) {
    let (mut plays, mut status) = (std::collections::BTreeMap::new(), None);
    for signal in signals {
        match signal {
            Signal::Play(p) => {
                plays.insert(p.play_id.clone(), p.clone());
            }
            Signal::Withdrawn { play_id } => {
                assert!(
                    plays.remove(play_id).is_some(),
                    "only what was said is taken back"
                );
            }
            Signal::Status(_) => status = Some(signal.clone()),
            _ => {}
        }
    }
    (plays, status)
}

proptest! {
    #[test]
    fn the_same_document_again_says_nothing(docs in documents()) {
        let mut r = Reconciler::default();
        for d in &docs {
            r.apply(d);
            // The second time confirms a shrinking; from then on there is nothing new.
            r.apply(d);
            prop_assert_eq!(r.apply(d), Default::default());
        }
    }

    #[test]
    fn the_changes_end_at_the_last_document(docs in documents()) {
        let mut r = Reconciler::default();
        let mut log = Vec::new();
        for d in docs.iter().chain(docs.last()) {
            log.extend(r.apply(d).signals);
        }
        prop_assert_eq!(fold(&log), fold(&docs.last().expect("one at least").signals));
    }

    #[test]
    fn a_restart_says_nothing_twice(docs in documents(), cut in 0_usize..12) {
        let mut r = Reconciler::default();
        let mut log = Vec::new();
        let cut = cut.min(docs.len());
        for d in &docs[..cut] {
            r.apply(d).signals.into_iter().for_each(|s| log.push(s));
        }
        let mut restarted = Reconciler::default();
        for signal in &log {
            restarted.observe(signal);
        }
        // Only that a shrinking was seen once is forgotten: it waits for one more document, and ends the same.
        let mut again = log.clone();
        for _ in 0..2 {
            if let Some(d) = docs[..cut].last() {
                again.extend(restarted.apply(d).signals);
                log.extend(r.apply(d).signals);
            }
        }
        prop_assert_eq!(fold(&again), fold(&log));
    }
}

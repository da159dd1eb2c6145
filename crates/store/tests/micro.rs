//! The store of micro-events: what goes in comes out, in order, whatever it is; what is damaged says where.

use std::io::Cursor;

use matchday_event::{
    EventTime, GameId, Side,
    senses::{Camera, LabelledMicro, MicroEvent, MicroKind, Place, Sense},
};
use matchday_store::micro::{BLOCK_ROWS, MicroError, Query, Reader, Writer};
use proptest::prelude::*;

fn game(n: u8) -> GameId {
    GameId::new(format!("soccer-{n}")).expect("a good id")
}

fn event() -> impl Strategy<Value = LabelledMicro> {
    let kinds = proptest::sample::select(MicroKind::ALL);
    let cameras = proptest::sample::select(Camera::ALL);
    let sides = proptest::option::of(proptest::sample::select(&[Side::Home, Side::Away][..]));
    // All times that a log can hold, and mostly such as a match has.
    let time = prop_oneof![
        4 => 1_780_000_000_000_000..1_780_008_000_000_000_i64,
        1 => any::<i64>(),
    ];
    let clock = prop_oneof![4 => 0..7_200_000_u32, 1 => any::<u32>()];
    let place = proptest::option::of((-0.2..1.2_f32, -0.2..1.2_f32));
    let label = proptest::option::of("[a-zé ]{0,12}");
    (
        (0..4_u8, time, clock, kinds, label, sides),
        (cameras, place, -0.1..1.1_f32, 0..7_usize),
        proptest::option::of(proptest::sample::select(Camera::ALL)),
    )
        .prop_map(
            |((n, at, match_ms, kind, label, side), (camera, place, sure, sense), called)| {
                LabelledMicro {
                    game: game(n),
                    event: MicroEvent {
                        at: EventTime(at),
                        match_ms,
                        kind,
                        label: label.map(Into::into),
                        sense: Sense::ALL[sense],
                        place: place.map(|(x, y)| Place { x, y }),
                        side,
                        camera,
                        confidence: sure,
                    },
                    called,
                }
            },
        )
}

/// The event at the precision that the store states.
fn stated(mut micro: LabelledMicro) -> LabelledMicro {
    let event = &mut micro.event;
    event.at = EventTime::from_millis(event.at.millis());
    event.place = event.place.and_then(|p| Place::new(p.x, p.y));
    event.confidence = MicroEvent::confidence_of(event.confidence);
    micro
}

fn stored(events: &[LabelledMicro]) -> Vec<u8> {
    let mut writer = Writer::create(Vec::new()).expect("creates");
    for event in events {
        writer.push(event).expect("takes it");
    }
    writer.finish().expect("finishes")
}

fn all(bytes: &[u8], query: Query) -> Result<Vec<LabelledMicro>, MicroError> {
    Reader::open(Cursor::new(bytes))?.query(query).collect()
}

/// By match as they first came, then by time, what is of one time as it came.
fn in_order(events: &[LabelledMicro]) -> Vec<LabelledMicro> {
    let mut games: Vec<GameId> = Vec::new();
    for event in events {
        if !games.contains(&event.game) {
            games.push(event.game.clone());
        }
    }
    let mut want: Vec<LabelledMicro> = events.iter().cloned().map(stated).collect();
    want.sort_by_key(|e| (games.iter().position(|g| *g == e.game), e.event.at));
    want
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn what_goes_in_comes_out(events in proptest::collection::vec(event(), 0..120)) {
        let got = all(&stored(&events), Query::default()).expect("reads");
        prop_assert_eq!(got, in_order(&events));
    }

    #[test]
    fn a_query_gives_what_a_filter_would(
        events in proptest::collection::vec(event(), 0..80),
        cut in 1..40_usize,
        asked in (0..5_u8, proptest::option::of(1_780_000_000_000_000..1_780_008_000_000_000_i64)),
        kinds in proptest::collection::vec(proptest::sample::select(MicroKind::ALL), 0..6),
        cameras in proptest::collection::vec(proptest::sample::select(Camera::ALL), 0..3),
        sure in proptest::option::of(0.0..1.0_f32),
    ) {
        let query = Query {
            game: (asked.0 < 4).then(|| game(asked.0)),
            from: asked.1.map(EventTime),
            to: asked.1.map(|t| EventTime(t + 3_600_000_000)),
            kinds,
            cameras,
            min_confidence: sure,
        };
        let mut writer = Writer::create(Vec::new()).expect("creates");
        for (event, n) in events.iter().zip(1_usize..) {
            writer.push(event).expect("takes it");
            if n.is_multiple_of(cut) {
                writer.flush().expect("flushes");
            }
        }
        let bytes = writer.finish().expect("finishes");
        let want: Vec<_> = events
            .chunks(cut)
            .flat_map(in_order)
            .filter(|e| query.takes(e))
            .collect();
        prop_assert_eq!(all(&bytes, query).expect("reads"), want);
    }

    #[test]
    fn whatever_byte_is_changed_it_is_told(
        events in proptest::collection::vec(event(), 1..30),
        at in any::<prop::sample::Index>(),
        by in 1..=255_u8,
    ) {
        let mut bytes = stored(&events);
        let at = at.index(bytes.len());
        bytes[at] ^= by;
        let told = all(&bytes, Query::default());
        prop_assert!(told.is_err(), "byte {} was changed and nobody said so", at);
    }

    #[test]
    fn wherever_it_is_cut_it_is_told(events in proptest::collection::vec(event(), 1..30), at in any::<prop::sample::Index>()) {
        let bytes = stored(&events);
        let at = at.index(bytes.len());
        let told = all(&bytes[..at], Query::default());
        // Cut right behind the first line it is a store without events, as one is that was just begun.
        prop_assert_eq!(told.is_ok(), at == 16, "cut at {}", at);
    }
}

fn some(n: usize) -> Vec<LabelledMicro> {
    (0..n)
        .map(|i| LabelledMicro {
            game: game((i / 600 % 200) as u8),
            event: MicroEvent {
                at: EventTime::from_millis(1_780_000_000_000 + i as i64 * 1777),
                match_ms: (i % 600 * 1777) as u32,
                kind: MicroKind::ALL[i * 7 % 11],
                label: None,
                sense: Sense::Sound,
                place: Place::new((i % 100) as f32 / 100.0, 0.5),
                side: Some(Side::Home),
                camera: Camera::Crowd,
                confidence: 0.75,
            },
            called: None,
        })
        .collect()
}

#[test]
fn a_store_grows_and_reads_only_what_it_must() {
    let events = some(BLOCK_ROWS * 2 + 100);
    let (first, rest) = events.split_at(BLOCK_ROWS + 50);
    let store = Cursor::new(stored(first));
    let mut writer = Writer::append(store).expect("appends");
    for event in rest {
        writer.push(event).expect("takes it");
    }
    let store = writer.finish().expect("finishes");
    let mut reader = Reader::open(store).expect("opens");
    assert_eq!(reader.rows(), events.len() as u64);
    assert_eq!(reader.blocks().len(), 4);
    let got: Vec<_> = reader
        .query(Query::default())
        .collect::<Result<_, _>>()
        .expect("reads");
    assert_eq!(got, events);
    let of_last = Query {
        game: Some(events[events.len() - 1].game.clone()),
        ..Query::default()
    };
    let mut found = reader.query(of_last);
    let got: Result<Vec<_>, _> = found.by_ref().collect();
    let n = got.expect("reads").len();
    assert_eq!(
        n,
        events
            .iter()
            .filter(|e| e.game == events[events.len() - 1].game)
            .count()
    );
    assert!(
        found.blocks_read() <= 2,
        "{} blocks were read",
        found.blocks_read()
    );
}

#[test]
fn what_lies_before_damage_can_be_saved() {
    let events = some(300);
    let mut writer = Writer::create(Vec::new()).expect("creates");
    for (event, n) in events.iter().zip(1..) {
        writer.push(event).expect("takes it");
        if n % 100 == 0 {
            writer.flush().expect("flushes");
        }
    }
    let bytes = writer.finish().expect("finishes");
    let cut = &bytes[..bytes.len() - 30];
    let told = Reader::open(Cursor::new(cut))
        .expect_err("it is cut")
        .to_string();
    assert!(
        told.starts_with("block 3 at byte ") && told.contains("the file ends within it"),
        "{told}"
    );
    let (mut reader, damage) = Reader::salvage(Cursor::new(cut)).expect("two blocks are whole");
    assert!(damage.is_some());
    let got: Vec<_> = reader
        .query(Query::default())
        .collect::<Result<_, _>>()
        .expect("reads");
    assert_eq!(got, events[..200]);
    let refused = Writer::append(Cursor::new(cut.to_vec()))
        .err()
        .map(|e| e.to_string());
    assert!(refused.is_some_and(|e| e.contains("block 3")));
}

#[test]
fn other_files_are_told_apart() {
    let told = |bytes: &[u8]| {
        Reader::open(Cursor::new(bytes.to_vec()))
            .expect_err("no store")
            .to_string()
    };
    assert_eq!(
        told(b"{}"),
        "this is no store of micro-events: its first bytes are others"
    );
    let mut later = stored(&[]);
    later[8] = 2;
    let crc = crc32c::crc32c(&later[..12]).to_le_bytes();
    later[12..16].copy_from_slice(&crc);
    assert_eq!(
        told(&later),
        "version 2 of the format is not known to this build, which reads 1: take a later build"
    );
}

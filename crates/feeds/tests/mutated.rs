//! Exemplars with bytes changed, lines doubled, swapped and cut, a fixed number of times each: what every parser must
//! keep, whatever the bytes. The fuzz targets under `fuzz/` try the same for hours; this tries a little at every build.

use std::{collections::HashSet, fs, path::Path};

use matchday_event::{GameId, Signal};
use matchday_feeds::{
    Context, KnownGame, People, ProviderKind, Salt, provider, providers, reconcile::Reconciler,
    reference,
};
use serde_json::{Value, json};

/// Draws that are the same on every run.
struct Draws(u64);

impl Draws {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n.max(1)
    }
}

/// Bytes that change what a document means more often than others do.
const BYTES: &[u8] = b"0123456789-+.,:;\"'{}[]()eE \n\0\x7f\xff";

fn mutate(body: &[u8], draws: &mut Draws) -> Vec<u8> {
    let mut body = body.to_vec();
    for _ in 0..=draws.below(4) {
        if body.is_empty() {
            break;
        }
        let at = draws.below(body.len());
        match draws.below(6) {
            0 => body[at] = BYTES[draws.below(BYTES.len())],
            1 => body.insert(at, BYTES[draws.below(BYTES.len())]),
            2 => {
                body.drain(at..(at + 1 + draws.below(8)).min(body.len()));
            }
            3 => body.truncate(at),
            // A piece of the document again, somewhere else.
            4 => {
                let piece = body[at..(at + 1 + draws.below(200)).min(body.len())].to_vec();
                let to = draws.below(body.len());
                body.splice(to..to, piece);
            }
            // A digit made nine of them: numbers beyond every range.
            _ => {
                if let Some(digit) = body[at..].iter().position(u8::is_ascii_digit) {
                    let at = at + digit;
                    body.splice(at..at, *b"99999999");
                }
            }
        }
    }
    body
}

/// Values that a provider never meant.
fn odd(draws: &mut Draws) -> Value {
    let all = [
        json!(null),
        json!(-1),
        json!(0),
        json!(1e300),
        json!(u64::MAX),
        json!(""),
        json!("\u{202e}x"),
        json!("99999999999999999999"),
        json!(true),
        json!([]),
        json!({}),
        json!([[1]]),
    ];
    all[draws.below(all.len())].clone()
}

/// Changes a value somewhere in a document that stays JSON: bytes alone seldom leave it readable.
fn mutate_value(value: &mut Value, draws: &mut Draws) {
    match value {
        Value::Array(list) if !list.is_empty() && draws.below(12) > 0 => {
            let at = draws.below(list.len());
            match draws.below(12) {
                0 => list.truncate(at),
                1 => list.swap(at, 0),
                2 => {
                    let again = list[at].clone();
                    list.push(again);
                }
                _ => mutate_value(&mut list[at], draws),
            }
        }
        Value::Object(map) if !map.is_empty() && draws.below(12) > 0 => {
            let key = map.keys().nth(draws.below(map.len())).cloned();
            let key = key.expect("below the count");
            if draws.below(12) == 0 {
                map.remove(&key);
            } else {
                mutate_value(&mut map[&key], draws);
            }
        }
        other => *other = odd(draws),
    }
}

fn damaged(body: &[u8], draws: &mut Draws) -> Vec<u8> {
    match serde_json::from_slice::<Value>(body) {
        Ok(mut doc) if draws.below(3) > 0 => {
            for _ in 0..=draws.below(4) {
                mutate_value(&mut doc, draws);
            }
            serde_json::to_vec(&doc).expect("writes")
        }
        _ => mutate(body, draws),
    }
}

/// What a feed's configuration says: of people's lines the game and the salt, of others nothing.
fn context_of(name: &str) -> Context {
    match provider(name).expect("registered").kind {
        ProviderKind::PlayByPlay | ProviderKind::Odds => Context::default(),
        _ => Context {
            game: Some(GameId::new("soccer-1").expect("id")),
            people: Some(People {
                salt: Salt::new(*b"sixteen or more.").expect("long enough"),
                room: Some("home".into()),
            }),
            ..Context::default()
        },
    }
}

fn check(name: &str, body: &[u8]) -> bool {
    // One game is known, for the prices.
    let context = Context {
        games: vec![KnownGame {
            game: GameId::new("nfl-2017010100").expect("id"),
            home: reference::nfl("ATL"),
            away: reference::nfl("NO"),
            kickoff: Some(matchday_event::EventTime(1_483_305_900_000_000)),
        }]
        .into(),
        ..context_of(name)
    };
    let Ok(games) = provider(name).expect("registered").read(body, &context) else {
        return false;
    };
    for game in &games {
        let mut ids = HashSet::new();
        for play in game.plays() {
            assert!(
                ids.insert(&play.play_id),
                "{name}: an id twice in {}",
                show(body)
            );
        }
        let mut reconciler = Reconciler::default();
        reconciler.apply(game);
        let again = reconciler.apply(game);
        let takes_back = game
            .signals
            .iter()
            .any(|s| matches!(s, Signal::Withdrawn { .. }));
        // A document may contradict itself about the teams or take back what it lists; plays may not.
        assert!(
            takes_back || !again.signals.iter().any(|s| matches!(s, Signal::Play(_))),
            "{name}: a play is new the second time in {}",
            show(body)
        );
        for signal in &game.signals {
            let text = serde_json::to_string(signal).expect("writes");
            let read: Signal = serde_json::from_str(&text)
                .unwrap_or_else(|e| panic!("{name}: {e}: {text}, of {}", show(body)));
            assert_eq!(&read, signal, "{name}");
        }
    }
    !games.is_empty()
}

fn show(body: &[u8]) -> String {
    String::from_utf8_lossy(body).into_owned()
}

#[test]
fn damaged_exemplars_are_read_or_refused() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exemplars");
    let times: usize = std::env::var("MATCHDAY_MUTATIONS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(40);
    let mut draws = Draws(20_170_101);
    for provider in providers() {
        let mut cases: Vec<_> = fs::read_dir(folder.join(provider.name))
            .expect("every provider has exemplars")
            .map(|e| e.expect("entry").path())
            .filter(|p| {
                let name = p.to_string_lossy();
                // Parquet has a decoder of its own, which a fuzz target tries.
                !name.ends_with(".signals.json")
                    && !name.ends_with(".reports.json")
                    && !name.ends_with(".parquet")
            })
            .collect();
        cases.sort();
        let mut read = 0;
        for case in &cases {
            let body = fs::read(case).expect("reads");
            for _ in 0..times {
                read += usize::from(check(provider.name, &damaged(&body, &mut draws)));
            }
        }
        assert!(read > times / 2, "{}: hardly any was read", provider.name);
    }
}

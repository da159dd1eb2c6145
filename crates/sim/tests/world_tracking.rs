//! The simulated pitch and the simulated season: the same bytes from the same seed, and nothing that cannot be.

use std::collections::BTreeMap;

use matchday_event::{Sport, senses::MicroKind};
use matchday_sim::world::{
    Script,
    micro::{one_match, season},
    tracking::{Frames, Truth, truth},
};

#[test]
fn one_seed_gives_one_pitch() {
    let script = Script::generate(2, Sport::Soccer).excerpt(0, 120_000);
    let frames = |seed| -> Vec<_> { Frames::new(seed, &script).collect() };
    assert_eq!(frames(4), frames(4));
    assert_ne!(frames(4), frames(5));
    assert_eq!(frames(4).len(), 1201);
    assert_eq!(
        Frames::new(4, &Script::generate(2, Sport::Tennis)).count(),
        0
    );
}

#[test]
fn nobody_runs_faster_than_people_do_or_off_the_ground() {
    let script = Script::generate(6, Sport::Soccer).excerpt(0, 900_000);
    let frames: Vec<_> = Frames::new(6, &script).collect();
    for two in frames.windows(2) {
        let (a, b) = (&two[0], &two[1]);
        for (p, q) in a.players.iter().zip(&b.players) {
            let moved = (p.x_m - q.x_m).hypot(p.y_m - q.y_m);
            // Nine metres a second, and noise of five centimetres at both ends.
            assert!(moved < 0.9 + 0.5, "{p:?} to {q:?}");
            assert!(q.x_m.abs() < 60.0 && q.y_m.abs() < 40.0, "{q:?}");
        }
        assert_eq!(b.balls.len(), 1);
    }
    let truth = truth(6, &script);
    let of = |f: fn(&Truth) -> bool| truth.iter().filter(|t| f(t)).count();
    assert!(
        of(|t| matches!(t, Truth::FinalThird { .. })) >= 10,
        "{truth:?}"
    );
    assert!(of(|t| matches!(t, Truth::Sprint { .. })) >= 10);
}

#[test]
fn a_season_has_bursts_and_rare_things() {
    let events: Vec<_> = season(3, Sport::Soccer).take(20_000).collect();
    let mut counts: BTreeMap<MicroKind, usize> = BTreeMap::new();
    for e in &events {
        *counts.entry(e.event.kind).or_default() += 1;
        assert_eq!(e.event.at.0 % 1000, 0);
    }
    assert!(counts.len() >= 18, "{counts:?}");
    // None is more than a third of all, and some are rarer than one in three hundred.
    assert!(counts.values().all(|n| 3 * n < events.len()), "{counts:?}");
    assert!(
        counts.values().any(|n| 300 * n < events.len()),
        "{counts:?}"
    );
    let matches = events.chunk_by(|a, b| a.game == b.game);
    for of in matches {
        assert!(of.is_sorted_by_key(|e| e.event.at));
    }
    assert_eq!(
        one_match(3, Sport::Soccer, 0),
        events[..one_match(3, Sport::Soccer, 0).len()]
    );
    for sport in [Sport::AmericanFootball, Sport::Basketball, Sport::Tennis] {
        assert!(one_match(3, sport, 0).len() > 100, "{sport:?}");
    }
}

//! A game priced by a model that others have trained.

mod common;

use std::{fs, path::Path, sync::Arc};

use common::{info, plays, status};
use matchday_engine::{Match, ModelSet, Output};
use matchday_event::{GameId, GamePhase, Signal, view::Snapshot};
use matchday_learn::football::{
    Models,
    guest::{Guest, Of, Parts, Predictor},
};

const GAME: &str = "
    10 1 15:00 H kickoff @35 touchback
    20 1 15:00 H 1&10@75 run 6
    30 1 14:25 H 2&4@69 pass 29 complete
    40 1 13:50 H 1&10@40 pass 0 incomplete
    50 1 13:44 H 2&10@40 pass 40 complete touchdown
    70 1 13:30 H @15 extra_point good
    80 1 13:30 A kickoff @35
    90 1 13:24 A 1&10@72 run 3
";

fn guest() -> Guest {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../learn/tests/boosters/3.2.0/logistic.ubj");
    let features = [
        "score_differential",
        "half_seconds_remaining",
        "down",
        "ydstogo",
        "yardline_100",
    ]
    .map(str::to_owned);
    let bytes = fs::read(file).expect("the fixture");
    let wp = Predictor::read("logistic.ubj", &bytes, Some(&features), Of::Possession)
        .expect("a booster");
    let parts = Parts {
        wp: Some(wp),
        ..Parts::default()
    };
    Guest::new(Models::builtin("nfl"), parts).expect("a win probability model")
}

fn folded() -> Snapshot {
    let models = ModelSet::one(Arc::new(guest()));
    let mut game = Match::new(GameId::new("nfl-1").expect("an id"), models);
    let mut out = Output::default();
    let mut signals = vec![Signal::Info(info("nfl"))];
    signals.extend(plays(GAME).into_iter().map(Signal::Play));
    signals.push(Signal::Status(status(GamePhase::Final, Some((7, 0)))));
    for (seq, signal) in (1..).zip(&signals) {
        game.apply(seq, signal, &mut out);
    }
    game.snapshot()
}

#[test]
fn the_page_and_the_facts_name_the_model_and_carry_its_prices() {
    let snapshot = folded();
    assert!(
        snapshot.wp_model.starts_with("logistic@"),
        "{}",
        snapshot.wp_model
    );
    let guest = guest();
    let ours = Models::builtin("nfl");
    let mut theirs = 0;
    for play in &snapshot.plays {
        assert!((0.0..=1.0).contains(&play.wp_home_before));
        let spot = &play.detail.football().expect("a football play").spot;
        let snap = matchday_learn::football::Snap {
            kind: matchday_learn::football::Kind::Scrimmage,
            period: play.clock.period,
            clock_s: play.clock.clock_s,
            possession: spot.possession,
            home_lead: play.score_before.home - play.score_before.away,
            down: spot.down.unwrap_or(0),
            distance: spot.distance.unwrap_or(0),
            yards_to_goal: spot.yards_to_goal.unwrap_or(0),
            ..Default::default()
        };
        if spot.down.is_some() {
            assert!((play.wp_home_before - guest.home_wp(&snap)).abs() < 1e-6);
            theirs += usize::from((guest.home_wp(&snap) - ours.home_wp(&snap)).abs() > 1e-3);
        }
    }
    assert!(theirs > 0, "a price of ours would not show the difference");
    assert_eq!(
        snapshot.state.wp_home, 1.0,
        "the end is certain whoever prices"
    );
    assert_eq!(folded(), snapshot, "and the same again");
}

//! The rules that ship: they are read, and every test beside them passes.

use std::sync::Arc;

use matchday_engine::{
    decide::{
        director::OnAir,
        production::{Production, ProductionConfig},
    },
    rules::RuleSet,
    sense::game::{Match, ModelSet},
};
use matchday_event::{
    EventTime, Fact, GameId, Signal, Sport,
    production::Decided,
    senses::{GazeFact, GazeShares, Kick, Place, RegionShare, RunUpFact, Spot, TrackingFact},
};

#[path = "common/shipped.rs"]
mod shipped;
use shipped::shipped;

#[test]
fn every_shipped_rule_is_sound_and_its_tests_pass() {
    let set = RuleSet::read(shipped()).unwrap_or_else(|problems| {
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        panic!("{}", told.join("\n"))
    });
    let set = Arc::new(set);
    let mut wrong = Vec::new();
    for case in &set.cases {
        let outcome = case.run(&set);
        for line in &outcome.wrong {
            wrong.push(format!(
                "{}: {}: {line}; did {:?}",
                case.rule, case.name, outcome.did
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for rule in &set.rules {
        let tests = set.cases.iter().filter(|c| c.rule == *rule.id).count();
        assert!(tests >= 3, "{} has {tests} tests", rule.id);
    }
}

#[test]
fn a_set_is_named_by_its_content() {
    let mut sources = shipped();
    let before = sources.id();
    assert_eq!(before, shipped().id());
    let text = sources.files.get_mut("any/rail.toml").expect("a file");
    *text = text.replace("0.82 &&", "0.83 &&");
    assert_ne!(before, sources.id());
}

/// A soccer match on the shipped rules, and what they make of some facts, each at its millisecond.
fn cuts(facts: &[(i64, Fact)]) -> Vec<(String, i64)> {
    let set = Arc::new(RuleSet::read(shipped()).expect("sound rules"));
    let game = Match::new(GameId::new("soccer-1").expect("an id"), ModelSet::default());
    let config = ProductionConfig::default();
    let mut production =
        Production::with(&config, Sport::Soccer, &game.snapshot(), set).expect("a production");
    let mut out = Vec::new();
    for tick in 0..100 {
        let at = EventTime::from_millis(tick * 100);
        let now: Vec<Fact> = facts
            .iter()
            .filter(|(ms, _)| (tick * 100..(tick + 1) * 100).contains(ms))
            .map(|(_, fact)| fact.clone())
            .collect();
        production.take_as_it_is(&Signal::Tick { at }, &now, &mut out);
    }
    let cuts: OnAir = out
        .into_iter()
        .filter_map(|d| match d {
            Decided::Cut(cut) => Some(cut),
            _ => None,
        })
        .collect();
    let told = cuts.into_cuts().into_iter();
    told.map(|c| (c.shot.camera.to_string(), c.at.millis()))
        .collect()
}

fn gaze(at_ms: i64, share: f32) -> (i64, Fact) {
    let shares = GazeShares {
        at: EventTime::from_millis(at_ms),
        viewers: 500,
        away: 0.0,
        regions: vec![RegionShare {
            region: "penalty_mark".into(),
            share,
            dwell_p50_ms: None,
            dwell_p90_ms: None,
        }],
    };
    (at_ms, Fact::Gaze(GazeFact::Shares(shares)))
}

fn run_up(at_ms: i64) -> (i64, Fact) {
    let run_up = RunUpFact {
        at: EventTime::from_millis(at_ms),
        kick: Kick::Penalty,
        player: "h9".into(),
        side: None,
        number: None,
        from_m: 6.0,
        spot: Spot {
            x_m: 35.0,
            y_m: 0.0,
            place: Place::new(0.8, 0.5).expect("a place"),
        },
    };
    (at_ms, Fact::Tracking(TrackingFact::RunUp(run_up)))
}

#[test]
fn the_keeper_is_left_on_the_run_up_or_after_1_4_s() {
    let on = |from: i64| (0..8).map(move |i| gaze(from + i * 250, 0.7));
    let facts: Vec<_> = on(2_000).collect();
    assert_eq!(
        cuts(&facts),
        [("keeper".into(), 2_000), ("main".into(), 3_400)]
    );
    let facts: Vec<_> = on(2_000).chain([run_up(2_600)]).collect();
    assert_eq!(
        cuts(&facts),
        [("keeper".into(), 2_000), ("main".into(), 2_600)]
    );
    let facts: Vec<_> = (0..8).map(|i| gaze(2_000 + i * 250, 0.59)).collect();
    assert!(cuts(&facts).is_empty());
}

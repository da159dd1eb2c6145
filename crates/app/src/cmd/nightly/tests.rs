use matchday_event::{EventTime, GameId, production::CameraReport, senses::Camera};
use matchday_learn::camera::CameraModel;

use super::{
    night::{LABELS, Outcome},
    *,
};

fn test_setup() -> Setup {
    setup(&Config::default(), None, Some(FrameRate::F25)).expect("a setup")
}

fn made_up(setup: &Setup, seed: u64, matches: std::ops::Range<u64>) -> Vec<Played> {
    matches
        .map(|n| played::simulated(setup, seed, Sport::Soccer, n).expect("a match"))
        .collect()
}

fn one_night(
    setup: &Setup,
    played: &[Played],
    model: Option<&CameraModel>,
) -> (Report, Option<NewModel>) {
    let played: Vec<&Played> = played.iter().collect();
    night(&Night {
        setup,
        at: EventTime(1_795_000_000_000_000),
        played: &played,
        model,
        rules_name: "hints",
        train: true,
    })
    .expect("a night")
}

#[test]
fn a_night_without_a_model_trains_one_and_the_next_keeps_it_or_finds_a_better_one() {
    let setup = test_setup();
    let first = made_up(&setup, 2, 0..20);
    let (report, new) = one_night(&setup, &first, None);
    let Outcome::First(contest) = &report.outcome else {
        panic!("{:?}", report.outcome);
    };
    assert_eq!(contest.labels, LABELS);
    assert!(report.average_miss_frames > Some(3.0), "{report:?}");
    let new = new.expect("a model").fitted.model;
    let trained = &new.header().matches;
    assert!(contest.held_out.iter().all(|g| !trained.contains(g)));
    // What it misses is less than what the hints do, and it costs less.
    assert!(contest.new.cost_frames < report.rules.asked.cost_frames);
    assert!(contest.new.mean_frames < report.rules.asked.mean_frames);

    // Another director, other delays: the model of the first is no longer the best.
    let second = made_up(&setup, 9, 0..20);
    let (report, _) = one_night(&setup, &second, Some(&new));
    match &report.outcome {
        Outcome::NotNeeded => assert!(report.average_miss_frames <= Some(3.0)),
        Outcome::Kept(c) => {
            let before = c.before.as_ref().expect("a model before");
            assert!(c.new.cost_frames >= before.cost_frames);
        }
        Outcome::Replaced(c) => {
            let before = c.before.as_ref().expect("a model before");
            assert!(c.new.cost_frames < before.cost_frames);
            assert!(c.held_out.iter().all(|g| !trained.contains(g)));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_model_of_somebody_who_calls_other_cameras_is_replaced() {
    let setup = test_setup();
    let mut first = made_up(&setup, 2, 0..20);
    for report in first.iter_mut().flat_map(|p| &mut p.reports) {
        report.camera = match report.camera {
            Camera::Rail => Camera::Crowd,
            Camera::Tight => Camera::Wing,
            same => same,
        };
    }
    let (_, new) = one_night(&setup, &first, None);
    let odd = new.expect("a first model").fitted.model;
    let second = made_up(&setup, 9, 0..20);
    let (report, new) = one_night(&setup, &second, Some(&odd));
    let Outcome::Replaced(contest) = &report.outcome else {
        panic!("{:?}", report.outcome);
    };
    let before = contest.before.as_ref().expect("a model before");
    assert!(contest.new.cost_frames < before.cost_frames, "{contest:?}");
    // What it found was near enough; it found too little.
    assert!(report.found < Some(0.5), "{report:?}");
    let new = new.expect("a model").fitted.model;
    for model in [&odd, &new] {
        let seen = &model.header().matches;
        assert!(contest.held_out.iter().all(|g| !seen.contains(g)));
    }
}

#[test]
fn matches_that_the_model_has_seen_count_for_nothing() {
    let setup = test_setup();
    let played = made_up(&setup, 2, 0..20);
    let (_, new) = one_night(&setup, &played, None);
    let model = new.expect("a model").fitted.model;
    // Nothing is left but the held-out ones, too few to train on.
    let (report, new) = one_night(&setup, &played, Some(&model));
    assert!(new.is_none());
    match &report.outcome {
        Outcome::NotNeeded => {}
        Outcome::TooFew { needed, .. } => assert_eq!(*needed, LABELS),
        other => panic!("{other:?}"),
    }
    let told = report.model.expect("a model");
    let calls = told.asked.matched + told.asked.missed;
    let of_rules = report.rules.asked.matched + report.rules.asked.missed;
    assert!(calls < of_rules, "{calls} of {of_rules}");
}

#[test]
fn reports_are_written_for_people_and_for_programs() {
    let setup = test_setup();
    let played = made_up(&setup, 4, 0..3);
    let dir = tempfile::tempdir().expect("a temporary folder");
    let places = Places {
        out: dir.path().join("nightly"),
        models: dir.path().join("models"),
    };
    let lines = nights(&setup, &places, &played, "hints", true).expect("nights");
    assert_eq!(lines.len(), 1);
    assert!(lines[0].contains("No model was trained"), "{}", lines[0]);
    let text = fs::read_to_string(places.out.join("soccer-latest.json")).expect("a report");
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(json["outcome"], "too_few");
    assert_eq!(json["rate"], "25");
    assert_eq!(json["matches"].as_array().map(Vec::len), Some(3));
    let html = fs::read_to_string(places.out.join("soccer-latest.html")).expect("a page");
    for part in [
        "<svg role=\"img\"",
        "By camera",
        "hint-sprint",
        "prefers-color-scheme",
    ] {
        assert!(html.contains(part), "{part}");
    }
    assert!(
        !html.contains("http://") || html.contains("www.w3.org"),
        "it needs nothing else"
    );
}

#[test]
fn recorded_signals_are_replayed_with_the_rules_of_today() {
    // A room asks for slow motion: the rule's rail camera comes 0.3 s later, and a person was later still.
    let setup = test_setup();
    let game = GameId::new("soccer-nightly-1").expect("an id");
    let script = matchday_sim::world::Script::generate(11, Sport::Soccer).excerpt(0, 600_000);
    let plan = matchday_sim::world::stadium::StadiumPlan {
        sound: false,
        ..Default::default()
    };
    let (_, direction) = matchday_sim::world::director::of_world(11, &script, &plan);
    let calls: Vec<CameraReport> = direction.reports(&"person".into(), plan.kick_off);
    assert!(!calls.is_empty());
    let mut world = crate::world::World::new(11, &script, plan)
        .expect("a world")
        .directed(calls.clone());
    let mut signals = Vec::new();
    while let Some((_, more)) = world.step() {
        signals.extend(more);
    }
    let replayed = played::replay(&setup, &game, (1 as Seq..).zip(&signals))
        .expect("replays")
        .expect("cameras were reported");
    assert_eq!(replayed.sport, Sport::Soccer);
    assert_eq!(replayed.reports, calls);
    assert!(!replayed.events.is_empty());
    assert!(
        replayed
            .rule_cuts
            .windows(2)
            .all(|w| w[0].frame < w[1].frame)
    );
    let none: Vec<Signal> = signals
        .into_iter()
        .filter(|s| !matches!(s, Signal::Camera(_)))
        .collect();
    let nothing = played::replay(&setup, &game, (1 as Seq..).zip(&none)).expect("replays");
    assert!(nothing.is_none());
}

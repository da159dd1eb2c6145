//! The gaze agent: shares and dwells of viewers together, and trackers that give no false stare.

use matchday_engine::sense::gaze::{Gaze, GazeConfig, WatchedRegion};
use matchday_event::{
    EventTime, Fact,
    senses::{
        Direction, GazeFact, GazeRefusalCode as Code, GazeReport, GazeSample, GazeShares, Look,
        Pseudonym, RefusalPhase, Region,
    },
};
use proptest::prelude::*;

const MARK: [f32; 4] = [0.45, 0.5, 0.1, 0.1];

fn report(at_ms: i64, looks: &[Look]) -> GazeReport {
    GazeReport {
        source: "app".into(),
        at: EventTime::from_millis(at_ms),
        regions: Some(vec![Region {
            name: "penalty_mark".into(),
            area: MARK,
        }]),
        samples: (1..)
            .zip(looks)
            .map(|(viewer, look)| GazeSample {
                viewer: Pseudonym(viewer),
                at: EventTime::from_millis(at_ms),
                look: look.clone(),
            })
            .collect(),
    }
}

/// A point on the mark, or far from it, a little different each time.
fn point(on: bool, n: i64) -> Look {
    let jitter = (n * 7919 % 101) as f32 * 1e-4;
    let x = if on { 0.49 } else { 0.2 };
    Look::Point([x + jitter, 0.54 + jitter])
}

/// Facts of these steps of a tenth of a second each: how many of ten viewers look at the mark.
fn told(agent: &mut Gaze, from_ms: i64, on: &[usize]) -> Vec<GazeFact> {
    let mut out = Vec::new();
    for (i, on) in on.iter().enumerate() {
        let at_ms = from_ms + 100 * i as i64;
        let looks: Vec<Look> = (0..10).map(|v| point(v < *on, at_ms + v as i64)).collect();
        agent.apply(&report(at_ms, &looks), &mut out);
    }
    facts(out)
}

fn facts(out: Vec<Fact>) -> Vec<GazeFact> {
    out.into_iter()
        .map(|fact| match fact {
            Fact::Gaze(fact) => fact,
            other => panic!("{other:?} is no fact of gaze"),
        })
        .collect()
}

fn crossings(facts: &[GazeFact]) -> Vec<(Direction, f32, i64)> {
    facts
        .iter()
        .filter_map(|fact| match fact {
            GazeFact::Crossed(c) => Some((c.direction, c.share, c.at.millis())),
            _ => None,
        })
        .collect()
}

fn refusals(facts: &[GazeFact]) -> Vec<(Code, RefusalPhase)> {
    facts
        .iter()
        .filter_map(|fact| match fact {
            GazeFact::Refused(r) => Some((r.code, r.phase)),
            _ => None,
        })
        .collect()
}

fn shares(facts: &[GazeFact]) -> Vec<&GazeShares> {
    facts
        .iter()
        .filter_map(|fact| match fact {
            GazeFact::Shares(s) => Some(s),
            _ => None,
        })
        .collect()
}

#[test]
fn six_in_ten_are_told_once_and_under_five_again() {
    let mut agent = Gaze::default();
    let steps = [1, 3, 5, 6, 5, 6, 5, 8, 9, 5, 4, 5, 4, 2];
    let facts = told(&mut agent, 0, &steps);
    assert_eq!(
        crossings(&facts),
        [(Direction::Up, 0.6, 300), (Direction::Down, 0.4, 1000)]
    );
    let shares = shares(&facts);
    assert_eq!(shares.len(), 7, "five times a second");
    assert!(
        shares
            .iter()
            .all(|s| s.viewers == 10 && s.regions.len() == 1)
    );
}

#[test]
fn dwells_outlast_a_blink_and_are_told_of_five_and_more() {
    let mut agent = Gaze::default();
    let mut out = Vec::new();
    for i in 0..30 {
        let at_ms = 100 * i;
        let looks: Vec<Look> = (0..8)
            .map(|v| match v {
                // Everybody blinks for a fifth of a second, each at another time.
                _ if (10 + v..12 + v).contains(&i) => Look::Away,
                _ => point(v < 6, at_ms + v),
            })
            .collect();
        agent.apply(&report(at_ms, &looks), &mut out);
    }
    let facts = facts(out);
    let last = shares(&facts).pop().expect("told").clone();
    assert_eq!(last.regions[0].share, 0.75);
    assert_eq!(last.regions[0].dwell_p50_ms, Some(last.at.millis() as u32));
    assert_eq!(crossings(&facts).len(), 1, "a blink ends no stare");
    let few = told(&mut Gaze::default(), 0, &[4; 10]);
    assert!(
        shares(&few)
            .iter()
            .all(|s| s.regions[0].dwell_p50_ms.is_none())
    );
}

#[test]
fn four_viewers_are_nobody() {
    let mut agent = Gaze::default();
    let mut out = Vec::new();
    for i in 0..30 {
        let looks: Vec<Look> = (0..4).map(|v| point(true, 100 * i + v)).collect();
        agent.apply(&report(100 * i, &looks), &mut out);
    }
    let few = facts(out);
    assert_eq!(refusals(&few), [(Code::TooFew, RefusalPhase::Began)]);
    assert_eq!(few.len(), 1);
    let enough = told(&mut agent, 3000, &[9; 4]);
    assert_eq!(refusals(&enough), [(Code::TooFew, RefusalPhase::Ended)]);
    assert_eq!(crossings(&enough).len(), 1);
    // And when they all leave, the stare is over.
    let mut out = Vec::new();
    for i in 0..40 {
        agent.tick(EventTime::from_millis(3500 + 100 * i), &mut out);
    }
    let gone = facts(out);
    assert_eq!(crossings(&gone)[0].0, Direction::Down);
    assert_eq!(refusals(&gone), [(Code::TooFew, RefusalPhase::Began)]);
}

#[test]
fn a_viewer_counts_once_however_many_samples_there_are() {
    let mut agent = Gaze::default();
    let mut out = Vec::new();
    for i in 0..10 {
        let mut all: Vec<Look> = (0..6).map(|v| point(false, 100 * i + v)).collect();
        all.extend((0..500).map(|v| point(true, 100 * i + v)));
        let mut one = report(100 * i, &all);
        for (n, sample) in one.samples.iter_mut().enumerate().skip(6) {
            sample.viewer = Pseudonym(99);
            sample.at = EventTime(100_000 * i - 1000 + n as i64);
        }
        agent.apply(&one, &mut out);
    }
    let facts = facts(out);
    assert_eq!(crossings(&facts), []);
    assert_eq!(shares(&facts).last().map(|s| s.viewers), Some(7));
}

#[test]
fn stuck_trackers_are_not_counted() {
    let mut agent = Gaze::default();
    let mut out = Vec::new();
    for i in 0..200 {
        let looks: Vec<Look> = (0..16)
            .map(|v| match v {
                0..8 => Look::Point([0.5, 0.55]),
                _ => point(false, 100 * i + v),
            })
            .collect();
        agent.apply(&report(100 * i, &looks), &mut out);
    }
    let facts = facts(out);
    assert_eq!(refusals(&facts), [(Code::Stuck, RefusalPhase::Began)]);
    let last = shares(&facts).pop().expect("told").clone();
    assert_eq!((last.viewers, last.regions[0].share), (8, 0.0));
    assert_eq!(crossings(&facts), [], "half were on the mark");
}

#[test]
fn what_cannot_be_is_refused_and_counts_nothing() {
    use RefusalPhase::Began;
    let with = |change: &dyn Fn(&mut GazeReport)| {
        let mut agent = Gaze::default();
        let mut all = told(&mut agent, 100_000, &[2; 10]);
        let mut out = Vec::new();
        for i in 0..20 {
            let at_ms = 101_000 + 50 * i;
            let looks: Vec<Look> = (0..10).map(|v| point(true, at_ms + v)).collect();
            let mut bad = report(at_ms, &looks);
            change(&mut bad);
            agent.apply(&bad, &mut out);
        }
        all.extend(facts(out));
        assert_eq!(crossings(&all), [], "{:?}", refusals(&all));
        refusals(&all)
    };
    let points = |p: [f32; 2]| {
        move |r: &mut GazeReport| r.samples.iter_mut().for_each(|s| s.look = Look::Point(p))
    };
    for p in [[f32::NAN, 0.5], [0.5, f32::INFINITY], [7.0, 0.5]] {
        assert_eq!(with(&points(p))[0], (Code::Impossible, Began), "{p:?}");
    }
    let tomorrow = |r: &mut GazeReport| {
        r.at.0 += 86_400_000_000 * (r.at.0 % 7 + 1);
    };
    assert_eq!(with(&tomorrow)[0], (Code::Clock, Began));
    let yesterday = |r: &mut GazeReport| r.at.0 -= 20_000_000;
    assert_eq!(with(&yesterday)[0], (Code::OutOfOrder, Began));
    let of_later = |r: &mut GazeReport| r.samples.iter_mut().for_each(|s| s.at.0 += 60_000_000);
    assert_eq!(with(&of_later)[0], (Code::Impossible, Began));
    let nowhere = |r: &mut GazeReport| {
        r.regions = Some(vec![Region {
            name: "penalty_mark".into(),
            area: [0.0, 0.0, f32::NAN, 1.0],
        }]);
    };
    assert_eq!(with(&nowhere)[0], (Code::Impossible, Began));
    // Away from the picture is no error.
    assert_eq!(with(&points([-0.4, 1.3])), []);
}

#[test]
fn a_region_by_name_by_place_and_one_that_left_the_picture() {
    let config = GazeConfig {
        regions: vec![
            WatchedRegion {
                name: "coach".into(),
                area: Some([0.0, 0.0, 0.2, 0.2]),
                up: 0.8,
                down: 0.3,
            },
            WatchedRegion {
                name: "penalty_mark".into(),
                area: None,
                up: 0.6,
                down: 0.5,
            },
        ],
        ..GazeConfig::default()
    };
    let mut agent = Gaze::new(config).expect("a configuration");
    let mut step = |i: i64, regions: Option<Vec<Region>>, look: &dyn Fn(i64) -> Look| {
        let looks: Vec<Look> = (0..6).map(look).collect();
        let report = GazeReport {
            regions,
            ..report(200 * i, &looks)
        };
        let mut out = Vec::new();
        agent.apply(&report, &mut out);
        facts(out)
    };
    let shares_of = |facts: &[GazeFact]| {
        let last = shares(facts).pop().expect("told").clone();
        (last.regions[0].share, last.regions[1].share)
    };
    let coach = |v: i64| Look::Point([0.1 + v as f32 * 0.01, 0.1]);
    assert_eq!(shares_of(&step(1, None, &coach)), (1.0, 0.0));
    let named = |_: i64| Look::Region("penalty_mark".into());
    assert_eq!(shares_of(&step(2, None, &named)), (0.0, 1.0));
    let mark = |v: i64| Look::Point([0.5, 0.51 + v as f32 * 0.01]);
    assert_eq!(shares_of(&step(3, None, &mark)), (0.0, 0.0));
    let here = vec![Region {
        name: "penalty_mark".into(),
        area: MARK,
    }];
    assert_eq!(shares_of(&step(4, Some(here), &mark)), (0.0, 1.0));
    assert_eq!(shares_of(&step(5, Some(Vec::new()), &mark)), (0.0, 0.0));
    let unknown = |_: i64| Look::Region("scoreboard".into());
    assert_eq!(shares_of(&step(6, None, &unknown)), (0.0, 0.0));
}

proptest! {
    #[test]
    fn no_report_makes_it_fall_over(
        reports in prop::collection::vec(
            (
                prop_oneof![0_i64..100_000_000, any::<i64>()],
                prop::collection::vec((0_u64..9, -200_000_i64..10_000, any::<[f32; 2]>()), 0..12),
                any::<[f32; 4]>(),
            ),
            0..60,
        ),
    ) {
        let mut agent = Gaze::default();
        let mut out = Vec::new();
        for (at, samples, area) in reports {
            let report = GazeReport {
                source: "app".into(),
                at: EventTime(at),
                regions: Some(vec![Region { name: "penalty_mark".into(), area }]),
                samples: samples
                    .into_iter()
                    .map(|(viewer, before, point)| GazeSample {
                        viewer: Pseudonym(viewer),
                        at: EventTime(at.saturating_add(before)),
                        look: Look::Point(point),
                    })
                    .collect(),
            };
            agent.apply(&report, &mut out);
            agent.tick(EventTime(at), &mut out);
        }
        for fact in &out {
            if let Fact::Gaze(GazeFact::Shares(s)) = fact {
                prop_assert!(s.viewers >= 5);
                prop_assert!(s.regions.iter().all(|r| (0.0..=1.0).contains(&r.share)));
            }
        }
    }
}

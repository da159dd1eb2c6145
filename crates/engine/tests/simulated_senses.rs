//! Bodies, gaze and vision of the seeded world, scored against its truth. `matchday eval senses` does the same over more
//! matches; the guide's figures come from there. These seeds are not among those that limits were chosen on.

use matchday_engine::sense::{body::Body, gaze::Gaze, vision::Vision};
use matchday_event::{
    Fact, Sport,
    senses::{BodyFact, FansFact, GazeFact, VisionFact},
};
use matchday_sim::world::{Script, body, gaze, tally::KindScore, vision};

/// Scores of all these seeds together, and the facts.
fn all<const N: usize>(
    seeds: std::ops::Range<u64>,
    sport: Sport,
    minutes: u64,
    listen: impl Fn(u64, &Script) -> ([KindScore; N], Vec<Fact>),
) -> ([KindScore; N], Vec<Fact>) {
    let mut sum: [KindScore; N] = std::array::from_fn(|_| KindScore::default());
    let mut facts = Vec::new();
    for seed in seeds {
        let script = Script::generate(seed, sport).excerpt(0, minutes * 60_000);
        let (scores, told) = listen(seed, &script);
        for (mine, theirs) in sum.iter_mut().zip(&scores) {
            mine.add(theirs);
        }
        facts.extend(told);
    }
    (sum, facts)
}

fn at_least(name: &str, score: &KindScore, must: usize, recall: f64, precision: f64) {
    assert!(
        score.must >= must,
        "{name}: only {} to be found",
        score.must
    );
    assert!(
        score.recall() >= recall,
        "{name}: recall {}",
        score.recall()
    );
    assert!(
        score.precision() >= precision,
        "{name}: precision {}",
        score.precision()
    );
}

#[test]
fn hearts_are_felt() {
    let plan = body::BodyPlan {
        fans: [9, 7, 2],
        ..body::BodyPlan::default()
    };
    let ([leap, rate, strain, stuck], facts) = all(1..3, Sport::Soccer, 16, |seed, script| {
        let (truth, reports) = body::render(seed, script, &plan);
        let (mut agent, mut facts) = (Body::default(), Vec::new());
        for report in reports {
            agent.apply(&report, &mut facts);
        }
        (body::score(&truth, &facts, plan.kick_off), facts)
    });
    at_least("rate", &rate, 20, 0.85, 0.9);
    at_least("strain", &strain, 5, 0.6, 0.5);
    at_least("stuck", &stuck, 1, 1.0, 1.0);
    assert_eq!(leap.wrong, 0);
    let fans: Vec<&FansFact> = facts
        .iter()
        .filter_map(|fact| match fact {
            Fact::Body(BodyFact::Fans(fans)) => Some(fans),
            _ => None,
        })
        .collect();
    assert!(fans.len() > 1000, "{}", fans.len());
    assert!(fans.iter().all(|f| f.wearers >= 5));
    // Two fans are with neither side: all less both sides would tell of them.
    assert!(
        fans.iter()
            .all(|f| f.side.is_some() || f.wearers == 18 || f.wearers < 14)
    );
}

#[test]
fn a_goal_makes_hearts_leap() {
    let plan = body::BodyPlan {
        fans: [0, 0, 0],
        faults: false,
        ..body::BodyPlan::default()
    };
    // Minutes around goals of several matches.
    let mut sum = KindScore::default();
    for seed in 1..7 {
        let script = Script::generate(seed, Sport::Soccer);
        let goals = script.happenings.iter().filter(|h| {
            matches!(h.kind, matchday_sim::world::HappeningKind::Score { .. }) && h.at_ms > 200_000
        });
        for goal in goals.take(1) {
            let part = script.excerpt(goal.at_ms - 190_000, goal.at_ms + 30_000);
            let (truth, reports) = body::render(seed, &part, &plan);
            let (mut agent, mut facts) = (Body::default(), Vec::new());
            for report in reports {
                agent.apply(&report, &mut facts);
            }
            sum.add(&body::score(&truth, &facts, plan.kick_off)[0]);
        }
    }
    at_least("leap", &sum, 3, 0.6, 0.9);
}

#[test]
fn gaze_is_followed() {
    let plan = gaze::GazePlan {
        viewers: 40,
        stare_every_s: 40.0,
        ..gaze::GazePlan::default()
    };
    let ([on, off], facts) = all(1..3, Sport::Soccer, 8, |seed, script| {
        let (truth, reports) = gaze::render(seed, script, &plan);
        let (mut agent, mut facts) = (Gaze::default(), Vec::new());
        for report in reports {
            agent.apply(&report, &mut facts);
        }
        (gaze::score(&truth, &facts, plan.kick_off), facts)
    });
    at_least("on", &on, 4, 0.9, 0.9);
    at_least("off", &off, 4, 0.9, 0.9);
    let refused = |fact: &&Fact| matches!(fact, Fact::Gaze(GazeFact::Refused(_)));
    assert_eq!(facts.iter().filter(refused).count(), 0);
}

#[test]
fn pictures_are_read() {
    let plan = vision::VisionPlan::default();
    let mut sum: [KindScore; 5] = std::array::from_fn(|_| KindScore::default());
    let mut refused = 0;
    for seed in 1..7 {
        let script = Script::generate(seed, Sport::Soccer);
        let goals = script.happenings.iter().filter(|h| {
            matches!(h.kind, matchday_sim::world::HappeningKind::Score { .. }) && h.at_ms > 40_000
        });
        for goal in goals.take(1) {
            let part = script.excerpt(goal.at_ms - 40_000, goal.at_ms + 40_000);
            let (truth, reports) = vision::render(seed, &part, &plan);
            let (mut agent, mut facts) = (Vision::default(), Vec::new());
            for report in reports {
                agent.apply(&report, &mut facts);
            }
            let scores = vision::score(&truth, &facts, plan.kick_off);
            for (mine, theirs) in sum.iter_mut().zip(&scores) {
                mine.add(theirs);
            }
            refused += facts
                .iter()
                .filter(|f| matches!(f, Fact::Vision(VisionFact::Refused(_))))
                .count();
        }
    }
    let [celebration, scorer, reaction, turn, spin] = &sum;
    at_least("celebration", celebration, 4, 0.9, 0.9);
    at_least("scorer", scorer, 4, 0.5, 0.6);
    at_least("reaction", reaction, 3, 0.9, 0.9);
    at_least("head turn", turn, 40, 0.85, 0.9);
    at_least("spin", spin, 50, 0.9, 0.9);
    assert_eq!(refused, 0);
}

//! Whether the facts that rules need are there when their true causes happen, and only then: twenty simulated matches for
//! each rule, with a rule written by hand in place of the producers' own. The guide's figures (`docs/senses.md`) come from
//! here: run with `--nocapture`.
//!
//! What the senses and the world go by was chosen on seeds from 2,000 on; those scored are from 1 on.

mod by_hand;

use matchday_engine::sense::game::{Match, ModelSet, Output};
use matchday_event::GameId;
use matchday_sim::world::{
    Script,
    causes::{self, Acted, CauseScore, Trigger, decoy_for, matches_for, plan_for},
    stadium::{Stadium, Step},
};

use by_hand::ByHand;

const MATCHES: usize = 20;
/// Seed of the first match, where the environment does not name another to look at.
const FIRST: u64 = 1;

/// What the rule by hand does in a match.
fn act(trigger: Trigger, seed: u64, script: &Script) -> Vec<Acted> {
    let plan = plan_for(trigger);
    let kick_off = plan.kick_off;
    let mut stadium = Stadium::new(seed, script, plan);
    let id = GameId::new(format!("sim-{seed}")).expect("an id");
    let mut game = Match::new(id, ModelSet::default());
    game.set_viewed(false);
    let mut rule = ByHand::new(trigger, kick_off);
    let (mut step, mut out, mut seq) = (Step::default(), Output::default(), 0);
    while stadium.step(&mut step) {
        for signal in &step.signals {
            seq += 1;
            game.apply(seq, signal, &mut out);
            for fact in out.facts.drain(..) {
                rule.hear(step.at_ms, &fact);
            }
        }
    }
    rule.acted
}

/// What became of one stretch.
fn one(trigger: Trigger, seed: u64, script: &Script, list: bool) -> (CauseScore, usize) {
    let mut truth = causes::truth(seed, script, &plan_for(trigger));
    truth.retain(|c| c.trigger == trigger);
    let acted = act(trigger, seed, script);
    let score = causes::score(trigger, &truth, &acted, 0);
    if list && (score.wrong > 0 || score.found < score.must) {
        println!("-- {trigger} seed {seed}: {score:?}");
        for cause in &truth {
            println!("   {cause:?}");
        }
        for act in &acted {
            println!("   acted {} {:?}", act.at_ms, act.key);
        }
    }
    (score, truth.iter().filter(|c| !c.must).count())
}

fn measure(trigger: Trigger) -> CauseScore {
    let first = std::env::var("MATCHDAY_CAUSES_FIRST")
        .ok()
        .and_then(|s| s.parse().ok())
        .unwrap_or(FIRST);
    let list = std::env::var_os("MATCHDAY_CAUSES_LIST").is_some();
    let (mut sum, mut may, mut seeds) = (CauseScore::default(), 0, Vec::new());
    for (seed, script) in matches_for(trigger, first).take(MATCHES) {
        let (score, allowed) = one(trigger, seed, &script, list);
        sum.add(&score);
        may += allowed;
        seeds.push(seed);
    }
    // What is like a cause, and none.
    let decoys = (first..first + 200).filter_map(|seed| Some((seed, decoy_for(trigger, seed)?)));
    let mut tempted = 0;
    for (seed, script) in decoys.take(MATCHES) {
        let (score, allowed) = one(trigger, seed, &script, list);
        sum.add(&score);
        may += allowed;
        tempted += 1;
    }
    let ms = |ms: Option<f64>| ms.map_or_else(|| "-".to_owned(), |ms| format!("{ms:.0}"));
    println!(
        "{trigger:<18} | {} | {may} | {:.3} | {} | {} | {} | {} | {} | {} | {:.2} | seeds {} to {}, {tempted} decoys",
        sum.must,
        sum.recall(),
        sum.acted,
        sum.wrong,
        sum.again,
        ms(sum.lag_ms(0.5)),
        ms(sum.lag_ms(0.9)),
        ms(sum.late_ms(0.5)),
        sum.off_frames(0.5, 50.0).unwrap_or(0.0),
        seeds.first().unwrap_or(&0),
        seeds.last().unwrap_or(&0),
    );
    sum
}

fn holds(trigger: Trigger) {
    let score = measure(trigger);
    assert!(score.must >= 10, "{trigger}: only {} causes", score.must);
    assert!(
        score.recall() >= 0.95,
        "{trigger}: {} of {}",
        score.found,
        score.must
    );
    assert_eq!(score.wrong, 0, "{trigger}");
}

#[test]
fn keyword() {
    holds(Trigger::Keyword);
}

#[test]
fn penalty_gaze() {
    holds(Trigger::PenaltyGaze);
}

#[test]
fn head_turn() {
    holds(Trigger::HeadTurn);
}

#[test]
fn heart_leap() {
    holds(Trigger::HeartLeap);
}

#[test]
fn spin_drop() {
    holds(Trigger::SpinDrop);
}

#[test]
fn fast_serve() {
    holds(Trigger::FastServe);
}

#[test]
fn ball_trace() {
    holds(Trigger::BallTrace);
}

#[test]
fn three_joy() {
    holds(Trigger::ThreeJoy);
}

#[test]
fn miss_rage() {
    holds(Trigger::MissRage);
}

#[test]
fn underdog_surprise() {
    holds(Trigger::UnderdogSurprise);
}

//! Whether the shipped rules fire when their true causes happen, and only then: twenty simulated matches for each rule.
//! The guide's figures (`docs/rules.md`) come from here: run with `--nocapture`.
//!
//! What the senses and the world go by was chosen on seeds from 2,000 on; those scored are from 1 on.

use std::sync::{Arc, LazyLock};

use matchday_engine::{
    decide::production::{Production, ProductionConfig},
    rules::RuleSet,
    sense::game::{Match, ModelSet, Output},
};
use matchday_event::{
    EventTime, GameId, Sport,
    production::{Action, Decided, Fired, FrameRate},
};
use matchday_sim::world::{
    Script,
    causes::{self, Acted, CauseScore, Trigger, decoy_for, matches_for, plan_for},
    stadium::{Stadium, Step},
};

#[path = "../common/shipped.rs"]
mod shipped;

static RULES: LazyLock<Arc<RuleSet>> = LazyLock::new(|| {
    let set = RuleSet::read(shipped::shipped());
    Arc::new(set.unwrap_or_else(|problems| panic!("{problems:?}")))
});

/// The rule that acts on a trigger.
fn rule(trigger: Trigger) -> &'static str {
    match trigger {
        Trigger::Keyword => "rail-on-replay-words",
        Trigger::PenaltyGaze => "keeper-on-penalty-gaze",
        Trigger::HeadTurn => "wing-on-head-turn",
        Trigger::HeartLeap => "crowd-on-hearts",
        Trigger::SpinDrop => "zoom-on-spin-drop",
        Trigger::FastServe => "baseline-on-fast-serve",
        Trigger::BallTrace => "ball-trace-for-analysts",
        Trigger::ThreeJoy => "confetti-on-three",
        Trigger::MissRage => "cool-down-poll",
        Trigger::UnderdogSurprise => "underdog-code",
    }
}

const MATCHES: usize = 20;
/// Seed of the first match, where the environment does not name another to look at.
const FIRST: u64 = 1;

/// What the rule does in a match.
fn act(trigger: Trigger, seed: u64, script: &Script) -> Vec<Acted> {
    let plan = plan_for(trigger);
    let kick_off = plan.kick_off;
    let mut stadium = Stadium::new(seed, script, plan);
    let id = GameId::new(format!("{}-sim-{seed}", league(script.sport))).expect("an id");
    let mut game = Match::new(id, ModelSet::default());
    game.set_viewed(false);
    let config = ProductionConfig {
        rate: FrameRate::F50,
        director: None,
    };
    let mut production = Production::with(&config, script.sport, &game.snapshot(), RULES.clone())
        .expect("a production");
    let (mut step, mut out, mut seq, mut decided) =
        (Step::default(), Output::default(), 0, Vec::new());
    while stadium.step(&mut step) {
        for signal in &step.signals {
            seq += 1;
            game.apply(seq, signal, &mut out);
            production.take_as_it_is(signal, &out.facts, &mut decided);
        }
    }
    let ms = |us: i64| (us - kick_off.0) as f64 / 1000.0;
    let fired = decided.iter().enumerate().filter_map(|(i, d)| match d {
        Decided::Fired(f) if *f.rule == *rule(trigger) => Some((i, f)),
        _ => None,
    });
    fired
        .map(|(i, f)| {
            // What it leads to: the frame of the cut, for a camera that is not on air already.
            let cut = decided[i..].iter().find_map(|d| match d {
                Decided::Cut(c) if c.rule.as_ref() == Some(&f.rule) && c.at >= f.due => Some(c.at),
                _ => None,
            });
            let due = match &f.action {
                Action::Shot(_) => cut.filter(|at| at.0 < f.due.0 + 2_000_000).unwrap_or(f.due),
                _ => f.due,
            };
            Acted {
                trigger,
                key: f.key.clone(),
                at_ms: ms(f.at.0),
                due_ms: ms(due.0),
                ended_ms: ended(&decided[i..], f).map(|at| ms(at.0)),
            }
        })
        .collect()
}

/// When what a rule asked for is over: because it said so, or by then at the latest.
fn ended(after: &[Decided], fired: &Fired) -> Option<EventTime> {
    let released = after.iter().find_map(|d| match d {
        Decided::Released(r) if r.rule == fired.rule && r.key == fired.key => Some(r.at),
        _ => None,
    });
    match (released, fired.until) {
        (Some(at), Some(until)) => Some(at.min(until)),
        (at, until) => at.or(until),
    }
}

fn league(sport: Sport) -> &'static str {
    match sport {
        Sport::AmericanFootball => "nfl",
        Sport::Basketball => "nba",
        Sport::Soccer => "soccer",
        Sport::Tennis => "atp",
    }
}

/// How long a rule rests once it has acted, in milliseconds.
fn rest_ms(trigger: Trigger) -> u64 {
    let rule = RULES.rule(rule(trigger)).expect("a shipped rule");
    if rule.once.is_some() {
        return u64::MAX >> 1;
    }
    (rule.cooldown_us / 1000) as u64
}

/// What became of one stretch.
/// What became of one stretch, and how many causes in it may be acted on or not.
fn one(trigger: Trigger, seed: u64, script: &Script, list: bool) -> (CauseScore, usize) {
    let mut truth = causes::truth(seed, script, &plan_for(trigger));
    truth.retain(|c| c.trigger == trigger);
    let acted = act(trigger, seed, script);
    let score = causes::score(trigger, &truth, &acted, rest_ms(trigger));
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
    let off = score.off_frames(0.5, 50.0).expect("it acted");
    assert!(off < 1.0, "{trigger}: {off} frames from its own delay");
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

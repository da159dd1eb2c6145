//! What other rules would have decided.

use std::{collections::BTreeMap, sync::Arc};

use matchday_engine::{
    decide::{
        production::{Production, ProductionConfig},
        whatif::{Difference, Differs, compare},
    },
    rules::{RuleSet, Sources},
    sense::game::{Match, ModelSet},
};
use matchday_event::{
    EventTime, Fact, GameId, Signal, Sport,
    production::{Decided, TasteFact},
};

fn set(over: f64, others: &str) -> Arc<RuleSet> {
    let text = format!(
        "[[rule]]\nid = \"rail\"\ntitle = \"The rail\"\nwhen = 'taste.share > {over:?}'\nlasts = \"2s\"\n\
         action = {{ do = \"shot\", camera = \"rail\" }}\n{others}"
    );
    let files = BTreeMap::from([("soccer/a.toml".to_owned(), text)]);
    Arc::new(RuleSet::read(Sources { files }).expect("sound rules"))
}

/// A match in which a cluster comes to like something ever more.
fn decided(set: &Arc<RuleSet>) -> Vec<Decided> {
    let game = Match::new(GameId::new("soccer-1").expect("an id"), ModelSet::default());
    let config = ProductionConfig::default();
    let mut production = Production::with(&config, Sport::Soccer, &game.snapshot(), set.clone())
        .expect("a production");
    let mut out = Vec::new();
    for tick in 0..100 {
        let at = EventTime::from_millis(1_000 + tick * 100);
        let taste = Fact::Taste(TasteFact {
            at,
            cluster: "north".into(),
            topic: "analytics".into(),
            viewers: 100,
            share: tick as f32 / 100.0,
        });
        production.take_as_it_is(&Signal::Tick { at }, &[taste], &mut out);
    }
    out
}

fn differences(a: &Arc<RuleSet>, b: &Arc<RuleSet>) -> Vec<Difference> {
    compare((a, &decided(a)), (b, &decided(b)))
}

#[test]
fn the_same_rules_decide_the_same() {
    assert!(differences(&set(0.3, ""), &set(0.3, "")).is_empty());
}

#[test]
fn a_threshold_that_was_raised_is_the_reason_of_a_later_cut() {
    let told: Vec<(i64, String, String)> = differences(&set(0.3, ""), &set(0.5, ""))
        .into_iter()
        .map(|d| {
            let what = match &d.what {
                Differs::Fired { a, b, .. } => format!("fired {} {}", a.is_some(), b.is_some()),
                Differs::Cut { a, b, .. } => {
                    let camera = |c: &Option<_>| {
                        c.as_ref()
                            .map(|c: &matchday_event::production::Cut| c.shot.camera.to_string())
                    };
                    format!("cut {:?} {:?}", camera(a), camera(b))
                }
            };
            (d.at.millis(), what, d.why)
        })
        .collect();
    let times: Vec<(i64, &str)> = told
        .iter()
        .map(|(at, what, _)| (*at, what.as_str()))
        .collect();
    assert_eq!(
        times,
        [
            (4_100, "fired true false"),
            (4_100, "cut Some(\"rail\") None"),
            (6_100, "fired false true"),
            (6_100, "cut Some(\"main\") Some(\"rail\")"),
            (8_100, "cut None Some(\"main\")"),
        ]
    );
    let why = "rail was changed, when: taste.share > 0.3 -> taste.share > 0.5";
    assert!(told.iter().all(|(_, _, w)| w == why), "{told:?}");
}

#[test]
fn a_rule_that_one_set_alone_has_is_named() {
    let other = "[[rule]]\nid = \"code\"\ntitle = \"A code\"\nwhen = 'taste.share > 0.9'\naction = { do = \"code\", percent = 20 }\n";
    let told = differences(&set(0.3, ""), &set(0.3, other));
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].why, "code is in the second set alone");
}

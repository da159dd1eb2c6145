//! The rules that ship: they are read, and every test beside them passes.

use std::sync::Arc;

use matchday_engine::rules::RuleSet;

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

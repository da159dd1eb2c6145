//! Temporal operators, sources one by one, and rule sets that are swapped in the middle of something.

use std::{collections::BTreeMap, sync::Arc};

use matchday_engine::rules::{
    Outcome, RuleSet, Run, Sources,
    names::{MAX_FIELDS, Row, TopicId},
    value::Slot,
};
use matchday_event::{EventTime, Sport, production::Decided};

fn set(text: &str) -> Arc<RuleSet> {
    let files = BTreeMap::from([("soccer/test.toml".to_owned(), text.to_owned())]);
    let read = RuleSet::read(Sources { files });
    Arc::new(read.unwrap_or_else(|problems| {
        let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
        panic!("{}", told.join("\n"))
    }))
}

/// Every test in it passes.
fn holds(text: &str) {
    let set = set(text);
    assert!(!set.cases.is_empty());
    for case in &set.cases {
        let Outcome { wrong, did } = case.run(&set);
        assert!(
            wrong.is_empty(),
            "{}: {}: {wrong:?}; it did {did:?}",
            case.rule,
            case.name
        );
    }
}

#[test]
fn for_waits_until_the_condition_has_held_so_long() {
    holds(
        r#"
[[rule]]
id = "loud"
title = "Loud for two seconds"
when = 'level.db > 94.0'
for = "2s"
lasts = "5s"
action = { do = "shot", camera = "crowd" }

[[rule.test]]
name = "exactly two seconds, at a time that no fact tells of"
given = [{ at = "1s", level = { db = 95.0 } }, { at = "2.55s", level = { db = 96.0 } }, { at = "4s", level = { db = 90.0 } }]
fires = [{ at = "3s", ends = "8s" }]

[[rule.test]]
name = "a dip begins the count anew"
given = [
    { at = "1s", level = { db = 95.0 } },
    { at = "2s", level = { db = 93.0 } },
    { at = "2.5s", level = { db = 95.0 } },
    { at = "4s", level = { db = 95.0 } },
]
fires = [{ at = "4.5s" }]

[[rule.test]]
name = "a microphone that falls silent is not loud"
given = [{ at = "1s", level = { db = 95.0 } }]
until = "2.9s"
"#,
    );
}

#[test]
fn hysteresis_keeps_a_condition_true_until_another_is() {
    holds(
        r#"
[[rule]]
id = "gaze"
title = "While most look there, with room for wavering"
when = 'gaze.share >= 0.6'
until = 'gaze.share < 0.5'
while_true = true
action = { do = "shot", camera = "keeper" }

[[rule.test]]
name = "wavering round the threshold is one look"
given = [
    { at = "1s", gaze = { share = 0.61 } },
    { at = "2s", gaze = { share = 0.58 } },
    { at = "3s", gaze = { share = 0.62 } },
    { at = "4s", gaze = { share = 0.49 } },
    { at = "5s", gaze = { share = 0.59 } },
]
fires = [{ at = "1s", ends = "4s" }]
"#,
    );
}

#[test]
fn a_state_that_nobody_speaks_of_ends_what_it_held() {
    holds(
        r#"
[[rule]]
id = "gaze"
title = "While most look there"
when = 'gaze.share >= 0.6'
while_true = true
action = { do = "shot", camera = "keeper" }

[[rule.test]]
name = "five seconds of silence, at the next step of time"
given = [{ at = "1s", gaze = { share = 0.7 } }]
fires = [{ at = "1s", ends = "6.1s" }]
"#,
    );
}

#[test]
fn within_joins_events_and_after_orders_them() {
    holds(
        r#"
[[rule]]
id = "goal-and-roar"
title = "A goal and a roar, in either order"
when = 'play.kind == "goal" && sound.kind == "roar"'
within = "3s"
lasts = "2s"
priority = 60
action = { do = "shot", camera = "crowd" }

[[rule.test]]
name = "the roar is first"
given = [{ at = "1s", sound = { kind = "roar" } }, { at = "3.9s", play = { kind = "goal" } }]
fires = [{ at = "3.9s" }]

[[rule.test]]
name = "the goal is first"
given = [{ at = "1s", play = { kind = "goal" } }, { at = "2s", sound = { kind = "roar" } }]
fires = [{ at = "2s" }]

[[rule.test]]
name = "too far apart"
given = [{ at = "1s", sound = { kind = "roar" } }, { at = "4.1s", play = { kind = "goal" } }]

[[rule]]
id = "roar-after-goal"
title = "A roar after a goal"
after = 'play.kind == "goal"'
within = "3s"
when = 'sound.kind == "roar"'
lasts = "2s"
priority = 40
action = { do = "shot", camera = "crowd" }

[[rule.test]]
name = "the roar is first"
given = [{ at = "1s", sound = { kind = "roar" } }, { at = "2s", play = { kind = "goal" } }]

[[rule.test]]
name = "the goal is first"
given = [{ at = "1s", play = { kind = "goal" } }, { at = "2s", sound = { kind = "roar" } }]
fires = [{ at = "2s" }]
"#,
    );
}

#[test]
fn a_delay_can_be_cut_short_and_an_end_be_sooner() {
    holds(
        r#"
[[rule]]
id = "slow"
title = "Two seconds later, or with the run-up"
when = 'keyword.surprise > 0.8'
delay = "2s"
sooner = 'run_up.kick == "penalty"'
lasts = "3s"
leave = 'play.kind == "goal"'
action = { do = "shot", camera = "rail" }

[[rule.test]]
name = "the delay is over first"
given = [{ at = "1s", keyword = { surprise = 0.9 } }, { at = "3.5s", run_up = { kick = "penalty" } }]
fires = [{ at = "3s", ends = "6s" }]

[[rule.test]]
name = "the run-up is first"
given = [{ at = "1s", keyword = { surprise = 0.9 } }, { at = "1.5s", run_up = { kick = "penalty" } }]
fires = [{ at = "1.5s", ends = "4.5s" }]

[[rule.test]]
name = "the goal calls it off before it is due"
given = [{ at = "1s", keyword = { surprise = 0.9 } }, { at = "2s", play = { kind = "goal" } }]

[[rule.test]]
name = "the goal ends it"
given = [{ at = "1s", keyword = { surprise = 0.9 } }, { at = "4s", play = { kind = "goal" } }]
fires = [{ at = "3s", ends = "4s" }]
"#,
    );
}

#[test]
fn marks_lead_from_rule_to_rule_and_once_counts_periods() {
    holds(
        r#"
[[rule]]
id = "big"
title = "A big moment"
when = 'moment.intensity > 80.0'
action = { do = "mark", mark = "big" }

[[rule]]
id = "crowd-once"
title = "The crowd, once a period"
when = 'mark.name == "big"'
once = "period"
lasts = "2s"
action = { do = "shot", camera = "crowd" }

[[rule.test]]
name = "twice in a period, and again in the next"
given = [
    { at = "0s", state = { period = 1 } },
    { at = "1s", moment = { intensity = 90.0 } },
    { at = "9s", moment = { intensity = 90.0 } },
    { at = "10s", state = { period = 2 } },
    { at = "11s", moment = { intensity = 90.0 } },
]
fires = [{ at = "1s" }, { at = "11s" }]
"#,
    );
}

#[test]
fn a_mark_with_a_delay_is_set_when_it_is_due_and_moves_no_time() {
    holds(
        r#"
[[rule]]
id = "later"
title = "A mark two seconds later"
when = 'moment.intensity > 80.0'
delay = "2s"
action = { do = "mark", mark = "later" }

[[rule.test]]
name = "due when its delay is over"
given = [{ at = "1s", moment = { intensity = 90.0 } }]
fires = [{ at = "3s" }]

[[rule]]
id = "on-it"
title = "What waits for the mark"
when = 'mark.name == "later"'
lasts = "1s"
action = { do = "shot", camera = "crowd" }

[[rule.test]]
name = "when the mark is set, and not when its cause is seen"
given = [{ at = "1s", moment = { intensity = 90.0 } }]
fires = [{ at = "3s", ends = "4s" }]

[[rule]]
id = "loud"
title = "Loud for a second and a half"
when = 'level.db > 94.0'
for = "1500ms"
lasts = "1s"
priority = 40
action = { do = "shot", camera = "rail" }

[[rule.test]]
name = "a mark that is to come does not make time pass"
given = [
    { at = "0.5s", level = { db = 95.0 } },
    { at = "1s", moment = { intensity = 90.0 } },
    { at = "1.5s", level = { db = 90.0 } },
]
"#,
    );
}

#[test]
fn what_is_less_sure_than_the_floor_is_not_seen() {
    holds(
        r#"
[[rule]]
id = "sure"
title = "Only what is sure"
when = 'chat.joy > 0.5'
confidence = 0.8
lasts = "1s"
action = { do = "shot", camera = "crowd" }

[[rule.test]]
name = "just under the floor"
given = [{ at = "1s", confidence = 0.79, chat = { joy = 0.9 } }]

[[rule.test]]
name = "at the floor"
given = [{ at = "1s", confidence = 0.8, chat = { joy = 0.9 } }]
fires = [{ at = "1s" }]
"#,
    );
}

/// Makes a row, as a fact would.
fn row(at_ms: i64, topic: &str, fields: &[(&str, Slot)]) -> Row {
    let topic = TopicId::of(topic).expect("a topic");
    let mut slots = [const { Slot::Unknown }; MAX_FIELDS];
    for (name, value) in fields {
        slots[usize::from(topic.get().field(name).expect("a field"))] = value.clone();
    }
    for key in topic.get().key {
        if slots[usize::from(*key)] == Slot::Unknown {
            slots[usize::from(*key)] = Slot::from("one");
        }
    }
    Row {
        topic,
        at: EventTime(at_ms * 1000),
        confidence: 1.0,
        slots,
    }
}

fn level(at_ms: i64, db: f64) -> Row {
    row(at_ms, "level", &[("db", Slot::Num(db))])
}

fn loud(for_: &str, title: &str, db: f64) -> Arc<RuleSet> {
    set(&format!(
        "[[rule]]\nid = \"loud\"\ntitle = \"{title}\"\nwhen = 'level.db > {db:?}'\nfor = \"{for_}\"\nlasts = \"5s\"\ncooldown = \"20s\"\n\
         action = {{ do = \"shot\", camera = \"crowd\" }}\n"
    ))
}

fn told(out: &[Decided]) -> Vec<(&'static str, i64)> {
    out.iter()
        .map(|d| match d {
            Decided::Fired(f) => ("fired", f.due.millis()),
            Decided::Released(r) => ("released", r.at.millis()),
            Decided::Cut(c) => ("cut", c.at.millis()),
            Decided::Rules(r) => ("rules", r.at.millis()),
            Decided::CameraModel(m) => ("camera_model", m.at.millis()),
        })
        .collect()
}

#[test]
fn a_swap_that_changes_a_word_goes_on_in_the_middle_of_a_condition() {
    let mut run = Run::new(loud("2s", "before", 94.0), Sport::Soccer);
    let mut out = Vec::new();
    run.row(&level(1_000, 95.0), &mut out);
    run.swap(loud("2s", "after", 94.0), &mut out);
    run.row(&level(2_000, 95.0), &mut out);
    run.pass(EventTime(4_000_000), &mut out);
    assert_eq!(told(&out), [("fired", 3_000)]);
}

#[test]
fn a_swap_that_changes_the_rule_begins_the_condition_anew() {
    let mut run = Run::new(loud("2s", "loud", 94.0), Sport::Soccer);
    let mut out = Vec::new();
    run.row(&level(1_000, 95.0), &mut out);
    run.swap(loud("2s", "loud", 93.0), &mut out);
    // What the microphone said stands, but the two seconds count from the next word of it.
    run.row(&level(2_000, 95.0), &mut out);
    run.row(&level(3_500, 95.0), &mut out);
    run.pass(EventTime(4_500_000), &mut out);
    assert_eq!(told(&out), [("fired", 4_000)]);
}

#[test]
fn a_swap_takes_back_what_is_on_and_keeps_the_cooldown() {
    let mut run = Run::new(loud("1s", "loud", 94.0), Sport::Soccer);
    let mut out = Vec::new();
    run.row(&level(1_000, 95.0), &mut out);
    run.row(&level(2_500, 95.0), &mut out);
    run.swap(loud("1s", "loud", 93.0), &mut out);
    for at in (3_000..=9_000).step_by(1_000) {
        run.row(&level(at, 95.0), &mut out);
    }
    assert_eq!(told(&out), [("fired", 2_000), ("released", 2_500)]);
    assert_eq!(run.tally().held_back, 1);
}

#[test]
fn one_tick_of_another_age_stops_no_rule_and_ten_are_the_time() {
    let mut run = Run::new(loud("1s", "loud", 94.0), Sport::Soccer);
    let mut out = Vec::new();
    run.row(&level(1_000, 95.0), &mut out);
    for astray in [i64::MAX, i64::MAX - 1, 4_102_444_800_000_000, i64::MIN] {
        run.take(Some(EventTime(astray)), &[], &mut out);
        run.take(Some(EventTime(1_100_000)), &[], &mut out);
    }
    assert_eq!(run.now(), Some(EventTime(1_100_000)));
    run.take(Some(EventTime(2_500_000)), &[], &mut out);
    assert_eq!(told(&out), [("fired", 2_000)]);
    // A match that goes on the next day.
    let day = |n: i64| EventTime((86_400_000 + n * 100) * 1_000);
    for n in 0..10 {
        assert_eq!(run.now(), Some(EventTime(2_500_000)));
        run.take(Some(day(n)), &[], &mut out);
    }
    assert_eq!(run.now(), Some(day(9)));
}

#[test]
fn the_first_time_that_is_told_is_believed() {
    let mut run = Run::new(loud("1s", "loud", 94.0), Sport::Soccer);
    let mut out = Vec::new();
    // Nobody has said what time it is.
    run.row(&level(0, 80.0), &mut out);
    assert_eq!(run.now(), None);
    let now = EventTime(1_795_314_468_000_000);
    run.take(Some(now), &[], &mut out);
    assert_eq!(run.now(), Some(now));
}

#[test]
fn the_very_last_time_there_is_comes_to_an_end() {
    let mut run = Run::new(loud("1s", "loud", 94.0), Sport::Soccer);
    let mut out = Vec::new();
    run.row(&level(1_000, 95.0), &mut out);
    run.pass(EventTime(i64::MAX), &mut out);
    assert_eq!(told(&out), [("fired", 2_000)]);
}

#[test]
fn rules_of_another_sport_sleep() {
    let mut run = Run::new(loud("1s", "loud", 94.0), Sport::Tennis);
    let mut out = Vec::new();
    run.row(&level(1_000, 95.0), &mut out);
    run.row(&level(3_000, 95.0), &mut out);
    assert!(out.is_empty());
    assert_eq!(run.tally().evaluated, 0);
}

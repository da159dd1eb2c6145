#![no_main]

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use matchday_engine::rules::{
    RuleSet, Run, Sources, diff,
    names::{MAX_FIELDS, Row, TOPICS, TopicId},
    value::{Slot, Text, Type},
};
use matchday_event::{
    EventTime, Sport,
    production::{Decided, Fired},
};

/// The folders of a set, and the sport of a match that its rules run in.
const FOLDERS: [(&str, Sport); 5] = [
    ("any", Sport::Soccer),
    ("soccer", Sport::Soccer),
    ("tennis", Sport::Tennis),
    ("basketball", Sport::Basketball),
    ("american_football", Sport::AmericanFootball),
];
const STEP_US: i64 = 250_000;
/// Tests beside rules that are run; one may go on for a day of match time.
const CASES: usize = 2;

/// Ten seconds in which every topic tells something new every quarter of a second: of numbers the ends of what they can
/// be and what lies between, of texts every word in turn.
static STREAM: LazyLock<Vec<(EventTime, Vec<Row>)>> = LazyLock::new(|| {
    (0..40)
        .map(|step| {
            let at = EventTime(step as i64 * STEP_US);
            let rows = (0..TOPICS.len()).map(|topic| row(TopicId(topic as u8), at, step));
            (at, rows.collect())
        })
        .collect()
});

fn row(topic: TopicId, at: EventTime, step: usize) -> Row {
    let mut slots = [const { Slot::Unknown }; MAX_FIELDS];
    for (place, field) in topic.get().fields.iter().enumerate() {
        let turn = step + 3 * place;
        let key = topic.get().key.contains(&(place as u8));
        // What is not known is a case of its own, but a source always has a name.
        if turn % 7 == 6 && !key {
            continue;
        }
        let (low, high) = field.range.unwrap_or((-10.0, 300.0));
        let high = high.min(1e6);
        let number = low + (high - low) * [0.0, 0.3, 0.7, 1.0, 0.8][turn % 5];
        let words = if field.words.is_empty() { &["one", "two", "analytics"] } else { field.words };
        slots[place] = match field.ty {
            Type::Bool => Slot::Bool(turn % 2 == 0),
            Type::Int => Slot::Int(number as i64),
            Type::Double => Slot::Num(number),
            _ => Slot::Text(Text::Fixed(words[turn % words.len()])),
        };
    }
    let confidence = [1.0, 0.9, 0.65, 0.2][step % 4];
    Row { topic, at, confidence, slots }
}

fn decide(set: &Arc<RuleSet>, sport: Sport) -> Vec<Decided> {
    let (mut run, mut out) = (Run::new(set.clone(), sport), Vec::new());
    for (at, rows) in STREAM.iter() {
        run.pass(*at, &mut out);
        for row in rows {
            run.row(row, &mut out);
        }
    }
    run.swap(set.clone(), &mut out);
    run.pass(EventTime(3_600_000_000), &mut out);
    out
}

// Rules are refused with a place that is in the file, or they run: the same every time, and nothing is due before it is
// asked for or over before it begins. The first byte picks the folder.
libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    let Some((first, text)) = body.split_first() else {
        return;
    };
    let Ok(text) = str::from_utf8(text) else {
        return;
    };
    let (folder, sport) = FOLDERS[usize::from(*first) % FOLDERS.len()];
    let files = BTreeMap::from([(format!("{folder}/fuzz.toml"), text.to_owned())]);
    let set = match RuleSet::read(Sources { files }) {
        Ok(set) => Arc::new(set),
        Err(problems) => {
            assert!(!problems.is_empty(), "refused without a word");
            for problem in problems {
                let lines = text.lines().count() + 1;
                assert!(problem.line <= lines, "{problem} of {lines} lines");
            }
            return;
        }
    };
    assert!(diff(&set, &set).is_empty(), "a set differs from itself");
    let decided = decide(&set, sport);
    for decision in &decided {
        if let Decided::Fired(Fired { at, due, until, .. }) = decision {
            assert!(at <= due, "due before what made it true");
            assert!(until.is_none_or(|until| until >= *due), "over before it is due");
        }
    }
    assert_eq!(decide(&set, sport), decided);
    for case in set.cases.iter().take(CASES) {
        case.run(&set);
    }
});

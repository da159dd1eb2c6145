//! A thousand rules on ten thousand facts, against the CEL crate's own interpreter on the same facts and conditions, and a
//! count of what is allocated on the way.
//!
//! `cargo bench -p matchday-engine --bench rules`

use std::{
    alloc::{GlobalAlloc, Layout, System},
    collections::{BTreeMap, HashMap},
    fmt::Write as _,
    hint::black_box,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use matchday_engine::rules::{
    RuleSet, Run, Sources,
    names::{MAX_FIELDS, Row, TopicId},
    value::Slot,
};
use matchday_event::{EventTime, Sport};

/// Counts allocations.
struct Counting;

static ALLOCATED: AtomicU64 = AtomicU64::new(0);

// What is counted is only that something was allocated, not what.
#[allow(unsafe_code)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATED.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const RULES: usize = 1_000;
const FACTS: usize = 10_000;
const ROUNDS: usize = 5;
/// The interpreter takes so much longer that it is given fewer facts.
const CRATE_FACTS: usize = 100;

/// Conditions as producers write them, over six topics. None fires on the facts below, as hardly any does in a match.
fn conditions() -> Vec<String> {
    (0..RULES)
        .map(|i| {
            let n = f64::from(i as u32) / 1e4;
            match i % 6 {
                0 => format!("chat.joy > {:.4} && chat.rate_per_s > {i}.0", 0.9 + n),
                1 => format!("keyword.surprise > {:.4} && keyword.group in [\"ankle\", \"slow-mo\", \"word{i}\"]", 0.8 + n),
                2 => format!("level.db > {:.2} && level.above_usual_db > 6.0", 100.0 + n),
                3 => format!("gaze.share >= {:.4} && gaze.region == \"region{i}\"", 0.5 + n),
                4 => format!("play.kind == \"goal\" && play.wpa_home > {:.4}", 0.2 + n),
                _ => format!("momentum.intensity > {:.2} || momentum.home < {:.2}", 90.0 + n, -90.0 - n),
            }
        })
        .collect()
}

fn set() -> Arc<RuleSet> {
    let mut text = String::new();
    for (i, condition) in conditions().iter().enumerate() {
        let _ = write!(
            text,
            "[[rule]]\nid = \"rule-{i}\"\ntitle = \"rule {i}\"\nwhen = '{condition}'\nlasts = \"2s\"\ncooldown = \"10s\"\n\
             action = {{ do = \"overlay\", overlay = \"o{i}\" }}\n\n"
        );
    }
    let files = BTreeMap::from([("soccer/bench.toml".to_owned(), text)]);
    match RuleSet::read(Sources { files }) {
        Ok(set) => Arc::new(set),
        Err(problems) => panic!("{}", problems[0]),
    }
}

/// Facts of six topics in turn, ten thousand a second.
fn facts() -> Vec<Row> {
    let word = |text: &str| Slot::of_text(text);
    (0..FACTS)
        .map(|i| {
            let v = f64::from((i * 37 % 100) as u32) / 100.0;
            let (topic, fields): (&str, Vec<(&str, Slot)>) = match i % 6 {
                0 => (
                    "chat",
                    vec![
                        ("room", word("home")),
                        ("joy", Slot::Num(v * 0.8)),
                        ("rate_per_s", Slot::Num(12.0)),
                    ],
                ),
                1 => (
                    "keyword",
                    vec![
                        ("room", word("home")),
                        ("group", word("goal")),
                        ("surprise", Slot::Num(v)),
                    ],
                ),
                2 => (
                    "level",
                    vec![
                        ("mic", word("north")),
                        ("db", Slot::Num(80.0 + v)),
                        ("above_usual_db", Slot::Num(1.0)),
                    ],
                ),
                3 => (
                    "gaze",
                    vec![("region", word("ball")), ("share", Slot::Num(v))],
                ),
                4 => (
                    "play",
                    vec![("kind", word("corner")), ("wpa_home", Slot::Num(v - 0.5))],
                ),
                _ => (
                    "momentum",
                    vec![("intensity", Slot::Num(v * 80.0)), ("home", Slot::Num(0.0))],
                ),
            };
            let topic = TopicId::of(topic).expect("a topic");
            let mut slots = [const { Slot::Unknown }; MAX_FIELDS];
            for (name, value) in fields {
                slots[usize::from(topic.get().field(name).expect("a field"))] = value;
            }
            Row {
                topic,
                at: EventTime(1_000_000 + i as i64 * 100),
                confidence: 1.0,
                slots,
            }
        })
        .collect()
}

/// The same facts as the interpreter takes them: a map for each topic.
fn context_of(row: &Row) -> cel::Context<'static, 'static> {
    let topic = row.topic.get();
    let fields: HashMap<String, cel::Value> = topic
        .fields
        .iter()
        .zip(&row.slots)
        .filter_map(|(field, slot)| {
            let value: cel::Value = match slot {
                Slot::Unknown => return None,
                Slot::Bool(b) => (*b).into(),
                Slot::Int(n) => (*n).into(),
                Slot::Num(n) => (*n).into(),
                Slot::Text(text) => text.as_str().to_owned().into(),
            };
            Some((field.name.to_owned(), value))
        })
        .collect();
    let mut context = cel::Context::default();
    context.add_variable_from_value(topic.name.to_owned(), fields);
    context
}

fn median(mut of: Vec<f64>) -> f64 {
    of.sort_by(f64::total_cmp);
    of[of.len() / 2]
}

fn main() {
    let set = set();
    let rows = facts();
    let mut ours = Run::new(set.clone(), Sport::Soccer);
    let mut out = Vec::with_capacity(16);
    // Every source is heard of once.
    for row in rows.iter().take(100) {
        ours.row(row, &mut out);
    }
    let programs: Vec<cel::Program> = conditions()
        .iter()
        .map(|c| cel::Program::compile(c).expect("a condition"))
        .collect();
    // Only those that read a fact's topic need to look at it; the interpreter is spared the rest as well.
    let mut by_topic: BTreeMap<&str, Vec<&cel::Program>> = BTreeMap::new();
    for (condition, program) in conditions().iter().zip(&programs) {
        let topic = condition.split('.').next().unwrap_or_default();
        let name = TopicId::of(topic).expect("a topic").get().name;
        by_topic.entry(name).or_default().push(program);
    }
    let (mut fast, mut slow, mut allocated, mut evaluated) = (Vec::new(), Vec::new(), 0, 0);
    for _ in 0..ROUNDS {
        let before = (ALLOCATED.load(Ordering::Relaxed), ours.tally().evaluated);
        let began = Instant::now();
        for row in &rows {
            ours.row(black_box(row), &mut out);
        }
        let took = began.elapsed();
        allocated += ALLOCATED.load(Ordering::Relaxed) - before.0;
        fast.push(took.as_secs_f64() / FACTS as f64);
        evaluated = ours.tally().evaluated - before.1;

        let contexts: Vec<(&str, cel::Context<'_, '_>)> = rows
            .iter()
            .take(CRATE_FACTS)
            .map(|row| (row.topic.get().name, context_of(row)))
            .collect();
        let began = Instant::now();
        for (topic, context) in &contexts {
            for program in &by_topic[topic] {
                let _ = black_box(program.execute(context));
            }
        }
        slow.push(began.elapsed().as_secs_f64() / CRATE_FACTS as f64);
    }
    assert!(out.is_empty(), "{} rules fired, and none should", out.len());
    let (fast, slow) = (median(fast) * 1e6, median(slow) * 1e6);
    println!(
        "{RULES} rules, {FACTS} facts, {} conditions evaluated a fact, medians of {ROUNDS} rounds",
        evaluated as usize / FACTS
    );
    println!(
        "ours               {fast:>9.2} us a fact, {:.1} % of a core at 10,000 facts/s",
        fast
    );
    println!("the CEL crate      {slow:>9.2} us a fact, of facts that are in its form already");
    println!("ratio              {:>9.1}", slow / fast);
    println!(
        "allocations        {allocated:>9} in {} facts",
        ROUNDS * FACTS
    );
}

//! The language of conditions: ours and the CEL crate's interpreter agree.

use matchday_engine::rules::{
    Bool, Ref, View, compile,
    names::{TOPICS, TopicId},
    value::{Slot, Type},
};
use proptest::prelude::*;

/// Some names of each type, which a condition may speak of.
const NAMES: [&str; 8] = [
    "chat.joy",
    "chat.rage",
    "play.kind",
    "play.points",
    "play.by_underdog",
    "state.period",
    "state.lead",
    "keyword.group",
];

#[derive(Debug, Clone)]
struct World(Vec<Slot>);

fn ref_of(name: &str) -> Ref {
    let (topic, field) = name.split_once('.').expect("a name");
    let topic = TopicId::of(topic).expect("a topic");
    Ref {
        topic,
        field: topic.get().field(field).expect("a field"),
    }
}

impl View for World {
    fn slot(&self, at: Ref) -> &Slot {
        static UNKNOWN: Slot = Slot::Unknown;
        NAMES
            .iter()
            .position(|n| ref_of(n) == at)
            .map_or(&UNKNOWN, |i| &self.0[i])
    }
}

fn slots() -> impl Strategy<Value = World> {
    let share = prop_oneof![3 => (0..=100_u8).prop_map(|n| Slot::Num(f64::from(n) / 100.0)), 1 => Just(Slot::Unknown)];
    let kind = prop_oneof![
        Just(Slot::of_text("goal")),
        Just(Slot::of_text("three_pointer")),
        Just(Slot::Unknown)
    ];
    let whole = prop_oneof![4 => (-9_i64..10).prop_map(Slot::Int), 1 => Just(Slot::Unknown)];
    let flag = prop_oneof![any::<bool>().prop_map(Slot::Bool), Just(Slot::Unknown)];
    let group = prop_oneof![
        Just(Slot::of_text("ankle")),
        Just(Slot::of_text("slow-mo")),
        Just(Slot::Unknown)
    ];
    (
        share.clone(),
        share,
        kind,
        whole.clone(),
        flag,
        whole.clone(),
        whole,
        group,
    )
        .prop_map(|(a, b, c, d, e, f, g, h)| World(vec![a, b, c, d, e, f, g, h]))
}

fn number() -> impl Strategy<Value = (String, bool)> {
    let leaf = prop_oneof![
        Just(("chat.joy".to_owned(), false)),
        Just(("chat.rage".to_owned(), false)),
        Just(("play.points".to_owned(), true)),
        Just(("state.lead".to_owned(), true)),
        (0..100_u8).prop_map(|n| (format!("{:.2}", f64::from(n) / 100.0), false)),
        (-5_i8..9).prop_map(|n| (n.to_string(), true)),
        Just(("size(play.kind)".to_owned(), true)),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        (
            inner.clone(),
            inner,
            prop::sample::select(vec!["+", "-", "*", "/", "%"]),
        )
            .prop_map(|((a, whole), (b, other), op)| {
                if whole == other && (whole || op != "%") {
                    (format!("({a} {op} {b})"), whole)
                } else {
                    (a, whole)
                }
            })
    })
}

fn condition() -> impl Strategy<Value = String> {
    let compare = (
        number(),
        number(),
        prop::sample::select(vec!["<", "<=", ">", ">=", "==", "!="]),
    )
        .prop_map(|((a, _), (b, _), op)| format!("{a} {op} {b}"));
    let leaf = prop_oneof![
        4 => compare,
        1 => Just("play.by_underdog".to_owned()),
        1 => Just("play.kind == \"goal\"".to_owned()),
        1 => Just("play.kind != \"goal\"".to_owned()),
        1 => Just("keyword.group in [\"ankle\", \"slow-mo\"]".to_owned()),
        1 => Just("state.period in [1, 3]".to_owned()),
        1 => Just("has(play.kind)".to_owned()),
        1 => Just("play.kind.startsWith(\"three\")".to_owned()),
    ];
    leaf.prop_recursive(3, 12, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) && ({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) || ({b})")),
            inner.clone().prop_map(|a| format!("!({a})")),
            (inner.clone(), inner.clone(), inner)
                .prop_map(|(a, b, c)| format!("(({a}) ? ({b}) : ({c}))")),
        ]
    })
}

/// What the crate's own interpreter makes of it; an error is no answer.
fn by_the_crate(source: &str, world: &World) -> Option<bool> {
    use std::collections::HashMap;
    let mut topics: HashMap<&str, HashMap<String, cel::Value>> = HashMap::new();
    for (name, slot) in NAMES.iter().zip(&world.0) {
        let (topic, field) = name.split_once('.').expect("a name");
        let fields = topics.entry(topic).or_default();
        let value: cel::Value = match slot {
            Slot::Unknown => continue,
            Slot::Bool(b) => (*b).into(),
            Slot::Int(n) => (*n).into(),
            Slot::Num(n) => (*n).into(),
            Slot::Text(text) => text.as_str().to_owned().into(),
        };
        fields.insert(field.to_owned(), value);
    }
    let mut context = cel::Context::default();
    for (topic, fields) in topics {
        context.add_variable_from_value(topic, fields);
    }
    match cel::Program::compile(source)
        .expect("it parses")
        .execute(&context)
    {
        Ok(cel::Value::Bool(b)) => Some(b),
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn ours_and_the_crate_agree(source in condition(), world in slots()) {
        let ours = compile(&source).unwrap_or_else(|e| panic!("{source}: {e}"));
        prop_assert_eq!(ours.eval(&world), by_the_crate(&source, &world), "{} {:?}", source, world);
    }
}

#[test]
fn the_names_of_this_test_are_names() {
    for name in NAMES {
        let at = ref_of(name);
        assert_eq!(at.name(), name);
    }
    assert!(
        TOPICS
            .iter()
            .any(|t| t.fields.iter().any(|f| f.ty == Type::Bool))
    );
}

#[test]
fn and_and_or_go_on_without_what_is_not_known() {
    let nothing = World(vec![Slot::Unknown; NAMES.len()]);
    let of = |source: &str| -> Option<bool> {
        let condition: Bool = compile(source).expect("a condition");
        condition.eval(&nothing)
    };
    assert_eq!(of("chat.joy > 0.5 || true"), Some(true));
    assert_eq!(of("true || chat.joy > 0.5"), Some(true));
    assert_eq!(of("chat.joy > 0.5 && false"), Some(false));
    assert_eq!(of("chat.joy > 0.5 && true"), None);
    assert_eq!(of("!(chat.joy > 0.5)"), None);
    assert_eq!(of("has(chat.joy)"), Some(false));
}

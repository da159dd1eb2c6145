//! The deeper model's runner, on a tiny graph with random weights that `scripts/emotion_onnx.py` made.
#![cfg(feature = "onnx")]

use std::{collections::BTreeMap, fs, path::PathBuf};

use matchday_learn::emotion::{
    cascade::SecondOpinion as _,
    deep::{Deep, DeepError, MOST_BYTES},
};

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/emotion")
        .join(name)
}

fn vocabulary() -> String {
    fs::read_to_string(fixture("tiny.vocab.txt")).expect("a vocabulary")
}

fn deep() -> Deep {
    let graph = fs::read(fixture("tiny.onnx")).expect("a graph");
    Deep::read("tiny", &graph, &vocabulary()).expect("reads")
}

#[test]
fn log_odds_are_those_that_numpy_makes_of_the_same_weights() {
    let text = fs::read_to_string(fixture("tiny.logits.json")).expect("log-odds");
    let told: BTreeMap<String, [f32; 4]> = serde_json::from_str(&text).expect("JSON");
    let deep = deep();
    assert_eq!(told.len(), 5);
    for (text, want) in told {
        let got = deep.logits(&text).expect("runs");
        let near = got.iter().zip(want).all(|(a, b)| (a - b).abs() < 1e-4);
        assert!(near, "{text:?}: {got:?}, not {want:?}");
        let sum: f32 = deep.read(&text).expect("reads").probabilities.iter().sum();
        assert!((sum - 1.0).abs() < 1e-5);
    }
}

#[test]
fn endless_messages_are_cut() {
    let long = "goal ".repeat(5000);
    let same = "goal ".repeat(6000);
    let deep = deep();
    assert_eq!(
        deep.logits(&long).expect("runs"),
        deep.logits(&same).expect("runs")
    );
}

#[test]
fn what_is_no_such_graph_is_refused() {
    let graph = |bytes: &[u8]| Deep::read("x", bytes, &vocabulary()).expect_err("refused");
    assert!(matches!(graph(b"no graph"), DeepError::Load(_)));
    assert!(matches!(
        graph(&vec![0; MOST_BYTES + 1]),
        DeepError::TooLarge(_)
    ));
    let other =
        fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/onnx/logistic.onnx"))
            .expect("another graph");
    assert!(matches!(graph(&other), DeepError::Inputs));
    let tiny = fs::read(fixture("tiny.onnx")).expect("a graph");
    let error = Deep::read("x", &tiny, "[UNK]\n")
        .expect_err("refused")
        .to_string();
    assert!(error.contains("[CLS]"), "{error}");
}

//! Boosters: predictions beside XGBoost's own, what is refused and how it says so, and files that are torn.

use std::{fs, path::PathBuf, sync::OnceLock};

use matchday_learn::booster::{Booster, BoosterError};
use proptest::prelude::*;
use serde_json::{Value, json};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/boosters")
}

/// XGBoost versions whose files are checked in; `scripts/booster-fixtures.py` made them.
fn versions() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(folder())
        .expect("the fixtures")
        .map(|e| e.expect("an entry").path())
        .collect();
    folders.sort();
    folders
}

fn rows(value: &Value) -> Vec<Vec<f32>> {
    let rows = value.as_array().expect("rows").iter();
    rows.map(|row| {
        let row = row.as_array().expect("a row").iter();
        row.map(|v| v.as_f64().map_or(f32::NAN, |v| v as f32))
            .collect()
    })
    .collect()
}

#[test]
fn predictions_are_those_of_the_xgboost_that_trained_the_model() {
    let mut compared = 0;
    for version in versions() {
        for entry in fs::read_dir(&version).expect("a folder") {
            let file = entry.expect("an entry").path();
            let name = file.file_name().expect("a name").to_string_lossy();
            if name.ends_with(".rows.json") {
                continue;
            }
            let booster = Booster::read(&fs::read(&file).expect("a file"))
                .unwrap_or_else(|e| panic!("{}: {e}", file.display()));
            let beside = file.with_extension("rows.json");
            let told: Value =
                serde_json::from_str(&fs::read_to_string(beside).expect("predictions"))
                    .expect("JSON");
            let mut out = vec![0.0; booster.outputs()];
            for (row, expected) in rows(&told["rows"]).iter().zip(rows(&told["predictions"])) {
                booster.predict(row, &mut out);
                for (ours, theirs) in out.iter().zip(&expected) {
                    let apart = (ours - theirs).abs();
                    // Sums are the same to the bit; only exp and log may differ in their last one.
                    let bound = match name.starts_with("points") || name.starts_with("edges") {
                        true => 0.0,
                        false => 2e-7,
                    };
                    assert!(
                        apart <= bound,
                        "{}: {ours} beside {theirs} for {row:?}",
                        file.display()
                    );
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 2500, "{compared} predictions were compared");
}

#[test]
fn both_formats_make_the_same_booster() {
    for version in versions() {
        for name in ["logistic", "softprob", "dart", "deep", "unnamed"] {
            let read = |ending: &str| {
                let file = version.join(format!("{name}.{ending}"));
                Booster::read(&fs::read(file).expect("a file")).expect("a booster")
            };
            assert_eq!(
                format!("{:?}", read("json")),
                format!("{:?}", read("ubj")),
                "{name} of {}",
                version.display()
            );
        }
    }
}

#[test]
fn names_are_told_where_the_model_has_them() {
    let named = Booster::read(&fs::read(fixture("logistic.ubj")).expect("a file")).expect("reads");
    let names = named.feature_names().expect("names");
    assert_eq!(names, ["lead", "clock", "down", "to_go", "spot"]);
    let unnamed = Booster::read(&fs::read(fixture("unnamed.ubj")).expect("a file")).expect("reads");
    assert_eq!(unnamed.feature_names(), None);
}

fn fixture(name: &str) -> PathBuf {
    folder().join("3.2.0").join(name)
}

fn model(name: &str) -> Value {
    let text = fs::read_to_string(fixture(name)).expect("a fixture");
    serde_json::from_str(&text).expect("JSON")
}

/// A fixture with a few of its fields changed.
fn changed(name: &str, changes: &[(&str, Value)]) -> Result<Booster, BoosterError> {
    let mut model = model(name);
    for (pointer, value) in changes {
        let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
        let parent = model.pointer_mut(parent).expect("a field");
        match parent {
            Value::Array(items) => {
                items[key.parse::<usize>().expect("an index")] = value.clone();
            }
            Value::Object(map) => {
                map.insert(key.to_owned(), value.clone());
            }
            other => panic!("{other} has no fields"),
        }
    }
    Booster::read(model.to_string().as_bytes())
}

const TREE: &str = "/learner/gradient_booster/model/trees/1";

#[test]
fn what_cannot_be_used_is_refused_with_its_place() {
    let at = |field: &str| format!("{TREE}/{field}");
    let param = |name: &str| format!("/learner/learner_model_param/{name}");
    let left = model("logistic.json")
        .pointer(&at("left_children"))
        .expect("a tree")
        .clone();
    let cases = [
        ("left_children/0", json!(900)),
        ("left_children/0", json!(0)),
        ("right_children/0", left[0].clone()),
        ("left_children/0", json!(-1)),
        ("split_indices/0", json!(5)),
        ("split_indices/0", json!(-1)),
        ("split_type/0", json!(1)),
        ("default_left/0", json!(2)),
        ("split_conditions/0", json!("x")),
        ("split_conditions", json!([1.0])),
        ("left_children", json!([])),
        ("tree_param/size_leaf_vector", json!("3")),
    ]
    .map(|(field, value)| (at(field), value));
    let others = [
        (param("base_score"), json!("[5E-1,5E-1]")),
        (param("base_score"), json!("1E0")),
        (param("base_score"), json!("half")),
        (param("num_feature"), json!("0")),
        (param("num_feature"), json!("4")),
        (param("num_target"), json!("2")),
        ("/learner/objective/name".into(), json!("rank:pairwise")),
        ("/learner/gradient_booster/name".into(), json!("gblinear")),
        (
            "/learner/gradient_booster/model/tree_info/1".into(),
            json!(1),
        ),
        (
            "/learner/gradient_booster/model/tree_info".into(),
            json!([]),
        ),
        ("/learner/gradient_booster".into(), json!({})),
    ];
    let mut told = String::new();
    for (pointer, value) in cases.into_iter().chain(others) {
        let error = changed("logistic.json", &[(&pointer, value.clone())])
            .expect_err("a model that makes no sense");
        told += &format!("{pointer} = {value}\n  {error}\n");
    }
    for bytes in [
        &b""[..],
        b"binf\0\0",
        b"{\"learner\": {",
        b"{L\0\0\0\0\0\0\0\x07learner[",
        b"{\"learner\": {}} and more",
    ] {
        let error = Booster::read(bytes).expect_err("not a model");
        told += &format!(
            "{}\n  {error}\n",
            String::from_utf8_lossy(bytes).escape_default()
        );
    }
    insta::assert_snapshot!(told);
}

#[test]
fn booleans_for_the_missing_direction_are_read_as_old_versions_wrote_them() {
    let mut old = model("logistic.json");
    let trees = old
        .pointer_mut("/learner/gradient_booster/model/trees")
        .and_then(Value::as_array_mut)
        .expect("trees");
    for tree in trees {
        for flag in tree["default_left"].as_array_mut().expect("flags") {
            *flag = json!(flag.as_i64() == Some(1));
        }
    }
    let old = Booster::read(old.to_string().as_bytes()).expect("reads");
    let new = Booster::read(model("logistic.json").to_string().as_bytes()).expect("reads");
    assert_eq!(format!("{old:?}"), format!("{new:?}"));
}

#[test]
fn a_tree_of_one_leaf_adds_its_value() {
    let stump = json!({
        "left_children": [-1], "right_children": [-1], "split_indices": [0],
        "split_conditions": [0.25], "default_left": [0],
    });
    let booster = changed(
        "points.json",
        &[
            ("/learner/gradient_booster/model/trees", json!([stump])),
            ("/learner/gradient_booster/model/tree_info", json!([0])),
            ("/learner/learner_model_param/base_score", json!("[1E0]")),
        ],
    )
    .expect("reads");
    assert_eq!(booster.predict_one(&[f32::NAN; 5]), 1.25);
}

fn ubj() -> &'static [u8] {
    static BYTES: OnceLock<Vec<u8>> = OnceLock::new();
    BYTES.get_or_init(|| fs::read(fixture("softprob.ubj")).expect("a fixture"))
}

/// Reads, and where the bytes still make a booster, predicts.
fn try_out(bytes: &[u8]) {
    if let Ok(booster) = Booster::read(bytes) {
        let mut out = vec![0.0; booster.outputs()];
        for value in [f32::NAN, f32::INFINITY, -1.0, 0.0] {
            booster.predict(&vec![value; booster.features()], &mut out);
        }
    }
}

proptest! {
    #[test]
    fn a_truncated_file_is_refused(at in 0.0..1.0_f64) {
        let bytes = ubj();
        let cut = (bytes.len() as f64 * at) as usize;
        prop_assert!(Booster::read(&bytes[..cut]).is_err());
    }

    #[test]
    fn changed_bytes_never_panic(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut bytes = ubj().to_vec();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        try_out(&bytes);
    }

    #[test]
    fn any_bytes_never_panic(mut bytes in prop::collection::vec(any::<u8>(), 0..200), brace in any::<bool>()) {
        if brace {
            bytes.insert(0, b'{');
            bytes.insert(1, b'L');
        }
        try_out(&bytes);
    }

    #[test]
    fn values_of_other_kinds_never_panic(pick in any::<prop::sample::Index>(), kind in 0..6_u8) {
        let mut model = model("dart.json");
        let mut places = Vec::new();
        leaves(&model, String::new(), &mut places);
        let place = pick.get(&places);
        *model.pointer_mut(place).expect("a place") = match kind {
            0 => json!(null),
            1 => json!(-7),
            2 => json!(1e300),
            3 => json!("9999999999"),
            4 => json!([]),
            _ => json!({}),
        };
        try_out(model.to_string().as_bytes());
    }
}

fn leaves(value: &Value, at: String, into: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                leaves(value, format!("{at}/{key}"), into);
            }
        }
        Value::Array(items) => {
            for (i, value) in items.iter().enumerate() {
                leaves(value, format!("{at}/{i}"), into);
            }
        }
        _ => {}
    }
    if !at.is_empty() {
        into.push(at);
    }
}

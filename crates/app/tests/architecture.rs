//! The house rules that a compiler does not check: who may depend on whom, and what the pure rooms may not
//! touch. When one of these fails, the change is in the wrong room; ARCHITECTURE.md says where it belongs.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Every room, and the rooms it may use.
const MAY_USE: &[(&str, &[&str])] = &[
    ("matchday-event", &[]),
    ("matchday-feeds", &["matchday-event"]),
    ("matchday-store", &["matchday-event"]),
    ("matchday-learn", &["matchday-event"]),
    ("matchday-engine", &["matchday-event", "matchday-learn"]),
    ("matchday-sim", &["matchday-event", "matchday-learn"]),
    ("matchday-deliver", &["matchday-event"]),
    (
        "matchday",
        &[
            "matchday-event",
            "matchday-feeds",
            "matchday-store",
            "matchday-learn",
            "matchday-engine",
            "matchday-sim",
            "matchday-deliver",
        ],
    ),
];

/// Rooms that must be pure: no runtime, no network, no thread-local randomness.
const PURE: &[&str] = &["matchday-event", "matchday-learn", "matchday-engine"];
const IMPURE_CRATES: &[&str] = &[
    "tokio",
    "reqwest",
    "hyper",
    "axum",
    "async-std",
    "smol",
    "getrandom",
    "ureq",
    "sqlx",
];
const IMPURE_WORDS: &[&str] = &[
    "SystemTime::now",
    "Instant::now",
    "thread_rng",
    "rand::rng()",
    "std::thread::",
    "std::net::",
    "std::fs::",
    "std::env::",
    "async fn",
    // Their order of iteration changes from run to run, and with it the bytes of a replay.
    "std::collections::HashMap",
    "std::collections::HashSet",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .expect("workspace root")
}

fn metadata() -> serde_json::Value {
    let out = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo metadata runs");
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    serde_json::from_slice(&out.stdout).expect("cargo metadata prints JSON")
}

/// Package name to the names of its dependencies that are not for tests alone.
fn edges(metadata: &serde_json::Value) -> BTreeMap<String, BTreeSet<String>> {
    let text = |v: &serde_json::Value| v.as_str().expect("a string").to_owned();
    let names: BTreeMap<String, String> = metadata["packages"]
        .as_array()
        .expect("packages")
        .iter()
        .map(|p| (text(&p["id"]), text(&p["name"])))
        .collect();
    metadata["resolve"]["nodes"]
        .as_array()
        .expect("nodes")
        .iter()
        .map(|node| {
            let deps = node["deps"]
                .as_array()
                .expect("deps")
                .iter()
                .filter(|d| {
                    d["dep_kinds"]
                        .as_array()
                        .is_some_and(|k| k.iter().any(|k| k["kind"].is_null()))
                })
                .map(|d| names[&text(&d["pkg"])].clone())
                .collect();
            (names[&text(&node["id"])].clone(), deps)
        })
        .collect()
}

fn sources(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir)
        .expect("a readable folder")
        .map(|e| e.expect("an entry").path())
    {
        if entry.is_dir() {
            sources(&entry, into);
        } else if entry.extension().is_some_and(|e| e == "rs") {
            into.push(entry);
        }
    }
}

#[test]
fn rooms_use_only_the_rooms_they_may() {
    let edges = edges(&metadata());
    let rooms: BTreeSet<&str> = MAY_USE.iter().map(|(room, _)| *room).collect();
    for (room, allowed) in MAY_USE {
        let used = edges
            .get(*room)
            .unwrap_or_else(|| panic!("{room} is not in the workspace"));
        for dep in used.iter().filter(|d| rooms.contains(d.as_str())) {
            assert!(
                allowed.contains(&dep.as_str()),
                "{room} must not depend on {dep}"
            );
        }
    }
    let members = edges.keys().filter(|name| name.starts_with("matchday"));
    for member in members {
        assert!(
            rooms.contains(member.as_str()),
            "{member} has no line in MAY_USE: say what it may use"
        );
    }
}

#[test]
fn pure_rooms_pull_in_no_runtime_and_no_network() {
    let edges = edges(&metadata());
    for room in PURE {
        let mut seen = BTreeSet::new();
        let mut todo = vec![(*room).to_owned()];
        while let Some(name) = todo.pop() {
            if !seen.insert(name.clone()) {
                continue;
            }
            assert!(
                !IMPURE_CRATES.contains(&name.as_str()),
                "{room} pulls in {name}"
            );
            todo.extend(edges.get(&name).into_iter().flatten().cloned());
        }
    }
}

#[test]
fn pure_rooms_ask_no_clock_and_keep_no_unordered_map() {
    for room in PURE {
        let mut files = Vec::new();
        sources(
            &root()
                .join("crates")
                .join(room.trim_start_matches("matchday-"))
                .join("src"),
            &mut files,
        );
        assert!(
            !files.is_empty(),
            "{room} has no sources where they were looked for"
        );
        for file in files {
            let text = fs::read_to_string(&file).expect("a readable source");
            for word in IMPURE_WORDS {
                assert!(!text.contains(word), "{} has `{word}`", file.display());
            }
        }
    }
}

#[test]
fn only_the_guard_seals_an_approval() {
    let mut files = Vec::new();
    for (room, _) in MAY_USE {
        let dir = room.strip_prefix("matchday-").unwrap_or("app");
        sources(&root().join("crates").join(dir).join("src"), &mut files);
    }
    let callers: Vec<_> = files
        .iter()
        .filter(|f| {
            fs::read_to_string(f)
                .expect("a readable source")
                .contains("Approved::seal(")
        })
        .collect();
    assert!(
        !callers.is_empty(),
        "nobody seals an approval: the guard has moved, or the name has"
    );
    for file in callers {
        assert!(
            file.starts_with(root().join("crates/engine/src/guard")),
            "{} seals an approval; only the guard may",
            file.display()
        );
    }
}

#[test]
fn alerts_and_dashboard_name_only_metrics_that_exist() {
    let mut files = Vec::new();
    for (room, _) in MAY_USE {
        let dir = room.strip_prefix("matchday-").unwrap_or("app");
        sources(&root().join("crates").join(dir).join("src"), &mut files);
    }
    let code: String = files
        .iter()
        .map(|f| fs::read_to_string(f).expect("a readable source"))
        .collect();
    for file in [
        "ops/alerts.yml",
        "ops/grafana-dashboard.json",
        "docs/operations.md",
    ] {
        let text = fs::read_to_string(root().join(file)).expect("a readable file");
        let mut names = BTreeSet::new();
        for (at, _) in text.match_indices("matchday_") {
            let end = text[at..]
                .find(|c: char| !c.is_ascii_lowercase() && c != '_')
                .map_or(text.len(), |n| at + n);
            names.insert(text[at..end].trim_end_matches("_bucket"));
        }
        assert!(!names.is_empty(), "{file} names no metric");
        for name in names.iter().filter(|n| **n != "matchday_feeds") {
            assert!(
                code.contains(&format!("\"{name}\"")),
                "{file} names {name}, which nothing counts"
            );
        }
    }
}

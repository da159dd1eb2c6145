//! Rules that cannot work, each beside the message that it must give: `broken_rules/<name>.toml` and `<name>.txt`.
//! `UPDATE_EXEMPLARS=1` writes the messages anew, to be read before they are kept.

use std::{collections::BTreeMap, fs, path::Path};

use matchday_engine::rules::{RuleSet, Sources};

#[test]
fn every_broken_file_says_what_is_wrong_and_where() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken_rules");
    let update = std::env::var_os("UPDATE_EXEMPLARS").is_some();
    let mut names: Vec<String> = fs::read_dir(&dir)
        .expect("the folder")
        .filter_map(|e| {
            e.ok()?
                .path()
                .file_name()?
                .to_str()?
                .strip_suffix(".toml")
                .map(str::to_owned)
        })
        .collect();
    names.sort();
    assert!(names.len() >= 50, "{} broken files", names.len());
    let mut wrong = Vec::new();
    for name in &names {
        let text = fs::read_to_string(dir.join(format!("{name}.toml"))).expect("a file");
        let files = BTreeMap::from([(format!("soccer/{name}.toml"), text)]);
        let told = match RuleSet::read(Sources { files }) {
            Ok(_) => "nothing is wrong\n".to_owned(),
            Err(problems) => problems.iter().map(|p| format!("{p}\n")).collect(),
        };
        let path = dir.join(format!("{name}.txt"));
        if update {
            fs::write(&path, &told).expect("written");
        }
        let expected = fs::read_to_string(&path).unwrap_or_default();
        if told != expected {
            wrong.push(format!("{name}: expected\n{expected}and it is\n{told}"));
        }
        if told.starts_with("nothing") {
            wrong.push(format!("{name} is not broken"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_folder_of_no_sport_is_told_with_the_nearest() {
    let files = BTreeMap::from([("socer/a.toml".to_owned(), String::new())]);
    let problems = RuleSet::read(Sources { files }).expect_err("no such sport");
    assert_eq!(
        problems[0].to_string(),
        "socer/a.toml:1:1: no sport is called socer (did you mean soccer?)"
    );
}

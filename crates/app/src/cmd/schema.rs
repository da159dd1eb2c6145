//! `matchday schema`: JSON Schemas of everything that crosses a wire, generated from the Rust types.

use std::{fs, path::Path};

use anyhow::{Context as _, bail};
use matchday_event::{Fact, GraphicsCommand, Logged, Signal, view};
use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};

/// File names and their schemas.
pub fn all() -> Vec<(&'static str, String)> {
    vec![
        ("signal.v1.json", of::<Signal>()),
        ("logged.v1.json", of::<Logged>()),
        ("fact.v1.json", of::<Fact>()),
        ("snapshot.v1.json", of::<view::Message<view::Snapshot>>()),
        ("update.v1.json", of::<view::Message<view::Update>>()),
        (
            "scoreboard.v1.json",
            of::<view::Message<view::Scoreboard>>(),
        ),
        ("crowd.v1.json", of::<view::Message<view::Crowd>>()),
        (
            "crowd-update.v1.json",
            of::<view::Message<view::CrowdUpdate>>(),
        ),
        ("graphics-command.v1.json", of::<GraphicsCommand>()),
    ]
}

fn of<T: JsonSchema>() -> String {
    let schema = SchemaGenerator::new(SchemaSettings::draft2020_12()).into_root_schema_for::<T>();
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is plain JSON");
    text.push('\n');
    text
}

/// Writes the schemas, or with `check` compares them.
pub fn run(out: &Path, check: bool) -> anyhow::Result<()> {
    if !check {
        fs::create_dir_all(out).with_context(|| format!("cannot make {}", out.display()))?;
    }
    for (name, text) in all() {
        let file = out.join(name);
        if check {
            let held = fs::read_to_string(&file)
                .with_context(|| format!("cannot read {}", file.display()))?;
            if held != text {
                bail!(
                    "{} differs from the types; run `matchday schema` and read the diff",
                    file.display()
                );
            }
        } else {
            fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checked_in_schemas_are_those_of_the_types() {
        let held = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
        run(&held, true).expect("schemas are up to date");
    }
}

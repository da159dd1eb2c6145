//! `matchday rules`: checks, tests, explains and compares rules, and tries them on matches.

pub mod matches;
mod show;
mod tried;
pub mod versus;

use std::{path::PathBuf, sync::Arc};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use matchday_engine::rules::{RuleSet, diff, names::TOPICS};

pub use matches::Chosen;

use crate::rules;

/// `matchday rules`.
#[derive(Debug, Args)]
#[command(after_help = "\
A rule is a condition over what facts tell, and what follows from it:
  [[rule]]
  id = \"rail-on-replay-words\"
  title = \"Rail camera when a room asks for slow motion\"
  when = 'keyword.surprise > 0.82 && keyword.group in [\"ankle\", \"slow-mo\"]'
  delay = \"300ms\"
  lasts = \"4s\"
  action = { do = \"shot\", camera = \"rail\" }

docs/rules.md tells the whole language. RULES is a folder with <sport>/*.toml, one such file, or a kept set (.json);
without it the rules that ship with this build.")]
pub struct RulesArgs {
    #[command(subcommand)]
    command: RulesCommand,
}

/// What to do with rules.
#[derive(Debug, Subcommand)]
enum RulesCommand {
    /// Read rules and say everything that is wrong with them, with file and line
    Check {
        /// The rules
        rules: Option<PathBuf>,
    },
    /// Run the tests beside the rules
    Test {
        /// The rules
        rules: Option<PathBuf>,
        /// Only rules whose names hold this
        #[arg(long, value_name = "TEXT")]
        only: Option<String>,
    },
    /// Say in words what rules do
    Explain {
        /// The rules
        #[arg(long, value_name = "RULES")]
        rules: Option<PathBuf>,
        /// Which; all of them if none is named
        ids: Vec<String>,
    },
    /// Say what the second set does differently from the first
    Diff {
        /// The one set
        a: PathBuf,
        /// The other; the rules that ship with this build if not given
        b: Option<PathBuf>,
    },
    /// Run rules on matches, and print what fires and which camera is on air
    Try(tried::TryArgs),
    /// Replay the last matches, hold predicted camera calls against those that were made, and train the camera model anew where
    /// they miss
    Replay(Box<crate::cmd::nightly::NightlyArgs>),
    /// List the names that conditions can use
    Names {
        /// Only this topic, with all that it can be
        topic: Option<String>,
    },
}

/// The rules of a path, or those that ship.
pub fn set_of(path: Option<&PathBuf>) -> anyhow::Result<Arc<RuleSet>> {
    match path {
        Some(path) => rules::compile(rules::read(path)?)
            .with_context(|| format!("the rules in {} cannot be used", path.display())),
        None => rules::compile(rules::shipped()),
    }
}

/// Runs the command.
pub fn run(
    args: RulesArgs,
    configuration: impl Fn() -> anyhow::Result<crate::config::Config>,
) -> anyhow::Result<()> {
    match args.command {
        RulesCommand::Check { rules } => {
            let set = set_of(rules.as_ref())?;
            let actions = set.rules.len();
            println!(
                "{actions} rules are sound, {} tests beside them; the set is {}",
                set.cases.len(),
                set.id
            );
            Ok(())
        }
        RulesCommand::Test { rules, only } => test(&set_of(rules.as_ref())?, only.as_deref()),
        RulesCommand::Explain { rules, ids } => {
            let set = set_of(rules.as_ref())?;
            explain(&set, &ids)
        }
        RulesCommand::Diff { a, b } => {
            let (a, b) = (set_of(Some(&a))?, set_of(b.as_ref())?);
            println!("{} -> {}", a.id, b.id);
            let differ = diff(&a, &b);
            for rule in &differ {
                println!("{rule}");
            }
            if differ.is_empty() {
                println!("the rules do the same");
            }
            Ok(())
        }
        RulesCommand::Try(args) => tried::run(&args),
        RulesCommand::Replay(args) => crate::cmd::nightly::run(&configuration()?, &args),
        RulesCommand::Names { topic } => names(topic.as_deref()),
    }
}

fn test(set: &Arc<RuleSet>, only: Option<&str>) -> anyhow::Result<()> {
    let (mut run, mut failed) = (0, 0);
    for case in &set.cases {
        if only.is_some_and(|only| !case.rule.contains(only)) {
            continue;
        }
        run += 1;
        let outcome = case.run(set);
        if outcome.wrong.is_empty() {
            println!("ok    {}: {}", case.rule, case.name);
            continue;
        }
        failed += 1;
        println!(
            "FAIL  {}: {} ({}:{})",
            case.rule, case.name, case.place.0, case.place.1
        );
        for line in &outcome.wrong {
            println!("        {line}");
        }
        if outcome.did.is_empty() {
            println!("        it did nothing");
        }
        for line in &outcome.did {
            println!("        it did: {line}");
        }
    }
    println!("{run} tests, {failed} failed");
    let bare: Vec<&str> = set
        .rules
        .iter()
        .filter(|r| !set.cases.iter().any(|c| c.rule == *r.id))
        .map(|r| &*r.id)
        .collect();
    if !bare.is_empty() {
        println!("without a test: {}", bare.join(", "));
    }
    if failed > 0 {
        bail!("{failed} of {run} tests failed");
    }
    Ok(())
}

fn explain(set: &RuleSet, ids: &[String]) -> anyhow::Result<()> {
    for id in ids {
        if set.rule(id).is_none() {
            let known: Vec<&str> = set.rules.iter().map(|r| &*r.id).collect();
            bail!("there is no rule {id}; there are {}", known.join(", "));
        }
    }
    let wanted = set
        .rules
        .iter()
        .filter(|r| ids.is_empty() || ids.iter().any(|id| **id == *r.id));
    for (i, rule) in wanted.enumerate() {
        if i > 0 {
            println!();
        }
        print!("{}", show::explained(rule));
    }
    Ok(())
}

fn names(topic: Option<&str>) -> anyhow::Result<()> {
    let wanted = |name: &str| topic.is_none_or(|t| t == name);
    if !TOPICS.iter().any(|t| wanted(t.name)) {
        let all: Vec<&str> = TOPICS.iter().map(|t| t.name).collect();
        bail!(
            "there is no topic {}; there are {}",
            topic.unwrap_or_default(),
            all.join(", ")
        );
    }
    for (i, topic) in TOPICS.iter().filter(|t| wanted(t.name)).enumerate() {
        if i > 0 {
            println!();
        }
        print!("{}", show::topic(topic));
    }
    Ok(())
}

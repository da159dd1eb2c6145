//! `matchday rules try`: what rules would do in matches.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use clap::Args;
use matchday_engine::{
    Match, ModelSet,
    decide::{
        director::OnAir,
        production::{Production, ProductionConfig},
    },
    rules::RuleSet,
};
use matchday_event::{
    EventTime, Fact, Signal,
    production::{Decided, FrameRate},
};

use super::{
    matches::{Chosen, Watch, for_each},
    set_of,
};

/// `matchday rules try`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  matchday rules try --sim soccer --seed 7 --minutes 30
  matchday rules try my-rules --file match.jsonl --json > decisions.jsonl
  matchday rules try my-rules --log data --game nfl-2017010100")]
pub struct TryArgs {
    /// The rules; those that ship with this build if not given
    pub rules: Option<PathBuf>,
    #[command(flatten)]
    chosen: Chosen,
    /// Pictures a second: 25, 29.97, 50 or 59.94
    #[arg(long, default_value = "50")]
    frame_rate: FrameRate,
    /// Every decision as a JSON line, in place of the table
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub fn run(args: &TryArgs) -> anyhow::Result<()> {
    let set = set_of(args.rules.as_ref())?;
    let mut trial = Trial {
        set,
        rate: args.frame_rate,
        json: args.json,
        production: None,
        out: Vec::new(),
        first: None,
        fired: BTreeMap::new(),
        cuts: 0,
    };
    let matches = for_each(&args.chosen, &ModelSet::default(), &mut trial)?;
    if !args.json {
        println!("{matches} matches, {} cuts", trial.cuts);
        for rule in &trial.set.rules {
            let fired = trial.fired.get(&*rule.id).copied().unwrap_or(0);
            println!("  {:<32}{fired:>6} times", rule.id);
        }
    }
    Ok(())
}

struct Trial {
    set: Arc<RuleSet>,
    rate: FrameRate,
    json: bool,
    production: Option<Production>,
    out: Vec<Decided>,
    first: Option<EventTime>,
    fired: BTreeMap<String, u64>,
    cuts: usize,
}

impl Watch for Trial {
    fn take(&mut self, game: &Match, signal: &Signal, facts: &[Fact]) -> anyhow::Result<()> {
        if self.first.is_none() {
            self.first = signal.at();
        }
        let production = match &mut self.production {
            Some(production) => production,
            none => {
                let config = ProductionConfig {
                    rate: self.rate,
                    director: None,
                };
                none.insert(Production::with(
                    &config,
                    game.sport(),
                    &game.snapshot(),
                    self.set.clone(),
                )?)
            }
        };
        production.take_as_it_is(signal, facts, &mut self.out);
        Ok(())
    }

    fn end(&mut self, game: &Match) -> anyhow::Result<()> {
        self.production = None;
        let began = self.first.take().unwrap_or_default();
        let out = std::mem::take(&mut self.out);
        for decided in &out {
            if let Decided::Fired(fired) = decided {
                *self.fired.entry(fired.rule.to_string()).or_default() += 1;
            }
        }
        if self.json {
            for decided in &out {
                println!(
                    "{}",
                    serde_json::json!({ "game": game.id(), "decision": decided })
                );
            }
            return Ok(());
        }
        println!("{}", game.id());
        for line in timeline(&out, began, self.rate) {
            println!("  {line}");
        }
        let cuts: OnAir = out
            .into_iter()
            .filter_map(|d| match d {
                Decided::Cut(cut) => Some(cut),
                _ => None,
            })
            .collect();
        self.cuts += cuts.cuts().len();
        Ok(())
    }
}

/// Decisions as lines, by time since the match's first word.
fn timeline(decided: &[Decided], began: EventTime, rate: FrameRate) -> Vec<String> {
    let clock = |at: EventTime| {
        let ms = (at.0 - began.0) / 1000;
        format!("{:>3}:{:02}.{:03}", ms / 60_000, ms / 1000 % 60, ms % 1000)
    };
    decided
        .iter()
        .map(|d| match d {
            Decided::Fired(f) => {
                let key = f
                    .key
                    .as_ref()
                    .map_or(String::new(), |k| format!(" for {k}"));
                let late = f.due.0 - f.at.0;
                let due = if late > 0 {
                    format!(", due {} ms later", late / 1000)
                } else {
                    String::new()
                };
                format!(
                    "{}  {:<8} {}{key}{due}: {}",
                    clock(f.at),
                    f.action.as_str(),
                    f.rule,
                    f.why
                )
            }
            Decided::Released(r) => format!("{}  {:<8} {}", clock(r.at), "leaves", r.rule),
            Decided::Cut(c) => format!(
                "{}  {:<8} {} -> {} at {} ({})",
                clock(c.at),
                "cut",
                c.from,
                c.shot.camera,
                rate.timecode(c.frame),
                c.why
            ),
            Decided::Rules(r) => format!("{}  {:<8} {:?}", clock(r.at), "rules", r.change),
            Decided::CameraModel(m) => {
                format!("{}  {:<8} {:?}", clock(m.at), "model", m.model)
            }
        })
        .collect()
}

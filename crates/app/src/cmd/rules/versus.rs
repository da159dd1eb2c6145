//! `matchday replay --rules A --vs B`: which decisions other rules would have changed, and why.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufWriter, Write as _},
    path::Path,
    sync::Arc,
};

use anyhow::Context as _;
use matchday_engine::{
    Match, ModelSet,
    decide::{
        production::{Production, ProductionConfig},
        whatif::{Differs, compare},
    },
    rules::RuleSet,
};
use matchday_event::{EventTime, Fact, Signal, production::Decided};

use super::matches::{Chosen, Watch, for_each};

/// Most differences that are printed of one match.
const SHOWN: usize = 40;

/// Replays matches with one set, or with two beside each other.
pub fn run(
    a: Arc<RuleSet>,
    b: Option<Arc<RuleSet>>,
    chosen: &Chosen,
    models: &ModelSet,
    decisions: Option<&Path>,
    json: bool,
) -> anyhow::Result<()> {
    let cannot = |path: &Path| format!("cannot write {}", path.display());
    let out = decisions
        .map(|path| File::create(path).with_context(|| cannot(path)))
        .transpose()?
        .map(BufWriter::new);
    let mut versus = Versus {
        sides: std::iter::once(a)
            .chain(b)
            .map(|set| Side {
                set,
                at_work: None,
                out: Vec::new(),
            })
            .collect(),
        began: None,
        out,
        json,
        counts: BTreeMap::new(),
        changed: 0,
    };
    let matches = for_each(chosen, models, &mut versus)?;
    if let Some(out) = &mut versus.out {
        out.flush().context("cannot write the decisions")?;
    }
    if json {
        return Ok(());
    }
    if let [a, b] = &versus.sides[..] {
        println!(
            "{} against {}: {} of {matches} matches would have gone otherwise",
            a.set.id, b.set.id, versus.changed
        );
    } else {
        println!("{matches} matches on {}", versus.sides[0].set.id);
    }
    for (rule, count) in &versus.counts {
        println!("  {rule:<32}{count:>6}");
    }
    Ok(())
}

struct Side {
    set: Arc<RuleSet>,
    at_work: Option<Production>,
    out: Vec<Decided>,
}

struct Versus {
    sides: Vec<Side>,
    began: Option<EventTime>,
    out: Option<BufWriter<File>>,
    json: bool,
    /// Of one set how often each rule fired; of two how often each differs.
    counts: BTreeMap<String, u64>,
    changed: u64,
}

impl Watch for Versus {
    fn take(&mut self, game: &Match, signal: &Signal, facts: &[Fact]) -> anyhow::Result<()> {
        if self.began.is_none() {
            self.began = signal.at();
        }
        for side in &mut self.sides {
            let production = match &mut side.at_work {
                Some(production) => production,
                none => none.insert(Production::with(
                    &ProductionConfig::default(),
                    game.sport(),
                    &game.snapshot(),
                    side.set.clone(),
                )?),
            };
            production.take_as_it_is(signal, facts, &mut side.out);
        }
        Ok(())
    }

    fn end(&mut self, game: &Match) -> anyhow::Result<()> {
        let began = self.began.take().unwrap_or_default();
        let decided: Vec<Vec<Decided>> = self
            .sides
            .iter_mut()
            .map(|side| {
                side.at_work = None;
                std::mem::take(&mut side.out)
            })
            .collect();
        if let Some(out) = &mut self.out {
            for (side, decided) in self.sides.iter().zip(&decided) {
                for decision in decided {
                    let line = serde_json::json!({ "game": game.id(), "rules": side.set.id, "decision": decision });
                    writeln!(out, "{line}").context("cannot write the decisions")?;
                }
            }
        }
        let [a, b] = &decided[..] else {
            for decision in decided.iter().flatten() {
                if let Decided::Fired(fired) = decision {
                    *self.counts.entry(fired.rule.to_string()).or_default() += 1;
                }
            }
            return Ok(());
        };
        let differ = compare((&self.sides[0].set, a), (&self.sides[1].set, b));
        self.changed += u64::from(!differ.is_empty());
        for difference in &differ {
            let name = match &difference.what {
                Differs::Fired { rule, .. } => rule.to_string(),
                Differs::Cut { .. } => "cuts on air".to_owned(),
            };
            *self.counts.entry(name).or_default() += 1;
        }
        if self.json {
            for difference in &differ {
                println!(
                    "{}",
                    serde_json::json!({ "game": game.id(), "difference": difference })
                );
            }
            return Ok(());
        }
        if !differ.is_empty() {
            println!("{}: {} decisions differ", game.id(), differ.len());
        }
        for difference in differ.iter().take(SHOWN) {
            let ms = (difference.at.0 - began.0) / 1000;
            let at = format!("{:>3}:{:02}.{:03}", ms / 60_000, ms / 1000 % 60, ms % 1000);
            let what = match &difference.what {
                Differs::Fired { rule, a, b } => {
                    let side = match (a, b) {
                        (Some(_), None) => "fires with the first set alone",
                        (None, Some(_)) => "fires with the second set alone",
                        _ => "fires with both, in different ways",
                    };
                    format!("{rule} {side}")
                }
                Differs::Cut { a, b, .. } => {
                    let camera = |c: &Option<matchday_event::production::Cut>| {
                        c.as_ref()
                            .map_or("no cut".to_owned(), |c| c.shot.camera.to_string())
                    };
                    format!(
                        "on air: {} with the first, {} with the second",
                        camera(a),
                        camera(b)
                    )
                }
            };
            println!("  {at}  {what}");
            println!("             {}", difference.why);
        }
        if differ.len() > SHOWN {
            println!("  and {} more (--json lists them)", differ.len() - SHOWN);
        }
        Ok(())
    }
}

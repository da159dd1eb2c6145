//! `matchday replay`: recorded games through the same fold as live ones, as fast as it goes.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use matchday_engine::{Match, ModelSet, Output, write_facts_jsonl};
use matchday_event::{Fact, FaultCode, GameId, GamePhase, Score, Seq, Signal};
use matchday_feeds::{OpenOptions, open_file};
use matchday_store::log::LogView;
use serde::Serialize;

use crate::{
    cmd::rules,
    models::{self, ByLeague},
};

/// `matchday replay`.
#[derive(Debug, Clone, Args)]
pub struct ReplayArgs {
    /// Files of any provider: JSON, CSV or Parquet, packed with gzip or not. A table games_*.csv beside a table
    /// of plays is used for prices and finals
    #[arg(value_name = "FILE", required_unless_present = "log")]
    pub files: Vec<PathBuf>,
    /// Replay this log folder instead
    #[arg(long, value_name = "DIR", conflicts_with = "files")]
    pub log: Option<PathBuf>,
    /// Write every fact here, as JSON lines in CloudEvents envelopes
    #[arg(long, value_name = "OUT")]
    pub facts: Option<PathBuf>,
    /// Only this game
    #[arg(long, value_name = "ID")]
    pub game: Option<String>,
    /// Models to use in place of the ones built in, such as nfl=models/nfl.json, or a booster or graph as a part
    /// of them: nfl.wp=, nfl.wp_without_spread= or nfl.ep=
    #[arg(long, value_name = "LEAGUE[.PART]=FILE")]
    pub model: Vec<String>,
    /// Run these rules on the matches: a folder, a file or a kept set; `shipped` for those of this build
    #[arg(long, value_name = "RULES")]
    pub rules: Option<PathBuf>,
    /// And these beside them: prints which decisions would have been others, and why
    #[arg(long, value_name = "RULES", requires = "rules")]
    pub vs: Option<PathBuf>,
    /// Write every decision of the rules and the director here, as JSON lines
    #[arg(long, value_name = "OUT", requires = "rules")]
    pub decisions: Option<PathBuf>,
    /// Print the summary as JSON
    #[arg(long)]
    pub json: bool,
}

/// What a replay found.
#[derive(Debug, Default, Serialize)]
pub struct Summary {
    /// Games folded.
    pub games: u64,
    /// Games that ended.
    pub games_final: u64,
    /// Games whose final score is held in the data, and how many of them came out right.
    pub finals_held: u64,
    /// See `finals_held`.
    pub finals_right: u64,
    /// Play reports taken in.
    pub plays: u64,
    /// Facts found.
    pub facts: u64,
    /// Seconds it took, reading and writing included.
    pub seconds: f64,
    /// Play reports a second.
    pub plays_per_s: f64,
    /// What was healed or set aside, by code.
    pub healed: BTreeMap<&'static str, u64>,
    /// Games whose final score is not the one held.
    pub wrong: Vec<String>,
}

/// Folds games one after another.
pub struct Replayer<W> {
    models: ModelSet,
    out: Output,
    facts: Option<W>,
    only: Option<GameId>,
    healed: BTreeMap<FaultCode, u64>,
    /// What was found so far.
    pub summary: Summary,
}

impl<W: Write> Replayer<W> {
    /// Ready to fold; facts go to `facts`, if anywhere.
    pub fn new(models: ModelSet, facts: Option<W>, only: Option<GameId>) -> Self {
        Self {
            models,
            out: Output::default(),
            facts,
            only,
            healed: BTreeMap::new(),
            summary: Summary::default(),
        }
    }

    /// Folds one game.
    pub fn game<'a>(
        &mut self,
        game: &GameId,
        signals: impl IntoIterator<Item = (Seq, &'a Signal)>,
    ) -> io::Result<Option<Match>> {
        if self.only.as_ref().is_some_and(|only| only != game) {
            return Ok(None);
        }
        let mut fold = Match::new(game.clone(), self.models.clone());
        fold.set_viewed(false);
        let mut held: Option<Score> = None;
        for (seq, signal) in signals {
            match signal {
                Signal::Play(_) => self.summary.plays += 1,
                Signal::Status(status) if status.phase == GamePhase::Final => held = status.score,
                _ => {}
            }
            fold.apply(seq, signal, &mut self.out);
            self.summary.facts += self.out.facts.len() as u64;
            for fact in &self.out.facts {
                if let Fact::Healed(healed) = fact {
                    *self.healed.entry(healed.code).or_default() += 1;
                }
            }
            if let Some(facts) = &mut self.facts {
                write_facts_jsonl(facts, game, seq, &self.out.facts)?;
            }
        }
        let card = fold.card();
        self.summary.games += 1;
        self.summary.games_final += u64::from(card.phase == GamePhase::Final);
        if let Some(held) = held {
            self.summary.finals_held += 1;
            if card.score == held {
                self.summary.finals_right += 1;
            } else {
                self.summary.wrong.push(format!(
                    "{game}: {}-{} and the data says {}-{}",
                    card.score.home, card.score.away, held.home, held.away
                ));
            }
        }
        Ok(Some(fold))
    }

    /// Counts a fault that a parser set aside.
    pub fn fault(&mut self, code: FaultCode) {
        *self.healed.entry(code).or_default() += 1;
    }

    /// Ends the replay.
    pub fn finish(mut self, took: Duration) -> io::Result<Summary> {
        if let Some(facts) = &mut self.facts {
            facts.flush()?;
        }
        let mut summary = self.summary;
        summary.seconds = took.as_secs_f64();
        summary.plays_per_s = summary.plays as f64 / summary.seconds.max(1e-9);
        summary.healed = self
            .healed
            .into_iter()
            .map(|(code, n)| (code.as_str(), n))
            .collect();
        Ok(summary)
    }
}

/// Runs the command.
pub fn run(args: ReplayArgs) -> anyhow::Result<()> {
    let only = args.game.as_deref().map(GameId::new).transpose()?;
    let facts = args
        .facts
        .as_deref()
        .map(|path| File::create(path).with_context(|| format!("cannot write {}", path.display())))
        .transpose()?
        .map(|file| BufWriter::with_capacity(1 << 20, file));
    let mut named = ByLeague::new();
    models::name(&mut named, &args.model)?;
    if let Some(rules) = &args.rules {
        return with_rules(rules, &args, &models::load(&named)?);
    }
    let mut replayer = Replayer::new(models::load(&named)?, facts, only);
    let bar = ProgressBar::new_spinner().with_style(
        ProgressStyle::with_template("{spinner} {msg} {pos} games, {elapsed}")
            .expect("a valid template"),
    );
    let begun = Instant::now();
    match &args.log {
        Some(dir) => replay_log(dir, &mut replayer, &bar)?,
        None => {
            for file in &args.files {
                bar.set_message(file.display().to_string());
                replay_file(file, &mut replayer, &bar)?;
            }
        }
    }
    bar.finish_and_clear();
    let summary = replayer
        .finish(begun.elapsed())
        .context("cannot write the facts")?;
    if args.game.is_some() && summary.games == 0 {
        bail!("no game {} there", args.game.unwrap_or_default());
    }
    print(&summary, args.json)
}

/// What rules make of the matches, in place of the summary of facts.
fn with_rules(rules: &Path, args: &ReplayArgs, models: &ModelSet) -> anyhow::Result<()> {
    let set = |path: &Path| {
        let shipped = path.as_os_str() == "shipped";
        rules::set_of((!shipped).then(|| path.to_owned()).as_ref())
    };
    let chosen = rules::Chosen::recorded(
        args.files.clone(),
        args.log.clone(),
        args.game.as_deref().map(GameId::new).transpose()?,
    );
    let vs = args.vs.as_deref().map(set).transpose()?;
    let decisions = args.decisions.as_deref();
    rules::versus::run(set(rules)?, vs, &chosen, models, decisions, args.json)
}

fn replay_file<W: Write>(
    file: &Path,
    replayer: &mut Replayer<W>,
    bar: &ProgressBar,
) -> anyhow::Result<()> {
    for parsed in open_file(file, &OpenOptions::default())? {
        let parsed = parsed?;
        for fault in &parsed.faults {
            replayer.fault(fault.code);
            tracing::debug!(game = %parsed.game, code = fault.code.as_str(), place = fault.place, "{}", fault.message);
        }
        replayer
            .game(&parsed.game, (1..).zip(&parsed.signals))
            .context("cannot write the facts")?;
        bar.inc(1);
    }
    Ok(())
}

fn replay_log<W: Write>(
    dir: &Path,
    replayer: &mut Replayer<W>,
    bar: &ProgressBar,
) -> anyhow::Result<()> {
    let log = LogView::open(dir, &mut |_, _| {})?;
    for summary in log.games() {
        let records = log.read(&summary.game, 1).collect::<Result<Vec<_>, _>>()?;
        replayer
            .game(&summary.game, records.iter().map(|r| (r.seq, &r.signal)))
            .context("cannot write the facts")?;
        bar.inc(1);
    }
    Ok(())
}

fn print(summary: &Summary, json: bool) -> anyhow::Result<()> {
    if json {
        println!("{}", serde_json::to_string_pretty(summary)?);
        return Ok(());
    }
    println!(
        "games        {} ({} final)",
        summary.games, summary.games_final
    );
    println!(
        "final score  {} of {} that the data holds are right",
        summary.finals_right, summary.finals_held
    );
    println!("plays        {}", summary.plays);
    println!("facts        {}", summary.facts);
    println!(
        "took         {:.2} s, {:.0} plays/s on one core",
        summary.seconds, summary.plays_per_s
    );
    if !summary.healed.is_empty() {
        println!("healed");
        for (code, count) in &summary.healed {
            println!("  {code:<20}{count:>8}");
        }
    }
    for wrong in summary.wrong.iter().take(20) {
        println!("wrong        {wrong}");
    }
    if summary.wrong.len() > 20 {
        println!(
            "wrong        and {} more (--json lists them)",
            summary.wrong.len() - 20
        );
    }
    Ok(())
}

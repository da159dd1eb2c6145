//! The matches that rules are tried on: files, a log, or the seeded world.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use matchday_engine::{Match, ModelSet, Output};
use matchday_event::{Fact, GameId, Signal};
use matchday_feeds::{OpenOptions, open_file};
use matchday_sim::world::{
    Script, body::BodyPlan, chat::ChatPlan, gaze::GazePlan, stadium::StadiumPlan,
    tastes::TastePlan, vision::VisionPlan,
};
use matchday_store::log::LogView;

use crate::{
    cmd::sim::SportArg,
    world::{World, game_id},
};

/// Which matches.
#[derive(Debug, Clone, Args)]
pub struct Chosen {
    /// Files of any provider, or recorded signals
    #[arg(long = "file", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// A log's folder
    #[arg(long, value_name = "DIR", conflicts_with = "files")]
    pub log: Option<PathBuf>,
    /// Only this match
    #[arg(long, value_name = "ID")]
    pub game: Option<GameId>,
    /// Matches of the seeded world, with everything that can be sensed
    #[arg(long, value_enum, value_name = "SPORT", conflicts_with_all = ["files", "log"])]
    pub sim: Option<SportArg>,
    /// Seed of the first match of the world
    #[arg(long, default_value_t = 1, requires = "sim")]
    pub seed: u64,
    /// How many matches of the world
    #[arg(long, default_value_t = 1, requires = "sim")]
    pub matches: u64,
    /// Minutes of each match of the world; 0 for all
    #[arg(long, default_value_t = 20, requires = "sim")]
    pub minutes: u64,
    /// Minute in which the excerpt of the world begins
    #[arg(long, value_name = "MINUTE", default_value_t = 0, requires = "sim")]
    pub from: u64,
}

impl Chosen {
    /// Matches that were recorded.
    pub fn recorded(files: Vec<PathBuf>, log: Option<PathBuf>, game: Option<GameId>) -> Self {
        Self {
            files,
            log,
            game,
            sim: None,
            seed: 1,
            matches: 1,
            minutes: 0,
            from: 0,
        }
    }
}

/// What is done with one match: begun when its first signal has been folded, told of each, and ended.
pub trait Watch {
    /// Takes in a signal and the facts that came of it.
    fn take(&mut self, game: &Match, signal: &Signal, facts: &[Fact]) -> anyhow::Result<()>;
    /// The match is over.
    fn end(&mut self, game: &Match) -> anyhow::Result<()>;
}

/// Folds each of the matches and shows it to a watcher.
pub fn for_each(
    chosen: &Chosen,
    models: &ModelSet,
    watch: &mut dyn Watch,
) -> anyhow::Result<usize> {
    let bar = ProgressBar::new_spinner().with_style(
        ProgressStyle::with_template("{spinner} {msg} {pos} matches, {elapsed}")
            .expect("a valid template"),
    );
    let mut count = 0;
    let mut fold =
        |game: &GameId, signals: &mut dyn Iterator<Item = Signal>| -> anyhow::Result<()> {
            if chosen.game.as_ref().is_some_and(|only| only != game) {
                return Ok(());
            }
            bar.set_message(game.to_string());
            let mut of = Match::new(game.clone(), models.clone());
            of.set_viewed(false);
            let mut out = Output::default();
            for (seq, signal) in (1..).zip(signals) {
                of.apply(seq, &signal, &mut out);
                watch.take(&of, &signal, &out.facts)?;
            }
            watch.end(&of)?;
            count += 1;
            bar.inc(1);
            Ok(())
        };
    if let Some(sport) = chosen.sim {
        for seed in chosen.seed..chosen.seed + chosen.matches {
            let whole = Script::generate(seed, sport.into());
            let from = chosen.from * 60_000;
            let to = match chosen.minutes {
                0 => whole.duration_ms + 1,
                minutes => from + minutes * 60_000,
            };
            if from >= whole.duration_ms {
                bail!(
                    "the match of seed {seed} is over after minute {}",
                    whole.duration_ms / 60_000
                );
            }
            let script = whole.excerpt(from, to);
            let mut world = World::new(seed, &script, everything(&script))?;
            let mut steps = std::iter::from_fn(|| world.step()).flat_map(|(_, signals)| signals);
            fold(&game_id(script.sport, seed)?, &mut steps)?;
        }
    } else if let Some(dir) = &chosen.log {
        let log = LogView::open(dir, &mut |_, _| {})?;
        for summary in log.games() {
            let records = log.read(&summary.game, 1).collect::<Result<Vec<_>, _>>()?;
            fold(&summary.game, &mut records.into_iter().map(|r| r.signal))?;
        }
    } else if chosen.files.is_empty() {
        bail!("which matches? say --file, --log or --sim");
    } else {
        for file in &chosen.files {
            for parsed in open_file(file, &OpenOptions::default())
                .with_context(|| format!("in {}", file.display()))?
            {
                let parsed = parsed?;
                fold(&parsed.game, &mut parsed.signals.into_iter())?;
            }
        }
    }
    bar.finish_and_clear();
    if count == 0 {
        match &chosen.game {
            Some(game) => bail!("no match {game} there"),
            None => bail!("no matches there"),
        }
    }
    Ok(count)
}

/// Everything that can be sensed of a match of the world.
pub fn everything(script: &Script) -> StadiumPlan {
    StadiumPlan {
        chat: Some(ChatPlan::default()),
        body: Some(BodyPlan::default()),
        gaze: Some(GazePlan::default()),
        vision: Some(VisionPlan::default()),
        tracking: script.sport == matchday_event::Sport::Soccer,
        tastes: Some(TastePlan::default()),
        ..StadiumPlan::default()
    }
}

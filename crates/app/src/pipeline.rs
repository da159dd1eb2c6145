//! From the log to the viewers: whatever is appended is read back from the log, folded, guarded and handed on.
//!
//! The fold follows the log's tail and nothing else. What it does after a restart, reading from the first
//! record, is therefore what it did the first time, and nothing acts on a signal that is not yet durable.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufWriter, Write as _},
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use matchday_deliver::{gateway::Hub, graphics::Graphics};
use matchday_engine::{Guard, Match, ModelSet, Output, decide, write_facts_jsonl};
use matchday_event::{
    Audience, EventTime, Fact, FaultCode, GameId, GamePhase, GraphicsCommand, Logged, Proposal,
    view::{CrowdUpdate, GameUpdate},
};
use matchday_store::log::{LogId, Tail};
use tokio::sync::watch;

use crate::{
    clock,
    production::Productions,
    report::GuardReport,
    stages::{Stage, Stages},
};

/// What the fold has done, for the report and the status page.
#[derive(Debug, Default)]
pub struct Totals {
    folded: watch::Sender<u64>,
    updates: AtomicU64,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    phases: BTreeMap<GameId, GamePhase>,
    healed: BTreeMap<FaultCode, u64>,
    guard: GuardReport,
}

impl Totals {
    /// Records folded since the program started, to be read or waited on.
    pub fn folded(&self) -> watch::Receiver<u64> {
        self.folded.subscribe()
    }

    /// Updates published.
    pub fn updates(&self) -> u64 {
        self.updates.load(Ordering::Relaxed)
    }

    /// Games known, and how many of them are over.
    pub fn games(&self) -> (u64, u64) {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let over = inner
            .phases
            .values()
            .filter(|p| **p == GamePhase::Final)
            .count();
        (inner.phases.len() as u64, over as u64)
    }

    /// What was healed in games, by code.
    pub fn healed(&self) -> BTreeMap<String, u64> {
        let inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner
            .healed
            .iter()
            .map(|(code, n)| (code.as_str().to_owned(), *n))
            .collect()
    }

    /// What the guard decided.
    pub fn guard(&self) -> GuardReport {
        self.inner
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .guard
            .clone()
    }
}

/// Where facts are written as they are found.
pub struct FactsFile(BufWriter<File>);

impl FactsFile {
    /// Begins the file anew: the fold starts at the log's first record.
    pub fn create(path: &Path) -> anyhow::Result<Self> {
        let file =
            File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Self(BufWriter::new(file)))
    }
}

/// Folds every game of a log and hands on what comes of it.
pub struct Fold {
    /// The gateway.
    pub hub: Arc<Hub>,
    /// The graphics system, if there is one.
    pub graphics: Option<Graphics>,
    /// The models.
    pub models: ModelSet,
    /// Whose numbering the updates carry.
    pub log_id: LogId,
    /// Latency of the stages.
    pub stages: Arc<Stages>,
    /// What was done.
    pub totals: Arc<Totals>,
    /// Records received before this are history: nobody waits for them, so they are not timed, and no
    /// graphics are put on air for them.
    pub started: EventTime,
    /// Where facts go, if anywhere.
    pub facts: Option<FactsFile>,
    /// Games as they stand.
    pub matches: BTreeMap<GameId, Match>,
    /// Rules and directors.
    pub productions: Productions,
    /// Decides what is let out.
    pub guard: Guard,
}

/// What the log held when the program started.
pub struct History {
    /// How many records.
    pub records: u64,
    /// Who else wants to see each of them, so that the log is read once.
    pub observe: Box<dyn FnMut(&Logged) + Send>,
}

/// Records that are read ahead of the fold at once, and how many such batches may wait.
const BATCH: usize = 256;
const BATCHES_AHEAD: usize = 8;
/// How often a long catching up says how far it is.
const SAY_EVERY: Duration = Duration::from_secs(5);

impl Fold {
    /// Takes in the history, then follows the tail until the log is closed.
    pub fn run(mut self, tail: Tail, history: History) -> anyhow::Result<()> {
        let mut out = Output::default();
        let mut tail = self.catch_up(tail, history, &mut out)?;
        loop {
            let next = match tail.try_next() {
                Some(next) => next,
                None => {
                    // Caught up: a good moment to let readers of the facts see them.
                    if let Some(facts) = &mut self.facts {
                        facts.0.flush().context("cannot write the facts")?;
                    }
                    match tail.next_blocking() {
                        Some(next) => next,
                        None => return Ok(()),
                    }
                }
            };
            let logged = next.context("the log cannot be read on")?;
            self.take(&logged, &mut out)?;
            self.totals.folded.send_modify(|n| *n += 1);
        }
    }

    /// Folds what the log already holds while another thread reads and decodes ahead, which costs about as much as
    /// folding does: how long that takes is how long a restart takes.
    fn catch_up(
        &mut self,
        mut tail: Tail,
        history: History,
        out: &mut Output,
    ) -> anyhow::Result<Tail> {
        let History {
            records,
            mut observe,
        } = history;
        let (ahead, batches) = mpsc::sync_channel::<Vec<Logged>>(BATCHES_AHEAD);
        let reader = std::thread::Builder::new()
            .name("log-reader".into())
            .spawn(move || -> anyhow::Result<Tail> {
                let mut left = usize::try_from(records)?;
                while left > 0 {
                    let batch: Vec<Logged> = std::iter::from_fn(|| tail.try_next())
                        .take(left.min(BATCH))
                        .collect::<Result<_, _>>()
                        .context("the log cannot be read")?;
                    left -= batch.len();
                    // Without records the log has fewer than it said; without a fold nobody wants them.
                    if batch.is_empty() || ahead.send(batch).is_err() {
                        break;
                    }
                }
                Ok(tail)
            })
            .context("no thread for reading the log")?;
        let mut said = Instant::now();
        for batch in batches {
            for logged in &batch {
                observe(logged);
                self.take(logged, out)?;
            }
            let mut done = 0;
            self.totals.folded.send_modify(|n| {
                *n += batch.len() as u64;
                done = *n;
            });
            if said.elapsed() >= SAY_EVERY {
                said = Instant::now();
                tracing::info!(records = done, of = records, "folding the log");
            }
        }
        match reader.join() {
            Ok(tail) => tail,
            Err(_) => bail!("the thread that reads the log broke off"),
        }
    }

    fn take(&mut self, logged: &Logged, out: &mut Output) -> anyhow::Result<()> {
        let live = logged.received >= self.started;
        if live {
            metrics::gauge!("matchday_fold_queue_depth").decrement(1.0);
            self.stages.record(Stage::Pickup, since(logged.received));
        }
        let begun = Instant::now();
        let game = match self.matches.get_mut(&logged.game) {
            Some(game) => game,
            None => {
                let game = Match::new(logged.game.clone(), self.models.clone());
                let epoch = format!("{}-{}", self.log_id, matchday_engine::FOLD_VERSION);
                self.hub.open(logged.game.clone(), epoch, game.snapshot())?;
                self.matches.entry(logged.game.clone()).or_insert(game)
            }
        };
        game.apply(logged.seq, &logged.signal, out);
        let folded = Instant::now();
        if live {
            self.stages.record(Stage::Fold, folded - begun);
        }
        if let Some(facts) = &mut self.facts {
            write_facts_jsonl(&mut facts.0, &logged.game, logged.seq, &out.facts)
                .context("cannot write the facts")?;
        }
        let ruled = self
            .productions
            .take(logged, game, &out.facts, live, &mut self.guard)?;
        if live && ruled {
            self.stages.record(Stage::Rules, since(logged.received));
        }
        let update = out.update.take().map(|update| GameUpdate {
            seq: game.updates(),
            at: logged.received,
            update,
            card: game.card(),
        });
        self.publish_crowd(logged, &out.facts)?;
        let Some(update) = update else { return Ok(()) };
        let commands = if live {
            decide::graphics::propose(&logged.game, logged.seq, &update, out)
        } else {
            Vec::new()
        };
        self.note(&logged.game, &out.facts, update.card.phase);
        if let (Some(graphics), Some(info)) = (&self.graphics, &update.update.info) {
            graphics.describe(&logged.game, info.home.clone(), info.away.clone());
        }
        self.publish(logged, update)?;
        for command in commands {
            self.put_on_air(command)?;
        }
        if live {
            self.stages.record(Stage::Publish, folded.elapsed());
            self.stages
                .record(Stage::SignalToGateway, since(logged.received));
        }
        Ok(())
    }

    fn publish(&mut self, logged: &Logged, update: GameUpdate) -> anyhow::Result<()> {
        let proposal = Proposal {
            game: logged.game.clone(),
            cause: logged.seq,
            agent: "game".into(),
            audience: Audience::Public,
            what: update,
        };
        match self.guard.judge(proposal) {
            Ok(approved) => {
                self.hub.publish(approved)?;
                self.totals.updates.fetch_add(1, Ordering::Relaxed);
            }
            Err(refusal) => {
                tracing::debug!(game = %refusal.game, code = ?refusal.code, "update refused")
            }
        }
        Ok(())
    }

    /// Hands on what the senses found, apart from what is for those who run the show alone.
    fn publish_crowd(&mut self, logged: &Logged, facts: &[Fact]) -> anyhow::Result<()> {
        let facts: Vec<Fact> = facts
            .iter()
            .filter(|fact| fact.is_of_the_crowd())
            .cloned()
            .collect();
        if facts.is_empty() {
            return Ok(());
        }
        let proposal = Proposal {
            game: logged.game.clone(),
            cause: logged.seq,
            agent: "senses".into(),
            audience: Audience::Public,
            what: CrowdUpdate {
                game: logged.game.clone(),
                at: logged.received,
                facts,
            },
        };
        match self.guard.judge(proposal) {
            Ok(approved) => self.hub.publish_crowd(approved)?,
            Err(refusal) => {
                tracing::debug!(game = %refusal.game, code = ?refusal.code, "crowd refused")
            }
        }
        Ok(())
    }

    fn put_on_air(&mut self, proposal: Proposal<GraphicsCommand>) -> anyhow::Result<()> {
        match self.guard.judge(proposal) {
            Ok(approved) => {
                if let Some(graphics) = &self.graphics {
                    graphics.send(&approved);
                }
                self.productions.graphics(&approved);
                self.hub.publish_graphics(approved)?;
            }
            Err(refusal) => {
                tracing::debug!(game = %refusal.game, code = ?refusal.code, "graphic refused")
            }
        }
        Ok(())
    }

    fn note(&self, game: &GameId, facts: &[Fact], phase: GamePhase) {
        let mut inner = self
            .totals
            .inner
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        for fact in facts {
            if let Fact::Healed(healed) = fact {
                *inner.healed.entry(healed.code).or_default() += 1;
                metrics::counter!("matchday_healed_total", "code" => healed.code.as_str())
                    .increment(1);
            }
        }
        inner.guard = GuardReport::of(&self.guard);
        let before = inner.phases.insert(game.clone(), phase);
        if before != Some(phase) {
            if phase == GamePhase::Final {
                self.productions.ended(game);
            }
            let mut counts = BTreeMap::<&str, u64>::new();
            for phase in inner.phases.values() {
                *counts.entry(phase_name(*phase)).or_default() += 1;
            }
            for name in ["scheduled", "live", "halftime", "delayed", "final"] {
                let count = counts.get(name).copied().unwrap_or(0);
                metrics::gauge!("matchday_games", "phase" => name).set(count as f64);
            }
            tracing::info!(%game, phase = phase_name(phase), "game");
        }
    }
}

fn phase_name(phase: GamePhase) -> &'static str {
    match phase {
        GamePhase::Scheduled => "scheduled",
        GamePhase::Live => "live",
        GamePhase::Halftime => "halftime",
        GamePhase::Delayed => "delayed",
        GamePhase::Final => "final",
    }
}

fn since(then: EventTime) -> Duration {
    Duration::from_micros(u64::try_from(clock::now().0 - then.0).unwrap_or(0))
}

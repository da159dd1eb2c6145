//! `matchday bench obs`: the cuts of a made-up match on the real OBS Studio, from the fact that a rule fired on to OBS's
//! own event.
//!
//! The match is folded twice. The first time it is found where there is something to see: from the word that led to a cut
//! until the cut. The second time those stretches pass as fast as time does, through rules, director, guard and output,
//! and what lies between them at once. Times of cuts are moved to the wall's clock.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context as _, bail};
use clap::Args;
use hdrhistogram::Histogram;
use matchday_deliver::mixer::{Equipment, Latency, MixerConfig, Mixers, ObsConfig, studio::Studio};
use matchday_engine::{
    Guard, Match, ModelSet, Policy,
    decide::production::{Production, ProductionConfig},
    rules::RuleSet,
};
use matchday_event::{
    Audience, EventTime, Fact, GameId, Proposal, Signal,
    production::{Cut, CutReason, Decided},
    senses::Camera,
};
use serde::Serialize;

use crate::{
    clock,
    cmd::{
        rules::{
            matches::{Chosen, Watch, for_each},
            set_of,
        },
        sim::SportArg,
    },
};

/// How long before the first word a stretch begins, and how long after its cut it ends.
const BEFORE_US: i64 = 50_000;
const AFTER_US: i64 = 200_000;
const PATIENCE: Duration = Duration::from_secs(60);

/// `matchday bench obs`.
#[derive(Debug, Clone, Args)]
pub struct ObsBench {
    /// Cuts
    #[arg(long, default_value_t = 100)]
    switches: usize,
    /// Sport of the match
    #[arg(long, value_enum, default_value = "soccer")]
    sport: SportArg,
    /// Seed of the match
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// Minutes of it that are looked through for cuts
    #[arg(long, default_value_t = 12)]
    minutes: u64,
    /// Pictures a second of the OBS that is started: 25, 30, 50 or 60
    #[arg(long, default_value_t = 50)]
    fps: u32,
    /// How much earlier than its time a cut is sent, as in the configuration
    #[arg(long, value_name = "MS", default_value_t = 0)]
    lead_ms: u32,
    /// An OBS that runs already, instead of one of our own; scenes for every camera are made in it
    #[arg(long, value_name = "ADDR", requires = "password_file")]
    address: Option<String>,
    /// File with its password
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A signal and what sense made of it.
struct Step {
    at: EventTime,
    signal: Signal,
    facts: Vec<Fact>,
}

/// The first time through.
struct Recorder {
    set: Arc<RuleSet>,
    switches: usize,
    begin: Option<Production>,
    production: Option<Production>,
    steps: Vec<Step>,
    out: Vec<Decided>,
    /// When the fact came that a rule fired on last.
    fired: BTreeMap<Arc<str>, EventTime>,
    stretches: Vec<(i64, i64)>,
}

impl Watch for Recorder {
    fn take(&mut self, game: &Match, signal: &Signal, facts: &[Fact]) -> anyhow::Result<()> {
        if self.stretches.len() >= self.switches * 2 {
            return Ok(());
        }
        let production = match &mut self.production {
            Some(production) => production,
            none => {
                let config = ProductionConfig::default();
                let begin =
                    Production::with(&config, game.sport(), &game.snapshot(), self.set.clone())?;
                self.begin = Some(begin.clone());
                none.insert(begin)
            }
        };
        let last = self.steps.last().map_or(EventTime(0), |s| s.at);
        let at = signal.at().unwrap_or(last).max(last);
        self.out.clear();
        production.take_as_it_is(signal, facts, &mut self.out);
        for decided in &self.out {
            match decided {
                Decided::Fired(fired) => {
                    self.fired.insert(fired.rule.clone(), at);
                }
                Decided::Cut(cut) => {
                    let word = cause(cut).and_then(|rule| self.fired.get(rule));
                    let from = word.copied().unwrap_or(at).min(at);
                    self.stretches
                        .push((from.0 - BEFORE_US, cut.at.0 + AFTER_US));
                }
                Decided::Released(_) | Decided::Rules(_) | Decided::CameraModel(_) => {}
            }
        }
        self.steps.push(Step {
            at,
            signal: signal.clone(),
            facts: facts.to_vec(),
        });
        Ok(())
    }

    fn end(&mut self, _: &Match) -> anyhow::Result<()> {
        Ok(())
    }
}

/// The rule whose fact led to a cut; a return has none.
fn cause(cut: &Cut) -> Option<&Arc<str>> {
    (cut.reason == CutReason::Rule)
        .then_some(cut.rule.as_ref())
        .flatten()
}

/// A cut on its way.
struct Told {
    /// When the fact that led to it was handed over, if one did.
    fact: Option<EventTime>,
    /// When it was handed to the output.
    told: EventTime,
    /// When it was to be on air.
    at: EventTime,
}

#[derive(Debug, Serialize)]
struct ObsReport {
    cuts: usize,
    confirmed: u64,
    passed_over: u64,
    caught_up: u64,
    refused: u64,
    unconfirmed: u64,
    fps: u32,
    /// From a cut's frame to OBS's event.
    glass: Latency,
    /// From the fact to OBS's event: the rule's own delay, the director's least length of a shot and the wait for the frame
    /// are in it.
    fact_to_event: Latency,
    /// From the fact to the cut handed to the output, where it was told at once: rules, director and guard.
    fact_to_told: Latency,
}

fn latency(us: &Histogram<u64>) -> Latency {
    Latency {
        cuts: us.len(),
        p50_us: us.value_at_quantile(0.5),
        p99_us: us.value_at_quantile(0.99),
        max_us: us.max(),
    }
}

fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 60_000_000, 3).expect("the bounds are in order")
}

/// Runs the command.
pub async fn run(args: ObsBench) -> anyhow::Result<()> {
    let chosen = Chosen {
        sim: Some(args.sport),
        seed: args.seed,
        minutes: args.minutes,
        ..Chosen::recorded(Vec::new(), None, None)
    };
    let mut recorder = Recorder {
        set: set_of(None)?,
        switches: args.switches,
        begin: None,
        production: None,
        steps: Vec::new(),
        out: Vec::new(),
        fired: BTreeMap::new(),
        stretches: Vec::new(),
    };
    for_each(&chosen, &ModelSet::default(), &mut recorder)?;
    let begin = recorder.begin.take().context("the match is empty")?;

    let scratch = tempfile::tempdir()?;
    let studio = match &args.address {
        Some(_) => None,
        None => {
            if let Some(program) = Studio::missing() {
                bail!(
                    "{program} is not installed; --address and --password-file take an OBS that runs"
                );
            }
            Some(Studio::start(scratch.path(), args.fps)?)
        }
    };
    let (address, password_file) = match &studio {
        Some(studio) => (studio.address(), Some(studio.password_file())),
        None => (
            args.address.clone().unwrap_or_default(),
            args.password_file.clone(),
        ),
    };
    let scene = |camera: &Camera| (*camera, format!("matchday {camera}"));
    let config = MixerConfig {
        name: "obs".into(),
        game: None,
        dry_run: false,
        lead_ms: args.lead_ms,
        timeout_ms: 5000,
        to: Equipment::Obs(ObsConfig {
            address,
            password_file,
            cameras: Camera::ALL.iter().map(scene).collect(),
            create_scenes: true,
            ..ObsConfig::default()
        }),
    };
    let mixers = Mixers::start(&[config], Arc::new(clock::now), None)?;
    let mut health = mixers.health("obs").context("the output did not start")?;
    tokio::time::timeout(PATIENCE, health.wait_for(|h| h.connected))
        .await
        .context("OBS does not answer")??;

    // Every confirmation by its cut's time.
    let confirmed: Arc<Mutex<BTreeMap<EventTime, EventTime>>> = Arc::default();
    let listener = tokio::spawn({
        let (confirmed, mut health) = (confirmed.clone(), health.clone());
        async move {
            while health.changed().await.is_ok() {
                if let Some(cut) = health.borrow_and_update().last_cut {
                    let mut seen = confirmed.lock().unwrap_or_else(PoisonError::into_inner);
                    seen.insert(cut.at, cut.confirmed_at);
                }
            }
        }
    });
    let told = play(&recorder, begin, &args, &mixers).await?;
    let last = told
        .last()
        .context("no cut in these minutes; --minutes takes more")?
        .at;
    let settled = health.wait_for(|h| h.last_cut.is_some_and(|c| c.at >= last));
    tokio::time::timeout(PATIENCE, settled)
        .await
        .context("OBS does not confirm the last cut")??;
    let output = mixers.report().outputs.remove(0);
    drop((mixers, health));
    listener.await?;
    let confirmed = confirmed.lock().unwrap_or_else(PoisonError::into_inner);

    let (mut seen, mut decided) = (histogram(), histogram());
    for cut in &told {
        let Some(fact) = cut.fact else { continue };
        let us = |to: EventTime| u64::try_from(to.0 - fact.0).unwrap_or(0).max(1);
        if let Some(at) = confirmed.get(&cut.at) {
            seen.saturating_record(us(*at));
        }
        decided.saturating_record(us(cut.told));
    }
    let report = ObsReport {
        cuts: told.len(),
        confirmed: output.health.confirmed,
        passed_over: output.health.passed_over,
        caught_up: output.health.caught_up,
        refused: output.health.refused,
        unconfirmed: output.health.unconfirmed,
        fps: args.fps,
        glass: output.latency,
        fact_to_event: latency(&seen),
        fact_to_told: latency(&decided),
    };
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        print(&report);
    }
    Ok(())
}

/// The second time through, as fast as time passes where there is something to see.
async fn play(
    recorder: &Recorder,
    mut production: Production,
    args: &ObsBench,
    mixers: &Mixers,
) -> anyhow::Result<Vec<Told>> {
    let game = GameId::new("bench")?;
    let mut guard = Guard::new(Policy::match_day());
    let mut stretches = recorder.stretches.clone();
    stretches.sort_unstable();
    let mut told: Vec<Told> = Vec::new();
    let mut words: BTreeMap<Arc<str>, EventTime> = BTreeMap::new();
    let mut out = Vec::new();
    let (mut offset, mut within) = (0, false);
    for step in &recorder.steps {
        let t = step.at.0;
        let seen = stretches
            .iter()
            .any(|(from, to)| (*from..=*to).contains(&t));
        if seen {
            if !within {
                // What is held from the stretch before goes on air first.
                let over = told.last().map_or(0, |t| t.at.0 + AFTER_US);
                offset = (clock::now().0 + 1000).max(over) - t;
            }
            let ahead = t + offset - clock::now().0;
            if let Ok(us) = u64::try_from(ahead) {
                tokio::time::sleep(Duration::from_micros(us)).await;
            }
        } else if within && told.len() >= args.switches {
            break;
        }
        within = seen;
        let word = clock::now();
        out.clear();
        production.take_as_it_is(&step.signal, &step.facts, &mut out);
        for decided in &out {
            match decided {
                Decided::Fired(fired) => {
                    words.insert(fired.rule.clone(), word);
                }
                Decided::Cut(cut) => {
                    let at = EventTime(cut.at.0 + offset);
                    let proposal = Proposal {
                        game: game.clone(),
                        cause: 1,
                        agent: "director".into(),
                        audience: Audience::Production,
                        what: Cut { at, ..cut.clone() },
                    };
                    let approved = guard
                        .judge(proposal)
                        .map_err(|r| anyhow::anyhow!("the guard refuses a cut: {:?}", r.code))?;
                    mixers.cut(&approved);
                    // It stands in the place of what was told for its time or later.
                    told.retain(|t| t.at < at);
                    if cut.from != cut.shot.camera {
                        told.push(Told {
                            fact: cause(cut).and_then(|rule| words.get(rule).copied()),
                            told: clock::now(),
                            at,
                        });
                    }
                }
                Decided::Released(_) | Decided::Rules(_) | Decided::CameraModel(_) => {}
            }
        }
    }
    Ok(told)
}

fn print(r: &ObsReport) {
    let line = |name: &str, l: &Latency, what: &str| {
        println!(
            "{name:<12}p50 {:.1} ms  p99 {:.1} ms  max {:.1} ms  {what} ({} cuts)",
            l.p50_us as f64 / 1e3,
            l.p99_us as f64 / 1e3,
            l.max_us as f64 / 1e3,
            l.cuts
        );
    };
    println!(
        "cuts        {}: {} confirmed by OBS's own event, {} of them late; {} passed over, {} refused, {} not in time",
        r.cuts, r.confirmed, r.caught_up, r.passed_over, r.refused, r.unconfirmed
    );
    line("glass", &r.glass, "from a cut's frame to OBS's event");
    line(
        "fact",
        &r.fact_to_event,
        "from the fact to OBS's event, waits of rule and director included",
    );
    line(
        "decided",
        &r.fact_to_told,
        "from the fact to the cut handed over",
    );
    println!("a picture   {:.1} ms", 1e3 / f64::from(r.fps));
}

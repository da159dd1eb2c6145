//! `matchday bench`: figures that anyone can get on their own machine, beside a limit taken in the same run.

mod bare;
mod micro;
mod mixer;
mod obs;
mod rollback;
mod senses;
mod sound;

use std::{
    net::SocketAddr,
    path::PathBuf,
    process::Stdio,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use matchday_deliver::load::{self, LoadOptions, LoadReport};
use matchday_feeds::{
    OpenOptions,
    driver::{Batch, Sink as _},
    open_file,
};
use matchday_sim::load::endless;
use serde::Serialize;

use super::replay::Replayer;
use crate::{
    clock,
    config::Config,
    report::Report,
    server::{self, Extra, Running},
};

/// `matchday bench`.
#[derive(Debug, Clone, Args)]
pub struct BenchArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Clone, Subcommand)]
enum What {
    /// Serve generated games through log, fold, guard and gateway to clients on this machine
    Gateway(GatewayArgs),
    /// Fold files as fast as it goes, against reading them alone
    Replay(ReplayBench),
    /// Open clients of a server on this machine and report what reached them
    Clients(ClientsArgs),
    /// Turn sound into levels and spectra, against loudness alone
    Sound(sound::SoundBench),
    /// Listen to matches' sound and chat, and show momentum to clients on this machine
    Senses(senses::SensesBench),
    /// Store a season of micro-events, against JSON lines, Zstandard and Parquet
    Micro(micro::MicroBench),
    /// Send micro-events of many matches over loopback, 120 a second each, against a thread that only wakes up
    Mixer(mixer::MixerBench),
    /// Roll rules back by frowns, from the count received to the set before in force
    Rollback(rollback::RollbackBench),
    /// Put the cuts of a made-up match on the real OBS Studio, each confirmed by its own event
    Obs(obs::ObsBench),
}

#[derive(Debug, Clone, Args)]
struct GatewayArgs {
    /// Games at once
    #[arg(long, default_value_t = 16)]
    games: usize,
    /// Signals a second, all games together
    #[arg(long, default_value_t = 50.0)]
    rate: f64,
    /// WebSocket clients, spread over the games
    #[arg(long, default_value_t = 1000)]
    clients: usize,
    /// How long, in seconds
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Seed of the games
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Args)]
struct ReplayBench {
    /// Files to fold
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How often; the medians are printed
    #[arg(long, default_value_t = 5)]
    runs: usize,
}

#[derive(Debug, Clone, Args)]
struct ClientsArgs {
    /// The server
    #[arg(long)]
    connect: SocketAddr,
    /// How many
    #[arg(long, default_value_t = 1000)]
    clients: usize,
    /// How long, in seconds
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// What to open; may be given more than once
    #[arg(long = "path", required = true)]
    paths: Vec<String>,
    /// Read the bare messages that the gateway is held against
    #[arg(long, hide = true)]
    bare: bool,
}

/// Runs the command.
pub fn run(args: BenchArgs) -> anyhow::Result<()> {
    match args.what {
        What::Gateway(args) => server::block_on(gateway(args)),
        What::Replay(args) => replay(&args),
        What::Clients(args) => server::block_on(clients(args)),
        What::Sound(args) => sound::run(&args),
        What::Senses(args) => server::block_on(senses::run(args)),
        What::Micro(args) => micro::run(&args),
        What::Mixer(args) => mixer::link(&args),
        What::Rollback(args) => rollback::run(&args),
        What::Obs(args) => server::block_on(obs::run(args)),
    }
}

async fn clients(args: ClientsArgs) -> anyhow::Result<()> {
    if !args.connect.ip().is_loopback() {
        bail!(
            "{} is not on this machine; load goes to loopback only",
            args.connect
        );
    }
    let duration = Duration::from_secs(args.seconds);
    if args.bare {
        return bare::clients(args.connect, args.clients, duration).await;
    }
    let options = LoadOptions {
        address: args.connect,
        paths: args.paths,
        clients: args.clients,
        duration,
        connecting: 64,
    };
    let report = load::run(&options, Arc::new(clock::now)).await?;
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}

#[derive(Serialize)]
struct GatewayReport {
    clients: LoadReport,
    bare: bare::BareReport,
    server: Report,
}

/// The clients run in a process of their own, as they would.
async fn gateway(args: GatewayArgs) -> anyhow::Result<()> {
    let scratch = tempfile::tempdir()?;
    let mut config = Config::default();
    config.log.dir = scratch.path().join("log");
    config.server.listen = ([127, 0, 0, 1], 0).into();
    let mut running = Running::start(config, Extra::default()).await?;
    let ingest = running.ingest.clone();
    let deliver = async |game, signal| {
        let batch = Batch {
            game,
            source: "bench".into(),
            signals: vec![signal],
            received: clock::now(),
        };
        ingest.deliver(batch).await
    };
    let mut signals = endless(args.seed, args.games, args.rate);
    // Every game must be known before anyone can watch it.
    let mut warm = std::collections::BTreeSet::new();
    while warm.len() < args.games {
        let due = signals.next().context("the generator ended")?;
        warm.insert(due.game.clone());
        deliver(due.game, due.signal).await?;
    }
    // A game can be watched once it is folded, which is a little after it is durable.
    running.caught_up().await?;
    let mut child = tokio::process::Command::new(std::env::current_exe()?);
    child
        .args([
            "bench",
            "clients",
            "--connect",
            &running.address.to_string(),
        ])
        .args(["--clients", &args.clients.to_string()])
        .args(["--seconds", &args.seconds.to_string()])
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    for game in &warm {
        child.args(["--path", &format!("/ws/{game}")]);
    }
    let child = child.spawn().context("cannot start the clients")?;
    let result = child.wait_with_output();
    tokio::pin!(result);

    let pace = Duration::from_secs_f64(1.0 / args.rate);
    let mut ticks = tokio::time::interval(pace);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Burst);
    let mut under_way = futures::stream::FuturesUnordered::new();
    let output = loop {
        use futures::StreamExt as _;
        tokio::select! {
            output = &mut result => break output?,
            Some(done) = under_way.next(), if !under_way.is_empty() => { let _: Result<(), _> = done; },
            _ = ticks.tick() => {
                let due = signals.next().context("the generator ended")?;
                under_way.push(deliver(due.game, due.signal));
            }
        }
    };
    if !output.status.success() {
        bail!("the clients failed: {}", output.status);
    }
    let clients: LoadReport =
        serde_json::from_slice(&output.stdout).context("the clients' report")?;
    if clients.clients == 0 {
        bail!(
            "none of {} clients stayed to the end, so there is nothing to report; try fewer",
            args.clients
        );
    }
    let server = running.report();
    drop(under_way);
    running.stop().await?;
    // The limit, in the same run: messages of the same size, to as many plain sockets.
    let bytes = clients
        .bytes
        .checked_div(clients.updates + clients.snapshots)
        .unwrap_or(1000);
    let bare = bare::run(bare::Shape {
        clients: args.clients,
        games: args.games,
        rate: args.rate,
        bytes: usize::try_from(bytes)?,
        seconds: args.seconds.div_ceil(4),
    })
    .await?;
    let report = GatewayReport {
        clients,
        bare,
        server,
    };
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        let c = &report.clients;
        println!(
            "clients     {} ({} failed), {:.0} s",
            c.clients, c.failed, c.duration_s
        );
        println!(
            "updates     {} received, {:.0}/s",
            c.updates,
            c.updates as f64 / c.duration_s
        );
        println!(
            "gaps        {}   repeats {}   conflations {}",
            c.gaps, c.repeats, c.conflations
        );
        println!(
            "signal to client  p50 {:.1} ms  p95 {:.1} ms  p99 {:.1} ms  max {:.1} ms",
            c.latency_us_p50 as f64 / 1e3,
            c.latency_us_p95 as f64 / 1e3,
            c.latency_us_p99 as f64 / 1e3,
            c.latency_us_max as f64 / 1e3
        );
        let b = &report.bare;
        println!(
            "bare TCP          p50 {:.1} ms  p95 {:.1} ms  p99 {:.1} ms  ({} messages of {bytes} bytes)",
            b.p50_us as f64 / 1e3,
            b.p95_us as f64 / 1e3,
            b.p99_us as f64 / 1e3,
            b.messages
        );
        println!(
            "matchday / bare   p50 {:.1}  p95 {:.1}  p99 {:.1}",
            c.latency_us_p50 as f64 / b.p50_us.max(1) as f64,
            c.latency_us_p95 as f64 / b.p95_us.max(1) as f64,
            c.latency_us_p99 as f64 / b.p99_us.max(1) as f64
        );
        println!("{}", report.server.text());
    }
    Ok(())
}

fn replay(args: &ReplayBench) -> anyhow::Result<()> {
    let mut alone = Vec::new();
    let mut whole = Vec::new();
    let mut plays = 0;
    for _ in 0..args.runs.max(1) {
        let begun = Instant::now();
        for file in &args.files {
            for parsed in open_file(file, &OpenOptions::default())? {
                std::hint::black_box(parsed?.signals.len());
            }
        }
        alone.push(begun.elapsed().as_secs_f64());
        let begun = Instant::now();
        let mut replayer =
            Replayer::<std::io::Sink>::new(matchday_engine::ModelSet::builtin(), None, None);
        for file in &args.files {
            for parsed in open_file(file, &OpenOptions::default())? {
                let parsed = parsed?;
                replayer.game(&parsed.game, (1..).zip(&parsed.signals))?;
            }
        }
        whole.push(begun.elapsed().as_secs_f64());
        plays = replayer.summary.plays;
    }
    let (alone, whole) = (median(&mut alone), median(&mut whole));
    println!(
        "plays                     {plays}, median of {} runs, one core",
        args.runs.max(1)
    );
    println!(
        "reading alone             {:.0} plays/s",
        plays as f64 / alone
    );
    println!(
        "reading, folding, facts   {:.0} plays/s",
        plays as f64 / whole
    );
    println!(
        "whole / reading           {:.2} times the time of reading alone",
        whole / alone
    );
    Ok(())
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

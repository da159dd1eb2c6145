//! `matchday bench mixer` and `matchday bench obs`: the micro-event link, and cuts to the real OBS.

use std::{path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context as _, bail};
use clap::Args;
use matchday_deliver::mixer::{
    Equipment, Latency, MixerConfig, Mixers, ObsConfig, bench, studio::Studio,
};
use matchday_engine::{Guard, Policy};
use matchday_event::{Audience, EventTime, Proposal, Sport, senses::Camera};
use matchday_sim::world::micro::one_match;
use serde::Serialize;

use crate::{clock, cmd::mixer};

/// `matchday bench mixer`.
#[derive(Debug, Clone, Args)]
pub struct MixerBench {
    /// Matches at once
    #[arg(long, default_value_t = 16)]
    matches: usize,
    /// How long, in seconds
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Seed of the matches
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Measures the link.
pub fn link(args: &MixerBench) -> anyhow::Result<()> {
    let events = mixer::made_up(args.seed, args.matches);
    let games: Vec<_> = events
        .iter()
        .map(|(_, game, _)| game.clone())
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect();
    let report = bench::link(
        &games,
        Duration::from_secs(args.seconds),
        events.into_iter(),
    )?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
        return Ok(());
    }
    println!(
        "matches     {}, {:.1} s, over loopback",
        report.matches, report.seconds
    );
    mixer::print_received(&report.received);
    let s = &report.sent;
    println!(
        "sent late   p50 {} µs  p99 {} µs  max {} µs",
        s.late_us_p50, s.late_us_p99, s.late_us_max
    );
    println!(
        "bare sleep  p50 {} µs  p99 {} µs  max {} µs  (a thread that only wakes up)",
        report.bare_late_us_p50, report.bare_late_us_p99, report.bare_late_us_max
    );
    let share = |us: Option<u64>| {
        us.map_or("unknown".to_owned(), |us| {
            format!("{:.2} % of a core", us as f64 / 1e4 / report.seconds)
        })
    };
    println!(
        "processor   sender {}, receiver {}",
        share(s.cpu_us),
        share(report.receiver_cpu_us)
    );
    println!(
        "not sent    {} below 0.75, {} no room, {} refused by the system, {} beats skipped",
        s.counts.below_confidence, s.counts.dropped, s.counts.unsent, s.counts.skipped
    );
    Ok(())
}

/// `matchday bench obs`.
#[derive(Debug, Clone, Args)]
pub struct ObsBench {
    /// Cuts
    #[arg(long, default_value_t = 100)]
    switches: usize,
    /// Pictures a second of the OBS that is started: 25, 30, 50 or 60
    #[arg(long, default_value_t = 50)]
    fps: u32,
    /// How long ahead cuts are told, in milliseconds
    #[arg(long, default_value_t = 100)]
    ahead_ms: u32,
    /// How much earlier than its time a cut is sent, as `lead_ms` in the configuration
    #[arg(long, default_value_t = 0)]
    lead_ms: u32,
    /// An OBS that runs already, instead of one of our own; scenes for every camera are made in it
    #[arg(long, value_name = "ADDR", requires = "password_file")]
    address: Option<String>,
    /// File with its password
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Seed of the match
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct ObsReport {
    switches: usize,
    confirmed: u64,
    refused: u64,
    unconfirmed: u64,
    fps: u32,
    glass: Latency,
}

/// The cameras that a made-up match's director took, each change of them.
fn cameras(seed: u64) -> Vec<Camera> {
    let mut cameras: Vec<Camera> = (0..)
        .flat_map(|n| one_match(seed, Sport::Soccer, n))
        .filter_map(|e| e.called)
        .take(5000)
        .collect();
    cameras.dedup();
    cameras
}

/// Measures cuts to OBS.
pub async fn obs(args: ObsBench) -> anyhow::Result<()> {
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
    let (address, password) = match (&studio, &args.address) {
        (Some(studio), _) => (studio.address(), Some(studio.password_file())),
        (None, address) => (
            address.clone().unwrap_or_default(),
            args.password_file.clone(),
        ),
    };
    let config = MixerConfig {
        name: "obs".into(),
        game: None,
        dry_run: false,
        lead_ms: args.lead_ms,
        timeout_ms: 5000,
        to: Equipment::Obs(ObsConfig {
            address,
            password_file: password,
            cameras: Camera::ALL
                .iter()
                .map(|c| (*c, format!("matchday {c}")))
                .collect(),
            create_scenes: true,
            ..ObsConfig::default()
        }),
    };
    let mixers = Mixers::start(&[config], Arc::new(clock::now), None)?;
    let mut health = mixers.health("obs").context("the output did not start")?;
    let patience = Duration::from_secs(60);
    tokio::time::timeout(patience, health.wait_for(|h| h.connected))
        .await
        .context("OBS does not answer")??;
    let mut guard = Guard::new(Policy::match_day());
    let mut on_air = None;
    let mut told = 0;
    for camera in cameras(args.seed) {
        if told == args.switches {
            break;
        }
        if on_air == Some(camera) {
            continue;
        }
        on_air = Some(camera);
        told += 1;
        // Not in step with OBS's pictures.
        tokio::time::sleep(Duration::from_millis((told as u64 * 37) % 53)).await;
        let at = EventTime(clock::now().0 + i64::from(args.ahead_ms) * 1000);
        let proposal = Proposal {
            game: matchday_event::GameId::new("bench")?,
            cause: told as u64,
            agent: "director".into(),
            audience: Audience::Production,
            what: mixer::by_hand(camera, 0, at),
        };
        let approved = guard
            .judge(proposal)
            .map_err(|r| anyhow::anyhow!("the guard refuses: {:?}", r.code))?;
        mixers.cut(&approved);
        let settled = health.wait_for(|h| h.confirmed + h.refused + h.unconfirmed >= told as u64);
        tokio::time::timeout(patience, settled)
            .await
            .context("OBS does not confirm any more")??;
    }
    let output = mixers.report().outputs.remove(0);
    let report = ObsReport {
        switches: told,
        confirmed: output.health.confirmed,
        refused: output.health.refused,
        unconfirmed: output.health.unconfirmed,
        fps: args.fps,
        glass: output.latency,
    };
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        let g = &report.glass;
        println!(
            "cuts        {}, {} confirmed by OBS's own event, {} refused, {} not in time",
            report.switches, report.confirmed, report.refused, report.unconfirmed
        );
        println!(
            "glass time  p50 {:.1} ms  p99 {:.1} ms  max {:.1} ms, from a cut's time to OBS's event",
            g.p50_us as f64 / 1e3,
            g.p99_us as f64 / 1e3,
            g.max_us as f64 / 1e3
        );
        println!("a picture   {:.1} ms", 1e3 / f64::from(report.fps));
    }
    Ok(())
}

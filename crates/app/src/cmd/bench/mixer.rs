//! `matchday bench mixer`: the micro-event link over loopback.

use std::{collections::BTreeSet, time::Duration};

use clap::Args;
use matchday_deliver::mixer::bench;

use crate::cmd::mixer;

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
        .collect::<BTreeSet<_>>()
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

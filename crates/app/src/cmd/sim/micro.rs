//! `matchday sim micro`: a season of micro-events as JSON lines.

use std::{
    fs::File,
    io::{BufWriter, Write as _},
    path::PathBuf,
};

use anyhow::Context as _;
use clap::Args;
use matchday_sim::world::micro::season;

use super::SportArg;

/// `matchday sim micro`.
#[derive(Debug, Clone, Args)]
pub struct MicroArgs {
    /// The same seed gives the same bytes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The sport of the season
    #[arg(long, value_enum, default_value = "soccer")]
    sport: SportArg,
    /// How many, match after match
    #[arg(long, default_value_t = 200_000)]
    events: usize,
    /// JSON lines, an event each
    #[arg(long, value_name = "JSONL")]
    out: PathBuf,
}

/// Runs the command.
pub fn run(args: &MicroArgs) -> anyhow::Result<()> {
    let cannot = || format!("cannot write {}", args.out.display());
    let mut out = BufWriter::new(File::create(&args.out).with_context(cannot)?);
    for event in season(args.seed, args.sport.into()).take(args.events) {
        serde_json::to_writer(&mut out, &event)?;
        out.write_all(b"\n").with_context(cannot)?;
    }
    out.flush().with_context(cannot)
}

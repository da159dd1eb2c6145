//! `matchday sim micro`: a season of micro-events as JSON lines.

use std::path::PathBuf;

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
    /// JSON lines, an event each; `-` for standard output
    #[arg(long, value_name = "JSONL")]
    out: PathBuf,
}

/// Runs the command.
pub fn run(args: &MicroArgs) -> anyhow::Result<()> {
    super::senses::jsonl(
        &args.out,
        season(args.seed, args.sport.into()).take(args.events),
    )
    .map(drop)
}

//! `matchday sim viewers`: who watches a made-up match, as JSON lines.

use std::path::PathBuf;

use clap::Args;
use matchday_sim::world::{Script, viewers::Viewers};

use super::SportArg;

/// `matchday sim viewers`.
#[derive(Debug, Clone, Args)]
pub struct ViewersArgs {
    /// The same seed gives the same people
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The sport of the match
    #[arg(long, value_enum, default_value = "soccer")]
    sport: SportArg,
    /// How many
    #[arg(long, default_value_t = 10_000)]
    count: usize,
    /// JSON lines, a viewer each; `-` for standard output
    #[arg(long, value_name = "JSONL")]
    out: PathBuf,
}

/// Runs the command.
pub fn run(args: &ViewersArgs) -> anyhow::Result<()> {
    let script = Script::generate(args.seed, args.sport.into());
    super::senses::jsonl(
        &args.out,
        Viewers::new(args.seed, &script).iter().take(args.count),
    )
    .map(drop)
}

//! `matchday sim viewers`: who watches a made-up match, as JSON lines.

use std::{
    fs::File,
    io::{BufWriter, Write as _},
    path::PathBuf,
};

use anyhow::Context as _;
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
    /// JSON lines, a viewer each
    #[arg(long, value_name = "JSONL")]
    out: PathBuf,
}

/// Runs the command.
pub fn run(args: &ViewersArgs) -> anyhow::Result<()> {
    let cannot = || format!("cannot write {}", args.out.display());
    let script = Script::generate(args.seed, args.sport.into());
    let mut out = BufWriter::new(File::create(&args.out).with_context(cannot)?);
    for viewer in Viewers::new(args.seed, &script).iter().take(args.count) {
        serde_json::to_writer(&mut out, &viewer)?;
        out.write_all(b"\n").with_context(cannot)?;
    }
    out.flush().with_context(cannot)
}

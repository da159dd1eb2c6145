//! `matchday tracking`: positions of players and ball, from a provider's file to what follows from them.

mod read;
mod sum;

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::PathBuf,
};

use anyhow::{Context as _, ensure};
use clap::Args;
use matchday_engine::sense::tracking::Tracking;
use matchday_event::{
    EventTime, Fact,
    senses::{FrameReport, TrackingFact},
};

pub use read::Format;
use sum::Sum;

const ABOUT: &str = "Reads positions of players and ball as providers write them, and says what is in them.

Whatever the provider, positions come out in one coordinate system: metres, the origin at the centre mark, x towards the \
end that the home side attacks in the first period, y to the left of somebody who looks that way. The table compares \
speeds with what people can run and with the provider's own figures; the agent's facts (sprints, final thirds, run-ups, \
turns, refusals) are counted below it.";

const EXAMPLES: &str = "\
Examples:
  matchday tracking tracab_raw.json.gz
  matchday tracking pff_10517.jsonl.gz --facts facts.jsonl
  matchday tracking tracking.parquet --with match_data.json.gz    SkillCorner: who is who is in another file
  matchday tracking 360.json.gz --with events.json.gz             StatsBomb 360: what was done is in another file
  matchday tracking frames.jsonl                                  matchday's own signals, a line each
  matchday tracking FILE --frames frames.jsonl --game soccer-1    positions as signals that `serve` takes in

Formats, told apart by what is in the file: tracab, pff, hawkeye, skillcorner, statsbomb-360, metrica (events), signals.";

/// `matchday tracking`.
#[derive(Debug, Clone, Args)]
#[command(long_about = ABOUT, after_help = EXAMPLES)]
pub struct TrackingArgs {
    /// Files of positions, packed with gzip or not
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The other file that the format needs
    #[arg(long, value_name = "FILE")]
    with: Option<PathBuf>,
    /// When the first frame was, RFC 3339, where the format does not say
    #[arg(long, value_name = "TIME", value_parser = super::micro::time)]
    begins: Option<EventTime>,
    /// Write the agent's facts here, as JSON lines
    #[arg(long, value_name = "JSONL")]
    facts: Option<PathBuf>,
    /// Write the frames here as signals, as JSON lines
    #[arg(long, value_name = "JSONL", requires = "game")]
    frames: Option<PathBuf>,
    /// The match that the signals are of
    #[arg(long, value_name = "GAME")]
    game: Option<matchday_event::GameId>,
    /// Print one JSON object a file instead of the table
    #[arg(long)]
    json: bool,
}

/// What the agent says of frames.
pub fn facts_of(frames: &[FrameReport]) -> Vec<TrackingFact> {
    let mut agent = Tracking::default();
    let mut facts = Vec::new();
    for frame in frames {
        agent.apply(frame, &mut facts);
    }
    facts
        .into_iter()
        .filter_map(|f| match f {
            Fact::Tracking(f) => Some(f),
            _ => None,
        })
        .collect()
}

/// Runs the command.
pub fn run(args: &TrackingArgs) -> anyhow::Result<()> {
    ensure!(
        args.files.len() == 1 || (args.facts.is_none() && args.frames.is_none()),
        "--facts and --frames take one file at a time"
    );
    let mut out = io::stdout().lock();
    for path in &args.files {
        let (format, tracks) = read::read(path, args.with.as_deref(), args.begins)?;
        let facts = facts_of(&tracks.frames);
        let sum = Sum::of(path, format, &tracks, &facts);
        if args.json {
            writeln!(out, "{}", serde_json::to_string(&sum)?)?;
        } else {
            write!(out, "{}", sum.text())?;
        }
        if let Some(path) = &args.facts {
            lines(path, facts.iter())?;
        }
        if let (Some(path), Some(game)) = (&args.frames, &args.game) {
            lines(
                path,
                tracks
                    .frames
                    .iter()
                    .map(|frame| matchday_feeds::signals::SignalLine {
                        game: Some(game.clone()),
                        received: Some(frame.at),
                        source: Some(format.name().into()),
                        signal: matchday_event::Signal::Frame(frame.clone()),
                    }),
            )?;
        }
    }
    Ok(())
}

fn lines<T: serde::Serialize>(
    path: &std::path::Path,
    rows: impl Iterator<Item = T>,
) -> anyhow::Result<()> {
    let cannot = || format!("cannot write {}", path.display());
    let mut out = BufWriter::new(File::create(path).with_context(cannot)?);
    for row in rows {
        serde_json::to_writer(&mut out, &row)?;
        out.write_all(b"\n").with_context(cannot)?;
    }
    out.flush().with_context(cannot)
}

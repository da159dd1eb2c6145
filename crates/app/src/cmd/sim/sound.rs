//! `matchday sim sound`: the crowd of a made-up match as a WAV file.

use std::{
    fs::File,
    io::{BufWriter, Write as _},
    path::PathBuf,
};

use anyhow::{Context as _, ensure};
use clap::Args;
use matchday_sim::world::{
    Script,
    sound::{OFFSET_DB, RATE_HZ, render, wav_header},
};

use super::SportArg;

/// `matchday sim sound`.
#[derive(Debug, Clone, Args)]
pub struct SoundArgs {
    /// The same seed gives the same bytes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The sport of the match
    #[arg(long, value_enum, default_value = "soccer")]
    sport: SportArg,
    /// First minute of the match to be heard
    #[arg(long, value_name = "MINUTE", default_value_t = 0)]
    from: u32,
    /// How many minutes; all there are if not given
    #[arg(long)]
    minutes: Option<u32>,
    /// The sound: WAV, one channel, 48,000 samples a second, 16 bit. A sine of full scale stands for 140 dB
    #[arg(long, value_name = "WAV")]
    out: PathBuf,
    /// What is truly in the sound, as JSON lines
    #[arg(long, value_name = "JSONL")]
    truth: Option<PathBuf>,
    /// What happened in the match, as JSON
    #[arg(long, value_name = "JSON")]
    script: Option<PathBuf>,
}

/// Runs the command.
pub fn run(args: &SoundArgs) -> anyhow::Result<()> {
    let from_ms = u64::from(args.from) * 60_000;
    let whole = Script::generate(args.seed, args.sport.into());
    ensure!(
        from_ms < whole.duration_ms,
        "the match of seed {} is over after minute {}; give a smaller --from",
        args.seed,
        whole.duration_ms / 60_000
    );
    let to_ms = args
        .minutes
        .map_or(u64::MAX, |m| from_ms + u64::from(m) * 60_000);
    let script = whole.excerpt(from_ms, to_ms);
    let (cues, mut crowd) = render(args.seed, &script);
    let frames = script.duration_ms * u64::from(RATE_HZ) / 1000;
    let cannot = |path: &PathBuf| format!("cannot write {}", path.display());
    let file = File::create(&args.out).with_context(|| cannot(&args.out))?;
    let mut out = BufWriter::with_capacity(1 << 16, file);
    out.write_all(&wav_header(RATE_HZ, 1, frames))?;
    let mut samples = vec![0.0; 4800];
    let mut bytes = Vec::with_capacity(9600);
    loop {
        let n = crowd.read(&mut samples);
        if n == 0 {
            break;
        }
        bytes.clear();
        for sample in &samples[..n] {
            let wide = (sample * 32_768.0).round().clamp(-32_768.0, 32_767.0);
            bytes.extend((wide as i16).to_le_bytes());
        }
        out.write_all(&bytes).with_context(|| cannot(&args.out))?;
    }
    out.flush().with_context(|| cannot(&args.out))?;
    if let Some(path) = &args.truth {
        let mut out = BufWriter::new(File::create(path).with_context(|| cannot(path))?);
        for cue in &cues {
            serde_json::to_writer(&mut out, cue)?;
            out.write_all(b"\n")?;
        }
        out.flush().with_context(|| cannot(path))?;
    }
    if let Some(path) = &args.script {
        let out = BufWriter::new(File::create(path).with_context(|| cannot(path))?);
        serde_json::to_writer_pretty(out, &script)?;
    }
    println!(
        "{}: {} v {}, {:.0} s of sound, {} sounds in it, {} happenings; full scale stands for {OFFSET_DB} dB",
        args.out.display(),
        script.home.name,
        script.away.name,
        script.duration_ms as f64 / 1000.0,
        cues.len(),
        script.happenings.len(),
    );
    Ok(())
}

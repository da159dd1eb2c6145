//! `matchday log`: looks into the log, also while a server is writing it.

use std::{
    borrow::Cow,
    fs::File,
    io::{self, BufWriter, IsTerminal as _, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand, ValueEnum};
use indicatif::{HumanBytes, HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use matchday_event::{CloudEvent, EventTime, GameId, Logged, Seq, Signal};
use matchday_store::{
    archive::write_parquet,
    log::{Cursor as _, LogView, Verification, repair, verify},
};
use serde::Serialize;

/// How often `cat --follow` looks for new records.
const FOLLOW_EVERY: Duration = Duration::from_millis(200);

const ABOUT: &str =
    "Looks into the log: every signal that came in, in order, as it was made durable.

All of it can be used while a server is writing the log, except `repair`. Times are RFC 3339, UTC.";

const EXAMPLES: &str = "\
Examples:
  matchday log ls                             the games in the log
  matchday log cat nfl-2017010100 --from 200  one game's signals, JSON lines
  matchday log cat nfl-2017010100 --follow    and those still to come
  matchday log verify                         every checksum and number
  matchday log export --format parquet --out sunday.parquet";

/// `matchday log`.
#[derive(Debug, Clone, Args)]
#[command(long_about = ABOUT, after_help = EXAMPLES)]
pub struct LogArgs {
    #[command(subcommand)]
    command: LogCommand,
}

#[derive(Debug, Clone, Subcommand)]
enum LogCommand {
    /// List the games: records, first and last received, bytes
    Ls {
        /// One JSON document instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Print a game's signals as JSON lines, each a CloudEvents 1.0 envelope
    Cat {
        /// The game, such as nfl-2017010100 (`matchday log ls` lists them)
        game: GameId,
        /// First record to print
        #[arg(long, value_name = "SEQ", default_value_t = 1)]
        from: Seq,
        /// Last record to print [default: the last there is]
        #[arg(long, value_name = "SEQ")]
        to: Option<Seq>,
        /// Go on with records as they are written, until --to or Ctrl-C
        #[arg(long, short)]
        follow: bool,
    },
    /// Check every checksum, every signal and that no number is missing; exit status 1 if anything is wrong
    Verify {
        /// One JSON document instead of sentences
        #[arg(long)]
        json: bool,
    },
    /// Write the log, or one game of it, to a file for other tools
    Export {
        /// What to write
        #[arg(long, value_enum)]
        format: Format,
        /// Where to; it appears only when it is whole. `-` is standard output
        #[arg(long, short, value_name = "FILE")]
        out: PathBuf,
        /// Only this game
        #[arg(long)]
        game: Option<GameId>,
    },
    /// End a damaged log before its first damage, so that a server can open it again
    ///
    /// What comes after the damage is lost to the program. The files as they were are kept beside the log, with
    /// `.damaged` after their names. No server may be running.
    Repair {
        /// Do it, instead of saying what would be done
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A JSON line for each record, as `cat` prints it
    Jsonl,
    /// Columns: game, seq, received, source, type, play_id, period, clock_s, data (JSON)
    Parquet,
}

/// Runs the command on the log in this directory.
pub fn run(args: LogArgs, data_dir: &Path) -> anyhow::Result<()> {
    let mut out = BufWriter::new(io::stdout());
    let done = match args.command {
        LogCommand::Ls { json } => ls(data_dir, json, &mut out),
        LogCommand::Cat {
            game,
            from,
            to,
            follow,
        } => cat(
            data_dir,
            &game,
            from..=to.unwrap_or(Seq::MAX),
            follow,
            &mut out,
        ),
        LogCommand::Verify { json } => check(data_dir, json, &mut out),
        LogCommand::Export {
            format,
            out: file,
            game,
        } => {
            if file.as_os_str() == "-" {
                write_records(data_dir, game.as_ref(), format, &mut out).map(|_| ())
            } else {
                export(data_dir, game.as_ref(), format, &file)
            }
        }
        LogCommand::Repair { yes } => mend(data_dir, yes, &mut out),
    };
    match done.and_then(|()| Ok(out.flush()?)) {
        // Whoever reads the output has seen enough, `head` for one.
        Err(e) if is_broken_pipe(&e) => Ok(()),
        done => done,
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let cause = |e: &io::Error| e.kind() == io::ErrorKind::BrokenPipe;
    error.chain().any(|e| e.downcast_ref().is_some_and(cause))
}

#[derive(Serialize)]
struct Listing {
    id: String,
    records: u64,
    bytes: u64,
    games: Vec<ListedGame>,
    /// Where reading had to stop.
    damage: Option<String>,
}

#[derive(Serialize)]
struct ListedGame {
    game: GameId,
    records: Seq,
    first_received: String,
    last_received: String,
    bytes: u64,
}

fn ls(dir: &Path, json: bool, out: &mut impl Write) -> anyhow::Result<()> {
    let view = open(dir)?;
    let games: Vec<_> = view
        .games()
        .into_iter()
        .map(|g| ListedGame {
            records: g.last_seq,
            first_received: rfc3339(g.first_received),
            last_received: rfc3339(g.last_received),
            bytes: g.stored_bytes,
            game: g.game,
        })
        .collect();
    let listing = Listing {
        id: view.id().to_string(),
        records: view.records(),
        bytes: games.iter().map(|g| g.bytes).sum(),
        games,
        damage: view.damage().map(|d| d.to_string()),
    };
    if json {
        serde_json::to_writer_pretty(&mut *out, &listing)?;
        writeln!(out)?;
    } else {
        table(&listing, out)?;
    }
    match listing.damage {
        Some(damage) => bail!("{damage}; `matchday log verify` says how much is"),
        None => Ok(()),
    }
}

fn table(listing: &Listing, out: &mut impl Write) -> io::Result<()> {
    let head = [
        "GAME",
        "RECORDS",
        "FIRST RECEIVED",
        "LAST RECEIVED",
        "BYTES",
    ]
    .map(str::to_owned);
    let rows = listing.games.iter().map(|g| {
        [
            g.game.to_string(),
            HumanCount(g.records).to_string(),
            g.first_received.clone(),
            g.last_received.clone(),
            HumanBytes(g.bytes).to_string(),
        ]
    });
    let rows: Vec<_> = std::iter::once(head).chain(rows).collect();
    let width = |column: usize| rows.iter().map(|r| r[column].len()).max().unwrap_or(0);
    let widths = [0, 1, 2, 3, 4].map(width);
    for [game, records, first, last, bytes] in &rows {
        let [g, r, f, l, b] = widths;
        writeln!(
            out,
            "{game:<g$}  {records:>r$}  {first:<f$}  {last:<l$}  {bytes:>b$}"
        )?;
    }
    writeln!(
        out,
        "\n{}, {}, {}, log {}",
        count(listing.games.len() as u64, "game"),
        count(listing.records, "record"),
        HumanBytes(listing.bytes),
        listing.id
    )
}

fn count(n: u64, what: &str) -> String {
    format!("{} {what}{}", HumanCount(n), if n == 1 { "" } else { "s" })
}

fn cat(
    dir: &Path,
    game: &GameId,
    seqs: std::ops::RangeInclusive<Seq>,
    follow: bool,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let mut view = open(dir)?;
    let (from, to) = seqs.into_inner();
    if from > to {
        bail!("--from {from} is behind --to {to}");
    }
    match view.game(game) {
        None if !follow => {
            bail!("the log holds no game {game}: `matchday log ls` lists those it holds")
        }
        Some(held) if !follow && from > held.last_seq => {
            bail!(
                "{game} ends with record {}; --follow waits for more",
                held.last_seq
            )
        }
        _ => {}
    }
    let mut cursor = view.follow(game, from);
    loop {
        while let Some(record) = cursor.advance() {
            let record = record?;
            if record.seq > to {
                return Ok(());
            }
            json_line(&record, out)?;
            if record.seq == to {
                return Ok(());
            }
        }
        if !follow {
            return Ok(());
        }
        out.flush()?;
        while view.refresh()? == 0 {
            std::thread::sleep(FOLLOW_EVERY);
        }
    }
}

fn json_line(record: &Logged, out: &mut impl Write) -> anyhow::Result<()> {
    serde_json::to_writer(&mut *out, &cloud_event(record))?;
    Ok(out.write_all(b"\n")?)
}

/// A record as people's tools know events: what is about the record in the envelope, the signal in `data`.
fn cloud_event(record: &Logged) -> CloudEvent<&Signal> {
    CloudEvent {
        specversion: Cow::Borrowed("1.0"),
        id: format!("{}/{}/0", record.game, record.seq),
        source: Cow::Owned(format!("/feeds/{}", record.source)),
        event_type: Cow::Borrowed(record.signal.event_type()),
        subject: record.game.to_string(),
        time: Some(rfc3339(record.received)),
        dataschema: Some(Cow::Borrowed("signal.v1.json")),
        data: &record.signal,
    }
}

fn rfc3339(time: EventTime) -> String {
    // Times that no calendar has are shown as they are.
    jiff::Timestamp::from_microsecond(time.0)
        .map_or_else(|_| format!("{} µs", time.0), |t| t.to_string())
}

#[derive(Serialize)]
struct Verdict<'a> {
    whole: bool,
    id: Option<String>,
    games: usize,
    records: u64,
    segments: usize,
    bytes: u64,
    damages: Vec<PlaceOfDamage<'a>>,
    /// Bytes of an append that is being written, or that a crash cut short.
    unfinished_bytes: u64,
}

#[derive(Serialize)]
struct PlaceOfDamage<'a> {
    file: &'a Path,
    offset: u64,
    what: &'a str,
}

fn check(dir: &Path, json: bool, out: &mut impl Write) -> anyhow::Result<()> {
    let bar = bytes_bar("verifying");
    let found = verify(dir, &mut |done, total| step(&bar, done, total))?;
    bar.finish_and_clear();
    let Verification {
        records,
        games,
        segments,
        bytes,
        ..
    } = found;
    let id = found.id.map(|id| id.to_string());
    if json {
        let place = |d: &'_ matchday_store::log::Damage| (d.path.clone(), d.offset, d.what.clone());
        let places: Vec<_> = found.damages.iter().map(place).collect();
        let verdict = Verdict {
            whole: found.is_whole(),
            id,
            games,
            records,
            segments,
            bytes,
            damages: places
                .iter()
                .map(|(file, offset, what)| PlaceOfDamage {
                    file,
                    offset: *offset,
                    what,
                })
                .collect(),
            unfinished_bytes: found.unfinished.as_ref().map_or(0, |cut| cut.bytes),
        };
        serde_json::to_writer_pretty(&mut *out, &verdict)?;
        writeln!(out)?;
    } else {
        for damage in &found.damages {
            writeln!(out, "{damage}")?;
        }
        if let Some(cut) = &found.unfinished {
            writeln!(out, "{cut}")?;
            writeln!(
                out,
                "  (being written now, or cut short by a crash; nothing of it was acknowledged)"
            )?;
        }
        writeln!(
            out,
            "{} of {} in {}, {}, log {}",
            count(records, "record"),
            count(games as u64, "game"),
            count(segments as u64, "segment"),
            HumanBytes(bytes),
            id.as_deref().unwrap_or("without an id"),
        )?;
    }
    match found.damages.as_slice() {
        [] => {
            if !json {
                writeln!(
                    out,
                    "whole: every checksum is right and no number is missing"
                )?;
            }
            Ok(())
        }
        damages => {
            out.flush()?;
            bail!(
                "the log is damaged in {}; restore it from a copy, or end it before the first with `matchday log repair`",
                count(damages.len() as u64, "place")
            )
        }
    }
}

fn export(dir: &Path, game: Option<&GameId>, format: Format, file: &Path) -> anyhow::Result<()> {
    let name = file.file_name().context("--out needs the name of a file")?;
    let mut draft = name.to_owned();
    draft.push(".part");
    let draft = file.with_file_name(draft);
    let written = (|| {
        let mut out = BufWriter::new(File::create(&draft)?);
        let written = write_records(dir, game, format, &mut out)?;
        out.into_inner()
            .map_err(io::IntoInnerError::into_error)?
            .sync_all()?;
        std::fs::rename(&draft, file)?;
        anyhow::Ok(written)
    })();
    if written.is_err() {
        // Half an export is of no use to anyone; that it failed is what matters.
        let _ = std::fs::remove_file(&draft);
    }
    let written = written.with_context(|| format!("cannot export to {}", file.display()))?;
    eprintln!("{} written to {}", count(written, "record"), file.display());
    Ok(())
}

fn write_records(
    dir: &Path,
    game: Option<&GameId>,
    format: Format,
    out: &mut (impl Write + Send),
) -> anyhow::Result<u64> {
    let view = open(dir)?;
    let (records, total) = match game {
        Some(game) => match view.game(game) {
            Some(summary) => (view.read(game, 1), summary.last_seq),
            None => bail!("the log holds no game {game}: `matchday log ls` lists those it holds"),
        },
        None => (view.read_all(), view.records()),
    };
    let bar = bar("exporting", "{human_pos} of {human_len} records");
    bar.set_length(total);
    let mut written = 0;
    let records = records.inspect(|_| {
        written += 1;
        if written % 1024 == 0 {
            bar.set_position(written);
        }
    });
    let written = match format {
        Format::Parquet => write_parquet(records, &mut *out)?,
        Format::Jsonl => {
            let mut lines = 0;
            for record in records {
                json_line(&record?, out)?;
                lines += 1;
            }
            lines
        }
    };
    out.flush()?;
    bar.finish_and_clear();
    Ok(written)
}

fn mend(dir: &Path, yes: bool, out: &mut impl Write) -> anyhow::Result<()> {
    if !yes {
        let view = open(dir)?;
        let kept = count(view.records(), "record");
        match view.damage() {
            None => writeln!(out, "nothing to repair: {kept}, no damage")?,
            Some(damage) => {
                writeln!(out, "{damage}")?;
                writeln!(
                    out,
                    "{kept} come before it and would be kept; with --yes the log ends there"
                )?;
            }
        }
        return Ok(());
    }
    match repair(dir)? {
        None => writeln!(out, "nothing to repair")?,
        Some(done) => {
            writeln!(out, "{}", done.damage)?;
            writeln!(
                out,
                "the log ends before it now, with {}",
                count(done.records, "record")
            )?;
            for path in done.set_aside {
                writeln!(out, "as it was: {}", path.display())?;
            }
        }
    }
    Ok(())
}

/// Opens the log for reading, with a bar where that takes long.
fn open(dir: &Path) -> anyhow::Result<LogView> {
    let bar = bytes_bar("reading");
    let view = LogView::open(dir, &mut |done, total| step(&bar, done, total))?;
    bar.finish_and_clear();
    Ok(view)
}

fn bytes_bar(what: &'static str) -> ProgressBar {
    bar(what, "{bytes} of {total_bytes}, {bytes_per_sec}")
}

/// A bar on standard error, where a person is watching it.
fn bar(what: &'static str, figures: &str) -> ProgressBar {
    let target = if io::stderr().is_terminal() {
        ProgressDrawTarget::stderr_with_hz(10)
    } else {
        ProgressDrawTarget::hidden()
    };
    let style =
        ProgressStyle::with_template(&format!("{{msg}} {{wide_bar}} {figures}, {{eta}} to go"))
            .expect("a fixed template is right");
    ProgressBar::with_draw_target(None, target)
        .with_style(style)
        .with_message(what)
}

fn step(bar: &ProgressBar, done: u64, total: u64) {
    if bar.length() != Some(total) {
        bar.set_length(total);
    }
    bar.set_position(done);
}

#[cfg(test)]
mod tests;

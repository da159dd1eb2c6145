//! `matchday micro`: the store of micro-events.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Read as _, Seek as _, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail, ensure};
use clap::{Args, Subcommand};
use matchday_event::{
    EventTime, GameId,
    senses::{Camera, LabelledMicro, MicroEvent, MicroKind},
};
use matchday_store::micro::{Query, Reader, Writer};
use serde::Deserialize;

const ABOUT: &str = "Keeps micro-events: small things that happened at a place and a time, a few bytes each.

A store is one file of compressed columns in blocks. A query reads only the blocks that may hold what it asks for, so that \
a season needs a few megabytes of memory. Times are kept in milliseconds, places in thousandths of the field, \
confidences in hundredths, which is how facts tell them.";

const EXAMPLES: &str = "\
Examples:
  matchday sim micro --out season.jsonl                   200,000 events of a made-up season
  matchday micro pack season.jsonl --out season.micro     JSON lines to a store
  matchday micro pack facts.jsonl --out season.micro --append
  matchday micro info season.micro                        what is in it
  matchday micro query season.micro --kind head_turn --camera wing --min-confidence 0.75
  matchday micro query season.micro --game soccer-sim-1-0007 --from 2026-08-08T15:00:00Z
  matchday micro pack old.micro --out dense.micro         short blocks made long ones";

/// `matchday micro`.
#[derive(Debug, Clone, Args)]
#[command(long_about = ABOUT, after_help = EXAMPLES)]
pub struct MicroArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Clone, Subcommand)]
enum What {
    /// Write events to a store: from JSON lines, from facts as `replay --facts` writes them, or from other stores
    Pack(PackArgs),
    /// Print the events that are asked for, as JSON lines
    Query(QueryArgs),
    /// Say what is in a store, block by block, and check every checksum
    Info {
        /// The store
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

#[derive(Debug, Clone, Args)]
struct PackArgs {
    /// What to read; `-` is standard input. Lines that are facts of other kinds are passed over
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The store to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Go on behind what is in it, instead of refusing a file that is there
    #[arg(long)]
    append: bool,
}

#[derive(Debug, Clone, Args)]
struct QueryArgs {
    /// The store
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Of this match
    #[arg(long, value_name = "GAME")]
    game: Option<GameId>,
    /// Not before this, RFC 3339
    #[arg(long, value_name = "TIME", value_parser = time)]
    from: Option<EventTime>,
    /// Before this, RFC 3339
    #[arg(long, value_name = "TIME", value_parser = time)]
    to: Option<EventTime>,
    /// Of this kind, such as roar, sprint, head_turn; may be given more than once
    #[arg(long, value_name = "KIND")]
    kind: Vec<MicroKind>,
    /// With this camera, hinted at or called: main, tight, rail, keeper, wing, crowd, baseline; may be given more than once
    #[arg(long, value_name = "CAMERA")]
    camera: Vec<Camera>,
    /// At least so sure, 0 to 1
    #[arg(long, value_name = "SHARE")]
    min_confidence: Option<f32>,
    /// Say how many there are instead of printing them
    #[arg(long)]
    count: bool,
}

/// A time on the command line.
pub fn time(text: &str) -> Result<EventTime, String> {
    text.parse::<jiff::Timestamp>()
        .map(|t| EventTime(t.as_microsecond()))
        .map_err(|e| format!("{e}; write it as 2026-08-08T15:00:00Z"))
}

/// Runs the command.
pub fn run(args: &MicroArgs) -> anyhow::Result<()> {
    match &args.what {
        What::Pack(args) => pack(args),
        What::Query(args) => {
            let mut out = BufWriter::new(io::stdout().lock());
            query(args, &mut out)
        }
        What::Info { file } => info(file, &mut io::stdout().lock()),
    }
}

/// A line of `pack`: an event with its match, or a fact in its envelope.
#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    Labelled(LabelledMicro),
    Fact {
        #[serde(rename = "type")]
        of: String,
        subject: GameId,
        data: serde_json::Value,
    },
}

fn event_of(line: &str) -> anyhow::Result<Option<LabelledMicro>> {
    let line = serde_json::from_str(line)
        .context("this is neither a micro-event with its game nor a fact in its envelope")?;
    Ok(match line {
        Line::Labelled(event) => Some(event),
        Line::Fact { of, subject, data } if of == "matchday.fact.micro.v1" => Some(LabelledMicro {
            game: subject,
            event: serde_json::from_value::<MicroEvent>(data)
                .context("the data of this fact are no micro-event")?,
            called: None,
        }),
        Line::Fact { .. } => None,
    })
}

fn pack(args: &PackArgs) -> anyhow::Result<()> {
    let of_out = || args.out.display().to_string();
    let there = args.out.exists();
    ensure!(
        args.append || !there,
        "{} is there already; give --append to write behind it",
        of_out()
    );
    for input in &args.files {
        // A store that reads itself while it grows would never end.
        let same = there && input.canonicalize().ok() == args.out.canonicalize().ok();
        ensure!(!same, "{} cannot be packed into itself", of_out());
    }
    let mut events = 0_u64;
    if there {
        let file = File::options()
            .read(true)
            .write(true)
            .open(&args.out)
            .with_context(of_out)?;
        let mut store = Writer::append(file).with_context(of_out)?;
        feed(&args.files, |event| Ok(store.push(event)?), &mut events)?;
        store.finish().with_context(of_out)?;
    } else {
        let file = BufWriter::new(File::create(&args.out).with_context(of_out)?);
        let mut store = Writer::create(file).with_context(of_out)?;
        feed(&args.files, |event| Ok(store.push(event)?), &mut events)?;
        store.finish().with_context(of_out)?;
    }
    let bytes = args.out.metadata().with_context(of_out)?.len();
    println!(
        "{}: {events} events written, {bytes} bytes in all",
        of_out()
    );
    Ok(())
}

/// Reads events from stores and lines, one after the other, and counts them.
pub fn feed(
    files: &[PathBuf],
    mut take: impl FnMut(&LabelledMicro) -> anyhow::Result<()>,
    events: &mut u64,
) -> anyhow::Result<()> {
    for path in files {
        let of_file = || path.display().to_string();
        let lines: Box<dyn BufRead> = if path.as_os_str() == "-" {
            Box::new(io::stdin().lock())
        } else {
            let mut file = File::open(path).with_context(of_file)?;
            let mut first = [0; 8];
            let n = file.read(&mut first).with_context(of_file)?;
            file.rewind().with_context(of_file)?;
            if first[..n] == *b"MDMICRO\n" {
                let mut store = Reader::open(file).with_context(of_file)?;
                for event in store.query(Query::default()) {
                    take(&event.with_context(of_file)?)?;
                    *events += 1;
                }
                continue;
            }
            Box::new(BufReader::new(file))
        };
        for (line, n) in lines.lines().zip(1_u64..) {
            let line = line.with_context(of_file)?;
            if line.trim().is_empty() {
                continue;
            }
            let event = event_of(&line).with_context(|| format!("{}, line {n}", of_file()))?;
            if let Some(event) = event {
                take(&event).with_context(|| format!("{}, line {n}", of_file()))?;
                *events += 1;
            }
        }
    }
    Ok(())
}

fn query(args: &QueryArgs, out: &mut impl Write) -> anyhow::Result<()> {
    let of_file = || args.file.display().to_string();
    if let Some(share) = args.min_confidence {
        ensure!(
            (0.0..=1.0).contains(&share),
            "--min-confidence {share} must be from 0 to 1"
        );
    }
    let file = File::open(&args.file).with_context(of_file)?;
    let mut store = Reader::open(file).with_context(of_file)?;
    let blocks = store.blocks().len();
    let mut events = store.query(Query {
        game: args.game.clone(),
        from: args.from,
        to: args.to,
        kinds: args.kind.clone(),
        cameras: args.camera.clone(),
        min_confidence: args.min_confidence,
    });
    let mut found = 0_u64;
    for event in events.by_ref() {
        let event = event.with_context(of_file)?;
        found += 1;
        if !args.count {
            serde_json::to_writer(&mut *out, &event)?;
            out.write_all(b"\n")?;
        }
    }
    let read = events.blocks_read();
    if args.count {
        writeln!(out, "{found} events; {read} of {blocks} blocks were read")?;
    }
    out.flush()?;
    Ok(())
}

fn shown(at: EventTime) -> String {
    jiff::Timestamp::from_microsecond(at.0).map_or_else(|_| at.0.to_string(), |t| format!("{t:.3}"))
}

fn info(path: &Path, out: &mut impl Write) -> anyhow::Result<()> {
    let of_file = || path.display().to_string();
    let file = File::open(path).with_context(of_file)?;
    let (mut store, damage) = Reader::salvage(file).with_context(of_file)?;
    writeln!(
        out,
        "{} events, {} bytes, {:.2} bytes an event",
        store.rows(),
        store.bytes(),
        store.bytes() as f64 / store.rows().max(1) as f64
    )?;
    writeln!(
        out,
        "block  events   bytes  matches  first                     last                      confidence"
    )?;
    for (block, n) in store.blocks().zip(1..) {
        writeln!(
            out,
            "{n:>5} {:>7} {:>7} {:>8}  {}  {}  {:.2} to {:.2}",
            block.rows,
            block.bytes,
            block.games.len(),
            shown(block.first),
            shown(block.last),
            block.confidence.0,
            block.confidence.1
        )?;
    }
    let mut kinds = vec![0_u64; MicroKind::ALL.len()];
    let mut cameras = vec![0_u64; Camera::ALL.len()];
    for event in store.query(Query::default()) {
        let event = event.with_context(of_file)?.event;
        kinds[event.kind as usize] += 1;
        cameras[event.camera as usize] += 1;
    }
    if let Some(damage) = damage {
        bail!("{}: {damage}", of_file());
    }
    let mut table = |title: &str, rows: Vec<(&str, u64)>| -> io::Result<()> {
        writeln!(out, "\n{title}")?;
        let mut rows: Vec<_> = rows.into_iter().filter(|(_, n)| *n > 0).collect();
        rows.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        for (name, n) in rows {
            writeln!(out, "  {name:<14} {n:>8}")?;
        }
        Ok(())
    };
    let of = |names: Vec<&'static str>, counts: &[u64]| {
        names.into_iter().zip(counts.iter().copied()).collect()
    };
    table(
        "kinds",
        of(MicroKind::ALL.iter().map(|k| k.as_str()).collect(), &kinds),
    )?;
    table(
        "camera hints",
        of(Camera::ALL.iter().map(|c| c.as_str()).collect(), &cameras),
    )?;
    writeln!(out, "\nevery checksum is right")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use matchday_event::Sport;
    use matchday_sim::world::micro::one_match;

    use super::*;

    fn packed(files: Vec<PathBuf>, out: PathBuf, append: bool) -> anyhow::Result<()> {
        pack(&PackArgs { files, out, append })
    }

    fn asked(file: &Path, kind: Vec<MicroKind>) -> String {
        let args = QueryArgs {
            file: file.to_owned(),
            game: None,
            from: None,
            to: None,
            kind,
            camera: Vec::new(),
            min_confidence: None,
            count: false,
        };
        let mut out = Vec::new();
        query(&args, &mut out).expect("reads");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn lines_and_facts_go_in_and_lines_come_out() {
        let dir = tempfile::tempdir().expect("a directory");
        let events = one_match(4, Sport::Basketball, 0);
        let lines: Vec<String> = events
            .iter()
            .map(|e| serde_json::to_string(e).expect("json"))
            .collect();
        let labelled = dir.path().join("labelled.jsonl");
        fs::write(&labelled, lines.join("\n")).expect("writes");
        let store = dir.path().join("a.micro");
        packed(vec![labelled.clone()], store.clone(), false).expect("packs");
        assert_eq!(asked(&store, Vec::new()).lines().collect::<Vec<_>>(), lines);

        // A fact in its envelope, between others that are passed over.
        let mut of_fact = events[0].clone();
        of_fact.called = None;
        let fact = serde_json::json!({
            "specversion": "1.0", "id": "nba-1/7/0", "source": "/sense/game", "type": "matchday.fact.micro.v1",
            "subject": of_fact.game, "data": &of_fact.event,
        });
        let facts = dir.path().join("facts.jsonl");
        let other = r#"{"type":"matchday.fact.tracking.v1","subject":"nba-1","data":{}}"#;
        fs::write(&facts, format!("{other}\n{fact}\n\n{other}\n")).expect("writes");
        packed(vec![facts], store.clone(), true).expect("goes on");
        let all = asked(&store, Vec::new());
        assert_eq!(all.lines().count(), lines.len() + 1);
        assert_eq!(
            all.lines().last(),
            Some(&*serde_json::to_string(&of_fact).expect("json"))
        );

        let whistles = asked(&store, vec![MicroKind::Whistle]);
        assert!(whistles.lines().all(|l| l.contains(r#""kind":"whistle""#)));
        assert!(!whistles.is_empty());

        let dense = dir.path().join("b.micro");
        packed(vec![store.clone()], dense.clone(), false).expect("packs");
        let mut out = Vec::new();
        info(&dense, &mut out).expect("is sound");
        let out = String::from_utf8(out).expect("text");
        assert!(
            out.starts_with(&format!("{} events, ", lines.len() + 1)),
            "{out}"
        );
        assert!(out.contains("every checksum is right"), "{out}");
    }

    #[test]
    fn mistakes_say_where() {
        let dir = tempfile::tempdir().expect("a directory");
        let file = dir.path().join("in.jsonl");
        let out = dir.path().join("out.micro");
        let told = |append| {
            packed(vec![file.clone()], out.clone(), append)
                .expect_err("a mistake")
                .chain()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(": ")
        };
        fs::write(&file, "{\"game\":\"a-1\"}\n").expect("writes");
        assert!(
            told(false).contains("in.jsonl, line 1: this is neither"),
            "{}",
            told(true)
        );
        assert!(told(false).contains("is there already; give --append"));
        fs::write(&out, "no store at all, that is for sure").expect("writes");
        assert!(told(true).contains("this is no store of micro-events"));
    }
}

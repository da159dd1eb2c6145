//! `matchday rules replay`: replays the last matches, holds predicted camera calls against those that were made, and trains the
//! camera model anew when they are too far apart.

pub mod night;
mod page;
mod played;
pub mod schedule;

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail, ensure};
use clap::Args;
use flate2::read::MultiGzDecoder;
use matchday_engine::decide::director::DirectorConfig;
use matchday_event::{Seq, Signal, Sport, production::FrameRate};
use matchday_feeds::{OpenOptions, open_file, play_by_play::statsbomb::camera_marks};
use matchday_store::log::LogView;

use self::{
    night::{NewModel, Night, Report, night},
    played::{Played, Setup},
};
use crate::{
    clock,
    cmd::{sim::SportArg, train::camera},
    config::Config,
    models, rules,
};

/// A file of events unpacked is shorter than this.
const MARKS_MOST_BYTES: u64 = 256 << 20;

const ABOUT: &str = "Replays matches, compares predicted camera calls with those that were made, and trains the camera model \
anew when the average miss passes 3 frames.

Matches are those on the log that a mixer's reports of cameras came with, or files of signals, or made-up ones. Each is \
replayed with the rules as they are now; what the director would have cut, and what the camera model would have called, is \
held against the calls of that day. A new model is trained on 4,000 micro-events that the old one has not seen and takes its \
place only if it is better on matches that neither has seen.";

const EXAMPLES: &str = "\
Examples:
  matchday rules replay                                     the last 20 matches on the log
  matchday rules replay --last 5 --rules rules/ --no-train  how would the rules in this folder do?
  matchday sim world --senses plays,sound,chat,body,gaze,vision,tracking,director --out match.jsonl
  matchday rules replay match.jsonl                         files in place of the log
  matchday rules replay --simulated soccer --seed 2         twenty made-up matches, of micro-events alone

In matchday.toml, for the server to run it by itself:
  [nightly]
  at = \"04:30\"    # UTC";

/// `matchday rules replay`.
#[derive(Debug, Clone, Args)]
#[command(long_about = ABOUT, after_help = EXAMPLES)]
pub struct NightlyArgs {
    /// Files of signals, in place of the log
    #[arg(value_name = "FILE", conflicts_with = "simulated")]
    files: Vec<PathBuf>,
    /// How many of the last matches
    #[arg(long, default_value_t = 20)]
    last: usize,
    /// Made-up matches of this sport in place of the log: micro-events and a director's calls, nothing else
    #[arg(long, value_enum, value_name = "SPORT")]
    simulated: Option<SportArg>,
    /// The seed of made-up matches
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Folder or file of rules [default: those of the configuration, else those that ship]
    #[arg(long, value_name = "PATH")]
    rules: Option<PathBuf>,
    /// Frames a second: 25, 29.97, 50 or 59.94 [default: the configuration's]
    #[arg(long, value_name = "RATE")]
    rate: Option<FrameRate>,
    /// Compare only
    #[arg(long)]
    no_train: bool,
    /// Folder of the reports [default: nightly in the log's folder]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Folder of the camera models [default: models in the log's folder]
    #[arg(long, value_name = "DIR")]
    models: Option<PathBuf>,
    /// Say when a StatsBomb file's camera left the play and came back, and nothing else
    #[arg(long, value_name = "FILE", conflicts_with_all = ["files", "simulated"])]
    statsbomb: Option<PathBuf>,
}

/// Where a night's matches, models and reports are.
struct Places {
    out: PathBuf,
    models: PathBuf,
}

impl Places {
    fn of(config: &Config) -> Self {
        Self {
            out: config.nightly.out_dir(&config.log.dir),
            models: config.nightly.models_dir(&config.log.dir),
        }
    }
}

fn setup(config: &Config, rules: Option<&Path>, rate: Option<FrameRate>) -> anyhow::Result<Setup> {
    let sources = match rules.or(config.rules.dir.as_deref()) {
        Some(path) => rules::read(path)?,
        None => rules::shipped(),
    };
    let rules = rules::compile(sources).context("the rules cannot be used")?;
    let configured = config.director.sports.clone();
    Ok(Setup {
        models: models::load(&config.models)?,
        rules,
        director: Box::new(move |sport| {
            let said = configured.get(&sport).cloned();
            said.unwrap_or_else(|| DirectorConfig::of(sport))
        }),
        rate: rate.unwrap_or(config.director.frame_rate),
    })
}

/// Runs the command.
pub fn run(config: &Config, args: &NightlyArgs) -> anyhow::Result<()> {
    if let Some(file) = &args.statsbomb {
        return marks(file);
    }
    ensure!(args.last > 0, "--last 0 leaves nothing to replay");
    let mut places = Places::of(config);
    if let Some(out) = &args.out {
        places.out.clone_from(out);
    }
    if let Some(models) = &args.models {
        places.models.clone_from(models);
    }
    let setup = setup(config, args.rules.as_deref(), args.rate)?;
    let bar = super::sports::working("replaying matches")?;
    let (mut played, rules_name) = if let Some(sport) = args.simulated {
        let made_up = (0..args.last as u64)
            .map(|n| played::simulated(&setup, args.seed, sport.into(), n))
            .collect::<anyhow::Result<Vec<_>>>()?;
        (made_up, "hints of micro-events, in place of rules")
    } else if args.files.is_empty() {
        (from_log(&setup, &config.log.dir, args.last)?, "rules")
    } else {
        (from_files(&setup, &args.files)?, "rules")
    };
    keep_last(&mut played, args.last);
    bar.set_message("comparing, and training where it is needed");
    let lines = nights(&setup, &places, &played, rules_name, !args.no_train)?;
    bar.finish_and_clear();
    for line in lines {
        println!("{line}");
    }
    Ok(())
}

/// The night's test on the log of this configuration, as the schedule runs it.
fn of_log(config: &Config) -> anyhow::Result<Vec<String>> {
    let setup = setup(config, None, None)?;
    let played = from_log(&setup, &config.log.dir, config.nightly.last)?;
    nights(&setup, &Places::of(config), &played, "rules", true)
}

fn keep_last(played: &mut Vec<Played>, last: usize) {
    played.sort_by(|a, b| (a.began, &a.game).cmp(&(b.began, &b.game)));
    let first = played.len().saturating_sub(last);
    played.drain(..first);
}

/// The last matches on a log that cameras were reported of, the latest taken first.
fn from_log(setup: &Setup, dir: &Path, last: usize) -> anyhow::Result<Vec<Played>> {
    let log = LogView::open(dir, &mut |_, _| {})
        .with_context(|| format!("cannot read the log in {}", dir.display()))?;
    let mut games: Vec<_> = log.games();
    games.sort_by_key(|g| g.first_received);
    let mut played = Vec::new();
    for summary in games.iter().rev() {
        if played.len() == last {
            break;
        }
        let records = log.read(&summary.game, 1).collect::<Result<Vec<_>, _>>()?;
        let signals = || records.iter().map(|r| (r.seq, &r.signal));
        if !signals().any(|(_, s)| matches!(s, Signal::Camera(_))) {
            continue;
        }
        played.extend(played::replay(setup, &summary.game, signals())?);
    }
    ensure!(
        !played.is_empty(),
        "no match on the log in {} has reports of cameras; a mixer's reports come by a feed of provider \"signals\"",
        dir.display()
    );
    keep_last(&mut played, last);
    Ok(played)
}

fn from_files(setup: &Setup, files: &[PathBuf]) -> anyhow::Result<Vec<Played>> {
    let mut played = Vec::new();
    for file in files {
        let of_file = || file.display().to_string();
        for parsed in open_file(file, &OpenOptions::default()).with_context(of_file)? {
            let parsed = parsed.with_context(of_file)?;
            let signals = (1 as Seq..).zip(&parsed.signals);
            played.extend(played::replay(setup, &parsed.game, signals)?);
        }
    }
    ensure!(
        !played.is_empty(),
        "no match there has reports of cameras; `matchday sim world --senses …,director` makes some"
    );
    Ok(played)
}

/// Every sport's night, reports and models written; a line each for people.
fn nights(
    setup: &Setup,
    places: &Places,
    played: &[Played],
    rules_name: &str,
    train: bool,
) -> anyhow::Result<Vec<String>> {
    let mut lines = Vec::new();
    let (mut rest, at) = (played.iter().collect::<Vec<_>>(), clock::now());
    while let Some(first) = rest.first() {
        let sport = first.sport;
        let (of_sport, others): (Vec<&Played>, Vec<&Played>) =
            rest.into_iter().partition(|p| p.sport == sport);
        rest = others;
        let file = places
            .models
            .join(format!("camera-{}.json", camera::sport_name(sport)?));
        let model = match file.exists() {
            true => Some(camera::load(&file, sport)?),
            false => None,
        };
        let (report, new) = night(&Night {
            setup,
            at,
            played: &of_sport,
            model: model.as_ref(),
            rules_name,
            train,
        })?;
        if let Some(new) = new {
            put(&file, &new)?;
        }
        let page = write(&places.out, sport, &report)?;
        lines.push(format!(
            "{} matches of {}: {} Report: {}",
            report.matches.len(),
            camera::sport_name(sport)?,
            page::verdict(&report),
            page.display()
        ));
    }
    Ok(lines)
}

/// A new model takes its place, its card beside it.
fn put(file: &Path, new: &NewModel) -> anyhow::Result<()> {
    let data = "Newly labelled micro-events of the last matches, with the cameras that were called for them, by the nightly test";
    camera::write(file, &new.fitted, data, &new.score)
}

/// Writes the report of a night, and the same as the latest one.
fn write(out: &Path, sport: Sport, report: &Report) -> anyhow::Result<PathBuf> {
    fs::create_dir_all(out).with_context(|| format!("cannot make {}", out.display()))?;
    let json = serde_json::to_string_pretty(report)? + "\n";
    let html = page::page(report)?;
    let name = camera::sport_name(sport)?;
    let when = page::time(report)
        .replace([':', ' '], "-")
        .replace("-UTC", "");
    let mut page = PathBuf::new();
    for stem in [format!("{name}-{when}"), format!("{name}-latest")] {
        for (ext, text) in [("json", &json), ("html", &html)] {
            let path = out.join(format!("{stem}.{ext}"));
            let new = out.join(format!("{stem}.{ext}.new"));
            fs::write(&new, text)
                .and_then(|()| fs::rename(&new, &path))
                .with_context(|| format!("cannot write {}", path.display()))?;
            page = path;
        }
    }
    Ok(page)
}

/// What StatsBomb's marks of the camera say.
fn marks(file: &Path) -> anyhow::Result<()> {
    let of_file = || file.display().to_string();
    let mut bytes = fs::read(file).with_context(of_file)?;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut unpacked = Vec::new();
        MultiGzDecoder::new(&*bytes)
            .take(MARKS_MOST_BYTES)
            .read_to_end(&mut unpacked)
            .with_context(of_file)?;
        bytes = unpacked;
    }
    let marks = camera_marks(&bytes).with_context(of_file)?;
    if marks.is_empty() {
        bail!(
            "{} has no marks of the camera; most such files have none",
            of_file()
        );
    }
    let count = |on: bool| marks.iter().filter(|m| m.on == on).count();
    let mut since: Vec<u32> = marks
        .iter()
        .filter(|m| m.on)
        .filter_map(|m| m.since_ball_ms)
        .collect();
    since.sort_unstable();
    println!(
        "{}: the camera came back {} times and left {} times; when it came back, the ball had last been noted {:.1} s before in \
         the middle of {} cases. They name no camera and no time of day.",
        of_file(),
        count(true),
        count(false),
        f64::from(since.get(since.len() / 2).copied().unwrap_or(0)) / 1e3,
        since.len()
    );
    Ok(())
}

#[cfg(test)]
mod tests;

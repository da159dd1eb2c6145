//! `matchday sim body`, `sim gaze` and `sim vision`: what wearables, eye trackers and cameras would send of a made-up match.

use std::{
    fs::File,
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};
use clap::Args;
use matchday_event::{
    EventTime,
    senses::{BeatReport, GazeReport, Look, SeenReport, Wearer},
};
use matchday_feeds::{
    When,
    sensor::{
        beats::{BeatLine, Role},
        gaze::GazeLine,
        seen::SeenLine,
    },
};
use matchday_sim::world::{
    Script,
    body::{self, BodyPlan},
    gaze::{self, GazePlan},
    vision::{self, VisionPlan},
};
use serde::Serialize;

use super::SportArg;

/// What of a match is written, and where.
#[derive(Debug, Clone, Args)]
struct Part {
    /// The same seed gives the same bytes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The sport of the match
    #[arg(long, value_enum, default_value = "soccer")]
    sport: SportArg,
    /// First minute of the match
    #[arg(long, value_name = "MINUTE", default_value_t = 0)]
    from: u32,
    /// How many minutes; all there are if not given
    #[arg(long)]
    minutes: Option<u32>,
    /// The lines, as a feed takes them; `-` for standard output
    #[arg(long, value_name = "JSONL")]
    out: PathBuf,
    /// What is truly in them, as JSON lines. Times are milliseconds from kick-off, which is at 2025-10-09T08:53:20Z
    #[arg(long, value_name = "JSONL")]
    truth: Option<PathBuf>,
    /// What happened in the match, as JSON
    #[arg(long, value_name = "JSON")]
    script: Option<PathBuf>,
}

/// `matchday sim body`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Example: matchday sim body --seed 7 --minutes 20 --out beats.jsonl --truth truth.jsonl

Lines are of the format beat-lines (docs/senses.md). Names of wearers are made up; the truth has the same names.")]
pub struct BodyArgs {
    #[command(flatten)]
    part: Part,
    /// Fans of the home side who wear something; half as many of the visitors', a quarter of neither
    #[arg(long, default_value_t = 40)]
    fans: usize,
    /// Leave the players out
    #[arg(long)]
    no_players: bool,
    /// Devices without lost contact, and none that is stuck
    #[arg(long)]
    no_faults: bool,
}

/// `matchday sim gaze`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Example: matchday sim gaze --seed 7 --minutes 5 --viewers 50 --out gaze.jsonl --truth truth.jsonl

Lines are of the format gaze-lines (docs/senses.md).")]
pub struct GazeArgs {
    #[command(flatten)]
    part: Part,
    /// Viewers whose eyes are followed
    #[arg(long, default_value_t = 120)]
    viewers: usize,
    /// Samples of each in a second, at most ten
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=10))]
    rate_hz: u64,
}

/// `matchday sim vision`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Example: matchday sim vision --seed 7 --minutes 5 --out seen.jsonl --truth truth.jsonl

Lines are of the format seen-lines (docs/senses.md): a camera over the play and one over the stands.")]
pub struct VisionArgs {
    #[command(flatten)]
    part: Part,
    /// Pictures of each camera in a second
    #[arg(long, default_value_t = 12.5)]
    rate_hz: f64,
}

impl Part {
    fn excerpt(&self) -> anyhow::Result<Script> {
        let from_ms = u64::from(self.from) * 60_000;
        let whole = Script::generate(self.seed, self.sport.into());
        ensure!(
            from_ms < whole.duration_ms,
            "the match of seed {} is over after minute {}; give a smaller --from",
            self.seed,
            whole.duration_ms / 60_000
        );
        let to_ms = self
            .minutes
            .map_or(u64::MAX, |m| from_ms + u64::from(m) * 60_000);
        Ok(whole.excerpt(from_ms, to_ms))
    }

    /// Writes everything and says what.
    fn write<L: Serialize>(
        &self,
        script: &Script,
        what: &str,
        lines: impl Iterator<Item = L>,
        truth: &[impl Serialize],
    ) -> anyhow::Result<()> {
        let written = jsonl(&self.out, lines)?;
        if let Some(path) = &self.truth {
            jsonl(path, truth.iter())?;
        }
        if let Some(path) = &self.script {
            let cannot = || format!("cannot write {}", path.display());
            let out = BufWriter::new(File::create(path).with_context(cannot)?);
            serde_json::to_writer_pretty(out, script).with_context(cannot)?;
        }
        if self.out.as_os_str() != "-" {
            println!(
                "{}: {} v {}, {:.0} s, {written} {what}, {} labels of truth, {} happenings",
                self.out.display(),
                script.home.name,
                script.away.name,
                script.duration_ms as f64 / 1000.0,
                truth.len(),
                script.happenings.len(),
            );
        }
        Ok(())
    }
}

/// Writes lines to a file, or to standard output where it is called `-`.
pub(super) fn jsonl<L: Serialize>(
    path: &Path,
    lines: impl Iterator<Item = L>,
) -> anyhow::Result<usize> {
    let cannot = || format!("cannot write {}", path.display());
    let out: Box<dyn std::io::Write> = if path.as_os_str() == "-" {
        Box::new(std::io::stdout().lock())
    } else {
        Box::new(File::create(path).with_context(cannot)?)
    };
    let mut out = BufWriter::with_capacity(1 << 16, out);
    let mut n = 0;
    for line in lines {
        serde_json::to_writer(&mut out, &line).with_context(cannot)?;
        out.write_all(b"\n").with_context(cannot)?;
        n += 1;
    }
    out.flush().with_context(cannot)?;
    Ok(n)
}

fn when(at: EventTime) -> Option<When> {
    Some(When::Millis(at.millis()))
}

/// Runs `matchday sim body`.
pub fn body(args: &BodyArgs) -> anyhow::Result<()> {
    let script = args.part.excerpt()?;
    let plan = BodyPlan {
        players: !args.no_players,
        fans: [args.fans, args.fans / 2, args.fans / 4],
        faults: !args.no_faults,
        ..BodyPlan::default()
    };
    let (truth, reports) = body::render(args.part.seed, &script, &plan);
    args.part
        .write(&script, "reports", reports.map(beat_line), &truth)
}

fn beat_line(report: BeatReport) -> BeatLine {
    let (role, side, shirt) = match report.who {
        Wearer::Player { side, shirt } => (Role::Player, Some(side), shirt),
        Wearer::Fan { side } => (Role::Fan, side, None),
    };
    BeatLine {
        wearer: report.wearer.to_string(),
        role,
        side,
        shirt: shirt.map(|s| s.to_string()),
        device: report.device.map(|d| d.to_string()),
        at: when(report.at),
        rr_ms: Some(report.intervals_ms),
        contact: report.contact,
        gatt: None,
    }
}

/// Runs `matchday sim gaze`.
pub fn gaze(args: &GazeArgs) -> anyhow::Result<()> {
    let script = args.part.excerpt()?;
    let plan = GazePlan {
        viewers: args.viewers,
        rate_hz: args.rate_hz,
        ..GazePlan::default()
    };
    let (truth, reports) = gaze::render(args.part.seed, &script, &plan);
    args.part.write(
        &script,
        "lines",
        reports.flat_map(|report| gaze_lines(&report)),
        &truth,
    )
}

fn gaze_lines(report: &GazeReport) -> Vec<GazeLine> {
    let regions = report.regions.clone().map(|regions| GazeLine {
        source: Some(report.source.to_string()),
        at: when(report.samples.first().map_or(report.at, |s| s.at)),
        regions: Some(regions),
        ..GazeLine::default()
    });
    let samples = report.samples.iter().map(|sample| {
        let (x, y, region, away) = match &sample.look {
            Look::Point([x, y]) => (Some(*x), Some(*y), None, false),
            Look::Region(name) => (None, None, Some(name.to_string()), false),
            Look::Away => (None, None, None, true),
        };
        GazeLine {
            source: Some(report.source.to_string()),
            at: when(sample.at),
            viewer: Some(sample.viewer.to_string()),
            x,
            y,
            region,
            away,
            regions: None,
        }
    });
    regions.into_iter().chain(samples).collect()
}

/// Runs `matchday sim vision`.
pub fn vision(args: &VisionArgs) -> anyhow::Result<()> {
    ensure!(
        (1.0..=60.0).contains(&args.rate_hz),
        "--rate-hz {} must be between 1 and 60",
        args.rate_hz
    );
    let script = args.part.excerpt()?;
    let plan = VisionPlan {
        rate_hz: args.rate_hz,
        ..VisionPlan::default()
    };
    let (truth, reports) = vision::render(args.part.seed, &script, &plan);
    args.part
        .write(&script, "pictures", reports.map(seen_line), &truth)
}

fn seen_line(report: SeenReport) -> SeenLine {
    SeenLine {
        camera: Some(report.camera.to_string()),
        at: when(report.at),
        possession: report.possession,
        detections: report.detections,
    }
}

#[cfg(test)]
mod tests {
    use matchday_event::Signal;
    use matchday_feeds::{
        Salt,
        sensor::{ParseSensor, SensorContext, beats, gaze as eyes, seen},
    };

    use super::*;

    fn read(path: &Path, parse: ParseSensor) -> Vec<Signal> {
        let context = SensorContext {
            salt: Some(Salt::new("a salt of some length").expect("long enough")),
            received: EventTime(0),
            source: None,
        };
        let parsed = parse(&std::fs::read(path).expect("written"), &context).expect("reads");
        assert_eq!(parsed.set_aside, 0, "{:?}", parsed.faults);
        parsed.signals
    }

    /// What the world writes is what feeds read.
    #[test]
    fn lines_are_those_that_a_feed_takes() {
        let dir = tempfile::tempdir().expect("a folder");
        let part = |name: &str| Part {
            seed: 3,
            sport: SportArg::Soccer,
            from: 2,
            minutes: Some(1),
            out: dir.path().join(name),
            truth: Some(dir.path().join(format!("{name}.truth"))),
            script: None,
        };
        body(&BodyArgs {
            part: part("beats"),
            fans: 4,
            no_players: false,
            no_faults: true,
        })
        .expect("writes");
        let beats = read(&dir.path().join("beats"), beats::parse);
        assert!(beats.len() > 1200, "{}", beats.len());
        gaze(&GazeArgs {
            part: part("gaze"),
            viewers: 6,
            rate_hz: 5,
        })
        .expect("writes");
        let looks = read(&dir.path().join("gaze"), eyes::parse);
        let samples: usize = looks
            .iter()
            .map(|s| match s {
                Signal::Gaze(report) => report.samples.len(),
                other => panic!("{other:?}"),
            })
            .sum();
        assert_eq!(samples, 6 * 5 * 60);
        vision(&VisionArgs {
            part: part("seen"),
            rate_hz: 10.0,
        })
        .expect("writes");
        let plan = VisionPlan {
            rate_hz: 10.0,
            ..VisionPlan::default()
        };
        let script = part("seen").excerpt().expect("long enough");
        let (truth, reports) = vision::render(3, &script, &plan);
        let want: Vec<Signal> = reports
            .map(|report| {
                let at = EventTime::from_millis(report.at.millis());
                Signal::Seen(SeenReport { at, ..report })
            })
            .collect();
        assert_eq!(read(&dir.path().join("seen"), seen::parse), want);
        let written = std::fs::read_to_string(dir.path().join("seen.truth")).expect("written");
        assert_eq!(written.lines().count(), truth.len());
    }
}

//! `matchday sim world`: a whole made-up match, as lines, or to a server at any speed.

use std::{
    fs::File,
    io::{BufWriter, Write as _},
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail, ensure};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use matchday_event::{EventTime, GameId, Signal};
use matchday_feeds::{
    sign::{SIGNATURE_HEADER, TIMESTAMP_HEADER, sign},
    signals::SignalLine,
};
use matchday_sim::world::{
    Script, body::BodyPlan, chat::ChatPlan, director, gaze::GazePlan, plays::Feed,
    stadium::StadiumPlan, tracking, vision::VisionPlan,
};

use super::{SportArg, replayed::Replayed};
use crate::{
    clock, config,
    config::Speed,
    server,
    world::{World, game_id, kick_off, source},
};

/// `matchday sim world`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
Examples:
  matchday sim world --sport soccer --seed 7 --minutes 20 --out match.jsonl --truth truth.json
  matchday replay match.jsonl --facts facts.jsonl
  matchday sim world --match plays.parquet --match-game nfl-2017010100 --out match.jsonl
  matchday sim world --sport basketball --server http://127.0.0.1:8080/feeds/world --secret-file secret --speed 4

The server needs a feed to send to:
  [[feeds]]
  name = \"world\"
  provider = \"signals\"
  push_secret_file = \"secret\"")]
pub struct WorldArgs {
    /// The same seed gives the same match, byte for byte
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The sport
    #[arg(long, value_enum, default_value = "soccer")]
    sport: SportArg,
    /// A match that was really played, from a file that `matchday replay` reads, in place of a made-up one: its plays,
    /// and a made-up crowd that follows them
    #[arg(long = "match", value_name = "FILE", conflicts_with = "sport")]
    replayed: Option<PathBuf>,
    /// Which match of the file [default: the first]
    #[arg(long, value_name = "ID", requires = "replayed")]
    match_game: Option<String>,
    /// First minute of the match
    #[arg(long, value_name = "MINUTE", default_value_t = 0)]
    from: u32,
    /// How many minutes; all there are if not given
    #[arg(long)]
    minutes: Option<u32>,
    /// What comes in
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_values_t = [SenseArg::Plays, SenseArg::Sound, SenseArg::Chat]
    )]
    senses: Vec<SenseArg>,
    /// Chat messages a second in all rooms together while nothing happens
    #[arg(long, value_name = "N", default_value_t = 15.0)]
    chat_per_s: f64,
    /// The match's id [default: made of sport and seed]
    #[arg(long)]
    game: Option<String>,
    /// Signals as lines, in the order in which they come; `-` for standard output
    #[arg(long, value_name = "JSONL", required_unless_present = "server")]
    out: Option<PathBuf>,
    /// What truly happens, and what is truly in what the senses report, as JSON
    #[arg(long, value_name = "JSON")]
    truth: Option<PathBuf>,
    /// Sends the signals to this feed of a server
    #[arg(
        long,
        value_name = "URL",
        requires = "secret_file",
        conflicts_with = "out"
    )]
    server: Option<String>,
    /// The feed's secret
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// How fast the match is sent: a factor, or `max`
    #[arg(long, default_value = "1")]
    speed: Speed,
}

/// What of a match comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum SenseArg {
    /// The feed of plays.
    Plays,
    /// A microphone over the stands.
    Sound,
    /// Three chat rooms.
    Chat,
    /// Wearables of players and seventy fans.
    Body,
    /// Where the eyes of 120 viewers are.
    Gaze,
    /// A camera over the play and one over the stands.
    Vision,
    /// Where players and ball are, ten times a second; of a soccer match alone.
    Tracking,
    /// The cameras that a human director takes, late by a reaction and at times wrong.
    Director,
}

/// Runs the command.
pub fn run(args: &WorldArgs) -> anyhow::Result<()> {
    let from_ms = u64::from(args.from) * 60_000;
    let wanted = args.match_game.as_deref().map(GameId::new).transpose()?;
    let replayed = args
        .replayed
        .as_deref()
        .map(|file| Replayed::read(file, wanted.as_ref()))
        .transpose()?;
    let whole = match &replayed {
        Some(replayed) => replayed.script().clone(),
        None => Script::generate(args.seed, args.sport.into()),
    };
    ensure!(
        from_ms < whole.duration_ms,
        "the match is over after minute {}; give a smaller --from",
        whole.duration_ms / 60_000
    );
    ensure!(
        (0.0..=10_000.0).contains(&args.chat_per_s),
        "--chat-per-s {} must be between 0 and 10,000",
        args.chat_per_s
    );
    let to_ms = args
        .minutes
        .map_or(u64::MAX, |m| from_ms + u64::from(m) * 60_000);
    let script = whole.excerpt(from_ms, to_ms);
    let game = match &args.game {
        Some(id) => GameId::new(id).context("--game")?,
        None => match &replayed {
            Some(replayed) => replayed.game().clone(),
            None => game_id(script.sport, args.seed)?,
        },
    };
    let has = |sense| args.senses.contains(&sense);
    let usual = ChatPlan::default();
    let calm_per_s = args.chat_per_s / usual.rooms.len() as f64;
    let plan = StadiumPlan {
        // A file is the same whenever it is made; a server is told of now.
        kick_off: match &args.server {
            Some(_) => kick_off(clock::now(), 0),
            None => usual.kick_off,
        },
        plays: has(SenseArg::Plays).then(Feed::default),
        chat: has(SenseArg::Chat).then(|| ChatPlan {
            calm_per_s,
            peak_per_s: (calm_per_s * 24.0).min(10_000.0),
            ..usual
        }),
        sound: has(SenseArg::Sound),
        body: has(SenseArg::Body).then(BodyPlan::default),
        gaze: has(SenseArg::Gaze).then(GazePlan::default),
        vision: has(SenseArg::Vision).then(VisionPlan::default),
        tracking: has(SenseArg::Tracking),
        tastes: None,
        told: None,
        ticks: true,
    };
    let mut plan = plan;
    plan.told = replayed
        .as_ref()
        .map(|r| r.told(args.seed, plan.kick_off, (from_ms, to_ms), &Feed::default()));
    let (kick_off, plan_tracks) = (plan.kick_off, plan.tracking);
    let (cues, direction) = if has(SenseArg::Director) {
        director::of_world(args.seed, &script, &plan)
    } else {
        Default::default()
    };
    let calls = direction.reports(&"human-director".into(), kick_off);
    let mut world = World::new(args.seed, &script, plan)?.directed(calls);
    if let Some(path) = &args.truth {
        let cannot = || format!("cannot write {}", path.display());
        let file = BufWriter::new(File::create(path).with_context(cannot)?);
        let truth = serde_json::json!({
            "kick_off_us": kick_off.0,
            "script": script,
            "sound": world.stadium().cues(),
            "body": world.stadium().bodies(),
            "gaze": world.stadium().stares(),
            "vision": world.stadium().seen(),
            "tracking": match plan_tracks {
                true => tracking::truth(args.seed, &script),
                false => Vec::new(),
            },
            "director": {"cues": cues, "shots": direction.shots, "outcomes": direction.outcomes},
        });
        serde_json::to_writer(file, &truth).with_context(cannot)?;
    }
    let bar = ProgressBar::new(world.stadium().duration_ms() / 1000).with_style(
        ProgressStyle::with_template(
            "{elapsed_precise} [{bar:24}] {pos}/{len} s of the match  {msg}",
        )
        .expect("a valid template"),
    );
    let line = |received: EventTime, signal| SignalLine {
        game: Some(game.clone()),
        received: Some(received),
        source: Some(source(args.seed)),
        signal,
    };
    let received = |at_ms: u64| EventTime(kick_off.0 + at_ms as i64 * 1000);
    match (&args.out, &args.server) {
        (Some(path), _) => {
            let cannot = || format!("cannot write {}", path.display());
            let out: Box<dyn std::io::Write> = if path.as_os_str() == "-" {
                Box::new(std::io::stdout().lock())
            } else {
                Box::new(File::create(path).with_context(cannot)?)
            };
            let mut out = BufWriter::with_capacity(1 << 16, out);
            while let Some((at_ms, signals)) = world.step() {
                for signal in signals {
                    serde_json::to_writer(&mut out, &line(received(at_ms), signal))
                        .with_context(cannot)?;
                    out.write_all(b"\n").with_context(cannot)?;
                }
                bar.set_position(at_ms / 1000);
            }
            out.flush().with_context(cannot)?;
        }
        (None, Some(url)) => {
            let file = args.secret_file.as_ref().context("--secret-file")?;
            let secret = config::secret(file)?;
            let lines = |at_ms: u64, signals: Vec<Signal>| {
                let mut body = Vec::new();
                for signal in signals {
                    serde_json::to_writer(&mut body, &line(received(at_ms), signal))?;
                    body.push(b'\n');
                }
                anyhow::Ok(body)
            };
            let steps = std::iter::from_fn(|| world.step());
            server::block_on(send(url, &secret, args.speed, steps, lines, &bar))?;
        }
        (None, None) => bail!("say where it goes: --out or --server"),
    }
    bar.finish_and_clear();
    Ok(())
}

/// Sends each step when it is due; when the server is slower than that, as fast as it takes them.
async fn send(
    url: &str,
    secret: &[u8],
    speed: Speed,
    steps: impl Iterator<Item = (u64, Vec<Signal>)>,
    lines: impl Fn(u64, Vec<Signal>) -> anyhow::Result<Vec<u8>>,
    bar: &ProgressBar,
) -> anyhow::Result<()> {
    let client = reqwest::Client::new();
    let began = Instant::now();
    let mut sent = 0_u64;
    for (at_ms, signals) in steps {
        let due = speed.scale(Duration::from_millis(at_ms));
        tokio::time::sleep(due.saturating_sub(began.elapsed())).await;
        sent += signals.len() as u64;
        let body = lines(at_ms, signals)?;
        if body.is_empty() {
            continue;
        }
        let now_s = clock::now().millis() / 1000;
        let answer = client
            .post(url)
            .header(TIMESTAMP_HEADER, now_s)
            .header(SIGNATURE_HEADER, sign(secret, now_s, &body))
            .body(body)
            .send()
            .await
            .with_context(|| format!("cannot send to {url}"))?;
        let status = answer.status();
        if !status.is_success() {
            bail!("{url} answered {status}: {}", answer.text().await?.trim());
        }
        bar.set_position(at_ms / 1000);
        bar.set_message(format!("{sent} signals"));
    }
    Ok(())
}

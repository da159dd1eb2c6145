//! `matchday bench senses`: from the last sample of a tenth of a second to the momentum on a client's socket.

use std::{
    process::Stdio,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use clap::Args;
use indicatif::ProgressBar;
use matchday_deliver::load::LoadReport;
use matchday_event::{EventTime, GameId, Signal, Sport};
use matchday_feeds::{
    driver::{Batch, Sink as _},
    sound::{FrontEnd, Source},
};
use matchday_sim::world::{
    Script,
    chat::ChatPlan,
    plays::Feed,
    sound::{OFFSET_DB, RATE_HZ},
    stadium::{STEP_MS, Stadium, StadiumPlan, Step},
};

use super::bare;
use crate::{
    clock,
    config::Config,
    server::{Extra, Ingest, Running},
    world::{game_id, kick_off},
};

/// `matchday bench senses`.
#[derive(Debug, Clone, Args)]
pub struct SensesBench {
    /// Matches at once, the four sports in turn, each with a microphone and three chat rooms
    #[arg(long, default_value_t = 16)]
    games: u64,
    /// Chat messages a second, all matches together
    #[arg(long, default_value_t = 10_000.0)]
    chat_per_s: f64,
    /// WebSocket clients of the crowd channels, spread over the matches
    #[arg(long, default_value_t = 160)]
    clients: usize,
    /// How long, in seconds
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Minute of the matches at which it begins
    #[arg(long, default_value_t = 20)]
    from: u64,
}

/// Everything that comes in of one match, made beforehand.
struct Recording {
    game: GameId,
    steps: Vec<(Vec<f32>, Vec<Signal>)>,
    messages: u64,
}

fn record(args: &SensesBench, seed: u64, start: EventTime) -> anyhow::Result<Recording> {
    let sport = [
        Sport::Soccer,
        Sport::Basketball,
        Sport::AmericanFootball,
        Sport::Tennis,
    ][seed as usize % 4];
    let from_ms = args.from * 60_000;
    let script =
        Script::generate(seed, sport).excerpt(from_ms, from_ms + args.seconds * 1000 + 2000);
    let usual = ChatPlan::default();
    let per_s = args.chat_per_s / args.games as f64 / usual.rooms.len() as f64;
    let plan = StadiumPlan {
        kick_off: kick_off(start, 0),
        plays: Some(Feed::default()),
        chat: Some(ChatPlan {
            calm_per_s: per_s,
            peak_per_s: per_s,
            people: 40_000,
            ..usual
        }),
        sound: true,
        ticks: false,
        ..StadiumPlan::default()
    };
    let mut stadium = Stadium::new(seed, &script, plan);
    let mut step = Step::default();
    let mut recording = Recording {
        game: game_id(sport, seed)?,
        steps: Vec::new(),
        messages: 0,
    };
    while recording.steps.len() < (args.seconds * 1000 / STEP_MS) as usize
        && stadium.step(&mut step)
    {
        for signal in &step.signals {
            if let Signal::Chat(report) = signal {
                recording.messages += report.messages.len() as u64;
            }
        }
        recording
            .steps
            .push((step.sound.clone(), std::mem::take(&mut step.signals)));
    }
    Ok(recording)
}

/// Plays one match as it happens: the samples of a tenth of a second become a report the moment the last of them is
/// there, and that moment is what latency is counted from.
async fn play(ingest: Arc<Ingest>, recording: Recording, begin: Instant) -> anyhow::Result<()> {
    let source = Source {
        mic: "stadium".into(),
        rate_hz: RATE_HZ,
        channels: 1,
        offset_db: Some(OFFSET_DB),
    };
    let mut front = FrontEnd::new(source, clock::now())?;
    let mut reports = Vec::new();
    for (n, (samples, signals)) in (1_u32..).zip(recording.steps) {
        let due = begin + Duration::from_millis(STEP_MS) * n;
        tokio::time::sleep(due.saturating_duration_since(Instant::now())).await;
        let received = clock::now();
        front.push(&samples, &mut reports);
        let sound: Vec<Signal> = reports.drain(..).map(Signal::Sound).collect();
        for (source, signals) in [("sound", sound), ("rooms", signals)] {
            if signals.is_empty() {
                continue;
            }
            let batch = Batch {
                game: recording.game.clone(),
                source: source.into(),
                signals,
                received,
            };
            ingest.deliver(batch).await?;
        }
    }
    Ok(())
}

/// Processor seconds that this process has used, where the system tells.
fn processor_s() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
    let ticks: f64 = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    // A tick has been a hundredth of a second on every Linux of the last twenty years.
    Some(ticks / 100.0)
}

/// Runs the command.
pub async fn run(args: SensesBench) -> anyhow::Result<()> {
    if !(1..=64).contains(&args.games) {
        bail!("--games {} must be 1 to 64", args.games);
    }
    let scratch = tempfile::tempdir()?;
    let mut config = Config::default();
    config.log.dir = scratch.path().join("log");
    config.server.listen = ([127, 0, 0, 1], 0).into();
    let bar = ProgressBar::new(args.games);
    let mut recordings = Vec::new();
    for seed in 0..args.games {
        recordings.push(record(&args, seed, clock::now())?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    let messages: u64 = recordings.iter().map(|r| r.messages).sum();
    let running = Running::start(config, Extra::default()).await?;
    // Every game must be known before anyone can watch it.
    for recording in &mut recordings {
        let batch = Batch {
            game: recording.game.clone(),
            source: "rooms".into(),
            signals: vec![Signal::Tick { at: clock::now() }],
            received: clock::now(),
        };
        running.ingest.deliver(batch).await?;
    }
    let mut running = running;
    running.caught_up().await?;
    let mut child = tokio::process::Command::new(std::env::current_exe()?);
    child
        .args(["bench", "clients"])
        .args(["--connect", &running.address.to_string()])
        .args(["--clients", &args.clients.to_string()])
        .args(["--seconds", &args.seconds.to_string()])
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    for recording in &recordings {
        child.args(["--path", &format!("/ws/crowd/{}", recording.game)]);
    }
    let child = child.spawn().context("cannot start the clients")?;
    let used = processor_s();
    let begin = Instant::now();
    let mut playing = tokio::task::JoinSet::new();
    for (i, recording) in (0_u64..).zip(recordings) {
        // Their tenths of a second do not fall together.
        let shift = Duration::from_micros(STEP_MS * 1000 * i / args.games);
        playing.spawn(play(running.ingest.clone(), recording, begin + shift));
    }
    let output = child.wait_with_output().await?;
    let took_s = begin.elapsed().as_secs_f64();
    let used = processor_s().zip(used).map(|(now, before)| now - before);
    while let Some(played) = playing.join_next().await {
        played??;
    }
    if !output.status.success() {
        bail!("the clients failed: {}", output.status);
    }
    let clients: LoadReport =
        serde_json::from_slice(&output.stdout).context("the clients' report")?;
    running.stop().await?;
    let bytes = clients
        .bytes
        .checked_div(clients.updates + clients.snapshots)
        .unwrap_or(1000);
    let per_client = clients.updates as f64 / clients.clients.max(1) as f64;
    let bare = bare::run(bare::Shape {
        clients: args.clients,
        games: args.games as usize,
        rate: per_client / clients.duration_s * args.games as f64,
        bytes: usize::try_from(bytes)?,
        seconds: args.seconds.div_ceil(4),
    })
    .await?;
    let ms = |us: u64| us as f64 / 1e3;
    println!(
        "matches     {}, a microphone and three rooms each, {:.0} s",
        args.games, clients.duration_s
    );
    println!(
        "chat        {:.0} messages/s",
        messages as f64 / args.seconds as f64
    );
    println!(
        "clients     {} ({} failed), {:.1} updates/s each, {} gaps, {} conflations",
        clients.clients,
        clients.failed,
        per_client / clients.duration_s,
        clients.gaps,
        clients.conflations
    );
    if let Some(used) = used {
        println!(
            "processor   {:.2} cores, front ends included",
            used / took_s
        );
    }
    println!(
        "sound in to momentum on a socket  p50 {:.1} ms  p95 {:.1} ms  p99 {:.1} ms  max {:.1} ms",
        ms(clients.latency_us_p50),
        ms(clients.latency_us_p95),
        ms(clients.latency_us_p99),
        ms(clients.latency_us_max)
    );
    println!(
        "bare TCP                          p50 {:.1} ms  p95 {:.1} ms  p99 {:.1} ms  ({} messages of {bytes} bytes)",
        ms(bare.p50_us),
        ms(bare.p95_us),
        ms(bare.p99_us),
        bare.messages
    );
    Ok(())
}

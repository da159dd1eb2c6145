//! `matchday mixer`: is the wiring right? Cuts by hand to a configured output, and both ends of the micro-event link.

use std::{
    net::{SocketAddr, ToSocketAddrs as _, UdpSocket},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, anyhow, bail};
use clap::{Args, Subcommand};
use matchday_deliver::mixer::{
    Equipment, MicroUdpConfig, MixerConfig, Mixers,
    meter::{Received, receive},
    micro::{DEFAULT_PORT, FLAG_EMPTY, FLAG_REPEAT, Record, camera_of, kind_of},
};
use matchday_engine::{Guard, Policy};
use matchday_event::{
    Approved, Audience, EventTime, GameId, Proposal, Sport,
    production::{Cut, CutReason, FrameRate, Shot},
    senses::{Camera, MicroEvent},
};
use matchday_sim::world::micro::one_match;

use crate::{clock, config::Config, server};

const AFTER: &str = "\
Examples:
  matchday mixer check                      is every configured output there, and does it take orders?
  matchday mixer cut rail --output truck    the rail camera on air there, and how long that took
  matchday mixer receive --seconds 10       what comes over the micro-event link, and what is lost
  matchday mixer send --to 127.0.0.1:47120  micro-events of made-up matches over it";

/// `matchday mixer`.
#[derive(Debug, Clone, Args)]
#[command(after_help = AFTER)]
pub struct MixerArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Clone, Subcommand)]
enum What {
    /// Connect to every output of the configuration and say how it is
    Check(CheckArgs),
    /// Cut to a camera on an output of the configuration, and wait for its word
    Cut(CutArgs),
    /// Receive the micro-event link and tell what is lost, late or uneven
    Receive(ReceiveArgs),
    /// Send micro-events of made-up matches over the link
    Send(SendArgs),
}

#[derive(Debug, Clone, Args)]
struct CheckArgs {
    /// How long to wait for connections, in seconds
    #[arg(long, default_value_t = 10)]
    wait: u64,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Args)]
struct CutArgs {
    /// Which: main, tight, rail, keeper, wing, crowd or baseline
    #[arg(value_name = "CAMERA")]
    camera: Camera,
    /// Name of the output; needed where there are several
    #[arg(long, value_name = "NAME")]
    output: Option<String>,
    /// Fade in so many milliseconds
    #[arg(long, value_name = "MS", default_value_t = 0)]
    fade_ms: u32,
    /// How long to wait, in seconds
    #[arg(long, default_value_t = 10)]
    wait: u64,
}

#[derive(Debug, Clone, Args)]
struct ReceiveArgs {
    /// Address to listen on
    #[arg(long, value_name = "ADDR", default_value_t = SocketAddr::from(([127, 0, 0, 1], DEFAULT_PORT)))]
    listen: SocketAddr,
    /// Stop after this many seconds, instead of at Ctrl-C
    #[arg(long)]
    seconds: Option<u64>,
    /// Print every record that says something new
    #[arg(long)]
    records: bool,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Args)]
struct SendArgs {
    /// The receiver
    #[arg(long, value_name = "ADDR")]
    to: String,
    /// Matches at once
    #[arg(long, default_value_t = 1)]
    matches: usize,
    /// How long, in seconds
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// Seed of the matches
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Runs the command.
pub fn run(
    args: &MixerArgs,
    config: impl FnOnce() -> anyhow::Result<Config>,
) -> anyhow::Result<()> {
    match &args.what {
        What::Check(args) => server::block_on(check(args, config()?.mixers)),
        What::Cut(args) => server::block_on(cut(args, config()?.mixers)),
        What::Receive(args) => receiving(args),
        What::Send(args) => server::block_on(send(args)),
    }
}

/// The match of whatever is sent by hand.
fn game() -> anyhow::Result<GameId> {
    Ok(GameId::new("by-hand")?)
}

/// What is sent by hand passes the guard like everything else.
fn approved<T: matchday_engine::guard::Judged>(
    game: GameId,
    agent: &'static str,
    what: T,
) -> anyhow::Result<Approved<T>> {
    let proposal = Proposal {
        game,
        cause: 0,
        agent: agent.into(),
        audience: Audience::Production,
        what,
    };
    Guard::new(Policy::match_day())
        .judge(proposal)
        .map_err(|refusal| anyhow!("the guard refuses it: {:?}", refusal.code))
}

async fn check(args: &CheckArgs, configs: Vec<MixerConfig>) -> anyhow::Result<()> {
    if configs.is_empty() {
        bail!("no output is configured; docs/outputs.md says how");
    }
    let mixers = Mixers::start(&configs, Arc::new(clock::now), None)?;
    let deadline = tokio::time::Instant::now() + Duration::from_secs(args.wait);
    for config in configs.iter().filter(|c| !c.dry_run) {
        let Some(mut health) = mixers.health(&config.name) else {
            continue;
        };
        // Whatever is not there by then shows in the report.
        let _ = tokio::time::timeout_at(deadline, health.wait_for(|h| h.connected)).await;
    }
    let report = mixers.report();
    if args.json {
        println!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        for output in &report.outputs {
            let h = &output.health;
            let state = match (h.dry_run, h.connected) {
                (true, _) => "dry run".to_owned(),
                (_, true) => h
                    .on_air
                    .map_or("connected".to_owned(), |c| format!("connected, {c} on air")),
                _ => format!(
                    "not there: {}",
                    h.last_error.as_deref().unwrap_or("no answer yet")
                ),
            };
            println!("{:<16} {:<9} {state}", h.name, h.kind);
        }
        for link in &report.links {
            println!("{:<16} {:<9} to {}", link.name, "micro_udp", link.address);
        }
    }
    let away = report
        .outputs
        .iter()
        .filter(|o| !o.health.dry_run && !o.health.connected)
        .count();
    if away > 0 {
        bail!(
            "{away} of {} outputs cannot be reached",
            report.outputs.len()
        );
    }
    Ok(())
}

async fn cut(args: &CutArgs, configs: Vec<MixerConfig>) -> anyhow::Result<()> {
    let named: Vec<_> = configs
        .into_iter()
        .filter(|c| !matches!(c.to, Equipment::MicroUdp(_)))
        .filter(|c| args.output.as_ref().is_none_or(|name| *name == c.name))
        .collect();
    let [config] = &named[..] else {
        match (&args.output, named.is_empty()) {
            (Some(name), _) => bail!("no mixer is called {name:?} in the configuration"),
            (None, true) => bail!("no mixer is configured; docs/outputs.md says how"),
            (None, false) => bail!("several mixers are configured; say which with --output"),
        }
    };
    // By hand it is for no match, whichever the output is for.
    let config = MixerConfig {
        game: None,
        ..config.clone()
    };
    let mixers = Mixers::start(std::slice::from_ref(&config), Arc::new(clock::now), None)?;
    let mut health = mixers
        .health(&config.name)
        .context("the output did not start")?;
    let wait = Duration::from_secs(args.wait);
    if !config.dry_run {
        let connected = tokio::time::timeout(wait, health.wait_for(|h| h.connected))
            .await
            .is_ok();
        if !connected {
            let why = health.borrow().last_error.clone();
            bail!(
                "{} cannot be reached: {}",
                config.name,
                why.as_deref().unwrap_or("no answer")
            );
        }
    }
    let at = clock::now();
    let what = by_hand(args.camera, args.fade_ms, at);
    mixers.cut(&approved(game()?, "director", what)?);
    let settled = health.wait_for(|h| h.confirmed + h.refused > 0 || (h.dry_run && h.sent > 0));
    let settled = tokio::time::timeout(wait, settled)
        .await
        .map_err(|_| anyhow!("{} did not confirm the cut", config.name))??
        .clone();
    if settled.refused > 0 {
        bail!("{}", settled.last_error.unwrap_or_default());
    }
    match settled.last_cut {
        Some(cut) => println!(
            "{} has {} on air, {:.1} ms after the order",
            config.name,
            cut.camera,
            (cut.confirmed_at.0 - at.0) as f64 / 1e3
        ),
        None => println!("would send: {}", settled.last_sent.unwrap_or_default()),
    }
    Ok(())
}

/// A cut that an operator orders.
pub fn by_hand(camera: Camera, fade_ms: u32, at: EventTime) -> Cut {
    let rate = FrameRate::default();
    // From any other, so that it is a change.
    let from = if camera == Camera::Main {
        Camera::Tight
    } else {
        Camera::Main
    };
    Cut {
        frame: rate.frame_from(at),
        rate,
        at,
        from,
        shot: Shot {
            fade_ms,
            ..Shot::of(camera)
        },
        reason: CutReason::Manual,
        rule: None,
        over: Vec::new(),
        why: "ordered by hand".into(),
    }
}

fn receiving(args: &ReceiveArgs) -> anyhow::Result<()> {
    let socket = UdpSocket::bind(args.listen).with_context(|| {
        format!(
            "cannot listen on {}; --listen takes another address",
            args.listen
        )
    })?;
    if !args.json {
        println!("listening on {}", socket.local_addr()?);
    }
    let stop = Arc::new(AtomicBool::new(false));
    std::thread::spawn({
        let stop = stop.clone();
        move || {
            let _ = server::block_on(async {
                tokio::signal::ctrl_c().await?;
                Ok(())
            });
            stop.store(true, Relaxed);
        }
    });
    let limit = args.seconds.map(Duration::from_secs);
    let received = receive(&socket, limit, &stop, |record| {
        if args.records && !record.has(FLAG_REPEAT | FLAG_EMPTY) {
            println!("{}", line(record));
        }
    })?;
    if args.json {
        println!("{}", serde_json::to_string_pretty(&received)?);
    } else {
        print_received(&received);
    }
    Ok(())
}

fn line(record: &Record) -> String {
    let kind = kind_of(record.kind).map_or("unknown", |k| k.as_str());
    let camera = camera_of(record.camera).map_or("unknown", Camera::as_str);
    let place = record
        .place()
        .map_or(String::new(), |p| format!(" at {:.3}, {:.3}", p.x, p.y));
    format!(
        "{:>5} #{:<5} {:>9.3} s  {kind} ({camera}, {} %){place}",
        record.stream,
        record.sequence,
        f64::from(record.match_ms) / 1e3,
        record.confidence
    )
}

/// What a receiver can tell, for people.
pub fn print_received(r: &Received) {
    println!(
        "received    {} of {} datagrams of {} matches, {:.3}/s each",
        r.received, r.expected, r.streams, r.rate_hz
    );
    println!(
        "lost        {} ({:.4} %)   reordered {}   twice {}   no record {}",
        r.lost,
        r.lost as f64 * 100.0 / r.expected.max(1) as f64,
        r.reordered,
        r.duplicates,
        r.malformed
    );
    println!(
        "records     {} new, {} again, {} before anything happened",
        r.events, r.repeats, r.empty
    );
    println!(
        "jitter      p50 {:.1} µs  p99 {:.1} µs  max {:.1} µs",
        r.jitter_us_p50, r.jitter_us_p99, r.jitter_us_max
    );
}

/// Micro-events of made-up soccer matches from their kick-off, with the time at which each is due.
pub fn made_up(seed: u64, matches: usize) -> Vec<(Duration, GameId, MicroEvent)> {
    let mut events: Vec<_> = (0..matches as u64)
        .flat_map(|n| one_match(seed, Sport::Soccer, n))
        .map(|e| {
            (
                Duration::from_millis(e.event.match_ms.into()),
                e.game,
                e.event,
            )
        })
        .collect();
    events.sort_by_key(|(at, _, _)| *at);
    events
}

async fn send(args: &SendArgs) -> anyhow::Result<()> {
    let to = args
        .to
        .to_socket_addrs()
        .with_context(|| format!("--to {:?} must be host and port", args.to))?
        .next()
        .context("--to names no address")?;
    let config = MixerConfig {
        name: "send".into(),
        game: None,
        dry_run: false,
        lead_ms: 0,
        timeout_ms: 1000,
        to: Equipment::MicroUdp(MicroUdpConfig {
            address: to.to_string(),
            idle_s: u32::MAX,
            ..MicroUdpConfig::default()
        }),
    };
    let mixers = Mixers::start(&[config], Arc::new(clock::now), None)?;
    let began = Instant::now();
    let limit = Duration::from_secs(args.seconds);
    for (at, game, mut event) in made_up(args.seed, args.matches) {
        if at >= limit {
            break;
        }
        tokio::time::sleep_until((began + at).into()).await;
        event.at = clock::now();
        mixers.micro(&approved(game, "micro", event)?);
    }
    tokio::time::sleep_until((began + limit).into()).await;
    let report = mixers.report();
    let link = &report.links[0];
    for stream in &link.streams {
        println!("stream {:<5} {}", stream.number, stream.game);
    }
    println!(
        "sent        {} new, {} again, {} before anything happened; {} micro-events were below 0.75",
        link.counts.events, link.counts.repeats, link.counts.empty, link.counts.below_confidence
    );
    Ok(())
}

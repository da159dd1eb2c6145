//! `matchday demo`: sixteen real games, through everything.

use std::{
    fs,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use axum::{Router, http::StatusCode, routing::post};
use indicatif::{ProgressBar, ProgressStyle};
use matchday_event::Sport;
use matchday_feeds::driver::{
    DiscoverConfig, FeedConfig, PollConfig, Speed as DriverSpeed, Transport,
};
use matchday_sim::{FeedOptions, FeedServer, Speed as FeedSpeed};

use crate::{
    cli::DemoArgs,
    config::Config,
    models, ops, rules,
    server::{self, Extra, Running},
    world,
};

/// Longest a fast demo waits for the last polls after the feed server has said everything.
const LAST_POLLS: Duration = Duration::from_secs(30);

/// Runs the Sunday. Without `--data-dir` every run begins with an empty log in a temporary folder.
pub fn run(mut config: Config, args: DemoArgs, keep: bool) -> anyhow::Result<()> {
    if !(0.0..=0.5).contains(&args.faults) {
        bail!("--faults {} must be a share between 0 and 0.5", args.faults);
    }
    let scratch = tempfile::tempdir().context("cannot make a temporary folder")?;
    if !keep {
        config.log.dir = scratch.path().join("log");
        config.graphics.fallback_file = scratch.path().join("graphics-fallback.json");
    }
    if config.operator.secret_file.is_none() {
        let file = scratch.path().join("operator");
        fs::write(&file, token()?).context("cannot keep the operator's token")?;
        config.operator.secret_file = Some(file);
    }
    config.server.listen = args.listen;
    models::name(&mut config.models, &args.model)?;
    config.feeds.clear();
    server::block_on(play(config, args))
}

/// A token for the operator of one demo.
fn token() -> anyhow::Result<String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|e| anyhow::anyhow!("no random numbers: {e}"))?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

async fn play(mut config: Config, args: DemoArgs) -> anyhow::Result<()> {
    let (speed, interval) = match args.speed.0 {
        DriverSpeed::Times(factor) => {
            let once_a_second = args.speed.scale(Duration::from_secs(1));
            (
                FeedSpeed::Times(factor),
                once_a_second.clamp(Duration::from_millis(20), Duration::from_secs(1)),
            )
        }
        DriverSpeed::Max => (FeedSpeed::Max, Duration::from_millis(10)),
    };
    let feeds = FeedServer::start(FeedOptions {
        seed: args.seed,
        speed,
        faults: args.faults,
        slow: Duration::from_secs(4).min(interval * 40),
        ..FeedOptions::default()
    })
    .await?;
    let feeds = Arc::new(feeds);
    if config.graphics.url.is_none() {
        config.graphics.url = Some(graphics_stand_in().await?);
    }
    let poll = |url: String| PollConfig {
        interval,
        timeout: (interval * 20).clamp(Duration::from_millis(400), Duration::from_secs(3)),
        // Recorded time passes faster here, and so must the pauses.
        max_backoff: interval * 20,
        breaker_rest: interval * 30,
        ..PollConfig::new(url)
    };
    let counter = feeds.clone();
    let extra = Extra {
        feeds: vec![FeedConfig {
            name: "odds".into(),
            provider: "the-odds-api".to_owned(),
            game: None,
            league: Some("nfl".into()),
            people: None,
            transport: Transport::Poll(PollConfig {
                interval: Duration::from_millis(500),
                ..poll(format!("{}/odds.json", feeds.url()))
            }),
        }],
        schedules: vec![DiscoverConfig {
            url: format!("{}/games", feeds.url()),
            interval: Duration::from_secs(1),
            poll: poll(String::new()),
            other_hosts: false,
        }],
        injected: Some(Arc::new(move || {
            counter
                .injected()
                .iter()
                .map(|(code, n)| (code.as_str().to_owned(), *n))
                .collect()
        })),
        ..Extra::default()
    };
    let operator = config.operator.secret_file.clone();
    let mut running = Running::start(config, extra).await?;
    ops::say(format_args!(
        "matchday: sixteen games of 1 January 2017 at speed {}",
        args.speed
    ));
    ops::say(format_args!("matchday: serving http://{}", running.address));
    if let (Some(_), Some(file)) = (args.crowd, &operator) {
        let token = fs::read_to_string(file).context("the operator's token")?;
        // Behind the #, so that it stays in the browser and in no server's log.
        ops::say(format_args!(
            "matchday: the operators' pages at http://{}/production#token={}",
            running.address,
            token.trim()
        ));
    }
    let crowd = args
        .crowd
        .map(|sport| with_crowd(&running, sport.into(), &args))
        .transpose()?;

    let ended = tokio::select! {
        () = watch(&running, &feeds) => true,
        () = server::interrupted() => false,
    };
    running.caught_up().await?;
    running.finish();
    let report = running.report();
    ops::say(format_args!("{}", report.text()));
    if let Some(file) = &args.report {
        let text = serde_json::to_string_pretty(&report)?;
        fs::write(file, text + "\n").with_context(|| format!("cannot write {}", file.display()))?;
    }
    if ended && !args.exit {
        ops::say(format_args!(
            "The games are over and still served at http://{}; Ctrl-C stops.",
            running.address
        ));
        server::interrupted().await;
    }
    if let Some(crowd) = crowd {
        crowd.abort();
    }
    running.stop().await
}

/// Plays a made-up match with its crowd beside the real ones.
fn with_crowd(
    running: &Running,
    sport: Sport,
    args: &DemoArgs,
) -> anyhow::Result<tokio::task::JoinHandle<()>> {
    let game = world::game_id(sport, args.seed)?;
    ops::say(format_args!(
        "matchday: a crowd at http://{}/game/{game}/crowd",
        running.address
    ));
    let other_rules = match &args.crowd_rules {
        Some(path) => {
            // What the match began with goes on, and these come on top.
            let mut sources = running.shop.current().sources.clone();
            sources.files.extend(rules::read(path)?.files);
            let set = rules::compile(sources).context("--crowd-rules cannot be used")?;
            running.shop.hold(set.clone())?;
            Some(set.id.clone())
        }
        None => None,
    };
    let stage = world::Stage {
        ingest: running.ingest.clone(),
        desk: running.desk.clone(),
        other_rules,
    };
    let (seed, speed) = (args.seed, args.crowd_speed);
    Ok(tokio::spawn(async move {
        if let Err(error) = world::play(stage, seed, sport, speed).await {
            tracing::error!(%error, "the match with the crowd ended");
        }
    }))
}

/// Shows how far the afternoon is, until every game is over.
async fn watch(running: &Running, feeds: &FeedServer) {
    let bar = ops::bars().add(
        ProgressBar::new(16).with_style(
            ProgressStyle::with_template(
                "{elapsed_precise} [{bar:24}] {pos}/{len} games over  {msg}",
            )
            .expect("a valid template"),
        ),
    );
    let mut published_at = None;
    loop {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let report = running.report();
        bar.set_position(report.games_final);
        bar.set_message(format!(
            "{} events  {} clients",
            report.events, report.clients
        ));
        if feeds.finished() && published_at.is_none() {
            published_at = Some(Instant::now());
        }
        let over = report.games_final >= 16;
        // With faults on, the last document of a game may need some more polls to get through.
        if over || published_at.is_some_and(|t: Instant| t.elapsed() > LAST_POLLS) {
            bar.finish_and_clear();
            return;
        }
    }
}

/// A graphics system that takes every command, for a demo on a machine without one.
async fn graphics_stand_in() -> anyhow::Result<String> {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    let router = Router::new().route("/commands", post(|| async { StatusCode::NO_CONTENT }));
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "the graphics stand-in stopped");
        }
    });
    Ok(format!("http://{address}/commands"))
}

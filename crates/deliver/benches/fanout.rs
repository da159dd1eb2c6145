//! Fan-out to real sockets on this machine: 16 games, so many updates a second, so many clients. Prints signal to
//! socket as the gateway measures it, signal to received as the clients do, and what a client costs in memory.
//!
//! `cargo bench -p matchday-deliver --bench fanout -- [CLIENTS] [UPDATES_PER_S] [SECONDS]`; without `--bench`, as
//! under `cargo test`, a small run that only shows that it works.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use matchday_deliver::{
    Clock,
    gateway::{Hub, HubOptions, RouterOptions, ServeOptions, router, serve},
    load::{self, LoadOptions},
};
use matchday_event::{
    Approved, Audience, EventTime, GameClock, GameId, GamePhase, NextPlay, PlayDetail, PlayFact,
    PlayId, Proposal, Score, Side, StateDetail, StateFact,
    football::{FootballPlayFact, FootballState, PlayKind, Spot, Tags, Timeouts},
    view::{GameCard, GameUpdate, Snapshot, Update},
};

const GAMES: u64 = 16;
const PLAYS: u64 = 180;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let real = args.iter().any(|a| a == "--bench");
    let number = |at: usize, otherwise: u64| {
        let numbers = args.iter().filter(|a| !a.starts_with("--"));
        numbers
            .clone()
            .nth(at)
            .and_then(|a| a.parse().ok())
            .unwrap_or(otherwise)
    };
    let (clients, per_s, seconds) = if real {
        (number(0, 1000), number(1, 50), number(2, 10))
    } else {
        (20, 200, 1)
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(run(clients, per_s.max(1), seconds));
}

async fn run(clients: u64, per_s: u64, seconds: u64) {
    let clock: Clock = Arc::new(now);
    let hub = Hub::new(HubOptions::default(), clock.clone());
    let games: Vec<GameId> = (0..GAMES)
        .map(|n| GameId::new(format!("g-{n}")).expect("an id"))
        .collect();
    for game in &games {
        let empty = Snapshot::empty(game.clone(), "wp-bench@1".into(), state(0));
        hub.open(game.clone(), "e1".to_owned(), empty)
            .expect("opened");
        for n in 1..=PLAYS {
            publish(&hub, game, n);
        }
    }
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let address = listener.local_addr().expect("an address");
    let service = router(hub.clone(), RouterOptions::default());
    tokio::spawn(serve(
        listener,
        service,
        hub.clone(),
        ServeOptions::default(),
        std::future::pending(),
    ));
    let before_kb = resident_kb();
    let options = LoadOptions {
        address,
        paths: games.iter().map(|g| format!("/ws/{g}")).collect(),
        clients: usize::try_from(clients).expect("a number of clients"),
        duration: Duration::from_secs(seconds),
        connecting: 64,
    };
    let load = tokio::spawn(async move { load::run(&options, clock).await.expect("a report") });
    let mut connected = hub.clients();
    let _ = connected.wait_for(|n| *n >= clients).await;
    let after_kb = resident_kb();
    let mut tick = tokio::time::interval(Duration::from_micros(1_000_000 / per_s));
    let mut publishing = Duration::ZERO;
    let mut n = 0_u64;
    while !load.is_finished() {
        tick.tick().await;
        let game = &games[usize::try_from(n % GAMES).expect("small")];
        let begun = std::time::Instant::now();
        publish(&hub, game, PLAYS + 1 + n / GAMES);
        publishing += begun.elapsed();
        n += 1;
    }
    let report = load.await.expect("no panic");
    let stats = hub.stats();
    println!(
        "published {n} updates at {per_s}/s, {:.1} us each",
        publishing.as_secs_f64() * 1e6 / n as f64
    );
    println!(
        "signal to socket: n {} mean {:.0} p50 {} p95 {} p99 {} max {} us",
        stats.measured,
        stats.latency_us_mean,
        stats.latency_us_p50,
        stats.latency_us_p95,
        stats.latency_us_p99,
        stats.latency_us_max
    );
    println!("clients: {report:?}");
    println!(
        "memory: {} KB for {clients} clients and as many servers of them",
        after_kb.saturating_sub(before_kb)
    );
    assert_eq!(
        (report.failed, report.gaps, report.repeats),
        (0, 0, 0),
        "nothing is lost and nothing comes twice"
    );
}

fn now() -> EventTime {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    EventTime(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

fn resident_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"));
    line.and_then(|l| l.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

fn publish(hub: &Hub, game: &GameId, n: u64) {
    let update = GameUpdate {
        seq: n,
        at: now(),
        update: Update {
            info: None,
            wp_model: None,
            state: state(n),
            plays: vec![play(n).into()],
            removed: n
                .checked_sub(PLAYS)
                .filter(|n| *n > 0)
                .map(|n| PlayId::new(n.to_string()))
                .into_iter()
                .collect(),
            key_plays: None,
            drives: Vec::new(),
            drives_end: None,
            healed: None,
        },
        card: card(game, n),
    };
    // The measurement stands in for the guard.
    let approved = Approved::seal(Proposal {
        game: game.clone(),
        cause: n,
        agent: "bench".into(),
        audience: Audience::Public,
        what: update,
    });
    hub.publish(approved).expect("published");
}

fn state(n: u64) -> StateFact {
    StateFact {
        phase: GamePhase::Live,
        clock: GameClock {
            period: 2,
            clock_s: 632,
        },
        score: Score {
            home: 14,
            away: i16::try_from(n % 40).unwrap_or(0),
        },
        wp_home: 0.623,
        leverage: Some(1.2),
        detail: StateDetail::AmericanFootball(FootballState {
            spot: spot(),
            next: NextPlay::Scrimmage,
            timeouts: Timeouts { home: 3, away: 2 },
            ep: Some(2.25),
            drive: 4,
            decision: None,
        }),
    }
}

fn spot() -> Spot {
    Spot {
        possession: Some(Side::Home),
        down: Some(3),
        distance: Some(4),
        yards_to_goal: Some(35),
    }
}

fn play(n: u64) -> PlayFact {
    let StateFact { clock, score, .. } = state(n);
    PlayFact {
        play_id: PlayId::new(n.to_string()),
        order: i64::try_from(n).unwrap_or(i64::MAX),
        clock,
        wall: None,
        text: Some(
            "A.Quarterback pass short right to B.Receiver to the 35 for 12 yards (C.Corner)".into(),
        ),
        score_before: score,
        score_after: score,
        wp_home_before: 0.600_123,
        wp_home_after: 0.623_456,
        wpa_home: 0.023_333,
        leverage: Some(1.1),
        detail: PlayDetail::AmericanFootball(FootballPlayFact {
            drive: 4,
            spot: spot(),
            kind: PlayKind::Pass,
            tags: Tags::new(),
            yards: Some(12),
            ep_before: Some(1.5),
            epa: Some(0.75),
            decision: None,
        }),
    }
}

fn card(game: &GameId, n: u64) -> GameCard {
    let StateFact {
        phase,
        clock,
        score,
        wp_home,
        leverage,
        detail,
    } = state(n);
    GameCard {
        id: game.clone(),
        league: "nfl".into(),
        home: None,
        away: None,
        kickoff: None,
        phase,
        clock,
        score,
        wp_home,
        wp_trail: vec![0.5; 40],
        leverage,
        last_play: None,
        last_wpa_home: 0.023,
        scored: None,
        game_seq: n,
        situation: detail.situation(),
    }
}

//! `matchday bench rollback`: from the count of frowns that decides it to the set of rules before in force.

use std::{
    fs,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use clap::Args;
use matchday_event::{
    EventTime, GameId, Signal,
    production::{FrownReport, RuleOrder, RuleSetId},
};
use matchday_feeds::driver::{Batch, Sink as _};

use crate::{
    clock,
    config::Config,
    server::{self, Extra, Running},
};

/// `matchday bench rollback`.
#[derive(Debug, Clone, Args)]
pub struct RollbackBench {
    /// How often
    #[arg(long, default_value_t = 200)]
    runs: u32,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

const RULE: &str = "[[rule]]\nid = \"crowd\"\ntitle = \"The crowd\"\nwhen = 'momentum.intensity > 80.0'\nlasts = \"4s\"\n\
    action = { do = \"shot\", camera = \"crowd\" }\n";
/// A change is given so long before its frowns are counted against it.
const SETTLED_US: i64 = 6_000_000;

/// Measures.
pub fn run(args: &RollbackBench) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let rules = dir.path().join("rules/any");
    fs::create_dir_all(&rules)?;
    fs::write(rules.join("crowd.toml"), RULE)?;
    let mut config = Config::default();
    config.server.listen = ([127, 0, 0, 1], 0).into();
    config.log.dir = dir.path().join("log");
    config.rules.dir = Some(dir.path().join("rules"));
    server::block_on(async {
        let running = Running::start(config, Extra::default()).await?;
        let old = running.shop.current().id.clone();
        fs::write(rules.join("crowd.toml"), RULE.replace("80.0", "70.0"))?;
        let new = wait_for_reload(&running, &old).await?;
        let taken = measure(&running, args.runs, &old, &new).await;
        let report = running.report();
        running.stop().await?;
        let mut taken = taken?;
        taken.sort_unstable();
        let at = |share: f64| {
            taken[((taken.len() - 1) as f64 * share).round() as usize].as_secs_f64() * 1e3
        };
        let inside = report
            .stages
            .iter()
            .find(|s| s.stage == "signal_to_rollback");
        let inside = inside.context("no roll-back was timed")?;
        let limit = 90.0;
        if args.json {
            println!(
                "{}",
                serde_json::json!({
                    "runs": args.runs, "p50_ms": at(0.5), "p99_ms": at(0.99), "max_ms": at(1.0),
                    "in_force_p50_us": inside.p50_us, "in_force_p99_us": inside.p99_us, "limit_ms": limit,
                })
            );
            return anyhow::Ok(());
        }
        println!(
            "{} roll-backs by frowns, each after an order onto the new set",
            args.runs
        );
        println!(
            "signal received to old set in force   p50 {:.2} ms  p99 {:.2} ms",
            inside.p50_us as f64 / 1e3,
            inside.p99_us as f64 / 1e3
        );
        println!(
            "sent to seen on the desk              p50 {:.2} ms  p99 {:.2} ms  max {:.2} ms",
            at(0.5),
            at(0.99),
            at(1.0)
        );
        println!(
            "of the limit of {limit} ms               {:.1} % at p99",
            at(0.99) / limit * 100.0
        );
        Ok(())
    })
}

async fn wait_for_reload(running: &Running, old: &RuleSetId) -> anyhow::Result<RuleSetId> {
    let began = Instant::now();
    loop {
        let now = running.shop.current().id.clone();
        if now != *old {
            return Ok(now);
        }
        ensure!(
            began.elapsed() < Duration::from_secs(20),
            "the changed rules were not taken on"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn measure(
    running: &Running,
    runs: u32,
    old: &RuleSetId,
    new: &RuleSetId,
) -> anyhow::Result<Vec<Duration>> {
    let game = GameId::new("soccer-rollback")?;
    let send = async |signal: Signal| {
        let batch = Batch {
            game: game.clone(),
            source: "bench".into(),
            signals: vec![signal],
            received: clock::now(),
        };
        running
            .ingest
            .deliver(batch)
            .await
            .map_err(|e| anyhow::anyhow!("{e}"))
    };
    let mut at = clock::now();
    let order = |at: EventTime, set: &RuleSetId| {
        Signal::Rules(RuleOrder::Use {
            at,
            set: set.clone(),
        })
    };
    send(order(at, old)).await?;
    in_force(running, &game, old).await?;
    let mut taken = Vec::new();
    for _ in 0..runs {
        at.0 += SETTLED_US;
        send(order(at, new)).await?;
        in_force(running, &game, new).await?;
        at.0 += SETTLED_US;
        let began = Instant::now();
        // One in a thousand over the threshold of one in twenty.
        send(Signal::Frowns(FrownReport {
            at,
            viewers: 10_000,
            frowns: 510,
        }))
        .await?;
        in_force(running, &game, old).await?;
        taken.push(began.elapsed());
    }
    Ok(taken)
}

async fn in_force(running: &Running, game: &GameId, set: &RuleSetId) -> anyhow::Result<()> {
    let began = Instant::now();
    loop {
        let view = running.desk.game(game);
        if view
            .and_then(|v| v.rules)
            .is_some_and(|rules| rules.id == *set)
        {
            return Ok(());
        }
        ensure!(
            began.elapsed() < Duration::from_secs(10),
            "the set {set} did not come into force"
        );
        tokio::time::sleep(Duration::from_micros(200)).await;
    }
}

//! Puts the rooms together: feeds, log, fold, guard, gateway and graphics, in one process.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::{Context as _, anyhow};
use axum::{Json, Router, routing::get};
use futures::future::BoxFuture;
use matchday_deliver::{
    gateway::{self, Hub, HubOptions, RouterOptions, ServeOptions},
    graphics::{Graphics, GraphicsOptions},
    mixer::Mixers,
};
use matchday_engine::{Guard, Policy};
use matchday_event::{EventTime, Signal};
use matchday_feeds::driver::{
    Batch, Clock, DiscoverConfig, Driver, FeedConfig, Sink, SinkClosed, push_router,
};
use matchday_store::log::{Entry, EventLog, LogError, LogOptions, SegmentLog, TailFrom};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use crate::{
    clock,
    config::Config,
    desk::{self, Doors},
    intake, models, ops,
    pipeline::{FactsFile, Fold, History, Totals},
    production::{self, Desk, Productions},
    ratings::Rated,
    report::{FeedReport, GraphicsReport, Report},
    rules::{self, Shop},
    senses::{self, Pace},
    stages::{Stage, Stages},
    web,
};

/// A push may have this many bytes.
const MAX_PUSH_BYTES: usize = 16 << 20;

/// Runs `work` on a runtime of its own.
pub fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(work)
}

/// Waits for Ctrl-C or SIGTERM. Whoever asks a second time does not want to wait for what is under way: all that counts
/// is on the log already.
pub async fn interrupted() {
    let mut asked = Asked::listen();
    asked.again().await;
    tracing::info!("stopping; once more stops at once, and loses nothing that is on the log");
    tokio::spawn(async move {
        asked.again().await;
        std::process::exit(130);
    });
}

/// Ctrl-C, and the signal that service managers send. It listens from its making on, so that none is missed between
/// one time and the next.
#[cfg(unix)]
struct Asked(Vec<tokio::signal::unix::Signal>);

#[cfg(unix)]
impl Asked {
    fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let kinds = [SignalKind::interrupt(), SignalKind::terminate()];
        Self(
            kinds
                .into_iter()
                .filter_map(|kind| signal(kind).ok())
                .collect(),
        )
    }

    async fn again(&mut self) {
        if self.0.is_empty() {
            // This system gives no signals to wait for.
            return std::future::pending().await;
        }
        let any = self.0.iter_mut().map(|signal| Box::pin(signal.recv()));
        futures::future::select_all(any).await;
    }
}

#[cfg(not(unix))]
struct Asked;

#[cfg(not(unix))]
impl Asked {
    fn listen() -> Self {
        Self
    }

    async fn again(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> EventTime {
        clock::now()
    }
}

/// Where feeds deliver: onto the log, and nowhere else.
pub struct Ingest {
    log: Arc<SegmentLog>,
    ratings: Rated,
    stages: Arc<Stages>,
    pace: Arc<Pace>,
    rules: Arc<Shop>,
}

impl Sink for Ingest {
    fn deliver(&self, batch: Batch) -> BoxFuture<'_, Result<(), SinkClosed>> {
        Box::pin(async move {
            let count = batch.signals.len() as u64;
            self.pace.note(&batch.game, batch.received, &batch.signals);
            // Which rules and camera model a match runs on lies on its log, before the first record that one could fire on.
            let orders = match self
                .rules
                .orders_for(&batch.game, &batch.signals, batch.received)
            {
                Ok(orders) => orders,
                Err(error) => {
                    tracing::error!(error = format!("{error:#}"), game = %batch.game, "the match runs without rules");
                    Vec::new()
                }
            };
            let count = count + orders.len() as u64;
            let entries: Vec<Entry> = orders
                .into_iter()
                .chain(batch.signals)
                .map(|mut signal| {
                    // What ratings say goes onto the log with the rest: the fold has no other input.
                    self.ratings.fill(&mut signal);
                    Entry {
                        game: batch.game.clone(),
                        received: batch.received,
                        source: batch.source.clone(),
                        signal,
                    }
                })
                .collect();
            loop {
                match self.log.append(&entries).await {
                    Ok(_) => break,
                    Err(LogError::Closed) => {
                        return Err(SinkClosed("the log is closed".to_owned()));
                    }
                    Err(error) => {
                        // A full disk may have room again: the feed waits, and nothing is lost.
                        tracing::error!(%error, game = %batch.game, "the log cannot be written; trying again");
                        metrics::counter!("matchday_log_append_failures_total").increment(1);
                        tokio::time::sleep(Duration::from_secs(1)).await;
                    }
                }
            }
            let took = clock::now().0 - batch.received.0;
            self.stages.record(
                Stage::Log,
                Duration::from_micros(u64::try_from(took).unwrap_or(0)),
            );
            self.stages.arrived(count, batch.received.0 / 1_000_000);
            metrics::counter!("matchday_signals_total", "feed" => batch.source.to_string())
                .increment(count);
            metrics::gauge!("matchday_fold_queue_depth").increment(count as f64);
            Ok(())
        })
    }
}

/// What a server needs besides its configuration.
#[derive(Default)]
pub struct Extra {
    /// Where facts are written as they are found.
    pub facts: Option<PathBuf>,
    /// Feeds besides those configured.
    pub feeds: Vec<FeedConfig>,
    /// Schedules besides those configured.
    pub schedules: Vec<DiscoverConfig>,
    /// Faults put into the feeds on purpose, by code: the demo's.
    pub injected: Option<Arc<dyn Fn() -> BTreeMap<String, u64> + Send + Sync>>,
}

/// A server at work.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// The feeds.
    pub driver: Driver,
    /// Where feeds deliver.
    pub ingest: Arc<Ingest>,
    /// What operators see.
    pub desk: Arc<Desk>,
    /// The rules.
    pub shop: Arc<Shop>,
    log: Arc<SegmentLog>,
    status: Arc<Status>,
    readiness: ops::Readiness,
    stop: watch::Sender<bool>,
    http: JoinHandle<std::io::Result<()>>,
    fold: Option<JoinHandle<anyhow::Result<()>>>,
    grace: Duration,
}

/// What the report is made of.
struct Status {
    began: Instant,
    hub: Arc<Hub>,
    driver: Driver,
    stages: Arc<Stages>,
    totals: Arc<Totals>,
    graphics: Option<Graphics>,
    injected: Option<Arc<dyn Fn() -> BTreeMap<String, u64> + Send + Sync>>,
    /// The demo says when it is over; otherwise it is when every game is.
    finished: Mutex<bool>,
}

impl Running {
    /// Opens the log, folds what it holds, then listens and starts the feeds.
    pub async fn start(config: Config, extra: Extra) -> anyhow::Result<Self> {
        let metrics = ops::init_metrics()?;
        let started = clock::now();
        let log_options = LogOptions {
            queue_bytes: config.log.queue_bytes,
            ..LogOptions::default()
        };
        let log = SegmentLog::open(&config.log.dir, log_options)
            .with_context(|| format!("cannot open the log in {}", config.log.dir.display()))?;
        if let Some(cut) = log.cut() {
            tracing::warn!(
                ?cut,
                "the log ended in the middle of a write; the unfinished end was cut off"
            );
        }
        let log = Arc::new(log);
        let shop = Arc::new(Shop::open(&config)?);
        let stages = Arc::new(Stages::default());
        let totals = Arc::new(Totals::default());
        let ingest = Arc::new(Ingest {
            log: log.clone(),
            ratings: Rated::load(&config.ratings)?,
            stages: stages.clone(),
            pace: Arc::default(),
            rules: shop.clone(),
        });
        let sink: Arc<dyn Sink> = ingest.clone();
        let system: Arc<dyn Clock> = Arc::new(SystemClock);
        let driver = Driver::new(system.clone(), sink.clone(), started.0 as u64)?;
        let held: u64 = log.games().iter().map(|g| g.last_seq).sum();
        let hub = Hub::new(
            HubOptions {
                client_queue_bytes: config.gateway.client_queue_bytes,
                resume_updates: config.gateway.resume_updates,
                max_clients: config.gateway.max_clients as u64,
                ..HubOptions::default()
            },
            Arc::new(clock::now),
        );
        let graphics = match &config.graphics.url {
            Some(url) => Some(Graphics::start(GraphicsOptions {
                url: url.clone(),
                fallback_file: Some(config.graphics.fallback_file.clone()),
                timeout: Duration::from_millis(config.graphics.timeout_ms),
                ..GraphicsOptions::default()
            })?),
            None => None,
        };
        let desk = Arc::new(Desk::default());
        let mixers = if config.mixers.is_empty() {
            None
        } else {
            let told = production::on_air(sink.clone());
            Some(Mixers::start(
                &config.mixers,
                Arc::new(clock::now),
                Some(told),
            )?)
        };
        let productions = Productions::new(&config, shop.clone(), desk.clone(), mixers.clone());
        let fold = Fold {
            productions,
            hub: hub.clone(),
            graphics: graphics.clone(),
            models: models::load(&config.models)?.with_senses(senses::load(&config.senses)?),
            log_id: log.id(),
            stages: stages.clone(),
            totals: totals.clone(),
            started,
            facts: extra.facts.as_deref().map(FactsFile::create).transpose()?,
            matches: BTreeMap::new(),
            guard: Guard::new(Policy::match_day()),
        };
        let tail = log.tail(TailFrom::Start);
        let history = History {
            records: held,
            observe: {
                let (driver, shop) = (driver.clone(), shop.clone());
                Box::new(move |record| {
                    if let Signal::Rules(_) = record.signal {
                        shop.pin(&record.game);
                    }
                    // No feed has begun, so this never waits.
                    futures::executor::block_on(driver.observe(
                        &record.game,
                        &record.source,
                        &record.signal,
                    ));
                })
            },
        };
        let began = Instant::now();
        let mut folded = totals.folded();
        let mut fold = tokio::task::spawn_blocking(move || fold.run(tail, history));
        tokio::select! {
            reached = folded.wait_for(|n| *n >= held) => { reached.context("the fold stopped")?; }
            ended = &mut fold => return Err(ended?.err().unwrap_or_else(|| anyhow!("the fold stopped"))),
        }
        if held > 0 {
            tracing::info!(
                records = held,
                games = totals.games().0,
                seconds = began.elapsed().as_secs_f64(),
                "the log has been folded"
            );
        }

        let listener = TcpListener::bind(config.server.listen)
            .await
            .with_context(|| {
                format!(
                    "cannot listen on {}; --listen takes another address",
                    config.server.listen
                )
            })?;
        let address = listener.local_addr()?;
        let status = Arc::new(Status {
            began: Instant::now(),
            hub: hub.clone(),
            driver: driver.clone(),
            stages,
            totals,
            graphics,
            injected: extra.injected,
            finished: Mutex::new(false),
        });
        let readiness = ops::Readiness::default();
        let reporter = status.clone();
        let feeds = driver.clone();
        let router = gateway::router(
            hub.clone(),
            RouterOptions {
                allow_origins: config.server.allow_origins.clone(),
                static_files: Some(web::files()),
                ..RouterOptions::default()
            },
        )
        .merge(ops::router(readiness.clone(), metrics, move || {
            feeds.health();
        }))
        .merge(push_router(driver.clone(), MAX_PUSH_BYTES))
        .merge(desk::router(Doors {
            desk: desk.clone(),
            shop: shop.clone(),
            hub: hub.clone(),
            sink: sink.clone(),
            secret: desk::operator(&config)?,
            nightly: config.nightly.out_dir(&config.log.dir),
            mixers,
        }))
        .merge(senses::doors(&config, sink.clone(), system.clone())?)
        .merge(Router::new().route(
            "/api/v1/report",
            get(move || async move { Json(reporter.report()) }),
        ));
        let stop = watch::Sender::new(false);
        let mut stopping = stop.subscribe();
        let grace = Duration::from_secs(config.server.shutdown_grace_s);
        let http = tokio::spawn(gateway::serve(
            listener,
            router,
            hub,
            ServeOptions {
                grace,
                ..ServeOptions::default()
            },
            async move {
                let _ = stopping.wait_for(|stop| *stop).await;
            },
        ));
        senses::listen(&config, &sink, &system, &stop.subscribe()).await?;
        tokio::spawn(senses::tick(
            ingest.pace.clone(),
            config.senses.ticks,
            sink.clone(),
            system,
            stop.subscribe(),
        ));
        tokio::spawn(rules::watch(
            shop.clone(),
            config.rules.clone(),
            sink.clone(),
            stop.subscribe(),
        ));
        for feed in &config.feeds {
            intake::start(&driver, feed)?;
        }
        for feed in extra.feeds {
            driver.add(feed)?;
        }
        for schedule in extra.schedules {
            driver.discover(schedule)?;
        }
        readiness.set(true);
        Ok(Self {
            address,
            driver,
            ingest,
            desk,
            shop,
            log,
            status,
            readiness,
            stop,
            http,
            fold: Some(fold),
            grace,
        })
    }

    /// Waits until everything that is durable now has been folded and published.
    pub async fn caught_up(&mut self) -> anyhow::Result<()> {
        let held: u64 = self.log.games().iter().map(|g| g.last_seq).sum();
        let mut folded = self.status.totals.folded();
        let Some(fold) = &mut self.fold else {
            return Ok(());
        };
        tokio::select! {
            reached = folded.wait_for(|n| *n >= held) => reached.map(|_| ()).context("the fold stopped"),
            ended = fold => {
                self.fold = None;
                ended?.and(Err(anyhow!("the fold stopped")))
            }
        }
    }

    /// Ends only if the fold does, which it must not while serving. Whoever stops waiting leaves the fold where it is, so
    /// that stopping can wait for it.
    pub async fn failed(&mut self) -> anyhow::Error {
        let Some(fold) = &mut self.fold else {
            return std::future::pending().await;
        };
        let ended = fold.await;
        self.fold = None;
        match ended {
            Ok(Err(error)) => error,
            Ok(Ok(())) => anyhow!("the fold stopped"),
            Err(panic) => anyhow!("the fold stopped: {panic}"),
        }
    }

    /// Says in the report that the show is over.
    pub fn finish(&self) {
        *self
            .status
            .finished
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = true;
    }

    /// The report as of now.
    pub fn report(&self) -> Report {
        self.status.report()
    }

    /// Stops feeds, folds what they delivered, sends clients away and closes the log.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        self.readiness.set(false);
        self.driver.shutdown().await;
        self.caught_up().await?;
        self.stop.send_replace(true);
        if tokio::time::timeout(self.grace + Duration::from_secs(1), &mut self.http)
            .await
            .is_err()
        {
            self.http.abort();
        }
        self.log.close()?;
        match self.fold.take() {
            Some(fold) => fold.await?,
            None => Ok(()),
        }
    }
}

impl Status {
    fn report(&self) -> Report {
        let stats = self.hub.stats();
        let (games, games_final) = self.totals.games();
        let (events, peak_events_per_s) = self.stages.totals();
        let feeds = self.driver.health();
        let mut faults_healed = self.totals.healed();
        for (code, count) in feeds.iter().flat_map(|f| &f.faults) {
            *faults_healed.entry(code.as_str().to_owned()).or_default() += count;
        }
        let now = clock::now();
        let mut stages = self.stages.report();
        if stats.measured > 0 {
            stages.push(crate::stages::StageReport {
                stage: "signal_to_socket".to_owned(),
                count: stats.measured,
                mean_us: (stats.latency_us_mean * 10.0).round() / 10.0,
                p50_us: stats.latency_us_p50,
                p95_us: stats.latency_us_p95,
                p99_us: stats.latency_us_p99,
            });
        }
        let finished = *self.finished.lock().unwrap_or_else(PoisonError::into_inner);
        Report {
            finished: finished || (games > 0 && games == games_final),
            uptime_s: (self.began.elapsed().as_secs_f64() * 10.0).round() / 10.0,
            games,
            games_final,
            events,
            updates: self.totals.updates(),
            peak_events_per_s,
            clients: stats.clients,
            clients_peak: stats.clients_peak,
            stages,
            faults_healed,
            faults_injected: self.injected.as_ref().map(|f| f()).unwrap_or_default(),
            guard: self.totals.guard(),
            graphics: self.graphics.as_ref().map(|g| {
                let health = *g.health().borrow();
                GraphicsReport {
                    up: health.up,
                    sent: health.sent,
                    failed: health.failed,
                    dropped: health.dropped,
                }
            }),
            feeds: feeds
                .into_iter()
                .map(|feed| FeedReport {
                    name: feed.name.to_string(),
                    state: feed.state,
                    age_ms: feed.last_good.map(|at| (now.0 - at.0) / 1000),
                    faults: feed
                        .faults
                        .iter()
                        .map(|(code, n)| (code.as_str().to_owned(), *n))
                        .collect(),
                })
                .collect(),
        }
    }
}

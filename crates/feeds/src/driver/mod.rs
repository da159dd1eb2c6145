//! The one part that does I/O: polls, takes pushes, plays files back.
//!
//! Every feed is a task of its own. What it reads goes through its provider's parser and the game's
//! [`Reconciler`](crate::reconcile::Reconciler), and what is new goes to the [`Sink`]. A feed waits until the sink
//! has accepted a batch before it asks for the next document, so a slow log slows the polling down and nothing
//! piles up in between.

mod breaker;
mod discover;
mod health;
mod irc;
mod playback;
mod poll;
mod push;

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::future::BoxFuture;
use matchday_event::{EventTime, GameId, Signal};
use tokio::{sync::watch, task::JoinHandle};

pub use breaker::{Breaker, BreakerState};
pub use discover::{DiscoverConfig, Schedule, ScheduledGame};
pub use health::{FeedHealth, FeedState};
pub use irc::IrcConfig;
pub use playback::Speed;
pub use poll::PollConfig;
#[cfg(feature = "sound")]
pub(crate) use push::Seen;
pub use push::{PushConfig, push_router};

use crate::{Context, KnownGame, Parsed, People, Provider, reconcile::Reconciler};
use health::Gauges;

/// What one document said that is new, for one game, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// The game.
    pub game: GameId,
    /// The feed's name.
    pub source: Arc<str>,
    /// What is new.
    pub signals: Vec<Signal>,
    /// When the document was received.
    pub received: EventTime,
}

/// The sink has closed: the program is ending, or the log can take no more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the log takes no more signals: {0}")]
pub struct SinkClosed(pub String);

/// Where batches go.
pub trait Sink: Send + Sync + 'static {
    /// Hands a batch over. Returns when the log has accepted it: a feed sends nothing more before that.
    fn deliver(&self, batch: Batch) -> BoxFuture<'_, Result<(), SinkClosed>>;
}

/// The time of day, which only `app` knows.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> EventTime;
}

/// One feed.
#[derive(Debug, Clone)]
pub struct FeedConfig {
    /// Its name, in logs, metrics and on the status page: letters, digits, `.`, `_`, `-`, `:`.
    pub name: Arc<str>,
    /// The provider's name (see [`crate::providers`]).
    pub provider: String,
    /// The game it must be of, if it is of one.
    pub game: Option<GameId>,
    /// The league, where the payload does not say.
    pub league: Option<Arc<str>>,
    /// What a feed that speaks of people needs besides.
    pub people: Option<People>,
    /// How it comes.
    pub transport: Transport,
}

impl FeedConfig {
    /// Whether it can be started, and whose payloads it takes. Nothing is opened and nobody is asked.
    pub fn check(&self) -> Result<&'static crate::Provider, DriverError> {
        let name = &self.name;
        let good = |b: u8| b.is_ascii_alphanumeric() || b"._-:".contains(&b);
        if !(1..=80).contains(&name.len()) || !name.bytes().all(good) {
            return Err(DriverError::Name(name.clone()));
        }
        match &self.transport {
            Transport::Poll(poll) => {
                poll.check(name)?;
            }
            Transport::Irc(irc) => irc.check(name)?,
            Transport::Push(push) if push.secret.len() < 16 => {
                return Err(DriverError::Secret(name.clone()));
            }
            Transport::Push(_) | Transport::File { .. } => {}
        }
        crate::provider(&self.provider)
            .ok_or_else(|| DriverError::UnknownProvider(self.provider.clone()))
    }
}

/// How a feed comes.
#[derive(Debug, Clone)]
pub enum Transport {
    /// Asked for over HTTP again and again.
    Poll(PollConfig),
    /// Listened to at a chat server.
    Irc(IrcConfig),
    /// Sent to us; see [`push_router`].
    Push(PushConfig),
    /// Read from a file at some speed.
    File {
        /// The file.
        path: PathBuf,
        /// How fast.
        speed: Speed,
    },
}

/// A feed that cannot be added.
#[derive(Debug, thiserror::Error)]
pub enum DriverError {
    /// No such provider.
    #[error("no provider {0:?}; `matchday feeds` lists them")]
    UnknownProvider(String),
    /// A second feed of one name.
    #[error("there is already a feed named {0:?}")]
    Exists(Arc<str>),
    /// A name that cannot stand in a path or a label.
    #[error("feed name {0:?} must be 1 to 80 of letters, digits, '.', '_', '-' and ':'")]
    Name(Arc<str>),
    /// The address is not one.
    #[error("feed {feed}: address {url:?}: {reason}")]
    Url {
        /// Which feed.
        feed: Arc<str>,
        /// The address.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The HTTP client could not be made.
    #[error("cannot set up the http client: {0}")]
    Client(#[from] reqwest::Error),
    /// The driver has been shut down.
    #[error("the feed driver is shut down")]
    ShutDown,
    /// A push feed with a secret too short to protect anything.
    #[error("feed {0}: the push secret must have at least 16 bytes")]
    Secret(Arc<str>),
}

/// Runs feeds. Clones are handles to the same driver.
#[derive(Clone)]
pub struct Driver {
    inner: Arc<Inner>,
}

/// How many signals each feed put on the log, by the feed's name.
type CountBySource = Vec<(Arc<str>, usize)>;

struct Inner {
    clock: Arc<dyn Clock>,
    sink: Arc<dyn Sink>,
    client: reqwest::Client,
    seed: u64,
    stop: watch::Sender<bool>,
    feeds: Mutex<BTreeMap<Arc<str>, Feed>>,
    games: Mutex<HashMap<GameId, Arc<tokio::sync::Mutex<Reconciler>>>>,
    known: Mutex<Arc<[KnownGame]>>,
    /// Signals observed by game and feed.
    logged: Mutex<HashMap<GameId, CountBySource>>,
}

struct Feed {
    shared: Arc<FeedShared>,
    /// The task that runs it; a push feed has none.
    task: Option<JoinHandle<()>>,
    stop: watch::Sender<bool>,
}

/// What a feed's task and its observers share.
struct FeedShared {
    config: FeedConfig,
    provider: &'static Provider,
    gauges: Gauges,
    /// One document at a time: pushes of one feed are taken in the order in which they were admitted.
    turn: tokio::sync::Mutex<()>,
}

impl std::fmt::Debug for Driver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Driver").finish_non_exhaustive()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // None of these maps is left half-changed by a panic: every change is a single insert or removal.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Driver {
    /// A driver without feeds. `seed` feeds the jitter of retries.
    pub fn new(clock: Arc<dyn Clock>, sink: Arc<dyn Sink>, seed: u64) -> Result<Self, DriverError> {
        let client = reqwest::Client::builder()
            .user_agent(concat!("matchday/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::limited(3))
            .connect_timeout(Duration::from_secs(5))
            .build()?;
        Ok(Self {
            inner: Arc::new(Inner {
                clock,
                sink,
                client,
                seed,
                stop: watch::Sender::new(false),
                feeds: Mutex::default(),
                games: Mutex::default(),
                known: Mutex::new(Arc::from([])),
                logged: Mutex::default(),
            }),
        })
    }

    /// Tells the driver of a signal that already lies on the log. Called for the whole log before the first feed
    /// is added, it keeps a restarted program from saying anything twice.
    pub async fn observe(&self, game: &GameId, source: &str, signal: &Signal) {
        self.game(game).lock().await.observe(signal);
        self.learn(game, std::slice::from_ref(signal));
        let mut logged = locked(&self.inner.logged);
        let by_source = logged.entry(game.clone()).or_default();
        match by_source.iter_mut().find(|(name, _)| **name == *source) {
            Some((_, n)) => *n += 1,
            None => by_source.push((source.into(), 1)),
        }
    }

    /// How many signals of a game the log held from this feed when the program started.
    fn logged(&self, game: &GameId, source: &str) -> usize {
        locked(&self.inner.logged)
            .get(game)
            .and_then(|by_source| by_source.iter().find(|(name, _)| **name == *source))
            .map_or(0, |(_, n)| *n)
    }

    /// Adds a feed and starts it. Must be called within a tokio runtime.
    pub fn add(&self, config: FeedConfig) -> Result<(), DriverError> {
        if *self.inner.stop.borrow() {
            return Err(DriverError::ShutDown);
        }
        let name = config.name.clone();
        let provider = config.check()?;
        let (transport, interval) = match &config.transport {
            Transport::Poll(poll) => ("poll", Some(poll.interval)),
            Transport::Irc(_) => ("irc", None),
            Transport::Push(_) => ("push", None),
            Transport::File { .. } => ("file", None),
        };
        let mut feeds = locked(&self.inner.feeds);
        if feeds.contains_key(&name) {
            return Err(DriverError::Exists(name));
        }
        let shared = Arc::new(FeedShared {
            gauges: Gauges::new(
                name.clone(),
                provider.name,
                transport,
                config.game.clone(),
                interval,
            ),
            provider,
            config,
            turn: tokio::sync::Mutex::new(()),
        });
        let stop = watch::Sender::new(false);
        let driver = self.clone();
        let running = shared.clone();
        let stopping = Stopping(stop.subscribe());
        let task = match &shared.config.transport {
            Transport::Poll(poll) => {
                let poll = poll.clone();
                Some(tokio::spawn(async move {
                    poll::run(&driver, &running, &poll, stopping).await;
                }))
            }
            Transport::Irc(irc) => {
                let irc = irc.clone();
                Some(tokio::spawn(async move {
                    irc::run(&driver, &running, &irc, stopping).await;
                }))
            }
            Transport::File { path, speed } => {
                let (path, speed) = (path.clone(), *speed);
                Some(tokio::spawn(async move {
                    playback::run(&driver, &running, path, speed, stopping).await;
                }))
            }
            Transport::Push(_) => None,
        };
        feeds.insert(name, Feed { shared, task, stop });
        Ok(())
    }

    /// Stops a feed and forgets it; false if there is none of that name. A batch being delivered is finished.
    pub async fn remove(&self, name: &str) -> bool {
        let feed = locked(&self.inner.feeds).remove(name);
        match feed {
            Some(feed) => {
                finish(feed).await;
                true
            }
            None => false,
        }
    }

    /// Stops every feed and waits until the last batch is delivered.
    pub async fn shutdown(&self) {
        self.inner.stop.send_replace(true);
        let feeds = std::mem::take(&mut *locked(&self.inner.feeds));
        for feed in feeds.values() {
            feed.stop.send_replace(true);
        }
        for (_, feed) in feeds {
            finish(feed).await;
        }
    }

    /// Every feed, as it stands, by name.
    pub fn health(&self) -> Vec<FeedHealth> {
        let now = self.inner.clock.now();
        locked(&self.inner.feeds)
            .values()
            .map(|f| f.shared.gauges.snapshot(now))
            .collect()
    }

    /// Waits until every file has been played to its end. Feeds that never end are not waited for.
    pub async fn files_done(&self) {
        let shared: Vec<_> = {
            let mut feeds = locked(&self.inner.feeds);
            feeds
                .values_mut()
                .filter(|f| matches!(f.shared.config.transport, Transport::File { .. }))
                .filter_map(|f| f.task.take())
                .collect()
        };
        for task in shared {
            // A playback that panicked has said so in the log; there is nothing more to wait for.
            let _ = task.await;
        }
    }

    fn game(&self, game: &GameId) -> Arc<tokio::sync::Mutex<Reconciler>> {
        locked(&self.inner.games)
            .entry(game.clone())
            .or_default()
            .clone()
    }

    /// Forgets a game that a file played to its end, unless a feed that might speak of it again is there: a file
    /// of thousands of games must not fill the memory.
    fn forget(&self, game: &GameId) {
        let only_files = locked(&self.inner.feeds)
            .values()
            .all(|f| matches!(f.shared.config.transport, Transport::File { .. }));
        if only_files {
            locked(&self.inner.games).remove(game);
        }
    }

    fn feed(&self, name: &str) -> Option<Arc<FeedShared>> {
        locked(&self.inner.feeds)
            .get(name)
            .map(|f| f.shared.clone())
    }

    /// Keeps the list of games that prices are matched to.
    fn learn(&self, game: &GameId, signals: &[Signal]) {
        for signal in signals {
            let Signal::Info(info) = signal else { continue };
            let mut known = locked(&self.inner.known);
            let entry = KnownGame {
                game: game.clone(),
                home: info.home.clone(),
                away: info.away.clone(),
                kickoff: info.kickoff,
            };
            let mut games = known.to_vec();
            match games.iter_mut().find(|g| g.game == *game) {
                Some(old) => *old = entry,
                None => games.push(entry),
            }
            *known = games.into();
        }
    }

    /// Parses one document of a feed and delivers what is new in it. The number of new signals, or the code of
    /// what was wrong with the whole document.
    async fn take(
        &self,
        feed: &FeedShared,
        body: &[u8],
        received: EventTime,
    ) -> Result<Taken, TakeError> {
        let context = Context {
            game: feed.config.game.clone(),
            league: feed.config.league.clone(),
            games: locked(&self.inner.known).clone(),
            received: Some(received),
            people: feed.config.people.clone(),
        };
        let mut parsed = feed
            .provider
            .read(body, &context)
            .map_err(TakeError::Feed)?;
        for game in &mut parsed {
            let before = game.signals.len();
            game.signals.retain(|signal| !signal.is_an_order());
            for _ in game.signals.len()..before {
                feed.gauges.fault(matchday_event::FaultCode::OrderRefused);
            }
        }
        let mut taken = Taken::default();
        for game in &parsed {
            let one = self.take_game(feed, game, received).await?;
            taken.signals += one.signals;
            taken.faults += one.faults;
            taken.held |= one.held;
        }
        feed.gauges.good(received);
        Ok(taken)
    }

    /// Delivers what is new in one game's part of a document.
    async fn take_game(
        &self,
        feed: &FeedShared,
        parsed: &Parsed,
        received: EventTime,
    ) -> Result<Taken, TakeError> {
        let game = self.game(&parsed.game);
        // Held over the delivery: two feeds of one game must not interleave what they each found new.
        let mut game = game.lock().await;
        let changes = game.diff(parsed);
        for fault in parsed.faults.iter().chain(&changes.faults) {
            tracing::debug!(
                feed = %feed.config.name, code = fault.code.as_str(), place = fault.place, "{}", fault.message
            );
            feed.gauges.fault(fault.code);
        }
        let taken = Taken {
            signals: changes.signals.len(),
            faults: parsed.faults.len() + changes.faults.len(),
            held: !changes.faults.is_empty(),
        };
        if changes.signals.is_empty() {
            return Ok(taken);
        }
        self.deliver(feed, &parsed.game, &mut game, changes.signals, received)
            .await?;
        Ok(taken)
    }

    /// Delivers signals of a recording as they stand in it: what it repeats and corrects is part of it.
    async fn take_recorded(
        &self,
        feed: &FeedShared,
        id: &GameId,
        signals: Vec<Signal>,
        received: EventTime,
    ) -> Result<(), TakeError> {
        let game = self.game(id);
        let mut game = game.lock().await;
        self.deliver(feed, id, &mut game, signals, received).await
    }

    /// Hands signals to the log, and remembers them once it has accepted them.
    async fn deliver(
        &self,
        feed: &FeedShared,
        id: &GameId,
        game: &mut Reconciler,
        signals: Vec<Signal>,
        received: EventTime,
    ) -> Result<(), TakeError> {
        let batch = Batch {
            game: id.clone(),
            source: feed.config.name.clone(),
            signals: signals.clone(),
            received,
        };
        self.inner
            .sink
            .deliver(batch)
            .await
            .map_err(TakeError::Sink)?;
        for signal in &signals {
            game.observe(signal);
        }
        self.learn(id, &signals);
        feed.gauges.delivered(signals.len(), received);
        Ok(())
    }
}

/// What came of one document.
#[derive(Debug, Clone, Copy, Default)]
struct Taken {
    signals: usize,
    faults: usize,
    /// Whether a document was held back and must be seen again.
    held: bool,
}

enum TakeError {
    Feed(crate::FeedError),
    Sink(SinkClosed),
}

/// Told to a feed's task when it is to end. The task looks at it wherever it waits, and nowhere else, so that a
/// batch being delivered is finished.
#[derive(Clone)]
struct Stopping(watch::Receiver<bool>);

impl Stopping {
    /// Waits for `f` unless told to stop first.
    async fn or<T>(&mut self, f: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            _ = self.0.wait_for(|s| *s) => None,
            done = f => Some(done),
        }
    }
}

async fn finish(feed: Feed) {
    feed.stop.send_replace(true);
    if let Some(task) = feed.task {
        // A feed that panicked has ended too; its message is in the log.
        let _ = task.await;
    }
}

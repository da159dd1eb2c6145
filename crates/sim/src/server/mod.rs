//! The provider's side of the demo: an HTTP server on the loopback address that publishes each game's
//! document as it stood at that moment of the afternoon, and fails now and then as real providers do.

mod faults;
mod http;

use std::{
    collections::{BTreeMap, HashMap},
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use matchday_event::FaultCode;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

pub use self::faults::Injected;
use crate::sunday::{Sunday, facts::BadGame};

/// How fast the afternoon passes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Speed {
    /// So many times as fast as it was: 1, 30, 60.
    Times(f64),
    /// As fast as it is asked for: every request for a game gets the game's next step.
    Max,
}

/// How the feed server behaves.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedOptions {
    /// Decides the wall clock, the corrections and the faults.
    pub seed: u64,
    /// How fast the afternoon passes.
    pub speed: Speed,
    /// Chance that a request is answered wrongly, 0 to 1.
    pub faults: f64,
    /// How long a slow answer takes.
    pub slow: Duration,
    /// Time before kick-off, in which the games stand as not begun.
    pub lead: Duration,
    /// Port to listen on, 0 for any that is free.
    pub port: u16,
}

impl Default for FeedOptions {
    fn default() -> Self {
        Self {
            seed: 1,
            speed: Speed::Times(30.0),
            faults: 0.02,
            slow: Duration::from_secs(4),
            lead: Duration::from_secs(2),
            port: 0,
        }
    }
}

/// Why a feed server did not start.
#[derive(Debug, thiserror::Error)]
pub enum FeedServerError {
    /// A shipped file is damaged.
    #[error(transparent)]
    Game(#[from] BadGame),
    /// The port could not be had.
    #[error("listen on 127.0.0.1:{port}: {source}; choose another port, or 0 for any")]
    Listen {
        /// Which.
        port: u16,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

/// A running feed server. It stops when dropped.
#[derive(Debug)]
pub struct FeedServer {
    address: SocketAddr,
    state: Arc<State>,
    task: JoinHandle<()>,
}

impl Drop for FeedServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl FeedServer {
    /// Reads the games and begins to listen.
    pub async fn start(options: FeedOptions) -> Result<Self, FeedServerError> {
        let sunday = Sunday::new(options.seed)?;
        let port = options.port;
        let listen = |source| FeedServerError::Listen { port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .await
            .map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let state = Arc::new(State::new(sunday, options));
        let router = http::router(Arc::clone(&state));
        let task = tokio::spawn(async move {
            // Serving ends only with the task.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self {
            address,
            state,
            task,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its URL, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The games it publishes.
    pub fn sunday(&self) -> &Sunday {
        &self.state.sunday
    }

    /// How many faults of each kind it has injected so far, by the code that healing should count.
    pub fn injected(&self) -> BTreeMap<FaultCode, u64> {
        self.state
            .injected
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Whether every game's final document has been fetched, unspoiled.
    pub fn finished(&self) -> bool {
        *self.state.done.borrow()
    }

    /// Waits until [`FeedServer::finished`].
    pub async fn wait_finished(&self) {
        let mut done = self.state.done.subscribe();
        // The sender lives as long as the server, so this cannot fail before it is done.
        let _ = done.wait_for(|done| *done).await;
    }
}

/// What all requests share.
#[derive(Debug)]
struct State {
    sunday: Sunday,
    options: FeedOptions,
    started: Instant,
    started_at: SystemTime,
    polls: Mutex<HashMap<String, Progress>>,
    injected: Mutex<BTreeMap<FaultCode, u64>>,
    done: watch::Sender<bool>,
}

/// What one game's readers have had.
#[derive(Debug, Default)]
struct Progress {
    /// Requests so far.
    polls: u64,
    /// The step that the next request is due, when the speed is `max`.
    next: usize,
    /// The newest step served whole.
    served: usize,
    /// Whether the last step has been served whole.
    done: bool,
}

/// A request's answer, decided under the lock and carried out after it.
#[derive(Debug)]
struct Turn {
    frame: usize,
    wrong: Option<Injected>,
    rng: crate::Rng,
    poll: u64,
}

impl State {
    fn new(sunday: Sunday, options: FeedOptions) -> Self {
        Self {
            sunday,
            options,
            started: Instant::now(),
            started_at: SystemTime::now(),
            polls: Mutex::default(),
            injected: Mutex::default(),
            done: watch::Sender::new(false),
        }
    }

    /// Which step a request for a game is due, and what goes wrong with it.
    fn turn(&self, game: &str) -> Option<Turn> {
        let last = self.sunday.frames(game)?.len() - 1;
        let mut polls = self.polls.lock().unwrap_or_else(PoisonError::into_inner);
        let progress = polls.entry(game.to_owned()).or_default();
        progress.polls += 1;
        let frame = match self.options.speed {
            Speed::Max => progress.next.min(last),
            Speed::Times(speed) => {
                let since = self.started.elapsed().saturating_sub(self.options.lead);
                self.sunday.frame_at(game, since.mul_f64(speed))?
            }
        };
        let (wrong, rng) =
            Injected::draw(self.options.seed, game, progress.polls, self.options.faults);
        Some(Turn {
            frame,
            wrong,
            rng,
            poll: progress.polls,
        })
    }

    /// The newest step of a game served whole so far.
    fn served(&self, game: &str) -> usize {
        let polls = self.polls.lock().unwrap_or_else(PoisonError::into_inner);
        polls.get(game).map_or(0, |p| p.served)
    }

    /// Notes that a step was served whole (or that the reader had it already).
    fn served_whole(&self, game: &str, frame: usize) {
        let last = self.sunday.frames(game).map_or(0, |f| f.len() - 1);
        let mut polls = self.polls.lock().unwrap_or_else(PoisonError::into_inner);
        let progress = polls.entry(game.to_owned()).or_default();
        progress.next = progress.next.max(frame + 1);
        progress.served = progress.served.max(frame);
        progress.done |= frame == last;
        if polls.len() == self.sunday.games().len() && polls.values().all(|p| p.done) {
            self.done.send_replace(true);
        }
    }

    fn count(&self, what: Injected) {
        let mut injected = self.injected.lock().unwrap_or_else(PoisonError::into_inner);
        *injected.entry(what.code()).or_default() += 1;
    }

    /// When a step came to stand, on the wall clock.
    fn modified(&self, game: &str, frame: usize) -> SystemTime {
        match self.options.speed {
            Speed::Max => SystemTime::now(),
            Speed::Times(speed) => {
                let at = self
                    .sunday
                    .frames(game)
                    .and_then(|f| f.get(frame))
                    .map(|f| f.at);
                let at = at.unwrap_or_default().div_f64(speed.max(0.001));
                self.started_at
                    + if frame == 0 {
                        Duration::ZERO
                    } else {
                        self.options.lead + at
                    }
            }
        }
    }
}

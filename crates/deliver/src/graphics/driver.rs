use std::{
    path::PathBuf,
    sync::{Arc, Mutex, Weak},
    time::{Duration, Instant},
};

use matchday_event::{Approved, GameId, GraphicsCommand, Team};
use reqwest::{Client, StatusCode, Url, redirect::Policy};
use tokio::sync::{Notify, watch};

use super::{
    build::{self, Command},
    queue::{Queue, Taken},
    still::Still,
};
use crate::output::{Backoff, locked};

/// How the graphics system is spoken to.
#[derive(Debug, Clone)]
pub struct GraphicsOptions {
    /// Where commands are posted.
    pub url: String,
    /// The still: JSON at this path, the picture beside it under the same name with `.svg`. `None` for no still.
    pub fallback_file: Option<PathBuf>,
    /// How long one attempt may take.
    pub timeout: Duration,
    /// Key plays that may wait.
    pub key_plays: usize,
    /// A key play that could not be shown for this long is not shown any more.
    pub key_play_age: Duration,
    /// The wait after the first failure; it doubles with each further one.
    pub backoff_min: Duration,
    /// The longest wait between attempts.
    pub backoff_max: Duration,
    /// Failures in a row after which the system counts as down and the still is written.
    pub down_after: u32,
    /// The least time between two stills.
    pub still_interval: Duration,
}

impl Default for GraphicsOptions {
    fn default() -> Self {
        Self {
            url: String::new(),
            fallback_file: None,
            timeout: Duration::from_millis(500),
            key_plays: 16,
            key_play_age: Duration::from_secs(15),
            backoff_min: Duration::from_millis(100),
            backoff_max: Duration::from_secs(5),
            down_after: 2,
            still_interval: Duration::from_millis(250),
        }
    }
}

/// Why the graphics output cannot start.
#[derive(Debug, thiserror::Error)]
pub enum GraphicsError {
    /// Not an address.
    #[error("graphics url {url:?} is not an http address: {why}")]
    Url {
        /// As configured.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// The HTTP client cannot be made.
    #[error("cannot make the graphics HTTP client: {0}")]
    Client(#[from] reqwest::Error),
}

/// How the graphics output is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Health {
    /// Whether the last attempts succeeded. False until the first.
    pub up: bool,
    /// Commands acknowledged.
    pub sent: u64,
    /// Attempts that failed.
    pub failed: u64,
    /// Key plays given up (too many or too old), and commands the system refused.
    pub dropped: u64,
    /// Stills written.
    pub stills: u64,
    /// Commands that wait.
    pub waiting: usize,
}

struct Shared {
    queue: Mutex<Queue>,
    still: Mutex<Still>,
    news: Notify,
    health: watch::Sender<Health>,
}

/// The address of a graphics system, if it is one that commands can be sent to.
pub fn address(url: &str) -> Result<Url, GraphicsError> {
    let bad = |why: String| GraphicsError::Url {
        url: url.to_owned(),
        why,
    };
    let parsed = Url::parse(url).map_err(|e| {
        bad(format!(
            "{e}; write it out, such as http://127.0.0.1:9100/commands"
        ))
    })?;
    if parsed.scheme() != "http" && parsed.scheme() != "https" {
        return Err(bad("it must begin with http:// or https://".to_owned()));
    }
    Ok(parsed)
}

/// The graphics output. Clones share one queue; when the last is dropped the driver ends.
#[derive(Clone)]
pub struct Graphics(Arc<Shared>);

impl Graphics {
    /// Starts the driver in the current Tokio runtime.
    pub fn start(options: GraphicsOptions) -> Result<Self, GraphicsError> {
        let url = address(&options.url)?;
        let client = Client::builder()
            .timeout(options.timeout)
            // A command goes where it was told to go, and nowhere else.
            .redirect(Policy::none())
            .no_proxy()
            .build()?;
        let shared = Arc::new(Shared {
            queue: Mutex::new(Queue::new(options.key_plays, options.key_play_age)),
            still: Mutex::default(),
            news: Notify::new(),
            health: watch::Sender::new(Health::default()),
        });
        let driver = Driver {
            shared: Arc::downgrade(&shared),
            client,
            url,
            backoff: Backoff::new(options.backoff_min, options.backoff_max),
            options,
            still_at: None,
        };
        tokio::spawn(driver.run());
        Ok(Self(shared))
    }

    /// Queues an approved command. Never waits and never fails: what cannot be sent shows in [`Health`].
    pub fn send(&self, approved: &Approved<GraphicsCommand>) {
        let command = build::command(approved.get());
        locked(&self.0.still).apply(&command);
        let mut queue = locked(&self.0.queue);
        let dropped = queue.push(command, Instant::now());
        let waiting = queue.len();
        drop(queue);
        self.0.note(|h| {
            h.waiting = waiting;
            h.dropped += dropped as u64;
        });
        dropped_because("too_many", dropped);
        self.0.news.notify_one();
    }

    /// Tells the still who plays.
    pub fn describe(&self, game: &GameId, home: Team, away: Team) {
        let mut still = locked(&self.0.still);
        let game = still.games.entry(game.clone()).or_default();
        game.home = Some(home);
        game.away = Some(away);
    }

    /// How the output is doing, to be watched.
    pub fn health(&self) -> watch::Receiver<Health> {
        self.0.health.subscribe()
    }
}

impl Shared {
    fn note(&self, change: impl FnOnce(&mut Health)) {
        self.health.send_modify(change);
        metrics::gauge!("matchday_graphics_queue").set(self.health.borrow().waiting as f64);
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.news.notify_one();
    }
}

fn dropped_because(reason: &'static str, n: usize) {
    if n > 0 {
        metrics::counter!("matchday_graphics_dropped_total", "reason" => reason)
            .increment(n as u64);
    }
}

/// What became of an attempt.
enum Outcome {
    Sent,
    /// Worth another attempt.
    Failed(&'static str),
    /// Another attempt would end the same way.
    Refused(StatusCode),
}

struct Driver {
    // Weak, so that dropping the last `Graphics` ends the driver.
    shared: Weak<Shared>,
    client: Client,
    url: Url,
    options: GraphicsOptions,
    backoff: Backoff,
    still_at: Option<Instant>,
}

impl Driver {
    async fn run(mut self) {
        while let Some(shared) = self.shared.upgrade() {
            let (taken, stale) = locked(&shared.queue).pop(Instant::now());
            dropped_because("too_old", stale);
            let waiting = locked(&shared.queue).len();
            shared.note(|h| {
                h.waiting = waiting;
                h.dropped += stale as u64;
            });
            match taken {
                Some(taken) => self.deliver(&shared, taken).await,
                None => {
                    tokio::select! {
                        () = shared.news.notified() => {}
                        // Lets go of the queue now and then, to see whether anyone else still holds it.
                        () = tokio::time::sleep(Duration::from_secs(1)) => {}
                    }
                }
            }
        }
    }

    async fn deliver(&mut self, shared: &Shared, taken: Taken) {
        match self.attempt(&taken.command).await {
            Outcome::Sent => {
                let command = taken.command.order.name();
                metrics::counter!("matchday_graphics_sent_total", "command" => command)
                    .increment(1);
                self.answered(shared, |h| h.sent += 1).await;
            }
            Outcome::Refused(status) => {
                tracing::warn!(%status, id = taken.command.id, "the graphics system refused a command");
                dropped_because("refused", 1);
                // It answers, so it is up, whatever it thinks of the command.
                self.answered(shared, |h| h.dropped += 1).await;
            }
            Outcome::Failed(reason) => {
                metrics::counter!("matchday_graphics_failed_total", "reason" => reason)
                    .increment(1);
                let wait = self.backoff.failed(&taken.command.id);
                locked(&shared.queue).put_back(taken);
                shared.note(|h| h.failed += 1);
                if self.is_down() {
                    if shared.health.borrow().up
                        || self.backoff.failures() == self.options.down_after
                    {
                        tracing::warn!(
                            reason,
                            "the graphics system does not answer; a still stands in"
                        );
                    }
                    metrics::gauge!("matchday_graphics_up").set(0.0);
                    shared.note(|h| h.up = false);
                }
                self.wait(shared, wait).await;
            }
        }
    }

    /// Waits before the next attempt, keeping the still up to date meanwhile.
    async fn wait(&mut self, shared: &Shared, wait: Duration) {
        let until = tokio::time::Instant::now() + wait;
        loop {
            let down = self.is_down();
            if down
                && self
                    .still_at
                    .is_none_or(|at| at.elapsed() >= self.options.still_interval)
            {
                self.write_still(shared, false).await;
            }
            tokio::select! {
                () = tokio::time::sleep_until(until) => return,
                () = shared.news.notified(), if down => {
                    let next = self.still_at.map_or(Duration::ZERO, |at| {
                        self.options.still_interval.saturating_sub(at.elapsed())
                    });
                    tokio::time::sleep_until(until.min(tokio::time::Instant::now() + next)).await;
                }
            }
        }
    }

    async fn attempt(&self, command: &Command) -> Outcome {
        let request = build::request(command);
        let mut post = self.client.post(self.url.clone());
        for (name, value) in request.headers {
            post = post.header(name, value);
        }
        match post.body(request.body).send().await {
            Ok(answer) if answer.status().is_success() => Outcome::Sent,
            Ok(answer) => match answer.status() {
                StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS => {
                    Outcome::Failed("busy")
                }
                status if status.is_client_error() => Outcome::Refused(status),
                _ => Outcome::Failed("status"),
            },
            Err(error) if error.is_timeout() => Outcome::Failed("timeout"),
            Err(error) if error.is_connect() => Outcome::Failed("unreachable"),
            Err(_) => Outcome::Failed("broken"),
        }
    }

    async fn answered(&mut self, shared: &Shared, change: impl FnOnce(&mut Health)) {
        let was_down = self.is_down();
        self.backoff.reset();
        metrics::gauge!("matchday_graphics_up").set(1.0);
        if was_down {
            tracing::info!("the graphics system answers again");
            self.write_still(shared, true).await;
        }
        shared.note(|h| {
            h.up = true;
            change(h);
        });
    }

    async fn write_still(&mut self, shared: &Shared, live: bool) {
        let Some(path) = self.options.fallback_file.clone() else {
            return;
        };
        let still = {
            let mut still = locked(&shared.still);
            still.live = live;
            still.clone()
        };
        let written =
            tokio::task::spawn_blocking(move || still.write(&path).map_err(|e| (e, path))).await;
        self.still_at = Some(Instant::now());
        match written {
            Ok(Ok(())) => shared.note(|h| h.stills += 1),
            Ok(Err((error, path))) => {
                tracing::error!(%error, path = %path.display(), "cannot write the still");
                metrics::counter!("matchday_graphics_failed_total", "reason" => "still")
                    .increment(1);
            }
            Err(error) => tracing::error!(%error, "writing the still was cut short"),
        }
    }

    fn is_down(&self) -> bool {
        self.backoff.failures() >= self.options.down_after
    }
}

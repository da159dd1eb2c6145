//! A clock, a log and a server under the tests' control.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use futures::future::BoxFuture;
use matchday_event::{EventTime, Signal};
use matchday_feeds::driver::{
    Batch, Clock, Driver, FeedConfig, PollConfig, Sink, SinkClosed, Transport,
};
use tokio::sync::mpsc;

pub(crate) const NOW_MS: i64 = 1_700_000_000_000;

/// A clock that moves one millisecond at each look, or by hand.
#[derive(Default)]
pub(crate) struct TestClock(pub(crate) AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> EventTime {
        EventTime::from_millis(NOW_MS + self.0.fetch_add(1, Ordering::Relaxed))
    }
}

pub(crate) struct TestSink(mpsc::Sender<Batch>);

impl Sink for TestSink {
    fn deliver(&self, batch: Batch) -> BoxFuture<'_, Result<(), SinkClosed>> {
        Box::pin(async {
            self.0
                .send(batch)
                .await
                .map_err(|_| SinkClosed("the test is over".to_owned()))
        })
    }
}

pub(crate) struct World {
    pub(crate) driver: Driver,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) batches: mpsc::Receiver<Batch>,
}

pub(crate) fn world(room: usize) -> World {
    let (send, batches) = mpsc::channel(room);
    let clock = Arc::new(TestClock::default());
    let driver = Driver::new(clock.clone(), Arc::new(TestSink(send)), 7).expect("driver");
    World {
        driver,
        clock,
        batches,
    }
}

impl World {
    pub(crate) async fn batch(&mut self) -> Batch {
        tokio::time::timeout(Duration::from_secs(60), self.batches.recv())
            .await
            .expect("a batch in time")
            .expect("the driver runs")
    }
}

#[derive(Clone)]
pub(crate) enum Reply {
    Body(String),
    Tagged(&'static str, String),
    Status(u16),
    Cut,
    Hang,
}

#[derive(Clone, Default)]
pub(crate) struct Script {
    pub(crate) replies: Arc<Mutex<VecDeque<Reply>>>,
    /// What each request said it had.
    pub(crate) asked: Arc<Mutex<Vec<Option<String>>>>,
    pub(crate) served: Arc<AtomicUsize>,
}

impl Script {
    pub(crate) fn new(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self {
            replies: Arc::new(Mutex::new(replies.into_iter().collect())),
            ..Self::default()
        }
    }

    pub(crate) async fn serve(&self) -> String {
        let app = Router::new()
            .route("/game.json", get(answer))
            .with_state(self.clone());
        serve(app).await + "/game.json"
    }
}

pub(crate) async fn serve(app: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("binds");
    let address = listener.local_addr().expect("address");
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}")
}

/// The next reply of the script; the last one for ever.
pub(crate) async fn answer(State(script): State<Script>, headers: HeaderMap) -> Response {
    script.served.fetch_add(1, Ordering::Relaxed);
    let tag = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|v| v.to_str().ok())
        .map(str::to_owned);
    script.asked.lock().expect("lock").push(tag.clone());
    let reply = {
        let mut replies = script.replies.lock().expect("lock");
        if replies.len() > 1 {
            replies.pop_front()
        } else {
            replies.front().cloned()
        }
    };
    match reply.expect("a reply") {
        Reply::Body(body) => body.into_response(),
        Reply::Tagged(etag, _) if tag.as_deref() == Some(etag) => {
            StatusCode::NOT_MODIFIED.into_response()
        }
        Reply::Tagged(etag, body) => ([(header::ETAG, etag)], body).into_response(),
        Reply::Status(code) => StatusCode::from_u16(code).expect("code").into_response(),
        Reply::Cut => {
            // Announces more than it sends.
            let stream = futures::stream::iter([
                Ok::<_, std::io::Error>("{\"gameId\":".to_owned()),
                Err(std::io::Error::other("cut")),
            ]);
            axum::body::Body::from_stream(stream).into_response()
        }
        Reply::Hang => std::future::pending().await,
    }
}

pub(crate) fn doc(plays: u32) -> String {
    let plays: Vec<String> = (1..=plays)
        .map(|i| {
            format!(
                r#"{{"playId":"{i}","playType":"run","possession":"home","quarter":1,"gameClockSeconds":{},"yardLine":50,"down":1,"distance":10}}"#,
                900 - i
            )
        })
        .collect();
    format!(
        r#"{{"gameId":"nfl-1","homeTeam":"ATL","awayTeam":"NO","homeScore":0,"awayScore":0,"quarter":1,"plays":[{}]}}"#,
        plays.join(",")
    )
}

pub(crate) fn poll(url: &str) -> PollConfig {
    PollConfig {
        interval: Duration::from_millis(3),
        timeout: Duration::from_millis(2_000),
        max_backoff: Duration::from_millis(6),
        breaker_rest: Duration::from_millis(10),
        ..PollConfig::new(url)
    }
}

pub(crate) fn feed(name: &str, transport: Transport) -> FeedConfig {
    FeedConfig {
        name: name.into(),
        provider: "plain".to_owned(),
        game: None,
        league: None,
        chat: None,
        transport,
    }
}

pub(crate) fn plays(batch: &Batch) -> Vec<&str> {
    batch
        .signals
        .iter()
        .filter_map(|s| match s {
            Signal::Play(p) => Some(p.play_id.as_str()),
            _ => None,
        })
        .collect()
}

use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State, rejection::BytesRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use matchday_event::FaultCode;
use serde::Serialize;
use tokio::sync::{Mutex, Semaphore};

use super::{Driver, TakeError, Transport};
use crate::sign::{SIGNATURE_HEADER, TIMESTAMP_HEADER, verify};

/// A feed that is sent to us.
#[derive(Clone)]
pub struct PushConfig {
    /// The secret its signatures are made with. Never shown.
    pub secret: Arc<[u8]>,
    /// Most seconds between the sender's timestamp and our clock, either way.
    pub window_s: i64,
}

impl PushConfig {
    /// A secret, and five minutes of window.
    pub fn new(secret: impl Into<Arc<[u8]>>) -> Self {
        Self {
            secret: secret.into(),
            window_s: 300,
        }
    }
}

impl std::fmt::Debug for PushConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PushConfig")
            .field("window_s", &self.window_s)
            .finish_non_exhaustive()
    }
}

/// Pushes worked on at once; one more is told to come back.
const MAX_AT_ONCE: usize = 64;
/// Signatures remembered against replays. At a push a second this spans far more than any window.
const MAX_REMEMBERED: usize = 65_536;

#[derive(Clone)]
struct Door {
    driver: Driver,
    places: Arc<Semaphore>,
    seen: Arc<Mutex<Seen>>,
}

/// Signatures let in, oldest first.
#[derive(Default)]
pub(crate) struct Seen {
    set: HashSet<[u8; 32]>,
    order: VecDeque<(i64, [u8; 32])>,
}

impl Seen {
    /// Remembers a signature; false if it was there, or if there is no room left within the window.
    pub(crate) fn admit(
        &mut self,
        signature: [u8; 32],
        now_s: i64,
        window_s: i64,
    ) -> Result<(), StatusCode> {
        // Twice the window: a timestamp may lie that far in the future and be replayed until it is that old.
        while self
            .order
            .front()
            .is_some_and(|(at, _)| now_s - at > 2 * window_s)
        {
            if let Some((_, old)) = self.order.pop_front() {
                self.set.remove(&old);
            }
        }
        if self.set.len() >= MAX_REMEMBERED {
            return Err(StatusCode::TOO_MANY_REQUESTS);
        }
        if !self.set.insert(signature) {
            return Err(StatusCode::CONFLICT);
        }
        self.order.push_back((now_s, signature));
        Ok(())
    }

    /// Forgets a signature whose push was not taken, so that the sender may try it again.
    fn forget(&mut self, signature: &[u8; 32]) {
        self.set.remove(signature);
        self.order.retain(|(_, s)| s != signature);
    }
}

#[derive(Serialize)]
struct Accepted {
    /// Signals put on the log: what was new.
    accepted: usize,
    /// Faults set aside.
    faults: usize,
}

#[derive(Serialize)]
struct Refused {
    code: &'static str,
    message: String,
}

fn refused(status: StatusCode, code: &'static str, message: impl Into<String>) -> Response {
    let body = Refused {
        code,
        message: message.into(),
    };
    (status, Json(body)).into_response()
}

/// `POST /feeds/{name}`: takes a document for the push feed of that name. Answers 202 once the log has it; 401
/// for a signature that does not hold, 404 for no such feed, 409 for a push seen before, 413 for one too large,
/// 422 for a document that cannot be read, 429 when too many come at once, 503 when the log takes no more.
pub fn push_router(driver: Driver, max_body_bytes: usize) -> Router {
    let door = Door {
        driver,
        places: Arc::new(Semaphore::new(MAX_AT_ONCE)),
        seen: Arc::default(),
    };
    Router::new()
        .route("/feeds/{name}", post(take))
        .layer(DefaultBodyLimit::max(max_body_bytes))
        .with_state(door)
}

async fn take(
    State(door): State<Door>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Ok(_place) = door.places.try_acquire() else {
        return refused(
            StatusCode::TOO_MANY_REQUESTS,
            "busy",
            "too many pushes at once",
        );
    };
    let Some(feed) = door.driver.feed(&name) else {
        return refused(
            StatusCode::NOT_FOUND,
            "unknown_feed",
            "no push feed of this name",
        );
    };
    let Transport::Push(config) = &feed.config.transport else {
        return refused(
            StatusCode::NOT_FOUND,
            "unknown_feed",
            "no push feed of this name",
        );
    };
    feed.gauges.request();
    let body = match body {
        Ok(body) => body,
        Err(e) => {
            let status = e.status();
            let code = if status == StatusCode::PAYLOAD_TOO_LARGE {
                FaultCode::TooLarge
            } else {
                FaultCode::Truncated
            };
            feed.gauges.fault(code);
            return refused(status, code.as_str(), e.body_text());
        }
    };
    let text = |header: &str| {
        headers
            .get(header)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default()
    };
    let now = door.driver.inner.clock.now();
    let verified = verify(
        &config.secret,
        text(TIMESTAMP_HEADER),
        text(SIGNATURE_HEADER),
        &body,
        now,
        config.window_s,
    );
    let signature = match verified {
        Ok(signature) => signature,
        Err(e) => {
            feed.gauges.failed(FaultCode::BadSignature, e.to_string());
            return refused(
                StatusCode::UNAUTHORIZED,
                FaultCode::BadSignature.as_str(),
                e.to_string(),
            );
        }
    };
    feed.gauges.bytes(body.len());
    let admitted = door
        .seen
        .lock()
        .await
        .admit(signature, now.millis() / 1000, config.window_s);
    if let Err(status) = admitted {
        let why = if status == StatusCode::CONFLICT {
            "this push was taken before"
        } else {
            "too many pushes within the window"
        };
        return refused(status, "replayed", why);
    }
    let _turn = feed.turn.lock().await;
    match door.driver.take(&feed, &body, now).await {
        Ok(taken) => {
            let body = Accepted {
                accepted: taken.signals,
                faults: taken.faults,
            };
            (StatusCode::ACCEPTED, Json(body)).into_response()
        }
        Err(TakeError::Feed(e)) => {
            feed.gauges.failed(e.code, e.to_string());
            refused(
                StatusCode::UNPROCESSABLE_ENTITY,
                e.code.as_str(),
                e.to_string(),
            )
        }
        Err(TakeError::Sink(e)) => {
            door.seen.lock().await.forget(&signature);
            refused(StatusCode::SERVICE_UNAVAILABLE, "log_closed", e.to_string())
        }
    }
}

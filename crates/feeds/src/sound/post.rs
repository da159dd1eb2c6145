//! Sound over HTTP: `POST /sound/{mic}` with samples as the body, for as long as the match lasts.
//!
//! A signature over a body that has no end cannot stand before it. What is signed instead is the request: the path and
//! the query, with the time, under the microphone's secret. The samples themselves are protected by the transport (put
//! TLS in front of anything but loopback).

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    Json, Router,
    body::Body,
    extract::{Path, Query, RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use futures::StreamExt as _;
use matchday_event::{EventTime, FaultCode, GameId, Signal};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::{FrontEnd, PcmFormat, PcmReader, Source};
use crate::{
    driver::{Batch, Clock, Seen, Sink},
    sign::{SIGNATURE_HEADER, TIMESTAMP_HEADER, verify},
};

/// A microphone that sends its sound to us.
#[derive(Clone)]
pub struct MicConfig {
    /// Its name, in the path and in reports.
    pub name: Arc<str>,
    /// The game that it hears.
    pub game: GameId,
    /// The secret that requests are signed with. Never shown.
    pub secret: Arc<[u8]>,
    /// Most seconds between the sender's timestamp and our clock, either way.
    pub window_s: i64,
    /// Sound pressure level of a sine of full scale, if known.
    pub offset_db: Option<f32>,
}

impl std::fmt::Debug for MicConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MicConfig")
            .field("name", &self.name)
            .field("game", &self.game)
            .finish_non_exhaustive()
    }
}

/// Longest that a sender may send nothing.
const MAX_SILENCE: Duration = Duration::from_secs(10);
/// How far the sound may run ahead of the clock: a live stream does not, a file posted by mistake does.
const MAX_AHEAD_US: i64 = 5_000_000;
/// How far it may fall behind before its time is set anew.
const MAX_BEHIND_US: i64 = 2_000_000;
/// Longest stream: no match lasts longer.
const MAX_STREAM_US: i64 = 12 * 3_600_000_000;

struct Mic {
    config: MicConfig,
    busy: AtomicBool,
    seen: Mutex<Seen>,
}

#[derive(Clone)]
struct Door {
    mics: Arc<BTreeMap<Arc<str>, Mic>>,
    sink: Arc<dyn Sink>,
    clock: Arc<dyn Clock>,
}

/// Says that a microphone sends, for as long as it lives.
struct Turn<'a>(&'a AtomicBool);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

#[derive(Deserialize)]
struct Params {
    format: String,
    rate: u32,
    #[serde(default = "one")]
    channels: u8,
}

fn one() -> u8 {
    1
}

#[derive(Serialize)]
struct Taken {
    /// Reports put on the log.
    reports: usize,
    /// Seconds of sound.
    seconds: f64,
}

#[derive(Serialize)]
struct Refused {
    code: &'static str,
    message: String,
}

fn refused(status: StatusCode, code: &'static str, message: impl Into<String>) -> Response {
    let message = message.into();
    (status, Json(Refused { code, message })).into_response()
}

/// `POST /sound/{mic}?format=s16le&rate=48000&channels=2`: takes samples as the body, in chunks, and puts ten reports
/// a second on the log while they come. Signed like a push, but over `{mic}?{query}` instead of the body. Answers 200
/// at the end of the body; 400 for parameters that cannot be, 401 for a signature that does not hold, 404 for no such
/// microphone, 408 when nothing comes for ten seconds, 409 when the microphone is already sending or the request was
/// made before, 429 for sound faster than time, 503 when the log takes no more.
pub fn sound_router(
    mics: impl IntoIterator<Item = MicConfig>,
    sink: Arc<dyn Sink>,
    clock: Arc<dyn Clock>,
) -> Router {
    let mics = mics
        .into_iter()
        .map(|config| {
            let mic = Mic {
                busy: AtomicBool::new(false),
                seen: Mutex::default(),
                config,
            };
            (mic.config.name.clone(), mic)
        })
        .collect();
    Router::new()
        .route("/sound/{mic}", post(take))
        .with_state(Door {
            mics: Arc::new(mics),
            sink,
            clock,
        })
}

async fn take(
    State(door): State<Door>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    params: Result<Query<Params>, axum::extract::rejection::QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let Some(mic) = door.mics.get(name.as_str()) else {
        return refused(
            StatusCode::NOT_FOUND,
            "unknown_mic",
            "no microphone of this name",
        );
    };
    let text = |header: &str| {
        headers
            .get(header)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default()
    };
    let now = door.clock.now();
    let signed = format!("{name}?{}", query.unwrap_or_default());
    let verified = verify(
        &mic.config.secret,
        text(TIMESTAMP_HEADER),
        text(SIGNATURE_HEADER),
        signed.as_bytes(),
        now,
        mic.config.window_s,
    );
    let signature = match verified {
        Ok(signature) => signature,
        Err(e) => {
            let code = FaultCode::BadSignature.as_str();
            return refused(StatusCode::UNAUTHORIZED, code, e.to_string());
        }
    };
    let Query(params) = match params {
        Ok(params) => params,
        Err(e) => return refused(StatusCode::BAD_REQUEST, "bad_query", e.body_text()),
    };
    let format: PcmFormat = match params.format.parse() {
        Ok(format) => format,
        Err(e) => {
            let message = super::UnknownFormat::to_string(&e);
            return refused(StatusCode::BAD_REQUEST, "bad_query", message);
        }
    };
    let source = Source {
        mic: mic.config.name.clone(),
        rate_hz: params.rate,
        channels: params.channels,
        offset_db: mic.config.offset_db,
    };
    let front = match FrontEnd::new(source, now) {
        Ok(front) => front,
        Err(e) => return refused(StatusCode::BAD_REQUEST, "bad_query", e.to_string()),
    };
    if mic.busy.swap(true, Ordering::AcqRel) {
        return refused(
            StatusCode::CONFLICT,
            "busy",
            "this microphone is already sending",
        );
    }
    let _turn = Turn(&mic.busy);
    let admitted = mic
        .seen
        .lock()
        .await
        .admit(signature, now.millis() / 1000, mic.config.window_s);
    if let Err(status) = admitted {
        return refused(status, "replayed", "this request was made before");
    }
    listen(&door, mic, front, format, body).await
}

async fn listen(
    door: &Door,
    mic: &Mic,
    mut front: FrontEnd,
    format: PcmFormat,
    body: Body,
) -> Response {
    let began = front.now();
    let source: Arc<str> = format!("sound:{}", mic.config.name).into();
    let mut reader = PcmReader::new(format);
    let mut chunks = body.into_data_stream();
    let mut samples = Vec::new();
    let mut reports = Vec::new();
    let mut count = 0;
    loop {
        let chunk = match tokio::time::timeout(MAX_SILENCE, chunks.next()).await {
            Ok(Some(Ok(chunk))) => chunk,
            Ok(None) => break,
            Ok(Some(Err(e))) => {
                let code = FaultCode::Truncated.as_str();
                return refused(StatusCode::BAD_REQUEST, code, e.to_string());
            }
            Err(_) => {
                let code = FaultCode::Timeout.as_str();
                return refused(
                    StatusCode::REQUEST_TIMEOUT,
                    code,
                    "nothing came for ten seconds",
                );
            }
        };
        samples.clear();
        reader.push(&chunk, &mut samples);
        front.push(&samples, &mut reports);
        let now = door.clock.now();
        let ahead_us = front.now().0 - now.0;
        if ahead_us > MAX_AHEAD_US {
            return refused(
                StatusCode::TOO_MANY_REQUESTS,
                "too_fast",
                "the sound comes faster than time passes; send it as it is made",
            );
        }
        if ahead_us < -MAX_BEHIND_US {
            front.set_now(now);
        }
        if reports.is_empty() {
            continue;
        }
        count += reports.len();
        let batch = Batch {
            game: mic.config.game.clone(),
            source: source.clone(),
            signals: reports.drain(..).map(Signal::Sound).collect(),
            received: now,
        };
        if let Err(e) = door.sink.deliver(batch).await {
            return refused(StatusCode::SERVICE_UNAVAILABLE, "log_closed", e.to_string());
        }
        if front.now().0 - began.0 > MAX_STREAM_US {
            break;
        }
    }
    let seconds = heard_s(began, front.now());
    let taken = Taken {
        reports: count,
        seconds,
    };
    (StatusCode::OK, Json(taken)).into_response()
}

fn heard_s(from: EventTime, to: EventTime) -> f64 {
    (to.0 - from.0) as f64 / 1e6
}

use std::{
    io::Write,
    sync::Arc,
    time::{Duration, SystemTime},
};

use axum::{
    Json, Router,
    extract::{Path, State as Shared},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

use super::{Injected, State, Turn};
use crate::{
    clubs::club_name,
    odds::{KICKOFF, odds},
};

pub(super) fn router(state: Arc<State>) -> Router {
    Router::new()
        .route("/games", get(games))
        .route("/games/{file}", get(game))
        .route("/odds.json", get(prices))
        .with_state(state)
}

/// The schedule: what there is to poll.
async fn games(Shared(state): Shared<Arc<State>>) -> Json<Value> {
    let list: Vec<Value> = state
        .sunday
        .games()
        .map(|g| {
            json!({
                "id": format!("nfl-{}", g.id),
                "provider": "gsis",
                "url": format!("/games/{}.json", g.id),
                "kickoff": KICKOFF,
                "season": 2016,
                "week": 17,
                "home": {"abbr": g.home, "name": club_name(&g.home)},
                "away": {"abbr": g.away, "name": club_name(&g.away)},
            })
        })
        .collect();
    Json(json!({ "games": list }))
}

async fn prices(Shared(state): Shared<Arc<State>>) -> Json<Value> {
    Json(odds(state.sunday.games()))
}

async fn game(
    Shared(state): Shared<Arc<State>>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Response {
    let id = file.strip_suffix(".json").unwrap_or(&file);
    let Some(mut turn) = state.turn(id) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if let Some(wrong) = turn.wrong
        && let Some(answer) = spoiled(&state, id, wrong, &mut turn, &headers).await
    {
        return answer;
    }
    whole(&state, id, turn.frame, &headers)
}

/// An answer with something wrong; `None` where the answer comes late but whole.
async fn spoiled(
    state: &State,
    id: &str,
    wrong: Injected,
    turn: &mut Turn,
    headers: &HeaderMap,
) -> Option<Response> {
    let mut wrong = wrong;
    let mut body = Bytes::new();
    match wrong {
        Injected::Stale => {
            let served = state.served(id);
            let back = 1 + turn.rng.below(4);
            let shown = |f: usize| {
                state
                    .sunday
                    .frames(id)
                    .and_then(|s| s.get(f))
                    .map(|s| s.published)
            };
            if served >= back && shown(served - back) < shown(served) {
                body = state.sunday.document_at(id, served - back)?;
            } else {
                wrong = Injected::transport(&mut turn.rng);
            }
        }
        Injected::Spoiled(how) => match state.sunday.spoiled_at(id, turn.frame, how, &mut turn.rng)
        {
            Some(spoiled) => body = spoiled,
            None => wrong = Injected::transport(&mut turn.rng),
        },
        _ => {}
    }
    state.count(wrong);
    let tag = format!("\"{id}-x{}\"", turn.poll);
    match wrong {
        Injected::Html => {
            let page = "<!doctype html><html><head><title>Service unavailable</title></head>\
                        <body><h1>We will be right back</h1></body></html>";
            Some(Html(page).into_response())
        }
        Injected::Status => Some(StatusCode::INTERNAL_SERVER_ERROR.into_response()),
        Injected::Empty => Some(json_answer(Bytes::new(), &tag, SystemTime::now(), false)),
        Injected::Half => {
            let document = state.sunday.document_at(id, turn.frame)?;
            let half = document.slice(..document.len() / 2);
            Some(json_answer(
                half,
                &tag,
                SystemTime::now(),
                wants_gzip(headers),
            ))
        }
        Injected::Slow => {
            tokio::time::sleep(state.options.slow).await;
            None
        }
        Injected::Stale | Injected::Spoiled(_) => Some(json_answer(
            body,
            &tag,
            SystemTime::now(),
            wants_gzip(headers),
        )),
    }
}

fn whole(state: &State, id: &str, frame: usize, headers: &HeaderMap) -> Response {
    let tag = format!("\"{id}-{frame}\"");
    let modified = state.modified(id, frame);
    let text = |name| {
        headers
            .get(name)
            .and_then(|v: &HeaderValue| v.to_str().ok())
    };
    let unchanged = match text(header::IF_NONE_MATCH) {
        Some(tags) => tags
            .split(',')
            .any(|t| t.trim().trim_start_matches("W/") == tag),
        None => text(header::IF_MODIFIED_SINCE)
            .and_then(|since| httpdate::parse_http_date(since).ok())
            // A date has whole seconds only: within the second of a change it proves nothing.
            .is_some_and(|since| {
                modified <= since && modified + Duration::from_secs(1) < SystemTime::now()
            }),
    };
    let answer = if unchanged {
        let mut answer = StatusCode::NOT_MODIFIED.into_response();
        validators(answer.headers_mut(), &tag, modified);
        answer
    } else {
        let Some(document) = state.sunday.document_at(id, frame) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        json_answer(document, &tag, modified, wants_gzip(headers))
    };
    state.served_whole(id, frame);
    answer
}

fn wants_gzip(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|v| {
            v.split(',')
                .any(|e| e.trim().starts_with("gzip") && !e.ends_with("q=0"))
        })
}

fn json_answer(body: Bytes, tag: &str, modified: SystemTime, gzip: bool) -> Response {
    let packed = if gzip && !body.is_empty() {
        let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 6), Compression::fast());
        // Writing to memory does not fail; if it did, the plain body is as good.
        encoder
            .write_all(&body)
            .and_then(|()| encoder.finish())
            .ok()
    } else {
        None
    };
    let zipped = packed.is_some();
    let mut answer = match packed {
        Some(packed) => packed.into_response(),
        None => body.into_response(),
    };
    let headers = answer.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if zipped {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    validators(headers, tag, modified);
    answer
}

fn validators(headers: &mut HeaderMap, tag: &str, modified: SystemTime) {
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(header::ETAG, tag);
    }
    if let Ok(date) = HeaderValue::from_str(&httpdate::fmt_http_date(modified)) {
        headers.insert(header::LAST_MODIFIED, date);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
}

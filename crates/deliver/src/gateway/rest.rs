//! The REST half: what a page, a script or a cache asks for once.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State as Shared},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use hyper::{
    HeaderMap, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH},
};
use matchday_event::{GameId, PlayFact, PlayId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{channel::Frame, problem::Problem, router::App, state::State};

/// Some of a game's plays, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Plays {
    /// The game.
    pub game: GameId,
    /// Update number these plays are as of.
    pub seq: u64,
    /// Epoch of that number.
    pub epoch: String,
    /// The plays.
    pub plays: Vec<Arc<PlayFact>>,
    /// Whether there are more: ask again with `after` set to the last play's id.
    pub more: bool,
}

/// How many watch. Who watches is not told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Presence {
    /// The game.
    pub game: GameId,
    /// Clients subscribed to the game on this node.
    pub clients: u64,
}

/// Query of the plays.
#[derive(Debug, Deserialize)]
pub(crate) struct PlaysQuery {
    after: Option<String>,
    limit: Option<usize>,
}

const MAX_PLAYS: usize = 500;

/// `GET /api/v1/games`
pub(crate) async fn games(Shared(app): Shared<App>, headers: HeaderMap) -> Response {
    message(&app.hub.scoreboard().snapshot(), &headers)
}

/// `GET /api/v1/games/{game_id}`
pub(crate) async fn game(
    Shared(app): Shared<App>,
    Path(game): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let channel = app
        .hub
        .viewers(&game)
        .ok_or_else(|| Problem::unknown_game(&game))?;
    Ok(message(&channel.snapshot(), &headers))
}

/// `GET /api/v1/games/{game_id}/crowd`
pub(crate) async fn crowd(
    Shared(app): Shared<App>,
    Path(game): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let channel = app
        .hub
        .crowd(&game)
        .ok_or_else(|| Problem::unknown_game(&game))?;
    Ok(message(&channel.snapshot(), &headers))
}

/// `GET /api/v1/games/{game_id}/plays`
pub(crate) async fn plays(
    Shared(app): Shared<App>,
    Path(game): Path<String>,
    query: Result<Query<PlaysQuery>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Problem> {
    let Query(query) = query
        .map_err(|e| Problem::new(StatusCode::BAD_REQUEST, "bad_query").detail(e.body_text()))?;
    let limit = query.limit.unwrap_or(MAX_PLAYS);
    if !(1..=MAX_PLAYS).contains(&limit) {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "bad_query")
            .detail(format!("limit must be 1 to {MAX_PLAYS}")));
    }
    let channel = app
        .hub
        .viewers(&game)
        .ok_or_else(|| Problem::unknown_game(&game))?;
    let page = channel.with_state(|state, seq, epoch| {
        let State::Game(snapshot) = state else {
            return None;
        };
        let first = match &query.after {
            None => 0,
            Some(after) => {
                let after = PlayId::new(after);
                1 + snapshot.plays.iter().rposition(|p| p.play_id == after)?
            }
        };
        let rest = &snapshot.plays[first..];
        Some(Plays {
            game: snapshot.id.clone(),
            seq,
            epoch: epoch.to_owned(),
            plays: rest.iter().take(limit).cloned().collect(),
            more: rest.len() > limit,
        })
    });
    let page = page.ok_or_else(|| {
        Problem::new(StatusCode::NOT_FOUND, "unknown_play")
            .detail("after is not a play of this game, or no longer: begin again without it")
    })?;
    Ok(json(&page))
}

/// `GET /api/v1/games/{game_id}/presence`
pub(crate) async fn presence(
    Shared(app): Shared<App>,
    Path(game): Path<String>,
) -> Result<Response, Problem> {
    let unknown = || Problem::unknown_game(&game);
    let channel = app.hub.viewers(&game).ok_or_else(unknown)?;
    let id = GameId::new(&game).map_err(|_| unknown())?;
    Ok(json(&Presence {
        game: id,
        clients: channel.clients(),
    }))
}

/// `GET /openapi.json`
pub(crate) async fn openapi(Shared(app): Shared<App>) -> Response {
    body(app.openapi.clone())
}

/// `GET /asyncapi.json`
pub(crate) async fn asyncapi(Shared(app): Shared<App>) -> Response {
    body(app.asyncapi.clone())
}

fn message(frame: &Frame, headers: &HeaderMap) -> Response {
    let tag = format!("\"{}:{}\"", frame.epoch, frame.seq);
    let known = headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
        .any(|v| v.trim().trim_start_matches("W/") == tag);
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        body(frame.json())
    };
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

fn json(value: &impl Serialize) -> Response {
    // Writing to memory cannot fail, and the keys are strings.
    let bytes = serde_json::to_vec(value).expect("an answer is JSON");
    let mut response = body(bytes.into());
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

fn body(bytes: Bytes) -> Response {
    (
        [(CONTENT_TYPE, HeaderValue::from_static("application/json"))],
        bytes,
    )
        .into_response()
}

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{Path, Query, Request, State as Shared},
    middleware,
    response::{IntoResponse, Response},
    routing::{MethodRouter, get},
};
use bytes::Bytes;
use hyper::{
    HeaderMap, Method, StatusCode, Uri,
    header::{
        CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderValue,
        IF_NONE_MATCH,
    },
};
use serde::Deserialize;
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::{
    asyncapi::asyncapi,
    centrifugo::Centrifugo,
    channel::{Channel, Start},
    connection::ConnectionOptions,
    frame::Close,
    hub::Hub,
    limits::{self, Rates},
    native::Native,
    openapi::openapi,
    problem::Problem,
    rest, sse,
    stats::Transport,
    upgrade,
};

/// Answers a path with a file, or `None`. The path begins with `/`; `/` itself is the start page.
pub type StaticFiles = Arc<dyn Fn(&str) -> Option<StaticFile> + Send + Sync>;

/// A file of the web page.
#[derive(Debug, Clone)]
pub struct StaticFile {
    /// Such as `text/html; charset=utf-8`.
    pub content_type: std::borrow::Cow<'static, str>,
    /// The bytes as they go out.
    pub body: Bytes,
    /// How the bytes are packed, such as `gzip`, if they are.
    pub content_encoding: Option<&'static str>,
    /// Names these bytes and no others (a hash); without the quotes.
    pub etag: String,
    /// Whether the path changes when the bytes do, so that it may be kept for a year.
    pub immutable: bool,
}

/// How clients and requests are treated.
#[derive(Clone)]
pub struct RouterOptions {
    /// Origins besides our own whose pages may read the API and connect, such as `https://club.example`;
    /// `*` for all.
    pub allow_origins: Vec<String>,
    /// How often a client is pinged; one that leaves two in a row unanswered is dead.
    pub heartbeat: Duration,
    /// A client that takes not one byte for this long, while there are some for it, is dead.
    pub stall_timeout: Duration,
    /// The largest message a client may send.
    pub max_message_bytes: usize,
    /// Messages a client may send a second; twice as many at once.
    pub messages_per_s: u32,
    /// Over how long clients are told to spread their return after a shutdown.
    pub reconnect_spread: Duration,
    /// Requests and connections one address may make a second, twice as many at once; `None` for no limit.
    /// Needs the address: [`super::serve`] gives it.
    pub requests_per_s: Option<NonZeroU32>,
    /// Whether that goes for loopback too, where a proxy of our own may stand.
    pub limit_loopback: bool,
    /// How long an answer may take.
    pub request_timeout: Duration,
    /// The largest request body.
    pub max_body_bytes: u64,
    /// The web page, if there is one.
    pub static_files: Option<StaticFiles>,
    /// What the web page may load.
    pub content_security_policy: String,
}

impl Default for RouterOptions {
    fn default() -> Self {
        Self {
            allow_origins: Vec::new(),
            heartbeat: Duration::from_secs(25),
            stall_timeout: Duration::from_secs(30),
            max_message_bytes: 8 << 10,
            messages_per_s: 20,
            reconnect_spread: Duration::from_secs(5),
            requests_per_s: NonZeroU32::new(200),
            limit_loopback: false,
            request_timeout: Duration::from_secs(10),
            max_body_bytes: 64 << 10,
            static_files: None,
            content_security_policy: "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                                      connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'"
                .to_owned(),
        }
    }
}

/// What every handler sees.
#[derive(Clone)]
pub(crate) struct App {
    pub hub: Arc<Hub>,
    pub connection: Arc<ConnectionOptions>,
    pub allow_origins: Arc<[String]>,
    pub rates: Option<Arc<Rates>>,
    pub request_timeout: Duration,
    pub max_body_bytes: u64,
    pub static_files: Option<StaticFiles>,
    pub static_policy: HeaderValue,
    pub openapi: Bytes,
    pub asyncapi: Bytes,
}

type Methods = fn() -> MethodRouter<App>;

/// Every route there is: the OpenAPI document is checked against this list.
pub(crate) const ROUTES: &[(&str, Methods)] = &[
    ("/ws", || get(ws_scoreboard)),
    ("/ws/{game_id}", || get(ws_game)),
    ("/ws/graphics/{game_id}", || get(ws_graphics)),
    ("/ws/crowd/{game_id}", || get(ws_crowd)),
    ("/sse", || get(sse_scoreboard)),
    ("/sse/{game_id}", || get(sse_game)),
    ("/sse/graphics/{game_id}", || get(sse_graphics)),
    ("/sse/crowd/{game_id}", || get(sse_crowd)),
    ("/connection/websocket", || get(centrifugo)),
    ("/api/v1/games", || get(rest::games)),
    ("/api/v1/games/{game_id}", || get(rest::game)),
    ("/api/v1/games/{game_id}/plays", || get(rest::plays)),
    ("/api/v1/games/{game_id}/crowd", || get(rest::crowd)),
    ("/api/v1/games/{game_id}/presence", || get(rest::presence)),
    ("/openapi.json", || get(rest::openapi)),
    ("/asyncapi.json", || get(rest::asyncapi)),
];

/// The HTTP service of a hub. Routes of others may be merged into it. Call it inside a Tokio runtime: it starts
/// the scoreboard's gathering, which ends with the hub.
pub fn router(hub: Arc<Hub>, options: RouterOptions) -> Router {
    tokio::spawn(Hub::keep_scoreboard(Arc::downgrade(&hub)));
    let app = App {
        hub,
        connection: Arc::new(ConnectionOptions {
            heartbeat: options.heartbeat,
            stall_timeout: options.stall_timeout,
            max_message_bytes: options.max_message_bytes,
            messages_per_s: options.messages_per_s,
            reconnect_spread: options.reconnect_spread,
        }),
        rates: options
            .requests_per_s
            .map(|per_s| Arc::new(Rates::new(per_s, options.limit_loopback))),
        request_timeout: options.request_timeout,
        max_body_bytes: options.max_body_bytes,
        static_files: options.static_files,
        static_policy: HeaderValue::from_str(&options.content_security_policy)
            .unwrap_or_else(|_| HeaderValue::from_static("default-src 'self'")),
        openapi: openapi().to_string().into(),
        asyncapi: asyncapi().to_string().into(),
        allow_origins: options.allow_origins.into(),
    };
    let mut router = Router::new();
    for (path, methods) in ROUTES {
        router = router.route(path, methods());
    }
    router
        .method_not_allowed_fallback(async || {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed").detail(
                "this address does not take this method; the header allow names those it takes",
            )
        })
        .fallback(static_file)
        .layer(middleware::from_fn_with_state(app.clone(), limits::check))
        .layer(cors(&app.allow_origins))
        .with_state(app)
}

fn cors(allowed: &[String]) -> CorsLayer {
    let origins = if allowed.iter().any(|a| a == "*") {
        AllowOrigin::any()
    } else {
        AllowOrigin::list(allowed.iter().filter_map(|a| HeaderValue::from_str(a).ok()))
    };
    CorsLayer::new()
        .allow_origin(origins)
        .allow_methods([Method::GET])
}

/// Where a client says it is when it connects.
#[derive(Deserialize)]
pub(crate) struct Position {
    seq: Option<String>,
    epoch: Option<String>,
}

impl Position {
    fn start(self) -> Start {
        match (self.seq, self.epoch) {
            (None, None) => Start::Fresh,
            // Half a position, or no number, cannot be resumed from, and the client is told so.
            (seq, epoch) => Start::Resume {
                epoch: epoch.unwrap_or_default(),
                seq: seq.and_then(|s| s.parse().ok()).unwrap_or(u64::MAX),
            },
        }
    }
}

async fn ws_scoreboard(
    Shared(app): Shared<App>,
    Query(at): Query<Position>,
    request: Request,
) -> Response {
    let channel = Some(app.hub.scoreboard().clone());
    websocket(&app, channel, at, request)
}

async fn ws_game(
    Shared(app): Shared<App>,
    Path(game): Path<String>,
    Query(at): Query<Position>,
    request: Request,
) -> Response {
    websocket(&app, app.hub.viewers(&game), at, request)
}

async fn ws_graphics(
    Shared(app): Shared<App>,
    Path(game): Path<String>,
    Query(at): Query<Position>,
    request: Request,
) -> Response {
    websocket(&app, app.hub.graphics(&game), at, request)
}

async fn ws_crowd(
    Shared(app): Shared<App>,
    Path(game): Path<String>,
    Query(at): Query<Position>,
    request: Request,
) -> Response {
    websocket(&app, app.hub.crowd(&game), at, request)
}

fn websocket(app: &App, channel: Option<Arc<Channel>>, at: Position, request: Request) -> Response {
    let hub = app.hub.clone();
    upgrade::websocket(
        request,
        app.hub.clone(),
        Transport::WebSocket,
        app.connection.clone(),
        move |_, waker| {
            let channel = channel.ok_or_else(|| Close::new(1008, "unknown game"))?;
            Ok(Native::new(hub, &channel, &at.start(), waker))
        },
    )
}

async fn centrifugo(Shared(app): Shared<App>, request: Request) -> Response {
    let hub = app.hub.clone();
    let heartbeat_s = app.connection.heartbeat.as_secs();
    upgrade::websocket(
        request,
        app.hub.clone(),
        Transport::Centrifugo,
        app.connection.clone(),
        move |guest, waker| Ok(Centrifugo::new(hub, waker, guest.id, heartbeat_s)),
    )
}

async fn sse_scoreboard(
    Shared(app): Shared<App>,
    Query(at): Query<Position>,
    headers: HeaderMap,
) -> Response {
    let start = sse::start(&headers).unwrap_or_else(|| at.start());
    sse::events(&app.hub, app.hub.scoreboard(), &start, &app.connection)
}

async fn sse_game(
    app: Shared<App>,
    Path(game): Path<String>,
    at: Query<Position>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let channel = app.0.hub.viewers(&game);
    sse_channel(&app.0, &game, channel, at, &headers)
}

async fn sse_graphics(
    app: Shared<App>,
    Path(game): Path<String>,
    at: Query<Position>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let channel = app.0.hub.graphics(&game);
    sse_channel(&app.0, &game, channel, at, &headers)
}

async fn sse_crowd(
    app: Shared<App>,
    Path(game): Path<String>,
    at: Query<Position>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let channel = app.0.hub.crowd(&game);
    sse_channel(&app.0, &game, channel, at, &headers)
}

fn sse_channel(
    app: &App,
    game: &str,
    channel: Option<Arc<Channel>>,
    Query(at): Query<Position>,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let channel = channel.ok_or_else(|| Problem::unknown_game(game))?;
    let start = sse::start(headers).unwrap_or_else(|| at.start());
    Ok(sse::events(&app.hub, &channel, &start, &app.connection))
}

async fn static_file(
    Shared(app): Shared<App>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let not_found = || {
        Problem::new(StatusCode::NOT_FOUND, "not_found").detail("there is nothing at this address")
    };
    if method != Method::GET && method != Method::HEAD {
        return Err(not_found());
    }
    let find = app.static_files.as_ref().ok_or_else(not_found)?;
    let file = find(uri.path()).ok_or_else(not_found)?;
    let tag = format!("\"{}\"", file.etag);
    let known = headers
        .get(IF_NONE_MATCH)
        .is_some_and(|v| v.as_bytes() == tag.as_bytes());
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        file.body.into_response()
    };
    let out = response.headers_mut();
    if let Ok(content_type) = HeaderValue::from_str(&file.content_type) {
        out.insert(CONTENT_TYPE, content_type);
    }
    if let Some(encoding) = file.content_encoding {
        out.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        out.insert(ETAG, tag);
    }
    let keep = if file.immutable {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    out.insert(CACHE_CONTROL, HeaderValue::from_static(keep));
    out.insert(CONTENT_SECURITY_POLICY, app.static_policy.clone());
    Ok(response)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_route_is_documented_and_every_documented_path_is_a_route() {
        let served: BTreeSet<&str> = ROUTES.iter().map(|(path, _)| *path).collect();
        let document = openapi();
        let documented = document["paths"].as_object().expect("paths");
        assert_eq!(served, documented.keys().map(String::as_str).collect());
        let document = asyncapi();
        for channel in document["channels"].as_object().expect("channels").values() {
            assert!(served.contains(channel["address"].as_str().expect("an address")));
        }
    }
}

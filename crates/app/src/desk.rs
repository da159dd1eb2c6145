//! The operators' doors: what the rules and the director do, and orders to them. Whoever comes must bear the operator's
//! token.

use std::sync::Arc;

use anyhow::Context as _;
use axum::{
    Json, Router,
    extract::{FromRequest, FromRequestParts, Path, Request, State},
    http::{StatusCode, header, request::Parts},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use matchday_deliver::gateway::Hub;
use matchday_engine::rules::diff;
use matchday_event::{
    GameId, Signal,
    production::{CameraModelId, DirectorCall, DirectorOrder, FrownReport, RuleOrder, RuleSetId},
};
use matchday_feeds::driver::{Batch, Sink};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::json;

use crate::{
    camera_models::ModelView,
    clock,
    config::{self, Config},
    production::{Desk, SetView},
    rules::Shop,
};

/// A token has at least this many bytes.
const MIN_SECRET_BYTES: usize = 16;

/// What the doors lead to.
#[derive(Clone)]
pub struct Doors {
    /// What is seen.
    pub desk: Arc<Desk>,
    /// The rules.
    pub shop: Arc<Shop>,
    /// The games that there are.
    pub hub: Arc<Hub>,
    /// Where orders go: onto the log, as everything else.
    pub sink: Arc<dyn Sink>,
    /// The token; without one nobody comes in.
    pub secret: Option<Arc<[u8]>>,
    /// Where the nightly test writes its reports.
    pub nightly: std::path::PathBuf,
    /// How the mixers are doing.
    pub mixers: Option<matchday_deliver::mixer::Mixers>,
}

/// The operator's token.
pub fn operator(config: &Config) -> anyhow::Result<Option<Arc<[u8]>>> {
    let Some(file) = &config.operator.secret_file else {
        return Ok(None);
    };
    let secret = config::secret(file).context("operator.secret_file")?;
    anyhow::ensure!(
        secret.len() >= MIN_SECRET_BYTES,
        "operator.secret_file: the token must have at least {} bytes",
        MIN_SECRET_BYTES
    );
    Ok(Some(secret.into()))
}

/// The routes.
pub fn router(doors: Doors) -> Router {
    Router::new()
        .route("/api/v1/production", get(games))
        .route("/api/v1/production/rules", get(rules))
        .route("/api/v1/production/mixers", get(mixers))
        .route("/api/v1/production/nightly", get(nightly))
        .route("/api/v1/production/games/{game}", get(game))
        .route("/api/v1/production/games/{game}/director", post(direct))
        .route("/api/v1/production/games/{game}/rules", post(order))
        .route("/api/v1/production/games/{game}/frowns", post(frowns))
        .layer(middleware::from_fn_with_state(
            doors.clone(),
            operators_only,
        ))
        .with_state(doors)
}

fn problem(status: StatusCode, code: &str, detail: &str) -> Response {
    let title = status.canonical_reason().unwrap_or_default();
    let body = json!({
        "type": "about:blank", "title": title, "status": status.as_u16(), "code": code, "detail": detail,
    });
    let mut response = (status, Json(body)).into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        header::HeaderValue::from_static("application/problem+json"),
    );
    response
}

/// The game in the address.
struct Of(GameId);

impl<S: Send + Sync> FromRequestParts<S> for Of {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let game = Path::<GameId>::from_request_parts(parts, state).await;
        game.map(|Path(game)| Self(game))
            .map_err(|e| problem(e.status(), "bad_game", &e.body_text()))
    }
}

/// What the request says.
struct Said<T>(T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Said<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let said = Json::<T>::from_request(request, state).await;
        said.map(|Json(said)| Self(said))
            .map_err(|e| problem(e.status(), "bad_order", &e.body_text()))
    }
}

async fn operators_only(State(doors): State<Doors>, request: Request, next: Next) -> Response {
    let Some(secret) = &doors.secret else {
        return problem(
            StatusCode::FORBIDDEN,
            "no_operator",
            "no operator is configured: name a file with a token as operator.secret_file",
        );
    };
    let token = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|v| v.as_bytes().strip_prefix(b"Bearer "));
    if !token.is_some_and(|token| same(token, secret)) {
        return problem(
            StatusCode::UNAUTHORIZED,
            "token",
            "the operator's token is missing or wrong",
        );
    }
    next.run(request).await
}

/// Compares in a time that does not tell where the first difference is.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |d, (x, y)| d | (x ^ y)) == 0
}

async fn games(State(doors): State<Doors>) -> Response {
    let productions = doors.desk.summaries();
    let games: Vec<&GameId> = productions.iter().map(|p| &p.game).collect();
    Json(json!({
        "games": games,
        "productions": productions,
        "rules": SetView::of(&doors.shop.current()),
        "trouble": doors.shop.trouble(),
        "camera_trouble": doors.shop.camera_trouble(),
    }))
    .into_response()
}

async fn rules(State(doors): State<Doors>) -> Response {
    let current = doors.shop.current();
    let book = doors.shop.book();
    let sets: Vec<_> = book
        .sets()
        .map(|set| {
            let rules: Vec<_> = set
                .rules
                .iter()
                .map(|r| json!({ "id": r.id, "title": r.title, "sport": r.sport, "file": r.place.0, "line": r.place.1 }))
                .collect();
            json!({ "set": SetView::of(set), "rules": rules, "diff": diff(set, &current) })
        })
        .collect();
    let models: Vec<_> = book.models().map(|(id, m)| ModelView::of(id, m)).collect();
    Json(json!({
        "current": current.id,
        "sets": sets,
        "trouble": doors.shop.trouble(),
        "camera_models": models,
    }))
    .into_response()
}

async fn mixers(State(doors): State<Doors>) -> Response {
    Json(
        doors
            .mixers
            .as_ref()
            .map(|m| m.report())
            .unwrap_or_default(),
    )
    .into_response()
}

/// The newest report of the nightly test, as the page that it wrote.
async fn nightly(State(doors): State<Doors>) -> Response {
    let dir = doors.nightly.clone();
    let newest = tokio::task::spawn_blocking(move || {
        let mut pages: Vec<_> = std::fs::read_dir(dir)
            .ok()?
            .filter_map(|e| Some(e.ok()?.path()))
            .filter(|p| p.extension().is_some_and(|e| e == "html"))
            .collect();
        pages.sort();
        std::fs::read_to_string(pages.pop()?).ok()
    });
    match newest.await {
        Ok(Some(page)) => axum::response::Html(page).into_response(),
        _ => problem(
            StatusCode::NOT_FOUND,
            "no_report",
            "no nightly test has run: say when in nightly.at, or run `matchday rules replay`",
        ),
    }
}

async fn game(State(doors): State<Doors>, Of(game): Of) -> Response {
    match doors.desk.game(&game) {
        Some(view) => Json(view).into_response(),
        None => unknown(&game),
    }
}

fn unknown(game: &GameId) -> Response {
    problem(
        StatusCode::NOT_FOUND,
        "no_production",
        &format!(
            "{game} has no production: it begins with the first report of a sense, or with an order"
        ),
    )
}

async fn direct(
    State(doors): State<Doors>,
    Of(game): Of,
    Said(order): Said<DirectorOrder>,
) -> Response {
    let at = clock::now();
    deliver(&doors, game, Signal::Director(DirectorCall { at, order })).await
}

/// An order about rules.
#[derive(Debug, Deserialize)]
#[serde(tag = "order", rename_all = "snake_case", deny_unknown_fields)]
enum Order {
    Use { set: RuleSetId },
    RollBack,
    CameraModel { model: Option<CameraModelId> },
}

async fn order(State(doors): State<Doors>, Of(game): Of, Said(order): Said<Order>) -> Response {
    if doors.desk.game(&game).is_none() {
        return unknown(&game);
    }
    let at = clock::now();
    let order = match order {
        Order::Use { set } => {
            if doors.shop.book().get(&set).is_none() {
                return problem(
                    StatusCode::NOT_FOUND,
                    "unknown_set",
                    &format!("no rule set {set} is at hand"),
                );
            }
            RuleOrder::Use { at, set }
        }
        Order::RollBack => RuleOrder::RollBack { at },
        Order::CameraModel { model } => {
            if let Some(model) = &model
                && doors.shop.book().model(model).is_none()
            {
                return problem(
                    StatusCode::NOT_FOUND,
                    "unknown_model",
                    &format!("no camera model {model} is at hand"),
                );
            }
            RuleOrder::CameraModel { at, model }
        }
    };
    deliver(&doors, game, Signal::Rules(order)).await
}

/// How viewers answered.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Frowns {
    viewers: u32,
    frowns: u32,
}

async fn frowns(State(doors): State<Doors>, Of(game): Of, Said(count): Said<Frowns>) -> Response {
    if count.frowns > count.viewers {
        return problem(
            StatusCode::UNPROCESSABLE_ENTITY,
            "frowns",
            "more frowns than viewers",
        );
    }
    let report = FrownReport {
        at: clock::now(),
        viewers: count.viewers,
        frowns: count.frowns,
    };
    deliver(&doors, game, Signal::Frowns(report)).await
}

async fn deliver(doors: &Doors, game: GameId, signal: Signal) -> Response {
    // An order begins a production. One with a slip in the game's name would begin a match that nobody plays, and it
    // would lie on the log for ever.
    if !doors.hub.has(&game) {
        return problem(
            StatusCode::NOT_FOUND,
            "unknown_game",
            &format!("there is no game \"{game}\": /api/v1/games lists those there are"),
        );
    }
    let batch = Batch {
        game,
        source: "operator".into(),
        signals: vec![signal],
        received: clock::now(),
    };
    match doors.sink.deliver(batch).await {
        Ok(()) => StatusCode::ACCEPTED.into_response(),
        Err(error) => problem(StatusCode::SERVICE_UNAVAILABLE, "log", &error.to_string()),
    }
}

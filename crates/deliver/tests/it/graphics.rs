use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use matchday_deliver::graphics::{
    Command, Graphics, GraphicsError, GraphicsOptions, Health, Still, build,
};
use matchday_event::{
    Audience, GraphicsCommand, NextPlay, PlayId, Proposal, Score, Side, Situation, football::Spot,
};
use serde_json::Value;
use tokio::sync::watch;

use crate::world::{PATIENCE, approve, game, team};

#[test]
fn each_command_is_built_as_its_exemplar_says() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/exemplars/graphics");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).expect("the folder") {
        let path = entry.expect("an entry").path();
        let name = path.display();
        let case: Value =
            serde_json::from_slice(&std::fs::read(&path).expect("a file")).expect("JSON");
        let proposal: Proposal<GraphicsCommand> =
            serde_json::from_value(case["proposal"].clone()).expect("a proposal");
        let request = build::request(&build::command(&proposal));
        let body: Value = serde_json::from_slice(&request.body).expect("JSON");
        assert_eq!(body, case["body"], "{name}");
        assert_eq!(request.method, "POST");
        let headers: serde_json::Map<String, Value> = request
            .headers
            .into_iter()
            .map(|(k, v)| (k.to_owned(), v.into()))
            .collect();
        assert_eq!(Value::Object(headers), case["headers"], "{name}");
        // What goes out can be read back by whoever uses this type.
        serde_json::from_value::<Command>(body).expect("a command");
        seen += 1;
    }
    assert!(seen >= 6, "the exemplars are there");
}

#[test]
fn the_published_schema_is_that_of_the_types_and_takes_the_exemplars() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../schemas/graphics-out.v1.json"
    );
    let schema = schemars::schema_for!(Command).to_value();
    if std::env::var_os("MATCHDAY_WRITE_SCHEMAS").is_some() {
        let text = format!("{schema:#}\n");
        std::fs::write(path, text).expect("written");
    }
    let published: Value =
        serde_json::from_slice(&std::fs::read(path).expect("the schema")).expect("JSON");
    assert_eq!(
        published, schema,
        "run this test with MATCHDAY_WRITE_SCHEMAS=1, and look at what changed"
    );
    let validator = jsonschema::draft202012::new(&schema).expect("a schema");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/exemplars/graphics");
    for entry in std::fs::read_dir(folder).expect("the folder") {
        let path = entry.expect("an entry").path();
        let case: Value =
            serde_json::from_slice(&std::fs::read(&path).expect("a file")).expect("JSON");
        assert!(validator.is_valid(&case["body"]), "{}", path.display());
        let mut broken = case["body"].clone();
        broken["command"] = "FLY".into();
        assert!(!validator.is_valid(&broken));
    }
}

#[test]
fn the_percentages_always_add_up() {
    for n in 0..=100_000_i64 {
        let home = n as f64 / 100_000.0;
        let what = GraphicsCommand::UpdateWinProbability {
            home,
            away: 1.0 - home,
            delta_home: 0.0,
        };
        let proposal = Proposal {
            game: game(),
            cause: 1,
            agent: "test".into(),
            audience: Audience::Production,
            what,
        };
        let body: Value =
            serde_json::from_slice(&build::request(&build::command(&proposal)).body).expect("JSON");
        let (home, away) = (
            body["data"]["home"].as_f64().expect("a number"),
            body["data"]["away"].as_f64().expect("a number"),
        );
        assert!((home + away - 100.0).abs() < 1e-12, "{home} + {away}");
        assert!(
            (home * 10.0 - (home * 10.0).round()).abs() < 1e-9,
            "{home} has one decimal"
        );
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Mood {
    Well,
    Failing,
    Hanging,
    Refusing,
}

/// A graphics system with moods, that remembers what it was told.
#[derive(Clone)]
struct System {
    mood: watch::Sender<Mood>,
    told: Arc<Mutex<Vec<(String, Value)>>>,
}

impl System {
    async fn start(mood: Mood) -> (Self, String) {
        let system = Self {
            mood: watch::Sender::new(mood),
            told: Arc::default(),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let url = format!(
            "http://{}/graphics",
            listener.local_addr().expect("an address")
        );
        let router = Router::new()
            .route("/graphics", post(hear))
            .with_state(system.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (system, url)
    }

    fn told(&self) -> Vec<String> {
        self.told
            .lock()
            .expect("unpoisoned")
            .iter()
            .map(|(id, _)| id.clone())
            .collect()
    }
}

async fn hear(State(system): State<System>, headers: HeaderMap, body: String) -> StatusCode {
    let mood = *system.mood.borrow();
    match mood {
        Mood::Well => {
            let id = headers["idempotency-key"]
                .to_str()
                .expect("text")
                .to_owned();
            let body = serde_json::from_str(&body).expect("JSON");
            system.told.lock().expect("unpoisoned").push((id, body));
            StatusCode::NO_CONTENT
        }
        Mood::Failing => StatusCode::INTERNAL_SERVER_ERROR,
        Mood::Refusing => StatusCode::UNPROCESSABLE_ENTITY,
        Mood::Hanging => std::future::pending().await,
    }
}

fn options(url: String) -> GraphicsOptions {
    GraphicsOptions {
        url,
        timeout: Duration::from_millis(300),
        backoff_min: Duration::from_millis(1),
        backoff_max: Duration::from_millis(4),
        still_interval: Duration::from_millis(1),
        ..GraphicsOptions::default()
    }
}

async fn until(graphics: &Graphics, what: impl FnMut(&Health) -> bool) -> Health {
    let mut health = graphics.health();
    *tokio::time::timeout(PATIENCE, health.wait_for(what))
        .await
        .expect("in time")
        .expect("a driver")
}

fn strip(home: f64) -> GraphicsCommand {
    GraphicsCommand::UpdateWinProbability {
        home,
        away: 1.0 - home,
        delta_home: 0.01,
    }
}

fn key_play() -> GraphicsCommand {
    GraphicsCommand::ShowKeyPlay {
        play_id: PlayId::new("9"),
        text: "Touchdown".to_owned(),
        side: Side::Away,
        wpa: 0.2,
        duration_ms: 5000,
    }
}

fn situation() -> GraphicsCommand {
    GraphicsCommand::UpdateSituation {
        score: Score { home: 14, away: 7 },
        period: 5,
        clock_s: 61,
        leverage: None,
        situation: Situation::AmericanFootball {
            spot: Spot {
                possession: Some(Side::Home),
                down: Some(1),
                distance: Some(8),
                yards_to_goal: Some(8),
            },
            next: NextPlay::Scrimmage,
        },
    }
}

fn send(graphics: &Graphics, cause: u64, what: GraphicsCommand) {
    graphics.send(&approve(&game(), Audience::Production, cause, what));
}

#[tokio::test]
async fn commands_arrive_in_order_each_once() {
    let (system, url) = System::start(Mood::Well).await;
    let graphics = Graphics::start(options(url)).expect("started");
    send(&graphics, 1, strip(0.6));
    send(&graphics, 1, situation());
    send(&graphics, 1, key_play());
    let health = until(&graphics, |h| h.sent == 3).await;
    assert!(health.up && health.failed == 0 && health.dropped == 0);
    assert_eq!(
        system.told(),
        [
            "nfl-1-1-UPDATE_WIN_PROBABILITY",
            "nfl-1-1-UPDATE_SITUATION",
            "nfl-1-1-SHOW_KEY_PLAY"
        ]
    );
}

#[tokio::test]
async fn while_it_is_down_a_still_stands_in_and_afterwards_the_newest_is_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("air/situation.json");
    let (system, url) = System::start(Mood::Failing).await;
    let graphics = Graphics::start(GraphicsOptions {
        fallback_file: Some(file.clone()),
        ..options(url)
    })
    .expect("started");
    graphics.describe(&game(), team("A&B"), team("NO"));
    for n in 0..100 {
        send(&graphics, n, strip(0.5 + n as f64 / 1000.0));
    }
    send(&graphics, 100, situation());
    send(&graphics, 100, key_play());
    // A still written after the commands were queued says what they say.
    let stills = until(&graphics, |h| !h.up && h.failed >= 2 && h.stills >= 1)
        .await
        .stills;
    until(&graphics, |h| h.stills > stills + 1).await;
    let still: Still =
        serde_json::from_slice(&std::fs::read(&file).expect("the still")).expect("JSON");
    assert!(!still.live);
    let shown = &still.games[&game()];
    assert_eq!(
        shown.win_probability.as_ref().map(|w| w.home),
        Some(59.9),
        "the newest"
    );
    assert_eq!(
        shown.situation.as_ref().map(|s| s.text.as_str()),
        Some("1st & goal")
    );
    let svg = std::fs::read_to_string(file.with_extension("svg")).expect("the picture");
    insta::assert_snapshot!("still", svg);
    assert!(
        graphics.health().borrow().waiting <= 3,
        "a hundred strips wait as one"
    );
    system.mood.send_replace(Mood::Well);
    let health = until(&graphics, |h| h.up && h.sent >= 3).await;
    assert_eq!(health.dropped, 0);
    let still: Still =
        serde_json::from_slice(&std::fs::read(&file).expect("the still")).expect("JSON");
    assert!(still.live, "the still says that it is history");
    let mut told = system.told();
    told.sort();
    assert_eq!(
        told,
        [
            "nfl-1-100-SHOW_KEY_PLAY",
            "nfl-1-100-UPDATE_SITUATION",
            "nfl-1-99-UPDATE_WIN_PROBABILITY"
        ]
    );
}

#[tokio::test]
async fn a_system_that_hangs_blocks_nobody() {
    let (system, url) = System::start(Mood::Hanging).await;
    let graphics = Graphics::start(GraphicsOptions {
        timeout: Duration::from_millis(20),
        ..options(url)
    })
    .expect("started");
    for n in 0..10_000 {
        send(&graphics, n, strip(0.5));
    }
    let health = until(&graphics, |h| h.failed >= 3).await;
    assert!(!health.up && health.waiting <= 1);
    system.mood.send_replace(Mood::Well);
    until(&graphics, |h| h.up && h.sent >= 1).await;
    assert_eq!(
        system.told().last().map(String::as_str),
        Some("nfl-1-9999-UPDATE_WIN_PROBABILITY")
    );
}

#[tokio::test]
async fn a_command_the_system_refuses_is_not_tried_again() {
    let (system, url) = System::start(Mood::Refusing).await;
    let graphics = Graphics::start(options(url)).expect("started");
    send(&graphics, 1, key_play());
    let health = until(&graphics, |h| h.dropped == 1).await;
    assert!(health.up && health.failed == 0);
    system.mood.send_replace(Mood::Well);
    send(&graphics, 2, key_play());
    until(&graphics, |h| h.sent == 1).await;
    assert_eq!(system.told(), ["nfl-1-2-SHOW_KEY_PLAY"]);
}

#[tokio::test]
async fn a_system_that_is_not_there_is_down_and_key_plays_are_bounded() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    drop(listener);
    let graphics = Graphics::start(GraphicsOptions {
        key_plays: 4,
        ..options(url)
    })
    .expect("started");
    for n in 0..20 {
        send(&graphics, n, key_play());
    }
    let health = until(&graphics, |h| h.failed >= 3).await;
    assert!(!health.up);
    assert!(health.waiting <= 4 && health.dropped >= 15, "{health:?}");
}

#[tokio::test]
async fn an_address_that_is_none_is_refused() {
    for url in ["", "graphics", "ftp://127.0.0.1/"] {
        let refused = Graphics::start(options(url.to_owned()));
        assert!(matches!(refused, Err(GraphicsError::Url { .. })), "{url:?}");
    }
}

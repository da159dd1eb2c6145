use std::{num::NonZeroU32, sync::Arc};

use matchday_deliver::gateway::{RouterOptions, StaticFile};

use crate::world::{World, hub_options};

#[tokio::test]
async fn games_and_plays_can_be_asked_for() {
    let world = World::start().await;
    world.publish(1, 5);
    let games = world.get_json("/api/v1/games").await;
    assert_eq!(games["data"]["games"][0]["id"], "nfl-1");
    let response = world.get("/api/v1/games/nfl-1").await;
    assert_eq!(response.headers()["etag"], "\"e1:5\"");
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    let game: serde_json::Value = response.json().await.expect("JSON");
    assert_eq!(
        (
            game["seq"].as_u64(),
            game["data"]["plays"].as_array().map(Vec::len)
        ),
        (Some(5), Some(5))
    );
    let ids = async |query: &str| {
        let page = world
            .get_json(&format!("/api/v1/games/nfl-1/plays{query}"))
            .await;
        let plays = page["plays"].as_array().expect("plays").iter();
        let ids: Vec<String> = plays
            .map(|p| p["play_id"].as_str().expect("an id").to_owned())
            .collect();
        (ids.join(" "), page["more"].as_bool().expect("more"))
    };
    assert_eq!(ids("").await, ("1 2 3 4 5".to_owned(), false));
    assert_eq!(ids("?after=3").await, ("4 5".to_owned(), false));
    assert_eq!(ids("?after=1&limit=2").await, ("2 3".to_owned(), true));
    assert_eq!(ids("?after=5").await, (String::new(), false));
    let mut client = world.connect("/ws/nfl-1").await;
    client.json().await;
    assert_eq!(
        world.get_json("/api/v1/games/nfl-1/presence").await["clients"],
        1
    );
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let world = World::start().await;
    world.publish(1, 1);
    let status = async |tag: &str| {
        let url = format!("http://{}/api/v1/games/nfl-1", world.address);
        let request = reqwest::Client::new().get(url).header("if-none-match", tag);
        request.send().await.expect("an answer").status().as_u16()
    };
    assert_eq!(status("\"e1:1\"").await, 304);
    assert_eq!(status("W/\"e0:1\", W/\"e1:1\"").await, 304);
    world.publish(2, 2);
    assert_eq!(status("\"e1:1\"").await, 200);
}

#[tokio::test]
async fn errors_are_problems() {
    let options = RouterOptions {
        requests_per_s: NonZeroU32::new(20),
        limit_loopback: true,
        max_body_bytes: 10,
        ..RouterOptions::default()
    };
    let world = World::with(hub_options(), options).await;
    let problem = async |path: &str, status: u16, code: &str| {
        let response = world.get(path).await;
        assert_eq!(response.status().as_u16(), status, "{path}");
        assert_eq!(
            response.headers()["content-type"],
            "application/problem+json",
            "{path}"
        );
        let problem: serde_json::Value = response.json().await.expect("JSON");
        assert_eq!(
            (problem["status"].as_u64(), problem["code"].as_str()),
            (Some(u64::from(status)), Some(code)),
            "{path}"
        );
    };
    problem("/api/v1/games/nfl-404", 404, "unknown_game").await;
    problem("/api/v1/games/nfl-404/plays", 404, "unknown_game").await;
    problem("/api/v1/games/nfl-404/presence", 404, "unknown_game").await;
    problem("/api/v1/games/nfl-1/plays?after=nope", 404, "unknown_play").await;
    problem("/api/v1/games/nfl-1/plays?limit=0", 400, "bad_query").await;
    problem("/api/v1/games/nfl-1/plays?limit=many", 400, "bad_query").await;
    problem("/sse/nfl-404", 404, "unknown_game").await;
    problem("/nothing/here", 404, "not_found").await;
    problem("/ws/nfl-1", 426, "not_a_websocket").await;
    let post = |body: &'static str| {
        reqwest::Client::new()
            .post(format!("http://{}/api/v1/games", world.address))
            .body(body)
            .send()
    };
    assert_eq!(post("").await.expect("an answer").status(), 405);
    assert_eq!(
        post("more than ten bytes")
            .await
            .expect("an answer")
            .status(),
        413
    );
    let mut limited = false;
    for _ in 0..200 {
        let response = world.get("/api/v1/games").await;
        if response.status() == 429 {
            assert_eq!(response.headers()["retry-after"], "1");
            limited = true;
            break;
        }
    }
    assert!(
        limited,
        "two hundred requests at once are too many for twenty a second"
    );
}

#[tokio::test]
async fn other_origins_read_the_api_only_if_listed() {
    let options = RouterOptions {
        allow_origins: vec!["https://club.example".to_owned()],
        ..RouterOptions::default()
    };
    let world = World::with(hub_options(), options).await;
    let allowed = async |origin: &str| {
        let request = reqwest::Client::new().get(format!("http://{}/api/v1/games", world.address));
        let response = request
            .header("origin", origin)
            .send()
            .await
            .expect("an answer");
        response
            .headers()
            .get("access-control-allow-origin")
            .cloned()
    };
    assert_eq!(
        allowed("https://club.example").await.expect("allowed"),
        "https://club.example"
    );
    assert_eq!(allowed("https://elsewhere.example").await, None);
}

#[tokio::test]
async fn the_page_is_served_with_its_own_policy() {
    let options = RouterOptions {
        static_files: Some(Arc::new(|path| {
            (path == "/").then(|| StaticFile {
                content_type: "text/html; charset=utf-8".into(),
                body: "<!doctype html>".into(),
                content_encoding: None,
                etag: "abc".to_owned(),
                immutable: false,
            })
        })),
        ..RouterOptions::default()
    };
    let world = World::with(hub_options(), options).await;
    let response = world.get("/").await;
    assert_eq!(response.status(), 200);
    let policy = response.headers()["content-security-policy"]
        .to_str()
        .expect("text")
        .to_owned();
    assert!(policy.starts_with("default-src 'self'"), "{policy}");
    assert_eq!(response.headers()["etag"], "\"abc\"");
    assert_eq!(world.get("/missing.js").await.status(), 404);
}

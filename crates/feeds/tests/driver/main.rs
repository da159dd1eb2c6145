//! The driver against a server of our own on the loopback: polls, pushes, files.

mod irc;
mod world;

use std::{path::Path, sync::atomic::Ordering, time::Duration};

use axum::{Router, routing::get};
use matchday_event::{FaultCode, GameId, GamePhase, Signal};
use matchday_feeds::{
    driver::{
        BreakerState, DiscoverConfig, DriverError, FeedConfig, FeedState, PollConfig, PushConfig,
        Speed, Transport,
    },
    push_router,
    sign::{SIGNATURE_HEADER, TIMESTAMP_HEADER, sign},
};

use world::{NOW_MS, Reply, Script, answer, doc, feed, plays, poll, serve, world};

#[tokio::test]
async fn polling_delivers_what_is_new_through_every_kind_of_trouble() {
    let script = Script::new([
        Reply::Body(doc(2)),
        Reply::Body(doc(2)),
        Reply::Body("<html>busy</html>".to_owned()),
        Reply::Body(String::new()),
        Reply::Body(doc(2)[..90].to_owned()),
        Reply::Status(503),
        Reply::Cut,
        Reply::Body(doc(1)),
        Reply::Body(doc(3)),
        Reply::Tagged("\"a\"", doc(4)),
    ]);
    let url = script.serve().await;
    let mut w = world(16);
    w.driver
        .add(feed("f", Transport::Poll(poll(&url))))
        .expect("adds");
    assert_eq!(plays(&w.batch().await), ["1", "2"]);
    assert_eq!(plays(&w.batch().await), ["3"]);
    let last = w.batch().await;
    assert_eq!((plays(&last), &*last.source), (vec!["4"], "f"));
    // The document is now asked for by its tag only.
    while !script
        .asked
        .lock()
        .expect("lock")
        .iter()
        .any(|t| t.as_deref() == Some("\"a\""))
    {
        tokio::task::yield_now().await;
    }
    let health = loop {
        let health = w.driver.health().remove(0);
        if health.not_modified > 0 {
            break health;
        }
        tokio::task::yield_now().await;
    };
    for code in [
        FaultCode::HtmlBody,
        FaultCode::EmptyBody,
        FaultCode::HttpStatus,
        FaultCode::Shrunk,
    ] {
        assert_eq!(
            health.faults.get(&code),
            Some(&1),
            "{code:?}: {:?}",
            health.faults
        );
    }
    // An answer cut off counts as broken off or as unreachable, by how much of it had arrived.
    let cut = [FaultCode::Truncated, FaultCode::Unreachable]
        .map(|c| health.faults.get(&c).copied().unwrap_or(0));
    assert!(cut[0] >= 1 && cut[0] + cut[1] == 2, "{:?}", health.faults);
    assert_eq!(health.breaker, BreakerState::Closed);
    w.driver.shutdown().await;
    assert!(w.batches.try_recv().is_err(), "nothing twice");
}

#[tokio::test]
async fn a_provider_that_keeps_failing_is_left_alone_and_tried_again() {
    let mut replies = vec![Reply::Status(500); 6];
    replies.push(Reply::Body(doc(1)));
    let script = Script::new(replies);
    let url = script.serve().await;
    let mut w = world(4);
    let config = PollConfig {
        breaker_failures: 3,
        ..poll(&url)
    };
    w.driver
        .add(feed("f", Transport::Poll(config)))
        .expect("adds");
    assert_eq!(plays(&w.batch().await), ["1"]);
    let health = w.driver.health().remove(0);
    assert_eq!(health.faults.get(&FaultCode::HttpStatus), Some(&6));
    assert!(
        health
            .faults
            .get(&FaultCode::CircuitOpen)
            .is_some_and(|n| *n >= 1)
    );
    w.driver.shutdown().await;
}

#[tokio::test]
async fn answers_that_never_end_or_are_too_large_are_given_up() {
    let script = Script::new([Reply::Hang, Reply::Body(doc(500)), Reply::Body(doc(1))]);
    let url = script.serve().await;
    let mut w = world(4);
    let config = PollConfig {
        timeout: Duration::from_millis(300),
        max_body_bytes: 4_096,
        ..poll(&url)
    };
    w.driver
        .add(feed("f", Transport::Poll(config)))
        .expect("adds");
    assert_eq!(plays(&w.batch().await), ["1"]);
    let health = w.driver.health().remove(0);
    assert_eq!(health.faults.get(&FaultCode::Timeout), Some(&1));
    assert_eq!(health.faults.get(&FaultCode::TooLarge), Some(&1));
    w.driver.shutdown().await;
}

#[tokio::test]
async fn a_slow_log_slows_the_polling_down() {
    let script = Script::new([
        Reply::Body(doc(1)),
        Reply::Body(doc(2)),
        Reply::Body(doc(3)),
        Reply::Body(doc(4)),
    ]);
    let url = script.serve().await;
    let mut w = world(1);
    w.driver
        .add(feed("f", Transport::Poll(poll(&url))))
        .expect("adds");
    // The sink has room for one batch: the second document is asked for, and no third until a batch is taken.
    while script.served.load(Ordering::Relaxed) < 2 {
        tokio::task::yield_now().await;
    }
    for _ in 0..2_000 {
        tokio::task::yield_now().await;
    }
    assert_eq!(script.served.load(Ordering::Relaxed), 2);
    for want in [["1"], ["2"], ["3"], ["4"]] {
        assert_eq!(plays(&w.batch().await), want);
    }
    w.driver.shutdown().await;
}

#[tokio::test]
async fn what_lies_on_the_log_is_not_said_again() {
    let script = Script::new([Reply::Body(doc(3))]);
    let url = script.serve().await;
    let mut before = world(4);
    before
        .driver
        .add(feed("f", Transport::Poll(poll(&url))))
        .expect("adds");
    let logged = before.batch().await;
    before.driver.shutdown().await;
    let mut after = world(4);
    for signal in &logged.signals[..logged.signals.len() - 2] {
        after
            .driver
            .observe(&logged.game, &logged.source, signal)
            .await;
    }
    after
        .driver
        .add(feed("f", Transport::Poll(poll(&url))))
        .expect("adds");
    assert_eq!(
        after.batch().await.signals,
        logged.signals[logged.signals.len() - 2..]
    );
    after.driver.shutdown().await;
}

async fn pushed(base: &str, path: &str, secret: &[u8], at_s: i64, body: &str) -> (u16, String) {
    let response = reqwest::Client::new()
        .post(format!("{base}/feeds/{path}"))
        .header(TIMESTAMP_HEADER, at_s.to_string())
        .header(SIGNATURE_HEADER, sign(secret, at_s, body.as_bytes()))
        .body(body.to_owned())
        .send()
        .await
        .expect("answers");
    (
        response.status().as_u16(),
        response.text().await.expect("text"),
    )
}

#[tokio::test]
async fn pushes_are_signed_fresh_and_taken_once() {
    let mut w = world(16);
    let secret = b"sixteen bytes or more";
    w.driver
        .add(feed(
            "p",
            Transport::Push(PushConfig::new(secret.as_slice())),
        ))
        .expect("adds");
    assert!(matches!(
        w.driver.add(feed(
            "q",
            Transport::Push(PushConfig::new(b"short".as_slice()))
        )),
        Err(DriverError::Secret(_))
    ));
    let base = serve(push_router(w.driver.clone(), 20_000)).await;
    let now = NOW_MS / 1000;
    let (status, body) = pushed(&base, "p", secret, now, &doc(2)).await;
    assert_eq!(status, 202, "{body}");
    assert_eq!(body, r#"{"accepted":4,"faults":0}"#);
    assert_eq!(plays(&w.batch().await), ["1", "2"]);
    let refused = [
        (
            pushed(&base, "p", secret, now, &doc(2)).await.0,
            409,
            "the same push",
        ),
        (
            pushed(&base, "p", b"another secret, long", now, &doc(3))
                .await
                .0,
            401,
            "another secret",
        ),
        (
            pushed(&base, "p", secret, now - 301, &doc(3)).await.0,
            401,
            "too old",
        ),
        (
            pushed(&base, "p", secret, now + 1000, &doc(3)).await.0,
            401,
            "from the future",
        ),
        (
            pushed(&base, "x", secret, now, &doc(3)).await.0,
            404,
            "no such feed",
        ),
        (
            pushed(&base, "p", secret, now, "<html>").await.0,
            422,
            "not data",
        ),
        (
            pushed(&base, "p", secret, now, &doc(400)).await.0,
            413,
            "too large",
        ),
    ];
    for (got, want, why) in refused {
        assert_eq!(got, want, "{why}");
    }
    // The same content in a new push is taken, and nothing is new in it.
    let (status, body) = pushed(&base, "p", secret, now + 1, &doc(2)).await;
    assert_eq!(
        (status, body.as_str()),
        (202, r#"{"accepted":0,"faults":0}"#)
    );
    let health = w.driver.health().remove(0);
    assert_eq!(health.faults.get(&FaultCode::BadSignature), Some(&3));
    assert_eq!(health.state, FeedState::Live);
    w.driver.shutdown().await;
    assert!(w.batches.try_recv().is_err());
}

#[tokio::test]
async fn a_file_is_played_to_its_end_at_any_speed() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exemplars/plain/live.json");
    for speed in ["max", "100000"] {
        let speed: Speed = speed.parse().expect("speed");
        let mut w = world(64);
        w.driver
            .add(feed(
                "file",
                Transport::File {
                    path: file.clone(),
                    speed,
                },
            ))
            .expect("adds");
        w.driver.files_done().await;
        let health = w.driver.health().remove(0);
        assert_eq!((health.state, health.signals), (FeedState::Ended, 6));
        w.driver.shutdown().await;
        let mut signals = Vec::new();
        while let Ok(batch) = w.batches.try_recv() {
            signals.extend(batch.signals);
        }
        assert_eq!(signals.len(), 6);
        assert!(matches!(&signals[0], Signal::Info(_)));
        assert!(matches!(&signals[5], Signal::Status(s) if s.phase == GamePhase::Live));
    }
    for bad in ["0", "-1", "fast", "NaN", "inf"] {
        assert!(bad.parse::<Speed>().is_err(), "{bad}");
    }
    let w = world(4);
    w.driver
        .add(feed(
            "gone",
            Transport::File {
                path: "no/such/file.json".into(),
                speed: Speed::Max,
            },
        ))
        .expect("adds");
    w.driver.files_done().await;
    let health = w.driver.health().remove(0);
    assert!(
        health
            .last_error
            .expect("says so")
            .contains("no/such/file.json")
    );
}

#[tokio::test]
async fn games_are_found_on_a_schedule() {
    let script = Script::new([Reply::Body(doc(1))]);
    let schedule = r#"{"games":[
        {"id":"nfl-1","url":"game.json","provider":"plain"},
        {"id":"nfl-2","url":"http://192.0.2.1/game.json","provider":"plain"},
        {"id":"../3","url":"game.json","provider":"plain"},
        {"id":"nfl-4","url":"game.json","provider":"nobody"}]}"#;
    let app = Router::new()
        .route("/game.json", get(answer))
        .route("/schedule.json", get(move || async move { schedule }))
        .with_state(script);
    let base = serve(app).await;
    let mut w = world(4);
    let task = w
        .driver
        .discover(DiscoverConfig {
            url: format!("{base}/schedule.json"),
            interval: Duration::from_millis(3),
            poll: poll(""),
            other_hosts: false,
        })
        .expect("starts");
    let batch = w.batch().await;
    assert_eq!(
        (batch.game, &*batch.source),
        (GameId::new("nfl-1").expect("id"), "nfl-1")
    );
    assert_eq!(
        w.driver.health().len(),
        1,
        "the other three are passed over"
    );
    w.driver.shutdown().await;
    task.await.expect("ends with the driver");
}

#[tokio::test]
async fn feeds_that_cannot_be_are_refused_with_the_reason() {
    let w = world(1);
    let url = |url: &str| feed("f", Transport::Poll(poll(url)));
    assert!(matches!(
        w.driver.add(url("ftp://x/y")),
        Err(DriverError::Url { .. })
    ));
    let e = w
        .driver
        .add(url("http://x:notaport/?apiKey=hidden"))
        .expect_err("no port");
    assert!(!e.to_string().contains("hidden"), "{e}");
    let config = PollConfig {
        headers: vec![("x-key".to_owned(), "hidden".to_owned())],
        ..poll("http://x/?apiKey=hidden")
    };
    assert!(!format!("{config:?}").contains("hidden"));
    let named = |name: &str| {
        feed(
            name,
            Transport::File {
                path: "x".into(),
                speed: Speed::Max,
            },
        )
    };
    assert!(matches!(
        w.driver.add(named("a/b")),
        Err(DriverError::Name(_))
    ));
    assert!(matches!(
        w.driver.add(FeedConfig {
            provider: "nobody".to_owned(),
            ..named("a")
        }),
        Err(DriverError::UnknownProvider(_))
    ));
    w.driver.add(named("a")).expect("adds");
    assert!(matches!(
        w.driver.add(named("a")),
        Err(DriverError::Exists(_))
    ));
    assert!(w.driver.remove("a").await);
    assert!(!w.driver.remove("a").await);
    w.driver.shutdown().await;
    assert!(matches!(
        w.driver.add(named("b")),
        Err(DriverError::ShutDown)
    ));
}

#[tokio::test]
async fn health_tells_live_from_late_from_stale() {
    let mut w = world(4);
    let script = Script::new([Reply::Body(doc(1)), Reply::Hang]);
    let url = script.serve().await;
    let config = PollConfig {
        interval: Duration::from_secs(1),
        timeout: Duration::from_secs(600),
        ..poll(&url)
    };
    w.driver
        .add(feed("f", Transport::Poll(config)))
        .expect("adds");
    assert_eq!(w.driver.health()[0].state, FeedState::Waiting);
    w.batch().await;
    let state = |ms: i64| {
        w.clock.0.store(ms, Ordering::Relaxed);
        w.driver.health().remove(0).state
    };
    // The batch is delivered before the feed counts as good.
    while state(100) != FeedState::Live {
        tokio::task::yield_now().await;
    }
    assert_eq!(state(4_000), FeedState::Late);
    assert_eq!(state(16_000), FeedState::Stale);
    w.driver.shutdown().await;
}

use std::{num::NonZeroU32, time::Duration};

use futures::SinkExt;
use matchday_deliver::gateway::{Hub, HubOptions, OpenError, PublishError, RouterOptions};
use matchday_event::{
    Audience, EventTime, GameId, GraphicsCommand, PlayId, Side,
    view::{Message as ViewMessage, Snapshot, Update},
};
use serde_json::json;
use tokio_tungstenite::tungstenite::{Message, protocol::frame::coding::CloseCode};

use crate::world::{Client, HandClock, World, approve, empty, game, head, hub_options, update};

#[tokio::test]
async fn a_client_gets_a_snapshot_and_then_every_update() {
    let world = World::start().await;
    world.publish(1, 3);
    let mut client = world.connect("/ws/nfl-1").await;
    let first = client.json().await;
    assert_eq!(head(&first), ("snapshot", 3));
    assert_eq!(first["channel"], "game:nfl-1");
    assert_eq!(first["epoch"], "e1");
    assert_eq!(first["at_ms"], 1_483_297_200_000_i64);
    assert!(first.get("recovered").is_none(), "nobody asked to resume");
    let mut mine: ViewMessage<Snapshot> = serde_json::from_value(first).expect("a snapshot");
    world.publish(4, 6);
    for n in 4..=6 {
        let message = client.json().await;
        assert_eq!(head(&message), ("update", n));
        let message: ViewMessage<Update> = serde_json::from_value(message).expect("an update");
        mine.data.apply(&message.data);
    }
    let newest: ViewMessage<Snapshot> =
        serde_json::from_value(world.get_json("/api/v1/games/nfl-1").await).expect("a snapshot");
    assert_eq!(
        mine.data, newest.data,
        "what a client makes of updates is what the server holds"
    );
    let stats = world.hub.stats();
    assert_eq!(
        (stats.clients, stats.measured),
        (1, 3),
        "live updates are measured, snapshots are not"
    );
    // The clock of this test stands 250 ms after the signals; a histogram keeps three digits.
    assert!(
        (249_000..=251_000).contains(&stats.latency_us_p50),
        "{}",
        stats.latency_us_p50
    );
    drop(client);
    world.clients(0).await;
}

#[tokio::test]
async fn a_client_that_comes_back_misses_nothing_and_gets_nothing_twice() {
    let world = World::start().await;
    world.publish(1, 2);
    let mut client = world.connect("/ws/nfl-1").await;
    assert_eq!(head(&client.json().await), ("snapshot", 2));
    world.publish(3, 3);
    assert_eq!(head(&client.json().await), ("update", 3));
    drop(client);
    world.clients(0).await;
    world.publish(4, 9);
    let mut client = world.connect("/ws/nfl-1?seq=3&epoch=e1").await;
    let resumed = client.json().await;
    assert_eq!(
        resumed,
        json!({ "type": "resumed", "channel": "game:nfl-1", "seq": 3, "epoch": "e1", "recovered": true, "missed": 6 })
    );
    for n in 4..=9 {
        assert_eq!(head(&client.json().await), ("update", n));
    }
    world.publish(10, 10);
    assert_eq!(head(&client.json().await), ("update", 10));
    assert_eq!(
        world.hub.stats().measured,
        2,
        "updates 3 and 10 came live; missed ones are not counted as late"
    );
}

#[tokio::test]
async fn a_resume_that_cannot_be_is_said_so_and_a_snapshot_given() {
    let options = HubOptions {
        resume_updates: 4,
        ..hub_options()
    };
    let world = World::with(options, RouterOptions::default()).await;
    world.publish(1, 10);
    let lost = [
        ("another epoch", "seq=9&epoch=e0"),
        ("no longer kept", "seq=3&epoch=e1"),
        ("a number from the future", "seq=11&epoch=e1"),
        ("no number", "seq=new&epoch=e1"),
        ("half a position", "seq=9"),
    ];
    for (why, query) in lost {
        let mut client = world.connect(&format!("/ws/nfl-1?{query}")).await;
        let message = client.json().await;
        assert_eq!(head(&message), ("snapshot", 10), "{why}");
        assert_eq!(message["recovered"], false, "{why}");
    }
    for (from, missed) in [(6, 4), (9, 1), (10, 0)] {
        let mut client = world.connect("/ws/nfl-1").await;
        client.json().await;
        client
            .say(&json!({ "type": "resume", "seq": from, "epoch": "e1" }).to_string())
            .await;
        let message = client.json().await;
        assert_eq!(
            (message["type"].as_str(), message["missed"].as_u64()),
            (Some("resumed"), Some(missed))
        );
        for n in from + 1..=10 {
            assert_eq!(head(&client.json().await), ("update", n));
        }
    }
    let stats = world.hub.stats();
    assert_eq!((stats.resumes_lost, stats.resumes_recovered), (5, 3));
}

#[tokio::test]
async fn a_restart_that_read_its_log_again_resumes_its_clients() {
    let before = World::start().await;
    before.publish(1, 5);
    let mut client = before.connect("/ws/nfl-1").await;
    assert_eq!(head(&client.json().await), ("snapshot", 5));
    before.stop().await;
    let after = World::start().await;
    after.publish(1, 7);
    let mut client = after.connect("/ws/nfl-1?seq=5&epoch=e1").await;
    assert_eq!(client.json().await["missed"], 2);
    assert_eq!(head(&client.json().await), ("update", 6));
    assert_eq!(head(&client.json().await), ("update", 7));
}

#[tokio::test]
async fn a_game_begun_anew_sends_its_clients_the_new_snapshot() {
    let world = World::start().await;
    world.publish(1, 5);
    let mut client = world.connect("/ws/nfl-1").await;
    assert_eq!(head(&client.json().await), ("snapshot", 5));
    let again = world.hub.open(game(), "e1".to_owned(), empty(&game()));
    assert_eq!(again, Err(OpenError::AlreadyOpen(game())));
    world
        .hub
        .open(game(), "e2".to_owned(), empty(&game()))
        .expect("opened");
    let message = client.json().await;
    assert_eq!(
        (head(&message), message["epoch"].as_str()),
        (("snapshot", 0), Some("e2"))
    );
    world.publish(1, 1);
    assert_eq!(head(&client.json().await), ("update", 1));
    let bad = world.hub.open(game(), "a:b".to_owned(), empty(&game()));
    assert_eq!(bad, Err(OpenError::InvalidEpoch("a:b".to_owned())));
}

#[tokio::test]
async fn what_was_not_approved_for_this_door_does_not_pass() {
    let world = World::start().await;
    let other = GameId::new("nfl-2").expect("an id");
    let publish =
        |game: &GameId, audience, n| world.hub.publish(approve(game, audience, n, update(n)));
    assert_eq!(
        publish(&game(), Audience::Production, 1),
        Err(PublishError::WrongAudience(game()))
    );
    assert_eq!(
        publish(&other, Audience::Public, 1),
        Err(PublishError::UnknownGame(other.clone()))
    );
    assert_eq!(
        publish(&game(), Audience::Public, 2),
        Err(PublishError::OutOfSequence {
            game: game(),
            expected: 1,
            got: 2
        })
    );
    assert_eq!(publish(&game(), Audience::Public, 1), Ok(()));
    assert!(
        publish(&game(), Audience::Public, 1).is_err(),
        "an update published twice"
    );
    assert_eq!(world.get_json("/api/v1/games/nfl-1").await["seq"], 1);
}

#[tokio::test]
async fn an_unknown_game_closes_with_1008() {
    let world = World::start().await;
    for path in ["/ws/nfl-404", "/ws/no%20id", "/ws/graphics/nfl-404"] {
        let close = world.connect(path).await.close().await;
        assert_eq!(
            (close.code, close.reason.as_str()),
            (CloseCode::Policy, "unknown game"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn pings_and_requests_are_answered_and_nonsense_harms_nobody() {
    let world = World::start().await;
    world.publish(1, 1);
    let mut client = world.connect("/ws/nfl-1").await;
    client.json().await;
    client.say(r#"{"type":"ping","t":17}"#).await;
    assert_eq!(
        client.json().await,
        json!({ "type": "pong", "t": 17, "server_ms": 1_483_297_200_250_i64 })
    );
    client.say(r#"{"type":"request_snapshot"}"#).await;
    assert_eq!(head(&client.json().await), ("snapshot", 1));
    for nonsense in [
        "",
        "[]",
        "{",
        r#"{"type":"fly"}"#,
        r#"{"type":"resume","seq":-1,"epoch":"e1"}"#,
    ] {
        client.say(nonsense).await;
        let error = client.json().await;
        assert_eq!(
            (error["type"].as_str(), error["code"].as_str()),
            (Some("error"), Some("malformed")),
            "{nonsense}"
        );
    }
    client
        .0
        .send(Message::Ping("still there?".into()))
        .await
        .expect("sent");
    assert_eq!(client.message().await, Message::Pong("still there?".into()));
    world.publish(2, 2);
    assert_eq!(
        head(&client.json().await),
        ("update", 2),
        "it goes on after all that"
    );
}

#[tokio::test]
async fn offences_close_the_one_connection_with_their_code() {
    let options = RouterOptions {
        max_message_bytes: 256,
        messages_per_s: 5,
        ..RouterOptions::default()
    };
    let world = World::with(hub_options(), options).await;
    let mut witness = world.connect("/ws/nfl-1").await;
    witness.json().await;
    let mut client = world.connect("/ws/nfl-1").await;
    client
        .0
        .send(Message::binary(vec![1, 2, 3]))
        .await
        .expect("sent");
    assert_eq!(client.close().await.code, CloseCode::Unsupported);
    let mut client = world.connect("/ws/nfl-1").await;
    client.say(&"x".repeat(257)).await;
    assert_eq!(client.close().await.code, CloseCode::Size);
    let mut client = world.connect("/ws/nfl-1").await;
    for _ in 0..11 {
        client.say(r#"{"type":"request_snapshot"}"#).await;
    }
    let close = client.close().await;
    assert_eq!(
        (close.code, close.reason.as_str()),
        (CloseCode::Policy, "too many messages")
    );
    world.publish(1, 1);
    assert_eq!(head(&witness.json().await), ("update", 1));
}

#[tokio::test]
async fn a_client_that_is_gone_without_a_word_is_removed() {
    let options = RouterOptions {
        heartbeat: Duration::from_millis(20),
        ..RouterOptions::default()
    };
    let world = World::with(hub_options(), options).await;
    let mut alive = world.connect("/ws/nfl-1").await;
    alive.json().await;
    // Never polled again, so it answers no ping, as a phone in a tunnel.
    let silent = world.connect("/ws/nfl-1").await;
    world.clients(2).await;
    let mut clients = world.hub.clients();
    tokio::select! {
        _ = clients.wait_for(|n| *n == 1) => {}
        message = alive.json() => panic!("there was nothing to say: {message}"),
    }
    world.publish(1, 1);
    assert_eq!(head(&alive.json().await), ("update", 1));
    drop(silent);
}

#[tokio::test]
async fn a_full_house_turns_clients_away_and_lets_them_in_when_one_leaves() {
    let options = HubOptions {
        max_clients: 1,
        ..hub_options()
    };
    let world = World::with(options, RouterOptions::default()).await;
    let mut first = world.connect("/ws/nfl-1").await;
    first.json().await;
    let close = world.connect("/ws/nfl-1").await.close().await;
    assert_eq!(
        (close.code, close.reason.as_str()),
        (CloseCode::Again, "the server is full")
    );
    drop(first);
    world.clients(0).await;
    assert_eq!(
        head(&world.connect("/ws/nfl-1").await.json().await),
        ("snapshot", 0)
    );
}

#[tokio::test]
async fn a_shutdown_says_when_to_come_back_and_spreads_the_return() {
    let world = World::start().await;
    let mut clients = Vec::new();
    for _ in 0..8 {
        let mut client = world.connect("/ws").await;
        client.json().await;
        clients.push(client);
    }
    let stopped = tokio::spawn(world.stop());
    let mut waits = std::collections::BTreeSet::new();
    for client in &mut clients {
        let close = client.close().await;
        assert_eq!(close.code, CloseCode::Away);
        let ms = close.reason.strip_prefix("reconnect_ms=").expect("advice");
        waits.insert(ms.parse::<u64>().expect("milliseconds"));
    }
    assert!(
        waits.len() >= 6,
        "they do not all come back at once: {waits:?}"
    );
    assert!(waits.iter().all(|ms| (250..5250).contains(ms)), "{waits:?}");
    stopped.await.expect("stopped");
}

#[tokio::test]
async fn the_scoreboard_has_every_game_in_one_socket() {
    let clock = HandClock::default();
    let hub = Hub::new(hub_options(), clock.clock());
    let other = GameId::new("nfl-2").expect("an id");
    hub.open(other.clone(), "e9".to_owned(), empty(&other))
        .expect("opened");
    let world = World::on(hub, RouterOptions::default()).await;
    let mut client = world.connect("/ws").await;
    let first = client.json().await;
    assert_eq!(first["channel"], "scoreboard");
    let ids = |message: &serde_json::Value| -> Vec<String> {
        let games = message["data"]["games"].as_array().expect("games");
        games
            .iter()
            .map(|g| g["id"].as_str().expect("an id").to_owned())
            .collect()
    };
    assert_eq!(ids(&first), ["nfl-1", "nfl-2"]);
    world.publish(1, 1);
    let message = client.json().await;
    assert_eq!(head(&message).0, "update");
    assert_eq!(ids(&message), ["nfl-1"], "only the one that changed");
    assert_eq!(message["data"]["games"][0]["game_seq"], 1);
}

#[tokio::test]
async fn the_scoreboard_gathers_what_comes_close_together() {
    let options = HubOptions {
        scoreboard_interval: Duration::from_secs(3600),
        ..HubOptions::default()
    };
    let world = World::with(options, RouterOptions::default()).await;
    let mut client = world.connect("/ws").await;
    let at = client.json().await["seq"].as_u64().expect("a number");
    world.publish(1, 100);
    // The hour is not over: the cards wait, as one per game, and nothing was sent.
    client.say(r#"{"type":"ping"}"#).await;
    assert_eq!(client.json().await["type"], "pong");
    assert_eq!(world.get_json("/api/v1/games").await["seq"], at);
}

#[tokio::test]
async fn the_graphics_channel_tells_a_page_what_is_on_air_and_every_command() {
    let world = World::start().await;
    world.publish(1, 1);
    let strip = GraphicsCommand::UpdateWinProbability {
        home: 0.6234,
        away: 0.3766,
        delta_home: 0.041,
    };
    world.graphics(7, strip);
    let mut page = world.connect("/ws/graphics/nfl-1").await;
    let first = page.json().await;
    assert_eq!(
        (first["channel"].as_str(), head(&first)),
        (Some("graphics:nfl-1"), ("snapshot", 1))
    );
    assert_eq!(
        first["data"]["win_probability"],
        json!({ "home": 62.3, "away": 37.7, "delta": 4.1 })
    );
    assert_eq!(
        first["data"]["home"]["abbr"], "ATL",
        "known from the game's updates"
    );
    world.graphics(
        8,
        GraphicsCommand::ShowKeyPlay {
            play_id: PlayId::new("1204"),
            text: "Touchdown".to_owned(),
            side: Side::Home,
            wpa: 0.142,
            duration_ms: 5000,
        },
    );
    let message = page.json().await;
    assert_eq!(
        message["data"],
        json!({ "id": "nfl-1-8-SHOW_KEY_PLAY", "game": "nfl-1", "command": "SHOW_KEY_PLAY",
                 "data": { "play_id": "1204", "text": "Touchdown", "side": "home", "wpa": 14.2, "duration": 5000 } })
    );
    page.say(r#"{"type":"request_snapshot"}"#).await;
    assert_eq!(
        page.json().await["data"]["key_play"]["at_ms"],
        1_483_297_200_250_i64
    );
}

#[tokio::test]
async fn pages_of_another_origin_may_not_connect() {
    let options = RouterOptions {
        allow_origins: vec!["https://club.example".to_owned()],
        requests_per_s: NonZeroU32::new(2),
        ..RouterOptions::default()
    };
    let world = World::with(hub_options(), options).await;
    let status = async |origin: &str| {
        let client = reqwest::Client::new();
        let request = client
            .get(format!("http://{}/ws", world.address))
            .header("origin", origin);
        let request = request
            .header("connection", "upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        request.send().await.expect("an answer").status().as_u16()
    };
    assert_eq!(status("https://elsewhere.example").await, 403);
    assert_eq!(status("https://club.example").await, 101);
    // Loopback is where a proxy of our own stands: it is not limited.
    assert_eq!(status("https://club.example").await, 101);
    assert_eq!(status("https://club.example").await, 101);
    assert_eq!(status("https://club.example").await, 101);
}

#[tokio::test]
async fn the_load_generator_sees_every_update_once() {
    let world = World::start().await;
    world.publish(1, 3);
    let clock = HandClock::default();
    clock.set(EventTime::from_millis(1_483_297_200_004));
    let options = matchday_deliver::load::LoadOptions {
        address: world.address,
        paths: vec!["/ws/nfl-1".to_owned(), "/ws".to_owned()],
        clients: 20,
        duration: Duration::from_millis(200),
        connecting: 4,
    };
    let publish = async {
        world.clients(20).await;
        world.publish(4, 53);
    };
    let (report, ()) = tokio::join!(
        matchday_deliver::load::run(&options, clock.clock()),
        publish
    );
    let report = report.expect("a report");
    assert_eq!((report.clients, report.failed), (20, 0));
    assert_eq!((report.gaps, report.repeats), (0, 0), "{report:?}");
    let refused = matchday_deliver::load::LoadOptions {
        address: ([192, 0, 2, 1], 80).into(),
        ..options
    };
    assert!(
        matchday_deliver::load::run(&refused, clock.clock())
            .await
            .is_err()
    );
    let mut client = Client::connect(world.address, "/ws/nfl-1").await;
    assert_eq!(head(&client.json().await), ("snapshot", 53));
}

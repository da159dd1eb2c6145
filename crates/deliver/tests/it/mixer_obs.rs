//! Against the real OBS Studio, started by the test where it is on the machine.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use futures::{SinkExt as _, StreamExt as _};
use matchday_deliver::{
    Clock,
    mixer::{Equipment, Health, MixerConfig, Mixers, ObsConfig, ObsItem, OnAir, studio::Studio},
};
use matchday_event::{
    EventTime,
    production::{Action, Fired, Released},
    senses::Camera,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::{
    net::TcpStream,
    sync::{mpsc, watch},
};
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};

use crate::{
    mixers::{approved, cut, fade},
    world::PATIENCE,
};

fn wall() -> Clock {
    Arc::new(|| {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        EventTime(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    })
}

async fn until(
    health: &mut watch::Receiver<Health>,
    studio: &Studio,
    what: &str,
    is: impl Fn(&Health) -> bool,
) -> Health {
    let came = tokio::time::timeout(PATIENCE, health.wait_for(|h| is(h)))
        .await
        .map(|now| now.expect("the driver lives").clone());
    match came {
        Ok(now) => now,
        Err(_) => panic!(
            "{what} never came; {:?}\n{}",
            *health.borrow(),
            studio.log()
        ),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cuts_reach_the_real_obs_and_outlive_its_death() {
    if let Some(program) = Studio::missing() {
        println!(
            "left out: cuts_reach_the_real_obs_and_outlive_its_death ({program} is not installed)"
        );
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let mut studio = Studio::start(folder.path(), 50).expect("OBS starts");
    let scenes: BTreeMap<Camera, String> = Camera::ALL
        .iter()
        .map(|c| (*c, format!("Camera \"{c}\"")))
        .collect();
    let config = MixerConfig {
        name: "obs".into(),
        game: None,
        dry_run: false,
        lead_ms: 0,
        timeout_ms: 5000,
        to: Equipment::Obs(ObsConfig {
            address: studio.address(),
            password_file: Some(studio.password_file()),
            cameras: scenes,
            create_scenes: true,
            ..ObsConfig::default()
        }),
    };
    let (told, mut seen) = mpsc::unbounded_channel();
    let on_air: OnAir = Arc::new(move |_, report| {
        let _ = told.send(report.camera);
    });
    let clock = wall();
    let mixers =
        Mixers::start(std::slice::from_ref(&config), clock.clone(), Some(on_air)).expect("starts");
    let mut health = mixers.health("obs").expect("an output");
    until(&mut health, &studio, "a connection", |h| h.connected).await;

    // Twenty-one cuts, each confirmed by OBS's own event before the next is ordered.
    let order: Vec<Camera> = Camera::ALL.iter().copied().cycle().take(21).collect();
    for (n, camera) in order.iter().enumerate() {
        mixers.cut(&cut(*camera, clock()));
        let now = until(&mut health, &studio, "a confirmation", |h| {
            h.confirmed == n as u64 + 1
        })
        .await;
        assert_eq!(now.on_air, Some(*camera));
        assert_eq!(now.last_cut.map(|c| c.camera), Some(*camera));
    }
    for camera in order {
        let told = tokio::time::timeout(PATIENCE, seen.recv()).await;
        assert_eq!(told, Ok(Some(camera)), "OBS told of each, in order");
    }
    let report = &mixers.report().outputs[0];
    assert_eq!(
        (
            report.latency.cuts,
            report.health.refused,
            report.health.unconfirmed
        ),
        (21, 0, 0)
    );

    // A fade is confirmed when it is over, and its length is in no latency.
    mixers.cut(&fade(Camera::Crowd, clock(), 300));
    let now = until(&mut health, &studio, "the fade's end", |h| {
        h.confirmed == 22
    })
    .await;
    assert_eq!(now.on_air, Some(Camera::Crowd));
    let last = now.last_cut.expect("a cut");
    assert!(
        last.confirmed_at.0 - last.at.0 >= 250_000,
        "it took its time"
    );

    // OBS dies, three cuts are ordered meanwhile, and OBS comes back: the newest of them is on air.
    studio.kill().expect("killed");
    until(&mut health, &studio, "the loss", |h| !h.connected).await;
    for camera in [Camera::Rail, Camera::Keeper, Camera::Wing] {
        mixers.cut(&cut(camera, clock()));
    }
    studio.open().expect("OBS starts again");
    let now = until(&mut health, &studio, "the newest cut", |h| {
        h.connects == 2 && h.on_air == Some(Camera::Wing)
    })
    .await;
    assert_eq!(now.last_cut.map(|c| c.camera), Some(Camera::Wing));
    assert_eq!((now.passed_over, now.caught_up), (2, 1));
    // And it goes on as before.
    mixers.cut(&cut(Camera::Main, clock()));
    until(&mut health, &studio, "another cut", |h| {
        h.on_air == Some(Camera::Main)
    })
    .await;
    let mut after = Vec::new();
    while after.last() != Some(&Camera::Main) {
        let told = tokio::time::timeout(PATIENCE, seen.recv()).await;
        after.push(told.expect("in time").expect("the driver lives"));
    }
    assert_eq!(after.first(), Some(&Camera::Crowd), "the fade");
    let missed = [Camera::Rail, Camera::Keeper];
    assert!(!after.iter().any(|c| missed.contains(c)), "{after:?}");
    assert_eq!(after[after.len() - 2..], [Camera::Wing, Camera::Main]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_password_is_told_in_words() {
    if let Some(program) = Studio::missing() {
        println!("left out: a_wrong_password_is_told_in_words ({program} is not installed)");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let studio = Studio::start(folder.path(), 25).expect("OBS starts");
    let wrong = folder.path().join("wrong");
    std::fs::write(&wrong, "not it").expect("written");
    let start = |name: &str, password_file| {
        let config = MixerConfig {
            name: name.into(),
            game: None,
            dry_run: false,
            lead_ms: 0,
            timeout_ms: 5000,
            to: Equipment::Obs(ObsConfig {
                address: studio.address(),
                password_file,
                cameras: [(Camera::Main, "Scene".to_owned())].into(),
                ..ObsConfig::default()
            }),
        };
        let mixers = Mixers::start(&[config], wall(), None).expect("starts");
        let health = mixers.health(name).expect("an output");
        (mixers, health)
    };
    let (_wrong, mut health) = start("wrong", Some(wrong));
    let told = |words: &'static str| {
        move |h: &Health| h.last_error.as_deref().is_some_and(|e| e.contains(words))
    };
    until(&mut health, &studio, "a refusal", told("4009")).await;
    let (_none, mut health) = start("none", None);
    until(&mut health, &studio, "a refusal", told("password_file")).await;
    let right = studio.password_file();
    let (_right, mut health) = start("right", Some(right));
    until(&mut health, &studio, "a connection", |h| h.connected).await;
}

/// Whoever sits at OBS: a client of its own, apart from the driver.
struct Operator {
    socket: WebSocketStream<TcpStream>,
}

impl Operator {
    async fn sit_down(studio: &Studio) -> Self {
        let stream = TcpStream::connect(studio.address())
            .await
            .expect("OBS listens");
        let (socket, _) = client_async(format!("ws://{}/", studio.address()), stream)
            .await
            .expect("a WebSocket");
        let mut operator = Self { socket };
        let hello = operator.next(0).await;
        let password = std::fs::read_to_string(studio.password_file()).expect("a password");
        let hash = |a: &str, b: &str| {
            STANDARD.encode(Sha256::new().chain_update(a).chain_update(b).finalize())
        };
        let text = |key: &str| {
            hello["authentication"][key]
                .as_str()
                .expect("text")
                .to_owned()
        };
        let secret = hash(password.trim_end(), &text("salt"));
        let answer = hash(&secret, &text("challenge"));
        let identify =
            json!({ "rpcVersion": 1, "eventSubscriptions": 0, "authentication": answer });
        operator.say(1, identify).await;
        operator.next(2).await;
        operator
    }

    async fn say(&mut self, op: u8, d: Value) {
        let text = json!({ "op": op, "d": d }).to_string();
        self.socket.send(Message::text(text)).await.expect("sent");
    }

    async fn next(&mut self, op: u8) -> Value {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.socket.next()).await;
            let message = message.expect("in time").expect("open").expect("a message");
            if let Message::Text(text) = message {
                let message: Value = serde_json::from_str(&text).expect("JSON");
                if message["op"] == op {
                    return message["d"].clone();
                }
            }
        }
    }

    async fn ask(&mut self, what: &str, data: Value) -> Value {
        let request = json!({ "requestType": what, "requestId": what, "requestData": data });
        self.say(6, request).await;
        let answer = self.next(7).await;
        assert_eq!(answer["requestStatus"]["result"], true, "{answer}");
        answer["responseData"].clone()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn overlays_are_switched_in_the_real_obs_and_its_operator_is_heard() {
    if let Some(program) = Studio::missing() {
        println!(
            "left out: overlays_are_switched_in_the_real_obs_and_its_operator_is_heard ({program} is not installed)"
        );
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let studio = Studio::start(folder.path(), 25).expect("OBS starts");
    let item = ObsItem {
        scene: "Wide".into(),
        source: "Trace".into(),
    };
    let config = MixerConfig {
        name: "obs".into(),
        game: None,
        dry_run: false,
        lead_ms: 0,
        timeout_ms: 5000,
        to: Equipment::Obs(ObsConfig {
            address: studio.address(),
            password_file: Some(studio.password_file()),
            cameras: [
                (Camera::Main, "Wide".to_owned()),
                (Camera::Crowd, "Stands".to_owned()),
            ]
            .into(),
            overlays: [("ball_trace".to_owned(), item)].into(),
            create_scenes: true,
            ..ObsConfig::default()
        }),
    };
    let clock = wall();
    let mixers = Mixers::start(&[config], clock.clone(), None).expect("starts");
    let mut health = mixers.health("obs").expect("an output");
    until(&mut health, &studio, "a connection", |h| h.connected).await;
    let mut operator = Operator::sit_down(&studio).await;
    let made = operator
        .ask(
            "CreateInput",
            json!({ "sceneName": "Wide", "inputName": "Trace", "inputKind": "color_source_v3", "sceneItemEnabled": false }),
        )
        .await;
    let item = json!({ "sceneName": "Wide", "sceneItemId": made["sceneItemId"] });

    let fired = Fired {
        rule: "trace".into(),
        key: None,
        at: clock(),
        due: clock(),
        until: None,
        action: Action::Overlay {
            overlay: "ball_trace".into(),
        },
        priority: 1,
        confidence: 1.0,
        why: "a test".into(),
    };
    mixers.overlay(&approved(fired));
    let now = until(&mut health, &studio, "the overlay", |h| {
        h.confirmed + h.refused == 1
    })
    .await;
    assert_eq!(now.refused, 0, "{:?}", now.last_error);
    let enabled = operator.ask("GetSceneItemEnabled", item.clone()).await;
    assert_eq!(enabled["sceneItemEnabled"], true);
    let released = Released {
        rule: "trace".into(),
        key: None,
        at: clock(),
    };
    mixers.release(&approved(released), "ball_trace");
    until(&mut health, &studio, "its end", |h| h.confirmed == 2).await;
    let enabled = operator.ask("GetSceneItemEnabled", item).await;
    assert_eq!(enabled["sceneItemEnabled"], false);

    // Whoever sits at OBS takes another camera: it is heard, and nothing is done about it.
    mixers.cut(&cut(Camera::Main, clock()));
    until(&mut health, &studio, "a cut", |h| {
        h.on_air == Some(Camera::Main)
    })
    .await;
    operator
        .ask("SetCurrentProgramScene", json!({ "sceneName": "Stands" }))
        .await;
    let now = until(&mut health, &studio, "the operator's camera", |h| {
        h.on_air == Some(Camera::Crowd)
    })
    .await;
    assert_eq!(now.sent, 3, "nothing was sent against it");
}

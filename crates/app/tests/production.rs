//! Rules and the director in the running program: what fires, orders by hand, rules that change while a match runs, the
//! way back, and the same after a restart.

use std::{fs, path::Path, time::Duration};

use serde_json::{Value, json};

#[path = "common/server.rs"]
mod server;
use server::{SECRET, Server};

#[path = "../../engine/tests/common/camera.rs"]
mod camera;

const TOKEN: &str = "an operator's token of the tests";
const GAME: &str = "soccer-production-1";

const RULE: &str = "\
[[rule]]
id = \"rail-on-analysts\"
title = \"The rail camera when a cluster likes analytics\"
when = 'taste.topic == \"analytics\" && taste.share > 0.5'
each = \"taste\"
lasts = \"60s\"
action = { do = \"shot\", camera = \"rail\" }

[[rule]]
id = \"code-for-analysts\"
title = \"A code for them\"
when = 'taste.topic == \"analytics\" && taste.share > 0.5'
each = \"taste\"
action = { do = \"code\", percent = 20 }
";

fn configure(dir: &Path) {
    fs::create_dir_all(dir.join("rules/soccer")).expect("a folder");
    fs::write(dir.join("rules/soccer/test.toml"), RULE).expect("written");
    fs::write(dir.join("secret"), SECRET).expect("written");
    fs::write(dir.join("token"), TOKEN).expect("written");
    fs::write(
        dir.join("matchday.toml"),
        "[senses]\nticks = \"off\"\n[rules]\ndir = \"rules\"\nwatch_ms = 50\n[operator]\nsecret_file = \"token\"\n\
         [[feeds]]\nname = \"signals\"\nprovider = \"signals\"\npush_secret_file = \"secret\"\n",
    )
    .expect("written");
}

impl Server {
    async fn push(&self, signals: &[Value]) -> Value {
        let lines: Vec<String> = signals
            .iter()
            .map(|signal| json!({ "game": GAME, "signal": signal }).to_string())
            .collect();
        let body = lines.join("\n").into_bytes();
        let answer = self.post("/feeds/signals", &body.clone(), body).await;
        assert!(answer.status().is_success(), "{}", answer.status());
        answer.json().await.expect("json")
    }

    async fn ask(&self, path: &str) -> (u16, Value) {
        let answer = reqwest::Client::new()
            .get(format!("{}{path}", self.url))
            .bearer_auth(TOKEN)
            .send()
            .await
            .expect("an answer");
        (
            answer.status().as_u16(),
            answer.json().await.unwrap_or(Value::Null),
        )
    }

    async fn order(&self, what: &str, body: &Value) -> u16 {
        let answer = reqwest::Client::new()
            .post(format!(
                "{}/api/v1/production/games/{GAME}/{what}",
                self.url
            ))
            .bearer_auth(TOKEN)
            .json(body)
            .send()
            .await
            .expect("an answer");
        answer.status().as_u16()
    }

    /// Waits until the desk is as wanted.
    async fn desk_when(&self, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let asked = async {
            loop {
                let (_, desk) = self.ask(&format!("/api/v1/production/games/{GAME}")).await;
                if wanted(&desk) {
                    return desk;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), asked)
            .await
            .unwrap_or_else(|_| panic!("{what}"))
    }
}

fn now_us() -> i64 {
    std::time::UNIX_EPOCH.elapsed().expect("a time").as_micros() as i64
}

fn tick(at: i64) -> Value {
    json!({ "type": "tick", "at": at })
}

fn taste(at: i64, like: u32) -> Value {
    json!({ "type": "taste", "at": at, "cluster": "north", "topic": "analytics", "viewers": 1000, "like": like })
}

#[tokio::test]
async fn a_match_runs_on_rules_that_change_and_go_back() {
    let dir = tempfile::tempdir().expect("a folder");
    configure(dir.path());
    let server = Server::start(dir.path());

    // Nobody comes in without the token.
    let stranger = reqwest::get(format!("{}/api/v1/production", server.url))
        .await
        .expect("an answer");
    assert_eq!(stranger.status().as_u16(), 401);
    assert_eq!(
        server
            .ask(&format!("/api/v1/production/games/{GAME}"))
            .await
            .0,
        404
    );

    // An order with a slip in the game's name begins no match.
    let take = json!({ "order": "take", "camera": "wing" });
    assert_eq!(server.order("director", &take).await, 404);
    assert_eq!(
        server.ask("/api/v1/games").await.1["data"]["games"],
        json!([])
    );

    // One that cannot be read is answered as every mistake is.
    let answer = reqwest::Client::new()
        .post(format!(
            "{}/api/v1/production/games/{GAME}/director",
            server.url
        ))
        .bearer_auth(TOKEN)
        .json(&json!({ "order": "fly" }))
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let said: Value = answer.json().await.expect("json");
    assert_eq!(
        (&said["status"], &said["code"]),
        (&json!(422), &json!("bad_order"))
    );

    // The first report of a sense puts the rules in force, and a rule fires on it.
    let at = now_us();
    server.push(&[taste(at, 600), tick(at + 100_000)]).await;
    let desk = server
        .desk_when("the rail camera on air", |d| {
            d["on_air"]["camera"] == "rail"
        })
        .await;
    let first = desk["rules"]["id"].as_str().expect("a set").to_owned();
    let recent = desk["recent"].as_array().expect("decisions");
    let fired = |rule: &str| {
        recent
            .iter()
            .find(|e| e["decided"] == "fired" && e["rule"] == rule)
            .cloned()
    };
    assert!(
        fired("rail-on-analysts").expect("it fired")["why"]
            .as_str()
            .expect("why")
            .contains("taste.share 0.6")
    );
    // What is for viewers waits for their consent.
    assert_eq!(
        fired("code-for-analysts").expect("it fired")["refused"],
        "no_consent"
    );

    // The operator always wins.
    assert_eq!(
        server
            .order("director", &json!({ "order": "take", "camera": "wing" }))
            .await,
        202
    );
    // Nobody else tells the time here, and an order is for its own.
    server.push(&[tick(now_us())]).await;
    let desk = server
        .desk_when("the wing camera on air", |d| d["held"] == true)
        .await;
    assert_eq!(desk["on_air"]["camera"], "wing");
    assert_eq!(
        server
            .order("director", &json!({ "order": "release" }))
            .await,
        202
    );
    server.push(&[tick(now_us())]).await;
    server.desk_when("released", |d| d["held"] == false).await;

    // A feed is no operator: what it orders is left out.
    let order = json!({ "type": "director", "at": now_us(), "order": "take", "camera": "keeper" });
    assert_eq!(server.push(&[order]).await["accepted"], 0);

    // Rules that cannot be used change nothing, and the page says why.
    let file = dir.path().join("rules/soccer/test.toml");
    fs::write(
        &file,
        RULE.replace("taste.share > 0.5", "taste.shore > 0.5"),
    )
    .expect("written");
    let trouble = async {
        loop {
            let (_, all) = server.ask("/api/v1/production").await;
            if let Some(trouble) = all["trouble"].as_str() {
                return trouble.to_owned();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let trouble = tokio::time::timeout(Duration::from_secs(60), trouble)
        .await
        .expect("trouble in time");
    assert!(
        trouble.contains("test.toml:4:") && trouble.contains("did you mean taste.share?"),
        "{trouble}"
    );

    // Rules that can are in force for a match that runs, without a fact lost.
    fs::write(&file, RULE.replace("share > 0.5", "share > 0.8")).expect("written");
    let desk = server
        .desk_when("the new rules", |d| d["rules"]["id"] != first.as_str())
        .await;
    let second = desk["rules"]["id"].as_str().expect("a set").to_owned();
    assert_eq!(desk["before"]["id"], first.as_str());
    assert_eq!(desk["diff"][0]["change"], "changed");
    assert_eq!(desk["diff"][0]["fields"][0]["field"], "when");

    // More than one viewer in twenty frowns: back, by the log's own time. Exactly one in twenty is not more.
    let frowns = |at: i64, frowns: u32| json!({ "type": "frowns", "at": at, "viewers": 1000, "frowns": frowns });
    let later = now_us() + 10_000_000;
    server
        .push(&[frowns(later, 50), taste(later + 1, 600)])
        .await;
    server
        .desk_when("the taste counted", |d| d["rows"].as_u64() >= Some(2))
        .await;
    assert_eq!(
        server
            .ask(&format!("/api/v1/production/games/{GAME}"))
            .await
            .1["rules"]["id"],
        second.as_str()
    );
    server.push(&[frowns(later + 2, 51)]).await;
    let desk = server
        .desk_when("the old rules", |d| d["rules"]["id"] == first.as_str())
        .await;
    assert_eq!(desk["change"]["change"], "frowns");
    assert_eq!(desk["change"]["share"], 0.051);

    // By hand onto the other set, and back.
    assert_eq!(
        server
            .order("rules", &json!({ "order": "use", "set": second }))
            .await,
        202
    );
    server
        .desk_when("ordered", |d| d["rules"]["id"] == second.as_str())
        .await;
    assert_eq!(
        server
            .order("rules", &json!({ "order": "roll_back" }))
            .await,
        202
    );
    server
        .desk_when("rolled back", |d| d["change"]["change"] == "rolled_back")
        .await;
    assert_eq!(
        server
            .order("rules", &json!({ "order": "roll_back" }))
            .await,
        202
    );
    server
        .desk_when("refused", |d| d["change"]["refused"] == "nothing_before")
        .await;
    assert_eq!(
        server
            .order(
                "rules",
                &json!({ "order": "use", "set": "0123456789abcdef" })
            )
            .await,
        404
    );

    // After a crash the log leads to the same rules, the same camera and the same decisions.
    let before = server
        .ask(&format!("/api/v1/production/games/{GAME}"))
        .await
        .1;
    drop(server);
    let server = Server::start(dir.path());
    let after = server
        .ask(&format!("/api/v1/production/games/{GAME}"))
        .await
        .1;
    for what in [
        "rules", "before", "change", "on_air", "held", "fired", "rows",
    ] {
        assert_eq!(after[what], before[what], "{what}");
    }
    let told = |desk: &Value| -> Vec<Value> {
        let recent = desk["recent"].as_array().cloned().unwrap_or_default();
        recent
            .into_iter()
            .map(|mut e| {
                e["refused"].take();
                e
            })
            .collect()
    };
    assert_eq!(told(&after), told(&before));
}

/// A goal by this time, as a feed tells of it.
fn goal(at: i64, number: i64) -> Value {
    json!({
        "type": "play", "play_id": format!("g{number}"), "order": number, "period": 1, "clock_s": 60 * number,
        "score_before": null, "score_after": { "home": number, "away": 0 }, "wall": at, "text": null,
        "detail": { "sport": "soccer", "kind": "goal", "side": "home", "player": null, "xg": null },
    })
}

#[tokio::test]
async fn a_camera_model_that_is_configured_proposes_and_is_on_the_log() {
    let dir = tempfile::tempdir().expect("a folder");
    configure(dir.path());
    let file = dir.path().join("matchday.toml");
    let config = fs::read_to_string(&file).expect("read");
    fs::write(
        &file,
        format!("{config}[camera_model]\nsoccer = \"camera.json\"\n"),
    )
    .expect("written");
    let model = dir.path().join("camera.json");
    fs::write(&model, camera::file("soccer", "kind_score")).expect("written");
    let server = Server::start(dir.path());

    let at = now_us();
    server.push(&[tick(at - 100_000), goal(at, 1)]).await;
    server
        .push(&(1..=8).map(|n| tick(at + n * 100_000)).collect::<Vec<_>>())
        .await;
    let desk = server
        .desk_when("the rail camera on air", |d| {
            d["on_air"]["camera"] == "rail"
        })
        .await;
    let named = desk["camera_model"]["id"]
        .as_str()
        .expect("a model")
        .to_owned();
    assert_eq!(desk["camera_model"]["name"], "camera-soccer@1");
    let recent = desk["recent"].as_array().expect("decisions");
    let cut = recent
        .iter()
        .find(|e| e["decided"] == "cut")
        .expect("a cut");
    assert_eq!(cut["reason"], "model");
    assert_eq!(cut["rule"], "camera-model");

    // The overview says all that a wall needs, in one answer.
    let (_, all) = server.ask("/api/v1/production").await;
    let one = &all["productions"][0];
    assert_eq!(all["games"], json!([GAME]));
    assert_eq!(one["game"], GAME);
    assert_eq!(one["sport"], "soccer");
    assert_eq!(one["mode"], "agent");
    assert_eq!(one["on_air"]["camera"], "rail");
    assert_eq!(one["cut"]["reason"], "model");
    assert_eq!(one["rules"], desk["rules"]["id"]);
    assert_eq!(one["camera_model"], named.as_str());
    assert_eq!(one["fired"]["rule"], "camera-model");
    assert_eq!(one["fault"], Value::Null);

    // Another model in the file is for matches that begin later; after a crash the log leads to the same one.
    fs::write(&model, camera::file("soccer", "kind_foul")).expect("written");
    drop(server);
    let server = Server::start(dir.path());
    let after = server
        .ask(&format!("/api/v1/production/games/{GAME}"))
        .await
        .1;
    assert_eq!(after["camera_model"]["id"], named.as_str());
    assert_eq!(after["on_air"], desk["on_air"]);

    // By hand it is switched off, and what it asked for is taken back.
    let off = json!({ "order": "camera_model", "model": null });
    assert_eq!(server.order("rules", &off).await, 202);
    let desk = server
        .desk_when("no model", |d| d["camera_model"] == Value::Null)
        .await;
    assert_eq!(desk["recent"][0]["decided"], "camera_model");
    let unknown = json!({ "order": "camera_model", "model": "0123456789abcdef" });
    assert_eq!(server.order("rules", &unknown).await, 404);
    let back = json!({ "order": "camera_model", "model": named });
    assert_eq!(server.order("rules", &back).await, 202);
    server
        .desk_when("the model again", |d| {
            d["camera_model"]["id"] == named.as_str()
        })
        .await;
}

#[tokio::test]
async fn without_a_word_of_configuration_no_model_speaks() {
    let dir = tempfile::tempdir().expect("a folder");
    configure(dir.path());
    // There is one where the nightly test would put it.
    fs::create_dir_all(dir.path().join("data/models")).expect("a folder");
    let file = dir.path().join("data/models/camera-soccer.json");
    fs::write(file, camera::file("soccer", "kind_score")).expect("written");
    let server = Server::start(dir.path());
    let at = now_us();
    server
        .push(&[taste(at, 400), goal(at, 1), tick(at + 900_000)])
        .await;
    let desk = server
        .desk_when("the match", |d| d["rows"].as_u64() > Some(0))
        .await;
    assert_eq!(desk["camera_model"], Value::Null);
    assert_eq!(desk["on_air"]["camera"], "main");
}

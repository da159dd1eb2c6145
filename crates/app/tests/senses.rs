//! A match of the seeded world through the running program: pushed to a server, shown on the crowd's channel, killed,
//! found again, and replayed from a file to the same facts.

use std::{fs, path::Path};

use matchday_event::view::Crowd;
use serde_json::Value;

const GAME: &str = "soccer-world-3";

#[path = "common/server.rs"]
mod server;
use server::{SECRET, Server, matchday};

/// What a test of the crowd asks a server.
trait Crowds {
    async fn crowd(&self) -> Option<Crowd>;
    /// Waits until the crowd is as wanted.
    async fn crowd_when(&self, wanted: impl Fn(&Crowd) -> bool) -> Crowd;
}

impl Crowds for Server {
    async fn crowd(&self) -> Option<Crowd> {
        let answer = reqwest::get(format!("{}/api/v1/games/{GAME}/crowd", self.url))
            .await
            .expect("an answer");
        if !answer.status().is_success() {
            return None;
        }
        let mut message: Value = answer.json().await.expect("json");
        Some(serde_json::from_value(message["data"].take()).expect("a crowd"))
    }

    async fn crowd_when(&self, wanted: impl Fn(&Crowd) -> bool) -> Crowd {
        tokio::time::timeout(std::time::Duration::from_secs(60), async {
            loop {
                match self.crowd().await {
                    Some(crowd) if wanted(&crowd) => return crowd,
                    _ => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
                }
            }
        })
        .await
        .expect("the crowd in time")
    }
}

fn configure(dir: &Path) {
    fs::write(dir.join("secret"), SECRET).expect("written");
    fs::write(
        dir.join("matchday.toml"),
        format!(
            r#"
[senses]
ticks = "off"

[[feeds]]
name = "world"
provider = "signals"
push_secret_file = "secret"

[[feeds]]
name = "club"
provider = "chat-lines"
game = "{GAME}"
room = "home"
salt_file = "secret"
push_secret_file = "secret"

[[mics]]
name = "stadium"
game = "{GAME}"
secret_file = "secret"
offset_db = 120.0
"#
        ),
    )
    .expect("written");
}

#[tokio::test]
async fn a_world_is_pushed_shown_killed_and_found_again_as_it_was() {
    let dir = tempfile::tempdir().expect("a folder");
    configure(dir.path());
    let world = dir.path().join("world.jsonl");
    let made = matchday()
        .args([
            "sim",
            "world",
            "--sport",
            "soccer",
            "--seed",
            "3",
            "--minutes",
            "2",
        ])
        .arg("--out")
        .arg(&world)
        .status()
        .expect("runs");
    assert!(made.success());
    let lines = fs::read(&world).expect("read");

    let server = Server::start(dir.path());
    for some in lines
        .split_inclusive(|b| *b == b'\n')
        .collect::<Vec<_>>()
        .chunks(500)
    {
        let body = some.concat();
        let answer = server.post("/feeds/world", &body, body.clone()).await;
        assert_eq!(
            answer.status(),
            202,
            "{}",
            answer.text().await.expect("text")
        );
    }
    let last_us = 1_760_000_000_000_000 + 120_000_000;
    let whole = |crowd: &Crowd| crowd.momentum.as_ref().is_some_and(|m| m.at.0 >= last_us);
    let crowd = server.crowd_when(whole).await;
    let momentum = crowd.momentum.as_ref().expect("momentum");
    assert!((0.0..=100.0).contains(&momentum.intensity));
    assert_eq!(
        crowd.trail.len(),
        13,
        "a point for every ten seconds: {:?}",
        crowd.trail
    );
    let mut rooms: Vec<&str> = crowd.moods.iter().map(|m| &*m.room).collect();
    rooms.sort_unstable();
    assert_eq!(rooms, ["away", "home", "stream"]);
    let level = &crowd.levels[0];
    assert!(
        level.calibrated && (60.0..110.0).contains(&level.a_slow_db),
        "{level:?}"
    );

    drop(server);
    let server = Server::start(dir.path());
    assert_eq!(server.crowd_when(whole).await, crowd);
    drop(server);

    let facts = |name: &str, args: &[&Path]| {
        let file = dir.path().join(name);
        let mut command = matchday();
        command.arg("replay").args(args).arg("--facts").arg(&file);
        assert!(command.status().expect("runs").success());
        fs::read_to_string(file).expect("facts")
    };
    let once = facts("once.jsonl", &[&world]);
    assert!(once.contains("matchday.fact.momentum.v1"));
    assert_eq!(once, facts("twice.jsonl", &[&world]));
}

#[tokio::test]
async fn a_microphone_and_a_chat_room_of_the_configuration_are_heard() {
    let dir = tempfile::tempdir().expect("a folder");
    configure(dir.path());
    let server = Server::start(dir.path());
    let line = br#"{"author":"Somebody","text":"GOOOOAL!!! what a goal"}"#.to_vec();
    let answer = server.post("/feeds/club", &line, line.clone()).await;
    assert_eq!(
        answer.status(),
        202,
        "{}",
        answer.text().await.expect("text")
    );
    let crowd = server.crowd_when(|c| !c.moods.is_empty()).await;
    assert_eq!(&*crowd.moods[0].room, "home");

    // A second of a tone of 1 kHz at half of full scale: 6 dB under the level of a full one.
    let samples: Vec<u8> = (0..48_000)
        .flat_map(|n| {
            let phase = f64::from(n) * 1000.0 / 48_000.0 * std::f64::consts::TAU;
            ((phase.sin() * 16_384.0) as i16).to_le_bytes()
        })
        .collect();
    let query = "format=s16le&rate=48000";
    let signed = format!("stadium?{query}");
    let answer = server
        .post(
            &format!("/sound/stadium?{query}"),
            signed.as_bytes(),
            samples.clone(),
        )
        .await;
    assert_eq!(
        answer.status(),
        200,
        "{}",
        answer.text().await.expect("text")
    );
    let crowd = server.crowd_when(|c| !c.levels.is_empty()).await;
    assert_eq!(&*crowd.levels[0].mic, "stadium");
    // The slow weighting has not come all the way after a second at the most.
    let peak = crowd.levels[0].a_max_db;
    assert!((110.0..114.5).contains(&peak), "{peak}");

    let forged = server
        .post(
            "/sound/stadium?format=s16le&rate=44100",
            signed.as_bytes(),
            samples,
        )
        .await;
    assert_eq!(forged.status(), 401);
}

#[test]
fn a_match_that_was_played_has_a_crowd_that_follows_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut game = matchday_sim::load::PlainGame::new(7, 1);
    while game.step() {}
    let recorded = dir.path().join("game.json");
    fs::write(&recorded, game.document().to_string()).expect("written");
    let world = dir.path().join("world.jsonl");
    let made = matchday()
        .args(["sim", "world", "--minutes", "30", "--senses", "plays,sound"])
        .arg("--match")
        .arg(&recorded)
        .arg("--out")
        .arg(&world)
        .status()
        .expect("runs");
    assert!(made.success());
    let signals: Vec<Value> = fs::read_to_string(&world)
        .expect("read")
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line"))
        .collect();
    let kick_off_us = 1_760_000_000_000_000_i64;
    let half_an_hour_us = 30 * 60_000_000;
    let walls: Vec<i64> = signals
        .iter()
        .filter(|l| l["signal"]["type"] == "play")
        .filter_map(|l| l["signal"]["wall"].as_i64())
        .collect();
    assert!(walls.len() > 10, "{} plays in half an hour", walls.len());
    assert!(walls.is_sorted());
    assert!(
        walls
            .iter()
            .all(|at| (kick_off_us..kick_off_us + half_an_hour_us).contains(at))
    );
    let heard = signals
        .iter()
        .filter(|l| l["signal"]["type"] == "sound")
        .count();
    assert_eq!(heard, 30 * 60 * 10);
    let none = matchday()
        .args(["sim", "world", "--match-game", "nfl-nobody", "--out", "-"])
        .arg("--match")
        .arg(&recorded)
        .output()
        .expect("runs");
    assert!(!none.status.success());
    assert!(
        String::from_utf8_lossy(&none.stderr).contains("holds no game nfl-nobody"),
        "{none:?}"
    );
}

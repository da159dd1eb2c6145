//! A server killed at seeded moments and started again, over and over: the facts in the end are those of an
//! undisturbed run, byte for byte, and a client that resumes sees every update once.
//!
//! `MATCHDAY_KILLS` says how often (6 unless told otherwise).

use std::{
    collections::BTreeMap,
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures::StreamExt as _;
use matchday_event::{
    GameId,
    view::{Snapshot, Update},
};
use matchday_sim::{Rng, load::PlainGame};
use serde_json::Value;
use tokio_tungstenite::{connect_async, tungstenite::Message};

/// Seconds of a game pass in one of ours.
const SPEED: &str = "300";
const GAMES: u64 = 3;

fn matchday() -> Command {
    Command::new(env!("CARGO_BIN_EXE_matchday"))
}

fn record_games(dir: &Path) -> Vec<(GameId, PathBuf)> {
    (0..GAMES)
        .map(|n| {
            let mut game = PlainGame::new(7, n);
            while game.step() {}
            let file = dir.join(format!("game-{n}.json"));
            fs::write(&file, game.document().to_string()).expect("a written game");
            (matchday_sim::load::game_id(7, n), file)
        })
        .collect()
}

fn serve(files: &[(GameId, PathBuf)], data: &Path, facts: &Path, port: u16) -> Child {
    let mut command = matchday();
    command.args([
        "serve",
        "--speed",
        SPEED,
        "--exit",
        "--listen",
        &format!("127.0.0.1:{port}"),
    ]);
    command
        .arg("--data-dir")
        .arg(data)
        .arg("--facts")
        .arg(facts);
    for (_, file) in files {
        command.arg("--file").arg(file);
    }
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the server starts")
}

/// Facts by game, as they stand in the file.
fn facts_by_game(file: &Path) -> BTreeMap<String, String> {
    let mut games = BTreeMap::<String, String>::new();
    for line in fs::read_to_string(file).expect("facts").lines() {
        let event: Value = serde_json::from_str(line).expect("a JSON line");
        let game = event["subject"].as_str().expect("a subject").to_owned();
        let text = games.entry(game).or_default();
        text.push_str(line);
        text.push('\n');
    }
    games
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|l| l.local_addr())
        .expect("a free port")
        .port()
}

/// What a client of one game has put together.
#[derive(Default)]
struct Viewer {
    state: Option<Snapshot>,
    seq: u64,
    epoch: String,
    resumes: u64,
}

impl Viewer {
    /// Watches until told to stop, coming back whenever the server does.
    async fn watch(mut self, game: GameId, port: u16, stop: Arc<AtomicBool>) -> Self {
        while !stop.load(Ordering::Acquire) {
            let mut url = format!("ws://127.0.0.1:{port}/ws/{game}");
            if self.state.is_some() {
                url += &format!("?seq={}&epoch={}", self.seq, self.epoch);
            }
            let Ok((mut socket, _)) = connect_async(url).await else {
                tokio::task::yield_now().await;
                continue;
            };
            while let Some(Ok(message)) = socket.next().await {
                if let Message::Text(text) = message {
                    self.take(&serde_json::from_str(&text).expect("a JSON message"));
                }
            }
        }
        self
    }

    fn take(&mut self, message: &Value) {
        match message["type"].as_str() {
            Some("snapshot") => {
                assert_ne!(
                    message["recovered"],
                    Value::Bool(false),
                    "a resume was not recovered: {message}"
                );
                assert!(
                    self.state.is_none(),
                    "a second snapshot, where updates should have come"
                );
                self.state =
                    Some(serde_json::from_value(message["data"].clone()).expect("a snapshot"));
                self.epoch = message["epoch"].as_str().expect("an epoch").to_owned();
                self.seq = message["seq"].as_u64().expect("a number");
            }
            Some("resumed") => self.resumes += 1,
            Some("update") => {
                let seq = message["seq"].as_u64().expect("a number");
                assert_eq!(seq, self.seq + 1, "a gap or a repeat");
                self.seq = seq;
                let update: Update =
                    serde_json::from_value(message["data"].clone()).expect("an update");
                self.state
                    .as_mut()
                    .expect("a snapshot came first")
                    .apply(&update);
            }
            _ => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_killed_again_and_again_tells_the_same_story() {
    let kills: u32 = std::env::var("MATCHDAY_KILLS").map_or(6, |n| n.parse().expect("a number"));
    let dir = tempfile::tempdir().expect("a temporary folder");
    let files = record_games(dir.path());

    let undisturbed = dir.path().join("undisturbed.jsonl");
    let status = serve(&files, &dir.path().join("log-1"), &undisturbed, 0)
        .wait()
        .expect("it ends");
    assert!(status.success());

    let data = dir.path().join("log-2");
    let facts = dir.path().join("killed.jsonl");
    let port = free_port();
    let stop = Arc::new(AtomicBool::new(false));
    let viewers: Vec<_> = files
        .iter()
        .map(|(game, _)| tokio::spawn(Viewer::default().watch(game.clone(), port, stop.clone())))
        .collect();
    let mut rng = Rng::new(11, "kills");
    let mut killed = 0;
    while killed < kills {
        let mut child = serve(&files, &data, &facts, port);
        // The moment of the kill is what is tried here, so it is drawn, and waited for on the clock.
        tokio::time::sleep(Duration::from_millis(40 + rng.below(400) as u64)).await;
        if let Some(status) = child.try_wait().expect("a child") {
            assert!(status.success());
            break;
        }
        child.kill().expect("a kill");
        child.wait().expect("a killed child");
        killed += 1;
    }
    let status = serve(&files, &data, &facts, port).wait().expect("it ends");
    assert!(status.success());
    assert!(killed > 0, "it was over before the first kill");

    // The last updates may not have reached the viewers before the end: one more server, for them to catch up.
    let mut last = matchday();
    last.args(["serve", "--listen", &format!("127.0.0.1:{port}")])
        .arg("--data-dir")
        .arg(&data);
    let mut last = last
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the server starts");
    let mut finals = Vec::new();
    for (game, _) in &files {
        let url = format!("http://127.0.0.1:{port}/api/v1/games/{game}");
        finals.push(get_json(&url).await);
    }
    // A viewer that is connected gets what it missed at once; it is asked to leave when the server goes.
    tokio::time::sleep(Duration::from_secs(2)).await;
    stop.store(true, Ordering::Release);
    last.kill().expect("a kill");
    last.wait().expect("a killed child");

    let (whole, pieces) = (facts_by_game(&undisturbed), facts_by_game(&facts));
    assert_eq!(whole.len() as u64, GAMES);
    for (game, text) in &whole {
        assert!(!text.is_empty());
        assert!(
            pieces.get(game) == Some(text),
            "facts of {game} differ after {killed} kills"
        );
    }
    for (viewer, end) in viewers.into_iter().zip(finals) {
        let viewer = viewer
            .await
            .expect("a viewer that saw no gap and no repeat");
        assert_eq!(viewer.seq, end["seq"].as_u64().expect("a number"));
        let state = serde_json::to_value(viewer.state.expect("a snapshot")).expect("JSON");
        assert_eq!(
            state, end["data"],
            "what a viewer put together is what the server has"
        );
        assert!(viewer.resumes > 0, "no viewer ever had to come back");
    }
    println!("{killed} kills");
}

/// Asks until the server answers: it may still be starting.
async fn get_json(url: &str) -> Value {
    let (host, path) = url
        .strip_prefix("http://")
        .and_then(|u| u.split_once('/'))
        .expect("a URL");
    loop {
        if let Ok(mut stream) = tokio::net::TcpStream::connect(host).await {
            use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
            let request = format!("GET /{path} HTTP/1.0\r\nhost: {host}\r\n\r\n");
            let mut answer = Vec::new();
            if stream.write_all(request.as_bytes()).await.is_ok()
                && stream.read_to_end(&mut answer).await.is_ok()
            {
                let text = String::from_utf8_lossy(&answer);
                if let Some((_, body)) = text
                    .split_once("\r\n\r\n")
                    .filter(|_| text.contains(" 200 "))
                {
                    return serde_json::from_str(body).expect("a JSON answer");
                }
            }
        }
        tokio::task::yield_now().await;
    }
}

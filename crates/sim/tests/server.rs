//! The feed server over real connections on the loopback address.

use std::{collections::BTreeMap, io::Read, net::SocketAddr, time::Duration};

use matchday_event::FaultCode;
use matchday_sim::{FeedOptions, FeedServer, Speed};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

#[derive(Debug)]
struct Answer {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

/// One request on a connection of its own, so that the end of the answer is the end of the stream.
async fn get(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n");
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    stream
        .write_all(format!("{request}\r\n").as_bytes())
        .await
        .unwrap();
    let mut all = Vec::new();
    stream.read_to_end(&mut all).await.unwrap();
    let split = all.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(all[..split].to_vec()).unwrap();
    let mut lines = head.lines();
    let status = lines
        .next()
        .unwrap()
        .split(' ')
        .nth(1)
        .unwrap()
        .parse()
        .unwrap();
    let headers = lines
        .filter_map(|l| l.split_once(": "))
        .map(|(n, v)| (n.to_lowercase(), v.to_owned()))
        .collect();
    Answer {
        status,
        headers,
        body: all[split + 4..].to_vec(),
    }
}

fn json(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}

async fn server(speed: Speed, faults: f64) -> FeedServer {
    let options = FeedOptions {
        seed: 5,
        speed,
        faults,
        slow: Duration::ZERO,
        lead: Duration::ZERO,
        port: 0,
    };
    FeedServer::start(options).await.unwrap()
}

async fn schedule(address: SocketAddr) -> Vec<(String, String)> {
    let games = json(&get(address, "/games", &[]).await);
    let text = |v: &Value| v.as_str().unwrap().to_owned();
    games["games"]
        .as_array()
        .unwrap()
        .iter()
        .map(|g| (text(&g["id"]), text(&g["url"])))
        .collect()
}

#[tokio::test]
async fn the_schedule_names_sixteen_games_and_the_odds_price_them() {
    let server = server(Speed::Times(1.0), 0.0).await;
    assert!(server.address().ip().is_loopback());
    let games = schedule(server.address()).await;
    assert_eq!(games.len(), 16);
    assert_eq!(
        games[0],
        (
            "nfl-2017010100".to_owned(),
            "/games/2017010100.json".to_owned()
        )
    );
    let odds = json(&get(server.address(), "/odds.json", &[]).await);
    let events = odds.as_array().unwrap();
    assert_eq!(events.len(), 16);
    for (event, (id, _)) in events.iter().zip(&games) {
        assert_eq!(event["id"], *id);
        let spreads = &event["bookmakers"][0]["markets"][0];
        assert_eq!(spreads["key"], "spreads");
        assert_eq!(spreads["outcomes"][0]["name"], event["home_team"]);
        let points = |i: usize| spreads["outcomes"][i]["point"].as_f64().unwrap();
        assert!((points(0) + points(1)).abs() < 1e-9);
    }
    let unknown = get(server.address(), "/games/2017010199.json", &[]).await;
    assert_eq!(unknown.status, 404);
}

#[tokio::test]
async fn a_document_unchanged_is_not_sent_again_and_a_changed_one_comes_packed() {
    let server = server(Speed::Max, 0.0).await;
    let path = "/games/2017010100.json";
    let first = get(server.address(), path, &[]).await;
    assert_eq!(first.status, 200);
    assert_eq!(json(&first)["2017010100"]["qtr"], "Pregame");
    let packed = get(server.address(), path, &[("accept-encoding", "gzip, br")]).await;
    assert_eq!(packed.headers["content-encoding"], "gzip");
    let mut body = String::new();
    flate2::read::GzDecoder::new(&packed.body[..])
        .read_to_string(&mut body)
        .unwrap();
    let second: Value = serde_json::from_str(&body).unwrap();
    assert!(second["2017010100"]["drives"]["1"]["plays"]["36"].is_object());
    assert_ne!(first.headers["etag"], packed.headers["etag"]);
    assert!(first.headers.contains_key("last-modified"));
    // At real speed nothing happens between two requests right after kick-off.
    let slow = self::server(Speed::Times(1e-6), 0.0).await;
    let first = get(slow.address(), path, &[]).await;
    let again = get(
        slow.address(),
        path,
        &[("if-none-match", &first.headers["etag"])],
    )
    .await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(again.headers["etag"], first.headers["etag"]);
}

#[tokio::test]
async fn asked_often_enough_every_game_ends() {
    let server = server(Speed::Max, 0.0).await;
    let games = schedule(server.address()).await;
    for (id, url) in &games {
        assert!(!server.finished());
        let number = id.strip_prefix("nfl-").unwrap();
        let steps = server.sunday().frames(number).unwrap().len();
        // The first and the last are fetched over the wire; between them the steps pass as they are asked for.
        for _ in 0..steps {
            let answer = get(server.address(), url, &[("accept-encoding", "gzip")]).await;
            assert_eq!(answer.status, 200);
        }
        let last = json(&get(server.address(), url, &[]).await);
        assert!(
            last[number]["qtr"]
                .as_str()
                .unwrap()
                .to_lowercase()
                .starts_with("final")
        );
    }
    server.wait_finished().await;
    assert!(server.finished());
    assert!(server.injected().is_empty());
}

/// Asks for one game until it is over, and tells how each answer looked.
async fn answers(server: &FeedServer) -> Vec<(u16, usize, bool)> {
    let mut out = Vec::new();
    loop {
        let answer = get(server.address(), "/games/2017010108.json", &[]).await;
        let document = serde_json::from_slice::<Value>(&answer.body).ok();
        let over = document.as_ref().is_some_and(|d| {
            d["2017010108"]["qtr"]
                .as_str()
                .is_some_and(|q| q.starts_with("final"))
        });
        out.push((answer.status, answer.body.len(), document.is_some()));
        if over {
            return out;
        }
    }
}

#[tokio::test]
async fn faults_are_counted_by_kind_and_are_the_same_for_the_same_seed() {
    let one = server(Speed::Max, 0.4).await;
    let first = answers(&one).await;
    let injected = one.injected();
    let other = server(Speed::Max, 0.4).await;
    assert_eq!(first, answers(&other).await);
    assert_eq!(injected, other.injected());
    let all = [
        FaultCode::HtmlBody,
        FaultCode::HttpStatus,
        FaultCode::EmptyBody,
        FaultCode::Truncated,
        FaultCode::Timeout,
        FaultCode::Shrunk,
        FaultCode::Duplicate,
        FaultCode::OutOfOrder,
        FaultCode::ScoreDrop,
        FaultCode::ClockBackward,
        FaultCode::DownMissing,
        FaultCode::ClockRange,
    ];
    for code in all {
        assert!(injected.contains_key(&code), "{code:?} in {injected:?}");
    }
    let broken = first
        .iter()
        .filter(|(status, _, json)| *status != 200 || !json)
        .count() as u64;
    let transport = [
        FaultCode::HtmlBody,
        FaultCode::HttpStatus,
        FaultCode::EmptyBody,
        FaultCode::Truncated,
    ];
    assert_eq!(broken, transport.iter().map(|c| injected[c]).sum::<u64>());
    let total: u64 = injected.values().sum();
    let rate = total as f64 / first.len() as f64;
    assert!((0.3..0.5).contains(&rate), "{rate}");
}

#[tokio::test]
async fn a_taken_port_is_told_plainly() {
    let one = server(Speed::Max, 0.0).await;
    let port = one.address().port();
    let error = FeedServer::start(FeedOptions {
        port,
        ..FeedOptions::default()
    })
    .await
    .unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with(&format!("listen on 127.0.0.1:{port}: ")),
        "{text}"
    );
}

//! Chat servers: Twitch's side of an exchange as its documentation gives it, and a real server where one is installed.

use std::{
    process::{Child, Command, Stdio},
    time::Duration,
};

use matchday_event::{GameId, Signal};
use matchday_feeds::{
    People, Salt,
    driver::{Batch, FeedConfig, IrcConfig, Transport},
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

use super::world::world;

fn feed(server: String, nick: &str) -> FeedConfig {
    FeedConfig {
        name: "chat".into(),
        provider: "twitch-irc".to_owned(),
        game: Some(GameId::new("nfl-1").expect("an id")),
        league: None,
        people: Some(People {
            salt: Salt::new(*b"sixteen or more.").expect("long enough"),
            room: None,
        }),
        transport: Transport::Irc(IrcConfig {
            server,
            tls: false,
            nick: nick.to_owned(),
            password: None,
            channels: vec!["ground".to_owned()],
        }),
    }
}

fn texts(batch: &Batch) -> Vec<(String, String)> {
    batch
        .signals
        .iter()
        .flat_map(|signal| match signal {
            Signal::Chat(report) => report
                .messages
                .iter()
                .map(|m| (report.room.to_string(), m.text.to_string()))
                .collect(),
            _ => Vec::new(),
        })
        .collect()
}

/// Reads lines until one begins so.
async fn until(lines: &mut BufReader<TcpStream>, begins: &str) -> String {
    loop {
        let mut line = String::new();
        let n = lines.read_line(&mut line).await.expect("a line");
        assert!(n > 0, "the client left before it said {begins}");
        if line.starts_with(begins) {
            return line.trim_end().to_owned();
        }
    }
}

async fn let_in(stream: TcpStream) -> BufReader<TcpStream> {
    let mut wire = BufReader::new(stream);
    assert_eq!(
        until(&mut wire, "CAP REQ").await,
        "CAP REQ :twitch.tv/tags twitch.tv/commands"
    );
    assert_eq!(until(&mut wire, "NICK").await, "NICK justinfan1");
    let hello = ":tmi.twitch.tv CAP * ACK :twitch.tv/tags twitch.tv/commands\r\n:tmi.twitch.tv 001 justinfan1 :Welcome, GLHF!\r\n";
    wire.write_all(hello.as_bytes()).await.expect("sent");
    assert_eq!(until(&mut wire, "JOIN").await, "JOIN #ground");
    let joined = ":justinfan1!justinfan1@justinfan1.tmi.twitch.tv JOIN #ground\r\n";
    wire.write_all(joined.as_bytes()).await.expect("sent");
    wire
}

fn said(id: u32, ms: i64, text: &str) -> String {
    format!(
        "@tmi-sent-ts={ms};user-id={id};emotes= :fan{id}!fan{id}@fan{id}.tmi.twitch.tv PRIVMSG #ground :{text}\r\n"
    )
}

#[tokio::test]
async fn what_a_channel_says_is_on_the_log_and_a_server_that_leaves_is_found_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
    let address = listener.local_addr().expect("an address").to_string();
    let mut w = world(64);
    w.driver.add(feed(address, "justinfan1")).expect("adds");

    let (stream, _) = listener.accept().await.expect("a client");
    let mut wire = let_in(stream).await;
    wire.write_all(b"PING :tmi.twitch.tv\r\n")
        .await
        .expect("sent");
    assert_eq!(until(&mut wire, "PONG").await, "PONG :tmi.twitch.tv");
    // A line in two pieces, and a character cut in half.
    let line = said(7, 1_700_000_000_100, "GOOOL é");
    let (first, second) = line.as_bytes().split_at(line.len() - 4);
    wire.write_all(first).await.expect("sent");
    wire.flush().await.expect("sent");
    wire.write_all(second).await.expect("sent");
    let batch = w.batch().await;
    assert_eq!(texts(&batch), [("ground".to_owned(), "GOOOL é".to_owned())]);
    let json = serde_json::to_string(&batch.signals).expect("json");
    assert!(!json.contains("fan7"), "an author's name went on: {json}");

    wire.write_all(b":tmi.twitch.tv RECONNECT\r\n")
        .await
        .expect("sent");
    let (stream, _) = listener.accept().await.expect("the client again");
    let mut wire = let_in(stream).await;
    let lines: String = (0..300)
        .map(|n| said(n, 1_700_000_001_000, "yes"))
        .collect();
    wire.write_all(lines.as_bytes()).await.expect("sent");
    let mut heard = 0;
    while heard < 300 {
        heard += texts(&w.batch().await).len();
    }
    assert_eq!(heard, 300);
    w.driver.shutdown().await;
}

#[tokio::test]
async fn a_server_that_does_not_let_us_in_is_told_by_its_reason() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
    let address = listener.local_addr().expect("an address").to_string();
    let w = world(64);
    w.driver.add(feed(address, "justinfan1")).expect("adds");
    let (stream, _) = listener.accept().await.expect("a client");
    let mut wire = BufReader::new(stream);
    until(&mut wire, "NICK").await;
    wire.write_all(b":irc.example 433 * justinfan1 :Nickname is already in use.\r\n")
        .await
        .expect("sent");
    // The server hangs up no sooner than the client does.
    let mut rest = String::new();
    while wire.read_line(&mut rest).await.expect("read") > 0 {}
    let health = tokio::time::timeout(Duration::from_secs(60), async {
        loop {
            let health = w.driver.health().remove(0);
            if health.last_error.is_some() {
                return health;
            }
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("told");
    let error = health.last_error.expect("an error");
    assert!(format!("{error:?}").contains("already in use"), "{error:?}");
    w.driver.shutdown().await;
}

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// ngIRCd on a port of its own, if it is installed.
fn real_server(dir: &std::path::Path, port: u16) -> Option<Server> {
    let config = dir.join("ngircd.conf");
    std::fs::write(
        &config,
        format!(
            "[Global]\nName = irc.example\nInfo = test\nListen = 127.0.0.1\nPorts = {port}\nMotdPhrase = hello\n\
             PidFile =\n[Limits]\nMaxConnectionsIP = 0\nMaxJoins = 0\n[Options]\nIdent = no\nPAM = no\nDNS = no\n"
        ),
    )
    .expect("written");
    for program in ["ngircd", "/usr/sbin/ngircd"] {
        let started = Command::new(program)
            .args(["--nodaemon", "--config"])
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        if let Ok(child) = started {
            return Some(Server(child));
        }
    }
    None
}

#[tokio::test]
async fn a_real_irc_server_is_listened_to() {
    let dir = tempfile::tempdir().expect("a folder");
    let port = TcpListener::bind("127.0.0.1:0")
        .await
        .and_then(|l| l.local_addr())
        .expect("a port")
        .port();
    let Some(_server) = real_server(dir.path(), port) else {
        println!("left out: a_real_irc_server_is_listened_to needs ngircd (Debian package ngircd)");
        return;
    };
    let address = format!("127.0.0.1:{port}");
    // Another client of the server says something once both are in the channel.
    let stream = tokio::time::timeout(Duration::from_secs(30), async {
        loop {
            match TcpStream::connect(&address).await {
                Ok(stream) => return stream,
                Err(_) => tokio::task::yield_now().await,
            }
        }
    })
    .await
    .expect("the server listens");
    let mut fan = BufReader::new(stream);
    fan.write_all(b"NICK fan\r\nUSER fan 0 * :fan\r\n")
        .await
        .expect("sent");
    until(&mut fan, ":irc.example 001").await;
    fan.write_all(b"JOIN #ground\r\n").await.expect("sent");
    until(&mut fan, ":irc.example 366").await;

    let mut w = world(64);
    w.driver.add(feed(address, "listener")).expect("adds");
    until(&mut fan, ":listener!").await;
    fan.write_all(b"PRIVMSG #ground :what a save\r\n")
        .await
        .expect("sent");
    assert_eq!(
        texts(&w.batch().await),
        [("ground".to_owned(), "what a save".to_owned())]
    );
    w.driver.shutdown().await;
}

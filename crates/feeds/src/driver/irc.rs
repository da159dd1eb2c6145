//! A chat server's connection, kept up: IRC over TCP or TLS, as Twitch and ordinary servers speak it. What channels say
//! goes through the feed's parser in batches of a tenth of a second.

use std::{io, sync::Arc, time::Duration};

use bytes::BytesMut;
use matchday_event::FaultCode;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
    time::Instant,
};

use super::{Driver, DriverError, FeedShared, Stopping, TakeError, breaker::backoff};

/// A chat server and what to listen to there.
#[derive(Clone, PartialEq, Eq)]
pub struct IrcConfig {
    /// Host and port, such as `irc.chat.twitch.tv:6697`.
    pub server: String,
    /// Whether to speak TLS.
    pub tls: bool,
    /// The name to listen under; on Twitch `justinfan` with any number needs no password.
    pub nick: String,
    /// The password, such as `oauth:…`. Never shown.
    pub password: Option<Arc<str>>,
    /// Channels to join, without their `#`.
    pub channels: Vec<String>,
}

impl std::fmt::Debug for IrcConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IrcConfig")
            .field("server", &self.server)
            .field("channels", &self.channels)
            .finish_non_exhaustive()
    }
}

/// Longest that a connection may take to stand, and a server to say that we are in.
const CONNECT: Duration = Duration::from_secs(10);
/// Silence after which we ask whether the server is still there, and after as much again give it up. Twitch asks us
/// every five minutes.
const SILENCE: Duration = Duration::from_secs(180);
/// How long lines are gathered.
const GATHER: Duration = Duration::from_millis(100);
/// Lines gathered at most; more go out at once.
const MOST_LINES: usize = 256;
/// Bytes of a line at most; IRC with tags allows 8,703.
const MOST_LINE: usize = 16 << 10;
/// Pauses between tries.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

impl IrcConfig {
    pub(super) fn check(&self, feed: &Arc<str>) -> Result<(), DriverError> {
        let wrong = |reason: &str| DriverError::Url {
            feed: feed.clone(),
            url: self.server.clone(),
            reason: reason.to_owned(),
        };
        let (host, port) = self
            .server
            .rsplit_once(':')
            .ok_or_else(|| wrong("say host:port"))?;
        if host.is_empty() || port.parse::<u16>().is_err() {
            return Err(wrong("say host:port"));
        }
        // What could end a line would be a command of its own.
        let word = |w: &str| !w.is_empty() && !w.contains(|c: char| c.is_control() || c == ' ');
        if !word(&self.nick) || self.password.as_deref().is_some_and(|p| !word(p)) {
            return Err(wrong("nick and password must be single words"));
        }
        if self.channels.is_empty() || !self.channels.iter().all(|c| word(c) && !c.contains(',')) {
            return Err(wrong("name the channels to join, without # and commas"));
        }
        Ok(())
    }
}

trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Wire for T {}

/// Listens until told to stop or until the sink closes; a connection that breaks is made anew.
pub(super) async fn run(
    driver: &Driver,
    feed: &FeedShared,
    config: &IrcConfig,
    mut stopping: Stopping,
) {
    let seed = feed.config.name.bytes().fold(driver.inner.seed, |seed, b| {
        seed.wrapping_mul(0x0100_0000_01b3) ^ u64::from(b)
    });
    let mut random = fastrand::Rng::with_seed(seed);
    let mut failures = 0_u32;
    loop {
        feed.gauges.request();
        let mut session = Session {
            driver,
            feed,
            config,
            joined: false,
            lines: Vec::new(),
            count: 0,
        };
        let Some(ended) = stopping.or(session.run()).await else {
            return;
        };
        // Whoever let us in was there: the next try is a first one.
        failures = if session.joined { 0 } else { failures + 1 };
        match ended {
            Ended::Sink => return,
            Ended::Failed(code, message) => feed.gauges.failed(code, message),
        }
        let pause = backoff(failures, FIRST_PAUSE, LONGEST_PAUSE, &mut random);
        if stopping.or(tokio::time::sleep(pause)).await.is_none() {
            return;
        }
    }
}

enum Ended {
    /// The log takes no more.
    Sink,
    /// The connection is gone, or never was.
    Failed(FaultCode, String),
}

impl From<io::Error> for Ended {
    fn from(e: io::Error) -> Self {
        Self::Failed(FaultCode::Unreachable, e.to_string())
    }
}

struct Session<'a> {
    driver: &'a Driver,
    feed: &'a FeedShared,
    config: &'a IrcConfig,
    joined: bool,
    /// Lines that wait for the parser.
    lines: Vec<u8>,
    count: usize,
}

impl Session<'_> {
    async fn run(&mut self) -> Ended {
        match self.listen().await {
            Ok(()) => Ended::Failed(
                FaultCode::Unreachable,
                "the server ended the connection".to_owned(),
            ),
            Err(ended) => ended,
        }
    }

    async fn listen(&mut self) -> Result<(), Ended> {
        let timeout =
            |what: &str| Ended::Failed(FaultCode::Timeout, format!("{what} within {CONNECT:?}"));
        let mut wire = tokio::time::timeout(CONNECT, connect(self.config))
            .await
            .map_err(|_| timeout("no connection"))??;
        wire.write_all(self.greeting().as_bytes()).await?;
        let began = Instant::now();
        let mut buffer = BytesMut::with_capacity(8 << 10);
        let mut gathered: Option<Instant> = None;
        let mut heard = Instant::now();
        let mut asked = false;
        loop {
            let due = gathered.map_or(heard + SILENCE, |since| since + GATHER);
            let read = tokio::select! {
                read = wire.read_buf(&mut buffer) => Some(read?),
                () = tokio::time::sleep_until(due) => None,
            };
            match read {
                Some(0) => {
                    self.flush().await?;
                    return Ok(());
                }
                Some(n) => {
                    self.feed.gauges.bytes(n);
                    heard = Instant::now();
                    asked = false;
                    let answer = self.take(&mut buffer)?;
                    if !answer.is_empty() {
                        wire.write_all(answer.as_bytes()).await?;
                    }
                }
                None if gathered.is_none() && asked => {
                    return Err(Ended::Failed(
                        FaultCode::Timeout,
                        format!("nothing heard for {:?}", SILENCE * 2),
                    ));
                }
                None if gathered.is_none() => {
                    heard = Instant::now();
                    asked = true;
                    wire.write_all(b"PING :matchday\r\n").await?;
                }
                None => {}
            }
            if !self.joined && began.elapsed() > CONNECT {
                return Err(timeout("not let in"));
            }
            let over = gathered.is_some_and(|since| since.elapsed() >= GATHER);
            if over || self.count >= MOST_LINES {
                self.flush().await?;
                gathered = None;
            } else if self.count > 0 && gathered.is_none() {
                gathered = Some(Instant::now());
            }
        }
    }

    fn greeting(&self) -> String {
        let IrcConfig { nick, password, .. } = self.config;
        let pass = password
            .as_deref()
            .map_or_else(String::new, |p| format!("PASS {p}\r\n"));
        // Servers that know no such capabilities say so and go on.
        format!(
            "{pass}CAP REQ :twitch.tv/tags twitch.tv/commands\r\nCAP END\r\nNICK {nick}\r\nUSER {nick} 0 * :{nick}\r\n"
        )
    }

    /// Takes the whole lines out of the buffer; what is to be answered comes back.
    fn take(&mut self, buffer: &mut BytesMut) -> Result<String, Ended> {
        let mut answer = String::new();
        while let Some(end) = buffer.iter().position(|b| *b == b'\n') {
            let line = buffer.split_to(end + 1);
            let text = String::from_utf8_lossy(&line);
            let text = text.trim_end();
            let bare = match text.strip_prefix('@') {
                Some(tagged) => tagged.split_once(' ').map_or("", |(_, rest)| rest),
                None => text,
            };
            let (source, rest) = match bare.strip_prefix(':') {
                Some(sourced) => sourced.split_once(' ').unwrap_or((sourced, "")),
                None => ("", bare),
            };
            let (command, rest) = rest.split_once(' ').unwrap_or((rest, ""));
            match command {
                "PING" => answer.push_str(&format!("PONG {rest}\r\n")),
                "001" => {
                    for channel in &self.config.channels {
                        answer.push_str(&format!("JOIN #{channel}\r\n"));
                    }
                }
                "JOIN" if source.split('!').next() == Some(self.config.nick.as_str()) => {
                    self.joined = true;
                }
                "PRIVMSG" => {
                    self.lines.extend_from_slice(&line);
                    self.count += 1;
                }
                "NOTICE" if rest.contains("authentication failed") => {
                    return Err(refused(rest));
                }
                // A nick in use or unusable, a wrong password, banned; no such channel, or not for us.
                "432" | "433" | "464" | "465" | "403" | "471" | "473" | "474" | "475" => {
                    return Err(refused(rest));
                }
                "RECONNECT" => {
                    return Err(Ended::Failed(
                        FaultCode::Unreachable,
                        "the server asked us to come again".to_owned(),
                    ));
                }
                _ => {}
            }
        }
        if buffer.len() > MOST_LINE {
            return Err(Ended::Failed(
                FaultCode::TooLarge,
                format!("a line over {MOST_LINE} bytes"),
            ));
        }
        Ok(answer)
    }

    async fn flush(&mut self) -> Result<(), Ended> {
        if self.count == 0 {
            return Ok(());
        }
        self.count = 0;
        let lines = std::mem::take(&mut self.lines);
        let now = self.driver.inner.clock.now();
        match self.driver.take(self.feed, &lines, now).await {
            Ok(_) => Ok(()),
            Err(TakeError::Sink(closed)) => {
                tracing::error!(feed = %self.feed.config.name, %closed, "feed ends");
                Err(Ended::Sink)
            }
            // Lines that nobody can read are told, and the next may be better.
            Err(TakeError::Feed(e)) => {
                self.feed.gauges.failed(e.code, e.to_string());
                Ok(())
            }
        }
    }
}

fn refused(why: &str) -> Ended {
    let why: String = why.chars().filter(|c| !c.is_control()).take(200).collect();
    Ended::Failed(FaultCode::Refused, format!("the server refused us: {why}"))
}

#[cfg(feature = "tls")]
async fn connect(config: &IrcConfig) -> io::Result<Box<dyn Wire>> {
    use rustls_platform_verifier::ConfigVerifierExt as _;
    use tokio_rustls::{
        TlsConnector,
        rustls::{ClientConfig, pki_types::ServerName},
    };

    let tcp = TcpStream::connect(&config.server).await?;
    tcp.set_nodelay(true)?;
    if !config.tls {
        return Ok(Box::new(tcp));
    }
    let host = config.server.rsplit_once(':').map_or("", |(host, _)| host);
    let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
    let tls = ClientConfig::with_platform_verifier().map_err(io::Error::other)?;
    let wire = TlsConnector::from(Arc::new(tls)).connect(name, tcp).await?;
    Ok(Box::new(wire))
}

#[cfg(not(feature = "tls"))]
async fn connect(config: &IrcConfig) -> io::Result<Box<dyn Wire>> {
    if config.tls {
        return Err(io::Error::other(
            "this build speaks no tls; build it with the feature tls",
        ));
    }
    let tcp = TcpStream::connect(&config.server).await?;
    tcp.set_nodelay(true)?;
    Ok(Box::new(tcp))
}

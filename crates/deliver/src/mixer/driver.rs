//! The one place that opens connections to mixers, for every protocol.

use std::{
    fmt, io,
    sync::{Arc, Mutex, Weak},
    time::{Duration, Instant},
};

use futures::{SinkExt as _, StreamExt as _};
use matchday_event::{GameId, production::CameraReport};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpStream, UdpSocket},
    sync::{Notify, watch},
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream, client_async_with_config,
    tungstenite::{Message, protocol::WebSocketConfig},
};

use super::{
    core::{Core, Health, Now, Step},
    protocol::Carrier,
};
use crate::{Clock, output::locked};

/// Told when a mixer says that a camera went on air, whoever took it: the match (that of the output, else of the last cut
/// it was told, if any) and what went on air. It is called by the output's driver and must not wait.
pub type OnAir = Arc<dyn Fn(Option<GameId>, CameraReport) + Send + Sync>;

/// Longest message that a mixer may send.
const MAX_MESSAGE: usize = 1 << 20;

/// An output: its state, which the fold hands orders to, and the driver's wake-up call.
pub(super) struct Output {
    core: Mutex<Core>,
    news: Arc<Notify>,
    health: watch::Sender<Health>,
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Output").finish_non_exhaustive()
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // Lets the driver see that nobody is left.
        self.news.notify_one();
    }
}

/// How an output is reached.
#[derive(Clone)]
pub(super) struct Dial {
    pub carrier: Carrier,
    pub address: String,
    pub timeout: Duration,
    pub clock: Clock,
    pub on_air: Option<OnAir>,
}

impl Output {
    /// Starts the driver in the current Tokio runtime. It ends when the output is dropped.
    pub fn start(core: Core, dial: Dial) -> Arc<Self> {
        let news = Arc::new(Notify::new());
        let output = Arc::new(Self {
            health: watch::Sender::new(core.health.clone()),
            core: Mutex::new(core),
            news: news.clone(),
        });
        tokio::spawn(drive(Arc::downgrade(&output), news, dial));
        output
    }

    /// Works on the state; never waits for more than a moment.
    pub fn with<T>(&self, work: impl FnOnce(&mut Core) -> T) -> T {
        let mut core = locked(&self.core);
        let done = work(&mut core);
        self.health.send_if_modified(|held| {
            let changed = *held != core.health;
            if changed {
                held.clone_from(&core.health);
            }
            changed
        });
        done
    }

    /// There is something new to do.
    pub fn wake(&self) {
        self.news.notify_one();
    }

    pub fn health(&self) -> watch::Receiver<Health> {
        self.health.subscribe()
    }
}

async fn drive(output: Weak<Output>, news: Arc<Notify>, dial: Dial) {
    let began = Instant::now();
    let clock = dial.clock.clone();
    let now = move || Now {
        wall: clock(),
        mono: began.elapsed(),
    };
    let mut wire: Option<Wire> = None;
    loop {
        let with = |work: &mut dyn FnMut(&mut Core) -> Step| Some(output.upgrade()?.with(work));
        let Some(step) = with(&mut |core| core.step(now())) else {
            return;
        };
        if let Some(on_air) = &dial.on_air {
            for (game, report) in step.on_air {
                on_air(game, report);
            }
        }
        if step.close {
            wire = None;
        }
        let mut lost = None;
        if let Some(wire) = &mut wire
            && !step.send.is_empty()
        {
            lost = match timeout(dial.timeout, wire.send(step.send)).await {
                Ok(sent) => sent.err().map(|e| e.to_string()),
                Err(_) => Some("it takes nothing any more".to_owned()),
            };
        }
        if step.connect {
            match timeout(dial.timeout, Wire::open(&dial)).await {
                Ok(Ok(open)) => {
                    wire = Some(open);
                    let connected = |core: &mut Core| {
                        core.connected(now());
                        Step::default()
                    };
                    let mut connected = connected;
                    if with(&mut connected).is_none() {
                        return;
                    }
                    continue;
                }
                Ok(Err(error)) => lost = Some(error.to_string()),
                Err(_) => lost = Some("no connection in time".to_owned()),
            }
        }
        if lost.is_none() {
            tokio::select! {
                () = news.notified() => {}
                () = tokio::time::sleep(step.wait) => {}
                read = read(&mut wire) => match read {
                    Ok(bytes) => {
                        if with(&mut |core| { core.heard(now(), &bytes); Step::default() }).is_none() {
                            return;
                        }
                    }
                    Err(error) => lost = Some(error.to_string()),
                }
            }
        }
        if let Some(why) = lost {
            wire = None;
            if with(&mut |core| {
                core.lost(now(), why.as_str());
                Step::default()
            })
            .is_none()
            {
                return;
            }
        }
    }
}

async fn read(wire: &mut Option<Wire>) -> io::Result<Vec<u8>> {
    match wire {
        Some(wire) => wire.receive().await,
        None => std::future::pending().await,
    }
}

/// An open connection.
enum Wire {
    Tcp(TcpStream),
    Udp(UdpSocket),
    WebSocket(Box<WebSocketStream<TcpStream>>),
}

impl Wire {
    async fn open(dial: &Dial) -> io::Result<Self> {
        match dial.carrier {
            Carrier::Tcp => Ok(Self::Tcp(stream(&dial.address).await?)),
            Carrier::Udp => {
                let to = tokio::net::lookup_host(&dial.address)
                    .await?
                    .next()
                    .ok_or_else(|| io::Error::other("the name has no address"))?;
                let from = if to.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
                let socket = UdpSocket::bind(from).await?;
                socket.connect(to).await?;
                Ok(Self::Udp(socket))
            }
            Carrier::WebSocket => {
                let stream = stream(&dial.address).await?;
                let limits = WebSocketConfig::default()
                    .max_message_size(Some(MAX_MESSAGE))
                    .max_frame_size(Some(MAX_MESSAGE));
                let url = format!("ws://{}/", dial.address);
                let (socket, _) = client_async_with_config(url, stream, Some(limits))
                    .await
                    .map_err(io::Error::other)?;
                Ok(Self::WebSocket(Box::new(socket)))
            }
        }
    }

    async fn send(&mut self, messages: Vec<Vec<u8>>) -> io::Result<()> {
        for message in messages {
            match self {
                Self::Tcp(stream) => stream.write_all(&message).await?,
                Self::Udp(socket) => match socket.send(&message).await {
                    // Nobody listens just now: that is the network's word on the datagram before, and no reason to stop.
                    Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {}
                    sent => {
                        sent?;
                    }
                },
                Self::WebSocket(socket) => {
                    let text = String::from_utf8(message).map_err(io::Error::other)?;
                    socket
                        .feed(Message::text(text))
                        .await
                        .map_err(io::Error::other)?;
                }
            }
        }
        if let Self::WebSocket(socket) = self {
            socket.flush().await.map_err(io::Error::other)?;
        }
        Ok(())
    }

    /// What comes next. May be dropped while it waits; nothing is lost by that.
    async fn receive(&mut self) -> io::Result<Vec<u8>> {
        match self {
            Self::Tcp(stream) => {
                let mut buffer = Vec::with_capacity(4096);
                match stream.read_buf(&mut buffer).await? {
                    0 => Err(io::Error::other("the other end closed the connection")),
                    _ => Ok(buffer),
                }
            }
            Self::Udp(socket) => loop {
                let mut buffer = vec![0; 2048];
                match socket.recv(&mut buffer).await {
                    Ok(n) => {
                        buffer.truncate(n);
                        return Ok(buffer);
                    }
                    Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {}
                    Err(error) => return Err(error),
                }
            },
            Self::WebSocket(socket) => loop {
                match socket.next().await {
                    Some(Ok(Message::Text(text))) => return Ok(text.as_bytes().to_vec()),
                    Some(Ok(Message::Close(Some(why)))) => {
                        return Err(io::Error::other(format!(
                            "the other end closed the connection: {} {}",
                            why.code, why.reason
                        )));
                    }
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Err(io::Error::other(error)),
                    None => return Err(io::Error::other("the other end closed the connection")),
                }
            },
        }
    }
}

async fn stream(address: &str) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    // A cut must not wait for more to be said.
    stream.set_nodelay(true)?;
    Ok(stream)
}

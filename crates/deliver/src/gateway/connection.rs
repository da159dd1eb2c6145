//! One WebSocket client: reads what it says, writes what its session has for it, and lets it go when it is dead.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use bytes::{Buf, Bytes, BytesMut};
use matchday_event::EventTime;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf},
    sync::Notify,
    time::{Instant, sleep_until, timeout},
};
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Control, OpCode};

use super::{
    frame::{self, Close, Incoming, Reader},
    hub::Guest,
};

/// How clients are treated.
#[derive(Debug, Clone)]
pub(crate) struct ConnectionOptions {
    /// How often a client is pinged; one that leaves two in a row unanswered is dead.
    pub heartbeat: Duration,
    /// A client that takes not one byte for this long, while there are some for it, is dead.
    pub stall_timeout: Duration,
    /// The largest message a client may send.
    pub max_message_bytes: usize,
    /// Messages a client may send a second; twice as many at once.
    pub messages_per_s: u32,
    /// Over how long clients are told to spread their return after a shutdown.
    pub reconnect_spread: Duration,
}

/// Something to write.
pub(crate) struct Out {
    /// A whole WebSocket frame.
    pub bytes: Bytes,
    /// For a live update, when its signal was received.
    pub live_at: Option<EventTime>,
}

impl Out {
    /// A message that is not an update.
    pub(crate) fn plain(bytes: Bytes) -> Self {
        Self {
            bytes,
            live_at: None,
        }
    }
}

/// What a protocol does with a connection.
pub(crate) trait Session: Send {
    /// The client sent a message. An error ends the connection.
    fn receive(&mut self, text: &str) -> Result<(), Close>;
    /// The next message for the client, if there is one now. Never waits.
    fn next(&mut self) -> Option<Out>;
    /// A heartbeat, or the reason to end a connection that never became one.
    fn heartbeat(&mut self) -> Result<Bytes, Close>;
    /// What to say to a client whose heartbeats went unanswered.
    fn dead(&self) -> Close;
    /// What to say when the server stops.
    fn stop(&self, reconnect_ms: u64) -> Close;
}

/// Serves one client until it leaves, dies, misbehaves or the server stops.
pub(crate) async fn run<IO>(
    io: IO,
    mut session: impl Session,
    guest: Guest,
    waker: Arc<Notify>,
    options: &ConnectionOptions,
) where
    IO: AsyncRead + AsyncWrite,
{
    let (mut read, mut write) = tokio::io::split(io);
    let mut half = Half::default();
    let end = talk(
        &mut read,
        &mut write,
        &mut half,
        &mut session,
        &guest,
        &waker,
        options,
    )
    .await;
    if let Some(close) = end {
        // A client that takes nothing more is not waited for.
        let _ = timeout(
            Duration::from_secs(1),
            say_goodbye(&mut read, &mut write, half, &close),
        )
        .await;
    }
}

/// A frame that is being written.
#[derive(Default)]
struct Half {
    rest: Bytes,
    whole: usize,
    live_at: Option<EventTime>,
}

/// `None` when there is nobody to say goodbye to.
async fn talk<IO: AsyncRead + AsyncWrite>(
    read: &mut ReadHalf<IO>,
    write: &mut WriteHalf<IO>,
    half: &mut Half,
    session: &mut impl Session,
    guest: &Guest,
    waker: &Notify,
    options: &ConnectionOptions,
) -> Option<Close> {
    let mut stopping = guest.hub.stopping();
    let mut reader = Reader::new(options.max_message_bytes);
    let mut buffer = BytesMut::new();
    let mut controls: VecDeque<Bytes> = VecDeque::new();
    let mut bucket = Bucket::new(options.messages_per_s);
    let mut progress = Instant::now();
    let mut beat = progress + options.heartbeat;
    let mut unanswered = 0;
    let timer = sleep_until(beat);
    tokio::pin!(timer);
    loop {
        if half.rest.is_empty() {
            let next = controls
                .pop_front()
                .map(Out::plain)
                .or_else(|| session.next());
            if let Some(out) = next {
                progress = Instant::now();
                *half = Half {
                    whole: out.bytes.len(),
                    rest: out.bytes,
                    live_at: out.live_at,
                };
                let due = beat.min(progress + options.stall_timeout);
                if due < timer.deadline() {
                    timer.as_mut().reset(due);
                }
            }
        }
        let writing = !half.rest.is_empty();
        tokio::select! {
            biased;
            // An update goes out before anything more is read, so that chatter delays nobody's picture.
            wrote = write.write(&half.rest), if writing => match wrote {
                Ok(n) if n > 0 => {
                    progress = Instant::now();
                    half.rest.advance(n);
                    if half.rest.is_empty() {
                        guest.sent(half.whole, half.live_at);
                    }
                }
                _ => return None,
            },
            got = read.read_buf(&mut buffer) => {
                if !matches!(got, Ok(n) if n > 0) {
                    return None;
                }
                unanswered = 0;
                let now = Instant::now();
                loop {
                    let incoming = match reader.next(&mut buffer) {
                        Ok(Some(incoming)) => incoming,
                        Ok(None) => break,
                        Err(close) => return Some(close),
                    };
                    if !bucket.take(now) {
                        super::stats::Meter::rejected("client_rate");
                        return Some(Close::new(1008, "too many messages"));
                    }
                    match incoming {
                        Incoming::Text(text) => if let Err(close) = session.receive(&text) {
                            return Some(close);
                        },
                        Incoming::Ping(payload) => {
                            // One answer is enough for a client that pings faster than it reads.
                            controls.truncate(3);
                            controls.push_back(frame::frame(OpCode::Control(Control::Pong), &payload));
                        }
                        Incoming::Pong => {}
                        Incoming::Close(code) => {
                            let code = if code == 1005 { 1000 } else { code };
                            return Some(Close::new(code, ""));
                        }
                    }
                }
                if buffer.is_empty() {
                    // Gives the memory back: most clients never say anything again.
                    buffer = BytesMut::new();
                }
            }
            () = waker.notified(), if !writing => {}
            () = stopped(&mut stopping) => {
                return Some(session.stop(guest.reconnect_ms(options.reconnect_spread)));
            }
            () = &mut timer => {
                let now = Instant::now();
                if writing && now >= progress + options.stall_timeout {
                    super::stats::Meter::rejected("stalled");
                    return None;
                }
                if now >= beat {
                    beat = now + options.heartbeat;
                    // Counted in heartbeats and not in time, so that a pause of this process kills nobody; and
                    // not while a write waits, for then no heartbeat gets out.
                    if unanswered >= 2 {
                        super::stats::Meter::rejected("dead");
                        return Some(session.dead());
                    }
                    if !writing {
                        unanswered += 1;
                        match session.heartbeat() {
                            Ok(frame) => controls.push_back(frame),
                            Err(close) => return Some(close),
                        }
                    }
                }
                let stall = progress + options.stall_timeout;
                timer.as_mut().reset(if writing { beat.min(stall) } else { beat });
            }
        }
    }
}

/// Returns when the server stops.
async fn stopped(stopping: &mut tokio::sync::watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stop| *stop).await;
}

async fn say_goodbye<IO: AsyncRead + AsyncWrite>(
    read: &mut ReadHalf<IO>,
    write: &mut WriteHalf<IO>,
    half: Half,
    close: &Close,
) -> std::io::Result<()> {
    // A frame half written must be finished, or the close frame would be read as part of it.
    write.write_all(&half.rest).await?;
    write
        .write_all(&frame::close(close.code, &close.reason))
        .await?;
    write.shutdown().await?;
    // Reads on until the client closes too: closing on unread bytes would reset the connection under the reason.
    let mut sink = [0; 512];
    while read.read(&mut sink).await? > 0 {}
    Ok(())
}

/// Allows so many a second, and twice as many at once.
struct Bucket {
    per_s: f64,
    left: f64,
    at: Option<Instant>,
}

impl Bucket {
    fn new(per_s: u32) -> Self {
        let per_s = f64::from(per_s.max(1));
        Self {
            per_s,
            left: per_s * 2.0,
            at: None,
        }
    }

    fn take(&mut self, now: Instant) -> bool {
        let passed = self
            .at
            .map_or(0.0, |at| now.duration_since(at).as_secs_f64());
        self.at = Some(now);
        self.left = (self.left + passed * self.per_s).min(self.per_s * 2.0);
        if self.left < 1.0 {
            return false;
        }
        self.left -= 1.0;
        true
    }
}

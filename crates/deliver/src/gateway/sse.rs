//! Server-Sent Events: the same messages for whoever cannot or will not open a WebSocket.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use bytes::{BufMut, Bytes, BytesMut};
use futures::stream;
use hyper::{
    HeaderMap, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue},
};
use matchday_event::view::MessageKind;
use tokio::sync::{Notify, watch};

use super::{
    channel::{Channel, Delivery, Frame, Start, Subscription},
    connection::ConnectionOptions,
    hub::{Guest, Hub},
    native::ServerMessage,
    problem::Problem,
    stats::Transport,
};

/// Where a client begins, from its `Last-Event-ID`, which is `epoch:seq`.
pub(crate) fn start(headers: &HeaderMap) -> Option<Start> {
    let id = headers.get("last-event-id")?.to_str().ok()?;
    let (epoch, seq) = id.rsplit_once(':').unwrap_or((id, ""));
    Some(Start::Resume {
        epoch: epoch.to_owned(),
        // An id that is not ours cannot be resumed, and the client is told so.
        seq: seq.parse().unwrap_or(u64::MAX),
    })
}

/// Answers with the stream of a channel.
pub(crate) fn events(
    hub: &Arc<Hub>,
    channel: &Arc<Channel>,
    start: &Start,
    options: &ConnectionOptions,
) -> Response {
    if *hub.stopping().borrow() {
        return Problem::new(StatusCode::SERVICE_UNAVAILABLE, "stopping").into_response();
    }
    let Some(guest) = hub.admit(Transport::Sse) else {
        return Problem::new(StatusCode::SERVICE_UNAVAILABLE, "full")
            .detail("the server has as many clients as it may")
            .into_response();
    };
    let waker = Arc::new(Notify::new());
    let client = Client {
        subscription: channel.subscribe(start, waker.clone()),
        stopping: hub.stopping(),
        waker,
        guest,
        heartbeat: options.heartbeat,
        spread: options.reconnect_spread,
        over: false,
    };
    let body = stream::unfold(client, |mut client| async move {
        let bytes = client.next().await?;
        Some((Ok::<_, Infallible>(bytes), client))
    });
    let mut response = Body::from_stream(body).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Keeps nginx from gathering events before it passes them on.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

struct Client {
    subscription: Subscription,
    waker: Arc<Notify>,
    stopping: watch::Receiver<bool>,
    guest: Guest,
    heartbeat: Duration,
    spread: Duration,
    over: bool,
}

impl Client {
    /// The next event. It is asked for only when the socket has taken the one before, so nothing queues up here.
    async fn next(&mut self) -> Option<Bytes> {
        if self.over {
            return None;
        }
        loop {
            if let Some(delivery) = self.subscription.next() {
                return Some(self.event(delivery));
            }
            tokio::select! {
                () = self.waker.notified() => {}
                () = stopped(&mut self.stopping) => {
                    self.over = true;
                    let wait = self.guest.reconnect_ms(self.spread);
                    return Some(format!("retry: {wait}\n\n").into());
                }
                // A comment: the write finds out whether the client is still there.
                () = tokio::time::sleep(self.heartbeat) => return Some(Bytes::from_static(b":\n\n")),
            }
        }
    }

    fn event(&self, delivery: Delivery) -> Bytes {
        let (bytes, live_at) = match delivery {
            Delivery::Snapshot(frame) => (frame.as_sse(event), None),
            Delivery::Update { frame, live } => (frame.as_sse(event), live.then_some(frame.at)),
            Delivery::Resumed { epoch, seq, missed } => {
                let said = ServerMessage::resumed(&self.subscription.channel, &epoch, seq, missed);
                let mut out = BytesMut::from(&b"event: resumed\ndata: "[..]);
                out.put_slice(&said.json());
                out.put_slice(b"\n\n");
                (out.freeze(), None)
            }
        };
        self.guest.sent(bytes.len(), live_at);
        bytes
    }
}

async fn stopped(stopping: &mut watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stop| *stop).await;
}

fn event(frame: &Frame) -> Bytes {
    let name = match frame.kind {
        MessageKind::Snapshot => "snapshot",
        MessageKind::Update => "update",
    };
    let json = frame.json();
    let mut out = BytesMut::with_capacity(json.len() + 96);
    // JSON as serde writes it holds no line break, so one data line is enough.
    out.put_slice(format!("id: {}:{}\nevent: {name}\ndata: ", frame.epoch, frame.seq).as_bytes());
    out.put_slice(&json);
    out.put_slice(b"\n\n");
    out.freeze()
}

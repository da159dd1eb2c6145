//! Centrifugo's client protocol (JSON, version 2) at `/connection/websocket`, so that its SDKs work as they are.
//!
//! Channels are `game:<id>`, `graphics:<id>`, `crowd:<id>` and `scoreboard`; a publication's `data` is the gateway's own
//! message and its `offset` the message's `seq`. Subscribing yields the newest snapshot as the subscription's
//! `data`, and recovering the publications missed. A slow client is sent a publication that is a snapshot.

use std::{collections::VecDeque, fmt::Write as _, sync::Arc};

use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};
use tokio::sync::Notify;

use super::{
    channel::{Delivery, Frame, Start, Subscription},
    connection::{Out, Session},
    frame::{self, Close},
    hub::Hub,
};

/// Channels one connection may be subscribed to.
const MAX_SUBSCRIPTIONS: usize = 64;
/// Replies that may wait for a client that asks without reading.
const MAX_REPLIES: usize = 128;
/// Publications one history request may return.
const MAX_HISTORY: usize = 200;

/// One connection.
pub(crate) struct Centrifugo {
    hub: Arc<Hub>,
    waker: Arc<Notify>,
    client: String,
    heartbeat_s: u64,
    connected: bool,
    subscriptions: Vec<Subscription>,
    turn: usize,
    replies: VecDeque<Bytes>,
}

#[derive(Deserialize)]
struct Command {
    #[serde(default)]
    id: u32,
    connect: Option<Connect>,
    subscribe: Option<Subscribe>,
    unsubscribe: Option<Named>,
    presence_stats: Option<Named>,
    presence: Option<Value>,
    history: Option<History>,
    publish: Option<Value>,
    ping: Option<Value>,
    send: Option<Value>,
    rpc: Option<Value>,
    refresh: Option<Value>,
    sub_refresh: Option<Value>,
}

#[derive(Deserialize)]
struct Connect {
    #[serde(default)]
    subs: std::collections::BTreeMap<String, Subscribe>,
}

#[derive(Deserialize)]
struct Subscribe {
    #[serde(default)]
    channel: String,
    #[serde(default)]
    recover: bool,
    #[serde(default)]
    epoch: String,
    #[serde(default)]
    offset: u64,
}

#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    channel: String,
}

#[derive(Deserialize)]
struct History {
    #[serde(default)]
    channel: String,
    #[serde(default)]
    limit: i64,
    since: Option<Since>,
    #[serde(default)]
    reverse: bool,
}

#[derive(Deserialize)]
struct Since {
    #[serde(default)]
    offset: u64,
    #[serde(default)]
    epoch: String,
}

/// Error codes of the protocol, as its documentation lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    UnknownChannel,
    PermissionDenied,
    MethodNotFound,
    AlreadySubscribed,
    LimitExceeded,
    BadRequest,
    NotAvailable,
    UnrecoverablePosition,
}

impl Refusal {
    fn json(self) -> Value {
        let (code, message) = match self {
            Self::UnknownChannel => (102, "unknown channel"),
            Self::PermissionDenied => (103, "permission denied"),
            Self::MethodNotFound => (104, "method not found"),
            Self::AlreadySubscribed => (105, "already subscribed"),
            Self::LimitExceeded => (106, "limit exceeded"),
            Self::BadRequest => (107, "bad request"),
            Self::NotAvailable => (108, "not available"),
            Self::UnrecoverablePosition => (112, "unrecoverable position"),
        };
        json!({ "code": code, "message": message })
    }
}

type Answer = Result<Value, Refusal>;

fn bad_request() -> Close {
    Close::new(3501, "bad request")
}

impl Centrifugo {
    pub(crate) fn new(hub: Arc<Hub>, waker: Arc<Notify>, id: u64, heartbeat_s: u64) -> Self {
        let client = format!("{}-{id:x}", hub.process());
        Self {
            hub,
            waker,
            client,
            heartbeat_s,
            connected: false,
            subscriptions: Vec::new(),
            turn: 0,
            replies: VecDeque::new(),
        }
    }

    fn answer(&mut self, command: Command) -> Result<(), Close> {
        if let Some(connect) = command.connect {
            if self.connected || command.id == 0 {
                return Err(bad_request());
            }
            self.connected = true;
            let result = self.connect(connect);
            return self.reply(command.id, "connect", Ok(result));
        }
        if command.id == 0 {
            // Nothing but a pong (an empty command) and a message without an answer comes without an id.
            return if command.send.is_some() || is_empty(&command) {
                Ok(())
            } else {
                Err(bad_request())
            };
        }
        if !self.connected {
            return Err(bad_request());
        }
        let (name, answer) = if let Some(subscribe) = command.subscribe {
            ("subscribe", self.subscribe(&subscribe))
        } else if let Some(named) = command.unsubscribe {
            self.subscriptions
                .retain(|s| *s.channel.name != *named.channel);
            ("unsubscribe", Ok(json!({})))
        } else if let Some(named) = command.presence_stats {
            ("presence_stats", self.presence_stats(&named.channel))
        } else if let Some(history) = command.history {
            ("history", self.history(&history))
        } else if command.ping.is_some() {
            ("ping", Ok(json!({})))
        } else if command.presence.is_some() {
            // Who watches is nobody's business: there are counts, and no lists.
            ("presence", Err(Refusal::NotAvailable))
        } else if command.publish.is_some() {
            ("publish", Err(Refusal::PermissionDenied))
        } else if command.refresh.is_some() || command.sub_refresh.is_some() {
            ("refresh", Err(Refusal::NotAvailable))
        } else if command.rpc.is_some() {
            ("rpc", Err(Refusal::MethodNotFound))
        } else {
            return Err(bad_request());
        };
        self.reply(command.id, name, answer)
    }

    fn connect(&mut self, connect: Connect) -> Value {
        let mut result = json!({
            "client": self.client,
            "version": concat!("matchday ", env!("CARGO_PKG_VERSION")),
            "ping": self.heartbeat_s.max(1),
            "pong": true,
        });
        let mut subs = serde_json::Map::new();
        for (channel, mut request) in connect.subs {
            request.channel.clone_from(&channel);
            if let Ok(subscribed) = self.subscribe(&request) {
                subs.insert(channel, subscribed);
            }
        }
        if !subs.is_empty() {
            result["subs"] = Value::Object(subs);
        }
        result
    }

    fn subscribe(&mut self, request: &Subscribe) -> Answer {
        if request.channel.is_empty() {
            return Err(Refusal::BadRequest);
        }
        if self
            .subscriptions
            .iter()
            .any(|s| *s.channel.name == *request.channel)
        {
            return Err(Refusal::AlreadySubscribed);
        }
        if self.subscriptions.len() >= MAX_SUBSCRIPTIONS {
            return Err(Refusal::LimitExceeded);
        }
        let channel = self
            .hub
            .channel(&request.channel)
            .ok_or(Refusal::UnknownChannel)?;
        let start = if request.recover {
            Start::Resume {
                epoch: request.epoch.clone(),
                seq: request.offset,
            }
        } else {
            Start::Fresh
        };
        let mut subscription = channel.subscribe(&start, self.waker.clone());
        let mut result = json!({ "recoverable": true, "positioned": true });
        let mut publications = Vec::new();
        let mut left = 1;
        // What the subscription has to say first is said in the answer; what comes later, as pushes.
        while left > 0 {
            left -= 1;
            match subscription.next() {
                Some(Delivery::Resumed { epoch, seq, missed }) => {
                    result["recovered"] = json!(true);
                    result["epoch"] = json!(*epoch);
                    result["offset"] = json!(seq);
                    left = missed;
                }
                Some(Delivery::Update { frame, .. }) => {
                    result["offset"] = json!(frame.seq);
                    publications.push(publication(&frame));
                }
                Some(Delivery::Snapshot(frame)) => {
                    left = 0;
                    publications.clear();
                    result["recovered"] = json!(false);
                    result["epoch"] = json!(*frame.epoch);
                    result["offset"] = json!(frame.seq);
                    result["data"] = value(&frame);
                }
                None => {}
            }
        }
        if request.recover {
            result["was_recovering"] = json!(true);
            result["publications"] = Value::Array(publications);
        } else if let Some(fields) = result.as_object_mut() {
            fields.remove("recovered");
        }
        self.subscriptions.push(subscription);
        Ok(result)
    }

    fn presence_stats(&self, channel: &str) -> Answer {
        let clients = self
            .hub
            .channel(channel)
            .ok_or(Refusal::UnknownChannel)?
            .clients();
        // Nobody signs in here, so each connection is taken for a user.
        Ok(json!({ "num_clients": clients, "num_users": clients }))
    }

    fn history(&self, request: &History) -> Answer {
        let channel = self
            .hub
            .channel(&request.channel)
            .ok_or(Refusal::UnknownChannel)?;
        let (epoch, head) = channel.head();
        let mut result = json!({ "epoch": *epoch, "offset": head, "publications": [] });
        let limit = match request.limit {
            0 => return Ok(result),
            n => usize::try_from(n).unwrap_or(MAX_HISTORY).min(MAX_HISTORY),
        };
        let since = match &request.since {
            Some(since) if !since.epoch.is_empty() && *since.epoch != *epoch => {
                return Err(Refusal::UnrecoverablePosition);
            }
            Some(since) => since.offset,
            None => 0,
        };
        let mut frames = channel.history(if request.reverse { 0 } else { since }, usize::MAX);
        if request.reverse {
            if request.since.is_some() {
                frames.retain(|f| f.seq < since);
            }
            frames.reverse();
        }
        frames.truncate(limit);
        result["publications"] = frames.iter().map(|f| publication(f)).collect();
        Ok(result)
    }

    fn reply(&mut self, id: u32, name: &str, answer: Answer) -> Result<(), Close> {
        if self.replies.len() >= MAX_REPLIES {
            return Err(Close::new(3008, "slow"));
        }
        let reply = match answer {
            Ok(result) => json!({ "id": id, name: result }),
            Err(refusal) => json!({ "id": id, "error": refusal.json() }),
        };
        self.replies.push_back(frame::text(reply.to_string()));
        Ok(())
    }
}

fn is_empty(c: &Command) -> bool {
    let others = [
        &c.presence,
        &c.publish,
        &c.ping,
        &c.rpc,
        &c.refresh,
        &c.sub_refresh,
    ];
    c.subscribe.is_none()
        && c.unsubscribe.is_none()
        && c.presence_stats.is_none()
        && c.history.is_none()
        && others.iter().all(|o| o.is_none())
}

fn value(frame: &Frame) -> Value {
    // These bytes are our own JSON.
    serde_json::from_slice(&frame.json()).unwrap_or_default()
}

fn publication(frame: &Frame) -> Value {
    json!({ "data": value(frame), "offset": frame.seq })
}

/// The push that carries a message, framed.
fn push(frame: &Frame) -> Bytes {
    let json = frame.json();
    let json = std::str::from_utf8(&json).unwrap_or("null");
    let mut out = String::with_capacity(json.len() + 96);
    // Channel names hold nothing that JSON would escape; writing to a string cannot fail.
    let _ = write!(
        out,
        r#"{{"push":{{"channel":"{}","pub":{{"data":{json},"offset":{}}}}}}}"#,
        frame.channel, frame.seq
    );
    super::frame::text(out)
}

impl Session for Centrifugo {
    fn receive(&mut self, text: &str) -> Result<(), Close> {
        let commands = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
        for command in commands {
            let command = command.map_err(|_| bad_request())?;
            let command = serde_json::from_str(command.get()).map_err(|_| bad_request())?;
            self.answer(command)?;
        }
        Ok(())
    }

    fn next(&mut self) -> Option<Out> {
        if let Some(reply) = self.replies.pop_front() {
            return Some(Out::plain(reply));
        }
        // Each channel has its turn, so that a busy one does not starve the others.
        for _ in 0..self.subscriptions.len() {
            self.turn = (self.turn + 1) % self.subscriptions.len();
            match self.subscriptions[self.turn].next() {
                Some(Delivery::Update { frame, live }) => {
                    return Some(Out {
                        bytes: frame.as_centrifugo(push),
                        live_at: live.then_some(frame.at),
                    });
                }
                Some(Delivery::Snapshot(frame)) => {
                    return Some(Out::plain(frame.as_centrifugo(push)));
                }
                // Said in the answer to the subscription.
                Some(Delivery::Resumed { .. }) | None => {}
            }
        }
        None
    }

    fn heartbeat(&mut self) -> Result<Bytes, Close> {
        if self.connected {
            Ok(frame::text("{}"))
        } else {
            Err(Close::new(3502, "stale"))
        }
    }

    fn dead(&self) -> Close {
        Close::new(3012, "no pong")
    }

    fn stop(&self, _: u64) -> Close {
        // The SDKs come back after a delay of their own, with jitter.
        Close::new(3001, "shutdown")
    }
}

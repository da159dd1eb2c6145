//! matchday's own messages over WebSocket.

use std::{collections::VecDeque, sync::Arc};

use bytes::Bytes;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Control, OpCode};

use super::{
    channel::{Channel, Delivery, Start, Subscription},
    connection::{Out, Session},
    frame::{self, Close},
    hub::Hub,
};

/// What a client may say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// Answered with `pong`.
    Ping {
        /// Comes back as it is.
        #[serde(default)]
        t: Value,
    },
    /// Answered with a snapshot.
    RequestSnapshot,
    /// Answered with `resumed` and the updates missed, or a snapshot that says `"recovered": false`.
    Resume {
        /// The last update the client has.
        seq: u64,
        /// The epoch it is of.
        epoch: String,
    },
}

/// What the server says besides snapshots and updates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// Answers `ping`.
    Pong {
        /// What the ping said.
        t: Value,
        /// The server's clock, in Unix milliseconds.
        server_ms: i64,
    },
    /// A resume succeeded: the updates missed follow.
    Resumed {
        /// `game:<id>`, `scoreboard`, `graphics:<id>` or `crowd:<id>`.
        channel: String,
        /// The last update the client had.
        seq: u64,
        /// The epoch, as the client said.
        epoch: String,
        /// Always true.
        recovered: bool,
        /// How many updates follow before the client is up to date.
        missed: u64,
    },
    /// A client's message could not be used; nothing else happened.
    Error {
        /// `malformed` or `too_many_waiting`.
        code: String,
        /// For people.
        message: String,
    },
}

impl ServerMessage {
    pub(crate) fn json(&self) -> Vec<u8> {
        // Writing to memory cannot fail, and the keys are strings.
        serde_json::to_vec(self).expect("a message is JSON")
    }

    pub(crate) fn resumed(channel: &Channel, epoch: &str, seq: u64, missed: u64) -> Self {
        Self::Resumed {
            channel: channel.name.to_string(),
            seq,
            epoch: epoch.to_owned(),
            recovered: true,
            missed,
        }
    }
}

/// Replies that may wait for a client that asks without reading.
const MAX_REPLIES: usize = 16;

/// One client of one channel.
pub(crate) struct Native {
    hub: Arc<Hub>,
    subscription: Subscription,
    replies: VecDeque<Bytes>,
}

impl Native {
    pub(crate) fn new(
        hub: Arc<Hub>,
        channel: &Arc<Channel>,
        start: &Start,
        waker: Arc<Notify>,
    ) -> Self {
        Self {
            hub,
            subscription: channel.subscribe(start, waker),
            replies: VecDeque::new(),
        }
    }

    fn reply(&mut self, message: &ServerMessage) -> Result<(), Close> {
        if self.replies.len() >= MAX_REPLIES {
            return Err(Close::new(1008, "too many unread replies"));
        }
        self.replies.push_back(frame::text(message.json()));
        Ok(())
    }
}

impl Session for Native {
    fn receive(&mut self, text: &str) -> Result<(), Close> {
        match serde_json::from_str(text) {
            Ok(ClientMessage::Ping { t }) => {
                let server_ms = self.hub.now().millis();
                self.reply(&ServerMessage::Pong { t, server_ms })
            }
            Ok(ClientMessage::RequestSnapshot) => {
                self.subscription.want_snapshot();
                Ok(())
            }
            Ok(ClientMessage::Resume { seq, epoch }) => {
                self.subscription.restart(&Start::Resume { epoch, seq });
                Ok(())
            }
            Err(error) => self.reply(&ServerMessage::Error {
                code: "malformed".to_owned(),
                message: format!("not a message this server knows: {error}"),
            }),
        }
    }

    fn next(&mut self) -> Option<Out> {
        if let Some(reply) = self.replies.pop_front() {
            return Some(Out::plain(reply));
        }
        Some(match self.subscription.next()? {
            Delivery::Snapshot(frame) => Out::plain(frame.ws.clone()),
            Delivery::Update { frame, live } => Out {
                bytes: frame.ws.clone(),
                live_at: live.then_some(frame.at),
            },
            Delivery::Resumed { epoch, seq, missed } => {
                let said = ServerMessage::resumed(&self.subscription.channel, &epoch, seq, missed);
                Out::plain(frame::text(said.json()))
            }
        })
    }

    fn heartbeat(&mut self) -> Result<Bytes, Close> {
        Ok(frame::frame(OpCode::Control(Control::Ping), b""))
    }

    fn dead(&self) -> Close {
        Close::new(1011, "no answer to pings")
    }

    fn stop(&self, reconnect_ms: u64) -> Close {
        Close::new(1001, format!("reconnect_ms={reconnect_ms}"))
    }
}

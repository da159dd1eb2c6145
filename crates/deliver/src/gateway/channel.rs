//! A channel: its current state, the last updates, and who is subscribed.
//!
//! An update is encoded once and kept in a ring that all subscribers share. A subscriber is a place in that ring
//! and a waker; what "waits" for a slow client is the distance between its place and the head, and past a limit
//! the client is handed one fresh snapshot instead. So a client that does not read costs no more than one that
//! does, and publishing never waits for a socket.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use bytes::Bytes;
use matchday_event::{
    EventTime,
    view::{Message, MessageKind},
};
use serde::Serialize;
use tokio::sync::Notify;

use super::{
    frame, locked,
    state::{Change, State},
    stats::Meter,
};

const SHARDS: usize = 16;

/// Above this many subscribers they are woken by tasks of their own, so that publishing stays short.
const WAKE_INLINE: u64 = 4096;

/// How much a channel keeps.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Updates in the ring.
    pub updates: usize,
    /// Bytes in the ring.
    pub bytes: usize,
    /// Bytes a client may be behind.
    pub client_bytes: usize,
}

/// One encoded message, shared by everyone it is sent to.
#[derive(Debug)]
pub(crate) struct Frame {
    pub channel: Arc<str>,
    pub epoch: Arc<str>,
    pub kind: MessageKind,
    pub seq: u64,
    pub at: EventTime,
    /// The message as a WebSocket text frame.
    pub ws: Bytes,
    json_start: usize,
    /// Bytes of updates published up to and including this one: the distance between two is what waits.
    end: u64,
    sse: OnceLock<Bytes>,
    centrifugo: OnceLock<Bytes>,
}

impl Frame {
    /// The message as JSON.
    pub(crate) fn json(&self) -> Bytes {
        self.ws.slice(self.json_start..)
    }

    /// The message in another protocol's form, made once.
    pub(crate) fn as_sse(&self, make: impl FnOnce(&Self) -> Bytes) -> Bytes {
        self.sse.get_or_init(|| make(self)).clone()
    }

    /// The message as a Centrifugo push, made once.
    pub(crate) fn as_centrifugo(&self, make: impl FnOnce(&Self) -> Bytes) -> Bytes {
        self.centrifugo.get_or_init(|| make(self)).clone()
    }
}

struct Current {
    epoch: Arc<str>,
    generation: u64,
    seq: u64,
    at: EventTime,
    end: u64,
    state: State,
    snapshot: Option<Arc<Frame>>,
    snapshot_lost: Option<Arc<Frame>>,
}

struct Ring {
    epoch: Arc<str>,
    generation: u64,
    seq: u64,
    end: u64,
    frames: VecDeque<Arc<Frame>>,
    bytes: usize,
}

/// An update's number does not follow the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OutOfSequence {
    pub expected: u64,
}

type Shard = Mutex<HashMap<u64, Arc<Notify>>>;

/// See the module.
pub(crate) struct Channel {
    pub name: Arc<str>,
    limits: Limits,
    meter: Arc<Meter>,
    /// Whether its updates carry the time of the signal behind them.
    measured: bool,
    // Lock order: `current` before `ring`. Neither is ever held while anything is sent.
    current: Mutex<Current>,
    ring: Mutex<Ring>,
    shards: [Shard; SHARDS],
    clients: AtomicU64,
    next_id: AtomicU64,
}

impl Channel {
    pub(crate) fn new(
        name: &str,
        epoch: &str,
        state: State,
        limits: Limits,
        meter: Arc<Meter>,
    ) -> Arc<Self> {
        let epoch: Arc<str> = epoch.into();
        Arc::new(Self {
            name: name.into(),
            limits,
            meter,
            measured: !matches!(state, State::Graphics(_)),
            ring: Mutex::new(Ring {
                epoch: epoch.clone(),
                generation: 0,
                seq: 0,
                end: 0,
                frames: VecDeque::new(),
                bytes: 0,
            }),
            current: Mutex::new(Current {
                epoch,
                generation: 0,
                seq: 0,
                at: EventTime(0),
                end: 0,
                state,
                snapshot: None,
                snapshot_lost: None,
            }),
            shards: std::array::from_fn(|_| Mutex::default()),
            clients: AtomicU64::new(0),
            next_id: AtomicU64::new(0),
        })
    }

    /// Begins the channel anew under another epoch: everyone subscribed gets a fresh snapshot.
    pub(crate) fn reset(self: &Arc<Self>, epoch: &str, state: State) {
        let mut current = locked(&self.current);
        let epoch: Arc<str> = epoch.into();
        current.epoch = epoch.clone();
        current.generation += 1;
        current.seq = 0;
        current.at = EventTime(0);
        current.state = state;
        current.snapshot = None;
        current.snapshot_lost = None;
        let mut ring = locked(&self.ring);
        ring.epoch = epoch;
        ring.generation = current.generation;
        ring.seq = 0;
        ring.frames.clear();
        let freed = std::mem::take(&mut ring.bytes);
        drop(ring);
        drop(current);
        self.meter.cleared(freed);
        self.wake();
    }

    /// Applies a change and hands it to every subscriber. `seq` is checked where the publisher numbers its
    /// updates, and counted here where it does not.
    pub(crate) fn publish(
        self: &Arc<Self>,
        seq: Option<u64>,
        at: EventTime,
        change: &Change<'_>,
    ) -> Result<(), OutOfSequence> {
        let mut current = locked(&self.current);
        let expected = current.seq + 1;
        if seq.is_some_and(|seq| seq != expected) {
            return Err(OutOfSequence { expected });
        }
        let mut frame = encode(
            &self.name,
            &current.epoch,
            MessageKind::Update,
            expected,
            at,
            None,
            change,
        );
        current.end += frame.ws.len() as u64;
        frame.end = current.end;
        current.seq = expected;
        current.at = at;
        current.state.apply(change, at);
        current.snapshot = None;
        current.snapshot_lost = None;
        let bytes_in = frame.ws.len();
        let mut bytes_out = 0;
        let mut ring = locked(&self.ring);
        ring.seq = frame.seq;
        ring.end = frame.end;
        ring.bytes += bytes_in;
        ring.frames.push_back(Arc::new(frame));
        while ring.frames.len() > self.limits.updates || ring.bytes > self.limits.bytes {
            let Some(old) = ring.frames.pop_front() else {
                break;
            };
            ring.bytes -= old.ws.len();
            bytes_out += old.ws.len();
        }
        drop(ring);
        drop(current);
        self.meter.published(bytes_in, bytes_out);
        self.wake();
        Ok(())
    }

    /// Changes the state behind the snapshot without an update of its own, for what the next snapshot should
    /// say but no client waits for.
    pub(crate) fn amend(&self, amend: impl FnOnce(&mut State)) {
        let mut current = locked(&self.current);
        amend(&mut current.state);
        current.snapshot = None;
        current.snapshot_lost = None;
    }

    /// The newest snapshot. It is encoded when first asked for and shared until the next update.
    pub(crate) fn snapshot(&self) -> Arc<Frame> {
        self.snapshot_with_generation(None).0
    }

    fn snapshot_with_generation(&self, recovered: Option<bool>) -> (Arc<Frame>, u64) {
        let mut current = locked(&self.current);
        let lost = recovered == Some(false);
        let cached = if lost {
            &current.snapshot_lost
        } else {
            &current.snapshot
        };
        if let Some(frame) = cached {
            return (frame.clone(), current.generation);
        }
        let mut frame = encode(
            &self.name,
            &current.epoch,
            MessageKind::Snapshot,
            current.seq,
            current.at,
            lost.then_some(false),
            &current.state,
        );
        frame.end = current.end;
        let frame = Arc::new(frame);
        let slot = if lost {
            &mut current.snapshot_lost
        } else {
            &mut current.snapshot
        };
        *slot = Some(frame.clone());
        (frame, current.generation)
    }

    /// Looks at the state under its lock: keep it short.
    pub(crate) fn with_state<R>(&self, look: impl FnOnce(&State, u64, &str) -> R) -> R {
        let current = locked(&self.current);
        look(&current.state, current.seq, &current.epoch)
    }

    /// Epoch and newest update number.
    pub(crate) fn head(&self) -> (Arc<str>, u64) {
        let ring = locked(&self.ring);
        (ring.epoch.clone(), ring.seq)
    }

    /// Updates in the ring after `since`, oldest first.
    pub(crate) fn history(&self, since: u64, limit: usize) -> Vec<Arc<Frame>> {
        let ring = locked(&self.ring);
        ring.frames
            .iter()
            .filter(|f| f.seq > since)
            .take(limit)
            .cloned()
            .collect()
    }

    /// Subscribers now. A count and not a list: that is all anyone is told of who watches.
    pub(crate) fn clients(&self) -> u64 {
        self.clients.load(Relaxed)
    }

    /// Subscribes; `waker` is notified when there may be something to take.
    pub(crate) fn subscribe(self: &Arc<Self>, start: &Start, waker: Arc<Notify>) -> Subscription {
        let id = self.next_id.fetch_add(1, Relaxed);
        locked(self.shard(id)).insert(id, waker);
        self.clients.fetch_add(1, Relaxed);
        let mut subscription = Subscription {
            channel: self.clone(),
            id,
            generation: 0,
            seq: 0,
            end: 0,
            live_from: 0,
            say: None,
        };
        subscription.restart(start);
        subscription
    }

    fn shard(&self, id: u64) -> &Shard {
        &self.shards[usize::try_from(id % SHARDS as u64).unwrap_or(0)]
    }

    fn wake(self: &Arc<Self>) {
        if self.clients() > WAKE_INLINE
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            for shard in 0..SHARDS {
                let channel = self.clone();
                runtime.spawn(async move { wake_shard(&channel.shards[shard]) });
            }
        } else {
            self.shards.iter().for_each(wake_shard);
        }
    }
}

fn wake_shard(shard: &Shard) {
    for waker in locked(shard).values() {
        waker.notify_one();
    }
}

fn encode<T: Serialize>(
    channel: &Arc<str>,
    epoch: &Arc<str>,
    kind: MessageKind,
    seq: u64,
    at: EventTime,
    recovered: Option<bool>,
    data: T,
) -> Frame {
    let message = Message {
        kind,
        channel: channel.to_string(),
        seq,
        epoch: epoch.to_string(),
        at_ms: at.millis(),
        recovered,
        data,
    };
    // Writing to memory cannot fail, and the types have no map keys that JSON cannot hold.
    let json = serde_json::to_vec(&message).expect("view types are JSON");
    let ws = frame::text(&json);
    Frame {
        channel: channel.clone(),
        epoch: epoch.clone(),
        kind,
        seq,
        at,
        json_start: ws.len() - json.len(),
        ws,
        end: 0,
        sse: OnceLock::new(),
        centrifugo: OnceLock::new(),
    }
}

/// Where a subscriber begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Start {
    /// With a snapshot.
    Fresh,
    /// After an update it has already.
    Resume {
        /// The epoch it holds.
        epoch: String,
        /// The last update it has.
        seq: u64,
    },
}

/// What a subscriber takes.
#[derive(Debug, Clone)]
pub(crate) enum Delivery {
    /// Everything.
    Snapshot(Arc<Frame>),
    /// What changed.
    Update {
        /// The update.
        frame: Arc<Frame>,
        /// Published while this client was subscribed, so that its delay means something.
        live: bool,
    },
    /// A resume succeeded; the updates missed follow.
    Resumed {
        /// The channel's epoch.
        epoch: Arc<str>,
        /// The last update the client had.
        seq: u64,
        /// How many follow before it is up to date.
        missed: u64,
    },
}

#[derive(Debug, Clone, Copy)]
enum Say {
    Snapshot(Option<bool>),
    Resumed { missed: u64 },
}

/// A place in a channel.
pub(crate) struct Subscription {
    pub channel: Arc<Channel>,
    id: u64,
    generation: u64,
    seq: u64,
    end: u64,
    live_from: u64,
    say: Option<Say>,
}

impl Subscription {
    /// Begins again, from where the client says it is.
    pub(crate) fn restart(&mut self, start: &Start) {
        let ring = locked(&self.channel.ring);
        self.generation = ring.generation;
        self.live_from = ring.seq;
        match start {
            Start::Fresh => self.say = Some(Say::Snapshot(None)),
            Start::Resume { epoch, seq } => {
                let behind = (**epoch == *ring.epoch && *seq <= ring.seq)
                    .then(|| end_of(&ring, *seq))
                    .flatten()
                    .filter(|end| ring.end - end <= self.channel.limits.client_bytes as u64);
                self.channel.meter.resumed(behind.is_some());
                match behind {
                    Some(end) => {
                        self.seq = *seq;
                        self.end = end;
                        let missed = ring.seq - seq;
                        self.say = Some(Say::Resumed { missed });
                    }
                    None => self.say = Some(Say::Snapshot(Some(false))),
                }
            }
        }
    }

    /// Asks for a snapshot. Asking ten times before one is sent yields one.
    pub(crate) fn want_snapshot(&mut self) {
        if !matches!(self.say, Some(Say::Snapshot(_))) {
            self.say = Some(Say::Snapshot(None));
        }
    }

    /// The next thing for this client, if there is one. Never waits.
    pub(crate) fn next(&mut self) -> Option<Delivery> {
        match self.say.take() {
            Some(Say::Snapshot(recovered)) => return Some(self.take_snapshot(recovered)),
            Some(Say::Resumed { missed }) => {
                let ring = locked(&self.channel.ring);
                if ring.generation != self.generation {
                    // Begun anew since the client asked: what it held is of no use any more.
                    drop(ring);
                    return Some(self.take_snapshot(Some(false)));
                }
                let epoch = ring.epoch.clone();
                let seq = self.seq;
                return Some(Delivery::Resumed { epoch, seq, missed });
            }
            None => {}
        }
        let ring = locked(&self.channel.ring);
        if ring.generation == self.generation {
            if ring.seq <= self.seq {
                return None;
            }
            let waiting = ring.end - self.end;
            let first = ring.frames.front().map_or(u64::MAX, |f| f.seq);
            let fits = waiting <= self.channel.limits.client_bytes as u64
                // One update over the limit is still sent, else nothing ever would be.
                || ring.seq == self.seq + 1;
            if fits && first <= self.seq + 1 {
                let at = usize::try_from(self.seq + 1 - first).unwrap_or(usize::MAX);
                if let Some(frame) = ring.frames.get(at).cloned() {
                    self.seq = frame.seq;
                    self.end = frame.end;
                    let live = self.channel.measured && frame.seq > self.live_from;
                    return Some(Delivery::Update { frame, live });
                }
            }
            self.channel.meter.conflated();
        }
        drop(ring);
        Some(self.take_snapshot(None))
    }

    fn take_snapshot(&mut self, recovered: Option<bool>) -> Delivery {
        let (frame, generation) = self.channel.snapshot_with_generation(recovered);
        self.generation = generation;
        self.seq = frame.seq;
        self.end = frame.end;
        self.live_from = frame.seq;
        Delivery::Snapshot(frame)
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        locked(self.channel.shard(self.id)).remove(&self.id);
        self.channel.clients.fetch_sub(1, Relaxed);
    }
}

/// Bytes published up to and including `seq`, where the ring still knows.
fn end_of(ring: &Ring, seq: u64) -> Option<u64> {
    if seq == ring.seq {
        return Some(ring.end);
    }
    let next = usize::try_from((seq + 1).checked_sub(ring.frames.front()?.seq)?).ok()?;
    let next = ring.frames.get(next)?;
    Some(next.end - next.ws.len() as u64)
}

#[cfg(test)]
#[path = "channel_tests.rs"]
mod tests;

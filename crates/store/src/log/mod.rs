//! The log: every signal, in per-game order, durable before anything acts on it.
//!
//! [`EventLog`] is what the rest of the program sees. [`SegmentLog`] is the embedded form, a directory of
//! append-only segment files; [`MemoryLog`] keeps nothing and is for tests. [`LogView`] reads a directory that
//! another process may be writing. What is stored, and why in this form, is told in `docs/log.md`.

mod cursor;
pub mod disk;
mod error;
mod frame;
mod index;
mod memory;
mod payload;
mod read;
mod recover;
mod segments;
mod tail;
mod verify;
mod view;
mod writer;

use std::{fmt, sync::Arc};

use futures::future::BoxFuture;
use matchday_event::{EventTime, GameId, Seq, Signal};

pub use cursor::{Cursor, Records};
pub use error::{Damage, LogError};
pub use memory::MemoryLog;
pub use recover::{Cut, Repair, repair};
pub use segments::{LogOptions, SegmentLog};
pub use tail::Tail;
pub use verify::{Verification, verify};
pub use view::LogView;

/// A signal on its way to the log, which gives it its `seq`.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Whose log.
    pub game: GameId,
    /// When this program received it.
    pub received: EventTime,
    /// The feed it came by, as [`matchday_event::Logged::source`]; at most 255 bytes.
    pub source: Arc<str>,
    /// What it says.
    pub signal: Signal,
}

/// Names a log for as long as it lives: sixteen random bytes drawn when it is created and kept in it. Numbers
/// handed out under one id mean nothing under another.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct LogId(pub [u8; 16]);

impl LogId {
    /// A new one, from the operating system's randomness.
    pub fn random() -> Result<Self, LogError> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|e| {
            LogError::io("draw random bytes for", "the log's id")(std::io::Error::other(e))
        })?;
        Ok(Self(bytes))
    }
}

impl fmt::Display for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LogId({self})")
    }
}

/// What the log holds of one game.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GameSummary {
    /// The game.
    pub game: GameId,
    /// The last record's number, which is also how many there are.
    pub last_seq: Seq,
    /// When the first record was received.
    pub first_received: EventTime,
    /// When the last record was received.
    pub last_received: EventTime,
    /// What its records take in the store, in bytes.
    pub stored_bytes: u64,
}

/// Where a [`Tail`] begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TailFrom {
    /// One game, from this `seq` on (0 and 1 both mean from the beginning).
    Game(GameId, Seq),
    /// Every game, from the log's first record, in the order of appending.
    Start,
    /// Every game, only what is appended after this call.
    End,
}

/// A durable log of signals, dense from 1 in each game.
///
/// Records appear to readers only once they are durable, an append's records all at once.
pub trait EventLog: Send + Sync {
    /// The log's id, the same every time it is opened.
    fn id(&self) -> LogId;

    /// Appends the entries, which may be of several games, as one: after a crash either all are there or none.
    /// The future yields each entry's `seq` once they are durable.
    ///
    /// Entries are queued by the call itself while the queue has room, so appends take effect in the order of
    /// the calls; with a full queue they wait in the order in which their futures are first polled. Dropping
    /// the future does not take a queued append back. Any executor can drive it.
    fn append(&self, batch: &[Entry]) -> BoxFuture<'static, Result<Vec<Seq>, LogError>>;

    /// Appends and waits. Not for asynchronous code: it blocks the thread.
    fn append_blocking(&self, batch: &[Entry]) -> Result<Vec<Seq>, LogError> {
        futures::executor::block_on(self.append(batch))
    }

    /// One game's records from `from` on, up to the last one durable now. A game without records yields none.
    fn read(&self, game: &GameId, from: Seq) -> Records;

    /// Every game's records in the order of appending, up to the last one durable now: the quickest way to
    /// read a whole log.
    fn read_all(&self) -> Records;

    /// Every game there is, by id.
    fn games(&self) -> Vec<GameSummary>;

    /// What the log holds of one game; `None` where it holds nothing.
    fn game(&self, game: &GameId) -> Option<GameSummary>;

    /// Existing records and then new ones as they become durable, without a gap between. A slow reader of a
    /// tail holds nothing up: it reads from the store, not from a queue.
    fn tail(&self, from: TailFrom) -> Tail;

    /// Waits for what is queued, then stops. Later appends answer [`LogError::Closed`], tails end after the
    /// last record, and another writer may open the log.
    fn close(&self) -> Result<(), LogError>;
}

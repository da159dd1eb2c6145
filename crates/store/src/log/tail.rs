use futures::{Stream, stream};
use matchday_event::Logged;
use tokio::sync::watch;

use super::{Cursor, LogError};

/// How far a log has come; what tails wait on.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Progress {
    /// Records durable so far.
    pub records: u64,
    /// Nothing more will come.
    pub closed: bool,
}

/// A log's records as they come; see [`super::EventLog::tail`]. It ends when the log is closed, or after an
/// error.
pub struct Tail {
    cursor: Option<Box<dyn Cursor>>,
    progress: watch::Receiver<Progress>,
}

impl Tail {
    pub(crate) fn new(cursor: impl Cursor + 'static, progress: watch::Receiver<Progress>) -> Self {
        Self {
            cursor: Some(Box::new(cursor)),
            progress,
        }
    }

    /// The next record, as soon as there is one. Safe to cancel: a record is never lost between calls.
    pub async fn next(&mut self) -> Option<Result<Logged, LogError>> {
        loop {
            // Progress is noted before looking, so that what is appended in between wakes the wait below.
            let closed = self.progress.borrow_and_update().closed;
            if let Some(record) = self.try_next() {
                return Some(record);
            }
            if closed || self.cursor.is_none() || self.progress.changed().await.is_err() {
                return None;
            }
        }
    }

    /// The next record, if it is there already.
    pub fn try_next(&mut self) -> Option<Result<Logged, LogError>> {
        let next = self.cursor.as_mut()?.advance();
        if matches!(next, Some(Err(_))) {
            self.cursor = None;
        }
        next
    }

    /// The next record, waiting for it on this thread. Not for asynchronous code.
    pub fn next_blocking(&mut self) -> Option<Result<Logged, LogError>> {
        futures::executor::block_on(self.next())
    }

    /// The same as a stream.
    pub fn into_stream(self) -> impl Stream<Item = Result<Logged, LogError>> + Send {
        stream::unfold(self, async |mut tail| {
            let next = tail.next().await?;
            Some((next, tail))
        })
    }
}

impl std::fmt::Debug for Tail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tail")
            .field("progress", &*self.progress.borrow())
            .finish_non_exhaustive()
    }
}

use std::{fmt, io, path::PathBuf, sync::Arc};

use matchday_event::{GameId, Seq};

/// Why the log could not do what was asked. It can be cloned because one failed write answers many appends.
#[derive(Debug, Clone, thiserror::Error)]
pub enum LogError {
    /// The file system refused.
    #[error("cannot {action} {}: {cause}", path.display())]
    Io {
        /// What was tried, as a verb: `write`, `sync`.
        action: &'static str,
        /// On which file.
        path: PathBuf,
        /// The system's answer.
        cause: Arc<io::Error>,
    },
    /// Another process (or another handle of this one) holds the log for writing.
    #[error(
        "log {} is being written by process {pid}: stop it, or choose another data directory",
        path.display()
    )]
    Locked {
        /// The log's directory.
        path: PathBuf,
        /// The process, or `unknown`.
        pid: String,
    },
    /// There is no log here to read.
    #[error("no log in {}: name the folder that `matchday serve` writes to (--data-dir, or log.dir in matchday.toml)", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// Bytes that were once durable are no longer what was written.
    #[error("{0}")]
    Damaged(Damage),
    /// The file is of a later format than this program knows.
    #[error(
        "{} is of log format {found}, this program reads up to {known}: use a newer matchday",
        path.display()
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: u16,
        /// The last format known here.
        known: u16,
    },
    /// One append is larger than the queue may ever be.
    #[error("append of {bytes} bytes is over the limit of {limit}: split the batch")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// The record can never be stored.
    #[error("record of {game} cannot be stored: {what}")]
    Unstorable {
        /// Whose.
        game: GameId,
        /// Why not.
        what: String,
    },
    /// The record is whole, and yet not a signal that this program knows.
    #[error("record {seq} of {game} cannot be read: {what}")]
    Unreadable {
        /// Whose.
        game: GameId,
        /// Which.
        seq: Seq,
        /// Why not.
        what: String,
    },
    /// The log was closed.
    #[error("the log is closed")]
    Closed,
}

impl LogError {
    pub(crate) fn io(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |cause| Self::Io {
            action,
            path,
            cause: Arc::new(cause),
        }
    }
}

/// A place where the log is not what was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// The segment file.
    pub path: PathBuf,
    /// Byte offset in it of the record (or header) that is wrong.
    pub offset: u64,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} is damaged at byte {}: {}",
            self.path.display(),
            self.offset,
            self.what
        )
    }
}

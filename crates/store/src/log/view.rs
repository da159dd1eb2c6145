use std::{
    path::{Path, PathBuf},
    sync::{Arc, RwLock},
};

use matchday_event::{GameId, Seq};

use super::{
    Cursor, Cut, Damage, GameSummary, LogError, LogId, Records,
    index::{Index, ScanEnd, list, read_header, read_lock, write_lock},
    read::{AllCursor, GameCursor},
    recover::load,
    segments::{read, read_all, start},
};

/// A log opened for reading only, which another process may be writing meanwhile. It takes no lock and changes
/// nothing. It shows the log as it was when it was opened or last refreshed; at its very end that may include
/// whole appends which the writer is just making durable.
#[derive(Debug)]
pub struct LogView {
    dir: PathBuf,
    id: LogId,
    index: Arc<RwLock<Index>>,
    unfinished: Option<Cut>,
}

impl LogView {
    /// Opens the log in this directory, reading all of it once. `progress` is told of bytes done and of how many
    /// there are. A damaged log opens too: what comes before the damage can be read, and reading on reports it.
    pub fn open(
        dir: impl AsRef<Path>,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Self, LogError> {
        let dir = dir.as_ref();
        let (index, unfinished) = load(dir, progress)?;
        let id = match (index.id(), &index.damage) {
            (Some(id), _) => id,
            (None, Some(damage)) => return Err(LogError::Damaged(damage.clone())),
            (None, None) => {
                return Err(LogError::Missing {
                    path: dir.to_owned(),
                });
            }
        };
        Ok(Self {
            dir: dir.to_owned(),
            id,
            index: Arc::new(RwLock::new(index)),
            unfinished,
        })
    }

    /// The log's id.
    pub fn id(&self) -> LogId {
        self.id
    }

    /// Where reading had to stop, if it had to.
    pub fn damage(&self) -> Option<Damage> {
        read_lock(&self.index).damage.clone()
    }

    /// What stands behind the last whole append: a write that goes on now, or that a crash cut short.
    pub fn unfinished(&self) -> Option<&Cut> {
        self.unfinished.as_ref()
    }

    /// Records in the log.
    pub fn records(&self) -> u64 {
        read_lock(&self.index).records
    }

    /// Every game there is, by id.
    pub fn games(&self) -> Vec<GameSummary> {
        read_lock(&self.index).summaries()
    }

    /// What the log holds of one game.
    pub fn game(&self, game: &GameId) -> Option<GameSummary> {
        read_lock(&self.index).summary(game)
    }

    /// One game's records from `from` on.
    pub fn read(&self, game: &GameId, from: Seq) -> Records {
        read(&self.index, game, from)
    }

    /// Every game's records in the order of appending.
    pub fn read_all(&self) -> Records {
        read_all(&self.index)
    }

    /// One game's records from `from` on, and after each [`LogView::refresh`] those that it found.
    pub fn follow(&self, game: &GameId, from: Seq) -> impl Cursor + use<> {
        GameCursor::new(self.index.clone(), game.clone(), from, None)
    }

    /// The same for every game, from the first record.
    pub fn follow_all(&self) -> impl Cursor + use<> {
        AllCursor::new(self.index.clone(), start(), None)
    }

    /// Reads what was appended since. Returns how many records that is.
    pub fn refresh(&mut self) -> Result<u64, LogError> {
        let mut index = write_lock(&self.index);
        let before = index.records;
        while index.damage.is_none() {
            let at = index.end.segment;
            // The next segment is looked for before the end of this one is read: once it is there, this one
            // has got its last byte.
            let next = list(&self.dir)?.into_iter().nth(at as usize + 1);
            match index.scan(at, next.is_none(), &mut |_| {})? {
                ScanEnd::Clean => self.unfinished = None,
                ScanEnd::Torn { what, file_len } => {
                    self.unfinished = Some(Cut {
                        path: index.segments[at as usize].path.clone(),
                        offset: index.end.offset,
                        bytes: file_len - index.end.offset,
                        what,
                    });
                }
                ScanEnd::Damaged(damage) => index.damage = Some(damage),
            }
            let Some(next) = next.filter(|_| index.damage.is_none()) else {
                break;
            };
            match read_header(&next)? {
                Ok(segment) => {
                    if let Err(damage) = index.enter(segment) {
                        index.damage = Some(damage);
                    }
                }
                Err((_, damage)) => index.damage = Some(damage),
            }
        }
        Ok(index.records - before)
    }
}

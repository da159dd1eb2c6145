//! Where every record lies. Kept in memory, 8 bytes a record, and made by reading the segments when the log is
//! opened, which checks every checksum on the way.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use matchday_event::{EventTime, GameId, Seq};

use super::{
    Damage, GameSummary, LogError, LogId,
    frame::{HEADER_LEN, Header, HeaderFault, VERSION, looks_like_frame},
    read::{BlockReader, SCAN_BLOCK},
};

/// A place among the segments: which one (as it stands in [`Index::segments`]) and where in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Position {
    pub segment: u32,
    pub offset: u64,
}

impl Position {
    /// How far a segment may be read when this is the end of the log.
    pub fn limit(self, segment: u32) -> u64 {
        if segment == self.segment {
            self.offset
        } else {
            u64::MAX
        }
    }
}

/// Where a record begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Loc {
    pub segment: u32,
    pub offset: u32,
}

/// A segment file.
#[derive(Debug, Clone)]
pub(crate) struct Segment {
    pub path: PathBuf,
    pub seed: u32,
    pub header: Header,
}

#[derive(Debug)]
struct Game {
    id: GameId,
    locs: Vec<Loc>,
    first_received: EventTime,
    last_received: EventTime,
    stored_bytes: u64,
}

/// What is known of a record without reading it again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placed {
    pub loc: Loc,
    pub received: EventTime,
    pub stored_len: usize,
}

/// The log, as far as it has been read or written.
#[derive(Debug, Default)]
pub(crate) struct Index {
    pub segments: Vec<Segment>,
    /// Behind the last record.
    pub end: Position,
    pub records: u64,
    /// Where reading had to stop, if it had to.
    pub damage: Option<Damage>,
    games: Vec<Game>,
    by_name: HashMap<Box<str>, usize>,
}

/// How the reading of a segment ended.
#[derive(Debug)]
pub(crate) enum ScanEnd {
    /// At the end of the file.
    Clean,
    /// At bytes that were never acknowledged: those of a write that a crash cut short, or that goes on now.
    Torn { what: String, file_len: u64 },
    /// At bytes that once were right.
    Damaged(Damage),
}

impl Index {
    pub fn id(&self) -> Option<LogId> {
        self.segments.first().map(|s| LogId(s.header.log))
    }

    pub fn locs(&self, game: &GameId) -> &[Loc] {
        match self.by_name.get(game.as_str()) {
            Some(&at) => &self.games[at].locs,
            None => &[],
        }
    }

    pub fn last_seq(&self, game: &GameId) -> Seq {
        self.locs(game).len() as Seq
    }

    pub fn summary(&self, game: &GameId) -> Option<GameSummary> {
        let &at = self.by_name.get(game.as_str())?;
        Some(self.games[at].summary())
    }

    pub fn summaries(&self) -> Vec<GameSummary> {
        let mut all: Vec<_> = self.games.iter().map(Game::summary).collect();
        all.sort_by(|a, b| a.game.cmp(&b.game));
        all
    }

    /// Enters a game's next record.
    pub fn push(&mut self, game: &GameId, placed: Placed) {
        let at = self.at(game);
        self.push_at(at, placed);
    }

    fn at(&mut self, game: &GameId) -> usize {
        if let Some(&at) = self.by_name.get(game.as_str()) {
            return at;
        }
        let at = self.games.len();
        self.games.push(Game {
            id: game.clone(),
            locs: Vec::new(),
            first_received: EventTime::default(),
            last_received: EventTime::default(),
            stored_bytes: 0,
        });
        self.by_name.insert(game.as_str().into(), at);
        at
    }

    fn push_at(&mut self, at: usize, placed: Placed) {
        let game = &mut self.games[at];
        if game.locs.is_empty() {
            game.first_received = placed.received;
        }
        game.last_received = placed.received;
        game.stored_bytes += placed.stored_len as u64;
        game.locs.push(placed.loc);
        self.records += 1;
    }

    /// Reads on in segment `at` from where the index ends, and enters every whole append. `read` is told how
    /// many bytes were gone through.
    pub fn scan(
        &mut self,
        at: u32,
        is_last: bool,
        read: &mut dyn FnMut(u64),
    ) -> Result<ScanEnd, LogError> {
        let Segment { path, seed, .. } = self.segments[at as usize].clone();
        let mut reader = BlockReader::open(&path, SCAN_BLOCK)?;
        let file_len = reader.len()?;
        // A file that is being written grows while it is read; what it held at first is enough.
        let mut offset = self.end.offset;
        let mut pending: Vec<(usize, Seq, Placed)> = Vec::new();
        let damaged = |offset, what| {
            ScanEnd::Damaged(Damage {
                path: path.clone(),
                offset,
                what,
            })
        };
        let fault = loop {
            if offset >= file_len {
                break None;
            }
            let frame = match reader.frame(offset, file_len, seed)? {
                Ok(frame) => frame,
                Err(fault) => break Some(fault),
            };
            let game = match self.by_name.get(frame.game) {
                Some(&at) => at,
                None => match GameId::new(frame.game) {
                    Ok(game) => self.at(&game),
                    Err(e) => return Ok(damaged(offset, e.to_string())),
                },
            };
            let stored_len = frame.stored_len();
            let loc = Loc {
                segment: at,
                offset: offset as u32,
            };
            let placed = Placed {
                loc,
                received: frame.received,
                stored_len,
            };
            pending.push((game, frame.seq, placed));
            let last = frame.last;
            offset += stored_len as u64;
            read(stored_len as u64);
            if last {
                for (game, seq, placed) in pending.drain(..) {
                    let due = self.games[game].locs.len() as Seq + 1;
                    if seq != due {
                        let what = format!(
                            "record {seq} of {} where {due} was due",
                            self.games[game].id
                        );
                        return Ok(damaged(u64::from(placed.loc.offset), what));
                    }
                    self.push_at(game, placed);
                }
                self.end = Position {
                    segment: at,
                    offset,
                };
            }
        };
        // Games that only an unfinished append spoke of are not there.
        while let Some(game) = self.games.pop_if(|game| game.locs.is_empty()) {
            self.by_name.remove(game.id.as_str());
        }
        let what = match fault {
            None if pending.is_empty() => return Ok(ScanEnd::Clean),
            None => "an append of which the end is missing".to_owned(),
            Some(fault) => fault.to_string(),
        };
        let torn = is_last && !durable_follows(&mut reader, offset, file_len, seed)?;
        Ok(if torn {
            ScanEnd::Torn { what, file_len }
        } else {
            damaged(offset, what)
        })
    }

    /// Enters the next segment, which must continue the log.
    pub fn enter(&mut self, segment: Segment) -> Result<(), Damage> {
        let wrong = |what| Damage {
            path: segment.path.clone(),
            offset: 0,
            what,
        };
        let number = self.segments.last().map_or(1, |s| s.header.number + 1);
        let header = &segment.header;
        if header.number != number {
            return Err(wrong(format!(
                "segment {} where {number} was due",
                header.number
            )));
        }
        if let Some(first) = self.segments.first()
            && first.header.log != header.log
        {
            return Err(wrong(format!(
                "a segment of log {}, not of {}",
                LogId(header.log),
                LogId(first.header.log)
            )));
        }
        if header.records_before != self.records {
            return Err(wrong(format!(
                "the segments before it hold {} records, not {} as when it was begun",
                self.records, header.records_before
            )));
        }
        self.end = Position {
            segment: self.segments.len() as u32,
            offset: HEADER_LEN,
        };
        self.segments.push(segment);
        Ok(())
    }
}

impl Game {
    fn summary(&self) -> GameSummary {
        GameSummary {
            game: self.id.clone(),
            last_seq: self.locs.len() as Seq,
            first_received: self.first_received,
            last_received: self.last_received,
            stored_bytes: self.stored_bytes,
        }
    }
}

/// Whether a record after `from` says that the bytes at `from` were on disk before it was written. Then they
/// were acknowledged, and what stands there now is damage. Otherwise nobody was ever told that they were kept.
pub(crate) fn durable_follows(
    reader: &mut BlockReader,
    from: u64,
    file_len: u64,
    seed: u32,
) -> Result<bool, LogError> {
    let mut offset = from + 1;
    while offset < file_len {
        let ahead = reader.bytes(offset, super::frame::PREFIX_LEN + 1, file_len)?;
        if looks_like_frame(ahead)
            && let Ok(frame) = reader.frame(offset, file_len, seed)?
        {
            if u64::from(frame.durable) > from {
                return Ok(true);
            }
            offset += frame.stored_len() as u64;
        } else {
            offset += 1;
        }
    }
    Ok(false)
}

/// The segment files of a directory, by number.
pub(crate) fn list(dir: &Path) -> Result<Vec<PathBuf>, LogError> {
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(LogError::io("list", dir)(e)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(LogError::io("list", dir))?.path();
        if path.extension().is_some_and(|e| e == "seg") {
            paths.push(path);
        }
    }
    // The numbers are padded with noughts, so that the order of the names is theirs.
    paths.sort();
    Ok(paths)
}

/// Name of a segment's file.
pub(crate) fn segment_path(dir: &Path, number: u32) -> PathBuf {
    dir.join(format!("{number:010}.seg"))
}

/// A segment's header, or what is wrong with it.
pub(crate) fn read_header(path: &Path) -> Result<Result<Segment, (HeaderFault, Damage)>, LogError> {
    let mut reader = BlockReader::open(path, HEADER_LEN as usize)?;
    let bytes = reader.bytes(0, HEADER_LEN as usize, HEADER_LEN)?;
    let fault = match Header::decode(bytes) {
        Ok((header, seed)) => {
            return Ok(Ok(Segment {
                path: path.to_owned(),
                seed,
                header,
            }));
        }
        Err(HeaderFault::Version(found)) => {
            return Err(LogError::Version {
                path: path.to_owned(),
                found,
                known: VERSION,
            });
        }
        Err(fault) => fault,
    };
    let what = match fault {
        HeaderFault::Short => format!(
            "a segment's header of {HEADER_LEN} bytes of which {} are there",
            bytes.len()
        ),
        HeaderFault::Magic => "not a segment of a matchday log".to_owned(),
        _ => "a segment's header whose checksum does not match".to_owned(),
    };
    let damage = Damage {
        path: path.to_owned(),
        offset: 0,
        what,
    };
    Ok(Err((fault, damage)))
}

pub(crate) fn read_lock(index: &RwLock<Index>) -> RwLockReadGuard<'_, Index> {
    // Every change leaves the index whole at each step, so a panic elsewhere does not spoil it.
    index.read().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn write_lock(index: &RwLock<Index>) -> RwLockWriteGuard<'_, Index> {
    index.write().unwrap_or_else(PoisonError::into_inner)
}

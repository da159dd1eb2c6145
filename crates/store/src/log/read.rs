//! Reading segment files: blocks of bytes, and the cursors over them.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::{Arc, RwLock},
};

use matchday_event::{GameId, Logged, Seq};

use super::{
    Cursor, LogError,
    frame::{Frame, FrameFault, HEADER_LEN, PREFIX_LEN},
    index::{Index, Loc, Position, read_lock},
    payload::Decoder,
};

/// Bytes read at once where a whole segment is read.
pub(crate) const SCAN_BLOCK: usize = 1 << 20;
/// Bytes read at once where one game's records lie close together.
const DENSE_BLOCK: usize = 64 << 10;
/// Bytes read at once where they lie scattered among those of other games: about one record.
const SPARSE_BLOCK: usize = 2 << 10;
/// Places of records taken from the index at once.
const LOCS_AT_ONCE: usize = 256;

/// A file read in blocks, forwards.
pub(crate) struct BlockReader {
    file: File,
    path: PathBuf,
    block: usize,
    buf: Vec<u8>,
    start: u64,
}

impl BlockReader {
    pub fn open(path: &Path, block: usize) -> Result<Self, LogError> {
        Ok(Self {
            file: File::open(path).map_err(LogError::io("open", path))?,
            path: path.to_owned(),
            block,
            buf: Vec::new(),
            start: 0,
        })
    }

    /// Length of the file now.
    pub fn len(&self) -> Result<u64, LogError> {
        let meta = self.file.metadata();
        Ok(meta.map_err(LogError::io("look at", &self.path))?.len())
    }

    /// The file's bytes from `offset`, `want` of them or as many as there are before `limit`. Nothing at or
    /// after `limit` is read, even ahead: it may still be being written, and would be remembered wrongly.
    pub fn bytes(&mut self, offset: u64, want: usize, limit: u64) -> Result<&[u8], LogError> {
        let have_to = self.start + self.buf.len() as u64;
        let need_to = (offset + want as u64).min(limit);
        if offset < self.start || need_to > have_to || offset > have_to {
            let room = usize::try_from(limit.saturating_sub(offset)).unwrap_or(usize::MAX);
            let len = want.max(self.block).min(room);
            self.buf.resize(len, 0);
            self.start = offset;
            let read = read_full_at(&self.file, &mut self.buf, offset);
            let read = match read {
                Ok(read) => read,
                Err(e) => {
                    self.buf.clear();
                    return Err(LogError::io("read", &self.path)(e));
                }
            };
            self.buf.truncate(read);
        }
        let at = (offset - self.start) as usize;
        let end = (at + want).min(self.buf.len());
        Ok(&self.buf[at.min(end)..end])
    }

    /// The record at `offset`, or why there is none.
    pub fn frame(
        &mut self,
        offset: u64,
        limit: u64,
        seed: u32,
    ) -> Result<Result<Frame<'_>, FrameFault>, LogError> {
        let prefix = self.bytes(offset, PREFIX_LEN, limit)?;
        let len = match Frame::body_len(prefix) {
            Ok(len) => len,
            Err(fault) => return Ok(Err(fault)),
        };
        Ok(Frame::decode(
            self.bytes(offset, PREFIX_LEN + len, limit)?,
            seed,
        ))
    }
}

fn read_full_at(file: &File, mut buf: &mut [u8], mut offset: u64) -> io::Result<usize> {
    let want = buf.len();
    while !buf.is_empty() {
        #[cfg(unix)]
        let read = std::os::unix::fs::FileExt::read_at(file, buf, offset);
        #[cfg(windows)]
        let read = std::os::windows::fs::FileExt::seek_read(file, buf, offset);
        match read {
            Ok(0) => break,
            Ok(n) => {
                buf = &mut buf[n..];
                offset += n as u64;
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(want - buf.len())
}

/// The segment that a cursor is in.
struct Open {
    segment: u32,
    seed: u32,
    path: PathBuf,
    /// Length of the file when last asked.
    len: u64,
    reader: BlockReader,
}

fn open_segment(index: &RwLock<Index>, segment: u32, block: usize) -> Result<Open, LogError> {
    let (path, seed) = {
        let index = read_lock(index);
        let segment = &index.segments[segment as usize];
        (segment.path.clone(), segment.seed)
    };
    let reader = BlockReader::open(&path, block)?;
    Ok(Open {
        segment,
        seed,
        len: reader.len()?,
        path,
        reader,
    })
}

/// How much to read at once for these records: reading what lies between them costs more than asking again as
/// soon as that is some pages.
fn block_for(locs: &[Loc]) -> usize {
    let gap = |pair: &[Loc]| u64::from(pair[1].offset.saturating_sub(pair[0].offset));
    let total: u64 = locs.windows(2).map(gap).sum();
    match total.checked_div(locs.len() as u64) {
        Some(mean) if mean > 2 * SPARSE_BLOCK as u64 => SPARSE_BLOCK,
        _ => DENSE_BLOCK,
    }
}

/// Picks one game's records out, by the index.
pub(crate) struct GameCursor {
    index: Arc<RwLock<Index>>,
    game: GameId,
    next: Seq,
    /// The last to yield; `None` to go on for ever.
    until: Option<Seq>,
    locs: Vec<Loc>,
    at: usize,
    block: usize,
    end: Position,
    open: Option<Open>,
    decoder: Decoder,
    over: bool,
}

impl GameCursor {
    pub fn new(index: Arc<RwLock<Index>>, game: GameId, from: Seq, until: Option<Seq>) -> Self {
        Self {
            index,
            game,
            next: from.max(1),
            until,
            locs: Vec::new(),
            at: 0,
            block: DENSE_BLOCK,
            end: Position::default(),
            open: None,
            decoder: Decoder::default(),
            over: false,
        }
    }

    /// Takes the next places from the index. Where it ends at damage, that is what comes next.
    fn refill(&mut self) -> Result<bool, LogError> {
        let index = read_lock(&self.index);
        self.locs.clear();
        self.at = 0;
        self.end = index.end;
        let all = index.locs(&self.game);
        let from = usize::try_from(self.next - 1).unwrap_or(usize::MAX);
        if let Some(more) = all.get(from..) {
            self.locs
                .extend_from_slice(&more[..more.len().min(LOCS_AT_ONCE)]);
        }
        self.block = block_for(&self.locs);
        match &index.damage {
            Some(damage) if self.locs.is_empty() => Err(LogError::Damaged(damage.clone())),
            _ => Ok(!self.locs.is_empty()),
        }
    }

    fn record(&mut self) -> Result<Option<Logged>, LogError> {
        if self.until.is_some_and(|until| self.next > until) && !self.index_is_damaged() {
            return Ok(None);
        }
        if self.at == self.locs.len() && !self.refill()? {
            return Ok(None);
        }
        let loc = self.locs[self.at];
        if self.open.as_ref().is_none_or(|o| o.segment != loc.segment) {
            self.open = Some(open_segment(&self.index, loc.segment, self.block)?);
        }
        let open = self.open.as_mut().expect("just opened");
        open.reader.block = self.block;
        let limit = self.end.limit(loc.segment);
        let offset = u64::from(loc.offset);
        let path = &open.path;
        let frame = open
            .reader
            .frame(offset, limit, open.seed)?
            .map_err(|fault| damage(path, offset, fault.to_string()))?;
        if frame.seq != self.next || frame.game != self.game.as_str() {
            let what = format!(
                "record {} of {} where {} of {} was written",
                frame.seq, frame.game, self.next, self.game
            );
            return Err(damage(path, offset, what));
        }
        let logged = self.decoder.logged(&frame)?;
        self.at += 1;
        self.next += 1;
        Ok(Some(logged))
    }

    fn index_is_damaged(&self) -> bool {
        read_lock(&self.index).damage.is_some()
    }
}

impl Cursor for GameCursor {
    fn advance(&mut self) -> Option<Result<Logged, LogError>> {
        if self.over {
            return None;
        }
        let record = self.record();
        self.over = record.is_err();
        record.transpose()
    }
}

/// Reads every record in the order of appending.
pub(crate) struct AllCursor {
    index: Arc<RwLock<Index>>,
    at: Position,
    /// Where to stop; `None` to go on for ever.
    until: Option<Position>,
    end: Position,
    open: Option<Open>,
    decoder: Decoder,
    over: bool,
}

impl AllCursor {
    pub fn new(index: Arc<RwLock<Index>>, at: Position, until: Option<Position>) -> Self {
        Self {
            index,
            at,
            until,
            end: at,
            open: None,
            decoder: Decoder::default(),
            over: false,
        }
    }

    fn record(&mut self) -> Result<Option<Logged>, LogError> {
        if self.at == self.end {
            let index = read_lock(&self.index);
            self.end = self.until.unwrap_or(index.end);
            if self.at == self.end {
                return match &index.damage {
                    Some(damage) => Err(LogError::Damaged(damage.clone())),
                    None => Ok(None),
                };
            }
        }
        loop {
            let segment = self.at.segment;
            if self.open.as_ref().is_none_or(|o| o.segment != segment) {
                self.open = Some(open_segment(&self.index, segment, SCAN_BLOCK)?);
            }
            let open = self.open.as_mut().expect("just opened");
            // A segment that is not the last will not grow any more, so its length is where it ends.
            let sealed = segment < self.end.segment;
            if sealed && self.at.offset >= open.len {
                open.len = open.reader.len()?;
            }
            if sealed && self.at.offset >= open.len {
                self.at = Position {
                    segment: segment + 1,
                    offset: HEADER_LEN,
                };
                if self.at == self.end {
                    return Ok(None);
                }
                continue;
            }
            let offset = self.at.offset;
            let path = &open.path;
            let frame = open
                .reader
                .frame(offset, self.end.limit(segment), open.seed)?
                .map_err(|fault| damage(path, offset, fault.to_string()))?;
            self.at.offset += frame.stored_len() as u64;
            return self.decoder.logged(&frame).map(Some);
        }
    }
}

impl Cursor for AllCursor {
    fn advance(&mut self) -> Option<Result<Logged, LogError>> {
        if self.over {
            return None;
        }
        let record = self.record();
        self.over = record.is_err();
        record.transpose()
    }
}

fn damage(path: &Path, offset: u64, what: String) -> LogError {
    LogError::Damaged(super::Damage {
        path: path.to_owned(),
        offset,
        what,
    })
}

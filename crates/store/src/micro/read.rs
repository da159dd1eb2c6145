//! Reading: the heads of all blocks first, then the rows of those that are asked for.

use std::{
    io::{ErrorKind, Read, Seek, SeekFrom},
    vec,
};

use matchday_event::{
    EventTime, GameId,
    senses::{Camera, LabelledMicro, MicroKind},
};

use super::{
    MicroError, START,
    block::{HEAD_MOST, Head, read_head},
    check_start, columns,
    query::Query,
};

/// A store that is open. In memory are the heads of its blocks, and one block while it is read.
#[derive(Debug)]
pub struct Reader<F> {
    file: F,
    blocks: Vec<Block>,
    bytes: u64,
}

#[derive(Debug)]
struct Block {
    at: u64,
    rows_at: u64,
    head: Head,
}

/// What a block holds, as its head says.
#[derive(Debug, Clone, PartialEq)]
pub struct BlockInfo<'a> {
    /// Where it begins.
    pub at: u64,
    /// Bytes of its rows.
    pub bytes: u64,
    /// Events.
    pub rows: u32,
    /// The earliest of them.
    pub first: EventTime,
    /// The latest.
    pub last: EventTime,
    /// Least and greatest confidence.
    pub confidence: (f32, f32),
    /// Its matches.
    pub games: &'a [GameId],
    /// Its kinds.
    pub kinds: &'a [MicroKind],
    /// Its cameras.
    pub cameras: &'a [Camera],
}

impl<F: Read + Seek> Reader<F> {
    /// Reads what the blocks say of themselves. Damage to a head, and a file that ends within a block, are errors that
    /// say where; damage to rows is found when they are read.
    pub fn open(file: F) -> Result<Self, MicroError> {
        match Self::salvage(file)? {
            (reader, None) => Ok(reader),
            (_, Some(damage)) => Err(damage),
        }
    }

    /// The same of a store that may be damaged: the blocks before the damage, and what it is.
    pub fn salvage(mut file: F) -> Result<(Self, Option<MicroError>), MicroError> {
        let io = |source| MicroError::Io { at: 0, source };
        let end = file.seek(SeekFrom::End(0)).map_err(io)?;
        file.rewind().map_err(io)?;
        let mut start = [0; START];
        match file.read_exact(&mut start) {
            Err(e) if e.kind() == ErrorKind::UnexpectedEof => return Err(MicroError::NotAStore),
            other => other.map_err(io)?,
        }
        check_start(&start)?;
        let mut reader = Self {
            file,
            blocks: Vec::new(),
            bytes: end,
        };
        let mut at = START as u64;
        let mut damage = None;
        while at < end {
            match reader.next_block(at, end) {
                Ok(block) => {
                    at = block.rows_at + block.head.bytes + 4;
                    reader.blocks.push(block);
                }
                Err(e @ MicroError::Damaged { .. }) => {
                    damage = Some(e);
                    break;
                }
                Err(e) => return Err(e),
            }
        }
        Ok((reader, damage))
    }

    /// The block that begins at `at`.
    fn next_block(&mut self, at: u64, end: u64) -> Result<Block, MicroError> {
        let io = |source| MicroError::Io { at, source };
        let block = self.blocks.len() + 1;
        let damaged = |what: String| MicroError::Damaged { block, at, what };
        let cut = || damaged("the file ends within it".into());
        if end - at < 8 {
            return Err(cut());
        }
        let mut length = [0; 4];
        self.file.seek(SeekFrom::Start(at)).map_err(io)?;
        self.file.read_exact(&mut length).map_err(io)?;
        let length = u32::from_le_bytes(length);
        if length > HEAD_MOST {
            return Err(damaged(format!("its head is said to have {length} bytes")));
        }
        let rows_at = at + 4 + u64::from(length) + 4;
        if rows_at > end {
            return Err(cut());
        }
        let mut head = vec![0; length as usize + 4];
        self.file.read_exact(&mut head).map_err(io)?;
        let Some((head, crc)) = head.split_last_chunk::<4>() else {
            return Err(cut());
        };
        if crc32c::crc32c(head) != u32::from_le_bytes(*crc) {
            return Err(damaged("the checksum of its head differs".into()));
        }
        let head = read_head(head).map_err(damaged)?;
        if rows_at + head.bytes + 4 > end {
            return Err(cut());
        }
        Ok(Block { at, rows_at, head })
    }

    /// Events, as the heads say.
    pub fn rows(&self) -> u64 {
        self.blocks.iter().map(|b| u64::from(b.head.rows)).sum()
    }

    /// Bytes of the file.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What the blocks hold.
    pub fn blocks(&self) -> impl ExactSizeIterator<Item = BlockInfo<'_>> {
        self.blocks.iter().map(|block| {
            let head = &block.head;
            let share = |steps: u32| steps as f32 / 100.0;
            BlockInfo {
                at: block.at,
                bytes: head.bytes,
                rows: head.rows,
                first: EventTime::from_millis(head.first_ms),
                last: EventTime::from_millis(head.last_ms),
                confidence: (share(head.least), share(head.most)),
                games: &head.names.games,
                kinds: &head.names.kinds,
                cameras: &head.names.cameras,
            }
        })
    }

    /// The events that are asked for, block by block, within each by match and time.
    pub fn query(&mut self, query: Query) -> Events<'_, F> {
        Events {
            reader: self,
            query,
            next: 0,
            read: 0,
            held: Vec::new().into_iter(),
        }
    }

    fn block(&mut self, n: usize) -> Result<Vec<LabelledMicro>, MicroError> {
        let Some(Block { at, rows_at, head }) = self.blocks.get(n) else {
            return Ok(Vec::new());
        };
        let damaged = |what: &str| MicroError::Damaged {
            block: n + 1,
            at: *at,
            what: what.into(),
        };
        let io = |source| MicroError::Io { at: *at, source };
        self.file.seek(SeekFrom::Start(*rows_at)).map_err(io)?;
        let mut bytes = vec![0; usize::try_from(head.bytes).unwrap_or(usize::MAX)];
        self.file.read_exact(&mut bytes).map_err(io)?;
        let mut crc = [0; 4];
        self.file.read_exact(&mut crc).map_err(io)?;
        if crc32c::crc32c(&bytes) != u32::from_le_bytes(crc) {
            return Err(damaged("the checksum of its rows differs"));
        }
        columns::read(&bytes, &head.counts)
            .and_then(|rows| rows.iter().map(|row| head.names.event(row)).collect())
            .map_err(|_| damaged("its rows are not what a writer writes"))
    }

    /// Reads the last block whole.
    pub(super) fn verify_last(&mut self) -> Result<(), MicroError> {
        match self.blocks.len().checked_sub(1) {
            Some(last) => self.block(last).map(drop),
            None => Ok(()),
        }
    }

    /// The file.
    pub fn into_inner(self) -> F {
        self.file
    }
}

/// The events that a query asked for.
#[derive(Debug)]
pub struct Events<'a, F> {
    reader: &'a mut Reader<F>,
    query: Query,
    next: usize,
    read: usize,
    held: vec::IntoIter<LabelledMicro>,
}

impl<F> Events<'_, F> {
    /// How many blocks were read so far.
    pub fn blocks_read(&self) -> usize {
        self.read
    }
}

impl<F: Read + Seek> Iterator for Events<'_, F> {
    type Item = Result<LabelledMicro, MicroError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(event) = self.held.by_ref().find(|e| self.query.takes(e)) {
                return Some(Ok(event));
            }
            let n = self.next;
            let block = self.reader.blocks.get(n)?;
            self.next += 1;
            if !block.head.may_hold(&self.query) {
                continue;
            }
            self.read += 1;
            match self.reader.block(n) {
                Ok(events) => self.held = events.into_iter(),
                Err(e) => {
                    // Behind a damaged block nothing is told, lest a part be taken for the whole.
                    self.next = usize::MAX;
                    return Some(Err(e));
                }
            }
        }
    }
}

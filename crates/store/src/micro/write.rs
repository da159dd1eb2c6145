//! Writing, event by event.

use std::io::{Read, Seek, SeekFrom, Write};

use matchday_event::senses::LabelledMicro;

use super::{
    BLOCK_ROWS, MicroError, Reader, block,
    columns::{Names, Row},
    start,
};

/// Longest label.
const LABEL_MOST: usize = 1000;

/// Writes a store as events come, a block at a time. Events of several matches may come mixed; within a block they are
/// brought together by match and put in the order of their times.
#[derive(Debug)]
pub struct Writer<W: Write> {
    out: W,
    at: u64,
    rows: Vec<Row>,
    names: Names,
    taken: u64,
}

impl<W: Write> Writer<W> {
    /// A store that begins here.
    pub fn create(mut out: W) -> Result<Self, MicroError> {
        let start = start();
        out.write_all(&start)
            .map_err(|source| MicroError::Io { at: 0, source })?;
        Ok(Self::at(out, start.len() as u64))
    }

    fn at(out: W, at: u64) -> Self {
        Self {
            out,
            at,
            rows: Vec::with_capacity(BLOCK_ROWS),
            names: Names::default(),
            taken: 0,
        }
    }

    /// Takes an event.
    pub fn push(&mut self, event: &LabelledMicro) -> Result<(), MicroError> {
        self.taken += 1;
        if event
            .event
            .label
            .as_ref()
            .is_some_and(|l| l.len() > LABEL_MOST)
        {
            return Err(MicroError::Label(self.taken));
        }
        self.rows.push(self.names.row(event));
        if self.rows.len() >= BLOCK_ROWS {
            self.flush()?;
        }
        Ok(())
    }

    /// Writes what was taken so far as a block of its own. Short blocks cost more a row; a store that was flushed often
    /// is made dense by writing its events to another.
    pub fn flush(&mut self) -> Result<(), MicroError> {
        let io = |at| move |source| MicroError::Io { at, source };
        if !self.rows.is_empty() {
            let block = block::write(&mut self.rows, &self.names).ok_or(MicroError::Damaged {
                block: 0,
                at: self.at,
                what: "these events cannot be put in numbers".into(),
            })?;
            self.out.write_all(&block).map_err(io(self.at))?;
            self.at += block.len() as u64;
            self.rows.clear();
            self.names = Names::default();
        }
        self.out.flush().map_err(io(self.at))
    }

    /// Writes what is left and gives the output back.
    pub fn finish(mut self) -> Result<W, MicroError> {
        self.flush()?;
        Ok(self.out)
    }

    /// Bytes written so far.
    pub fn bytes(&self) -> u64 {
        self.at
    }
}

impl<F: Read + Write + Seek> Writer<F> {
    /// Goes on behind the last block of a store. One that is damaged is refused, so that nothing is written behind a
    /// place that no reader passes.
    pub fn append(file: F) -> Result<Self, MicroError> {
        let mut reader = Reader::open(file)?;
        reader.verify_last()?;
        let mut file = reader.into_inner();
        let at = file
            .seek(SeekFrom::End(0))
            .map_err(|source| MicroError::Io { at: 0, source })?;
        Ok(Self::at(file, at))
    }
}

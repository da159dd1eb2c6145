//! A block: what is in it, in words that can be read without the rows, and the rows.
//!
//! ```text
//! length of the head   u32, little-endian
//! head                 see below
//! CRC-32C of the head  u32
//! rows                 coded columns
//! CRC-32C of the rows  u32
//! ```
//!
//! Head: bytes of rows, earliest and latest time, least and greatest confidence, then the lists of matches (each with how
//! many rows it has), kinds, labels, senses and cameras (those on air behind those hinted at, where they are others).
//! Numbers are LEB128, signed ones folded; names are their length and UTF-8.

use std::sync::Arc;

use matchday_event::{EventTime, GameId, senses::Sense};

use super::{
    columns::{self, Names, Row},
    query::Query,
};

/// Most rows of a block.
pub const BLOCK_ROWS: usize = 16_384;
/// Most bytes that a head may have: more is damage.
pub(super) const HEAD_MOST: u32 = 4 << 20;
/// Most bytes that a block's rows may have.
pub(super) const ROWS_MOST: u64 = 16 << 20;

/// What is in a block.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Head {
    pub rows: u32,
    /// Length of the coded rows.
    pub bytes: u64,
    pub first_ms: i64,
    pub last_ms: i64,
    pub least: u32,
    pub most: u32,
    /// How many rows each match of the list has.
    pub counts: Vec<u32>,
    pub names: Names,
}

impl Head {
    /// Whether a row that the query asks for may be in the block.
    pub fn may_hold(&self, query: &Query) -> bool {
        let from = query.from.unwrap_or(EventTime(i64::MIN));
        let to = query.to.unwrap_or(EventTime(i64::MAX));
        let any = |asked: bool, held: bool| !asked || held;
        EventTime::from_millis(self.last_ms) >= from
            && EventTime::from_millis(self.first_ms) < to
            && self.most >= query.least_steps()
            && any(
                query.game.is_some(),
                query
                    .game
                    .as_ref()
                    .is_some_and(|g| self.names.games.contains(g)),
            )
            && any(
                !query.kinds.is_empty(),
                self.names.kinds.iter().any(|k| query.kinds.contains(k)),
            )
            && any(
                !query.cameras.is_empty(),
                self.names.cameras.iter().any(|c| query.cameras.contains(c)),
            )
    }
}

/// A block as bytes, from rows in the order in which they came.
pub(super) fn write(rows: &mut [Row], names: &Names) -> Option<Vec<u8>> {
    // Stable, so that what happened at one time keeps its order.
    rows.sort_by_key(|row| (row.game, row.at_ms));
    let coded = columns::write(rows).ok()?;
    let mut counts = vec![0_u32; names.games.len()];
    for row in rows.iter() {
        *counts.get_mut(row.game as usize)? += 1;
    }
    let mut head = Vec::with_capacity(1024);
    number(&mut head, coded.len() as u64);
    signed(&mut head, rows.iter().map(|r| r.at_ms).min()?);
    signed(&mut head, rows.iter().map(|r| r.at_ms).max()?);
    number(&mut head, rows.iter().map(|r| r.confidence).min()?.into());
    number(&mut head, rows.iter().map(|r| r.confidence).max()?.into());
    number(&mut head, names.games.len() as u64);
    for (game, count) in names.games.iter().zip(&counts) {
        text(&mut head, game.as_str());
        number(&mut head, (*count).into());
    }
    texts(&mut head, names.kinds.iter().map(|k| k.as_str()));
    texts(&mut head, names.labels.iter().map(AsRef::as_ref));
    texts(&mut head, names.senses.iter().map(|s| s.as_str()));
    texts(&mut head, names.cameras.iter().map(|c| c.as_str()));
    let mut block = Vec::with_capacity(head.len() + coded.len() + 12);
    block.extend(u32::try_from(head.len()).ok()?.to_le_bytes());
    block.extend(&head);
    block.extend(crc32c::crc32c(&head).to_le_bytes());
    block.extend(&coded);
    block.extend(crc32c::crc32c(&coded).to_le_bytes());
    Some(block)
}

fn number(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push((n & 0x7f) as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

fn signed(out: &mut Vec<u8>, n: i64) {
    number(out, ((n << 1) ^ (n >> 63)).cast_unsigned());
}

fn text(out: &mut Vec<u8>, text: &str) {
    number(out, text.len() as u64);
    out.extend(text.as_bytes());
}

fn texts<'a>(out: &mut Vec<u8>, list: impl ExactSizeIterator<Item = &'a str>) {
    number(out, list.len() as u64);
    for name in list {
        text(out, name);
    }
}

/// Reads a head. What cannot be read is said in words.
pub(super) fn read_head(bytes: &[u8]) -> Result<Head, String> {
    let mut left = Left(bytes);
    let length = left.number()?;
    if length > ROWS_MOST {
        return Err(format!("its rows are said to have {length} bytes"));
    }
    let (first_ms, last_ms) = (left.signed()?, left.signed()?);
    let least = left.small("a confidence")?;
    let most = left.small("a confidence")?;
    let mut names = Names::default();
    let mut counts = Vec::new();
    for _ in 0..left.number()? {
        let name = left.text()?;
        names
            .games
            .push(GameId::new(name).map_err(|e| e.to_string())?);
        counts.push(left.small("the number of rows of a match")?);
    }
    for _ in 0..left.number()? {
        let kind = left.text()?.parse();
        names.kinds.push(kind.map_err(of_later)?);
    }
    for _ in 0..left.number()? {
        names.labels.push(Arc::from(left.text()?));
    }
    for _ in 0..left.number()? {
        let name = left.text()?;
        let sense = Sense::ALL.into_iter().find(|s| s.as_str() == name);
        names.senses.push(
            sense.ok_or_else(|| of_later(format!("{name:?} is no sense that this build knows")))?,
        );
    }
    for _ in 0..left.number()? {
        let camera = left.text()?.parse();
        names.cameras.push(camera.map_err(of_later)?);
    }
    let rows: u64 = counts.iter().map(|n| u64::from(*n)).sum();
    let rows = u32::try_from(rows)
        .ok()
        .filter(|n| *n as usize <= BLOCK_ROWS)
        .ok_or_else(|| format!("it is said to have {rows} rows, over {BLOCK_ROWS}"))?;
    Ok(Head {
        rows,
        bytes: length,
        first_ms,
        last_ms,
        least,
        most,
        counts,
        names,
    })
}

fn of_later(unknown: impl std::fmt::Display) -> String {
    format!("{unknown}; a later build wrote it")
}

/// What is still to be read of a head.
struct Left<'a>(&'a [u8]);

impl<'a> Left<'a> {
    fn number(&mut self) -> Result<u64, String> {
        let mut n = 0_u64;
        for shift in (0..64).step_by(7) {
            let (first, rest) = self.0.split_first().ok_or("its head ends too soon")?;
            self.0 = rest;
            n |= u64::from(first & 0x7f) << shift;
            if first & 0x80 == 0 {
                return Ok(n);
            }
        }
        Err("a number of its head does not end".into())
    }

    fn signed(&mut self) -> Result<i64, String> {
        let n = self.number()?;
        Ok((n >> 1).cast_signed() ^ -((n & 1).cast_signed()))
    }

    fn small(&mut self, what: &str) -> Result<u32, String> {
        let n = self.number()?;
        u32::try_from(n).map_err(|_| format!("{n} is too large for {what}"))
    }

    fn text(&mut self) -> Result<&'a str, String> {
        let length = self.number()?;
        let (text, rest) = usize::try_from(length)
            .ok()
            .and_then(|n| self.0.split_at_checked(n))
            .ok_or("a name of its head ends too late")?;
        self.0 = rest;
        std::str::from_utf8(text).map_err(|_| "a name of its head is no text".into())
    }
}

//! The store of micro-events: a season's hundreds of thousands of small labelled things, a few bytes each.
//!
//! A file is a line of sixteen bytes that says what it is, and blocks behind each other. A block holds up to
//! [`BLOCK_ROWS`] events as columns of whole numbers: times as differences, places and confidences in the steps in which
//! facts tell them, names as places on the block's lists. Each number is told bit by bit to a range coder, every bit by a
//! model of what it was before in the same situation; models begin anew with every block, so that a block can be read
//! alone. Its head says, without the rows, which matches, times, kinds, cameras and confidences are in it, and a query
//! reads only blocks that may hold what it asks for, one at a time.
//!
//! Precision is that of the facts: whole milliseconds, thousandths of the field, hundredths of confidence. What has more
//! is brought to the nearest when it is written.

mod block;
mod code;
mod columns;
mod query;
mod read;
mod write;

use std::io;

pub use block::BLOCK_ROWS;
pub use query::Query;
pub use read::{BlockInfo, Events, Reader};
pub use write::Writer;

/// What a file begins with.
const MAGIC: [u8; 8] = *b"MDMICRO\n";
/// The one version there is.
const VERSION: u16 = 1;
/// Magic, version, two bytes that are nothing yet, and the CRC-32C of those twelve.
const START: usize = 16;

/// Why a store could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum MicroError {
    /// The operating system said no.
    #[error("byte {at}: {source}")]
    Io {
        /// Where in the file.
        at: u64,
        /// Why.
        source: io::Error,
    },
    /// It is another kind of file.
    #[error("this is no store of micro-events: its first bytes are others")]
    NotAStore,
    /// A later build wrote it.
    #[error(
        "version {0} of the format is not known to this build, which reads {VERSION}: take a later build"
    )]
    Version(u16),
    /// It is not as it was written.
    #[error("block {block} at byte {at}: {what}; what lies before it can be read")]
    Damaged {
        /// Which block, from 1; 0 is the beginning.
        block: usize,
        /// Where it begins.
        at: u64,
        /// What is wrong.
        what: String,
    },
    /// An event that no block can hold.
    #[error("event {0} cannot be stored: its label is over 1,000 bytes")]
    Label(u64),
}

fn start() -> [u8; START] {
    let mut start = [0; START];
    start[..8].copy_from_slice(&MAGIC);
    start[8..10].copy_from_slice(&VERSION.to_le_bytes());
    let crc = crc32c::crc32c(&start[..12]);
    start[12..].copy_from_slice(&crc.to_le_bytes());
    start
}

fn check_start(start: &[u8; START]) -> Result<(), MicroError> {
    if start[..8] != MAGIC {
        return Err(MicroError::NotAStore);
    }
    let crc = u32::from_le_bytes([start[12], start[13], start[14], start[15]]);
    if crc32c::crc32c(&start[..12]) != crc {
        return Err(MicroError::Damaged {
            block: 0,
            at: 0,
            what: "the checksum of the first sixteen bytes differs".into(),
        });
    }
    match u16::from_le_bytes([start[8], start[9]]) {
        VERSION => Ok(()),
        other => Err(MicroError::Version(other)),
    }
}

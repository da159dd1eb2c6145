use std::{collections::BTreeMap, path::Path};

use matchday_event::{GameId, Seq};

use super::{
    Cut, Damage, LogError, LogId,
    frame::{Frame, HEADER_LEN, PREFIX_LEN, looks_like_frame},
    index::{Segment, durable_follows, list, read_header},
    payload::Decoder,
    read::{BlockReader, SCAN_BLOCK},
    recover::file_len,
};

/// What [`verify`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// The log's id; `None` where no segment says.
    pub id: Option<LogId>,
    /// Segment files.
    pub segments: usize,
    /// Whole records.
    pub records: u64,
    /// Games with records.
    pub games: usize,
    /// Bytes of the segment files.
    pub bytes: u64,
    /// Every place that is not what was written, in order.
    pub damages: Vec<Damage>,
    /// An unfinished end, which is no damage: see [`Cut`].
    pub unfinished: Option<Cut>,
}

impl Verification {
    /// Whether everything that was ever acknowledged is there.
    pub fn is_whole(&self) -> bool {
        self.damages.is_empty()
    }
}

/// Checks a whole log: every header and checksum, that each record is a signal this program can read, and that
/// every game's `seq` runs from 1 without a gap. It goes on after damage, so that all of it is found. A log that
/// is being written can be verified. `progress` is told of bytes done and of how many there are.
pub fn verify(
    dir: impl AsRef<Path>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Verification, LogError> {
    let dir = dir.as_ref();
    let paths = list(dir)?;
    if paths.is_empty() {
        return Err(LogError::Missing {
            path: dir.to_owned(),
        });
    }
    let mut found = Verification {
        id: None,
        segments: paths.len(),
        records: 0,
        games: 0,
        bytes: 0,
        damages: Vec::new(),
        unfinished: None,
    };
    for path in &paths {
        found.bytes += file_len(path)?;
    }
    let mut check = Check {
        total: found.bytes,
        done: 0,
        last_seqs: BTreeMap::new(),
        decoder: Decoder::default(),
        found,
    };
    let mut number = 1;
    for (at, path) in paths.iter().enumerate() {
        match read_header(path)? {
            Ok(segment) => {
                check.header(&segment, number);
                number = segment.header.number + 1;
                check.segment(&segment, at + 1 == paths.len(), progress)?;
            }
            Err((_, damage)) => {
                check.found.damages.push(damage);
                number += 1;
            }
        }
    }
    check.found.games = check.last_seqs.len();
    Ok(check.found)
}

struct Check {
    total: u64,
    done: u64,
    last_seqs: BTreeMap<GameId, Seq>,
    decoder: Decoder,
    found: Verification,
}

impl Check {
    fn damage(&mut self, path: &Path, offset: u64, what: String) {
        self.found.damages.push(Damage {
            path: path.to_owned(),
            offset,
            what,
        });
    }

    fn header(&mut self, segment: &Segment, number: u32) {
        let Segment { path, header, .. } = segment;
        let id = LogId(header.log);
        let first = *self.found.id.get_or_insert(id);
        if first != id {
            self.damage(path, 0, format!("a segment of log {id}, not of {first}"));
        }
        if header.number != number {
            let what = format!("segment {} where {number} was due", header.number);
            self.damage(path, 0, what);
        }
        // Where records are known to be missing already, their number says nothing new.
        if header.records_before != self.found.records && self.found.damages.is_empty() {
            let what = format!(
                "the segments before it hold {} records, not {} as when it was begun",
                self.found.records, header.records_before
            );
            self.damage(path, 0, what);
        }
    }

    fn segment(
        &mut self,
        segment: &Segment,
        is_last: bool,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<(), LogError> {
        let Segment { path, seed, .. } = segment;
        let mut reader = BlockReader::open(path, SCAN_BLOCK)?;
        let file_len = reader.len()?;
        let done_before = self.done;
        let mut offset = HEADER_LEN;
        // Behind the last whole append; what comes after it is not there yet as long as its last is missing.
        let mut whole_to = offset;
        let mut faults: Vec<(u64, String)> = Vec::new();
        let mut records = 0;
        while offset < file_len {
            match reader.frame(offset, file_len, *seed)? {
                Ok(frame) => {
                    if let Some(what) = self.record(&frame) {
                        faults.push((offset, what));
                    }
                    records += 1;
                    offset += frame.stored_len() as u64;
                    if frame.last {
                        whole_to = offset;
                        self.found.records += records;
                        records = 0;
                        for (offset, what) in faults.drain(..) {
                            self.damage(path, offset, what);
                        }
                    }
                }
                Err(fault) => {
                    if is_last && !durable_follows(&mut reader, offset, file_len, *seed)? {
                        self.unfinished(path, whole_to, file_len, fault.to_string());
                        return Ok(());
                    }
                    self.damage(path, offset, fault.to_string());
                    offset = next_frame(&mut reader, offset, file_len, *seed)?;
                }
            }
            self.done = done_before + offset;
            progress(self.done, self.total.max(self.done));
        }
        if whole_to < file_len && records > 0 {
            let what = "an append of which the end is missing".to_owned();
            if is_last {
                self.unfinished(path, whole_to, file_len, what);
            } else {
                self.damage(path, whole_to, what);
            }
        }
        Ok(())
    }

    /// What is wrong with a record whose checksum is right.
    fn record(&mut self, frame: &Frame<'_>) -> Option<String> {
        let logged = match self.decoder.logged(frame) {
            Ok(logged) => logged,
            Err(e) => return Some(e.to_string()),
        };
        let due = self.last_seqs.insert(logged.game.clone(), logged.seq);
        let due = due.unwrap_or_default() + 1;
        (logged.seq != due).then(|| {
            format!(
                "record {} of {} where {due} was due",
                logged.seq, logged.game
            )
        })
    }

    fn unfinished(&mut self, path: &Path, offset: u64, file_len: u64, what: String) {
        self.found.unfinished = Some(Cut {
            path: path.to_owned(),
            offset,
            bytes: file_len - offset,
            what,
        });
    }
}

/// Where the next whole record begins after `offset`, or the end of the file.
fn next_frame(
    reader: &mut BlockReader,
    offset: u64,
    file_len: u64,
    seed: u32,
) -> Result<u64, LogError> {
    for at in offset + 1..file_len {
        let ahead = reader.bytes(at, PREFIX_LEN + 1, file_len)?;
        if looks_like_frame(ahead) && reader.frame(at, file_len, seed)?.is_ok() {
            return Ok(at);
        }
    }
    Ok(file_len)
}

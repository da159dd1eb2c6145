//! The one thread that writes. It takes all the appends that wait, writes them with one call and makes them
//! durable with one sync, and only then shows them to readers and answers.

use std::{
    collections::HashMap,
    ops::Range,
    path::{Path, PathBuf},
    sync::{
        Arc, RwLock,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, TryRecvError},
    },
    time::Instant,
};

use futures::channel::oneshot;
use matchday_event::{EventTime, GameId, Seq};
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::{
    LogError, LogId,
    disk::{Disk, DiskFile},
    frame::{Frame, HEADER_LEN, Header},
    index::{Index, Loc, Placed, Segment, read_lock, segment_path, write_lock},
    recover::WriterLock,
    tail::Progress,
};

/// One entry, encoded.
pub(crate) struct Append {
    pub game: GameId,
    pub received: EventTime,
    pub source: Arc<str>,
    pub kind: &'static str,
    pub payload: Range<usize>,
}

/// One append, encoded.
pub(crate) struct Pending {
    pub records: Vec<Append>,
    pub payloads: Vec<u8>,
    pub bytes: usize,
}

type Reply = oneshot::Sender<Result<Vec<Seq>, LogError>>;

/// What the writer is told.
pub(crate) enum Message {
    Append {
        pending: Pending,
        /// Its share of the queue, given back when it is answered.
        room: OwnedSemaphorePermit,
        reply: Reply,
        queued: Instant,
    },
    Close,
}

/// An append that is being written.
struct Job {
    pending: Pending,
    _room: OwnedSemaphorePermit,
    reply: Reply,
    queued: Instant,
    seqs: Vec<Seq>,
}

pub(crate) struct Writer {
    pub dir: PathBuf,
    pub id: LogId,
    pub disk: Arc<dyn Disk>,
    pub file: Box<dyn DiskFile>,
    /// A failed write may have left something behind the end that could not be taken away yet.
    pub broken: bool,
    pub index: Arc<RwLock<Index>>,
    pub report: watch::Sender<Progress>,
    pub segment_bytes: u64,
    pub group_bytes: usize,
    pub waiting: Arc<AtomicUsize>,
    pub buffer: Vec<u8>,
    /// Held as long as this thread may write.
    pub _lock: WriterLock,
}

impl Writer {
    pub fn run(mut self, messages: &Receiver<Message>) {
        let mut open = true;
        while open {
            let mut jobs = Vec::new();
            let mut bytes = 0;
            // The first is waited for; whatever came in the meantime goes with it.
            let mut next = messages.recv().map_err(|_| TryRecvError::Disconnected);
            loop {
                match next {
                    Ok(Message::Append {
                        pending,
                        room,
                        reply,
                        queued,
                    }) => {
                        bytes += pending.bytes;
                        jobs.push(Job {
                            pending,
                            _room: room,
                            reply,
                            queued,
                            seqs: Vec::new(),
                        });
                    }
                    Ok(Message::Close) | Err(TryRecvError::Disconnected) => {
                        open = false;
                        break;
                    }
                    Err(TryRecvError::Empty) => break,
                }
                if bytes >= self.group_bytes {
                    break;
                }
                next = messages.try_recv();
            }
            if !jobs.is_empty() {
                self.commit(jobs);
            }
        }
        self.report.send_modify(|p| p.closed = true);
    }

    fn commit(&mut self, mut jobs: Vec<Job>) {
        let result = self.write(&mut jobs);
        let bytes: usize = jobs.iter().map(|job| job.pending.bytes).sum();
        let depth = self.waiting.fetch_sub(bytes, Ordering::Relaxed) - bytes;
        metrics::gauge!("matchday_log_queue_bytes").set(depth as f64);
        match &result {
            Ok(()) => {
                let records: usize = jobs.iter().map(|job| job.seqs.len()).sum();
                metrics::histogram!("matchday_log_group_records").record(records as f64);
                metrics::counter!("matchday_log_records_total").increment(records as u64);
                metrics::counter!("matchday_log_bytes_total").increment(self.buffer.len() as u64);
            }
            Err(e) => {
                metrics::counter!("matchday_log_append_errors_total").increment(jobs.len() as u64);
                tracing::error!(appends = jobs.len(), "the log refused appends: {e}");
            }
        }
        let latency = metrics::histogram!("matchday_log_append_latency_seconds");
        for job in jobs {
            latency.record(job.queued.elapsed().as_secs_f64());
            // Nobody may be waiting any more; the records are kept all the same.
            let _ = job.reply.send(result.clone().map(|()| job.seqs));
        }
    }

    /// Writes the jobs and enters them in the index, or leaves everything as it was.
    fn write(&mut self, jobs: &mut [Job]) -> Result<(), LogError> {
        if self.broken {
            self.take_back()?;
        }
        if read_lock(&self.index).end.offset >= self.segment_bytes {
            self.begin_segment()?;
        }
        let (end, path, placed) = self.encode(jobs);
        let written = self
            .file
            .write_at(end, &self.buffer)
            .map_err(LogError::io("write", &path))
            .and_then(|()| self.file.sync().map_err(LogError::io("sync", &path)));
        if let Err(e) = written {
            // Whether it can be taken back now or has to wait for the next append, this one has failed.
            self.broken = true;
            let _ = self.take_back();
            return Err(e);
        }
        let mut index = write_lock(&self.index);
        let games = jobs.iter().flat_map(|job| &job.pending.records);
        for (record, placed) in games.zip(placed) {
            index.push(&record.game, placed);
        }
        index.end.offset = end + self.buffer.len() as u64;
        let records = index.records;
        drop(index);
        self.report.send_modify(|p| p.records = records);
        Ok(())
    }

    /// Fills the buffer with the jobs' records and gives each its `seq`.
    fn encode(&mut self, jobs: &mut [Job]) -> (u64, PathBuf, Vec<Placed>) {
        let index = read_lock(&self.index);
        let end = index.end;
        let segment = &index.segments[end.segment as usize];
        let mut last_seqs: HashMap<GameId, Seq> = HashMap::new();
        let mut placed = Vec::new();
        self.buffer.clear();
        for job in jobs {
            let Pending {
                records, payloads, ..
            } = &job.pending;
            for (at, record) in records.iter().enumerate() {
                let seq = last_seqs
                    .entry(record.game.clone())
                    .or_insert_with(|| index.last_seq(&record.game));
                *seq += 1;
                let frame = Frame {
                    last: at + 1 == records.len(),
                    durable: end.offset as u32,
                    seq: *seq,
                    received: record.received,
                    game: record.game.as_str(),
                    kind: record.kind,
                    source: &record.source,
                    payload: &payloads[record.payload.clone()],
                };
                placed.push(Placed {
                    loc: Loc {
                        segment: end.segment,
                        offset: (end.offset + self.buffer.len() as u64) as u32,
                    },
                    received: record.received,
                    stored_len: frame.stored_len(),
                });
                frame.encode(segment.seed, &mut self.buffer);
                job.seqs.push(*seq);
            }
        }
        (end.offset, segment.path.clone(), placed)
    }

    /// Makes the file end where the index does.
    fn take_back(&mut self) -> Result<(), LogError> {
        let (end, path) = {
            let index = read_lock(&self.index);
            let segment = &index.segments[index.end.segment as usize];
            (index.end.offset, segment.path.clone())
        };
        self.file.cut(end).map_err(LogError::io("cut", path))?;
        self.broken = false;
        Ok(())
    }

    fn begin_segment(&mut self) -> Result<(), LogError> {
        let mut index = write_lock(&self.index);
        self.file = Self::create_segment(&*self.disk, &self.dir, self.id, &mut index)?;
        Ok(())
    }

    /// Creates the next segment's file and enters it.
    pub fn create_segment(
        disk: &dyn Disk,
        dir: &Path,
        id: LogId,
        index: &mut Index,
    ) -> Result<Box<dyn DiskFile>, LogError> {
        let number = index.segments.last().map_or(1, |s| s.header.number + 1);
        let header = Header {
            log: id.0,
            number,
            records_before: index.records,
        };
        let path = segment_path(dir, number);
        let bytes = header.encode();
        let file = disk
            .create(&path, &bytes)
            .map_err(LogError::io("create", &path))?;
        let (_, seed) = Header::decode(&bytes).expect("a header reads back as written");
        debug_assert_eq!(bytes.len() as u64, HEADER_LEN);
        index
            .enter(Segment { path, seed, header })
            .map_err(LogError::Damaged)?;
        Ok(file)
    }
}

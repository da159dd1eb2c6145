use std::{
    path::Path,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread::JoinHandle,
    time::Instant,
};

use futures::{FutureExt, channel::oneshot, future::BoxFuture};
use matchday_event::{GameId, Seq};
use tokio::sync::{Semaphore, watch};

use super::{
    Cut, Entry, EventLog, GameSummary, LogError, LogId, Records, Tail, TailFrom,
    disk::{Disk, SystemDisk},
    frame::{HEADER_LEN, MAX_BODY_LEN},
    index::{Index, Position, read_lock},
    payload,
    read::{AllCursor, GameCursor},
    recover::{cut_off, load, lock},
    tail::Progress,
    writer::{Append, Message, Pending, Writer},
};

/// How a [`SegmentLog`] is opened. The defaults are those of a server.
#[derive(Debug, Clone)]
pub struct LogOptions {
    /// A new segment is begun when the last has this many bytes. At most 1 GiB.
    pub segment_bytes: u64,
    /// Bytes of appends that may wait to be written; whoever comes after that waits outside.
    pub queue_bytes: usize,
    /// Bytes of appends that are made durable together at the most.
    pub group_bytes: usize,
    /// The id of a log that has to be created; drawn at random where `None`.
    pub id: Option<LogId>,
    /// What writes the files.
    pub disk: Arc<dyn Disk>,
}

impl Default for LogOptions {
    fn default() -> Self {
        Self {
            segment_bytes: 64 << 20,
            queue_bytes: 8 << 20,
            group_bytes: 4 << 20,
            id: None,
            disk: Arc::new(SystemDisk),
        }
    }
}

/// The embedded log: a directory of append-only segment files, one writer thread that makes concurrent appends
/// durable together, and an index in memory.
pub struct SegmentLog {
    id: LogId,
    index: Arc<RwLock<Index>>,
    progress: watch::Receiver<Progress>,
    queue: mpsc::Sender<Message>,
    room: Arc<Semaphore>,
    queue_bytes: usize,
    waiting: Arc<AtomicUsize>,
    writer: Mutex<Option<JoinHandle<()>>>,
    cut: Option<Cut>,
}

impl SegmentLog {
    /// Opens the log in this directory, or creates it. An unfinished end is cut off (see [`SegmentLog::cut`]);
    /// a log with damage before its end is refused.
    pub fn open(dir: impl AsRef<Path>, options: LogOptions) -> Result<Self, LogError> {
        let dir = dir.as_ref();
        std::fs::create_dir_all(dir).map_err(LogError::io("create", dir))?;
        let lock = lock(dir)?;
        let (mut index, cut) = load(dir, &mut |_, _| {})?;
        if let Some(damage) = index.damage {
            return Err(LogError::Damaged(damage));
        }
        if let Some(cut) = &cut {
            tracing::warn!(file = %cut.path.display(), offset = cut.offset, bytes = cut.bytes,
                "cutting off the unfinished end of the log: {}", cut.what);
            cut_off(&*options.disk, cut)?;
        }
        let id = match index.id() {
            Some(id) => id,
            None => options.id.map_or_else(LogId::random, Ok)?,
        };
        let file = match index.segments.last() {
            Some(last) => options
                .disk
                .open(&last.path)
                .map_err(LogError::io("open", &last.path))?,
            None => Writer::create_segment(&*options.disk, dir, id, &mut index)?,
        };
        let (report, progress) = watch::channel(Progress {
            records: index.records,
            closed: false,
        });
        let index = Arc::new(RwLock::new(index));
        let (queue, messages) = mpsc::channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let writer = Writer {
            dir: dir.to_owned(),
            id,
            disk: options.disk.clone(),
            file,
            broken: false,
            index: index.clone(),
            report,
            segment_bytes: options.segment_bytes.clamp(HEADER_LEN + 1, 1 << 30),
            group_bytes: options.group_bytes,
            waiting: waiting.clone(),
            buffer: Vec::new(),
            _lock: lock,
        };
        let writer = std::thread::Builder::new()
            .name("log-writer".to_owned())
            .spawn(move || writer.run(&messages))
            .map_err(LogError::io("start the writer of", dir))?;
        // A queue's room is counted in permits, of which a semaphore has a limit, and one append may ask for
        // all of them, for which there is a u32.
        let queue_bytes = options.queue_bytes.clamp(1, MAX_BODY_LEN * 8);
        Ok(Self {
            id,
            index,
            progress,
            queue,
            room: Arc::new(Semaphore::new(queue_bytes)),
            queue_bytes,
            waiting,
            writer: Mutex::new(Some(writer)),
            cut,
        })
    }

    /// What opening had to cut off, if anything: never a record that was acknowledged.
    pub fn cut(&self) -> Option<&Cut> {
        self.cut.as_ref()
    }

    fn pending(&self, batch: &[Entry]) -> Result<Pending, LogError> {
        let mut payloads = Vec::with_capacity(batch.len() * 512);
        let mut records = Vec::with_capacity(batch.len());
        for entry in batch {
            let start = payloads.len();
            payload::encode(entry, &mut payloads)?;
            if payloads.len() - start > MAX_BODY_LEN - 1024 {
                return Err(LogError::TooLarge {
                    bytes: payloads.len() - start,
                    limit: MAX_BODY_LEN - 1024,
                });
            }
            records.push(Append {
                game: entry.game.clone(),
                received: entry.received,
                source: entry.source.clone(),
                kind: entry.signal.event_type(),
                payload: start..payloads.len(),
            });
        }
        // What the names and the numbers take is counted as well: tiny records are not free.
        let bytes = payloads.len() + records.len() * 96;
        if bytes > self.queue_bytes {
            return Err(LogError::TooLarge {
                bytes,
                limit: self.queue_bytes,
            });
        }
        Ok(Pending {
            records,
            payloads,
            bytes,
        })
    }
}

impl EventLog for SegmentLog {
    fn id(&self) -> LogId {
        self.id
    }

    fn append(&self, batch: &[Entry]) -> BoxFuture<'static, Result<Vec<Seq>, LogError>> {
        let queued = Instant::now();
        if batch.is_empty() {
            return std::future::ready(Ok(Vec::new())).boxed();
        }
        let pending = match self.pending(batch) {
            Ok(pending) => pending,
            Err(e) => return std::future::ready(Err(e)).boxed(),
        };
        let permits = pending.bytes as u32;
        let (reply, answer) = oneshot::channel();
        let queue = self.queue.clone();
        let waiting = self.waiting.clone();
        let send = move |room| {
            let bytes = pending.bytes;
            let depth = waiting.fetch_add(bytes, Ordering::Relaxed) + bytes;
            metrics::gauge!("matchday_log_queue_bytes").set(depth as f64);
            queue
                .send(Message::Append {
                    pending,
                    room,
                    reply,
                    queued,
                })
                .map_err(|_| LogError::Closed)
        };
        let answer = answer.map(|answer| answer.unwrap_or(Err(LogError::Closed)));
        match self.room.clone().try_acquire_many_owned(permits) {
            Ok(room) => match send(room) {
                Ok(()) => answer.boxed(),
                Err(e) => std::future::ready(Err(e)).boxed(),
            },
            Err(tokio::sync::TryAcquireError::Closed) => {
                std::future::ready(Err(LogError::Closed)).boxed()
            }
            Err(tokio::sync::TryAcquireError::NoPermits) => {
                let room = self.room.clone();
                async move {
                    let room = room
                        .acquire_many_owned(permits)
                        .await
                        .map_err(|_| LogError::Closed)?;
                    send(room)?;
                    answer.await
                }
                .boxed()
            }
        }
    }

    fn read(&self, game: &GameId, from: Seq) -> Records {
        read(&self.index, game, from)
    }

    fn read_all(&self) -> Records {
        read_all(&self.index)
    }

    fn games(&self) -> Vec<GameSummary> {
        read_lock(&self.index).summaries()
    }

    fn game(&self, game: &GameId) -> Option<GameSummary> {
        read_lock(&self.index).summary(game)
    }

    fn tail(&self, from: TailFrom) -> Tail {
        let progress = self.progress.clone();
        let index = self.index.clone();
        match from {
            TailFrom::Game(game, seq) => {
                Tail::new(GameCursor::new(index, game, seq, None), progress)
            }
            TailFrom::Start => Tail::new(AllCursor::new(index, start(), None), progress),
            TailFrom::End => {
                let end = read_lock(&index).end;
                Tail::new(AllCursor::new(index, end, None), progress)
            }
        }
    }

    fn close(&self) -> Result<(), LogError> {
        self.room.close();
        let writer = self
            .writer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(writer) = writer {
            // Appends that are in the queue already come before this in it, and are written first.
            let _ = self.queue.send(Message::Close);
            writer.join().map_err(|_| LogError::Closed)?;
        }
        Ok(())
    }
}

impl Drop for SegmentLog {
    fn drop(&mut self) {
        let _ = self.close();
    }
}

impl std::fmt::Debug for SegmentLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SegmentLog")
            .field("id", &self.id)
            .field("progress", &*self.progress.borrow())
            .finish_non_exhaustive()
    }
}

/// Where the first record is or will be.
pub(crate) fn start() -> Position {
    Position {
        segment: 0,
        offset: HEADER_LEN,
    }
}

pub(crate) fn read(index: &Arc<RwLock<Index>>, game: &GameId, from: Seq) -> Records {
    let until = read_lock(index).last_seq(game);
    Records::new(GameCursor::new(
        index.clone(),
        game.clone(),
        from,
        Some(until),
    ))
}

pub(crate) fn read_all(index: &Arc<RwLock<Index>>) -> Records {
    let until = read_lock(index).end;
    Records::new(AllCursor::new(index.clone(), start(), Some(until)))
}

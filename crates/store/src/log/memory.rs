use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures::{FutureExt, future::BoxFuture};
use matchday_event::{GameId, Logged, Seq};
use tokio::sync::watch;

use super::{
    Cursor, Entry, EventLog, GameSummary, LogError, LogId, Records, Tail, TailFrom, payload,
    tail::Progress,
};

/// A log that lives and dies with the process: for tests and for trying things out. It promises all that a
/// durable one does, except to be there tomorrow.
#[derive(Debug)]
pub struct MemoryLog {
    id: LogId,
    state: Arc<Mutex<State>>,
    progress: watch::Sender<Progress>,
}

#[derive(Debug, Default)]
struct State {
    all: Vec<Arc<Logged>>,
    games: BTreeMap<GameId, Vec<Arc<Logged>>>,
    stored_bytes: BTreeMap<GameId, u64>,
}

impl MemoryLog {
    /// An empty log with this id.
    pub fn new(id: LogId) -> Self {
        Self {
            id,
            state: Arc::default(),
            progress: watch::Sender::default(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    fn append_now(&self, batch: &[Entry]) -> Result<Vec<Seq>, LogError> {
        let mut json = Vec::new();
        let mut sizes = Vec::with_capacity(batch.len());
        for entry in batch {
            // What a durable log would refuse is refused here too.
            json.clear();
            payload::encode(entry, &mut json)?;
            sizes.push(json.len() as u64);
        }
        let mut state = self.lock();
        if self.progress.borrow().closed {
            return Err(LogError::Closed);
        }
        let mut seqs = Vec::with_capacity(batch.len());
        for (entry, size) in batch.iter().zip(sizes) {
            let game = state.games.entry(entry.game.clone()).or_default();
            let seq = game.len() as Seq + 1;
            let logged = Arc::new(Logged {
                game: entry.game.clone(),
                seq,
                received: entry.received,
                source: entry.source.clone(),
                signal: entry.signal.clone(),
            });
            game.push(logged.clone());
            state.all.push(logged);
            *state.stored_bytes.entry(entry.game.clone()).or_default() += size;
            seqs.push(seq);
        }
        let records = state.all.len() as u64;
        self.progress.send_modify(|p| p.records = records);
        Ok(seqs)
    }

    fn cursor(&self, game: Option<&GameId>, at: usize) -> MemoryCursor {
        MemoryCursor {
            state: self.state.clone(),
            game: game.cloned(),
            at,
            until: usize::MAX,
        }
    }
}

impl EventLog for MemoryLog {
    fn id(&self) -> LogId {
        self.id
    }

    fn append(&self, batch: &[Entry]) -> BoxFuture<'static, Result<Vec<Seq>, LogError>> {
        std::future::ready(self.append_now(batch)).boxed()
    }

    fn read(&self, game: &GameId, from: Seq) -> Records {
        let until = self.lock().games.get(game).map_or(0, Vec::len);
        Records::new(MemoryCursor {
            until,
            ..self.cursor(Some(game), index(from))
        })
    }

    fn read_all(&self) -> Records {
        let until = self.lock().all.len();
        Records::new(MemoryCursor {
            until,
            ..self.cursor(None, 0)
        })
    }

    fn games(&self) -> Vec<GameSummary> {
        let state = self.lock();
        state
            .games
            .keys()
            .filter_map(|g| state.summary(g))
            .collect()
    }

    fn game(&self, game: &GameId) -> Option<GameSummary> {
        self.lock().summary(game)
    }

    fn tail(&self, from: TailFrom) -> Tail {
        let progress = self.progress.subscribe();
        let cursor = match &from {
            TailFrom::Game(game, seq) => self.cursor(Some(game), index(*seq)),
            TailFrom::Start => self.cursor(None, 0),
            TailFrom::End => {
                let end = self.lock().all.len();
                self.cursor(None, end)
            }
        };
        Tail::new(cursor, progress)
    }

    fn close(&self) -> Result<(), LogError> {
        // Under the lock, so that no append can be between its check and its mark.
        let _state = self.lock();
        self.progress.send_modify(|p| p.closed = true);
        Ok(())
    }
}

impl State {
    fn summary(&self, game: &GameId) -> Option<GameSummary> {
        let records = self.games.get(game)?;
        Some(GameSummary {
            game: game.clone(),
            last_seq: records.len() as Seq,
            first_received: records.first()?.received,
            last_received: records.last()?.received,
            stored_bytes: self.stored_bytes.get(game).copied().unwrap_or_default(),
        })
    }
}

struct MemoryCursor {
    state: Arc<Mutex<State>>,
    game: Option<GameId>,
    at: usize,
    until: usize,
}

impl Cursor for MemoryCursor {
    fn advance(&mut self) -> Option<Result<Logged, LogError>> {
        if self.at >= self.until {
            return None;
        }
        let record = {
            let state = lock(&self.state);
            let records = match &self.game {
                Some(game) => state.games.get(game)?,
                None => &state.all,
            };
            records.get(self.at)?.clone()
        };
        self.at += 1;
        Some(Ok(Logged::clone(&record)))
    }
}

fn index(from: Seq) -> usize {
    usize::try_from(from.max(1) - 1).unwrap_or(usize::MAX)
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    // A panic elsewhere cannot leave the state half changed: every change is a push.
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

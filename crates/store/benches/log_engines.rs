//! The log against embedded databases that could have been used instead, in one run, taken in turns.
//!
//! ```text
//! cargo bench -p matchday-store --features rivals --bench log_engines [-- --rounds 40 --dir DIR]
//! ```
//!
//! Every engine gets the same encoded records. The rivals get the same group commit as the log has: one thread
//! that takes whatever waits and makes it durable with one transaction. `floor` writes the same bytes to a bare
//! file and syncs it, which is as fast as this disk can be. The engines take turns, many short ones; figures
//! are medians over all of them.

use std::{
    collections::HashMap,
    fs::File,
    io::Write,
    ops::Range,
    path::{Path, PathBuf},
    sync::mpsc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use matchday_event::{
    Detail, EventTime, GameId, PlayId, PlayReport, Score, Side, Signal,
    football::{FootballPlay, PlayKind, PlayTag, StatLine},
};
use matchday_store::log::{Entry, EventLog, LogOptions, SegmentLog};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Batch sizes, and how many appends each caller makes in one turn. Turns are short, so that whatever else the
/// machine does meets every engine alike.
const APPENDS: [(usize, usize); 3] = [(1, 10), (16, 10), (256, 3)];
const GAMES: usize = 16;
const READ_RECORDS: usize = 64_000;

fn main() -> Result<(), Failure> {
    let mut args = std::env::args().skip_while(|a| a != "--rounds").skip(1);
    let rounds: usize = args.next().map_or(Ok(40), |n| n.parse())?;
    let mut args = std::env::args().skip_while(|a| a != "--dir").skip(1);
    let base = args.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let engines: [(&str, Open); 5] = [
        ("segments", |dir| Ok(Box::new(Segments::open(dir)?))),
        ("sqlite", |dir| {
            Ok(Box::new(Queued::open(dir, Sqlite::open)?))
        }),
        ("redb", |dir| Ok(Box::new(Queued::open(dir, Redb::open)?))),
        ("fjall", |dir| Ok(Box::new(Queued::open(dir, Fjall::open)?))),
        ("floor", |dir| Ok(Box::new(Queued::open(dir, Floor::open)?))),
    ];
    let plays: Vec<Entry> = (0..2048).map(play).collect();
    let mean: usize = plays.iter().map(|e| json(&e.signal).len()).sum::<usize>() / plays.len();
    println!("{rounds} rounds, records of {mean} bytes of JSON on average, {GAMES} games\n");
    appends(&engines, &plays, rounds, &base)?;
    reads(&engines[..4], &plays, rounds.min(7), &base)
}

type Open = fn(&Path) -> Result<Box<dyn Engine>, Failure>;

fn appends(
    engines: &[(&str, Open)],
    plays: &[Entry],
    rounds: usize,
    base: &Path,
) -> Result<(), Failure> {
    println!("append, durable        p50 µs    p99 µs   records/s");
    for (batch, count) in APPENDS {
        for callers in [1, 8] {
            let mut open_engines = Vec::new();
            for (name, open) in engines {
                let dir = tempfile::tempdir_in(base)?;
                open_engines.push((*name, open(dir.path())?, Taken::default(), dir));
            }
            for round in 0..rounds {
                let from = round * 977;
                for (_, engine, taken, _) in &mut open_engines {
                    taken.append(&**engine, plays, batch, callers, from..from + count)?;
                }
            }
            println!("batch {batch}, {callers} at once");
            for (name, _, taken, _) in open_engines {
                let [p50, p99, rate] = taken.figures(batch);
                println!("  {name:<18} {p50:>9.0} {p99:>9.0} {rate:>11.0}");
            }
        }
    }
    Ok(())
}

/// What an engine's appends took, over all its turns.
#[derive(Default)]
struct Taken {
    each: Vec<Duration>,
    /// Records a second, a figure for every turn.
    appends_per_s: Vec<f64>,
}

impl Taken {
    /// One turn: each caller does these appends.
    fn append(
        &mut self,
        engine: &dyn Engine,
        plays: &[Entry],
        batch: usize,
        callers: usize,
        appends: Range<usize>,
    ) -> Result<(), Failure> {
        let begun = Instant::now();
        let taken = thread::scope(|scope| {
            let one = |caller: usize| {
                let appends = appends.clone();
                scope.spawn(move || {
                    let mut taken = Vec::with_capacity(appends.len());
                    for n in appends {
                        let from = (caller * 331 + n * batch) % (plays.len() - batch);
                        let begun = Instant::now();
                        engine.append(&plays[from..from + batch])?;
                        taken.push(begun.elapsed());
                    }
                    Ok::<_, Failure>(taken)
                })
            };
            let callers: Vec<_> = (0..callers).map(one).collect();
            let joined = callers.into_iter().map(|c| c.join().expect("no panic"));
            joined.collect::<Result<Vec<_>, _>>()
        })?;
        let turn = begun.elapsed().as_secs_f64();
        let taken = taken.concat();
        self.appends_per_s.push(taken.len() as f64 / turn);
        self.each.extend(taken);
        Ok(())
    }

    /// Median and 99th percentile of an append in µs, median of records a second.
    fn figures(mut self, batch: usize) -> [f64; 3] {
        self.each.sort();
        let at = |q: f64| {
            let place = q * (self.each.len() - 1) as f64;
            self.each[place as usize].as_secs_f64() * 1e6
        };
        let rate = median(self.appends_per_s.into_iter()) * batch as f64;
        [at(0.5), at(0.99), rate]
    }
}

fn reads(
    engines: &[(&str, Open)],
    plays: &[Entry],
    rounds: usize,
    base: &Path,
) -> Result<(), Failure> {
    println!("\nread by game           records/s   opened in ms   bytes on disk");
    let mut dirs = Vec::new();
    for (name, open) in engines {
        let dir = tempfile::tempdir_in(base)?;
        let engine = open(dir.path())?;
        for n in 0..READ_RECORDS / 16 {
            let from = (n * 16) % plays.len();
            engine.append(&plays[from..from + 16])?;
        }
        drop(engine);
        dirs.push((*name, open, dir));
    }
    let mut taken: HashMap<&str, Vec<[f64; 2]>> = HashMap::new();
    for _ in 0..rounds {
        for (name, open, dir) in &dirs {
            let begun = Instant::now();
            let engine = open(dir.path())?;
            let opened = begun.elapsed();
            let begun = Instant::now();
            let mut read = 0;
            for n in 0..GAMES {
                read += engine.read(&game(n))?;
            }
            assert_eq!(read, READ_RECORDS, "{name}");
            let rate = read as f64 / begun.elapsed().as_secs_f64();
            taken
                .entry(*name)
                .or_default()
                .push([rate, opened.as_secs_f64() * 1e3]);
        }
    }
    for (name, _, dir) in &dirs {
        let [rate, opened] = [0, 1].map(|i| median(taken[name].iter().map(|f| f[i])));
        let size = size(dir.path())?;
        println!("  {name:<18} {rate:>11.0} {opened:>14.1} {size:>15}");
    }
    Ok(())
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn size(dir: &Path) -> Result<u64, Failure> {
    let mut total = 0;
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let meta = entry.metadata()?;
        total += if meta.is_dir() {
            size(&entry.path())?
        } else {
            meta.len()
        };
    }
    Ok(total)
}

fn game(n: usize) -> GameId {
    GameId::new(format!("nfl-20170101{n:02}")).expect("a good id")
}

/// A play of the size that the NFL's own feed gives: a sentence and four lines of statistics.
fn play(n: usize) -> Entry {
    let stat = |stat: u16, who: &str| StatLine {
        stat,
        side: Some(Side::Home),
        player_id: Some(format!("00-00{:05}", n % 997).into()),
        player: Some(who.into()),
        yards: (n % 40) as i16,
    };
    let report = PlayReport {
        play_id: PlayId::new((n * 21).to_string()),
        order: n as i64 * 21,
        period: 1 + (n % 4) as u8,
        clock_s: Some(900 - (n % 900) as i32),
        score_before: Some(Score { home: 14, away: 10 }),
        score_after: Some(Score { home: 14, away: 10 }),
        wall: Some(EventTime(1_483_290_000_000_000 + n as i64)),
        text: Some(
            "(12:31) (Shotgun) M.Passer pass short right to J.Catcher to NO 31 for 11 yards (K.Tackler)."
                .into(),
        ),
        detail: Detail::AmericanFootball(FootballPlay {
            possession: Some(Side::Home),
            down: Some(2),
            distance: Some(8),
            yards_to_goal: Some(42),
            yards: Some(11),
            kind: Some(PlayKind::Pass),
            tags: PlayTag::Complete | PlayTag::FirstDown,
            stats: vec![
                stat(15, "M.Passer"),
                stat(21, "J.Catcher"),
                stat(113, "J.Catcher"),
                stat(79, "K.Tackler"),
            ],
            ..FootballPlay::default()
        }),
    };
    Entry {
        game: game(n % GAMES),
        received: EventTime(1_483_290_000_000_000 + n as i64),
        source: "gsis:http".into(),
        signal: Signal::Play(report),
    }
}

fn json(signal: &Signal) -> Vec<u8> {
    serde_json::to_vec(signal).expect("a signal is JSON")
}

/// What is measured.
trait Engine: Sync {
    fn append(&self, batch: &[Entry]) -> Result<(), Failure>;
    /// Reads and decodes a game's records; returns how many there are.
    fn read(&self, game: &GameId) -> Result<usize, Failure>;
}

struct Segments(SegmentLog);

impl Segments {
    fn open(dir: &Path) -> Result<Self, Failure> {
        Ok(Self(SegmentLog::open(dir, LogOptions::default())?))
    }
}

impl Engine for Segments {
    fn append(&self, batch: &[Entry]) -> Result<(), Failure> {
        self.0.append_blocking(batch)?;
        Ok(())
    }

    fn read(&self, game: &GameId) -> Result<usize, Failure> {
        let mut count = 0;
        for record in self.0.read(game, 1) {
            std::hint::black_box(record?);
            count += 1;
        }
        Ok(count)
    }
}

/// A record as a rival gets it: a key that sorts by game and number, and the rest.
struct Row {
    game: GameId,
    seq: u64,
    value: Vec<u8>,
}

impl Row {
    fn key(&self) -> Vec<u8> {
        key(&self.game, self.seq)
    }
}

fn key(game: &GameId, seq: u64) -> Vec<u8> {
    [game.as_str().as_bytes(), &[0], &seq.to_be_bytes()].concat()
}

fn value(entry: &Entry) -> Vec<u8> {
    let mut value = entry.received.0.to_le_bytes().to_vec();
    value.push(entry.source.len() as u8);
    value.extend_from_slice(entry.source.as_bytes());
    serde_json::to_writer(&mut value, &entry.signal).expect("a signal is JSON");
    value
}

/// Decodes as the log does: by the known type, not by the tag.
fn decode(value: &[u8]) -> Result<(), Failure> {
    let source = 9 + value[8] as usize;
    std::str::from_utf8(&value[9..source])?;
    let play: PlayReport = serde_json::from_slice(&value[source..])?;
    std::hint::black_box(Signal::Play(play));
    Ok(())
}

trait Rival: Send + 'static {
    /// Makes the rows durable, all or none.
    fn commit(&mut self, rows: &[Row]) -> Result<(), Failure>;
}

trait Reader: Sync {
    fn read(&self, game: &GameId) -> Result<usize, Failure>;
}

type Waiting = (Vec<(GameId, Vec<u8>)>, mpsc::Sender<Result<(), String>>);

/// Group commit in front of a rival.
struct Queued<R> {
    queue: Option<mpsc::Sender<Waiting>>,
    writer: Option<JoinHandle<()>>,
    reader: R,
}

impl<R: Reader> Queued<R> {
    fn open<W: Rival>(
        dir: &Path,
        open: fn(&Path) -> Result<(W, R), Failure>,
    ) -> Result<Self, Failure> {
        let (mut rival, reader) = open(dir)?;
        let (queue, waiting) = mpsc::channel::<Waiting>();
        let writer = thread::spawn(move || {
            let mut seqs: HashMap<GameId, u64> = HashMap::new();
            while let Ok(first) = waiting.recv() {
                let group: Vec<_> = std::iter::once(first).chain(waiting.try_iter()).collect();
                let mut rows = Vec::new();
                let mut answers = Vec::new();
                for (batch, answer) in group {
                    for (game, value) in batch {
                        let seq = seqs.entry(game.clone()).or_default();
                        *seq += 1;
                        let seq = *seq;
                        rows.push(Row { game, seq, value });
                    }
                    answers.push(answer);
                }
                let done = rival.commit(&rows).map_err(|e| e.to_string());
                for answer in answers {
                    let _ = answer.send(done.clone());
                }
            }
        });
        Ok(Self {
            queue: Some(queue),
            writer: Some(writer),
            reader,
        })
    }
}

impl<R: Reader> Engine for Queued<R> {
    fn append(&self, batch: &[Entry]) -> Result<(), Failure> {
        let rows = batch.iter().map(|e| (e.game.clone(), value(e))).collect();
        let (answer, done) = mpsc::channel();
        self.queue.as_ref().expect("open").send((rows, answer))?;
        done.recv()?.map_err(Into::into)
    }

    fn read(&self, game: &GameId) -> Result<usize, Failure> {
        self.reader.read(game)
    }
}

impl<R> Drop for Queued<R> {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}

/// SQLite: write-ahead log, synced at every commit.
struct Sqlite(rusqlite::Connection);
struct SqliteReader(PathBuf);

impl Sqlite {
    fn open(dir: &Path) -> Result<(Self, SqliteReader), Failure> {
        let path = dir.join("log.sqlite");
        let db = rusqlite::Connection::open(&path)?;
        db.pragma_update(None, "journal_mode", "wal")?;
        db.pragma_update(None, "synchronous", "full")?;
        db.execute_batch(
            "create table if not exists record (game text, seq integer, value blob,
             primary key (game, seq)) without rowid",
        )?;
        Ok((Self(db), SqliteReader(path)))
    }
}

impl Rival for Sqlite {
    fn commit(&mut self, rows: &[Row]) -> Result<(), Failure> {
        let all = self.0.transaction()?;
        {
            let mut insert = all.prepare_cached("insert into record values (?, ?, ?)")?;
            for row in rows {
                insert.execute((row.game.as_str(), row.seq as i64, &row.value))?;
            }
        }
        Ok(all.commit()?)
    }
}

impl Reader for SqliteReader {
    fn read(&self, game: &GameId) -> Result<usize, Failure> {
        let db = rusqlite::Connection::open(&self.0)?;
        let mut select =
            db.prepare("select value from record where game = ? and seq >= ? order by seq")?;
        let mut rows = select.query((game.as_str(), 1))?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            decode(row.get_ref(0)?.as_blob()?)?;
            count += 1;
        }
        Ok(count)
    }
}

const TABLE: redb::TableDefinition<'_, &[u8], &[u8]> = redb::TableDefinition::new("log");

struct Redb(std::sync::Arc<redb::Database>);
struct RedbReader(std::sync::Arc<redb::Database>);

impl Redb {
    fn open(dir: &Path) -> Result<(Self, RedbReader), Failure> {
        let db = std::sync::Arc::new(redb::Database::create(dir.join("log.redb"))?);
        Ok((Self(db.clone()), RedbReader(db)))
    }
}

impl Rival for Redb {
    fn commit(&mut self, rows: &[Row]) -> Result<(), Failure> {
        let all = self.0.begin_write()?;
        {
            let mut table = all.open_table(TABLE)?;
            for row in rows {
                table.insert(&*row.key(), &*row.value)?;
            }
        }
        Ok(all.commit()?)
    }
}

impl Reader for RedbReader {
    fn read(&self, game: &GameId) -> Result<usize, Failure> {
        use redb::ReadableDatabase as _;
        let table = self.0.begin_read()?.open_table(TABLE)?;
        let (from, to) = (key(game, 1), key(game, u64::MAX));
        let mut count = 0;
        for row in table.range(&*from..&*to)? {
            decode(row?.1.value())?;
            count += 1;
        }
        Ok(count)
    }
}

struct Fjall(fjall::Database, fjall::Keyspace);
struct FjallReader(fjall::Keyspace);

impl Fjall {
    fn open(dir: &Path) -> Result<(Self, FjallReader), Failure> {
        let db = fjall::Database::builder(dir).open()?;
        let log = db.keyspace("log", fjall::KeyspaceCreateOptions::default)?;
        Ok((Self(db, log.clone()), FjallReader(log)))
    }
}

impl Rival for Fjall {
    fn commit(&mut self, rows: &[Row]) -> Result<(), Failure> {
        let mut all = self
            .0
            .batch()
            .durability(Some(fjall::PersistMode::SyncData));
        for row in rows {
            all.insert(&self.1, row.key(), &*row.value);
        }
        Ok(all.commit()?)
    }
}

impl Reader for FjallReader {
    fn read(&self, game: &GameId) -> Result<usize, Failure> {
        let mut count = 0;
        for row in self.0.range(key(game, 1)..key(game, u64::MAX)) {
            decode(&row.value()?)?;
            count += 1;
        }
        Ok(count)
    }
}

/// A bare file.
struct Floor(File);
struct FloorReader;

impl Floor {
    fn open(dir: &Path) -> Result<(Self, FloorReader), Failure> {
        Ok((Self(File::create(dir.join("log"))?), FloorReader))
    }
}

impl Rival for Floor {
    fn commit(&mut self, rows: &[Row]) -> Result<(), Failure> {
        let bytes = rows
            .iter()
            .map(|row| &*row.value)
            .collect::<Vec<_>>()
            .concat();
        self.0.write_all(&bytes)?;
        Ok(self.0.sync_data()?)
    }
}

impl Reader for FloorReader {
    fn read(&self, _: &GameId) -> Result<usize, Failure> {
        Ok(0)
    }
}

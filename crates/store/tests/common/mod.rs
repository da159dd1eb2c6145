//! What the log's tests share: signals to append, and a disk that misbehaves when told to.
#![allow(dead_code, reason = "each test file uses its own part of this")]

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard},
};

use matchday_event::{
    Detail, EventTime, GameId, GameInfo, GamePhase, GameStatus, Line, Logged, OddsReport, PlayId,
    PlayReport, Score, Seq, Side, Signal, Sport, Team,
    football::{FootballPlay, PlayKind, PlayTag},
};
use matchday_store::log::{
    Entry, EventLog, LogError, LogOptions, LogView, Records, SegmentLog, Verification,
    disk::{Disk, DiskFile, SystemDisk},
    verify,
};

pub fn game(name: &str) -> GameId {
    GameId::new(name).expect("a good id")
}

/// The `n`th entry of a game, of a kind that depends on `n`.
pub fn entry(name: &str, n: i64) -> Entry {
    let signal = match n.rem_euclid(5) {
        0 => Signal::Play(play(n)),
        1 => Signal::Withdrawn {
            play_id: PlayId::new(n.to_string()),
        },
        2 => Signal::Status(GameStatus {
            phase: GamePhase::Live,
            period: Some(2),
            clock_s: Some(i32::try_from(n % 900).expect("small")),
            score: Some(Score { home: 7, away: 3 }),
            spot: None,
        }),
        3 => Signal::Info(info()),
        _ => Signal::Odds(OddsReport {
            book: "a book".into(),
            updated: None,
            line: Line {
                spread_home: Some(-3.5),
                total: Some(44.1),
            },
            home_price: Some(1.617),
            away_price: None,
            draw_price: None,
        }),
    };
    Entry {
        game: game(name),
        received: EventTime(1_483_290_000_000_000 + n),
        source: "gsis:http".into(),
        signal,
    }
}

/// A short one, for tests that go through a log byte by byte.
pub fn short(name: &str, n: i64) -> Entry {
    entry(name, n * 5 + 1)
}

fn info() -> GameInfo {
    let team = |id: &str, color: Option<&str>| Team {
        id: id.into(),
        abbr: id.into(),
        name: format!("The {id}s").into(),
        color: color.map(Into::into),
        alt_color: None,
    };
    GameInfo {
        sport: Sport::AmericanFootball,
        league: "nfl".into(),
        season: Some(2016),
        week: Some(17),
        postseason: false,
        home: team("ATL", Some("#a71930")),
        away: team("NO", None),
        kickoff: Some(EventTime::from_millis(1_483_290_000_000)),
        neutral: false,
        venue: None,
        line: Some(Line {
            spread_home: Some(-7.5),
            total: None,
        }),
        forecast: None,
        rules: None,
    }
}

pub fn play(n: i64) -> PlayReport {
    PlayReport {
        play_id: PlayId::new(n.to_string()),
        order: n,
        period: 4,
        clock_s: Some(61),
        score_before: Some(Score { home: 0, away: -1 }),
        score_after: None,
        wall: Some(EventTime(1_483_290_000_000_001)),
        text: Some("J.Doe \"pass\" complet\u{e9} \u{1f3c8} for 12 yards\n".into()),
        detail: Detail::AmericanFootball(FootballPlay {
            possession: Some(Side::Home),
            down: Some(3),
            distance: Some(8),
            yards_to_goal: Some(41),
            yards: Some(12),
            kind: Some(PlayKind::Pass),
            tags: PlayTag::Complete | PlayTag::FirstDown,
            ..FootballPlay::default()
        }),
    }
}

pub fn logged(entry: &Entry, seq: Seq) -> Logged {
    Logged {
        game: entry.game.clone(),
        seq,
        received: entry.received,
        source: entry.source.clone(),
        signal: entry.signal.clone(),
    }
}

/// What a log must hold after these appends: the entries with their numbers.
pub fn numbered<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Vec<Logged> {
    let mut last = std::collections::HashMap::<_, Seq>::new();
    let number = |e: &'a Entry| {
        let seq = last.entry(&e.game).or_default();
        *seq += 1;
        logged(e, *seq)
    };
    entries.into_iter().map(number).collect()
}

pub fn all(records: Records) -> Vec<Logged> {
    records.map(|r| r.expect("a whole record")).collect()
}

/// Records up to an error, and the error.
pub fn until_error(records: Records) -> (Vec<Logged>, Option<LogError>) {
    let mut good = Vec::new();
    for record in records {
        match record {
            Ok(record) => good.push(record),
            Err(e) => return (good, Some(e)),
        }
    }
    (good, None)
}

pub fn append(log: &dyn EventLog, batch: &[Entry]) -> Vec<Seq> {
    log.append_blocking(batch).expect("appended")
}

/// Opens the log as a server does.
pub fn open(dir: &Path) -> SegmentLog {
    SegmentLog::open(dir, LogOptions::default()).expect("opened")
}

/// The segment files, in order.
pub fn segments(dir: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<_> = fs::read_dir(dir)
        .expect("listed")
        .map(|e| e.expect("an entry").path())
        .filter(|p| p.extension().is_some_and(|e| e == "seg"))
        .collect();
    paths.sort();
    paths
}

/// Verifies, without a progress bar.
pub fn quiet(dir: &Path) -> Verification {
    verify(dir, &mut |_, _| {}).expect("verified")
}

pub fn view(dir: &Path) -> LogView {
    LogView::open(dir, &mut |_, _| {}).expect("opened for reading")
}

/// What can go wrong with a [`TestDisk`].
#[derive(Debug, Default)]
pub struct Faults {
    /// Bytes that can still be written before the disk is full.
    pub space: Option<u64>,
    /// Syncs fail.
    pub sync: bool,
    /// Cutting a file fails.
    pub cut: bool,
    /// Syncs that were asked for.
    pub syncs: u64,
}

/// The system's disk without its waiting for stable storage, with faults to order.
#[derive(Debug, Clone, Default)]
pub struct TestDisk(Arc<Mutex<Faults>>);

impl TestDisk {
    pub fn faults(&self) -> MutexGuard<'_, Faults> {
        self.0.lock().expect("no panic while held")
    }

    pub fn options(&self) -> LogOptions {
        LogOptions {
            disk: Arc::new(self.clone()),
            ..LogOptions::default()
        }
    }
}

struct TestFile {
    file: Box<dyn DiskFile>,
    raw: std::fs::File,
    faults: TestDisk,
}

fn full() -> io::Error {
    io::Error::from(io::ErrorKind::StorageFull)
}

impl Disk for TestDisk {
    fn create(&self, path: &Path, bytes: &[u8]) -> io::Result<Box<dyn DiskFile>> {
        if let Some(space) = &mut self.faults().space {
            *space = space.checked_sub(bytes.len() as u64).ok_or_else(full)?;
        }
        std::fs::write(path, bytes)?;
        self.open(path)
    }

    fn open(&self, path: &Path) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(TestFile {
            file: SystemDisk.open(path)?,
            raw: std::fs::File::options().write(true).open(path)?,
            faults: self.clone(),
        }))
    }
}

impl DiskFile for TestFile {
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        let fits = {
            let mut faults = self.faults.faults();
            let fits = faults
                .space
                .map_or(bytes.len(), |s| bytes.len().min(s as usize));
            if let Some(space) = &mut faults.space {
                *space -= fits as u64;
            }
            fits
        };
        self.file.write_at(offset, &bytes[..fits])?;
        if fits < bytes.len() {
            Err(full())
        } else {
            Ok(())
        }
    }

    fn sync(&mut self) -> io::Result<()> {
        let mut faults = self.faults.faults();
        faults.syncs += 1;
        if faults.sync {
            return Err(io::Error::other("the device gave up"));
        }
        Ok(())
    }

    fn cut(&mut self, len: u64) -> io::Result<()> {
        if self.faults.faults().cut {
            return Err(io::Error::other("the device gave up"));
        }
        self.raw.set_len(len)
    }
}

//! Files of any provider, told apart by what is in them.

use std::{
    fs::File,
    io::{self, BufReader, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use flate2::read::MultiGzDecoder;
use matchday_event::GameId;

use crate::{
    Context, FeedError, Parsed, People, Provider, sniff,
    table::{Companion, TableGames, TableOptions},
};

/// A file that could not be read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The operating system said no.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The content is not what a feed's should be.
    #[error("{}: {source}", path.display())]
    Feed {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: FeedError,
    },
}

/// How a file is to be read.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// The table of games beside a table of plays. Left out, a file `games_*.csv` or `games_*.csv.gz` in the
    /// same folder is used, if there is one.
    pub companion: Option<PathBuf>,
    /// Whether to look for one.
    pub find_companion: bool,
    /// The league, where the file does not say.
    pub league: Option<Arc<str>>,
    /// That it holds lines of the senses, which are not told by their content.
    pub lines: Option<Lines>,
    /// Most bytes a JSON document may have once unpacked.
    pub max_json_bytes: u64,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            companion: None,
            find_companion: true,
            league: None,
            lines: None,
            max_json_bytes: 256 << 20,
        }
    }
}

/// A file of lines: whose they are and what of.
#[derive(Debug, Clone)]
pub struct Lines {
    /// Who writes them.
    pub provider: &'static Provider,
    /// The game that they are of.
    pub game: Option<GameId>,
    /// What lines that speak of people need besides.
    pub people: Option<People>,
}

/// The games of a file.
#[derive(Debug)]
pub struct FileGames {
    path: PathBuf,
    games: Games,
}

#[derive(Debug)]
enum Games {
    Table(Box<TableGames>),
    Document(std::vec::IntoIter<Parsed>),
}

impl Iterator for FileGames {
    type Item = Result<Parsed, FileError>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.games {
            Games::Document(games) => games.next().map(Ok),
            Games::Table(games) => games.next().map(|game| {
                game.map_err(|source| FileError::Feed {
                    path: self.path.clone(),
                    source,
                })
            }),
        }
    }
}

/// Opens a file of plays: JSON of any provider, CSV or Parquet, the first two also packed with gzip. Games come
/// in the order of the file, each whole.
pub fn open_file(path: impl AsRef<Path>, options: &OpenOptions) -> Result<FileGames, FileError> {
    let path = path.as_ref();
    let io = |source| FileError::Io {
        path: path.to_owned(),
        source,
    };
    let feed = |source| FileError::Feed {
        path: path.to_owned(),
        source,
    };
    let mut file = File::open(path).map_err(io)?;
    let mut magic = [0; 4];
    let read = read_up_to(&mut file, &mut magic).map_err(io)?;
    let file = File::open(path).map_err(io)?;
    let games = if magic == *b"PAR1" {
        let options = table_options(path, options)?;
        Games::Table(Box::new(TableGames::parquet(file, options).map_err(feed)?))
    } else {
        let packed = magic.starts_with(&[0x1f, 0x8b]);
        let mut source: Box<dyn Read + Send> = if packed {
            Box::new(BufReader::new(MultiGzDecoder::new(BufReader::new(file))))
        } else {
            Box::new(BufReader::new(file))
        };
        let mut first = [0; 64];
        let n = read_up_to(&mut source, &mut first).map_err(io)?;
        let head = first[..n]
            .strip_prefix(b"\xef\xbb\xbf")
            .unwrap_or(&first[..n]);
        let mut source = head.chain(source);
        let json = match head.iter().find(|b| !b.is_ascii_whitespace()) {
            Some(b'{' | b'[' | b'<') | None => true,
            Some(_) => false,
        };
        if json || read == 0 || options.lines.is_some() {
            let mut body = Vec::new();
            (&mut source)
                .take(options.max_json_bytes.saturating_add(1))
                .read_to_end(&mut body)
                .map_err(io)?;
            if body.len() as u64 > options.max_json_bytes {
                return Err(feed(FeedError::new(
                    matchday_event::FaultCode::TooLarge,
                    "body",
                    format!("over {} bytes", options.max_json_bytes),
                )));
            }
            let (game, people) = match &options.lines {
                Some(lines) => (lines.game.clone(), lines.people.clone()),
                None => (None, None),
            };
            let context = Context {
                league: options.league.clone(),
                game,
                people,
                ..Context::default()
            };
            let games = match &options.lines {
                Some(lines) => Ok(lines.provider),
                None => sniff(&body),
            }
            .and_then(|provider| provider.read(&body, &context))
            .map_err(feed)?;
            Games::Document(games.into_iter())
        } else {
            let source = io::Cursor::new(head.to_vec()).chain(source.into_inner().1);
            let options = table_options(path, options)?;
            Games::Table(Box::new(TableGames::csv(source, options).map_err(feed)?))
        }
    };
    Ok(FileGames {
        path: path.to_owned(),
        games,
    })
}

fn read_up_to(source: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut n = 0;
    while n < buffer.len() {
        match source.read(&mut buffer[n..]) {
            Ok(0) => break,
            Ok(more) => n += more,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(n)
}

fn table_options(path: &Path, options: &OpenOptions) -> Result<TableOptions, FileError> {
    let beside = match &options.companion {
        Some(given) => Some(given.clone()),
        None if options.find_companion => companion_beside(path),
        None => None,
    };
    let companion = match beside {
        Some(beside) => read_companion(&beside)?,
        None => Companion::default(),
    };
    Ok(TableOptions {
        companion: companion.with_league(options.league.clone()),
    })
}

/// Whether a file by this name is the table of games of the plays in `own`: `games_*.csv`, or for `x_events` or
/// `x-points` the `x_matches` or `x-matches` of the same `x`; packed with gzip or not.
fn beside(name: &str, own: &str) -> bool {
    let Some(stem) = name
        .strip_suffix(".gz")
        .unwrap_or(name)
        .strip_suffix(".csv")
    else {
        return false;
    };
    let of = |plays: &str, games: &str| {
        own.split('.')
            .next()
            .and_then(|own| own.strip_suffix(plays))
            .is_some_and(|x| stem.strip_suffix(games) == Some(x))
    };
    of("_events", "_matches") || of("-points", "-matches") || stem.starts_with("games_")
}

/// The table of games in the folder of `path`, the first by name.
fn companion_beside(path: &Path) -> Option<PathBuf> {
    let own = path.file_name().and_then(|n| n.to_str())?;
    let folder = path
        .parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut found: Vec<PathBuf> = folder
        .read_dir()
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|p| {
            p.file_name()
                .and_then(|n| n.to_str())
                .is_some_and(|n| beside(n, own))
        })
        .collect();
    found.sort();
    found.into_iter().next()
}

fn read_companion(path: &Path) -> Result<Companion, FileError> {
    let file = File::open(path).map_err(|source| FileError::Io {
        path: path.to_owned(),
        source,
    })?;
    let packed = path.extension().is_some_and(|e| e == "gz");
    if packed {
        Companion::read(BufReader::new(MultiGzDecoder::new(BufReader::new(file))))
    } else {
        Companion::read(BufReader::new(file))
    }
    .map_err(|source| FileError::Feed {
        path: path.to_owned(),
        source,
    })
}

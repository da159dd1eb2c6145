//! Tables of plays, Parquet or CSV, read column by column and handed out game by game.
//!
//! Rows of one game stand together. A layout is told by the columns a file has.

mod cfb;
pub(crate) mod companion;
mod frame;
mod nba;
mod nfl;
pub(crate) mod nflverse;
mod read;
mod slam;
pub(crate) mod text_stream;

pub use companion::Companion;
pub(crate) use read::guarded;
pub use read::{TableGames, TableOptions};

pub(crate) use frame::{Frame, Wanted, float, int, text};

use std::{ops::Range, sync::Arc};

use crate::{FeedError, Parsed};

/// How the rows of one kind of table become a game.
pub(crate) trait Layout: Send + Sync {
    /// For messages.
    fn name(&self) -> &'static str;
    /// The columns it reads.
    fn columns(&self) -> &'static [Wanted];
    /// Index of the column that tells games apart.
    fn game_column(&self) -> usize {
        0
    }
    /// Begins the game that `row` is the first row of.
    fn begin(
        &self,
        frame: &Frame,
        row: usize,
        companion: &Companion,
    ) -> Result<Building, FeedError>;
    /// Takes rows of one game.
    fn push(&self, frame: &Frame, rows: Range<usize>, game: &mut Building);
    /// Ends the game.
    fn finish(&self, game: Building) -> Parsed;
}

/// A game being read.
#[derive(Debug)]
pub(crate) struct Building {
    pub parsed: Parsed,
    pub home: Arc<str>,
    pub away: Arc<str>,
    /// The plays so far, each with the provider's number.
    pub plays: Vec<(i64, matchday_event::PlayReport)>,
    /// The score the file says the game ended with.
    pub last_score: Option<matchday_event::Score>,
    /// The league, where the layout needs it at the end.
    pub league: Arc<str>,
    /// When it began, likewise.
    pub kickoff: Option<matchday_event::EventTime>,
    /// Basketball's rows: whose they are shows only when all are read.
    pub nba: Vec<crate::play_by_play::nba::Row>,
    /// The text stream's rows, which are put in order when all are read.
    pub soccer: Vec<text_stream::Row>,
    /// Sets won so far, in tennis.
    pub sets: matchday_event::Score,
    /// Who won, where the table of games says.
    pub winner: Option<matchday_event::Side>,
}

impl Building {
    fn new(parsed: Parsed, home: &str, away: &str) -> Self {
        Self {
            parsed,
            home: home.into(),
            away: away.into(),
            plays: Vec::new(),
            last_score: None,
            league: "".into(),
            kickoff: None,
            nba: Vec::new(),
            soccer: Vec::new(),
            sets: matchday_event::Score::default(),
            winner: None,
        }
    }

    /// Whose key this is.
    #[inline]
    fn side(&self, team: &str) -> Option<matchday_event::Side> {
        if *team == *self.home {
            Some(matchday_event::Side::Home)
        } else if *team == *self.away {
            Some(matchday_event::Side::Away)
        } else {
            None
        }
    }

    /// Sets a row aside that cannot be used for want of a value.
    fn unreadable(&mut self, frame: &Frame, row: usize, column: &str) {
        self.parsed
            .faults
            .push(read::unreadable(frame, row, column));
    }

    /// The status of a game that is over.
    fn push_final(&mut self, score: matchday_event::Score) {
        self.parsed
            .signals
            .push(matchday_event::Signal::Status(matchday_event::GameStatus {
                phase: matchday_event::GamePhase::Final,
                period: None,
                clock_s: None,
                score: Some(score),
                spot: None,
            }));
    }
}

/// Every layout there is, most particular first.
pub(crate) fn layouts() -> [&'static dyn Layout; 7] {
    [
        &nba::NbaTable,
        &text_stream::TextStream,
        &slam::SlamTable,
        &nfl::NflTable,
        &cfb::CFB,
        &cfb::CFB_OLD,
        &nflverse::Nflverse,
    ]
}

/// The layout whose required columns are all in `names`.
pub(crate) fn layout_of(names: &[String]) -> Result<&'static dyn Layout, FeedError> {
    let missing = |layout: &dyn Layout| {
        layout
            .columns()
            .iter()
            .filter(|w| w.required && !names.iter().any(|n| n == w.name))
            .map(|w| w.name)
            .collect::<Vec<_>>()
    };
    if let Some(found) = layouts().into_iter().find(|l| missing(*l).is_empty()) {
        return Ok(found);
    }
    let known = |layout: &dyn Layout| {
        let columns = layout.columns().iter();
        columns
            .filter(|w| names.iter().any(|n| n == w.name))
            .count()
    };
    // The one that most of these columns belong to; of equals, the one that lacks least.
    let nearest = layouts()
        .into_iter()
        .filter(|l| known(*l) > 0)
        .min_by_key(|l| (std::cmp::Reverse(known(*l)), missing(*l).len()));
    Err(FeedError::wrong_shape(
        "header",
        nearest.map_or_else(|| "not a table of plays this program knows: none of its columns belongs to one (`matchday feeds` lists what it reads)".into(), |l| {
            format!(
                "not a table of plays this program knows; nearest is {}, without its columns {}",
                l.name(),
                missing(l).join(", ")
            )
        }),
    ))
}

/// A play id from a number, without going through the formatting machinery.
#[inline]
pub(crate) fn play_id(number: i64) -> matchday_event::PlayId {
    matchday_event::PlayId::new(itoa::Buffer::new().format(number))
}

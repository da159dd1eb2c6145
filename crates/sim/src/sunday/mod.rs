//! One Sunday of sixteen real games, as a provider's feed showed them minute by minute.
//!
//! The facts lie in `data/sunday` (see the README there); the words are written by [`text`], the wall
//! clock is modelled by [`timetable`], and [`corrections`] lets some plays stand wrong for a while. The
//! same seed gives the same Sunday, byte for byte.

pub mod codes;
pub mod corrections;
mod document;
pub mod facts;
pub mod game;
mod spoil;
pub mod text;
pub mod timetable;
mod totals;

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use serde_json::value::RawValue;

pub use self::spoil::Spoil;
use crate::Rng;

use self::{
    corrections::{Provisional, plan},
    document::{HeaderFault, View, document, fragments},
    facts::{BadGame, GameRow},
    game::{Game, Play},
    spoil::spoil,
    timetable::Timetable,
};

macro_rules! files {
    ($($id:literal),+ $(,)?) => {
        &[$(($id, include_str!(concat!("../../data/sunday/", $id, ".json")))),+]
    };
}

/// The games' numbers and files.
const FILES: &[(&str, &str)] = files![
    "2017010100",
    "2017010101",
    "2017010102",
    "2017010103",
    "2017010104",
    "2017010105",
    "2017010106",
    "2017010107",
    "2017010108",
    "2017010109",
    "2017010110",
    "2017010111",
    "2017010112",
    "2017010113",
    "2017010114",
    "2017010115",
];

/// Sixteen games that kick off together.
#[derive(Debug)]
pub struct Sunday {
    games: Vec<Show>,
}

/// A game and the steps in which its document grew.
#[derive(Debug)]
struct Show {
    game: Game,
    provisional: Vec<Provisional>,
    frames: Vec<Frame>,
    fragments: Vec<Box<RawValue>>,
    /// The document made last: polls come far more often than plays.
    made: Mutex<Option<(usize, Bytes)>>,
}

/// A step of a game's document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// From when after kick-off it stands.
    pub at: Duration,
    /// How many plays it shows.
    pub published: usize,
    /// Which of them stand as first reported, by place in the plan of corrections.
    pub provisional: Vec<usize>,
    /// Whether the provider has called the game final.
    pub done: bool,
}

impl Sunday {
    /// Reads the games and plans their afternoon. An error means that a shipped file is damaged.
    pub fn new(seed: u64) -> Result<Self, BadGame> {
        let games = FILES
            .iter()
            .map(|(id, text)| {
                let game = Game::from_row(GameRow::read(&format!("{id}.json"), text)?);
                Ok(Show::new(game, seed))
            })
            .collect::<Result<_, BadGame>>()?;
        Ok(Self { games })
    }

    /// The games, in order of their numbers.
    pub fn games(&self) -> impl ExactSizeIterator<Item = &Game> {
        self.games.iter().map(|s| &s.game)
    }

    /// The steps of a game's document, the empty one before kick-off first; `None` for an unknown game.
    pub fn frames(&self, game: &str) -> Option<&[Frame]> {
        self.show(game).map(|s| s.frames.as_slice())
    }

    /// Which step stands at a moment after kick-off; `None` for an unknown game.
    pub fn frame_at(&self, game: &str, at: Duration) -> Option<usize> {
        let show = self.show(game)?;
        Some(
            show.frames
                .partition_point(|f| f.at <= at)
                .saturating_sub(1),
        )
    }

    /// The provider's document as it stands at a moment after kick-off; `None` for an unknown game.
    pub fn document(&self, game: &str, at: Duration) -> Option<Bytes> {
        self.document_at(game, self.frame_at(game, at)?)
    }

    /// The provider's document at a step (the last one for any step beyond); `None` for an unknown game.
    pub fn document_at(&self, game: &str, frame: usize) -> Option<Bytes> {
        Some(self.show(game)?.document(frame))
    }

    /// The document at a step with something wrong in it; `None` for an unknown game, or where the step
    /// has nothing that could go wrong in that way.
    pub fn spoiled_at(&self, game: &str, frame: usize, how: Spoil, rng: &mut Rng) -> Option<Bytes> {
        let show = self.show(game)?;
        let step = show.frames.get(frame)?;
        if step.published < 3 || step.done {
            return None;
        }
        let mut plays: Vec<Play> = show.plays(step).into_iter().cloned().collect();
        let header = spoil(&mut plays, how, rng)?;
        let plays: Vec<&Play> = plays.iter().collect();
        Some(Bytes::from(document(&View {
            game: &show.game,
            plays: &plays,
            published: step.published,
            done: false,
            fragments: &show.fragments,
            header,
        })))
    }

    /// The plays that a step's document shows, as it shows them; `None` for an unknown game.
    pub fn plays_at(&self, game: &str, frame: usize) -> Option<Vec<&Play>> {
        let show = self.show(game)?;
        Some(show.plays(show.frames.get(frame)?))
    }

    /// When the last game is called final, after kick-off.
    pub fn length(&self) -> Duration {
        let ends = self.games.iter().filter_map(|s| s.frames.last());
        ends.map(|f| f.at).max().unwrap_or_default()
    }

    fn show(&self, game: &str) -> Option<&Show> {
        self.games.iter().find(|s| s.game.id == game)
    }
}

impl Show {
    fn new(game: Game, seed: u64) -> Self {
        let timetable = Timetable::new(&game, seed);
        let provisional = plan(&game, seed);
        let frames = frames(&timetable, &provisional);
        let fragments = fragments(&game);
        Self {
            game,
            provisional,
            frames,
            fragments,
            made: Mutex::new(None),
        }
    }

    fn plays(&self, frame: &Frame) -> Vec<&Play> {
        let mut plays: Vec<&Play> = self.game.plays[..frame.published].iter().collect();
        for which in &frame.provisional {
            let first = &self.provisional[*which];
            plays[first.index] = &first.play;
        }
        plays
    }

    fn document(&self, frame: usize) -> Bytes {
        let frame = frame.min(self.frames.len() - 1);
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, bytes)) = made.as_ref()
            && *at == frame
        {
            return bytes.clone();
        }
        let step = &self.frames[frame];
        let plays = self.plays(step);
        let view = View {
            game: &self.game,
            plays: &plays,
            published: step.published,
            done: step.done,
            fragments: &self.fragments,
            header: HeaderFault::default(),
        };
        let bytes = Bytes::from(document(&view));
        *made = Some((frame, bytes.clone()));
        bytes
    }
}

fn frames(timetable: &Timetable, provisional: &[Provisional]) -> Vec<Frame> {
    let mut out = vec![Frame {
        at: Duration::ZERO,
        published: 0,
        provisional: Vec::new(),
        done: false,
    }];
    for (index, at) in timetable.plays.iter().enumerate() {
        let published = index + 1;
        let standing = |early: bool| -> Vec<usize> {
            (0..provisional.len())
                .filter(|i| {
                    let p = &provisional[*i];
                    let gone = p.index + p.plays_later;
                    p.index <= index
                        && index < gone
                        && !(early && p.before_next && index + 1 == gone)
                })
                .collect()
        };
        out.push(Frame {
            at: *at,
            published,
            provisional: standing(false),
            done: false,
        });
        if standing(true) != standing(false) {
            // A review is over some time before the next snap.
            let next = timetable
                .plays
                .get(index + 1)
                .copied()
                .unwrap_or(timetable.done);
            let at = *at + (next.saturating_sub(*at)) / 2;
            out.push(Frame {
                at,
                published,
                provisional: standing(true),
                done: false,
            });
        }
    }
    out.push(Frame {
        at: timetable.done,
        published: timetable.plays.len(),
        provisional: Vec::new(),
        done: true,
    });
    out
}

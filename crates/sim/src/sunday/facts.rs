//! The shape of the files in `data/sunday`: one game each, as structured facts.
//!
//! A play is one line of the file, an array in the order of [`PlayRow`], so that a change to one play is
//! a change to one line.

use serde::{Deserialize, Serialize};

/// A game as it lies in its file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GameRow {
    /// The league's number of the game, `2017010100`.
    pub game: String,
    /// Home club's letters.
    pub home: String,
    /// Visiting club's letters.
    pub away: String,
    /// How the header stood after the last play.
    pub end: EndRow,
    /// Everyone who appears in a statistic.
    pub players: Vec<PlayerRow>,
    /// Drives in order, each with its plays in the order in which they happened.
    pub drives: Vec<DriveRow>,
}

/// The header of the last payload, apart from what the plays tell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndRow {
    /// `Final` or `final overtime`.
    pub qtr: String,
    /// The clock as it was left.
    pub clock: String,
    /// Whose ball.
    pub posteam: String,
    /// Yard line as it was left, usually empty.
    pub yl: String,
    /// Down as it was left.
    pub down: u8,
    /// Distance as it was left.
    pub togo: u8,
    /// Points by quarter, home: four quarters and overtime.
    pub home: [u8; 5],
    /// Points by quarter, visitors.
    pub away: [u8; 5],
    /// Timeouts left, home then visitors.
    pub to: [u8; 2],
}

/// The league's number (the digits after `00-`), the club, and the name as the statistics give it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlayerRow(pub u32, pub String, pub String);

/// Quarter, clock, yard line and club at one end of a drive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkRow(pub u8, pub String, pub String, pub String);

/// A drive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DriveRow {
    /// From 1.
    pub drive: u16,
    /// Whose.
    pub posteam: String,
    /// The quarter it ended in.
    pub qtr: u8,
    /// How it ended, in the provider's words for it (`Punt`, `Touchdown`).
    pub result: String,
    /// First downs won.
    pub fds: u8,
    /// Net yards of penalties.
    pub penyds: i16,
    /// Net yards gained.
    pub ydsgained: i16,
    /// Plays run.
    pub numplays: u8,
    /// Time of possession.
    pub postime: String,
    /// Where it began.
    pub start: MarkRow,
    /// Where it ended.
    pub end: MarkRow,
    /// Its plays.
    pub plays: Vec<PlayRow>,
}

/// A play: id, quarter, clock, down, distance, yard line, club in possession, net yards of the drive after
/// it, whether it scored, the provider's note, the statistics, and what they do not tell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[rustfmt::skip]
pub struct PlayRow(
    pub u32, pub u8, pub String, pub u8, pub u8, pub String, pub String, pub i16, pub u8,
    pub Option<String>, pub Vec<StatRow>, pub Extra,
);

/// Who earned a statistic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Who {
    /// A player, by number.
    Player(u32),
    /// A club, by letters.
    Club(String),
}

/// Who, the league's statistic number, and yards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatRow(pub Who, pub u16, pub i16);

/// What the statistics of a play do not tell.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Extra {
    /// What kind of play or break it was, where no number says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark: Option<Mark>,
    /// The play did not count.
    #[serde(skip_serializing_if = "is_false")]
    pub no_play: bool,
    /// Flags, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pen: Vec<PenaltyRow>,
    /// The outcome of a review.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review: Option<Review>,
    /// Play stopped for an injured player.
    #[serde(skip_serializing_if = "is_false")]
    pub injury: bool,
    /// The ball carrier went out of bounds, which stops the clock.
    #[serde(skip_serializing_if = "is_false")]
    pub ob: bool,
    /// The provider left this play out; it was filled in from its scoring summary.
    #[serde(skip_serializing_if = "is_false")]
    pub filled: bool,
}

fn is_false(b: &bool) -> bool {
    !*b
}

/// A kind of play or break that has no statistic of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// The passer kneels.
    Kneel,
    /// The passer spikes the ball.
    Spike,
    /// The passer runs.
    Scramble,
    /// Two minutes left in the half.
    TwoMinute,
    /// A quarter ends.
    EndQuarter,
    /// The game ends.
    EndGame,
}

/// How a review came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Review {
    /// The call stood.
    Upheld,
    /// The call was changed.
    Reversed,
    /// A touchdown was taken away.
    TouchdownReversed,
    /// A catch was taken away.
    CatchReversed,
}

/// Club, player (empty for the team), code of the foul, how it was dealt with, yards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PenaltyRow(pub String, pub String, pub String, pub Outcome, pub u8);

/// How a flag was dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Enforced.
    Enforced,
    /// Declined.
    Declined,
    /// Cancelled out by another.
    Offset,
}

/// A file that is not a game.
#[derive(Debug, thiserror::Error)]
#[error("game file {file}: {source}; pack it again with the pack_sunday example")]
pub struct BadGame {
    /// Which.
    pub file: String,
    /// What is wrong, with line and column.
    #[source]
    pub source: serde_json::Error,
}

impl GameRow {
    /// Reads a game file.
    pub fn read(file: &str, text: &str) -> Result<Self, BadGame> {
        serde_json::from_str(text).map_err(|source| BadGame {
            file: file.to_owned(),
            source,
        })
    }

    /// Writes a game file: one line per play, player and drive.
    pub fn write(&self) -> Result<String, serde_json::Error> {
        let js = |v: &dyn erased::Json| v.json();
        let mut out = String::from("{\n");
        out += &format!(
            "\"game\":{},\"home\":{},\"away\":{},\n\"end\":{},\n\"players\":[\n",
            js(&self.game)?,
            js(&self.home)?,
            js(&self.away)?,
            js(&self.end)?
        );
        let players: Result<Vec<_>, _> = self.players.iter().map(|p| js(p)).collect();
        out += &players?.join(",\n");
        out += "\n],\n\"drives\":[\n";
        let mut drives = Vec::new();
        for drive in &self.drives {
            let head = js(&DriveRow {
                plays: Vec::new(),
                ..drive.clone()
            })?;
            let head = head.trim_end_matches("]}");
            let plays: Result<Vec<_>, _> = drive.plays.iter().map(|p| js(p)).collect();
            drives.push(format!("{head}\n{}\n]}}", plays?.join(",\n")));
        }
        out += &drives.join(",\n");
        out += "\n]\n}\n";
        Ok(out)
    }
}

/// One place for the call that turns any row into a line.
mod erased {
    pub trait Json {
        fn json(&self) -> Result<String, serde_json::Error>;
    }
    impl<T: serde::Serialize> Json for T {
        fn json(&self) -> Result<String, serde_json::Error> {
            serde_json::to_string(self)
        }
    }
}

//! The provider's document, in the provider's shape, as it stood after so many plays.

use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::value::RawValue;

use super::{
    facts::Mark,
    game::{Game, Play, clock_s, clock_text},
    text::{play_text, scoring_entry},
    totals::{TeamTotals, team_totals},
};

/// How much of a game is known.
pub(super) struct View<'a> {
    pub game: &'a Game,
    /// Plays published so far, in order, as they stand now: provisional ones where they do.
    pub plays: &'a [&'a Play],
    /// How many of the game's plays that is (a fault may show one twice).
    pub published: usize,
    /// Whether the provider has called the game final.
    pub done: bool,
    /// The game's plays as JSON, made once: nearly all of a document is the same as the one before.
    pub fragments: &'a [Box<RawValue>],
    /// What the header shows instead of the truth, when a fault is injected.
    pub header: HeaderFault,
}

/// What is wrong with the header.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct HeaderFault {
    /// A clock that cannot be.
    pub clock: Option<String>,
    /// The points are gone.
    pub no_score: bool,
}

/// An object whose keys keep their order.
struct Ordered<V>(Vec<(String, V)>);

impl<V: Serialize> Serialize for Ordered<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// A quarter is a number, every other state a word.
#[derive(Serialize)]
#[serde(untagged)]
enum Quarter {
    Number(u8),
    Word(String),
}

#[derive(Serialize)]
struct GameDoc<'a> {
    home: TeamDoc<'a>,
    away: TeamDoc<'a>,
    drives: DrivesDoc<'a>,
    scrsummary: Ordered<ScoreDoc>,
    weather: Option<()>,
    media: Option<()>,
    yl: String,
    qtr: Quarter,
    note: Option<()>,
    down: u8,
    togo: u8,
    redzone: bool,
    clock: String,
    posteam: String,
    stadium: Option<()>,
}

#[derive(Serialize)]
struct TeamDoc<'a> {
    score: Ordered<u16>,
    abbr: &'a str,
    to: u8,
    stats: StatsDoc,
    players: Option<()>,
}

#[derive(Serialize)]
struct StatsDoc {
    team: TeamTotals,
}

struct DrivesDoc<'a>(Vec<(String, DriveDoc<'a>)>);

impl Serialize for DrivesDoc<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.serialize_entry("crntdrv", &self.0.len())?;
        map.end()
    }
}

#[derive(Serialize)]
struct DriveDoc<'a> {
    posteam: &'a str,
    qtr: u8,
    redzone: bool,
    plays: Ordered<ShownPlay<'a>>,
    fds: u8,
    result: &'a str,
    penyds: i16,
    ydsgained: i16,
    numplays: u8,
    postime: String,
    start: MarkDoc<'a>,
    end: MarkDoc<'a>,
}

#[derive(Serialize)]
struct MarkDoc<'a> {
    qtr: u8,
    time: &'a str,
    yrdln: &'a str,
    team: &'a str,
}

/// A play as it was made before, or made now because it stands differently.
#[derive(Serialize)]
#[serde(untagged)]
enum ShownPlay<'a> {
    Made(&'a RawValue),
    Fresh(PlayDoc<'a>),
}

#[derive(Serialize)]
struct PlayDoc<'a> {
    sp: u8,
    qtr: u8,
    down: u8,
    time: &'a str,
    yrdln: &'a str,
    ydstogo: u8,
    ydsnet: i16,
    posteam: &'a str,
    desc: String,
    note: Option<&'a str>,
    players: Ordered<Vec<StatDoc<'a>>>,
}

#[derive(Serialize)]
struct StatDoc<'a> {
    sequence: usize,
    clubcode: &'a str,
    #[serde(rename = "playerName")]
    player_name: &'a str,
    #[serde(rename = "statId")]
    stat_id: u16,
    yards: i16,
}

#[derive(Serialize)]
struct ScoreDoc {
    #[serde(rename = "type")]
    kind: &'static str,
    desc: String,
    qtr: u8,
    team: String,
    players: Ordered<String>,
}

/// The document as bytes.
pub(super) fn document(view: &View<'_>) -> Vec<u8> {
    let game = view.game;
    let header = header(view);
    let doc = GameDoc {
        home: team(view, &game.home),
        away: team(view, &game.away),
        drives: drives(view),
        scrsummary: summary(view),
        weather: None,
        media: None,
        yl: header.yl,
        qtr: header.qtr,
        note: None,
        down: header.down,
        togo: header.togo,
        redzone: header.redzone,
        clock: view.header.clock.clone().unwrap_or(header.clock),
        posteam: header.posteam,
        stadium: None,
    };
    // Seconds until the provider means to write the next one.
    let root = Ordered(vec![
        (game.id.clone(), Top::Game(Box::new(doc))),
        (
            "nextupdate".to_owned(),
            Top::Next(if view.done { -1 } else { 15 }),
        ),
    ]);
    // Maps with text keys and finite numbers: there is nothing here that JSON cannot hold.
    serde_json::to_vec(&root).unwrap_or_default()
}

#[derive(Serialize)]
#[serde(untagged)]
enum Top<'a> {
    Game(Box<GameDoc<'a>>),
    Next(i8),
}

struct Header {
    qtr: Quarter,
    clock: String,
    yl: String,
    down: u8,
    togo: u8,
    posteam: String,
    redzone: bool,
}

fn header(view: &View<'_>) -> Header {
    let game = view.game;
    let empty = |qtr, clock: &str, posteam: &str| Header {
        qtr,
        clock: clock.to_owned(),
        yl: String::new(),
        down: 0,
        togo: 0,
        posteam: posteam.to_owned(),
        redzone: false,
    };
    if view.done {
        let end = &game.end;
        return Header {
            qtr: Quarter::Word(end.qtr.clone()),
            clock: end.clock.clone(),
            yl: end.yl.clone(),
            down: end.down,
            togo: end.togo,
            posteam: end.posteam.clone(),
            redzone: false,
        };
    }
    let Some(last) = view.plays.last() else {
        return empty(Quarter::Word("Pregame".to_owned()), "15:00", "");
    };
    let ended = matches!(last.extra.mark, Some(Mark::EndQuarter | Mark::EndGame));
    if ended && last.quarter == 2 {
        return empty(Quarter::Word("Halftime".to_owned()), "00:00", "");
    }
    if last.extra.mark == Some(Mark::EndGame) {
        return empty(Quarter::Number(last.quarter), "00:00", "");
    }
    let next = game
        .plays
        .get(view.plays.len())
        .filter(|n| n.quarter == last.quarter);
    let clock = if ended {
        "00:00".to_owned()
    } else {
        clock_after(view, next)
    };
    // A touchdown that may yet be taken away leaves the header waiting for the try.
    let awaits_try = last.note.as_deref() == Some("TD") && last.down > 0;
    if awaits_try {
        let scorer = game.points_of(last);
        let club = if scorer.0 > 0 { &game.home } else { &game.away };
        let mut head = empty(Quarter::Number(last.quarter), &clock, club);
        head.yl = format!("{} 15", game.opponent(club));
        return head;
    }
    let Some(spot) = game.plays[view.published..].iter().find(|p| p.is_action()) else {
        return empty(Quarter::Number(last.quarter), &clock, &last.posteam);
    };
    Header {
        qtr: Quarter::Number(last.quarter),
        clock,
        yl: spot.yard_line.clone(),
        down: spot.down,
        togo: spot.togo,
        posteam: spot.posteam.clone(),
        redzone: spot.down > 0 && spot.yards_to_goal().is_some_and(|y| y <= 20),
    }
}

/// The clock some seconds after the last play's snap: it never runs past the next one's.
fn clock_after(view: &View<'_>, next: Option<&Play>) -> String {
    const PLAY_S: u16 = 7;
    let quarter = view.plays.last().map_or(0, |p| p.quarter);
    let snapped = view
        .plays
        .iter()
        .rev()
        .take_while(|p| p.quarter == quarter)
        .find_map(|p| p.clock_s())
        .unwrap_or(900);
    let floor = next.map_or(0, |n| n.clock_s().unwrap_or(0));
    clock_text(snapped.saturating_sub(PLAY_S).max(floor).min(snapped))
}

fn team<'a>(view: &View<'a>, club: &'a str) -> TeamDoc<'a> {
    let game = view.game;
    let home = club == game.home;
    let mut quarters = [0_u16; 5];
    let counted = if view.header.no_score {
        &[]
    } else {
        view.plays
    };
    for play in counted {
        let points = game.points_of(play);
        let at = usize::from(play.quarter.clamp(1, 5)) - 1;
        quarters[at] += u16::from(if home { points.0 } else { points.1 });
    }
    let mut score: Vec<(String, u16)> = (1..=5)
        .map(|q: usize| (q.to_string(), quarters[q - 1]))
        .collect();
    score.push(("T".to_owned(), quarters.iter().sum()));
    let to = if view.done {
        game.end.to[usize::from(!home)]
    } else {
        timeouts_left(view, club)
    };
    TeamDoc {
        score: Ordered(score),
        abbr: club,
        to,
        stats: StatsDoc {
            team: team_totals(view, club),
        },
        players: None,
    }
}

/// Three a half, two in overtime.
fn timeouts_left(view: &View<'_>, club: &str) -> u8 {
    let period = |q: u8| match q {
        0..=2 => 1,
        3 | 4 => 2,
        _ => 3,
    };
    let now = view.plays.last().map_or(1, |p| {
        if p.extra.mark == Some(Mark::EndQuarter) {
            period(p.quarter + 1)
        } else {
            period(p.quarter)
        }
    });
    let used = view
        .plays
        .iter()
        .filter(|p| period(p.quarter) == now)
        .filter(|p| p.stats.iter().any(|s| s.code == 68 && s.club == club))
        .count();
    let most: u8 = if now == 3 { 2 } else { 3 };
    most.saturating_sub(u8::try_from(used).unwrap_or(u8::MAX))
}

fn drives<'a>(view: &View<'a>) -> DrivesDoc<'a> {
    let game = view.game;
    let mut out = Vec::new();
    let mut at = 0;
    for (index, drive) in game.drives.iter().enumerate() {
        let plays: Vec<&Play> = view.plays[at..]
            .iter()
            .take_while(|p| p.drive == index)
            .copied()
            .collect();
        let (Some(first), Some(last)) = (plays.first(), plays.last()) else {
            break;
        };
        at += plays.len();
        let whole = game.plays.get(at).is_none_or(|p| p.drive != index);
        let over = whole
            && plays
                .iter()
                .zip(&game.plays[at - plays.len()..])
                .all(|(a, b)| **a == *b);
        let snaps = plays.iter().filter(|p| p.is_action()).count();
        let start = MarkDoc {
            qtr: drive.start.0,
            time: &drive.start.1,
            yrdln: &drive.start.2,
            team: &drive.start.3,
        };
        let from = at - plays.len();
        let docs = plays.iter().enumerate().map(|(n, play)| {
            // The same play in the same place, not one like it: a fault may have changed a copy.
            let as_ever = game
                .plays
                .get(from + n)
                .is_some_and(|p| std::ptr::eq(p, *play));
            let shown = match view.fragments.get(from + n) {
                Some(made) if as_ever => ShownPlay::Made(made),
                _ => ShownPlay::Fresh(play_doc(game, play)),
            };
            (play.id.to_string(), shown)
        });
        let docs = Ordered(docs.collect());
        let first_downs = plays
            .iter()
            .flat_map(|p| &p.stats)
            .filter(|s| matches!(s.code, 3..=5) && s.club == drive.posteam)
            .count();
        out.push((
            drive.drive.to_string(),
            if over {
                DriveDoc {
                    posteam: &drive.posteam,
                    qtr: drive.qtr,
                    redzone: true,
                    plays: docs,
                    fds: drive.fds,
                    result: &drive.result,
                    penyds: drive.penyds,
                    ydsgained: drive.ydsgained,
                    numplays: drive.numplays,
                    postime: drive.postime.clone(),
                    start,
                    end: MarkDoc {
                        qtr: drive.end.0,
                        time: &drive.end.1,
                        yrdln: &drive.end.2,
                        team: &drive.end.3,
                    },
                }
            } else {
                let from = clock_s(&drive.start.1).or(first.clock_s());
                let spent = match (from, last.clock_s()) {
                    (Some(from), Some(to)) if last.quarter == drive.start.0 => {
                        from.saturating_sub(to)
                    }
                    (Some(from), Some(to)) => from + 900_u16.saturating_sub(to),
                    _ => 0,
                };
                DriveDoc {
                    posteam: &drive.posteam,
                    qtr: last.quarter,
                    redzone: true,
                    plays: docs,
                    fds: u8::try_from(first_downs).unwrap_or(u8::MAX),
                    result: "",
                    penyds: 0,
                    ydsgained: last.net,
                    numplays: u8::try_from(snaps).unwrap_or(u8::MAX),
                    postime: format!("{}:{:02}", spent / 60, spent % 60),
                    start,
                    end: MarkDoc {
                        qtr: last.quarter,
                        time: &last.time,
                        yrdln: &last.yard_line,
                        team: &drive.posteam,
                    },
                }
            },
        ));
    }
    DrivesDoc(out)
}

/// Every play of a game as JSON, for [`View::fragments`].
pub(super) fn fragments(game: &Game) -> Vec<Box<RawValue>> {
    let json = |p| serde_json::value::to_raw_value(&play_doc(game, p)).unwrap_or_default();
    game.plays.iter().map(json).collect()
}

fn play_doc<'a>(game: &Game, play: &'a Play) -> PlayDoc<'a> {
    let mut players: Vec<(String, Vec<StatDoc<'a>>)> = Vec::new();
    for (at, stat) in play.stats.iter().enumerate() {
        let key = stat
            .player
            .map_or_else(|| "0".to_owned(), |id| format!("00-{id:07}"));
        let doc = StatDoc {
            sequence: at + 1,
            clubcode: &stat.club,
            player_name: &stat.name,
            stat_id: stat.code,
            yards: stat.yards,
        };
        match players.iter_mut().find(|(k, _)| *k == key) {
            Some((_, list)) => list.push(doc),
            None => players.push((key, vec![doc])),
        }
    }
    PlayDoc {
        sp: play.scored.into(),
        qtr: play.quarter,
        down: play.down,
        time: &play.time,
        yrdln: &play.yard_line,
        ydstogo: play.togo,
        ydsnet: play.net,
        posteam: &play.posteam,
        desc: play_text(game, play),
        note: play.note.as_deref(),
        players: Ordered(players),
    }
}

fn summary(view: &View<'_>) -> Ordered<ScoreDoc> {
    let mut out = Vec::new();
    for (at, play) in view.plays.iter().enumerate() {
        let attempt = view.plays[at + 1..].iter().find(|p| p.is_action()).copied();
        if let Some(entry) = scoring_entry(view.game, play, attempt) {
            out.push((
                play.id.to_string(),
                ScoreDoc {
                    kind: entry.kind,
                    desc: entry.text,
                    qtr: play.quarter,
                    team: entry.club,
                    players: Ordered(
                        entry
                            .players
                            .into_iter()
                            .map(|(name, id)| (name, format!("00-{id:07}")))
                            .collect(),
                    ),
                },
            ));
        }
    }
    Ordered(out)
}

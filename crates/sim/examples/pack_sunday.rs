//! Packs raw game payloads into the fact files that the demo replays.
//!
//! ```text
//! cargo run -p matchday-sim --example pack_sunday -- <folder of *.json.gz> [<folder to write to>]
//! ```
//!
//! What goes in: ids, clock, down, distance, yard line, scores, players, statistics, fouls as codes. What
//! stays out: every sentence of the provider. From a sentence only such facts are read as the numbers lack:
//! whether the passer knelt, spiked or ran, whether the play counted, the foul, the outcome of a review.

use std::{collections::BTreeMap, error::Error, fs, io::Read, path::Path};

use matchday_sim::sunday::{
    codes::foul_code,
    facts::{
        DriveRow, EndRow, Extra, GameRow, Mark, MarkRow, Outcome, PenaltyRow, PlayRow, PlayerRow,
        Review, StatRow, Who,
    },
};
use serde_json::Value;

type Fallible<T> = Result<T, Box<dyn Error>>;

fn main() -> Fallible<()> {
    let mut args = std::env::args().skip(1);
    let from = args
        .next()
        .ok_or("usage: pack_sunday <folder of *.json.gz> [<out>]")?;
    let to = args
        .next()
        .unwrap_or_else(|| format!("{}/data/sunday", env!("CARGO_MANIFEST_DIR")));
    fs::create_dir_all(&to)?;
    let mut files: Vec<_> = fs::read_dir(&from)?
        .filter_map(|e| e.ok().map(|e| e.path()))
        .filter(|p| p.to_string_lossy().ends_with(".json.gz"))
        .collect();
    files.sort();
    for file in files {
        let name = file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let id = name.trim_end_matches(".json.gz");
        let game = pack(id, &file).map_err(|e| format!("{name}: {e}"))?;
        let text = game.write()?;
        fs::write(Path::new(&to).join(format!("{id}.json")), &text)?;
        println!("{id} {} at {}: {} bytes", game.away, game.home, text.len());
    }
    Ok(())
}

fn pack(id: &str, file: &Path) -> Fallible<GameRow> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(fs::File::open(file)?).read_to_string(&mut text)?;
    // The payload's own order of plays is the order in which they happened, and a JSON map here sorts by
    // key: the ids are put back in order of appearance in the text.
    let payload: Value = serde_json::from_str(&text)?;
    let game = payload.get(id).ok_or("no game of that id")?;
    let mut players = BTreeMap::new();
    let mut drives = Vec::new();
    let raw_drives = game["drives"].as_object().ok_or("no drives")?;
    let mut numbers: Vec<u16> = raw_drives.keys().filter_map(|k| k.parse().ok()).collect();
    numbers.sort_unstable();
    for number in numbers {
        let raw = &raw_drives[&number.to_string()];
        let mut plays = Vec::new();
        for key in in_order_of_appearance(&text, raw["plays"].as_object().ok_or("no plays")?) {
            plays.push(play(&key, &raw["plays"][&key], &mut players)?);
        }
        drives.push(DriveRow {
            drive: number,
            posteam: string(&raw["posteam"]),
            qtr: num(&raw["qtr"])?,
            result: string(&raw["result"]),
            fds: num(&raw["fds"])?,
            penyds: num(&raw["penyds"])?,
            ydsgained: num(&raw["ydsgained"])?,
            numplays: num(&raw["numplays"])?,
            postime: string(&raw["postime"]),
            start: mark(&raw["start"])?,
            end: mark(&raw["end"])?,
            plays,
        });
    }
    fill_missing_kicks(&mut drives, &game["scrsummary"], &players)?;
    let score = |side: &str| -> Fallible<[u8; 5]> {
        let mut out = [0; 5];
        for (i, q) in out.iter_mut().enumerate() {
            *q = num(&game[side]["score"][(i + 1).to_string()])?;
        }
        Ok(out)
    };
    Ok(GameRow {
        game: id.to_owned(),
        home: string(&game["home"]["abbr"]),
        away: string(&game["away"]["abbr"]),
        end: EndRow {
            qtr: string(&game["qtr"]),
            clock: string(&game["clock"]),
            posteam: string(&game["posteam"]),
            yl: string(&game["yl"]),
            down: num(&game["down"])?,
            togo: num(&game["togo"])?,
            home: score("home")?,
            away: score("away")?,
            to: [num(&game["home"]["to"])?, num(&game["away"]["to"])?],
        },
        players: players
            .into_iter()
            .map(|(id, (club, name))| PlayerRow(id, club, name))
            .collect(),
        drives,
    })
}

/// The keys of a drive's plays in the order of the text. A play's key is unique within the game there:
/// `"<id>":{"sp":`.
fn in_order_of_appearance(text: &str, plays: &serde_json::Map<String, Value>) -> Vec<String> {
    let place = |key: &String| {
        text.find(&format!("\"{key}\":{{\"sp\""))
            .or_else(|| text.find(&format!("\"{key}\": {{\"sp\"")))
            .unwrap_or(usize::MAX)
    };
    let mut keys: Vec<String> = plays.keys().cloned().collect();
    keys.sort_by_key(|k| (place(k), k.parse().unwrap_or(u32::MAX)));
    keys
}

type Players = BTreeMap<u32, (String, String)>;

fn play(key: &str, raw: &Value, players: &mut Players) -> Fallible<PlayRow> {
    let mut stats = Vec::new();
    for (who, list) in raw["players"].as_object().ok_or("play without players")? {
        for stat in list.as_array().ok_or("player without a list")? {
            let club = string(&stat["clubcode"]);
            let who = if who == "0" {
                Who::Club(club)
            } else {
                let id = player_id(who)?;
                players.insert(id, (club, string(&stat["playerName"])));
                Who::Player(id)
            };
            let sequence: u32 = num(&stat["sequence"])?;
            stats.push((
                sequence,
                StatRow(who, num(&stat["statId"])?, num(&stat["yards"])?),
            ));
        }
    }
    stats.sort_by_key(|(sequence, _)| *sequence);
    let text = string(&raw["desc"]);
    Ok(PlayRow(
        key.parse()?,
        num(&raw["qtr"])?,
        string(&raw["time"]),
        num(&raw["down"])?,
        num(&raw["ydstogo"])?,
        string(&raw["yrdln"]),
        string(&raw["posteam"]),
        num(&raw["ydsnet"])?,
        num(&raw["sp"])?,
        raw["note"].as_str().map(str::to_owned),
        stats.into_iter().map(|(_, s)| s).collect(),
        extra(&text)?,
    ))
}

fn extra(text: &str) -> Fallible<Extra> {
    // Only what stands after a reversal is what happened.
    let (first, last) = match text.rfind("REVERSED.") {
        Some(at) => (&text[..at], &text[at..]),
        None => (text, text),
    };
    let lower = last.to_ascii_lowercase();
    let upper_mark = text.trim().to_ascii_uppercase();
    let mark = if upper_mark.starts_with("END GAME") {
        Some(Mark::EndGame)
    } else if upper_mark.starts_with("END QUARTER") {
        Some(Mark::EndQuarter)
    } else if upper_mark.starts_with("TWO-MINUTE WARNING") {
        Some(Mark::TwoMinute)
    } else if lower.contains(" kneels") {
        Some(Mark::Kneel)
    } else if lower.contains(" spiked the ball") {
        Some(Mark::Spike)
    } else if lower.contains(" scrambles") {
        Some(Mark::Scramble)
    } else {
        None
    };
    let review = if first.len() < text.len() {
        let caught = first.contains(" pass ") && !first.contains("incomplete");
        Some(if first.contains("TOUCHDOWN") {
            Review::TouchdownReversed
        } else if caught && last.contains("incomplete") {
            Review::CatchReversed
        } else {
            Review::Reversed
        })
    } else if lower.contains("upheld") {
        Some(Review::Upheld)
    } else {
        None
    };
    Ok(Extra {
        mark,
        no_play: text.contains("No Play"),
        pen: fouls(last)?,
        review,
        injury: lower.contains(" was injured"),
        ob: last.contains(" ran ob ") || last.contains(" pushed ob "),
        filled: false,
    })
}

/// `PENALTY on NO-J.Phillips, False Start, 5 yards, enforced at ATL 39` and its variants.
fn fouls(text: &str) -> Fallible<Vec<PenaltyRow>> {
    let lower = text.to_ascii_lowercase();
    let mut out = Vec::new();
    for (at, found) in lower.match_indices("penalty on ") {
        let rest = &text[at + found.len()..];
        let mut parts = rest.split(", ");
        let who = parts.next().unwrap_or_default();
        let (club, name) = who.split_once('-').unwrap_or((who, ""));
        let word = parts.next().unwrap_or_default().trim_end_matches('.');
        let code = foul_code(word).ok_or_else(|| format!("foul {word:?} has no code yet"))?;
        let tail = parts.next().unwrap_or_default();
        let yards = tail
            .split(' ')
            .next()
            .and_then(|y| y.parse().ok())
            .unwrap_or(0);
        let outcome = if tail.starts_with("declined") {
            Outcome::Declined
        } else if tail.starts_with("offsetting") {
            Outcome::Offset
        } else {
            Outcome::Enforced
        };
        out.push(PenaltyRow(
            club.to_owned(),
            name.to_owned(),
            code.to_owned(),
            outcome,
            yards,
        ));
    }
    Ok(out)
}

/// The provider leaves out the kick after some touchdowns that the defence scored, yet counts its point
/// and names the kicker in the scoring summary. Without it the plays would not add up to the score.
fn fill_missing_kicks(drives: &mut [DriveRow], summary: &Value, players: &Players) -> Fallible<()> {
    for (key, entry) in summary.as_object().ok_or("no scoring summary")? {
        let text = string(&entry["desc"]);
        let (Some(end), Some(open)) = (text.find(" kick is good)"), text.find('(')) else {
            continue;
        };
        let kicker = &text[open + 1..end];
        let id: u32 = key.parse()?;
        let club = string(&entry["team"]);
        let all: Vec<&PlayRow> = drives.iter().flat_map(|d| &d.plays).collect();
        let at = all
            .iter()
            .position(|p| p.0 == id)
            .ok_or("scoring play not found")?;
        let has_kick = all[at + 1..]
            .iter()
            .find(|p| p.4 > 0 || p.10.iter().any(|s| matches!(s.1, 41..=44 | 72..=78)))
            .is_some_and(|p| p.10.iter().any(|s| s.1 == 72));
        if has_kick {
            continue;
        }
        let number = players
            .iter()
            .find(|(_, (c, n))| *c == club && n == kicker)
            .map(|(id, _)| *id)
            .or_else(|| {
                entry["players"][kicker]
                    .as_str()
                    .and_then(|p| player_id(p).ok())
            })
            .ok_or("kicker not found")?;
        let next_clock = all[at + 1..]
            .iter()
            .find(|p| !p.2.is_empty())
            .map_or(String::new(), |p| p.2.clone());
        let scored = all[at].clone();
        for drive in drives.iter_mut() {
            if let Some(i) = drive.plays.iter().position(|p| p.0 == id) {
                let line = if club == scored.6 {
                    String::new()
                } else {
                    scored.6.clone()
                };
                let kick = PlayRow(
                    id + 1,
                    scored.1,
                    next_clock.clone(),
                    0,
                    0,
                    format!("{line} 15").trim().to_owned(),
                    club.clone(),
                    scored.7,
                    1,
                    Some("XP".to_owned()),
                    vec![StatRow(Who::Player(number), 72, 0)],
                    Extra {
                        filled: true,
                        ..Extra::default()
                    },
                );
                drive.plays.insert(i + 1, kick);
            }
        }
    }
    Ok(())
}

fn mark(raw: &Value) -> Fallible<MarkRow> {
    Ok(MarkRow(
        num(&raw["qtr"])?,
        string(&raw["time"]),
        string(&raw["yrdln"]),
        string(&raw["team"]),
    ))
}

fn player_id(key: &str) -> Fallible<u32> {
    let digits = key
        .strip_prefix("00-")
        .ok_or_else(|| format!("player id {key:?}"))?;
    Ok(digits.parse()?)
}

fn string(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn num<T: TryFrom<i64>>(value: &Value) -> Fallible<T> {
    let n = value
        .as_i64()
        .ok_or_else(|| format!("{value} is not a whole number"))?;
    T::try_from(n).map_err(|_| format!("{n} is out of range").into())
}

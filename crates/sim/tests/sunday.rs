//! The Sunday's documents: whole at every step, adding up, growing, and true at the end.

use std::{collections::BTreeMap, io::Read, path::PathBuf, time::Duration};

use matchday_sim::sunday::{Sunday, game::Game};
use serde_json::Value;

const SEED: u64 = 1;

fn sunday() -> Sunday {
    Sunday::new(SEED).expect("the shipped games are whole")
}

fn document(sunday: &Sunday, game: &str, frame: usize) -> Value {
    let bytes = sunday
        .document_at(game, frame)
        .expect("a game of the Sunday");
    serde_json::from_slice(&bytes).expect("a document is JSON")
}

/// Points by club, counted from the document's own statistics with a table of the test's own.
fn counted(game: &Value) -> BTreeMap<String, u64> {
    let mut points = BTreeMap::new();
    for play in plays(game) {
        for stat in play.1["players"]
            .as_object()
            .unwrap()
            .values()
            .flat_map(|l| l.as_array().unwrap())
        {
            let worth = match stat["statId"].as_u64().unwrap() {
                11 | 13 | 22 | 24 | 26 | 28 | 34 | 36 | 46 | 48 | 56 | 58 | 60 | 62 | 64 | 108 => 6,
                70 => 3,
                75 | 77 | 89 => 2,
                72 => 1,
                _ => 0,
            };
            *points
                .entry(stat["clubcode"].as_str().unwrap().to_owned())
                .or_default() += worth;
        }
    }
    points
}

/// Id and play, of every drive.
fn plays(game: &Value) -> Vec<(String, &Value)> {
    let drives = game["drives"].as_object().unwrap();
    drives
        .values()
        .filter(|d| d.is_object())
        .flat_map(|d| d["plays"].as_object().unwrap())
        .map(|(id, play)| (id.clone(), play))
        .collect()
}

fn total(game: &Value, side: &str) -> u64 {
    game[side]["score"]["T"].as_u64().unwrap()
}

#[test]
fn at_every_step_the_header_is_the_sum_of_the_scoring_plays() {
    let sunday = sunday();
    for game in sunday.games() {
        let frames = sunday.frames(&game.id).unwrap();
        for (at, frame) in frames.iter().enumerate() {
            // Every step that shows something provisional, and every fifth of the others.
            if at % 5 != 0 && frame.provisional.is_empty() && !frame.done {
                continue;
            }
            let whole = document(&sunday, &game.id, at);
            let doc = &whole[&game.id];
            assert_eq!(plays(doc).len(), frame.published, "{} step {at}", game.id);
            let counted = counted(doc);
            for side in ["home", "away"] {
                let club = doc[side]["abbr"].as_str().unwrap();
                let quarters: u64 = (1..=5)
                    .map(|q| doc[side]["score"][q.to_string()].as_u64().unwrap())
                    .sum();
                assert_eq!(total(doc, side), quarters, "{} step {at} {side}", game.id);
                assert_eq!(
                    total(doc, side),
                    counted.get(club).copied().unwrap_or(0),
                    "{} step {at} {side}",
                    game.id
                );
            }
        }
    }
}

#[test]
fn documents_only_grow_and_the_clock_only_falls() {
    let sunday = sunday();
    for game in sunday.games().step_by(3) {
        let mut seen: Vec<String> = Vec::new();
        let mut clock = (String::new(), u32::MAX);
        let mut score = (0, 0);
        let mut was_provisional = false;
        for (at, frame) in sunday.frames(&game.id).unwrap().iter().enumerate() {
            let whole = document(&sunday, &game.id, at);
            let doc = &whole[&game.id];
            let ids: Vec<String> = plays(doc).into_iter().map(|(id, _)| id).collect();
            assert!(
                seen.iter().all(|id| ids.contains(id)),
                "{} lost a play at {at}",
                game.id
            );
            seen = ids;
            let now = (total(doc, "home"), total(doc, "away"));
            if !was_provisional {
                assert!(
                    now.0 >= score.0 && now.1 >= score.1,
                    "{} step {at}",
                    game.id
                );
            }
            (score, was_provisional) = (now, !frame.provisional.is_empty());
            let quarter = doc["qtr"].to_string();
            let time = doc["clock"].as_str().unwrap().to_owned();
            let (m, s) = time.split_once(':').unwrap();
            let left = m.parse::<u32>().unwrap() * 60 + s.parse::<u32>().unwrap();
            if quarter == clock.0 {
                assert!(
                    left <= clock.1,
                    "{} step {at}: clock rose to {time}",
                    game.id
                );
            }
            clock = (quarter, left);
        }
    }
}

#[test]
fn the_header_tells_the_state_of_the_day() {
    let sunday = sunday();
    let id = "2017010108";
    let states: Vec<String> = (0..sunday.frames(id).unwrap().len())
        .map(|at| document(&sunday, id, at)[id]["qtr"].to_string())
        .fold(Vec::new(), |mut all, state| {
            if all.last() != Some(&state) {
                all.push(state);
            }
            all
        });
    let want = [
        "\"Pregame\"",
        "1",
        "2",
        "\"Halftime\"",
        "3",
        "4",
        "5",
        "\"final overtime\"",
    ];
    assert_eq!(states, want);
}

#[test]
fn the_last_document_is_the_facts() {
    let sunday = sunday();
    for game in sunday.games() {
        let last = sunday.frames(&game.id).unwrap().len() - 1;
        assert!(
            sunday.frames(&game.id).unwrap()[last]
                .provisional
                .is_empty()
        );
        let whole = document(&sunday, &game.id, last);
        let doc = &whole[&game.id];
        for (side, quarters) in [("home", game.end.home), ("away", game.end.away)] {
            for (at, points) in quarters.iter().enumerate() {
                assert_eq!(
                    doc[side]["score"][(at + 1).to_string()],
                    *points,
                    "{} {side} quarter {}",
                    game.id,
                    at + 1
                );
            }
        }
        for play in &game.plays {
            let drive = game.drives[play.drive].drive.to_string();
            let shown = &doc["drives"][drive]["plays"][play.id.to_string()];
            assert_eq!(shown["yrdln"], play.yard_line, "{} {}", game.id, play.id);
            let stats: Vec<&Value> = shown["players"]
                .as_object()
                .unwrap()
                .values()
                .flat_map(|l| l.as_array().unwrap())
                .collect();
            assert_eq!(stats.len(), play.stats.len());
            for stat in stats {
                let at = stat["sequence"].as_u64().unwrap() as usize - 1;
                assert_eq!(stat["statId"], play.stats[at].code);
                assert_eq!(stat["yards"], play.stats[at].yards);
                assert_eq!(stat["clubcode"], play.stats[at].club);
            }
        }
    }
}

#[test]
fn the_same_seed_is_the_same_sunday_and_another_is_another() {
    let (one, same, other) = (sunday(), sunday(), Sunday::new(SEED + 1).unwrap());
    let mut differ = 0;
    for game in one.games() {
        assert_eq!(one.frames(&game.id), same.frames(&game.id));
        differ += u32::from(one.frames(&game.id) != other.frames(&game.id));
        let middle = Duration::from_secs(5000);
        assert_eq!(
            one.document(&game.id, middle),
            same.document(&game.id, middle)
        );
        let last = |s: &Sunday| s.document_at(&game.id, usize::MAX);
        assert_eq!(last(&one), last(&other), "every seed ends with the facts");
    }
    assert_eq!(differ, 16);
}

#[test]
fn an_afternoon_takes_as_long_as_a_real_one() {
    for seed in 0..20 {
        let sunday = Sunday::new(seed).unwrap();
        let mut sum = 0.0;
        for game in sunday.games() {
            let frames = sunday.frames(&game.id).unwrap();
            assert!(
                frames
                    .windows(2)
                    .all(|w| w[0].at < w[1].at || w[0].published == 0),
                "{}",
                game.id
            );
            let minutes = frames.last().unwrap().at.as_secs_f64() / 60.0;
            assert!((160.0..=230.0).contains(&minutes), "{} {minutes}", game.id);
            sum += minutes;
        }
        assert!(
            (178.0..=196.0).contains(&(sum / 16.0)),
            "mean {}",
            sum / 16.0
        );
    }
}

#[test]
fn some_plays_first_stand_wrong_and_all_are_put_right() {
    let sunday = sunday();
    let mut corrected = 0;
    let mut taken_back = 0;
    for game in sunday.games() {
        let frames = sunday.frames(&game.id).unwrap();
        for pair in frames.windows(2) {
            let gone = pair[0]
                .provisional
                .iter()
                .filter(|p| !pair[1].provisional.contains(p))
                .count();
            corrected += gone;
        }
        for at in 1..frames.len() {
            let points = |at: usize| -> u32 {
                let plays = sunday.plays_at(&game.id, at).unwrap();
                plays
                    .iter()
                    .map(|p| u32::from(game.points_of(p).0 + game.points_of(p).1))
                    .sum()
            };
            taken_back += u32::from(points(at) < points(at - 1));
        }
    }
    assert!(corrected >= 16, "{corrected}");
    assert!(taken_back >= 3, "{taken_back}");
}

/// The real files, where they lie beside the project.
fn real_folder() -> Option<PathBuf> {
    let data = std::env::var_os("MATCHDAY_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let folder = data.join("nfl/gsis_raw_2017_01_01");
    folder.is_dir().then_some(folder)
}

#[test]
fn the_facts_agree_with_the_real_payloads() {
    let Some(folder) = real_folder() else {
        println!("left out: the_facts_agree_with_the_real_payloads (no nfl/gsis_raw_2017_01_01)");
        return;
    };
    let sunday = sunday();
    for game in sunday.games() {
        let file = std::fs::File::open(folder.join(format!("{}.json.gz", game.id))).unwrap();
        let mut text = String::new();
        flate2::read::GzDecoder::new(file)
            .read_to_string(&mut text)
            .unwrap();
        let real: Value = serde_json::from_str(&text).unwrap();
        let ours = document(&sunday, &game.id, usize::MAX);
        agree(game, &real[&game.id], &ours[&game.id]);
    }
}

fn agree(game: &Game, real: &Value, ours: &Value) {
    for key in ["qtr", "clock", "yl", "down", "togo", "posteam"] {
        assert_eq!(real[key], ours[key], "{} {key}", game.id);
    }
    for side in ["home", "away"] {
        for key in ["score", "abbr", "to"] {
            assert_eq!(real[side][key], ours[side][key], "{} {side} {key}", game.id);
        }
    }
    let filled: Vec<String> = game
        .plays
        .iter()
        .filter(|p| p.extra.filled)
        .map(|p| p.id.to_string())
        .collect();
    for (number, drive) in real["drives"].as_object().unwrap() {
        let mine = &ours["drives"][number];
        if !drive.is_object() {
            assert_eq!(drive, mine);
            continue;
        }
        for key in [
            "posteam",
            "qtr",
            "fds",
            "result",
            "penyds",
            "ydsgained",
            "numplays",
            "postime",
            "start",
            "end",
        ] {
            assert_eq!(drive[key], mine[key], "{} drive {number} {key}", game.id);
        }
        let count = mine["plays"]
            .as_object()
            .unwrap()
            .keys()
            .filter(|k| !filled.contains(k))
            .count();
        assert_eq!(drive["plays"].as_object().unwrap().len(), count);
        for (id, play) in drive["plays"].as_object().unwrap() {
            let shown = &mine["plays"][id];
            for key in [
                "sp", "qtr", "down", "time", "yrdln", "ydstogo", "ydsnet", "posteam", "note",
                "players",
            ] {
                assert_eq!(play[key], shown[key], "{} play {id} {key}", game.id);
            }
            let words = shown["desc"].as_str().unwrap();
            assert_ne!(play["desc"], words, "the provider's sentence");
        }
    }
    let summary = |doc: &Value| -> Vec<(String, Value, Value, Value)> {
        let entries = doc["scrsummary"].as_object().unwrap();
        entries
            .iter()
            .map(|(id, e)| {
                (
                    id.clone(),
                    e["type"].clone(),
                    e["team"].clone(),
                    e["qtr"].clone(),
                )
            })
            .collect()
    };
    assert_eq!(summary(real), summary(ours), "{}", game.id);
    for side in ["home", "away"] {
        let (theirs, mine) = (&real[side]["stats"]["team"], &ours[side]["stats"]["team"]);
        for key in ["totfd", "totyds", "pyds", "ryds", "trnovr", "pt"] {
            assert_eq!(theirs[key], mine[key], "{} {side} {key}", game.id);
        }
    }
}

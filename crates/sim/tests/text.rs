//! The words: one example of every kind, and no play without them.

use std::collections::{BTreeMap, BTreeSet};

use matchday_sim::sunday::{Sunday, game::Play, text::play_text};

fn sunday() -> Sunday {
    Sunday::new(1).expect("the shipped games are whole")
}

/// What kind of play it is, roughly: the statistics that decide the sentence.
fn kind(play: &Play) -> String {
    let telling: BTreeSet<u16> = play
        .stats
        .iter()
        .map(|s| s.code)
        .filter(|c| !matches!(c, 3..=9 | 79..=82 | 85 | 95 | 110..=115 | 120 | 402 | 410 | 42 | 30 | 91))
        .collect();
    let mut key: Vec<String> = telling.iter().map(|c| format!("{c:03}")).collect();
    key.extend(play.extra.mark.map(|m| format!("{m:?}")));
    key.extend(play.extra.review.map(|r| format!("{r:?}")));
    key.extend(play.extra.no_play.then(|| "NoPlay".to_owned()));
    key.extend(play.extra.pen.iter().map(|p| format!("{:?}", p.3)));
    key.join(" ")
}

#[test]
fn one_example_of_every_kind() {
    let sunday = sunday();
    let mut examples: BTreeMap<String, String> = BTreeMap::new();
    for game in sunday.games() {
        for play in &game.plays {
            examples
                .entry(kind(play))
                .or_insert_with(|| play_text(game, play));
        }
    }
    let table: Vec<String> = examples
        .iter()
        .map(|(k, t)| format!("{k}\n    {t}"))
        .collect();
    insta::assert_snapshot!(table.join("\n"));
}

#[test]
fn a_whole_game_reads_as_one() {
    let sunday = sunday();
    let game = sunday.games().find(|g| g.id == "2017010108").unwrap();
    let lines: Vec<String> = game
        .plays
        .iter()
        .map(|p| {
            format!(
                "Q{} {:>5} {:>6}  {}",
                p.quarter,
                p.time,
                p.yard_line,
                play_text(game, p)
            )
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn every_play_has_words_and_none_is_a_placeholder() {
    let sunday = sunday();
    let mut count = 0;
    for game in sunday.games() {
        for play in &game.plays {
            let text = play_text(game, play);
            let place = format!("{} {}: {text:?}", game.id, play.id);
            assert!(text.len() > 8 && text.len() < 260, "{place}");
            assert!(
                text.starts_with(|c: char| c.is_ascii_uppercase()),
                "{place}"
            );
            assert!(text.ends_with('.'), "{place}");
            for wrong in [
                "  ",
                "..",
                " .",
                " ,",
                ",,",
                ",.",
                "{",
                "}",
                "()",
                "team-mate",
                "foul,",
                " 1 yards",
                "-yards",
            ] {
                // A name may end in a stop and end a sentence as well: "Pryor Sr." takes no second one.
                assert!(!text.contains(wrong), "{wrong:?} in {place}");
            }
            count += 1;
        }
    }
    assert_eq!(count, 2825);
}

#[test]
fn the_words_people_and_programs_look_for_are_there() {
    let sunday = sunday();
    let needs: &[(&[u16], &str)] = &[
        (&[15, 16], "passes"),
        (&[14], "incomplete"),
        (&[19], "intercepted"),
        (&[20], "sacked"),
        (&[29, 32, 2], "punts"),
        (&[41, 43, 44], "kicks"),
        (&[69, 70, 71], "field goal"),
        (&[72, 73, 74], "extra point"),
        (&[75, 76, 77, 78], "Two-point"),
        (&[11, 22, 26, 34, 60, 108], "touchdown"),
        (&[52, 53], "fumble"),
        (&[89], "Safety"),
        (&[68], "imeout"),
    ];
    for game in sunday.games() {
        for play in game.plays.iter().filter(|p| !p.extra.no_play) {
            let text = play_text(game, play);
            for (codes, word) in needs {
                let muffed = *word == "fumble" && text.contains("muffs");
                assert!(
                    !play.has(codes) || text.contains(word) || muffed,
                    "{word} in {text:?}"
                );
            }
            assert!(
                play.extra.pen.is_empty() || text.contains("Penalty on"),
                "{text:?}"
            );
        }
    }
}

//! The words of a play, written from its facts.
//!
//! The style is a broadcaster's play-by-play: who did what, how far, to where, then who stopped it, then
//! flags. Nothing is taken from the provider's sentences.

mod kicks;
mod scrimmage;
mod summary;

pub use summary::{ScoringEntry, scoring_entry};

use super::{
    codes::foul_name,
    facts::{Mark, Outcome, Review},
    game::{Game, Play, Stat, yards_to_goal},
};

/// The text of a play.
pub fn play_text(game: &Game, play: &Play) -> String {
    let mut out = Sentences::default();
    match play.extra.mark {
        Some(Mark::EndQuarter) if play.quarter == 2 => return "End of half.".to_owned(),
        Some(Mark::EndQuarter) => return format!("End of quarter {}.", play.quarter),
        Some(Mark::EndGame) => return "End of game.".to_owned(),
        Some(Mark::TwoMinute) => return "Two-minute warning.".to_owned(),
        _ => {}
    }
    let timeout = play.stat(&[68]);
    if let Some(timeout) = timeout.filter(|_| !play.is_action()) {
        return if play.time.is_empty() {
            format!("Timeout {}.", timeout.club)
        } else {
            format!(
                "Timeout {} with {} left.",
                timeout.club,
                short_clock(&play.time)
            )
        };
    }
    if play.has(&[41, 42, 43, 44, 46, 48, 49, 107, 108, 410]) {
        kicks::kickoff(game, play, &mut out);
    } else if play.has(&[70, 69, 71, 72, 73, 74]) {
        kicks::place_kick(play, &mut out);
    } else if play.has(&[2, 29, 30, 31, 32]) {
        kicks::punt(game, play, &mut out);
        // Whoever picks up a blocked punt may still throw it.
        if play.has(&[14, 15, 19]) {
            scrimmage::scrimmage(game, play, &mut out);
        }
    } else if play.has(&[75, 76, 77, 78]) {
        scrimmage::two_point(play, &mut out);
    } else {
        scrimmage::scrimmage(game, play, &mut out);
    }
    fumbles(game, play, &mut out);
    if let Some(safety) = play.stat(&[89]) {
        out.push(format!("Safety, 2 points for {}", safety.club));
    }
    tackles(play, &mut out);
    penalties(play, &mut out);
    // A challenge that fails costs one, on the play that it challenged.
    if let Some(timeout) = timeout {
        out.push(format!("{} charged a timeout", timeout.club));
    }
    match play.extra.review {
        Some(Review::Upheld) => out.push("The call stands on review"),
        Some(Review::TouchdownReversed) => out.push("Score overturned on review"),
        Some(Review::CatchReversed) => out.push("Call overturned on review"),
        Some(Review::Reversed) => out.push("Call changed on review"),
        None => {}
    }
    out.text()
}

/// Sentences in order, each without its full stop.
#[derive(Debug, Default)]
pub(super) struct Sentences(Vec<String>);

impl Sentences {
    pub(super) fn push(&mut self, sentence: impl Into<String>) {
        self.0.push(sentence.into());
    }

    fn text(&self) -> String {
        let mut out = String::new();
        for sentence in &self.0 {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(sentence);
            // A name may end in a stop of its own (Jr.).
            if !sentence.ends_with('.') {
                out.push('.');
            }
        }
        out
    }
}

/// `1 yard`, `14 yards`.
pub(super) fn yards(n: i16) -> String {
    let n = n.abs();
    format!("{n} yard{}", if n == 1 { "" } else { "s" })
}

/// `for 14 yards`, `for no gain`, `for a loss of 3 yards`.
pub(super) fn gain(n: i16) -> String {
    match n {
        0 => "for no gain".to_owned(),
        n if n > 0 => format!("for {}", yards(n)),
        n => format!("for a loss of {}", yards(n)),
    }
}

/// The place `to_goal` yards from the goal that `club` attacks: `NO 32`, `midfield`, `the end zone`.
pub(super) fn place(game: &Game, club: &str, to_goal: i16) -> String {
    match to_goal {
        50 => "midfield".to_owned(),
        y if y <= 0 || y >= 100 => "the end zone".to_owned(),
        y if y > 50 => format!("{club} {}", 100 - y),
        y => format!("{} {y}", game.opponent(club)),
    }
}

/// A yard line of the facts as text: `50` is `midfield`.
pub(super) fn line_text(line: &str) -> String {
    if line == "50" {
        "midfield".to_owned()
    } else {
        line.to_owned()
    }
}

/// Where the ball is after a play of `gained` yards, if nothing else moved it.
pub(super) fn spot_after(game: &Game, play: &Play, gained: i16) -> Option<String> {
    let from = yards_to_goal(&play.yard_line, &play.posteam)?;
    let moved = play.has(&[52, 53, 55, 57, 59, 60, 106, 12, 13, 23, 24, 89]);
    (!moved && (1..100).contains(&(from - gained)))
        .then(|| place(game, &play.posteam, from - gained))
}

/// A name with its club, for those who are not of the side in possession.
pub(super) fn with_club(stat: &Stat) -> String {
    if stat.short.is_empty() {
        stat.club.clone()
    } else {
        format!("{} ({})", stat.short, stat.club)
    }
}

/// A name, or the club where no player is named.
pub(super) fn name(stat: &Stat) -> &str {
    if stat.short.is_empty() {
        &stat.club
    } else {
        &stat.short
    }
}

/// `Atkins and Sims`, `Ngata, Ansah and Levy`.
pub(super) fn list(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn short_clock(time: &str) -> String {
    let trimmed = time.trim_start_matches('0');
    if trimmed.starts_with(':') {
        format!("0{trimmed}")
    } else {
        trimmed.to_owned()
    }
}

fn fumbles(game: &Game, play: &Play, out: &mut Sentences) {
    let Some(fumble) = play.stat(&[52, 53]) else {
        return;
    };
    let muffed = fumble.code == 53 && play.has(&[29, 41, 43]) && !play.has(&[33, 35, 45, 47]);
    let mut said = if muffed {
        format!("{} muffs the catch", name(fumble))
    } else {
        match play.stat(&[91]) {
            Some(by) => format!("{} fumbles, forced by {},", name(fumble), name(by)),
            None => format!("{} fumbles", name(fumble)),
        }
    };
    if let Some(by) = play.stat(&[55, 56, 59, 60]) {
        if by.player == fumble.player {
            said += " and recovers";
        } else {
            said = format!(
                "{}, recovered by {}",
                said.trim_end_matches(','),
                with_club(by)
            );
        }
        match (by.code, by.yards) {
            (56 | 60, 0) => said += " in the end zone for a touchdown",
            (56 | 60, taken) => said += &format!(" and taken {} for a touchdown", yards(taken)),
            (_, taken) if taken > 0 && by.player != fumble.player => {
                said += &format!(", returned {}", yards(taken));
            }
            _ => {}
        }
    } else if play.has(&[54, 89]) {
        said = format!("{}, ball out of bounds", said.trim_end_matches(','));
    } else if let Some(lost) = play.stat(&[106]) {
        said = format!(
            "{}, {} ball",
            said.trim_end_matches(','),
            game.opponent(&lost.club)
        );
    }
    out.push(said.trim_end_matches(','));
}

fn tackles(play: &Play, out: &mut Sentences) {
    // A sack names its men in the sentence itself.
    let told = |stat: &Stat| {
        let sacker = |s: &Stat| s.player == stat.player && matches!(s.code, 83 | 84);
        play.stats.iter().any(sacker)
    };
    let mut names: Vec<&str> = Vec::new();
    for stat in &play.stats {
        let tackle = matches!(stat.code, 79 | 80 | 82) && !stat.short.is_empty();
        if tackle && !names.contains(&stat.short.as_str()) && !told(stat) {
            names.push(&stat.short);
        }
    }
    match names.len() {
        0 => {}
        1 => out.push(format!("Tackle: {}", names[0])),
        _ => out.push(format!("Tackles: {}", names.join(", "))),
    }
}

fn penalties(play: &Play, out: &mut Sentences) {
    for penalty in &play.extra.pen {
        let foul = foul_name(&penalty.2).unwrap_or("foul");
        // The flag names the man as the statistics do where they have him, else by his last name.
        let who = play
            .stats
            .iter()
            .find(|s| s.code == 93 && s.name == penalty.1 && !s.short.is_empty())
            .map_or_else(|| last_name(&penalty.1), |s| s.short.as_str());
        let mut said = if who.is_empty() {
            format!("Penalty on {}, {foul}", penalty.0)
        } else {
            format!("Penalty on {who} ({}), {foul}", penalty.0)
        };
        match penalty.3 {
            Outcome::Enforced if penalty.4 > 0 => said += &format!(", {}", yards(penalty.4.into())),
            Outcome::Enforced => {}
            Outcome::Declined => said += ", declined",
            Outcome::Offset => said += ", offsetting",
        }
        out.push(said);
    }
    let enforced = play.extra.pen.iter().any(|p| p.3 == Outcome::Enforced);
    if enforced && play.has(&[5]) {
        out.push("First down by penalty");
    }
    if play.extra.no_play {
        out.push("No play");
    }
}

fn last_name(name: &str) -> &str {
    name.split_once('.').map_or(name, |(_, last)| last)
}

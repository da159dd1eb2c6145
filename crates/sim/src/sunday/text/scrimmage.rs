use super::{Sentences, gain, list, name, place, spot_after, with_club, yards};
use crate::sunday::{
    facts::{Mark, Outcome},
    game::{Game, Play},
};

/// A pass that travels this far in the air is called deep.
const DEEP_YARDS: i16 = 15;

pub(super) fn scrimmage(game: &Game, play: &Play, out: &mut Sentences) {
    if play.has(&[15, 16]) {
        complete(game, play, out);
    } else if play.has(&[14]) {
        incomplete(play, out);
    } else if play.has(&[19]) {
        intercepted(game, play, out);
    } else if play.has(&[20]) {
        sack(game, play, out);
    } else if play.has(&[10, 11]) {
        run(game, play, out);
    } else if play.has(&[52, 53, 57]) {
        // A snap that went wrong: the fumble is told on its own.
        out.push("Bad snap");
    }
}

fn complete(game: &Game, play: &Play, out: &mut Sentences) {
    let Some(passer) = play.stat(&[15, 16]) else {
        return;
    };
    let deep = play.stat(&[111]).is_some_and(|s| s.yards >= DEEP_YARDS);
    let mut said = format!(
        "{} passes{} to ",
        name(passer),
        if deep { " deep" } else { "" }
    );
    said += play.stat(&[21, 22]).map_or("a team-mate", name);
    finish(
        game,
        play,
        said,
        passer.yards,
        passer.code == 16,
        play.stat(&[23, 24]).map(|s| (name(s), s.yards)),
        out,
    );
}

fn run(game: &Game, play: &Play, out: &mut Sentences) {
    let Some(runner) = play.stat(&[10, 11]) else {
        return;
    };
    let verb = match play.extra.mark {
        Some(Mark::Kneel) => "kneels",
        Some(Mark::Scramble) => "scrambles",
        _ => "runs",
    };
    let said = format!("{} {verb}", name(runner));
    let lateral = play.stat(&[12, 13]).map(|s| (name(s), s.yards));
    let scored = play.has(&[11, 13]);
    finish(game, play, said, runner.yards, scored, lateral, out);
}

/// The yards, the place and what it meant for the downs.
fn finish(
    game: &Game,
    play: &Play,
    mut said: String,
    gained: i16,
    scored: bool,
    lateral: Option<(&str, i16)>,
    out: &mut Sentences,
) {
    if scored && lateral.is_none() {
        out.push(if play.has(&[16]) {
            format!("{said} for a {gained}-yard touchdown")
        } else {
            format!("{said} {} for a touchdown", yards(gained))
        });
        return;
    }
    said += &format!(" {}", gain(gained));
    if let Some((who, more)) = lateral {
        said += &format!(", lateral to {who} {}", gain(more));
        if scored {
            said += " and a touchdown";
        }
        out.push(said);
        return;
    }
    let spot = spot_after(game, play, gained);
    let flagged = play.extra.pen.iter().any(|p| p.3 == Outcome::Enforced);
    match spot {
        Some(spot) if play.has(&[3, 4]) && !flagged => said += &format!(", first down at {spot}"),
        Some(spot) if gained == 0 => said += &format!(" at {spot}"),
        Some(spot) => said += &format!(" to {spot}"),
        None if play.has(&[3, 4]) => said += ", first down",
        None => {}
    }
    if play.extra.ob {
        said += ", out of bounds";
    }
    out.push(said);
    turned_over(play, out);
}

fn turned_over(play: &Play, out: &mut Sentences) {
    let lost = play.has(&[9]) && !play.has(&[19, 52, 53, 106, 59, 60, 89]) && !play.extra.no_play;
    if lost && play.down == 4 {
        out.push("Turnover on downs");
    }
}

fn incomplete(play: &Play, out: &mut Sentences) {
    let Some(passer) = play.stat(&[14]) else {
        return;
    };
    if play.extra.mark == Some(Mark::Spike) {
        out.push(format!(
            "{} spikes the ball to stop the clock, pass incomplete",
            name(passer)
        ));
        return;
    }
    let deep = play.stat(&[112]).is_some_and(|s| s.yards >= DEEP_YARDS);
    let mut said = format!("{} pass incomplete", name(passer));
    if deep {
        said += " deep";
    }
    if let Some(target) = play.stat(&[115]) {
        said += &format!(", intended for {}", name(target));
    }
    let broken: Vec<&str> = play
        .stats
        .iter()
        .filter(|s| s.code == 85)
        .map(name)
        .collect();
    if !broken.is_empty() {
        said += &format!(", broken up by {}", list(&broken));
    }
    out.push(said);
    turned_over(play, out);
}

fn intercepted(game: &Game, play: &Play, out: &mut Sentences) {
    let (Some(passer), Some(by)) = (play.stat(&[19]), play.stat(&[25, 26])) else {
        return;
    };
    let mut said = format!("{} pass", name(passer));
    if let Some(target) = play.stat(&[115]) {
        said += &format!(" for {}", name(target));
    }
    let lands = play
        .yards_to_goal()
        .zip(play.stat(&[112]).map(|s| s.yards))
        .map(|(from, air)| from - air);
    said += &format!(" intercepted by {}", with_club(by));
    match lands {
        Some(lands) if lands <= 0 => said += " in the end zone",
        Some(lands) => said += &format!(" at {}", place(game, &play.posteam, lands)),
        None => {}
    }
    if by.code == 26 {
        said += &format!(", returned {} for a touchdown", yards(by.yards));
    } else if by.yards > 0 {
        said += &format!(", returned {}", yards(by.yards));
    } else if lands.is_some_and(|l| l <= 0) {
        said += ", touchback";
    }
    if let Some(next) = play.stat(&[27, 28]) {
        said += &format!(", lateral to {}", name(next));
        said += &format!(" {}", gain(next.yards));
        if next.code == 28 {
            said += " and a touchdown";
        }
    }
    out.push(said);
}

fn sack(game: &Game, play: &Play, out: &mut Sentences) {
    let Some(passer) = play.stat(&[20]) else {
        return;
    };
    let mut by: Vec<&str> = Vec::new();
    for stat in play.stats.iter().filter(|s| matches!(s.code, 83 | 84)) {
        if !by.contains(&name(stat)) {
            by.push(name(stat));
        }
    }
    let mut said = format!("{} sacked", name(passer));
    if !by.is_empty() {
        said += &format!(" by {}", list(&by));
    }
    said += &format!(" {}", gain(passer.yards));
    if let Some(spot) = spot_after(game, play, passer.yards) {
        said += &format!(" at {spot}");
    }
    out.push(said);
    turned_over(play, out);
}

pub(super) fn two_point(play: &Play, out: &mut Sentences) {
    let Some(attempt) = play.stat(&[75, 76, 77, 78]) else {
        return;
    };
    let verdict = if matches!(attempt.code, 75 | 77) {
        "is good"
    } else {
        "fails"
    };
    let how = if matches!(attempt.code, 75 | 76) {
        format!("{} runs", name(attempt))
    } else {
        match play.stat(&[104, 105]) {
            Some(to) if attempt.code == 77 => format!("{} passes to {}", name(attempt), name(to)),
            Some(to) => format!("{} pass for {} incomplete", name(attempt), name(to)),
            None => format!("{} passes", name(attempt)),
        }
    };
    out.push(format!("Two-point try: {how}, the try {verdict}"));
}

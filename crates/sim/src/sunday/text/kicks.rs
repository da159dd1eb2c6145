use super::{Sentences, line_text, name, place, with_club, yards};
use crate::sunday::game::{Game, Play};

pub(super) fn kickoff(game: &Game, play: &Play, out: &mut Sentences) {
    let Some(kicker) = play.stat(&[41, 43, 44, 42, 410]) else {
        return;
    };
    let length = play.stat(&[41, 43, 44]).map_or(kicker.yards, |s| s.yards);
    let who = name(kicker);
    let from = line_text(&play.yard_line);
    let onside = length < 20;
    let lands = play.yards_to_goal().map(|y| y - length);
    let mut said = if onside {
        format!("{who} kicks onside {} from {from}", yards(length))
    } else {
        format!("{who} kicks off {} from {from}", yards(length))
    };
    if let Some(lands) = lands {
        let spot = place(game, &kicker.club, lands);
        said += &if lands <= 0 {
            " into the end zone".to_owned()
        } else {
            format!(" to {spot}")
        };
    }
    if play.has(&[49]) {
        said += ", out of bounds";
    } else if play.has(&[51, 44]) {
        said += ", touchback";
    } else if let Some(scored) = play.stat(&[108]) {
        said += &format!(", recovered by {} for a touchdown", with_club(scored));
    } else if let Some(own) = play.stat(&[107]) {
        said += &format!(", recovered by {}", with_club(own));
    } else if let Some(scored) = play.stat(&[46, 48]) {
        said += &format!(
            ", returned {} by {} for a touchdown",
            yards(total(play, &[45, 46, 47, 48])),
            name(scored)
        );
    } else if let Some(back) = play.stat(&[45]) {
        said += &returned(
            game,
            play,
            back.yards,
            lands.map(|l| (l, kicker.club.as_str())),
            name(back),
            &[47],
        );
    } else if let Some(caught) = play.stat(&[50]) {
        said += &format!(", fair catch by {}", name(caught));
    } else if onside {
        said += &format!(", recovered by {}", game.opponent(&kicker.club));
    }
    out.push(said);
}

pub(super) fn punt(game: &Game, play: &Play, out: &mut Sentences) {
    if let Some(blocked) = play.stat(&[2]) {
        let by = play
            .stat(&[86])
            .map_or(String::new(), |b| format!(" by {}", with_club(b)));
        let mut said = format!("{} punts, blocked{by}", name(blocked));
        if let Some(got) = play.stat(&[63, 64, 55, 59]) {
            said += &format!(", recovered by {}", with_club(got));
        }
        out.push(said);
        return;
    }
    let Some(punt) = play.stat(&[29, 32, 31, 30]) else {
        return;
    };
    let lands = play.yards_to_goal().map(|y| y - punt.yards);
    let mut said = format!("{} punts {}", name(punt), yards(punt.yards));
    if let Some(lands) = lands {
        said += &if lands <= 0 {
            " into the end zone".to_owned()
        } else {
            format!(" to {}", place(game, &punt.club, lands))
        };
    }
    if play.has(&[32, 40]) {
        said += ", touchback";
    } else if let Some(scored) = play.stat(&[34, 36]) {
        said += &format!(
            ", returned {} by {} for a touchdown",
            yards(total(play, &[33, 34, 35, 36])),
            name(scored)
        );
    } else if let Some(caught) = play.stat(&[39]) {
        said += &format!(", fair catch by {}", name(caught));
    } else if let Some(back) = play.stat(&[33]) {
        said += &returned(
            game,
            play,
            back.yards,
            lands.map(|l| (l, punt.club.as_str())),
            name(back),
            &[35],
        );
    } else if play.has(&[37]) {
        said += ", out of bounds";
    } else if play.has(&[38]) {
        said += ", downed";
    }
    out.push(said);
}

/// `, returned 15 yards by Weems to ATL 32`. The place is left out where a flag, a fumble or a lateral
/// moved the ball on from there.
fn returned(
    game: &Game,
    play: &Play,
    back: i16,
    lands: Option<(i16, &str)>,
    who: &str,
    lateral: &[u16],
) -> String {
    let mut said = match back {
        0 => format!(", no return by {who}"),
        y if y < 0 => format!(", returned by {who} for a loss of {}", yards(y)),
        y => format!(", returned {} by {who}", yards(y)),
    };
    if let Some(next) = play.stat(lateral) {
        said += &format!(", lateral to {} for {}", name(next), yards(next.yards));
    } else if let Some((lands, club)) = lands
        && play.extra.pen.is_empty()
        && !play.has(&[52, 53])
        && (1..100).contains(&(lands + back))
    {
        said += &format!(" to {}", place(game, club, lands + back));
    }
    said
}

pub(super) fn place_kick(play: &Play, out: &mut Sentences) {
    if let Some(kick) = play.stat(&[70, 69, 71]) {
        let mut said = format!("{} {}-yard field goal", name(kick), kick.yards);
        match kick.code {
            70 => said += " is good",
            69 => said += " is no good",
            _ => {
                said += " is blocked";
                if let Some(by) = play.stat(&[88]) {
                    said += &format!(" by {}", with_club(by));
                }
                if let Some(got) = play.stat(&[59, 63, 60, 64]) {
                    said += &format!(", recovered by {}", with_club(got));
                    if got.yards > 0 {
                        said += &format!(" and returned {}", yards(got.yards));
                    }
                }
            }
        }
        out.push(said);
    } else if let Some(kick) = play.stat(&[72, 73, 74]) {
        let mut said = format!("{} extra point", name(kick));
        match kick.code {
            72 => said += " is good",
            73 => said += " is no good",
            _ => {
                said += " is blocked";
                if let Some(by) = play.stat(&[87]) {
                    said += &format!(" by {}", with_club(by));
                }
            }
        }
        out.push(said);
    }
}

fn total(play: &Play, codes: &[u16]) -> i16 {
    play.stats
        .iter()
        .filter(|s| codes.contains(&s.code))
        .map(|s| s.yards)
        .sum()
}

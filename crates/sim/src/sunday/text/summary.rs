use super::name;
use crate::sunday::{
    codes::is_touchdown,
    game::{Game, Play},
};

/// One line of the scoring summary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoringEntry {
    /// `TD`, `FG` or `SAF`.
    pub kind: &'static str,
    /// Who scored.
    pub club: String,
    /// The line.
    pub text: String,
    /// The players named in it: name as in the statistics, and number.
    pub players: Vec<(String, u32)>,
}

/// The summary's line for a play that scored, with the try that followed it if it is known yet; `None` for
/// a play that did not score, and for a try.
pub fn scoring_entry(game: &Game, play: &Play, attempt: Option<&Play>) -> Option<ScoringEntry> {
    let mut players = Vec::new();
    let mut named = |stat: &crate::sunday::game::Stat| {
        if let Some(id) = stat.player {
            let entry = (stat.name.clone(), id);
            if !players.contains(&entry) {
                players.push(entry);
            }
        }
    };
    let (kind, club, mut text) = if let Some(kick) = play.stat(&[70]) {
        named(kick);
        (
            "FG",
            kick.club.clone(),
            format!("{} {}-yard field goal", name(kick), kick.yards),
        )
    } else if let Some(safety) = play.stat(&[89]) {
        (
            "SAF",
            safety.club.clone(),
            format!("Safety for {}", safety.club),
        )
    } else {
        let scorer = play.stats.iter().find(|s| is_touchdown(s.code))?;
        named(scorer);
        let who = name(scorer);
        let yards = scorer.yards;
        let text = match scorer.code {
            11 | 13 => format!("{who} {yards}-yard run"),
            22 | 24 => match play.stat(&[16]) {
                Some(passer) => {
                    named(passer);
                    format!("{who} {yards}-yard pass from {}", name(passer))
                }
                None => format!("{who} {yards}-yard catch"),
            },
            26 | 28 => format!("{who} {yards}-yard interception return"),
            34 | 36 => format!("{who} {yards}-yard punt return"),
            46 | 48 => format!("{who} {yards}-yard kick-off return"),
            56 | 58 | 60 | 62 => format!("{who} {yards}-yard fumble return"),
            108 => format!("{who} recovers the kick-off in the end zone"),
            _ => format!("{who} {yards}-yard return"),
        };
        ("TD", scorer.club.clone(), text)
    };
    if kind == "TD"
        && let Some(attempt) = attempt
        && let Some(stat) = attempt.stat(&[72, 73, 74, 75, 76, 77, 78])
    {
        named(stat);
        text += &match stat.code {
            72 => format!(" ({} kick good)", name(stat)),
            73 => format!(" ({} kick no good)", name(stat)),
            74 => format!(" ({} kick blocked)", name(stat)),
            75 => format!(" ({} run good)", name(stat)),
            77 => match attempt.stat(&[104]) {
                Some(to) => format!(" ({} pass to {} good)", name(stat), name(to)),
                None => format!(" ({} pass good)", name(stat)),
            },
            76 => format!(" ({} run failed)", name(stat)),
            _ => format!(" ({} pass failed)", name(stat)),
        };
    }
    let drive = game.drives.get(play.drive)?;
    if club == drive.posteam && matches!(drive.result.as_str(), "Touchdown" | "Field Goal") {
        text += &format!(
            " Drive: {} plays, {} yards in {}",
            drive.numplays, drive.ydsgained, drive.postime
        );
    }
    Some(ScoringEntry {
        kind,
        club,
        text,
        players,
    })
}

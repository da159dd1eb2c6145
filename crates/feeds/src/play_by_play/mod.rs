//! Play-by-play providers, one file each.

pub mod cfbd;
pub(crate) mod college;
pub mod espn;
pub mod gsis;
pub mod nba;
pub mod nflverse;
pub mod plain;
pub mod statsbomb;

use matchday_event::{
    Score, Side,
    football::{PlayKind, PlayTag, Spot, Tags},
};

/// Turns a kick-off as feeds print it (possession with the kickers, yards as the kickers see them) into the
/// convention of [`matchday_event::football::FootballPlay`]: possession with the receivers, yards seen from them.
pub(crate) fn seen_from_receivers(
    possession: Option<Side>,
    yards_to_goal: Option<i16>,
) -> (Option<Side>, Option<i16>) {
    (
        possession.map(Side::other),
        yards_to_goal.map(|y| 100_i16.saturating_sub(y)),
    )
}

/// Which side a touchdown belongs to, told by the score: six to eight points to the side in possession are its
/// own touchdown, to the other side a return. On a kick-off the receivers hold possession.
pub(crate) fn touchdown_tag(
    possession: Option<Side>,
    before: Option<Score>,
    after: Option<Score>,
) -> Option<PlayTag> {
    let (before, after) = (before?, after?);
    let home = after.home.saturating_sub(before.home);
    let away = after.away.saturating_sub(before.away);
    let scorer = match (home >= 6, away >= 6) {
        (true, false) => Side::Home,
        (false, true) => Side::Away,
        _ => return None,
    };
    Some(if possession? == scorer {
        PlayTag::Touchdown
    } else {
        PlayTag::ReturnTouchdown
    })
}

/// Kinds on which a down means nothing, whatever a feed left in the field.
pub(crate) fn has_down(kind: Option<PlayKind>) -> bool {
    !matches!(
        kind,
        Some(
            PlayKind::Kickoff
                | PlayKind::ExtraPoint
                | PlayKind::TwoPoint
                | PlayKind::EndPeriod
                | PlayKind::EndHalf
                | PlayKind::EndGame
        )
    )
}

/// Builds a [`Spot`] of values as given, dropping those that do not fit.
pub(crate) fn spot(
    possession: Option<Side>,
    down: Option<i64>,
    distance: Option<i64>,
    yards_to_goal: Option<i64>,
) -> Spot {
    let fits = |v: Option<i64>, max: i64| {
        v.filter(|v| (1..=max).contains(v))
            .and_then(|v| u8::try_from(v).ok())
    };
    Spot {
        possession,
        down: fits(down, 4),
        distance: fits(distance, 99),
        yards_to_goal: fits(yards_to_goal, 99),
    }
}

/// Adds the tags that follow from others.
pub(crate) fn complete_tags(mut tags: Tags) -> Tags {
    if tags.contains(PlayTag::FumbleLost) {
        tags |= PlayTag::Fumble;
    }
    if tags.contains(PlayTag::DefensivePenalty) {
        tags |= PlayTag::Penalty;
    }
    tags
}

/// The rows between plays in the NFL's own words: ends of quarters, time-outs, the two-minute warning.
pub(crate) fn nfl_marker(words: &str, period: u8) -> Option<PlayKind> {
    let starts = |prefix: &str| {
        words
            .trim_start()
            .get(..prefix.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(prefix))
    };
    if starts("END GAME") || starts("END OF GAME") {
        Some(PlayKind::EndGame)
    } else if starts("END QUARTER") || starts("END OF QUARTER") {
        Some(if period == 2 {
            PlayKind::EndHalf
        } else {
            PlayKind::EndPeriod
        })
    } else if starts("END OF HALF") || starts("END HALF") {
        Some(PlayKind::EndHalf)
    } else if starts("TIMEOUT") || starts("TWO-MINUTE WARNING") {
        Some(PlayKind::Timeout)
    } else if starts("GAME") && words.trim().eq_ignore_ascii_case("GAME") {
        Some(PlayKind::Other)
    } else {
        None
    }
}

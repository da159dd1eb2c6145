//! Soccer as a text stream: goals, cards, chances with the second of the match they happened in.
//!
//! The second starts again at each half's first (2700 for the second half, so the first half's added time overlaps
//! it), the shoot-out comes first, and the end of the match may stand before extra time: events are put in the order
//! of period and second.

use std::{ops::Range, sync::Arc};

use matchday_event::{
    Detail, FaultCode, GameId, GameInfo, PlayId, PlayReport, Score, Side, Signal, Sport, Team,
    soccer::{PlayKind, SoccerPlay},
};

use super::{Building, Companion, Frame, Layout, Wanted, int, text};
use crate::{Fault, FeedError, Parsed};

/// The layout.
pub(super) struct TextStream;

const COLUMNS: &[Wanted] = &[
    int("match_id"),
    int("event_id"),
    int("secs"),
    text("label").or_none(),
    text("type"),
    text("team"),
    int("home_score_txt").or_none(),
    int("away_score_txt").or_none(),
    text("text"),
];

/// Seconds of the match at which each period begins.
const BEGINS_S: [i64; 6] = [0, 0, 2700, 5400, 6300, 7200];

/// One row.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    id: i64,
    secs: Option<i64>,
    kind: Box<str>,
    side: Option<Side>,
    score: Option<Score>,
    text: Option<Arc<str>>,
}

impl Layout for TextStream {
    fn name(&self) -> &'static str {
        "soccer text stream"
    }

    fn columns(&self) -> &'static [Wanted] {
        COLUMNS
    }

    fn begin(
        &self,
        frame: &Frame,
        row: usize,
        companion: &Companion,
    ) -> Result<Building, FeedError> {
        let bad = || frame.no_game(row, "match_id", "missing or not a number");
        let number = frame.int(0, row).ok_or_else(bad)?;
        let league = companion.league("soccer");
        let id = GameId::new(format!("soccer-{number}")).map_err(|_| bad())?;
        let known = companion.game(&number.to_string());
        let name = |n: Option<&Arc<str>>| n.cloned().unwrap_or_else(|| "".into());
        let mut game = Building::new(
            Parsed::whole(id),
            &name(known.and_then(|k| k.home.as_ref())),
            &name(known.and_then(|k| k.away.as_ref())),
        );
        game.league = league;
        game.kickoff = known.and_then(|k| k.kickoff);
        game.last_score = known.and_then(|k| k.score);
        Ok(game)
    }

    fn push(&self, frame: &Frame, rows: Range<usize>, game: &mut Building) {
        for row in rows {
            let Some(id) = frame.int(1, row) else {
                game.unreadable(frame, row, "event_id");
                continue;
            };
            game.soccer.push(Row {
                id,
                secs: frame.int(2, row),
                kind: frame.text(4, row).unwrap_or_default().into(),
                side: match frame.text(5, row) {
                    Some("H") => Some(Side::Home),
                    Some("A") => Some(Side::Away),
                    _ => None,
                },
                score: Option::zip(frame.small(6, row), frame.small(7, row))
                    .map(|(home, away)| Score { home, away }),
                text: frame.text(8, row).map(Into::into),
            });
        }
    }

    fn finish(&self, mut game: Building) -> Parsed {
        let mut rows = std::mem::take(&mut game.soccer);
        name_the_other(&mut rows);
        if game.home.is_empty()
            && let Some((home, away)) = rows.iter().find_map(|r| names(r.text.as_deref()?))
        {
            (game.home, game.away) = (home.into(), away.into());
        }
        game.parsed.signals.insert(
            0,
            Signal::Info(GameInfo {
                sport: Sport::Soccer,
                league: game.league.clone(),
                season: None,
                week: None,
                postseason: false,
                home: club(&game.home),
                away: club(&game.away),
                kickoff: game.kickoff,
                neutral: false,
                venue: None,
                line: None,
                forecast: None,
                rules: None,
            }),
        );
        for (order, report) in reports(rows, &mut game) {
            game.plays.push((order, report));
        }
        let mut plays = std::mem::take(&mut game.plays);
        plays.sort_by_key(|p| p.0);
        game.parsed.add_plays(plays);
        if let Some(score) = game.last_score {
            game.push_final(score);
        }
        game.parsed
    }
}

/// Where one side's events lack their side all through a match and the other's never do, they are told apart by that:
/// the source knew only one of the clubs.
fn name_the_other(rows: &mut [Row]) {
    let sided = |r: &&Row| {
        matches!(
            &*r.kind,
            "miss"
                | "attempt saved"
                | "attempt blocked"
                | "post"
                | "corner"
                | "offside"
                | "free kick won"
        )
    };
    let named = |side| rows.iter().filter(sided).any(|r| r.side == side);
    let known = match (named(Some(Side::Home)), named(Some(Side::Away))) {
        (true, false) => Side::Home,
        (false, true) => Side::Away,
        _ => return,
    };
    if rows
        .iter()
        .filter(sided)
        .filter(|r| r.side.is_none())
        .count()
        < 5
    {
        return;
    }
    for row in rows {
        let whose = matches!(
            &*row.kind,
            "goal"
                | "yellow card"
                | "secondyellow card"
                | "red card"
                | "substitution"
                | "free kick lost"
                | "penalty won"
        );
        if row.side.is_none() && (whose || sided(&&*row)) {
            row.side = Some(known.other());
        }
    }
}

/// A club as shown to people: its first letters, the articles left out.
pub(crate) fn club(name: &str) -> Team {
    let words: Vec<&str> = name
        .split([' ', '-'])
        .filter(|w| {
            !matches!(
                *w,
                "" | "FC" | "CF" | "de" | "La" | "RC" | "SC" | "AC" | "The" | "Real"
            )
        })
        .collect();
    let word = words.first().copied().unwrap_or(name);
    let abbr: String = word.chars().take(3).flat_map(char::to_uppercase).collect();
    Team {
        id: name.into(),
        abbr: abbr.into(),
        name: name.into(),
        color: None,
        alt_color: None,
    }
}

/// A team as a sentence names it, with its goals.
type Told<'a> = (&'a str, i16);

/// Teams and score of a sentence that ends `…, Benfica 0, Zenit 2.` or begins `Goal!  Benfica 0, Zenit 2.`
fn standing(text: &str) -> Option<(Told<'_>, Told<'_>)> {
    let text = text.strip_prefix("Goal!").unwrap_or(text).trim();
    for sentence in text.split(". ").map(|s| s.trim_end_matches('.').trim()) {
        let Some((first, second)) = sentence.rsplit_once(", ") else {
            continue;
        };
        let first = first.rsplit_once(" ends, ").map_or(first, |f| f.1);
        let first = first.rsplit_once(" begins ").map_or(first, |f| f.1);
        let split = |s: &'_ str| -> Option<(usize, i16)> {
            let (name, number) = s.trim().rsplit_once(' ')?;
            let number = number.split('(').next()?.parse().ok()?;
            (0..100)
                .contains(&number)
                .then_some((name.trim().len(), number))
        };
        let (a, b) = (first.trim(), second.trim());
        if let (Some((la, na)), Some((lb, nb))) = (split(a), split(b)) {
            return Some(((&a[..la], na), (&b[..lb], nb)));
        }
    }
    None
}

fn names(text: &str) -> Option<(&str, &str)> {
    standing(text).map(|((home, _), (away, _))| (home, away))
}

/// Whether a sentence tells a shoot-out's standing, `1(3)`.
fn in_shootout(text: &str) -> bool {
    text.bytes()
        .zip(text.bytes().skip(1))
        .any(|(a, b)| a.is_ascii_digit() && b == b'(')
}

fn starts(text: &str) -> Option<u8> {
    [
        ("First Half begins", 1),
        ("Second Half begins", 2),
        ("First Half Extra Time begins", 3),
        ("Second Half Extra Time begins", 4),
        ("Penalty Shootout begins", 5),
    ]
    .iter()
    .find_map(|(words, period)| text.starts_with(words).then_some(*period))
}

fn kind_of(row: &Row, period: u8) -> PlayKind {
    let text = row.text.as_deref().unwrap_or_default();
    let shootout = period == 5;
    match &*row.kind {
        "goal" if shootout => PlayKind::ShootoutGoal,
        "penalty miss" | "penalty saved" if shootout => PlayKind::ShootoutMissed,
        "goal" if text.contains("converts the penalty") => PlayKind::PenaltyGoal,
        "goal" => PlayKind::Goal,
        "own goal" => PlayKind::OwnGoal,
        "penalty miss" | "penalty saved" => PlayKind::PenaltyMissed,
        "miss" => PlayKind::ShotOff,
        "attempt saved" => PlayKind::ShotSaved,
        "attempt blocked" => PlayKind::ShotBlocked,
        "post" => PlayKind::Woodwork,
        "yellow card" => PlayKind::YellowCard,
        "secondyellow card" => PlayKind::SecondYellow,
        "red card" => PlayKind::RedCard,
        "substitution" => PlayKind::Substitution,
        "corner" => PlayKind::Corner,
        "free kick won" => PlayKind::FreeKick,
        "free kick lost" => PlayKind::Foul,
        "offside" => PlayKind::Offside,
        "penalty won" => PlayKind::PenaltyWon,
        "start" => PlayKind::StartPeriod,
        "end 14" => PlayKind::EndMatch,
        "end 1" | "end 2" | "end 3" | "end 4" | "end 5" => PlayKind::EndPeriod,
        _ => PlayKind::Other,
    }
}

/// Who did it: the name before the team's in brackets, or after `Own Goal by`.
fn player(text: &str) -> Option<Arc<str>> {
    if let Some(rest) = text.strip_prefix("Own Goal by ") {
        return rest.split_once(',').map(|(name, _)| name.trim().into());
    }
    let at = text.find(" (")?;
    let name = text[..at].rsplit(['.', '!']).next()?.trim();
    let name = name.strip_prefix("Delay in match ").unwrap_or(name);
    let plain = !name.is_empty() && name.len() < 60 && !name.bytes().any(|b| b.is_ascii_digit());
    plain.then(|| name.into())
}

fn reports(rows: Vec<Row>, game: &mut Building) -> Vec<(i64, PlayReport)> {
    let mut period = 1_u8;
    let mut found = Vec::with_capacity(rows.len());
    let mut last = [0_i64; 6];
    for (n, row) in rows.into_iter().enumerate() {
        let words = row.text.as_deref().unwrap_or_default();
        if let Some(begun) = starts(words) {
            period = begun;
        }
        let ends = row
            .kind
            .strip_prefix("end ")
            .and_then(|n| n.parse::<u8>().ok());
        let own = match ends {
            Some(p @ 1..=5) => p,
            Some(_) => 5,
            None if row.secs.is_none()
                && (in_shootout(words) || row.kind.starts_with("penalty")) =>
            {
                5
            }
            None => period,
        };
        let kind = kind_of(&row, own);
        let base = BEGINS_S[usize::from(own)];
        let clock = match (kind, row.secs) {
            (PlayKind::EndMatch, _) => None,
            (PlayKind::Other, None) => Some(0),
            (_, Some(secs)) if own < 5 => Some(secs - base),
            _ => None,
        };
        let place = match kind {
            PlayKind::EndMatch => 99_999,
            _ => clock.unwrap_or(last[usize::from(own)]).clamp(0, 90_000),
        };
        last[usize::from(own)] = place;
        let id = PlayId::new(row.id.to_string());
        if kind == PlayKind::Other && !known(&row.kind) {
            game.parsed.faults.push(
                Fault::new(
                    FaultCode::Unclassified,
                    format!("event {id}"),
                    format!("unknown type {:?}", row.kind),
                )
                .of_play(&id),
            );
        }
        let score = if kind.is_goal() {
            row.score
                .or_else(|| standing(words).map(|((_, home), (_, away))| Score { home, away }))
        } else {
            None
        };
        let scored_by = |s: &str| {
            (s == &*game.home)
                .then_some(Side::Home)
                .or((s == &*game.away).then_some(Side::Away))
        };
        let side = row.side.or_else(|| {
            let rest = words.strip_prefix("Own Goal by ")?;
            let team = rest.split_once(", ")?.1.split(". ").next()?;
            scored_by(team.trim_end_matches('.').trim())
        });
        let text = row.text.clone().or_else(|| {
            let named = match side {
                Some(Side::Home) => &game.home,
                Some(Side::Away) => &game.away,
                None => return Some(word(kind)?.into()),
            };
            Some(format!("{}, {named}", word(kind)?).into())
        });
        // What happened in the same second keeps the order of the file.
        let order = (i64::from(own) * 100_000 + place) * 1_000 + (n as i64 % 1_000);
        found.push((
            order,
            PlayReport {
                play_id: id,
                order: 0,
                // The end of a match belongs to whichever period came last.
                period: if kind == PlayKind::EndMatch { 0 } else { own },
                clock_s: clock.and_then(|c| i32::try_from(c).ok()),
                score_before: None,
                score_after: score,
                wall: None,
                detail: Detail::Soccer(SoccerPlay {
                    kind,
                    side,
                    player: row.text.as_deref().and_then(player),
                    xg: None,
                }),
                text,
            },
        ));
    }
    let most = found
        .iter()
        .map(|(_, r)| r.period)
        .max()
        .unwrap_or(1)
        .max(1);
    for (_, report) in &mut found {
        if report.period == 0 {
            report.period = most;
        }
    }
    found
}

fn known(kind: &str) -> bool {
    matches!(
        kind,
        "lineup"
            | "start delay"
            | "end delay"
            | "penalty lost"
            | "player retired"
            | "postponed"
            | "contentious referee decisions"
    )
}

/// A sentence for an event that comes without one.
fn word(kind: PlayKind) -> Option<&'static str> {
    Some(match kind {
        PlayKind::ShotOff => "Shot off target",
        PlayKind::ShotSaved => "Shot saved",
        PlayKind::ShotBlocked => "Shot blocked",
        PlayKind::Woodwork => "Hits the woodwork",
        PlayKind::YellowCard => "Yellow card",
        PlayKind::SecondYellow => "Second yellow card",
        PlayKind::RedCard => "Red card",
        PlayKind::Substitution => "Substitution",
        PlayKind::Corner => "Corner",
        PlayKind::FreeKick => "Free kick",
        PlayKind::Foul => "Foul",
        PlayKind::Offside => "Offside",
        _ => return None,
    })
}

//! American football as a stadium's crew tells it: down, distance and place are worked out from what happened.

use matchday_event::{
    Detail, GamePhase, Score, Side,
    football::{FootballPlay, PlayKind, PlayTag, Spot, Tags, Timeouts},
};

use super::{Happening, Kind, Scribe, Told, name};
use crate::world::Script;

const QUARTER_S: f64 = 900.0;

/// Where the ball is.
struct Field {
    ball: Option<Side>,
    to_goal: i16,
    down: i16,
    distance: i16,
    timeouts: Timeouts,
}

/// A play, worked out.
struct Line {
    kind: PlayKind,
    tags: Tags,
    yards: Option<i16>,
    text: String,
}

pub(super) fn tell(script: &Script, scribe: &mut Scribe) {
    let mut field = Field {
        ball: None,
        to_goal: 75,
        down: 1,
        distance: 10,
        timeouts: Timeouts { home: 3, away: 3 },
    };
    for (i, h) in script.happenings.iter().enumerate() {
        let clock_s = scribe.left_s(h.at_ms, QUARTER_S);
        match h.kind {
            Kind::KickOff => scribe.status(h.at_ms, GamePhase::Live, Some(clock_s)),
            Kind::PeriodStart { period } => {
                scribe.status(h.at_ms, GamePhase::Live, Some(clock_s));
                if period == 3 {
                    field.ball = None;
                    field.timeouts = Timeouts { home: 3, away: 3 };
                }
            }
            Kind::HalfTime => scribe.status(h.at_ms, GamePhase::Halftime, Some(0)),
            Kind::PeriodEnd { period } => {
                let (kind, text) = match period {
                    2 => (PlayKind::EndHalf, "End of half.".to_owned()),
                    4 => (PlayKind::EndGame, "End of game.".to_owned()),
                    n => (PlayKind::EndPeriod, format!("End of quarter {n}.")),
                };
                let line = plain(kind, text);
                put(scribe, &field, i, 0, h, line, None);
            }
            Kind::Final => scribe.status(h.at_ms, GamePhase::Final, Some(0)),
            Kind::Timeout => {
                let left = match h.side {
                    Some(Side::Away) => &mut field.timeouts.away,
                    _ => &mut field.timeouts.home,
                };
                *left = (*left - 1).max(0);
                let side = h.side.unwrap_or(Side::Home);
                let text = format!("Timeout {}.", script.club(side).abbr);
                put(
                    scribe,
                    &field,
                    i,
                    0,
                    h,
                    plain(PlayKind::Timeout, text),
                    None,
                );
            }
            Kind::Whistle | Kind::Review | Kind::Injury | Kind::Card => {}
            _ => {
                if field.ball.is_none()
                    && let Some(side) = offence(h).or_else(|| next_offence(script, i).0)
                {
                    kick_off(script, scribe, &mut field, i, h, side);
                }
                snap(script, scribe, &mut field, i, h);
            }
        }
    }
}

fn plain(kind: PlayKind, text: String) -> Line {
    Line {
        kind,
        tags: Tags::empty(),
        yards: None,
        text,
    }
}

/// The side that had the ball, as far as what happened tells.
fn offence(h: &Happening) -> Option<Side> {
    match h.kind {
        Kind::Score { .. }
        | Kind::NearMiss
        | Kind::PenaltyMissed
        | Kind::BigPlay
        | Kind::Turnover
        | Kind::Play => h.side,
        Kind::Stop => h.side.map(Side::other),
        _ => None,
    }
}

/// Who has the ball next, and whether a kick-off comes first.
fn next_offence(script: &Script, i: usize) -> (Option<Side>, bool) {
    let mut anew = false;
    for h in &script.happenings[i + 1..] {
        match h.kind {
            Kind::PeriodStart { period: 3 } => anew = true,
            Kind::Final => return (None, true),
            _ => {}
        }
        if let Some(side) = offence(h) {
            return (Some(side), anew);
        }
    }
    (None, true)
}

fn kick_off(
    script: &Script,
    scribe: &mut Scribe,
    field: &mut Field,
    i: usize,
    h: &Happening,
    receiver: Side,
) {
    field.ball = Some(receiver);
    (field.to_goal, field.down, field.distance) = (35, 0, 0);
    let before = scribe.score;
    let line = Line {
        kind: PlayKind::Kickoff,
        tags: Tags::only(PlayTag::Touchback),
        yards: None,
        text: format!(
            "{} kicks off into the end zone, touchback.",
            script.club(receiver.other()).abbr
        ),
    };
    let kick = Happening {
        at_ms: h.at_ms.saturating_sub(25_000),
        score: before,
        ..h.clone()
    };
    // Before the happening in the order of plays.
    put(scribe, field, i, 1, &kick, line, None);
    (field.to_goal, field.down, field.distance) = (75, 1, 10);
}

fn snap(script: &Script, scribe: &mut Scribe, field: &mut Field, i: usize, h: &Happening) {
    if let Some(side) = offence(h)
        && field.ball != Some(side)
        && !matches!(h.kind, Kind::Score { points: 1 } | Kind::PenaltyMissed)
    {
        // What happened says otherwise than was worked out: it is right.
        field.ball = Some(side);
        (field.down, field.distance) = (1, 10.min(field.to_goal));
    }
    let Some(side) = field.ball else { return };
    let (next, anew) = next_offence(script, i);
    let lost = !anew && next.is_some_and(|n| n != side);
    let named = name(script, h);
    let gives_up = lost && matches!(h.kind, Kind::Play | Kind::Stop | Kind::NearMiss);
    if gives_up {
        field.down = 4;
    } else if field.down > 4 || (field.down == 4 && !fourth_may_go_on(h)) {
        (field.down, field.distance) = (1, 10.min(field.to_goal));
    }
    let mut tags = Tags::empty();
    let line = |kind, tags, yards, text| Line {
        kind,
        tags,
        yards,
        text,
    };
    match h.kind {
        Kind::Foul => {
            let guilty = h.side.unwrap_or(side);
            tags |= PlayTag::Penalty;
            let yards = if guilty == side { 5 } else { -5 };
            let text = format!(
                "Penalty on {}, {named}, 5 yards. No play.",
                script.club(guilty).abbr
            );
            if guilty != side {
                tags |= PlayTag::DefensivePenalty;
            }
            put(
                scribe,
                field,
                i,
                0,
                h,
                line(PlayKind::NoPlay, tags, None, text),
                None,
            );
            field.to_goal = (field.to_goal + yards).clamp(1, 99);
            field.distance = (field.distance + yards).max(1);
        }
        Kind::Turnover => {
            tags |= PlayTag::Interception;
            let end = spot(side.other(), 1, 100 - field.to_goal);
            let text = format!("{named} pass is intercepted.");
            put(
                scribe,
                field,
                i,
                0,
                h,
                line(PlayKind::Pass, tags, Some(0), text),
                Some(end),
            );
            turn(field, side, 100 - field.to_goal);
        }
        Kind::Score { points: 6 } => {
            tags |= PlayTag::Touchdown;
            let yards = field.to_goal;
            let (kind, how) = if yards > 12 {
                tags |= PlayTag::Complete;
                (PlayKind::Pass, "catches a pass")
            } else {
                (PlayKind::Run, "runs")
            };
            let text = format!("{named} {how} for {yards} yards, TOUCHDOWN.");
            put(
                scribe,
                field,
                i,
                0,
                h,
                line(kind, tags, Some(yards), text),
                None,
            );
            (field.to_goal, field.down, field.distance) = (15, 0, 0);
        }
        Kind::Score { points: 1 } | Kind::PenaltyMissed => {
            let good = h.kind == Kind::Score { points: 1 };
            tags |= if good { PlayTag::Good } else { PlayTag::NoGood };
            let how = if good { "is good" } else { "is no good" };
            let text = format!("{named} extra point {how}.");
            field.ball = h.side;
            (field.to_goal, field.down, field.distance) = (15, 0, 0);
            put(
                scribe,
                field,
                i,
                0,
                h,
                line(PlayKind::ExtraPoint, tags, None, text),
                None,
            );
            field.ball = None;
        }
        Kind::Score { .. } => {
            field.to_goal = field.to_goal.min(37);
            field.down = 4;
            tags |= PlayTag::Good;
            let text = format!("{named} {} yard field goal is good.", field.to_goal + 17);
            put(
                scribe,
                field,
                i,
                0,
                h,
                line(PlayKind::FieldGoal, tags, None, text),
                None,
            );
            field.ball = None;
        }
        Kind::NearMiss if gives_up => {
            field.to_goal = field.to_goal.min(37);
            tags |= PlayTag::NoGood;
            let end = spot(side.other(), 1, 100 - field.to_goal - 7);
            let text = format!("{named} {} yard field goal is no good.", field.to_goal + 17);
            put(
                scribe,
                field,
                i,
                0,
                h,
                line(PlayKind::FieldGoal, tags, None, text),
                Some(end),
            );
            turn(field, side, 93 - field.to_goal);
        }
        Kind::NearMiss => {
            tags |= PlayTag::Incomplete;
            let text = format!("{named} cannot hold the pass in the end zone.");
            put(
                scribe,
                field,
                i,
                0,
                h,
                line(PlayKind::Pass, tags, Some(0), text),
                None,
            );
            field.down += 1;
        }
        Kind::Stop if gives_up => {
            tags |= PlayTag::TurnoverOnDowns;
            let end = spot(side.other(), 1, 100 - field.to_goal);
            let text = format!("{named} stops the run for no gain. Turnover on downs.");
            put(
                scribe,
                field,
                i,
                0,
                h,
                line(PlayKind::Run, tags, Some(0), text),
                Some(end),
            );
            turn(field, side, 100 - field.to_goal);
        }
        Kind::Stop => {
            let text = format!("Sacked by {named} for -7 yards.");
            put(
                scribe,
                field,
                i,
                0,
                h,
                line(PlayKind::Sack, tags, Some(-7), text),
                None,
            );
            field.to_goal = (field.to_goal + 7).min(99);
            field.distance += 7;
            field.down += 1;
        }
        Kind::Play if gives_up => {
            let lands = 100 - (field.to_goal - 42).max(12);
            let text = format!("{named} punts.");
            let end = spot(side.other(), 1, lands);
            put(
                scribe,
                field,
                i,
                0,
                h,
                line(PlayKind::Punt, tags, None, text),
                Some(end),
            );
            turn(field, side, lands);
        }
        _ => {
            let big = h.kind == Kind::BigPlay;
            let yards = if big {
                20 + scribe.rng.below(25) as i16
            } else {
                ((h.weight - 0.05) * 100.0).round().clamp(0.0, 19.0) as i16
            };
            // What scored is told as a score: any other gain ends short of the goal.
            let yards = yards.min(field.to_goal - 1).max(0);
            let (kind, text) = if big {
                tags |= PlayTag::Complete;
                (
                    PlayKind::Pass,
                    format!("{named} catches a pass for {yards} yards."),
                )
            } else {
                (PlayKind::Run, format!("{named} runs for {yards} yards."))
            };
            if yards >= field.distance {
                tags |= PlayTag::FirstDown;
            }
            put(
                scribe,
                field,
                i,
                0,
                h,
                line(kind, tags, Some(yards), text),
                None,
            );
            field.to_goal -= yards;
            if yards >= field.distance {
                (field.down, field.distance) = (1, 10.min(field.to_goal));
            } else {
                field.down += 1;
                field.distance -= yards;
            }
        }
    }
}

/// Whether a fourth down can have been played this way without the ball changing hands.
fn fourth_may_go_on(h: &Happening) -> bool {
    matches!(
        h.kind,
        Kind::Score { .. } | Kind::Foul | Kind::PenaltyMissed | Kind::Turnover
    )
}

fn turn(field: &mut Field, from: Side, to_goal: i16) {
    field.ball = Some(from.other());
    field.to_goal = to_goal.clamp(1, 99);
    field.down = 1;
    field.distance = field.to_goal.min(10);
}

fn spot(side: Side, down: u8, to_goal: i16) -> Spot {
    let to_goal = to_goal.clamp(1, 99) as u8;
    Spot {
        possession: Some(side),
        down: Some(down),
        distance: Some(to_goal.min(10)),
        yards_to_goal: Some(to_goal),
    }
}

fn put(
    scribe: &mut Scribe,
    field: &Field,
    i: usize,
    letter: u8,
    h: &Happening,
    line: Line,
    end: Option<Spot>,
) {
    let idle = matches!(
        line.kind,
        PlayKind::Timeout | PlayKind::EndPeriod | PlayKind::EndHalf | PlayKind::EndGame
    );
    let down = (field.down > 0 && !idle).then_some(field.down);
    let score: Score = h.score;
    let told = Told {
        // A kick-off (the only extra play) comes before the happening that shows who received it.
        order: if letter > 0 { -1 } else { 0 },
        clock_s: Some(scribe.left_s(h.at_ms, QUARTER_S)),
        score_before: None,
        score,
        text: line.text,
        detail: Detail::AmericanFootball(FootballPlay {
            possession: field.ball.filter(|_| !idle),
            down,
            distance: down.map(|_| field.distance.max(1)),
            yards_to_goal: (!idle).then_some(field.to_goal),
            yards: line.yards,
            end,
            timeouts: Some(field.timeouts),
            kind: Some(line.kind),
            tags: line.tags,
            stats: Vec::new(),
        }),
    };
    scribe.play(i, letter, h.at_ms, told);
}

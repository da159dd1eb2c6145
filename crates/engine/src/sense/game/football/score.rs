//! What the score is, where feeds say different things.
//!
//! Each side's points are healed apart. `expected` is what the plays lead to; `given` is what the report
//! says. Where they differ the plays that follow decide, as far as they are known; where they are not, the
//! likelier one stands until they are.

use matchday_event::{
    FaultCode, NextPlay, Score, Side,
    football::{PlayKind, PlayTag},
};

use matchday_learn::football::Rules;

use super::{
    heal::{Ahead, Heals},
    input::Input,
    rules::Context,
    state::{State, points, points_mut},
};

/// The most points that one drive, try included, can bring.
const MOST: i16 = 8;

/// Whether a game can have such a score; no game has come near the bound.
pub fn possible(score: &Score) -> bool {
    (0..=300).contains(&score.home) && (0..=300).contains(&score.away)
}

/// Score before a play, `start` being the state before it with the score that the plays before lead to.
pub fn before<'i, I>(
    start: &State,
    input: &Input,
    ahead: &mut Ahead<'_, I>,
    heals: &mut Heals<'_>,
) -> Score
where
    I: Iterator<Item = &'i Input> + Clone,
{
    let Some(given) = input.score_before else {
        return start.score;
    };
    let carried = start.score;
    if given == carried {
        return carried;
    }
    if input.score_after == Some(given) && explained(start, input, given) {
        // Some feeds count a play's own points before it as well as after it.
        return carried;
    }
    *ahead.consulted = true;
    let mut later = input
        .score_after
        .into_iter()
        .chain(ahead.plays.clone().filter_map(Input::shown_score));
    let later = [later.next(), later.next()];
    both(carried, carried, given, later, None, heals)
}

/// Score after a play, `start` being the score before it and `confirmed` a scoreboard that showed the same
/// as this report.
pub fn after<'i, I>(
    start: &State,
    input: &Input,
    ahead: &mut Ahead<'_, I>,
    confirmed: Option<Score>,
    heals: &mut Heals<'_>,
) -> Score
where
    I: Iterator<Item = &'i Input> + Clone,
{
    let expected = expected(start, input);
    let Some(given) = input.score_after else {
        if input.score_before.is_none() && expected != start.score {
            heals.note(FaultCode::ScoreMissing, None::<&str>, Some(show(expected)));
        }
        return expected;
    };
    if given == expected || explained(start, input, given) {
        return given;
    }
    *ahead.consulted = true;
    let mut later = ahead.plays.clone().filter_map(Input::shown_score);
    let later = [later.next(), later.next()];
    both(start.score, expected, given, later, confirmed, heals)
}

fn both(
    carried: Score,
    expected: Score,
    given: Score,
    later: [Option<Score>; 2],
    confirmed: Option<Score>,
    heals: &mut Heals<'_>,
) -> Score {
    let mut settled = expected;
    for side in [Side::Home, Side::Away] {
        let of = |s: Score| points(s, side);
        let (value, code) = one(
            of(carried),
            of(expected),
            of(given),
            later.map(|s| s.map(of)),
            confirmed.map(of),
        );
        *points_mut(&mut settled, side) = value;
        if let Some(code) = code {
            heals.note(code, Some(show(given)), Some(value));
        }
    }
    settled
}

fn one(
    carried: i16,
    expected: i16,
    given: i16,
    later: [Option<i16>; 2],
    confirmed: Option<i16>,
) -> (i16, Option<FaultCode>) {
    if given == expected {
        return (given, None);
    }
    let last = later[1].or(later[0]);
    if given > expected {
        let rise = given - expected;
        let held = match last {
            Some(later) => later < given,
            None => rise > MOST && confirmed != Some(given),
        };
        let value = if held { expected } else { given };
        return (value, Some(FaultCode::ScoreJump));
    }
    // Lower than expected: points taken back, not yet put up, or a flicker.
    let drop = given < carried;
    let code = if drop {
        FaultCode::ScoreDrop
    } else {
        FaultCode::ScoreMissing
    };
    let lower = later.iter().flatten().filter(|&&l| l < expected).count();
    let higher = later.iter().flatten().any(|&l| l >= expected);
    let taken =
        !higher && (confirmed.is_some_and(|c| c < expected) || lower >= if drop { 2 } else { 1 });
    (if taken { given } else { expected }, Some(code))
}

/// The score that the tags lead to.
fn expected(start: &State, input: &Input) -> Score {
    let mut score = start.score;
    if let (Some(side), tagged) = tagged_points(start, input) {
        *points_mut(&mut score, side) += tagged;
    }
    score
}

/// Who scored how much, as far as kind and tags say.
fn tagged_points(start: &State, input: &Input) -> (Option<Side>, i16) {
    let tags = input.tags;
    let ball = start.possession;
    let other = ball.map(Side::other);
    let good = tags.contains(PlayTag::Good) && !tags.contains(PlayTag::NoGood);
    let touchdown = 6 + i16::from(input.try_points.unwrap_or(0));
    match input.kind {
        PlayKind::ExtraPoint | PlayKind::TwoPoint if tags.contains(PlayTag::DefensiveTwoPoint) => {
            (other, 2)
        }
        PlayKind::ExtraPoint if good => (ball, 1),
        PlayKind::TwoPoint if good => (ball, 2),
        PlayKind::ExtraPoint | PlayKind::TwoPoint => (None, 0),
        kind if !kind.is_snap() => (None, 0),
        PlayKind::Kickoff
            if tags.contains(PlayTag::Touchdown) || tags.contains(PlayTag::ReturnTouchdown) =>
        {
            let kickers = tags.contains(PlayTag::KickingTeamBall);
            (if kickers { other } else { ball }, touchdown)
        }
        _ if tags.contains(PlayTag::ReturnTouchdown) => (other, touchdown),
        _ if tags.contains(PlayTag::Touchdown) => (ball, touchdown),
        PlayKind::FieldGoal if good => (ball, 3),
        _ if tags.contains(PlayTag::Safety) => (other, 2),
        _ => (None, 0),
    }
}

/// Whether the given score is what the tags lead to, but for a try told in the same breath or the side
/// that a return belongs to.
fn explained(start: &State, input: &Input, given: Score) -> bool {
    let (_, tagged) = tagged_points(start, input);
    if tagged == 0 {
        return false;
    }
    let home = given.home - start.score.home;
    let away = given.away - start.score.away;
    let (one, rest) = if home > 0 { (home, away) } else { (away, home) };
    let touchdown = tagged >= 6;
    rest == 0 && (one == tagged || touchdown && (6..=MOST).contains(&one))
}

/// Which side gained how much between two scores, if only one did.
pub fn gained(from: Score, to: Score) -> Option<(Side, i16)> {
    match (to.home - from.home, to.away - from.away) {
        (h, 0) if h > 0 => Some((Side::Home, h)),
        (0, a) if a > 0 => Some((Side::Away, a)),
        _ => None,
    }
}

/// What must come after points.
pub fn after_points(state: &mut State, side: Side, gained: i16, input: &Input, context: &Context) {
    if input.is_try() {
        // Whoever tried kicks off, also after the other side ran the try back.
        let tried = input.possession.or(state.possession).unwrap_or(side);
        return kick_or_series(state, Some(tried.other()), tried, context);
    }
    match gained {
        6 if input.try_points.is_none() => state.try_by(side),
        // After a safety the side that gave it up kicks.
        2 if input.kind != PlayKind::FieldGoal => {
            kick_or_series(state, Some(side), side.other(), context);
        }
        _ => kick_or_series(state, Some(side.other()), side, context),
    }
}

fn kick_or_series(state: &mut State, receiver: Option<Side>, had_ball: Side, context: &Context) {
    state.kickoff_to(receiver, context);
    if context.rules == Rules::College && state.period > 4 {
        // The overtime rules say who has the next series; this only ends the present one.
        state.possession = Some(had_ball);
    }
}

/// Points that no play explains came before a play that does not tell what is next.
pub fn after_unexplained(state: &mut State, carried: Score, input: &Input, context: &Context) {
    if state.next == NextPlay::Over || input.kind == PlayKind::Kickoff {
        return;
    }
    if let Some((side, points)) = gained(carried, state.score)
        && state.next != NextPlay::Try
    {
        match points {
            6 => state.try_by(side),
            2 => state.kickoff_to(Some(side), context),
            3 | 7 | 8 => state.kickoff_to(Some(side.other()), context),
            _ => {}
        }
    }
}

/// A score for people, home first.
pub fn show(score: Score) -> String {
    format!("{}-{}", score.home, score.away)
}

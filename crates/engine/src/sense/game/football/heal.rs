//! Healing: what a report says, set against what the game allows, gives the state before the play.

use matchday_event::{FaultCode, NextPlay, PlayId, football::PlayKind};

use matchday_learn::football::Rules;

use super::{
    drives::DriveLog,
    input::Input,
    rules::Context,
    score,
    state::{State, index},
};

/// No game has had more periods, overtime included.
const LAST_PERIOD: u8 = 20;

/// How many later plays healing may look at. A new play at the end therefore refolds no more than this many,
/// and only where one of them was in doubt.
pub const AHEAD: usize = 3;

/// What was healed in one play. Strings are made only for what was not reported before.
pub struct Heals<'a> {
    play_id: &'a PlayId,
    reported: &'a mut u64,
    out: &'a mut Vec<matchday_event::HealedFact>,
}

impl<'a> Heals<'a> {
    /// Heals of one play go to `out`, each code once in the life of the play.
    pub fn new(
        play_id: &'a PlayId,
        reported: &'a mut u64,
        out: &'a mut Vec<matchday_event::HealedFact>,
    ) -> Self {
        Self {
            play_id,
            reported,
            out,
        }
    }

    /// Notes a heal, with the value as it came and the value used.
    pub fn note<W: std::fmt::Display, N: std::fmt::Display>(
        &mut self,
        code: FaultCode,
        was: Option<W>,
        now: Option<N>,
    ) {
        let bit = 1_u64 << (code as u8);
        if *self.reported & bit != 0 {
            return;
        }
        *self.reported |= bit;
        self.out.push(matchday_event::HealedFact {
            code,
            play_id: Some(self.play_id.clone()),
            was: was.map(|w| w.to_string()),
            now: now.map(|n| n.to_string()),
        });
    }
}

/// The plays that follow the one being healed, as far as they are known: at most [`AHEAD`].
pub struct Ahead<'a, I> {
    /// Their reports.
    pub plays: I,
    /// Set when a decision hung on them, so that it is taken again when there are more.
    pub consulted: &'a mut bool,
}

/// Brings the state that the plays before lead to into line with what this report says.
pub fn before<'i, I>(
    previous: &State,
    input: &Input,
    context: &Context,
    ahead: &mut Ahead<'_, I>,
    drives: &mut DriveLog,
    heals: &mut Heals<'_>,
) -> State
where
    I: Iterator<Item = &'i Input> + Clone,
{
    let mut state = *previous;
    enter_period(&mut state, previous, input, context, ahead, drives, heals);
    clock(&mut state, previous, input, context, ahead, heals);
    timeouts(&mut state, input, heals);
    spot(&mut state, input, context, heals);
    let carried = state.score;
    state.score = score::before(&state, input, ahead, heals);
    if state.score != carried && !input.is_scrimmage() && !input.is_try() {
        score::after_unexplained(&mut state, carried, input, context);
    }
    state
}

fn enter_period<'i, I>(
    state: &mut State,
    previous: &State,
    input: &Input,
    context: &Context,
    ahead: &mut Ahead<'_, I>,
    drives: &mut DriveLog,
    heals: &mut Heals<'_>,
) where
    I: Iterator<Item = &'i Input> + Clone,
{
    let seen = previous.seen_period;
    let given = input.period;
    let believed = if given == seen && seen > 0 {
        seen
    } else {
        *ahead.consulted = true;
        let kept = seen.max(1);
        let possible = |p: &u8| (1..=LAST_PERIOD).contains(p);
        let later = ahead.plays.clone().map(|p| p.period).filter(possible);
        let believe = if !possible(&given) {
            false
        } else if given > seen {
            // One play alone may be misplaced; a jump over a whole period waits for a second one.
            later
                .last()
                .map_or(given == seen + 1 || seen == 0, |last| last >= given)
        } else {
            // It was the plays before that were misplaced, if all that follows says so.
            later.clone().count() >= 2 && later.clone().all(|p| p < seen)
        };
        if !believe || given < seen {
            let now = if believe { given } else { kept };
            heals.note(FaultCode::PeriodRange, Some(given), Some(now));
        }
        if believe { given } else { kept }
    };
    if believed == seen {
        // The projection may have run on into the next period; a play that still belongs to this one
        // brings it back.
        if state.period != seen {
            state.period = seen;
            state.clock_s = 0;
        }
        return;
    }
    state.seen_period = believed;
    state.stuck = false;
    if state.period != believed || previous.period == seen {
        state.period = believed;
        state.clock_s = context.period_s(believed);
    }
    let half = |p: u8| match p {
        0..=2 => 0,
        3..=4 => 1,
        p => p - 3,
    };
    if seen > 0 && half(seen) < half(believed) {
        state.timeouts = [context.timeouts(believed); 2];
        drives.end_half(state);
        state.possessions = (0, 0);
    }
}

fn clock<'i, I>(
    state: &mut State,
    previous: &State,
    input: &Input,
    context: &Context,
    ahead: &mut Ahead<'_, I>,
    heals: &mut Heals<'_>,
) where
    I: Iterator<Item = &'i Input> + Clone,
{
    let period = state.period;
    let length = context.period_s(period);
    if length == 0 {
        state.clock_s = 0;
        return;
    }
    let kept = state.clock_s.min(length);
    state.clock_s = kept;
    if matches!(
        input.kind,
        PlayKind::EndPeriod | PlayKind::EndHalf | PlayKind::EndGame
    ) {
        // Whatever stands on it, the end of a period is at zero.
        state.clock_s = 0;
        return;
    }
    let Some(given) = input.clock_s else {
        heals.note(FaultCode::ClockMissing, None::<&str>, Some(mmss(kept)));
        return;
    };
    let Some(read) = in_range(given, period, length, kept) else {
        heals.note(FaultCode::ClockRange, Some(given), Some(mmss(kept)));
        return;
    };
    if i32::from(read) != given {
        heals.note(FaultCode::ClockRange, Some(given), Some(mmss(read)));
    }
    let mut later = ahead
        .plays
        .clone()
        .filter(|p| p.period == period)
        .filter_map(|p| u16::try_from(p.clock_s?).ok())
        .filter(|&c| c <= length);
    let later = [later.next(), later.next()];
    if read > kept {
        *ahead.consulted = true;
        // It was the readings before that were too low, if those that follow say so.
        let believe = later
            .iter()
            .all(|c| c.is_some_and(|c| c > kept && c <= read));
        if believe {
            state.clock_s = read;
        }
        heals.note(
            FaultCode::ClockBackward,
            Some(mmss(read)),
            Some(mmss(state.clock_s)),
        );
        return;
    }
    let same_period = previous.seen_period == state.seen_period;
    if read == 0 && kept > 0 && input.kind.is_snap() {
        if !(previous.stuck && same_period) {
            *ahead.consulted = true;
        }
        let zeros = ahead
            .plays
            .clone()
            .filter(|p| p.period == period && p.clock_s == Some(0) && p.kind.is_snap())
            .count();
        if zeros >= 2 || previous.stuck && same_period {
            state.stuck = true;
            // A play takes some twenty-five seconds of the clock, all in all.
            state.clock_s = kept.saturating_sub(25).max(1);
            heals.note(
                FaultCode::ClockMissing,
                Some("0:00"),
                Some(mmss(state.clock_s)),
            );
            return;
        }
    } else if read == 0 && state.stuck {
        return;
    }
    // A reading that later plays go back above was itself wrong.
    if let [Some(first), Some(second)] = later
        && first > read
        && first <= kept
        && second > read
    {
        heals.note(FaultCode::ClockBackward, Some(mmss(read)), Some(mmss(kept)));
        return;
    }
    state.stuck = false;
    state.clock_s = read;
}

/// A clock that cannot be, read as what it most likely stands for: a countdown of the whole game or half,
/// or seconds put where minutes go.
fn in_range(given: i32, period: u8, length: u16, kept: u16) -> Option<u16> {
    if (0..=i32::from(length)).contains(&given) {
        return u16::try_from(given).ok();
    }
    if given <= 0 || period > 4 {
        return None;
    }
    let game = given - i32::from(4 - period) * 900;
    let half = given - i32::from(period % 2) * 900;
    let seconds = if given % 60 == 0 { given / 60 } else { -1 };
    // Whichever lies nearest to where the clock stood.
    [game, half, seconds]
        .into_iter()
        .filter(|c| (0..=i32::from(length)).contains(c))
        .min_by_key(|c| (c - i32::from(kept)).abs())
        .and_then(|c| u16::try_from(c).ok())
}

fn mmss(seconds: u16) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

fn timeouts(state: &mut State, input: &Input, heals: &mut Heals<'_>) {
    let Some(given) = input.timeouts else { return };
    if input.kind == PlayKind::Timeout {
        // Taken over once the timeout is charged.
        return;
    }
    for (kept, given) in state.timeouts.iter_mut().zip([given.home, given.away]) {
        match u8::try_from(given) {
            Ok(n @ 0..=3) => *kept = n,
            _ => heals.note(FaultCode::TimeoutsRange, Some(given), Some(*kept)),
        }
    }
}

/// What a timeout leaves: the feed's count where it moved, else one less for the side that the sentence
/// names.
pub fn charge_timeout(state: &mut State, input: &Input, named: Option<matchday_event::Side>) {
    let before = state.timeouts;
    if let Some(given) = input.timeouts {
        for (kept, given) in state.timeouts.iter_mut().zip([given.home, given.away]) {
            if let Ok(n @ 0..=3) = u8::try_from(given) {
                *kept = n;
            }
        }
    }
    if state.timeouts == before
        && let Some(side) = named
    {
        let left = &mut state.timeouts[index(side)];
        *left = left.saturating_sub(1);
    }
}

fn spot(state: &mut State, input: &Input, context: &Context, heals: &mut Heals<'_>) {
    if input.is_scrimmage() {
        return scrimmage(state, input, heals);
    }
    match input.kind {
        PlayKind::Kickoff => {
            let receiver = input.possession.or(state.possession);
            state.kickoff_to(receiver, context);
            if let Some(from @ 1..=99) = input.yards_to_goal.and_then(|y| u8::try_from(y).ok()) {
                state.yards_to_goal = from;
            }
        }
        PlayKind::ExtraPoint | PlayKind::TwoPoint => {
            if let Some(side) = input.possession.or(state.possession) {
                state.try_by(side);
            }
            state.next = NextPlay::Try;
        }
        // A timeout or the like moves nothing.
        _ => {}
    }
    if context.rules == Rules::College && state.next == NextPlay::Kickoff && state.period > 4 {
        // Nobody kicks off in college overtime.
        state.next = NextPlay::Scrimmage;
        (state.down, state.distance, state.yards_to_goal) = (1, 10, 25);
    }
}

fn scrimmage(state: &mut State, input: &Input, heals: &mut Heals<'_>) {
    let expected = *state;
    let same_ball = input.possession.is_none() || input.possession == expected.possession;
    let projected = expected.next == NextPlay::Scrimmage && same_ball;
    state.next = NextPlay::Scrimmage;
    match (input.possession, expected.possession) {
        (Some(side), _) => state.possession = Some(side),
        (None, kept) => {
            heals.note(
                FaultCode::PossessionMissing,
                None::<&str>,
                kept.map(side_name),
            );
        }
    }
    state.yards_to_goal = match input.yards_to_goal {
        Some(y @ 1..=99) => y as u8,
        given => {
            let y = if projected && expected.yards_to_goal > 0 {
                expected.yards_to_goal
            } else {
                75
            };
            heals.note(FaultCode::YardLineRange, given, Some(y));
            y
        }
    };
    state.down = match input.down {
        Some(d @ 1..=4) => d as u8,
        given => {
            let d = if projected { expected.down.max(1) } else { 1 };
            let code = match given {
                None | Some(0) => FaultCode::DownMissing,
                Some(_) => FaultCode::DownRange,
            };
            heals.note(code, given, Some(d));
            d
        }
    };
    state.distance = match input.distance {
        Some(d @ 1..=99) if d <= i16::from(state.yards_to_goal) => d as u8,
        // To go no further than the goal: many feeds print ten yards all the same.
        Some(d @ 1..=99) if d <= 10 => state.yards_to_goal.min(d as u8),
        given => {
            let d = match given {
                Some(d @ 1..=99) => (d as u8).min(state.yards_to_goal),
                _ if projected && state.down == expected.down && expected.distance > 0 => {
                    expected.distance.min(state.yards_to_goal)
                }
                _ => state.yards_to_goal.min(10),
            };
            heals.note(FaultCode::DistanceRange, given, Some(d));
            d
        }
    };
}

fn side_name(side: matchday_event::Side) -> &'static str {
    match side {
        matchday_event::Side::Home => "home",
        matchday_event::Side::Away => "away",
    }
}

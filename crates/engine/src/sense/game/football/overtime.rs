use matchday_event::{NextPlay, Side};
use matchday_learn::football::Rules;

use super::{
    input::Input,
    rules::Context,
    score,
    state::{State, points},
};

/// Overtime, or another period of it, is about to begin.
pub fn begin(state: &mut State, period: u8, context: &Context) {
    state.period = period;
    state.clock_s = context.period_s(period);
    state.timeouts = [context.timeouts(period); 2];
    state.possessions = (0, 0);
    match context.rules {
        Rules::Nfl => state.kickoff_to(None, context),
        Rules::College => series(state, None, context),
    }
}

fn series(state: &mut State, side: Option<Side>, context: &Context) {
    state.possession = side;
    if context.tries_only(state.period) {
        state.next = NextPlay::Try;
        (state.down, state.distance, state.yards_to_goal) = (0, 0, 3);
    } else {
        state.next = NextPlay::Scrimmage;
        (state.down, state.distance, state.yards_to_goal) = (1, 10, 25);
    }
}

/// What the rules of overtime make of the state that a play led to.
pub fn after(before: &State, state: &mut State, input: &Input, context: &Context) {
    if state.next == NextPlay::Over {
        return;
    }
    match context.rules {
        Rules::Nfl => sudden_death(before, state, input, context),
        Rules::College => alternate(before, state, input, context),
    }
}

/// Since 2012 (2010 in play-offs): a touchdown or a safety ends it, and so does any lead once both sides
/// have had the ball. Before that any points did.
fn sudden_death(before: &State, state: &mut State, input: &Input, context: &Context) {
    let lead = state.score.home - state.score.away;
    if lead == 0 || !input.kind.is_snap() {
        return;
    }
    let leader = if lead > 0 { Side::Home } else { Side::Away };
    let both = state.possessions.0 > 0 && state.possessions.1 > 0;
    let first_score_wins = match context.season {
        0 | 2012.. => false,
        2010.. => !context.postseason,
        _ => true,
    };
    let ends = match score::gained(before.score, state.score) {
        Some((_, 6..)) | Some((_, 2)) => true,
        Some(_) => first_score_wins || both,
        // The trailing side gave the ball up.
        None => both && state.possession == Some(leader) && before.possession != Some(leader),
    };
    if ends {
        state.over();
    }
}

/// Each side has a series in each period; whoever leads after both has won.
fn alternate(before: &State, state: &mut State, input: &Input, context: &Context) {
    state.clock_s = 0;
    if state.next == NextPlay::Try && !input.is_try() || !input.kind.is_snap() {
        return;
    }
    let Some(side) = before.possession else {
        return;
    };
    let ended = input.is_try()
        || state.next == NextPlay::Kickoff
        || state.possession.is_some_and(|p| p != side);
    if !ended {
        return;
    }
    if context.tries_only(state.period) && input.is_try() {
        let count = match side {
            Side::Home => &mut state.possessions.0,
            Side::Away => &mut state.possessions.1,
        };
        *count = count.saturating_add(1);
    }
    let both = state.possessions.0 > 0 && state.possessions.1 > 0;
    let gained = points(state.score, side.other()) - points(before.score, side.other());
    if both || gained >= 6 {
        if state.score.home != state.score.away {
            return state.over();
        }
        let period = state.period.saturating_add(1);
        begin(state, period, context);
        // Whoever went second goes first in the next period.
        state.possession = Some(side);
    } else {
        series(state, Some(side.other()), context);
    }
}

//! Where a play leaves the game, as far as its own report tells. The next report replaces it.

use matchday_event::{
    NextPlay, Score, Side,
    football::{PlayKind, PlayTag, Spot},
};
use matchday_learn::football::Rules;

use super::{heal, input::Input, overtime, rules::Context, score, state::State};

/// The state after a play, given the state before it and the score after it. `named` is the side that the
/// sentence names first, for timeouts and penalties.
pub fn after(
    before: &State,
    input: &Input,
    settled: Score,
    named: Option<Side>,
    context: &Context,
) -> State {
    let mut state = *before;
    state.score = settled;
    if state.opening_receiver.is_none() && (input.kind == PlayKind::Kickoff || input.is_scrimmage())
    {
        state.opening_receiver = before.possession;
    }
    if let Some((side, points)) = score::gained(before.score, settled) {
        score::after_points(&mut state, side, points, input, context);
    } else {
        match input.kind {
            PlayKind::Timeout => heal::charge_timeout(&mut state, input, named),
            PlayKind::EndPeriod | PlayKind::EndHalf => end_period(&mut state, input.kind, context),
            PlayKind::EndGame => state.over(),
            PlayKind::Other => {}
            PlayKind::ExtraPoint | PlayKind::TwoPoint => {
                let tried = before.possession;
                state.kickoff_to(tried.map(Side::other), context);
                if context.rules == Rules::College && state.period > 4 {
                    state.possession = tried;
                }
            }
            _ => snap(&mut state, input, named, context),
        }
    }
    if state.period > 4 {
        overtime::after(before, &mut state, input, context);
    }
    state
}

fn snap(state: &mut State, input: &Input, named: Option<Side>, context: &Context) {
    let Some(side) = state.possession else { return };
    if let Some(end) = input.end.filter(usable) {
        state.next = NextPlay::Scrimmage;
        state.possession = end.possession;
        state.yards_to_goal = end
            .yards_to_goal
            .unwrap_or(state.yards_to_goal)
            .clamp(1, 99);
        state.down = end.down.unwrap_or(1).clamp(1, 4);
        let to_gain = end.distance.unwrap_or(10).clamp(1, 99);
        state.distance = to_gain.min(state.yards_to_goal);
        return;
    }
    let tags = input.tags;
    let at = i16::from(state.yards_to_goal);
    match input.kind {
        PlayKind::Kickoff => {
            if tags.contains(PlayTag::KickingTeamBall) {
                state.first_down(side.other(), 50);
            } else {
                state.first_down(side, 75);
            }
        }
        PlayKind::Punt => {
            let net = input.yards.filter(|y| (1..=99).contains(y)).unwrap_or(40);
            if tags.contains(PlayTag::KickingTeamBall) {
                state.first_down(side, at - net);
            } else if tags.contains(PlayTag::Touchback) || net >= at {
                state.first_down(side.other(), 80);
            } else if tags.contains(PlayTag::Blocked) {
                state.first_down(side.other(), 100 - at);
            } else {
                state.first_down(side.other(), 100 - (at - net));
            }
        }
        PlayKind::FieldGoal => {
            let spot = match context.rules {
                Rules::Nfl => at + 7,
                Rules::College => at,
            };
            state.first_down(side.other(), 100 - spot.max(20));
        }
        PlayKind::NoPlay => penalty(state, input, named, side),
        _ => scrimmage(state, input, named, side),
    }
}

fn usable(end: &Spot) -> bool {
    end.possession.is_some() && end.yards_to_goal.is_some() && end.down.is_some()
}

fn scrimmage(state: &mut State, input: &Input, named: Option<Side>, side: Side) {
    let tags = input.tags;
    let at = i16::from(state.yards_to_goal);
    let gain = input.yards.unwrap_or(0).clamp(-99, 99);
    let spot = at - gain;
    if tags.contains(PlayTag::Interception) || tags.contains(PlayTag::FumbleLost) {
        let opposite = if tags.contains(PlayTag::Touchback) {
            80
        } else {
            100 - spot
        };
        return state.first_down(side.other(), opposite);
    }
    if tags.contains(PlayTag::Penalty) && input.penalty_yards.is_some() {
        // The gain stands and the penalty comes on top of it.
        down_and(state, spot, gain, tags.contains(PlayTag::FirstDown), side);
        return penalty(state, input, named, side);
    }
    if tags.contains(PlayTag::TurnoverOnDowns) {
        return state.first_down(side.other(), 100 - spot);
    }
    down_and(state, spot, gain, tags.contains(PlayTag::FirstDown), side);
}

fn down_and(state: &mut State, spot: i16, gain: i16, first_down: bool, side: Side) {
    let spot = spot.clamp(1, 99);
    if first_down || gain >= i16::from(state.distance) {
        state.first_down(side, spot);
    } else if state.down >= 4 {
        state.first_down(side.other(), 100 - spot);
    } else {
        state.next = NextPlay::Scrimmage;
        state.down = state.down.max(1) + 1;
        state.distance = (i16::from(state.distance) - gain).clamp(1, spot) as u8;
        state.yards_to_goal = spot as u8;
    }
}

fn penalty(state: &mut State, input: &Input, named: Option<Side>, side: Side) {
    if state.next != NextPlay::Scrimmage || state.possession != Some(side) {
        return;
    }
    let by_defence =
        input.tags.contains(PlayTag::DefensivePenalty) || named.is_some_and(|n| n != side);
    let yards = match (input.kind, input.yards, input.penalty_yards) {
        // A feed may say any number; none moves the ball further than the field is long.
        (PlayKind::NoPlay, Some(net), _) if net != 0 => net.clamp(-99, 99),
        (_, _, Some(yards)) if by_defence => i16::from(yards),
        (_, _, Some(yards)) => -i16::from(yards),
        _ => return,
    };
    let spot = (i16::from(state.yards_to_goal) - yards).clamp(1, 99);
    let to_gain = i16::from(state.distance) - yards;
    if input.tags.contains(PlayTag::FirstDown) || to_gain <= 0 {
        state.first_down(side, spot);
    } else {
        state.yards_to_goal = spot as u8;
        state.distance = to_gain.clamp(1, spot) as u8;
    }
}

/// A period is over: on to the next.
pub fn end_period(state: &mut State, kind: PlayKind, context: &Context) {
    let half = kind == PlayKind::EndHalf;
    match state.period {
        1 if half => {
            state.period = 2;
            end_period(state, kind, context);
        }
        0 | 1 | 3 => {
            state.period = state.period.max(1) + 1;
            state.clock_s = 900;
        }
        2 => {
            state.period = 3;
            state.clock_s = 900;
            state.timeouts = [context.timeouts(3); 2];
            state.kickoff_to(state.opening_receiver.map(Side::other), context);
        }
        _ if state.score.home != state.score.away => state.over(),
        5.. if context.tie_stands => state.over(),
        p => overtime::begin(state, p.saturating_add(1), context),
    }
}

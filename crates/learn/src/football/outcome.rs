use matchday_event::Side;
use serde::{Deserialize, Serialize};

use super::{Kind, Rules, Snap};

/// What a play came to, as far as the next snap depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlayResult {
    /// The side in possession kept the ball and moved it this many yards. Reaching the goal is a
    /// touchdown, a loss into the own end zone a safety, and a fourth down short of the line a turnover.
    Gain(i16),
    /// A touchdown by the side in possession.
    Touchdown,
    /// A touchdown by the other side.
    ReturnTouchdown,
    /// The other side has the ball, this many yards from the goal that it attacks.
    Turnover(u8),
    /// A field goal made.
    FieldGoal,
    /// A field goal missed from here.
    MissedFieldGoal,
    /// A punt, in net yards.
    Punt(i16),
    /// A safety against the side in possession.
    Safety,
    /// A kick-off: the receivers start this many yards from the goal that they attack.
    Kick(u8),
    /// A kick-off that the kickers recovered, this many yards from the goal that they attack.
    KickRecovered(u8),
    /// A try: points for the side that tried.
    Try(u8),
    /// A try that the other side ran back for two points.
    TryReturned,
}

/// A play's result and the game time from this snap to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// What it came to.
    pub result: PlayResult,
    /// Seconds of game time until the next snap.
    pub elapsed_s: u16,
}

/// The game before the snap that follows `outcome`. Quarters, halves and overtime roll over; what cannot be
/// known yet (who receives in overtime) is left `None`. The result is a projection: the fold keeps to the
/// feed's own reports and uses this only where there is none yet.
pub fn next_snap(snap: &Snap, outcome: Outcome, rules: Rules) -> Snap {
    let mut next = *snap;
    if snap.kind == Kind::Over {
        return next;
    }
    apply_result(&mut next, outcome.result, rules);
    if next.period >= 5 && rules == Rules::College {
        college_overtime(snap, &mut next);
        return next;
    }
    // A try is untimed, and one that is still to come is played even when the clock is out.
    if snap.kind != Kind::Try {
        next.clock_s = next.clock_s.saturating_sub(outcome.elapsed_s);
    }
    if next.period >= 5 {
        nfl_overtime(snap, &mut next);
    }
    if next.clock_s == 0 && !matches!(next.kind, Kind::Try | Kind::Over) {
        end_period(&mut next, rules);
    }
    next
}

fn apply_result(next: &mut Snap, result: PlayResult, rules: Rules) {
    let Some(side) = next.possession else {
        // Nobody is known to have the ball (overtime before the toss): only time can pass.
        return;
    };
    match result {
        PlayResult::Gain(yards) => gain(next, side, yards, rules),
        PlayResult::Touchdown => touchdown(next, side),
        PlayResult::ReturnTouchdown => touchdown(next, side.other()),
        PlayResult::Turnover(yards_to_goal) => {
            first_down(next, side.other(), yards_to_goal);
        }
        PlayResult::FieldGoal => {
            score(next, side, 3);
            kickoff_to(next, side.other(), rules);
        }
        PlayResult::MissedFieldGoal => {
            // Where the ball was kicked from, seven yards behind the snap; in college where it was snapped. The 20
            // where that is closer.
            let behind = match rules {
                Rules::Nfl => 7,
                Rules::College => 0,
            };
            let spot = (i16::from(next.yards_to_goal) + behind).clamp(20, 99);
            first_down(next, side.other(), opposite(spot));
        }
        PlayResult::Punt(net) => {
            let spot = i16::from(next.yards_to_goal) - net;
            let spot = if spot <= 0 { 20 } else { spot.min(99) };
            first_down(next, side.other(), opposite(spot));
        }
        PlayResult::Safety => {
            score(next, side.other(), 2);
            kickoff_to(next, side.other(), rules);
        }
        PlayResult::Kick(yards_to_goal) => first_down(next, side, yards_to_goal),
        PlayResult::KickRecovered(yards_to_goal) => first_down(next, side.other(), yards_to_goal),
        PlayResult::Try(points) => {
            score(next, side, i16::from(points));
            kickoff_to(next, side.other(), rules);
        }
        PlayResult::TryReturned => {
            score(next, side.other(), 2);
            kickoff_to(next, side.other(), rules);
        }
    }
}

fn gain(next: &mut Snap, side: Side, yards: i16, rules: Rules) {
    let spot = i16::from(next.yards_to_goal) - yards;
    if spot <= 0 {
        touchdown(next, side);
    } else if spot >= 100 {
        score(next, side.other(), 2);
        kickoff_to(next, side.other(), rules);
    } else if yards >= i16::from(next.distance) {
        first_down(next, side, spot as u8);
    } else if next.down >= 4 {
        first_down(next, side.other(), opposite(spot));
    } else {
        next.kind = Kind::Scrimmage;
        next.down = next.down.max(1) + 1;
        next.distance = (i16::from(next.distance) - yards).clamp(1, 99) as u8;
        next.yards_to_goal = spot as u8;
    }
}

fn touchdown(next: &mut Snap, side: Side) {
    score(next, side, 6);
    next.kind = Kind::Try;
    next.possession = Some(side);
    (next.down, next.distance, next.yards_to_goal) = (0, 0, 2);
}

fn score(next: &mut Snap, side: Side, points: i16) {
    next.home_lead += match side {
        Side::Home => points,
        Side::Away => -points,
    };
    next.total_points += points;
}

fn kickoff_to(next: &mut Snap, receiver: Side, rules: Rules) {
    next.kind = Kind::Kickoff;
    next.possession = Some(receiver);
    (next.down, next.distance, next.yards_to_goal) = (0, 0, rules.kickoff_yards_to_goal());
}

fn first_down(next: &mut Snap, side: Side, yards_to_goal: u8) {
    next.kind = Kind::Scrimmage;
    next.possession = Some(side);
    next.down = 1;
    next.yards_to_goal = yards_to_goal.clamp(1, 99);
    next.distance = next.yards_to_goal.min(10);
}

fn opposite(yards_to_goal: i16) -> u8 {
    (100 - yards_to_goal).clamp(1, 99) as u8
}

fn over(next: &mut Snap) {
    next.kind = Kind::Over;
    next.possession = None;
    (next.down, next.distance, next.yards_to_goal) = (0, 0, 0);
}

fn end_period(next: &mut Snap, rules: Rules) {
    match next.period {
        0 | 1 | 3 => {
            next.period = next.period.max(1) + 1;
            next.clock_s = 900;
        }
        2 => {
            next.period = 3;
            next.clock_s = 900;
            (next.home_timeouts, next.away_timeouts) = (3, 3);
            let receiver = next.second_half_receiver.take();
            kickoff_to(next, receiver.unwrap_or(Side::Home), rules);
            next.possession = receiver;
        }
        4 if next.home_lead != 0 => over(next),
        p @ 4.. if p == 4 || !next.tie_stands && next.home_lead == 0 => {
            next.period = p + 1;
            next.clock_s = rules.overtime_clock_s();
            next.overtime_possessions = (0, 0);
            next.possession = None;
            next.kind = match rules {
                Rules::Nfl => Kind::Kickoff,
                Rules::College => Kind::Scrimmage,
            };
            (next.down, next.distance, next.yards_to_goal) = match rules {
                Rules::Nfl => (0, 0, rules.kickoff_yards_to_goal()),
                Rules::College => (1, 10, 25),
            };
        }
        _ => over(next),
    }
}

/// The NFL's overtime of 2012 to 2017: a touchdown (or a safety) ends it at once, a field goal does unless
/// the other side has not yet had the ball, and after both have had it any lead ends it.
fn nfl_overtime(before: &Snap, next: &mut Snap) {
    let count = |p: (u8, u8), side| match side {
        Side::Home => p.0,
        Side::Away => p.1,
    };
    if next.kind == Kind::Try {
        // A touchdown wins without its try; were it only to level (no rule leads there, a faulty feed may),
        // the try decides.
        let scorer = next.possession.map_or(0, |s| s.sign() as i16);
        if scorer * next.home_lead > 0 {
            over(next);
        }
        return;
    }
    if next.possession == before.possession
        && next.kind == before.kind
        && next.home_lead == before.home_lead
    {
        return;
    }
    if next.home_lead != 0 {
        let leader = if next.home_lead > 0 {
            Side::Home
        } else {
            Side::Away
        };
        let safety = (next.home_lead - before.home_lead).abs() == 2;
        if safety || count(before.overtime_possessions, leader.other()) > 0 {
            return over(next);
        }
    }
    let took_over = next.possession != before.possession || before.kind == Kind::Kickoff;
    if next.kind == Kind::Scrimmage && took_over {
        match next.possession {
            Some(Side::Home) => {
                next.overtime_possessions.0 = next.overtime_possessions.0.saturating_add(1)
            }
            Some(Side::Away) => {
                next.overtime_possessions.1 = next.overtime_possessions.1.saturating_add(1)
            }
            None => {}
        }
    }
}

/// College overtime: both sides have a series from the 25 in each period, untimed.
fn college_overtime(before: &Snap, next: &mut Snap) {
    next.clock_s = 0;
    let Some(side) = before.possession else {
        return;
    };
    let series_ended = match before.kind {
        Kind::Try => true,
        _ => next.kind == Kind::Kickoff || next.possession != before.possession,
    };
    if next.kind == Kind::Try || !series_ended {
        return;
    }
    let (home, away) = before.overtime_possessions;
    // A snap whose series was not counted yet counts as begun.
    let (home, away) = match side {
        Side::Home => (home.max(1), away),
        Side::Away => (home, away.max(1)),
    };
    // On a try after a return the trying side is not the one whose series it was; the lead decides then.
    if home == away {
        if next.home_lead != 0 {
            return over(next);
        }
        next.period = next.period.saturating_add(1);
        next.overtime_possessions = (0, 0);
        // Whoever went second goes first in the next period.
        first_down(next, side, 25);
        next.overtime_possessions = match side {
            Side::Home => (1, 0),
            Side::Away => (0, 1),
        };
    } else {
        first_down(next, side.other(), 25);
        next.overtime_possessions = (1, 1);
    }
}

use matchday_event::Side;
use serde::{Deserialize, Serialize};

use crate::football::{
    Rules, Snap,
    basis::{logit, sigmoid},
    ep::{Class, Ep},
};

/// Figures of the overtime formula.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct OvertimeParams {
    /// NFL: chance that a side which opened overtime with a field goal goes on to win.
    pub after_first_field_goal: f64,
    /// NFL: of the field goals that are the next score, the share kicked on the first possession itself.
    pub on_first_possession: f64,
    /// College: chances of a series from the 25 to bring a touchdown.
    pub series_touchdown: f64,
    /// College: chances of a series from the 25 to bring a field goal.
    pub series_field_goal: f64,
    /// What the formula's log-odds are multiplied by.
    pub scale: f64,
    /// Log-odds per point of pregame spread.
    pub spread: f64,
    /// Log-odds of the home side off neutral ground.
    pub home: f64,
}

/// Home win probability in overtime, a tie that stands counted as half a win.
///
/// It is worked out from the expected-points model's next-score probabilities rather than fitted afresh,
/// for overtime plays are few: one game in sixteen has any.
///
/// - NFL: the next score wins, except that a field goal on the first possession gives the other side one
///   possession to answer; no score before the clock is out counts half.
/// - College: a series brings a touchdown, a field goal or nothing with the chances of this down, distance
///   and spot; the side still to come answers with the average series from the 25; level counts half.
pub fn overtime_wp(snap: &Snap, params: &OvertimeParams, ep: &Ep, rules: Rules) -> f64 {
    let for_ball = match snap.possession {
        None => 0.5 + 0.45 * f64::from(snap.home_lead.signum()),
        Some(side) => {
            let own = match rules {
                Rules::Nfl => nfl(snap, side, params, ep),
                Rules::College => college(snap, side, params, ep),
            };
            match side {
                Side::Home => own,
                Side::Away => 1.0 - own,
            }
        }
    };
    let mut z = logit(for_ball) * params.scale;
    if let Some(spread) = snap.spread_home {
        z -= f64::from(spread) * params.spread;
    }
    if !snap.neutral {
        z += params.home;
    }
    sigmoid(z.clamp(-9.0, 9.0))
}

fn own_lead(snap: &Snap, side: Side) -> i16 {
    match side {
        Side::Home => snap.home_lead,
        Side::Away => -snap.home_lead,
    }
}

fn nfl(snap: &Snap, side: Side, params: &OvertimeParams, ep: &Ep) -> f64 {
    let p = ep.classes(snap);
    let of = |c: Class| p[c as usize];
    let lead = own_lead(snap, side);
    if lead < 0 {
        // Answering a field goal: a touchdown wins, a field goal makes it sudden death with the other side
        // to receive, anything else loses. Later series are not to be had, so next-score chances that lie
        // beyond this series are taken off.
        let here = 0.85;
        return here
            * (of(Class::Touchdown) + of(Class::FieldGoal) * if lead >= -3 { 0.44 } else { 0.0 });
    }
    if lead > 0 {
        return 0.98;
    }
    let touchdown = of(Class::Touchdown) + of(Class::Safety);
    let field_goal = of(Class::FieldGoal);
    let first = match snap.overtime_possessions {
        (0, 0) => true,
        (h, a) => match side {
            Side::Home => h == 1 && a == 0,
            Side::Away => a == 1 && h == 0,
        },
    };
    let kick_value = if first {
        params.on_first_possession * params.after_first_field_goal
            + (1.0 - params.on_first_possession)
    } else {
        1.0
    };
    touchdown + field_goal * kick_value + 0.5 * of(Class::None)
}

fn college(snap: &Snap, side: Side, params: &OvertimeParams, ep: &Ep) -> f64 {
    let lead = own_lead(snap, side);
    // Next-score chances with ample time, held to what a series this close to goal can bring.
    let mut timed = *snap;
    timed.period = 3;
    timed.clock_s = 900;
    let p = ep.classes(&timed);
    let start = {
        let mut s = timed;
        s.kind = crate::football::Kind::Scrimmage;
        (s.down, s.distance, s.yards_to_goal) = (1, 10, 25);
        ep.classes(&s)
    };
    let scaled = |c: Class, from_25: f64| {
        let ratio = from_25 / start[c as usize].max(1e-6);
        p[c as usize] * ratio
    };
    let mut touchdown = scaled(Class::Touchdown, params.series_touchdown);
    let mut field_goal = scaled(Class::FieldGoal, params.series_field_goal);
    let sum = touchdown + field_goal;
    if sum > 0.99 {
        touchdown *= 0.99 / sum;
        field_goal *= 0.99 / sum;
    }
    let nothing = 1.0 - touchdown - field_goal;
    let (home, away) = snap.overtime_possessions;
    let second = home == away && home > 0;
    let value = |lead: i16| -> f64 {
        if second {
            0.5 + 0.5 * f64::from(lead.signum())
        } else {
            answered(lead, params)
        }
    };
    touchdown * value(lead + 7) + field_goal * value(lead + 3) + nothing * value(lead)
}

/// What a lead is worth with one average series of the other side to come.
fn answered(lead: i16, params: &OvertimeParams) -> f64 {
    let (t, f) = (params.series_touchdown, params.series_field_goal);
    let value = |lead: i16| 0.5 + 0.5 * f64::from(lead.signum());
    t * value(lead - 7) + f * value(lead - 3) + (1.0 - t - f) * value(lead)
}

use crate::football::{
    Kind, Outcome, PlayResult, Snap,
    swing::{
        CELLS, Cell, DISTANCE_BOUNDS, MAX_OUTCOMES, Outcomes, Weighted, ZONE_BOUNDS, cell_index,
        zone_index,
    },
};

use super::Game;

/// A cell with fewer plays than this is widened to all distances of its down and zone, then to all downs.
const ENOUGH: usize = 150;
/// Outcomes rarer than this are left out and their share spread over the others.
const RARE: f64 = 0.004;
/// Chance of a two-point try, where tries do not say which kind failed.
const TRY_TWO: f64 = 0.48;

/// Tabulates what plays came to, by down, distance and field zone. Where the games record no kick-offs,
/// `prior`'s stand in.
pub fn fit_outcomes(games: &[Game], prior: Option<&Outcomes>) -> Outcomes {
    let plays = || {
        games
            .iter()
            .flat_map(|g| &g.rows)
            .filter_map(|r| Some((&r.snap, r.outcome?)))
    };
    let scrimmage = || plays().filter(|(s, _)| s.kind == Kind::Scrimmage && s.period <= 4);
    let mut cells = vec![Vec::new(); CELLS];
    let mut by_down_zone = vec![Vec::new(); 4 * ZONE_BOUNDS.len()];
    let mut by_zone = vec![Vec::new(); ZONE_BOUNDS.len()];
    // What a side does with seconds left is not what it does with minutes left.
    for (s, outcome) in
        scrimmage().filter(|(s, _)| s.half_seconds_left() > 120.0 || s.period % 2 == 1)
    {
        let at = cell_index(s.down, s.distance, s.yards_to_goal);
        let zone = zone_index(s.yards_to_goal);
        cells[at].push(outcome);
        by_down_zone[at / (DISTANCE_BOUNDS.len() * ZONE_BOUNDS.len()) * ZONE_BOUNDS.len() + zone]
            .push(outcome);
        by_zone[zone].push(outcome);
    }
    let scrimmage_cells = cells
        .into_iter()
        .enumerate()
        .map(|(at, own)| {
            let zone = at % ZONE_BOUNDS.len();
            let down = at / (DISTANCE_BOUNDS.len() * ZONE_BOUNDS.len());
            let wider = &by_down_zone[down * ZONE_BOUNDS.len() + zone];
            [&own, wider, &by_zone[zone]]
                .into_iter()
                .find(|c| c.len() >= ENOUGH)
                .map_or_else(|| cell(&own), |c| cell(c))
        })
        .collect();
    let kickoffs: Vec<Outcome> = plays()
        .filter(|(s, _)| s.kind == Kind::Kickoff)
        .map(|(_, o)| o)
        .collect();
    let normal = mean_running(scrimmage().filter(|(s, _)| matches!(s.period, 1 | 3)));
    let late = |ahead: bool| {
        mean_running(scrimmage().filter(move |(s, _)| {
            s.period == 4
                && s.clock_s <= 300
                && (f64::from(s.home_lead) * s.ball_sign() > 0.0) == ahead
        }))
    };
    let factor = |mean: Option<f64>| match (mean, normal) {
        (Some(m), Some(n)) => round(m / n).clamp(0.3, 2.0),
        _ => 1.0,
    };
    let (try_kick, try_two_share) = tries(games);
    Outcomes {
        scrimmage: scrimmage_cells,
        kickoff: match prior {
            Some(prior) if kickoffs.len() < ENOUGH => prior.kickoff.clone(),
            _ => cell(&kickoffs),
        },
        last_play: (0..ZONE_BOUNDS.len())
            .map(|z| last_play(games, z))
            .collect(),
        try_kick,
        try_two: TRY_TWO,
        try_two_share,
        hurry: factor(late(false)),
        burn: factor(late(true)),
    }
}

fn round(x: f64) -> f64 {
    (x * 1e6).round() / 1e6
}

fn mean_running<'a>(plays: impl Iterator<Item = (&'a Snap, Outcome)>) -> Option<f64> {
    let (mut sum, mut n) = (0.0, 0.0);
    for (_, o) in plays {
        if o.elapsed_s > 12 && matches!(o.result, PlayResult::Gain(_)) {
            sum += f64::from(o.elapsed_s);
            n += 1.0;
        }
    }
    (n > 0.0).then(|| sum / n)
}

/// Sums a list of outcomes up as a few weighted ones: gains in groups of equal size, changes of possession
/// in groups by net yards, and each kind of score on its own.
pub(crate) fn cell(plays: &[Outcome]) -> Cell {
    let mut gains = Vec::new();
    let mut lost = Vec::new();
    let mut kicks = Vec::new();
    let mut recovered = Vec::new();
    let mut scores: Vec<(PlayResult, Vec<f64>)> = [
        PlayResult::Touchdown,
        PlayResult::ReturnTouchdown,
        PlayResult::FieldGoal,
        PlayResult::Safety,
    ]
    .map(|r| (r, Vec::new()))
    .into();
    for o in plays {
        let seconds = f64::from(o.elapsed_s);
        match o.result {
            PlayResult::Gain(y) => gains.push((f64::from(y), seconds)),
            PlayResult::Punt(y) => lost.push((f64::from(y), seconds)),
            PlayResult::Kick(y) => kicks.push((f64::from(y), seconds)),
            PlayResult::KickRecovered(y) => recovered.push((f64::from(y), seconds)),
            other => {
                if let Some((_, list)) = scores.iter_mut().find(|(r, _)| *r == other) {
                    list.push(seconds);
                }
            }
        }
    }
    let n = plays.len().max(1) as f64;
    let mut out: Cell = Vec::new();
    // Where gains are the rule they get more groups than where kicks are.
    let gain_groups = if gains.len() * 2 > plays.len() { 6 } else { 3 };
    let lost_groups = if lost.len() * 4 > plays.len() { 3 } else { 1 };
    groups(&mut out, gains, gain_groups, n, |y| {
        PlayResult::Gain(y as i16)
    });
    groups(&mut out, lost, lost_groups, n, |y| {
        PlayResult::Punt(y as i16)
    });
    groups(&mut out, kicks, 4, n, |y| {
        PlayResult::Kick(y.clamp(1.0, 99.0) as u8)
    });
    groups(&mut out, recovered, 1, n, |y| {
        PlayResult::KickRecovered(y.clamp(1.0, 99.0) as u8)
    });
    for (result, seconds) in scores {
        if !seconds.is_empty() {
            let mean = seconds.iter().sum::<f64>() / seconds.len() as f64;
            out.push(weighted(result, seconds.len() as f64 / n, mean));
        }
    }
    normalised(out)
}

fn weighted(result: PlayResult, weight: f64, seconds: f64) -> Weighted {
    Weighted {
        weight,
        outcome: Outcome {
            result,
            elapsed_s: seconds.round() as u16,
        },
    }
}

fn groups(
    out: &mut Cell,
    mut plays: Vec<(f64, f64)>,
    count: usize,
    n: f64,
    result: impl Fn(f64) -> PlayResult,
) {
    plays.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let len = plays.len();
    for k in 0..count {
        let group = &plays[len * k / count..len * (k + 1) / count];
        if group.is_empty() {
            continue;
        }
        let size = group.len() as f64;
        let mean = |f: fn(&(f64, f64)) -> f64| group.iter().map(f).sum::<f64>() / size;
        out.push(weighted(
            result(mean(|p| p.0).round()),
            size / n,
            mean(|p| p.1),
        ));
    }
}

/// Leaves the rare out and makes the weights add up to one.
fn normalised(mut out: Cell) -> Cell {
    if out.is_empty() {
        return vec![weighted(PlayResult::Gain(0), 1.0, 6.0)];
    }
    out.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    let rare = out
        .iter()
        .position(|w| w.weight < RARE)
        .unwrap_or(out.len());
    out.truncate(rare.clamp(1, MAX_OUTCOMES));
    let sum: f64 = out.iter().map(|w| w.weight).sum();
    for w in &mut out {
        w.weight = round(w.weight / sum);
    }
    // What rounding left over goes to the likeliest.
    let rest = 1.0 - out.iter().map(|w| w.weight).sum::<f64>();
    out[0].weight += rest;
    out
}

/// The last snap of a half, from this zone, by sides that are not ahead: a score or nothing.
fn last_play(games: &[Game], zone: usize) -> Cell {
    let (mut n, mut touchdowns, mut field_goals) = (4.0, 0.0, 0.0);
    for game in games {
        for row in &game.rows {
            let s = &row.snap;
            let own = f64::from(s.home_lead) * s.ball_sign();
            let wanted = s.kind == Kind::Scrimmage
                && s.half_seconds_left() <= 8.0
                && (s.period == 2 || s.period == 4 && (-8.0..=0.0).contains(&own))
                && zone_index(s.yards_to_goal) == zone;
            if wanted {
                n += 1.0;
                match row.outcome.map(|o| o.result) {
                    Some(PlayResult::Touchdown) => touchdowns += 1.0,
                    Some(PlayResult::FieldGoal) => field_goals += 1.0,
                    _ => {}
                }
            }
        }
    }
    normalised(vec![
        weighted(PlayResult::Touchdown, touchdowns / n, 8.0),
        weighted(PlayResult::FieldGoal, field_goals / n, 8.0),
        weighted(
            PlayResult::Gain(0),
            1.0 - (touchdowns + field_goals) / n,
            8.0,
        ),
    ])
}

/// The chance of a kicked try, and the share of tries for two. A failed try does not say which kind it was, so
/// the two-point chance is taken as known.
fn tries(games: &[Game]) -> (f64, f64) {
    let (mut one, mut two, mut none) = (0.0, 0.0, 0.0);
    let mut count = |points: i16| match points {
        0 => none += 1.0,
        1 => one += 1.0,
        2 => two += 1.0,
        _ => {}
    };
    for game in games {
        let has_tries = game.rows.iter().any(|r| r.snap.kind == Kind::Try);
        for pair in game.rows.windows(2) {
            if has_tries {
                if let Some(PlayResult::Try(points)) = pair[0].outcome.map(|o| o.result) {
                    count(i16::from(points));
                }
            } else if let Some(PlayResult::Touchdown | PlayResult::ReturnTouchdown) =
                pair[0].outcome.map(|o| o.result)
            {
                // Where a feed has no tries, the touchdown's points hold theirs.
                count((pair[1].snap.total_points - pair[0].snap.total_points) - 6);
            }
        }
    }
    let all: f64 = one + two + none;
    if all < 100.0 {
        return (0.96, 0.06);
    }
    let for_two = (two / TRY_TWO).min(all * 0.5);
    let kick = (one / (all - for_two)).min(0.995);
    (round(kick), round(for_two / all))
}

use matchday_event::Side;

use crate::{
    football::{
        Kind, Rules,
        basis::{logit, sigmoid},
        ep::Ep,
        wp::{OvertimeParams, overtime_wp},
    },
    quadratic::{Symmetric, bounded_step},
};

use super::Game;

/// Drawn to a scale of one and no pull of the spread or the home side: overtimes are few.
const RIDGE: f64 = 10.0;

/// Counts college series and fits the formula's scale and the pull of the spread and of the home side.
pub fn fit_overtime(games: &[Game], ep: &Ep, rules: Rules) -> OvertimeParams {
    let (series_touchdown, series_field_goal) = series(games, rules);
    let plain = OvertimeParams {
        // From the league's games under the rule of 2012 to 2017: a side that opened with a field goal won
        // about four in five, and about half of the field goals that came next came on that series.
        after_first_field_goal: 0.8,
        on_first_possession: 0.5,
        series_touchdown,
        series_field_goal,
        scale: 1.0,
        spread: 0.0,
        home: 0.0,
    };
    let mut samples = Vec::new();
    for game in games {
        // A game counts once, however long its overtime was.
        let weight = 1.0
            / game
                .rows
                .iter()
                .filter(|r| r.snap.period >= 5)
                .count()
                .max(1) as f64;
        for row in &game.rows {
            let s = &row.snap;
            if s.period < 5 || s.kind == Kind::Try || s.kind == Kind::Over || s.possession.is_none()
            {
                continue;
            }
            let blind = crate::football::Snap {
                spread_home: None,
                neutral: true,
                ..*s
            };
            let x = [
                logit(overtime_wp(&blind, &plain, ep, rules)),
                -f64::from(s.spread_home.unwrap_or(0.0)),
                f64::from(!s.neutral),
            ];
            samples.push((x, game.home_result(), weight));
        }
    }
    let centre = [1.0, 0.0, 0.0];
    let mut w = centre.to_vec();
    for _ in 0..15 {
        let mut h = Symmetric::zero(3);
        let mut g: Vec<f64> = w.iter().zip(centre).map(|(w, c)| RIDGE * (w - c)).collect();
        for i in 0..3 {
            h.add(i, i, RIDGE);
        }
        for (x, y, weight) in &samples {
            let p = sigmoid(x.iter().zip(&w).map(|(x, w)| x * w).sum());
            for i in 0..3 {
                g[i] += weight * (p - y) * x[i];
                for j in 0..=i {
                    h.add(i, j, weight * (p * (1.0 - p)).max(1e-6) * x[i] * x[j]);
                }
            }
        }
        h.mirror();
        // Two hundred games may make the formula less sure of itself, not surer.
        let d = bounded_step(&h, &g, &w, &[(0.3, 1.0), (0.0, 0.1), (-0.3, 0.3)]);
        for (w, d) in w.iter_mut().zip(&d) {
            *w += d;
        }
    }
    let round = |x: f64| (x * 1e6).round() / 1e6;
    OvertimeParams {
        scale: round(w[0]),
        spread: round(w[1]),
        home: round(w[2]),
        ..plain
    }
}

/// How often a college series from the 25 brought a touchdown or a field goal, with the prior of some fifty.
fn series(games: &[Game], rules: Rules) -> (f64, f64) {
    let (mut n, mut touchdowns, mut field_goals) = (50.0, 24.0, 14.0);
    if rules == Rules::College {
        for game in games {
            let overtime: Vec<_> = game.rows.iter().filter(|r| r.snap.period >= 5).collect();
            let mut start = 0;
            for i in 0..overtime.len() {
                let here = &overtime[i].snap;
                let ends = overtime.get(i + 1).is_none_or(|r| {
                    r.snap.possession != here.possession || r.snap.period != here.period
                });
                if !ends {
                    continue;
                }
                let lead_before = overtime[start].snap.home_lead;
                let lead_after = overtime
                    .get(i + 1)
                    .map_or(game.result.home - game.result.away, |r| r.snap.home_lead);
                let gained = match here.possession {
                    Some(Side::Home) => lead_after - lead_before,
                    _ => lead_before - lead_after,
                };
                n += 1.0;
                touchdowns += f64::from((6..=8).contains(&gained));
                field_goals += f64::from(gained == 3);
                start = i + 1;
            }
        }
    }
    let round = |x: f64| (x * 1e6).round() / 1e6;
    (round(touchdowns / n), round(field_goals / n))
}

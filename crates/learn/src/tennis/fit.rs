//! Fitting tennis: averages by counting, and how much to believe what by leaving matches out.

use matchday_event::Forecast;

use super::{FORMAT, Model, ModelFile, Moment};
use crate::{
    rating,
    ridge::{self, Row, dot, logistic},
};

/// A recorded match as training takes it.
#[derive(Debug, Clone)]
pub struct Game {
    /// Before each point.
    pub moments: Vec<Moment>,
    /// What ratings expected.
    pub forecast: Option<Forecast>,
    /// 1 where home won.
    pub home_won: f64,
}

/// What a fit found.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// The file.
    pub file: ModelFile,
    /// Log-loss of the choice on matches left out, without ratings and with.
    pub log_loss: [f64; 2],
    /// Points fitted to.
    pub points: usize,
}

/// Matches are left out in this many parts.
const FOLDS: usize = 5;

fn round(v: f64) -> f64 {
    (v * 1e6).round() / 1e6
}

/// Chance to win a point on serve, men and women, by ground.
fn averages<'a>(games: impl Iterator<Item = &'a Game>) -> [[f64; 5]; 2] {
    let mut count = [[(0.0_f64, 0.0_f64); 5]; 2];
    for last in games.filter_map(|g| g.moments.last()) {
        let cell = &mut count[usize::from(last.women)][last.ground.min(4)];
        for (n, won) in last.served {
            cell.0 += f64::from(n);
            cell.1 += f64::from(won);
        }
    }
    count.map(|tour| {
        let all = tour.iter().fold((0.0, 0.0), |a, c| (a.0 + c.0, a.1 + c.1));
        let mean = if all.0 > 0.0 { all.1 / all.0 } else { 0.6 };
        // A ground seen little is drawn to the tour's mean by as much as a match or two tell.
        tour.map(|(n, won)| round((won + 2000.0 * mean) / (n + 2000.0)))
    })
}

/// Log-loss with these numbers over every third point of each match, the averages counted on the other matches.
fn left_out(games: &[Game], file: &ModelFile, averages: &[[[f64; 5]; 2]], priced: bool) -> f64 {
    let (mut sum, mut n) = (0.0, 0.0);
    for (fold, [men, women]) in averages.iter().enumerate() {
        let model = Model::from_file(ModelFile {
            men: *men,
            women: *women,
            ..file.clone()
        })
        .expect("chances in range");
        for g in games.iter().skip(fold).step_by(FOLDS) {
            let edge = g.forecast.map(|f| model.edge_of_forecast(&f));
            let edge = edge.filter(|_| priced);
            if edge.is_some() != priced {
                continue;
            }
            for m in g.moments.iter().step_by(3) {
                let p = model.home_wp(&Moment { edge, ..*m });
                let p = p.clamp(1e-6, 1.0 - 1e-6);
                sum -= g.home_won * libm::log(p) + (1.0 - g.home_won) * libm::log(1.0 - p);
                n += 1.0;
            }
        }
    }
    sum / f64::max(n, 1.0)
}

/// Fits averages by counting, and chooses the numbers that say how much to believe by log-loss on matches left out.
pub fn fit(games: &[Game], ratings: rating::Rates, step: &mut dyn FnMut(&'static str)) -> Fitted {
    step("counting serves");
    let [men, women] = averages(games.iter());
    let folds: Vec<_> = (0..FOLDS)
        .map(|fold| {
            let others = games.iter().enumerate().filter(|(i, _)| i % FOLDS != fold);
            averages(others.map(|g| g.1))
        })
        .collect();
    let mut file = ModelFile {
        format: FORMAT.to_owned(),
        name: "wp-tennis-chain@2".to_owned(),
        men,
        women,
        prior_points: 100.0,
        prior_difference_points: [200.0; 2],
        scale: [1.0; 2],
        forecast: 1.0,
        average_swing: 1.0,
        ratings,
    };
    step("choosing how much to believe, by five folds");
    let mut found = [0.0; 2];
    for (at, priced) in [(0, false), (1, true)] {
        found[at] = left_out(games, &file, &folds, priced);
        let mut attempt = |file: &mut ModelFile, change: &dyn Fn(&mut ModelFile)| {
            let mut tried = file.clone();
            change(&mut tried);
            let loss = left_out(games, &tried, &folds, priced);
            if loss < found[at] {
                (found[at], *file) = (loss, tried);
            }
        };
        for _ in 0..2 {
            // What the sum of both players' serving shows is believed alike, whoever they are.
            for prior in [50.0, 100.0, 200.0, 400.0, 800.0, 1600.0] {
                if !priced {
                    attempt(&mut file, &|f| f.prior_points = prior);
                }
            }
            for prior in [75.0, 100.0, 150.0, 200.0, 300.0, 450.0, 700.0] {
                attempt(&mut file, &|f| f.prior_difference_points[at] = prior);
            }
            for scale in [0.7, 0.8, 0.9, 1.0, 1.1, 1.2] {
                attempt(&mut file, &|f| f.scale[at] = scale);
            }
            for weight in [0.6, 0.8, 1.0, 1.2, 1.5] {
                if priced {
                    attempt(&mut file, &|f| f.forecast = weight);
                }
            }
        }
    }
    step("measuring the average swing");
    let model = Model::from_file(file.clone()).expect("chances in range");
    let (mut swing, mut n) = (0.0, 0.0);
    for g in games {
        let wps: Vec<f64> = g.moments.iter().map(|m| model.home_wp(m)).collect();
        for pair in wps.windows(2) {
            swing += (pair[1] - pair[0]).abs();
            n += 1.0;
        }
    }
    file.average_swing = round(swing / f64::max(n, 1.0)).max(1e-6);
    Fitted {
        file,
        log_loss: found,
        points: games.iter().map(|g| g.moments.len()).sum(),
    }
}

/// The plain logistic that the model is held against, over moments and results of games: lead in sets, in games and in points; with what ratings tell of
/// the players where the moments carry it.
pub fn baseline(games: &[(Vec<Moment>, f64)]) -> impl Fn(&Moment) -> f64 + use<> {
    fn x(m: &Moment) -> Vec<f64> {
        let d = |(a, b): (u8, u8)| f64::from(a) - f64::from(b);
        let played = f64::from(m.sets.0 + m.sets.1);
        let sets = d(m.sets) / f64::from(m.to_win);
        let edge = 10.0 * m.edge.unwrap_or_default();
        vec![
            1.0,
            sets,
            sets * played,
            d(m.games),
            d(m.points) / 4.0,
            edge,
            edge * played,
        ]
    }
    let rows: Vec<Row> = games
        .iter()
        .flat_map(|(moments, result)| {
            moments.iter().map(|m| Row {
                x: x(m),
                y: *result,
                weight: 1.0,
            })
        })
        .collect();
    let w = ridge::fit(&rows, &[1e-6; 7]);
    move |m| logistic(dot(&w, &x(m)))
}

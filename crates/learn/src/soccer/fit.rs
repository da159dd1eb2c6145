//! Fitting soccer's rates: Poisson regression of goals on the minutes they were scored in.

use super::{BLOCKS, FORMAT, LEADS, Model, ModelFile, Moment, Rates, beyond_usual, class};
use crate::{
    football::basis,
    rating,
    ridge::{self, Row, dot, logistic, solve},
};

/// Blocks, home, leads (level left out), own dismissals, the other's, strength, shots and corners of both.
const N: usize = BLOCKS + 1 + LEADS + 2 + 1 + 4;
const HOME: usize = BLOCKS;
const LEAD: usize = HOME + 1;
const REDS: usize = LEAD + LEADS;
const STRENGTH: usize = REDS + 2;
const MADE: usize = STRENGTH + 1;

/// A stretch of a match during which nothing changed: what the rates are fitted to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// How it began.
    pub moment: Moment,
    /// Minutes.
    pub minutes: f64,
    /// Goals that ended it: of home, of the visitors.
    pub goals: (u8, u8),
}

/// A recorded match as training takes it.
#[derive(Debug, Clone)]
pub struct Game {
    /// Its moments in order, regulation time only.
    pub moments: Vec<Moment>,
    /// Its stretches.
    pub stretches: Vec<Stretch>,
    /// Minutes each half ran beyond its forty-five.
    pub added_min: [Option<f64>; 2],
    /// Shots and corners of both sides in regulation time, where the feed tells of them, and the minutes played.
    pub made: Option<Made>,
    /// 1 for a home win after ninety minutes, a half for a draw.
    pub home_result: f64,
}

/// What both sides made of a match.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Made {
    /// Minutes.
    pub minutes: f64,
    /// Shots.
    pub shots: (u16, u16),
    /// Corners.
    pub corners: (u16, u16),
}

impl Game {
    /// The same with the sides' strength, or without.
    #[must_use]
    pub fn with_strength(mut self, strength: Option<(f64, f64)>) -> Self {
        let stretches = self.stretches.iter_mut().map(|s| &mut s.moment);
        for moment in self.moments.iter_mut().chain(stretches) {
            moment.strength = strength;
        }
        self
    }
}

/// Shots and corners a minute, home and away.
struct Usual {
    shots: [f64; 2],
    corners: [f64; 2],
}

impl Usual {
    fn of(games: &[Game]) -> Self {
        let (mut minutes, mut shots, mut corners) = (0.0, [0.0; 2], [0.0; 2]);
        for made in games.iter().filter_map(|g| g.made) {
            minutes += made.minutes;
            shots[0] += f64::from(made.shots.0);
            shots[1] += f64::from(made.shots.1);
            corners[0] += f64::from(made.corners.0);
            corners[1] += f64::from(made.corners.1);
        }
        let rate = |n: f64| round(n / f64::max(minutes, 1.0));
        Self {
            shots: shots.map(rate),
            corners: corners.map(rate),
        }
    }
}

/// Features that are not nothing, each with its place: at most ten of them.
fn features(m: &Moment, home: bool, usual: &Usual, out: &mut Vec<(usize, f64)>) {
    out.clear();
    let block = (m.played_min / 15.0).min(2.0) as usize;
    out.push((if m.period <= 1 { block } else { 3 + block }, 1.0));
    let at_home = if m.neutral {
        0.5
    } else {
        f64::from(u8::from(home))
    };
    let (lead, own, other) = if home {
        (i32::from(m.lead), m.home_reds, m.away_reds)
    } else {
        (-i32::from(m.lead), m.away_reds, m.home_reds)
    };
    let class = class(lead);
    let side = usize::from(!home);
    let strength = m.strength.map_or(0.0, |s| if home { s.0 } else { s.1 });
    let [shots, corners] = beyond_usual(m, &usual.shots, &usual.corners);
    let rest = [
        (HOME, at_home),
        (LEAD + class, if class == 2 { 0.0 } else { 1.0 }),
        (REDS, f64::from(own)),
        (REDS + 1, f64::from(other)),
        (STRENGTH, strength),
        (MADE, shots[side]),
        (MADE + 1, shots[1 - side]),
        (MADE + 2, corners[side]),
        (MADE + 3, corners[1 - side]),
    ];
    out.extend(rest.into_iter().filter(|(_, x)| *x != 0.0));
}

/// What a fit found.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// The file.
    pub file: ModelFile,
    /// Matches fitted to.
    pub games: usize,
    /// Goals fitted to.
    pub goals: u64,
}

fn round(v: f64) -> f64 {
    (v * 1e6).round() / 1e6
}

/// Poisson regression of goals on exposure by Newton's method, with a small penalty on what few minutes tell of.
fn rates<'a>(stretches: impl Iterator<Item = &'a Stretch> + Clone, usual: &Usual) -> Rates {
    let mut w = [0.0; N];
    w[..BLOCKS].fill(-4.3);
    let mut x = Vec::with_capacity(10);
    for _ in 0..30 {
        let mut gradient = vec![0.0; N];
        let mut hessian = vec![0.0; N * N];
        for i in 0..N {
            let penalty = if i < BLOCKS { 1e-9 } else { 2.0 };
            // What no stretch has (a lead of nothing, the strength of sides unknown) stays at nothing.
            gradient[i] = if i < BLOCKS { 0.0 } else { penalty * w[i] };
            hessian[i * N + i] = penalty;
        }
        for s in stretches.clone() {
            for (home, scored) in [(true, s.goals.0), (false, s.goals.1)] {
                features(&s.moment, home, usual, &mut x);
                let log: f64 = x.iter().map(|(i, x)| w[*i] * x).sum();
                let mean = s.minutes * basis::exp(log);
                let error = mean - f64::from(scored);
                for (at, (i, xi)) in x.iter().enumerate() {
                    gradient[*i] += error * xi;
                    for (j, xj) in &x[..=at] {
                        hessian[i * N + j] += mean * xi * xj;
                    }
                }
            }
        }
        let change = solve(hessian, gradient);
        for (w, c) in w.iter_mut().zip(&change) {
            *w -= c.clamp(-1.0, 1.0);
        }
        if change.iter().all(|c| c.abs() < 1e-9) {
            break;
        }
    }
    let w = w.map(round);
    Rates {
        log_rates: std::array::from_fn(|i| w[i]),
        home: w[HOME],
        leads: std::array::from_fn(|i| w[LEAD + i]),
        own_red: w[REDS],
        other_red: w[REDS + 1],
        strength: w[STRENGTH],
        shots: [w[MADE], w[MADE + 1]],
        corners: [w[MADE + 2], w[MADE + 3]],
    }
}

/// Fits the rates twice: as one sees a match who knows how strong the sides are, in the matches that carry it, and as
/// one does who does not, in all.
pub fn fit(games: &[Game], ratings: rating::Rates, step: &mut dyn FnMut(&'static str)) -> Fitted {
    step("fitting goal rates");
    let usual = Usual::of(games);
    let all: Vec<Stretch> = games.iter().flat_map(|g| g.stretches.clone()).collect();
    let unpriced: Vec<Stretch> = all
        .iter()
        .map(|s| Stretch {
            moment: s.moment.unpriced(),
            ..*s
        })
        .collect();
    let added = |half: usize| {
        let all: Vec<f64> = games
            .iter()
            .filter_map(|g| g.added_min[half])
            .filter(|m| (0.0..15.0).contains(m))
            .collect();
        round(all.iter().sum::<f64>() / (all.len() as f64).max(1.0))
    };
    let priced = all.iter().filter(|s| s.moment.strength.is_some());
    let mut file = ModelFile {
        format: FORMAT.to_owned(),
        name: "wp-soccer-birth@2".to_owned(),
        unpriced: rates(unpriced.iter(), &usual),
        priced: rates(priced, &usual),
        usual_shots: usual.shots,
        usual_corners: usual.corners,
        added_min: [added(0), added(1)],
        average_swing: 1.0,
        ratings,
    };
    step("measuring the average swing");
    let model = Model::from_file(file.clone()).expect("finite rates");
    let (mut swing, mut moments) = (0.0, 0.0);
    for m in games.iter().step_by(20).flat_map(|g| &g.moments) {
        swing += model.price(&m.unpriced()).leverage;
        moments += 1.0;
    }
    file.average_swing = round(swing / f64::max(moments, 1.0)).max(1e-6);
    Fitted {
        file,
        games: games.len(),
        goals: all
            .iter()
            .map(|s| u64::from(s.goals.0) + u64::from(s.goals.1))
            .sum(),
    }
}

/// The plain logistic on score and time that the model is held against, over moments and results of games; with what is known of the sides' strength
/// where the moments carry it.
pub fn baseline(games: &[(Vec<Moment>, f64)]) -> impl Fn(&Moment) -> f64 + use<> {
    fn x(m: &Moment) -> Vec<f64> {
        let played = m.played_min.min(45.0) + if m.period >= 2 { 45.0 } else { 0.0 };
        let left = 90.0 - played;
        let lead = f64::from(m.lead);
        let (home, away) = m.strength.unwrap_or_default();
        vec![
            1.0,
            lead,
            lead / (left + 1.0).sqrt(),
            left / 90.0,
            (home - away) * left / 90.0,
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
    let w = ridge::fit(&rows, &[1e-6; 5]);
    move |m| logistic(dot(&w, &x(m)))
}

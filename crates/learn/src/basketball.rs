//! Basketball: win probability from lead, time and possession.
//!
//! A lead is worth what it is against the spread of the points still to come, which grows with the root of the time
//! left (a random walk, Stern 1994). The model is a logistic regression on that, its slope free to bend over time.

use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use crate::{
    football::ModelError,
    rating,
    ridge::{self, Row, dot, logistic, logit},
};

/// The format of the model file.
pub const FORMAT: &str = "matchday-basketball-model/2";

/// Seconds left at which the slopes may bend.
const KNOTS_S: [f64; 8] = [0.0, 15.0, 45.0, 120.0, 300.0, 720.0, 1440.0, 2880.0];
const K: usize = KNOTS_S.len();
/// Where home advantage begins among the features, and where the expected margin stands.
const HOME: usize = 2 * K;
const MARGIN: usize = HOME + 3;
/// Lead at each knot, possession at each knot, home advantage in three shapes, the margin that a price or ratings
/// lead one to expect of the time left.
const N: usize = MARGIN + 1;

/// A moment of a game.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// Seconds left in regulation, or in the overtime.
    pub left_s: f64,
    /// Seconds of regulation.
    pub of_s: f64,
    /// Home points less those of the visitors.
    pub lead: f64,
    /// 1 where home has the ball, -1 the visitors, 0 nobody.
    pub ball: f64,
    /// Pregame spread, or what ratings have for one: negative where home is favoured.
    pub spread_home: Option<f64>,
    /// No home advantage.
    pub neutral: bool,
}

impl Moment {
    /// The same as one sees it who does not know how strong the sides are.
    #[must_use]
    pub fn unpriced(self) -> Self {
        Self {
            spread_home: None,
            ..self
        }
    }
}

/// A model file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelFile {
    /// [`FORMAT`].
    pub format: String,
    /// Name and version.
    pub name: String,
    /// Weights where nothing is known of the sides' strength: lead by time left, possession by time left, home.
    pub unpriced: Vec<f64>,
    /// Weights where it is: home advantage is in the price.
    pub priced: Vec<f64>,
    /// How ratings follow results (see [`crate::rating`]).
    pub ratings: crate::rating::Rates,
    /// Expected absolute swing of the average play of the training games.
    pub average_swing: f64,
    /// What a possession brings: chances of 0, 1, 2 and 3 points.
    pub possession: [f64; 4],
    /// Seconds a possession takes.
    pub possession_s: f64,
}

/// The model, ready to evaluate.
#[derive(Debug)]
pub struct Model {
    name: Arc<str>,
    file: ModelFile,
}

/// How far `left` lies between the knots: the lower knot and the share of the upper one.
fn knot(left_s: f64) -> (usize, f64) {
    let left = left_s.clamp(0.0, KNOTS_S[K - 1]);
    // Between the roots of the knots, for what is left of the spread goes with the root.
    let at = KNOTS_S[1..K - 1].iter().filter(|k| left >= **k).count();
    let (low, high) = (KNOTS_S[at].sqrt(), KNOTS_S[at + 1].sqrt());
    (at, (left.sqrt() - low) / (high - low))
}

fn features(m: &Moment) -> [f64; N] {
    let mut x = [0.0; N];
    // A game of another length is read as one of an NBA game's length would be.
    let left = m.left_s * 2880.0 / m.of_s.max(1.0);
    let (at, share) = knot(left);
    let root = (left + 6.0).sqrt();
    for (k, part) in [(at, 1.0 - share), (at + 1, share)] {
        x[k] = part * m.lead * 10.0 / root;
        x[K + k] = part * m.ball * 10.0 / root;
    }
    let whole = left / 2880.0;
    match m.spread_home {
        // Home advantage is in the price.
        Some(spread) => x[MARGIN] = -spread * whole * 10.0 / root,
        None if m.neutral => {}
        None => {
            x[HOME] = whole.sqrt();
            x[HOME + 1] = whole;
            x[HOME + 2] = if left < 60.0 { 1.0 } else { 0.0 };
        }
    }
    x
}

impl Model {
    /// Reads a model file's text.
    pub fn from_json(json: &str) -> Result<Self, ModelError> {
        let file: ModelFile = crate::model_file(json, FORMAT)?;
        Self::from_file(file)
    }

    /// Checks a model file and makes it ready.
    pub fn from_file(file: ModelFile) -> Result<Self, ModelError> {
        for weights in [&file.unpriced, &file.priced] {
            if weights.len() != N || weights.iter().any(|w| !w.is_finite()) {
                return Err(ModelError::Field {
                    field: "unpriced, priced",
                    problem: "must be as many numbers as there are features",
                });
            }
        }
        Ok(Self {
            name: file.name.as_str().into(),
            file,
        })
    }

    /// The model that comes with the program.
    pub fn builtin() -> Arc<Self> {
        static MODEL: OnceLock<Arc<Model>> = OnceLock::new();
        crate::shipped(&MODEL, || Self::from_json(Self::builtin_json()))
    }

    /// The text of its file.
    pub fn builtin_json() -> &'static str {
        include_str!("../../../models/nba.json")
    }

    /// Name and version.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// How ratings follow results.
    pub fn ratings(&self) -> &crate::rating::Rates {
        &self.file.ratings
    }

    /// Home win probability, a tie counted as half.
    pub fn home_wp(&self, m: &Moment) -> f64 {
        let weights = if m.spread_home.is_some() {
            &self.file.priced
        } else {
            &self.file.unpriced
        };
        logistic(dot(weights, &features(m)))
    }

    /// The spread that goes with a chance to win.
    pub fn spread_of(&self, home_wp: f64) -> f64 {
        let begin = Moment {
            left_s: 2880.0,
            of_s: 2880.0,
            lead: 0.0,
            ball: 0.0,
            spread_home: Some(-1.0),
            neutral: true,
        };
        let per_point = dot(&self.file.priced, &features(&begin)).max(1e-3);
        (-logit(home_wp) / per_point).clamp(-40.0, 40.0)
    }

    /// Expected absolute swing of the possession.
    fn swing(&self, m: &Moment) -> f64 {
        let now = self.home_wp(m);
        let sides: &[f64] = if m.ball == 0.0 {
            &[1.0, -1.0]
        } else {
            &[m.ball]
        };
        let mut swing = 0.0;
        for side in sides {
            for (points, chance) in self.file.possession.iter().enumerate() {
                let next = Moment {
                    left_s: (m.left_s - self.file.possession_s).max(0.0),
                    lead: m.lead + side * points as f64,
                    ball: -side,
                    ..*m
                };
                let after = if next.left_s == 0.0 && next.lead != 0.0 {
                    0.5 + 0.5 * next.lead.signum()
                } else {
                    self.home_wp(&next)
                };
                swing += chance * (after - now).abs() / sides.len() as f64;
            }
        }
        swing
    }

    /// Leverage index of the possession: its expected absolute swing over that of the average play.
    pub fn leverage(&self, m: &Moment) -> f64 {
        self.swing(m) / self.file.average_swing
    }
}

/// A recorded game as training takes it.
#[derive(Debug, Clone)]
pub struct Game {
    /// Its moments in order.
    pub moments: Vec<Moment>,
    /// 1 where home won, 0 where not.
    pub home_won: f64,
}

fn rows<'a>(games: impl Iterator<Item = &'a Game>, priced: bool) -> Vec<Row> {
    let seen = move |m: &Moment| if priced { *m } else { m.unpriced() };
    games
        .flat_map(|g| {
            let moments = g.moments.iter().map(seen);
            let moments = moments.filter(|m| m.spread_home.is_some() == priced);
            moments.map(|m| Row {
                x: features(&m).to_vec(),
                y: g.home_won,
                weight: 1.0,
            })
        })
        .collect()
}

/// What all times share: one slope for the lead, one for possession, one for home, one for the expected margin.
fn shared(x: &[f64]) -> Vec<f64> {
    vec![
        x[..K].iter().sum(),
        x[K..HOME].iter().sum(),
        x[HOME],
        x[MARGIN],
    ]
}

/// Each feature's penalty: slopes are drawn to one another by being drawn to what all share, which for a walk is one
/// slope, so a plain penalty on them would flatten what is right.
fn weights(rows: &[Row], ridge: f64) -> Vec<f64> {
    // First the walk with one slope for all times, then what bends from it.
    let walk: Vec<Row> = rows
        .iter()
        .map(|r| Row {
            x: shared(&r.x),
            ..*r
        })
        .collect();
    let base = ridge::fit(&walk, &[1e-6; 4]);
    let start: Vec<f64> = (0..N)
        .map(|i| match i {
            i if i < K => base[0],
            i if i < HOME => base[1],
            HOME => base[2],
            MARGIN => base[3],
            _ => 0.0,
        })
        .collect();
    let offset: Vec<Row> = rows
        .iter()
        .map(|r| {
            let mut x = r.x.clone();
            x.push(dot(&start, &r.x));
            Row { x, ..*r }
        })
        .collect();
    // The shared part is one more feature whose weight is held at one by adding it back.
    let mut penalty = vec![ridge; N];
    penalty.push(1e-6);
    let bent = ridge::fit(&offset, &penalty);
    (0..N).map(|i| bent[i] + bent[N] * start[i]).collect()
}

/// What a fit found.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// The file.
    pub file: ModelFile,
    /// The penalty that was chosen, without strengths and with.
    pub ridge: [f64; 2],
    /// Its log-loss on games left out, likewise.
    pub inner_log_loss: [f64; 2],
    /// Plays fitted to.
    pub plays: usize,
}

/// The penalty by five folds over the games, by log-loss, and that log-loss.
fn penalty(games: &[Game], priced: bool) -> (f64, f64) {
    let fold = |fold: usize, left_out: bool| {
        let games = games.iter().enumerate();
        let chosen = games.filter(move |(i, _)| (i % 5 == fold) == left_out);
        rows(chosen.map(|g| g.1), priced)
    };
    let mut best = (f64::INFINITY, 1.0);
    for ridge in [1e-3, 1e-2, 1e-1, 1.0] {
        let (mut loss, mut count) = (0.0, 0.0);
        for n in 0..5 {
            let w = weights(&fold(n, false), ridge);
            for r in fold(n, true) {
                let p = logistic(dot(&w, &r.x)).clamp(1e-6, 1.0 - 1e-6);
                loss -= r.y * libm::log(p) + (1.0 - r.y) * libm::log(1.0 - p);
                count += 1.0;
            }
        }
        if loss / f64::max(count, 1.0) < best.0 {
            best = (loss / f64::max(count, 1.0), ridge);
        }
    }
    (best.1, best.0)
}

/// Fits the model twice: as one sees a game who knows how strong the sides are, in the games that carry it, and as
/// one does who does not, in all.
pub fn fit(games: &[Game], ratings: rating::Rates, step: &mut dyn FnMut(&'static str)) -> Fitted {
    step("choosing the penalty by five folds");
    let chosen = [false, true].map(|priced| penalty(games, priced));
    step("fitting");
    let all = rows(games.iter(), false);
    let round = |w: Vec<f64>| w.iter().map(|w| (w * 1e6).round() / 1e6).collect();
    let mut file = ModelFile {
        format: FORMAT.to_owned(),
        name: "wp-nba-walk@2".to_owned(),
        unpriced: round(weights(&all, chosen[0].0)),
        priced: round(weights(&rows(games.iter(), true), chosen[1].0)),
        average_swing: 1.0,
        possession: [0.49, 0.04, 0.36, 0.11],
        possession_s: 14.4,
        ratings,
    };
    let model = Model::from_file(file.clone()).expect("as many weights as features");
    let mut swing = (0.0, 0.0);
    for m in games.iter().flat_map(|g| &g.moments) {
        swing = (swing.0 + model.swing(&m.unpriced()), swing.1 + 1.0);
    }
    file.average_swing = (swing.0 / f64::max(swing.1, 1.0) * 1e6).round() / 1e6;
    Fitted {
        file,
        ridge: chosen.map(|c| c.0),
        inner_log_loss: chosen.map(|c| c.1),
        plays: all.len(),
    }
}

/// The plain logistic on score and time that the model is held against, over moments and results of games: lead, lead over the root of the time left,
/// and time; with what is known of the sides' strength where the moments carry it.
pub fn baseline(games: &[(Vec<Moment>, f64)]) -> impl Fn(&Moment) -> f64 + use<> {
    fn x(m: &Moment) -> Vec<f64> {
        vec![
            1.0,
            m.lead / 10.0,
            m.lead / (m.left_s + 1.0).sqrt(),
            m.left_s / 2880.0,
            -m.spread_home.unwrap_or_default() * m.left_s / 28800.0,
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

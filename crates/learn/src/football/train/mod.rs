//! Fitting the models to games. Nothing here draws random numbers or asks a clock: the same games in the same
//! order give the same file.

mod draws;
mod ep;
mod game;
mod margin;
mod outcomes;
mod overtime;
mod wp;

pub use ep::{ClassFigures, EpFigures, ep_figures, fit_ep};
pub use game::{Game, Row};
pub(crate) use outcomes::cell;
pub use outcomes::fit_outcomes;
pub use overtime::fit_overtime;
pub use wp::{Seen, WpFit, WpPenalty, fit_wp, rescaled};

use std::collections::BTreeSet;

use super::{
    Kind, ModelError, ModelFile, Models, Rules, Snap, WpFile,
    ep::Ep,
    wp::{DRAWS, Draws, FEATURES, Field, KNOTS_S, Weights, WpDraws},
};
use crate::evaluate::{Metrics, Prediction, metrics};

/// What a fit was asked to do.
#[derive(Debug, Clone)]
pub struct Plan<'a> {
    /// `nfl` or `ncaaf`.
    pub league: &'a str,
    /// Name of the model, `wp-nfl-logistic@1`.
    pub name: &'a str,
    /// The league's rules.
    pub rules: Rules,
    /// Another league's models: weights that a fit may be drawn to, and what stands in for kinds of plays that
    /// these games do not record.
    pub prior: Option<&'a ModelFile>,
    /// Choices made before, for a fit to more games; `None` to make them by cross-validation.
    pub chosen: Option<Choices>,
}

/// What was chosen for the model with the spread and for the one without.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choices {
    /// With the spread.
    pub with_spread: Choice,
    /// Without.
    pub without_spread: Choice,
}

/// What was done while fitting, for the model card.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// The model file.
    pub file: ModelFile,
    /// What was chosen.
    pub choices: Choices,
    /// Games the model with the spread saw.
    pub spread_games: usize,
    /// Games and plays the rest saw.
    pub games: usize,
    /// Plays.
    pub plays: usize,
}

/// What a fit is drawn to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Centre {
    /// What the final margins say.
    Margin,
    /// Another league's weights, rescaled by two factors.
    OtherLeague,
}

/// A way to fit, and how it did on the seasons left out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choice {
    /// The penalty.
    pub penalty: WpPenalty,
    /// What the coefficients are drawn to.
    pub centre: Centre,
    /// Whether the model looks at how each side has moved the ball.
    pub form: bool,
    /// How it did on training seasons left out one after the other; `None` if there was no choice.
    pub left_out: Option<LeftOut>,
}

/// Figures on all training seasons, each predicted by a fit to the others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LeftOut {
    /// Log-loss, kick-offs included.
    pub log_loss: f64,
    /// Calibration error seen from home, and what chance alone would make of it.
    pub calibration: (f64, f64),
    /// The same seen from the side with the ball.
    pub possession_calibration: (f64, f64),
}

impl Choice {
    fn seen(&self, spread: bool) -> Seen {
        Seen {
            spread,
            form: self.form,
        }
    }
}

/// A step of the fit, for a progress bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Steps done.
    pub done: usize,
    /// Steps in all.
    pub of: usize,
    /// What comes now.
    pub now: &'static str,
}

/// Penalties that are tried on seasons left out.
pub const PENALTIES: [WpPenalty; 8] = {
    const fn p(ridge: f64, smooth: f64) -> WpPenalty {
        WpPenalty { ridge, smooth }
    }
    [
        p(30.0, 3000.0),
        p(30.0, 20_000.0),
        p(100.0, 20_000.0),
        p(300.0, 20_000.0),
        p(300.0, 100_000.0),
        p(1000.0, 100_000.0),
        p(3000.0, 100_000.0),
        p(10_000.0, 300_000.0),
    ]
};

/// Another league's weights and its refits on resampled games.
struct OtherWeights<'a> {
    weights: &'a Weights,
    draws: Option<&'a Draws>,
}

impl<'a> OtherWeights<'a> {
    fn of(file: &'a ModelFile, spread: bool) -> Self {
        let (weights, draws) = match spread {
            true => (
                &file.wp.with_spread,
                file.wp.draws.as_ref().map(|d| &d.with_spread),
            ),
            false => (
                &file.wp.without_spread,
                file.wp.draws.as_ref().map(|d| &d.without_spread),
            ),
        };
        Self { weights, draws }
    }
}

/// Of the plays, every so-manieth is used for choosing and for refits on resampled games.
const THINNED: usize = 4;

/// Fits everything: expected points, win probability with and without the spread (chosen among several ways by
/// leaving out one season after the other), outcome tables, overtime, and the average swing that leverage is measured against.
pub fn fit(
    games: &[Game],
    plan: &Plan<'_>,
    progress: &mut dyn FnMut(Step),
) -> Result<Fitted, ModelError> {
    let ways = ways(plan.prior.is_some());
    let choosing = if plan.chosen.is_some() {
        0
    } else {
        2 * ways.len()
    };
    let of = choosing + 2 * DRAWS + 6;
    let mut done = 0;
    let mut step = |now: &'static str| {
        progress(Step { done, of, now });
        done += 1;
    };
    step("expected points");
    let ep_weights = fit_ep(games);
    let wrong = |field| ModelError::Field {
        field,
        problem: "could not be fitted to these games; hand in more of them",
    };
    let ep = Ep::new(&ep_weights).ok_or_else(|| wrong("ep"))?;
    let field = Field::tabulate(&ep);
    let mut one = |spread: bool| -> Result<(Weights, Draws, Choice, usize), ModelError> {
        let (name, chosen) = if spread {
            ("wp.with_spread", plan.chosen.map(|c| c.with_spread))
        } else {
            ("wp.without_spread", plan.chosen.map(|c| c.without_spread))
        };
        let used: Vec<&Game> = games.iter().filter(|g| !spread || g.has_spread()).collect();
        let prior = plan.prior.map(|p| OtherWeights::of(p, spread));
        let drawn_to = prior.as_ref().map(|p| p.weights);
        let mut best = chosen;
        if chosen.is_none() {
            let folds = folds(&used);
            let mut fitted = vec![None; folds.len()];
            for way in &ways {
                step("choosing how to fit");
                let left_out = left_out(&folds, &mut fitted, &field, drawn_to, *way, spread);
                let way = Choice { left_out, ..*way };
                let better = best.is_none_or(|b| match (left_out, b.left_out) {
                    (Some(this), Some(best)) => this.log_loss < best.log_loss,
                    (this, _) => this.is_some(),
                });
                if better {
                    best = Some(way);
                }
            }
        }
        step("win probability");
        let best = best.ok_or_else(|| wrong(name))?;
        let weights =
            fit_way(&used, &field, drawn_to, best, spread, 1, None).ok_or_else(|| wrong(name))?;
        let seen = best.seen(spread);
        let draws = draws::fit_draws(&used, &field, prior.as_ref(), best, seen, &weights, || {
            step("how sure the weights are");
        })
        .ok_or_else(|| wrong(name))?;
        Ok((weights, draws, best, used.len()))
    };
    let (without_spread, draws_without, without_choice, _) = one(false)?;
    let (with_spread, draws_with, with_choice, spread_games) = one(true)?;
    step("outcomes of plays");
    let outcomes = fit_outcomes(games, plan.prior.map(|p| &p.outcomes));
    step("overtime");
    let overtime = fit_overtime(games, &ep, plan.rules);
    let mut file = ModelFile {
        format: super::FORMAT.into(),
        name: plan.name.into(),
        league: plan.league.into(),
        rules: plan.rules,
        wp: WpFile {
            features: FEATURES.map(String::from).to_vec(),
            knots_s: KNOTS_S.to_vec(),
            with_spread,
            without_spread,
            draws: Some(WpDraws {
                with_spread: draws_with,
                without_spread: draws_without,
            }),
        },
        ep: ep_weights,
        overtime,
        outcomes,
        average_swing: 0.5,
    };
    step("average swing");
    let models = Models::from_file(file.clone())?;
    let rows = || games.iter().flat_map(|g| &g.rows);
    let (mut sum, mut count) = (0.0, 0_u32);
    for swing in rows().filter_map(|r| models.expected_swing(&r.snap)) {
        sum += swing;
        count += 1;
    }
    file.average_swing = sum / f64::from(count.max(1));
    Models::from_file(file.clone())?;
    Ok(Fitted {
        file,
        choices: Choices {
            with_spread: with_choice,
            without_spread: without_choice,
        },
        spread_games,
        games: games.len(),
        plays: rows().count(),
    })
}

/// Every way to fit that is tried.
fn ways(has_prior: bool) -> Vec<Choice> {
    let mut ways = Vec::new();
    for centre in [Centre::Margin, Centre::OtherLeague] {
        if centre == Centre::OtherLeague && !has_prior {
            continue;
        }
        for form in [false, true] {
            ways.extend(PENALTIES.map(|penalty| Choice {
                penalty,
                centre,
                form,
                left_out: None,
            }));
        }
    }
    ways
}

fn fit_way(
    games: &[&Game],
    field: &Field,
    prior: Option<&Weights>,
    way: Choice,
    spread: bool,
    every: usize,
    start: Option<&Weights>,
) -> Option<Weights> {
    let seen = way.seen(spread);
    let centre = match (way.centre, prior) {
        (Centre::OtherLeague, Some(prior)) => rescaled(games, field, prior, seen, every)?,
        _ => margin::by_margin(games, field, seen, every)?,
    };
    let fit = WpFit {
        penalty: way.penalty,
        centre: Some(&centre),
        start,
        seen,
        every,
    };
    fit_wp(games, field, fit)
}

/// The games to fit on and those left out: one season after the other, or where there is one season only every
/// third game.
fn folds<'a>(games: &[&'a Game]) -> Vec<(Vec<&'a Game>, Vec<&'a Game>)> {
    let seasons: BTreeSet<u16> = games.iter().map(|g| g.season).collect();
    let parts: Vec<usize> = if seasons.len() > 1 {
        let of: Vec<u16> = seasons.iter().copied().collect();
        let part = |g: &&Game| of.iter().position(|s| *s == g.season).unwrap_or(0);
        games.iter().map(part).collect()
    } else {
        (0..games.len()).map(|i| i % 3).collect()
    };
    let count = parts.iter().max().map_or(0, |last| last + 1);
    (0..count)
        .map(|out| {
            let side = |left_out: bool| {
                let games = games.iter().zip(&parts);
                games
                    .filter(|(_, part)| (**part == out) == left_out)
                    .map(|(g, _)| *g)
                    .collect()
            };
            (side(false), side(true))
        })
        .collect()
}

/// Figures over the plays of all folds, each predicted by a fit to the others; `None` where one fails. `fitted` are the
/// weights of the way tried before, for this one to begin with, and then its own.
fn left_out(
    folds: &[(Vec<&Game>, Vec<&Game>)],
    fitted: &mut [Option<Weights>],
    field: &Field,
    prior: Option<&Weights>,
    way: Choice,
    spread: bool,
) -> Option<LeftOut> {
    let seen = way.seen(spread);
    // From home and from the side with the ball.
    let (mut from_home, mut from_ball) = (Vec::new(), Vec::new());
    let mut number = 0;
    for ((rest, left_out), fitted) in folds.iter().zip(fitted) {
        let start = fitted.take();
        let weights = fit_way(rest, field, prior, way, spread, THINNED, start.as_ref())?;
        let table = weights.table()?;
        for game in left_out {
            number += 1;
            let actual = game.home_result();
            for row in game.rows.iter().filter(|r| is_timed(&r.snap)) {
                let snap = seen.snap(&row.snap);
                let one = Prediction {
                    game: number,
                    predicted: table.home_wp(&snap, snap.spread_home, field),
                    actual,
                };
                from_home.push(one);
                from_ball.push(match row.snap.ball_sign() < 0.0 {
                    true => one.mirrored(),
                    false => one,
                });
            }
        }
        *fitted = Some(weights);
    }
    let (home, ball) = (metrics(from_home)?, metrics(from_ball)?);
    let calibration = |m: &Metrics| (m.calibration_error, m.calibration_error_by_chance);
    Some(LeftOut {
        log_loss: home.log_loss,
        calibration: calibration(&home),
        possession_calibration: calibration(&ball),
    })
}

/// The snaps that the timed logistic model is about.
fn is_timed(snap: &Snap) -> bool {
    matches!(snap.kind, Kind::Scrimmage | Kind::Kickoff) && (1..=4).contains(&snap.period)
}

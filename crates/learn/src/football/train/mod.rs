//! Fitting the models to games. Nothing here draws random numbers or asks a clock: the same games in the same
//! order give the same file.

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
    wp::{FEATURES, Field, KNOTS_S, Weights},
};
use crate::evaluate::{Prediction, metrics};

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
    /// Log-loss on training seasons left out one after the other; `None` if there was no choice.
    pub log_loss: Option<f64>,
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

/// Of the plays, every so-manieth is used for choosing.
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
    let of = choosing + 6;
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
    let mut one = |spread: bool| -> Result<(Weights, Choice, usize), ModelError> {
        let (name, chosen) = if spread {
            ("wp.with_spread", plan.chosen.map(|c| c.with_spread))
        } else {
            ("wp.without_spread", plan.chosen.map(|c| c.without_spread))
        };
        let used: Vec<&Game> = games.iter().filter(|g| !spread || g.has_spread()).collect();
        let prior = plan.prior.map(|p| {
            if spread {
                &p.wp.with_spread
            } else {
                &p.wp.without_spread
            }
        });
        let mut best = chosen;
        if chosen.is_none() {
            let folds = folds(&used);
            for way in &ways {
                step("choosing how to fit");
                let loss = left_out_loss(&folds, &field, prior, *way, spread);
                let way = Choice {
                    log_loss: loss,
                    ..*way
                };
                let better = best.is_none_or(|b| match (loss, b.log_loss) {
                    (Some(loss), Some(best)) => loss < best,
                    (loss, _) => loss.is_some(),
                });
                if better {
                    best = Some(way);
                }
            }
        }
        step("win probability");
        let best = best.ok_or_else(|| wrong(name))?;
        let weights = fit_way(&used, &field, prior, best, spread, 1).ok_or_else(|| wrong(name))?;
        Ok((weights, best, used.len()))
    };
    let (without_spread, without_choice, _) = one(false)?;
    let (with_spread, with_choice, spread_games) = one(true)?;
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
                log_loss: None,
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
) -> Option<Weights> {
    let seen = Seen {
        spread,
        form: way.form,
    };
    let centre = match (way.centre, prior) {
        (Centre::OtherLeague, Some(prior)) => rescaled(games, field, prior, seen, every)?,
        _ => margin::by_margin(games, field, seen, every)?,
    };
    let fit = WpFit {
        penalty: way.penalty,
        centre: Some(&centre),
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

/// Log-loss over the plays of all folds, each predicted by a fit to the others; `None` where one fails.
fn left_out_loss(
    folds: &[(Vec<&Game>, Vec<&Game>)],
    field: &Field,
    prior: Option<&Weights>,
    way: Choice,
    spread: bool,
) -> Option<f64> {
    let (mut sum, mut plays) = (0.0, 0);
    for (rest, left_out) in folds {
        let weights = fit_way(rest, field, prior, way, spread, THINNED)?;
        let seen = Seen {
            spread,
            form: way.form,
        };
        let (loss, count) = log_loss(left_out, &weights, field, seen)?;
        sum += loss * count as f64;
        plays += count;
    }
    (plays > 0).then(|| sum / plays as f64)
}

/// The snaps that the timed logistic model is about.
fn is_timed(snap: &Snap) -> bool {
    matches!(snap.kind, Kind::Scrimmage | Kind::Kickoff) && (1..=4).contains(&snap.period)
}

fn log_loss(games: &[&Game], weights: &Weights, field: &Field, seen: Seen) -> Option<(f64, u64)> {
    let table = weights.table()?;
    let predictions = games.iter().enumerate().flat_map(|(i, game)| {
        let table = &table;
        game.rows
            .iter()
            .filter(|r| is_timed(&r.snap))
            .map(move |r| {
                let snap = seen.snap(&r.snap);
                Prediction {
                    game: i as u64,
                    predicted: table.home_wp(&snap, snap.spread_home, field),
                    actual: game.home_result(),
                }
            })
    });
    let metrics = metrics(predictions)?;
    Some((metrics.log_loss, metrics.plays))
}

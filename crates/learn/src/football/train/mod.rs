//! Fitting the models to games. Nothing here draws random numbers or asks a clock: the same games in the same
//! order give the same file.

mod ep;
mod game;
mod outcomes;
mod overtime;
mod wp;

pub use ep::fit_ep;
pub use game::{Game, Row};
pub(crate) use outcomes::cell;
pub use outcomes::fit_outcomes;
pub use overtime::fit_overtime;
pub use wp::{WpPenalty, fit_wp, rescaled};

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
    /// Seasons among the training seasons that penalties are chosen on.
    pub inner_seasons: &'a [u16],
    /// Another league's models: weights to start from and be drawn to, and what stands in for kinds of plays
    /// that these games do not record.
    pub prior: Option<&'a ModelFile>,
}

/// What was done while fitting, for the model card.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitted {
    /// The model file.
    pub file: ModelFile,
    /// Penalty chosen for the model with the spread.
    pub with_spread: Choice,
    /// Penalty chosen for the model without.
    pub without_spread: Choice,
    /// Games the model with the spread saw.
    pub spread_games: usize,
    /// Games and plays the rest saw.
    pub games: usize,
    /// Plays.
    pub plays: usize,
}

/// A penalty and how it did on the inner seasons.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choice {
    /// The penalty.
    pub penalty: WpPenalty,
    /// Log-loss on the inner seasons, fitted on the other training seasons; `None` if there was no choice.
    pub inner_log_loss: Option<f64>,
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

/// Penalties that are tried on the inner seasons.
pub const PENALTIES: [WpPenalty; 11] = {
    const fn p(ridge: f64, smooth: f64) -> WpPenalty {
        WpPenalty { ridge, smooth }
    }
    [
        p(10.0, 100.0),
        p(10.0, 1000.0),
        p(10.0, 10_000.0),
        p(100.0, 100.0),
        p(100.0, 1000.0),
        p(100.0, 10_000.0),
        p(1000.0, 100.0),
        p(1000.0, 1000.0),
        p(1000.0, 10_000.0),
        p(3000.0, 30_000.0),
        p(10_000.0, 100_000.0),
    ]
};

/// Fits everything: expected points, win probability with and without the spread (penalties chosen on the
/// inner seasons), outcome tables, overtime, and the average swing that leverage is measured against.
pub fn fit(
    games: &[Game],
    plan: &Plan<'_>,
    progress: &mut dyn FnMut(Step),
) -> Result<Fitted, ModelError> {
    let of = 2 * PENALTIES.len() + 6;
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
    let field = Field::tabulate(|snap| ep.points(snap));
    let mut choose = |with: bool| -> Result<(Weights, Choice, usize), ModelError> {
        let field_name = if with {
            "wp.with_spread"
        } else {
            "wp.without_spread"
        };
        let used: Vec<&Game> = games.iter().filter(|g| !with || g.has_spread()).collect();
        let (outer, inner) = split(&used, plan.inner_seasons);
        let prior = plan.prior.map(|p| {
            if with {
                &p.wp.with_spread
            } else {
                &p.wp.without_spread
            }
        });
        let mut best = Choice {
            penalty: PENALTIES[4],
            inner_log_loss: None,
        };
        for penalty in PENALTIES {
            step("choosing a penalty");
            if outer.is_empty() || inner.is_empty() {
                continue;
            }
            let weights =
                fit_wp(&outer, &field, penalty, prior, with).ok_or_else(|| wrong(field_name))?;
            let loss = log_loss(&inner, &weights, &field, with).ok_or_else(|| wrong(field_name))?;
            if best.inner_log_loss.is_none_or(|b| loss < b) {
                best = Choice {
                    penalty,
                    inner_log_loss: Some(loss),
                };
            }
        }
        step("win probability");
        let weights =
            fit_wp(&used, &field, best.penalty, prior, with).ok_or_else(|| wrong(field_name))?;
        Ok((weights, best, used.len()))
    };
    let (without_spread, without_choice, _) = choose(false)?;
    let (with_spread, with_choice, spread_games) = choose(true)?;
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
        with_spread: with_choice,
        without_spread: without_choice,
        spread_games,
        games: games.len(),
        plays: rows().count(),
    })
}

/// The games to fit on and those to choose the penalty on: whole seasons apart, or where there is one season
/// only every third game.
fn split<'a>(games: &[&'a Game], inner_seasons: &[u16]) -> (Vec<&'a Game>, Vec<&'a Game>) {
    let (outer, inner): (Vec<_>, Vec<_>) = games
        .iter()
        .copied()
        .partition(|g| !inner_seasons.contains(&g.season));
    if !outer.is_empty() && !inner.is_empty() {
        return (outer, inner);
    }
    let third = |keep: bool| {
        let games = games.iter().enumerate();
        games
            .filter(|(i, _)| (i % 3 == 2) == keep)
            .map(|(_, g)| *g)
            .collect()
    };
    (third(false), third(true))
}

/// The snaps that the timed logistic model is about.
fn is_timed(snap: &Snap) -> bool {
    matches!(snap.kind, Kind::Scrimmage | Kind::Kickoff) && (1..=4).contains(&snap.period)
}

fn log_loss(games: &[&Game], weights: &Weights, field: &Field, with_spread: bool) -> Option<f64> {
    let table = weights.table()?;
    let predictions = games.iter().enumerate().flat_map(|(i, game)| {
        let table = &table;
        game.rows
            .iter()
            .filter(|r| is_timed(&r.snap))
            .map(move |r| Prediction {
                game: i as u64,
                predicted: table.home_wp(&wp::seen(&r.snap, with_spread), field),
                actual: game.home_result(),
            })
    });
    Some(metrics(predictions)?.log_loss)
}

use crate::football::wp::{DRAWS, Draws, Field, Weights};

use super::{Choice, Game, OtherWeights, Seen, THINNED, fit_way, wp};

/// The refits' seed; any will do, so long as it stays the same.
const SEED: u64 = 2009;

/// SplitMix64: whole games are drawn with it, and the same ones on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        // The high half scaled to n: an even draw as far as any number of games goes.
        ((u128::from(z) * n as u128) >> 64) as usize
    }
}

/// Fits once more to games drawn with replacement, [`DRAWS`] times over, in the way that `weights` were fitted. Whole
/// games are drawn, for the plays of one share its outcome. Where the fit is drawn to another league's weights, each
/// refit is drawn to one of that league's own refits. `None` where a fit fails.
pub(super) fn fit_draws(
    games: &[&Game],
    field: &Field,
    prior: Option<&OtherWeights<'_>>,
    way: Choice,
    seen: Seen,
    weights: &Weights,
    mut step: impl FnMut(),
) -> Option<Draws> {
    let priors = match prior {
        Some(OtherWeights {
            weights,
            draws: Some(draws),
        }) => Some(draws.weights(weights)?),
        _ => None,
    };
    let mut dice = Dice(SEED);
    let refits = (0..DRAWS).map(|draw| {
        step();
        let drawn: Vec<&Game> = games
            .iter()
            .map(|_| games[dice.below(games.len())])
            .collect();
        let prior = match &priors {
            Some(priors) => Some(&priors[draw]),
            None => prior.map(|p| p.weights),
        };
        fit_way(
            &drawn,
            field,
            prior,
            way,
            seen.spread,
            THINNED,
            Some(weights),
        )
    });
    let refits: Vec<Weights> = refits.collect::<Option<_>>()?;
    let lowest: Vec<f64> = wp::bounds(seen)
        .into_iter()
        .map(|(lowest, _)| lowest)
        .collect();
    Draws::new(&refits, weights, &lowest)
}

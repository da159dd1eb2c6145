//! Prices.

pub mod the_odds_api;

/// A decimal price from an American one: +150 is 2.5, -200 is 1.5.
pub(crate) fn decimal_of_american(american: f64) -> Option<f32> {
    let decimal = if american >= 100.0 {
        1.0 + american / 100.0
    } else if american <= -100.0 {
        1.0 - 100.0 / american
    } else {
        return None;
    };
    crate::body::single(decimal)
}

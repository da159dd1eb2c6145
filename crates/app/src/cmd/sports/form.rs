//! How good the sides are, from their earlier results alone: what stands in for a pregame price where the recorded
//! games carry none. Every rating is as it was before the game it is used for.

use std::{collections::BTreeMap, sync::Arc};

use matchday_event::Score;

/// Points that playing at home is worth before anything is known, and how fast ratings follow results. Both are
/// usual figures, chosen before any game was looked at.
const HOME_POINTS: f64 = 2.8;
const POINTS_RATE: f64 = 0.06;
const GOALS_RATE: f64 = 0.03;
/// Goals a side scores on average.
const GOALS: f64 = 1.3;

/// Ratings of teams in points.
#[derive(Debug, Default)]
pub struct Points(BTreeMap<Arc<str>, f64>);

impl Points {
    /// The spread before the game, negative where home is favoured; then takes the result in.
    pub fn spread(&mut self, home: &Arc<str>, away: &Arc<str>, score: Score) -> f64 {
        let of = |team| self.0.get(team).copied().unwrap_or(0.0);
        let expected = of(home) - of(away) + HOME_POINTS;
        let error = f64::from(score.home - score.away) - expected;
        *self.0.entry(home.clone()).or_default() += POINTS_RATE * error;
        *self.0.entry(away.clone()).or_default() -= POINTS_RATE * error;
        -expected
    }
}

/// Ratings of teams as logs of what they multiply goals by: their own, and the other side's.
#[derive(Debug, Default)]
pub struct Goals(BTreeMap<Arc<str>, (f64, f64)>);

impl Goals {
    /// Log of what each side's goal rate is multiplied by; then takes the result in.
    pub fn strength(&mut self, home: &Arc<str>, away: &Arc<str>, score: Score) -> (f64, f64) {
        let of = |team| self.0.get(team).copied().unwrap_or_default();
        let (h, a) = (of(home), of(away));
        let strength = (h.0 - a.1, a.0 - h.1);
        let error = |goals: i16, log: f64| f64::from(goals) - GOALS * log.exp();
        let errors = (error(score.home, strength.0), error(score.away, strength.1));
        let home = self.0.entry(home.clone()).or_default();
        home.0 += GOALS_RATE * errors.0;
        home.1 -= GOALS_RATE * errors.1;
        let away = self.0.entry(away.clone()).or_default();
        away.0 += GOALS_RATE * errors.1;
        away.1 -= GOALS_RATE * errors.0;
        strength
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rating_knows_only_what_came_before() {
        let (a, b): (Arc<str>, Arc<str>) = ("A".into(), "B".into());
        let mut points = Points::default();
        let win = Score {
            home: 120,
            away: 90,
        };
        assert_eq!(points.spread(&a, &b, win), -HOME_POINTS);
        assert!(points.spread(&a, &b, win) < -HOME_POINTS);
        let mut goals = Goals::default();
        assert_eq!(
            goals.strength(&a, &b, Score { home: 4, away: 0 }),
            (0.0, 0.0)
        );
        let (home, away) = goals.strength(&a, &b, Score::default());
        assert!(home > 0.0 && away < 0.0);
    }
}

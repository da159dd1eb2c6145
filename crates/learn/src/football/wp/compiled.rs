//! The logistic model laid out for evaluation. Most features are a step of the lead times something that a dozen of
//! them share, so their weights are summed beforehand for every lead: sixteen products are left of thirty-one, and
//! none of the comparisons.

use super::{
    Weights,
    features::{FACTOR_OF, FACTORS, Field, KNOTS_S, LATE_S, LEAD_MOST, Left, factors, stake},
};
use crate::football::{
    Kind, Snap,
    basis::{place, sigmoid},
};

/// Weights of the factors, for one knot, one holder of the ball and one lead.
type Row = [f64; FACTORS];

const LEADS: usize = 2 * LEAD_MOST as usize + 1;
/// Rows between a knot's and the next one's.
const STRIDE: usize = 3 * LEADS;
/// One for every whole second of regulation.
const SECONDS: usize = 3601;

/// What follows from the time left alone.
#[derive(Debug, Clone, Copy)]
struct Moment {
    left: Left,
    /// Where the lower knot's rows begin, and the upper one's share.
    first: u32,
    upper: f64,
}

/// The model.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    rows: Vec<Row>,
    moments: Vec<Moment>,
}

impl Table {
    pub(super) fn new(weights: &Weights) -> Self {
        let mut rows = Vec::with_capacity(KNOTS_S.len() * STRIDE);
        for knot in weights.rows() {
            for b in [-1.0, 0.0, 1.0] {
                for lead in -LEAD_MOST..=LEAD_MOST {
                    let mut row = [0.0; FACTORS];
                    for (i, weight) in knot.iter().enumerate() {
                        row[FACTOR_OF[i] as usize] += weight * stake(i, lead, b);
                    }
                    rows.push(row);
                }
            }
        }
        let moments = (0..SECONDS).map(|left_s| {
            let left_s = left_s as f64;
            let p = place(&KNOTS_S, left_s);
            Moment {
                left: Left::new(left_s),
                first: (p.at * STRIDE) as u32,
                upper: p.upper,
            }
        });
        Self {
            rows,
            moments: moments.collect(),
        }
    }

    /// Home win probability of a kick-off or a play from scrimmage in regulation, given the spread to go by.
    #[inline]
    pub(crate) fn home_wp(&self, snap: &Snap, spread_home: Option<f32>, field: &Field) -> f64 {
        sigmoid(self.log_odds(snap, spread_home, field).clamp(-9.0, 9.0))
    }

    /// The same for several leads of home's, the rest of the situation being as it is.
    pub(crate) fn home_wp_by_lead<const K: usize>(
        &self,
        snap: &Snap,
        leads: [i16; K],
        spread_home: Option<f32>,
        field: &Field,
    ) -> [f64; K] {
        let moment = self.moments[usize::from(snap.game_seconds())];
        if snap.game_seconds_left() < LATE_S {
            // What the next score decides depends on the lead.
            return leads.map(|home_lead| {
                let snap = Snap { home_lead, ..*snap };
                self.home_wp(&snap, spread_home, field)
            });
        }
        let f = factors(snap, spread_home, moment.left, field);
        let ball = snap.ball_sign();
        leads.map(|lead| sigmoid(self.dot(&f, moment, lead, ball).clamp(-9.0, 9.0)))
    }

    /// Log-odds of [`Table::home_wp`], not held inside its bounds.
    #[inline]
    pub(crate) fn log_odds(&self, snap: &Snap, spread_home: Option<f32>, field: &Field) -> f64 {
        debug_assert!(matches!(snap.kind, Kind::Kickoff | Kind::Scrimmage));
        let moment = self.moments[usize::from(snap.game_seconds())];
        let f = factors(snap, spread_home, moment.left, field);
        self.dot(&f, moment, snap.home_lead, snap.ball_sign())
    }

    #[inline]
    fn dot(&self, f: &[f64; FACTORS], moment: Moment, lead: i16, ball: f64) -> f64 {
        let lead = lead.clamp(-LEAD_MOST, LEAD_MOST) + LEAD_MOST;
        let row = moment.first as usize + (1.0 + ball) as usize * LEADS + lead as usize;
        let (lo, hi) = (&self.rows[row], &self.rows[row + STRIDE]);
        let upper = moment.upper;
        // Four sums side by side: floating-point addition has a fixed order, so the compiler may not make
        // them itself.
        let mut sums = [0.0; 4];
        for i in (0..FACTORS).step_by(4) {
            for (k, sum) in sums.iter_mut().enumerate() {
                let (lo, hi) = (lo[i + k], hi[i + k]);
                *sum += f[i + k] * (lo + upper * (hi - lo));
            }
        }
        // In this order two lanes at once need no shuffling.
        (sums[0] + sums[2]) + (sums[1] + sums[3])
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use matchday_event::Side;
    use proptest::prelude::*;

    use super::*;
    use crate::football::{ModelFile, Models, ep::Ep, wp::features};

    type Laid = (Field, [(Weights, Table); 2]);

    fn laid(league: &str) -> Laid {
        let file = ModelFile::from_json(Models::builtin_json(league)).unwrap();
        let both = [file.wp.without_spread, file.wp.with_spread].map(|w| {
            let table = w.table().unwrap();
            (w, table)
        });
        (Field::tabulate(&Ep::new(&file.ep).unwrap()), both)
    }

    fn snaps() -> impl Strategy<Value = Snap> {
        let side = || prop_oneof![Just(None), Just(Some(Side::Home)), Just(Some(Side::Away))];
        (
            (any::<bool>(), 1..=4_u8, 0..=900_u16, side(), -80..80_i16),
            (1..=4_u8, 1..30_u8, 1..=99_u8, 0..=3_u8, 0..=3_u8, side()),
            (
                proptest::option::of(-25.0..25.0_f32),
                any::<bool>(),
                -3.0..3.0_f64,
            ),
        )
            .prop_map(|(a, b, c)| Snap {
                kind: if a.0 { Kind::Scrimmage } else { Kind::Kickoff },
                period: a.1,
                clock_s: a.2,
                possession: a.3,
                home_lead: a.4,
                down: if a.0 { b.0 } else { 0 },
                distance: if a.0 { b.1.min(b.2) } else { 0 },
                yards_to_goal: b.2,
                home_timeouts: b.3,
                away_timeouts: b.4,
                second_half_receiver: b.5,
                spread_home: c.0,
                neutral: c.1,
                form: c.2,
                ..Snap::default()
            })
    }

    proptest! {
        #[test]
        fn the_laid_out_model_is_the_sum_of_features_times_weights(snap in snaps(), college: bool) {
            static LEAGUES: LazyLock<[Laid; 2]> = LazyLock::new(|| ["nfl", "ncaaf"].map(laid));
            let (field, both) = &LEAGUES[usize::from(college)];
            let (weights, table) = &both[usize::from(snap.spread_home.is_some())];
            let x = features(&snap, field);
            let p = place(&KNOTS_S, snap.game_seconds_left());
            let plain: f64 = (0..x.len())
                .map(|i| x[i] * (p.lower() * weights.rows()[p.at][i] + p.upper * weights.rows()[p.at + 1][i]))
                .sum();
            let laid_out = table.log_odds(&snap, snap.spread_home, field);
            prop_assert!((plain - laid_out).abs() < 1e-9, "{plain} {laid_out}");

            let leads = [snap.home_lead, snap.home_lead + 1, snap.home_lead - 2];
            let apart = leads.map(|home_lead| table.home_wp(&Snap { home_lead, ..snap }, snap.spread_home, field));
            prop_assert_eq!(table.home_wp_by_lead(&snap, leads, snap.spread_home, field), apart);
        }
    }
}

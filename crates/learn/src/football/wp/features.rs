use matchday_event::Side;

use crate::football::{
    Kind, Snap,
    ep::{CLASSES, Class, Ep},
};

/// Seconds left in regulation at which the coefficients are given; between them they are interpolated.
pub const KNOTS_S: [f64; 11] = [
    0.0, 15.0, 45.0, 120.0, 240.0, 420.0, 720.0, 1200.0, 1800.0, 2700.0, 3600.0,
];

/// How many features there are; a multiple of four.
pub const N: usize = 32;

/// The features by name, in the order of the weights. Every one of them changes its sign and nothing else
/// when the sides change places, so on neutral ground the model has no favourite side.
pub const FEATURES: [&str; N] = [
    "lead",
    "lead_bent",
    "ahead_0",
    "ahead_2",
    "ahead_3",
    "ahead_6",
    "ahead_7",
    "ahead_8",
    "ahead_11",
    "ahead_16",
    "ball_and_ahead_0",
    "ball_and_ahead_3",
    "ball_and_ahead_8",
    "can_kneel_it_out",
    "kick_range_within_2",
    "kick_range_within_3",
    "near_goal_within_6",
    "near_goal_within_8",
    "next_score",
    "ball_expected_points",
    "ball",
    "ball_fourth_down",
    "ball_kick_range",
    "ball_near_goal",
    "second_half_receiver",
    "timeouts",
    "defence_timeouts",
    "form",
    "home_time",
    "home",
    "spread_time",
    "spread",
];

/// The first this many features rise with the lead whatever the rest of the state is: with weights of zero or
/// more on them the model is monotone in the lead.
pub const MONOTONE: usize = 19;

/// Places in [`FEATURES`] of those that training speaks of by name.
pub mod at {
    /// Points ahead, growing in worth as time runs out.
    pub const LEAD: usize = 0;
    /// Expected points of the possession.
    pub const EXPECTED_POINTS: usize = 19;
    /// Who receives after half-time.
    pub const RECEIVER: usize = 24;
    /// How much better home has moved the ball so far.
    pub const FORM: usize = 27;
    /// Home advantage, fading with the time left.
    pub const HOME_TIME: usize = 28;
    /// Home advantage that stays.
    pub const HOME: usize = 29;
    /// The spread, fading with the time left.
    pub const SPREAD_TIME: usize = 30;
    /// What stays of the spread.
    pub const SPREAD: usize = 31;
}

/// The features that need a pregame spread.
pub const SPREAD_FEATURES: [usize; 2] = [at::SPREAD_TIME, at::SPREAD];

/// The features that a pregame spread already holds: the market knows who plays at home.
pub const HOME_FEATURES: [usize; 2] = [at::HOME_TIME, at::HOME];

/// What field position is worth: expected points by down, distance and yards to goal, far from the end of a
/// half, worked out once from the expected-points model, and that model itself for the end of a game.
#[derive(Debug, Clone)]
pub struct Field {
    points: Vec<f32>,
    kickoff: f32,
    ep: Ep,
}

const DISTANCES: usize = 12;

fn distance_class(distance: u8) -> usize {
    match distance {
        0 | 1 => 0,
        2..=10 => usize::from(distance) - 1,
        11..=15 => 10,
        _ => 11,
    }
}

const CLASS_DISTANCE: [u8; DISTANCES] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 20];

impl Field {
    /// Tabulates the expected points of the side in possession.
    pub fn tabulate(ep: &Ep) -> Self {
        let mut points = Vec::with_capacity(4 * DISTANCES * 100);
        let mut snap = Snap {
            kind: Kind::Scrimmage,
            period: 1,
            clock_s: 900,
            possession: Some(Side::Home),
            home_timeouts: 3,
            away_timeouts: 3,
            ..Snap::default()
        };
        for down in 1..=4 {
            for distance in CLASS_DISTANCE {
                for yards_to_goal in 0..100_u8 {
                    snap.down = down;
                    snap.yards_to_goal = yards_to_goal.max(1);
                    snap.distance = distance.min(snap.yards_to_goal);
                    points.push(ep.points(&snap) as f32);
                }
            }
        }
        snap.kind = Kind::Kickoff;
        (snap.down, snap.distance, snap.yards_to_goal) = (0, 0, 35);
        Self {
            points,
            kickoff: ep.points(&snap) as f32,
            ep: ep.clone(),
        }
    }

    /// Points that the side in possession can expect.
    #[inline]
    pub fn points(&self, snap: &Snap) -> f64 {
        if snap.kind == Kind::Kickoff {
            return f64::from(self.kickoff);
        }
        let down = usize::from(snap.down.clamp(1, 4)) - 1;
        let at = (down * DISTANCES + distance_class(snap.distance)) * 100
            + usize::from(snap.yards_to_goal.clamp(1, 99));
        f64::from(self.points[at])
    }
}

/// Seconds that the side in possession can let pass by kneeling, were the other side to spend all its
/// timeouts: a kneel takes about 2 seconds and then lets the play clock run 40 unless a timeout stops it.
fn kneel_s(down: u8, defence_timeouts: u8) -> f64 {
    let kneels = 4.0 - f64::from(down.clamp(1, 4));
    let stopped = f64::from(defence_timeouts.min(3)).min(kneels);
    kneels * 2.0 + (kneels - stopped) * 40.0 + 5.0
}

/// With fewer seconds left than this the next score may well be the last, and from [`LAST_S`] on it is taken to be.
const LATE_S: f64 = 300.0;
const LAST_S: f64 = 120.0;

/// What the side in possession wins by, were the half's next score the game's last: 1 for a lead, a half for a
/// level score. `own` is its lead. Rises with it, whatever the chances of the scores are.
fn next_score_decides(chances: &[f64; CLASSES], own: f64) -> f64 {
    let stands = |lead: f64| 0.5 + 0.5 * (f64::from(lead > 0.0) - f64::from(lead < 0.0));
    // After a touchdown the try may still mend a point or two.
    let touchdown = |lead: f64| match lead as i16 + 6 {
        1.. => 1.0,
        0 => 0.97,
        -1 => 0.5,
        -2 => 0.24,
        _ => 0.0,
    };
    Class::ALL
        .iter()
        .zip(chances)
        .map(|(class, chance)| {
            chance
                * match class {
                    Class::Touchdown => touchdown(own),
                    Class::OpponentTouchdown => 1.0 - touchdown(-own),
                    other => stands(own + other.points()),
                }
        })
        .sum()
}

fn logit_of(p: f64) -> f64 {
    let p = p.clamp(0.002, 0.998);
    libm::log(p / (1.0 - p))
}

#[inline]
fn ramp(x: f64) -> f64 {
    x.clamp(0.0, 1.0)
}

/// The features of a kick-off or a play from scrimmage in regulation, seen from home. Neither the lead's
/// features nor any other depend on the other's weights, see [`MONOTONE`].
#[inline]
pub fn features(snap: &Snap, field: &Field) -> [f64; N] {
    let left_s = snap.game_seconds_left();
    let t = left_s * (1.0 / 3600.0);
    // What a point is worth grows with the inverse root of the time left, as the spread of what can still
    // happen shrinks with the root of it.
    let u = 1.0 / (t + 0.012).sqrt();
    let lead = f64::from(snap.home_lead);
    let b = snap.ball_sign();
    let scrimmage = snap.kind == Kind::Scrimmage;

    let mut x = [0.0; N];
    x[at::LEAD] = lead * u * 0.1;
    x[1] = lead / (1.0 + lead.abs() * (1.0 / 10.0)) * u * 0.1;
    // `ahead` is +1 with home more than k ahead, -1 with the visitors so.
    let ahead = |k: f64| f64::from(lead > k) - f64::from(lead < -k);
    for (i, k) in [0.0, 2.0, 3.0, 6.0, 7.0, 8.0, 11.0, 16.0]
        .into_iter()
        .enumerate()
    {
        x[2 + i] = ahead(k);
    }
    if b != 0.0 {
        // Seen from the side with the ball.
        let own = lead * b;
        for (i, k) in [0.0, 3.0, 8.0].into_iter().enumerate() {
            x[10 + i] = b * f64::from(own > k);
        }
        x[at::EXPECTED_POINTS] = b * field.points(snap) * u * 0.1;
        x[20] = b;
        let defence_timeouts = match snap.possession {
            Some(Side::Home) => snap.away_timeouts,
            _ => snap.home_timeouts,
        };
        x[26] = b * f64::from(defence_timeouts.min(3)) * (1.0 / 3.0);
        if scrimmage {
            let to_goal = f64::from(snap.yards_to_goal);
            let in_range = ramp((46.0 - to_goal) * (1.0 / 20.0));
            let near = ramp((40.0 - to_goal) * (1.0 / 40.0));
            if snap.period == 4 && own > 0.0 {
                let spare_s = kneel_s(snap.down, defence_timeouts) - left_s;
                // Scaled up, for what is nearly certain needs a large coefficient that penalties must not hold.
                x[13] = 40.0 * b * ramp(spare_s * (1.0 / 20.0) + 0.5);
            }
            x[14] = b * in_range * f64::from(own >= -2.0);
            x[15] = b * in_range * f64::from(own >= -3.0);
            x[16] = b * near * f64::from(own >= -6.0);
            x[17] = b * near * f64::from(own >= -8.0);
            x[21] = b * f64::from(snap.down == 4);
            x[22] = b * in_range;
            x[23] = b * near;
        }
    }
    if left_s < LATE_S && b != 0.0 {
        let fading = ramp((LATE_S - left_s) * (1.0 / (LATE_S - LAST_S)));
        x[18] = 3.0 * b * fading * logit_of(next_score_decides(&field.ep.classes(snap), lead * b));
    }
    if snap.period <= 2 {
        x[at::RECEIVER] = snap.second_half_receiver.map_or(0.0, Side::sign) * u;
    }
    x[25] =
        (f64::from(snap.home_timeouts.min(3)) - f64::from(snap.away_timeouts.min(3))) * (1.0 / 3.0);
    x[at::FORM] = (snap.form[0].surplus() - snap.form[1].surplus()) * t * u * 10.0;
    if !snap.neutral {
        x[at::HOME_TIME] = t * u;
        x[at::HOME] = 1.0;
    }
    if let Some(spread) = snap.spread_home {
        let favoured = -f64::from(spread);
        x[at::SPREAD_TIME] = favoured * t * u * 0.1;
        x[at::SPREAD] = favoured * 0.1;
    }
    x
}

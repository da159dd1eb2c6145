use matchday_event::Side;

use crate::football::{
    Kind, Snap,
    ep::{CLASSES, Class, Ep},
};

/// Seconds left in regulation at which the coefficients are given; between them they are interpolated.
pub const KNOTS_S: [f64; 11] = [
    0.0, 15.0, 45.0, 120.0, 240.0, 420.0, 720.0, 1200.0, 1800.0, 2700.0, 3600.0,
];

/// How many features there are.
pub const N: usize = 31;

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
    "out_of_reach",
    "ahead_far_from_goal",
    "next_score",
    "ball_expected_points",
    "ball",
    "ball_fourth_down",
    "ball_kick_range",
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
    /// The side ahead can kneel the game out.
    pub const KNEEL: usize = 13;
    /// How far the score that the side behind needs is out of its reach.
    pub const OUT_OF_REACH: usize = 16;
    /// Log-odds of the side with the ball, were the next score the last.
    pub const NEXT_SCORE: usize = 18;
    /// Expected points of the possession.
    pub const EXPECTED_POINTS: usize = 19;
    /// Who receives after half-time.
    pub const RECEIVER: usize = 23;
    /// How much better home has moved the ball so far.
    pub const FORM: usize = 26;
    /// Home advantage, fading with the time left.
    pub const HOME_TIME: usize = 27;
    /// Home advantage that stays.
    pub const HOME: usize = 28;
    /// The spread, fading with the time left.
    pub const SPREAD_TIME: usize = 29;
    /// What stays of the spread.
    pub const SPREAD: usize = 30;
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

/// How far out of reach the score is that a side behind needs, 0 to 1: yards to the goal, or by three or less to the
/// place of a long field goal, beyond what a side in a hurry covers in the time left. Less so with a smaller deficit.
#[inline]
fn out_of_reach(own: f64, to_goal: f64, left_s: f64) -> f64 {
    let needed = if own >= -3.0 {
        (to_goal - 38.0).max(0.0)
    } else {
        to_goal
    };
    // The last play's heave, and the yards a second before it; both as they fit the training seasons best.
    ramp((needed - 10.0 - 1.4 * left_s) * (1.0 / 30.0))
}

/// With fewer seconds left than this the next score may well be the last, and from [`LAST_S`] on it is taken to be.
pub(super) const LATE_S: f64 = 300.0;
const LAST_S: f64 = 120.0;

/// What the log-odds of the next score are multiplied by as a feature, so that penalties hold them back little.
pub(crate) const NEXT_SCORE_SCALE: f64 = 3.0;
/// The same for what is nearly certain.
const CERTAIN_SCALE: f64 = 40.0;

/// What the side in possession wins by, were the half's next score the game's last: 1 for a lead, a half for a
/// level score. `own` is its lead. Rises with it, whatever the chances of the scores are. The chances know nothing of
/// the score: a side that needs a touchdown kicks no field goal, and half of those it might have kicked become one.
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
                    Class::FieldGoal if own < -3.0 => 0.5 * touchdown(own),
                    Class::OpponentTouchdown => 1.0 - touchdown(-own),
                    Class::OpponentFieldGoal if own > 3.0 => 1.0 - 0.5 * touchdown(-own),
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

/// What a feature is made of beside its [`stake`]: things that depend on the rest of the situation. Several features
/// share one, and a table of weights can be summed over them beforehand; see `compiled.rs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Factor {
    /// 1.
    One,
    /// The inverse root of the time left, which is how a point's worth grows.
    Root,
    /// How far within kicking range the ball is.
    KickRange,
    /// Late in the game, how far from the goal.
    Far,
    /// Of the side ahead whether it can run out the time by kneeling; of the side behind how far the score it needs is
    /// out of reach, below zero.
    Clock,
    /// Log-odds of the side with the ball, were the next score the last.
    NextScore,
    /// Points to be expected of the possession.
    ExpectedPoints,
    /// Fourth down.
    FourthDown,
    /// The defence's timeouts.
    DefenceTimeouts,
    /// Who receives after half-time.
    Receiver,
    /// Home's timeouts more than the visitors'.
    Timeouts,
    /// How much better home has moved the ball.
    Form,
    /// Home advantage that fades.
    HomeTime,
    /// Home advantage.
    Home,
    /// Favoured by the spread, fading.
    SpreadTime,
    /// Favoured by the spread.
    Spread,
}

/// How many factors there are; a multiple of four.
pub const FACTORS: usize = 16;

/// The factor of each feature, in the order of [`FEATURES`].
pub const FACTOR_OF: [Factor; N] = {
    use Factor as F;
    let mut of = [F::One; N];
    of[at::LEAD] = F::Root;
    of[1] = F::Root;
    of[at::KNEEL] = F::Clock;
    of[14] = F::KickRange;
    of[15] = F::KickRange;
    of[at::OUT_OF_REACH] = F::Clock;
    of[17] = F::Far;
    of[at::NEXT_SCORE] = F::NextScore;
    of[at::EXPECTED_POINTS] = F::ExpectedPoints;
    of[21] = F::FourthDown;
    of[22] = F::KickRange;
    of[at::RECEIVER] = F::Receiver;
    of[24] = F::Timeouts;
    of[25] = F::DefenceTimeouts;
    of[at::FORM] = F::Form;
    of[at::HOME_TIME] = F::HomeTime;
    of[at::HOME] = F::Home;
    of[at::SPREAD_TIME] = F::SpreadTime;
    of[at::SPREAD] = F::Spread;
    of
};

/// Leads beyond this are taken for it: no game has been won from there.
pub const LEAD_MOST: i16 = 63;

/// The part of feature `i` that depends on home's lead and on who has the ball (`b`: 1 home, -1 the visitors, 0
/// nobody); its [`FACTOR_OF`] is the other part. No feature's stake depends on another feature's, see [`MONOTONE`].
pub fn stake(i: usize, lead: i16, b: f64) -> f64 {
    let lead = f64::from(lead);
    let own = lead * b;
    // +1 with home more than k ahead, -1 with the visitors so.
    let ahead = |k: f64| f64::from(lead > k) - f64::from(lead < -k);
    let ball_and = |condition: bool| b * f64::from(condition);
    match i {
        0 => lead * 0.1,
        1 => lead / (1.0 + lead.abs() * (1.0 / 10.0)) * 0.1,
        2..=9 => ahead([0.0, 2.0, 3.0, 6.0, 7.0, 8.0, 11.0, 16.0][i - 2]),
        10..=12 => ball_and(own > [0.0, 3.0, 8.0][i - 10]),
        at::KNEEL => ball_and(own > 0.0),
        14 => ball_and(own >= -2.0),
        15 => ball_and(own >= -3.0),
        at::OUT_OF_REACH => ball_and(own < 0.0),
        17 => ball_and(own > 0.0),
        18..=22 | 25 => b,
        _ => 1.0,
    }
}

/// The time left as the factors see it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Left {
    /// Share of regulation.
    share: f64,
    /// What a point is worth grows with the inverse root of the time left, as the spread of what can still happen
    /// shrinks with the root of it.
    root: f64,
}

impl Left {
    pub(super) fn new(left_s: f64) -> Self {
        let share = left_s * (1.0 / 3600.0);
        Self {
            share,
            root: 1.0 / (share + 0.012).sqrt(),
        }
    }
}

/// The factors of a kick-off or a play from scrimmage in regulation, in the order of [`Factor`].
#[inline]
pub(super) fn factors(
    snap: &Snap,
    spread_home: Option<f32>,
    left: Left,
    field: &Field,
) -> [f64; FACTORS] {
    use Factor as F;
    let left_s = snap.game_seconds_left();
    let (t, u) = (left.share, left.root);
    let b = snap.ball_sign();
    let mut f = [0.0; FACTORS];
    f[F::One as usize] = 1.0;
    f[F::Root as usize] = u;
    if b != 0.0 {
        let own = f64::from(snap.home_lead.clamp(-LEAD_MOST, LEAD_MOST)) * b;
        f[F::ExpectedPoints as usize] = field.points(snap) * u * 0.1;
        let defence_timeouts = match snap.possession {
            Some(Side::Home) => snap.away_timeouts,
            _ => snap.home_timeouts,
        };
        f[F::DefenceTimeouts as usize] = f64::from(defence_timeouts.min(3)) * (1.0 / 3.0);
        if snap.kind == Kind::Scrimmage {
            let to_goal = f64::from(snap.yards_to_goal);
            f[F::KickRange as usize] = ramp((46.0 - to_goal) * (1.0 / 20.0));
            f[F::FourthDown as usize] = f64::from(snap.down == 4);
            if snap.period == 4 && own > 0.0 {
                let spare_s = kneel_s(snap.down, defence_timeouts) - left_s;
                // Scaled up, for what is nearly certain needs a large coefficient that penalties must not hold.
                f[F::Clock as usize] = CERTAIN_SCALE * ramp(spare_s * (1.0 / 20.0) + 0.5);
            }
        }
        if left_s < LATE_S {
            let fading = ramp((LATE_S - left_s) * (1.0 / (LATE_S - LAST_S)));
            let decides = next_score_decides(&field.ep.classes(snap), own);
            f[F::NextScore as usize] = NEXT_SCORE_SCALE * fading * logit_of(decides);
            // A kick-off is most often brought or taken to the 25, and takes 5 seconds where it is brought.
            let (to_goal, left_s) = match snap.kind {
                Kind::Scrimmage => (f64::from(snap.yards_to_goal), left_s),
                _ => (75.0, (left_s - 5.0).max(0.0)),
            };
            if own < 0.0 {
                f[F::Clock as usize] = -CERTAIN_SCALE * out_of_reach(own, to_goal, left_s);
            }
            // With the lead and little time the clock is what counts, and where the ball lies counts less.
            f[F::Far as usize] = 4.0 * fading * ramp((to_goal - 40.0) * (1.0 / 40.0));
        }
    }
    if snap.period <= 2 {
        f[F::Receiver as usize] = snap.second_half_receiver.map_or(0.0, Side::sign) * u;
    }
    f[F::Timeouts as usize] =
        (f64::from(snap.home_timeouts.min(3)) - f64::from(snap.away_timeouts.min(3))) * (1.0 / 3.0);
    f[F::Form as usize] = snap.form * t * u * 10.0;
    if !snap.neutral {
        f[F::HomeTime as usize] = t * u;
        f[F::Home as usize] = 1.0;
    }
    if let Some(spread) = spread_home {
        let favoured = -f64::from(spread);
        f[F::SpreadTime as usize] = favoured * t * u * 0.1;
        f[F::Spread as usize] = favoured * 0.1;
    }
    f
}

/// The features of a kick-off or a play from scrimmage in regulation, seen from home.
pub fn features(snap: &Snap, field: &Field) -> [f64; N] {
    let left = Left::new(snap.game_seconds_left());
    let factors = factors(snap, snap.spread_home, left, field);
    let lead = snap.home_lead.clamp(-LEAD_MOST, LEAD_MOST);
    let b = snap.ball_sign();
    std::array::from_fn(|i| stake(i, lead, b) * factors[FACTOR_OF[i] as usize])
}

//! Every threshold of the vision agent, in one place.

/// What the agent goes by. Times are in seconds, shares from 0 to 1. Those of [`Limits::DEFAULT`] that no rule of the
/// product gives were chosen on simulated cameras of other seeds than those that the figures in the guide are of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Detections less sure than this say nothing.
    pub sure: f32,
    /// Balls of that confidence in one picture, and balls of any, beyond which it is refused.
    pub balls: (usize, usize),
    /// Players, officials and heads of that confidence in one picture beyond which it is refused, and celebrations.
    pub people: (usize, usize),
    /// Detections of one picture beyond which it is refused.
    pub detections: usize,
    /// How far outside the picture a box may reach.
    pub edge: f32,
    /// Places in which one shirt may be seen at once: misread numbers are common.
    pub same_shirt: usize,
    /// Pictures in a row with the very same detections, beyond which the picture stands still.
    pub stuck: u8,

    /// Celebrants times seconds, less what is forgotten, at which a side celebrates.
    pub celebrate: f32,
    /// Celebrants that are forgotten in a second: fewer than this never add up.
    pub celebrate_forget: f32,
    /// Most celebrants that count at once.
    pub celebrate_most: f32,
    /// Seconds without any after which it is over.
    pub celebrate_over_s: f32,
    /// How much clearer than the next a shirt must be the one celebrated.
    pub scorer: f32,

    /// Seconds of pictures before a crowd can be said to rise.
    pub crowd_settle_s: f32,
    /// Seconds in which a crowd's share is smoothed.
    pub crowd_smooth_s: f32,
    /// Seconds in which what is usual follows a crowd that stands more than usual, less than usual, and while it is up.
    pub crowd_usual_s: (f32, f32, f32),
    /// Rise over the usual at which the crowd rises, and its way back.
    pub crowd_up: (f32, f32),
    /// Time between two facts of the crowd.
    pub crowd_every_s: f32,

    /// Degrees of a turn, and the time within which it must happen.
    pub turn_deg: f32,
    /// See [`Limits::turn_deg`].
    pub turn_s: f32,
    /// How far apart two looks in a row may be to confirm each other, in degrees.
    pub turn_agree_deg: f32,
    /// How much less than [`Limits::turn_deg`] the mean of two looks before and two after may have turned.
    pub turn_off_deg: f32,
    /// A turn by so much needs a third look.
    pub turn_round_deg: f32,
    /// Time in which one head turns once.
    pub turn_again_s: f32,
    /// For how long the word of who has the ball holds.
    pub possession_s: f32,

    /// Spin under which it is told, and its way back, in radians a second.
    pub spin_rad_s: (f32, f32),
    /// Time without the ball after which its spin is no longer known.
    pub spin_lost_s: f32,
}

impl Limits {
    /// What the product's rules and the simulated cameras ask for.
    pub const DEFAULT: Self = Self {
        sure: 0.5,
        balls: (3, 9),
        people: (150, 60),
        detections: 500,
        edge: 0.05,
        same_shirt: 2,
        stuck: 10,
        celebrate: 0.5,
        celebrate_forget: 0.6,
        celebrate_most: 4.0,
        celebrate_over_s: 4.0,
        scorer: 1.3,
        crowd_settle_s: 5.0,
        crowd_smooth_s: 0.25,
        crowd_usual_s: (40.0, 15.0, 120.0),
        crowd_up: (0.2, 0.1),
        crowd_every_s: 0.5,
        turn_deg: 55.0,
        turn_s: 0.5,
        turn_agree_deg: 25.0,
        turn_off_deg: 1.0,
        turn_round_deg: 150.0,
        turn_again_s: 1.5,
        possession_s: 3.0,
        spin_rad_s: (2.0, 3.0),
        spin_lost_s: 1.0,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

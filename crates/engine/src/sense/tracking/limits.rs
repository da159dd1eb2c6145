//! Every threshold of the tracking agent, and nowhere else.

/// The thresholds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// A sprint from here on: 25.2 km/h, as providers' and FIFA's reports have it.
    pub sprint_mps: f32,
    /// It is over under this.
    pub sprint_over_mps: f32,
    /// It is told after so long.
    pub sprint_us: i64,
    /// Faster than this nobody was ever measured running: two tracks were mixed up.
    pub fastest_mps: f32,
    /// From one frame to the next nobody gets farther than at this speed, with some room for noise.
    pub player_mps: f32,
    /// Faster than this no ball flies (the hardest shots measured are near 60).
    pub ball_mps: f32,
    /// How far back the ball must come over the line of the final third to have left it.
    pub third_back_m: f32,
    /// How long it must be there.
    pub third_us: i64,
    /// A turn of the head: 55 degrees, as the camera rule has it.
    pub turn_deg: f32,
    /// Within so long.
    pub turn_us: i64,
    /// One player's turns are told no more often than this.
    pub turn_again_us: i64,
    /// Whether a turn of the way that somebody runs is told where heads are not measured.
    pub turns_by_movement: bool,
    /// Such a turn counts at this speed before and after.
    pub turn_mps: f32,
    /// And this near the ball.
    pub turn_near_m: f32,
    /// Spin under this is a drop, as the camera rule has it.
    pub spin_rad_s: f32,
    /// After it was over this.
    pub spin_before_rad_s: f32,
    /// A ball slower than this rests.
    pub rest_mps: f32,
    /// After so long.
    pub rest_us: i64,
    /// A ball so near the mark is on it.
    pub mark_m: f32,
    /// A kicker comes from no farther than this.
    pub run_up_m: f32,
    /// A kicker runs at the ball at least so fast.
    pub run_up_mps: f32,
    /// Before that the kicker stood: slower than this.
    pub stood_mps: f32,
    /// Whoever is so near the ball may have it.
    pub reach_m: f32,
    /// If nobody of the other side is nearer to it than so much more.
    pub nearer_m: f32,
    /// Most players of one side in a frame: eleven, and substitutes who come on before the others are off.
    pub most_of_side: usize,
    /// Most people in a frame.
    pub most_people: usize,
    /// How far off the lines people may be: benches, warm-ups.
    pub people_off_m: f32,
    /// How far off the lines a ball may be.
    pub ball_off_m: f32,
    /// Nobody moves for so long only in a picture.
    pub frozen_us: i64,
    /// The clock of the match may differ so much from the time of day in their steps.
    pub clock_us: i64,
    /// A trouble is over after so many good frames.
    pub good_frames: u32,
}

impl Limits {
    /// Those that are used.
    pub const DEFAULT: Self = Self {
        sprint_mps: 7.0,
        sprint_over_mps: 6.0,
        sprint_us: 700_000,
        fastest_mps: 12.4,
        player_mps: 13.0,
        ball_mps: 70.0,
        third_back_m: 2.0,
        third_us: 200_000,
        turn_deg: 55.0,
        turn_us: 500_000,
        turn_again_us: 1_500_000,
        turns_by_movement: true,
        turn_mps: 3.0,
        turn_near_m: 25.0,
        spin_rad_s: 2.0,
        spin_before_rad_s: 3.0,
        rest_mps: 0.6,
        rest_us: 1_500_000,
        mark_m: 1.0,
        run_up_m: 12.0,
        run_up_mps: 2.0,
        stood_mps: 1.2,
        reach_m: 1.5,
        nearer_m: 0.4,
        most_of_side: 16,
        most_people: 40,
        people_off_m: 25.0,
        ball_off_m: 80.0,
        frozen_us: 3_000_000,
        clock_us: 2_000_000,
        good_frames: 10,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

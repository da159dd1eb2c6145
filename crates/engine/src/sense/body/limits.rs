//! Every threshold of the body agent, in one place.

/// What the agent goes by. Rates are in beats a minute, intervals in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Shortest and longest interval that a heart can make: 250 and 30 beats a minute.
    pub interval_ms: (f32, f32),
    /// How far an interval may be from the median of the last five good ones, as a share of it.
    pub off_median: f32,
    /// How far it may be from the good one right before it, whatever the median.
    pub off_last: f32,
    /// Share of artefacts among the last twenty beats at which none is trusted, and its way back.
    pub noisy: (f32, f32),
    /// Seconds over which variability is measured.
    pub window_s: f32,
    /// Pairs of good neighbours that it takes.
    pub pairs: usize,
    /// Seconds of beats before a baseline means anything.
    pub settle_s: f32,
    /// Seconds in which the baseline follows.
    pub follow_s: f32,
    /// Rise over the baseline from which it follows ten times as slowly.
    pub held_bpm: f32,
    /// Least standard deviation of the logarithm of RMSSD that is believed.
    pub least_sd: f32,
    /// The rate that a rule asks about, and its way back.
    pub rate_bpm: (f32, f32),
    /// Rise that is a leap.
    pub leap_bpm: f32,
    /// Seconds within which it must happen, and within which players leap together.
    pub leap_s: f32,
    /// Players who must leap together.
    pub leap_players: usize,
    /// Standard deviations under the baseline that are a strain, and the way back.
    pub strain_z: (f32, f32),
    /// Seconds that it must last.
    pub strain_s: f32,
    /// Fewest fans that an aggregate may be of.
    pub fewest: usize,
    /// Rise of a crowd's median that counts as full strength.
    pub full_rise_bpm: f32,
}

impl Limits {
    /// The product's rules, and what the literature in `docs/senses.md` takes.
    pub const DEFAULT: Self = Self {
        interval_ms: (240.0, 2000.0),
        off_median: 0.25,
        off_last: 0.12,
        noisy: (0.3, 0.2),
        window_s: 30.0,
        pairs: 15,
        settle_s: 60.0,
        follow_s: 300.0,
        held_bpm: 15.0,
        least_sd: 0.3,
        rate_bpm: (110.0, 105.0),
        leap_bpm: 30.0,
        leap_s: 2.0,
        leap_players: 4,
        strain_z: (-1.2, -0.8),
        strain_s: 5.0,
        fewest: 5,
        full_rise_bpm: 30.0,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

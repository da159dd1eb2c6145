//! The mood of a room: sums that decay with the room's time.

use matchday_event::{round::six, senses::Emotion};

use super::config::ChatConfig;

/// Neutral messages that every room is taken to begin with, so that one voice is no mood.
const QUIET: f64 = 2.0;
/// Volatility looks at the mood once in this time.
const LOOK_MS: i64 = 1000;

/// What is told of a mood.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Told {
    /// Shares of the feelings, in the order of [`Emotion::ALL`].
    pub shares: [f64; Emotion::COUNT],
    /// Messages per second.
    pub rate_per_s: f64,
    /// Standard deviation of joy less rage.
    pub volatility: f64,
    /// Share of repeats.
    pub spam_share: f64,
    /// How far the shares can be trusted.
    pub confidence: f64,
}

/// The sums.
#[derive(Debug, Default)]
pub struct Mood {
    felt: [f64; Emotion::COUNT],
    authors: f64,
    arrived: f64,
    repeats: f64,
    /// How long the room has been listened to, up to some half-lives.
    heard_ms: i64,
    since_look_ms: i64,
    valence_mean: f64,
    valence_variance: f64,
    looks: u32,
}

impl Mood {
    /// Lets time pass.
    pub fn advance(&mut self, by_ms: i64, config: &ChatConfig) {
        self.since_look_ms += by_ms;
        if self.since_look_ms >= LOOK_MS {
            self.look(config);
        }
        let decay = libm::exp2(-(by_ms as f64) / (config.mood_half_life_s * 1000.0));
        for sum in
            self.felt
                .iter_mut()
                .chain([&mut self.authors, &mut self.arrived, &mut self.repeats])
        {
            *sum *= decay;
        }
        self.heard_ms = self.heard_ms.saturating_add(by_ms);
    }

    /// Exponentially weighted mean and variance of joy less rage (West, 1979), every look counted for the time since
    /// the one before.
    fn look(&mut self, config: &ChatConfig) {
        let elapsed_s = self.since_look_ms as f64 / 1000.0;
        self.since_look_ms = 0;
        let shares = self.shares();
        let valence = shares[Emotion::Joy.index()] - shares[Emotion::Rage.index()];
        self.looks = self.looks.saturating_add(1);
        if self.looks == 1 {
            self.valence_mean = valence;
            return;
        }
        let new = 1.0 - libm::exp2(-elapsed_s / config.volatility_half_life_s);
        let off = valence - self.valence_mean;
        self.valence_mean += new * off;
        self.valence_variance = (1.0 - new) * (self.valence_variance + new * off * off);
    }

    /// A message came.
    pub fn arrive(&mut self, repeat: bool) {
        self.arrived += 1.0;
        self.repeats += f64::from(u8::from(repeat));
    }

    /// A message that counts.
    pub fn feel(&mut self, emotion: Emotion, weight: f64, new_author: bool) {
        self.felt[emotion.index()] += weight;
        self.authors += f64::from(u8::from(new_author));
    }

    fn shares(&self) -> [f64; Emotion::COUNT] {
        let sum: f64 = self.felt.iter().sum::<f64>() + QUIET;
        let mut shares = self.felt;
        shares[Emotion::Neutral.index()] += QUIET;
        shares.map(|s| s / sum)
    }

    /// What is to be told now.
    pub fn told(&self, config: &ChatConfig) -> Told {
        let [joy, rage, surprise, _] = self.shares().map(six);
        // The mean age of what an exponential window holds, less what it has not heard yet.
        let life_s = config.mood_half_life_s / std::f64::consts::LN_2;
        let heard_s = (self.heard_ms as f64 / 1000.0).max(1.0);
        let window_s = life_s * (1.0 - libm::exp(-heard_s / life_s));
        Told {
            // The last share is what is left, so that the four add up to one as they are told.
            shares: [joy, rage, surprise, six(1.0 - joy - rage - surprise)],
            rate_per_s: six(self.arrived / window_s),
            volatility: six(libm::sqrt(self.valence_variance)),
            spam_share: six(self.repeats / self.arrived.max(1.0)),
            confidence: six(self.authors / (self.authors + config.half_sure_authors)),
        }
    }
}

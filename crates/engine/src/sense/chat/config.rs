//! What can be set of the chat agent.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Groups of words at most.
pub const MOST_GROUPS: usize = 64;

/// A group of words that is watched together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeywordGroup {
    /// Its name in facts.
    pub name: Arc<str>,
    /// Words and phrases. Case, stretching and hyphens do not matter: `slow mo` also finds `SLOW-MOOOO`.
    pub words: Vec<String>,
}

/// Settings of the chat agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ChatConfig {
    /// At most one fact a room in this time, in milliseconds.
    pub every_ms: u32,
    /// Half-life of a message in the shares, the rate and the share of spam.
    pub mood_half_life_s: f64,
    /// Half-life of the volatility.
    pub volatility_half_life_s: f64,
    /// For how long the same words of the same author, or the same long text of anyone, count once.
    pub repeat_memory_s: f64,
    /// Different words from which a text that many send is taken for pasted, and not for what a crowd shouts.
    pub pasted_from_words: usize,
    /// Messages of new authors at which confidence is one half.
    pub half_sure_authors: f64,
    /// Half-life of the habit that groups of words are held against.
    pub habit_half_life_s: f64,
    /// Probability that a window holds a spike of a group, before anything is known of the window.
    pub spike_prior: f64,
    /// Groups of words to watch.
    pub keywords: Vec<KeywordGroup>,
}

impl Default for ChatConfig {
    fn default() -> Self {
        let group = |name: &str, words: &[&str]| KeywordGroup {
            name: name.into(),
            words: words.iter().map(|w| (*w).to_owned()).collect(),
        };
        Self {
            every_ms: 200,
            mood_half_life_s: 5.0,
            volatility_half_life_s: 60.0,
            repeat_memory_s: 20.0,
            pasted_from_words: 6,
            half_sure_authors: 5.0,
            habit_half_life_s: 120.0,
            spike_prior: 0.005,
            keywords: vec![
                group(
                    "ankle",
                    &["ankle", "ankles", "ankle breaker", "anklebreaker"],
                ),
                group(
                    "slow-mo",
                    &[
                        "slow mo",
                        "slowmo",
                        "slow motion",
                        "replay",
                        "show it again",
                    ],
                ),
            ],
        }
    }
}

/// A setting that cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A number out of its range.
    #[error("chat.{field} must be {must}")]
    Range {
        /// Which.
        field: &'static str,
        /// What it must be.
        must: &'static str,
    },
    /// Too many groups.
    #[error("chat.keywords has {0} groups; {MOST_GROUPS} are the most")]
    Groups(usize),
    /// A group that can never be met.
    #[error("chat.keywords: group {0:?} needs a name and at least one word with a letter in it")]
    Group(Arc<str>),
}

impl ChatConfig {
    /// Whether the settings can be used.
    pub fn check(&self) -> Result<(), ConfigError> {
        let above_zero = [
            ("mood_half_life_s", self.mood_half_life_s),
            ("volatility_half_life_s", self.volatility_half_life_s),
            ("half_sure_authors", self.half_sure_authors),
            ("habit_half_life_s", self.habit_half_life_s),
        ];
        for (field, value) in above_zero {
            if !(value.is_finite() && value > 0.0) {
                let must = "above 0";
                return Err(ConfigError::Range { field, must });
            }
        }
        if !(self.repeat_memory_s.is_finite() && self.repeat_memory_s >= 0.0) {
            return Err(ConfigError::Range {
                field: "repeat_memory_s",
                must: "0 or more",
            });
        }
        if !(self.spike_prior > 0.0 && self.spike_prior < 1.0) {
            return Err(ConfigError::Range {
                field: "spike_prior",
                must: "between 0 and 1",
            });
        }
        if self.keywords.len() > MOST_GROUPS {
            return Err(ConfigError::Groups(self.keywords.len()));
        }
        let empty = |g: &&KeywordGroup| {
            let letters = |w: &String| w.chars().any(char::is_alphanumeric);
            g.name.is_empty() || g.words.is_empty() || !g.words.iter().all(letters)
        };
        match self.keywords.iter().find(empty) {
            Some(group) => Err(ConfigError::Group(group.name.clone())),
            None => Ok(()),
        }
    }
}

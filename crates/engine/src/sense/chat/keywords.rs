//! Groups of words, and whether they come more often than the room's habit explains.
//!
//! Of every window of two seconds, `n` messages long, with `x` mentions of a group, two stories are told. In the first
//! there is only habit: `x` is negative binomial with mean `m = n (M + a) / (N + b)`, where `M` mentions in `N` messages
//! are the room's decayed past, `a` = 0.5 and `b` = 1000 what every room is taken to begin with, and variance
//! `f m + m² / (M + a)`: `f` is how much more than Poisson the room's windows have varied, the rest is what `M` and `N`
//! do not know. In the second a spike is added: three people at the least, for one or two are none, and beyond that
//! geometric, with a mean of 5 or of 3 % of the messages, whichever is more. The score is the probability of the second story by Bayes' rule, with the configured
//! share of windows that hold a spike; it never falls with more mentions. Windows go into the habit eight seconds later,
//! when it is known what they were part of: with the weight of the first story by the likeliest spike of their
//! neighbourhood, and into `M` and `N` of a tenth at least, so that a spike does not explain itself and a new habit is
//! learned.

use std::collections::VecDeque;

use matchday_event::{round::six, senses::KeywordSpike};
use matchday_learn::emotion::text::{Kind, Token, Tokens, hash_of};

use super::config::{ChatConfig, KeywordGroup};

/// Length of a window.
const WINDOW_MS: i64 = BIN_MS * BINS as i64;
const BIN_MS: i64 = 250;
const BINS: usize = 8;

/// Mentions and messages that a room is taken to begin with.
const FIRST_MENTIONS: f64 = 0.5;
const FIRST_MESSAGES: f64 = 1000.0;
/// Dispersion that a room is taken to begin with, and how many expected mentions that belief is worth.
const FIRST_DISPERSION: f64 = 1.3;
const DISPERSION_WORTH: f64 = 5.0;
/// The fewest mentions of a spike.
const SPIKE_FROM: usize = 3;
/// A spike's mean mentions at least, and as a share of the window's messages.
const SPIKE_MENTIONS: f64 = 5.0;
const SPIKE_SHARE: f64 = 0.03;
/// Windows that wait until it is known what they were part of.
const WAIT: usize = 4;
/// More mentions in a window than these are as sure as can be.
const MANY: u32 = 4096;

/// The groups' words, ready to be found.
#[derive(Debug)]
pub struct Keywords {
    /// By the first word: its hash, the group, the words that follow.
    phrases: Vec<(u64, usize, Vec<u64>)>,
}

impl Keywords {
    /// Reads the groups' words as messages are read.
    pub fn new(groups: &[KeywordGroup]) -> Self {
        let mut tokens = Tokens::default();
        let mut phrases = Vec::new();
        for (group, words) in groups.iter().enumerate() {
            for phrase in &words.words {
                tokens.read(&phrase.to_lowercase(), &[]);
                let mut hashes = words_of(&tokens).map(|t| t.hash);
                if let Some(first) = hashes.next() {
                    phrases.push((first, group, hashes.collect()));
                }
            }
        }
        phrases.sort();
        phrases.dedup();
        Self { phrases }
    }

    /// Calls `found` once for every group that a message mentions.
    pub fn mentioned(&self, tokens: &Tokens, mut found: impl FnMut(usize)) {
        let mut seen = 0_u64;
        for (at, token) in words_of(tokens).enumerate() {
            let start = self.phrases.partition_point(|p| p.0 < token.hash);
            let plain = self.phrases[start..]
                .iter()
                .take_while(|p| p.0 == token.hash);
            // `ankleeeees`: the word as it would be with one of each letter.
            let once = token.stretched.then(|| hash_of(tokens.squeezed(token)));
            let stretched = self.phrases.iter().filter(|p| Some(p.0) == once);
            for (_, group, rest) in plain.chain(stretched) {
                let mut next = words_of(tokens).skip(at + 1);
                let follows = |hash: &u64| {
                    next.next().is_some_and(|t| {
                        t.hash == *hash || (t.stretched && hash_of(tokens.squeezed(t)) == *hash)
                    })
                };
                let bit = 1_u64 << (group & 63);
                if rest.iter().all(follows) && seen & bit == 0 {
                    seen |= bit;
                    found(*group);
                }
            }
        }
    }
}

fn words_of(tokens: &Tokens) -> impl Iterator<Item = &Token> {
    tokens.list().iter().filter(|t| t.kind == Kind::Word)
}

/// The windows and habits of one room.
#[derive(Debug)]
pub struct Spikes {
    /// Number of the bin that is being filled, and of the block that will join the habits.
    bin: Option<i64>,
    messages: [u32; BINS],
    block_messages: u32,
    groups: Vec<Group>,
}

#[derive(Debug, Clone, Default)]
struct Group {
    mentions: [u32; BINS],
    block_mentions: u32,
    habit: Habit,
    /// Windows that are not part of the habit yet, the oldest first.
    waiting: VecDeque<Window>,
    /// How likely a spike the last one was that joined the habit.
    joined: f64,
}

/// A window that is over.
#[derive(Debug, Clone, Copy)]
struct Window {
    mentions: u32,
    messages: u32,
    surprise: f64,
}

impl Group {
    /// Lets a window wait, and the one that has waited longest join the habit.
    fn close(&mut self, messages: u32, config: &ChatConfig) {
        let mentions = std::mem::take(&mut self.block_mentions);
        self.waiting.push_back(Window {
            mentions,
            messages,
            surprise: self.habit.surprise(mentions, messages, config.spike_prior),
        });
        if self.waiting.len() <= WAIT {
            return;
        }
        let likeliest = self.waiting.iter().map(|w| w.surprise);
        let likeliest = likeliest.fold(self.joined, f64::max);
        if let Some(window) = self.waiting.pop_front() {
            self.joined = window.surprise;
            self.habit.learn(window, likeliest, config);
        }
    }
}

/// How often a room mentions a group.
#[derive(Debug, Clone, Copy, Default)]
struct Habit {
    mentions: f64,
    messages: f64,
    /// Squared distance of windows from what was expected of them, and what was expected.
    scatter: f64,
    expected: f64,
}

impl Habit {
    fn mean(&self, messages: u32) -> f64 {
        f64::from(messages) * (self.mentions + FIRST_MENTIONS) / (self.messages + FIRST_MESSAGES)
    }

    /// Probability that a window of `messages` with `mentions` holds a spike.
    fn surprise(&self, mentions: u32, messages: u32, spike_prior: f64) -> f64 {
        // A window of no messages has no mentions either.
        let mean = self.mean(messages.max(1));
        let dispersion = (self.scatter + FIRST_DISPERSION * DISPERSION_WORTH)
            / (self.expected + DISPERSION_WORTH);
        let variance = dispersion.max(1.05) * mean + mean * mean / (self.mentions + FIRST_MENTIONS);
        let spike = f64::max(SPIKE_MENTIONS, SPIKE_SHARE * f64::from(messages));
        let odds = odds_of_spike(mentions.min(MANY), mean, variance, spike);
        let odds = odds * spike_prior / (1.0 - spike_prior);
        // In this form it never falls as the odds rise, however large they are.
        1.0 - 1.0 / (1.0 + odds)
    }

    /// Takes in a window that was part of a spike with this probability.
    fn learn(&mut self, window: Window, spike: f64, config: &ChatConfig) {
        let (mentions, messages) = (window.mentions, window.messages);
        let weight = (1.0 - spike).max(0.1);
        let mean = self.mean(messages);
        let off = f64::from(mentions) - mean;
        let keep = libm::exp2(-(WINDOW_MS as f64) / (config.habit_half_life_s * 1000.0));
        self.mentions = self.mentions * keep + weight * f64::from(mentions);
        self.messages = self.messages * keep + weight * f64::from(messages);
        // How far a spike is off says nothing of how much the habit varies.
        self.scatter = self.scatter * keep + (1.0 - spike) * off * off;
        self.expected = self.expected * keep + (1.0 - spike) * mean;
    }
}

/// How much likelier `mentions` are with a spike than without one. Without, they are negative binomial with this mean
/// and variance; with one, [`SPIKE_FROM`] or more are added, geometric, with mean `spike`.
fn odds_of_spike(mentions: u32, mean: f64, variance: f64, spike: f64) -> f64 {
    // Of j + 1 mentions without a spike the probability is (j + r) / (j + 1) (1 - mean / variance) times that of j.
    let r = mean * mean / (variance - mean);
    let ratio = 1.0 - mean / variance;
    let go_on = 1.0 - 1.0 / (spike - SPIKE_FROM as f64 + 1.0);
    // Both stories' probabilities of j mentions, up to one common factor; of habit also those of the few before.
    let mut habit = [0.0_f64; SPIKE_FROM];
    habit[0] = 1.0;
    let mut both = 0.0_f64;
    let mut odds = 0.0_f64;
    for j in 0..mentions {
        let k = f64::from(j);
        both = go_on * both + (1.0 - go_on) * habit[SPIKE_FROM - 1];
        let next = habit[0] * (k + r) / (k + 1.0) * ratio;
        habit.rotate_right(1);
        habit[0] = next;
        odds = odds.max(both / next);
        let larger = both.max(next);
        if !(1e-200..1e200).contains(&larger) {
            both /= larger;
            habit = habit.map(|h| h / larger);
        }
    }
    odds
}

impl Spikes {
    /// Of so many groups.
    pub fn new(groups: usize) -> Self {
        Self {
            bin: None,
            messages: [0; BINS],
            block_messages: 0,
            groups: vec![Group::default(); groups],
        }
    }

    /// Lets time pass.
    pub fn advance(&mut self, now_ms: i64, config: &ChatConfig) {
        let bin = now_ms.div_euclid(BIN_MS);
        let from = self.bin.replace(bin).unwrap_or(bin);
        if bin <= from {
            return;
        }
        let block = |bin: i64| bin.div_euclid(BINS as i64);
        if block(bin) != block(from) {
            for group in &mut self.groups {
                group.close(self.block_messages, config);
            }
            self.block_messages = 0;
        }
        for passed in (from + 1..=bin).take(BINS) {
            // After a gap longer than the window all bins are emptied, whichever they are.
            let slot = passed.rem_euclid(BINS as i64) as usize;
            self.messages[slot] = 0;
            for group in &mut self.groups {
                group.mentions[slot] = 0;
            }
        }
    }

    fn slot(&self) -> usize {
        self.bin.unwrap_or(0).rem_euclid(BINS as i64) as usize
    }

    /// A message that counts.
    pub fn message(&mut self) {
        let slot = self.slot();
        self.messages[slot] += 1;
        self.block_messages += 1;
    }

    /// It mentions this group.
    pub fn mention(&mut self, group: usize) {
        let slot = self.slot();
        if let Some(group) = self.groups.get_mut(group) {
            group.mentions[slot] += 1;
            group.block_mentions += 1;
        }
    }

    /// What is to be told of a group, if it was mentioned in the window.
    pub fn told(&self, n: usize, of: &KeywordGroup, config: &ChatConfig) -> Option<KeywordSpike> {
        let group = self.groups.get(n)?;
        let mentions: u32 = group.mentions.iter().sum();
        let messages = self.messages.iter().sum();
        (mentions > 0).then(|| KeywordSpike {
            group: of.name.clone(),
            surprise: six(group.habit.surprise(mentions, messages, config.spike_prior)),
            mentions,
            expected: six(group.habit.mean(messages)),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn odds_are_those_of_the_two_stories_worked_out_at_length() {
        let (mean, variance, spike) = (2.0, 3.0, 4.0);
        let (r, p) = (mean * mean / (variance - mean), mean / variance);
        let habit = |x: u32| {
            let x = f64::from(x);
            libm::exp(
                libm::lgamma(x + r) - libm::lgamma(r) - libm::lgamma(x + 1.0)
                    + r * libm::log(p)
                    + x * libm::log(1.0 - p),
            )
        };
        let beyond = spike - 2.0;
        let geometric = |s: u32| libm::pow(1.0 - 1.0 / beyond, f64::from(s - 3)) / beyond;
        for x in 3..30 {
            let both: f64 = (0..=x - 3).map(|j| habit(j) * geometric(x - j)).sum();
            let got = odds_of_spike(x, mean, variance, spike);
            let want = both / habit(x);
            assert!((got / want - 1.0).abs() < 1e-9, "{x}: {got} {want}");
        }
        assert_eq!(odds_of_spike(2, mean, variance, spike), 0.0);
    }

    proptest! {
        #[test]
        fn the_score_is_a_probability_and_rises_with_mentions(
            mentions in 0.0..500.0_f64,
            messages in 0.0..1e6_f64,
            scatter in 0.0..2000.0_f64,
            n in 0_u32..30_000,
            x in 0_u32..3000,
        ) {
            let habit = Habit { mentions, messages, scatter, expected: mentions };
            let (low, high) = (habit.surprise(x, n, 0.005), habit.surprise(x + 1, n, 0.005));
            prop_assert!((0.0..=1.0).contains(&low), "{low}");
            prop_assert!(low <= high, "{low} {high}");
        }
    }
}

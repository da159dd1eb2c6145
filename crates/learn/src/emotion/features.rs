//! A message as hashed features: words, pairs of words, and the runs of two to five letters inside words.

use super::text::{Kind, Tokens, hash_text, mix};

/// The list of words that were trained on has two to the power of this many places, a bit each.
pub const VOCABULARY_BITS: u32 = 17;
/// Longest run of letters.
const LONGEST_RUN: usize = 5;
/// Letters of a word that are looked at.
const LONGEST_WORD: usize = 24;

/// The features of a message, as places in a table of `1 << bits` rows. Words and runs of letters are kept apart, for
/// each group is scaled to a length of one.
#[derive(Debug, Default)]
pub struct Features {
    /// Words, pairs and what else there is to say of the whole.
    pub words: Vec<u32>,
    /// Runs of letters.
    pub runs: Vec<u32>,
    /// The different words, as places in the list of words that were trained on.
    pub vocabulary: Vec<u32>,
    letters: Vec<u32>,
}

/// What stands before the first and behind the last word of a message.
const START: u64 = 1;
const END: u64 = 2;

/// Seeds of the kinds of features.
mod seed {
    pub const WORD: u64 = 1;
    pub const PAIR: u64 = 2;
    pub const NEGATED: u64 = 3;
    pub const RUN: u64 = 4;
    pub const SHAPE: u64 = 5;
    pub const VOCABULARY: u64 = 6;
}

impl Features {
    /// Reads the features of a message into a table of `1 << bits` rows.
    pub fn read(&mut self, tokens: &Tokens, bits: u32) {
        self.words.clear();
        self.runs.clear();
        self.vocabulary.clear();
        let place = |hash: u64| (mix(hash, 0) >> (64 - bits)) as u32;
        let mut last = mix(seed::WORD, START);
        let mut last_repeated = false;
        let mut shouted = 0;
        let mut stretched = false;
        let mut count = 0_usize;
        for token in tokens.list() {
            // Emotes are the prior's: the texts that one trains on have none.
            if token.kind == Kind::Emote {
                continue;
            }
            let text = tokens.text(token);
            let hash = mix(seed::WORD, token.hash);
            if !(token.repeated && last_repeated) {
                self.words
                    .push(place(mix(mix(seed::PAIR, last), mix(0, hash))));
            }
            last = hash;
            last_repeated = token.repeated;
            count += usize::from(token.kind == Kind::Word);
            shouted += usize::from(token.shouted);
            stretched |= token.stretched;
            if token.repeated {
                continue;
            }
            self.words.push(place(hash));
            if token.negated {
                self.words.push(place(mix(seed::NEGATED, token.hash)));
            }
            if token.stretched {
                let once = hash_text(0, tokens.squeezed(token));
                self.words.push(place(mix(seed::WORD, once)));
            }
            if token.kind == Kind::Word {
                let known = mix(seed::VOCABULARY, token.hash);
                self.vocabulary
                    .push((known >> (64 - VOCABULARY_BITS)) as u32);
                self.runs_of(text, place);
            }
        }
        let end = mix(seed::WORD, END);
        self.words
            .push(place(mix(mix(seed::PAIR, last), mix(0, end))));
        // Length in words, and whether it is shouted or stretched.
        let length = count.min(31).checked_ilog2().map_or(0, |l| l + 1);
        let shape = |kind: u64, n: u64| place(mix(mix(seed::SHAPE, kind), n));
        self.words.push(shape(1, u64::from(length)));
        if shouted * 2 > count {
            self.words.push(shape(2, 1));
        }
        if stretched {
            self.words.push(shape(3, 1));
        }
    }

    fn runs_of(&mut self, word: &str, place: impl Fn(u64) -> u32) {
        self.letters.clear();
        self.letters.push(u32::from(' '));
        self.letters
            .extend(word.chars().take(LONGEST_WORD).map(u32::from));
        self.letters.push(u32::from(' '));
        for start in 0..self.letters.len() {
            let mut hash = seed::RUN;
            for (len, letter) in self.letters[start..].iter().take(LONGEST_RUN).enumerate() {
                hash = mix(hash, u64::from(*letter));
                if len > 0 {
                    self.runs.push(place(hash));
                }
            }
        }
    }
}

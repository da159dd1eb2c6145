//! Who speaks, and who only repeats: one author's repeats count once, and so does a text that many paste. What a crowd
//! shouts together, short and in emotes, is no paste.

use matchday_event::senses::Pseudonym;
use matchday_learn::emotion::text::{Kind, Tokens};

use super::{config::ChatConfig, recent::Recent};

/// What a message is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verdict {
    /// It repeats what was counted.
    pub repeat: bool,
    /// How much it counts, up to 1: an author who writes much is heard less with every message.
    pub weight: f64,
    /// The author had not written within the half-life of the mood.
    pub new_author: bool,
}

/// What was written lately, and by whom.
#[derive(Debug, Default)]
pub struct Crowd {
    /// Author and text together.
    said: Recent,
    /// Long texts of anyone.
    pasted: Recent,
    /// Authors, each with how much was written lately.
    authors: Recent,
}

impl Crowd {
    /// Judges a message and remembers it.
    pub fn weigh(
        &mut self,
        at_ms: i64,
        author: Pseudonym,
        tokens: &Tokens,
        config: &ChatConfig,
    ) -> Verdict {
        let memory_ms = (config.repeat_memory_s * 1000.0) as i64;
        let (text, words) = content(tokens);
        let fresh = |seen: Option<(i64, f32)>| seen.is_some_and(|(at, _)| at_ms - at <= memory_ms);
        let own = text ^ author.0.rotate_left(17);
        let mut repeat = fresh(self.said.get(own));
        self.said.put(own, at_ms, 0.0, memory_ms);
        if words >= config.pasted_from_words {
            repeat |= fresh(self.pasted.get(text));
            self.pasted.put(text, at_ms, 0.0, memory_ms);
        }
        if repeat {
            return Verdict {
                repeat,
                weight: 0.0,
                new_author: false,
            };
        }
        let half_life_ms = config.mood_half_life_s * 1000.0;
        let lately = match self.authors.get(author.0) {
            Some((at, wrote)) => {
                let age = (at_ms - at) as f64 / half_life_ms;
                f64::from(wrote) * libm::exp2(-age)
            }
            None => 0.0,
        };
        // After six half-lives nothing worth remembering is left.
        let keep_ms = (6.0 * half_life_ms) as i64;
        self.authors
            .put(author.0, at_ms, (lately + 1.0) as f32, keep_ms);
        Verdict {
            repeat,
            weight: 1.0 / (1.0 + lately),
            new_author: lately < 0.5,
        }
    }
}

/// A hash of what a message says, whatever its marks, numbers, mentions and repetitions; and how many different words
/// it has.
fn content(tokens: &Tokens) -> (u64, usize) {
    let mut hash = 0_u64;
    let mut words = 0;
    for token in tokens.list().iter().filter(|t| !t.repeated) {
        let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        match token.kind {
            Kind::Word if !number(tokens.text(token)) => words += 1,
            Kind::Emote | Kind::Emoji | Kind::Emoticon => {}
            _ => continue,
        }
        hash = (hash.rotate_left(29) ^ token.hash).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    (hash, words)
}

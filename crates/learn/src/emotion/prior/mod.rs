//! What emotes, emoji, emoticons and the words of chat mean before any training: a table written by hand from what
//! they are commonly used for, without anyone's labelled messages. The trained weights stand on top of it, and say
//! what it leaves to say.
//!
//! A meaning is four log-odds in tenths of a nat, in the order of [`Emotion::ALL`]. Sadness, boredom and disgust
//! have no feeling of their own among the four; they lean weakly to rage, the one that is against what happens, so
//! that one sad face alone is seldom confident enough to count.

mod emoji;
mod emotes;
mod words;

use std::sync::OnceLock;

use matchday_event::senses::Emotion;

use super::text::{Kind, Tokens};

/// Log-odds for each feeling, in tenths of a nat.
pub type Weights = [i8; Emotion::COUNT];

/// The longest emoticon, in characters.
pub const LONGEST_EMOTICON: usize = 7;

/// Two question marks and more, or a question that is shouted.
pub const BAFFLED: Weights = [0, 1, 7, 0];

/// One line of a table: what the names behind it mean.
type Line = (Weights, &'static str);

/// Names under open addressing: a look-up is one hash and mostly one comparison.
struct Table {
    slots: Vec<Option<(&'static str, Weights)>>,
    mask: usize,
}

impl Table {
    fn new(lines: &[Line]) -> Self {
        let names = || {
            lines
                .iter()
                .flat_map(|(w, names)| names.split_whitespace().map(move |n| (n, *w)))
        };
        let size = (names().count() * 3).next_power_of_two();
        let mut table = Self {
            slots: vec![None; size],
            mask: size - 1,
        };
        for (name, weights) in names() {
            let at = table.find(name);
            // A name in two lines keeps the first; a test finds such names.
            table.slots[at].get_or_insert((name, weights));
        }
        table
    }

    /// The slot of a name, or the empty one where it would be.
    fn find(&self, name: &str) -> usize {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for byte in name.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        let mut at = (hash ^ (hash >> 29)) as usize & self.mask;
        while self.slots[at].is_some_and(|(held, _)| held != name) {
            at = (at + 1) & self.mask;
        }
        at
    }

    fn get(&self, name: &str) -> Option<Weights> {
        self.slots[self.find(name)].map(|(_, weights)| weights)
    }
}

macro_rules! table {
    ($lines:expr) => {{
        static TABLE: OnceLock<Table> = OnceLock::new();
        TABLE.get_or_init(|| Table::new($lines))
    }};
}

/// What an emote means, by its name. Names of a channel's own emotes, such as `anyoneHype`, are known by their last
/// part, if the platform says that they are emotes.
pub fn emote(name: &str, listed: bool) -> Option<Weights> {
    let known = table!(emotes::EMOTES).get(name);
    if known.is_some() || !listed {
        return known;
    }
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let part = name.rfind(|c: char| c.is_ascii_lowercase())?;
    let start = name[..part]
        .rfind(|c: char| c.is_ascii_uppercase())
        .unwrap_or(part + 1);
    let last = &name[start..];
    let suffix = |s: &str| table!(emotes::SUFFIXES).get(s);
    // `channelLUL` ends in capitals: there the last part begins behind the last small letter.
    suffix(&name[part + 1..])
        .or_else(|| suffix(last))
        .or_else(|| table!(emotes::EMOTES).get(last))
}

/// What a pictograph means, without its modifiers.
pub fn emoji(c: char) -> Option<Weights> {
    let mut name = [0; 4];
    table!(emoji::EMOJI).get(c.encode_utf8(&mut name))
}

/// What a face made of marks means.
pub fn emoticon(face: &str) -> Option<Weights> {
    table!(emoji::EMOTICONS).get(face)
}

/// What a word means, in lower case.
pub fn word(word: &str) -> Option<Weights> {
    table!(words::WORDS).get(word)
}

/// Whether a word turns around those behind it.
pub fn negates(word: &str) -> bool {
    word.ends_with("n't") || table!(words::NEGATIONS).get(word).is_some()
}

/// What the prior says of a whole message, in nats: by its words, and by its emotes, emoji and emoticons.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Said {
    /// By words.
    pub words: [f32; Emotion::COUNT],
    /// By pictures and faces.
    pub pictures: [f32; Emotion::COUNT],
}

/// What irony does to the whole message, in tenths of a nat: joy is taken back, for it is seldom meant.
const IRONY: [i32; Emotion::COUNT] = [-10, 3, 0, 0];

/// Reads a message.
///
/// A repeated token adds a quarter of its meaning at most three times: forty laughing faces are hardly more than four.
/// Stretched and shouted words count a quarter more. A negated word keeps nothing of its own and lends part of it to
/// the opposite feeling. An irony mark (`Kappa`) behind other words takes joy back.
pub fn message(tokens: &Tokens) -> Said {
    let mut words = [0_i32; Emotion::COUNT];
    let mut pictures = [0_i32; Emotion::COUNT];
    let mut repeats = 0;
    let mut ironic = false;
    for token in tokens.list() {
        let Some(meaning) = token.meaning else {
            continue;
        };
        let mut scale = 4;
        if token.repeated {
            if repeats == 3 {
                continue;
            }
            repeats += 1;
            scale = 1;
        } else if token.stretched || token.shouted {
            scale = 5;
        }
        let meaning = meaning.map(i32::from);
        let sum = match token.kind {
            Kind::Word => &mut words,
            _ => &mut pictures,
        };
        ironic |= token.kind == Kind::Emote && emotes::IRONIC.contains(&tokens.text(token));
        if token.negated {
            let [joy, rage, surprise, neutral] = meaning;
            sum[0] += scale * rage * 3 / 10;
            sum[1] += scale * joy * 6 / 10;
            sum[2] += scale * surprise / 2;
            sum[3] += scale * neutral;
        } else {
            for (sum, meaning) in sum.iter_mut().zip(meaning) {
                *sum += scale * meaning;
            }
        }
    }
    if ironic && tokens.list().iter().any(|t| t.kind == Kind::Word) {
        for (sum, irony) in pictures.iter_mut().zip(IRONY) {
            *sum += 4 * irony;
        }
    }
    // Tenths of a nat in quarters; four nats are sure enough.
    let nats = |sum: [i32; Emotion::COUNT]| sum.map(|s| (s as f32 / 40.0).clamp(-4.0, 4.0));
    Said {
        words: nats(words),
        pictures: nats(pictures),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn no_name_stands_in_two_lines() {
        let tables: [(&str, &[Line]); 6] = [
            ("emotes", emotes::EMOTES),
            ("suffixes", emotes::SUFFIXES),
            ("emoji", emoji::EMOJI),
            ("emoticons", emoji::EMOTICONS),
            ("words", words::WORDS),
            ("negations", words::NEGATIONS),
        ];
        for (name, lines) in tables {
            let mut seen = BTreeMap::new();
            for (line, (_, names)) in lines.iter().enumerate() {
                for word in names.split_whitespace() {
                    let before = seen.insert(word, line);
                    assert_eq!(before, None, "{word} stands twice in {name}");
                }
            }
        }
    }

    #[test]
    fn words_are_written_as_the_tokens_are() {
        let mut tokens = Tokens::default();
        for word in words::WORDS.iter().flat_map(|(_, w)| w.split_whitespace()) {
            tokens.read(word, &[]);
            // An emote of the same name goes first.
            let found = tokens.list().first().is_some_and(|t| t.meaning.is_some());
            assert!(found, "{word} cannot be met in a text");
        }
    }

    #[test]
    fn no_emoticon_is_longer_than_is_looked_for() {
        for face in emoji::EMOTICONS
            .iter()
            .flat_map(|(_, f)| f.split_whitespace())
        {
            assert!(face.chars().count() <= LONGEST_EMOTICON, "{face}");
        }
    }
}

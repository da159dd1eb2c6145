//! Cuts a chat message into what carries feeling: words, emotes, emoji, emoticons and marks, with how they were
//! written: stretched (`goooool`), shouted, negated, repeated.

use std::sync::Arc;

use super::{
    prior::{self, Weights},
    unicode,
};

/// Longer messages are cut here, in characters: platforms allow 500.
pub const MAX_CHARS: usize = 512;
/// Words after a negation that it turns around, unless a mark comes before.
const NEGATION_REACH: u8 = 3;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Letters and digits.
    Word,
    /// A platform's picture, written by its name.
    Emote,
    /// A pictograph, without its modifiers.
    Emoji,
    /// A face made of marks: `:D`.
    Emoticon,
    /// Marks: `!`, `!!`, `?!`, `…`.
    Mark,
    /// Somebody's name, or what stands for one.
    Mention,
    /// An address.
    Link,
}

/// One piece of a message. Texts are ranges of [`Tokens::buffer`].
#[derive(Debug, Clone, Copy)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    text: (u32, u32),
    squeezed: (u32, u32),
    /// Of the text and, for anything but words, the kind.
    pub hash: u64,
    /// A letter stood there three times or more in a row.
    pub stretched: bool,
    /// In capitals throughout.
    pub shouted: bool,
    /// Stands behind a negation.
    pub negated: bool,
    /// The same token stood there before.
    pub repeated: bool,
    /// What it is known to mean, if it is in the tables.
    pub meaning: Option<Weights>,
}

/// A message in pieces. Kept from message to message, so that reading one allocates nothing.
#[derive(Debug, Default)]
pub struct Tokens {
    buffer: String,
    list: Vec<Token>,
    chars: Vec<char>,
    word: Vec<char>,
}

impl Tokens {
    /// The tokens of the last message.
    pub fn list(&self) -> &[Token] {
        &self.list
    }

    /// A token's text: lower case for words, at most two of a letter in a row.
    pub fn text(&self, token: &Token) -> &str {
        &self.buffer[token.text.0 as usize..token.text.1 as usize]
    }

    /// A stretched word with one of each letter in a row; otherwise the text.
    pub fn squeezed(&self, token: &Token) -> &str {
        &self.buffer[token.squeezed.0 as usize..token.squeezed.1 as usize]
    }

    /// Reads a message. `emotes` are the names that the platform marked in it.
    pub fn read(&mut self, text: &str, emotes: &[Arc<str>]) {
        self.buffer.clear();
        self.list.clear();
        let end = text
            .char_indices()
            .nth(MAX_CHARS)
            .map_or(text.len(), |(at, _)| at);
        for chunk in text[..end].split_whitespace() {
            self.chunk(chunk, emotes);
        }
        self.mark_repeats();
        self.mark_negations();
    }

    fn chunk(&mut self, chunk: &str, emotes: &[Arc<str>]) {
        let listed = emotes.iter().any(|e| **e == *chunk);
        if let Some(meaning) = prior::emote(chunk, listed) {
            self.push(Kind::Emote, chunk, Some(meaning));
        } else if listed {
            self.push(Kind::Emote, chunk, None);
        } else if chunk.contains("://") || chunk.starts_with("www.") {
            self.push(Kind::Link, "", None);
        } else if chunk.len() > 1 && (chunk.starts_with('@') || is_placeholder(chunk)) {
            self.push(Kind::Mention, "", None);
        } else if let Some(meaning) = prior::emoticon(chunk) {
            self.push(Kind::Emoticon, chunk, Some(meaning));
        } else {
            let mut chars = std::mem::take(&mut self.chars);
            chars.clear();
            chars.extend(chunk.chars());
            self.scan(&chars);
            self.chars = chars;
        }
    }

    fn scan(&mut self, chars: &[char]) {
        let mut at = 0;
        while at < chars.len() {
            let c = chars[at];
            if is_word(c) || (is_apostrophe(c) && at > 0 && next_is_word(chars, at)) {
                let start = at;
                while at < chars.len()
                    && (is_word(chars[at]) || (is_apostrophe(chars[at]) && next_is_word(chars, at)))
                {
                    at += 1;
                }
                self.word(&chars[start..at]);
            } else if unicode::is_emoji(c) {
                at = self.emoji(chars, at);
            } else if let Some((len, meaning)) = emoticon_at(chars, at) {
                let face: String = chars[at..at + len].iter().collect();
                self.push(Kind::Emoticon, &face, Some(meaning));
                at += len;
            } else {
                at = self.marks(chars, at);
            }
        }
    }

    /// Skin tones, presentation and what is joined on belong to the first pictograph.
    fn emoji(&mut self, chars: &[char], at: usize) -> usize {
        let mut end = at + 1;
        while end < chars.len() {
            if unicode::is_modifier(chars[end]) {
                end += 1;
            } else if chars[end] == unicode::JOINER {
                end += 1 + usize::from(end + 1 < chars.len());
            } else if unicode::is_regional(chars[at]) && unicode::is_regional(chars[end]) {
                end += 1;
                break;
            } else {
                break;
            }
        }
        let base = chars[at];
        if unicode::is_regional(base) {
            self.push(Kind::Emoji, "flag", None);
        } else {
            let mut name = [0; 4];
            self.push(Kind::Emoji, base.encode_utf8(&mut name), prior::emoji(base));
        }
        end
    }

    fn marks(&mut self, chars: &[char], at: usize) -> usize {
        let loud = |c: char| matches!(c, '!' | '?' | '！' | '？' | '¡' | '¿');
        let mut end = at + 1;
        if loud(chars[at]) {
            while end < chars.len() && loud(chars[end]) {
                end += 1;
            }
            let run = &chars[at..end];
            let asks = run.iter().any(|c| matches!(c, '?' | '？'));
            let calls = run.iter().any(|c| matches!(c, '!' | '！'));
            let (mark, meaning) = match (asks, calls, run.len()) {
                (true, true, _) => ("?!", Some(prior::BAFFLED)),
                (true, false, 1) => ("?", None),
                (true, false, _) => ("??", Some(prior::BAFFLED)),
                (_, _, 1) => ("!", None),
                _ => ("!!", None),
            };
            self.push(Kind::Mark, mark, meaning);
        } else if matches!(chars[at], '.' | '…') {
            while end < chars.len() && chars[end] == '.' {
                end += 1;
            }
            let long = end - at > 1 || chars[at] == '…';
            self.push(Kind::Mark, if long { "…" } else { "." }, None);
        } else if !unicode::is_modifier(chars[at]) && chars[at] != unicode::JOINER {
            let mut mark = [0; 4];
            self.push(Kind::Mark, chars[at].encode_utf8(&mut mark), None);
        }
        end
    }

    fn word(&mut self, written: &[char]) {
        let mut word = std::mem::take(&mut self.word);
        word.clear();
        for c in written {
            if c.is_ascii() {
                word.push(c.to_ascii_lowercase());
            } else if is_apostrophe(*c) {
                word.push('\'');
            } else {
                word.extend(c.to_lowercase());
            }
        }
        let letters = written.iter().filter(|c| c.is_alphabetic()).count();
        let shouted = letters >= 2 && !written.iter().any(|c| c.is_lowercase());
        let digits = word.iter().all(char::is_ascii_digit);
        let stretched = !digits && normalise(&mut word);
        let text = self.add(word.iter().copied());
        let squeezed = if stretched {
            let mut last = '\0';
            let once = word.iter().copied().filter(|c| {
                let new = *c != last;
                last = *c;
                new
            });
            add(&mut self.buffer, once)
        } else {
            text
        };
        self.word = word;
        let range = |r: (u32, u32)| &self.buffer[r.0 as usize..r.1 as usize];
        let meaning = prior::word(range(text)).or_else(|| prior::word(range(squeezed)));
        let hash = hash_text(0, range(text));
        self.list.push(Token {
            kind: Kind::Word,
            text,
            squeezed,
            hash,
            stretched,
            shouted: shouted && letters == written.len(),
            negated: false,
            repeated: false,
            meaning,
        });
    }

    fn add(&mut self, chars: impl Iterator<Item = char>) -> (u32, u32) {
        add(&mut self.buffer, chars)
    }

    fn push(&mut self, kind: Kind, text: &str, meaning: Option<Weights>) {
        let hash = hash_text(kind as u64, text);
        let text = self.add(text.chars());
        self.list.push(Token {
            kind,
            text,
            squeezed: text,
            hash,
            stretched: false,
            shouted: false,
            negated: false,
            repeated: false,
            meaning,
        });
    }

    fn mark_repeats(&mut self) {
        // A message has few tokens; beyond the first hundred nothing new is said.
        for at in 1..self.list.len() {
            let token = self.list[at];
            let same = |t: &Token| t.hash == token.hash;
            if token.kind != Kind::Mark && (at > 100 || self.list[..at].iter().any(same)) {
                self.list[at].repeated = true;
            }
        }
    }

    fn mark_negations(&mut self) {
        let mut reach = 0;
        for at in 0..self.list.len() {
            let token = self.list[at];
            match token.kind {
                Kind::Word => {
                    let negates = prior::negates(self.text(&token));
                    self.list[at].negated = reach > 0 && !negates;
                    reach = if negates {
                        NEGATION_REACH
                    } else {
                        reach.saturating_sub(1)
                    };
                }
                Kind::Mark => reach = 0,
                _ => {}
            }
        }
    }
}

const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;

/// Takes one more part into a hash.
pub(super) fn mix(hash: u64, part: u64) -> u64 {
    (hash.rotate_left(23) ^ part).wrapping_mul(MULTIPLIER)
}

/// A hash of a text: the same on every machine and in every version, for trained weights lie under it.
pub(super) fn hash_text(seed: u64, text: &str) -> u64 {
    text.bytes().fold(seed, |h, b| mix(h, u64::from(b)))
}

/// [`Token::hash`] of a word.
pub fn hash_of(word: &str) -> u64 {
    hash_text(0, word)
}

fn add(buffer: &mut String, chars: impl Iterator<Item = char>) -> (u32, u32) {
    let start = buffer.len();
    buffer.extend(chars);
    // A message is cut at MAX_CHARS, so its texts are far from four gigabytes.
    (start as u32, buffer.len() as u32)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || unicode::is_combining(c)
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '`')
}

fn next_is_word(chars: &[char], at: usize) -> bool {
    chars.get(at + 1).is_some_and(|c| c.is_alphabetic())
}

/// `[NAME]`, as corpora hide people's names.
fn is_placeholder(chunk: &str) -> bool {
    chunk
        .strip_prefix('[')
        .and_then(|c| c.split_once(']'))
        .is_some_and(|(name, _)| !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase()))
}

fn emoticon_at(chars: &[char], at: usize) -> Option<(usize, Weights)> {
    // `10:0` is a score and `note:Dave` a note.
    if at > 0 && chars[at - 1].is_numeric() {
        return None;
    }
    let mut face = [0_u8; 4 * prior::LONGEST_EMOTICON];
    (2..=prior::LONGEST_EMOTICON.min(chars.len() - at))
        .rev()
        .filter(|len| chars.get(at + len).is_none_or(|c| !c.is_alphanumeric()))
        .find_map(|len| {
            let mut end = 0;
            for c in &chars[at..at + len] {
                end += c.encode_utf8(&mut face[end..]).len();
            }
            let face = std::str::from_utf8(&face[..end]).ok()?;
            Some((len, prior::emoticon(face)?))
        })
}

/// Brings endless spellings to one: `goooool` to `gool`, `hahahaha` to `haha`, `kkkkkk` to `kkk`. Whether anything
/// was stretched.
fn normalise(word: &mut Vec<char>) -> bool {
    if word.len() >= 3 && word.iter().all(|c| *c == word[0]) {
        word.truncate(3);
        return true;
    }
    if word.len() >= 5 && word.iter().zip(&word[2..]).all(|(a, b)| a == b) {
        word.truncate(4);
        return true;
    }
    let mut run = 0;
    let mut last = '\0';
    let mut stretched = false;
    word.retain(|c| {
        run = if *c == last { run + 1 } else { 1 };
        last = *c;
        stretched |= run > 2;
        run <= 2
    });
    stretched
}

//! Cuts a text into the word pieces of BERT's uncased vocabularies, as small transformers want it.

use std::collections::BTreeMap;

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// Longer words are unknown, as in the original.
const LONGEST_WORD: usize = 100;

/// A vocabulary that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VocabularyError {
    /// A piece that every text needs is missing.
    #[error("the vocabulary has no {0}; it must be BERT's vocab.txt, a piece a line")]
    Missing(&'static str),
    /// Too many lines.
    #[error("the vocabulary has more than {0} lines")]
    TooLong(usize),
}

/// The pieces and their numbers.
#[derive(Debug)]
pub struct WordPiece {
    pieces: BTreeMap<String, i32>,
    unknown: i32,
    start: i32,
    end: i32,
}

/// Lines of a vocabulary at most.
const MOST_PIECES: usize = 1 << 20;

impl WordPiece {
    /// Reads `vocab.txt`: the number of a piece is its line, from 0.
    pub fn read(vocabulary: &str) -> Result<Self, VocabularyError> {
        let pieces: BTreeMap<String, i32> = vocabulary
            .lines()
            .take(MOST_PIECES + 1)
            .zip(0..)
            .map(|(piece, number)| (piece.trim_end().to_owned(), number))
            .collect();
        if pieces.len() > MOST_PIECES {
            return Err(VocabularyError::TooLong(MOST_PIECES));
        }
        let number = |piece: &'static str| {
            let found = pieces.get(piece).copied();
            found.ok_or(VocabularyError::Missing(piece))
        };
        Ok(Self {
            unknown: number("[UNK]")?,
            start: number("[CLS]")?,
            end: number("[SEP]")?,
            pieces,
        })
    }

    /// How many pieces there are.
    pub fn len(&self) -> usize {
        self.pieces.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// The numbers of a text's pieces between a start and an end, `most` at most.
    pub fn encode(&self, text: &str, most: usize) -> Vec<i32> {
        let mut numbers = vec![self.start];
        let room = most.saturating_sub(1);
        for word in words(text) {
            self.word(&word, &mut numbers);
            if numbers.len() >= room {
                break;
            }
        }
        numbers.truncate(room.max(1));
        numbers.push(self.end);
        numbers
    }

    /// The longest piece that fits, again and again; a word that does not come out even is unknown.
    fn word(&self, word: &str, numbers: &mut Vec<i32>) {
        if word.chars().count() > LONGEST_WORD {
            numbers.push(self.unknown);
            return;
        }
        let before = numbers.len();
        let mut rest = word;
        let mut piece = String::new();
        while !rest.is_empty() {
            let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8());
            let found = ends.collect::<Vec<_>>().into_iter().rev().find_map(|end| {
                piece.clear();
                if rest.len() < word.len() {
                    piece.push_str("##");
                }
                piece.push_str(&rest[..end]);
                Some((end, *self.pieces.get(&piece)?))
            });
            let Some((end, number)) = found else {
                numbers.truncate(before);
                numbers.push(self.unknown);
                return;
            };
            numbers.push(number);
            rest = &rest[end..];
        }
    }
}

/// Lower case, accents off, marks and Chinese characters each a word of its own.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in text.chars().flat_map(char::to_lowercase).nfd() {
        if c.is_whitespace() {
            words.push(String::new());
        } else if c.is_control() || c == '\u{fffd}' || is_combining_mark(c) {
            // Says nothing.
        } else if is_mark(c) || is_chinese(c) {
            words.push(c.to_string());
            words.push(String::new());
        } else if let Some(word) = words.last_mut() {
            word.push(c);
        }
    }
    words.retain(|w| !w.is_empty());
    words
}

/// ASCII marks, and the punctuation beyond them that people type.
fn is_mark(c: char) -> bool {
    c.is_ascii_punctuation()
        || matches!(u32::from(c), 0xa1 | 0xa7 | 0xab | 0xb6 | 0xb7 | 0xbb | 0xbf | 0x2010..=0x2027 | 0x2030..=0x205e | 0x3001..=0x3003 | 0x3008..=0x3011 | 0xff01..=0xff0f | 0xff1a..=0xff1f)
}

fn is_chinese(c: char) -> bool {
    matches!(u32::from(c), 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x2fa1f)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> WordPiece {
        let pieces = "[PAD]\n[UNK]\n[CLS]\n[SEP]\ngoal\n##s\n!\nun\n##believ\n##able\ncafe\n神\n";
        WordPiece::read(pieces).expect("a vocabulary")
    }

    #[test]
    fn words_are_cut_into_the_longest_pieces() {
        let v = vocabulary();
        assert_eq!(
            v.encode("GOALS!! unbelievable", 20),
            [2, 4, 5, 6, 6, 7, 8, 9, 3]
        );
        assert_eq!(v.encode("Café 神神 goalx", 20), [2, 10, 11, 11, 1, 3]);
        assert_eq!(v.encode("", 20), [2, 3]);
        assert_eq!(v.encode("goal goal goal goal", 4), [2, 4, 4, 3]);
    }

    #[test]
    fn a_list_without_the_special_pieces_is_refused() {
        let error = WordPiece::read("goal\n[UNK]\n").expect_err("refused");
        assert_eq!(error, VocabularyError::Missing("[CLS]"));
    }
}

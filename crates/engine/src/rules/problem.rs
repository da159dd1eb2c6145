//! What is wrong with a rule, and where.

use std::fmt;

/// Something wrong in a file of rules.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, as it was handed in.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// The rule, where it is known.
    pub rule: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: ", self.file, self.line, self.column)?;
        if let Some(rule) = &self.rule {
            write!(f, "rule {rule}: ")?;
        }
        f.write_str(&self.message)?;
        if let Some(help) = &self.help {
            write!(f, " ({help})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}

/// A file's text, to find lines in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lines<'t> {
    file: &'t str,
    text: &'t str,
}

impl<'t> Lines<'t> {
    pub fn new(file: &'t str, text: &'t str) -> Self {
        Self { file, text }
    }

    /// A problem at a byte of the file.
    pub fn problem(&self, at: usize, message: impl Into<String>, help: Option<String>) -> Problem {
        let (line, column) = self.place(at);
        Problem {
            file: self.file.to_owned(),
            line,
            column,
            rule: None,
            message: message.into(),
            help,
        }
    }

    /// Line and column of a byte, from 1.
    pub fn place(&self, at: usize) -> (usize, usize) {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let before = &self.text[..at];
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |i| i + 1);
        (line, self.text[start..at].chars().count() + 1)
    }

    /// Where the byte `offset` of a string value lies that is written from `start` on: behind its opening quotes. Escapes
    /// before it would move it; conditions are best written between single quotes, which have none.
    pub fn inside(&self, start: usize, offset: usize) -> usize {
        let rest = &self.text[start.min(self.text.len())..];
        let quotes = if rest.starts_with("'''") || rest.starts_with("\"\"\"") {
            let after = &rest[3..];
            // A line break right behind the opening quotes does not count.
            3 + usize::from(after.starts_with('\n'))
        } else {
            1
        };
        start + quotes + offset
    }
}

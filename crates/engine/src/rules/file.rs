//! A file of rules, as a producer writes it.

use matchday_event::production::Action;
use serde::Deserialize;
use toml::Spanned;

use super::problem::{Lines, Problem};

/// A file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileSource {
    /// Who wrote it.
    #[serde(default)]
    pub author: Option<String>,
    /// What this version of it is about.
    #[serde(default)]
    pub note: Option<String>,
    /// The rules.
    #[serde(default)]
    pub rule: Vec<Spanned<RuleSource>>,
}

/// A rule.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleSource {
    pub id: Spanned<String>,
    pub title: String,
    pub when: Spanned<String>,
    #[serde(default)]
    pub until: Option<Spanned<String>>,
    #[serde(default)]
    pub after: Option<Spanned<String>>,
    #[serde(default)]
    pub within: Option<Spanned<String>>,
    #[serde(default, rename = "for")]
    pub for_: Option<Spanned<String>>,
    #[serde(default)]
    pub delay: Option<Spanned<String>>,
    #[serde(default)]
    pub sooner: Option<Spanned<String>>,
    #[serde(default)]
    pub lasts: Option<Spanned<String>>,
    #[serde(default)]
    pub leave: Option<Spanned<String>>,
    #[serde(default)]
    pub while_true: bool,
    #[serde(default)]
    pub cooldown: Option<Spanned<String>>,
    #[serde(default)]
    pub once: Option<Once>,
    #[serde(default)]
    pub each: Option<Spanned<String>>,
    #[serde(default)]
    pub confidence: Option<Spanned<f32>>,
    #[serde(default)]
    pub priority: Option<Spanned<u8>>,
    pub action: Spanned<Action>,
    #[serde(default)]
    pub test: Vec<Spanned<CaseSource>>,
}

/// How often a rule may fire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Once {
    /// Once in the whole match.
    Match,
    /// Once in each period.
    Period,
}

impl Once {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Period => "period",
        }
    }
}

/// A test beside a rule.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CaseSource {
    pub name: String,
    pub given: Vec<Spanned<toml::Table>>,
    #[serde(default)]
    pub fires: Vec<Spanned<FireSource>>,
    #[serde(default)]
    pub until: Option<Spanned<String>>,
}

/// What a test expects.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FireSource {
    pub at: Spanned<String>,
    #[serde(default)]
    pub ends: Option<Spanned<String>>,
    #[serde(default)]
    pub key: Option<String>,
}

/// Reads a file; what is wrong with it is told with its place.
pub(super) fn read(name: &str, text: &str) -> Result<FileSource, Problem> {
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |s| s.start);
        let message = error.message().trim().replace('\n', " ");
        Lines::new(name, text).problem(at, message, None)
    })
}

/// A duration such as `300ms`, `1.4s` or `3m`, in microseconds.
pub fn duration_us(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = text.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
    let (number, unit) = text.split_at(digits);
    let number: f64 = number.parse().ok()?;
    let us = match unit.trim() {
        "us" => 1.0,
        "ms" => 1e3,
        "s" => 1e6,
        "m" => 60e6,
        "h" => 3600e6,
        _ => return None,
    };
    let total = (number * us).round();
    (0.0..=86_400e6).contains(&total).then_some(total as i64)
}

/// Microseconds as a person writes them.
pub fn duration_text(us: i64) -> String {
    if us % 60_000_000 == 0 && us != 0 {
        format!("{}m", us / 60_000_000)
    } else if us % 1_000_000 == 0 || us > 1_000_000 {
        format!("{}s", us as f64 / 1e6)
    } else {
        format!("{}ms", us as f64 / 1e3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_people_write_them() {
        assert_eq!(duration_us("300ms"), Some(300_000));
        assert_eq!(duration_us("1.4s"), Some(1_400_000));
        assert_eq!(duration_us("3m"), Some(180_000_000));
        assert_eq!(duration_us("0.25 s"), Some(250_000));
        for wrong in ["", "3", "s", "1.4 parsec", "-1s", "1..2s", "25h"] {
            assert_eq!(duration_us(wrong), None, "{wrong}");
        }
        for text in ["300ms", "1.4s", "3m", "25s"] {
            assert_eq!(duration_text(duration_us(text).expect("a duration")), text);
        }
    }
}

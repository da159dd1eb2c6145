//! Labelled messages: one a line, the label, a tab, the text.

use std::collections::BTreeMap;

use super::Emotion;

/// A labelled message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    /// Line of the file, from 1.
    pub line: usize,
    /// The label.
    pub emotion: Emotion,
    /// The message.
    pub text: String,
}

/// A line that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LabelledError {
    /// No tab.
    #[error("line {line}: no tab between label and text")]
    Tab {
        /// Line, from 1.
        line: usize,
    },
    /// A label that is not known.
    #[error(
        "line {line}: label {label:?} is none of joy, rage, surprise, neutral nor 0 to 3; say what it stands for with \
         --label {label}=joy, or leave its lines out with --label {label}=none"
    )]
    Label {
        /// Line, from 1.
        line: usize,
        /// What stood there.
        label: String,
    },
    /// Nothing to score.
    #[error("no labelled line")]
    Empty,
}

/// What labels stand for besides the names and numbers that are known; `None` leaves their lines out.
pub type Labels = BTreeMap<String, Option<Emotion>>;

/// The feeling that a label names: by its name or one in common use, or by its number, 0 to 3 for joy, rage, surprise
/// and neutral.
pub fn emotion(label: &str) -> Option<Emotion> {
    Some(match label.to_ascii_lowercase().as_str() {
        "joy" | "0" | "happy" | "happiness" | "positive" => Emotion::Joy,
        "rage" | "1" | "anger" | "angry" | "negative" => Emotion::Rage,
        "surprise" | "2" | "surprised" => Emotion::Surprise,
        "neutral" | "3" => Emotion::Neutral,
        _ => return None,
    })
}

/// Reads a file's text. Lines without anything on them are passed over.
pub fn read(text: &str, labels: &Labels) -> Result<Vec<Labelled>, LabelledError> {
    let mut rows = Vec::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (line, content) in (1..).zip(text.lines()) {
        if content.trim().is_empty() {
            continue;
        }
        let (label, message) = content
            .split_once('\t')
            .ok_or(LabelledError::Tab { line })?;
        let label = label.trim();
        let emotion = match labels.get(label) {
            Some(Some(emotion)) => *emotion,
            Some(None) => continue,
            None => emotion(label).ok_or_else(|| LabelledError::Label {
                line,
                label: label.chars().take(40).collect(),
            })?,
        };
        rows.push(Labelled {
            line,
            emotion,
            text: message.to_owned(),
        });
    }
    if rows.is_empty() {
        return Err(LabelledError::Empty);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_names_or_numbers_or_what_one_says_they_are() {
        let labels = Labels::from([
            ("sad".to_owned(), None),
            ("9".to_owned(), Some(Emotion::Joy)),
        ]);
        let text = "joy\tyes\r\n1\tno\n\nsad\twhy\n9\tnine\tand a tab\nNeutral\t";
        let rows = read(text, &labels).expect("reads");
        let got: Vec<_> = rows
            .iter()
            .map(|r| (r.line, r.emotion, r.text.as_str()))
            .collect();
        assert_eq!(
            got,
            [
                (1, Emotion::Joy, "yes"),
                (2, Emotion::Rage, "no"),
                (5, Emotion::Joy, "nine\tand a tab"),
                (6, Emotion::Neutral, ""),
            ]
        );
    }

    #[test]
    fn a_line_that_cannot_be_used_is_told_by_its_number() {
        let told = |text| read(text, &Labels::new()).expect_err("refused").to_string();
        assert_eq!(
            told("joy\ta\njoy b"),
            "line 2: no tab between label and text"
        );
        let error = told("joy\ta\n\ngloom\tb");
        assert!(
            error.starts_with("line 3: label \"gloom\"") && error.contains("--label gloom=none"),
            "{error}"
        );
        assert_eq!(told("\n \n"), "no labelled line");
    }
}

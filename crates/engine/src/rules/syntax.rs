//! What the parser of conditions says, in words of rules.

use super::compile::Wrong;

/// A syntax error, told in the parser's words without its picture: the file's line is shown beside it.
pub(super) fn syntax(source: &str, errors: &cel::ParseErrors) -> Wrong {
    let Some(first) = errors.errors.first() else {
        return Wrong {
            offset: 0,
            message: "the condition cannot be read".into(),
            help: None,
        };
    };
    let (line, column) = first.pos;
    let before: usize = source
        .split_inclusive('\n')
        .take(usize::try_from(line - 1).unwrap_or(0))
        .map(str::len)
        .sum();
    let offset = (before + usize::try_from(column - 1).unwrap_or(0)).min(source.len());
    let (message, help) = plain(first.msg.trim(), source);
    Wrong {
        offset,
        message,
        help: help.map(str::to_owned),
    }
}

/// What the parser says in words of its grammar, in words of a rule.
fn plain(message: &str, source: &str) -> (String, Option<&'static str>) {
    let quoted = message.split('\'').nth(1).unwrap_or_default().trim();
    if message.contains("Recursion limit") {
        (
            "too many brackets within brackets".into(),
            Some("split it into several rules, with a mark between them"),
        )
    } else if message.contains("missing ')'") {
        ("a bracket is never closed".into(), Some("add a )"))
    } else if quoted == "<EOF>" {
        let what = if source.trim().is_empty() {
            "the condition is empty"
        } else {
            "the condition ends where more must come"
        };
        (what.into(), Some("such as chat.joy > 0.72"))
    } else if quoted.starts_with('=') {
        (
            "a single = compares nothing".into(),
            Some("two values are compared with =="),
        )
    } else {
        let help = match quoted.to_ascii_lowercase().as_str() {
            "and" => "and is written &&",
            "or" => "or is written ||",
            "not" => "not is written !",
            _ => "conditions are written in CEL, such as chat.joy > 0.72 && play.kind == \"goal\"",
        };
        (format!("{quoted:?} does not fit here"), Some(help))
    }
}

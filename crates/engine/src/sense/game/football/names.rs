use matchday_event::{GameInfo, Side};

/// The teams as a play's sentence may name them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Names {
    forms: Vec<(String, Side)>,
}

impl Names {
    /// Abbreviation, key and full name of both sides, the longest first.
    pub fn new(info: Option<&GameInfo>) -> Self {
        let mut forms = Vec::new();
        if let Some(info) = info {
            for (team, side) in [(&info.home, Side::Home), (&info.away, Side::Away)] {
                for form in [&team.abbr, &team.id, &team.name] {
                    if form.len() >= 2 && !form.bytes().all(|b| b.is_ascii_digit()) {
                        forms.push((form.to_ascii_uppercase(), side));
                    }
                }
            }
        }
        forms.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        forms.dedup_by(|a, b| a.0 == b.0);
        Self { forms }
    }

    /// The side named first in a piece of text; the longer name where two begin at one place.
    pub fn first_in(&self, text: &str) -> Option<Side> {
        let bytes = text.as_bytes();
        let word = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
        (0..bytes.len())
            .filter(|&at| bytes[at].is_ascii_alphabetic() && !(at > 0 && word(bytes.get(at - 1))))
            .find_map(|at| {
                self.forms.iter().find_map(|(form, side)| {
                    let end = at + form.len();
                    let same = bytes.get(at..end)?.eq_ignore_ascii_case(form.as_bytes());
                    (same && !word(bytes.get(end))).then_some(*side)
                })
            })
    }
}

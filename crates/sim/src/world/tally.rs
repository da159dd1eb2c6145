//! How well what was told fits spans of the truth.

use std::collections::BTreeMap;

pub use super::sound::KindScore;

/// A span of the truth in which something may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Milliseconds from kick-off at which it truly began: delays count from here.
    pub onset_ms: i64,
    /// It is found if it is told from here on,
    pub from_ms: i64,
    /// and until here.
    pub to_ms: i64,
    /// Whether it had to be found. Otherwise it may be told or not.
    pub must: bool,
}

/// Compares times of what was told, in milliseconds from kick-off, with the truth. Each span is found by the first that
/// falls into it; a second one in the same span is a repetition and not wrong.
pub fn tally(spans: &[Span], told_ms: &[i64]) -> KindScore {
    let mut out = KindScore::default();
    let mut taken = vec![false; spans.len()];
    for at in told_ms {
        out.told += 1;
        let inside = |s: &Span| (s.from_ms..=s.to_ms).contains(at);
        match (0..spans.len()).find(|i| !taken[*i] && inside(&spans[*i])) {
            Some(i) => {
                taken[i] = true;
                if spans[i].must {
                    out.delays_ms.push(at - spans[i].onset_ms);
                }
            }
            None => out.wrong += usize::from(!spans.iter().any(inside)),
        }
    }
    for (span, taken) in spans.iter().zip(taken) {
        if span.must {
            out.must += 1;
            out.found += usize::from(taken);
        }
    }
    out
}

/// The same for things of several kinds or people: what is told of one finds only what is true of the same.
pub fn tally_by<K: Ord>(spans: Vec<(K, Span)>, told_ms: Vec<(K, i64)>) -> KindScore {
    let mut by: BTreeMap<K, (Vec<Span>, Vec<i64>)> = BTreeMap::new();
    for (key, span) in spans {
        by.entry(key).or_default().0.push(span);
    }
    for (key, at) in told_ms {
        by.entry(key).or_default().1.push(at);
    }
    let mut out = KindScore::default();
    for (spans, told) in by.values() {
        out.add(&tally(spans, told));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn found_missed_repeated_and_wrong() {
        let span = |at, must| Span {
            onset_ms: at,
            from_ms: at - 10,
            to_ms: at + 100,
            must,
        };
        let spans = [span(1000, true), span(5000, true), span(9000, false)];
        let score = tally(&spans, &[1030, 1090, 3000, 9050]);
        assert_eq!(
            (score.must, score.found, score.told, score.wrong),
            (2, 1, 4, 1)
        );
        assert_eq!(score.delays_ms, [30]);
    }
}

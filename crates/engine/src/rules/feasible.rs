//! Whether a condition can be true at all, by the values that its names can have.

use std::{collections::BTreeMap, sync::Arc};

use super::expr::{Bool, Cmp, Num, Ref, Text};

/// A condition that comes to more alternatives than this is not looked into.
const MAX_TERMS: usize = 256;

/// Whether all of them can be true at once. `true` where it cannot be told.
pub fn feasible(conditions: &[&Bool]) -> bool {
    let mut terms: Vec<Term<'_>> = vec![Term::default()];
    for condition in conditions {
        let Some(next) = and(terms, condition, true) else {
            return true;
        };
        terms = next;
    }
    !terms.is_empty()
}

/// Whether one can be false while all the others are true.
pub fn can_fail(condition: &Bool, while_true: &[&Bool]) -> bool {
    let not = Bool::Not(Box::new(condition.clone()));
    let mut all = while_true.to_vec();
    all.push(&not);
    feasible(&all)
}

/// What must hold of each name in one alternative.
#[derive(Debug, Clone, Default)]
struct Term<'e> {
    numbers: BTreeMap<Ref, Span>,
    words: BTreeMap<Ref, Words<'e>>,
    truths: BTreeMap<Ref, bool>,
}

/// The numbers from one to another, each end in or out.
#[derive(Debug, Clone, Copy)]
struct Span {
    low: f64,
    low_in: bool,
    high: f64,
    high_in: bool,
    whole: bool,
}

impl Span {
    fn of(at: Ref) -> Self {
        let field = &at.topic.get().fields[usize::from(at.field)];
        let (low, high) = field.range.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
        Self {
            low,
            low_in: true,
            high,
            high_in: true,
            whole: field.ty == super::value::Type::Int,
        }
    }

    fn narrow(&mut self, cmp: Cmp, n: f64) {
        match cmp {
            Cmp::Gt | Cmp::Ge => {
                let open = cmp == Cmp::Gt;
                if n > self.low || (n == self.low && open) {
                    (self.low, self.low_in) = (n, !open);
                }
            }
            Cmp::Lt | Cmp::Le => {
                let open = cmp == Cmp::Lt;
                if n < self.high || (n == self.high && open) {
                    (self.high, self.high_in) = (n, !open);
                }
            }
            Cmp::Eq => {
                self.narrow(Cmp::Ge, n);
                self.narrow(Cmp::Le, n);
            }
            // One number less leaves most of them.
            Cmp::Ne => {
                if self.low == n && self.high == n {
                    self.low_in = false;
                }
            }
        }
    }

    fn is_empty(self) -> bool {
        let (mut low, mut high) = (self.low, self.high);
        let (mut low_in, mut high_in) = (self.low_in, self.high_in);
        if self.whole {
            if low.is_finite() {
                low = if low_in {
                    low.ceil()
                } else {
                    low.floor() + 1.0
                };
                low_in = true;
            }
            if high.is_finite() {
                high = if high_in {
                    high.floor()
                } else {
                    high.ceil() - 1.0
                };
                high_in = true;
            }
        }
        low > high || (low == high && !(low_in && high_in))
    }
}

/// The words that a text may be: one of these, and none of those.
#[derive(Debug, Clone, Default)]
struct Words<'e> {
    only: Option<Vec<&'e str>>,
    never: Vec<&'e str>,
}

impl<'e> Words<'e> {
    fn keep(&mut self, words: &[&'e str]) {
        match &mut self.only {
            Some(only) => only.retain(|w| words.contains(w)),
            None => self.only = Some(words.to_vec()),
        }
    }

    fn is_empty(&self, at: Ref) -> bool {
        let known = at.topic.get().fields[usize::from(at.field)].words;
        match &self.only {
            Some(only) => only.iter().all(|w| self.never.contains(w)),
            None => !known.is_empty() && known.iter().all(|w| self.never.contains(w)),
        }
    }
}

/// Every term with a condition (or its opposite) added; terms that cannot be are left out. `None` if there are too many.
fn and<'e>(terms: Vec<Term<'e>>, condition: &'e Bool, wanted: bool) -> Option<Vec<Term<'e>>> {
    match (condition, wanted) {
        (Bool::Const(b), _) => Some(if *b == wanted { terms } else { Vec::new() }),
        (Bool::Not(inner), _) => and(terms, inner, !wanted),
        (Bool::And(parts), true) | (Bool::Or(parts), false) => parts
            .iter()
            .try_fold(terms, |terms, part| and(terms, part, wanted)),
        (Bool::Or(parts), true) | (Bool::And(parts), false) => {
            let mut out = Vec::new();
            for part in parts {
                out.extend(and(terms.clone(), part, wanted)?);
                if out.len() > MAX_TERMS {
                    return None;
                }
            }
            Some(out)
        }
        _ => Some(
            terms
                .into_iter()
                .filter_map(|term| leaf(term, condition, wanted))
                .collect(),
        ),
    }
}

fn leaf<'e>(mut term: Term<'e>, condition: &'e Bool, wanted: bool) -> Option<Term<'e>> {
    let can_be = match condition {
        Bool::Slot(at) => *term.truths.entry(*at).or_insert(wanted) == wanted,
        Bool::Against(at, cmp, n) => {
            let span = term.numbers.entry(*at).or_insert_with(|| Span::of(*at));
            span.narrow(if wanted { *cmp } else { cmp.not() }, *n);
            !span.is_empty()
        }
        Bool::Is(at, word) => words(&mut term, *at, &[word], wanted),
        Bool::OneOf(Text::Slot(at), list) => {
            let list: Vec<&str> = list.iter().map(|w: &Arc<str>| &**w).collect();
            words(&mut term, *at, &list, wanted)
        }
        Bool::Among(Num::Slot(at), list) if wanted => {
            let span = term.numbers.entry(*at).or_insert_with(|| Span::of(*at));
            list.iter().any(|n| {
                let mut one = *span;
                one.narrow(Cmp::Eq, *n);
                !one.is_empty()
            })
        }
        // Of the rest nothing is known beforehand.
        _ => true,
    };
    can_be.then_some(term)
}

fn words<'e>(term: &mut Term<'e>, at: Ref, list: &[&'e str], wanted: bool) -> bool {
    let words = term.words.entry(at).or_default();
    if wanted {
        words.keep(list);
    } else {
        words.never.extend(list);
    }
    !words.is_empty(at)
}

//! What other rules would have decided differently, and why.

use std::{collections::BTreeMap, sync::Arc};

use matchday_event::{
    EventTime,
    production::{Action, Cut, CutReason, Decided, Fired, Frame},
};
use serde::Serialize;

use super::director::OnAir;
use crate::rules::{RuleDiff, RuleSet, diff};

/// Something that would have been decided otherwise.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// When, by the earlier of both.
    pub at: EventTime,
    /// What differs.
    #[serde(flatten)]
    pub what: Differs,
    /// Why, by the rules.
    pub why: String,
}

/// What differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "differs", rename_all = "snake_case")]
pub enum Differs {
    /// A rule fires with the one set, or with both in different ways.
    Fired {
        /// Which rule.
        rule: Arc<str>,
        /// With the first set.
        a: Option<Fired>,
        /// With the second.
        b: Option<Fired>,
    },
    /// The camera on air is another from a frame on.
    Cut {
        /// Which frame.
        frame: Frame,
        /// The cut with the first set, if it has one there.
        a: Option<Cut>,
        /// With the second.
        b: Option<Cut>,
    },
}

/// What two sets made of the same match.
pub fn compare(a: (&RuleSet, &[Decided]), b: (&RuleSet, &[Decided])) -> Vec<Difference> {
    let changed: BTreeMap<String, RuleDiff> = diff(a.0, b.0)
        .into_iter()
        .map(|d| (d.rule().to_owned(), d))
        .collect();
    let mut out = fired(a.1, b.1, &changed);
    out.extend(cuts(a.1, b.1, &changed));
    out.sort_by_key(|d| (d.at, matches!(d.what, Differs::Cut { .. })));
    out
}

/// A rule's firings are told apart by rule, source and the time of what made it true.
type Firing<'f> = (Arc<str>, Option<Arc<str>>, EventTime);

fn firings(decided: &[Decided]) -> BTreeMap<Firing<'_>, &Fired> {
    decided
        .iter()
        .filter_map(|d| match d {
            Decided::Fired(f) if !matches!(f.action, Action::Mark { .. }) => {
                Some(((f.rule.clone(), f.key.clone(), f.at), f))
            }
            _ => None,
        })
        .collect()
}

fn fired(a: &[Decided], b: &[Decided], changed: &BTreeMap<String, RuleDiff>) -> Vec<Difference> {
    let (a, b) = (firings(a), firings(b));
    let mut keys: Vec<_> = a.keys().chain(b.keys()).collect();
    keys.sort();
    keys.dedup();
    keys.into_iter()
        .filter_map(|key| {
            let (x, y) = (a.get(key), b.get(key));
            if x == y {
                return None;
            }
            Some(Difference {
                at: key.2,
                why: reason(&key.0, changed),
                what: Differs::Fired {
                    rule: key.0.clone(),
                    a: x.map(|f| (*f).clone()),
                    b: y.map(|f| (*f).clone()),
                },
            })
        })
        .collect()
}

fn reason(rule: &str, changed: &BTreeMap<String, RuleDiff>) -> String {
    match changed.get(rule) {
        Some(RuleDiff::Added { .. }) => format!("{rule} is in the second set alone"),
        Some(RuleDiff::Removed { .. }) => format!("{rule} is in the first set alone"),
        Some(RuleDiff::Changed { fields, .. }) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|f| {
                    let show =
                        |v: &Option<String>| v.clone().unwrap_or_else(|| "not said".to_owned());
                    format!("{}: {} -> {}", f.field, show(&f.before), show(&f.after))
                })
                .collect();
            format!("{rule} was changed, {}", fields.join("; "))
        }
        None => format!("{rule} is the same in both: what it waits for came otherwise"),
    }
}

fn on_air(decided: &[Decided]) -> BTreeMap<Frame, Cut> {
    let cuts: OnAir = decided
        .iter()
        .filter_map(|d| match d {
            Decided::Cut(cut) => Some(cut.clone()),
            _ => None,
        })
        .collect();
    cuts.into_cuts().into_iter().map(|c| (c.frame, c)).collect()
}

fn cuts(a: &[Decided], b: &[Decided], changed: &BTreeMap<String, RuleDiff>) -> Vec<Difference> {
    let (a, b) = (on_air(a), on_air(b));
    let mut frames: Vec<Frame> = a.keys().chain(b.keys()).copied().collect();
    frames.sort_unstable();
    frames.dedup();
    frames
        .into_iter()
        .filter_map(|frame| {
            let (x, y) = (a.get(&frame), b.get(&frame));
            let shot = |c: Option<&Cut>| c.map(|c| c.shot.clone());
            if shot(x) == shot(y) {
                return None;
            }
            let cut = y.or(x)?;
            Some(Difference {
                at: cut.at,
                why: cut_reason(x, y, changed),
                what: Differs::Cut {
                    frame,
                    a: x.cloned(),
                    b: y.cloned(),
                },
            })
        })
        .collect()
}

/// The rule behind the one cut or the other that was changed; otherwise what stood in the way.
fn cut_reason(a: Option<&Cut>, b: Option<&Cut>, changed: &BTreeMap<String, RuleDiff>) -> String {
    for cut in [b, a].into_iter().flatten() {
        for rule in cut.rule.iter().chain(&cut.over) {
            if changed.contains_key(&**rule) {
                return reason(rule, changed);
            }
        }
    }
    match b.or(a) {
        Some(cut) if cut.reason == CutReason::Return => {
            "a shot before it ended otherwise".to_owned()
        }
        _ => "what was on air before it was another".to_owned(),
    }
}

//! Conditions as they are evaluated: typed, with names turned into places, and without anything to allocate.
//!
//! A value that is not known makes what depends on it unknown. `&&` and `||` go on without it where the other side
//! decides, as CEL lays down for errors; a condition that is unknown is not true.

use std::{cmp::Ordering, sync::Arc};

use super::{names::TopicId, value::Slot};

/// Where a name's value lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ref {
    /// The topic.
    pub topic: TopicId,
    /// The field's place in it.
    pub field: u8,
}

impl Ref {
    /// As it is written in a rule.
    pub fn name(self) -> String {
        let topic = self.topic.get();
        format!(
            "{}.{}",
            topic.name,
            topic.fields[usize::from(self.field)].name
        )
    }
}

/// What names stand for just now.
pub trait View {
    /// The value of a name.
    fn slot(&self, at: Ref) -> &Slot;
}

/// How two values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cmp {
    /// Less.
    Lt,
    /// Less or equal.
    Le,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
}

impl Cmp {
    fn holds(self, order: Option<Ordering>) -> bool {
        match (self, order) {
            (Self::Lt, Some(o)) => o.is_lt(),
            (Self::Le, Some(o)) => o.is_le(),
            (Self::Gt, Some(o)) => o.is_gt(),
            (Self::Ge, Some(o)) => o.is_ge(),
            (Self::Eq, Some(o)) => o.is_eq(),
            (Self::Ne, Some(o)) => o.is_ne(),
            // Something is no number.
            (Self::Ne, None) => true,
            (_, None) => false,
        }
    }

    /// What holds exactly where this does not.
    #[must_use]
    pub fn not(self) -> Self {
        match self {
            Self::Lt => Self::Ge,
            Self::Le => Self::Gt,
            Self::Gt => Self::Le,
            Self::Ge => Self::Lt,
            Self::Eq => Self::Ne,
            Self::Ne => Self::Eq,
        }
    }

    /// What holds of `b, a` where this holds of `a, b`.
    #[must_use]
    pub fn turned(self) -> Self {
        match self {
            Self::Lt => Self::Gt,
            Self::Le => Self::Ge,
            Self::Gt => Self::Lt,
            Self::Ge => Self::Le,
            Self::Eq | Self::Ne => self,
        }
    }
}

/// Arithmetic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Arith {
    /// Sum.
    Add,
    /// Difference.
    Sub,
    /// Product.
    Mul,
    /// Quotient; of whole numbers without the rest.
    Div,
    /// Rest of whole numbers.
    Rem,
}

/// Tests of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TextTest {
    /// One begins with the other.
    StartsWith,
    /// One ends with the other.
    EndsWith,
    /// One holds the other.
    Contains,
}

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Bool {
    /// Known beforehand.
    Const(bool),
    /// A name.
    Slot(Ref),
    /// Not.
    Not(Box<Bool>),
    /// All.
    And(Box<[Bool]>),
    /// Any.
    Or(Box<[Bool]>),
    /// A name against a number: by far the most frequent condition.
    Against(Ref, Cmp, f64),
    /// Two numbers.
    Numbers(Cmp, Box<(Num, Num)>),
    /// A name against a word.
    Is(Ref, Arc<str>),
    /// Two texts, by Unicode code points.
    Texts(Cmp, Box<(Text, Text)>),
    /// Two conditions.
    Same(Box<(Bool, Bool)>),
    /// A text among others.
    OneOf(Text, Box<[Arc<str>]>),
    /// A number among others.
    Among(Num, Box<[f64]>),
    /// A test of text.
    Test(TextTest, Box<(Text, Text)>),
    /// Whether a name has a value.
    Has(Ref),
    /// One of two, by a third.
    If(Box<(Bool, Bool, Bool)>),
}

/// A number.
#[derive(Debug, Clone, PartialEq)]
pub enum Num {
    /// Known beforehand.
    Const(f64),
    /// A name.
    Slot(Ref),
    /// Less than nothing by as much.
    Neg(Box<Num>),
    /// Arithmetic; of whole numbers where the flag says so.
    Do(Arith, bool, Box<(Num, Num)>),
    /// Length of a text in code points.
    Size(Box<Text>),
    /// A whole number as a double, or the whole part of a double.
    Whole(Box<Num>),
    /// One of two.
    If(Box<(Bool, Num, Num)>),
}

/// A text.
#[derive(Debug, Clone, PartialEq)]
pub enum Text {
    /// Known beforehand.
    Const(Arc<str>),
    /// A name.
    Slot(Ref),
    /// One of two.
    If(Box<(Bool, Text, Text)>),
}

impl Bool {
    /// Whether it holds; `None` where too little is known.
    pub fn eval(&self, view: &impl View) -> Option<bool> {
        match self {
            Self::Const(b) => Some(*b),
            Self::Slot(at) => view.slot(*at).bool(),
            Self::Not(inner) => inner.eval(view).map(|b| !b),
            Self::And(all) => {
                let mut known = true;
                for one in all {
                    match one.eval(view) {
                        Some(false) => return Some(false),
                        Some(true) => {}
                        None => known = false,
                    }
                }
                known.then_some(true)
            }
            Self::Or(any) => {
                let mut known = true;
                for one in any {
                    match one.eval(view) {
                        Some(true) => return Some(true),
                        Some(false) => {}
                        None => known = false,
                    }
                }
                known.then_some(false)
            }
            Self::Against(at, cmp, n) => {
                let value = view.slot(*at).num()?;
                Some(cmp.holds(value.partial_cmp(n)))
            }
            Self::Numbers(cmp, pair) => {
                let (a, b) = (pair.0.eval(view)?, pair.1.eval(view)?);
                Some(cmp.holds(a.partial_cmp(&b)))
            }
            Self::Is(at, word) => Some(view.slot(*at).text()? == &**word),
            Self::Texts(cmp, pair) => {
                let (a, b) = (pair.0.eval(view)?, pair.1.eval(view)?);
                Some(cmp.holds(Some(a.cmp(b))))
            }
            Self::Same(pair) => Some(pair.0.eval(view)? == pair.1.eval(view)?),
            Self::OneOf(text, words) => {
                let text = text.eval(view)?;
                Some(words.iter().any(|w| &**w == text))
            }
            Self::Among(n, others) => {
                let n = n.eval(view)?;
                Some(others.contains(&n))
            }
            Self::Test(test, pair) => {
                let (a, b) = (pair.0.eval(view)?, pair.1.eval(view)?);
                Some(match test {
                    TextTest::StartsWith => a.starts_with(b),
                    TextTest::EndsWith => a.ends_with(b),
                    TextTest::Contains => a.contains(b),
                })
            }
            Self::Has(at) => Some(*view.slot(*at) != Slot::Unknown),
            Self::If(parts) => {
                if parts.0.eval(view)? {
                    parts.1.eval(view)
                } else {
                    parts.2.eval(view)
                }
            }
        }
    }

    /// Calls for each name in it.
    pub fn names(&self, each: &mut impl FnMut(Ref)) {
        match self {
            Self::Const(_) => {}
            Self::Slot(at) | Self::Against(at, ..) | Self::Is(at, _) | Self::Has(at) => each(*at),
            Self::Not(inner) => inner.names(each),
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|p| p.names(each)),
            Self::Numbers(_, pair) => {
                pair.0.names(each);
                pair.1.names(each);
            }
            Self::Texts(_, pair) | Self::Test(_, pair) => {
                pair.0.names(each);
                pair.1.names(each);
            }
            Self::Same(pair) => {
                pair.0.names(each);
                pair.1.names(each);
            }
            Self::OneOf(text, _) => text.names(each),
            Self::Among(n, _) => n.names(each),
            Self::If(parts) => {
                parts.0.names(each);
                parts.1.names(each);
                parts.2.names(each);
            }
        }
    }
}

impl Num {
    fn eval(&self, view: &impl View) -> Option<f64> {
        match self {
            Self::Const(n) => Some(*n),
            Self::Slot(at) => view.slot(*at).num(),
            Self::Neg(inner) => inner.eval(view).map(|n| -n),
            Self::Do(what, whole, pair) => {
                let (a, b) = (pair.0.eval(view)?, pair.1.eval(view)?);
                match (what, whole) {
                    (Arith::Add, _) => Some(a + b),
                    (Arith::Sub, _) => Some(a - b),
                    (Arith::Mul, _) => Some(a * b),
                    (Arith::Div, false) => Some(a / b),
                    (Arith::Div, true) => (b != 0.0).then(|| (a / b).trunc()),
                    (Arith::Rem, _) => (b != 0.0).then(|| a % b),
                }
            }
            Self::Size(text) => text.eval(view).map(|t| t.chars().count() as f64),
            Self::Whole(inner) => inner.eval(view).map(f64::trunc),
            Self::If(parts) => {
                if parts.0.eval(view)? {
                    parts.1.eval(view)
                } else {
                    parts.2.eval(view)
                }
            }
        }
    }

    fn names(&self, each: &mut impl FnMut(Ref)) {
        match self {
            Self::Const(_) => {}
            Self::Slot(at) => each(*at),
            Self::Neg(inner) | Self::Whole(inner) => inner.names(each),
            Self::Do(_, _, pair) => {
                pair.0.names(each);
                pair.1.names(each);
            }
            Self::Size(text) => text.names(each),
            Self::If(parts) => {
                parts.0.names(each);
                parts.1.names(each);
                parts.2.names(each);
            }
        }
    }
}

impl Text {
    fn eval<'v>(&'v self, view: &'v impl View) -> Option<&'v str> {
        match self {
            Self::Const(text) => Some(text),
            Self::Slot(at) => view.slot(*at).text(),
            Self::If(parts) => {
                if parts.0.eval(view)? {
                    parts.1.eval(view)
                } else {
                    parts.2.eval(view)
                }
            }
        }
    }

    fn names(&self, each: &mut impl FnMut(Ref)) {
        match self {
            Self::Const(_) => {}
            Self::Slot(at) => each(*at),
            Self::If(parts) => {
                parts.0.names(each);
                parts.1.names(each);
                parts.2.names(each);
            }
        }
    }
}

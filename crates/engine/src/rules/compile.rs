//! From the text of a condition to what is evaluated. The `cel` crate parses; types and names are checked here, so that
//! a rule that cannot work is refused when it is loaded and not found out on the day.

use std::sync::Arc;

use cel::{
    IdedExpr,
    common::ast::{Expr, LiteralValue, SourceInfo, operators as op},
    parser::Parser,
};

use super::{
    expr::{Arith, Bool, Cmp, Num, Ref, Text, TextTest},
    names::{TOPICS, TopicId, nearest},
    syntax::syntax,
    value::Type,
};

/// What is wrong with a condition, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Wrong {
    /// Byte in the condition's text.
    pub offset: usize,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// Conditions longer than this are no conditions.
const MAX_BYTES: usize = 4_096;
/// Brackets in brackets.
const MAX_DEPTH: u16 = 64;
/// The whole numbers that a double holds without loss.
const MAX_WHOLE: i64 = 1 << 53;

/// Compiles a condition.
pub fn compile(source: &str) -> Result<Bool, Wrong> {
    if source.len() > MAX_BYTES {
        return Err(Wrong {
            offset: 0,
            message: format!(
                "the condition has {} bytes, at most {MAX_BYTES} are read",
                source.len()
            ),
            help: Some("split it into several rules, with a mark between them".into()),
        });
    }
    let parsed = Parser::new()
        .max_recursion_depth(MAX_DEPTH)
        .parse_with_source_info(source);
    let (ast, info) = parsed.map_err(|errors| syntax(source, &errors))?;
    let compiler = Compiler {
        source,
        info: &info,
    };
    match compiler.expr(&ast)? {
        Typed::Bool(condition) => Ok(condition),
        other => Err(compiler.wrong(
            &ast,
            format!(
                "a condition must be true or false, and this is a {}",
                other.ty().as_str()
            ),
            None,
        )),
    }
}

enum Typed {
    Bool(Bool),
    Num(Num, bool),
    Text(Text),
    Texts(Vec<Arc<str>>),
    Nums(Vec<f64>),
}

impl Typed {
    fn ty(&self) -> Type {
        match self {
            Self::Bool(_) => Type::Bool,
            Self::Num(_, true) => Type::Int,
            Self::Num(_, false) => Type::Double,
            Self::Text(_) => Type::Text,
            Self::Texts(_) => Type::Texts,
            Self::Nums(_) => Type::Numbers,
        }
    }
}

struct Compiler<'s> {
    source: &'s str,
    info: &'s SourceInfo,
}

impl Compiler<'_> {
    fn wrong(&self, at: &IdedExpr, message: impl Into<String>, help: Option<String>) -> Wrong {
        let chars = self
            .info
            .offset_for(at.id)
            .map_or(0, |(start, _)| start as usize);
        let offset = self
            .source
            .char_indices()
            .nth(chars)
            .map_or(0, |(byte, _)| byte);
        Wrong {
            offset,
            message: message.into(),
            help,
        }
    }

    fn expr(&self, e: &IdedExpr) -> Result<Typed, Wrong> {
        match &e.expr {
            Expr::Literal(value) => self.literal(e, value),
            Expr::Select(select) => {
                let at = self.name(e, &select.operand, &select.field)?;
                Ok(if select.test {
                    Typed::Bool(Bool::Has(at))
                } else {
                    typed(at)
                })
            }
            Expr::Ident(name) => Err(self.bare(e, name)),
            Expr::List(list) => self.list(e, &list.elements),
            Expr::Call(call) => match &call.target {
                Some(target) => self.method(e, &call.func_name, target, &call.args),
                None => self.call(e, &call.func_name, &call.args),
            },
            Expr::Comprehension(_) => Err(self.wrong(
                e,
                "all(), exists(), map() and filter() have nothing to go over here",
                Some(
                    "a rule with `each` looks at every room, microphone or cluster by itself"
                        .into(),
                ),
            )),
            Expr::Map(_) | Expr::Struct(_) | Expr::Unspecified => {
                Err(self.wrong(e, "maps and messages have no place in a condition", None))
            }
        }
    }

    /// A name without a point in it.
    fn bare(&self, e: &IdedExpr, name: &str) -> Wrong {
        if let Some(topic) = TopicId::of(name) {
            let first = topic.get().fields.first().map_or("", |f| f.name);
            return self.wrong(
                e,
                format!("{name} is a topic, and not a value"),
                Some(format!("say which of its fields, such as {name}.{first}")),
            );
        }
        let field = TOPICS
            .iter()
            .find_map(|t| t.fields.iter().find(|f| f.name == name).map(|_| t.name));
        let help = match field {
            Some(topic) => Some(format!("did you mean {topic}.{name}?")),
            None => Some(format!(
                "a text is written \"{name}\"; `matchday rules names` lists the names"
            )),
        };
        self.wrong(e, format!("nothing is called {name}"), help)
    }

    fn name(&self, e: &IdedExpr, operand: &IdedExpr, field: &str) -> Result<Ref, Wrong> {
        let Expr::Ident(topic_name) = &operand.expr else {
            return Err(self.wrong(
                e,
                "a name is a topic, a point and a field",
                Some("such as chat.joy".into()),
            ));
        };
        let Some(topic) = TopicId::of(topic_name) else {
            let help = nearest(topic_name, TOPICS.iter().map(|t| t.name))
                .map(|n| format!("did you mean {n}.{field}?"))
                .unwrap_or_else(|| "`matchday rules names` lists the topics".into());
            return Err(self.wrong(
                operand,
                format!("there is no topic {topic_name}"),
                Some(help),
            ));
        };
        let Some(place) = topic.get().field(field) else {
            let fields = topic.get().fields;
            let help = match nearest(field, fields.iter().map(|f| f.name)) {
                Some(near) => format!("did you mean {topic_name}.{near}?"),
                None => {
                    let all: Vec<&str> = fields.iter().map(|f| f.name).collect();
                    format!("{topic_name} has {}", all.join(", "))
                }
            };
            return Err(self.wrong(e, format!("{topic_name} has no field {field}"), Some(help)));
        };
        Ok(Ref {
            topic,
            field: place,
        })
    }

    fn literal(&self, e: &IdedExpr, value: &LiteralValue) -> Result<Typed, Wrong> {
        Ok(match value {
            LiteralValue::Boolean(b) => Typed::Bool(Bool::Const(*b.inner())),
            LiteralValue::Double(n) => Typed::Num(Num::Const(*n.inner()), false),
            LiteralValue::Int(n) => Typed::Num(Num::Const(self.whole(e, *n.inner())?), true),
            LiteralValue::String(s) => Typed::Text(Text::Const(s.inner().into())),
            LiteralValue::UInt(_) => {
                return Err(self.wrong(
                    e,
                    "unsigned numbers are not used here",
                    Some("leave the u away".into()),
                ));
            }
            LiteralValue::Null => {
                return Err(self.wrong(
                    e,
                    "nothing is null here",
                    Some("ask has(topic.field) whether a value is known".into()),
                ));
            }
            LiteralValue::Bytes(_) => {
                return Err(self.wrong(e, "bytes have no place in a condition", None));
            }
        })
    }

    fn whole(&self, e: &IdedExpr, n: i64) -> Result<f64, Wrong> {
        if n.abs() > MAX_WHOLE {
            return Err(self.wrong(e, format!("{n} is further from 0 than 2^53"), None));
        }
        Ok(n as f64)
    }

    fn list(&self, e: &IdedExpr, elements: &[IdedExpr]) -> Result<Typed, Wrong> {
        let (mut texts, mut nums) = (Vec::new(), Vec::new());
        for element in elements {
            match self.expr(element)? {
                Typed::Text(Text::Const(text)) => texts.push(text),
                Typed::Num(Num::Const(n), _) => nums.push(n),
                Typed::Num(Num::Neg(inner), _) if matches!(*inner, Num::Const(_)) => {
                    if let Num::Const(n) = *inner {
                        nums.push(-n);
                    }
                }
                _ => {
                    return Err(self.wrong(
                        element,
                        "a list holds texts or numbers, as they are",
                        Some("such as [\"ankle\", \"slow-mo\"]".into()),
                    ));
                }
            }
        }
        match (texts.is_empty(), nums.is_empty()) {
            (false, true) => Ok(Typed::Texts(texts)),
            (true, false) => Ok(Typed::Nums(nums)),
            (true, true) => Err(self.wrong(e, "nothing is in an empty list", None)),
            (false, false) => Err(self.wrong(e, "a list holds texts or numbers, not both", None)),
        }
    }

    fn call(&self, e: &IdedExpr, name: &str, args: &[IdedExpr]) -> Result<Typed, Wrong> {
        match (name, args) {
            (op::LOGICAL_AND | op::LOGICAL_OR, [a, b]) => {
                let and = name == op::LOGICAL_AND;
                let mut parts = Vec::new();
                for part in [a, b] {
                    match (self.truth(part)?, and) {
                        (Bool::And(inner), true) | (Bool::Or(inner), false) => parts.extend(inner),
                        (other, _) => parts.push(other),
                    }
                }
                let parts = parts.into_boxed_slice();
                Ok(Typed::Bool(if and {
                    Bool::And(parts)
                } else {
                    Bool::Or(parts)
                }))
            }
            (op::LOGICAL_NOT, [a]) => Ok(Typed::Bool(Bool::Not(Box::new(self.truth(a)?)))),
            (op::NEGATE, [a]) => match self.expr(a)? {
                Typed::Num(Num::Const(n), whole) => Ok(Typed::Num(Num::Const(-n), whole)),
                Typed::Num(n, whole) => Ok(Typed::Num(Num::Neg(Box::new(n)), whole)),
                other => Err(self.mismatch(a, "- is for numbers", &other)),
            },
            (op::CONDITIONAL, [c, a, b]) => self.either(c, a, b),
            (op::IN, [a, b]) => self.among(a, b),
            (op::EQUALS, [a, b]) => self.compare(e, Cmp::Eq, a, b),
            (op::NOT_EQUALS, [a, b]) => self.compare(e, Cmp::Ne, a, b),
            (op::LESS, [a, b]) => self.compare(e, Cmp::Lt, a, b),
            (op::LESS_EQUALS, [a, b]) => self.compare(e, Cmp::Le, a, b),
            (op::GREATER, [a, b]) => self.compare(e, Cmp::Gt, a, b),
            (op::GREATER_EQUALS, [a, b]) => self.compare(e, Cmp::Ge, a, b),
            (op::ADD, [a, b]) => self.arithmetic(e, Arith::Add, a, b),
            (op::SUBSTRACT, [a, b]) => self.arithmetic(e, Arith::Sub, a, b),
            (op::MULTIPLY, [a, b]) => self.arithmetic(e, Arith::Mul, a, b),
            (op::DIVIDE, [a, b]) => self.arithmetic(e, Arith::Div, a, b),
            (op::MODULO, [a, b]) => self.arithmetic(e, Arith::Rem, a, b),
            ("size", [a]) => match self.expr(a)? {
                Typed::Text(text) => Ok(Typed::Num(Num::Size(Box::new(text)), true)),
                other => Err(self.mismatch(a, "size() is of a text", &other)),
            },
            ("double", [a]) => match self.expr(a)? {
                Typed::Num(n, _) => Ok(Typed::Num(n, false)),
                other => Err(self.mismatch(a, "double() is of a number", &other)),
            },
            ("int", [a]) => match self.expr(a)? {
                Typed::Num(n, true) => Ok(Typed::Num(n, true)),
                Typed::Num(n, false) => Ok(Typed::Num(Num::Whole(Box::new(n)), true)),
                other => Err(self.mismatch(a, "int() is of a number", &other)),
            },
            _ => {
                let known = [
                    "has",
                    "size",
                    "double",
                    "int",
                    "startsWith",
                    "endsWith",
                    "contains",
                ];
                let help = nearest(name, known)
                    .map(|n| format!("did you mean {n}()?"))
                    .unwrap_or_else(|| format!("there are {}()", known.join("(), ")));
                Err(self.wrong(
                    e,
                    format!("there is no {name}() with {} arguments", args.len()),
                    Some(help),
                ))
            }
        }
    }

    fn method(
        &self,
        e: &IdedExpr,
        name: &str,
        target: &IdedExpr,
        args: &[IdedExpr],
    ) -> Result<Typed, Wrong> {
        let test = match (name, args.len()) {
            ("startsWith", 1) => TextTest::StartsWith,
            ("endsWith", 1) => TextTest::EndsWith,
            ("contains", 1) => TextTest::Contains,
            ("size", 0) => return self.call(e, "size", std::slice::from_ref(target)),
            ("matches", _) => {
                return Err(self.wrong(
                    e,
                    "regular expressions are not evaluated in the hot path",
                    Some("use startsWith(), endsWith(), contains() or in [...]".into()),
                ));
            }
            _ => return self.call(e, name, args),
        };
        match (self.expr(target)?, self.expr(&args[0])?) {
            (Typed::Text(a), Typed::Text(b)) => Ok(Typed::Bool(Bool::Test(test, Box::new((a, b))))),
            (Typed::Text(_), other) => {
                Err(self.mismatch(&args[0], &format!("{name}() takes a text"), &other))
            }
            (other, _) => Err(self.mismatch(target, &format!("{name}() is of a text"), &other)),
        }
    }

    fn truth(&self, e: &IdedExpr) -> Result<Bool, Wrong> {
        match self.expr(e)? {
            Typed::Bool(b) => Ok(b),
            other => Err(self.mismatch(e, "&&, || and ! are for what is true or false", &other)),
        }
    }

    fn mismatch(&self, e: &IdedExpr, what: &str, got: &Typed) -> Wrong {
        self.wrong(
            e,
            format!("{what}, and this is a {}", got.ty().as_str()),
            None,
        )
    }

    fn either(&self, c: &IdedExpr, a: &IdedExpr, b: &IdedExpr) -> Result<Typed, Wrong> {
        let condition = self.truth(c)?;
        Ok(match (self.expr(a)?, self.expr(b)?) {
            (Typed::Bool(x), Typed::Bool(y)) => Typed::Bool(Bool::If(Box::new((condition, x, y)))),
            (Typed::Num(x, p), Typed::Num(y, q)) if p == q => {
                Typed::Num(Num::If(Box::new((condition, x, y))), p)
            }
            (Typed::Text(x), Typed::Text(y)) => Typed::Text(Text::If(Box::new((condition, x, y)))),
            (x, y) => {
                return Err(self.wrong(
                    b,
                    format!(
                        "both sides of : must be of one type, and these are {} and {}",
                        x.ty().as_str(),
                        y.ty().as_str()
                    ),
                    None,
                ));
            }
        })
    }

    fn among(&self, a: &IdedExpr, b: &IdedExpr) -> Result<Typed, Wrong> {
        match (self.expr(a)?, self.expr(b)?) {
            (Typed::Text(text), Typed::Texts(words)) => {
                if let Text::Slot(at) = &text
                    && let Expr::List(list) = &b.expr
                {
                    for (word, element) in words.iter().zip(&list.elements) {
                        self.known_word(element, *at, word)?;
                    }
                }
                Ok(Typed::Bool(Bool::OneOf(text, words.into())))
            }
            (Typed::Num(n, _), Typed::Nums(others)) => {
                Ok(Typed::Bool(Bool::Among(n, others.into())))
            }
            (x, y) => Err(self.wrong(
                b,
                format!("a {} cannot be in a {}", x.ty().as_str(), y.ty().as_str()),
                Some("behind `in` stands a list, such as [\"ankle\", \"slow-mo\"]".into()),
            )),
        }
    }

    fn compare(&self, e: &IdedExpr, cmp: Cmp, a: &IdedExpr, b: &IdedExpr) -> Result<Typed, Wrong> {
        let condition = match (self.expr(a)?, self.expr(b)?) {
            (Typed::Num(Num::Slot(at), _), Typed::Num(Num::Const(n), _)) => {
                Bool::Against(at, cmp, n)
            }
            (Typed::Num(Num::Const(n), _), Typed::Num(Num::Slot(at), _)) => {
                Bool::Against(at, cmp.turned(), n)
            }
            (Typed::Num(x, _), Typed::Num(y, _)) => Bool::Numbers(cmp, Box::new((x, y))),
            (Typed::Text(x), Typed::Text(y)) => {
                if let (Text::Slot(at), Text::Const(word), side)
                | (Text::Const(word), Text::Slot(at), side) =
                    (&x, &y, if matches!(x, Text::Slot(_)) { b } else { a })
                {
                    self.known_word(side, *at, word)?;
                    match cmp {
                        Cmp::Eq => return Ok(Typed::Bool(Bool::Is(*at, word.clone()))),
                        Cmp::Ne => {
                            return Ok(Typed::Bool(Bool::Not(Box::new(Bool::Is(
                                *at,
                                word.clone(),
                            )))));
                        }
                        _ => {}
                    }
                }
                Bool::Texts(cmp, Box::new((x, y)))
            }
            (Typed::Bool(x), Typed::Bool(y)) if matches!(cmp, Cmp::Eq | Cmp::Ne) => {
                let same = Bool::Same(Box::new((x, y)));
                if cmp == Cmp::Eq {
                    same
                } else {
                    Bool::Not(Box::new(same))
                }
            }
            (x, y) => {
                let help = match (x.ty(), y.ty()) {
                    (Type::Text, n) if n.is_number() => {
                        Some("a number is written without quotes".into())
                    }
                    (n, Type::Text) if n.is_number() => {
                        Some("a number is written without quotes".into())
                    }
                    (Type::Text, Type::Texts) => Some("use `in` for a list".into()),
                    _ => None,
                };
                return Err(self.wrong(
                    e,
                    format!(
                        "a {} cannot be compared with a {}",
                        x.ty().as_str(),
                        y.ty().as_str()
                    ),
                    help,
                ));
            }
        };
        Ok(Typed::Bool(condition))
    }

    /// Whether a name can ever be this word.
    fn known_word(&self, e: &IdedExpr, at: Ref, word: &str) -> Result<(), Wrong> {
        let words = at.topic.get().fields[usize::from(at.field)].words;
        if words.is_empty() || words.contains(&word) {
            return Ok(());
        }
        let help = match nearest(word, words.iter().copied()) {
            Some(near) => format!("did you mean {near:?}?"),
            None if words.len() <= 12 => format!("it is one of {}", words.join(", ")),
            None => format!(
                "`matchday rules names {}` lists what it can be",
                at.topic.get().name
            ),
        };
        Err(self.wrong(e, format!("{} is never {word:?}", at.name()), Some(help)))
    }

    fn arithmetic(
        &self,
        e: &IdedExpr,
        what: Arith,
        a: &IdedExpr,
        b: &IdedExpr,
    ) -> Result<Typed, Wrong> {
        match (self.expr(a)?, self.expr(b)?) {
            (Typed::Num(x, p), Typed::Num(y, q)) if p == q => {
                if what == Arith::Rem && !p {
                    return Err(self.wrong(e, "% is for whole numbers", None));
                }
                Ok(Typed::Num(Num::Do(what, p, Box::new((x, y))), p))
            }
            (Typed::Num(..), Typed::Num(..)) => Err(self.wrong(
                e,
                "whole numbers and doubles are not mixed in arithmetic",
                Some("write 2.0 for 2, or double(x)".into()),
            )),
            (Typed::Text(_), Typed::Text(_)) if what == Arith::Add => {
                Err(self.wrong(e, "texts are not joined in a condition", None))
            }
            (x, y) => Err(self.wrong(
                e,
                format!(
                    "no arithmetic with a {} and a {}",
                    x.ty().as_str(),
                    y.ty().as_str()
                ),
                None,
            )),
        }
    }
}

/// A name, by its type.
fn typed(at: Ref) -> Typed {
    match at.topic.get().fields[usize::from(at.field)].ty {
        Type::Bool => Typed::Bool(Bool::Slot(at)),
        Type::Int => Typed::Num(Num::Slot(at), true),
        Type::Double => Typed::Num(Num::Slot(at), false),
        Type::Text | Type::Texts | Type::Numbers => Typed::Text(Text::Slot(at)),
    }
}

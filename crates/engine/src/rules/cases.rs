//! Tests beside rules: what facts tell, and what the rule is to do.

use std::{fmt, sync::Arc};

use matchday_event::{
    EventTime, Sport,
    production::{Decided, Fired},
};
use toml::Spanned;

use super::{
    check::value_fits,
    file::{CaseSource, duration_text, duration_us},
    names::{MAX_FIELDS, Row, TOPICS, TopicId, nearest},
    problem::{Lines, Problem},
    run::Run,
    set::RuleSet,
    value::{Slot, Type},
};

/// How long a test goes on after the last of what is given.
const USUAL_REST_US: i64 = 60_000_000;
/// Time passes in steps of this, as it does in a match.
const STEP_US: i64 = 100_000;
/// The source of rows that do not name one.
const SOME_SOURCE: &str = "test";

/// A test.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The rule.
    pub rule: String,
    /// What it shows.
    pub name: String,
    /// The file, and the line.
    pub place: (String, usize),
    /// When each is known, and what.
    given: Vec<(i64, Row)>,
    fires: Vec<Expected>,
    until_us: i64,
}

#[derive(Debug, Clone, PartialEq)]
struct Expected {
    due_us: i64,
    ends_us: Option<i64>,
    key: Option<String>,
}

/// How a test came out.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// What was expected and did not happen, or happened and was not expected; nothing where all is well.
    pub wrong: Vec<String>,
    /// What the rule did, a line each.
    pub did: Vec<String>,
}

impl Case {
    pub(super) fn read(
        rule: &str,
        source: &Spanned<CaseSource>,
        lines: Lines<'_>,
    ) -> Result<Self, Problem> {
        let span = source.span().start;
        let source = source.get_ref();
        let time = |text: &Spanned<String>| {
            duration_us(text.get_ref()).ok_or_else(|| {
                lines.problem(
                    text.span().start,
                    format!("{:?} is no time", text.get_ref()),
                    Some("times count from the test's beginning, such as \"1.2s\"".into()),
                )
            })
        };
        let mut given = Vec::new();
        for entry in &source.given {
            let row = row_of(entry.get_ref())
                .map_err(|message| lines.problem(entry.span().start, message, None))?;
            given.push(row);
        }
        if !given.is_sorted_by_key(|(known, _)| *known) {
            return Err(lines.problem(
                span,
                "what is given is not in the order in which it is known",
                None,
            ));
        }
        let mut fires = Vec::new();
        for fire in &source.fires {
            let fire = fire.get_ref();
            fires.push(Expected {
                due_us: time(&fire.at)?,
                ends_us: fire.ends.as_ref().map(time).transpose()?,
                key: fire.key.clone(),
            });
        }
        let last = given.last().map_or(0, |(known, _)| *known);
        let until_us = match &source.until {
            Some(until) => time(until)?,
            None => last + USUAL_REST_US,
        };
        Ok(Self {
            rule: rule.to_owned(),
            name: source.name.clone(),
            place: (lines.problem(0, "", None).file, lines.place(span).0),
            given,
            fires,
            until_us,
        })
    }

    /// Runs it on the whole set, so that rules which set marks for each other can be tested.
    pub fn run(&self, set: &Arc<RuleSet>) -> Outcome {
        let rule = set.rule(&self.rule);
        let sport = rule.and_then(|r| r.sport).unwrap_or(Sport::Soccer);
        let mut run = Run::new(set.clone(), sport);
        let mut out = Vec::new();
        let mut now = 0;
        for (known, row) in &self.given {
            while now + STEP_US < *known {
                now += STEP_US;
                run.pass(EventTime(now), &mut out);
            }
            now = now.max(*known);
            run.pass(EventTime(now), &mut out);
            run.row(row, &mut out);
        }
        while now < self.until_us {
            now = (now + STEP_US).min(self.until_us);
            run.pass(EventTime(now), &mut out);
        }
        self.judge(&out)
    }

    fn judge(&self, out: &[Decided]) -> Outcome {
        let mut did: Vec<(Fired, Option<i64>)> = Vec::new();
        for decided in out {
            match decided {
                Decided::Fired(f) if *f.rule == *self.rule => {
                    did.push((f.clone(), f.until.map(|t| t.0)));
                }
                Decided::Released(r) if *r.rule == *self.rule => {
                    if let Some((_, ends)) = did.iter_mut().rev().find(|(f, _)| f.key == r.key) {
                        *ends = Some(r.at.0);
                    }
                }
                _ => {}
            }
        }
        let mut left = did.clone();
        let mut wrong = Vec::new();
        for expected in &self.fires {
            let found = left.iter().position(|(f, ends)| {
                f.due.0 == expected.due_us
                    && (expected.ends_us.is_none() || *ends == expected.ends_us)
                    && (expected.key.is_none() || f.key.as_deref() == expected.key.as_deref())
            });
            match found {
                Some(i) => {
                    left.remove(i);
                }
                None => wrong.push(format!("{expected} was expected")),
            }
        }
        let told: Vec<String> = did.iter().map(tell).collect();
        wrong.extend(left.iter().map(|f| format!("{} was not", tell(f))));
        Outcome { wrong, did: told }
    }
}

fn tell((fired, ends): &(Fired, Option<i64>)) -> String {
    let mut text = format!(
        "{} at {}",
        fired.action.as_str(),
        duration_text(fired.due.0)
    );
    if let Some(ends) = ends {
        text.push_str(&format!(" until {}", duration_text(*ends)));
    }
    if let Some(key) = &fired.key {
        text.push_str(&format!(" for {key}"));
    }
    text
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a firing due at {}", duration_text(self.due_us))?;
        if let Some(ends) = self.ends_us {
            write!(f, " that ends at {}", duration_text(ends))?;
        }
        if let Some(key) = &self.key {
            write!(f, " for {key}")?;
        }
        Ok(())
    }
}

/// A row as a person writes it: `{ at = "1s", chat = { joy = 0.73 } }`, with `known` where it is told later than it
/// happened.
fn row_of(table: &toml::Table) -> Result<(i64, Row), String> {
    let mut at = None;
    let mut known = None;
    let mut confidence = 1.0;
    let mut found = None;
    for (key, value) in table {
        match (key.as_str(), value) {
            ("at", toml::Value::String(text)) => {
                at = Some(
                    duration_us(text)
                        .ok_or_else(|| format!("{text:?} is no time, such as \"1.2s\""))?,
                );
            }
            ("known", toml::Value::String(text)) => {
                known = Some(
                    duration_us(text)
                        .ok_or_else(|| format!("{text:?} is no time, such as \"1.2s\""))?,
                );
            }
            ("confidence", value) => {
                let n = number(value).filter(|n| (0.0..=1.0).contains(n));
                confidence = n.ok_or("confidence is from 0 to 1")? as f32;
            }
            (name, toml::Value::Table(fields)) => {
                let topic = TopicId::of(name).ok_or_else(|| {
                    let near = nearest(name, TOPICS.iter().map(|t| t.name));
                    let help = near.map_or(String::new(), |n| format!(": did you mean {n}?"));
                    format!("there is no topic {name}{help}")
                })?;
                if found.replace((topic, fields)).is_some() {
                    return Err("one fact tells of one topic".into());
                }
            }
            (name, _) => {
                return Err(format!(
                    "{name} is neither at, confidence nor a topic's table"
                ));
            }
        }
    }
    let at = at.ok_or("when? say at = \"1s\"")?;
    let (topic, fields) = found.ok_or("what? say a topic, such as chat = { joy = 0.73 }")?;
    let mut slots = [const { Slot::Unknown }; MAX_FIELDS];
    for (name, value) in fields {
        let place = topic.get().field(name).ok_or_else(|| {
            let near = nearest(name, topic.get().fields.iter().map(|f| f.name));
            let help = near.map_or(String::new(), |n| format!(": did you mean {n}?"));
            format!("{} has no field {name}{help}", topic.get().name)
        })?;
        let whole = topic.get().fields[usize::from(place)].ty == Type::Int;
        let slot = match value {
            toml::Value::Boolean(b) => Slot::Bool(*b),
            toml::Value::Integer(n) if whole => Slot::Int(*n),
            toml::Value::Integer(n) => Slot::Num(*n as f64),
            toml::Value::Float(n) => Slot::Num(*n),
            toml::Value::String(text) => Slot::of_text(text),
            _ => {
                return Err(format!(
                    "{name} is neither a number, a text nor true or false"
                ));
            }
        };
        value_fits(topic, place, &slot)?;
        slots[usize::from(place)] = slot;
    }
    for key in topic.get().key {
        let slot = &mut slots[usize::from(*key)];
        if *slot == Slot::Unknown {
            *slot = Slot::from(SOME_SOURCE);
        }
    }
    let row = Row {
        topic,
        at: EventTime(at),
        confidence,
        slots,
    };
    match known {
        Some(known) if known < at => Err("nothing is known before it happens".into()),
        known => Ok((known.unwrap_or(at), row)),
    }
}

fn number(value: &toml::Value) -> Option<f64> {
    match value {
        toml::Value::Integer(n) => Some(*n as f64),
        toml::Value::Float(n) => Some(*n),
        _ => None,
    }
}

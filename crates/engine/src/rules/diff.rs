//! What two rule sets do differently, rule by rule.

use serde::Serialize;

use super::{
    file::duration_text,
    set::{Rule, RuleSet},
};

/// How one rule differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum RuleDiff {
    /// It is new.
    Added {
        /// Which.
        rule: String,
        /// What it is for.
        title: String,
    },
    /// It is gone.
    Removed {
        /// Which.
        rule: String,
        /// What it was for.
        title: String,
    },
    /// It does something else.
    Changed {
        /// Which.
        rule: String,
        /// Each field that differs.
        fields: Vec<FieldDiff>,
    },
}

/// How a field differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldDiff {
    /// Its name, as in the file.
    pub field: &'static str,
    /// What it was; nothing where it was not said.
    pub before: Option<String>,
    /// What it is.
    pub after: Option<String>,
}

/// What `new` does differently from `old`, by the names of rules.
pub fn diff(old: &RuleSet, new: &RuleSet) -> Vec<RuleDiff> {
    let mut out = Vec::new();
    for rule in &old.rules {
        match new.rule(&rule.id) {
            None => out.push(RuleDiff::Removed {
                rule: rule.id.to_string(),
                title: rule.title.to_string(),
            }),
            Some(after) => {
                let fields = fields(rule, after);
                if !fields.is_empty() {
                    out.push(RuleDiff::Changed {
                        rule: rule.id.to_string(),
                        fields,
                    });
                }
            }
        }
    }
    for rule in &new.rules {
        if old.rule(&rule.id).is_none() {
            out.push(RuleDiff::Added {
                rule: rule.id.to_string(),
                title: rule.title.to_string(),
            });
        }
    }
    out.sort_by(|a, b| a.rule().cmp(b.rule()));
    out
}

impl RuleDiff {
    /// Which rule.
    pub fn rule(&self) -> &str {
        match self {
            Self::Added { rule, .. } | Self::Removed { rule, .. } | Self::Changed { rule, .. } => {
                rule
            }
        }
    }
}

impl std::fmt::Display for RuleDiff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Added { rule, title } => write!(f, "+ {rule}: {title}"),
            Self::Removed { rule, title } => write!(f, "- {rule}: {title}"),
            Self::Changed { rule, fields } => {
                write!(f, "~ {rule}")?;
                for field in fields {
                    let show =
                        |v: &Option<String>| v.clone().unwrap_or_else(|| "not said".to_owned());
                    write!(
                        f,
                        "\n    {}: {} -> {}",
                        field.field,
                        show(&field.before),
                        show(&field.after)
                    )?;
                }
                Ok(())
            }
        }
    }
}

/// The fields of a rule that decide what it does, as a person writes them.
pub fn told(rule: &Rule) -> Vec<(&'static str, Option<String>)> {
    let time = |us: i64| (us != 0).then(|| duration_text(us));
    let action = serde_json::to_string(&rule.action).unwrap_or_default();
    let of = |c: &Option<super::set::Condition>| c.as_ref().map(|c| c.text.to_string());
    vec![
        ("when", Some(rule.when.text.to_string())),
        ("until", of(&rule.until)),
        ("after", of(&rule.after)),
        ("within", rule.within_us.map(duration_text)),
        ("for", time(rule.for_us)),
        ("delay", time(rule.delay_us)),
        ("sooner", of(&rule.sooner)),
        ("lasts", rule.lasts_us.map(duration_text)),
        ("leave", of(&rule.leave)),
        ("while_true", rule.while_true.then(|| "true".to_owned())),
        ("cooldown", time(rule.cooldown_us)),
        ("once", rule.once.map(|o| o.as_str().to_owned())),
        ("each", rule.each.map(|t| t.get().name.to_owned())),
        ("confidence", Some(rule.confidence.to_string())),
        ("priority", Some(rule.priority.to_string())),
        ("action", Some(action)),
    ]
}

fn fields(before: &Rule, after: &Rule) -> Vec<FieldDiff> {
    told(before)
        .into_iter()
        .zip(told(after))
        .filter(|(a, b)| a.1 != b.1)
        .map(|((field, before), (_, after))| FieldDiff {
            field,
            before,
            after,
        })
        .collect()
}

//! What makes no sense in rules that can be read: conditions that are never or always true, rules that loop or
//! contradict each other.

use std::collections::BTreeMap;

use matchday_event::production::Action;

use super::{
    expr::Bool,
    feasible::{can_fail, feasible},
    file::RuleSource,
    names::TopicId,
    problem::{Lines, Problem},
    set::{Condition, Rule},
    value::Slot,
};

/// What is wrong with one rule.
pub(super) fn one_rule(rule: &Rule, source: &RuleSource, lines: Lines<'_>, out: &mut Vec<Problem>) {
    let mut wrong = |at: usize, message: String, help: &str| {
        let help = (!help.is_empty()).then(|| help.to_owned());
        out.push(lines.problem(at, message, help));
    };
    let when_at = source.when.span().start;
    if rule.when.names.is_empty() {
        wrong(
            when_at,
            "the condition reads no fact".into(),
            "it would be true always, or never",
        );
        return;
    }
    for (name, condition) in rule.conditions() {
        let at = span_of(source, name);
        if !feasible(&[&condition.expr]) {
            wrong(
                at,
                format!("`{name}` can never be true"),
                "look at the ranges in `matchday rules names`",
            );
        } else if !can_fail(&condition.expr, &[]) {
            wrong(
                at,
                format!("`{name}` is always true"),
                "look at the ranges in `matchday rules names`",
            );
        }
        if condition.names.is_empty() && name != "when" {
            wrong(at, format!("`{name}` reads no fact"), "");
        }
    }
    mixed_events(rule, source, &mut wrong);
    if let Some(until) = &rule.until
        && !feasible(&[&rule.when.expr, &Bool::Not(Box::new(until.expr.clone()))])
    {
        wrong(
            span_of(source, "until"),
            "`until` is true whenever `when` is: the rule would end the moment it begins".into(),
            "leave room between the two, such as when > 0.6 and until < 0.55",
        );
    }
    if rule.after.is_some() && rule.within_us.is_none() {
        wrong(
            span_of(source, "after"),
            "`after` needs `within`: how long what happened counts".into(),
            "such as within = \"30s\"",
        );
    }
    if rule.for_us > 0 && rule.when.has_event() {
        wrong(
            source.for_.as_ref().map_or(when_at, |s| s.span().start),
            "`for` needs a state that lasts, and the condition reads an event".into(),
            "put the event into `after`",
        );
    }
    if rule.until.is_some() && rule.when.has_event() {
        wrong(
            span_of(source, "until"),
            "`until` is for states that last, and the condition reads an event".into(),
            "use `leave` to end what the rule asked for",
        );
    }
    if rule.while_true && rule.when.has_event() {
        wrong(
            when_at,
            "`while_true` needs a state that lasts, and the condition reads an event".into(),
            "use `lasts` or `leave`",
        );
    }
    if rule.sooner.is_some() && rule.delay_us == 0 {
        wrong(
            span_of(source, "sooner"),
            "`sooner` without a `delay`: nothing can be sooner than at once".into(),
            "",
        );
    }
    if let Some(each) = rule.each
        && !rule.conditions().any(|(_, c)| c.topics.contains(&each))
    {
        wrong(
            source.each.as_ref().map_or(when_at, |s| s.span().start),
            format!(
                "no condition reads {}, so there is no each of it",
                each.get().name
            ),
            "",
        );
    }
    let shown = !matches!(rule.action, Action::Mark { .. } | Action::Code { .. });
    if shown && rule.lasts_us.is_none() && rule.leave.is_none() && !rule.while_true {
        wrong(
            source.action.span().start,
            "what is shown must end".into(),
            "say lasts = \"4s\", leave = '...' or while_true = true",
        );
    }
    if rule.lasts_us == Some(0) {
        wrong(
            source.lasts.as_ref().map_or(when_at, |s| s.span().start),
            "it would last no time at all".into(),
            "",
        );
    }
}

fn span_of(source: &RuleSource, name: &str) -> usize {
    let condition = match name {
        "after" => source.after.as_ref(),
        "until" => source.until.as_ref(),
        "sooner" => source.sooner.as_ref(),
        "leave" => source.leave.as_ref(),
        _ => Some(&source.when),
    };
    condition.map_or(source.when.span().start, |c| c.span().start)
}

/// Two events are never at once, and an event is over when a state is next heard of.
fn mixed_events(rule: &Rule, source: &RuleSource, wrong: &mut impl FnMut(usize, String, &str)) {
    if rule.within_us.is_some() {
        return;
    }
    for (name, condition) in rule.conditions() {
        let events: Vec<&str> = condition
            .topics
            .iter()
            .filter(|t| t.get().is_event())
            .map(|t| t.get().name)
            .collect();
        if events.len() > 1 && !feasible_alone(condition) {
            wrong(
                span_of(source, name),
                format!("{} do not happen at the same moment", events.join(" and ")),
                "say within = \"5s\": how far apart they may be",
            );
        }
    }
}

/// Whether a condition that reads several events can be true with one of them alone, as `a || b` can.
fn feasible_alone(condition: &Condition) -> bool {
    fn needs(e: &Bool, one: TopicId) -> bool {
        // What reads another event is unknown, and what is unknown does not hold.
        match e {
            Bool::And(parts) => parts.iter().all(|p| needs(p, one)),
            Bool::Or(parts) => parts.iter().any(|p| needs(p, one)),
            other => {
                let mut alone = true;
                other.names(&mut |at| alone &= at.topic == one || !at.topic.get().is_event());
                alone
            }
        }
    }
    let mut events = condition.topics.iter().filter(|t| t.get().is_event());
    events.any(|one| needs(&condition.expr, *one))
}

/// What is wrong between rules.
pub(super) fn whole_set(rules: &[Rule], out: &mut Vec<Problem>) {
    loops(rules, out);
    marks(rules, out);
    contradictions(rules, out);
}

fn problem(rule: &Rule, message: String, help: &str) -> Problem {
    Problem {
        file: rule.place.0.to_string(),
        line: rule.place.1,
        column: 1,
        rule: Some(rule.id.to_string()),
        message,
        help: (!help.is_empty()).then(|| help.to_owned()),
    }
}

/// The mark that a rule sets.
fn sets(rule: &Rule) -> Option<&str> {
    match &rule.action {
        Action::Mark { mark } => Some(mark),
        _ => None,
    }
}

/// The marks that a rule waits for.
fn waits_for(rule: &Rule) -> Vec<&str> {
    let mut out = Vec::new();
    for (_, condition) in rule.conditions() {
        words(&condition.expr, &mut out);
    }
    out
}

fn words<'e>(e: &'e Bool, out: &mut Vec<&'e str>) {
    let is_mark = |at: &super::expr::Ref| at.topic.get().name == "mark" && at.field == 0;
    match e {
        Bool::Is(at, word) if is_mark(at) => out.push(word),
        Bool::OneOf(super::expr::Text::Slot(at), list) if is_mark(at) => {
            out.extend(list.iter().map(|w| &**w))
        }
        Bool::Not(inner) => words(inner, out),
        Bool::And(parts) | Bool::Or(parts) => parts.iter().for_each(|p| words(p, out)),
        _ => {}
    }
}

/// A rule that sets a mark which, over others, leads back to itself would never come to an end.
fn loops(rules: &[Rule], out: &mut Vec<Problem>) {
    let mut by_mark: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, rule) in rules.iter().enumerate() {
        for mark in waits_for(rule) {
            by_mark.entry(mark).or_default().push(i);
        }
    }
    for (i, rule) in rules.iter().enumerate() {
        if sets(rule).is_none() {
            continue;
        }
        let mut path = vec![i];
        if leads_back(rules, &by_mark, i, i, &mut path) {
            // Each loop is told once, by its first rule.
            if path.iter().min() != Some(&i) {
                continue;
            }
            let names: Vec<&str> = path.iter().map(|r| &*rules[*r].id).collect();
            let message = format!(
                "the rules loop: {} leads back to {}",
                names.join(" leads to "),
                rule.id
            );
            out.push(problem(rule, message, "take one of their marks away"));
        }
    }
}

fn leads_back(
    rules: &[Rule],
    by_mark: &BTreeMap<&str, Vec<usize>>,
    from: usize,
    to: usize,
    path: &mut Vec<usize>,
) -> bool {
    let Some(mark) = sets(&rules[from]) else {
        return false;
    };
    for next in by_mark.get(mark).into_iter().flatten() {
        if *next == to {
            return true;
        }
        if path.contains(next) {
            continue;
        }
        path.push(*next);
        if leads_back(rules, by_mark, *next, to, path) {
            return true;
        }
        path.pop();
    }
    false
}

/// A mark that nobody sets is never there.
fn marks(rules: &[Rule], out: &mut Vec<Problem>) {
    for rule in rules {
        for mark in waits_for(rule) {
            if !rules.iter().any(|r| sets(r) == Some(mark)) {
                let known: Vec<&str> = rules.iter().filter_map(sets).collect();
                let help =
                    super::names::nearest(mark, known).map(|n| format!("did you mean {n:?}?"));
                out.push(problem(
                    rule,
                    format!("no rule sets the mark {mark:?}"),
                    help.as_deref().unwrap_or(""),
                ));
            }
        }
    }
}

/// Two rules of one priority that ask for different cameras by the same fact: nobody could say which wins.
fn contradictions(rules: &[Rule], out: &mut Vec<Problem>) {
    let mut by_trigger: BTreeMap<(TopicId, u8), Vec<&Rule>> = BTreeMap::new();
    for rule in rules {
        if let Action::Shot(_) = rule.action {
            for topic in triggers(rule) {
                by_trigger
                    .entry((topic, rule.priority))
                    .or_default()
                    .push(rule);
            }
        }
    }
    for of_one in by_trigger.values() {
        for (i, a) in of_one.iter().enumerate() {
            for b in &of_one[i + 1..] {
                if differ(a, b) && together(a, b) {
                    let message = format!(
                        "it and {} ({}:{}) ask for different cameras at the same moment, with the same priority",
                        a.id, a.place.0, a.place.1
                    );
                    out.push(problem(b, message, "give one of them a higher priority"));
                }
            }
        }
    }
    out.sort();
    out.dedup();
}

/// The topics whose facts make a rule fire.
fn triggers(rule: &Rule) -> Vec<TopicId> {
    let events: Vec<TopicId> = rule
        .when
        .topics
        .iter()
        .copied()
        .filter(|t| t.get().is_event())
        .collect();
    if events.is_empty() {
        rule.when.topics.to_vec()
    } else {
        events
    }
}

fn differ(a: &Rule, b: &Rule) -> bool {
    match (&a.action, &b.action) {
        (Action::Shot(x), Action::Shot(y)) => x.camera != y.camera,
        _ => false,
    }
}

fn together(a: &Rule, b: &Rule) -> bool {
    let sports = a.sport.is_none() || b.sport.is_none() || a.sport == b.sport;
    // A rule for each source and one for another delay are told apart in time and place.
    sports
        && a.each == b.each
        && a.delay_us == b.delay_us
        && a.for_us == b.for_us
        && feasible(&[&a.when.expr, &b.when.expr])
}

/// Whether a slot's value can be what a field tells; used where rows come from people, as in tests.
pub(super) fn value_fits(topic: TopicId, field: u8, slot: &Slot) -> Result<(), String> {
    let field = &topic.get().fields[usize::from(field)];
    if !slot.fits(field.ty) {
        return Err(format!(
            "{}.{} is a {}",
            topic.get().name,
            field.name,
            field.ty.as_str()
        ));
    }
    if let (Some((low, high)), Some(n)) = (field.range, slot.num())
        && !(low..=high).contains(&n)
    {
        return Err(format!(
            "{}.{} is from {low} to {high}, and not {n}",
            topic.get().name,
            field.name
        ));
    }
    if let Some(text) = slot.text()
        && !field.words.is_empty()
        && !field.words.contains(&text)
    {
        let near = super::names::nearest(text, field.words.iter().copied());
        let help = near.map_or(String::new(), |n| format!(": did you mean {n:?}?"));
        return Err(format!(
            "{}.{} is never {text:?}{help}",
            topic.get().name,
            field.name
        ));
    }
    Ok(())
}

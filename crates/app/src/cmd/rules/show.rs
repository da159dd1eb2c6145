//! Rules and names in words.

use std::fmt::Write as _;

use matchday_engine::rules::{
    Once, Rule, duration_text,
    names::{Stands, Topic},
};
use matchday_event::production::Action;

/// A rule in words.
pub fn explained(rule: &Rule) -> String {
    let mut out = String::new();
    let sport = rule.sport.map_or("every sport", |s| s.as_str());
    let _ = writeln!(
        out,
        "{} ({}:{}, {sport})",
        rule.id, rule.place.0, rule.place.1
    );
    let _ = writeln!(out, "  {}", rule.title);
    let each = rule.each.map_or(String::new(), |t| {
        format!(", for each {} by itself", source(t.get()))
    });
    let _ = writeln!(out, "  fires when   {}{each}", rule.when.text);
    if rule.for_us > 0 {
        let _ = writeln!(
            out,
            "               and that has been so for {}",
            duration_text(rule.for_us)
        );
    }
    if let Some(after) = &rule.after {
        let within = rule.within_us.map_or_else(String::new, duration_text);
        let _ = writeln!(out, "  after        {}, within {within} of it", after.text);
    } else if let Some(within) = rule.within_us {
        let _ = writeln!(
            out,
            "  within       {}: so long an event counts",
            duration_text(within)
        );
    }
    if let Some(until) = &rule.until {
        let _ = writeln!(out, "  stays true   until {}", until.text);
    }
    let _ = writeln!(out, "  then         {}", action(&rule.action));
    if rule.delay_us > 0 {
        let _ = writeln!(out, "  due          {} later", duration_text(rule.delay_us));
    }
    if let Some(sooner) = &rule.sooner {
        let _ = writeln!(out, "               or at once when {}", sooner.text);
    }
    let mut ends = Vec::new();
    if let Some(lasts) = rule.lasts_us {
        ends.push(format!("after {}", duration_text(lasts)));
    }
    if let Some(leave) = &rule.leave {
        ends.push(format!("when {}", leave.text));
    }
    if rule.while_true {
        ends.push("when the condition no longer holds".to_owned());
    }
    if !ends.is_empty() {
        let first = if ends.len() > 1 {
            ", whichever is first"
        } else {
            ""
        };
        let _ = writeln!(out, "  ends         {}{first}", ends.join(", or "));
    }
    if rule.cooldown_us > 0 {
        let _ = writeln!(
            out,
            "  then silent  for {}",
            duration_text(rule.cooldown_us)
        );
    }
    match rule.once {
        Some(Once::Match) => drop(writeln!(out, "  at most      once in a match")),
        Some(Once::Period) => drop(writeln!(out, "  at most      once in a period")),
        None => {}
    }
    let _ = writeln!(
        out,
        "  sees         facts that are at least {} sure",
        rule.confidence
    );
    let _ = writeln!(out, "  priority     {}", rule.priority);
    out
}

fn source(topic: &Topic) -> &'static str {
    topic
        .key
        .first()
        .map_or("source", |k| topic.fields[usize::from(*k)].name)
}

fn action(action: &Action) -> String {
    match action {
        Action::Shot(shot) => {
            let mut text = format!("the {} camera on air", shot.camera);
            if shot.fade_ms > 0 {
                let _ = write!(text, ", faded to in {} ms", shot.fade_ms);
            }
            if let Some(zoom) = shot.zoom {
                let _ = write!(text, ", zoomed {zoom}x");
                if let Some(within) = shot.zoom_within_ms {
                    let _ = write!(text, " within {within} ms");
                }
            }
            if shot.buffer_frames > 0 {
                let _ = write!(text, ", with {} frames from before", shot.buffer_frames);
            }
            text
        }
        Action::Overlay { overlay } => format!("the overlay {overlay}"),
        Action::Confetti { coupon: true } => {
            "confetti with a coupon, where viewers consent".to_owned()
        }
        Action::Confetti { coupon: false } => "confetti, where viewers consent".to_owned(),
        Action::Poll { poll } => format!("the poll {poll}, where viewers consent"),
        Action::Code { percent } => {
            format!("a code for {percent} % off, good once, where viewers consent")
        }
        Action::Mark { mark } => format!("the mark {mark}, for other rules"),
    }
}

/// A topic with its fields.
pub fn topic(topic: &Topic) -> String {
    let mut out = String::new();
    let stands = match topic.stands {
        Stands::Event => "an event".to_owned(),
        Stands::State => "a state that stands until it is replaced".to_owned(),
        Stands::Fresh(us) => format!(
            "a state, forgotten when nothing is heard for {}",
            duration_text(us)
        ),
    };
    let _ = writeln!(out, "{}: {}; {stands}", topic.name, topic.about);
    for field in topic.fields {
        let _ = write!(
            out,
            "  {:<28}{:<8}{}",
            format!("{}.{}", topic.name, field.name),
            field.ty.as_str(),
            field.about
        );
        if !field.words.is_empty() {
            let _ = write!(out, ": {}", field.words.join(", "));
        }
        if let Some((low, high)) = field.range
            && high < f64::MAX
        {
            let _ = write!(out, " ({low} to {high})");
        }
        out.push('\n');
    }
    out
}

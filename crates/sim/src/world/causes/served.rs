//! Causes that a feed of plays tells of.

use std::{collections::BTreeMap, sync::Arc};

use matchday_event::{
    Detail, Side, Signal, Sport,
    basketball::PlayKind as Basket,
    production::{MIN_VIEWERS, TasteReport},
    soccer::PlayKind as Kick,
};

use super::{Cause, Trigger};
use crate::world::{
    Script, plays,
    stadium::StadiumPlan,
    tastes::{self, TOPIC},
};

/// A serve faster than this.
const FAST_KMH: u16 = 190;
/// No serve was ever as fast as this: the feed has a slip of the pen.
const SLIP_KMH: u16 = 270;
/// Share of a cluster that likes analytics, and how near to it is too near to say.
const TASTE: f64 = 0.72;
const TASTE_NEAR: f64 = 0.0005;
/// How long after a play was told (again) a rule may act.
const AFTER_MS: u64 = 2_000;

/// What a play is to the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A three-pointer.
    Three,
    /// A penalty kick missed.
    Missed,
    /// A goal, and whose.
    Goal(Side),
    /// A serve of so many kilometres an hour.
    Serve(u16),
}

/// A play, and when it was known.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Played {
    pub what: What,
    /// When it was, in milliseconds from kick-off.
    pub at_ms: u64,
    /// When the feed told of it first, and for the last time.
    pub told_ms: (u64, u64),
}

/// The plays that rules ask for, as the feed tells them.
pub(super) fn plays(seed: u64, script: &Script, plan: &StadiumPlan) -> Vec<Played> {
    let told = match (plan.plays, &plan.told) {
        (None, _) => return Vec::new(),
        (Some(_), Some(told)) => told.clone(),
        (Some(feed), None) => plays::plays(seed, script, plan.kick_off, &feed),
    };
    let mut out: Vec<(matchday_event::PlayId, Played)> = Vec::new();
    for timed in told {
        let Signal::Play(play) = timed.signal else {
            continue;
        };
        if let Some((_, known)) = out.iter_mut().find(|(id, _)| *id == play.play_id) {
            known.told_ms.1 = timed.at_ms;
            continue;
        }
        let what = match &play.detail {
            Detail::Basketball(p) if p.kind == Basket::Made && p.value == Some(3) => What::Three,
            Detail::Soccer(p) if p.kind == Kick::PenaltyMissed => What::Missed,
            Detail::Soccer(p) if p.kind.is_goal() => match (p.kind, p.side) {
                (Kick::OwnGoal, Some(side)) => What::Goal(side.other()),
                (_, Some(side)) => What::Goal(side),
                (_, None) => continue,
            },
            Detail::Tennis(p) => match p.serve_kmh {
                Some(kmh) => What::Serve(kmh),
                None => continue,
            },
            _ => continue,
        };
        let since_ms = |at: matchday_event::EventTime| (at.0 - plan.kick_off.0).max(0) / 1000;
        out.push((
            play.play_id,
            Played {
                what,
                at_ms: play.wall.map_or(timed.at_ms, |at| since_ms(at) as u64),
                told_ms: (timed.at_ms, timed.at_ms),
            },
        ));
    }
    out.into_iter().map(|(_, played)| played).collect()
}

/// Fast serves, and the clusters that are to see the ball's trace.
pub(super) fn causes(
    seed: u64,
    script: &Script,
    plan: &StadiumPlan,
    plays: &[Played],
    out: &mut Vec<Cause>,
) {
    if script.sport != Sport::Tennis {
        return;
    }
    let counts = plan.tastes.as_ref().map_or_else(Vec::new, |tastes| {
        let tastes = tastes::TastePlan {
            kick_off: plan.kick_off,
            ..tastes.clone()
        };
        tastes::render(seed, script, &tastes)
    });
    for play in plays {
        let What::Serve(kmh) = play.what else {
            continue;
        };
        if !(FAST_KMH + 1..SLIP_KMH).contains(&kmh) {
            continue;
        }
        let cause = |trigger, key, must| Cause {
            trigger,
            at_ms: play.at_ms,
            until_ms: play.told_ms.1 + AFTER_MS,
            ends_ms: None,
            key,
            must,
        };
        out.push(cause(Trigger::FastServe, None, true));
        let (then, told) = (
            held(&counts, plan.kick_off.0 + play.at_ms as i64 * 1000),
            held(&counts, plan.kick_off.0 + play.told_ms.0 as i64 * 1000),
        );
        for (cluster, over) in told {
            // Counted anew in between, or of too few people by now: it may be taken for what it was.
            let before = then.get(&cluster).copied();
            if over != Over::No || before.is_some_and(|b| b != Over::No) {
                let must = over == Over::Yes && before == Some(Over::Yes);
                out.push(cause(Trigger::BallTrace, Some(cluster), must));
            }
        }
    }
}

/// Whether a cluster likes analytics by more than the threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Over {
    Yes,
    No,
    /// Too near to it, or so few people are left that nothing can be said of them now.
    Maybe,
}

/// What holds of each cluster at a time, by the counts so far.
fn held(counts: &[TasteReport], at_us: i64) -> BTreeMap<Arc<str>, Over> {
    let mut out = BTreeMap::new();
    let known = counts.iter().take_while(|r| r.at.0 <= at_us);
    for report in known.filter(|r| &*r.topic == TOPIC) {
        let now = match over(report) {
            Some(over) => over,
            None => match out.get(&report.cluster) {
                Some(Over::Yes | Over::Maybe) => Over::Maybe,
                _ => Over::No,
            },
        };
        out.insert(report.cluster.clone(), now);
    }
    out
}

/// What a count says. `None` where it is of too few people, or cannot be.
fn over(report: &TasteReport) -> Option<Over> {
    if report.viewers < MIN_VIEWERS || report.like > report.viewers {
        return None;
    }
    let off = f64::from(report.like) / f64::from(report.viewers) - TASTE;
    Some(match off {
        _ if off.abs() <= TASTE_NEAR => Over::Maybe,
        _ if off > 0.0 => Over::Yes,
        _ => Over::No,
    })
}

//! The fold: every play in order, each with the state before and after it.

use std::sync::Arc;

use matchday_event::{FaultCode, HealedFact, PlayFact, Score, Side, football::PlayKind};

use super::{
    drives::DriveLog,
    heal::{self, AHEAD, Ahead, Heals},
    input::Input,
    project,
    rules::Context,
    score,
    state::State,
};
use crate::sense::game::football::{
    model::{FootballModel, Price},
    names::Names,
};

/// How many plays back a repeat may lie: feeds repeat a whole drive now and then.
pub const REPEAT: usize = 16;

/// One play of the fold.
#[derive(Debug)]
pub struct Entry {
    /// The report.
    pub input: Input,
    /// Before it.
    pub before: State,
    /// After it, as far as it tells itself.
    pub after: State,
    /// What the models say of the state before it.
    pub price: Option<Price>,
    /// Tells a play again that another id told.
    pub duplicate: bool,
    /// Healing it hung on later plays.
    consulted: bool,
    /// Codes of what was healed in it, ever, by number.
    pub reported: u64,
    /// A scoreboard that showed the score of this report while it was the last.
    pub confirmed: Option<Score>,
    /// The fact as last told.
    pub fact: Option<Arc<PlayFact>>,
}

impl Entry {
    /// A play not folded yet.
    pub fn new(input: Input) -> Self {
        let start = State::start();
        Self {
            input,
            before: start,
            after: start,
            price: None,
            duplicate: false,
            consulted: false,
            reported: 0,
            confirmed: None,
            fact: None,
        }
    }
}

/// What a refold needs beside the plays.
pub struct Tools<'a> {
    /// The game apart from its plays.
    pub context: &'a Context,
    /// The models.
    pub model: &'a dyn FootballModel,
    /// The teams' names as sentences have them.
    pub names: &'a Names,
    /// What was evaluated last: a play's own state is often the one that the play before led to.
    pub last: Option<Price>,
    /// Where heals go.
    pub healed: &'a mut Vec<HealedFact>,
    /// Where drives go.
    pub drives: &'a mut DriveLog,
}

/// Where a change to the play at `at` makes the fold begin again: at it, or at a play shortly before that
/// was healed in the light of what follows.
pub fn refold_from(entries: &[Entry], at: usize) -> usize {
    let first = at.saturating_sub(AHEAD);
    (first..at)
        .find(|&k| {
            let earlier = &entries[k];
            earlier.consulted
                || entries.get(at).is_some_and(|new| {
                    let (new, old) = (&new.input, &earlier.input);
                    new.period == old.period && new.clock_s > old.clock_s
                })
        })
        .unwrap_or(at)
}

/// Folds the plays from `from` on. It stops at the first play from `settled` on that the change no longer
/// reaches, and returns where.
pub fn refold(entries: &mut [Entry], from: usize, settled: usize, tools: &mut Tools<'_>) -> usize {
    tools.drives.clear();
    if let Some(previous) = from.checked_sub(1) {
        tools.drives.note(&entries[previous].after.drive);
    }
    for at in from..entries.len() {
        let (past, rest) = entries.split_at_mut(at);
        let Some((entry, later)) = rest.split_first_mut() else {
            break;
        };
        let old = (entry.before, entry.after, entry.duplicate);
        step(past, entry, later, tools);
        let same = old == (entry.before, entry.after, entry.duplicate);
        if at >= settled && same && (entry.price.is_some() || entry.duplicate) {
            // What the drive in progress came to is told by later plays, which are as they were.
            tools.drives.forget_last();
            return at + 1;
        }
        price(entry, tools);
    }
    entries.len()
}

fn step(past: &[Entry], entry: &mut Entry, later: &[Entry], tools: &mut Tools<'_>) {
    let previous = past.last().map_or_else(State::start, |e| e.after);
    let mut heals = Heals::new(&entry.input.play_id, &mut entry.reported, tools.healed);
    entry.consulted = false;
    entry.duplicate = entry.input.content.is_some()
        && past
            .iter()
            .rev()
            .take(REPEAT)
            .any(|p| p.input.content == entry.input.content);
    if entry.duplicate {
        let of = past
            .iter()
            .rev()
            .find(|p| p.input.content == entry.input.content);
        heals.note(
            FaultCode::Duplicate,
            None::<&str>,
            of.map(|p| &p.input.play_id),
        );
        (entry.before, entry.after) = (previous, previous);
        return;
    }
    let input = &entry.input;
    let mut ahead = Ahead {
        plays: later.iter().take(AHEAD).map(|e| &e.input),
        consulted: &mut entry.consulted,
    };
    let mut before = heal::before(
        &previous,
        input,
        tools.context,
        &mut ahead,
        tools.drives,
        &mut heals,
    );
    let last = past.last().map(|p| &p.before);
    tools.drives.snap(&mut before, input, last);
    let settled = score::after(&before, input, &mut ahead, entry.confirmed, &mut heals);
    if input.unclassified {
        heals.note(
            FaultCode::Unclassified,
            input.text.as_deref(),
            Some("other"),
        );
    }
    let named = named(input, tools.names);
    let mut after = project::after(&before, input, settled, named, tools.context);
    tools.drives.play(&before, &mut after, input);
    after.moved = before.moved.after(&before, input);
    (entry.before, entry.after) = (before, after);
}

fn named(input: &Input, names: &Names) -> Option<Side> {
    let text = input.text.as_deref()?;
    match input.kind {
        PlayKind::Timeout => names.first_in(text),
        PlayKind::NoPlay => names.first_in(&text[penalty_at(text)?..]),
        _ if input.penalty_yards.is_some() => names.first_in(&text[penalty_at(text)?..]),
        _ => None,
    }
}

fn penalty_at(text: &str) -> Option<usize> {
    text.find("PENALTY")
        .or_else(|| text.find("Penalty").map(|_| 0))
}

fn price(entry: &mut Entry, tools: &mut Tools<'_>) {
    if entry.duplicate {
        entry.price = None;
        return;
    }
    let snap = entry.before.snap(tools.context);
    let known = [entry.price.take(), tools.last.take()]
        .into_iter()
        .flatten()
        .find(|p| p.snap == snap);
    let price = known.unwrap_or_else(|| Price::new(tools.model, snap));
    entry.price = Some(price.clone());
    tools.last = Some(price);
}

//! Why there is a cut, in words.

use std::{fmt::Write as _, sync::Arc};

use matchday_event::production::{CutReason, Frame};

use super::{
    plan::{Change, Rules},
    wish::{Wish, bit},
};

/// Losers named at most.
const OVER_MOST: usize = 8;

/// The words for a cut.
pub(super) fn why(rules: &Rules<'_>, change: &Change) -> Arc<str> {
    let mut text = String::with_capacity(96);
    let wish = change.slot.and_then(|slot| rules.wishes.get(slot));
    let camera = change.shot.camera;
    // Writing to a string cannot fail.
    let _ = match (change.reason, wish) {
        (CutReason::Rule, Some(wish)) => rule(&mut text, rules, change, wish),
        (CutReason::Model, Some(wish)) => rule(&mut text, rules, change, wish),
        (CutReason::Rule | CutReason::Model, None) => write!(text, "a rule asks for {camera}"),
        (CutReason::Return, Some(wish)) => {
            let how = if wish.released {
                "no longer holds"
            } else {
                "is over"
            };
            write!(text, "{} {how}: back to {camera}", wish.rule)
        }
        (CutReason::Return, None) => {
            write!(text, "nobody asks for {}: back to {camera}", change.from)
        }
        (CutReason::Manual, _) => write!(text, "the operator takes {camera}"),
    };
    text.into()
}

fn rule(
    text: &mut String,
    rules: &Rules<'_>,
    change: &Change,
    wish: &Wish,
) -> Result<(), std::fmt::Error> {
    let seconds = |frames: Frame| frames as f64 / rules.rate.fps();
    write!(text, "{}: {}", wish.rule, wish.why)?;
    if wish.by_rule {
        write!(text, " (priority {})", wish.priority)?;
    } else {
        write!(text, " (no rule asks for another)")?;
    }
    if change.from == change.shot.camera {
        write!(text, "; the camera stays, the zoom changes")?;
    }
    if let Some((frames, counts)) = change.broke {
        let min = f64::from(rules.config.min_shot_ms) / 1e3;
        let had = seconds(frames);
        write!(
            text,
            "; it breaks the minimum of {min:.1} s, the shot before it had {had:.1} s and counts {counts}"
        )?;
    }
    if wish.heard > wish.from {
        write!(
            text,
            "; it was heard {:.2} s late",
            seconds(wish.heard - wish.from)
        )?;
    }
    let due = wish.heard.max(wish.from);
    if change.frame > due {
        write!(text, "; it waited {:.2} s", seconds(change.frame - due))?;
    }
    Ok(())
}

/// The rules that ask for another camera at the time of a cut, best first.
pub(super) fn over(rules: &Rules<'_>, change: &Change) -> Vec<Arc<str>> {
    let mut lost: Vec<&Wish> = rules
        .wishes
        .iter()
        .filter(|(n, w)| {
            Some(*n) != change.slot
                && change.done & bit(*n) == 0
                && w.is_on(change.frame)
                && w.shot.camera != change.shot.camera
        })
        .map(|(_, w)| w)
        .collect();
    lost.sort_by(|a, b| b.rank(a));
    lost.truncate(OVER_MOST);
    lost.into_iter().map(|w| w.rule.clone()).collect()
}

//! From the fold's plays to the facts that are told.

use std::sync::Arc;

use matchday_event::{
    PlayDetail, PlayFact, Score,
    football::{Choice, Decision, FootballPlayFact, PlayKind},
    round,
};

use super::{
    fold::Entry,
    model::Price,
    state::{State, points},
};

/// The fact of a play, `next` being the state that followed it and what the models say of that.
pub fn play(entry: &Entry, next: (Score, &State, &Price)) -> Option<PlayFact> {
    let price = entry.price.as_ref()?;
    let (score_after, next_state, next_price) = next;
    let input = &entry.input;
    let before = &entry.before;
    let snap = input.kind.is_snap();
    let counted = snap || input.kind == PlayKind::NoPlay;
    Some(PlayFact {
        play_id: input.play_id.clone(),
        order: input.order,
        clock: before.clock(),
        wall: input.wall,
        text: input.text.clone(),
        score_before: before.score,
        score_after,
        wp_home_before: price.wp,
        wp_home_after: next_price.wp,
        wpa_home: round::six(next_price.wp - price.wp),
        leverage: price.leverage.filter(|_| snap),
        detail: PlayDetail::AmericanFootball(FootballPlayFact {
            drive: entry.after.drive.number,
            spot: before.spot(),
            kind: input.kind,
            tags: input.tags,
            yards: input.yards,
            ep_before: price.ep.filter(|_| counted),
            epa: price
                .ep
                .filter(|_| counted)
                .map(|ep| epa(before, ep, score_after, next_state, next_price)),
            decision: decided(price, input.kind),
        }),
    })
}

/// The decision that was open before the snap, with what was chosen.
fn decided(price: &Price, kind: PlayKind) -> Option<Arc<Decision>> {
    let decision = price.decision.as_ref()?;
    let called = Choice::of(kind)?;
    decision.option(called)?;
    Some(Arc::new(Decision {
        called: Some(called),
        ..decision.as_ref().clone()
    }))
}

/// Points scored, and what is expected from here on, less what was expected.
fn epa(before: &State, ep: f64, score_after: Score, next: &State, next_price: &Price) -> f64 {
    let Some(side) = before.possession else {
        return 0.0;
    };
    let own = |s: Score| f64::from(points(s, side) - points(s, side.other()));
    let half = |s: &State| match s.period {
        0..=2 => 0,
        3..=4 => 1,
        p => p - 3,
    };
    let expected = match (next_price.ep, next.possession) {
        (Some(ep), Some(ball)) if half(before) == half(next) => {
            if ball == side {
                ep
            } else {
                -ep
            }
        }
        _ => 0.0,
    };
    round::four(own(score_after) - own(before.score) + expected - ep)
}

//! Points as facts tell them, of any sport.

use matchday_event::{PlayFact, PlayId, Score, ScoreFact, Side};

/// What a play's points changed by, told for each side; `now` is the score where the play is gone.
pub fn scores(
    play_id: &PlayId,
    old: Option<&PlayFact>,
    new: Option<&PlayFact>,
    now: Score,
) -> [Option<ScoreFact>; 2] {
    let points = |s: Score, side| match side {
        Side::Home => s.home,
        Side::Away => s.away,
    };
    let scored = |fact: Option<&PlayFact>, side| {
        fact.map_or(0, |f| {
            points(f.score_after, side) - points(f.score_before, side)
        })
    };
    [Side::Home, Side::Away].map(|side| {
        let points = scored(new, side) - scored(old, side);
        (points != 0).then(|| ScoreFact {
            play_id: play_id.clone(),
            side,
            points,
            score: new.map_or(now, |f| f.score_after),
        })
    })
}

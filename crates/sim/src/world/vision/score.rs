//! How well facts of pictures fit the truth.

use matchday_event::{
    EventTime, Fact, Side,
    senses::{Direction, VisionFact},
};

use super::SeenTruth;
use crate::world::tally::{KindScore, Span, tally_by};

/// Names of what is scored, in the order of [`score`].
pub const SCORED: [&str; 5] = ["celebration", "scorer", "reaction", "head_turn", "spin"];

/// Scores celebrations, the shirts named as scorers, reactions of the crowd, head turns and crossings of the spin.
///
/// A celebration must be found if two or more took part. Of the scorers every named shirt is one that was told, right if
/// it is the one who scored. A reaction must be found where the crowd rose by 35 % and sat before; smaller ones may be told.
/// A head turn must be found if its side's head was in the pictures all along; a crossing of the spin if it did not come
/// back within 0.8 s. Nothing is asked in the first ten seconds.
pub fn score(truth: &[SeenTruth], facts: &[Fact], kick_off: EventTime) -> [KindScore; 5] {
    let ms = |at: EventTime| (at.0 - kick_off.0) / 1000;
    let told = || {
        facts.iter().filter_map(|fact| match fact {
            Fact::Vision(fact) => Some(fact),
            _ => None,
        })
    };
    let late = |from: i64| from > 10_000;
    let span = |onset: i64, to: i64, must: bool| Span {
        onset_ms: onset,
        from_ms: onset,
        to_ms: to,
        must: must && late(onset),
    };

    let parties = truth
        .iter()
        .filter_map(|t| match t {
            SeenTruth::Celebration {
                side,
                from_ms,
                to_ms,
                players,
                ..
            } => Some((*side, span(*from_ms as i64, *to_ms as i64, *players >= 2))),
            _ => None,
        })
        .collect();
    let mut known = Vec::new();
    let told_parties = told()
        .filter_map(|fact| match fact {
            VisionFact::Celebration(c) if !known.contains(&(c.side, c.onset)) => {
                known.push((c.side, c.onset));
                Some((c.side, ms(c.at)))
            }
            _ => None,
        })
        .collect();

    let scorers = truth
        .iter()
        .filter_map(|t| match t {
            SeenTruth::Celebration {
                side,
                shirt: Some(shirt),
                from_ms,
                to_ms,
                players,
            } => Some((
                (*side, *shirt),
                span(*from_ms as i64, *to_ms as i64 + 6000, *players >= 2),
            )),
            _ => None,
        })
        .collect();
    let told_scorers = told()
        .filter_map(|fact| match fact {
            VisionFact::Celebration(c) if c.ended.is_some() => {
                Some(((c.side, c.scorer?), ms(c.ended?)))
            }
            _ => None,
        })
        .collect();

    let rises: Vec<(Side, i64, i64, f32)> = truth
        .iter()
        .filter_map(|t| match t {
            SeenTruth::Reaction {
                side,
                from_ms,
                to_ms,
                share,
            } => Some((*side, *from_ms as i64, *to_ms as i64, *share)),
            _ => None,
        })
        .collect();
    let reactions = rises
        .iter()
        .filter(|(.., share)| *share >= 0.1)
        .map(|(side, from, to, share)| {
            // Who stands already does not rise again: eight seconds after the last one's end all sit.
            let sat = !rises
                .iter()
                .any(|r| r.0 == *side && r.1 < *from && r.2 + 8000 > *from && r.3 >= 0.1);
            (*side, span(*from, *to, *share >= 0.35 && sat))
        })
        .collect();
    let mut known = Vec::new();
    let told_reactions = told()
        .filter_map(|fact| match fact {
            VisionFact::Reaction(r) if !known.contains(&(r.side, r.onset)) => {
                known.push((r.side, r.onset));
                Some((r.side?, ms(r.at)))
            }
            _ => None,
        })
        .collect();

    let turns = truth
        .iter()
        .filter_map(|t| match t {
            SeenTruth::HeadTurn {
                side,
                shirt,
                from_ms,
                to_ms,
                ..
            } => Some((
                (*side, *shirt),
                span(*from_ms as i64, *to_ms as i64 + 1500, true),
            )),
            _ => None,
        })
        .collect();
    let told_turns = told()
        .filter_map(|fact| match fact {
            VisionFact::HeadTurn(h) => Some(((h.side?, h.shirt?), ms(h.at))),
            _ => None,
        })
        .collect();

    let spins: Vec<(i64, bool)> = truth
        .iter()
        .filter_map(|t| match t {
            SeenTruth::Spin { at_ms, down } => Some((*at_ms as i64, *down)),
            _ => None,
        })
        .collect();
    let crossings = spins
        .iter()
        .map(|(at, down)| {
            let alone = !spins.iter().any(|s| s.0 != *at && (s.0 - at).abs() < 800);
            let span = Span {
                onset_ms: *at,
                from_ms: at - 400,
                to_ms: at + 1200,
                must: alone && late(*at),
            };
            (*down, span)
        })
        .collect();
    let told_spins = told()
        .filter_map(|fact| match fact {
            VisionFact::Spin(s) => Some((s.direction == Direction::Down, ms(s.at))),
            _ => None,
        })
        .collect();
    [
        tally_by(parties, told_parties),
        tally_by(scorers, told_scorers),
        tally_by(reactions, told_reactions),
        tally_by(turns, told_turns),
        tally_by(crossings, told_spins),
    ]
}

//! How well facts of gaze fit the truth.

use matchday_event::{
    EventTime, Fact,
    senses::{Direction, GazeFact},
};

use super::Stare;
use crate::world::tally::{KindScore, Span, tally};

/// Names of what is scored, in the order of [`score`].
pub const SCORED: [&str; 2] = ["on", "off"];

/// Scores crossings of 0.60 upwards and of 0.50 downwards. A stare must be found if 70 % or more of the viewers mean to
/// take part and it lasts three seconds; may be where 50 % or more do, for blinks and errors take some off; and must not
/// where fewer do.
pub fn score(stares: &[Stare], facts: &[Fact], kick_off: EventTime) -> [KindScore; 2] {
    let told = |direction: Direction| -> Vec<i64> {
        facts
            .iter()
            .filter_map(|fact| match fact {
                Fact::Gaze(GazeFact::Crossed(c)) if c.direction == direction => {
                    Some((c.at.0 - kick_off.0) / 1000)
                }
                _ => None,
            })
            .collect()
    };
    let spans = |ends: bool| -> Vec<Span> {
        stares
            .iter()
            .filter(|s| s.share >= 0.5)
            .map(|s| {
                let (from, to) = (s.from_ms as i64, s.to_ms as i64);
                let clear = s.share >= 0.7 && to - from >= 3000;
                Span {
                    onset_ms: if ends { to } else { from },
                    from_ms: from,
                    to_ms: if ends { to + 2500 } else { to + 500 },
                    must: clear && from > 2000,
                }
            })
            .collect()
    };
    [
        tally(&spans(false), &told(Direction::Up)),
        tally(&spans(true), &told(Direction::Down)),
    ]
}

use super::{
    document::HeaderFault,
    game::{Play, clock_s, clock_text},
};
use crate::Rng;

/// What can be wrong with a document that is otherwise whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spoil {
    /// The last play stands twice, the second time under another id.
    Duplicate,
    /// The last two plays have changed places.
    OutOfOrder,
    /// The header has lost the points.
    ScoreFlicker,
    /// The clock has gone back up.
    ClockBackward,
    /// The last play from scrimmage has no down.
    DownMissing,
    /// A clock of more than sixty minutes.
    LongClock,
}

impl Spoil {
    /// Every way there is.
    pub const ALL: &[Self] = &[
        Self::Duplicate,
        Self::OutOfOrder,
        Self::ScoreFlicker,
        Self::ClockBackward,
        Self::DownMissing,
        Self::LongClock,
    ];
}

/// Spoils the plays and says what is wrong with the header; `None` where there is nothing to spoil.
pub(super) fn spoil(plays: &mut Vec<Play>, how: Spoil, rng: &mut Rng) -> Option<HeaderFault> {
    let mut header = HeaderFault::default();
    let last = plays.len().checked_sub(1)?;
    match how {
        Spoil::Duplicate => {
            let play = &plays[last];
            // A touchdown told twice is another fault, a score that jumps.
            if play.scored || !play.is_action() {
                return None;
            }
            let copy = Play {
                id: play.id + 2,
                ..play.clone()
            };
            plays.push(copy);
        }
        Spoil::OutOfOrder => {
            if plays[last].drive != plays[last - 1].drive {
                return None;
            }
            // The clocks and ids show which comes first; only the places in the document are wrong.
            plays.swap(last - 1, last);
        }
        Spoil::ScoreFlicker => {
            if !plays.iter().any(|p| p.scored) {
                return None;
            }
            header.no_score = true;
        }
        Spoil::ClockBackward => {
            let play = plays.get_mut(last).filter(|p| p.down > 0)?;
            let now = clock_s(&play.time)?;
            let back = u16::try_from(rng.between(60, 240)).ok()?;
            if now + back > 900 {
                return None;
            }
            play.time = clock_text(now + back);
            header.clock = Some(play.time.clone());
        }
        Spoil::DownMissing => {
            let play = plays.get_mut(last).filter(|p| p.down > 0)?;
            play.down = 0;
            play.togo = 0;
        }
        Spoil::LongClock => {
            let play = plays.get_mut(last).filter(|p| p.down > 0)?;
            play.time = format!("{}:{:02}", rng.between(60, 95), rng.between(0, 59));
            header.clock = Some(play.time.clone());
        }
    }
    Some(header)
}

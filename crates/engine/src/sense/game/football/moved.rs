//! How each side has moved the ball so far, as the models look at it.

use matchday_event::{NextPlay, Side, football::PlayKind};
use matchday_learn::football::Form;

use super::{
    input::Input,
    state::{State, index, points},
};

/// Plays and yards of both sides. What the last play gained is only known by where the next one is snapped, so
/// that play is carried along until then.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Moved {
    settled: [Form; 2],
    pending: Option<Pending>,
}

/// A run, pass or sack whose gain is not settled yet.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Pending {
    side: Side,
    yards_to_goal: u8,
    second_half: bool,
    points: (i16, i16),
}

impl Moved {
    /// The figures in this state.
    pub fn form(&self, now: &State) -> [Form; 2] {
        let mut form = self.settled;
        if let Some(play) = self.pending
            && let Some(yards) = play.gained(now)
        {
            form[index(play.side)].add(yards);
        }
        form
    }

    /// Takes a play into account, given the state before it.
    pub fn after(&self, before: &State, input: &Input) -> Self {
        if !input.kind.is_snap() && input.kind != PlayKind::NoPlay {
            return *self;
        }
        let tried = matches!(input.kind, PlayKind::Run | PlayKind::Pass | PlayKind::Sack)
            && before.next == NextPlay::Scrimmage
            && before.period <= 4;
        Self {
            settled: self.form(before),
            pending: before.possession.filter(|_| tried).map(|side| Pending {
                side,
                yards_to_goal: before.yards_to_goal,
                second_half: before.period > 2,
                points: (
                    points(before.score, side),
                    points(before.score, side.other()),
                ),
            }),
        }
    }
}

impl Pending {
    /// Yards that the play gained, told by what comes next; `None` where that does not tell, as across
    /// half-time. Losing the ball gains nothing.
    fn gained(&self, now: &State) -> Option<i16> {
        let own = points(now.score, self.side) - self.points.0;
        let other = points(now.score, self.side.other()) - self.points.1;
        if own >= 6 {
            return Some(i16::from(self.yards_to_goal));
        }
        let same_half = (now.period > 2) == self.second_half && now.period <= 4;
        if !same_half || own != 0 {
            return None;
        }
        match (now.next, now.possession) {
            (NextPlay::Scrimmage, Some(side)) if other == 0 && side == self.side => {
                Some(i16::from(self.yards_to_goal) - i16::from(now.yards_to_goal))
            }
            (NextPlay::Scrimmage | NextPlay::Kickoff | NextPlay::Try, Some(_)) => Some(0),
            _ => None,
        }
    }
}

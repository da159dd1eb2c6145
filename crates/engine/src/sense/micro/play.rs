//! Plays as micro-events.

use matchday_event::{
    PlayDetail, PlayFact, Side, Signal, basketball, football,
    senses::{MicroKind as Kind, Sense},
    soccer, tennis,
};

use super::{Micro, PLAYS_KEPT, Told};

/// A feed can err, and mostly does not.
const BY_FEED: f32 = 0.95;

impl Micro {
    /// The play that the signal reports, when it is first told: not those that a correction told anew.
    pub(super) fn play(&mut self, signal: &Signal, play: &PlayFact, told: &mut Vec<Told>) {
        let Signal::Play(report) = signal else { return };
        let Some(at) = report.wall.or(self.clock.now) else {
            return;
        };
        if report.play_id != play.play_id || self.plays.contains(&play.play_id) {
            return;
        }
        if self.plays.len() == PLAYS_KEPT {
            self.plays.pop_front();
        }
        self.plays.push_back(play.play_id.clone());
        let Some((kind, side, label)) = what(play) else {
            return;
        };
        // Remembered, so that the moment which follows is not told as another thing.
        self.is_new(kind, side, at, 0);
        told.push(Told {
            label: label.map(Into::into),
            side,
            place: self.ball(),
            ..Told::new(at, kind, Sense::Game, BY_FEED)
        });
    }
}

type What = (Kind, Option<Side>, Option<&'static str>);

/// What a play is, if it is anything that a camera would turn to.
fn what(play: &PlayFact) -> Option<What> {
    let (before, after) = (play.score_before, play.score_after);
    let scorer = if after.home > before.home {
        Some(Side::Home)
    } else if after.away > before.away {
        Some(Side::Away)
    } else {
        None
    };
    match &play.detail {
        PlayDetail::AmericanFootball(detail) => match scorer {
            Some(side) => Some((Kind::Score, Some(side), None)),
            None => of_football(detail),
        },
        PlayDetail::Basketball(detail) => match scorer {
            Some(side) if detail.points == 3 => Some((Kind::Score, Some(side), Some("three"))),
            Some(side) => Some((Kind::Score, Some(side), None)),
            None => of_basketball(detail),
        },
        PlayDetail::Soccer(detail) => match scorer {
            Some(side) => Some((Kind::Score, Some(side), None)),
            None => of_soccer(detail),
        },
        PlayDetail::Tennis(detail) => of_tennis(detail),
    }
}

fn of_football(play: &football::FootballPlayFact) -> Option<What> {
    use football::{PlayKind as P, PlayTag as T};
    let side = play.spot.possession;
    let is = |tag| play.tags.contains(tag);
    if is(T::Interception) || is(T::FumbleLost) || is(T::TurnoverOnDowns) {
        return Some((Kind::Turnover, side, None));
    }
    match play.kind {
        P::FieldGoal if is(T::NoGood) || is(T::Blocked) => {
            Some((Kind::NearMiss, side, Some("field-goal")))
        }
        P::Sack => Some((Kind::BigPlay, side.map(Side::other), Some("sack"))),
        P::NoPlay => Some((Kind::Foul, None, None)),
        _ if is(T::Penalty) => Some((Kind::Foul, None, None)),
        kind if kind.is_snap() && play.yards.is_some_and(|y| y >= 20) => {
            Some((Kind::BigPlay, side, None))
        }
        _ => None,
    }
}

fn of_basketball(play: &basketball::BasketballPlayFact) -> Option<What> {
    use basketball::PlayKind as P;
    match play.kind {
        P::Turnover => Some((Kind::Turnover, play.side, None)),
        P::Foul => Some((Kind::Foul, play.side, None)),
        P::Ejection => Some((Kind::Foul, play.side, Some("ejection"))),
        P::Substitution => Some((Kind::Substitution, play.side, None)),
        _ => None,
    }
}

fn of_soccer(play: &soccer::SoccerPlayFact) -> Option<What> {
    use soccer::PlayKind as P;
    let (kind, label) = match play.kind {
        P::PenaltyMissed | P::ShootoutMissed => (Kind::NearMiss, Some("penalty")),
        P::ShootoutGoal => (Kind::Score, Some("shoot-out")),
        P::ShotSaved => (Kind::NearMiss, Some("saved")),
        P::Woodwork => (Kind::NearMiss, Some("woodwork")),
        P::ShotOff => (Kind::NearMiss, Some("off")),
        P::Foul => (Kind::Foul, None),
        P::YellowCard | P::SecondYellow | P::RedCard => (Kind::Foul, Some("card")),
        P::Corner => (Kind::SetPiece, Some("corner")),
        P::FreeKick => (Kind::SetPiece, Some("free-kick")),
        P::PenaltyWon => (Kind::SetPiece, Some("penalty")),
        P::Substitution => (Kind::Substitution, None),
        _ => return None,
    };
    Some((kind, play.side, label))
}

fn of_tennis(play: &tennis::TennisPlayFact) -> Option<What> {
    use tennis::PointKind as P;
    let before = play.set_before.games;
    let after = play.games_after;
    if after.home + after.away > before.home + before.away {
        return Some((Kind::Score, play.winner, Some("game")));
    }
    match play.kind {
        P::Ace => Some((Kind::BigPlay, play.winner, Some("ace"))),
        P::Winner => Some((Kind::BigPlay, play.winner, None)),
        P::DoubleFault => Some((Kind::NearMiss, play.server, Some("double-fault"))),
        _ => None,
    }
}

//! Soccer as a ticker tells it. The clock counts up from each half's beginning.

use matchday_event::{
    Detail, GamePhase,
    soccer::{PlayKind, SoccerPlay},
};

use super::{Kind, Scribe, Told, name, who};
use crate::world::Script;

pub(super) fn tell(script: &Script, scribe: &mut Scribe) {
    let mut penalty = false;
    for (i, h) in script.happenings.iter().enumerate() {
        let (period, _) = scribe.period(h.at_ms);
        let played_s = i32::try_from(h.at_ms.saturating_sub(period.from_ms) / 1000).unwrap_or(0);
        let named = name(script, h);
        let (kind, text) = match h.kind {
            Kind::KickOff => {
                scribe.status(h.at_ms, GamePhase::Live, Some(0));
                (PlayKind::StartPeriod, "The match begins.".to_owned())
            }
            Kind::PeriodStart { .. } => {
                scribe.status(h.at_ms, GamePhase::Live, Some(0));
                (PlayKind::StartPeriod, "The second half begins.".to_owned())
            }
            Kind::PeriodEnd { .. } => (PlayKind::EndPeriod, "The half is over.".to_owned()),
            Kind::HalfTime => {
                scribe.status(h.at_ms, GamePhase::Halftime, Some(played_s));
                continue;
            }
            Kind::Final => (PlayKind::EndMatch, "The match is over.".to_owned()),
            Kind::Score { .. } if penalty => (
                PlayKind::PenaltyGoal,
                format!("{named} scores the penalty."),
            ),
            Kind::Score { .. } => (PlayKind::Goal, format!("Goal by {named}!")),
            Kind::PenaltyMissed => (
                PlayKind::PenaltyMissed,
                format!("{named} misses the penalty."),
            ),
            Kind::NearMiss if h.surprise > 0.5 => {
                (PlayKind::Woodwork, format!("{named} hits the post."))
            }
            Kind::NearMiss if h.surprise > 0.25 => {
                (PlayKind::ShotSaved, format!("A shot by {named} is saved."))
            }
            Kind::NearMiss => (PlayKind::ShotOff, format!("{named} shoots wide.")),
            // The shot was the other side's.
            Kind::Stop => (PlayKind::ShotBlocked, format!("{named} blocks a shot.")),
            Kind::Foul => (PlayKind::Foul, format!("Foul by {named}.")),
            Kind::Card if h.surprise > 0.7 => (PlayKind::RedCard, format!("{named} is sent off.")),
            Kind::Card => (PlayKind::YellowCard, format!("{named} is booked.")),
            Kind::Turnover => (PlayKind::Other, format!("{named} loses the ball.")),
            Kind::BigPlay => (PlayKind::Other, format!("A fine run by {named}.")),
            Kind::Injury => (PlayKind::Other, format!("{named} is hurt.")),
            Kind::Review => (PlayKind::Other, "The referee looks again.".to_owned()),
            Kind::Whistle | Kind::Timeout | Kind::Play => continue,
        };
        match h.kind {
            // A foul that all talk about is one that gives a penalty kick.
            Kind::Foul => penalty = h.weight > 0.3,
            Kind::Score { .. } | Kind::PenaltyMissed => penalty = false,
            _ => {}
        }
        let side = match h.kind {
            Kind::Stop => h.side.map(matchday_event::Side::other),
            _ => h.side,
        };
        let told = Told {
            order: 0,
            clock_s: Some(played_s),
            score_before: None,
            score: h.score,
            text,
            detail: Detail::Soccer(SoccerPlay {
                kind,
                side,
                player: (h.kind != Kind::Stop).then(|| who(h)).flatten(),
                xg: None,
            }),
        };
        scribe.play(i, 0, h.at_ms, told);
        if h.kind == Kind::Final {
            scribe.status(h.at_ms, GamePhase::Final, Some(played_s));
        }
    }
}

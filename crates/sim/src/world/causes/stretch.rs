//! Matches to try rules on: of every seed the stretch in which a rule has something to act on, and something not to.

use matchday_event::{Side, Sport};

use super::Trigger;
use crate::world::{
    Happening, HappeningKind as Kind, Script, body::BodyPlan, chat::ChatPlan, gaze::GazePlan,
    plays::Feed, stadium::StadiumPlan, tastes::TastePlan, vision::VisionPlan,
};

const MINUTE_MS: u64 = 60_000;

/// What a rule needs to be heard and seen, and no more. Without microphones.
pub fn plan_for(trigger: Trigger) -> StadiumPlan {
    let silent = StadiumPlan {
        chat: None,
        sound: false,
        plays: Some(Feed::default()),
        ..StadiumPlan::default()
    };
    match trigger {
        Trigger::Keyword | Trigger::ThreeJoy | Trigger::MissRage | Trigger::UnderdogSurprise => {
            StadiumPlan {
                chat: Some(ChatPlan::default()),
                ..silent
            }
        }
        Trigger::PenaltyGaze => StadiumPlan {
            gaze: Some(GazePlan::default()),
            tracking: true,
            ..silent
        },
        Trigger::HeadTurn => StadiumPlan {
            vision: Some(VisionPlan::default()),
            tracking: true,
            ..silent
        },
        Trigger::SpinDrop => StadiumPlan {
            tracking: true,
            ..silent
        },
        Trigger::HeartLeap => StadiumPlan {
            body: Some(BodyPlan {
                fans: [0, 0, 0],
                ..BodyPlan::default()
            }),
            ..silent
        },
        Trigger::FastServe | Trigger::BallTrace => StadiumPlan {
            tastes: Some(TastePlan::default()),
            ..silent
        },
    }
}

/// The sport of a seed's match for a rule.
pub fn sport_for(trigger: Trigger, seed: u64) -> Sport {
    match trigger {
        Trigger::Keyword => {
            [Sport::Soccer, Sport::Basketball, Sport::AmericanFootball][(seed % 3) as usize]
        }
        Trigger::ThreeJoy => Sport::Basketball,
        Trigger::FastServe | Trigger::BallTrace => Sport::Tennis,
        _ => Sport::Soccer,
    }
}

/// The stretch of a seed's match for a rule. `None` where that match has not what the rule is about: no penalty kick, no
/// goal of an underdog.
pub fn stretch_for(trigger: Trigger, seed: u64) -> Option<Script> {
    let script = Script::generate(seed, sport_for(trigger, seed));
    let around = |at_ms: u64, before: u64, after: u64| {
        let from = at_ms.saturating_sub(before * MINUTE_MS);
        Some(script.excerpt(from, at_ms + after * MINUTE_MS))
    };
    // Not the first one of every match.
    let pick = |what: &dyn Fn(usize, &Happening) -> bool| -> Option<u64> {
        let all: Vec<u64> = script
            .happenings
            .iter()
            .enumerate()
            .filter(|(i, h)| h.at_ms > 4 * MINUTE_MS && what(*i, h))
            .map(|(_, h)| h.at_ms)
            .collect();
        all.get(seed as usize % all.len().max(1)).copied()
    };
    let goal = |h: &Happening| matches!(h.kind, Kind::Score { .. });
    match trigger {
        Trigger::Keyword => {
            let talked_of = |h: &Happening| match h.kind {
                Kind::Injury => true,
                Kind::BigPlay => h.weight >= 0.15,
                _ => false,
            };
            around(pick(&|_, h| talked_of(h))?, 4, 2)
        }
        Trigger::ThreeJoy => {
            let three = |h: &Happening| h.kind == Kind::Score { points: 3 };
            around(pick(&|_, h| three(h))?, 3, 3)
        }
        Trigger::MissRage => around(pick(&|_, h| h.kind == Kind::PenaltyMissed)?, 3, 1),
        Trigger::UnderdogSurprise => {
            let underdog: Side = script.underdog?;
            around(pick(&|_, h| goal(h) && h.side == Some(underdog))?, 3, 1)
        }
        Trigger::PenaltyGaze => around(pick(&|i, _| script.is_penalty(i))?, 4, 1),
        Trigger::HeadTurn | Trigger::SpinDrop => {
            around(pick(&|_, h| h.kind == Kind::NearMiss)?, 2, 1)
        }
        Trigger::HeartLeap => around(pick(&|_, h| h.weight >= 0.6 && h.kind.tone() != 0)?, 3, 1),
        Trigger::FastServe | Trigger::BallTrace => Some(script),
    }
}

/// A stretch of a seed's match in which something happens that is much like the rule's cause and is none: a booking that
/// enrages a room, a goal that surprises and is no underdog's, a near miss that lifts a heart or two. `None` where a match
/// has none of it, or where the rule's own stretches have enough of it.
pub fn decoy_for(trigger: Trigger, seed: u64) -> Option<Script> {
    let script = Script::generate(seed, sport_for(trigger, seed));
    let is = |i: usize, h: &Happening| match trigger {
        Trigger::MissRage => h.kind == Kind::Card,
        Trigger::UnderdogSurprise => {
            matches!(h.kind, Kind::Score { .. })
                && script.underdog.is_some_and(|u| h.side != Some(u))
        }
        Trigger::HeartLeap => h.kind == Kind::NearMiss && (0.3..0.6).contains(&h.weight),
        Trigger::PenaltyGaze => h.kind == Kind::NearMiss && !script.is_penalty(i),
        _ => false,
    };
    let all = script.happenings.iter().enumerate();
    let like: Vec<u64> = all
        .filter(|(i, h)| h.at_ms > 4 * MINUTE_MS && is(*i, h))
        .map(|(_, h)| h.at_ms)
        .collect();
    let at_ms = *like.get(seed as usize % like.len().max(1))?;
    Some(script.excerpt(at_ms - 2 * MINUTE_MS, at_ms + MINUTE_MS / 2))
}

/// Matches for a rule, by seed from this one on, those left out that have nothing for it.
pub fn matches_for(trigger: Trigger, first_seed: u64) -> impl Iterator<Item = (u64, Script)> {
    (first_seed..).filter_map(move |seed| Some((seed, stretch_for(trigger, seed)?)))
}

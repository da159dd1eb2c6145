//! Basketball as a scorer's table tells it.

use matchday_event::{
    Detail, GamePhase, Side,
    basketball::{Attempt, BasketballPlay, PlayKind, Player},
};

use super::{Happening, Kind, Scribe, Told, name};
use crate::world::Script;

const QUARTER_S: f64 = 720.0;

pub(super) fn tell(script: &Script, scribe: &mut Scribe) {
    for (i, h) in script.happenings.iter().enumerate() {
        let clock_s = scribe.left_s(h.at_ms, QUARTER_S);
        let named = name(script, h);
        let throw = BasketballPlay {
            kind: PlayKind::FreeThrow,
            value: Some(1),
            good: Some(matches!(h.kind, Kind::Score { .. })),
            attempt: attempt(script, i),
            ..by(h)
        };
        let of = |kind, value| BasketballPlay {
            kind,
            value,
            ..by(h)
        };
        let (play, text) = match h.kind {
            Kind::KickOff => {
                scribe.status(h.at_ms, GamePhase::Live, Some(clock_s));
                (
                    of(PlayKind::StartPeriod, None),
                    "The game begins.".to_owned(),
                )
            }
            Kind::PeriodStart { period } => {
                scribe.status(h.at_ms, GamePhase::Live, Some(clock_s));
                (
                    of(PlayKind::StartPeriod, None),
                    format!("Quarter {period} begins."),
                )
            }
            Kind::PeriodEnd { period } => (
                of(PlayKind::EndPeriod, None),
                format!("Quarter {period} is over."),
            ),
            Kind::HalfTime => {
                scribe.status(h.at_ms, GamePhase::Halftime, Some(clock_s));
                continue;
            }
            Kind::Final => {
                scribe.status(h.at_ms, GamePhase::Final, Some(0));
                continue;
            }
            Kind::Score { points: 1 } => (throw, format!("{named} makes a free throw.")),
            Kind::Score { points } => {
                let how = if h.surprise > 0.4 && points == 2 {
                    "dunks".to_owned()
                } else {
                    format!("scores for {points}")
                };
                (of(PlayKind::Made, Some(points)), format!("{named} {how}."))
            }
            Kind::PenaltyMissed => (throw, format!("{named} misses a free throw.")),
            Kind::Play if attempt(script, i).is_some() => {
                (throw, format!("{named} misses a free throw."))
            }
            Kind::NearMiss => (
                of(PlayKind::Missed, Some(3)),
                format!("{named} misses from afar."),
            ),
            Kind::Play => (
                of(PlayKind::Missed, Some(2)),
                format!("{named} misses a shot."),
            ),
            // A block is told as the shot that it stopped.
            Kind::Stop => (
                BasketballPlay {
                    kind: PlayKind::Missed,
                    value: Some(2),
                    side: h.side.map(Side::other),
                    player: None,
                    third: player(h),
                    ..BasketballPlay::default()
                },
                format!("{named} blocks a shot."),
            ),
            Kind::Turnover => (
                of(PlayKind::Turnover, None),
                format!("{named} loses the ball."),
            ),
            Kind::Foul => (of(PlayKind::Foul, None), format!("Foul by {named}.")),
            Kind::Timeout => (of(PlayKind::Timeout, None), format!("Timeout {named}.")),
            Kind::Injury => (of(PlayKind::Other, None), format!("{named} is hurt.")),
            Kind::Card => (
                of(PlayKind::Ejection, None),
                format!("{named} is sent off."),
            ),
            Kind::BigPlay | Kind::Whistle | Kind::Review => continue,
        };
        let missed = play.kind == PlayKind::Missed;
        let told = |order, play, text| Told {
            order,
            clock_s: Some(clock_s),
            score_before: None,
            score: h.score,
            text,
            detail: Detail::Basketball(play),
        };
        scribe.play(i, 0, h.at_ms, told(0, play, text));
        if missed && let Some(side) = next_with_ball(script, i) {
            let rebound = BasketballPlay {
                kind: PlayKind::Rebound,
                side: Some(side),
                ..BasketballPlay::default()
            };
            let text = format!("Rebound {}.", script.club(side).name);
            scribe.play(i, 1, h.at_ms + 900, told(1, rebound, text));
        }
    }
}

fn player(h: &Happening) -> Option<Player> {
    let player = h.player.as_ref()?;
    Some(Player {
        id: player.number.to_string().into(),
        name: player.name.clone(),
        side: h.side,
    })
    .map(|p| Player {
        // Numbers repeat between the two clubs.
        id: format!(
            "{}{}",
            if h.side == Some(Side::Away) { "a" } else { "h" },
            p.id
        )
        .into(),
        ..p
    })
}

fn by(h: &Happening) -> BasketballPlay {
    BasketballPlay {
        side: h.side,
        player: player(h),
        ..BasketballPlay::default()
    }
}

/// Which free throw of two this is, if it is one: both follow a foul of the other side within half a minute.
fn attempt(script: &Script, i: usize) -> Option<Attempt> {
    let h = &script.happenings[i];
    let throw = |h: &Happening| {
        matches!(
            h.kind,
            Kind::Score { points: 1 } | Kind::PenaltyMissed | Kind::Play
        )
    };
    if !throw(h) {
        return None;
    }
    let mut number = 1;
    for before in script.happenings[..i].iter().rev() {
        if before.kind == Kind::Whistle {
            continue;
        }
        if throw(before) && before.side == h.side && number == 1 {
            number = 2;
            continue;
        }
        let foul = before.kind == Kind::Foul && before.side != h.side;
        // After a foul that gave no throws the ball is played on for eight seconds or more, then shot: a made throw
        // or a miss within fifteen seconds of the whistle is a throw.
        let soon = h.at_ms.saturating_sub(before.at_ms) < 15_500 * u64::from(number);
        return (foul && soon).then_some(Attempt { number, of: 2 });
    }
    None
}

/// Who has the ball next.
fn next_with_ball(script: &Script, i: usize) -> Option<Side> {
    script.happenings[i + 1..]
        .iter()
        .take_while(|h| !matches!(h.kind, Kind::PeriodEnd { .. }))
        .find_map(|h| match h.kind {
            Kind::Score { .. } | Kind::NearMiss | Kind::Turnover | Kind::Play => h.side,
            Kind::Stop | Kind::Foul => h.side.map(Side::other),
            _ => None,
        })
}

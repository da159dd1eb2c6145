//! Tennis, point by point. The report's score is in sets.

use matchday_event::{
    Detail, GamePhase, Score, Side,
    tennis::{PointKind, TennisPoint},
};

use super::{Happening, Kind, Scribe, Told, name};
use crate::world::Script;

pub(super) fn tell(script: &Script, scribe: &mut Scribe) {
    let mut serving = first_server(script);
    let (mut games, mut sets) = (Score::default(), Score::default());
    // The server of the game's first point, and points of a tie-break so far.
    let mut points = 0_u32;
    for (i, h) in script.happenings.iter().enumerate() {
        let (winner, kind, text) = match h.kind {
            Kind::KickOff => {
                scribe.status(h.at_ms, GamePhase::Live, None);
                continue;
            }
            Kind::Final => {
                scribe.status(h.at_ms, GamePhase::Final, None);
                continue;
            }
            Kind::PeriodEnd { .. } => {
                // The last point of the set has told of it.
                games = Score::default();
                continue;
            }
            _ => match point(script, h, serving) {
                Some(point) => point,
                None => continue,
            },
        };
        let tie_break = games.home >= 6 && games.away >= 6;
        let server = if tie_break && points.div_ceil(2) % 2 == 1 {
            serving.other()
        } else {
            serving
        };
        points += 1;
        let before = sets;
        let won = script.happenings[i + 1..]
            .iter()
            .take_while(|next| next.at_ms == h.at_ms)
            .find(|next| matches!(next.kind, Kind::Score { .. }));
        if won.is_some() {
            add(&mut games, winner);
            serving = serving.other();
            points = 0;
            let ended = script.happenings[i + 1..]
                .iter()
                .take_while(|next| next.at_ms == h.at_ms)
                .any(|next| matches!(next.kind, Kind::PeriodEnd { .. }));
            if ended {
                add(&mut sets, winner);
            }
        }
        let fault = kind == PointKind::DoubleFault;
        let speed = 150 + scribe.rng.below(65) as u16 + if kind == PointKind::Ace { 12 } else { 0 };
        let strokes = if kind == PointKind::Ace {
            1
        } else {
            2 + scribe.rng.below(9) as u16
        };
        let told = Told {
            order: 0,
            clock_s: None,
            score_before: Some(before),
            score: sets,
            text,
            detail: Detail::Tennis(TennisPoint {
                server: Some(server),
                winner: Some(winner),
                kind,
                games_after: Some(games),
                serve_kmh: (!fault).then_some(speed),
                rally: (!fault).then_some(strokes),
            }),
        };
        scribe.play(i, 0, h.at_ms, told);
    }
}

fn add(score: &mut Score, side: Side) {
    match side {
        Side::Home => score.home += 1,
        Side::Away => score.away += 1,
    }
}

/// Who won the point, how, and in words.
fn point(script: &Script, h: &Happening, serving: Side) -> Option<(Side, PointKind, String)> {
    let side = h.side?;
    let named = name(script, h);
    let of = |winner, kind, text| Some((winner, kind, text));
    match h.kind {
        Kind::BigPlay if side == serving && h.surprise < 0.4 => {
            of(side, PointKind::Ace, format!("Ace by {named}."))
        }
        Kind::BigPlay => of(side, PointKind::Winner, format!("A winner by {named}.")),
        Kind::Foul => of(
            side.other(),
            PointKind::DoubleFault,
            format!("Double fault by {named}."),
        ),
        Kind::NearMiss => of(
            side.other(),
            PointKind::UnforcedError,
            format!("{named} puts it just out."),
        ),
        Kind::Stop => of(
            side,
            PointKind::ForcedError,
            format!("{named} saves the break point."),
        ),
        Kind::Play => of(side, PointKind::Other, format!("Point {named}.")),
        _ => None,
    }
}

/// Who served first. Players take turns; double faults are the server's, saved break points and aces too.
fn first_server(script: &Script) -> Side {
    let mut votes = 0_i32;
    let mut turn = 1;
    let mut games = Score::default();
    for h in &script.happenings {
        match h.kind {
            Kind::Score { .. } => {
                turn = -turn;
                if let Some(side) = h.side {
                    add(&mut games, side);
                }
            }
            Kind::PeriodEnd { .. } => games = Score::default(),
            // In a tie-break the turn changes within the game.
            Kind::Foul | Kind::Stop if games.home < 6 || games.away < 6 => {
                let home = if h.side == Some(Side::Home) { 1 } else { -1 };
                votes += turn * home;
            }
            _ => {}
        }
    }
    if votes >= 0 { Side::Home } else { Side::Away }
}

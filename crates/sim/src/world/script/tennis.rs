//! A tennis match, best of three: hush before the serve, and a hall that lets go after the point.

use matchday_event::{Side, Sport};

use super::{HappeningKind as Kind, Script, pen::Pen};

pub(super) fn write(seed: u64) -> Script {
    let mut pen = Pen::new(seed, Sport::Tennis);
    let mut server = pen.toss();
    let mut sets = [0_u8; 2];
    let mut set = 0_u8;
    while sets[0] < 2 && sets[1] < 2 {
        set += 1;
        if set > 1 {
            pen.wait_between_s(90.0, 140.0);
            pen.tell(Kind::PeriodStart { period: set }, None, 0.1, 0.0);
        }
        let mut games = [0_u8; 2];
        while !won(games, 6) {
            let deciding = games[0].max(games[1]) >= 4 || games == [6, 6];
            let stake = if set == 3 { 0.2 } else { 0.0 } + if deciding { 0.2 } else { 0.0 };
            let winner = game(&mut pen, server, stake, games == [6, 6]);
            games[index(winner)] += 1;
            let broke = winner != server;
            let weight = if broke { 0.65 } else { 0.25 } + stake;
            pen.tell(
                Kind::Score { points: 1 },
                Some(winner),
                weight,
                if broke { 0.5 } else { 0.1 },
            );
            server = server.other();
            if games == [7, 6] || games == [6, 7] {
                break;
            }
            let pause_s = if (games[0] + games[1]) % 2 == 1 {
                75.0
            } else {
                20.0
            };
            pen.wait_between_s(pause_s, pause_s + 20.0);
        }
        let taker = usize::from(games[1] > games[0]);
        sets[taker] += 1;
        pen.tell(Kind::PeriodEnd { period: set }, None, 0.3, 0.0);
    }
    pen.finish()
}

fn index(side: Side) -> usize {
    usize::from(side == Side::Away)
}

/// Whether one of the two has reached `need` two clear.
fn won(points: [u8; 2], need: u8) -> bool {
    points[0].max(points[1]) >= need && points[0].abs_diff(points[1]) >= 2
}

fn game(pen: &mut Pen, server: Side, stake: f64, tie_break: bool) -> Side {
    let mut points = [0_u8; 2];
    let need = if tie_break { 7 } else { 4 };
    let mut serving = server;
    while !won(points, need) {
        pen.wait_between_s(16.0, 26.0);
        let receiver = serving.other();
        let break_point = !tie_break
            && points[index(receiver)] >= 3
            && points[index(receiver)] > points[index(serving)];
        let heat = stake + if break_point { 0.25 } else { 0.0 };
        let winner = if pen.rng.chance(0.63 + 0.06 * pen.for_side(serving)) {
            serving
        } else {
            receiver
        };
        point(pen, serving, winner, heat, break_point);
        points[index(winner)] += 1;
        if tie_break && (points[0] + points[1]) % 2 == 1 {
            serving = serving.other();
        }
    }
    if points[0] > points[1] {
        Side::Home
    } else {
        Side::Away
    }
}

fn point(pen: &mut Pen, serving: Side, winner: Side, heat: f64, break_point: bool) {
    let roll = pen.rng.unit();
    if winner == serving && roll < 0.14 {
        pen.wait_between_s(0.5, 0.9);
        pen.tell(Kind::BigPlay, Some(winner), 0.25 + heat, 0.3);
    } else if winner != serving && roll < 0.1 {
        pen.wait_between_s(8.0, 12.0);
        pen.tell(Kind::Foul, Some(serving), 0.15 + heat, 0.2);
    } else {
        pen.wait_about_s(2.0, 5.0);
        if break_point && winner == serving {
            pen.tell(Kind::Stop, Some(winner), 0.35 + heat, 0.3);
        } else if roll > 0.85 {
            pen.tell(Kind::BigPlay, Some(winner), 0.4 + heat, 0.5);
        } else if roll > 0.75 {
            pen.tell(Kind::NearMiss, Some(winner.other()), 0.25 + heat, 0.2);
        } else {
            pen.tell(Kind::Play, Some(winner), 0.1 + 0.5 * heat, 0.0);
        }
    }
}

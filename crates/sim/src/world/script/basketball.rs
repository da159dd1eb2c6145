//! A basketball game: two hundred possessions, and runs that lift a hall.

use matchday_event::{Side, Sport};

use super::{
    HappeningKind as Kind, Script,
    pen::{Pen, stake},
};

const QUARTER_S: f64 = 720.0;

pub(super) fn write(seed: u64) -> Script {
    let mut pen = Pen::new(seed, Sport::Basketball);
    let mut ball = pen.toss();
    let mut run = (Side::Home, 0_u8);
    for quarter in 1..=4_u8 {
        if quarter > 1 {
            pen.tell(Kind::PeriodStart { period: quarter }, None, 0.15, 0.0);
        }
        let mut clock_s = QUARTER_S;
        while clock_s > 0.0 {
            let took_s = 8.0 + 13.0 * pen.rng.unit();
            clock_s -= took_s;
            pen.wait_ms((took_s * 1000.0) as u64);
            let share = (f64::from(quarter) - clock_s.max(0.0) / QUARTER_S) / 4.0;
            ball = possession(&mut pen, ball, share, &mut run);
            if run.1 >= 8 && pen.rng.chance(0.5) {
                run.1 = 0;
                pen.tell_of(Kind::Timeout, Some(run.0.other()), None, 0.3, 0.0);
                pen.wait_between_s(90.0, 160.0);
            } else if pen.rng.chance(0.03) {
                let side = pen.toss();
                pen.tell_of(Kind::Timeout, Some(side), None, 0.05, 0.0);
                pen.wait_between_s(75.0, 150.0);
            }
        }
        pen.whistle(0.1);
        pen.tell(Kind::PeriodEnd { period: quarter }, None, 0.15, 0.0);
        match quarter {
            2 => {
                pen.tell(Kind::HalfTime, None, 0.15, 0.0);
                pen.wait_ms(15 * 60_000);
            }
            4 => {}
            _ => pen.wait_ms(140_000),
        }
    }
    pen.finish()
}

fn possession(pen: &mut Pen, side: Side, share: f64, run: &mut (Side, u8)) -> Side {
    let matters = stake(share, pen.score.home - pen.score.away, 6);
    let heat = if run.0 == side {
        0.04 * f64::from(run.1.min(8))
    } else {
        0.0
    };
    let late = if share > 0.93 { 0.35 } else { 0.0 };
    let roll = pen.rng.unit();
    if roll < 0.13 {
        pen.tell(Kind::Turnover, Some(side), 0.2 * matters + 0.3 * late, 0.2);
        return side.other();
    }
    if roll < 0.25 {
        pen.tell(Kind::Foul, Some(side.other()), 0.15 * matters, 0.0);
        pen.whistle(0.15);
        if pen.rng.chance(0.55) {
            for _ in 0..2 {
                pen.wait_between_s(9.0, 14.0);
                if pen.rng.chance(0.77) {
                    count(run, side, 1);
                    pen.tell(
                        Kind::Score { points: 1 },
                        Some(side),
                        0.08 + 0.4 * late,
                        0.0,
                    );
                } else if late > 0.0 {
                    pen.tell(Kind::PenaltyMissed, Some(side), 0.6 * matters, 0.3);
                } else {
                    pen.tell(Kind::Play, Some(side), 0.08, 0.0);
                }
            }
            return side.other();
        }
        pen.wait_between_s(8.0, 15.0);
        return side;
    }
    let help = 0.08 * pen.for_side(side);
    if roll < 0.58 {
        if pen.rng.chance(0.36 + help) {
            count(run, side, 3);
            pen.tell(
                Kind::Score { points: 3 },
                Some(side),
                0.4 * matters + heat + late,
                0.3,
            );
        } else {
            let weight = if late > 0.0 { 0.6 } else { 0.15 };
            pen.tell(Kind::NearMiss, Some(side), weight * matters, 0.1);
        }
    } else if pen.rng.chance(0.07) {
        pen.tell(Kind::Stop, Some(side.other()), 0.5 * matters + late, 0.5);
    } else if pen.rng.chance(0.55 + help) {
        count(run, side, 2);
        let dunk = pen.rng.chance(0.12);
        let weight = if dunk { 0.5 } else { 0.2 } * matters + heat + 0.8 * late;
        pen.tell(
            Kind::Score { points: 2 },
            Some(side),
            weight,
            if dunk { 0.5 } else { 0.1 },
        );
        if dunk {
            pen.wait_between_s(0.3, 0.9);
            pen.tell(Kind::BigPlay, Some(side), weight, 0.5);
        }
    } else {
        pen.tell(Kind::Play, Some(side), 0.08, 0.0);
        if pen.rng.chance(0.24) {
            return side;
        }
    }
    side.other()
}

/// Points in a row of one side.
fn count(run: &mut (Side, u8), side: Side, points: u8) {
    if run.0 == side {
        run.1 = run.1.saturating_add(points);
    } else {
        *run = (side, points);
    }
}

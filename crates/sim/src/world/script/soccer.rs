//! A soccer match: some twenty-seven shots, three goals, twenty fouls.

use matchday_event::{Side, Sport};

use super::{
    HappeningKind as Kind, Script,
    pen::{Pen, stake},
};

pub(super) fn write(seed: u64) -> Script {
    let mut pen = Pen::new(seed, Sport::Soccer);
    pen.whistle(0.2);
    for half in 1..=2_u8 {
        if half == 2 {
            pen.tell(Kind::PeriodStart { period: 2 }, None, 0.3, 0.0);
            pen.whistle(0.2);
        }
        let added_min = pen.rng.between(1, 2 + 2 * i32::from(half));
        let start_ms = pen.at_ms;
        let length_ms = (45 + u64::try_from(added_min).unwrap_or(0)) * 60_000;
        while pen.at_ms - start_ms < length_ms {
            pen.wait_about_s(9.0, 23.0);
            let share =
                (f64::from(half - 1) + (pen.at_ms - start_ms) as f64 / length_ms as f64) / 2.0;
            attack(&mut pen, share);
        }
        pen.whistle(0.3);
        pen.tell(Kind::PeriodEnd { period: half }, None, 0.2, 0.0);
        if half == 1 {
            pen.tell(Kind::HalfTime, None, 0.2, 0.0);
            pen.wait_ms(15 * 60_000);
        }
    }
    pen.finish()
}

fn attack(pen: &mut Pen, share: f64) {
    let side = pen.toss();
    let matters = stake(share, pen.score.home - pen.score.away, 1);
    let roll = pen.rng.unit();
    if roll < 0.12 {
        pen.tell(Kind::Foul, Some(side.other()), 0.2, 0.0);
        pen.whistle(0.2);
        if pen.rng.chance(0.17) {
            pen.wait_between_s(6.0, 20.0);
            let red = pen.rng.chance(0.05);
            let weight = if red { 0.8 } else { 0.35 };
            pen.tell(
                Kind::Card,
                Some(side.other()),
                weight * matters,
                if red { 0.8 } else { 0.2 },
            );
        }
    } else if roll < 0.28 {
        shot(pen, side, matters);
    } else if roll < 0.285 {
        penalty(pen, side, matters);
    } else if roll < 0.315 {
        pen.tell(Kind::Play, Some(side), 0.1, 0.0);
        pen.whistle(0.1);
    } else if roll < 0.375 {
        pen.tell(Kind::Turnover, Some(side), 0.12, 0.1);
    } else if roll < 0.405 {
        pen.tell(Kind::BigPlay, Some(side), 0.4 * matters, 0.4);
    } else if roll < 0.412 {
        pen.tell(Kind::Injury, Some(side), 0.3, 0.3);
        pen.whistle(0.2);
        pen.wait_between_s(40.0, 120.0);
    } else if roll < 0.45 {
        pen.tell(Kind::Stop, Some(side.other()), 0.25 * matters, 0.2);
    } else {
        pen.tell(Kind::Play, Some(side), 0.04, 0.0);
    }
}

fn shot(pen: &mut Pen, side: Side, matters: f64) {
    let chance = (0.11 + 0.06 * pen.for_side(side)).max(0.03);
    let roll = pen.rng.unit();
    if roll < chance {
        pen.tell(
            Kind::Score { points: 1 },
            Some(side),
            0.75 + 0.35 * (matters - 0.5),
            0.6,
        );
        pen.wait_between_s(50.0, 80.0);
        if pen.rng.chance(0.12) {
            pen.tell(Kind::Review, None, 0.4, 0.3);
            pen.wait_between_s(40.0, 90.0);
        }
        pen.whistle(0.15);
    } else if roll < chance + 0.05 {
        pen.tell(Kind::NearMiss, Some(side), 0.8 * matters, 0.6);
    } else if roll < chance + 0.32 {
        pen.tell(Kind::NearMiss, Some(side), 0.6 * matters, 0.3);
    } else if roll < chance + 0.6 {
        pen.tell(Kind::NearMiss, Some(side), 0.4 * matters, 0.2);
    } else {
        pen.tell(Kind::Play, Some(side), 0.12, 0.0);
    }
}

fn penalty(pen: &mut Pen, side: Side, matters: f64) {
    pen.tell(Kind::Foul, Some(side.other()), 0.7 * matters, 0.7);
    pen.whistle(0.5);
    pen.wait_between_s(50.0, 100.0);
    pen.whistle(0.3);
    pen.wait_between_s(1.5, 4.0);
    if pen.rng.chance(0.76) {
        pen.tell(
            Kind::Score { points: 1 },
            Some(side),
            0.75 + 0.3 * (matters - 0.5),
            0.3,
        );
        pen.wait_between_s(45.0, 70.0);
        pen.whistle(0.15);
    } else {
        pen.tell(Kind::PenaltyMissed, Some(side), 0.9 * matters, 0.8);
    }
}

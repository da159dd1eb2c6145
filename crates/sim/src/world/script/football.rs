//! A game of American football: drives, downs and the long time between snaps.

use matchday_event::{Side, Sport};

use super::{
    HappeningKind as Kind, Script,
    pen::{Pen, stake},
};

const QUARTER_S: f64 = 900.0;

struct Field {
    ball: Side,
    to_goal: i32,
    down: u8,
    distance: i32,
}

impl Field {
    fn first(&mut self) {
        self.down = 1;
        self.distance = self.to_goal.min(10);
    }

    fn over_to(&mut self, side: Side, to_goal: i32) {
        self.ball = side;
        self.to_goal = to_goal.clamp(1, 99);
        self.first();
    }
}

pub(super) fn write(seed: u64) -> Script {
    let mut pen = Pen::new(seed, Sport::AmericanFootball);
    let receiver = if pen.rng.chance(0.5) {
        Side::Home
    } else {
        Side::Away
    };
    let mut field = Field {
        ball: receiver,
        to_goal: 75,
        down: 1,
        distance: 10,
    };
    for quarter in 1..=4_u8 {
        if quarter == 3 {
            field.over_to(receiver.other(), 75);
        }
        if quarter > 1 {
            pen.tell(Kind::PeriodStart { period: quarter }, None, 0.2, 0.0);
        }
        let mut clock_s = QUARTER_S;
        while clock_s > 0.0 {
            pen.wait_between_s(30.0, 46.0);
            clock_s -= 20.0 + 14.0 * pen.rng.unit();
            let share = (f64::from(quarter) - clock_s.max(0.0) / QUARTER_S) / 4.0;
            snap(&mut pen, &mut field, share);
            if pen.rng.chance(0.07) {
                let side = pen.toss();
                pen.tell_of(Kind::Timeout, Some(side), None, 0.05, 0.0);
                pen.wait_between_s(60.0, 150.0);
            }
        }
        pen.whistle(0.1);
        pen.tell(Kind::PeriodEnd { period: quarter }, None, 0.15, 0.0);
        match quarter {
            2 => {
                pen.tell(Kind::HalfTime, None, 0.2, 0.0);
                pen.wait_ms(13 * 60_000);
            }
            4 => {}
            _ => pen.wait_ms(130_000),
        }
    }
    pen.finish()
}

fn snap(pen: &mut Pen, field: &mut Field, share: f64) {
    let side = field.ball;
    let matters = stake(share, pen.score.home - pen.score.away, 8);
    if field.down == 4 {
        return fourth(pen, field, matters);
    }
    let roll = pen.rng.unit();
    if roll < 0.055 {
        let guilty = pen.toss();
        pen.tell(Kind::Foul, Some(guilty), 0.25 * matters, 0.1);
        pen.whistle(0.15);
        let yards = if guilty == side { 5 } else { -5 };
        field.to_goal = (field.to_goal + yards).clamp(1, 99);
        field.distance = (field.distance + yards).max(1);
    } else if roll < 0.055 + (0.024 - 0.012 * pen.for_side(side)) {
        pen.tell(Kind::Turnover, Some(side), 0.8 * matters, 0.7);
        let left = 100 - field.to_goal;
        field.over_to(side.other(), left);
        pen.wait_between_s(90.0, 150.0);
    } else if roll < 0.13 {
        pen.tell(Kind::Stop, Some(side.other()), 0.5 * matters, 0.3);
        field.to_goal = (field.to_goal + 7).min(99);
        field.down += 1;
        field.distance += 7;
    } else if roll < 0.32 {
        // An incomplete pass; some were almost caught in the end zone.
        if field.to_goal < 30 && pen.rng.chance(0.3) {
            pen.tell(Kind::NearMiss, Some(side), 0.5 * matters, 0.3);
        } else {
            pen.tell(Kind::Play, Some(side), 0.06, 0.0);
        }
        field.down += 1;
    } else {
        let mut yards = 1 + pen.rng.between(0, 8);
        if pen.rng.chance(0.11 + 0.05 * pen.for_side(side)) {
            yards += pen.rng.between(12, 45);
        }
        gain(pen, field, yards, matters);
    }
}

fn gain(pen: &mut Pen, field: &mut Field, yards: i32, matters: f64) {
    let side = field.ball;
    if yards >= field.to_goal {
        let long = f64::from(field.to_goal.min(60)) / 60.0;
        pen.tell(
            Kind::Score { points: 6 },
            Some(side),
            0.7 + 0.4 * (matters - 0.5) + 0.1 * long,
            0.4 + 0.3 * long,
        );
        pen.wait_between_s(35.0, 60.0);
        if pen.rng.chance(0.94) {
            pen.tell(Kind::Score { points: 1 }, Some(side), 0.12, 0.0);
        } else {
            pen.tell(Kind::PenaltyMissed, Some(side), 0.4 * matters, 0.6);
        }
        pen.wait_between_s(100.0, 160.0);
        field.over_to(side.other(), 75);
        return;
    }
    field.to_goal -= yards;
    if yards >= 20 {
        pen.tell(
            Kind::BigPlay,
            Some(side),
            (0.4 + f64::from(yards) / 120.0) * matters,
            0.5,
        );
    } else {
        pen.tell(Kind::Play, Some(side), 0.05 + 0.01 * f64::from(yards), 0.0);
    }
    if yards >= field.distance {
        field.first();
    } else {
        field.down += 1;
        field.distance -= yards;
    }
}

fn fourth(pen: &mut Pen, field: &mut Field, matters: f64) {
    let side = field.ball;
    if field.to_goal <= 37 {
        let good = 1.02 - 0.012 * f64::from(field.to_goal);
        if pen.rng.chance(good) {
            pen.tell(
                Kind::Score { points: 3 },
                Some(side),
                0.45 * matters + 0.1,
                0.2,
            );
            pen.wait_between_s(90.0, 150.0);
            field.over_to(side.other(), 75);
        } else {
            pen.tell(Kind::NearMiss, Some(side), 0.75 * matters, 0.5);
            let left = 100 - field.to_goal - 7;
            field.over_to(side.other(), left);
        }
    } else if field.distance <= 2 && field.to_goal < 55 {
        if pen.rng.chance(0.55) {
            gain(pen, field, 3, matters);
        } else {
            pen.tell(Kind::Stop, Some(side.other()), 0.75 * matters, 0.5);
            let left = 100 - field.to_goal;
            field.over_to(side.other(), left);
        }
    } else {
        pen.tell(Kind::Play, Some(side), 0.1, 0.0);
        let left = 100 - (field.to_goal - 42).max(12);
        field.over_to(side.other(), left);
        pen.wait_between_s(60.0, 130.0);
    }
}

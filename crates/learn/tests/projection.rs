//! What each outcome does to the game, one by one.

use matchday_event::Side::{Away, Home};
use matchday_learn::football::{Kind, Outcome, PlayResult as R, Rules, Snap, next_snap};

fn start() -> Snap {
    Snap {
        kind: Kind::Scrimmage,
        period: 2,
        clock_s: 300,
        possession: Some(Home),
        home_lead: 3,
        total_points: 17,
        down: 3,
        distance: 7,
        yards_to_goal: 40,
        home_timeouts: 2,
        away_timeouts: 1,
        second_half_receiver: Some(Home),
        ..Snap::default()
    }
}

fn after(s: &Snap, result: R, elapsed_s: u16) -> Snap {
    next_snap(s, Outcome { result, elapsed_s }, Rules::Nfl)
}

/// Kind, possession is home's, down, distance, yards to goal, lead.
fn brief(s: &Snap) -> (Kind, Option<bool>, u8, u8, u8, i16) {
    let home = s.possession.map(|p| p == Home);
    (
        s.kind,
        home,
        s.down,
        s.distance,
        s.yards_to_goal,
        s.home_lead,
    )
}

#[test]
fn each_result_leads_to_the_snap_that_the_rules_say() {
    use Kind::{Kickoff, Scrimmage, Try};
    let s = start();
    let fourth = Snap { down: 4, ..s };
    let kick = Snap {
        kind: Kickoff,
        down: 0,
        distance: 0,
        yards_to_goal: 35,
        ..s
    };
    let cases = [
        (s, R::Gain(3), (Scrimmage, Some(true), 4, 4, 37, 3)),
        (s, R::Gain(-5), (Scrimmage, Some(true), 4, 12, 45, 3)),
        (s, R::Gain(7), (Scrimmage, Some(true), 1, 10, 33, 3)),
        (s, R::Gain(34), (Scrimmage, Some(true), 1, 6, 6, 3)),
        (s, R::Gain(40), (Try, Some(true), 0, 0, 2, 9)),
        (s, R::Gain(-60), (Kickoff, Some(false), 0, 0, 35, 1)),
        (fourth, R::Gain(3), (Scrimmage, Some(false), 1, 10, 63, 3)),
        (s, R::Touchdown, (Try, Some(true), 0, 0, 2, 9)),
        (s, R::ReturnTouchdown, (Try, Some(false), 0, 0, 2, -3)),
        (s, R::Turnover(4), (Scrimmage, Some(false), 1, 4, 4, 3)),
        (s, R::FieldGoal, (Kickoff, Some(false), 0, 0, 35, 6)),
        (
            s,
            R::MissedFieldGoal,
            (Scrimmage, Some(false), 1, 10, 53, 3),
        ),
        (s, R::Punt(30), (Scrimmage, Some(false), 1, 10, 90, 3)),
        (s, R::Punt(44), (Scrimmage, Some(false), 1, 10, 80, 3)),
        (s, R::Safety, (Kickoff, Some(false), 0, 0, 35, 1)),
        (kick, R::Kick(75), (Scrimmage, Some(true), 1, 10, 75, 3)),
        (
            kick,
            R::KickRecovered(52),
            (Scrimmage, Some(false), 1, 10, 52, 3),
        ),
    ];
    for (from, result, expected) in cases {
        assert_eq!(brief(&after(&from, result, 6)), expected, "{result:?}");
        assert_eq!(after(&from, result, 6).clock_s, 294);
    }
}

#[test]
fn a_half_ends_with_the_kick_off_owed_and_fresh_timeouts() {
    let n = after(&start(), R::Gain(2), 300);
    assert_eq!(brief(&n), (Kind::Kickoff, Some(true), 0, 0, 35, 3));
    assert_eq!(
        (n.period, n.clock_s, n.home_timeouts, n.away_timeouts),
        (3, 900, 3, 3)
    );
    // A quarter that is not a half's last changes the clock and nothing else.
    let n = after(
        &Snap {
            period: 3,
            ..start()
        },
        R::Gain(2),
        300,
    );
    assert_eq!(
        (n.period, n.clock_s, n.down, n.yards_to_goal),
        (4, 900, 4, 38)
    );
}

#[test]
fn the_game_ends_with_the_clock_unless_it_is_level_or_a_try_is_owed() {
    let last = Snap {
        period: 4,
        clock_s: 3,
        ..start()
    };
    assert_eq!(after(&last, R::Gain(2), 5).kind, Kind::Over);
    let level = Snap {
        home_lead: 0,
        ..last
    };
    let n = after(&level, R::Gain(2), 5);
    assert_eq!(
        (n.kind, n.period, n.clock_s, n.possession),
        (Kind::Kickoff, 5, 900, None)
    );
    let behind = Snap {
        home_lead: -7,
        ..last
    };
    let n = after(&behind, R::Touchdown, 5);
    assert_eq!((n.kind, n.clock_s, n.home_lead), (Kind::Try, 0, -1));
    assert_eq!(after(&n, R::Try(2), 0).kind, Kind::Over);
    assert_eq!(after(&n, R::Try(1), 0).period, 5);
}

#[test]
fn nfl_overtime_ends_when_both_had_their_chance() {
    let first = Snap {
        period: 5,
        clock_s: 600,
        home_lead: 0,
        overtime_possessions: (1, 0),
        ..start()
    };
    assert_eq!(after(&first, R::Touchdown, 5).kind, Kind::Over);
    let n = after(&first, R::FieldGoal, 5);
    assert_eq!((n.kind, n.possession), (Kind::Kickoff, Some(Away)));
    let answer = after(&n, R::Kick(75), 5);
    assert_eq!(answer.overtime_possessions, (1, 1));
    assert_eq!(after(&answer, R::Turnover(50), 5).kind, Kind::Over);
    let level = after(&answer, R::FieldGoal, 5);
    assert_eq!((level.kind, level.home_lead), (Kind::Kickoff, 0));
    let again = after(&level, R::Kick(75), 5);
    assert_eq!(after(&again, R::FieldGoal, 5).kind, Kind::Over);
}

#[test]
fn college_overtime_alternates_from_the_25() {
    let first = Snap {
        period: 5,
        clock_s: 0,
        home_lead: 0,
        overtime_possessions: (1, 0),
        down: 1,
        distance: 10,
        yards_to_goal: 25,
        ..start()
    };
    let next = |s: &Snap, result| {
        next_snap(
            s,
            Outcome {
                result,
                elapsed_s: 20,
            },
            Rules::College,
        )
    };
    let scored = next(&next(&first, R::Touchdown), R::Try(1));
    assert_eq!(brief(&scored), (Kind::Scrimmage, Some(false), 1, 10, 25, 7));
    assert_eq!(scored.overtime_possessions, (1, 1));
    assert_eq!(next(&scored, R::Turnover(60)).kind, Kind::Over);
    let level = next(&next(&scored, R::Touchdown), R::Try(1));
    assert_eq!(
        (level.period, level.possession, level.overtime_possessions),
        (6, Some(Away), (0, 1))
    );
    assert_eq!(
        next(&next(&scored, R::Touchdown), R::Try(2)).kind,
        Kind::Over
    );
}

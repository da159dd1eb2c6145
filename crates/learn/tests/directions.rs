//! The models on situations that people know, as a table to be read, and orders that must hold whatever the
//! weights are.

use std::fmt::Write as _;

use matchday_event::Side::{self, Away, Home};
use matchday_learn::football::{Kind, Models, Snap};

/// Home's ball on neutral ground: minutes and seconds left in the fourth quarter unless said otherwise.
fn snap(period: u8, clock_s: u16, side: Side, lead: i16, spot: (u8, u8, u8)) -> Snap {
    Snap {
        kind: Kind::Scrimmage,
        period,
        clock_s,
        possession: Some(side),
        home_lead: lead,
        total_points: lead.abs() + 34,
        down: spot.0,
        distance: spot.1,
        yards_to_goal: spot.2,
        home_timeouts: 3,
        away_timeouts: 3,
        second_half_receiver: (period <= 2).then_some(Away),
        spread_home: None,
        total_line: None,
        neutral: true,
        tie_stands: true,
        overtime_possessions: (0, 0),
        form: Default::default(),
        ..Snap::default()
    }
}

fn cases() -> Vec<(&'static str, Snap)> {
    let at = snap;
    let with = |mut s: Snap, change: fn(&mut Snap)| {
        change(&mut s);
        s
    };
    let kick = |s| {
        with(s, |s| {
            s.kind = Kind::Kickoff;
            (s.down, s.distance, s.yards_to_goal) = (0, 0, 35);
        })
    };
    let scored = |s| {
        with(s, |s| {
            s.kind = Kind::Try;
            (s.down, s.distance, s.yards_to_goal) = (0, 0, 2);
        })
    };
    vec![
        (
            "opening kick-off to home, neutral",
            kick(at(1, 900, Home, 0, (0, 0, 35))),
        ),
        (
            "opening kick-off to home, at home",
            with(kick(at(1, 900, Home, 0, (0, 0, 35))), |s| s.neutral = false),
        ),
        (
            "opening kick-off to home, favoured by 7",
            with(kick(at(1, 900, Home, 0, (0, 0, 35))), |s| {
                s.spread_home = Some(-7.0)
            }),
        ),
        (
            "favoured by 7, level, five minutes left",
            with(at(4, 300, Home, 0, (1, 10, 75)), |s| {
                s.spread_home = Some(-7.0)
            }),
        ),
        (
            "up 7 after one quarter, home ball",
            at(2, 900, Home, 7, (1, 10, 75)),
        ),
        (
            "up 7 at half-time, home to receive",
            kick(at(3, 900, Home, 7, (0, 0, 35))),
        ),
        (
            "up 7 at half-time, away to receive",
            kick(at(3, 900, Away, 7, (0, 0, 35))),
        ),
        ("up 21 at half-time", kick(at(3, 900, Away, 21, (0, 0, 35)))),
        (
            "level, home at its own 1, 1st quarter",
            at(1, 600, Home, 0, (1, 10, 99)),
        ),
        (
            "level, home 1st and goal at the 1, 1st quarter",
            at(1, 600, Home, 0, (1, 1, 1)),
        ),
        (
            "up 3, home ball at midfield, 4:00",
            at(4, 240, Home, 3, (1, 10, 50)),
        ),
        (
            "up 3, away ball at midfield, 4:00",
            at(4, 240, Away, 3, (1, 10, 50)),
        ),
        (
            "up 1, home ball, 1:50, away without timeouts",
            with(at(4, 110, Home, 1, (1, 10, 60)), |s| s.away_timeouts = 0),
        ),
        (
            "up 1, home ball, 1:50, away with three timeouts",
            at(4, 110, Home, 1, (1, 10, 60)),
        ),
        (
            "up 1, away 1st and 10 at its own 25, 2:00",
            at(4, 120, Away, 1, (1, 10, 75)),
        ),
        (
            "up 1, away 1st and 10 at its own 25, 1:00",
            at(4, 60, Away, 1, (1, 10, 75)),
        ),
        (
            "up 1, away 1st and 10 at its own 25, 0:30",
            at(4, 30, Away, 1, (1, 10, 75)),
        ),
        (
            "up 1, away 1st and 10 at its own 25, 0:15",
            at(4, 15, Away, 1, (1, 10, 75)),
        ),
        (
            "up 1, away 1st and 10 at its own 25, 0:05",
            at(4, 5, Away, 1, (1, 10, 75)),
        ),
        (
            "up 1, kicking off to away, 0:15",
            kick(at(4, 15, Away, 1, (0, 0, 35))),
        ),
        (
            "up 1, kicking off to away, 1:00",
            kick(at(4, 60, Away, 1, (0, 0, 35))),
        ),
        (
            "up 4, away 1st and 10 at midfield, 0:15",
            at(4, 15, Away, 4, (1, 10, 50)),
        ),
        (
            "up 4, away 1st and goal at the 5, 0:15",
            at(4, 15, Away, 4, (1, 5, 5)),
        ),
        (
            "up 3, home ball, 0:20, away without timeouts",
            with(at(4, 20, Home, 3, (1, 10, 60)), |s| s.away_timeouts = 0),
        ),
        (
            "level, away 1st and 10 at its own 25, 0:15",
            at(4, 15, Away, 0, (1, 10, 75)),
        ),
        (
            "down 2, home ball at the 20, 0:05",
            at(4, 5, Home, -2, (2, 10, 20)),
        ),
        (
            "down 2, home ball at its own 20, 0:05",
            at(4, 5, Home, -2, (1, 10, 80)),
        ),
        (
            "down 4, home ball at the 20, 0:05",
            at(4, 5, Home, -4, (2, 10, 20)),
        ),
        (
            "down 7, home ball at the 20, 1:00",
            at(4, 60, Home, -7, (1, 10, 20)),
        ),
        (
            "down 9, home ball at midfield, 0:30",
            at(4, 30, Home, -9, (1, 10, 50)),
        ),
        (
            "level, 0:04, home ball at the 25",
            at(4, 4, Home, 0, (3, 5, 25)),
        ),
        (
            "up 6, home about to try, 2:00",
            scored(at(4, 120, Home, 6, (0, 0, 2))),
        ),
        (
            "down 2, home about to try, 2:00",
            scored(at(4, 120, Home, -2, (0, 0, 2))),
        ),
        (
            "overtime, home receives first",
            with(at(5, 895, Home, 0, (1, 10, 75)), |s| {
                s.overtime_possessions = (1, 0)
            }),
        ),
        (
            "overtime, down 3, home answers at midfield",
            with(at(5, 500, Home, -3, (1, 10, 50)), |s| {
                s.overtime_possessions = (1, 1)
            }),
        ),
        (
            "over, level",
            with(at(5, 0, Home, 0, (0, 0, 0)), |s| s.kind = Kind::Over),
        ),
        (
            "over, won by 1",
            with(at(4, 0, Home, 1, (0, 0, 0)), |s| s.kind = Kind::Over),
        ),
    ]
}

#[test]
fn situations_that_people_know() {
    for league in ["nfl", "ncaaf"] {
        let models = Models::builtin(league);
        let mut table = String::from("home wp    ep   leverage  situation\n");
        for (name, s) in cases() {
            // Overtime in college is another game: its own test covers it.
            if league == "ncaaf" && s.period >= 5 {
                continue;
            }
            let figure = |x: Option<f64>| x.map_or_else(|| "    -".into(), |x| format!("{x:5.2}"));
            writeln!(
                table,
                "  {:.3}  {}     {}  {name}",
                models.home_wp(&s),
                figure(models.ep(&s)),
                figure(models.leverage(&s))
            )
            .expect("a string takes it all");
        }
        insta::assert_snapshot!(format!("situations_{league}"), table);
    }
}

fn wp(league: &str, s: Snap) -> f64 {
    Models::builtin(league).home_wp(&s)
}

#[test]
fn the_leader_who_can_kneel_has_won() {
    for league in ["nfl", "ncaaf"] {
        let mut s = snap(4, 70, Home, 3, (1, 10, 50));
        s.away_timeouts = 0;
        assert!(wp(league, s) > 0.985, "{league} {}", wp(league, s));
        // The same clock with the other side's ball is another matter.
        s.possession = Some(Away);
        assert!(wp(league, s) < 0.93, "{league} {}", wp(league, s));
    }
}

/// Bounds from what came of such situations in the training seasons, widened by what so few of them leave open. The
/// clocks of college games are rough, and so are its last seconds.
#[test]
fn the_last_seconds_are_nearly_certain_where_nobody_can_score_in_time() {
    for league in ["nfl", "ncaaf"] {
        let own_25 = (1, 10, 75);
        for (clock_s, bounds) in [
            (5, 0.93..1.0),
            (15, 0.8..1.0),
            (30, 0.62..0.92),
            (60, 0.55..0.8),
            (120, 0.5..0.75),
        ] {
            let p = wp(league, snap(4, clock_s, Away, 1, own_25));
            assert!(bounds.contains(&p), "{league} {clock_s} s: {p}");
            let mut kick = snap(4, clock_s, Away, 1, (0, 0, 35));
            kick.kind = Kind::Kickoff;
            let kicked = wp(league, kick);
            assert!(
                bounds.start - 0.05 < kicked,
                "{league} {clock_s} s: {kicked}"
            );
        }
        // By four to eight a touchdown is needed: within reach from the 5, out of it from midfield.
        let midfield = wp(league, snap(4, 5, Away, 4, (1, 10, 50)));
        assert!(midfield > 0.9, "{league} {midfield}");
        assert!(
            wp(league, snap(4, 15, Away, 4, (1, 5, 5))) < 0.75,
            "{league}"
        );
        // Level, far away and without time, overtime comes.
        let level = wp(league, snap(4, 5, Away, 0, own_25));
        assert!((0.35..0.6).contains(&level), "{league} {level}");
        // A short kick to win is made four times in five, in college two times in three.
        let kick = wp(league, snap(4, 4, Home, -1, (4, 3, 12)));
        let least = if league == "nfl" { 0.75 } else { 0.6 };
        assert!((least..0.97).contains(&kick), "{league} {kick}");
    }
}

#[test]
fn time_running_out_helps_the_leader_and_a_timeout_in_hand_hurts_him() {
    for (league, slack) in [("nfl", 0.005), ("ncaaf", 0.03)] {
        for lead in [1, 3, 7] {
            for yards_to_goal in [45, 60, 75, 90] {
                let at = |clock_s| wp(league, snap(4, clock_s, Away, lead, (1, 10, yards_to_goal)));
                let clocks = [2, 8, 15, 30, 60, 120];
                for pair in clocks.windows(2) {
                    assert!(
                        at(pair[0]) > at(pair[1]) - slack,
                        "{league}, up {lead}, away {yards_to_goal} yards from goal, {pair:?} s"
                    );
                }
            }
        }
        let with = |timeouts| {
            let mut s = snap(4, 100, Home, 2, (1, 10, 60));
            s.away_timeouts = timeouts;
            wp(league, s)
        };
        assert!(with(0) > with(3) + 0.03, "{league} {} {}", with(0), with(3));
    }
}

#[test]
fn the_spread_fades_as_the_game_goes_on() {
    for league in ["nfl", "ncaaf"] {
        let shift = |period, clock_s| {
            let mut s = snap(period, clock_s, Home, 0, (1, 10, 75));
            s.spread_home = Some(-10.0);
            let favoured = wp(league, s);
            s.spread_home = Some(10.0);
            favoured - wp(league, s)
        };
        assert!(shift(1, 900) > shift(3, 900), "{league}");
        assert!(shift(3, 900) > shift(4, 120), "{league}");
        assert!(shift(1, 900) > 0.4, "{league}");
    }
}

#[test]
fn expected_points_rise_towards_the_goal_and_fall_with_the_downs() {
    for league in ["nfl", "ncaaf"] {
        let models = Models::builtin(league);
        let ep = |spot| {
            models
                .ep(&snap(1, 600, Home, 0, spot))
                .expect("home has the ball")
        };
        for (near, far) in [(1, 10), (10, 25), (25, 50), (50, 75), (75, 95)] {
            assert!(ep((1, 1, near)) > ep((1, 10, far)), "{league} {near} {far}");
        }
        assert!(ep((1, 10, 60)) > ep((2, 10, 60)));
        assert!(ep((2, 10, 60)) > ep((3, 10, 60)));
        assert!(ep((3, 2, 60)) > ep((3, 15, 60)));
        let ends = (ep((1, 1, 1)), ep((1, 10, 99)));
        assert!(
            (5.0..7.0).contains(&ends.0) && (-2.5..0.3).contains(&ends.1),
            "{league} {ends:?}"
        );
    }
}

#[test]
fn leverage_is_high_where_a_play_decides_and_nothing_once_it_is_over() {
    for league in ["nfl", "ncaaf"] {
        let models = Models::builtin(league);
        let at = |s: Snap| models.leverage(&s).expect("there is a play to come");
        let decisive = at(snap(4, 60, Home, -4, (4, 5, 12)));
        let ordinary = at(snap(1, 800, Home, 0, (1, 10, 75)));
        let settled = at(snap(4, 300, Home, 35, (1, 10, 75)));
        assert!(
            decisive > 4.0 && decisive > 3.0 * ordinary,
            "{league} {decisive} {ordinary}"
        );
        assert!((0.3..2.0).contains(&ordinary), "{league} {ordinary}");
        assert!(settled < 0.05, "{league} {settled}");
        let mut over = snap(4, 0, Home, 3, (1, 10, 75));
        over.kind = Kind::Over;
        assert_eq!((models.leverage(&over), models.ep(&over)), (None, None));
    }
}

#[test]
fn college_overtime_is_series_against_series() {
    let at = |possessions, lead, spot: (u8, u8, u8)| {
        let mut s = snap(5, 0, Home, lead, spot);
        s.overtime_possessions = possessions;
        s.tie_stands = false;
        wp("ncaaf", s)
    };
    // Going second is worth something, and so is being close.
    assert!(at((1, 0), 0, (1, 10, 25)) < 0.55);
    assert!(at((1, 1), 0, (1, 10, 25)) > 0.6);
    assert!(at((1, 1), -7, (1, 10, 25)) < 0.35);
    assert!(at((1, 1), -3, (1, 3, 3)) > at((1, 1), -3, (3, 15, 30)));
    assert!(at((1, 1), 3, (1, 10, 25)) > 0.99);
}

#[test]
fn a_league_without_models_borrows_the_nfl_s_without_the_spread() {
    let models = Models::builtin("ufl");
    assert_eq!(models.name().as_ref(), "wp-nfl-logistic@3+no-spread");
    let mut s = snap(2, 300, Home, 3, (2, 7, 60));
    let blind = models.home_wp(&s);
    s.spread_home = Some(-14.0);
    assert_eq!(models.home_wp(&s), blind);
    assert!(wp("nfl", s) > blind);
}

//! What must hold of every snap, whatever the weights are.

use matchday_event::Side;
use matchday_learn::football::{Form, Kind, Models, Outcome, PlayResult, Rules, Snap, next_snap};
use proptest::prelude::*;

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Home), Just(Side::Away)]
}

fn form() -> impl Strategy<Value = Form> {
    (0..=90_u16, -200..=700_i16).prop_map(|(plays, yards)| Form { plays, yards })
}

fn snap() -> impl Strategy<Value = Snap> {
    let state = (
        prop_oneof![2 => Just(Kind::Kickoff), 8 => Just(Kind::Scrimmage), 1 => Just(Kind::Try)],
        1..=6_u8,
        0..=900_u16,
        proptest::option::weighted(0.97, side()),
        -45..=45_i16,
    );
    let spot = (1..=4_u8, 1..=30_u8, 1..=99_u8);
    let rest = (
        0..=3_u8,
        0..=3_u8,
        proptest::option::of(side()),
        proptest::option::of(-30.0..30.0_f32),
        any::<bool>(),
        any::<bool>(),
        (0..=2_u8, 0..=2_u8),
        (form(), form()),
    );
    (state, spot, rest).prop_map(
        |(
            (kind, period, clock_s, possession, home_lead),
            (down, distance, yards_to_goal),
            (
                home_timeouts,
                away_timeouts,
                second_half_receiver,
                spread_home,
                neutral,
                tie_stands,
                possessions,
                (home_form, away_form),
            ),
        )| {
            let scrimmage = kind == Kind::Scrimmage;
            Snap {
                kind,
                period,
                clock_s,
                possession,
                home_lead,
                total_points: home_lead.abs() + 20,
                down: if scrimmage { down } else { 0 },
                distance: if scrimmage {
                    distance.min(yards_to_goal)
                } else {
                    0
                },
                yards_to_goal: if scrimmage { yards_to_goal } else { 35 },
                home_timeouts,
                away_timeouts,
                second_half_receiver,
                spread_home,
                total_line: Some(45.0),
                neutral,
                tie_stands,
                overtime_possessions: possessions,
                form: Form::surplus([home_form, away_form]),
                ..Snap::default()
            }
        },
    )
}

fn result() -> impl Strategy<Value = PlayResult> {
    prop_oneof![
        6 => (-15..=99_i16).prop_map(PlayResult::Gain),
        1 => Just(PlayResult::Touchdown),
        1 => Just(PlayResult::ReturnTouchdown),
        1 => (1..=99_u8).prop_map(PlayResult::Turnover),
        1 => Just(PlayResult::FieldGoal),
        1 => Just(PlayResult::MissedFieldGoal),
        1 => (-20..=80_i16).prop_map(PlayResult::Punt),
        1 => Just(PlayResult::Safety),
        1 => (1..=99_u8).prop_map(PlayResult::Kick),
        1 => (1..=99_u8).prop_map(PlayResult::KickRecovered),
        1 => (0..=2_u8).prop_map(PlayResult::Try),
        1 => Just(PlayResult::TryReturned),
    ]
}

fn swapped(s: &Snap) -> Snap {
    Snap {
        possession: s.possession.map(Side::other),
        home_lead: -s.home_lead,
        home_timeouts: s.away_timeouts,
        away_timeouts: s.home_timeouts,
        second_half_receiver: s.second_half_receiver.map(Side::other),
        spread_home: s.spread_home.map(|x| -x),
        overtime_possessions: (s.overtime_possessions.1, s.overtime_possessions.0),
        form: -s.form,
        ..*s
    }
}

fn both(test: impl Fn(&Models) -> Result<(), TestCaseError>) -> Result<(), TestCaseError> {
    for league in ["nfl", "ncaaf"] {
        test(&Models::builtin(league))?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn probabilities_are_probabilities(s in snap()) {
        both(|m| {
            let p = m.home_wp(&s);
            // A try that can change nothing any more is as good as over.
            let open = s.kind != Kind::Try;
            prop_assert!(if open { p > 0.0 && p < 1.0 } else { (0.0..=1.0).contains(&p) }, "{p}");
            for x in [m.ep(&s), m.expected_swing(&s), m.leverage(&s)].into_iter().flatten() {
                prop_assert!(x.is_finite());
            }
            prop_assert_eq!(m.ep(&s).is_some(), s.possession.is_some());
            if let Some(swing) = m.expected_swing(&s) {
                prop_assert!((0.0..=1.0).contains(&swing));
            }
            Ok(())
        })?;
    }

    #[test]
    fn more_points_are_never_worse(s in snap(), more in 1..=10_i16) {
        both(|m| {
            let better = Snap { home_lead: s.home_lead + more, ..s };
            prop_assert!(m.home_wp(&better) >= m.home_wp(&s) - 1e-12, "{} {}", m.home_wp(&s), m.home_wp(&better));
            Ok(())
        })?;
    }

    #[test]
    fn on_neutral_ground_the_sides_are_alike(s in snap()) {
        let s = Snap { neutral: true, ..s };
        both(|m| {
            let (here, there) = (m.home_wp(&s), m.home_wp(&swapped(&s)));
            prop_assert!((here + there - 1.0).abs() < 1e-9, "{here} {there}");
            let (here, there) = (m.expected_swing(&s), m.expected_swing(&swapped(&s)));
            if let (Some(here), Some(there)) = (here, there) {
                prop_assert!((here - there).abs() < 1e-9, "{here} {there}");
            }
            prop_assert_eq!(m.ep(&s), m.ep(&swapped(&s)));
            Ok(())
        })?;
    }

    #[test]
    fn a_favourite_is_never_the_worse_for_it(s in snap(), by in 0.5..15.0_f32) {
        both(|m| {
            let spread = s.spread_home.unwrap_or(0.0);
            let even = Snap { spread_home: Some(spread), ..s };
            let favoured = Snap { spread_home: Some(spread - by), ..s };
            prop_assert!(m.home_wp(&favoured) >= m.home_wp(&even) - 1e-12);
            Ok(())
        })?;
    }

    #[test]
    fn every_outcome_leads_to_a_sound_snap(s in snap(), r in result(), elapsed_s in 0..=60_u16) {
        for rules in [Rules::Nfl, Rules::College] {
            let n = next_snap(&s, Outcome { result: r, elapsed_s }, rules);
            if n.kind == Kind::Scrimmage && n.possession.is_some() && s.possession.is_some() {
                prop_assert!((1..=4).contains(&n.down), "{n:?}");
                prop_assert!((1..=99).contains(&n.yards_to_goal), "{n:?}");
                prop_assert!((1..=99).contains(&n.distance), "{n:?}");
            }
            prop_assert!(n.period >= s.period);
            prop_assert!(n.period > s.period || n.clock_s <= s.clock_s);
            let points = (n.total_points - s.total_points, (n.home_lead - s.home_lead).abs());
            prop_assert!(points.0 == points.1 && (0..=6).contains(&points.0), "{points:?}");
            if n.kind == Kind::Over && !(s.tie_stands && s.period >= 5) {
                prop_assert!(n.home_lead != 0, "{s:?} {n:?}");
            }
        }
    }
}

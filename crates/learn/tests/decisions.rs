//! Decisions: a table of situations whose diff a person can read, and what must hold for any of them.

use matchday_event::{
    Side,
    football::{Choice, Decision, DecisionKind},
};
use matchday_learn::football::{
    Kind, Models, Outcome, PlayResult, Rules, Snap,
    decision::{DecisionFile, Decisions, Pricer, chance::REPLICATES},
    next_snap,
};
use proptest::prelude::*;

/// Fourth down of the home side on neutral ground.
fn fourth(period: u8, clock_s: u16, lead: i16, distance: u8, yards_to_goal: u8) -> Snap {
    Snap {
        kind: Kind::Scrimmage,
        period,
        clock_s,
        possession: Some(Side::Home),
        home_lead: lead,
        total_points: lead.abs() + 20,
        down: 4,
        distance: distance.min(yards_to_goal),
        yards_to_goal,
        home_timeouts: 3,
        away_timeouts: 3,
        neutral: true,
        tie_stands: true,
        ..Snap::default()
    }
}

fn after_touchdown(period: u8, clock_s: u16, lead: i16) -> Snap {
    Snap {
        kind: Kind::Try,
        down: 0,
        distance: 0,
        yards_to_goal: 2,
        ..fourth(period, clock_s, lead, 2, 2)
    }
}

fn nfl(snap: &Snap) -> Decision {
    Decisions::builtin(Rules::Nfl)
        .decide(snap, &*Models::builtin("nfl"))
        .expect("a decision")
}

#[test]
fn situations() {
    let cases = [
        (
            "4&1 at the opponent's 40, first quarter, level",
            fourth(1, 600, 0, 1, 40),
        ),
        (
            "4&1 at one's own 30, first quarter, level",
            fourth(1, 600, 0, 1, 70),
        ),
        (
            "4&15 at one's own 10, first quarter, level",
            fourth(1, 600, 0, 15, 90),
        ),
        (
            "4&goal at the 1, first quarter, level",
            fourth(1, 600, 0, 1, 1),
        ),
        (
            "4&goal at the 10, second quarter, 3 behind",
            fourth(2, 500, -3, 10, 10),
        ),
        (
            "4&4 at the 35, third quarter, level",
            fourth(3, 500, 0, 4, 35),
        ),
        (
            "4&8 at midfield, third quarter, 7 ahead",
            fourth(3, 500, 7, 8, 50),
        ),
        (
            "4&3 at the 20, 4 behind, 1:40 left",
            fourth(4, 100, -4, 3, 20),
        ),
        (
            "4&3 at the 20, 3 behind, 0:04 left",
            fourth(4, 4, -3, 3, 20),
        ),
        (
            "4&3 at the 20, 2 behind, 0:20 left",
            fourth(4, 20, -2, 3, 20),
        ),
        ("4&2 at the 45, 4 ahead, 1:30 left", fourth(4, 90, 4, 2, 45)),
        (
            "4&10 at one's own 20, 10 behind, 3:00 left",
            fourth(4, 180, -10, 10, 80),
        ),
        (
            "4&6 at one's own 40, 20 ahead, 6:00 left",
            fourth(4, 360, 20, 6, 60),
        ),
        (
            "try, level before it, first quarter",
            after_touchdown(1, 500, 6),
        ),
        ("try, 2 behind, 2:00 left", after_touchdown(4, 120, -2)),
        ("try, 1 ahead, 2:00 left", after_touchdown(4, 120, 1)),
        ("try, 8 behind, 5:00 left", after_touchdown(4, 300, -8)),
        ("try, level, 1:00 left", after_touchdown(4, 60, 0)),
        ("try, 5 ahead, 4:00 left", after_touchdown(4, 240, 5)),
    ];
    let mut table = String::new();
    for (name, snap) in cases {
        table += &format!("{name}\n");
        let decision = nfl(&snap);
        for o in &decision.options {
            table += &format!(
                "    {:<20} {:>5.1} %  ({:.1} to {:.1}){}  usual {:.0} %\n",
                o.choice.words(),
                100.0 * o.wp,
                100.0 * o.wp_low,
                100.0 * o.wp_high,
                o.success
                    .map_or(String::new(), |s| format!("  works {:.0} %", 100.0 * s)),
                100.0 * o.usual,
            );
        }
        table += &format!("    {}\n", decision.reason);
    }
    insta::assert_snapshot!(table);
}

#[test]
fn only_fourth_downs_and_tries_are_decisions() {
    let decisions = Decisions::builtin(Rules::Nfl);
    let models = Models::builtin("nfl");
    let third = Snap {
        down: 3,
        ..fourth(1, 600, 0, 1, 40)
    };
    let kickoff = Snap {
        kind: Kind::Kickoff,
        ..fourth(1, 600, 0, 1, 40)
    };
    let nobody = Snap {
        possession: None,
        ..fourth(1, 600, 0, 1, 40)
    };
    for snap in [third, kickoff, nobody] {
        assert_eq!(decisions.decide(&snap, &*models), None);
    }
}

#[test]
fn what_decides_the_game_is_seen() {
    // Three behind with four seconds left in range: nothing but the kick can help, or the touchdown.
    let last = nfl(&fourth(4, 4, -3, 3, 20));
    assert_ne!(last.options[0].choice, Choice::Punt);
    // Two behind with seconds left: the field goal wins.
    assert_eq!(
        nfl(&fourth(4, 20, -2, 3, 20)).recommended(),
        Some(Choice::FieldGoal)
    );
    // Four behind with seconds left: a field goal does not.
    assert_eq!(
        nfl(&fourth(4, 10, -4, 3, 20)).recommended(),
        Some(Choice::Go)
    );
    // From one's own ten on fourth and long nobody goes.
    assert_eq!(
        nfl(&fourth(1, 600, 0, 15, 90)).recommended(),
        Some(Choice::Punt)
    );
    // Two behind late: going for two is all there is.
    assert_eq!(
        nfl(&after_touchdown(4, 120, -2)).recommended(),
        Some(Choice::TwoPoint)
    );
    // Level with a minute left: the kick.
    assert_eq!(
        nfl(&after_touchdown(4, 60, 0)).recommended(),
        Some(Choice::KickOne)
    );
}

#[test]
fn chances_fall_with_distance() {
    for rules in [Rules::Nfl, Rules::College] {
        let decisions = Decisions::builtin(rules);
        let kicks: Vec<f64> = (19..75)
            .map(|y| decisions.field_goal_chance(f64::from(y), 0))
            .collect();
        assert!(
            kicks.windows(2).all(|w| w[1] <= w[0] + 0.002),
            "{rules:?} {kicks:?}"
        );
        assert!(kicks[0] > 0.93 && kicks[50] < 0.2, "{rules:?} {kicks:?}");
        let go: Vec<f64> = (1..=20)
            .map(|d| decisions.conversion_chance(&fourth(2, 500, 0, d, 55)))
            .collect();
        assert!(
            go.windows(2).all(|w| w[1] <= w[0] + 0.01),
            "{rules:?} {go:?}"
        );
        assert!(go[0] > 0.6 && go[9] < 0.4, "{rules:?} {go:?}");
    }
}

#[test]
fn a_file_that_does_not_fit_is_refused() {
    let json = include_str!("../../../models/nfl_decisions.json");
    let file: DecisionFile = serde_json::from_str(json).expect("the shipped file");
    let mut short = file.clone();
    short.habit_go.pop();
    assert!(
        Decisions::from_file(short)
            .unwrap_err()
            .to_string()
            .contains("habit_go")
    );
    let mut heavy = file.clone();
    heavy.won[3][0].weight += 0.5;
    assert!(
        Decisions::from_file(heavy)
            .unwrap_err()
            .to_string()
            .contains("won")
    );
    let mut other = file;
    other.format = "something/9".into();
    assert!(
        Decisions::from_file(other)
            .unwrap_err()
            .to_string()
            .contains("something/9")
    );
    let broken = Decisions::from_json("{\n\"format\": 3}")
        .unwrap_err()
        .to_string();
    assert!(broken.contains("line 2"), "{broken}");
}

/// Prices by nothing but who leads, so that what an option is worth can be worked out by hand.
struct Leader;

impl Pricer for Leader {
    fn home_wp(&self, snap: &Snap) -> f64 {
        0.5 + 0.1 * f64::from(snap.home_lead.signum())
    }
    fn rules(&self) -> Rules {
        Rules::Nfl
    }
    fn tempo(&self, _: &Snap) -> f64 {
        1.0
    }
}

#[test]
fn an_option_is_worth_the_mean_of_what_follows_it() {
    let snap = fourth(1, 600, -3, 10, 33);
    let decision = Decisions::builtin(Rules::Nfl)
        .decide(&snap, &Leader)
        .expect("a decision");
    let kick = decision.option(Choice::FieldGoal).expect("a kick");
    let good = kick.success.expect("a chance");
    // Good: level, 0.5; missed: still behind, 0.4.
    assert!(
        (kick.wp - (0.5 * good + 0.4 * (1.0 - good))).abs() < 2e-4,
        "{kick:?}"
    );
    assert_eq!((kick.wp_success, kick.wp_failure), (Some(0.5), Some(0.4)));
}

/// Says of every state what [`Leader`] says, and that home may be worth a little more or less: everywhere the same, or
/// only while it leads.
struct Unsure {
    only_ahead: bool,
}

impl Pricer for Unsure {
    fn home_wp(&self, snap: &Snap) -> f64 {
        Leader.home_wp(snap)
    }
    fn home_wp_draws(&self, snap: &Snap) -> Option<[f64; REPLICATES]> {
        let mut draws = [self.home_wp(snap); REPLICATES];
        if !self.only_ahead || snap.home_lead > 0 {
            for (i, draw) in draws.iter_mut().enumerate() {
                *draw += if i % 2 == 0 { 0.08 } else { -0.08 };
            }
        }
        Some(draws)
    }
    fn rules(&self) -> Rules {
        Rules::Nfl
    }
    fn tempo(&self, _: &Snap) -> f64 {
        1.0
    }
}

#[test]
fn a_recommendation_is_as_sure_as_the_win_probability_behind_it() {
    let decide = |pricer: &dyn Fn(&Decisions, &Snap) -> Option<Decision>| {
        // Level in range: the field goal puts the side ahead, a punt does not.
        let snap = fourth(1, 600, 0, 10, 25);
        pricer(&Decisions::builtin(Rules::Nfl), &snap).expect("a decision")
    };
    let sure = decide(&|d, s| d.decide(s, &Leader));
    let shared = decide(&|d, s| d.decide(s, &Unsure { only_ahead: false }));
    let apart = decide(&|d, s| d.decide(s, &Unsure { only_ahead: true }));
    let width = |d: &Decision, choice| {
        let option = d.option(choice).expect("an option");
        option.wp_high - option.wp_low
    };
    let edge = |d: &Decision| d.edge_high - d.edge_low;
    // What all states share is uncertain of each option and cancels out of their difference.
    let kick = Choice::FieldGoal;
    assert!(
        width(&shared, kick) > width(&sure, kick) + 0.1,
        "{shared:?}"
    );
    assert!((edge(&shared) - edge(&sure)).abs() < 0.01, "{shared:?}");
    // What is known of one option less than of the other does not.
    assert!(edge(&apart) > edge(&sure) + 0.05, "{apart:?}");
    assert!(!sure.toss_up && apart.toss_up, "{apart:?}");
}

#[test]
fn the_last_seconds_are_played_as_people_play_them() {
    // Four behind with seconds left a field goal leaves one point to a side that kneels.
    let kick = nfl(&fourth(4, 16, -4, 1, 24));
    assert!(
        kick.option(Choice::FieldGoal).expect("a kick").wp < 0.08,
        "{kick:?}"
    );
    // Level with eleven seconds left, a side that fails at its own 34 leaves time for a kick, and one that wins the
    // line stops the clock for its own.
    let own = nfl(&fourth(4, 11, 0, 1, 66));
    let go = own.option(Choice::Go).expect("going for it");
    assert!(
        go.wp_failure < Some(0.35) && go.wp_success > Some(0.55),
        "{own:?}"
    );
}

#[test]
fn a_missed_kick_is_spotted_by_each_code() {
    for (rules, to_goal) in [(Rules::Nfl, 63), (Rules::College, 70)] {
        let missed = Outcome {
            result: PlayResult::MissedFieldGoal,
            elapsed_s: 5,
        };
        let next = next_snap(&fourth(1, 600, 0, 4, 30), missed, rules);
        assert_eq!(next.yards_to_goal, to_goal, "{rules:?}");
        let near = next_snap(&fourth(1, 600, 0, 4, 8), missed, rules);
        assert_eq!(near.yards_to_goal, 80, "{rules:?}");
    }
}

proptest! {
    #[test]
    fn any_decision_is_sound(
        period in 1_u8..=6,
        clock_s in 0_u16..=900,
        lead in -40_i16..=40,
        distance in 1_u8..=30,
        yards_to_goal in 1_u8..=99,
        spread in prop::option::of(-30.0_f32..30.0),
        away in any::<bool>(),
        college in any::<bool>(),
        is_try in any::<bool>(),
    ) {
        let mut snap = if is_try {
            after_touchdown(period, clock_s, lead)
        } else {
            fourth(period, clock_s, lead, distance, yards_to_goal)
        };
        snap.spread_home = spread;
        if away {
            snap.possession = Some(Side::Away);
        }
        let (rules, league) = if college { (Rules::College, "ncaaf") } else { (Rules::Nfl, "nfl") };
        let decisions = Decisions::builtin(rules);
        let Some(decision) = decisions.decide(&snap, &*Models::builtin(league)) else {
            // A lone option is no decision.
            prop_assert!(!is_try);
            return Ok(());
        };
        prop_assert_eq!(decision.kind, if is_try { DecisionKind::Try } else { DecisionKind::FourthDown });
        prop_assert!(decision.options.windows(2).all(|w| w[0].wp >= w[1].wp));
        let usual: f64 = decision.options.iter().map(|o| o.usual).sum();
        prop_assert!((usual - 1.0).abs() < 1e-3, "{}", usual);
        for o in &decision.options {
            prop_assert!((0.0..=1.0).contains(&o.wp), "{o:?}");
            prop_assert!(o.wp_low <= o.wp && o.wp <= o.wp_high, "{o:?}");
            if let (Some(p), Some(yes), Some(no)) = (o.success, o.wp_success, o.wp_failure) {
                prop_assert!((0.0..=1.0).contains(&p));
                prop_assert!((o.wp - (p * yes + (1.0 - p) * no)).abs() < 3e-4, "{o:?}");
            }
        }
        prop_assert_eq!(decision.toss_up, decision.recommended().is_none());
        prop_assert!(!decision.reason.is_empty());
        // The same snap is decided in the same way, to the bit.
        prop_assert_eq!(decisions.decide(&snap, &*Models::builtin(league)), Some(decision));
    }
}

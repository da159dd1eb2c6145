//! Basketball, soccer and tennis: what must hold of their models whatever the weights, and fits that find again what
//! was put in.

use matchday_event::Forecast;
use matchday_learn::{basketball, rating::Rates, soccer, tennis};
use proptest::prelude::*;

fn rates() -> Rates {
    Rates {
        usual: [1.5, 1.1],
        least: 0.02,
        first: 0.5,
        before: 5.0,
        shots: 0.0,
        goals_per_shot: 0.1,
        kept: 1.0,
    }
}

fn match_begins() -> soccer::Moment {
    soccer::Moment {
        period: 1,
        played_min: 0.0,
        lead: 0,
        home_reds: 0,
        away_reds: 0,
        shots: None,
        corners: None,
        extra_time: false,
        neutral: false,
        strength: None,
        shootout: None,
    }
}

fn tip_off() -> basketball::Moment {
    basketball::Moment {
        left_s: 2880.0,
        of_s: 2880.0,
        lead: 0.0,
        ball: 0.0,
        spread_home: None,
        neutral: false,
    }
}

fn first_serve() -> tennis::Moment {
    tennis::Moment {
        to_win: 3,
        last: tennis::LastSet::TieBreak { at: 6, to: 7 },
        sets: (0, 0),
        games: (0, 0),
        points: (0, 0),
        home_serves: true,
        tie_break: false,
        served: [(0, 0), (0, 0)],
        women: false,
        ground: 2,
        edge: None,
    }
}

proptest! {
    #[test]
    fn soccer_chances_add_up_and_goals_and_players_help(
        period in 1_u8..5,
        played_min in 0.0..50.0_f64,
        lead in -4_i16..5,
        shots in prop::option::of((0_u16..30, 0_u16..30)),
        strength in prop::option::of((-0.8..0.8_f64, -0.8..0.8_f64)),
        extra_time: bool,
    ) {
        let model = soccer::Model::builtin();
        let m = soccer::Moment { period, played_min, lead, shots, strength, extra_time, ..match_begins() };
        let priced = model.price(&m);
        let o = priced.outcome;
        prop_assert!((o.home + o.draw + o.away - 1.0).abs() < 1e-9);
        prop_assert!(priced.leverage >= 0.0);
        prop_assert_eq!(o, model.outcome(&m));
        let ahead = model.home_wp(&soccer::Moment { lead: lead + 1, ..m });
        prop_assert!(ahead >= model.home_wp(&m));
        let off = soccer::Moment { away_reds: 1, ..m };
        prop_assert!(model.home_wp(&off) >= model.home_wp(&m));
    }

    #[test]
    fn a_price_is_what_a_match_begins_at(home in 0.1..0.8_f64, share in 0.2..0.8_f64) {
        let away = (1.0 - home) * share;
        let soccer = soccer::Model::builtin();
        let strength = Some(soccer.strength_of(&match_begins(), home, away));
        let o = soccer.outcome(&soccer::Moment { strength, ..match_begins() });
        prop_assert!((o.home / (o.home + o.away) - home / (home + away)).abs() < 1e-6);

        let basketball = basketball::Model::builtin();
        let spread_home = Some(basketball.spread_of(home));
        let wp = basketball.home_wp(&basketball::Moment { spread_home, ..tip_off() });
        prop_assert!((wp - home).abs() < 1e-6, "{wp} {home}");

        let tennis = tennis::Model::builtin();
        let edge = Some(tennis.edge_of_price(&first_serve(), home));
        let wp = tennis.home_wp(&tennis::Moment { edge, ..first_serve() });
        // Who serves first is averaged over in the price, and known in the match.
        prop_assert!((wp - home).abs() < 0.01, "{wp} {home}");
    }

    #[test]
    fn basketball_rises_with_the_lead_and_forgets_the_spread(
        left_s in 1.0..2880.0_f64,
        lead in -30.0..30.0_f64,
        spread in -15.0..15.0_f64,
    ) {
        let model = basketball::Model::builtin();
        let m = basketball::Moment { left_s, lead, spread_home: Some(spread), ..tip_off() };
        let ahead = model.home_wp(&basketball::Moment { lead: lead + 1.0, ..m });
        prop_assert!(ahead >= model.home_wp(&m));
        let without = basketball::Moment { neutral: true, ..m.unpriced() };
        let late = |m: basketball::Moment| model.home_wp(&basketball::Moment { left_s: 0.5, ..m });
        prop_assert!((late(m) - late(without)).abs() < 0.02);
    }
}

#[test]
fn a_forecast_of_what_is_usual_says_nothing_and_more_goals_help() {
    let usual = Forecast {
        home: 1.55,
        away: 1.15,
    };
    assert_eq!(soccer::strength(&usual, false), (0.0, 0.0));
    let strong = Forecast { home: 2.4, ..usual };
    let model = soccer::Model::builtin();
    let wp = |f: &Forecast| {
        model.home_wp(&soccer::Moment {
            strength: Some(soccer::strength(f, false)),
            ..match_begins()
        })
    };
    assert!(wp(&strong) > wp(&usual) + 0.1);
}

#[test]
fn a_feed_without_shots_is_not_taken_for_a_match_without_any() {
    let model = soccer::Model::builtin();
    let late = soccer::Moment {
        period: 2,
        played_min: 30.0,
        ..match_begins()
    };
    let told = |shots| soccer::Moment { shots, ..late };
    let usual = model.outcome(&told(Some((10, 8))));
    let none = model.outcome(&told(None));
    let wild = model.outcome(&told(Some((30, 2))));
    assert!((usual.home - none.home).abs() < 0.02, "{usual:?} {none:?}");
    assert!(wild.home > usual.home);
}

/// Draws that are the same on every run.
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// A match played minute by minute at the rates of usual sides, home's multiplied by `exp(strength)`.
fn played(draws: &mut Draws, strength: f64) -> soccer::Game {
    let mut game = soccer::Game {
        moments: Vec::new(),
        stretches: Vec::new(),
        added_min: [Some(0.0), Some(0.0)],
        made: None,
        home_result: 0.5,
    };
    let mut lead = 0;
    for period in [1, 2] {
        for minute in 0..45_u8 {
            let moment = soccer::Moment {
                period,
                played_min: f64::from(minute),
                lead,
                strength: Some((strength, 0.0)),
                ..match_begins()
            };
            let goals = (
                u8::from(draws.next() < 0.016 * strength.exp()),
                u8::from(draws.next() < 0.012),
            );
            game.moments.push(moment);
            game.stretches.push(soccer::Stretch {
                moment,
                minutes: 1.0,
                goals,
            });
            lead += i16::from(goals.0) - i16::from(goals.1);
        }
    }
    game.home_result = 0.5 + 0.5 * f64::from(lead.signum());
    game
}

#[test]
fn rates_that_goals_were_drawn_at_are_found_again() {
    let mut draws = Draws(7);
    let games: Vec<soccer::Game> = (0..3000)
        .map(|i| played(&mut draws, [-0.5, 0.0, 0.5][i % 3]))
        .collect();
    let fitted = soccer::fit(&games, rates(), &mut |_| {});
    let file = &fitted.file;
    assert_eq!(fitted.games, 3000);
    assert!(
        (file.priced.home - (0.016_f64 / 0.012).ln()).abs() < 0.06,
        "{file:?}"
    );
    assert!((file.priced.strength - 1.0).abs() < 0.1, "{file:?}");
    assert_eq!(file.unpriced.strength, 0.0);
    for rate in file.priced.log_rates {
        assert!((rate.exp() - 0.012).abs() < 0.002, "{file:?}");
    }
    // Who does not know the sides reads the score for it.
    assert!(file.unpriced.leads[4] > file.priced.leads[4]);
    assert_eq!(
        soccer::fit(&games, rates(), &mut |_| {}).file,
        fitted.file,
        "the same games, the same bytes"
    );
}

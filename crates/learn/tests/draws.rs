//! How sure the win probability is of its own weights: refits on resampled games, evaluated draw by draw.

use matchday_event::Side;
use matchday_learn::football::{Kind, ModelError, ModelFile, Models, Snap, wp::DRAWS};

fn snap(period: u8, clock_s: u16, home_lead: i16, yards_to_goal: u8) -> Snap {
    Snap {
        kind: Kind::Scrimmage,
        period,
        clock_s,
        possession: Some(Side::Home),
        home_lead,
        total_points: 20 + home_lead.abs(),
        down: 1,
        distance: 10.min(yards_to_goal),
        yards_to_goal,
        home_timeouts: 3,
        away_timeouts: 3,
        neutral: true,
        ..Snap::default()
    }
}

fn mean_and_deviation(draws: &[f64]) -> (f64, f64) {
    let n = draws.len() as f64;
    let mean = draws.iter().sum::<f64>() / n;
    let squares: f64 = draws.iter().map(|p| (p - mean).powi(2)).sum();
    (mean, (squares / (n - 1.0)).sqrt())
}

#[test]
fn draws_lie_about_the_probability_they_belong_to() {
    for league in ["nfl", "ncaaf"] {
        let models = Models::builtin(league);
        assert!(models.knows_its_uncertainty(), "{league}");
        for spread in [None, Some(-3.5)] {
            for (period, clock_s) in [(1, 700), (2, 300), (3, 500), (4, 600), (4, 50)] {
                for lead in [-10, -3, 0, 4, 14] {
                    for spot in [20, 60, 80] {
                        let mut s = snap(period, clock_s, lead, spot);
                        s.spread_home = spread;
                        let (mean, deviation) = mean_and_deviation(&models.home_wp_draws(&s));
                        let p = models.home_wp(&s);
                        assert!((mean - p).abs() < 0.02, "{league} {s:?}: {mean} {p}");
                        // A few hundredths at most where all is open, and next to nothing once it is settled.
                        assert!(deviation < 0.08, "{league} {s:?}: {deviation}");
                        if (0.1..0.9).contains(&p) {
                            assert!(deviation > 0.001, "{league} {s:?}: {deviation}");
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn a_draw_is_the_same_refit_everywhere_so_that_differences_are_surer_than_levels() {
    let models = Models::builtin("nfl");
    let (here, there) = (snap(3, 500, 3, 60), snap(3, 500, 3, 55));
    let (a, b) = (models.home_wp_draws(&here), models.home_wp_draws(&there));
    let difference: Vec<f64> = a.iter().zip(&b).map(|(a, b)| b - a).collect();
    let (_, level) = mean_and_deviation(&a);
    let (gain, deviation) = mean_and_deviation(&difference);
    assert!(
        gain > 0.0 && deviation < 0.3 * level,
        "{gain} {deviation} {level}"
    );
}

#[test]
fn draws_favour_no_side_and_are_certain_of_what_is_over() {
    let models = Models::builtin("nfl");
    let s = snap(4, 400, -4, 35);
    let swapped = Snap {
        possession: Some(Side::Away),
        home_lead: 4,
        ..s
    };
    for (p, q) in models
        .home_wp_draws(&s)
        .iter()
        .zip(models.home_wp_draws(&swapped))
    {
        assert!((p + q - 1.0).abs() < 1e-6, "{p} {q}");
    }
    let over = Snap {
        kind: Kind::Over,
        ..s
    };
    assert_eq!(models.home_wp_draws(&over), [0.0; DRAWS]);
}

#[test]
fn a_try_is_drawn_by_what_the_side_does() {
    let models = Models::builtin("nfl");
    let mut s = snap(4, 120, -1, 2);
    s.kind = Kind::Try;
    let (mean, deviation) = mean_and_deviation(&models.home_wp_draws(&s));
    assert!((mean - models.home_wp(&s)).abs() < 0.02, "{mean}");
    assert!(deviation > 0.0, "the kick-offs after it are not certain");
}

#[test]
fn a_file_without_draws_knows_no_uncertainty_and_one_with_broken_draws_is_refused() {
    let mut file =
        ModelFile::from_json(Models::builtin_json("nfl")).expect("the built-in model is sound");
    let mut value = serde_json::to_value(&file).expect("a model file is plain JSON");
    file.wp.draws = None;
    let models = Models::from_file(file).expect("draws may be missing");
    let s = snap(2, 300, 7, 50);
    assert!(!models.knows_its_uncertainty());
    assert_eq!(models.home_wp_draws(&s), [models.home_wp(&s); DRAWS]);

    value["wp"]["draws"]["with_spread"][3]
        .as_array_mut()
        .expect("a draw is a list of numbers")
        .pop();
    let broken = Models::from_json(&value.to_string());
    assert!(matches!(
        broken,
        Err(ModelError::Field {
            field: "wp.draws",
            ..
        })
    ));
}

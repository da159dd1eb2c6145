//! Models of others in place of ours: what each feature is, which model speaks when, and what is refused.

use std::{fmt::Write as _, fs, path::PathBuf, sync::Arc};

use matchday_event::Side;
use matchday_learn::football::{
    Kind, Models, Rules, Snap,
    guest::{
        Guest, Of, Parts, Predictor,
        contract::{FEATURES, Given, feature},
    },
};

const STATE: [&str; 5] = [
    "score_differential",
    "half_seconds_remaining",
    "down",
    "ydstogo",
    "yardline_100",
];
const SPREAD: [&str; 5] = [
    "spread_time",
    "score_differential",
    "down",
    "ydstogo",
    "home",
];
const WITH_EP: [&str; 5] = [
    "ExpScoreDiff",
    "down",
    "distance",
    "yards_to_goal",
    "is_home",
];

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|n| (*n).to_owned()).collect()
}

fn model(file: &str, features: &[&str], of: Of) -> Predictor {
    try_model(file, Some(features), of).expect("a model")
}

fn try_model(file: &str, features: Option<&[&str]>, of: Of) -> Result<Predictor, String> {
    let folder = match file.ends_with(".onnx") {
        true => "tests/onnx",
        false => "tests/boosters/3.2.0",
    };
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join(folder)
        .join(file);
    let bytes = fs::read(path).expect("a fixture");
    Predictor::read(file, &bytes, features.map(names).as_deref(), of).map_err(|e| e.to_string())
}

fn ours() -> Arc<Models> {
    Models::builtin("nfl")
}

fn guest(parts: Parts) -> Guest {
    Guest::new(ours(), parts).expect("models that fit")
}

fn snap(side: Side) -> Snap {
    Snap {
        kind: Kind::Scrimmage,
        period: 2,
        clock_s: 431,
        possession: Some(side),
        home_lead: 4,
        total_points: 24,
        down: 3,
        distance: 7,
        yards_to_goal: 38,
        home_timeouts: 3,
        away_timeouts: 2,
        second_half_receiver: Some(Side::Home),
        opening_receiver: Some(Side::Away),
        season: 2015,
        spread_home: Some(-6.5),
        total_line: Some(47.0),
        ..Snap::default()
    }
}

#[test]
fn the_contract_as_a_table() {
    let mut told = String::new();
    let _ = writeln!(
        told,
        "{:34}{:>12}{:>12}{:>12}  what it is",
        "feature", "home ball", "away ball", "late"
    );
    let late = Snap {
        period: 4,
        clock_s: 95,
        season: 0,
        total_line: None,
        down: 1,
        distance: 6,
        yards_to_goal: 6,
        ..snap(Side::Home)
    };
    for f in FEATURES {
        let _ = write!(told, "{:34}", f.name);
        for s in [&snap(Side::Home), &snap(Side::Away), &late] {
            let given = Given {
                snap: s,
                rules: Rules::Nfl,
                ep: &|| 2.5,
            };
            let value = format!("{:.4}", (f.value)(&given));
            let _ = write!(told, "{value:>12}");
        }
        let _ = writeln!(told, "  {}", f.about);
    }
    insta::assert_snapshot!(told);
}

#[test]
fn every_feature_has_a_name_of_its_own_and_is_found_by_it() {
    for f in FEATURES {
        assert_eq!(FEATURES.iter().filter(|o| o.name == f.name).count(), 1);
        assert_eq!(feature(f.name).expect("known").name, f.name);
    }
}

#[test]
fn a_name_that_means_nothing_is_told_with_the_nearest_that_does() {
    let told = feature("ydstogoo").expect_err("unknown").to_string();
    assert!(
        told.starts_with("no feature is called \"ydstogoo\", did you mean \"ydstogo\"?"),
        "{told}"
    );
    let told = feature("zzz").expect_err("unknown").to_string();
    assert!(
        !told.contains("did you mean") && told.contains("score_differential"),
        "{told}"
    );
}

#[test]
fn a_model_of_the_side_in_possession_is_turned_round_for_the_visitors() {
    let guest_of = |of| {
        guest(Parts {
            wp: Some(model("logistic.ubj", &STATE, of)),
            ..Parts::default()
        })
    };
    let level = |side| Snap {
        home_lead: 0,
        ..snap(side)
    };
    let possession = guest_of(Of::Possession);
    let (home, away) = (
        possession.home_wp(&level(Side::Home)),
        possession.home_wp(&level(Side::Away)),
    );
    assert!((home + away - 1.0).abs() < 1e-12 && home != 0.5);
    let of_home = guest_of(Of::Home);
    assert_eq!(of_home.home_wp(&level(Side::Home)), home);
    assert_eq!(of_home.home_wp(&level(Side::Away)), home);
}

#[test]
fn ours_speak_where_theirs_are_not_defined() {
    let theirs = guest(Parts {
        wp: Some(model("logistic.ubj", &STATE, Of::Possession)),
        ..Parts::default()
    });
    let models = ours();
    let overtime = Snap {
        period: 5,
        home_lead: 0,
        ..snap(Side::Home)
    };
    let tossed = Snap {
        possession: None,
        kind: Kind::Kickoff,
        ..snap(Side::Home)
    };
    for s in [overtime, tossed] {
        assert_eq!(theirs.home_wp(&s), models.home_wp(&s));
    }
    for (lead, wp) in [(-3, 0.0), (0, 0.5), (3, 1.0)] {
        let over = Snap {
            kind: Kind::Over,
            home_lead: lead,
            ..snap(Side::Home)
        };
        assert_eq!(theirs.home_wp(&over), wp);
    }
}

#[test]
fn a_kick_off_is_the_receivers_first_down_after_a_touchback() {
    let theirs = guest(Parts {
        wp: Some(model("logistic.ubj", &STATE, Of::Possession)),
        ..Parts::default()
    });
    for (season, touchback) in [(2015, 80), (2016, 75), (0, 75)] {
        let kickoff = Snap {
            kind: Kind::Kickoff,
            season,
            ..snap(Side::Away)
        };
        let first = Snap {
            kind: Kind::Scrimmage,
            down: 1,
            distance: 10,
            yards_to_goal: touchback,
            season,
            ..snap(Side::Away)
        };
        assert_eq!(theirs.home_wp(&kickoff), theirs.home_wp(&first));
    }
}

#[test]
fn a_try_lies_between_the_kick_offs_that_may_follow_it() {
    let theirs = guest(Parts {
        wp: Some(model("logistic.ubj", &STATE, Of::Possession)),
        ..Parts::default()
    });
    let tries = Snap {
        kind: Kind::Try,
        home_lead: 0,
        ..snap(Side::Home)
    };
    let after = |points| {
        theirs.home_wp(&Snap {
            kind: Kind::Kickoff,
            possession: Some(Side::Away),
            home_lead: points,
            ..tries
        })
    };
    let all = [after(0), after(1), after(2)];
    let (low, high) = (
        all.iter().copied().fold(1.0, f64::min),
        all.iter().copied().fold(0.0, f64::max),
    );
    let wp = theirs.home_wp(&tries);
    assert!((low..=high).contains(&wp), "{wp} of {all:?}");
}

#[test]
fn a_model_that_looks_at_the_spread_is_asked_only_where_there_is_one() {
    let blind = Snap {
        spread_home: None,
        ..snap(Side::Home)
    };
    let wp = || Some(model("share.ubj", &SPREAD, Of::Possession));
    let alone = guest(Parts {
        wp: wp(),
        ..Parts::default()
    });
    assert_eq!(alone.home_wp(&blind), ours().home_wp(&blind));
    assert_ne!(
        alone.home_wp(&snap(Side::Home)),
        ours().home_wp(&snap(Side::Home))
    );
    let naive = || Some(model("logistic.ubj", &STATE, Of::Possession));
    let both = guest(Parts {
        wp: wp(),
        wp_without_spread: naive(),
        ..Parts::default()
    });
    let only_naive = guest(Parts {
        wp_without_spread: naive(),
        ..Parts::default()
    });
    assert_eq!(both.home_wp(&blind), only_naive.home_wp(&blind));
    assert_eq!(
        both.home_wp(&snap(Side::Home)),
        alone.home_wp(&snap(Side::Home))
    );
}

#[test]
fn expected_points_are_theirs_and_reach_the_features_made_of_them() {
    let theirs = guest(Parts {
        wp: Some(model("logistic.ubj", &WITH_EP, Of::Possession)),
        ep: Some(model("points.ubj", &STATE, Of::Possession)),
        ..Parts::default()
    });
    let without = guest(Parts {
        wp: Some(model("logistic.ubj", &WITH_EP, Of::Possession)),
        ..Parts::default()
    });
    let s = snap(Side::Home);
    assert_ne!(theirs.ep(&s), ours().ep(&s));
    assert_eq!(without.ep(&s), ours().ep(&s));
    let over = Snap {
        kind: Kind::Over,
        ..s
    };
    assert_eq!(theirs.ep(&over), None);
    let told_apart = (-12..12).any(|home_lead| {
        let s = Snap { home_lead, ..s };
        theirs.home_wp(&s) != without.home_wp(&s)
    });
    assert!(
        told_apart,
        "the win probability model sees whose points they are"
    );
}

#[test]
fn leverage_weighs_our_outcomes_by_their_chances() {
    let theirs = guest(Parts {
        wp: Some(model("logistic.ubj", &STATE, Of::Possession)),
        ..Parts::default()
    });
    let s = snap(Side::Home);
    let leverage = theirs
        .leverage_from(&s, theirs.home_wp(&s))
        .expect("a snap");
    assert!(leverage.is_finite() && leverage >= 0.0);
    let nobody = Snap {
        possession: None,
        ..s
    };
    assert_eq!(theirs.leverage_from(&nobody, 0.5), None);
}

#[test]
fn a_name_is_the_files_stem_and_its_contents_hash() {
    let wp = model("logistic.ubj", &STATE, Of::Possession);
    let (stem, hash) = wp.name().split_once('@').expect("a hash");
    assert_eq!((stem, hash.len()), ("logistic", 8));
    let other = model("logistic.json", &STATE, Of::Possession);
    assert_ne!(wp.name(), other.name());
    let both = guest(Parts {
        ep: Some(model("points.ubj", &STATE, Of::Possession)),
        wp: Some(model("logistic.ubj", &STATE, Of::Possession)),
        ..Parts::default()
    });
    assert!(both.name().starts_with("logistic@") && both.name().contains("+points@"));
}

#[test]
fn models_that_do_not_fit_are_refused() {
    let mut told = String::new();
    let mut say = |what: &str, error: String| {
        let short = error.split("; those known").next().unwrap_or_default();
        let _ = writeln!(told, "{what}\n  {short}");
    };
    let read = |file, features| try_model(file, features, Of::Possession).expect_err("refused");
    say("no names", read("unnamed.ubj", None));
    say("too few names", read("unnamed.ubj", Some(&["down"])));
    say("names of its own", read("logistic.ubj", None));
    say(
        "a misspelt name",
        read(
            "unnamed.ubj",
            Some(&["down", "ydstogo", "hme", "qtr", "season"]),
        ),
    );
    let put = |parts| Guest::new(ours(), parts).expect_err("refused").to_string();
    let of = |file, features: &[&str]| Some(model(file, features, Of::Possession));
    say(
        "points as a probability",
        put(Parts {
            wp: of("points.ubj", &STATE),
            ..Parts::default()
        }),
    );
    say(
        "classes as a probability",
        put(Parts {
            wp_without_spread: of("softprob.ubj", &STATE),
            ..Parts::default()
        }),
    );
    say(
        "three classes as points",
        put(Parts {
            ep: of("softprob.ubj", &STATE),
            ..Parts::default()
        }),
    );
    say(
        "a class as points",
        put(Parts {
            ep: of("softmax.ubj", &STATE),
            ..Parts::default()
        }),
    );
    say(
        "the spread where there is none",
        put(Parts {
            wp_without_spread: of("share.ubj", &SPREAD),
            ..Parts::default()
        }),
    );
    say(
        "points made of points",
        put(Parts {
            ep: of("points.ubj", &WITH_EP),
            ..Parts::default()
        }),
    );
    insta::assert_snapshot!(told);
}

#[cfg(feature = "onnx")]
#[test]
fn a_graph_stands_in_as_a_booster_does() {
    let four = [
        "score_differential",
        "half_seconds_remaining",
        "down",
        "ydstogo",
    ];
    let theirs = guest(Parts {
        wp: Some(model("network.onnx", &four, Of::Possession)),
        ..Parts::default()
    });
    assert!(theirs.name().starts_with("network@"));
    let ahead = |lead| {
        theirs.home_wp(&Snap {
            home_lead: lead,
            ..snap(Side::Home)
        })
    };
    assert!(ahead(14) > ahead(0) && ahead(0) > ahead(-14));
    let wrong = Parts {
        wp: Some(model("no_probability.onnx", &four, Of::Possession)),
        ..Parts::default()
    };
    let error = Guest::new(ours(), wrong).expect_err("refused").to_string();
    assert!(error.contains("no probability"), "{error}");
    let error =
        try_model("two_outputs.onnx", Some(&four), Of::Possession).expect("reads by itself");
    let wrong = Parts {
        wp: Some(error),
        ..Parts::default()
    };
    let error = Guest::new(ours(), wrong).expect_err("refused").to_string();
    assert!(error.contains("2 numbers"), "{error}");
}

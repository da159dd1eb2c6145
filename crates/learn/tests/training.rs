//! Training on made-up games whose truth is known.

use matchday_event::{Score, Side};
use matchday_learn::football::{
    Kind, ModelError, ModelFile, Models, Snap,
    ep::Ep,
    train::{Game, Seen, WpFit, WpPenalty, fit_ep, fit_outcomes, fit_wp},
    wp::{FEATURES, Field, KNOTS_S, MONOTONE},
};

/// A small generator of its own, so that the games are the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// Games of alternating series that bring a touchdown and its kick one time in three, no other points.
fn games(count: u64) -> Vec<Game> {
    let mut dice = Dice(7);
    (0..count)
        .map(|number| {
            let (mut home, mut away) = (0_i16, 0_i16);
            let mut snaps = Vec::new();
            let mut side = Side::Home;
            for left_s in (0..3600_u16).rev().step_by(150) {
                let period = 4 - (left_s / 900) as u8;
                let mut spot = 75_i16;
                for down in 1..=4 {
                    snaps.push(Snap {
                        kind: Kind::Scrimmage,
                        period,
                        clock_s: left_s % 900,
                        possession: Some(side),
                        home_lead: home - away,
                        total_points: home + away,
                        down,
                        distance: 10,
                        yards_to_goal: spot as u8,
                        home_timeouts: 3,
                        away_timeouts: 3,
                        ..Snap::default()
                    });
                    spot -= dice.below(12) as i16;
                }
                if dice.below(3) == 0 {
                    match side {
                        Side::Home => home += 7,
                        Side::Away => away += 7,
                    }
                }
                side = side.other();
            }
            Game::new(
                format!("made-up-{number}"),
                2010,
                &snaps,
                Score { home, away },
            )
        })
        .collect()
}

fn fitted(games: &[Game], file: &ModelFile) -> ModelFile {
    let ep = fit_ep(games);
    let all: Vec<&Game> = games.iter().collect();
    let field = Field::tabulate(&Ep::new(&ep).expect("the weights have their shape"));
    let penalty = WpPenalty {
        ridge: 10.0,
        smooth: 1000.0,
    };
    let fit = WpFit {
        penalty,
        centre: None,
        start: None,
        seen: Seen {
            spread: false,
            form: false,
        },
        every: 1,
    };
    let weights = fit_wp(&all, &field, fit).expect("the games have plays");
    let mut file = file.clone();
    file.wp.without_spread = weights.clone();
    file.wp.with_spread = weights;
    file.ep = ep;
    file.outcomes = fit_outcomes(games, None);
    file
}

#[test]
fn the_same_games_give_the_same_bytes_and_a_model_that_knows_who_leads() {
    let games = games(60);
    let shape =
        ModelFile::from_json(Models::builtin_json("nfl")).expect("the built-in model is sound");
    let file = fitted(&games, &shape);
    assert_eq!(file.to_json(), fitted(&games, &shape).to_json());

    let read = ModelFile::from_json(&file.to_json()).expect("what was written can be read");
    assert_eq!(read, file);
    for row in file.wp.without_spread.rows() {
        assert!(row[..MONOTONE].iter().all(|w| *w >= 0.0));
        assert_eq!(row[FEATURES.len() - 2..], [0.0, 0.0], "no spread was seen");
    }
    let models = Models::from_file(file).expect("the file is sound");
    let at = |period, clock_s, home_lead| {
        models.home_wp(&Snap {
            kind: Kind::Scrimmage,
            period,
            clock_s,
            possession: Some(Side::Home),
            home_lead,
            total_points: 21,
            down: 1,
            distance: 10,
            yards_to_goal: 75,
            home_timeouts: 3,
            away_timeouts: 3,
            neutral: true,
            ..Snap::default()
        })
    };
    assert!(at(1, 900, 7) > 0.55 && at(4, 60, 7) > 0.9 && at(4, 60, -14) < 0.1);
    assert!(at(4, 60, 7) > at(1, 900, 7));
}

#[test]
fn a_model_file_that_is_not_right_says_where() {
    let good = Models::builtin_json("nfl");
    let error = |json: String| Models::from_json(&json).expect_err("the file is not right");
    assert!(matches!(
        error("{".into()),
        ModelError::Json { line: 1, .. }
    ));
    assert!(matches!(error("{}".into()), ModelError::Format { .. }));
    let newer = good.replace("matchday-football-models/1", "matchday-football-models/2");
    assert_eq!(
        error(newer).to_string(),
        "model file has format \"matchday-football-models/2\", this program reads \"matchday-football-models/1\"; \
         train it again with `matchday train`"
    );
    let mut file = ModelFile::from_json(good).expect("the built-in model is sound");
    file.wp.features.swap(0, 1);
    assert!(matches!(
        error(file.to_json()),
        ModelError::Field {
            field: "wp.features",
            ..
        }
    ));
    let mut file = ModelFile::from_json(good).expect("the built-in model is sound");
    file.outcomes.kickoff[0].weight += 0.5;
    assert!(matches!(
        error(file.to_json()),
        ModelError::Field {
            field: "outcomes",
            ..
        }
    ));
    assert_eq!(
        KNOTS_S.len(),
        ModelFile::from_json(good)
            .expect("sound")
            .wp
            .with_spread
            .rows()
            .len()
    );
}

//! The truth of the seeded world: plausible matches, and the scripts of real ones.

use std::collections::BTreeMap;

use matchday_event::{
    EventTime, Fact, GameClock, GameFact, GameInfo, PlayDetail, PlayFact, PlayId, Score, Side,
    Sport, Team,
    soccer::{Outcome, PlayKind, SoccerPlayFact},
};
use matchday_sim::world::{HappeningKind as Kind, Script};

const SPORTS: [Sport; 4] = [
    Sport::AmericanFootball,
    Sport::Soccer,
    Sport::Basketball,
    Sport::Tennis,
];

#[test]
fn a_script_runs_forward_from_kick_off_to_final_and_its_score_adds_up() {
    for sport in SPORTS {
        for seed in 0..40 {
            let script = Script::generate(seed, sport);
            assert_eq!(script.happenings[0].kind, Kind::KickOff);
            assert_eq!(script.happenings.last().map(|h| h.kind), Some(Kind::Final));
            assert!(script.happenings.is_sorted_by_key(|h| h.at_ms));
            assert!(script.momentum.is_sorted_by(|a, b| a.at_ms < b.at_ms));
            assert!(script.momentum.iter().all(|m| m.home.abs() <= 1.0));
            let mut score = Score::default();
            for happening in &script.happenings {
                if let (Kind::Score { points }, Some(side)) = (happening.kind, happening.side) {
                    match side {
                        Side::Home => score.home += i16::from(points),
                        Side::Away => score.away += i16::from(points),
                    }
                }
                assert_eq!(happening.score, score);
                assert!((0.0..=1.0).contains(&happening.weight));
                assert!((0.0..=1.0).contains(&happening.surprise));
            }
            assert_eq!(script, Script::generate(seed, sport));
            assert_ne!(script, Script::generate(seed + 1000, sport));
        }
    }
}

/// Scores, length in minutes and swings that a watcher would not wonder at, over many matches.
#[test]
fn matches_are_plausible_on_average() {
    for (sport, points, minutes) in [
        (Sport::AmericanFootball, 30.0..60.0, 110.0..200.0),
        (Sport::Soccer, 2.0..4.5, 105.0..116.0),
        (Sport::Basketball, 170.0..240.0, 90.0..150.0),
        (Sport::Tennis, 15.0..32.0, 60.0..140.0),
    ] {
        let scripts: Vec<Script> = (0..60).map(|seed| Script::generate(seed, sport)).collect();
        let mean = |f: &dyn Fn(&Script) -> f64| scripts.iter().map(f).sum::<f64>() / 60.0;
        let scored = mean(&|s| {
            let last = s.happenings.last().expect("a final").score;
            f64::from(last.home + last.away)
        });
        assert!(points.contains(&scored), "{sport:?}: {scored} points");
        let long = mean(&|s| s.duration_ms as f64 / 60_000.0);
        assert!(minutes.contains(&long), "{sport:?}: {long} minutes");
        let swung = mean(&|s| {
            let both = s.momentum.iter().any(|m| m.home > 0.25)
                && s.momentum.iter().any(|m| m.home < -0.25);
            f64::from(u8::from(both))
        });
        assert!(
            swung > 0.5,
            "{sport:?}: momentum swings both ways in {swung}"
        );
    }
}

#[test]
fn an_excerpt_counts_from_its_own_beginning() {
    let script = Script::generate(3, Sport::Soccer);
    let part = script.excerpt(600_000, 1_200_000);
    assert_eq!(part.duration_ms, 600_000);
    let times = |s: &Script, off: u64| {
        s.happenings
            .iter()
            .map(|h| h.at_ms + off)
            .collect::<Vec<_>>()
    };
    let whole: Vec<u64> = times(&script, 0)
        .into_iter()
        .filter(|at| (600_000..1_200_000).contains(at))
        .collect();
    assert_eq!(times(&part, 600_000), whole);
    assert!(!whole.is_empty());
    assert!((part.momentum_at(200_000) - script.momentum_at(800_000)).abs() < 1e-4);
}

fn team(abbr: &str) -> Team {
    Team {
        id: abbr.into(),
        abbr: abbr.into(),
        name: abbr.into(),
        color: None,
        alt_color: None,
    }
}

fn soccer(n: i64, period: u8, clock_s: u16, kind: PlayKind, side: Option<Side>) -> Fact {
    let goal = i16::from(kind.is_goal());
    Fact::Play(std::sync::Arc::new(PlayFact {
        play_id: PlayId::new(n.to_string()),
        order: n,
        clock: GameClock { period, clock_s },
        wall: None,
        text: None,
        score_before: Score::default(),
        score_after: Score {
            home: goal,
            away: 0,
        },
        wp_home_before: 0.5,
        wp_home_after: 0.5 + 0.3 * f64::from(goal),
        wpa_home: 0.3 * f64::from(goal),
        leverage: None,
        detail: PlayDetail::Soccer(SoccerPlayFact {
            kind,
            side,
            minute: 1,
            added_min: None,
            player: Some("A. Striker".into()),
            xg: None,
            outcome: Outcome::default(),
        }),
    }))
}

fn match_facts() -> Vec<Fact> {
    let info = GameInfo {
        sport: Sport::Soccer,
        league: "soccer".into(),
        season: None,
        week: None,
        postseason: false,
        home: team("HOM"),
        away: team("AWY"),
        kickoff: None,
        neutral: false,
        venue: None,
        line: None,
        forecast: None,
        rules: None,
    };
    vec![
        Fact::Game(GameFact {
            info,
            wp_model: "none".into(),
        }),
        soccer(1, 1, 0, PlayKind::Other, None),
        soccer(4, 1, 2700, PlayKind::EndPeriod, None),
        // Told late, and corrected: what was a save is a goal.
        soccer(2, 1, 60, PlayKind::ShotSaved, Some(Side::Home)),
        soccer(3, 1, 90, PlayKind::Foul, Some(Side::Away)),
        soccer(2, 1, 60, PlayKind::Goal, Some(Side::Home)),
        soccer(9, 1, 95, PlayKind::RedCard, Some(Side::Away)),
        Fact::PlayWithdrawn {
            play_id: PlayId::new("9"),
        },
    ]
}

#[test]
fn the_facts_of_a_match_give_its_script_by_the_clock_where_no_time_is_known() {
    let script = Script::from_facts(&match_facts(), &BTreeMap::new()).expect("a script");
    let told: Vec<(u64, &str)> = script
        .happenings
        .iter()
        .map(|h| (h.at_ms, h.kind.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (0, "kick_off"),
            (0, "play"),
            (60_000, "score"),
            (90_000, "foul"),
            (90_700, "whistle"),
            (2_700_000, "period_end"),
            (2_700_000, "half_time"),
            (2_700_000, "final"),
        ]
    );
    let goal = &script.happenings[2];
    assert_eq!(goal.side, Some(Side::Home));
    assert!(goal.weight > 0.9, "{}", goal.weight);
    assert!(script.momentum_at(60_000) > 0.4);
}

#[test]
fn known_times_win_over_the_clock() {
    let wall = BTreeMap::from([
        (PlayId::new("1"), EventTime::from_millis(1_000_000)),
        (PlayId::new("3"), EventTime::from_millis(1_055_250)),
    ]);
    let script = Script::from_facts(&match_facts(), &wall).expect("a script");
    let at = |kind: &str| {
        script
            .happenings
            .iter()
            .find(|h| h.kind.as_str() == kind)
            .map(|h| h.at_ms)
    };
    assert_eq!(at("foul"), Some(55_250));
    // The goal came before the foul, whatever the clock said.
    assert_eq!(at("score"), Some(55_250));
    assert!(Script::from_facts(&[], &wall).is_none());
}

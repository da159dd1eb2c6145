//! Basketball, soccer and tennis from file to snapshot: invented games always, real ones where they are at hand.

use std::path::{Path, PathBuf};

use matchday_engine::{Match, ModelSet, Output};
use matchday_event::{GamePhase, Score, Signal, StateDetail, view::Snapshot};
use matchday_feeds::{OpenOptions, Parsed, open_file};

fn exemplar(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../feeds/tests/exemplars")
        .join(name)
}

fn real(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("MATCHDAY_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let path = root.join(name);
    if !path.exists() {
        println!("left out: {name} is not there");
        return None;
    }
    Some(path)
}

fn games(path: &Path) -> impl Iterator<Item = Parsed> {
    open_file(path, &OpenOptions::default())
        .expect("opens")
        .map(|g| g.expect("reads"))
}

fn fold<'a>(game: &Parsed, signals: impl Iterator<Item = &'a Signal>) -> Snapshot {
    let mut fold = Match::new(game.game.clone(), ModelSet::builtin());
    let mut out = Output::default();
    let mut shown = fold.snapshot();
    for (seq, signal) in (1..).zip(signals) {
        fold.apply(seq, signal, &mut out);
        if let Some(update) = &out.update {
            shown.apply(update);
        }
    }
    let held = fold.snapshot();
    assert_eq!(
        shown, held,
        "{}: a client that applies updates holds the same",
        game.game
    );
    held
}

/// What must hold of any game of any sport.
fn check(game: &Snapshot) {
    for pair in game.plays.windows(2) {
        assert!(pair[0].order < pair[1].order, "{}", game.id);
        assert_eq!(pair[0].wp_home_after, pair[1].wp_home_before, "{}", game.id);
    }
    for p in &game.plays {
        assert!(
            (0.0..=1.0).contains(&p.wp_home_before),
            "{} {}",
            game.id,
            p.play_id
        );
        assert!(
            p.leverage.is_none_or(|l| l >= 0.0 && l.is_finite()),
            "{}",
            p.play_id
        );
    }
    if game.state.phase == GamePhase::Final {
        let wp = game.state.wp_home;
        assert!(
            [0.0, 0.5, 1.0].contains(&wp),
            "{}: {wp} at the end",
            game.id
        );
    }
}

/// Whoever is on court shares every point: the five of a side gain five times its margin, and five men's seconds.
fn check_court(game: &Snapshot) {
    let StateDetail::Basketball(state) = &game.state.detail else {
        panic!("{} is no basketball game", game.id);
    };
    let margin = game.state.score.home - game.state.score.away;
    for (players, sign) in [(&state.home, 1), (&state.away, -1)] {
        let sum: i16 = players.iter().map(|p| p.plus_minus).sum();
        assert_eq!(sum, 5 * sign * margin, "{}", game.id);
        assert_eq!(
            players.iter().filter(|p| p.on_court).count(),
            5,
            "{}",
            game.id
        );
        let seconds: u32 = players.iter().map(|p| u32::from(p.played_s)).sum();
        let overtimes = u32::from(game.state.clock.period.saturating_sub(4));
        assert_eq!(seconds, 5 * (2880 + 300 * overtimes), "{}", game.id);
        let points: u32 = players.iter().map(|p| u32::from(p.points)).sum();
        let own = if sign == 1 {
            game.state.score.home
        } else {
            game.state.score.away
        };
        assert_eq!(points, u32::try_from(own).expect("points"), "{}", game.id);
    }
}

#[test]
fn the_order_of_arrival_is_not_the_order_of_the_game() {
    for file in [
        "nba-stats/live.json",
        "statsbomb/whole.json",
        "text-stream/final.csv",
        "text-stream/shootout_first.csv",
        "slam-points/women_final.csv",
    ] {
        for game in games(&exemplar(file)) {
            let straight = fold(&game, game.signals.iter());
            check(&straight);
            let (plays, other): (Vec<_>, Vec<_>) = game
                .signals
                .iter()
                .partition(|s| matches!(s, Signal::Play(_)));
            let turned = fold(&game, other.into_iter().chain(plays.into_iter().rev()));
            assert_eq!(turned.plays, straight.plays, "{file}");
            assert_eq!(turned.state, straight.state, "{file}");
        }
    }
}

#[test]
fn a_shoot_out_decides_and_counts_no_goals() {
    let game = games(&exemplar("text-stream/shootout_first.csv"))
        .next()
        .expect("a match");
    let end = fold(&game, game.signals.iter());
    assert_eq!(end.state.score, Score { home: 1, away: 1 });
    assert_eq!(end.state.phase, GamePhase::Final);
    assert_eq!(end.state.wp_home, 1.0, "home won on kicks");
}

#[test]
fn twelve_love_games_are_a_match() {
    let game = games(&exemplar("slam-points/women_final.csv"))
        .next()
        .expect("a match");
    let end = fold(&game, game.signals.iter());
    assert_eq!(end.state.score, Score { home: 2, away: 0 });
    assert_eq!(end.state.wp_home, 1.0);
    let first = end.plays.first().expect("points").wp_home_before;
    assert!(
        (first - 0.5).abs() < 0.02,
        "two players of whom nothing is known: {first}"
    );
    let last = end.plays.last().expect("points");
    assert!(last.wp_home_before > 0.97 && last.leverage.is_some());
}

#[test]
fn line_ups_of_real_games_share_every_point() {
    let Some(path) = real("basketball/nba_2015_16.parquet") else {
        return;
    };
    let (mut all, mut whole) = (0, 0);
    for game in games(&path).step_by(12) {
        let end = fold(&game, game.signals.iter());
        check(&end);
        all += 1;
        // A score that a feed took back has no player to go with it: those games are counted, not checked.
        if end.healed.is_empty() {
            check_court(&end);
            whole += 1;
        }
    }
    assert!(whole * 10 >= all * 9, "{whole} of {all}");
}

#[test]
fn real_matches_end_as_they_ended() {
    for (file, every) in [
        ("soccer/text_stream_events.parquet", 400),
        ("tennis/slam_pointbypoint/2013-wimbledon-points.csv.gz", 12),
    ] {
        let Some(path) = real(file) else { continue };
        for game in games(&path).step_by(every) {
            let end = fold(&game, game.signals.iter());
            check(&end);
            let told = game.signals.iter().rev().find_map(|s| match s {
                Signal::Status(status) => status.score,
                _ => None,
            });
            if let Some(told) = told {
                assert_eq!(
                    end.state.score.home > end.state.score.away,
                    told.home > told.away,
                    "{}",
                    game.game
                );
            }
        }
    }
}

fn begins_at(game: &Parsed, change: impl Fn(&mut matchday_event::GameInfo)) -> f64 {
    let signals: Vec<Signal> = game
        .signals
        .iter()
        .cloned()
        .map(|mut signal| {
            if let Signal::Info(info) = &mut signal {
                change(info);
            }
            signal
        })
        .collect();
    fold(game, signals.iter()).plays[0].wp_home_before
}

#[test]
fn a_forecast_moves_a_game_and_a_price_stands_before_it() {
    use matchday_event::{Forecast, Line};
    for (file, better, worse) in [
        ("nba-stats/live.json", (108.0, 98.0), (98.0, 108.0)),
        ("statsbomb/whole.json", (2.2, 0.8), (0.8, 2.2)),
        ("slam-points/women_final.csv", (0.64, 0.56), (0.56, 0.64)),
    ] {
        let game = games(&exemplar(file)).next().expect("a game");
        let with = |(home, away)| begins_at(&game, |i| i.forecast = Some(Forecast { home, away }));
        let without = begins_at(&game, |_| {});
        assert!(with(better) > without.max(0.55), "{file}");
        assert!(with(worse) < without.min(0.45), "{file}");
    }
    let game = games(&exemplar("nba-stats/live.json"))
        .next()
        .expect("a game");
    let line = Some(Line {
        spread_home: Some(6.0),
        total: None,
    });
    let priced = begins_at(&game, |i| i.line = line);
    let both = begins_at(&game, |i| {
        i.line = line;
        i.forecast = Some(Forecast {
            home: 110.0,
            away: 90.0,
        });
    });
    assert_eq!(priced, both);
}

#[test]
fn ratings_made_of_recorded_games_go_onto_the_log() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let matchday = |args: &[&std::ffi::OsStr]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_matchday"))
            .current_dir(folder.path())
            .args(args)
            .output()
            .expect("runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
    };
    let file = exemplar("slam-points/women_final.csv");
    let (ratings, facts, data) = (at("ratings.json"), at("facts.jsonl"), at("data"));
    matchday(&[
        "ratings".as_ref(),
        "--sport".as_ref(),
        "tennis".as_ref(),
        file.as_ref(),
        "--out".as_ref(),
        ratings.as_ref(),
    ]);
    matchday(&[
        "serve".as_ref(),
        "--listen".as_ref(),
        "127.0.0.1:0".as_ref(),
        "--data-dir".as_ref(),
        data.as_ref(),
        "--ratings".as_ref(),
        ratings.as_ref(),
        "--file".as_ref(),
        file.as_ref(),
        "--facts".as_ref(),
        facts.as_ref(),
        "--exit".as_ref(),
    ]);
    let facts = std::fs::read_to_string(&facts).expect("facts");
    let first: serde_json::Value =
        serde_json::from_str(facts.lines().next().expect("a fact")).expect("JSON");
    let forecast = &first["data"]["info"]["forecast"];
    assert!(
        forecast["home"].as_f64() > forecast["away"].as_f64(),
        "who won every game of the file is expected to win: {first}"
    );
}

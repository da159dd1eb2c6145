//! Generated games keep the rules.

use matchday_event::{
    GamePhase, PlayReport, Score, Side, Signal,
    football::{FootballPlay, PlayKind, PlayTag},
};
use matchday_sim::load::{PlainGame, endless, signals};
use proptest::prelude::*;

fn plays(seed: u64, game: u64) -> (Vec<PlayReport>, Option<(GamePhase, Score)>) {
    let mut plays = Vec::new();
    let mut last = None;
    for (at, signal) in signals(seed, game).enumerate() {
        match signal {
            Signal::Info(_) => assert_eq!(at, 0, "who plays comes first, and once"),
            Signal::Play(play) => plays.push(play),
            Signal::Status(status) => last = status.score.map(|s| (status.phase, s)),
            other => panic!("unexpected {other:?}"),
        }
    }
    (plays, last)
}

fn football(play: &PlayReport) -> &FootballPlay {
    play.detail.football().expect("a football play")
}

/// Points that a play's kind and tags stand for: to the side in possession, and to the other.
fn worth(play: &FootballPlay) -> (i16, i16) {
    let has = |tag| play.tags.contains(tag);
    let own = match play.kind {
        Some(PlayKind::FieldGoal) if has(PlayTag::Good) => 3,
        Some(PlayKind::ExtraPoint) if has(PlayTag::Good) => 1,
        Some(PlayKind::TwoPoint) if has(PlayTag::Good) => 2,
        _ if has(PlayTag::Touchdown) => 6,
        _ => 0,
    };
    let other = if has(PlayTag::ReturnTouchdown) {
        6
    } else if has(PlayTag::Safety) || has(PlayTag::DefensiveTwoPoint) {
        2
    } else {
        0
    };
    (own, other)
}

fn check(seed: u64, game: u64) -> (u8, Score) {
    let (plays, last) = plays(seed, game);
    let mut score = Score::default();
    let mut before: Option<(u8, i32)> = None;
    let mut due: Option<matchday_event::football::Spot> = None;
    for play in &plays {
        let f = football(play);
        let clock = play.clock_s.unwrap();
        assert!((0..=900).contains(&clock));
        if let Some((period, left)) = before {
            assert!(
                play.period > period || (play.period == period && clock <= left),
                "{play:?}"
            );
        }
        before = Some((play.period, clock));
        assert_eq!(play.score_before, Some(score), "{play:?}");
        let (own, other) = worth(f);
        match f.possession {
            Some(Side::Home) => {
                score = Score {
                    home: score.home + own,
                    away: score.away + other,
                }
            }
            Some(Side::Away) => {
                score = Score {
                    home: score.home + other,
                    away: score.away + own,
                }
            }
            None => assert_eq!((own, other), (0, 0)),
        }
        assert_eq!(play.score_after, Some(score), "{play:?}");
        let timeouts = f.timeouts.unwrap();
        assert!((0..=3).contains(&timeouts.home) && (0..=3).contains(&timeouts.away));
        if let Some(possession) = f.possession {
            let to_goal = f.yards_to_goal.unwrap();
            assert!((1..=99).contains(&to_goal), "{play:?}");
            if let Some(down) = f.down {
                assert!((1..=4).contains(&down), "{play:?}");
                let distance = f.distance.unwrap();
                assert!(distance >= 1 && distance <= to_goal, "{play:?}");
            }
            // The spot that the play before announced is the one this is played from.
            if let Some(due) = due {
                assert_eq!(due.possession, Some(possession), "{play:?}");
                assert_eq!(due.down.map(i16::from), f.down, "{play:?}");
                if f.kind != Some(PlayKind::TwoPoint) {
                    assert_eq!(
                        due.yards_to_goal.map(i16::from),
                        f.yards_to_goal,
                        "{play:?}"
                    );
                }
            }
            due = f.end;
        } else if matches!(f.kind, Some(PlayKind::EndHalf | PlayKind::EndPeriod)) {
            // A new half begins with a kick-off of its own.
            due = if play.period % 2 == 0 { None } else { due };
        }
        assert!(play.text.as_ref().is_some_and(|t| t.ends_with('.')));
    }
    assert_eq!(last, Some((GamePhase::Final, score)));
    assert_eq!(
        football(plays.last().unwrap()).kind,
        Some(PlayKind::EndGame)
    );
    (before.unwrap().0, score)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn every_game_is_valid_and_its_score_is_the_sum_of_its_plays(seed in any::<u64>(), game in any::<u64>()) {
        check(seed, game);
    }
}

#[test]
fn games_are_like_real_ones() {
    let games = 400;
    let (mut overtime, mut ties, mut points, mut count, mut kinds) =
        (0, 0, 0, 0, std::collections::BTreeMap::new());
    for game in 0..games {
        let (period, score) = check(7, game);
        overtime += u32::from(period > 4);
        ties += u32::from(score.home == score.away);
        points += i32::from(score.home + score.away);
        let (plays, _) = plays(7, game);
        count += plays.len();
        for play in &plays {
            *kinds
                .entry(format!("{:?}", football(play).kind))
                .or_insert(0) += 1;
        }
    }
    let per_game = f64::from(points) / games as f64;
    assert!((32.0..60.0).contains(&per_game), "{per_game} points a game");
    assert!(
        (140..220).contains(&(count / games as usize)),
        "{} plays a game",
        count / games as usize
    );
    assert!(
        (5..60).contains(&overtime),
        "{overtime} overtimes in {games}"
    );
    assert!(ties < 12, "{ties} ties");
    assert!(kinds.len() >= 14, "{kinds:?}");
}

#[test]
fn the_same_number_is_the_same_game() {
    let one: Vec<Signal> = signals(3, 9).collect();
    assert_eq!(one, signals(3, 9).collect::<Vec<_>>());
    assert_ne!(one, signals(3, 10).collect::<Vec<_>>());
    assert_ne!(one, signals(4, 9).collect::<Vec<_>>());
}

#[test]
fn the_endless_load_keeps_its_rate_and_begins_new_games() {
    let due: Vec<_> = endless(1, 16, 50.0).take(16 * 300).collect();
    assert!(due.windows(2).all(|w| w[0].at <= w[1].at));
    let seconds = due.last().unwrap().at.as_secs_f64();
    let rate = due.len() as f64 / seconds;
    assert!((49.0..51.0).contains(&rate), "{rate}");
    let games: std::collections::BTreeSet<_> = due.iter().map(|d| d.game.clone()).collect();
    assert!(games.len() > 16, "{}", games.len());
    let again: Vec<_> = endless(1, 16, 50.0).take(1000).collect();
    assert_eq!(again[..], due[..1000]);
}

#[test]
fn a_plain_document_grows_to_the_final_score() {
    let mut game = PlainGame::new(2, 5);
    while game.step() {}
    let document = game.document();
    let (plays, last) = plays(2, 5);
    assert_eq!(document["plays"].as_array().unwrap().len(), plays.len());
    let (_, score) = last.unwrap();
    assert_eq!(document["homeScore"], score.home);
    assert_eq!(document["awayScore"], score.away);
    assert_eq!(document["phase"], "final");
    let first = &document["plays"][0];
    for key in [
        "playId",
        "playType",
        "possession",
        "yardLine",
        "description",
        "quarter",
        "gameClockSeconds",
    ] {
        assert!(!first[key].is_null(), "{key} in {first}");
    }
}

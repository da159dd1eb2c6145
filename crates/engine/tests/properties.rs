//! What must hold of any game, however badly its feed behaves.

mod common;

use common::{Game, plain};
use matchday_engine::{Match, Output, write_facts_jsonl};
use matchday_event::{
    Detail, Fact, GameId, GamePhase, GameStatus, PlayId, PlayReport, Score, Side, Signal,
    football::{FootballPlay, PlayKind, PlayTag, Spot, Tags, Timeouts},
    view::Snapshot,
};
use proptest::{collection::vec, option, prelude::*};

fn side() -> impl Strategy<Value = Option<Side>> {
    prop_oneof![4 => Just(Some(Side::Home)), 4 => Just(Some(Side::Away)), 1 => Just(None)]
}

fn kind() -> impl Strategy<Value = Option<PlayKind>> {
    use PlayKind::*;
    let common = prop_oneof![
        Just(Run),
        Just(Pass),
        Just(Punt),
        Just(Kickoff),
        Just(FieldGoal)
    ];
    let rare = prop_oneof![
        Just(Sack),
        Just(ExtraPoint),
        Just(TwoPoint),
        Just(Kneel),
        Just(Spike),
        Just(NoPlay),
        Just(Timeout),
        Just(EndPeriod),
        Just(EndHalf),
        Just(EndGame),
        Just(Other)
    ];
    option::weighted(0.9, prop_oneof![3 => common, 1 => rare])
}

fn tags() -> impl Strategy<Value = Tags> {
    let tag = prop_oneof![
        Just(PlayTag::Touchdown),
        Just(PlayTag::ReturnTouchdown),
        Just(PlayTag::Good),
        Just(PlayTag::NoGood),
        Just(PlayTag::Interception),
        Just(PlayTag::FumbleLost),
        Just(PlayTag::Safety),
        Just(PlayTag::FirstDown),
        Just(PlayTag::KickingTeamBall),
        Just(PlayTag::DefensiveTwoPoint),
        Just(PlayTag::Penalty),
        Just(PlayTag::Touchback)
    ];
    vec(tag, 0..2).prop_map(|tags| tags.into_iter().collect())
}

fn score() -> impl Strategy<Value = Option<Score>> {
    option::of((-3_i16..40, -3_i16..40).prop_map(|(home, away)| Score { home, away }))
}

fn number(range: std::ops::Range<i16>) -> impl Strategy<Value = Option<i16>> {
    prop_oneof![8 => range.prop_map(Some), 1 => Just(None), 1 => any::<i16>().prop_map(Some)]
}

prop_compose! {
    fn football()(
        possession in side(), down in number(0..5), distance in number(0..20),
        yards_to_goal in number(0..101), yards in number(-20..60), kind in kind(), tags in tags(),
        timeouts in option::weighted(0.3, (any::<i8>(), 0_i8..4)),
        end in option::weighted(0.1, (side(), 0_u8..6, any::<u8>(), any::<u8>())),
    ) -> FootballPlay {
        FootballPlay {
            possession, down, distance, yards_to_goal, yards, kind, tags,
            timeouts: timeouts.map(|(home, away)| Timeouts { home, away }),
            end: end.map(|(possession, down, distance, ytg)| Spot {
                possession, down: Some(down), distance: Some(distance), yards_to_goal: Some(ytg),
            }),
            stats: Vec::new(),
        }
    }
}

prop_compose! {
    /// A report of one of forty places in a game; the clock and the period mostly go with the place.
    fn report(places: i64)(
        order in 0..places, shift in -400_i32..100, clock in option::weighted(0.9, Just(())),
        wild in option::weighted(0.05, (any::<u8>(), any::<i32>())),
        before in score(), after in score(), football in football(),
        text in option::weighted(0.3, "[ a-zA-Z0-9,.()]{0,40}"), same in any::<bool>(),
    ) -> PlayReport {
        let per_period = places.max(5) / 5 + 1;
        let period = (order / per_period + 1) as u8;
        let left = 900 - (order % per_period) as i32 * 900 / per_period as i32;
        let (period, clock_s) = wild.unwrap_or((period, left + shift));
        PlayReport {
            play_id: PlayId::new(order.to_string()), order, period,
            clock_s: clock.map(|()| clock_s),
            score_before: before.filter(|_| !same), score_after: after,
            wall: None, text: text.map(Into::into),
            detail: Detail::AmericanFootball(football),
        }
    }
}

fn status_signal() -> impl Strategy<Value = Signal> {
    let phase = prop_oneof![
        4 => Just(GamePhase::Live), 1 => Just(GamePhase::Halftime), 1 => Just(GamePhase::Final)
    ];
    (
        phase,
        option::of(0_u8..7),
        option::of(-10_i32..1000),
        score(),
    )
        .prop_map(|(phase, period, clock_s, score)| {
            Signal::Status(GameStatus {
                phase,
                period,
                clock_s,
                score,
                spot: None,
            })
        })
}

fn signal() -> impl Strategy<Value = Signal> {
    prop_oneof![
        12 => report(40).prop_map(Signal::Play),
        1 => (0_i64..40).prop_map(|n| Signal::Withdrawn { play_id: PlayId::new(n.to_string()) }),
        1 => status_signal(),
    ]
}

fn league() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("nfl"), Just("ncaaf")]
}

/// What must hold of a game at any moment.
fn check(snapshot: &Snapshot) -> Result<(), TestCaseError> {
    let s = &snapshot.state;
    prop_assert!((0.0..=1.0).contains(&s.wp_home));
    prop_assert!(s.score.home >= 0 && s.score.away >= 0);
    let t = common::now(s).timeouts;
    prop_assert!((0..=3).contains(&t.home) && (0..=3).contains(&t.away));
    for p in &snapshot.plays {
        prop_assert!(
            (0.0..=1.0).contains(&p.wp_home_before) && (0.0..=1.0).contains(&p.wp_home_after)
        );
        prop_assert!(
            p.score_before.home >= 0 && p.score_before.away >= 0,
            "{p:?}"
        );
        prop_assert!(p.score_after.home >= 0 && p.score_after.away >= 0, "{p:?}");
        prop_assert!(p.clock.clock_s <= 900 && p.clock.period >= 1);
        prop_assert!(p.leverage.is_none_or(|l| l >= 0.0));
        let spot = common::football(p).spot;
        if let Some(down) = spot.down {
            prop_assert!((1..=4).contains(&down));
            prop_assert!(
                spot.yards_to_goal.is_some_and(|y| (1..=99).contains(&y)),
                "{p:?}"
            );
            prop_assert!(spot.distance.is_some_and(|d| d >= 1), "{p:?}");
        }
    }
    for pair in snapshot.plays.windows(2) {
        prop_assert!((pair[0].order, &pair[0].play_id) < (pair[1].order, &pair[1].play_id));
        prop_assert_eq!(pair[0].wp_home_after, pair[1].wp_home_before);
        prop_assert_eq!(pair[0].score_after, pair[1].score_before);
    }
    let numbers = snapshot.drives.iter().map(|d| usize::from(d.number));
    prop_assert!(numbers.eq(1..=snapshot.drives.len()));
    if let (Some(first), Some(last)) = (snapshot.plays.first(), snapshot.plays.last()) {
        let sum: f64 = snapshot.plays.iter().map(|p| p.wpa_home).sum();
        prop_assert!((sum - (last.wp_home_after - first.wp_home_before)).abs() < 1e-9);
        prop_assert_eq!(last.wp_home_after, s.wp_home);
    }
    Ok(())
}

fn fold(league: &str, signals: &[Signal]) -> Game {
    let mut game = Game::new(league);
    for signal in signals {
        game.signal(signal);
    }
    game
}

/// The reports that stand in the end, in order.
fn standing(signals: &[Signal]) -> Vec<PlayReport> {
    let mut plays = std::collections::BTreeMap::new();
    for signal in signals {
        match signal {
            Signal::Play(p) => {
                plays.insert(p.play_id.clone(), p.clone());
            }
            Signal::Withdrawn { play_id } => {
                plays.remove(play_id);
            }
            _ => {}
        }
    }
    let mut plays: Vec<_> = plays.into_values().collect();
    plays.sort_by(|a, b| (a.order, &a.play_id).cmp(&(b.order, &b.play_id)));
    plays
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_game_stays_sound_and_its_updates_add_up(
        league in league(), signals in vec(signal(), 1..60)
    ) {
        let id = GameId::new(format!("{league}-1")).unwrap();
        let mut game = Match::new(id, plain());
        let mut out = Output::default();
        let mut client = game.snapshot();
        let info = Signal::Info(common::info(league));
        for (n, signal) in signals.iter().take(3).chain([&info]).chain(&signals[3.min(signals.len())..]).enumerate() {
            let updates = game.updates();
            game.apply(n as u64 + 1, signal, &mut out);
            prop_assert_eq!(game.updates(), updates + u64::from(out.update.is_some()));
            prop_assert_eq!(out.update.is_some(), !out.facts.is_empty());
            if let Some(update) = &out.update {
                client.apply(update);
            }
            prop_assert_eq!(&client, &game.snapshot());
            check(&client)?;
        }
    }

    #[test]
    fn only_the_reports_that_stand_count(
        league in league(),
        mut signals in vec(prop_oneof![
            10 => report(30).prop_map(Signal::Play),
            1 => (0_i64..30).prop_map(|n| Signal::Withdrawn { play_id: PlayId::new(n.to_string()) }),
        ], 1..60),
        seed in any::<u64>(),
    ) {
        let plays = standing(&signals);
        let straight = fold(league, &plays.iter().cloned().map(Signal::Play).collect::<Vec<_>>());
        let arrived = fold(league, &signals);
        prop_assert_eq!(&arrived.game.snapshot().plays, &straight.game.snapshot().plays);
        prop_assert_eq!(&arrived.game.snapshot().drives, &straight.game.snapshot().drives);
        prop_assert_eq!(&arrived.game.snapshot().state, &straight.game.snapshot().state);
        prop_assert_eq!(&arrived.game.snapshot().key_plays, &straight.game.snapshot().key_plays);
        // Any order of arrival will do.
        signals = plays.into_iter().map(Signal::Play).collect();
        let mut state = seed | 1;
        for i in (1..signals.len()).rev() {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            signals.swap(i, (state >> 33) as usize % (i + 1));
        }
        let shuffled = fold(league, &signals);
        prop_assert_eq!(&shuffled.game.snapshot().plays, &straight.game.snapshot().plays);
        prop_assert_eq!(&shuffled.game.snapshot().drives, &straight.game.snapshot().drives);
        prop_assert_eq!(&shuffled.game.snapshot().state, &straight.game.snapshot().state);
    }

    #[test]
    fn facts_say_what_the_snapshot_says(league in league(), signals in vec(signal(), 1..60)) {
        let game = fold(league, &signals);
        let mut plays = std::collections::BTreeMap::new();
        let mut state = None;
        let mut key_plays = Vec::new();
        let mut points = std::collections::BTreeMap::new();
        for fact in &game.facts {
            match fact {
                Fact::Play(p) => { plays.insert(p.play_id.clone(), p.clone()); }
                Fact::PlayWithdrawn { play_id } => { plays.remove(play_id); }
                Fact::State(s) => state = Some(s.clone()),
                Fact::KeyPlays(k) => key_plays.clone_from(&k.plays),
                Fact::Score(s) => *points.entry((s.play_id.clone(), s.side)).or_insert(0) += s.points,
                _ => {}
            }
        }
        let snapshot = game.game.snapshot();
        let mut told: Vec<_> = plays.into_values().collect();
        told.sort_by(|a, b| (a.order, &a.play_id).cmp(&(b.order, &b.play_id)));
        prop_assert_eq!(&told, &snapshot.plays);
        prop_assert_eq!(&key_plays, &snapshot.key_plays);
        if let Some(state) = state {
            prop_assert_eq!(state, snapshot.state);
        }
        for p in &snapshot.plays {
            let of = |side| points.get(&(p.play_id.clone(), side)).copied().unwrap_or(0);
            prop_assert_eq!(of(Side::Home), p.score_after.home - p.score_before.home);
            prop_assert_eq!(of(Side::Away), p.score_after.away - p.score_before.away);
        }
    }

    #[test]
    fn the_same_log_gives_the_same_bytes(league in league(), signals in vec(signal(), 1..40)) {
        let bytes = || {
            let id = GameId::new(format!("{league}-1")).unwrap();
            let mut game = Match::new(id.clone(), plain());
            game.set_viewed(false);
            let mut out = Output::default();
            let mut bytes = Vec::new();
            for (n, signal) in signals.iter().enumerate() {
                game.apply(n as u64 + 1, signal, &mut out);
                write_facts_jsonl(&mut bytes, &id, n as u64 + 1, &out.facts).unwrap();
            }
            bytes
        };
        prop_assert_eq!(bytes(), bytes());
    }

    #[test]
    fn lines_are_what_serde_would_write(league in league(), signals in vec(signal(), 1..40)) {
        let game = fold(league, &signals);
        let id = game.game.id().clone();
        let mut bytes = Vec::new();
        write_facts_jsonl(&mut bytes, &id, 7, &game.facts).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        for ((n, fact), line) in game.facts.iter().enumerate().zip(text.lines()) {
            let event = matchday_event::CloudEvent {
                specversion: "1.0".into(),
                id: format!("{id}/7/{n}"),
                source: "/sense/game".into(),
                event_type: fact.event_type().into(),
                subject: id.to_string(),
                time: None,
                dataschema: None,
                data: fact,
            };
            prop_assert_eq!(line, serde_json::to_string(&event).unwrap());
        }
        prop_assert_eq!(text.lines().count(), game.facts.len());
    }

    #[test]
    fn reading_any_sentence_is_safe(text in "\\PC{0,200}", known in "(PENALTY|pass|TOUCHDOWN|[0-9]{1,9} yards|REVERSED\\.|\\(|é| |RECOVERED by|declined){0,12}") {
        let _ = matchday_engine::sense::game::football::read_text(&text);
        let _ = matchday_engine::sense::game::football::read_text(&known);
        let mut game = Game::new("nfl");
        let mut report = common::play("10 1 9:00 H 1&10@50 run 1");
        report.text = Some(known.into());
        game.signal(&Signal::Play(report));
        check(&game.game.snapshot())?;
    }
}

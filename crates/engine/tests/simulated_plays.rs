//! What a feed tells of the seeded world's matches, folded: the score comes out as the world has it, and little needs
//! to be healed.

use matchday_engine::sense::game::{Match, ModelSet, Output};
use matchday_event::{
    EventTime, Fact, FaultCode, GameId, GamePhase, Seq, Signal, Sport, senses::MomentumFact,
};
use matchday_sim::world::{
    Script,
    plays::{Feed, Timed, league_of, plays},
};

const SPORTS: [Sport; 4] = [
    Sport::AmericanFootball,
    Sport::Soccer,
    Sport::Basketball,
    Sport::Tennis,
];

fn told(seed: u64, script: &Script) -> Vec<Timed> {
    plays(
        seed,
        script,
        EventTime::from_millis(1_800_000_000_000),
        &Feed::default(),
    )
}

#[test]
fn a_feed_of_the_world_folds_to_the_worlds_own_score() {
    for sport in SPORTS {
        let (mut healed, mut all) = (Vec::new(), 0);
        for seed in 0..6 {
            let script = Script::generate(seed, sport);
            let signals = told(seed, &script);
            assert_eq!(signals, told(seed, &script));
            assert!(signals.is_sorted_by_key(|t| t.at_ms));
            let id = GameId::new(format!("{}-sim-{seed}", league_of(sport))).expect("an id");
            let mut game = Match::new(id, ModelSet::default());
            let mut out = Output::default();
            let mut last = None;
            for (i, timed) in signals.iter().enumerate() {
                game.apply(i as Seq + 1, &timed.signal, &mut out);
                for fact in &out.facts {
                    match fact {
                        // Corrections are the feed's own; all else would be a fault of the world's.
                        Fact::Healed(fault) if fault.code != FaultCode::Corrected => {
                            healed.push(format!("seed {seed}, record {i}: {fault:?}"));
                        }
                        Fact::State(state) => last = Some(state.clone()),
                        _ => {}
                    }
                }
            }
            all += signals.len();
            let state = last.expect("a state");
            assert_eq!(state.phase, GamePhase::Final, "{sport:?} {seed}");
            let truth = script.happenings.last().expect("a final").score;
            let lead = (truth.home - truth.away).signum();
            if sport == Sport::Tennis {
                assert_eq!((state.score.home - state.score.away).abs().min(1), 1);
            } else {
                assert_eq!(state.score, truth, "{sport:?} {seed}");
                assert!(state.wp_home.is_finite());
                if lead != 0 {
                    assert_eq!(state.wp_home > 0.5, lead > 0, "{sport:?} {seed}");
                }
            }
        }
        assert!(healed.len() * 50 < all, "{sport:?}, of {all}: {healed:#?}");
    }
}

/// The last momentum of a match that is told the time every ten seconds from `from_ms` on.
fn momentum(sport: Sport, from_ms: u64) -> MomentumFact {
    let kickoff = EventTime::from_millis(1_760_000_000_000);
    let script = Script::generate(5, sport).excerpt(0, 40 * 60_000);
    let feed = Feed {
        corrected: 0.0,
        ..Feed::default()
    };
    let end_ms = 41 * 60_000;
    let mut told = plays(5, &script, kickoff, &feed);
    told.extend((from_ms..=end_ms).step_by(10_000).map(|at_ms| Timed {
        at_ms,
        signal: Signal::Tick {
            at: EventTime(kickoff.0 + at_ms as i64 * 1000),
        },
    }));
    told.sort_by_key(|t| t.at_ms);
    let id = GameId::new(format!("{}-1", league_of(sport))).expect("an id");
    let mut game = Match::new(id, ModelSet::builtin());
    let (mut out, mut last) = (Output::default(), None);
    for (seq, timed) in (1..).zip(&told) {
        game.apply(seq, &timed.signal, &mut out);
        for fact in &out.facts {
            if let Fact::Momentum(momentum) = fact {
                last = Some(momentum.clone());
            }
        }
    }
    last.expect("momentum")
}

#[test]
fn senses_that_wake_late_know_the_match_as_those_that_were_always_awake() {
    for sport in SPORTS {
        let late = momentum(sport, 41 * 60_000);
        assert_eq!(late, momentum(sport, 0), "{sport:?}");
        assert!(late.intensity > 0.0, "{sport:?}: {late:?}");
    }
}

//! The human director: how late, how often wrong, and always the same.

use matchday_event::{EventTime, Signal, Sport, senses::Camera};
use matchday_sim::world::{
    Script,
    director::{Because, Cue, Directed, Human, Outcome, REACTION_MS, cues_of, direct, directed},
};

const SPORTS: [Sport; 4] = [
    Sport::AmericanFootball,
    Sport::Soccer,
    Sport::Basketball,
    Sport::Tennis,
];

/// `n` cues of one kind, half a minute apart.
fn cues(n: u64, camera: Camera, pull: f32) -> Vec<Cue> {
    (1..=n)
        .map(|i| Cue {
            at_ms: i * 30_000,
            camera,
            length_ms: 3_000,
            pull,
            what: "test".into(),
        })
        .collect()
}

#[test]
fn a_person_is_late_by_a_reaction_misses_some_and_takes_the_wrong_camera_for_some() {
    let n = 4_000;
    let human = Human::of(1);
    let cues = cues(n, Camera::Keeper, 0.8);
    let direction = direct(1, &human, &cues, n * 31_000);
    let delays: Vec<u32> = direction
        .outcomes
        .iter()
        .filter_map(|o| match o {
            Outcome::Called { delay_ms } => Some(*delay_ms),
            _ => None,
        })
        .collect();
    let (low, high) = REACTION_MS;
    assert!(delays.iter().all(|d| (low..=high).contains(d)));
    let mean = delays.iter().sum::<u32>() / delays.len() as u32;
    assert!((280..420).contains(&mean), "{mean}");
    let share = |what: fn(&Outcome) -> bool| {
        direction.outcomes.iter().filter(|o| what(o)).count() as f64 / n as f64
    };
    let missed = share(|o| matches!(o, Outcome::Missed));
    let wrong = share(|o| matches!(o, Outcome::WrongCamera));
    let expected = human.missed + 0.12 * 0.2;
    assert!((missed - expected).abs() < 0.015, "{missed} of {expected}");
    assert!((wrong - human.wrong).abs() < 0.015, "{wrong}");
    // A call is at the cue's time and its delay, and a wrong one is on another camera.
    for shot in &direction.shots {
        match shot.because {
            Because::Cue { cue } => {
                let Outcome::Called { delay_ms } = direction.outcomes[cue] else {
                    panic!("{shot:?}");
                };
                assert_eq!(shot.at_ms, cues[cue].at_ms + u64::from(delay_ms));
                assert_eq!(shot.camera, Camera::Keeper);
            }
            Because::WrongCamera { .. } => assert_ne!(shot.camera, Camera::Keeper),
            Because::PutRight { .. } => assert_eq!(shot.camera, Camera::Keeper),
            Because::Back => assert_eq!(shot.camera, Camera::Main),
            Because::Idle => assert_eq!(shot.camera, Camera::Tight),
        }
    }
}

#[test]
fn what_draws_more_is_called_sooner() {
    let mean = |pull| {
        let cues = cues(2_000, Camera::Rail, pull);
        let direction = direct(3, &Human::of(3), &cues, 2_100 * 30_000);
        let delays: Vec<f64> = direction
            .outcomes
            .iter()
            .filter_map(|o| match o {
                Outcome::Called { delay_ms } => Some(f64::from(*delay_ms)),
                _ => None,
            })
            .collect();
        delays.iter().sum::<f64>() / delays.len() as f64
    };
    assert!(mean(0.9) + 60.0 < mean(0.3));
}

#[test]
fn every_sport_is_directed_the_same_way_twice_and_shots_alternate() {
    for sport in SPORTS {
        let Directed {
            events,
            cues,
            direction,
            reports,
        } = directed(5, sport, 2);
        assert_eq!(directed(5, sport, 2).direction, direction);
        assert_ne!(directed(6, sport, 2).direction, direction);
        assert_eq!(cues.len(), direction.outcomes.len());
        assert_eq!(reports.len(), direction.shots.len());
        let mut on_air = Camera::Main;
        let mut last = 0;
        for shot in &direction.shots {
            assert_ne!(shot.camera, on_air, "{sport:?} {shot:?}");
            assert!(shot.at_ms >= last, "{sport:?} {shot:?}");
            (on_air, last) = (shot.camera, shot.at_ms);
        }
        assert!(events.iter().all(|e| e.called.is_some()));
        let away = events.iter().filter(|e| e.called != Some(Camera::Main));
        let share = away.count() as f64 / events.len() as f64;
        assert!((0.1..0.9).contains(&share), "{sport:?}: {share}");
    }
}

#[test]
fn the_truth_of_a_match_has_cues_and_calls_come_as_signals() {
    for sport in SPORTS {
        let script = Script::generate(9, sport);
        let cues = cues_of(&script);
        assert!(cues.len() > 10, "{sport:?}: {}", cues.len());
        let direction = direct(9, &Human::of(9), &cues, script.duration_ms);
        let start = EventTime::from_millis(1_786_190_400_000);
        let signals = direction.signals(&"mixer".into(), start);
        let first = &direction.shots[0];
        let Signal::Camera(report) = &signals[0] else {
            panic!("{:?}", signals[0]);
        };
        assert_eq!(report.at.millis() - start.millis(), first.at_ms as i64);
        assert_eq!(report.camera, first.camera);
    }
}

//! The tracking agent: what follows from frames, what is refused, and how it does on the seeded world.

use matchday_engine::sense::tracking::Tracking;
use matchday_event::{
    EventTime, Fact, Side, Sport,
    senses::{
        FrameReport, Kick, Phase, Pitch, RefusalPhase, Towards, TrackedBall, TrackedPlayer,
        TrackingFact, TrackingRefusalCode as Code, TurnBy,
    },
};
use matchday_sim::world::{
    Happening, HappeningKind, Script,
    tracking::{Frames, Truth},
};

const HZ: i64 = 25;

fn player(n: usize, x_m: f32, y_m: f32) -> TrackedPlayer {
    TrackedPlayer {
        id: format!("p{n}").into(),
        side: Some(if n < 11 { Side::Home } else { Side::Away }),
        number: u8::try_from(n % 11 + 1).ok(),
        x_m,
        y_m,
        speed_mps: None,
        head_deg: None,
        guessed: false,
    }
}

/// Twenty-two who stroll, so that nobody takes them for a picture, and a ball.
fn frame(n: i64) -> FrameReport {
    let sway = (n % 50) as f32 * 0.01;
    FrameReport {
        source: "optical".into(),
        at: EventTime(n * 1_000_000 / HZ),
        frame: u64::try_from(n).ok(),
        period: Some(1),
        clock_ms: u32::try_from(n * 1000 / HZ).ok(),
        pitch: Pitch::USUAL,
        home_attacks: Some(Towards::Positive),
        possession: None,
        in_play: None,
        players: (0..22)
            .map(|p| player(p, p as f32 * 4.0 - 44.0 + sway, (p % 7) as f32 * 9.0 - 27.0))
            .collect(),
        balls: vec![TrackedBall {
            x_m: sway,
            ..TrackedBall::default()
        }],
    }
}

fn told(frames: impl IntoIterator<Item = FrameReport>) -> Vec<TrackingFact> {
    let mut agent = Tracking::default();
    let mut facts = Vec::new();
    for frame in frames {
        agent.apply(&frame, &mut facts);
    }
    facts
        .into_iter()
        .map(|f| match f {
            Fact::Tracking(f) => f,
            other => panic!("not of tracking: {other:?}"),
        })
        .collect()
}

fn refusals(facts: &[TrackingFact]) -> Vec<(Code, RefusalPhase, i64)> {
    facts
        .iter()
        .filter_map(|f| match f {
            TrackingFact::Refused(r) => Some((r.code, r.phase, r.at.millis())),
            _ => None,
        })
        .collect()
}

/// Frames 0 to 100, those from 40 to 60 changed.
fn with_trouble(change: impl Fn(&mut FrameReport)) -> Vec<FrameReport> {
    (0..100)
        .map(|n| {
            let mut frame = frame(n);
            if (40..60).contains(&n) {
                change(&mut frame);
            }
            frame
        })
        .collect()
}

#[test]
fn strolling_about_is_nothing() {
    assert_eq!(told((0..200).map(frame)), []);
}

#[test]
fn frames_that_cannot_be_are_refused_until_they_are_right_again() {
    let forty: fn(&mut FrameReport) = |f| f.balls = vec![f.balls[0]; 40];
    let planet: fn(&mut FrameReport) = |f| f.players[3].x_m = 6_371_000.0;
    let nan: fn(&mut FrameReport) = |f| f.players[3].y_m = f32::NAN;
    let twins: fn(&mut FrameReport) = |f| f.players[3].id = f.players[4].id.clone();
    let crowd: fn(&mut FrameReport) = |f| {
        f.players.extend((100..160).map(|n| player(n, 0.0, 0.0)));
    };
    let tiny: fn(&mut FrameReport) = |f| f.pitch.length_m = 10.5;
    for (change, code) in [
        (forty, Code::TooManyBalls),
        (planet, Code::OffPitch),
        (nan, Code::Impossible),
        (twins, Code::TooManyPlayers),
        (crowd, Code::TooManyPlayers),
        (tiny, Code::Impossible),
    ] {
        let facts = told(with_trouble(change));
        let want = [
            (code, RefusalPhase::Began, 40 * 1000 / HZ),
            // Ten good frames later.
            (code, RefusalPhase::Ended, 69 * 1000 / HZ),
        ];
        assert_eq!(refusals(&facts), want, "{code:?}");
        assert_eq!(facts.len(), 2, "{code:?}: {facts:?}");
    }
}

#[test]
fn a_picture_that_stands_still_is_refused() {
    let stuck = (0..300).map(|n| FrameReport {
        players: frame(7).players,
        balls: frame(7).balls,
        ..frame(n)
    });
    let facts = told(stuck);
    assert_eq!(refusals(&facts)[0].0, Code::Frozen);
    // Three seconds after the first that repeats the one before.
    assert_eq!(refusals(&facts)[0].2, 3040);
}

#[test]
fn clocks_that_jump_and_frames_that_come_late_are_refused() {
    let jumped = told((0..100).map(|n| {
        let mut frame = frame(n);
        if n >= 50 {
            frame.clock_ms = frame.clock_ms.map(|ms| ms + 60_000);
        }
        frame
    }));
    assert_eq!(
        refusals(&jumped),
        [
            (Code::ClockJump, RefusalPhase::Began, 2000),
            (Code::ClockJump, RefusalPhase::Ended, 2400)
        ]
    );
    let late = told([frame(10), frame(11), frame(3), frame(12)]);
    assert_eq!(
        refusals(&late),
        [(Code::OutOfOrder, RefusalPhase::Began, 120)]
    );
}

#[test]
fn one_frame_of_another_age_stops_no_other_and_ten_are_the_time() {
    let of = |n: i64, at: i64| FrameReport {
        at: EventTime(at),
        ..frame(n)
    };
    let day = |n: i64| of(n, frame(n).at.0 + 86_400_000_000);
    for astray in [4_102_444_800_000_000, i64::MAX] {
        let facts = told(
            (0..20)
                .map(frame)
                .chain([of(20, astray)])
                .chain((21..60).map(frame)),
        );
        let codes: Vec<_> = refusals(&facts).iter().map(|r| (r.0, r.1)).collect();
        assert_eq!(
            codes,
            [
                (Code::ClockJump, RefusalPhase::Began),
                (Code::ClockJump, RefusalPhase::Ended)
            ]
        );
    }
    // The match goes on the next day.
    let facts = told((0..20).map(frame).chain((20..60).map(day)));
    assert!(
        matches!(
            refusals(&facts).last(),
            Some((Code::ClockJump, RefusalPhase::Ended, _))
        ),
        "{facts:?}"
    );
}

#[test]
fn players_who_are_taken_for_one_another_run_nowhere() {
    // Every second, all change their names: each seems to leap across the pitch.
    let facts = told((0..200).map(|n| {
        let mut frame = frame(n);
        if n / 25 % 2 == 1 {
            frame.players.iter_mut().for_each(|p| p.x_m = -p.x_m);
        }
        frame
    }));
    assert!(
        facts
            .iter()
            .all(|f| matches!(f, TrackingFact::Refused(r) if r.code == Code::TooFast)),
        "{facts:?}"
    );
    assert!(!facts.is_empty());
}

#[test]
fn a_sprint_begins_and_is_over() {
    let facts = told((0..200).map(|n| {
        let mut frame = frame(n);
        let t = n as f32 / HZ as f32;
        // Eight metres a second from second 2 to second 5.
        frame.players[5] = player(
            5,
            -20.0 + 8.0 * (t.clamp(2.0, 5.0) - 2.0),
            3.0 + 0.01 * (n % 3) as f32,
        );
        frame
    }));
    let [TrackingFact::Sprint(began), TrackingFact::Sprint(over)] = &facts[..] else {
        panic!("{facts:?}");
    };
    assert_eq!((began.phase, over.phase), (Phase::Began, Phase::Ended));
    assert_eq!(
        (&*began.player, began.side, began.number),
        ("p5", Some(Side::Home), Some(6))
    );
    // It is one after the window has filled and it has lasted 0.7 s.
    assert!((2_700..3_300).contains(&began.at.millis()), "{began:?}");
    assert!((5_000..5_600).contains(&over.at.millis()), "{over:?}");
    assert!((over.speed_mps - 8.0).abs() < 0.1, "{over:?}");
}

fn turning(by: impl Fn(f32) -> Option<f32>) -> Vec<TrackingFact> {
    told((0..100).map(|n| {
        let mut frame = frame(n);
        frame.possession = Some(Side::Away);
        frame.players[2].head_deg = by(n as f32 / HZ as f32);
        frame
    }))
}

#[test]
fn a_head_that_turns_by_55_degrees_is_told_and_one_of_50_is_not() {
    // From 170 degrees over the seam of the circle, in two tenths of a second.
    let facts = turning(|t| Some(170.0 + 60.0 * ((t - 2.0) / 0.2).clamp(0.0, 1.0)));
    let [TrackingFact::HeadTurn(turn)] = &facts[..] else {
        panic!("{facts:?}");
    };
    assert_eq!((turn.by, turn.defends), (TurnBy::Head, Some(true)));
    assert!((55.0..=60.0).contains(&turn.degrees), "{turn:?}");
    assert!((2_160..=2_240).contains(&turn.at.millis()), "{turn:?}");
    assert_eq!(
        turning(|t| Some(170.0 + 50.0 * ((t - 2.0) / 0.2).clamp(0.0, 1.0))),
        []
    );
    // As far, but slowly.
    assert_eq!(turning(|t| Some(170.0 + 30.0 * t)), []);
}

#[test]
fn the_ball_comes_into_a_third_and_loses_its_spin_there() {
    let facts = told((0..250).map(|n| {
        let t = n as f32 / HZ as f32;
        let mut frame = frame(n);
        frame.balls = vec![TrackedBall {
            // Over the line at 17.5 m after 3.5 s, back over 15.5 m after 8.9 s.
            x_m: if t < 6.0 {
                5.0 * t
            } else {
                30.0 - 5.0 * (t - 6.0)
            },
            spin_rad_s: Some(if t < 5.0 { 20.0 } else { 0.5 }),
            ..TrackedBall::default()
        }];
        frame
    }));
    let [
        TrackingFact::FinalThird(came),
        TrackingFact::SpinDrop(spin),
        TrackingFact::FinalThird(left),
    ] = &facts[..]
    else {
        panic!("{facts:?}");
    };
    assert_eq!((came.side, came.phase), (Side::Home, Phase::Began));
    assert_eq!(left.phase, Phase::Ended);
    assert!((3_500..3_900).contains(&came.at.millis()), "{came:?}");
    assert!((5_000..5_100).contains(&spin.at.millis()), "{spin:?}");
    assert!((8_800..9_000).contains(&left.at.millis()), "{left:?}");
    assert_eq!(came.spot.place.y, 0.5);
}

#[test]
fn who_attacks_where_is_not_guessed() {
    let blind = |n| FrameReport {
        home_attacks: None,
        players: Vec::new(),
        balls: vec![TrackedBall {
            x_m: 20.0 + (n % 20) as f32,
            ..TrackedBall::default()
        }],
        ..frame(n)
    };
    assert_eq!(told((0..200).map(blind)), []);
}

/// A quiet half with three penalty kicks.
fn penalties() -> Script {
    let mut script = Script::generate(11, Sport::Soccer).excerpt(0, 1_500_000);
    script
        .happenings
        .retain(|h| matches!(h.kind, HappeningKind::KickOff | HappeningKind::Play));
    for (at_ms, side) in [
        (300_000, Side::Home),
        (700_000, Side::Away),
        (1_200_000, Side::Home),
    ] {
        let at = script.happenings.partition_point(|h| h.at_ms <= at_ms);
        script.happenings.insert(
            at,
            Happening {
                at_ms,
                kind: HappeningKind::PenaltyMissed,
                side: Some(side),
                player: None,
                weight: 0.9,
                surprise: 0.8,
                score: matchday_event::Score::default(),
            },
        );
    }
    script
}

#[test]
fn run_ups_of_penalty_kicks_are_known_before_the_kick() {
    let mut frames = Frames::new(5, &penalties());
    let facts = told(frames.by_ref());
    let want: Vec<(u64, String)> = frames
        .truth()
        .iter()
        .filter_map(|t| match t {
            Truth::RunUp { at_ms, player } => Some((*at_ms, player.to_string())),
            _ => None,
        })
        .collect();
    let got: Vec<(i64, String)> = facts
        .iter()
        .filter_map(|f| match f {
            TrackingFact::RunUp(r) if r.kick == Kick::Penalty => {
                Some((r.at.millis(), r.player.to_string()))
            }
            _ => None,
        })
        .collect();
    assert_eq!(want.len(), 3);
    assert_eq!(got.len(), 3, "{got:?} of {want:?}");
    for ((at, who), (started, kicker)) in got.iter().zip(&want) {
        let delay = at - i64::try_from(*started).expect("fits");
        assert_eq!(who, kicker);
        // The kick comes 1.3 s after the start.
        assert!((0..1_300).contains(&delay), "{delay} ms after the start");
        println!("run-up known {delay} ms after its start");
    }
}

#[test]
fn the_simulated_match_is_followed() {
    let (mut thirds, mut sprints) = ([0; 3], [0; 3]);
    for seed in 1..=4 {
        let script = Script::generate(seed, Sport::Soccer).excerpt(0, 1_200_000);
        let mut frames = Frames::new(seed, &script);
        let facts = told(frames.by_ref());
        assert_eq!(refusals(&facts), [], "seed {seed}");
        let truth = frames.truth();
        let began = |f: &TrackingFact| match f {
            TrackingFact::FinalThird(f) if f.phase == Phase::Began => {
                Some((0, f.at.millis(), format!("{:?}", f.side)))
            }
            TrackingFact::Sprint(f) if f.phase == Phase::Began => {
                Some((1, f.at.millis(), f.player.to_string()))
            }
            _ => None,
        };
        let told: Vec<_> = facts.iter().filter_map(began).collect();
        let true_of: Vec<_> = truth
            .iter()
            .filter_map(|t| match t {
                Truth::FinalThird { at_ms, side } => Some((0, *at_ms as i64, format!("{side:?}"))),
                Truth::Sprint { at_ms, player } => Some((1, *at_ms as i64, player.to_string())),
                _ => None,
            })
            .collect();
        for (kind, count) in [(0, &mut thirds), (1, &mut sprints)] {
            let want: Vec<_> = true_of.iter().filter(|t| t.0 == kind).collect();
            let got: Vec<_> = told.iter().filter(|t| t.0 == kind).collect();
            let near = |a: &(i32, i64, String), b: &(i32, i64, String)| {
                a.2 == b.2 && (-300..2_000).contains(&(a.1 - b.1))
            };
            count[0] += want.len();
            count[1] += want
                .iter()
                .filter(|w| got.iter().any(|g| near(g, w)))
                .count();
            count[2] += got
                .iter()
                .filter(|g| !want.iter().any(|w| near(g, w)))
                .count();
        }
    }
    println!(
        "final thirds: {} true, {} found, {} wrong",
        thirds[0], thirds[1], thirds[2]
    );
    println!(
        "sprints: {} true, {} found, {} wrong",
        sprints[0], sprints[1], sprints[2]
    );
    for [want, found, wrong] in [thirds, sprints] {
        assert!(want >= 20, "too little to find: {want}");
        assert!(10 * found >= 9 * want, "{found} of {want} found");
        assert!(10 * wrong <= want, "{wrong} wrong beside {want}");
    }
}

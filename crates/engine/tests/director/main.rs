//! The director agent: order of precedence, frames, and what it never does.

mod never;

use matchday_engine::decide::director::{Director, DirectorConfig, Heard, OnAir};
use matchday_event::{
    EventTime, Sport,
    production::{Cut, DirectorCall, DirectorOrder, FrameRate, Released, Shot, ShotProposal},
    senses::Camera,
};

const START_MS: i64 = 1_786_190_400_000;

fn ms(ms: i64) -> EventTime {
    EventTime::from_millis(START_MS + ms)
}

fn director(rate: FrameRate) -> Director {
    Director::new(DirectorConfig::default(), rate).expect("the default is sound")
}

fn wish(rule: &str, camera: Camera, at: i64, until: Option<i64>, priority: u8) -> ShotProposal {
    ShotProposal {
        rule: rule.into(),
        key: None,
        shot: Shot::of(camera),
        at: ms(at),
        until: until.map(ms),
        priority,
        confidence: 0.9,
        why: "because".into(),
    }
}

fn proposed(rule: &str, camera: Camera, at: i64, until: Option<i64>, priority: u8) -> Heard {
    Heard::Proposed(wish(rule, camera, at, until, priority))
}

fn released(rule: &str, at: i64) -> Heard {
    Heard::Released(Released {
        rule: rule.into(),
        key: None,
        at: ms(at),
    })
}

fn called(order: DirectorOrder, at: i64) -> Heard {
    Heard::Called(DirectorCall { at: ms(at), order })
}

fn take(camera: Camera, at: i64) -> Heard {
    called(DirectorOrder::Take { camera }, at)
}

/// Hears each at its time, with ticks of 100 ms between and for ten seconds behind.
fn told(director: &mut Director, heard: &[(i64, Heard)]) -> Vec<Cut> {
    let mut cuts = Vec::new();
    let mut tick = 0;
    let end = heard.last().map_or(0, |h| h.0) + 10_000;
    let mut ticks_to = |to: i64, director: &mut Director, cuts: &mut Vec<Cut>| {
        while tick < to {
            director.hear(ms(tick), &Heard::Nothing, cuts);
            tick += 100;
        }
    };
    for (at, what) in heard {
        ticks_to(*at, director, &mut cuts);
        director.hear(ms(*at), what, &mut cuts);
    }
    ticks_to(end, director, &mut cuts);
    cuts
}

fn line(cut: &Cut) -> String {
    let over = cut.over.join(", ");
    format!(
        "{:>6.0} ms  {} -> {}{}  {:?}  {}{}",
        (cut.at.0 - ms(0).0) as f64 / 1e3,
        cut.from,
        cut.shot.camera,
        match cut.shot.zoom {
            Some(zoom) => format!(" x{zoom}"),
            None => String::new(),
        },
        cut.reason,
        cut.why,
        if over.is_empty() {
            String::new()
        } else {
            format!("  [over {over}]")
        },
    )
}

/// The cuts as lines, as they are told.
fn lines(heard: &[(i64, Heard)]) -> Vec<String> {
    told(&mut director(FrameRate::F50), heard)
        .iter()
        .map(line)
        .collect()
}

#[test]
fn a_shot_begins_on_its_frame_and_goes_back_at_its_end() {
    let heard = [(
        1_005,
        proposed("rail", Camera::Rail, 1_305, Some(4_305), 50),
    )];
    insta::assert_snapshot!(lines(&heard).join("\n"), @r"
    1320 ms  main -> rail  Rule  rail: because (priority 50)
    4320 ms  rail -> main  Return  rail is over: back to main
    ");
}

#[test]
fn a_rule_that_takes_its_shot_back_ends_it_but_not_before_its_minimum() {
    let heard = [
        (
            1_000,
            proposed("keeper", Camera::Keeper, 1_000, Some(9_000), 50),
        ),
        (1_700, released("keeper", 1_700)),
    ];
    insta::assert_snapshot!(lines(&heard).join("\n"), @r"
    1000 ms  main -> keeper  Rule  keeper: because (priority 50)
    2500 ms  keeper -> main  Return  keeper no longer holds: back to main
    ");
}

#[test]
fn the_higher_priority_wins_and_the_loser_is_named() {
    let heard = [
        (
            1_000,
            proposed("rail", Camera::Rail, 1_400, Some(6_000), 50),
        ),
        (
            1_010,
            proposed("crowd", Camera::Crowd, 1_400, Some(4_000), 60),
        ),
    ];
    insta::assert_snapshot!(lines(&heard).join("\n"), @r"
    1400 ms  main -> crowd  Rule  crowd: because (priority 60)  [over rail]
    4000 ms  crowd -> rail  Rule  rail: because (priority 50); it waited 2.60 s
    6000 ms  rail -> main  Return  rail is over: back to main
    ");
}

#[test]
fn between_equals_confidence_decides_then_time_then_name() {
    let of = |rule: &str, camera, at, confidence| {
        Heard::Proposed(ShotProposal {
            confidence,
            ..wish(rule, camera, at, Some(6_000), 50)
        })
    };
    let first = |heard: [(i64, Heard); 2]| {
        let cuts = told(&mut director(FrameRate::F50), &heard);
        cuts[0].shot.camera
    };
    assert_eq!(
        first([
            (0, of("a", Camera::Rail, 1_000, 0.8)),
            (0, of("b", Camera::Wing, 1_000, 0.9)),
        ]),
        Camera::Wing
    );
    // Within one frame the earlier one wins.
    assert_eq!(
        first([
            (0, of("a", Camera::Rail, 1_000, 0.8)),
            (0, of("b", Camera::Wing, 999, 0.8)),
        ]),
        Camera::Wing
    );
    assert_eq!(
        first([
            (0, of("b", Camera::Wing, 1_000, 0.8)),
            (0, of("a", Camera::Rail, 1_000, 0.8)),
        ]),
        Camera::Rail
    );
}

#[test]
fn a_much_higher_priority_breaks_the_minimum_and_a_little_higher_one_waits() {
    let heard = [
        (
            1_000,
            proposed("rail", Camera::Rail, 1_000, Some(6_000), 30),
        ),
        (
            1_400,
            proposed("wing", Camera::Wing, 1_400, Some(8_000), 50),
        ),
        (
            2_900,
            proposed("goal", Camera::Crowd, 2_900, Some(5_900), 90),
        ),
    ];
    insta::assert_snapshot!(lines(&heard).join("\n"), @r"
    1000 ms  main -> rail  Rule  rail: because (priority 30)
    2500 ms  rail -> wing  Rule  wing: because (priority 50); it waited 1.10 s  [over rail]
    2900 ms  wing -> crowd  Rule  goal: because (priority 90); it breaks the minimum of 1.5 s, the shot before it had 0.4 s and counts 50  [over wing]
    5900 ms  crowd -> main  Return  goal is over: back to main
    ");
}

#[test]
fn a_shot_that_another_would_cut_short_is_not_begun() {
    // The crowd is known to come half a second later: the rail would not get its minimum.
    let heard = [
        (
            1_000,
            proposed("crowd", Camera::Crowd, 1_500, Some(4_000), 60),
        ),
        (
            1_000,
            proposed("rail", Camera::Rail, 1_000, Some(4_000), 50),
        ),
    ];
    insta::assert_snapshot!(lines(&heard).join("\n"), @r"
    1500 ms  main -> crowd  Rule  crowd: because (priority 60)  [over rail]
    4000 ms  crowd -> main  Return  crowd is over: back to main
    ");
}

#[test]
fn the_operator_wins_over_everything_and_holds() {
    let heard = [
        (
            1_000,
            proposed("goal", Camera::Crowd, 1_000, Some(9_000), 255),
        ),
        (1_333, take(Camera::Tight, 1_333)),
        (
            1_600,
            proposed("rail", Camera::Rail, 1_600, Some(20_000), 255),
        ),
        (1_700, take(Camera::Wing, 1_700)),
        (7_000, called(DirectorOrder::Release, 7_000)),
    ];
    insta::assert_snapshot!(lines(&heard).join("\n"), @r"
    1000 ms  main -> crowd  Rule  goal: because (priority 255)
    1340 ms  crowd -> tight  Manual  the operator takes tight  [over goal]
    1700 ms  tight -> wing  Manual  the operator takes wing  [over rail]
    7000 ms  wing -> rail  Rule  rail: because (priority 255); it waited 5.40 s
    ");
}

#[test]
fn an_operators_camera_is_returned_to_until_it_has_settled() {
    let heard = [
        (1_000, take(Camera::Tight, 1_000)),
        (3_000, called(DirectorOrder::Release, 3_000)),
        (
            5_000,
            proposed("rail", Camera::Rail, 5_000, Some(7_000), 50),
        ),
        (12_000, Heard::Nothing),
    ];
    insta::assert_snapshot!(lines(&heard).join("\n"), @r"
     1000 ms  main -> tight  Manual  the operator takes tight
     5000 ms  tight -> rail  Rule  rail: because (priority 50)
     7000 ms  rail -> tight  Return  rail is over: back to tight
    11000 ms  tight -> main  Return  nobody asks for tight: back to main
    ");
}

#[test]
fn a_hold_takes_back_what_was_told_and_not_yet_shown() {
    let heard = [
        (
            1_000,
            proposed("rail", Camera::Rail, 1_200, Some(6_000), 50),
        ),
        (1_100, called(DirectorOrder::Hold, 1_100)),
    ];
    let cuts = told(&mut director(FrameRate::F50), &heard);
    insta::assert_snapshot!(cuts.iter().map(line).collect::<Vec<_>>().join("\n"), @r"
    1200 ms  main -> rail  Rule  rail: because (priority 50)
    1200 ms  main -> main  Manual  the operator holds main: rail's cut to rail is off
    ");
    assert!(cuts.into_iter().collect::<OnAir>().cuts().is_empty());
}

#[test]
fn orders_of_one_frame_come_to_what_the_last_of_them_leaves() {
    let mut director = director(FrameRate::F25);
    let mut cuts = Vec::new();
    let orders = [
        take(Camera::Rail, 1_001),
        take(Camera::Tight, 1_002),
        called(DirectorOrder::Release, 1_003),
    ];
    for (at, order) in (1_001..).zip(&orders) {
        director.hear(ms(at), order, &mut cuts);
        assert_eq!(director.is_held(), at < 1_003);
    }
    assert_eq!(director.on_air().camera, Camera::Tight);
    let on_air: OnAir = cuts.into_iter().collect();
    let [only] = on_air.cuts() else {
        panic!("{:?}", on_air.cuts());
    };
    assert_eq!(
        line(only),
        "  1040 ms  main -> tight  Manual  the operator takes tight"
    );
}

#[test]
fn an_earlier_better_shot_takes_the_place_of_one_that_was_told() {
    let heard = [
        (
            1_000,
            proposed("rail", Camera::Rail, 1_240, Some(6_000), 50),
        ),
        (
            1_100,
            proposed("goal", Camera::Crowd, 1_100, Some(3_100), 90),
        ),
    ];
    let cuts = told(&mut director(FrameRate::F50), &heard);
    insta::assert_snapshot!(cuts.iter().map(line).collect::<Vec<_>>().join("\n"), @r"
    1240 ms  main -> rail  Rule  rail: because (priority 50)
    1100 ms  main -> crowd  Rule  goal: because (priority 90)
    3100 ms  crowd -> rail  Rule  rail: because (priority 50); it waited 1.86 s
    6000 ms  rail -> main  Return  rail is over: back to main
    ");
    let on_air: OnAir = cuts.into_iter().collect();
    let cameras: Vec<_> = on_air.cuts().iter().map(|c| c.shot.camera).collect();
    assert_eq!(cameras, [Camera::Crowd, Camera::Rail, Camera::Main]);
}

#[test]
fn a_zoom_on_the_camera_on_air_is_no_cut_and_is_taken_out_again() {
    let zoom = Heard::Proposed(ShotProposal {
        shot: Shot {
            zoom: Some(1.8),
            zoom_within_ms: Some(250),
            ..Shot::of(Camera::Main)
        },
        ..wish("spin", Camera::Main, 1_050, Some(3_050), 50)
    });
    insta::assert_snapshot!(lines(&[(1_000, zoom)]).join("\n"), @r"
    1060 ms  main -> main x1.8  Rule  spin: because (priority 50); the camera stays, the zoom changes
    3060 ms  main -> main  Return  spin is over: back to main
    ");
}

#[test]
fn the_fourth_of_a_b_a_b_waits_for_a_new_cause() {
    let rail = |at: i64| (at, proposed("rail", Camera::Rail, at, Some(at + 1_500), 50));
    let heard = [rail(1_000), rail(4_000), rail(9_000)];
    // The rail is asked for again 1.5 s after it was left, and that is refused; 6.5 s after it is not.
    insta::assert_snapshot!(lines(&heard).join("\n"), @r"
     1000 ms  main -> rail  Rule  rail: because (priority 50)
     2500 ms  rail -> main  Return  rail is over: back to main
     9000 ms  main -> rail  Rule  rail: because (priority 50)
    10500 ms  rail -> main  Return  rail is over: back to main
    ");
}

#[test]
fn an_open_shot_gives_way_to_the_next_of_its_priority_and_is_then_over() {
    let heard = [
        (1_000, proposed("gaze", Camera::Keeper, 1_000, None, 50)),
        (
            8_000,
            proposed("turn", Camera::Wing, 8_000, Some(10_000), 50),
        ),
    ];
    insta::assert_snapshot!(lines(&heard).join("\n"), @r"
     1000 ms  main -> keeper  Rule  gaze: because (priority 50)
     8000 ms  keeper -> wing  Rule  turn: because (priority 50)  [over gaze]
    10000 ms  wing -> main  Return  turn is over: back to main
    ");
}

#[test]
fn one_who_asks_again_goes_on_with_its_shot() {
    let heard = [
        (
            1_000,
            proposed("rail", Camera::Rail, 1_000, Some(3_000), 50),
        ),
        (
            2_500,
            proposed("rail", Camera::Rail, 2_800, Some(5_000), 50),
        ),
    ];
    insta::assert_snapshot!(lines(&heard).join("\n"), @r"
    1000 ms  main -> rail  Rule  rail: because (priority 50)
    5000 ms  rail -> main  Return  rail is over: back to main
    ");
}

#[test]
fn a_cut_is_on_the_first_frame_after_its_time_at_every_rate() {
    for rate in FrameRate::ALL {
        let frame_us = 1e6 / rate.fps();
        for at in (1_000..3_000).step_by(7) {
            let heard = [(
                900,
                proposed("rail", Camera::Rail, at, Some(at + 3_000), 50),
            )];
            let cuts = told(&mut director(rate), &heard);
            let error = (cuts[0].at.0 - ms(at).0) as f64;
            assert!((0.0..frame_us).contains(&error), "{rate} {at}: {error}");
            assert_eq!(cuts[0].frame, rate.frame_from(ms(at)));
        }
    }
}

#[test]
fn settings_that_make_no_sense_are_refused_by_name() {
    let wrong = DirectorConfig {
        return_fade_ms: 5_000,
        ..DirectorConfig::default()
    };
    let error = Director::new(wrong, FrameRate::F50).expect_err("refused");
    assert_eq!(
        error.to_string(),
        "return_fade_ms is 5000: it must be between 0 and 2000"
    );
    let text = r#"{"min_shot": 3}"#;
    assert!(serde_json::from_str::<DirectorConfig>(text).is_err());
    for sport in [
        Sport::AmericanFootball,
        Sport::Soccer,
        Sport::Basketball,
        Sport::Tennis,
    ] {
        DirectorConfig::of(sport).check().expect("sound");
    }
}

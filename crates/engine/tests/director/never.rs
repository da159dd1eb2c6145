//! What the director never does, whatever it hears.

use std::sync::Arc;

use proptest::prelude::*;

use matchday_event::production::CutReason;

use super::*;

/// Rules by name, each with its camera and priority.
const RULES: [(&str, Camera, u8); 7] = [
    ("a", Camera::Rail, 10),
    ("b", Camera::Wing, 30),
    ("c", Camera::Rail, 50),
    ("d", Camera::Crowd, 50),
    ("e", Camera::Keeper, 70),
    ("f", Camera::Main, 60),
    ("g", Camera::Crowd, 120),
];

fn priority(rule: &str) -> u8 {
    RULES.iter().find(|r| r.0 == rule).expect("known").2
}

fn what() -> impl Strategy<Value = Heard> {
    let rule = 0..RULES.len();
    let proposal = (
        rule.clone(),
        -300_i64..900,
        proptest::option::weighted(0.85, 50_i64..6_000),
        0_u8..5,
        proptest::option::weighted(0.2, Just(1.8_f32)),
    );
    let camera = proptest::sample::select(Camera::ALL);
    prop_oneof![
        8 => proposal.prop_map(|(n, at, length, sure, zoom)| {
            let (rule, camera, priority) = RULES[n];
            let shot = Shot { zoom, ..Shot::of(camera) };
            Heard::Proposed(ShotProposal {
                shot,
                confidence: f32::from(sure) / 4.0,
                ..wish(rule, camera, at, length.map(|l| at + l), priority)
            })
        }),
        2 => (rule, 0_i64..200).prop_map(|(n, at)| released(RULES[n].0, at)),
        1 => camera.prop_map(|camera| take(camera, 0)),
        1 => Just(called(DirectorOrder::Hold, 0)),
        2 => Just(called(DirectorOrder::Release, 0)),
    ]
}

/// What is heard, with the time since the one before; the times in it are counted from when it is heard.
fn heard() -> impl Strategy<Value = Vec<(i64, Heard)>> {
    let gap = prop_oneof![6 => 0_i64..230, 1 => 230_i64..3_000];
    proptest::collection::vec((gap, what()), 1..80)
}

fn shifted(heard: &Heard, by: i64) -> Heard {
    let shift = |at: EventTime| EventTime(at.0 + by * 1000);
    match heard.clone() {
        Heard::Proposed(p) => Heard::Proposed(ShotProposal {
            at: shift(p.at),
            until: p.until.map(shift),
            ..p
        }),
        Heard::Released(r) => Heard::Released(Released {
            at: shift(r.at),
            ..r
        }),
        Heard::Called(c) => Heard::Called(DirectorCall {
            at: shift(c.at),
            ..c
        }),
        Heard::Nothing => Heard::Nothing,
    }
}

/// At their times, with a tick wherever there would be nothing for 200 ms or what `ticks` says.
fn script(heard: &[(i64, Heard)], ticks: i64) -> Vec<(i64, Heard)> {
    let mut at = 0;
    let mut script = Vec::new();
    for (gap, what) in heard {
        let next = at + gap;
        while at + ticks < next {
            at += ticks;
            script.push((at, Heard::Nothing));
        }
        at = next;
        script.push((at, shifted(what, at)));
    }
    let end = at + 12_000;
    while at < end {
        at += ticks;
        script.push((at, Heard::Nothing));
    }
    script
}

fn run(script: &[(i64, Heard)], rate: FrameRate) -> Vec<Cut> {
    let mut director = director(rate);
    let mut cuts = Vec::new();
    for (at, what) in script {
        let first = cuts.len();
        director.hear(ms(*at), what, &mut cuts);
        for cut in &cuts[first..] {
            // Never earlier than now, and on the frame that its time names.
            assert!(cut.frame >= rate.frame_from(ms(*at)), "{}", line(cut));
            assert_eq!(cut.at, rate.time_of(cut.frame));
        }
    }
    cuts
}

fn rate() -> impl Strategy<Value = FrameRate> {
    proptest::sample::select(FrameRate::ALL.to_vec())
}

fn after(rate: FrameRate, cut: &Cut, ms: u32) -> i64 {
    rate.frame_from(EventTime(cut.at.0 + i64::from(ms) * 1000))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn what_it_never_does(heard in heard(), rate in rate()) {
        let config = DirectorConfig::default();
        let script = script(&heard, 200);
        let cuts: Vec<Cut> = run(&script, rate).into_iter().collect::<OnAir>().into_cuts();

        // One programme: frames ascend, and each cut goes from what was on air.
        let mut on_air = config.main;
        for pair in cuts.windows(2) {
            prop_assert!(pair[0].frame < pair[1].frame);
        }
        for cut in &cuts {
            prop_assert_eq!(cut.from, on_air, "{}", line(cut));
            on_air = cut.shot.camera;
        }
        let moved: Vec<&Cut> = cuts.iter().filter(|c| c.from != c.shot.camera).collect();

        // No two cuts closer than the minimum but by priority or by hand.
        for pair in moved.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            if b.frame >= after(rate, a, config.min_shot_ms) || b.reason == CutReason::Manual {
                continue;
            }
            prop_assert_eq!(b.reason, CutReason::Rule, "{}\n{}", line(a), line(b));
            let by = b.rule.as_deref().map_or(0, priority);
            prop_assert!(by >= 10 + config.break_priority, "{}\n{}", line(a), line(b));
            prop_assert!(b.why.contains("breaks the minimum"), "{}", line(b));
        }

        // Never A-B-A-B in a hurry, but by hand. What is no return never makes the fourth in a hurry at all.
        let shown: Vec<(Camera, Option<&Cut>)> = std::iter::once((config.main, None))
            .chain(moved.iter().map(|c| (c.shot.camera, Some(*c))))
            .collect();
        for four in shown.windows(4) {
            let [(a, _), (b, Some(left_a)), (c, Some(left_b)), (d, Some(last))] = four[..] else {
                continue;
            };
            if (a, b) != (c, d) || last.reason == CutReason::Manual {
                continue;
            }
            let hurried = |back: &Cut, left: &Cut| back.frame < after(rate, left, config.ping_pong_ms);
            let fourth = hurried(last, left_b);
            let both = fourth && hurried(left_b, left_a);
            prop_assert!(!both && (last.reason == CutReason::Return || !fourth),
                "{}\n{}\n{}", line(left_a), line(left_b), line(last));
        }
    }

    #[test]
    fn the_operator_always_wins(heard in heard(), rate in rate()) {
        let script = script(&heard, 100);
        let cuts = run(&script, rate).into_iter().collect::<OnAir>().into_cuts();
        let camera_at = |frame: i64| {
            let n = cuts.partition_point(|c| c.frame <= frame);
            n.checked_sub(1).map_or(Camera::Main, |n| cuts[n].shot.camera)
        };
        let orders: Vec<_> = script.iter().filter_map(|(at, what)| match what {
            Heard::Called(call) => Some((rate.frame_from(ms(*at)), call.order)),
            _ => None,
        }).collect();
        let end = rate.frame_from(ms(script.last().expect("some").0));
        for (n, (frame, order)) in orders.iter().enumerate() {
            let until = orders.get(n + 1).map_or(end, |next| next.0);
            // Of two orders in one frame the later one stands.
            if until <= *frame {
                continue;
            }
            let held = match order {
                DirectorOrder::Take { camera } => *camera,
                DirectorOrder::Hold => camera_at(*frame),
                DirectorOrder::Release => continue,
            };
            for at in *frame..until {
                prop_assert_eq!(camera_at(at), held, "frame {} of {:?}", at - frame, order);
            }
        }
    }

    #[test]
    fn how_often_time_is_told_changes_nothing(heard in heard(), rate in rate()) {
        // Pictures, that is: a cut told sooner knows fewer of those that lose.
        let told = |ticks| run(&script(&heard, ticks), rate);
        let shown = |ticks| -> Vec<(i64, Shot)> {
            let on_air: OnAir = told(ticks).into_iter().collect();
            on_air.into_cuts().into_iter().map(|c| (c.frame, c.shot)).collect()
        };
        prop_assert_eq!(shown(17), shown(200));
        prop_assert_eq!(told(100), told(100));
    }

    #[test]
    fn time_never_goes_back(heard in heard(), back in 0_i64..5_000) {
        // One clock that is behind changes nothing but when it is heard.
        let mut director = director(FrameRate::F50);
        let mut cuts = Vec::new();
        let mut latest = i64::MIN;
        for (n, (at, what)) in script(&heard, 200).iter().enumerate() {
            let at = if n % 3 == 0 { at - back } else { *at };
            latest = latest.max(at);
            let first = cuts.len();
            director.hear(ms(at), what, &mut cuts);
            for cut in &cuts[first..] {
                prop_assert!(cut.frame >= FrameRate::F50.frame_from(ms(latest)));
            }
        }
    }
}

#[test]
fn a_thousand_rules_take_no_more_room_than_sixty_four() {
    let mut director = director(FrameRate::F50);
    let mut cuts = Vec::new();
    for n in 0..1_000_u32 {
        let rule: Arc<str> = format!("rule-{n:04}").into();
        let priority = (n % 200) as u8;
        let one = ShotProposal {
            rule,
            ..wish("", Camera::Rail, 5_000, None, priority)
        };
        director.hear(ms(0), &Heard::Proposed(one), &mut cuts);
    }
    director.hear(ms(5_000), &Heard::Nothing, &mut cuts);
    // The best is still among those kept.
    assert_eq!(cuts[0].rule.as_deref(), Some("rule-0199"));
}

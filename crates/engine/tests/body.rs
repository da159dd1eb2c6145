//! The body agent: what a rule asks of players, aggregates of fans, and wearables that give no false moment.

use matchday_engine::sense::body::Body;
use matchday_event::{
    EventTime, Fact, Side,
    senses::{
        BeatReport, BodyFact, BodyRefusalCode as Code, Direction, FansFact, Pseudonym,
        RefusalPhase, Strain, Wearer,
    },
};
use proptest::prelude::*;

/// Some hearts, each with a device that reports twice a second.
#[derive(Default)]
struct Hearts {
    agent: Body,
    facts: Vec<BodyFact>,
    /// When each one's last beat was, in microseconds, and how many there have been.
    beats: std::collections::BTreeMap<u64, (i64, u64)>,
    now_ms: i64,
}

fn player(side: Side) -> Wearer {
    Wearer::Player {
        side,
        shirt: Some("7".into()),
    }
}

fn fan(side: Option<Side>) -> Wearer {
    Wearer::Fan { side }
}

impl Hearts {
    fn give(&mut self, report: &BeatReport) {
        let mut out = Vec::new();
        self.agent.apply(report, &mut out);
        self.facts.extend(out.into_iter().map(|fact| match fact {
            Fact::Body(fact) => fact,
            other => panic!("{other:?} is no fact of bodies"),
        }));
    }

    /// Half a second of everybody at this rate, with a variability of `sway` milliseconds.
    fn beat(&mut self, who: &[(u64, Wearer)], bpm: impl Fn(u64) -> f64, sway: f64) {
        self.now_ms += 500;
        for (id, wearer) in who {
            let (mut at, mut n) = self
                .beats
                .get(id)
                .copied()
                .unwrap_or(((self.now_ms - 500) * 1000, 0));
            let mut intervals = Vec::new();
            loop {
                // A breath that never repeats itself exactly.
                let breath =
                    libm::sin(n as f64 * 1.7 + *id as f64) + 0.2 * libm::sin(n as f64 * 0.61);
                let ms = 60_000.0 / bpm(*id) + sway * breath;
                let next = at + (ms * 1000.0) as i64;
                if next > self.now_ms * 1000 {
                    break;
                }
                (at, n) = (next, n + 1);
                intervals.push(ms as f32);
            }
            self.beats.insert(*id, (at, n));
            if !intervals.is_empty() {
                self.give(&report(*id, wearer.clone(), at, intervals));
            }
        }
    }

    fn rest(&mut self, who: &[(u64, Wearer)], seconds: u32) {
        for _ in 0..2 * seconds {
            self.beat(who, |_| 80.0, 20.0);
        }
    }

    fn refusals(&self) -> Vec<(Code, RefusalPhase)> {
        self.facts
            .iter()
            .filter_map(|fact| match fact {
                BodyFact::Refused(r) => Some((r.code, r.phase)),
                _ => None,
            })
            .collect()
    }

    fn fans(&self) -> Vec<&FansFact> {
        self.facts
            .iter()
            .filter_map(|fact| match fact {
                BodyFact::Fans(fans) => Some(fans),
                _ => None,
            })
            .collect()
    }
}

fn report(id: u64, who: Wearer, at_us: i64, intervals_ms: Vec<f32>) -> BeatReport {
    BeatReport {
        wearer: Pseudonym(id),
        who,
        device: None,
        at: EventTime(at_us),
        intervals_ms,
        contact: Some(true),
    }
}

#[test]
fn a_player_passes_110_once_however_the_rate_trembles() {
    let who = [(1, player(Side::Home))];
    let mut hearts = Hearts::default();
    hearts.rest(&who, 20);
    for step in 0..60 {
        hearts.beat(&who, |_| 100.0 + 0.5 * f64::from(step), 4.0);
    }
    for step in 0..80 {
        // About the threshold, up and down.
        let tremble = if step % 2 == 0 { 1.5 } else { -1.5 };
        hearts.beat(&who, |_| 109.5 + tremble, 4.0);
    }
    for step in 0..60 {
        hearts.beat(&who, |_| 110.0 - 0.5 * f64::from(step), 4.0);
    }
    let crossings: Vec<_> = hearts
        .facts
        .iter()
        .filter_map(|fact| match fact {
            BodyFact::Rate(c) => Some((c.direction, c.threshold_bpm, c.bpm)),
            _ => None,
        })
        .collect();
    assert_eq!(crossings.len(), 2, "{crossings:?}");
    assert_eq!((crossings[0].0, crossings[0].1), (Direction::Up, 110.0));
    assert_eq!((crossings[1].0, crossings[1].1), (Direction::Down, 105.0));
    assert!(crossings[0].2 > 110.0 && crossings[1].2 < 105.0);
}

#[test]
fn four_hearts_that_leap_together_are_told_and_three_are_not() {
    let who: Vec<(u64, Wearer)> = (1..=8)
        .map(|id| (id, player(if id < 6 { Side::Home } else { Side::Away })))
        .collect();
    for leaping in [3, 5] {
        let mut hearts = Hearts::default();
        hearts.rest(&who, 30);
        for step in 0..12 {
            let lift = 12.0 * f64::from(step).min(5.0);
            hearts.beat(
                &who,
                |id| if id <= leaping { 80.0 + lift } else { 80.0 },
                5.0,
            );
        }
        let leaps: Vec<_> = hearts
            .facts
            .iter()
            .filter_map(|fact| match fact {
                BodyFact::Leap(leap) => Some(leap),
                _ => None,
            })
            .collect();
        if leaping == 3 {
            assert!(leaps.is_empty(), "{leaps:?}");
            continue;
        }
        let first = leaps.first().expect("a leap");
        let last = leaps.last().expect("a leap");
        assert_eq!(
            (first.home, first.away, first.side),
            (4, 0, Some(Side::Home))
        );
        assert_eq!((last.home, last.away), (5, 0));
        assert_eq!(first.onset, last.onset);
        assert!(first.rise_bpm > 30.0 && last.strength > 0.6, "{last:?}");
        let began_ms = 30_000;
        let known_ms = first.at.millis() - began_ms;
        assert!((500..4500).contains(&known_ms), "{known_ms}");
    }
}

#[test]
fn a_strain_begins_and_ends_and_a_quick_heart_is_none_by_itself() {
    let who = [(1, player(Side::Away))];
    let mut hearts = Hearts::default();
    hearts.rest(&who, 120);
    for _ in 0..120 {
        hearts.beat(&who, |_| 80.0, 4.0);
    }
    hearts.rest(&who, 90);
    let strains: Vec<&Strain> = hearts
        .facts
        .iter()
        .filter_map(|fact| match fact {
            BodyFact::Strain(strain) => Some(strain),
            _ => None,
        })
        .collect();
    assert_eq!(strains.len(), 2, "{strains:?}");
    assert_eq!(strains[0].onset, strains[1].onset);
    assert!(strains[0].ended.is_none() && strains[1].ended.is_some());
    assert!(strains[0].z <= -1.2 && strains[0].rmssd_ms > strains[0].sdnn_ms * 0.5);
    assert!((120_000..165_000).contains(&strains[0].onset.millis()));
}

#[test]
fn fans_are_five_or_nobody() {
    let crowd = |home: u64, away: u64, neither: u64| -> Vec<(u64, Wearer)> {
        let of = |from: u64, n: u64, side| (from..from + n).map(move |id| (id, fan(side)));
        of(100, home, Some(Side::Home))
            .chain(of(200, away, Some(Side::Away)))
            .chain(of(300, neither, None))
            .collect()
    };
    let told = |home, away, neither| {
        let who = crowd(home, away, neither);
        let mut hearts = Hearts::default();
        hearts.rest(&who, 70);
        for _ in 0..6 {
            hearts.beat(&who, |id| if id < 200 { 116.0 } else { 80.0 }, 10.0);
        }
        let last = hearts.fans().last().map(|f| f.at);
        let mut now: Vec<(Option<Side>, u32)> = hearts
            .fans()
            .iter()
            .filter(|f| Some(f.at) == last)
            .map(|f| (f.side, f.wearers))
            .collect();
        now.sort();
        let all = hearts.facts.iter();
        assert_eq!(all.filter(|f| !matches!(f, BodyFact::Fans(_))).count(), 0);
        now
    };
    let (home, away) = (Some(Side::Home), Some(Side::Away));
    assert_eq!(told(4, 0, 0), []);
    assert_eq!(told(5, 0, 0), [(None, 5), (home, 5)]);
    assert_eq!(told(2, 2, 2), [(None, 6)]);
    // All less the home side would tell of three.
    assert_eq!(told(6, 3, 0), [(home, 6)]);
    assert_eq!(told(6, 5, 0), [(None, 11), (home, 6), (away, 5)]);
    assert_eq!(told(6, 3, 3), [(None, 12), (home, 6)]);

    let who = crowd(7, 6, 0);
    let mut hearts = Hearts::default();
    hearts.rest(&who, 70);
    for _ in 0..10 {
        hearts.beat(&who, |id| if id < 200 { 116.0 } else { 80.0 }, 10.0);
    }
    let of = |side| {
        let mut all = hearts.fans().into_iter().rev();
        all.find(|f| f.side == side).expect("told").clone()
    };
    let (home, away) = (of(home), of(away));
    assert_eq!((home.median_bpm, home.over_110_share), (116.0, 1.0));
    assert!((home.median_rise_bpm - 36.0).abs() <= 2.0 && home.strength == 1.0);
    assert_eq!((away.median_bpm, away.over_110_share), (80.0, 0.0));
    assert!(away.strength < 0.1);
    let seconds: std::collections::BTreeSet<i64> =
        hearts.fans().iter().map(|f| f.at.millis() / 1000).collect();
    assert_eq!(seconds.len(), hearts.fans().len() / 3);
}

#[test]
fn a_stuck_wearable_is_refused_and_is_no_calm_heart() {
    let who = [(1, player(Side::Home))];
    let mut hearts = Hearts::default();
    hearts.rest(&who, 100);
    let from = hearts.now_ms;
    for i in 0..60 {
        let at = (from + 1000 * (i + 1)) * 1000;
        hearts.give(&report(1, player(Side::Home), at, vec![500.0, 500.0]));
    }
    hearts.now_ms += 60_000;
    hearts.beats.clear();
    hearts.rest(&who, 30);
    use RefusalPhase::{Began, Ended};
    assert_eq!(
        hearts.refusals(),
        [(Code::Stuck, Began), (Code::Stuck, Ended)]
    );
    // Ten beats of 120 a minute passed before anyone could know.
    let others: Vec<_> = hearts
        .facts
        .iter()
        .filter(|f| !matches!(f, BodyFact::Refused(_) | BodyFact::Rate(_)))
        .collect();
    assert!(others.is_empty(), "{others:?}");
}

#[test]
fn what_cannot_be_is_refused_with_its_code() {
    use RefusalPhase::{Began, Ended};
    let who = [(1, player(Side::Home))];
    let after = |bad: &dyn Fn(i64) -> BeatReport| {
        let mut hearts = Hearts::default();
        hearts.rest(&who, 70);
        for i in 0..3 {
            hearts.give(&bad(hearts.now_ms * 1000 + i));
        }
        hearts.rest(&who, 5);
        let other = |f: &&BodyFact| !matches!(f, BodyFact::Refused(_));
        assert_eq!(hearts.facts.iter().find(other), None);
        hearts.refusals()
    };
    let home = || player(Side::Home);
    for intervals in [
        vec![f32::NAN],
        vec![-700.0],
        vec![f32::INFINITY],
        vec![0.0],
        vec![700.0; 300],
        // Ten seconds of beats in no time.
        vec![800.0, 810.0, 790.0, 805.0, 800.0, 820.0],
    ] {
        let refused = after(&|at| report(1, home(), at + 1, intervals.clone()));
        assert_eq!(
            refused.first(),
            Some(&(Code::Impossible, Began)),
            "{intervals:?}"
        );
        assert_eq!(refused.last(), Some(&(Code::Impossible, Ended)));
    }
    let refused = after(&|at| report(1, home(), at - 20_000_000, vec![750.0]));
    assert_eq!(
        refused,
        [(Code::OutOfOrder, Began), (Code::OutOfOrder, Ended)]
    );
    let refused = after(&|at| report(1, home(), at - 3_600_000_000, vec![750.0]));
    assert!(refused.contains(&(Code::Clock, Began)), "{refused:?}");
    let refused = after(&|at| BeatReport {
        contact: Some(false),
        ..report(1, home(), at, vec![300.0])
    });
    assert_eq!(
        refused,
        [(Code::ContactLost, Began), (Code::ContactLost, Ended)]
    );
}

#[test]
fn a_wearable_an_hour_ahead_stops_no_other() {
    let who: Vec<(u64, Wearer)> = (100..108).map(|id| (id, fan(Some(Side::Home)))).collect();
    let mut hearts = Hearts::default();
    for _ in 0..160 {
        hearts.beat(&who, |_| 90.0, 10.0);
        let ahead = (hearts.now_ms + 3_600_000) * 1000;
        hearts.give(&report(1, fan(None), ahead, vec![700.0]));
    }
    let fans = hearts.fans();
    assert!(fans.len() > 10);
    assert!(
        fans.iter()
            .all(|f| f.at.millis() <= hearts.now_ms && f.wearers == 8)
    );
    // The one ahead came first, so that the others seemed late until the second of them said the same.
    use RefusalPhase::{Began, Ended};
    assert_eq!(
        hearts.refusals(),
        [
            (Code::Clock, Began),
            (Code::Clock, Ended),
            (Code::Clock, Began)
        ]
    );
}

#[test]
fn refusals_of_fans_name_nobody() {
    let who: Vec<(u64, Wearer)> = (100..106).map(|id| (id, fan(None))).collect();
    let mut hearts = Hearts::default();
    hearts.rest(&who, 10);
    for (id, _) in &who[..3] {
        let at = hearts.now_ms * 1000 + 1;
        hearts.give(&report(*id, fan(None), at, vec![f32::NAN]));
    }
    hearts.rest(&who, 5);
    use RefusalPhase::{Began, Ended};
    assert_eq!(
        hearts.refusals(),
        [(Code::Impossible, Began), (Code::Impossible, Ended)]
    );
    let text = serde_json::to_string(&hearts.facts).expect("json");
    assert!(!text.contains(&Pseudonym(100).to_string()), "{text}");
}

proptest! {
    /// Whatever comes in, nothing falls over, and nothing is told of fewer than five fans or with a number that is none.
    #[test]
    fn no_report_makes_it_fall_over(
        reports in prop::collection::vec(
            (
                0_u64..9,
                0_u8..4,
                prop_oneof![0_i64..200_000_000, any::<i64>()],
                prop::collection::vec(prop_oneof![300.0_f32..1200.0, any::<f32>()], 0..6),
                any::<Option<bool>>(),
            ),
            0..200,
        ),
    ) {
        let mut agent = Body::default();
        let mut out = Vec::new();
        for (id, who, at, intervals_ms, contact) in reports {
            let who = match who {
                0 => player(Side::Home),
                1 => player(Side::Away),
                2 => fan(Some(Side::Home)),
                _ => fan(None),
            };
            let report = BeatReport { contact, ..report(id, who, at, intervals_ms) };
            agent.apply(&report, &mut out);
            agent.tick(EventTime(at), &mut out);
        }
        for fact in &out {
            if let Fact::Body(BodyFact::Fans(fans)) = fact {
                prop_assert!(fans.wearers >= 5);
            }
            prop_assert!(!serde_json::to_string(fact).expect("json").contains("null,\"median"));
        }
    }
}

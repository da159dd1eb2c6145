//! Hearts, eyes and pictures of the seeded world.

use std::collections::BTreeMap;

use matchday_event::{
    Side, Sport,
    senses::{BeatReport, Look, SeenClass, SeenReport, Wearer},
};
use matchday_sim::world::{
    HappeningKind, Script,
    body::{self, BodyPlan, BodyTruth},
    gaze::{self, GazePlan},
    vision::{self, SeenTruth, VisionPlan},
};

fn short(seed: u64) -> Script {
    Script::generate(seed, Sport::Soccer).excerpt(0, 240_000)
}

/// The minutes around the first goal of a match that has one.
fn a_goal() -> (u64, Script, u64) {
    (1..20)
        .find_map(|seed| {
            let script = Script::generate(seed, Sport::Soccer);
            let goal = script
                .happenings
                .iter()
                .find(|h| matches!(h.kind, HappeningKind::Score { .. }) && h.at_ms > 120_000)?;
            let at_ms = goal.at_ms;
            Some((seed, script.excerpt(at_ms - 60_000, at_ms + 60_000), 60_000))
        })
        .expect("a goal in twenty matches")
}

#[test]
fn one_seed_gives_one_world() {
    let script = short(3);
    let hearts = |seed| {
        let (truth, reports) = body::render(seed, &script, &BodyPlan::default());
        (truth, reports.collect::<Vec<_>>())
    };
    assert_eq!(hearts(1), hearts(1));
    assert_ne!(hearts(1).1, hearts(2).1);
    let eyes = |seed| {
        let (truth, reports) = gaze::render(seed, &script, &GazePlan::default());
        (truth, reports.collect::<Vec<_>>())
    };
    assert_eq!(eyes(1), eyes(1));
    assert_ne!(eyes(1).1, eyes(2).1);
    let pictures = |seed| {
        let (truth, reports) = vision::render(seed, &script, &VisionPlan::default());
        (truth, reports.collect::<Vec<_>>())
    };
    assert_eq!(pictures(1), pictures(1));
    assert_ne!(pictures(1).1, pictures(2).1);
}

#[test]
fn straps_report_hearts_that_beat() {
    let script = short(4);
    let plan = BodyPlan {
        faults: false,
        ..BodyPlan::default()
    };
    let (truth, reports) = body::render(5, &script, &plan);
    assert!(
        !truth
            .iter()
            .any(|t| matches!(t, BodyTruth::Stuck { .. } | BodyTruth::Loose { .. }))
    );
    let mut by: BTreeMap<_, Vec<BeatReport>> = BTreeMap::new();
    for report in reports {
        by.entry(report.wearer).or_default().push(report);
    }
    let players = |r: &Vec<BeatReport>| matches!(r[0].who, Wearer::Player { .. });
    assert_eq!(by.values().filter(|r| players(r)).count(), 22);
    assert_eq!(by.len(), 22 + 70);
    let mut odd = 0;
    let mut all = 0;
    for reports in by.values() {
        assert!(reports.windows(2).all(|w| w[0].at < w[1].at));
        // What is reported adds up to the time that passed.
        let first = reports[0].at;
        let (mut sum_ms, mut last) = (0.0, first);
        for report in &reports[1..] {
            sum_ms += report
                .intervals_ms
                .iter()
                .map(|ms| f64::from(*ms))
                .sum::<f64>();
            last = report.at;
        }
        let passed_ms = (last.0 - first.0) as f64 / 1000.0;
        assert!(
            (sum_ms - passed_ms).abs() < 5000.0,
            "{sum_ms} of {passed_ms}"
        );
        let ms: Vec<f32> = reports
            .iter()
            .flat_map(|r| r.intervals_ms.clone())
            .collect();
        let mut sorted = ms.clone();
        sorted.sort_by(f32::total_cmp);
        let median = sorted[sorted.len() / 2];
        assert!((300.0..1200.0).contains(&median), "{median}");
        all += ms.len();
        odd += ms
            .iter()
            .filter(|x| (**x - median).abs() > 0.5 * median)
            .count();
    }
    let share = odd as f64 / all as f64;
    assert!((0.0005..0.05).contains(&share), "{share}");
}

#[test]
fn a_goal_lifts_the_hearts_of_those_it_is_good_for() {
    let (seed, script, at_ms) = a_goal();
    let side = script
        .happenings
        .iter()
        .find(|h| h.at_ms == at_ms && matches!(h.kind, HappeningKind::Score { .. }))
        .and_then(|h| h.side)
        .expect("a side");
    let plan = BodyPlan {
        faults: false,
        ..BodyPlan::default()
    };
    let mut mean: BTreeMap<(Side, bool), (f64, f64)> = BTreeMap::new();
    for report in body::render(seed, &script, &plan).1 {
        let (Wearer::Player { side, .. }, ms) = (
            &report.who,
            (report.at.0 - plan.kick_off.0) / 1000 - at_ms as i64,
        ) else {
            continue;
        };
        let after = match ms {
            -10_000..0 => false,
            3_000..10_000 => true,
            _ => continue,
        };
        let sum = mean.entry((*side, after)).or_default();
        for ms in &report.intervals_ms {
            *sum = (sum.0 + f64::from(*ms), sum.1 + 1.0);
        }
    }
    let bpm = |side, after| {
        let (sum, n) = mean[&(side, after)];
        60_000.0 * n / sum
    };
    let rise = |side| bpm(side, true) - bpm(side, false);
    assert!(rise(side) > 12.0, "{}", rise(side));
    assert!(rise(side) > rise(side.other()) + 5.0);
}

#[test]
fn eyes_rest_on_the_mark_while_most_stare() {
    let script = short(6);
    let plan = GazePlan {
        viewers: 60,
        stare_every_s: 25.0,
        ..GazePlan::default()
    };
    let (stares, reports) = gaze::render(8, &script, &plan);
    assert!(stares.len() >= 4, "{}", stares.len());
    let mut mark = None;
    let mut on: Vec<(f64, f64)> = vec![(0.0, 0.0); stares.len()];
    for report in reports {
        if let Some(regions) = &report.regions {
            mark = regions.first().map(|r| r.area);
        }
        let ms = (report.at.0 - plan.kick_off.0) / 1000;
        let during = stares
            .iter()
            .position(|s| (s.from_ms as i64 + 1200..s.to_ms as i64).contains(&ms));
        let (Some(n), Some([left, top, width, height])) = (during, mark) else {
            continue;
        };
        for sample in &report.samples {
            let inside = match sample.look {
                Look::Point([x, y]) => {
                    (left..left + width).contains(&x) && (top..top + height).contains(&y)
                }
                _ => false,
            };
            on[n].0 += f64::from(u8::from(inside));
            on[n].1 += 1.0;
        }
    }
    for (stare, (inside, all)) in stares.iter().zip(on) {
        let share = inside / all;
        assert!(
            (share - stare.share).abs() < 0.16,
            "{share} of {}",
            stare.share
        );
    }
}

#[test]
fn pictures_show_who_celebrates() {
    let (seed, script, at_ms) = a_goal();
    let plan = VisionPlan::default();
    let (truth, reports) = vision::render(seed, &script, &plan);
    let (side, from_ms, to_ms) = truth
        .iter()
        .find_map(|t| match t {
            SeenTruth::Celebration {
                side,
                from_ms,
                to_ms,
                ..
            } if *from_ms >= at_ms => Some((*side, *from_ms as i64, *to_ms as i64)),
            _ => None,
        })
        .expect("they celebrate");
    assert!((500..1300).contains(&(from_ms - at_ms as i64)));
    let (mut inside, mut outside) = (0, 0);
    let mut pictures: Vec<SeenReport> = Vec::new();
    for report in reports {
        let ms = (report.at.0 - plan.kick_off.0) / 1000;
        let n = report
            .detections
            .iter()
            .filter(|d| d.class == SeenClass::Celebration && d.side == Some(side))
            .count();
        if (from_ms..to_ms).contains(&ms) {
            inside += n;
        } else {
            outside += n;
        }
        pictures.push(report);
    }
    assert!(
        inside > 100 && outside * 5 < inside,
        "{inside} and {outside}"
    );
    let stands = pictures.iter().filter(|p| &*p.camera == "stands").count();
    assert!((stands as f64 / pictures.len() as f64 - 0.5).abs() < 0.01);
    assert!(pictures.windows(2).all(|w| w[0].at <= w[1].at));
}

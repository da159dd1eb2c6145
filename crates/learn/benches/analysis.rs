//! What one play costs: our win probability, our win probability with expected points and leverage, and a booster in
//! place of our win probability. `MATCHDAY_BOOSTER` names the booster's file (nflfastR's `wp_spread.ubj`, which the
//! Python package `sportsdataverse` holds); without it a small one of the tests is taken, and the name says so.
//! `scripts/booster-check.py` times XGBoost's own library on the same rows.

use std::{env, fs, hint::black_box, path::PathBuf};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use matchday_event::Side;
use matchday_learn::{
    booster::Booster,
    football::{
        Kind, Models, Snap,
        guest::{Guest, Of, Parts, Predictor},
    },
};

/// Snaps from all over a game, in an order without a pattern that a branch predictor could learn.
fn snaps() -> Vec<Snap> {
    let mut state = 20_170_101_u64;
    let mut below = |n: u64| {
        // A linear congruential generator: enough to scatter the snaps.
        state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (state >> 33) % n
    };
    (0..512)
        .map(|_| {
            let side = if below(2) == 0 {
                Side::Home
            } else {
                Side::Away
            };
            let yards_to_goal = 1 + below(99) as u8;
            Snap {
                kind: Kind::Scrimmage,
                period: 1 + below(4) as u8,
                clock_s: below(901) as u16,
                possession: Some(side),
                home_lead: below(43) as i16 - 21,
                down: 1 + below(4) as u8,
                distance: (1 + below(15) as u8).min(yards_to_goal),
                yards_to_goal,
                home_timeouts: below(4) as u8,
                away_timeouts: below(4) as u8,
                opening_receiver: Some(Side::Home),
                season: 2015,
                spread_home: Some(below(29) as f32 * 0.5 - 7.0),
                total_line: Some(45.0),
                ..Snap::default()
            }
        })
        .collect()
}

fn booster_file() -> PathBuf {
    env::var_os("MATCHDAY_BOOSTER").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/boosters/3.2.0/unnamed.ubj"),
        PathBuf::from,
    )
}

fn analysis(c: &mut Criterion) {
    let snaps = snaps();
    let models = Models::builtin("nfl");
    let mut group = c.benchmark_group("analysis");
    group.throughput(Throughput::Elements(1));
    let mut each = |name: &str, f: &dyn Fn(&Snap) -> f64| {
        let mut at = 0;
        group.bench_function(name, |b| {
            b.iter(|| {
                at = (at + 1) % snaps.len();
                f(black_box(&snaps[at]))
            });
        });
    };
    each("home_wp", &|s| models.home_wp(s));
    each("wp_ep_leverage", &|s| {
        let wp = models.home_wp(s);
        let ep = models.ep(s).unwrap_or(0.0);
        wp + ep + models.leverage_from(s, wp).unwrap_or(0.0)
    });
    group.finish();

    let file = booster_file();
    let name = file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let bytes = fs::read(&file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let booster = Booster::read(&bytes).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let mut group = c.benchmark_group("booster");
    group.throughput(Throughput::Elements(1));
    let rows: Vec<Vec<f32>> = snaps
        .iter()
        .map(|s| {
            let values = [
                f32::from(s.home_lead),
                f32::from(s.clock_s),
                f32::from(s.down),
                f32::from(s.distance),
                f32::from(s.yards_to_goal),
            ];
            values
                .into_iter()
                .cycle()
                .take(booster.features())
                .collect()
        })
        .collect();
    let mut out = vec![0.0; booster.outputs()];
    let mut at = 0;
    group.bench_function(BenchmarkId::new("row", &name), |b| {
        b.iter(|| {
            at = (at + 1) % rows.len();
            booster.predict(black_box(&rows[at]), &mut out);
            out[0]
        });
    });
    // Only a booster whose features are known can be asked about a snap.
    if let Ok(wp) = Predictor::read(&file.to_string_lossy(), &bytes, None, Of::Possession) {
        let parts = Parts {
            wp: Some(wp),
            ..Parts::default()
        };
        let guest = Guest::new(models.clone(), parts).expect("a win probability model");
        for (what, full) in [("snap", false), ("snap_ep_leverage", true)] {
            let mut at = 0;
            group.bench_function(BenchmarkId::new(what, &name), |b| {
                b.iter(|| {
                    at = (at + 1) % snaps.len();
                    let snap = black_box(&snaps[at]);
                    let wp = guest.home_wp(snap);
                    match full {
                        false => wp,
                        true => {
                            wp + guest.ep(snap).unwrap_or(0.0)
                                + guest.leverage_from(snap, wp).unwrap_or(0.0)
                        }
                    }
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, analysis);
criterion_main!(benches);

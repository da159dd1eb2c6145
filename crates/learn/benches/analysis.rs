//! What one play costs: our win probability, our win probability with expected points and leverage, what a fourth down
//! or a try comes to beside those, and a booster in place of our win probability. `MATCHDAY_BOOSTER` names the booster's file (nflfastR's `wp_spread.ubj`, which the
//! Python package `sportsdataverse` holds); without it a small one of the tests is taken, and the name says so.
//! `scripts/booster-check.py` times XGBoost's own library and all of this in one run.

mod snaps;

use std::{env, fs, hint::black_box, path::PathBuf};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use matchday_learn::{
    booster::Booster,
    football::{
        Kind, Models, Rules, Snap,
        decision::Decisions,
        guest::{Guest, Of, Parts, Predictor},
    },
};

fn booster_file() -> PathBuf {
    env::var_os("MATCHDAY_BOOSTER").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/boosters/3.2.0/unnamed.ubj"),
        PathBuf::from,
    )
}

fn analysis(c: &mut Criterion) {
    let snaps = snaps::scattered();
    let fourth_downs = snaps::fourth_downs();
    let tries: Vec<Snap> = snaps
        .iter()
        .map(|s| Snap {
            kind: Kind::Try,
            ..*s
        })
        .collect();
    let models = Models::builtin("nfl");
    let decisions = Decisions::builtin(Rules::Nfl);
    let mut group = c.benchmark_group("analysis");
    group.throughput(Throughput::Elements(1));
    let mut each = |name: &str, snaps: &[Snap], f: &dyn Fn(&Snap) -> f64| {
        let mut at = 0;
        group.bench_function(name, |b| {
            b.iter(|| {
                at = (at + 1) % snaps.len();
                f(black_box(&snaps[at]))
            });
        });
    };
    let price = |s: &Snap| {
        let wp = models.home_wp(s);
        let ep = models.ep(s).unwrap_or(0.0);
        wp + ep + models.leverage_from(s, wp).unwrap_or(0.0)
    };
    let decide = |s: &Snap| decisions.decide(s, &*models).map_or(0.0, |d| d.edge);
    each("home_wp", &snaps, &|s| models.home_wp(s));
    each("wp_ep_leverage", &snaps, &price);
    each("fourth_down", &fourth_downs, &decide);
    each("try", &tries, &decide);
    each("full_fourth_down", &fourth_downs, &|s| price(s) + decide(s));
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

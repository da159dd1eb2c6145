//! The other half of `scripts/booster-check.py`, which sets this beside XGBoost itself.
//!
//! `booster_rows MODEL ROWS OUT` predicts rows with a booster: ROWS holds little-endian single-precision values, one row
//! after another; OUT gets the predictions, laid out the same way. Prints the time that a row took.
//!
//! `booster_rows` alone times our own analysis of a play, a line each.

#[path = "../benches/snaps/mod.rs"]
mod snaps;

use std::{env, error::Error, fs, hint::black_box, time::Instant};

use matchday_learn::{
    booster::Booster,
    football::{Models, Rules, Snap, decision::Decisions},
};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    match args.as_slice() {
        [] => {
            analysis();
            Ok(())
        }
        [model, rows, out] => predict(model, rows, out),
        _ => Err("usage: booster_rows [MODEL ROWS OUT]".into()),
    }
}

fn predict(model: &str, rows: &str, out: &str) -> Result<(), Box<dyn Error>> {
    let booster = Booster::read(&fs::read(model)?)?;
    let values: Vec<f32> = fs::read(rows)?
        .chunks_exact(4)
        .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
        .collect();
    let mut predictions = Vec::new();
    let mut prediction = vec![0.0; booster.outputs()];
    let begun = Instant::now();
    for row in values.chunks_exact(booster.features()) {
        booster.predict(row, &mut prediction);
        predictions.extend_from_slice(&prediction);
    }
    let took = begun.elapsed();
    let count = values.len() / booster.features();
    println!(
        "{count} rows, {:.2} us each",
        took.as_secs_f64() * 1e6 / count.max(1) as f64
    );
    let bytes: Vec<u8> = predictions.iter().flat_map(|p| p.to_le_bytes()).collect();
    fs::write(out, bytes)?;
    Ok(())
}

fn analysis() {
    let models = Models::builtin("nfl");
    let decisions = Decisions::builtin(Rules::Nfl);
    let price = |s: &Snap| {
        let wp = models.home_wp(s);
        let ep = models.ep(s).unwrap_or(0.0);
        wp + ep + models.leverage_from(s, wp).unwrap_or(0.0)
    };
    let decide = |s: &Snap| decisions.decide(s, &*models).map_or(0.0, |d| d.edge);
    let (any, fourth) = (snaps::scattered(), snaps::fourth_downs());
    time("win probability", &any, &|s| models.home_wp(s));
    time("and expected points, leverage", &any, &price);
    time("and a fourth down", &fourth, &|s| price(s) + decide(s));
}

fn time(what: &str, snaps: &[Snap], f: &dyn Fn(&Snap) -> f64) {
    const ROUNDS: usize = 100;
    let round = || snaps.iter().map(|s| f(black_box(s))).sum::<f64>();
    // Once without counting, so that tables and code are where they will be.
    let mut sum = black_box(round());
    let begun = Instant::now();
    for _ in 0..ROUNDS {
        sum += black_box(round());
    }
    let each_us = begun.elapsed().as_secs_f64() * 1e6 / (ROUNDS * snaps.len()) as f64;
    assert!(sum.is_finite());
    println!("{what}: {each_us:.2} us");
}

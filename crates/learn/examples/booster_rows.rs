//! Predicts rows with a booster, for comparison with XGBoost itself (`scripts/booster-check.py`).
//!
//! `booster_rows MODEL ROWS OUT`: ROWS holds little-endian single-precision values, one row after another;
//! OUT gets the predictions, laid out the same way. Prints the time that a row took.

use std::{env, error::Error, fs, time::Instant};

use matchday_learn::booster::Booster;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [model, rows, out] = args.as_slice() else {
        return Err("usage: booster_rows MODEL ROWS OUT".into());
    };
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

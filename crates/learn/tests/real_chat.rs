//! The shipped model of chat messages on real labelled comments that it was not trained on.
//!
//! They are read from `MATCHDAY_DATA`, or from `../shared/data` beside the project; where that is absent this test says
//! so and passes. Simulated chat has a test of its own, and the two figures have nothing to do with each other.

use std::{
    fs,
    path::{Path, PathBuf},
};

use matchday_learn::emotion::{
    Model, Reader, Reading,
    labelled::{self, Labels},
    score::score,
};

/// What a plain hashed linear model is known to reach on this split.
const BAR: f64 = 0.707;

#[test]
fn macro_f1_on_the_held_out_comments_is_what_the_card_says_or_better() {
    let root = std::env::var_os("MATCHDAY_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let file = root.join("chat/goemotions4/test.tsv");
    if !file.exists() {
        println!(
            "left out: macro_f1_on_the_held_out_comments, for {} is not there",
            file.display()
        );
        return;
    }
    let text = fs::read_to_string(&file).expect("reads");
    let rows = labelled::read(&text, &Labels::new()).expect("labelled comments");
    let mut reader = Reader::new(Model::builtin());
    let readings: Vec<_> = rows
        .iter()
        .map(|row| (row.emotion, reader.read(&row.text, &[])))
        .collect();
    let figures = score(&readings, Reading::likeliest);
    assert_eq!(figures.rows, 3889);
    assert!(figures.macro_f1 >= BAR, "{:.4}", figures.macro_f1);
    let card = include_str!("../../../models/emotion.md");
    let told = format!("| the likeliest feeling | **{:.3}** |", figures.macro_f1);
    assert!(card.contains(&told), "the card does not say {told}");
}

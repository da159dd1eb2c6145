//! The model card: what a camera model was made from, how good it is, and where it should not be trusted.

use std::fmt::Write as _;

use super::{
    model::CameraModel,
    score::{Score, by_camera},
};

/// What a card is written from.
#[derive(Debug)]
pub struct CardInput<'a> {
    /// The model.
    pub model: &'a CameraModel,
    /// Bytes of its file.
    pub bytes: usize,
    /// Where the labels come from, for people.
    pub data: &'a str,
    /// Rounds tried, with the log-loss of each on the matches that were chosen by.
    pub tried: &'a [(usize, f64)],
    /// The rounds that were chosen, for cameras and for the delay.
    pub rounds: (usize, usize),
    /// On matches that it was neither fitted to nor chosen by.
    pub score: &'a Score,
}

/// Writes the card in Markdown.
pub fn write(input: &CardInput<'_>) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = sections(input, &mut out);
    out
}

fn sections(input: &CardInput<'_>, out: &mut String) -> std::fmt::Result {
    let (h, s) = (input.model.header(), input.score);
    let (trees, delay_trees) = input.model.trees();
    writeln!(
        out,
        "# The camera that a director calls: {}\n\n\
         For each micro-event: how likely each camera is to be on air a second later, and how long the call takes. Written by \
         `matchday train camera`; do not edit by hand.\n\n\
         ## Data and split\n\n\
         - {}\n\
         - {} micro-events of {} matches; whole matches are fitted to, chosen by, or scored on, never parts of one. The number \
         of trees and the temperature were chosen on one match in five; the figures below are of {} matches that were used for \
         nothing else.\n\n\
         ## Model\n\n\
         Gradient-boosted trees against the rest for each of {} cameras ({} trees), log-probabilities made one and divided by \
         {:.2}; the delay is a sum of {} trees. {} features: what happened, where, whose, how sure; what came in the last \
         minute; what is on air and for how long. {:.0} kB.",
        h.name,
        input.data,
        h.examples,
        h.matches.len(),
        s.matches,
        h.cameras.len(),
        trees,
        h.temperature,
        delay_trees,
        super::features::FEATURES,
        input.bytes as f64 / 1e3,
    )?;
    let tried: Vec<String> = input
        .tried
        .iter()
        .map(|(rounds, loss)| format!("{rounds}: {loss:.4}"))
        .collect();
    writeln!(
        out,
        "\nLog-loss by rounds, where chosen: {}. Chosen: {} for the cameras, {} for the delay.\n",
        tried.join(", "),
        input.rounds.0,
        input.rounds.1
    )?;
    writeln!(
        out,
        "## Figures on matches never trained on\n\n\
         | | model | the event's hint | leave it as it is | shares alone |\n|---|---|---|---|---|\n\
         | right camera | {:.1} % | {:.1} % | {:.1} % | |\n\
         | log-loss, nats | {:.3} | | | {:.3} |\n\
         | right where another camera was called ({}) | {:.1} % | | 0 % | |\n\
         | delay off by, ms ({} calls) | {:.0} | | | {:.0} (the mean for all) |\n",
        s.accuracy * 100.0,
        s.accuracy_of_hint * 100.0,
        s.accuracy_of_staying * 100.0,
        s.log_loss,
        s.log_loss_of_shares,
        s.changes,
        s.changes_right * 100.0,
        s.delays,
        s.delay_off_ms,
        s.delay_off_of_mean_ms,
    )?;
    writeln!(
        out,
        "| camera | called | found | right where predicted |\n|---|---|---|---|"
    )?;
    for (camera, c) in by_camera(s).filter(|(_, c)| c.called + c.predicted > 0) {
        writeln!(
            out,
            "| {camera} | {} | {:.1} % | {:.1} % |",
            c.called,
            c.recall() * 100.0,
            c.precision() * 100.0
        )?;
    }
    writeln!(
        out,
        "\nHow likely the likeliest camera was said to be, and how often it was the one (mean distance {:.3}):\n\n\
         | said | events | on average | was the one |\n|---|---|---|---|",
        s.calibration_error
    )?;
    for (n, bin) in s.bins.iter().enumerate().filter(|(_, b)| b.count > 0) {
        writeln!(
            out,
            "| {} to {} % | {} | {:.1} % | {:.1} % |",
            n * 10,
            n * 10 + 10,
            bin.count,
            bin.predicted * 100.0,
            bin.actual * 100.0
        )?;
    }
    writeln!(
        out,
        "\n## Limits\n\n\
         - It repeats the habits of whoever called the cameras that it learned from. Of another director the delays are off at \
         once; the nightly test (`docs/nightly.md`) finds that and trains anew.\n\
         - A simulated director has no producer in the ear, no replays and no sponsors. Figures on simulated matches say that the \
         machinery works, not how real directors decide.\n\
         - It proposes at a low priority and never cuts by itself: rules come before it, and the operator before them."
    )
}

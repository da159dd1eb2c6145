//! The model card of the Momentum Index.

use std::fmt::Write as _;

use super::{
    Model,
    fans::{AROUND_S, CELL_S, Row, mean_interval},
    flow::NAMES,
    train::{Plan, longest_lag_s},
};

/// What a card is made of.
#[derive(Debug)]
pub struct CardInput<'a> {
    /// The model.
    pub model: &'a Model,
    /// How it was fitted.
    pub plan: &'a Plan,
    /// The games, in the order of the rows' fits.
    pub games: &'a [&'a str],
    /// The model, each game by weights learned without it, and what it is compared with.
    pub rows: &'a [Row],
}

/// Writes the card.
pub fn write(input: &CardInput<'_>) -> String {
    let mut out = String::new();
    let model = input.model;
    let _ = write!(
        out,
        "# The Momentum Index: {}

How stirred people are, 0 to 100, and how it goes for each side, -100 to 100. Written by `matchday train momentum`; do not
edit by hand.

## Which part is from where

- **From real fans**: the weights of the match's own part of the intensity (below).
- **Set by hand and tried in the simulated world**: the weights of the sensors, and both numbers of the sides. The threads
  that the match's part was learned from name no side, and no real recording of a crowd, of wearables or of gaze was at hand.

## Data and split

- {} games with comments and with plays that have times of their own: nine of college football in 2023 and the last of the
  NBA finals of 2016 (counts of comments only; no licence is named, so nothing of them is shipped but these weights).
- {CELL_S} s a cell, from {} min before the first play to {} min after the last. Two minutes or more without any comment are
  taken for a hole in what was collected and left out.
- Each game below is scored by weights learned **without it**. The weights that ship are learned from all of them.
- The features and the ridge were chosen while looking at these very scores, so the figures flatter a little. Ten games are few.

## Model

A sum of {} features, none of whose weights can be negative, fitted to the square root of comments a cell: least squares with
a ridge of {} on standardised features, each game standardised by itself and answered at its own lag between 0 and {} s (found in
turn with the weights, {} rounds). Scaled so that one cell in a hundred of the training games has {} points and one in twenty has
none. Nothing that was written before enters it.

| feature | what | points each |
|---|---|---|
",
        model.name,
        input.games.len(),
        AROUND_S / 60,
        AROUND_S / 60,
        NAMES.len(),
        input.plan.ridge,
        longest_lag_s(),
        input.plan.rounds,
        input.plan.top,
    );
    let what = [
        "sum of the plays' absolute WPA, each decayed over 120 s",
        "the same over 900 s",
        "absolute sum of the plays' WPA, decayed over 240 s: a swing that was not taken back",
        "1 while plays follow each other, fading over 120 s from 45 s after the last: breaks are lulls",
        "1 / (0.1 + root of the share of the match that is left)",
        "the same times 1 less the absolute value of 2 WP - 1",
    ];
    for ((name, what), weight) in NAMES.iter().zip(what).zip(model.game.features) {
        let _ = writeln!(out, "| `{name}` | {what} | {weight:.3} |");
    }
    let _ = writeln!(
        out,
        "\n{:.3} points are taken off. Score events, the build-up before the start and the burst after the end were tried and \
left out: the college files have no score, and the other two got no weight.\n\n## Figures\n",
        model.game.floor
    );
    for (window, title) in [
        "In play: from the first play to the last",
        "With a quarter of an hour more at both ends",
    ]
    .iter()
    .enumerate()
    {
        table(&mut out, input, window, title);
    }
    let s = &model.senses;
    let _ = write!(
        out,
        "## The other parts

| sense | points of intensity at most | points of a side at most |
|---|---|---|
"
    );
    for (name, weight) in [
        ("sound", s.sound),
        ("chat", s.chat),
        ("body", s.body),
        ("vision", s.vision),
        ("gaze", s.gaze),
        ("tracking", s.tracking),
    ] {
        let _ = writeln!(out, "| {name} | {} | {} |", weight.stirred, weight.sides);
    }
    let _ = write!(
        out,
        "
The match gives a side up to {} points by tanh(swing / 0.25), `swing` being the home win probability added by the plays, decayed
over 120 s, and both sides {} for each point of its intensity.

## Limits

- {} games, one sport for all but one of them, and readers of one site: intervals are wide, and they show it.
- A thread's own life (who sleeps, who reads along, when a moderator opens it) is most of its rate; a correlation of one is not
  to be had from the match alone.
- Long decays win: the signals that follow threads best rise over a match. Compare with |WPA| over 900 s, the hardest of the
  simple ones.
- Real crowds in the stands were not compared at all.
",
        model.game.swing,
        model.game.lift,
        input.games.len(),
    );
    out
}

fn table(out: &mut String, input: &CardInput<'_>, window: usize, title: &str) {
    let _ = writeln!(
        out,
        "{title}. Correlation with comments, at the best lag; the lag is the first signal's.\n"
    );
    let _ = write!(out, "| game |");
    for row in input.rows {
        // A bar would end the cell.
        let _ = write!(out, " {} |", row.name.replace('|', "\\|"));
    }
    let _ = write!(out, " lag | 90 % of the first |\n|---|");
    for _ in input.rows {
        out.push_str("---|");
    }
    out.push_str("---|---|\n");
    for (i, game) in input.games.iter().enumerate() {
        let _ = write!(out, "| {game} |");
        for row in input.rows {
            let _ = write!(out, " {:.2} |", row.fits[i][window].r);
        }
        if let Some(first) = input.rows.first() {
            let fit = &first.fits[i][window];
            let _ = write!(
                out,
                " {} s | {:.2} to {:.2} |",
                fit.lag_s, fit.interval.0, fit.interval.1
            );
        }
        out.push('\n');
    }
    let of = |row: &Row| -> Vec<f64> { row.fits.iter().map(|f| f[window].r).collect() };
    out.push_str("| **mean** |");
    for row in input.rows {
        let _ = write!(out, " **{:.3}** |", mean_interval(&of(row)).0);
    }
    out.push_str(" | |\n| the first is better by (90 %) |");
    for row in input.rows {
        let Some(first) = input.rows.first() else {
            continue;
        };
        let less: Vec<f64> = of(first).iter().zip(of(row)).map(|(a, b)| a - b).collect();
        let (mean, (low, high)) = mean_interval(&less);
        if std::ptr::eq(first, row) {
            out.push_str(" |");
        } else {
            let _ = write!(out, " {mean:.2} ({low:.2} to {high:.2}) |");
        }
    }
    out.push_str(" | |\n\n");
}

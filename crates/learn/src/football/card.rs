//! Model cards: what a model was made from, how good it is, and where it should not be trusted.

use std::fmt::Write as _;

use super::{
    train::{Centre, Choice, Fitted},
    wp::{FEATURES, KNOTS_S, MONOTONE},
};
use crate::evaluate::Metrics;

/// What a card is written from.
#[derive(Debug)]
pub struct CardInput<'a> {
    /// Name of the league for people.
    pub title: &'a str,
    /// The fit to the training seasons, which the figures belong to.
    pub held_out: &'a Fitted,
    /// The fit to all seasons, which ships.
    pub shipped: &'a Fitted,
    /// What it was fitted to.
    pub train_note: &'a str,
    /// What it was judged on.
    pub test_note: &'a str,
    /// Name of the model it was drawn to.
    pub prior: Option<&'a str>,
    /// Figures on the test games: ours first, then ours without the spread, then others'.
    pub scored: &'a [(&'a str, &'a Metrics)],
}

/// Writes the card in Markdown.
pub fn write(input: &CardInput<'_>) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = sections(input, &mut out);
    out
}

fn choice(c: &Choice) -> String {
    let loss = c.log_loss.map_or_else(
        || "taken over".into(),
        |l| format!("log-loss {l:.4} on the seasons left out"),
    );
    format!(
        "ridge {}, smoothing {}, drawn to {}, {} form ({loss})",
        c.penalty.ridge,
        c.penalty.smooth,
        match c.centre {
            Centre::Margin => "what the final margins say",
            Centre::OtherLeague => "the other league's weights",
        },
        if c.form { "with" } else { "without" },
    )
}

fn sections(input: &CardInput<'_>, out: &mut String) -> std::fmt::Result {
    let f = input.held_out;
    let file = &input.shipped.file;
    writeln!(out, "# {}: {}\n", input.title, file.name)?;
    writeln!(
        out,
        "Home win probability before each snap, expected points, and the leverage index of the next play.\n\
         Written by `matchday train wp --sport {}`; do not edit by hand.\n",
        file.league
    )?;
    writeln!(out, "## Data and split\n")?;
    writeln!(out, "- Fitted to: {}.", input.train_note)?;
    writeln!(
        out,
        "- {} games, {} plays; {} of the games carry a price.",
        f.games, f.plays, f.spread_games
    )?;
    writeln!(out, "- Judged on: {}.", input.test_note)?;
    writeln!(
        out,
        "- Penalties were chosen by log-loss on seasons left out of the training seasons (every third game where \
         there is but one season): with spread {}; without {}.",
        choice(&f.choices.with_spread),
        choice(&f.choices.without_spread)
    )?;
    if let Some(prior) = input.prior {
        writeln!(
            out,
            "- Coefficients are drawn to those of `{prior}`, rescaled to this league by two factors, because the \
             games with a spread are few and the older tables have no timeouts."
        )?;
    }
    writeln!(out, "\n## Model\n")?;
    writeln!(
        out,
        "Logistic regression on {} features; every coefficient is a piecewise-linear function of the time left, with \
         knots at {} seconds. Every feature changes only its sign when the sides change places, and the first {} rise \
         with the lead and have weights of zero or more, so the model is symmetric on neutral ground and monotone in \
         the lead. Without a spread a second set of weights is used. A try is valued by the kick-off that follows; \
         overtime by the next-score probabilities of the expected-points model; a game that is over by its score.\n",
        FEATURES.len(),
        KNOTS_S.map(|k| k.to_string()).join(", "),
        MONOTONE
    )?;
    writeln!(out, "Features: `{}`.\n", FEATURES.join("`, `"))?;
    writeln!(
        out,
        "Expected points: multinomial logistic regression of the half's next score (seven classes) on field position, \
         down, distance and the time left in the half. Leverage: the expected absolute change of win probability over \
         at most twelve outcomes of the next play, by down, distance and field zone, over {:.4}, the average of the \
         training plays.\n",
        file.average_swing
    )?;
    figures(input.scored, out)?;
    limits(input, out)
}

fn figures(scored: &[(&str, &Metrics)], out: &mut String) -> std::fmt::Result {
    let Some((_, first)) = scored.first() else {
        return Ok(());
    };
    writeln!(out, "## Figures\n")?;
    writeln!(
        out,
        "{} plays from scrimmage of {} test games, the same plays for every row; ± is the standard error by game.\n",
        first.plays, first.games
    )?;
    writeln!(
        out,
        "| predictions | Brier | ± | log-loss | calibration error |"
    )?;
    writeln!(out, "|---|---|---|---|---|")?;
    for (name, m) in scored {
        writeln!(
            out,
            "| {name} | {:.4} | {:.4} | {:.4} | {:.4} |",
            m.brier, m.brier_error, m.log_loss, m.calibration_error
        )?;
    }
    for (name, m) in scored.iter().take(2) {
        writeln!(
            out,
            "\nReliability of {name}:\n\n| predicted | actual | plays |\n|---|---|---|"
        )?;
        for bin in m.bins {
            writeln!(
                out,
                "| {:.3} | {:.3} | {} |",
                bin.predicted, bin.actual, bin.count
            )?;
        }
    }
    Ok(())
}

fn limits(input: &CardInput<'_>, out: &mut String) -> std::fmt::Result {
    let o = &input.shipped.file.overtime;
    writeln!(out, "\n## Limits\n")?;
    writeln!(
        out,
        "- Plays of one game share one outcome: differences smaller than the standard errors above mean little.\n\
         - Overtime is a formula with figures from few games (a series from the 25 brings a touchdown {:.0} % and a \
         field goal {:.0} % of the time; a side that opens NFL overtime with a field goal wins {:.0} %); treat its \
         probabilities as rough. NFL overtime is that of 2012 to 2017.\n\
         - Weather, injuries, who plays and how the game has gone beyond the score are not looked at.\n\
         - A two-point try is taken to succeed 48 % of the time, and a side is taken to try whatever is better for it.\n\
         - Leverage's outcome tables know down, distance and zone, not the teams.",
        o.series_touchdown * 100.0,
        o.series_field_goal * 100.0,
        o.after_first_field_goal * 100.0
    )
}

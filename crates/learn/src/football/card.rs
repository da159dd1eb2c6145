//! Model cards: what a model was made from, how good it is, and where it should not be trusted.

use std::fmt::Write as _;

use super::{
    ep::Class,
    train::{Centre, Choice, EpFigures, Fitted},
    wp::{DRAWS, FEATURES, KNOTS_S, MONOTONE},
};
use crate::evaluate::Scored;

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
    pub scored: &'a [Scored],
    /// How good expected points are on them.
    pub ep: Option<&'a EpFigures>,
}

/// Writes the card in Markdown.
pub fn write(input: &CardInput<'_>) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = sections(input, &mut out);
    out
}

fn choice(c: &Choice) -> String {
    let loss = c.left_out.map_or_else(
        || "taken over".into(),
        |l| format!("log-loss {:.4} on the seasons left out", l.log_loss),
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
    writeln!(
        out,
        "- The figures below are of a fit to: {}; {} games, {} plays; {} of the games carry a price.",
        input.train_note, f.games, f.plays, f.spread_games
    )?;
    writeln!(out, "- Judged on: {}.", input.test_note)?;
    writeln!(
        out,
        "- **The weights that ship are a refit in the same way to all of these, test games included**: {} games, {} \
         plays; {} of the games carry a price. `--held-out FILE` writes the model that the figures are of, and `matchday \
         eval wp --model FILE` scores it again.",
        input.shipped.games, input.shipped.plays, input.shipped.spread_games
    )?;
    writeln!(
        out,
        "- How to fit was chosen by log-loss on each training season in turn, fitted to the others: with spread {}; \
         without {}.",
        choice(&f.choices.with_spread),
        choice(&f.choices.without_spread)
    )?;
    if let Some(prior) = input.prior {
        writeln!(
            out,
            "- The other league's weights are those of `{prior}`, rescaled to this league by two factors, because the \
             games with a bookmaker's spread are few and the older tables have no timeouts. Where a training game has no \
             spread, the sides' pregame Elo ratings stand in, at the rate that they bought spreads at until 2020."
        )?;
    }
    writeln!(out, "\n## Model\n")?;
    writeln!(
        out,
        "Logistic regression on {} features; every coefficient is a piecewise-linear function of the time left, with \
         knots at {} seconds. Every feature changes only its sign when the sides change places, and the first {} rise \
         with the lead and have weights of zero or more, so the model is symmetric on neutral ground and monotone in \
         the lead. Without a spread a second set of weights is used; with one, home advantage is left to the spread. \
         Weights are drawn to what a least-squares fit to the final margin says, for by how much a game is won tells \
         more than who won it, or to another league's; less so in the last two minutes. `next_score` is what the side with \
         the ball would win by were the next score the last, in the last five minutes, touchdowns where it needs one; \
         `out_of_reach` how far the score it needs lies beyond what a side in a hurry covers; `form` the yards a play of either side so far, no play \
         counted for more than 25, drawn to the average. A try is valued by the kick-off that follows; overtime by the \
         next-score probabilities of the expected-points model; a game that is over by its score. {} refits on resampled \
         games stand beside the weights, so that an interval can be given for every probability and every difference; they \
         hold what few games leave open, not what the form of the model leaves out.\n",
        FEATURES.len(),
        KNOTS_S.map(|k| k.to_string()).join(", "),
        MONOTONE,
        DRAWS
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
    calibration(input, out)?;
    if let Some(ep) = input.ep {
        expected_points(ep, out)?;
    }
    limits(input, out)
}

fn figures(scored: &[Scored], out: &mut String) -> std::fmt::Result {
    let Some(first) = scored.first() else {
        return Ok(());
    };
    writeln!(out, "## Figures\n")?;
    writeln!(
        out,
        "{} plays from scrimmage of {} test games, the same plays for every row; ± is the standard error by game. \
         Calibration error is the mean distance over ten bins of equal width, seen from home and from the side with the \
         ball; in brackets what chance alone would make of it on average, were every probability true.\n",
        first.metrics.plays, first.metrics.games
    )?;
    writeln!(
        out,
        "| predictions | Brier | ± | log-loss | calibration error | of the side with the ball |\n|---|---|---|---|---|---|"
    )?;
    for s in scored {
        let m = &s.metrics;
        writeln!(
            out,
            "| {} | {:.4} | {:.4} | {:.4} | {:.4} ({:.4}) | {:.4} ({:.4}) |",
            s.name,
            m.brier,
            m.brier_error,
            m.log_loss,
            m.calibration_error,
            m.calibration_error_by_chance,
            s.possession_calibration.0,
            s.possession_calibration.1
        )?;
    }
    let others = || {
        scored
            .iter()
            .filter_map(|s| Some((s, s.ours_less.as_ref()?)))
    };
    if others().next().is_some() {
        writeln!(
            out,
            "\nOurs less another's, with 95 % intervals from drawing whole games afresh; below zero ours is better. \
             Predictions called naive know no spread and are set beside ours without.\n\n| ours less | Brier | log-loss \
             |\n|---|---|---|"
        )?;
    }
    for (s, d) in others() {
        writeln!(
            out,
            "| {} | {:+.4} ({:+.4} to {:+.4}) | {:+.4} ({:+.4} to {:+.4}) |",
            s.name, d.brier[0], d.brier[1], d.brier[2], d.log_loss[0], d.log_loss[1], d.log_loss[2]
        )?;
    }
    for s in scored.iter().take(2) {
        writeln!(
            out,
            "\nReliability of {}:\n\n| predicted | actual | plays |\n|---|---|---|",
            s.name
        )?;
        for bin in s.metrics.bins {
            writeln!(
                out,
                "| {:.3} | {:.3} | {} |",
                bin.predicted, bin.actual, bin.count
            )?;
        }
    }
    Ok(())
}

/// Calibration on the seasons left out in training: more games than the test has, and predicted without having been
/// seen as well.
fn calibration(input: &CardInput<'_>, out: &mut String) -> std::fmt::Result {
    let f = input.held_out;
    let choices = [
        ("with spread", f.choices.with_spread),
        ("without spread", f.choices.without_spread),
    ];
    if choices.iter().all(|(_, c)| c.left_out.is_none()) {
        return Ok(());
    }
    writeln!(
        out,
        "\nCalibration error on the training seasons, each predicted by a fit to the others ({} games; in brackets what \
         chance alone would make of it). A test of fewer games cannot show a smaller one than chance leaves on it, however \
         true the probabilities are:\n\n| predictions | from home | from the side with the ball |\n|---|---|---|",
        f.games
    )?;
    for (name, choice) in choices {
        if let Some(l) = choice.left_out {
            writeln!(
                out,
                "| {name} | {:.4} ({:.4}) | {:.4} ({:.4}) |",
                l.calibration.0,
                l.calibration.1,
                l.possession_calibration.0,
                l.possession_calibration.1
            )?;
        }
    }
    Ok(())
}

fn expected_points(ep: &EpFigures, out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        "\nExpected points on the same games, kick-offs included ({} plays): log-loss {:.4} over the seven classes, {:.4} \
         for one who knows only how often each came in training. Class by class, against all others:\n\n| next score | \
         expected | came | log-loss | by share alone |\n|---|---|---|---|---|",
        ep.plays, ep.log_loss, ep.baseline
    )?;
    for c in &ep.classes {
        writeln!(
            out,
            "| {} | {:.4} | {:.4} | {:.4} | {:.4} |",
            class_name(c.class),
            c.predicted,
            c.actual,
            c.log_loss,
            c.baseline
        )?;
    }
    Ok(())
}

fn class_name(class: Class) -> &'static str {
    match class {
        Class::None => "none in the half",
        Class::Touchdown => "touchdown",
        Class::FieldGoal => "field goal",
        Class::Safety => "safety",
        Class::OpponentTouchdown => "touchdown against",
        Class::OpponentFieldGoal => "field goal against",
        Class::OpponentSafety => "safety against",
    }
}

fn limits(input: &CardInput<'_>, out: &mut String) -> std::fmt::Result {
    let o = &input.shipped.file.overtime;
    writeln!(out, "\n## Limits\n")?;
    writeln!(
        out,
        "- Plays of one game share one outcome: differences whose interval holds zero mean little, and so does a calibration \
         error no larger than chance makes it.\n\
         - Overtime is a formula with figures from few games (a series from the 25 brings a touchdown {:.0} % and a \
         field goal {:.0} % of the time; a side that opens NFL overtime with a field goal wins {:.0} %); treat its \
         probabilities as rough. NFL overtime is that of 2012 to 2017.\n\
         - Weather, injuries and who plays are not looked at. Boosted trees on the same inputs, the total line and pace \
         were tried on the NFL's training seasons, success rate on both leagues', and did not earn their place.\n\
         - With seconds left the model knows downs, timeouts and yards only roughly, and no side's kicker; few games hang \
         on them, so its last seconds rest on few.\n\
         - A two-point try is taken to succeed 48 % of the time, and a side is taken to try whatever is better for it.\n\
         - Leverage's outcome tables know down, distance and zone, not the teams.",
        o.series_touchdown * 100.0,
        o.series_field_goal * 100.0,
        o.after_first_field_goal * 100.0
    )
}

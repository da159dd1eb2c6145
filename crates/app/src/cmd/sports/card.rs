//! Model cards of the other sports.

use std::fmt::Write as _;

use super::{OtherSport, Scored, bootstrap};

/// The figures as Markdown, ours first.
pub fn figures(scored: &[Scored]) -> String {
    let mut out = String::new();
    let Some(first) = scored.first() else {
        return out;
    };
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "{} plays of {} held-out games, the same for every row; ± is the standard error by game.\n\n\
         | predictions | Brier | ± | log-loss | calibration error |\n|---|---|---|---|---|",
        first.metrics.plays, first.metrics.games
    );
    for s in scored {
        let m = &s.metrics;
        let _ = writeln!(
            out,
            "| {} | {:.4} | {:.4} | {:.4} | {:.4} |",
            s.name, m.brier, m.brier_error, m.log_loss, m.calibration_error
        );
    }
    for other in &scored[1..] {
        let (low, high) = bootstrap(first, other);
        let _ = writeln!(
            out,
            "\nBrier of {} less that of {}: {:+.4} (95 % by games drawn with replacement: {low:+.4} to {high:+.4}).",
            first.name,
            other.name,
            first.metrics.brier - other.metrics.brier
        );
    }
    let _ = writeln!(
        out,
        "\nReliability of {}:\n\n| predicted | actual | plays |\n|---|---|---|",
        first.name
    );
    for bin in first.metrics.bins {
        let _ = writeln!(
            out,
            "| {:.3} | {:.3} | {} |",
            bin.predicted, bin.actual, bin.count
        );
    }
    out
}

/// The whole card.
pub fn write(sport: OtherSport, scored: &[Scored], notes: &[String]) -> String {
    let name = scored.first().map_or("", |s| s.name.as_str());
    let (title, data, model, limits) = match sport {
        OtherSport::Nba => (
            "NBA",
            "NBA play-by-play of 2015-16 (MIT repository), every event at which something was at stake.",
            "Logistic regression on the lead and on possession, each over the root of the time left, with slopes that \
             may bend at eight moments, and on home advantage. A pregame spread, where a feed gives one, counts as \
             points still to come. Leverage: the expected absolute swing of one possession over the average play's.",
            "- One season. Who is on court, fouls, timeouts and how good the teams are (but for a spread) are not \
             looked at.\n- An overtime is read as the last five minutes of a game.\n- The games carry no \
             spread; ratings made of earlier results stand in for one in the third row.",
        ),
        OtherSport::Soccer => (
            "Soccer",
            "Text streams of matches of several leagues and cups, 2009 to 2018 (no licence named: used for training \
             and evaluation, not shipped); every event but substitutions and whistles. Judged by how ninety minutes \
             end, a draw counted as half.",
            "Goals as two Poisson processes whose rates depend on the quarter of an hour, home, the lead and players \
             sent off, fitted by Poisson regression; home win, draw and away win by convolution over the minutes \
             left. A pregame price, where a feed gives one, sets both sides' strength. Leverage: the expected absolute \
             swing of the next minute over the average moment's.",
            "- How good the teams are is known only from a price, and these matches carry none; ratings made of \
             earlier results stand in for one in the third row.\n- Chances, shots and \
             corners do not move the probabilities.\n- Extra time and kicks are formulas: two quarter-hours at the \
             last block's rates, kicks even at 75 %.",
        ),
        OtherSport::Tennis => (
            "Tennis",
            "Points of five Grand Slam tournaments of 2011 to 2013 (Jeff Sackmann, CC BY-NC-SA 4.0: the rows are not \
             shipped, only what was counted and chosen from them). The last tournament is held out.",
            "An exact Markov chain over points, games and sets. Each player's chance to win a point on serve begins at \
             the tour's average on the ground and is drawn towards what the match shows, the sum of both players' \
             and their difference each at a rate of its own; the chain's log-odds are scaled. A pregame price, where a feed \
             gives one, sets the difference at the start. Leverage: the point's expected absolute swing over the \
             average point's.",
            "- Who the players are is not known but from a price, so every match begins near one half.\n- Who serves \
             first in sets to come is averaged over.\n- Grounds that were not played on have the tour's mean.",
        ),
    };
    let notes: String = notes.iter().map(|n| format!("- {n}\n")).collect();
    format!(
        "# {title}: {name}\n\nHome win probability before each play, and its leverage index. Written by `matchday train \
         wp --sport {}`; do not edit by hand.\n\n## Data and split\n\n- {data}\n{notes}\n## Model\n\n{model}\n\n\
         ## Figures\n\n{}\n## Limits\n\n- Plays of one game share one outcome: differences smaller than the standard \
         errors above mean little.\n{limits}\n",
        sport.name(),
        figures(scored)
    )
}

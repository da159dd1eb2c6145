//! Model cards of the other sports.

use std::fmt::Write as _;

use matchday_learn::evaluate::difference;

use super::{OtherSport, Scored};

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
    out.push_str("\nWith 95 % intervals from drawing whole games afresh; below zero the first is the better:\n\n");
    out.push_str("| less | Brier | log-loss |\n|---|---|---|\n");
    // Like with like first: with ratings, then without; then what all of it comes to.
    for (ours, theirs) in [(0, 1), (2, 3), (0, 3)] {
        let (Some(ours), Some(theirs)) = (scored.get(ours), scored.get(theirs)) else {
            continue;
        };
        if let Some(d) = difference(&ours.predictions, &theirs.predictions) {
            let ([b, bl, bh], [l, ll, lh]) = (d.brier, d.log_loss);
            let _ = writeln!(
                out,
                "| {} less {} | {b:+.4} ({bl:+.4} to {bh:+.4}) | {l:+.4} ({ll:+.4} to {lh:+.4}) |",
                ours.name, theirs.name
            );
        }
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
    let name = name.split(',').next().unwrap_or(name);
    let (title, data, model, limits) = match sport {
        OtherSport::Nba => (
            "NBA",
            "NBA play-by-play of 2015-16 (MIT repository; three quarters of 632 games), every event at which something \
             was at stake.",
            "Logistic regression on the lead and on possession, each over the root of the time left, with slopes that \
             may bend at eight moments, drawn to one slope for all times; fitted once with home advantage, for games of \
             which nothing is known, and once with the expected margin of the time left, from a pregame spread or from \
             ratings. Leverage: the expected absolute swing of one possession over the average play's.",
            "- Score, time and possession hold all that a game was found to tell: fouls, bonus, timeouts, missed threes \
             and what the points were made of were tried by five folds and took nothing off the log-loss. What is won \
             over the plain logistic is won by knowing the sides.\n\
             - One season. Who is on court and who is missing is not looked at.\n\
             - An overtime is read as the last five minutes of a game.",
        ),
        OtherSport::Soccer => (
            "Soccer",
            "Text streams of matches of several leagues and cups, 2009 to 2018 (no licence named: used for training \
             and evaluation, not shipped); every event but substitutions and whistles. Judged by how ninety minutes \
             end, a draw counted as half.",
            "Goals as two Poisson processes whose rates depend on the quarter of an hour, home, the lead, players sent \
             off, and shots and corners so far against what is usual by then (where the feed tells of them), fitted by \
             Poisson regression, once without the sides' strength and once with it; home win, draw and away win by \
             going back over the minutes left. A pregame price, or else ratings, give both sides' strength. Leverage: \
             the expected absolute swing of the next minute over the average moment's.",
            "- Where the chances came from is not looked at: a shot is a shot.\n\
             - Extra time and kicks are formulas: two quarter-hours at the last block's rates, kicks even at 75 %.",
        ),
        OtherSport::Tennis => (
            "Tennis",
            "Points of five Grand Slam tournaments of 2011 to 2013 (Jeff Sackmann, CC BY-NC-SA 4.0: the rows are not \
             shipped, only what was counted and chosen from them). The last tournament is held out.",
            "An exact Markov chain over points, games and sets. Each player's chance to win a point on serve begins at \
             the tour's average on the ground, moved by what a pregame price or ratings tell of the difference, and is \
             drawn towards what the match shows, the sum of both players' serving and their difference each at a rate \
             of its own; the chain's log-odds are scaled. Leverage: the point's expected absolute swing over the \
             average point's.",
            "- Who serves first in sets to come is averaged over.\n- Grounds that were not played on have the tour's \
             mean.\n- Ratings know the five tournaments alone: at the first of a player's matches, nothing.",
        ),
    };
    let notes: String = notes.iter().map(|n| format!("- {n}\n")).collect();
    format!(
        "# {title}: {name}\n\nHome win probability before each play, and its leverage index. Written by `matchday train \
         wp --sport {}`; do not edit by hand.\n\n## Data and split\n\n- {data}\n{notes}\n## Model\n\n{model}\n\n\
         ## Figures\n\n{}\n## Limits\n\n- Plays of one game share one outcome: differences smaller than the standard \
         errors above mean little.\n- Ratings are made of the recorded games alone, each as it was before the game it is used \
         for: points, goals and shots, or points on serve. None ship, for they age: `matchday ratings` makes them from \
         recorded games, and `serve --ratings` uses them. A price knows more, and is taken instead where a feed has \
         one.\n{limits}\n",
        sport.name(),
        figures(scored)
    )
}

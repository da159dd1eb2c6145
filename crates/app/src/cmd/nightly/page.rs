//! The night's report on one page that needs nothing else.

use std::fmt::Write as _;

use matchday_learn::camera::miss::WINDOW_MS;
use plotters::prelude::*;

use super::night::{Contest, Outcome, Report, Row, Told};
use crate::cmd::calibrate::{
    ink::{self, Ink, LINE, MUTED, Picture, escaped, slug},
    page::{STYLE, table},
};

/// Bars of the picture to either side of 0.
const BARS: i32 = 25;

/// The page.
pub fn page(report: &Report) -> anyhow::Result<String> {
    let day = time(report);
    let title = format!(
        "Camera calls: {} matches of {}",
        report.matches.len(),
        sport(report)
    );
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <title>{title}</title>\n<style>{vars}\n{STYLE}</style></head>\n<body><main>\n<h1>{title}</h1>\n",
        title = escaped(&title),
        vars = ink::css(":root"),
    );
    let _ = writeln!(
        html,
        "<p>{day}. {} calls were recorded for {} micro-events. A predicted call fits a recorded one of the same camera within \
         {} s; the miss is how far apart they are, in frames of a programme of {} a second. Rules as in set {}.</p>\n\
         <p><strong>{}</strong></p>",
        report.calls,
        report.events,
        WINDOW_MS / 1000,
        report.rate,
        escaped(&report.rule_set.chars().take(12).collect::<String>()),
        escaped(&verdict(report))
    );
    for (at, told) in std::iter::once(&report.rules)
        .chain(&report.model)
        .enumerate()
    {
        let picture = misses(told, at)?;
        let _ = writeln!(
            html,
            "<h2>{}</h2>\n<figure><h3>How far the predicted calls are from those that were made</h3>\
             <div class=\"wide\" tabindex=\"0\">{}</div></figure>\n<figure><h3>By rule</h3><div class=\"wide\" tabindex=\"0\">{}</div></figure>\n\
             <figure><h3>By camera</h3><div class=\"wide\" tabindex=\"0\">{}</div></figure>",
            escaped(&told.name),
            picture.inline(),
            rows(std::iter::once(&told.asked).chain(&told.rules)),
            rows(std::iter::once(&told.asked).chain(&told.cameras)),
        );
    }
    if let Outcome::Kept(contest) | Outcome::Replaced(contest) | Outcome::First(contest) =
        &report.outcome
    {
        let _ = writeln!(
            html,
            "<h2>The old model and the new</h2>\n<p>The new one was trained on {} micro-events of {} matches. Both are compared \
             on {} that neither has seen; the one with the smaller cost stays.</p>\n<figure><div class=\"wide\" tabindex=\"0\">{}</div></figure>",
            contest.labels,
            contest.trained_on,
            contest.held_out.len(),
            contested(contest)
        );
    }
    let _ = writeln!(
        html,
        "<h2>Matches</h2>\n<figure><details><summary>The {} matches</summary><div class=\"wide\">{}</div></details></figure>\n\
         <p>Cost: the misses of all pairs, and {} s for each call that was missed or that nobody made, over the recorded calls. \
         Returns to the main camera are counted apart: how long a shot is held is nobody's rule.</p>\n</main></body></html>",
        report.matches.len(),
        table(&["match"], report.matches.iter().map(|m| vec![m.clone()])),
        WINDOW_MS / 1000,
    );
    Ok(html)
}

/// What came of the night, in a sentence or two.
pub fn verdict(report: &Report) -> String {
    let who = match report.model {
        Some(_) => "The model finds",
        None => "The rules find",
    };
    let found = report.found.unwrap_or_default() * 100.0;
    let over = match report.average_miss_frames {
        Some(average) => format!(
            "{who} {found:.0} % of the calls, on average {average:.1} frames off; {} are the most, and half of the calls the \
             least.",
            report.miss_most_frames
        ),
        None => format!("{who} none of the calls."),
    };
    let cost = |row: &Row| row.cost_frames.unwrap_or_default();
    let against = |c: &Contest| {
        let before = c.before.as_ref().map_or(f64::NAN, cost);
        format!("{:.1} frames a call against {before:.1}", cost(&c.new))
    };
    match &report.outcome {
        Outcome::NothingToGoBy => {
            "No call was made in the matches that can be judged: there is nothing to go by."
                .to_owned()
        }
        Outcome::NotNeeded => format!("{over} There is nothing to do."),
        Outcome::NotAsked => format!("{over} Training was not asked for."),
        Outcome::TooFew {
            labels,
            needed,
            held_out,
        } => format!(
            "{over} No model was trained: there are {labels} new micro-events where {needed} are needed, and {held_out} matches \
             are left to compare on."
        ),
        Outcome::Kept(c) => format!(
            "{over} A model was trained on {} micro-events and is no better ({}): the one before stays.",
            c.labels,
            against(c)
        ),
        Outcome::Replaced(c) => format!(
            "{over} A model was trained on {} micro-events and is better ({}): it is the model from now on.",
            c.labels,
            against(c)
        ),
        Outcome::First(c) => format!(
            "{over} There was no model; the first one was trained on {} micro-events and costs {:.1} frames a call.",
            c.labels,
            cost(&c.new)
        ),
    }
}

/// When the report was made.
pub fn time(report: &Report) -> String {
    jiff::Timestamp::from_microsecond(report.at.0).map_or_else(
        |_| "at no time".to_owned(),
        |t| t.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    )
}

fn sport(report: &Report) -> String {
    let name = serde_json::to_value(report.sport).ok();
    let name = name.as_ref().and_then(|n| n.as_str()).unwrap_or("unknown");
    name.replace('_', " ")
}

fn number(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |v| format!("{v:.1}"))
}

const HEADS: [&str; 9] = [
    "",
    "fit",
    "missed",
    "false",
    "mean",
    "median",
    "nine in ten",
    "late by",
    "cost",
];

fn cells(name: &str, row: &Row) -> Vec<String> {
    vec![
        name.to_owned(),
        row.matched.to_string(),
        row.missed.to_string(),
        row.false_calls.to_string(),
        number(row.mean_frames),
        number(row.median_frames),
        number(row.p90_frames),
        number(row.late_frames),
        number(row.cost_frames),
    ]
}

fn rows<'a>(rows: impl Iterator<Item = &'a Row>) -> String {
    table(&HEADS, rows.map(|row| cells(&row.name, row)))
}

fn contested(contest: &Contest) -> String {
    let before = contest.before.iter().map(|row| cells("before", row));
    table(&HEADS, before.chain([cells("new", &contest.new)]))
}

/// How many pairs are how many frames apart.
fn misses(told: &Told, at: usize) -> anyhow::Result<Picture> {
    const SIZE: (u32, u32) = (1680, 460);
    let mut counts = vec![0_u32; 2 * BARS as usize + 1];
    for frames in &told.frames {
        let bar = (frames.round() as i32).clamp(-BARS, BARS) + BARS;
        counts[bar as usize] += 1;
    }
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    let colour: Ink = ink::of_model(at);
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        let edge = f64::from(BARS) + 1.0;
        let mut plot = ChartBuilder::on(&area)
            .margin_top(24)
            .margin_right(36)
            .x_label_area_size(92)
            .y_label_area_size(104)
            .build_cartesian_2d(-edge..edge, 0.0..f64::from(most) * 1.05)?;
        let label = ("system-ui, sans-serif", 26)
            .with_color(MUTED.rgb())
            .into_text_style(&(1, 1));
        plot.configure_mesh()
            .x_labels(11)
            .y_labels(4)
            .x_label_formatter(&|v| format!("{v:+.0}"))
            .y_label_formatter(&|v| format!("{v:.0}"))
            .x_desc("frames: early to the left, late to the right")
            .y_desc("calls")
            .label_style(label.clone())
            .axis_desc_style(label)
            .axis_style(LINE.rgb().stroke_width(2))
            .bold_line_style(LINE.rgb().stroke_width(2))
            .light_line_style(LINE.mix(0.0))
            .draw()?;
        plot.draw_series(counts.iter().zip(-BARS..).map(|(n, bar)| {
            let x = f64::from(bar);
            Rectangle::new(
                [(x - 0.42, 0.0), (x + 0.42, f64::from(*n))],
                colour.rgb().filled(),
            )
        }))?;
        area.present()?;
    }
    let row = &told.asked;
    let says = format!(
        "{} predicted calls fit a recorded one; they are {} frames apart on average, half of them within {}, nine in ten within \
         {}. The outermost bars hold all that are farther off.",
        row.matched,
        number(row.mean_frames),
        number(row.median_frames),
        number(row.p90_frames)
    );
    let name = format!("misses-{}", slug(&told.name));
    Ok(Picture::new(
        &name,
        format!("Misses of {}", told.name),
        says,
        &svg,
    ))
}

//! The pictures on one page that needs nothing else.

use std::fmt::Write as _;

use super::{
    game::Story,
    ink::{self, Picture, escaped},
};
use matchday_learn::evaluate::Scored;

/// How the house's pages look, apart from the colours.
pub const STYLE: &str = "\
:root{color-scheme:dark light;--ground:#0b0d10}
@media(prefers-color-scheme:light){:root{--ground:#eff1f4}}
*{box-sizing:border-box}
body{margin:0;padding:24px clamp(12px,4vw,48px) 64px;background:var(--ground);color:var(--text);
font:0.875rem/1.5 system-ui,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1180px;margin:0 auto}
h1{font-size:1.25rem;margin:0 0 4px}h2{font-size:1.25rem;margin:40px 0 12px}h3{font-size:0.875rem;margin:0;overflow-wrap:anywhere}
p{margin:0 0 12px;color:var(--muted);max-width:70ch}
figure{margin:0 0 12px;padding:16px;background:var(--surface);border:1px solid var(--line);border-radius:8px}
figure p{margin:2px 0 8px}
svg{display:block;width:100%;height:auto}svg text{font-family:inherit}
.grid{display:grid;gap:12px;grid-template-columns:repeat(auto-fill,minmax(min(320px,100%),1fr))}.grid figure{margin:0}
details{margin-top:8px}summary{cursor:pointer;color:var(--muted)}
summary:focus-visible,.wide:focus-visible{outline:2px solid var(--one);outline-offset:2px}
.wide{overflow-x:auto}.wide>svg{min-width:620px}table{border-collapse:collapse;margin-top:8px}
th,td{padding:3px 12px 3px 0;text-align:right;white-space:nowrap;border-bottom:1px solid var(--line);font-weight:400}
th{color:var(--muted)}th:first-child,td:first-child,td.words{text-align:left}td.words{white-space:normal}
.key{display:flex;flex-wrap:wrap;gap:4px 20px;margin:8px 0 0;padding:0;list-style:none;color:var(--muted)}
.key i{display:inline-block;width:22px;border-top:3px solid;vertical-align:middle;margin-right:8px}
ol{margin:12px 0 0;padding-left:24px}li b{font-weight:600}";

/// The page.
pub fn page(
    heading: &str,
    scored: &[Scored],
    comparison: &Picture,
    reliability: &[Picture],
    stories: &[(Story, Picture)],
) -> String {
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <title>{title}</title>\n<style>{vars}\n{STYLE}</style></head>\n<body><main>\n<h1>{title}</h1>\n",
        title = escaped(heading),
        vars = ink::css(":root"),
    );
    if let Some(first) = scored.first() {
        let _ = writeln!(
            html,
            "<p>{} plays from scrimmage of {} games; every model on the same plays.</p>",
            first.metrics.plays, first.metrics.games
        );
    }
    let _ = writeln!(
        html,
        "<h2>Which is nearest?</h2>\n<figure><div class=\"wide\" tabindex=\"0\">{}</div>{}</figure>",
        comparison.inline(),
        behind(&figures(scored))
    );
    html += "<h2>Does what they say come true?</h2>\n<p>Of all the times a model said 70 %, seven in ten should have \
             been won: the nearer the line is to the diagonal, the better. Bars at the foot: how often it said so.</p>\n\
             <div class=\"grid\">\n";
    for (s, picture) in scored.iter().zip(reliability) {
        let _ = writeln!(
            html,
            "<figure><h3>{}</h3><p>off by {:.1} points on average</p>{}{}</figure>",
            escaped(&s.name),
            s.metrics.calibration_error * 100.0,
            picture.inline(),
            behind(&bins(s))
        );
    }
    html += "</div>\n";
    if !stories.is_empty() {
        html += "<h2>Games as the models saw them</h2>\n";
    }
    for (story, picture) in stories {
        let _ = writeln!(
            html,
            "<figure><h3>{}</h3><div class=\"wide\" tabindex=\"0\">{}</div>{}{}{}</figure>",
            escaped(&story.title),
            picture.inline(),
            key(story),
            swings(story),
            behind(&plays(story))
        );
    }
    html += "</main></body></html>\n";
    html
}

fn behind(table: &str) -> String {
    format!("<details><summary>The figures</summary><div class=\"wide\">{table}</div></details>")
}

/// A table.
pub fn table(heads: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut html = String::from("<table><thead><tr>");
    for head in heads {
        let _ = write!(html, "<th scope=\"col\">{}</th>", escaped(head));
    }
    html += "</tr></thead><tbody>\n";
    for row in rows {
        html += "<tr>";
        for cell in row {
            let _ = write!(html, "<td>{}</td>", escaped(&cell));
        }
        html += "</tr>\n";
    }
    html + "</tbody></table>"
}

fn figures(scored: &[Scored]) -> String {
    table(
        &["model", "Brier", "± error", "log-loss", "calibration error"],
        scored.iter().map(|s| {
            let m = &s.metrics;
            vec![
                s.name.clone(),
                format!("{:.4}", m.brier),
                format!("{:.4}", m.brier_error),
                format!("{:.4}", m.log_loss),
                format!("{:.4}", m.calibration_error),
            ]
        }),
    )
}

fn bins(scored: &Scored) -> String {
    table(
        &["bin", "said", "came true", "plays"],
        scored.metrics.bins.iter().enumerate().map(|(k, b)| {
            vec![
                format!("{} to {} %", k * 10, k * 10 + 10),
                format!("{:.1} %", b.predicted * 100.0),
                format!("{:.1} %", b.actual * 100.0),
                b.count.to_string(),
            ]
        }),
    )
}

fn key(story: &Story) -> String {
    let mut html = String::from("<ul class=\"key\">");
    for (at, line) in story.lines.iter().enumerate() {
        let ink = match at {
            0 => ink::TEXT,
            _ => ink::of_model(at + 1),
        };
        let dashes = match ink::dash(at) {
            None => "solid",
            Some((on, _)) if on > 8 => "dashed",
            Some(_) => "dotted",
        };
        let _ = write!(
            html,
            "<li><i style=\"color:{};border-top-style:{}\"></i>{}</li>",
            ink.css(),
            dashes,
            escaped(&line.name)
        );
    }
    html + "</ul>"
}

fn swings(story: &Story) -> String {
    let mut html = String::from("<ol>");
    for swing in &story.swings {
        let (side, gained) = match swing.wpa_home >= 0.0 {
            true => (&story.home, swing.wpa_home),
            false => (&story.away, -swing.wpa_home),
        };
        let _ = write!(
            html,
            "<li><b>{} +{:.0} %</b> {}: {}</li>",
            escaped(side),
            gained * 100.0,
            escaped(&swing.when),
            escaped(&swing.text)
        );
    }
    html + "</ol>"
}

/// The lines at every whole minute played, for those who read and do not see.
fn plays(story: &Story) -> String {
    let mut heads = vec!["minute"];
    heads.extend(story.lines.iter().map(|l| l.name.as_str()));
    let minutes = (story.end_s() / 60.0) as u32;
    table(
        &heads,
        (0..=minutes).map(|minute| {
            let mut row = vec![minute.to_string()];
            let until = f64::from(minute) * 60.0;
            row.extend(story.lines.iter().map(|line| {
                let known = line.points.iter().take_while(|p| p.0 <= until).last();
                let value = known.or(line.points.first());
                value.map_or_else(String::new, |p| format!("{:.0} %", p.1 * 100.0))
            }));
            row
        }),
    )
}

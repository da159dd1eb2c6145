//! The pictures. Sizes are twice what is shown, for plotters draws to whole pixels.

use plotters::{
    coord::types::RangedCoordf64,
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use super::{
    game::Story,
    ink::{self, AWAY, HOME, Ink, LINE, MUTED, Picture, SURFACE, TEXT, slug},
};
use matchday_learn::evaluate::Scored;

type Plot<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;
type Drawn<T> = anyhow::Result<T>;

fn words(size: i32, ink: Ink, h: HPos, v: VPos) -> TextStyle<'static> {
    ("system-ui, sans-serif", size)
        .with_color(ink.rgb())
        .into_text_style(&(1, 1))
        .pos(Pos::new(h, v))
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

/// Of what a model said in each of ten bins, how much came true; and how often it said so.
pub fn reliability(scored: &Scored, at: usize) -> Drawn<Picture> {
    const SIZE: (u32, u32) = (720, 760);
    let metrics = &scored.metrics;
    let colour = ink::of_model(at);
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        let mut plot: Plot<'_, '_> = ChartBuilder::on(&area)
            .margin_top(24)
            .margin_right(36)
            .x_label_area_size(92)
            .y_label_area_size(104)
            .build_cartesian_2d(0.0..1.0, 0.0..1.0)?;
        axes(&mut plot, "said", "came true")?;
        let most = metrics
            .bins
            .iter()
            .map(|b| b.count)
            .max()
            .unwrap_or(1)
            .max(1);
        for (k, bin) in metrics.bins.iter().enumerate() {
            let height = 0.16 * bin.count as f64 / most as f64;
            let left = k as f64 / 10.0;
            plot.draw_series([Rectangle::new(
                [(left + 0.008, 0.0), (left + 0.092, height)],
                MUTED.mix(0.35).filled(),
            )])?;
        }
        plot.draw_series(DashedLineSeries::new(
            [(0.0, 0.0), (1.0, 1.0)],
            10,
            8,
            MUTED.rgb().stroke_width(2),
        ))?;
        let points: Vec<(f64, f64)> = metrics
            .bins
            .iter()
            .filter(|b| b.count > 0)
            .map(|b| (b.predicted, b.actual))
            .collect();
        plot.draw_series(LineSeries::new(
            points.iter().copied(),
            colour.rgb().stroke_width(5),
        ))?;
        plot.draw_series(
            points
                .iter()
                .map(|p| Circle::new(*p, 10, colour.rgb().filled())),
        )?;
        area.present()?;
    }
    let title = format!("Reliability of {}", scored.name);
    let says = format!(
        "Ten bins of {} predictions beside what came true. The line keeps to the diagonal within {:.1} points on \
         average; bars at the foot show how many predictions each bin holds.",
        metrics.plays,
        metrics.calibration_error * 100.0
    );
    let name = format!("reliability-{}", slug(&scored.name));
    Ok(Picture::new(&name, title, says, &svg))
}

fn axes(plot: &mut Plot<'_, '_>, x: &str, y: &str) -> Drawn<()> {
    let label = words(26, MUTED, HPos::Center, VPos::Center);
    plot.configure_mesh()
        .x_labels(6)
        .y_labels(6)
        .x_label_formatter(&|v| percent(*v))
        .y_label_formatter(&|v| percent(*v))
        .x_desc(x)
        .y_desc(y)
        .label_style(label.clone())
        .axis_desc_style(words(26, MUTED, HPos::Center, VPos::Center))
        .axis_style(LINE.rgb().stroke_width(2))
        .bold_line_style(LINE.rgb().stroke_width(2))
        .light_line_style(LINE.mix(0.0))
        .draw()?;
    Ok(())
}

/// Brier scores side by side, each with twice its error to either side.
pub fn comparison(scored: &[Scored]) -> Drawn<Picture> {
    const ROW: u32 = 88;
    let size = (1680, 120 + ROW * scored.len() as u32);
    let (mut low, mut high) = (f64::MAX, f64::MIN);
    for s in scored {
        low = low.min(s.metrics.brier - 2.0 * s.metrics.brier_error);
        high = high.max(s.metrics.brier + 2.0 * s.metrics.brier_error);
    }
    let pad = (high - low).max(0.002) * 0.06;
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        let rows = scored.len() as f64;
        let mut plot: Plot<'_, '_> = ChartBuilder::on(&area)
            .margin_right(150)
            .margin_left(620)
            .margin_top(16)
            .x_label_area_size(92)
            .build_cartesian_2d(low - pad..high + pad, rows..0.0)?;
        plot.configure_mesh()
            .disable_y_mesh()
            .disable_y_axis()
            .x_labels(6)
            .x_label_formatter(&|v| format!("{v:.3}"))
            .x_desc("Brier score: less is better")
            .label_style(words(26, MUTED, HPos::Center, VPos::Center))
            .axis_desc_style(words(26, MUTED, HPos::Center, VPos::Center))
            .axis_style(LINE.rgb().stroke_width(2))
            .bold_line_style(LINE.rgb().stroke_width(2))
            .light_line_style(LINE.mix(0.0))
            .draw()?;
        let best = scored
            .iter()
            .map(|s| s.metrics.brier)
            .fold(f64::MAX, f64::min);
        for (at, s) in scored.iter().enumerate() {
            let (m, y) = (&s.metrics, at as f64 + 0.5);
            let colour = ink::of_model(at).rgb();
            plot.draw_series([PathElement::new(
                vec![
                    (m.brier - 2.0 * m.brier_error, y),
                    (m.brier + 2.0 * m.brier_error, y),
                ],
                colour.stroke_width(6),
            )])?;
            plot.draw_series([Circle::new((m.brier, y), 13, colour.filled())])?;
            let (_, pixel) = plot.backend_coord(&(m.brier, y));
            let name: String = s.name.chars().take(44).collect();
            area.draw(&Text::new(
                name,
                (600, pixel),
                words(28, TEXT, HPos::Right, VPos::Center),
            ))?;
            let ink = if m.brier <= best { TEXT } else { MUTED };
            let figure = format!("{:.4}", m.brier);
            area.draw(&Text::new(
                figure,
                (1660, pixel),
                words(28, ink, HPos::Right, VPos::Center),
            ))?;
        }
        area.present()?;
    }
    let best = scored
        .iter()
        .min_by(|a, b| a.metrics.brier.total_cmp(&b.metrics.brier));
    let says = best.map_or_else(String::new, |b| {
        format!(
            "Brier scores of {} models on the same plays. {} has the lowest, {:.4}; bars reach two errors of the mean, \
             plays of a game taken together.",
            scored.len(),
            b.name,
            b.metrics.brier
        )
    });
    Ok(Picture::new(
        "comparison",
        "The models side by side".into(),
        says,
        &svg,
    ))
}

/// The win probability of a game: home above the centre line, the visitors below.
pub fn story(story: &Story) -> Drawn<Picture> {
    const SIZE: (u32, u32) = (1680, 760);
    let end = story.end_s();
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        let mut plot: Plot<'_, '_> = ChartBuilder::on(&area)
            .margin_top(20)
            .margin_right(28)
            .x_label_area_size(64)
            .y_label_area_size(150)
            .build_cartesian_2d(0.0..end, 0.0..1.0)?;
        let first = crossed(&story.lines[0].points);
        let filled = |keep: fn(f64) -> f64| {
            let points: Vec<(f64, f64)> = first.iter().map(|(x, y)| (*x, keep(*y))).collect();
            points
        };
        plot.draw_series(AreaSeries::new(filled(|y| y.max(0.5)), 0.5, HOME.mix(0.42)))?;
        plot.draw_series(AreaSeries::new(filled(|y| y.min(0.5)), 0.5, AWAY.mix(0.42)))?;
        rules(&area, &plot, story)?;
        for (at, line) in story.lines.iter().enumerate().skip(1).rev() {
            let style = ink::of_model(at + 1).rgb().stroke_width(3);
            let points = line.points.iter().copied();
            // Told apart by their dashes too, as the key beside them shows.
            match ink::dash(at) {
                None => plot.draw_series(LineSeries::new(points, style))?,
                Some((on, off)) => {
                    plot.draw_series(DashedLineSeries::new(points, on, off, style))?
                }
            };
        }
        plot.draw_series(LineSeries::new(first, TEXT.rgb().stroke_width(4)))?;
        for (number, swing) in story.swings.iter().enumerate() {
            plot.draw_series([Circle::new(swing.at, 20, SURFACE.rgb().filled())])?;
            plot.draw_series([Circle::new(swing.at, 20, TEXT.rgb().stroke_width(3))])?;
            let (x, y) = plot.backend_coord(&swing.at);
            let label = (number + 1).to_string();
            area.draw(&Text::new(
                label,
                (x, y + 1),
                words(26, TEXT, HPos::Center, VPos::Center),
            ))?;
        }
        area.present()?;
    }
    let says = format!(
        "Win probability through {}. Home is above the centre line. It ends at {}. The {} largest swings are marked \
         and listed below.",
        story.title,
        percent(story.lines[0].points.last().map_or(0.5, |p| p.1)),
        story.swings.len()
    );
    Ok(Picture::new(
        &format!("wp-{}", slug(&story.game)),
        story.title.clone(),
        says,
        &svg,
    ))
}

fn rules(
    area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
    plot: &Plot<'_, '_>,
    story: &Story,
) -> Drawn<()> {
    let end = story.end_s();
    let line = |from, to, width| -> Drawn<()> {
        let path = vec![plot.backend_coord(&from), plot.backend_coord(&to)];
        area.draw(&PathElement::new(path, LINE.rgb().stroke_width(width)))?;
        Ok(())
    };
    for y in [0.0, 0.25, 0.75, 1.0] {
        line((0.0, y), (end, y), 2)?;
    }
    line((0.0, 0.5), (end, 0.5), 4)?;
    for (number, from) in [0.0, 900.0, 1800.0, 2700.0, 3600.0].into_iter().enumerate() {
        if from >= end {
            break;
        }
        line((from, 0.0), (from, 1.0), 2)?;
        let name = if number == 4 {
            "OT".to_owned()
        } else {
            format!("Q{}", number + 1)
        };
        let middle = (from + (from + 900.0).min(end)) / 2.0;
        let (x, y) = plot.backend_coord(&(middle, 0.0));
        area.draw(&Text::new(
            name,
            (x, y + 34),
            words(26, MUTED, HPos::Center, VPos::Center),
        ))?;
    }
    let beside = |y: f64, text: &str, ink: Ink, size| -> Drawn<()> {
        let (x, y) = plot.backend_coord(&(0.0, y));
        area.draw(&Text::new(
            text.to_owned(),
            (x - 18, y),
            words(size, ink, HPos::Right, VPos::Center),
        ))?;
        Ok(())
    };
    beside(0.97, "100 %", MUTED, 26)?;
    beside(0.88, &story.home, HOME, 32)?;
    beside(0.5, "50 %", MUTED, 26)?;
    beside(0.12, &story.away, AWAY, 32)?;
    beside(0.03, "100 %", MUTED, 26)?;
    Ok(())
}

/// The points with those where they cross the centre line between them, so that the two fills meet there.
fn crossed(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut all = Vec::with_capacity(points.len() + 16);
    for pair in points.windows(2) {
        let ((x, y), (to_x, to_y)) = (pair[0], pair[1]);
        all.push((x, y));
        if (y - 0.5) * (to_y - 0.5) < 0.0 {
            all.push((x + (to_x - x) * (0.5 - y) / (to_y - y), 0.5));
        }
    }
    all.extend(points.last());
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_crosses_the_centre_stops_there() {
        let all = crossed(&[(0.0, 0.4), (10.0, 0.6), (20.0, 0.7)]);
        assert_eq!(all.len(), 4);
        assert!((all[1].0 - 5.0).abs() < 1e-9 && all[1].1 == 0.5);
    }
}

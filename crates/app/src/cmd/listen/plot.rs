//! The level over time, and what was heard, as one picture.

use std::fmt::Write as _;

use anyhow::ensure;
use matchday_event::{
    Fact,
    senses::{SoundFact, SoundKind, SoundReport},
};

const WIDTH: f64 = 1200.0;
const HEIGHT: f64 = 320.0;
const LEFT: f64 = 56.0;
const BOTTOM: f64 = 36.0;
const TOP: f64 = 28.0;

/// What is to be drawn. At most one point a pixel of a long match is kept by drawing each second's highest.
#[derive(Debug, Default)]
pub struct Plot {
    /// Highest fast level of each second, and the slow level at its end.
    seconds: Vec<(f32, f32)>,
    reports: u64,
    calibrated: bool,
    heard: Vec<(SoundKind, f64, f64)>,
}

impl Plot {
    /// Takes a report and what followed from it.
    pub fn add(&mut self, report: &SoundReport, facts: &[Fact]) {
        if let Some(heard) = report.heard {
            self.calibrated = report.offset_db.is_some();
            match self.seconds.last_mut() {
                Some(last) if !self.reports.is_multiple_of(10) => {
                    *last = (last.0.max(heard.a_max_db), heard.a_slow_db);
                }
                _ => self.seconds.push((heard.a_max_db, heard.a_slow_db)),
            }
            self.reports += 1;
        }
        for fact in facts {
            if let Fact::Sound(SoundFact::Heard(sound)) = fact {
                let from = sound.onset.0 as f64 / 1e6;
                let long = sound.duration_ms.map_or(0.0, |ms| f64::from(ms) / 1000.0);
                match self
                    .heard
                    .iter_mut()
                    .rev()
                    .find(|h| h.0 == sound.kind && h.1 == from)
                {
                    Some(held) => held.2 = from + long,
                    None => self.heard.push((sound.kind, from, from + long)),
                }
            }
        }
    }

    /// The picture. Colours are the page's, where it has any.
    pub fn svg(&self) -> anyhow::Result<String> {
        ensure!(!self.seconds.is_empty(), "there is no level to draw");
        let end = self.seconds.len() as f64;
        let levels = || self.seconds.iter().flat_map(|s| [s.0, s.1]);
        let low = levels().fold(f32::MAX, f32::min).max(-120.0);
        let high = levels().fold(f32::MIN, f32::max);
        let (low, high) = ((low / 10.0).floor() * 10.0, (high / 10.0).ceil() * 10.0);
        let high = high.max(low + 10.0);
        let x = |s: f64| LEFT + (WIDTH - LEFT - 12.0) * s / end;
        let y = |db: f32| {
            let share = f64::from((db.max(low) - low) / (high - low));
            HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * share
        };
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
             font-family=\"system-ui, sans-serif\" font-size=\"13\">\n<title>Crowd level over time</title>\n\
             <style>svg{{background:var(--surface,#14171c);color:var(--text,#eceef1)}}text{{fill:var(--muted,#a0a9b6)}}\
             .rule{{stroke:var(--line,#2a2f38)}}.most{{fill:none;stroke:var(--one,#62b0ff)}}\
             .slow{{fill:none;stroke:var(--two,#f3b45f);stroke-width:2}}</style>\n"
        );
        let mut db = low;
        while db <= high {
            let at = y(db);
            writeln!(
                out,
                "<line class=\"rule\" x1=\"{LEFT}\" x2=\"{WIDTH}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/><text x=\"{:.0}\" y=\"{:.1}\" text-anchor=\"end\">{db:.0}</text>",
                LEFT - 6.0,
                at + 4.0
            )?;
            db += 10.0;
        }
        // Eight marks or so, at whole minutes or tens of seconds.
        let step = [10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0]
            .into_iter()
            .find(|s| end / s <= 12.0)
            .unwrap_or(1800.0);
        let mut s = 0.0;
        while s <= end {
            let (minutes, seconds) = ((s / 60.0) as u32, s as u32 % 60);
            writeln!(
                out,
                "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{minutes}:{seconds:02}</text>",
                x(s),
                HEIGHT - 14.0
            )?;
            s += step;
        }
        for (kind, from, to) in &self.heard {
            let (mark, row) = match kind {
                SoundKind::Roar => ("R", 0.0),
                SoundKind::Groan => ("G", 0.0),
                SoundKind::Whistle => ("W", 12.0),
                SoundKind::Chant => ("C", 12.0),
            };
            let wide = (x(*to) - x(*from)).max(2.0);
            writeln!(
                out,
                "<g><title>{} at {from:.1} s, {:.1} s long</title><rect x=\"{:.1}\" y=\"{TOP}\" width=\"{wide:.1}\" height=\"{}\" fill=\"currentColor\" opacity=\"0.12\"/><text x=\"{:.1}\" y=\"{}\">{mark}</text></g>",
                kind.as_str(),
                to - from,
                x(*from),
                HEIGHT - BOTTOM - TOP,
                x(*from),
                12.0 + row
            )?;
        }
        for (class, pick) in [("most", 0), ("slow", 1)] {
            let points: Vec<String> = self
                .seconds
                .iter()
                .enumerate()
                .map(|(i, s)| {
                    let level = if pick == 0 { s.0 } else { s.1 };
                    format!("{:.1},{:.1}", x(i as f64 + 0.5), y(level))
                })
                .collect();
            writeln!(
                out,
                "<polyline class=\"{class}\" points=\"{}\"/>",
                points.join(" ")
            )?;
        }
        let unit = if self.calibrated {
            "dB(A)"
        } else {
            "dB(A) re full scale"
        };
        writeln!(
            out,
            "<text x=\"{LEFT}\" y=\"{}\">{unit}: highest fast level of each second (thin), slow level (thick); R roar, G groan, W whistle, C chant</text>\n</svg>",
            HEIGHT - 1.0
        )?;
        Ok(out)
    }
}

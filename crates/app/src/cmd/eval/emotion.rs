//! `matchday eval emotion`: scores the chat model on labelled messages of anyone's.

use std::{fmt::Write as _, fs, path::PathBuf, sync::Arc, time::Instant};

use anyhow::Context as _;
use clap::Args;
use matchday_learn::emotion::{
    Emotion, Model, Reader, Reading,
    cascade::{Asked, Cascade},
    labelled::{self, Labelled, Labels},
    score::{Score, score},
};

use crate::senses::read_feelings;

/// `matchday eval emotion`.
#[derive(Debug, Clone, Args)]
pub struct EmotionArgs {
    /// Labelled messages: a label, a tab and the text on each line. Labels are joy, rage, surprise, neutral (or 0 to 3 in
    /// that order, or anger, positive, negative and the like)
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What a label of the file stands for: `sad=rage`; `sad=none` leaves its lines out. May be given more than once
    #[arg(long = "label", value_name = "LABEL=FEELING", value_parser = label)]
    labels: Vec<(String, Option<Emotion>)>,
    /// Header of another model, its weights beside it as .bin [default: the model that is built in]
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// ONNX graph of a deeper model that is asked of messages that the fast one is unsure of, its vocabulary beside it as
    /// .vocab.txt; scripts/train_emotion_deep.py makes one
    #[cfg(feature = "onnx")]
    #[arg(long, value_name = "FILE")]
    deep: Option<PathBuf>,
    /// With --deep: it is asked below this confidence; 1 asks of every sentence
    #[cfg(feature = "onnx")]
    #[arg(
        long,
        value_name = "CONFIDENCE",
        default_value_t = 0.6,
        requires = "deep"
    )]
    unsure_below: f32,
    /// Write what every line was called to this file, tab-separated, with a line of names first
    #[arg(long, value_name = "FILE")]
    predictions: Option<PathBuf>,
    /// Write the figures as JSON to this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

fn label(text: &str) -> Result<(String, Option<Emotion>), String> {
    let wrong =
        || format!("{text:?} is not LABEL=FEELING, with joy, rage, surprise, neutral or none");
    let (label, feeling) = text.split_once('=').ok_or_else(wrong)?;
    let feeling = match feeling {
        "none" => None,
        name => Some(labelled::emotion(name).ok_or_else(wrong)?),
    };
    Ok((label.to_owned(), feeling))
}

/// A set's figures.
#[derive(Debug, serde::Serialize)]
pub struct Figures {
    /// Every message called by its likeliest feeling.
    pub likeliest: Score,
    /// What is less sure than 0.65 called neutral, where the labels know neutral.
    pub felt: Option<Score>,
    /// Called by the likeliest of the feelings that the labels have, where those are fewer than four.
    pub among: Option<Score>,
}

/// Reads every row.
pub fn read_all(reader: &mut Cascade, rows: &[Labelled]) -> Vec<(Emotion, Reading)> {
    rows.iter()
        .map(|row| (row.emotion, reader.read(&row.text, &[])))
        .collect()
}

/// The figures that the labels allow.
pub fn by_label(rows: &[(Emotion, Reading)]) -> Figures {
    let has = |e: &Emotion| rows.iter().any(|(label, _)| label == e);
    let among: Vec<Emotion> = Emotion::ALL.into_iter().filter(has).collect();
    Figures {
        likeliest: score(rows, Reading::likeliest),
        felt: has(&Emotion::Neutral).then(|| score(rows, Reading::felt)),
        among: (among.len() < Emotion::COUNT)
            .then(|| score(rows, |reading| reading.likeliest_of(&among))),
    }
}

/// Scores a file and prints the figures.
pub fn run(args: &EmotionArgs) -> anyhow::Result<()> {
    let at = || args.file.display();
    let text = fs::read(&args.file).with_context(|| format!("cannot read {}", at()))?;
    let text = String::from_utf8(text).map_err(|e| {
        let good = &e.as_bytes()[..e.utf8_error().valid_up_to()];
        let line = good.iter().filter(|b| **b == b'\n').count() + 1;
        anyhow::anyhow!("{}: line {line} is not UTF-8; convert the file first", at())
    })?;
    let labels: Labels = args.labels.iter().cloned().collect();
    let rows = labelled::read(&text, &labels).with_context(|| format!("in {}", at()))?;
    let model = match &args.model {
        Some(header) => Arc::new(read_feelings(header)?),
        None => Model::builtin(),
    };
    let mut name = model.header().name.clone();
    #[cfg(not(feature = "onnx"))]
    let mut reader = Cascade::new(Reader::new(model));
    #[cfg(feature = "onnx")]
    let mut reader = with_deep(Cascade::new(Reader::new(model)), args, &mut name)?;
    let start = Instant::now();
    let readings = read_all(&mut reader, &rows);
    let each_us = start.elapsed().as_secs_f64() * 1e6 / rows.len() as f64;
    let asked = reader.asked();
    if asked != Asked::default() {
        name = format!(
            "{name}, asked of {} messages",
            asked.answered + asked.failed
        );
    }
    let figures = by_label(&readings);
    print!("{}", report(&name, &figures));
    println!("\n{each_us:.1} us a message");
    if let Some(out) = &args.predictions {
        fs::write(out, predictions(&rows, &readings))
            .with_context(|| format!("cannot write {}", out.display()))?;
    }
    if let Some(out) = &args.json {
        fs::write(out, serde_json::to_string_pretty(&figures)?)
            .with_context(|| format!("cannot write {}", out.display()))?;
    }
    Ok(())
}

/// Puts the deeper model behind, if there is one. All questions are answered: nothing here is live.
#[cfg(feature = "onnx")]
fn with_deep(cascade: Cascade, args: &EmotionArgs, name: &mut String) -> anyhow::Result<Cascade> {
    use matchday_learn::emotion::cascade::Limits;

    use crate::senses::read_deep;

    let Some(graph) = &args.deep else {
        return Ok(cascade);
    };
    let deep = read_deep(graph)?;
    *name = format!("{name}, then {}", deep.name());
    let limits = Limits {
        // At 1 also what is as sure as can be.
        unsure_below: if args.unsure_below >= 1.0 {
            f32::INFINITY
        } else {
            args.unsure_below
        },
        burst: f64::INFINITY,
        ..Limits::default()
    };
    Ok(cascade.with_second(deep, limits))
}

fn predictions(rows: &[Labelled], readings: &[(Emotion, Reading)]) -> String {
    let mut out = String::from(
        "line\tlabel\tpredicted\tfelt\tconfidence\tjoy\trage\tsurprise\tneutral\ttext\n",
    );
    for (row, (label, reading)) in rows.iter().zip(readings) {
        let [joy, rage, surprise, neutral] = reading.probabilities;
        let _ = writeln!(
            out,
            "{}\t{label}\t{}\t{}\t{:.4}\t{joy:.4}\t{rage:.4}\t{surprise:.4}\t{neutral:.4}\t{}",
            row.line,
            reading.likeliest(),
            reading.felt(),
            reading.confidence(),
            row.text.replace(['\t', '\r'], " ")
        );
    }
    out
}

fn report(name: &str, figures: &Figures) -> String {
    let mut out = String::new();
    let s = &figures.likeliest;
    let _ = writeln!(out, "{} messages, {name}\n", s.rows);
    let mut row = |title: &str, s: &Score| {
        let _ = writeln!(
            out,
            "{title:<40} macro-F1 {:.4}   accuracy {:.4}",
            s.macro_f1, s.accuracy
        );
    };
    row("called by the likeliest feeling", s);
    if let Some(felt) = &figures.felt {
        row("the same, less sure than 0.65 neutral", felt);
    }
    if let Some(among) = &figures.among {
        row("the likeliest of the labels' feelings", among);
    }
    let _ = writeln!(
        out,
        "\n{:<10} {:>7} {:>9} {:>7} {:>7}    called{}",
        "labelled",
        "rows",
        "precision",
        "recall",
        "F1",
        Emotion::ALL.map(|e| format!(" {e:>8}")).concat()
    );
    for c in &s.classes {
        let counts = s.confusion[c.emotion.index()].map(|n| format!(" {n:>8}"));
        let _ = writeln!(
            out,
            "{:<10} {:>7} {:>9.3} {:>7.3} {:>7.3}          {}",
            c.emotion.as_str(),
            c.rows,
            c.precision,
            c.recall,
            c.f1,
            counts.concat()
        );
    }
    let _ = writeln!(
        out,
        "\ncalibration error {:.4}, log-loss {:.4}\n\nconfidence   right    rows",
        s.calibration_error, s.log_loss
    );
    for bin in s.bins.iter().filter(|b| b.rows > 0) {
        let _ = writeln!(
            out,
            "{:>10.3} {:>7.3} {:>7}",
            bin.confidence, bin.right, bin.rows
        );
    }
    out
}

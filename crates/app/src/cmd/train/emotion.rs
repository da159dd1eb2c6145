//! `matchday train emotion`: the fast model of the feeling of chat messages, and its card.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use anyhow::{Context as _, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use matchday_learn::emotion::{
    Emotion, Reader,
    card::{self, CardInput, Scored},
    labelled::{self, Labelled, Labels},
    train::{self, Plan},
};
use serde::Deserialize;

use crate::cmd::eval::emotion::{by_label, read_all};

/// `matchday train emotion`.
#[derive(Debug, Clone, Args)]
pub struct EmotionArgs {
    /// Folder of the labelled chat: `goemotions4/` with train.tsv, dev.tsv and test.tsv, a label, a tab and a text a line;
    /// other sets beside it are scored where they are there
    #[arg(long, value_name = "DIR", default_value = "../shared/data/chat")]
    data: PathBuf,
    /// Header to write; the weights go beside it as .bin, the card as .md
    #[arg(long, value_name = "FILE", default_value = "models/emotion.json")]
    out: PathBuf,
    /// Seed of the order in which the rows are seen
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Trains, scores and writes.
pub fn run(args: &EmotionArgs) -> anyhow::Result<()> {
    let split = |name: &str| set(&args.data.join("goemotions4").join(name), &Labels::new());
    let (train, dev, test) = (split("train.tsv")?, split("dev.tsv")?, split("test.tsv")?);
    let plan = Plan {
        seed: args.seed,
        ..Plan::default()
    };
    let bar = ProgressBar::new(0);
    bar.set_style(ProgressStyle::with_template(
        "{bar:30} {pos}/{len} epochs {eta}",
    )?);
    let fitted = train::fit(&train, &dev, &plan, &mut |step| {
        bar.set_length(step.of as u64);
        bar.set_position(step.done as u64);
    });
    bar.finish_and_clear();

    let mut reader = Reader::new(Arc::new(fitted.model()));
    let start = Instant::now();
    read_all(&mut reader, &test);
    let rate_per_s = test.len() as f64 / start.elapsed().as_secs_f64();
    let mut scored = vec![scored(
        &mut reader,
        &test,
        "Held-out test split of goemotions4",
        format!("{} comments. The bar is a macro-F1 of 0.707.", test.len()),
    )];
    scored.extend(transfers(&mut reader, &args.data, &test)?);

    let mut header = serde_json::to_string_pretty(&fitted.header)?;
    header.push('\n');
    write(&args.out, header.as_bytes())?;
    write(&args.out.with_extension("bin"), &fitted.weights)?;
    let card = card::write(&CardInput {
        header: &fitted.header,
        bytes: header.len() + fitted.weights.len(),
        rows: [train.len(), dev.len()],
        tried: &fitted.tried,
        scored: &scored,
        rate_per_s,
    });
    write(&args.out.with_extension("md"), card.as_bytes())?;
    for s in &scored {
        println!("{:<60} macro-F1 {:.4}", s.title, s.likeliest.macro_f1);
    }
    println!("wrote {}, its weights and its card", args.out.display());
    Ok(())
}

fn write(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    fs::write(file, bytes).with_context(|| format!("cannot write {}", file.display()))
}

fn text(file: &Path) -> anyhow::Result<String> {
    if !file.exists() {
        bail!(
            "{} is not there; name the folder of the labelled chat with --data",
            file.display()
        );
    }
    fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

fn set(file: &Path, labels: &Labels) -> anyhow::Result<Vec<Labelled>> {
    labelled::read(&text(file)?, labels).with_context(|| format!("in {}", file.display()))
}

fn scored(reader: &mut Reader, rows: &[Labelled], title: &'static str, note: String) -> Scored {
    let figures = by_label(&read_all(reader, rows));
    Scored {
        title,
        note,
        likeliest: figures.likeliest,
        felt: figures.felt,
        among: figures.among,
    }
}

/// The sets that were not trained on, as far as they are there.
fn transfers(reader: &mut Reader, data: &Path, test: &[Labelled]) -> anyhow::Result<Vec<Scored>> {
    let mut all = Vec::new();
    let whole = data.join("goemotions/test.tsv");
    if whole.exists() {
        let rows = dropped_as_neutral(&text(&whole)?, test);
        let note = format!(
            "All {} comments of the official test split: the {} that goemotions4 leaves out, of other emotions or of several \
             that disagree, count as neutral.",
            rows.len(),
            rows.len() - test.len()
        );
        all.push(scored(
            reader,
            &rows,
            "The same, dropped labels as neutral",
            note,
        ));
    }
    let tweets = data.join("tweeteval_emotion");
    if tweets.exists() {
        let rows = tweeteval(
            &text(&tweets.join("test_text.txt"))?,
            &text(&tweets.join("test_labels.txt"))?,
        )?;
        let note = format!(
            "{} tweets of its test split: anger is rage, joy and optimism are joy; sadness, which has no class here, is left \
             out. It has neither surprise nor neutral, so what is called so is wrong; the last row asks only which of joy and rage.",
            rows.len()
        );
        all.push(scored(reader, &rows, "Transfer: TweetEval emotion", note));
    }
    let eltea = data.join("eltea17/sentence_level_annotation.json");
    if eltea.exists() {
        let rows = eltea17(&text(&eltea)?).with_context(|| format!("in {}", eltea.display()))?;
        let note = format!(
            "{} sentences of tweets: anger and disgust are rage, joy joy, surprise surprise; sadness and fear, which have no \
             class here, are left out. It has no neutral; the last row asks only which of the three.",
            rows.len()
        );
        all.push(scored(reader, &rows, "Transfer: ELTEA17", note));
    }
    Ok(all)
}

/// Every comment of the official split, with its label in the mapped one, or neutral where it has none there.
fn dropped_as_neutral(official: &str, mapped: &[Labelled]) -> Vec<Labelled> {
    let mut labels: BTreeMap<&str, Vec<Emotion>> = BTreeMap::new();
    for row in mapped.iter().rev() {
        labels.entry(row.text.trim()).or_default().push(row.emotion);
    }
    (1..)
        .zip(official.lines())
        .map(|(line, content)| {
            let text = content.split('\t').next().unwrap_or_default();
            let label = labels.get_mut(text.trim()).and_then(Vec::pop);
            Labelled {
                line,
                emotion: label.unwrap_or(Emotion::Neutral),
                text: text.to_owned(),
            }
        })
        .collect()
}

fn tweeteval(texts: &str, labels: &str) -> anyhow::Result<Vec<Labelled>> {
    let mut rows = Vec::new();
    for ((line, text), label) in (1..).zip(texts.lines()).zip(labels.lines()) {
        let emotion = match label.trim() {
            "0" => Emotion::Rage,
            "1" | "2" => Emotion::Joy,
            "3" => continue,
            other => {
                bail!("tweeteval_emotion/test_labels.txt, line {line}: {other:?} is not 0 to 3")
            }
        };
        rows.push(Labelled {
            line,
            emotion,
            text: text.to_owned(),
        });
    }
    Ok(rows)
}

#[derive(Deserialize)]
struct Sentence {
    emotion: String,
    text: String,
}

fn eltea17(json: &str) -> anyhow::Result<Vec<Labelled>> {
    let sentences: Vec<Sentence> = serde_json::from_str(json)?;
    let row = |(line, s): (usize, Sentence)| {
        let emotion = match s.emotion.as_str() {
            "joy" => Emotion::Joy,
            "ang" | "dis" => Emotion::Rage,
            "sup" => Emotion::Surprise,
            _ => return None,
        };
        Some(Labelled {
            line,
            emotion,
            text: s.text,
        })
    };
    Ok((1..).zip(sentences).filter_map(row).collect())
}

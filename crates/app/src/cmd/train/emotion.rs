//! `matchday train emotion`: the fast model of the feeling of chat messages, and its card.

mod data;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use anyhow::Context as _;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use matchday_learn::emotion::{
    Reader,
    card::{self, CardInput, Scored},
    cascade::Cascade,
    labelled::Labelled,
    train::{self, Plan},
};

use self::data::Folder;
use crate::cmd::eval::emotion::{by_label, read_all};

/// `matchday train emotion`.
#[derive(Debug, Clone, Args)]
pub struct EmotionArgs {
    /// Folder of the labelled chat: `goemotions4/` with train.tsv, dev.tsv and test.tsv, a label, a tab and a text a line;
    /// `goemotions/`, `tweeteval_emotion/` and `eltea17/` beside it are used where they are there
    #[arg(long, value_name = "DIR", default_value = "../shared/data/chat")]
    data: PathBuf,
    /// Header to write; the weights go beside it as .bin, the card as .md
    #[arg(long, value_name = "FILE", default_value = "models/emotion.json")]
    out: PathBuf,
    /// Seed of the folds and of the order in which the rows are seen
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Trains, scores and writes.
pub fn run(args: &EmotionArgs) -> anyhow::Result<()> {
    let folder = Folder(args.data.clone());
    let mut rows = folder.split("train.tsv")?;
    let train_rows = rows.len();
    rows.extend(folder.split("dev.tsv")?);
    let test = folder.split("test.tsv")?;
    let shared = folder.shared(&["train.tsv", "dev.tsv"], &rows)?;
    let plan = Plan {
        seed: args.seed,
        ..Plan::default()
    };
    let bar = ProgressBar::new(0);
    bar.set_style(ProgressStyle::with_template(
        "{bar:30} {pos}/{len} epochs, {eta} left",
    )?);
    let fitted = train::fit(&rows, &shared, &plan, &mut |step| {
        bar.set_length(step.of as u64);
        bar.set_position(step.done as u64);
    });
    bar.finish_and_clear();

    let mut reader = Cascade::new(Reader::new(Arc::new(fitted.model())));
    let start = Instant::now();
    read_all(&mut reader, &test);
    let rate_per_s = test.len() as f64 / start.elapsed().as_secs_f64();
    let mut all = vec![scored(
        &mut reader,
        &test,
        "Held-out test split of goemotions4",
        format!("{} comments.", test.len()),
    )];
    all.extend(transfers(&mut reader, &folder, &test)?);

    let mut header = serde_json::to_string_pretty(&fitted.header)?;
    header.push('\n');
    write(&args.out, header.as_bytes())?;
    write(&args.out.with_extension("bin"), &fitted.weights)?;
    let card = card::write(&CardInput {
        header: &fitted.header,
        bytes: header.len() + fitted.weights.len(),
        rows: [train_rows, rows.len() - train_rows, shared.len()],
        tried: &fitted.tried,
        scored: &all,
        rate_per_s,
    });
    write(&args.out.with_extension("md"), card.as_bytes())?;
    for s in &all {
        println!("{:<50} macro-F1 {:.4}", s.title, s.likeliest.macro_f1);
    }
    println!("wrote {}, its weights and its card", args.out.display());
    Ok(())
}

fn write(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    fs::write(file, bytes).with_context(|| format!("cannot write {}", file.display()))
}

fn scored(reader: &mut Cascade, rows: &[Labelled], title: &'static str, note: String) -> Scored {
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
fn transfers(
    reader: &mut Cascade,
    folder: &Folder,
    test: &[Labelled],
) -> anyhow::Result<Vec<Scored>> {
    let mut all = Vec::new();
    if let Some(whole) = folder.optional("goemotions/test.tsv")? {
        let rows = data::dropped_as_neutral(&whole, test);
        let note = format!(
            "All {} comments of the official test split: the {} that goemotions4 leaves out, of other emotions or of several \
             that disagree, count as neutral.",
            rows.len(),
            rows.len() - test.len()
        );
        let title = "The same, dropped labels as neutral";
        all.push(scored(reader, &rows, title, note));
    }
    let texts = folder.optional("tweeteval_emotion/test_text.txt")?;
    let labels = folder.optional("tweeteval_emotion/test_labels.txt")?;
    if let Some((texts, labels)) = texts.zip(labels) {
        let rows = data::tweeteval(&texts, &labels)?;
        let note = format!(
            "{} tweets of its test split: anger is rage, joy and optimism are joy; sadness, which has no class here, is left \
             out. It has neither surprise nor neutral, so what is called so is wrong; the last row asks only which of joy and \
             rage.",
            rows.len()
        );
        all.push(scored(reader, &rows, "Transfer: TweetEval emotion", note));
    }
    if let Some(json) = folder.optional("eltea17/sentence_level_annotation.json")? {
        let rows = data::eltea17(&json)?;
        let note = format!(
            "{} sentences of tweets: anger and disgust are rage, joy joy, surprise surprise; sadness and fear, which have no \
             class here, are left out. It has no neutral; the last row asks only which of the three.",
            rows.len()
        );
        all.push(scored(reader, &rows, "Transfer: ELTEA17", note));
    }
    Ok(all)
}

//! The labelled chat, as its files have it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use matchday_learn::emotion::{
    Emotion,
    labelled::{self, Labelled, Labels},
    train::Shared,
};
use serde::Deserialize;

/// The folder.
#[derive(Debug)]
pub struct Folder(pub PathBuf);

impl Folder {
    /// A file that may be there.
    pub fn optional(&self, name: &str) -> anyhow::Result<Option<String>> {
        let file = self.0.join(name);
        match file.exists() {
            true => read(&file).map(Some),
            false => Ok(None),
        }
    }

    /// A split of goemotions4, which must be there.
    pub fn split(&self, name: &str) -> anyhow::Result<Vec<Labelled>> {
        let file = self.0.join("goemotions4").join(name);
        if !file.exists() {
            bail!(
                "{} is not there; name the folder of the labelled chat with --data",
                file.display()
            );
        }
        labelled::read(&read(&file)?, &Labels::new())
            .with_context(|| format!("in {}", file.display()))
    }

    /// The official comments of these splits that goemotions4 leaves out because several feelings share them; empty
    /// where the official files are not there.
    pub fn shared(&self, splits: &[&str], mapped: &[Labelled]) -> anyhow::Result<Vec<Shared>> {
        let Some(names) = self.optional("goemotions/labels.txt")? else {
            return Ok(Vec::new());
        };
        let feelings: Vec<Option<Emotion>> = names.lines().map(|l| feeling(l.trim())).collect();
        let mut known = Known::new(mapped);
        let mut all = Vec::new();
        for split in splits {
            let file = format!("goemotions/{split}");
            let Some(text) = self.optional(&file)? else {
                continue;
            };
            for (line, content) in (1..).zip(text.lines()) {
                let mut columns = content.split('\t');
                let (Some(text), Some(labels)) = (columns.next(), columns.next()) else {
                    bail!("{file}, line {line}: no tab between text and labels");
                };
                if known.take(text).is_some() {
                    continue;
                }
                let labels: Vec<Option<Emotion>> = labels
                    .split(',')
                    .map(|n| n.parse().ok().and_then(|n: usize| feelings.get(n).copied()))
                    .collect::<Option<_>>()
                    .with_context(|| format!("{file}, line {line}: {labels:?} are no labels"))?;
                if labels.iter().any(Option::is_some) {
                    all.push(share(text, &labels));
                }
            }
        }
        Ok(all)
    }
}

fn read(file: &Path) -> anyhow::Result<String> {
    fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

/// The class of an emotion of GoEmotions.
fn feeling(name: &str) -> Option<Emotion> {
    Some(match name {
        "joy" | "amusement" | "excitement" | "love" | "pride" | "relief" | "gratitude"
        | "optimism" | "admiration" => Emotion::Joy,
        "anger" | "annoyance" | "disgust" => Emotion::Rage,
        "surprise" => Emotion::Surprise,
        "neutral" => Emotion::Neutral,
        _ => return None,
    })
}

/// Every label has one share; an emotion without a class is none of the feelings.
fn share(text: &str, labels: &[Option<Emotion>]) -> Shared {
    let mut shares = [0.0; Emotion::COUNT];
    for label in labels {
        shares[label.unwrap_or(Emotion::Neutral).index()] += 1.0 / labels.len() as f32;
    }
    Shared {
        text: text.to_owned(),
        shares,
    }
}

/// Mapped comments by their text; each is met as often as it is there.
struct Known<'a>(BTreeMap<&'a str, Vec<Emotion>>);

impl<'a> Known<'a> {
    fn new(mapped: &'a [Labelled]) -> Self {
        let mut known: BTreeMap<&str, Vec<Emotion>> = BTreeMap::new();
        for row in mapped.iter().rev() {
            known.entry(row.text.trim()).or_default().push(row.emotion);
        }
        Self(known)
    }

    fn take(&mut self, text: &str) -> Option<Emotion> {
        self.0.get_mut(text.trim()).and_then(Vec::pop)
    }
}

/// Every comment of the official split, with its label in the mapped one, or neutral where it has none there.
pub fn dropped_as_neutral(official: &str, mapped: &[Labelled]) -> Vec<Labelled> {
    let mut known = Known::new(mapped);
    (1..)
        .zip(official.lines())
        .map(|(line, content)| {
            let text = content.split('\t').next().unwrap_or_default();
            Labelled {
                line,
                emotion: known.take(text).unwrap_or(Emotion::Neutral),
                text: text.to_owned(),
            }
        })
        .collect()
}

/// TweetEval's anger, joy and optimism.
pub fn tweeteval(texts: &str, labels: &str) -> anyhow::Result<Vec<Labelled>> {
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

/// ELTEA17's joy, anger, disgust and surprise.
pub fn eltea17(json: &str) -> anyhow::Result<Vec<Labelled>> {
    let sentences: Vec<Sentence> =
        serde_json::from_str(json).context("in eltea17/sentence_level_annotation.json")?;
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

//! The camera models at hand: read from the files that are configured or from the nightly test's folder, kept by their
//! names, as rule sets are.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use anyhow::{Context as _, ensure};
use matchday_engine::rules::camera_model_id;
use matchday_event::{Sport, production::CameraModelId};
use matchday_learn::camera::CameraModel;
use serde::Serialize;

use crate::{config::Config, kept};

/// A camera model's file is shorter than this.
const MAX_FILE_BYTES: u64 = 64 << 20;

/// A model, by its name.
#[derive(Debug, Clone)]
pub struct Named {
    /// Its name: the content of its file.
    pub id: CameraModelId,
    /// It.
    pub model: Arc<CameraModel>,
    /// The file as it was read.
    text: Arc<str>,
}

/// A model as the desk shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelView {
    /// Its name.
    pub id: CameraModelId,
    /// What its maker calls it, such as `camera-soccer@1`.
    pub name: String,
    /// Of which sport.
    pub sport: String,
    /// Micro-events that it was fitted to.
    pub examples: usize,
    /// Matches that they are of.
    pub matches: usize,
}

impl ModelView {
    /// Of a model.
    pub fn of(id: &CameraModelId, model: &CameraModel) -> Self {
        let header = model.header();
        Self {
            id: id.clone(),
            name: header.name.clone(),
            sport: header.sport.clone(),
            examples: header.examples,
            matches: header.matches.len(),
        }
    }
}

/// A file that was looked at: when it was last written and how long it is, and what it holds.
type Looked = ((SystemTime, u64), Result<Named, String>);

/// Where the models of a server come from.
#[derive(Debug)]
pub struct CameraModels {
    files: BTreeMap<Sport, PathBuf>,
    keep: PathBuf,
    looked: Mutex<BTreeMap<Sport, Looked>>,
}

impl CameraModels {
    /// As configured: without a word of it there are none. `keep` is where those that were in force are kept.
    pub fn of(config: &Config, keep: PathBuf) -> anyhow::Result<Self> {
        let mut files = BTreeMap::new();
        if config.camera_model.nightly {
            let dir = config.nightly.models_dir(&config.log.dir);
            let all = [
                Sport::AmericanFootball,
                Sport::Basketball,
                Sport::Soccer,
                Sport::Tennis,
            ];
            files.extend(all.map(|s| (s, dir.join(format!("camera-{}.json", s.as_str())))));
        }
        for (sport, file) in &config.camera_model.files {
            // A file that somebody named is to be there; the nightly test's comes when it comes.
            let text = read(file).context("camera_model")?;
            named(text, *sport).with_context(|| format!("camera_model: {}", file.display()))?;
            files.insert(*sport, file.clone());
        }
        Ok(Self {
            files,
            keep,
            looked: Mutex::default(),
        })
    }

    /// The model that a match of this sport that begins now takes; `None` where none is configured, or the nightly test has
    /// put none in force yet. The file is read anew when it has changed.
    pub fn current(&self, sport: Sport) -> Result<Option<Named>, String> {
        let Some(file) = self.files.get(&sport) else {
            return Ok(None);
        };
        let Ok(meta) = fs::metadata(file) else {
            return Ok(None);
        };
        let stamp = (
            meta.modified().unwrap_or(SystemTime::UNIX_EPOCH),
            meta.len(),
        );
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, known)) = looked.get(&sport).filter(|(at, _)| *at == stamp) {
            return known.clone().map(Some);
        }
        let found = read(file)
            .and_then(|text| named(text, sport))
            .map_err(|error| format!("{}: {error:#}", file.display()));
        if let Err(trouble) = &found {
            tracing::error!(%trouble, "the camera model cannot be used; matches begin without one");
        }
        looked.insert(sport, (stamp, found.clone()));
        found.map(Some)
    }

    /// What is wrong with models that are configured, as far as they were looked at.
    pub fn trouble(&self) -> Option<String> {
        let looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let wrong = looked.values().filter_map(|(_, r)| r.as_ref().err());
        let all: Vec<&str> = wrong.map(String::as_str).collect();
        (!all.is_empty()).then(|| all.join("\n"))
    }

    /// Every model that was ever in force.
    pub fn kept(&self) -> anyhow::Result<Vec<(CameraModelId, Arc<CameraModel>)>> {
        let mut models = Vec::new();
        for path in kept::files(&self.keep)? {
            let model = read(&path).and_then(|text| {
                let model = CameraModel::read(&text)?;
                Ok((camera_model_id(&text), Arc::new(model)))
            });
            // One that this build cannot read is refused where a log orders it, and the log says so.
            match model {
                Ok(model) => models.push(model),
                Err(error) => {
                    tracing::warn!(file = %path.display(), %error, "a kept camera model cannot be read")
                }
            }
        }
        Ok(models)
    }

    /// Keeps a model, so that a replay of years later finds it.
    pub fn store(&self, model: &Named) -> anyhow::Result<()> {
        kept::put(&self.keep, model.id.as_str(), model.text.as_bytes())
    }
}

fn read(file: &Path) -> anyhow::Result<String> {
    kept::read(file, MAX_FILE_BYTES)
}

fn named(text: String, sport: Sport) -> anyhow::Result<Named> {
    let model = CameraModel::read(&text)?;
    let is = &model.header().sport;
    ensure!(
        is == sport.as_str(),
        "it is a camera model of {is}, not of {}",
        sport.as_str()
    );
    Ok(Named {
        id: camera_model_id(&text),
        model: Arc::new(model),
        text: text.into(),
    })
}

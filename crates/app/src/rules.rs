//! The rule sets at hand: read from a folder or built in, kept by their names, watched for changes.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard},
    time::Duration,
};

use anyhow::{Context as _, bail};
use matchday_engine::rules::{Problem, RuleBook, RuleSet, Sources};
use matchday_event::{EventTime, GameId, Signal, Sport, production::RuleOrder};
use matchday_feeds::driver::{Batch, Sink};
use rust_embed::Embed;
use tokio::sync::watch;

use crate::{
    camera_models::CameraModels,
    clock,
    config::{self, Config},
    kept,
};

#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/../../rules"]
struct Shipped;

/// A file of rules is shorter than this.
const MAX_FILE_BYTES: u64 = 1 << 20;
/// A folder holds fewer files than this.
const MAX_FILES: usize = 1_000;

/// The rules that ship with this build.
pub fn shipped() -> Sources {
    let files = Shipped::iter()
        .filter(|name| name.ends_with(".toml"))
        .filter_map(|name| {
            let text = String::from_utf8(Shipped::get(&name)?.data.to_vec()).ok()?;
            Some((name.into_owned(), text))
        })
        .collect();
    Sources { files }
}

/// The rules of a folder, or of one file, or a set that was kept.
pub fn read(path: &Path) -> anyhow::Result<Sources> {
    let meta = fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut sources = Sources::default();
    if meta.is_dir() {
        read_dir(path, path, &mut sources)?;
        if sources.files.is_empty() {
            bail!(
                "{} holds no rules: they lie in <sport>/*.toml",
                path.display()
            );
        }
    } else if path.extension().is_some_and(|e| e == "json") {
        let text =
            fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        sources = serde_json::from_str(&text)
            .with_context(|| format!("{} is no kept rule set", path.display()))?;
    } else {
        // The folder that it lies in says which sport it is for.
        let folder = path.parent().and_then(Path::file_name).unwrap_or_default();
        let file = path.file_name().unwrap_or_default();
        let known = ["american_football", "basketball", "soccer", "tennis", "any"];
        let name = match folder.to_str() {
            Some(folder) if known.contains(&folder) => {
                format!("{folder}/{}", file.to_string_lossy())
            }
            _ => file.to_string_lossy().into_owned(),
        };
        sources
            .files
            .insert(name, kept::read(path, MAX_FILE_BYTES)?);
    }
    Ok(sources)
}

fn read_dir(root: &Path, dir: &Path, out: &mut Sources) -> anyhow::Result<()> {
    let entries = fs::read_dir(dir).with_context(|| format!("cannot list {}", dir.display()))?;
    for entry in entries {
        let path = entry
            .with_context(|| format!("cannot list {}", dir.display()))?
            .path();
        if path.is_dir() {
            if dir == root {
                read_dir(root, &path, out)?;
            }
        } else if path.extension().is_some_and(|e| e == "toml") {
            if out.files.len() == MAX_FILES {
                bail!(
                    "{} holds more than {MAX_FILES} files of rules",
                    root.display()
                );
            }
            let name = path.strip_prefix(root).unwrap_or(&path);
            let name = name.to_string_lossy().replace('\\', "/");
            out.files.insert(name, kept::read(&path, MAX_FILE_BYTES)?);
        }
    }
    Ok(())
}

/// Reads a set; what is wrong with it is one error with a line each.
pub fn compile(sources: Sources) -> anyhow::Result<Arc<RuleSet>> {
    RuleSet::read(sources)
        .map(Arc::new)
        .map_err(|problems| anyhow::anyhow!(told(&problems)))
}

/// Problems, a line each.
pub fn told(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// What the rules of a server are.
#[derive(Debug)]
pub struct Shop {
    book: RwLock<RuleBook>,
    current: RwLock<Arc<RuleSet>>,
    dir: Option<PathBuf>,
    keep: PathBuf,
    models: CameraModels,
    /// Matches whose log says which rules they run on.
    pinned: Mutex<BTreeSet<GameId>>,
    /// What is wrong with the folder as it is now.
    trouble: RwLock<Option<String>>,
}

impl Shop {
    /// Reads the rules, and every set and camera model that was kept.
    pub fn open(config: &Config) -> anyhow::Result<Self> {
        let (rules, log_dir) = (&config.rules, &config.log.dir);
        let sources = match &rules.dir {
            Some(dir) => read(dir)?,
            None => shipped(),
        };
        let current = compile(sources).context("the rules cannot be used")?;
        let keep = rules.keep.clone().unwrap_or_else(|| log_dir.join("rules"));
        let models = CameraModels::of(config, keep.join("camera"))?;
        let mut book = RuleBook::default();
        for path in kept::files(&keep)? {
            // A set of an older build that this one cannot read is not in force anywhere it matters now.
            match read(&path).and_then(compile) {
                Ok(set) => book.put(set),
                Err(error) => {
                    tracing::warn!(file = %path.display(), %error, "a kept rule set cannot be read")
                }
            }
        }
        book.put(current.clone());
        for (id, model) in models.kept()? {
            book.put_model(id, model);
        }
        Ok(Self {
            book: RwLock::new(book),
            current: RwLock::new(current),
            dir: rules.dir.clone(),
            keep,
            models,
            pinned: Mutex::default(),
            trouble: RwLock::default(),
        })
    }

    /// What is wrong with the camera models, if anything is: then matches begin without one.
    pub fn camera_trouble(&self) -> Option<String> {
        self.models.trouble()
    }

    /// All sets at hand, and all camera models.
    pub fn book(&self) -> RwLockReadGuard<'_, RuleBook> {
        self.book.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The set that new matches begin with.
    pub fn current(&self) -> Arc<RuleSet> {
        self.current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// What is wrong with the folder, if anything is: then the rules before go on.
    pub fn trouble(&self) -> Option<String> {
        self.trouble
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Looks at the folder again; the new set, if it is another.
    pub fn reload(&self) -> Option<Arc<RuleSet>> {
        let dir = self.dir.as_ref()?;
        let read = read(dir).and_then(|sources| {
            if sources.id() == self.current().id {
                return Ok(None);
            }
            let set = compile(sources)?;
            self.store(&set)?;
            Ok(Some(set))
        });
        let (set, trouble) = match read {
            Ok(set) => (set, None),
            Err(error) => (None, Some(format!("{error:#}"))),
        };
        let mut known = self.trouble.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(trouble) = &trouble
            && known.as_ref() != Some(trouble)
        {
            tracing::error!(%trouble, "the rules cannot be used; those before stay in force");
        }
        *known = trouble;
        drop(known);
        if let Some(set) = &set {
            self.book
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .put(set.clone());
            *self.current.write().unwrap_or_else(PoisonError::into_inner) = set.clone();
        }
        set
    }

    /// Keeps a set, so that a replay of years later finds it.
    pub fn store(&self, set: &RuleSet) -> anyhow::Result<()> {
        let content = serde_json::to_vec_pretty(&set.sources)?;
        kept::put(&self.keep, set.id.as_str(), &content)
    }

    /// Keeps a set that is none of the folder's, so that it can be ordered.
    pub fn hold(&self, set: Arc<RuleSet>) -> anyhow::Result<()> {
        self.store(&set)?;
        let mut book = self.book.write().unwrap_or_else(PoisonError::into_inner);
        book.put(set);
        Ok(())
    }

    /// The log says which rules this match runs on.
    pub fn pin(&self, game: &GameId) {
        self.pinned
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(game.clone());
    }

    /// The matches that run on rules.
    pub fn pinned(&self) -> Vec<GameId> {
        let pinned = self.pinned.lock().unwrap_or_else(PoisonError::into_inner);
        pinned.iter().cloned().collect()
    }

    /// The orders that a match's log needs before these signals, where it has none yet and something in them could make a
    /// rule fire: which rules, and which camera model, if one is configured. A match of plays alone needs none as long as all
    /// rules wait for senses; the model waits for them too.
    pub fn orders_for(
        &self,
        game: &GameId,
        signals: &[Signal],
        now: EventTime,
    ) -> anyhow::Result<Vec<Signal>> {
        let mut pinned = self.pinned.lock().unwrap_or_else(PoisonError::into_inner);
        if pinned.contains(game) {
            return Ok(Vec::new());
        }
        let set = self.current();
        let senses = signals
            .iter()
            .any(|s| !s.is_of_the_game() && !matches!(s, Signal::Rules(_)));
        let sport = sport(game, signals);
        if !senses && !set.wakes_on_plays(sport) {
            return Ok(Vec::new());
        }
        self.store(&set)?;
        let mut orders = vec![Signal::Rules(RuleOrder::Use {
            at: now,
            set: set.id.clone(),
        })];
        // What is wrong with a model is logged once and shown to operators; the match goes on without it.
        if let Ok(Some(model)) = self.models.current(sport) {
            self.models.store(&model)?;
            self.book
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .put_model(model.id.clone(), model.model);
            orders.push(Signal::Rules(RuleOrder::CameraModel {
                at: now,
                model: Some(model.id),
            }));
        }
        pinned.insert(game.clone());
        Ok(orders)
    }
}

/// Looks at the folder of rules, and orders matches onto what changed there.
pub async fn watch(
    shop: Arc<Shop>,
    config: config::Rules,
    sink: Arc<dyn Sink>,
    mut stop: watch::Receiver<bool>,
) {
    if config.dir.is_none() || config.reload == config::Reload::Never {
        return;
    }
    let mut every = tokio::time::interval(Duration::from_millis(config.watch_ms.max(50)));
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = every.tick() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        let looking = shop.clone();
        let Ok(Some(set)) = tokio::task::spawn_blocking(move || looking.reload()).await else {
            continue;
        };
        tracing::info!(set = %set.id, rules = set.rules.len(), "the rules changed");
        if config.reload == config::Reload::NewGames {
            continue;
        }
        for game in shop.pinned() {
            let at = clock::now();
            let order = RuleOrder::Use {
                at,
                set: set.id.clone(),
            };
            let batch = Batch {
                game,
                source: "rules".into(),
                signals: vec![Signal::Rules(order)],
                received: at,
            };
            if sink.deliver(batch).await.is_err() {
                return;
            }
        }
    }
}

fn sport(game: &GameId, signals: &[Signal]) -> Sport {
    let said = signals.iter().find_map(|s| match s {
        Signal::Info(info) => Some(info.sport),
        _ => None,
    });
    said.unwrap_or_else(|| Sport::of_league(game.as_str().split('-').next().unwrap_or_default()))
}

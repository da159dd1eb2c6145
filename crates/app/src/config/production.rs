//! What is configured of rules, the director and those who give orders.

use std::{collections::BTreeMap, path::PathBuf};

use matchday_engine::decide::{director::DirectorConfig, production::ProductionConfig};
use matchday_event::{Sport, production::FrameRate};
use serde::{Deserialize, Serialize};

/// The rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// Folder of rules, `<sport>/*.toml`; the rules that ship with this build if there is none.
    pub dir: Option<PathBuf>,
    /// Where every set that was ever in force is kept, by its name; `rules` in the log's folder if not said.
    pub keep: Option<PathBuf>,
    /// Which matches take rules on that changed in the folder.
    pub reload: Reload,
    /// How often the folder is looked at, in milliseconds.
    pub watch_ms: u64,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            dir: None,
            keep: None,
            reload: Reload::Running,
            watch_ms: 1_000,
        }
    }
}

/// Which matches take changed rules on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reload {
    /// Every match that is not over.
    Running,
    /// Matches that begin later; those that run keep what they began with.
    NewGames,
    /// None: the rules of the start stay.
    Never,
}

/// The director.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
// What is neither a field nor a sport is refused as no sport.
#[serde(default)]
pub struct Director {
    /// Pictures a second: 25, 29.97, 50 or 59.94.
    pub frame_rate: FrameRate,
    /// What it goes by in a sport; what suits the sport where nothing is said.
    #[serde(flatten)]
    pub sports: BTreeMap<Sport, DirectorConfig>,
}

impl Director {
    /// How a production of this sport is set up.
    pub fn production(&self, sport: Sport) -> ProductionConfig {
        ProductionConfig {
            rate: self.frame_rate,
            director: self.sports.get(&sport).cloned(),
        }
    }
}

/// The camera model that proposes shots below the rules. None does, unless this names one.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
// What is neither a field nor a sport is refused as no sport.
#[serde(default)]
pub struct CameraModels {
    /// Whether matches take the model that the nightly test has put in force for their sport.
    pub nightly: bool,
    /// Model files by sport; such a file is taken in place of the nightly test's.
    #[serde(flatten)]
    pub files: BTreeMap<Sport, PathBuf>,
}

/// Who may give orders: cameras by hand, other rules, the way back.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Operator {
    /// File whose content a request must bear as its token. Without it no orders are taken.
    pub secret_file: Option<PathBuf>,
}

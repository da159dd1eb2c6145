//! Configuration: defaults, then `matchday.toml`, then `MATCHDAY__…` variables, then flags; each wins over
//! the one before. Secrets are never values here, only the names of the files or variables that hold them.

use std::{
    fmt, fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, bail};
use matchday_feeds::{ProviderKind, driver};
use serde::{Deserialize, Serialize};

mod production;
mod senses;

pub use production::{CameraModels, Operator, Reload, Rules};
pub use senses::{Encoding, Irc, Mic, Senses, Ticks};

/// Everything that can be configured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The HTTP server.
    pub server: Server,
    /// The event log.
    pub log: Log,
    /// Viewer connections.
    pub gateway: Gateway,
    /// Where signals come from.
    pub feeds: Vec<Feed>,
    /// Microphones.
    pub mics: Vec<Mic>,
    /// What the senses go by.
    pub senses: Senses,
    /// Where graphics commands go.
    pub graphics: Graphics,
    /// The rules that producers write.
    pub rules: Rules,
    /// When rules and camera model are held against what was called.
    pub nightly: crate::cmd::nightly::schedule::Nightly,
    /// What the director agent goes by, and how many pictures a second there are.
    pub director: production::Director,
    /// Which camera model proposes shots below the rules.
    pub camera_model: CameraModels,
    /// Who may give orders.
    pub operator: Operator,
    /// Mixers, tally lamps, graphics machines and micro-event links.
    pub mixers: Vec<matchday_deliver::mixer::MixerConfig>,
    /// Files that `matchday ratings` wrote: what is known of sides whose games come without a price.
    pub ratings: Vec<PathBuf>,
    /// Models by league; leagues not named use the ones built in.
    pub models: crate::models::ByLeague,
}

/// The HTTP server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// Address to listen on; loopback unless told otherwise.
    pub listen: SocketAddr,
    /// Origins besides our own whose pages may read the API, such as `https://club.example`.
    pub allow_origins: Vec<String>,
    /// How long a shutdown waits for connections to finish, in seconds.
    pub shutdown_grace_s: u64,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: ([127, 0, 0, 1], 8080).into(),
            allow_origins: Vec::new(),
            shutdown_grace_s: 5,
        }
    }
}

/// The event log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// Folder that holds it.
    pub dir: PathBuf,
    /// Bytes that may wait to be written before feeds are slowed down.
    pub queue_bytes: usize,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            dir: "data".into(),
            queue_bytes: 16 << 20,
        }
    }
}

/// Viewer connections.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Gateway {
    /// Bytes that may wait for one client; past that its updates are replaced by one fresh snapshot.
    pub client_queue_bytes: usize,
    /// Updates of a game kept for clients that resume.
    pub resume_updates: usize,
    /// Connections at most.
    pub max_clients: usize,
}

impl Default for Gateway {
    fn default() -> Self {
        Self {
            client_queue_bytes: 256 << 10,
            resume_updates: 512,
            max_clients: 500_000,
        }
    }
}

/// Where signals come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feed {
    /// Its name in metrics, logs and the status page.
    pub name: String,
    /// Who speaks: see `matchday feeds`.
    pub provider: String,
    /// The game, where the address or the file is of one game and does not say which.
    #[serde(default)]
    pub game: Option<String>,
    /// Address to poll.
    #[serde(default)]
    pub poll: Option<String>,
    /// Address of a schedule document whose games are polled.
    #[serde(default)]
    pub discover: Option<String>,
    /// File to play back.
    #[serde(default)]
    pub file: Option<PathBuf>,
    /// Takes pushes at `POST /feeds/<name>`, signed with the secret in this file.
    #[serde(default)]
    pub push_secret_file: Option<PathBuf>,
    /// A chat server to listen to.
    #[serde(default)]
    pub irc: Option<Irc>,
    /// The room of chat lines, and the stream of gaze or the camera of lines, that name none.
    #[serde(default)]
    pub room: Option<String>,
    /// File with the secret that names in chat are hashed with, 16 bytes or more.
    #[serde(default)]
    pub salt_file: Option<PathBuf>,
    /// How often to poll, in milliseconds.
    #[serde(default = "default_interval_ms")]
    pub interval_ms: u64,
    /// How long to wait for an answer, in milliseconds.
    #[serde(default = "default_timeout_ms")]
    pub timeout_ms: u64,
    /// How fast to play a file back: a factor, or `max`.
    #[serde(default)]
    pub speed: Speed,
}

fn default_interval_ms() -> u64 {
    1000
}

fn default_timeout_ms() -> u64 {
    3000
}

/// Where graphics commands go.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Graphics {
    /// Address of the graphics system; nothing is sent without one.
    pub url: Option<String>,
    /// File written when the graphics system cannot be reached, for a character generator that watches it.
    pub fallback_file: PathBuf,
    /// How long to wait for an answer, in milliseconds.
    pub timeout_ms: u64,
}

impl Default for Graphics {
    fn default() -> Self {
        Self {
            url: None,
            fallback_file: "data/graphics-fallback.json".into(),
            timeout_ms: 500,
        }
    }
}

/// How fast recorded time passes; written `30`, `60x` or `max`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Speed(pub driver::Speed);

impl Default for Speed {
    fn default() -> Self {
        Self(driver::Speed::Max)
    }
}

impl Speed {
    /// How long a stretch of recorded time takes.
    pub fn scale(self, recorded: Duration) -> Duration {
        match self.0 {
            driver::Speed::Times(factor) => recorded.div_f64(factor),
            driver::Speed::Max => Duration::ZERO,
        }
    }
}

impl std::str::FromStr for Speed {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse()? {
            driver::Speed::Times(factor) if !(0.01..=100_000.0).contains(&factor) => Err(format!(
                "speed {text:?} must be between 0.01 and 100000, or \"max\""
            )),
            speed => Ok(Self(speed)),
        }
    }
}

impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            driver::Speed::Times(factor) => write!(f, "{factor}"),
            driver::Speed::Max => f.write_str("max"),
        }
    }
}

impl Serialize for Speed {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Speed {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Raw {
            Text(String),
            Number(f64),
        }
        let text = match Raw::deserialize(d)? {
            Raw::Text(text) => text,
            Raw::Number(number) => number.to_string(),
        };
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Name looked for in the working folder when no `--config` is given.
pub const DEFAULT_FILE: &str = "matchday.toml";

/// Reads the layers below the flags. Without a path, `matchday.toml` is used where there is one.
pub fn load(
    path: Option<&Path>,
    env: impl IntoIterator<Item = (String, String)>,
) -> anyhow::Result<Config> {
    let file = path.unwrap_or(Path::new(DEFAULT_FILE));
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(e) if e.kind() == io::ErrorKind::NotFound && path.is_none() => String::new(),
        Err(e) => return Err(e).with_context(|| format!("cannot read {}", file.display())),
    };
    // Read once by itself, for an error that shows the line.
    toml::from_str::<Config>(&text).with_context(|| format!("in {}", file.display()))?;
    let variables: std::collections::HashMap<String, String> = env
        .into_iter()
        .filter(|(key, _)| key.starts_with("MATCHDAY__"))
        .collect();
    let merged = config::Config::builder()
        .add_source(config::File::from_str(&text, config::FileFormat::Toml))
        .add_source(
            config::Environment::with_prefix("MATCHDAY")
                .prefix_separator("__")
                .separator("__")
                .try_parsing(true)
                .source(Some(variables)),
        )
        .build()
        .and_then(config::Config::try_deserialize::<Config>)
        .context("in the MATCHDAY__ variables")?;
    merged
        .check()
        .with_context(|| format!("in {}", file.display()))?;
    Ok(merged)
}

/// The secret in a file, without the line break at its end.
pub fn secret(file: &Path) -> anyhow::Result<Vec<u8>> {
    let secret = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let end = secret
        .iter()
        .rposition(|b| !b.is_ascii_whitespace())
        .map_or(0, |i| i + 1);
    Ok(secret[..end].to_vec())
}

impl Config {
    /// What types alone do not say.
    pub fn check(&self) -> anyhow::Result<()> {
        for mixer in &self.mixers {
            mixer.check()?;
        }
        let mut names = std::collections::BTreeSet::new();
        for (i, feed) in self.feeds.iter().enumerate() {
            let at = format!("feeds[{i}] ({:?})", feed.name);
            if !is_name(&feed.name) {
                bail!("{at}: name must be letters, digits, '-' and '_'");
            }
            if !names.insert(&feed.name) {
                bail!("{at}: another feed has this name");
            }
            let ways = [
                feed.poll.is_some(),
                feed.discover.is_some(),
                feed.file.is_some(),
                feed.push_secret_file.is_some(),
                feed.irc.is_some(),
            ];
            if ways.iter().filter(|w| **w).count() != 1 {
                bail!("{at}: say exactly one of poll, discover, file, push_secret_file and irc");
            }
            let Some(provider) = matchday_feeds::provider(&feed.provider) else {
                let known: Vec<_> = matchday_feeds::providers().iter().map(|p| p.name).collect();
                bail!(
                    "{at}: no provider {:?}; there are {}",
                    feed.provider,
                    known.join(", ")
                );
            };
            // Pictures name nobody.
            let nameless = provider.name == "seen-lines";
            if ProviderKind::Senses == provider.kind && nameless && feed.game.is_none() {
                bail!("{at}: a feed of {:?} needs game", feed.provider);
            }
            if ProviderKind::Senses == provider.kind
                && !nameless
                && (feed.game.is_none() || feed.salt_file.is_none())
            {
                bail!(
                    "{at}: a feed of {:?} needs game and salt_file (a file with 16 random bytes or more)",
                    feed.provider
                );
            }
            if feed.interval_ms < 10 {
                bail!("{at}: interval_ms must be at least 10");
            }
            if let Some(game) = &feed.game {
                matchday_event::GameId::new(game).with_context(|| format!("{at}: game"))?;
            }
        }
        self.check_senses()?;
        if self.gateway.client_queue_bytes < 4096 {
            bail!("gateway.client_queue_bytes must be at least 4096");
        }
        if self.gateway.resume_updates == 0 {
            bail!("gateway.resume_updates must be at least 1");
        }
        Ok(())
    }
}

/// Whether a feed or a microphone may be called so.
fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
}

#[cfg(test)]
mod tests {
    use matchday_event::{Sport, production::FrameRate};

    use super::*;

    fn load_text(text: &str, env: &[(&str, &str)]) -> anyhow::Result<Config> {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let file = dir.path().join("matchday.toml");
        fs::write(&file, text).expect("a written file");
        load(
            Some(&file),
            env.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())),
        )
    }

    #[test]
    fn a_variable_wins_over_the_file_and_the_file_over_the_default() {
        let text = "[server]\nlisten = \"127.0.0.1:9000\"\n[gateway]\nmax_clients = 7\n";
        let config =
            load_text(text, &[("MATCHDAY__SERVER__LISTEN", "127.0.0.1:9001")]).expect("loads");
        assert_eq!(config.server.listen, ([127, 0, 0, 1], 9001).into());
        assert_eq!(config.gateway.max_clients, 7);
        assert_eq!(
            config.gateway.resume_updates,
            Gateway::default().resume_updates
        );
    }

    #[test]
    fn a_misspelt_key_is_refused_with_its_line() {
        let error = load_text("[server]\nlissten = \"127.0.0.1:1\"\n", &[]).expect_err("refused");
        let text = format!("{error:#}");
        assert!(
            text.contains("line 2") && text.contains("lissten"),
            "{text}"
        );
    }

    #[test]
    fn a_feed_says_one_way_in_and_a_known_provider() {
        let two = "[[feeds]]\nname = \"a\"\nprovider = \"gsis\"\npoll = \"http://127.0.0.1\"\nfile = \"x\"\n";
        assert!(format!("{:#}", load_text(two, &[]).expect_err("refused")).contains("exactly one"));
        let who = "[[feeds]]\nname = \"a\"\nprovider = \"nobody\"\nfile = \"x\"\n";
        assert!(format!("{:#}", load_text(who, &[]).expect_err("refused")).contains("gsis"));
    }

    #[test]
    fn what_is_said_of_a_sport_is_taken_and_what_is_no_sport_is_refused() {
        let text = "[director]\nframe_rate = \"25\"\nsoccer = { min_shot_ms = 1300 }\n\
            [camera_model]\nnightly = true\ntennis = \"camera.json\"\n";
        let config = load_text(text, &[]).expect("loads");
        assert_eq!(config.director.sports[&Sport::Soccer].min_shot_ms, 1300);
        assert_eq!(config.director.frame_rate, FrameRate::F25);
        assert!(config.camera_model.nightly);
        assert_eq!(
            config.camera_model.files[&Sport::Tennis],
            Path::new("camera.json")
        );
        for wrong in [
            "[director]\nsocer = { min_shot_ms = 1 }\n",
            "[camera_model]\nnigtly = true\n",
        ] {
            let error = format!("{:#}", load_text(wrong, &[]).expect_err("refused"));
            assert!(error.contains("soccer"), "{error}");
        }
    }

    #[test]
    fn a_named_file_that_is_missing_is_an_error() {
        assert!(load(Some(Path::new("/nonexistent/matchday.toml")), []).is_err());
    }

    #[test]
    fn speeds_read_as_people_write_them() {
        assert_eq!("30".parse(), Ok(Speed(driver::Speed::Times(30.0))));
        assert_eq!("60x".parse(), Ok(Speed(driver::Speed::Times(60.0))));
        assert_eq!("max".parse(), Ok(Speed(driver::Speed::Max)));
        assert!("-1".parse::<Speed>().is_err() && "fast".parse::<Speed>().is_err());
    }
}

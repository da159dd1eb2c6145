//! What of the configuration is about the senses: microphones, chat, and time that passes.

use std::{collections::BTreeSet, net::SocketAddr, path::PathBuf};

use anyhow::{Context as _, bail};
use matchday_engine::sense::{chat::ChatConfig, gaze::GazeConfig};
use serde::{Deserialize, Serialize};

/// A microphone, or a mix of several.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mic {
    /// Its name, in facts and on the crowd page.
    pub name: String,
    /// The game that it hears.
    pub game: String,
    /// Takes sound at `POST /sound/<name>`, signed with the secret in this file.
    #[serde(default)]
    pub secret_file: Option<PathBuf>,
    /// Takes RTP packets at this address.
    #[serde(default)]
    pub rtp: Option<SocketAddr>,
    /// Samples a second of RTP.
    #[serde(default = "default_rate_hz")]
    pub rate_hz: u32,
    /// Channels of RTP.
    #[serde(default = "default_channels")]
    pub channels: u8,
    /// `l16` or `l24`.
    #[serde(default)]
    pub encoding: Encoding,
    /// Payload type of RTP; the first that comes if not given.
    #[serde(default)]
    pub payload_type: Option<u8>,
    /// Sound pressure level of a sine wave of full scale, in decibels: `matchday listen --help` says how to find it.
    /// Without it there are no thresholds in decibels.
    #[serde(default)]
    pub offset_db: Option<f32>,
}

fn default_rate_hz() -> u32 {
    48_000
}

fn default_channels() -> u8 {
    2
}

/// A chat server, and the channels to listen to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Irc {
    /// Host and port; Twitch unless told otherwise.
    #[serde(default = "default_server")]
    pub server: String,
    /// Whether to speak TLS.
    #[serde(default = "default_tls")]
    pub tls: bool,
    /// The name to listen under. The default needs no password on Twitch.
    #[serde(default = "default_nick")]
    pub nick: String,
    /// File with the password, such as `oauth:…`.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
    /// Channels, without their `#`.
    pub channels: Vec<String>,
}

fn default_server() -> String {
    "irc.chat.twitch.tv:6697".to_owned()
}

fn default_tls() -> bool {
    true
}

fn default_nick() -> String {
    "justinfan73951".to_owned()
}

/// How samples lie in RTP packets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// Signed 16 bit.
    L16,
    /// Signed 24 bit.
    #[default]
    L24,
}

/// What the senses go by.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Senses {
    /// Which games are told ten times a second that time passes, so that there is momentum between reports.
    pub ticks: Ticks,
    /// The chat agent.
    pub chat: ChatConfig,
    /// The gaze agent.
    pub gaze: GazeConfig,
    /// A model of messages that `matchday train emotion` wrote, in place of the one built in.
    pub emotion: Option<PathBuf>,
    /// ONNX graph of a deeper model that is asked of messages the first is unsure of, its vocabulary beside it.
    pub deep: Option<PathBuf>,
}

/// Which games are told that time passes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ticks {
    /// Those of which a microphone, a chat room or another sense was heard within the last minute.
    #[default]
    Heard,
    /// Those and every game that is being played. Each costs its log about ten megabytes in three hours.
    Live,
    /// None.
    Off,
}

impl super::Config {
    pub(super) fn check_senses(&self) -> anyhow::Result<()> {
        let mut names = BTreeSet::new();
        for (i, mic) in self.mics.iter().enumerate() {
            let at = format!("mics[{i}] ({:?})", mic.name);
            if !super::is_name(&mic.name) {
                bail!("{at}: name must be letters, digits, '-' and '_'");
            }
            if !names.insert(&mic.name) {
                bail!("{at}: another microphone has this name");
            }
            matchday_event::GameId::new(&mic.game).with_context(|| format!("{at}: game"))?;
            if mic.secret_file.is_some() == mic.rtp.is_some() {
                bail!("{at}: say exactly one of secret_file and rtp");
            }
        }
        self.senses.chat.check().context("senses.chat")?;
        self.senses.gaze.check().context("senses")
    }
}

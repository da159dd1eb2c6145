//! What is configured of mixers: one entry an output, `to` says what it speaks.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use matchday_event::{GameId, senses::Camera};
use serde::{Deserialize, Serialize};

/// One output.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MixerConfig {
    /// Its name in metrics, logs and the status page.
    pub name: String,
    /// The match whose cuts it takes; every match's if there is none, which is meant for the micro-event link and for
    /// whoever runs one match at a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub game: Option<GameId>,
    /// Write to the log what would be sent, and open no connection.
    #[serde(default)]
    pub dry_run: bool,
    /// How many milliseconds before its time a cut is sent, for a mixer that needs them to have it on air.
    #[serde(default)]
    pub lead_ms: u32,
    /// How long to wait for a connection or a confirmation, in milliseconds. What is not confirmed by then is told again
    /// over a new connection.
    #[serde(default = "default_timeout_ms")]
    pub timeout_ms: u32,
    /// What is at the other end.
    pub to: Equipment,
}

fn default_timeout_ms() -> u32 {
    2000
}

/// What is at the other end, and how it is spoken to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Equipment {
    /// OBS Studio, by obs-websocket 5.
    Obs(ObsConfig),
    /// vMix, by its TCP API.
    Vmix(VmixConfig),
    /// Tally lamps and under-monitor displays, by TSL UMD 5.0.
    Tsl(TslConfig),
    /// CasparCG, by AMCP.
    Amcp(AmcpConfig),
    /// Micro-events as 16-byte records over UDP.
    MicroUdp(MicroUdpConfig),
}

impl Equipment {
    /// The name of its kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Obs(_) => "obs",
            Self::Vmix(_) => "vmix",
            Self::Tsl(_) => "tsl",
            Self::Amcp(_) => "amcp",
            Self::MicroUdp(_) => "micro_udp",
        }
    }

    /// Host and port.
    pub fn address(&self) -> &str {
        match self {
            Self::Obs(c) => &c.address,
            Self::Vmix(c) => &c.address,
            Self::Tsl(c) => &c.address,
            Self::Amcp(c) => &c.address,
            Self::MicroUdp(c) => &c.address,
        }
    }
}

/// OBS Studio.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObsConfig {
    /// Host and port of obs-websocket, such as `127.0.0.1:4455`.
    pub address: String,
    /// File with its password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_file: Option<PathBuf>,
    /// Scene of each camera.
    #[serde(default)]
    pub cameras: BTreeMap<Camera, String>,
    /// Scene of each camera where a shot is zoomed; the plain one where there is none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub zoomed: BTreeMap<Camera, String>,
    /// What is switched on and off for an overlay.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub overlays: BTreeMap<String, ObsItem>,
    /// Name of the transition for cuts; the first of the kind `cut_transition` if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut_transition: Option<String>,
    /// Name of the transition for fades; the first of the kind `fade_transition` if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fade_transition: Option<String>,
    /// Make scenes that OBS does not have.
    #[serde(default)]
    pub create_scenes: bool,
}

/// A source in a scene of OBS.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObsItem {
    /// The scene.
    pub scene: String,
    /// The source in it.
    pub source: String,
}

/// vMix.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VmixConfig {
    /// Host and port; vMix listens on 8099.
    pub address: String,
    /// Input of each camera: its number, its key or its title. Only cuts to numbers are confirmed by vMix's tally, others
    /// by its answer alone.
    #[serde(default)]
    pub cameras: BTreeMap<Camera, String>,
    /// What comes over the picture for an overlay.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub overlays: BTreeMap<String, VmixOverlay>,
}

/// An input of vMix on one of its overlay channels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VmixOverlay {
    /// Number, key or title of the input.
    pub input: String,
    /// Overlay channel, 1 to 8.
    pub channel: u8,
}

/// How TSL UMD packets travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TslTransport {
    /// A datagram each.
    #[default]
    Udp,
    /// Framed by DLE and STX in a stream.
    Tcp,
}

/// A lamp of a display.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lamp {
    /// The one on the right.
    Right,
    /// The text itself.
    Text,
    /// The one on the left.
    Left,
}

/// Tally lamps and under-monitor displays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TslConfig {
    /// Host and port.
    pub address: String,
    /// UDP or TCP.
    #[serde(default)]
    pub transport: TslTransport,
    /// Number of the screen, 0 to 65534; 65535 is every screen.
    #[serde(default)]
    pub screen: u16,
    /// Display of each camera.
    pub cameras: BTreeMap<Camera, TslDisplay>,
    /// Lamps that turn red for the camera on air and green for the one that is next.
    #[serde(default = "all_lamps")]
    pub lamps: BTreeSet<Lamp>,
    /// Brightness, 0 to 3.
    #[serde(default = "full_brightness")]
    pub brightness: u8,
    /// How often the state is sent again, in milliseconds, because a datagram may be lost.
    #[serde(default = "default_refresh_ms")]
    pub refresh_ms: u32,
}

fn all_lamps() -> BTreeSet<Lamp> {
    [Lamp::Right, Lamp::Text, Lamp::Left].into()
}

fn full_brightness() -> u8 {
    3
}

fn default_refresh_ms() -> u32 {
    1000
}

/// A display.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TslDisplay {
    /// Its index, 0 to 65534.
    pub index: u16,
    /// What it says; the camera's name if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// How a template is handed its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TemplateData {
    /// As `templateData`, a component each.
    #[default]
    Xml,
    /// As JSON, for HTML templates.
    Json,
}

/// CasparCG.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmcpConfig {
    /// Host and port; CasparCG listens on 5250.
    pub address: String,
    /// Channel and layer of the programme, such as `1-10`.
    #[serde(default = "programme_layer")]
    pub layer: String,
    /// What is played for each camera, as it stands after `PLAY 1-10`: `DECKLINK DEVICE 3`, `route://2`.
    #[serde(default)]
    pub cameras: BTreeMap<Camera, String>,
    /// Channel and layer of graphics, such as `1-20`.
    #[serde(default = "graphics_layer")]
    pub graphics_layer: String,
    /// Template of each graphics command (`UPDATE_WIN_PROBABILITY`, …) and overlay; those not named are not sent.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub templates: BTreeMap<String, AmcpTemplate>,
    /// How templates are handed their values.
    #[serde(default)]
    pub data: TemplateData,
}

fn programme_layer() -> String {
    "1-10".to_owned()
}

fn graphics_layer() -> String {
    "1-20".to_owned()
}

/// A template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmcpTemplate {
    /// Its path in CasparCG's template folder.
    pub template: String,
    /// Its layer among templates; each needs one of its own.
    pub cg_layer: u16,
}

/// Micro-events as 16-byte records over UDP.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MicroUdpConfig {
    /// Host and port of the receiver.
    pub address: String,
    /// Stream number of each match. Matches not named take the lowest number that is free, in the order they appear.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub streams: BTreeMap<GameId, u16>,
    /// Seconds without a micro-event after which a match's stream ends.
    #[serde(default = "default_idle_s")]
    pub idle_s: u32,
}

fn default_idle_s() -> u32 {
    1800
}

/// Why an output cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum MixerError {
    /// A field of the configuration.
    #[error("mixer {name:?}: {field} {why}")]
    Field {
        /// Which output.
        name: String,
        /// Which field.
        field: &'static str,
        /// What is wrong with it, and what to do.
        why: String,
    },
    /// Two outputs of one name.
    #[error("mixer {0:?} is there twice; give each a name of its own")]
    Twice(String),
    /// The password cannot be read.
    #[error("mixer {name:?}: cannot read password_file {}: {error}", path.display())]
    Password {
        /// Which output.
        name: String,
        /// Which file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A socket or a thread cannot be had.
    #[error("mixer {name:?}: {what}: {error}")]
    Start {
        /// Which output.
        name: String,
        /// What was tried.
        what: &'static str,
        /// Why it failed.
        error: io::Error,
    },
}

/// Longest name of anything that is told to a mixer.
const MAX_NAME: usize = 256;

impl MixerConfig {
    /// Whether it can be used; [`super::Mixers::start`] asks it of every entry.
    pub fn check(&self) -> Result<(), MixerError> {
        let name_ok = !self.name.is_empty()
            && self.name.len() <= 64
            && self
                .name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        if !name_ok {
            return Err(self.wrong("name", "must be letters, digits, - and _, 64 at most"));
        }
        if !(50..=60_000).contains(&self.timeout_ms) {
            return Err(self.wrong("timeout_ms", "must be 50 to 60000"));
        }
        if self.lead_ms > 5000 {
            return Err(self.wrong("lead_ms", "must be 5000 or less"));
        }
        let port = self
            .to
            .address()
            .rsplit_once(':')
            .and_then(|(host, port)| (!host.is_empty()).then_some(port));
        if port.and_then(|p| p.parse::<u16>().ok()).is_none() {
            let why = format!(
                "{:?} must be host and port, such as 127.0.0.1:4455",
                self.to.address()
            );
            return Err(self.wrong("address", why));
        }
        match &self.to {
            Equipment::Obs(c) => self.check_obs(c),
            Equipment::Vmix(c) => self.check_vmix(c),
            Equipment::Tsl(c) => self.check_tsl(c),
            Equipment::Amcp(c) => self.check_amcp(c),
            Equipment::MicroUdp(c) => {
                let numbers: BTreeSet<u16> = c.streams.values().copied().collect();
                if numbers.len() < c.streams.len() {
                    return Err(self.wrong("streams", "has a number twice"));
                }
                Ok(())
            }
        }
    }

    fn check_obs(&self, c: &ObsConfig) -> Result<(), MixerError> {
        self.plain("cameras", c.cameras.values())?;
        self.plain("zoomed", c.zoomed.values())?;
        for item in c.overlays.values() {
            self.plain("overlays", [&item.scene, &item.source])?;
        }
        self.some_camera(c.cameras.len() + c.overlays.len())
    }

    fn check_vmix(&self, c: &VmixConfig) -> Result<(), MixerError> {
        self.plain("cameras", c.cameras.values())?;
        for overlay in c.overlays.values() {
            self.plain("overlays", [&overlay.input])?;
            if !(1..=8).contains(&overlay.channel) {
                return Err(self.wrong("overlays", "have channels 1 to 8"));
            }
        }
        self.some_camera(c.cameras.len() + c.overlays.len())
    }

    fn check_tsl(&self, c: &TslConfig) -> Result<(), MixerError> {
        if c.brightness > 3 {
            return Err(self.wrong("brightness", "must be 0 to 3"));
        }
        if c.refresh_ms < 100 {
            return Err(self.wrong("refresh_ms", "must be at least 100"));
        }
        let mut indices = BTreeSet::new();
        for display in c.cameras.values() {
            if display.index == u16::MAX {
                return Err(self.wrong("cameras", "have index 65535, which is every display"));
            }
            if !indices.insert(display.index) {
                let why = format!("have index {} twice", display.index);
                return Err(self.wrong("cameras", why));
            }
            self.plain("cameras", display.text.iter())?;
        }
        self.some_camera(c.cameras.len())
    }

    fn check_amcp(&self, c: &AmcpConfig) -> Result<(), MixerError> {
        self.plain("cameras", c.cameras.values())?;
        for (field, layer) in [("layer", &c.layer), ("graphics_layer", &c.graphics_layer)] {
            let ok = layer.split_once('-').is_some_and(|(ch, l)| {
                ch.parse::<u8>().is_ok_and(|n| n > 0) && l.parse::<u16>().is_ok()
            });
            if !ok {
                return Err(self.wrong(field, "must be channel and layer, such as 1-10"));
            }
        }
        if c.layer == c.graphics_layer && !c.templates.is_empty() {
            return Err(self.wrong("graphics_layer", "must not be the programme's layer"));
        }
        let mut layers = BTreeSet::new();
        for template in c.templates.values() {
            self.plain("templates", [&template.template])?;
            if !layers.insert(template.cg_layer) {
                let why = format!("have cg_layer {} twice", template.cg_layer);
                return Err(self.wrong("templates", why));
            }
        }
        self.some_camera(c.cameras.len() + c.templates.len())
    }

    fn some_camera(&self, entries: usize) -> Result<(), MixerError> {
        if entries == 0 {
            return Err(self.wrong(
                "cameras",
                "names none: say what each camera is called there",
            ));
        }
        Ok(())
    }

    /// Names go into lines of text and JSON: one with a line break could say anything.
    fn plain<'a>(
        &self,
        field: &'static str,
        names: impl IntoIterator<Item = &'a String>,
    ) -> Result<(), MixerError> {
        for name in names {
            if name.is_empty() || name.len() > MAX_NAME || name.chars().any(char::is_control) {
                let why = format!(
                    "has {:?}: it must be 1 to {MAX_NAME} bytes of plain text",
                    name.chars().take(40).collect::<String>()
                );
                return Err(self.wrong(field, why));
            }
        }
        Ok(())
    }

    fn wrong(&self, field: &'static str, why: impl Into<String>) -> MixerError {
        MixerError::Field {
            name: self.name.clone(),
            field,
            why: why.into(),
        }
    }

    /// The password in a file, without the line's end.
    pub(super) fn secret(&self, path: &Path) -> Result<String, MixerError> {
        fs::read_to_string(path)
            .map(|text| text.trim_end_matches(['\r', '\n']).to_owned())
            .map_err(|error| MixerError::Password {
                name: self.name.clone(),
                path: path.to_owned(),
                error,
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize, Serialize, PartialEq)]
    struct File {
        mixers: Vec<MixerConfig>,
    }

    const GOOD: &str = r#"
        [[mixers]]
        name = "truck"
        game = "soccer-1"
        lead_ms = 20
        [mixers.to]
        kind = "obs"
        address = "127.0.0.1:4455"
        password_file = "obs.password"
        cameras = { main = "Wide", rail = "Rail cam" }
        overlays = { ball_trace = { scene = "Wide", source = "Trace" } }

        [[mixers]]
        name = "lamps"
        to = { kind = "tsl", address = "127.0.0.1:8900", cameras = { main = { index = 1 } } }

        [[mixers]]
        name = "link"
        dry_run = true
        to = { kind = "micro_udp", address = "127.0.0.1:47120" }
    "#;

    #[test]
    fn a_file_is_read_and_written_back_the_same() {
        let file: File = toml::from_str(GOOD).expect("reads");
        for mixer in &file.mixers {
            mixer.check().expect("sound");
        }
        assert_eq!(file.mixers[0].lead_ms, 20);
        let Equipment::Tsl(tsl) = &file.mixers[1].to else {
            panic!("lamps speak TSL")
        };
        assert_eq!(
            (tsl.lamps.len(), tsl.brightness, tsl.refresh_ms),
            (3, 3, 1000)
        );
        let again: File = toml::from_str(&toml::to_string(&file).expect("writes")).expect("reads");
        assert_eq!(again, file);
    }

    #[test]
    fn a_misspelt_field_is_refused_in_every_kind() {
        for to in [
            r#"kind = "obs", address = "a:1", camera = {}"#,
            r#"kind = "vmix", address = "a:1", inputs = {}"#,
            r#"kind = "tsl", address = "a:1", cameras = {}, lamp = ["left"]"#,
            r#"kind = "amcp", address = "a:1", layr = "1-10""#,
            r#"kind = "micro_udp", address = "a:1", cameras = {}"#,
            r#"kind = "atem", address = "a:1""#,
        ] {
            let text = format!("[[mixers]]\nname = \"a\"\nto = {{ {to} }}\n");
            toml::from_str::<File>(&text).expect_err(&text);
        }
    }

    #[test]
    fn what_cannot_work_is_refused_and_the_field_named() {
        let cases = [
            (
                r#"kind = "obs", address = "4455", cameras = { main = "a" }"#,
                "address",
            ),
            (r#"kind = "obs", address = "a:4455""#, "cameras names none"),
            (
                r#"kind = "vmix", address = "a:1", cameras = { main = "1\r\nQUIT" }"#,
                "plain text",
            ),
            (
                r#"kind = "vmix", address = "a:1", overlays = { x = { input = "1", channel = 9 } }"#,
                "channels 1 to 8",
            ),
            (
                r#"kind = "tsl", address = "a:1", cameras = { main = { index = 1 }, rail = { index = 1 } }"#,
                "index 1 twice",
            ),
            (
                r#"kind = "tsl", address = "a:1", cameras = { main = { index = 65535 } }"#,
                "every display",
            ),
            (
                r#"kind = "amcp", address = "a:1", layer = "10", cameras = { main = "AMB" }"#,
                "such as 1-10",
            ),
            (
                r#"kind = "amcp", address = "a:1", layer = "1-20", templates = { A = { template = "a", cg_layer = 1 } }"#,
                "programme's layer",
            ),
            (
                r#"kind = "micro_udp", address = "a:1", streams = { a = 1, b = 1 }"#,
                "twice",
            ),
        ];
        for (to, want) in cases {
            let text = format!("[[mixers]]\nname = \"a\"\nto = {{ {to} }}\n");
            let file: File = toml::from_str(&text).expect(&text);
            let error = file.mixers[0].check().expect_err(&text).to_string();
            assert!(error.contains(want), "{error}");
        }
    }
}

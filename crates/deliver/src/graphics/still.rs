//! The still: what a switcher can key while the graphics system is down. One JSON file for a character generator
//! that watches it, and one SVG beside it for anything that shows a picture. Both are replaced whole.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fmt::Write as _,
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use matchday_event::{GameId, Team};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::build::{Command, Order, Situation, WinProbability};

/// What the still says.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Still {
    /// Whether the graphics system answers: while it does the still is history, and not kept up to date.
    pub live: bool,
    /// Every game something is known of.
    pub games: BTreeMap<GameId, StillGame>,
}

/// One game of it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct StillGame {
    /// Home side, once known.
    pub home: Option<Team>,
    /// Away side, once known.
    pub away: Option<Team>,
    /// The win probability strip.
    pub win_probability: Option<WinProbability>,
    /// Score, clock, down and distance.
    pub situation: Option<Situation>,
}

impl Still {
    /// Takes in what a command says. A key play is for a moment and has no place in a still.
    pub fn apply(&mut self, command: &Command) {
        let game = self.games.entry(command.game.clone()).or_default();
        match &command.order {
            Order::UpdateWinProbability(strip) => game.win_probability = Some(strip.clone()),
            Order::UpdateSituation(situation) => game.situation = Some(situation.clone()),
            Order::ShowKeyPlay(_) | Order::UpdateDecision(_) => {}
        }
    }

    /// The picture: a row a game on transparent ground, 1920 wide.
    pub fn svg(&self) -> String {
        let height = 96 * self.games.len().max(1);
        let mut out = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="1920" height="{height}" viewBox="0 0 1920 {height}" font-family="sans-serif" font-size="36" fill="white">"#
        );
        for (row, (id, game)) in self.games.iter().enumerate() {
            draw(&mut out, row * 96, id, game);
        }
        out.push_str("</svg>\n");
        out
    }

    /// Writes both files, each whole or not at all: whoever reads meanwhile sees the old one.
    pub fn write(&self, json: &Path) -> io::Result<()> {
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        replace(json, &text)?;
        replace(&picture_path(json), self.svg().as_bytes())
    }
}

/// The picture lies beside the JSON, under its name with `.svg`.
pub(super) fn picture_path(json: &Path) -> PathBuf {
    json.with_extension("svg")
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        fs::create_dir_all(folder)?;
    }
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(".new");
    let mut file = File::create(&name)?;
    file.write_all(bytes)?;
    // On disk before it takes the name: after a power cut there is a whole still, old or new.
    file.sync_all()?;
    fs::rename(&name, path)
}

fn draw(out: &mut String, y: usize, id: &GameId, game: &StillGame) {
    let team = |t: &Option<Team>, otherwise: &str| {
        t.as_ref()
            .map_or_else(|| otherwise.to_owned(), |t| escape(&t.abbr))
    };
    let color = |t: &Option<Team>, otherwise: &str| {
        let color = t
            .as_ref()
            .and_then(|t| t.color.as_deref())
            .filter(|c| is_color(c));
        color.unwrap_or(otherwise).to_owned()
    };
    let (home, away) = (team(&game.home, "HOME"), team(&game.away, "AWAY"));
    let middle = y + 58;
    // Writing to a string cannot fail.
    let _ = write!(
        out,
        r##"<g id="{}"><rect y="{}" x="60" width="1800" height="88" rx="8" fill="#10151c"/>"##,
        escape(id.as_str()),
        y + 4
    );
    let (home_points, away_points) = game.situation.as_ref().map_or_else(Default::default, |s| {
        (s.score.home.to_string(), s.score.away.to_string())
    });
    let _ = write!(
        out,
        r#"<text x="90" y="{middle}">{away} {away_points}</text><text x="330" y="{middle}">{home} {home_points}</text>"#
    );
    if let Some(s) = &game.situation {
        let period = if s.period > 4 {
            "OT".to_owned()
        } else {
            format!("Q{}", s.period)
        };
        let _ = write!(
            out,
            r#"<text x="580" y="{middle}">{period} {}</text><text x="800" y="{middle}">{}</text>"#,
            s.clock,
            escape(&s.text)
        );
    }
    if let Some(wp) = &game.win_probability {
        let away_width = 6.0 * wp.away;
        let _ = write!(
            out,
            r#"<rect x="1230" y="{0}" width="{away_width:.1}" height="12" fill="{1}"/><rect x="{2:.1}" y="{0}" width="{3:.1}" height="12" fill="{4}"/><text x="1230" y="{5}">{away} {6:.1}%</text><text x="1830" y="{5}" text-anchor="end">{home} {7:.1}%</text>"#,
            y + 68,
            color(&game.away, "#8a94a6"),
            1230.0 + away_width,
            6.0 * wp.home,
            color(&game.home, "#dfe5ee"),
            y + 54,
            wp.away,
            wp.home
        );
    }
    out.push_str("</g>");
}

fn is_color(text: &str) -> bool {
    text.len() == 7 && text.starts_with('#') && text[1..].bytes().all(|b| b.is_ascii_hexdigit())
}

/// Text as XML may hold it.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // A control character would make the whole picture unreadable.
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

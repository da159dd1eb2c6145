//! `matchday config check`: whatever would stop `matchday serve`, found before the match. Files are read, nothing is
//! opened for others and nobody is asked.

use std::path::PathBuf;

use anyhow::{Context as _, bail};
use matchday_deliver::{graphics, mixer};

use crate::{
    camera_models::CameraModels, config::Config, desk, intake, models, ratings::Rated, rules,
    senses,
};

/// Reads everything that the configuration names, and says all that is wrong with it.
pub fn run(config: &Config) -> anyhow::Result<()> {
    let wrong = mistakes(config);
    if wrong.is_empty() {
        return Ok(());
    }
    let lines: Vec<String> = wrong
        .iter()
        .map(|error| format!("\n  {}", crate::described(error)))
        .collect();
    bail!("`matchday serve` would not do:{}", lines.concat())
}

/// What is wrong, in the order of the configuration's page.
fn mistakes(config: &Config) -> Vec<anyhow::Error> {
    let mut wrong = Vec::new();
    let mut note = |result: anyhow::Result<()>| wrong.extend(result.err());
    note(Rated::load(&config.ratings).map(drop));
    if let Some(url) = &config.graphics.url {
        note(graphics::address(url).map(drop).context("graphics.url"));
    }
    if let Some(dir) = &config.rules.dir {
        let read = rules::read(dir).and_then(rules::compile);
        note(read.map(drop).context("rules.dir"));
    }
    note(CameraModels::of(config, PathBuf::new()).map(drop));
    note(desk::operator(config).map(drop));
    for output in &config.mixers {
        note(mixer::adapter(output).map(drop).map_err(Into::into));
    }
    // Each league by itself, so that a second mistake does not wait for the first one to be mended.
    for (league, named) in &config.models {
        let one = std::iter::once((league.clone(), named.clone())).collect();
        note(models::load(&one).map(drop));
    }
    for feed in &config.feeds {
        let read = intake::feed_config(feed).and_then(|config| {
            config.check()?;
            if let Some(file) = &feed.file {
                std::fs::File::open(file)
                    .with_context(|| format!("cannot read {}", file.display()))?;
            }
            Ok(())
        });
        note(read.with_context(|| format!("feed {}", feed.name)));
    }
    note(senses::mics(config).map(drop));
    note(senses::load(&config.senses).map(drop).context("senses"));
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        let config: Config = toml::from_str(text).expect("a configuration");
        config.check().expect("its types are right");
        run(&config).map_or_else(|error| error.to_string(), |()| String::new())
    }

    #[test]
    fn what_would_stop_the_server_is_told_all_at_once_with_its_place() {
        let text = r#"
ratings = ["no-ratings.json"]
graphics = { url = "127.0.0.1:9100/commands" }
rules = { dir = "no-rules" }
operator = { secret_file = "no-token" }
camera_model = { soccer = "no-camera.json" }
models = { nfl = "no-nfl.json", nba = "no-nba.json" }
senses = { emotion = "no-emotion.json" }
[[mixers]]
name = "truck"
to = { kind = "obs", address = "127.0.0.1:4455", password_file = "no-password", cameras = { main = "Wide" } }
[[feeds]]
name = "league"
provider = "gsis"
discover = "127.0.0.1:9000/games"
[[feeds]]
name = "stadium"
provider = "plain"
push_secret_file = "no-secret"
[[feeds]]
name = "archive"
provider = "nflverse"
file = "no-plays.parquet"
[[feeds]]
name = "club-chat"
provider = "chat-lines"
game = "nfl-1"
poll = "http://127.0.0.1:9000/chat"
salt_file = "no-salt"
[[mics]]
name = "stand"
game = "nfl-1"
secret_file = "no-mic"
"#;
        let told = told(text);
        let lines: Vec<&str> = told.lines().skip(1).map(str::trim).collect();
        let places = [
            "ratings: cannot read no-ratings.json",
            "graphics.url: graphics url \"127.0.0.1:9100/commands\" is not an http address",
            "rules.dir: cannot read no-rules",
            "camera_model: cannot read no-camera.json",
            "operator.secret_file: cannot read no-token",
            "mixer \"truck\": cannot read password_file no-password",
            "models.nba: cannot read no-nba.json",
            "models.nfl: cannot read no-nfl.json",
            "feed league: address \"127.0.0.1:9000/games\"",
            "feed stadium: cannot read no-secret",
            "feed archive: cannot read no-plays.parquet",
            "feed club-chat: salt_file: cannot read no-salt",
            "microphone stand: cannot read no-mic",
            "senses: cannot read no-emotion.json",
        ];
        assert_eq!(lines.len(), places.len(), "{told}");
        for (line, place) in lines.iter().zip(places) {
            assert!(
                line.starts_with(place),
                "{line:?} does not begin with {place:?}"
            );
        }
    }

    #[test]
    fn what_ships_is_sound() {
        assert_eq!(told(""), "");
    }
}

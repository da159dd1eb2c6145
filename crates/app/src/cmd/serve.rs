//! `matchday serve`: the feeds of the configuration, live.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::bail;
use matchday_feeds::driver::{Driver, FeedConfig, Transport};

use crate::{
    cli::ServeArgs,
    cmd::nightly::schedule::Schedule,
    config::Config,
    models, ops,
    server::{self, Extra, Running},
};

/// Serves until interrupted, or with `--exit` until every file has been played.
pub fn run(mut config: Config, args: ServeArgs) -> anyhow::Result<()> {
    if let Some(listen) = args.listen {
        config.server.listen = listen;
    }
    models::name(&mut config.models, &args.model)?;
    config.ratings.extend(args.ratings);
    if args.exit && args.file.is_empty() {
        bail!("--exit stops when the files given by --file have been played; give at least one");
    }
    let mut feeds = Vec::new();
    for path in &args.file {
        if !path.is_file() {
            bail!("no file {}", path.display());
        }
        feeds.push(FeedConfig {
            name: feed_name(path),
            // Files are told apart by what is in them, whatever is said here.
            provider: "plain".to_owned(),
            game: None,
            league: None,
            people: None,
            transport: Transport::File {
                path: path.clone(),
                speed: args.speed.0,
            },
        });
    }
    let nightly = Schedule::start(&config)?;
    server::block_on(async {
        let none = config.feeds.is_empty() && feeds.is_empty();
        let mut running = Running::start(
            config,
            Extra {
                facts: args.facts,
                feeds,
                ..Extra::default()
            },
        )
        .await?;
        ops::say(format_args!("matchday: serving http://{}", running.address));
        if none {
            ops::say(format_args!(
                "matchday: no feeds are configured; `matchday demo` shows games without any"
            ));
        }
        let driver = running.driver.clone();
        let played = async {
            driver.files_done().await;
            if !args.exit {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            () = server::interrupted() => {}
            () = played => {}
            error = running.failed() => return Err(error),
        }
        running.caught_up().await?;
        running.finish();
        let unplayed = unplayed(&running.driver, &args.file);
        running.stop().await?;
        drop(nightly);
        match unplayed {
            // Whoever waits for the end of a file wants to know whether it was played.
            Some(why) if args.exit => bail!("{why}"),
            _ => Ok(()),
        }
    })
}

/// Why a file that was to be played was not, if one was not.
fn unplayed(driver: &Driver, files: &[PathBuf]) -> Option<String> {
    let names: Vec<_> = files.iter().map(|path| feed_name(path)).collect();
    driver
        .health()
        .into_iter()
        .filter(|feed| names.contains(&feed.name))
        .find_map(|feed| feed.last_error)
}

/// The file's name as a feed's: what was played of it is found again by this name after a restart.
fn feed_name(path: &Path) -> Arc<str> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let safe = name.chars().map(|c| {
        if c.is_ascii_alphanumeric() || "._-".contains(c) {
            c
        } else {
            '_'
        }
    });
    "file:"
        .chars()
        .chain(safe)
        .take(80)
        .collect::<String>()
        .into()
}

//! `matchday serve`: the feeds of the configuration, live.

use anyhow::bail;
use matchday_feeds::driver::{FeedConfig, Transport};

use crate::{
    cli::ServeArgs,
    config::Config,
    server::{self, Extra, Running},
};

/// Serves until interrupted, or with `--exit` until every file has been played.
pub fn run(mut config: Config, args: ServeArgs) -> anyhow::Result<()> {
    if let Some(listen) = args.listen {
        config.server.listen = listen;
    }
    if args.exit && args.file.is_empty() {
        bail!("--exit stops when the files given by --file have been played; give at least one");
    }
    let mut feeds = Vec::new();
    for (i, path) in args.file.iter().enumerate() {
        if !path.is_file() {
            bail!("no file {}", path.display());
        }
        feeds.push(FeedConfig {
            name: format!("file-{}", i + 1).into(),
            provider: "table".to_owned(),
            game: None,
            league: None,
            transport: Transport::File { path: path.clone(), speed: args.speed.0 },
        });
    }
    server::block_on(async {
        let none = config.feeds.is_empty() && feeds.is_empty();
        let mut running = Running::start(config, Extra { facts: args.facts, feeds, ..Extra::default() }).await?;
        println!("matchday: serving http://{}", running.address);
        if none {
            println!("matchday: no feeds are configured; `matchday demo` shows games without any");
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
        running.stop().await
    })
}

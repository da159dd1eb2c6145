//! Feeds of the configuration, as the driver takes them.

use std::time::Duration;

use anyhow::Context as _;
use matchday_feeds::{
    People, Salt,
    driver::{DiscoverConfig, Driver, FeedConfig, PollConfig, PushConfig, Transport},
};

use crate::{config, senses};

/// Starts a feed of the configuration.
pub fn start(driver: &Driver, feed: &config::Feed) -> anyhow::Result<()> {
    if let Some(url) = &feed.discover {
        driver.discover(DiscoverConfig {
            url: url.clone(),
            interval: Duration::from_secs(30),
            poll: poll(feed, url),
            other_hosts: false,
        })?;
        return Ok(());
    }
    driver.add(feed_config(feed)?)?;
    Ok(())
}

fn poll(feed: &config::Feed, url: &str) -> PollConfig {
    PollConfig {
        interval: Duration::from_millis(feed.interval_ms),
        timeout: Duration::from_millis(feed.timeout_ms),
        ..PollConfig::new(url)
    }
}

/// A feed of the configuration as the driver takes it, its secrets read. A schedule is taken for a feed at its address.
pub fn feed_config(feed: &config::Feed) -> anyhow::Result<FeedConfig> {
    let url = feed.poll.as_ref().or(feed.discover.as_ref());
    let transport = match (url, &feed.file, &feed.push_secret_file, &feed.irc) {
        (Some(url), None, None, None) => Transport::Poll(poll(feed, url)),
        (None, Some(path), None, None) => Transport::File {
            path: path.clone(),
            speed: feed.speed.0,
        },
        (None, None, None, Some(irc)) => {
            Transport::Irc(senses::irc(irc).with_context(|| format!("feed {}", feed.name))?)
        }
        (None, None, Some(file), None) => {
            let secret = config::secret(file).with_context(|| format!("feed {}", feed.name))?;
            Transport::Push(PushConfig::new(secret))
        }
        _ => anyhow::bail!(
            "feed {}: say exactly one of poll, discover, file, push_secret_file and irc",
            feed.name
        ),
    };
    let salt = |file| {
        let salt = Salt::new(config::secret(file)?)?;
        anyhow::Ok(People {
            salt,
            room: feed.room.as_deref().map(Into::into),
        })
    };
    let people = feed
        .salt_file
        .as_deref()
        .map(salt)
        .transpose()
        .with_context(|| format!("feed {}: salt_file", feed.name))?;
    Ok(FeedConfig {
        people,
        name: feed.name.as_str().into(),
        provider: feed.provider.clone(),
        game: feed
            .game
            .as_deref()
            .map(matchday_event::GameId::new)
            .transpose()?,
        league: None,
        transport,
    })
}

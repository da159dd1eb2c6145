use std::{collections::HashSet, sync::Arc, time::Duration};

use matchday_event::GameId;
use reqwest::Url;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::task::JoinHandle;

use super::{Driver, DriverError, FeedConfig, PollConfig, Stopping, Transport};

/// A schedule: the games there are, and where each one's feed is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Schedule {
    /// The games.
    pub games: Vec<ScheduledGame>,
}

/// One game of a [`Schedule`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScheduledGame {
    /// The game's id, `<league>-<number>`.
    pub id: String,
    /// Its feed's address; a relative one counts from the schedule's.
    pub url: String,
    /// The provider that the feed is of.
    pub provider: String,
    /// The league, where the feed does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub league: Option<Arc<str>>,
}

/// Where the schedule is.
#[derive(Debug, Clone)]
pub struct DiscoverConfig {
    /// Its address.
    pub url: String,
    /// How often it is looked at.
    pub interval: Duration,
    /// How the games found are polled; the address is the schedule's.
    pub poll: PollConfig,
    /// Whether games may lie on another host than the schedule. Off, such a game is passed over, so that whoever
    /// writes the schedule cannot point this program at hosts inside its own network.
    pub other_hosts: bool,
}

/// Games taken from one schedule at most.
const MAX_GAMES: usize = 1_000;

impl Driver {
    /// Polls a schedule and adds a feed for every game on it that has none yet.
    pub fn discover(&self, config: DiscoverConfig) -> Result<JoinHandle<()>, DriverError> {
        let name: Arc<str> = "schedule".into();
        let base = PollConfig {
            url: config.url.clone(),
            ..config.poll.clone()
        }
        .check(&name)?;
        let driver = self.clone();
        let mut stopping = Stopping(self.inner.stop.subscribe());
        Ok(tokio::spawn(async move {
            let mut passed_over = HashSet::new();
            let mut failing = false;
            loop {
                match driver.fetch_schedule(&config, &base).await {
                    Ok(schedule) => {
                        failing = false;
                        for game in schedule.games.into_iter().take(MAX_GAMES) {
                            driver.add_scheduled(game, &config, &base, &mut passed_over);
                        }
                    }
                    // Said once: a schedule server that is down for an hour is one line, not thousands.
                    Err(reason) if !failing => {
                        failing = true;
                        tracing::warn!(
                            url = super::poll::shown(&config.url),
                            reason,
                            "no schedule"
                        );
                    }
                    Err(_) => {}
                }
                if stopping
                    .or(tokio::time::sleep(config.interval))
                    .await
                    .is_none()
                {
                    return;
                }
            }
        }))
    }

    async fn fetch_schedule(
        &self,
        config: &DiscoverConfig,
        base: &Url,
    ) -> Result<Schedule, String> {
        let limit = config.poll.max_body_bytes;
        let fetch = async {
            let mut response = self
                .inner
                .client
                .get(base.clone())
                .send()
                .await
                .and_then(reqwest::Response::error_for_status)
                .map_err(|e| e.without_url().to_string())?;
            let mut body = Vec::new();
            while let Some(chunk) = response
                .chunk()
                .await
                .map_err(|e| e.without_url().to_string())?
            {
                if body.len() + chunk.len() > limit {
                    return Err(format!("a schedule over {limit} bytes"));
                }
                body.extend_from_slice(&chunk);
            }
            crate::body::json(&body).map_err(|e| e.to_string())
        };
        tokio::time::timeout(config.poll.timeout, fetch)
            .await
            .unwrap_or_else(|_| Err(format!("no answer within {:?}", config.poll.timeout)))
    }

    fn add_scheduled(
        &self,
        game: ScheduledGame,
        config: &DiscoverConfig,
        base: &Url,
        passed_over: &mut HashSet<String>,
    ) {
        let name: Arc<str> = game.id.as_str().into();
        if passed_over.contains(&game.id) || self.feed(&name).is_some() {
            return;
        }
        let added = (|| {
            let id = GameId::new(&game.id).map_err(|e| e.to_string())?;
            let url = base.join(&game.url).map_err(|e| e.to_string())?;
            if !config.other_hosts
                && (url.host(), url.port_or_known_default())
                    != (base.host(), base.port_or_known_default())
            {
                return Err(format!(
                    "{} is on another host than the schedule",
                    super::poll::shown(url.as_str())
                ));
            }
            self.add(FeedConfig {
                name: name.clone(),
                provider: game.provider.clone(),
                game: Some(id),
                league: game.league.clone(),
                chat: None,
                transport: Transport::Poll(PollConfig {
                    url: url.into(),
                    ..config.poll.clone()
                }),
            })
            .map_err(|e| e.to_string())
        })();
        match added {
            Ok(()) => tracing::info!(game = game.id, "found a game on the schedule"),
            Err(reason) => {
                tracing::warn!(game = game.id, reason, "passed a game on the schedule over");
                if passed_over.len() < MAX_GAMES {
                    passed_over.insert(game.id);
                }
            }
        }
    }
}

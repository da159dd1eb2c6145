//! When the nightly test runs while the server does.

use std::{
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
    sync::mpsc::{self, RecvTimeoutError, Sender},
    thread::{self, JoinHandle},
    time::Duration,
};

use anyhow::Context as _;
use matchday_event::EventTime;
use serde::{Deserialize, Serialize};

use crate::{clock, config::Config};

/// The nightly test of rules and camera model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Nightly {
    /// When it runs, UTC, as `04:30`; never, where it is not said.
    pub at: Option<TimeOfDay>,
    /// How many of the last matches are replayed.
    pub last: usize,
    /// Where reports are written; `nightly` in the log's folder if not said.
    pub out: Option<PathBuf>,
    /// Where the camera models are; `models` in the log's folder if not said.
    pub models: Option<PathBuf>,
}

impl Default for Nightly {
    fn default() -> Self {
        Self {
            at: None,
            last: 20,
            out: None,
            models: None,
        }
    }
}

impl Nightly {
    /// Where reports are written.
    pub fn out_dir(&self, log: &Path) -> PathBuf {
        self.out.clone().unwrap_or_else(|| log.join("nightly"))
    }

    /// Where the camera models are.
    pub fn models_dir(&self, log: &Path) -> PathBuf {
        self.models.clone().unwrap_or_else(|| log.join("models"))
    }
}

/// An hour and a minute of a day, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeOfDay {
    minute: u32,
}

const DAY_US: i64 = 86_400_000_000;

impl TimeOfDay {
    /// The next time that it is so, after `now`.
    pub fn next(self, now: EventTime) -> EventTime {
        let at = now.0.div_euclid(DAY_US) * DAY_US + i64::from(self.minute) * 60_000_000;
        EventTime(if at > now.0 { at } else { at + DAY_US })
    }
}

impl FromStr for TimeOfDay {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let part = |text: &str, most: u32| {
            let two = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
            text.parse::<u32>().ok().filter(|n| two && *n <= most)
        };
        text.split_once(':')
            .and_then(|(h, m)| Some(part(h, 23)? * 60 + part(m, 59)?))
            .map(|minute| Self { minute })
            .ok_or_else(|| format!("{text:?} is no time of day; write it as 04:30, UTC"))
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.minute / 60, self.minute % 60)
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// The schedule, for as long as it is kept: dropping it ends it, after the test that is under way.
#[derive(Debug)]
pub struct Schedule {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Schedule {
    /// Starts it, if the configuration says when. One thread of its own runs one test at a time.
    pub fn start(config: &Config) -> anyhow::Result<Option<Self>> {
        let Some(at) = config.nightly.at else {
            return Ok(None);
        };
        let config = config.clone();
        let (stop, stopped) = mpsc::channel::<()>();
        let run = move || {
            loop {
                let now = clock::now();
                let wait_us = at.next(now).0 - now.0;
                let wait = Duration::from_micros(u64::try_from(wait_us).unwrap_or(0));
                match stopped.recv_timeout(wait) {
                    Err(RecvTimeoutError::Timeout) => {}
                    Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
                }
                // The server goes on whatever happens here.
                match super::of_log(&config) {
                    Ok(lines) => lines.iter().for_each(|line| tracing::info!("{line}")),
                    Err(error) => tracing::error!("the nightly test failed: {error:#}"),
                }
            }
        };
        let thread = thread::Builder::new()
            .name("nightly".into())
            .spawn(run)
            .context("cannot start the thread of the nightly test")?;
        Ok(Some(Self {
            stop: Some(stop),
            thread: Some(thread),
        }))
    }
}

impl Drop for Schedule {
    fn drop(&mut self) {
        // A test that is under way is waited for, lest a report be half written.
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_time_is_today_or_tomorrow() {
        let at: TimeOfDay = "04:30".parse().expect("a time");
        let day = 20_000 * DAY_US;
        let half_past_four = day + (4 * 60 + 30) * 60_000_000;
        assert_eq!(at.next(EventTime(day)).0, half_past_four);
        assert_eq!(at.next(EventTime(half_past_four - 1)).0, half_past_four);
        assert_eq!(
            at.next(EventTime(half_past_four)).0,
            half_past_four + DAY_US
        );
        assert_eq!(at.to_string(), "04:30");
        for wrong in ["4:30", "24:00", "12:60", "noon", "12.30", "+1:30", "04:3x"] {
            assert!(wrong.parse::<TimeOfDay>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_schedule_that_is_dropped_ends() {
        let config = Config {
            nightly: Nightly {
                at: Some("04:30".parse().expect("a time")),
                ..Nightly::default()
            },
            ..Config::default()
        };
        let schedule = Schedule::start(&config).expect("starts");
        assert!(schedule.is_some());
        drop(schedule);
        assert!(
            Schedule::start(&Config::default())
                .expect("starts")
                .is_none()
        );
    }
}

use std::{path::PathBuf, time::Duration};

use matchday_event::{EventTime, PlayReport, Signal};
use tokio::{sync::mpsc, time::Instant};

use super::{Driver, FeedShared, Stopping, TakeError};
use crate::{FileError, Lines, OpenOptions, Parsed, ProviderKind, open_file};

/// How fast a file is played.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Speed {
    /// So many times the speed of the match.
    Times(f64),
    /// Without waiting.
    Max,
}

impl std::str::FromStr for Speed {
    type Err = String;

    /// `max`, or a number over zero.
    fn from_str(s: &str) -> Result<Self, String> {
        if s.eq_ignore_ascii_case("max") {
            return Ok(Self::Max);
        }
        match s.trim_end_matches(['x', 'X']).parse::<f64>() {
            Ok(times) if times.is_finite() && times > 0.0 => Ok(Self::Times(times)),
            _ => Err(format!(
                "speed {s:?} must be \"max\" or a number over zero, such as 30"
            )),
        }
    }
}

/// Longest pause between two plays at normal speed: half-time and long reviews are shortened to it.
const LONGEST_PAUSE_S: f64 = 120.0;
/// Pause between two plays of which neither clock moved.
const SHORTEST_PAUSE_S: f64 = 5.0;
/// Signals of a game made durable together when nothing is waited for.
const MAX_BATCH: usize = 256;
/// Games read ahead of the one being played.
const READ_AHEAD: usize = 2;

/// Plays a file to its end, game after game.
pub(super) async fn run(
    driver: &Driver,
    feed: &FeedShared,
    path: PathBuf,
    speed: Speed,
    mut stopping: Stopping,
) {
    let options = OpenOptions {
        league: feed.config.league.clone(),
        // Plays and prices are told apart by what is in the file; lines of the senses look alike.
        lines: matches!(
            feed.provider.kind,
            ProviderKind::Senses | ProviderKind::Signals | ProviderKind::Tracking
        )
        .then(|| Lines {
            provider: feed.provider,
            game: feed.config.game.clone(),
            people: feed.config.people.clone(),
        }),
        ..OpenOptions::default()
    };
    let (send, mut games) = mpsc::channel::<Result<Parsed, FileError>>(READ_AHEAD);
    // Decoding blocks, so it has a thread of its own and stops when nobody takes its games any more.
    let reader = tokio::task::spawn_blocking(move || match open_file(&path, &options) {
        Ok(games) => {
            for game in games {
                if send.blocking_send(game).is_err() {
                    return;
                }
            }
        }
        Err(e) => {
            // The receiver is only gone if the feed was stopped.
            let _ = send.blocking_send(Err(e));
        }
    });
    while let Some(Some(game)) = stopping.or(games.recv()).await {
        let outcome = match game {
            Ok(game)
                if feed
                    .config
                    .game
                    .as_ref()
                    .is_some_and(|want| *want != game.game) =>
            {
                continue;
            }
            Ok(game) => {
                feed.gauges.request();
                let id = game.game.clone();
                let played = play(driver, feed, game, speed, &mut stopping).await;
                driver.forget(&id);
                played
            }
            Err(FileError::Feed { path, source }) => {
                feed.gauges
                    .failed(source.code, format!("{}: {source}", path.display()));
                continue;
            }
            Err(e) => {
                feed.gauges
                    .failed(matchday_event::FaultCode::Unreachable, e.to_string());
                continue;
            }
        };
        if let Err(e) = outcome {
            if let TakeError::Sink(closed) = &e {
                tracing::error!(feed = %feed.config.name, %closed, "playback ends");
            }
            break;
        }
    }
    drop(games);
    if reader.await.is_err() {
        feed.gauges.failed(
            matchday_event::FaultCode::Malformed,
            "the reader of this file gave up; the rest of it was not played".to_owned(),
        );
    }
    feed.gauges.ended();
}

/// Plays one game of a recording, from behind the last signal of it that the log holds. Signals go on the log as
/// they stand in the file, repeats and corrections included, so that a recording played live and one replayed give
/// the same log.
async fn play(
    driver: &Driver,
    feed: &FeedShared,
    game: Parsed,
    speed: Speed,
    stopping: &mut Stopping,
) -> Result<(), TakeError> {
    let Parsed {
        game: id,
        mut signals,
        faults,
        ..
    } = game;
    for fault in &faults {
        feed.gauges.fault(fault.code);
    }
    let played = driver.logged(&id, &feed.config.name).min(signals.len());
    let signals = signals.split_off(played);
    let times = match speed {
        Speed::Max => {
            for some in signals.chunks(MAX_BATCH) {
                if *stopping.0.borrow() {
                    return Ok(());
                }
                let now = driver.inner.clock.now();
                driver.take_recorded(feed, &id, some.to_vec(), now).await?;
                feed.gauges.good(now);
            }
            return Ok(());
        }
        Speed::Times(times) => times,
    };
    let mut due = Instant::now();
    let mut last: Option<PlayReport> = None;
    let mut heard: Option<EventTime> = None;
    for signal in signals {
        if let Some(at) = signal.at().filter(|_| !signal.is_of_the_game()) {
            // Ten reports a second or more: each waits for its own time, and plays among them come in their place.
            if let Some(ahead_us) = heard.map(|before| at.0.saturating_sub(before.0)) {
                let pause_s = (ahead_us.max(0) as f64 / 1e6).min(LONGEST_PAUSE_S);
                due += Duration::from_secs_f64(pause_s / times);
            }
            heard = Some(heard.map_or(at, |before| before.max(at)));
        } else if let (Signal::Play(play), None) = (&signal, heard) {
            if let Some(last) = &last {
                due += Duration::from_secs_f64((pause_s(last, play) / times).min(86_400.0));
            }
            last = Some(play.clone());
        }
        if stopping.or(tokio::time::sleep_until(due)).await.is_none() {
            return Ok(());
        }
        let now = driver.inner.clock.now();
        driver.take_recorded(feed, &id, vec![signal], now).await?;
        feed.gauges.good(now);
    }
    Ok(())
}

/// How long after `last` the play came: by the wall where both are stamped, otherwise by the game clock.
fn pause_s(last: &PlayReport, next: &PlayReport) -> f64 {
    let by_wall = |a: EventTime, b: EventTime| (b.0.saturating_sub(a.0)) as f64 / 1e6;
    let elapsed = match (last.wall, next.wall) {
        (Some(a), Some(b)) if b > a => by_wall(a, b),
        _ => match (last.clock_s, next.clock_s) {
            (Some(a), Some(b)) if last.period == next.period => f64::from(a.saturating_sub(b)),
            (Some(a), _) => f64::from(a),
            _ => 0.0,
        },
    };
    elapsed.clamp(SHORTEST_PAUSE_S, LONGEST_PAUSE_S)
}

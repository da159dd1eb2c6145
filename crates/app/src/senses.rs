//! What the senses need beside feeds: their models, microphones, and time that passes.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::Context as _;
use axum::Router;
use matchday_engine::sense::SenseSet;
use matchday_event::{EventTime, GameId, GamePhase, Signal};
use matchday_feeds::{
    driver::{Batch, Clock, IrcConfig, Sink},
    sound::{MicConfig, RtpConfig, RtpEncoding, RtpMic, Source, hear_rtp, sound_router},
};
use matchday_learn::emotion::{
    Model,
    cascade::{Limits, SecondOpinion},
};
use tokio::{net::UdpSocket, sync::watch};

use crate::config::{self, Config, Encoding, Ticks};

/// How the senses of every match are set up.
pub fn load(config: &config::Senses) -> anyhow::Result<SenseSet> {
    let mut set = SenseSet::default()
        .with_chat(config.chat.clone())
        .context("senses.chat")?
        .with_gaze(config.gaze.clone())
        .context("senses")?;
    if let Some(header) = &config.emotion {
        set = set.with_feelings(Arc::new(read_feelings(header)?));
    }
    if let Some(graph) = &config.deep {
        set = set.with_second(read_deep(graph)?, Limits::default());
    }
    Ok(set)
}

/// A model that `matchday train emotion` wrote: its header, and its weights beside it as `.bin`.
pub fn read_feelings(header: &Path) -> anyhow::Result<Model> {
    let weights = header.with_extension("bin");
    let json = std::fs::read_to_string(header)
        .with_context(|| format!("cannot read {}", header.display()))?;
    let bytes =
        std::fs::read(&weights).with_context(|| format!("cannot read {}", weights.display()))?;
    Model::read(&json, &bytes).with_context(|| format!("in {}", header.display()))
}

/// A deeper model: its graph, and its vocabulary beside it as `.vocab.txt`.
#[cfg(feature = "onnx")]
pub fn read_deep(graph: &Path) -> anyhow::Result<Arc<dyn SecondOpinion>> {
    let vocabulary = graph.with_extension("vocab.txt");
    let bytes = std::fs::read(graph).with_context(|| format!("cannot read {}", graph.display()))?;
    let pieces = std::fs::read_to_string(&vocabulary)
        .with_context(|| format!("cannot read {}", vocabulary.display()))?;
    let title = graph.file_stem().unwrap_or_default().to_string_lossy();
    let deep = matchday_learn::emotion::deep::Deep::read(&title, &bytes, &pieces)
        .with_context(|| format!("in {}", graph.display()))?;
    Ok(Arc::new(deep))
}

/// Says that this build cannot run one.
#[cfg(not(feature = "onnx"))]
pub fn read_deep(graph: &Path) -> anyhow::Result<Arc<dyn SecondOpinion>> {
    anyhow::bail!(
        "{}: this build runs no ONNX graphs; build it with the feature onnx",
        graph.display()
    )
}

/// A chat server as the driver wants it.
pub fn irc(irc: &config::Irc) -> anyhow::Result<IrcConfig> {
    let password = irc
        .password_file
        .as_deref()
        .map(|file| {
            String::from_utf8(config::secret(file)?)
                .with_context(|| format!("the password in {} is not text", file.display()))
        })
        .transpose()?;
    Ok(IrcConfig {
        server: irc.server.clone(),
        tls: irc.tls,
        nick: irc.nick.clone(),
        password: password.map(Into::into),
        channels: irc.channels.clone(),
    })
}

/// The doors of the microphones that send over HTTP.
pub fn doors(
    config: &Config,
    sink: Arc<dyn Sink>,
    clock: Arc<dyn Clock>,
) -> anyhow::Result<Router> {
    Ok(sound_router(mics(config)?, sink, clock))
}

/// The microphones that send over HTTP.
pub fn mics(config: &Config) -> anyhow::Result<Vec<MicConfig>> {
    let mut mics = Vec::new();
    for mic in &config.mics {
        let Some(file) = &mic.secret_file else {
            continue;
        };
        let secret = config::secret(file).with_context(|| format!("microphone {}", mic.name))?;
        anyhow::ensure!(
            secret.len() >= 16,
            "microphone {}: the secret must have at least 16 bytes",
            mic.name
        );
        mics.push(MicConfig {
            name: mic.name.as_str().into(),
            game: GameId::new(&mic.game)?,
            secret: secret.into(),
            window_s: 300,
            offset_db: mic.offset_db,
        });
    }
    Ok(mics)
}

/// Listens to the microphones that send RTP, until told to stop.
pub async fn listen(
    config: &Config,
    sink: &Arc<dyn Sink>,
    clock: &Arc<dyn Clock>,
    stop: &watch::Receiver<bool>,
) -> anyhow::Result<()> {
    for mic in &config.mics {
        let Some(address) = mic.rtp else { continue };
        let socket = UdpSocket::bind(address).await.with_context(|| {
            format!(
                "microphone {}: cannot listen for rtp at {address}",
                mic.name
            )
        })?;
        let rtp = RtpMic {
            game: GameId::new(&mic.game)?,
            source: Source {
                mic: mic.name.as_str().into(),
                rate_hz: mic.rate_hz,
                channels: mic.channels,
                offset_db: mic.offset_db,
            },
            rtp: RtpConfig {
                payload_type: mic.payload_type,
                encoding: match mic.encoding {
                    Encoding::L16 => RtpEncoding::L16,
                    Encoding::L24 => RtpEncoding::L24,
                },
                channels: mic.channels,
                reorder: 16,
            },
        };
        let hearing = hear_rtp(socket, rtp, sink.clone(), clock.clone(), stop.clone());
        let name = mic.name.clone();
        tokio::spawn(async move {
            match hearing.await {
                Ok(counts) => tracing::info!(mic = name, ?counts, "rtp ends"),
                Err(error) => tracing::error!(mic = name, error, "rtp ends"),
            }
        });
    }
    Ok(())
}

/// Between two ticks, and how long a game must have been silent for one.
const TICK: Duration = Duration::from_millis(100);
/// Silence after which a tick is due. Longer than a tick, so that whoever reports ten times a second sets the pace.
const SILENCE_US: i64 = 150_000;
/// Least time from one tick to the next: a timer is early as well as late.
const TICK_US: i64 = 90_000;
/// A report this far from the time that is expected is of a clock that is set wrong, until others say so too.
const ASTRAY_US: i64 = 5_000_000;
const BELIEVED: u8 = 10;
/// A game of which nothing was heard for so long is not told any more.
const FORGOTTEN_US: i64 = 60_000_000;

/// When each game's senses were last heard of, and which games are being played.
#[derive(Debug, Default)]
pub struct Pace {
    games: Mutex<BTreeMap<GameId, Heard>>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Heard {
    live: bool,
    /// When the last report of a sense came, and when the last of anything but a play.
    sense: Option<EventTime>,
    /// What time that last was, by its own word, and when it came.
    last: Option<(EventTime, EventTime)>,
    /// Reports in a row that speak of quite another time.
    astray: u8,
}

impl Heard {
    /// A report speaks of `at`. One clock that is set wrong must not take the ticks with it, and with them everybody
    /// else's time; but where report after report speaks of another time, that is the time.
    fn hear(&mut self, at: EventTime, received: EventTime) {
        if let Some((before, then)) = self.last {
            let expected = before.0 + (received.0 - then.0);
            if at.0.abs_diff(expected) > ASTRAY_US.unsigned_abs() {
                self.astray += 1;
                if self.astray < BELIEVED {
                    return;
                }
                self.astray = 0;
                self.last = Some((at, received));
                return;
            }
            self.astray = 0;
            self.last = Some((before.max(at), received));
        } else {
            self.last = Some((at, received));
        }
    }
}

impl Pace {
    /// Takes note of what goes on the log.
    pub fn note(&self, game: &GameId, received: EventTime, signals: &[Signal]) {
        let mut games = self.games.lock().unwrap_or_else(PoisonError::into_inner);
        for signal in signals {
            match signal {
                Signal::Status(status) => {
                    games.entry(game.clone()).or_default().live = status.phase == GamePhase::Live;
                }
                other if other.is_of_the_game() => {}
                sense => {
                    let heard = games.entry(game.clone()).or_default();
                    if !matches!(sense, Signal::Tick { .. }) {
                        heard.sense = Some(received);
                    }
                    let at = sense.at().unwrap_or(received);
                    heard.hear(at, received);
                }
            }
        }
    }

    /// Games that have been silent for long enough, with the time that it now is by what they last said.
    fn due(&self, now: EventTime, ticks: Ticks) -> Vec<(GameId, EventTime)> {
        let mut games = self.games.lock().unwrap_or_else(PoisonError::into_inner);
        games.retain(|_, heard| {
            heard.live || heard.sense.is_some_and(|at| now.0 - at.0 < FORGOTTEN_US)
        });
        games
            .iter()
            .filter(|(_, heard)| {
                let lately = heard.sense.is_some_and(|at| now.0 - at.0 < FORGOTTEN_US);
                lately || (heard.live && ticks == Ticks::Live)
            })
            .filter_map(|(game, heard)| match heard.last {
                Some((at, received)) if now.0 - received.0 >= TICK_US => {
                    let silent = heard.sense.is_none_or(|at| now.0 - at.0 >= SILENCE_US);
                    silent.then(|| (game.clone(), EventTime(at.0 + now.0 - received.0)))
                }
                Some(_) => None,
                None => Some((game.clone(), now)),
            })
            .collect()
    }
}

/// Tells silent games that time passes, until told to stop.
pub async fn tick(
    pace: Arc<Pace>,
    ticks: Ticks,
    sink: Arc<dyn Sink>,
    clock: Arc<dyn Clock>,
    mut stop: watch::Receiver<bool>,
) {
    if ticks == Ticks::Off {
        return;
    }
    let mut every = tokio::time::interval(TICK);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    let source: Arc<str> = "clock".into();
    loop {
        tokio::select! {
            _ = every.tick() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        let now = clock.now();
        for (game, at) in pace.due(now, ticks) {
            let batch = Batch {
                game,
                source: source.clone(),
                signals: vec![Signal::Tick { at }],
                received: now,
            };
            if sink.deliver(batch).await.is_err() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn game() -> GameId {
        GameId::new("nfl-1").expect("an id")
    }

    fn tick_at(ms: i64) -> Signal {
        Signal::Tick {
            at: EventTime::from_millis(ms),
        }
    }

    fn chat_at(ms: i64) -> Signal {
        Signal::Chat(matchday_event::senses::ChatReport {
            room: "r".into(),
            at: EventTime::from_millis(ms),
            messages: Vec::new(),
            shed: 0,
        })
    }

    #[test]
    fn a_game_is_told_the_time_while_its_senses_are_silent_and_for_a_minute_at_most() {
        let pace = Pace::default();
        let ms = EventTime::from_millis;
        assert_eq!(pace.due(ms(0), Ticks::Heard), []);
        // Its own clock is ahead of ours by 5 s; ticks go on from it.
        pace.note(&game(), ms(1_000), &[chat_at(6_000)]);
        assert_eq!(pace.due(ms(1_100), Ticks::Heard), []);
        assert_eq!(pace.due(ms(1_150), Ticks::Heard), [(game(), ms(6_150))]);
        pace.note(&game(), ms(1_150), &[tick_at(6_150)]);
        assert_eq!(pace.due(ms(1_200), Ticks::Heard), []);
        assert_eq!(pace.due(ms(1_250), Ticks::Heard), [(game(), ms(6_250))]);
        assert_eq!(pace.due(ms(61_000), Ticks::Heard), []);
        assert!(pace.games.lock().expect("held").is_empty());
    }

    #[test]
    fn a_clock_that_is_set_wrong_does_not_move_the_ticks_and_ten_that_agree_do() {
        let pace = Pace::default();
        let ms = EventTime::from_millis;
        pace.note(&game(), ms(0), &[chat_at(0)]);
        pace.note(&game(), ms(100), &[chat_at(3_600_000)]);
        pace.note(&game(), ms(200), &[chat_at(200)]);
        assert_eq!(pace.due(ms(400), Ticks::Heard), [(game(), ms(400))]);
        for n in 0..10 {
            pace.note(&game(), ms(500 + n), &[chat_at(3_600_000 + n)]);
        }
        assert_eq!(pace.due(ms(709), Ticks::Heard), [(game(), ms(3_600_209))]);
    }

    #[test]
    fn a_game_that_is_played_is_told_the_time_only_where_that_is_asked_for() {
        let pace = Pace::default();
        let status = |phase| {
            Signal::Status(matchday_event::GameStatus {
                phase,
                period: None,
                clock_s: None,
                score: None,
                spot: None,
            })
        };
        let ms = EventTime::from_millis;
        pace.note(&game(), ms(0), &[status(GamePhase::Live)]);
        assert_eq!(pace.due(ms(100), Ticks::Heard), []);
        assert_eq!(pace.due(ms(100), Ticks::Live), [(game(), ms(100))]);
        pace.note(&game(), ms(100), &[status(GamePhase::Final)]);
        assert_eq!(pace.due(ms(300), Ticks::Live), []);
    }
}

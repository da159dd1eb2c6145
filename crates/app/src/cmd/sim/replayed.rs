//! A match that was really played, as the truth of a stadium: its plays as the file has them, the crowd made up.

use std::{collections::BTreeMap, path::Path};

use anyhow::{Context as _, bail};
use matchday_engine::{Match, ModelSet, Output};
use matchday_event::{EventTime, Fact, GameId, GameInfo, PlayId, PlayReport, Signal};
use matchday_feeds::{OpenOptions, Parsed, open_file};
use matchday_sim::{
    Rng,
    world::{
        Script,
        plays::{Feed, Timed},
    },
};

/// A recorded match: its script, and when each of its plays was.
pub struct Replayed {
    game: GameId,
    script: Script,
    signals: Vec<Signal>,
    placed: BTreeMap<PlayId, u64>,
}

impl Replayed {
    /// Reads a match of a file, the first unless one is named.
    pub fn read(file: &Path, wanted: Option<&GameId>) -> anyhow::Result<Self> {
        let mut names = Vec::new();
        for parsed in open_file(file, &OpenOptions::default())? {
            let parsed = parsed?;
            if wanted.is_none_or(|wanted| *wanted == parsed.game) {
                return Self::of(parsed);
            }
            if names.len() < 8 {
                names.push(parsed.game.to_string());
            }
        }
        match wanted {
            Some(wanted) => bail!(
                "{} holds no game {wanted}; there are {} …",
                file.display(),
                names.join(", ")
            ),
            None => bail!("{} holds no game", file.display()),
        }
    }

    fn of(parsed: Parsed) -> anyhow::Result<Self> {
        let mut game = Match::new(parsed.game.clone(), ModelSet::builtin());
        let mut out = Output::default();
        let (mut facts, mut wall) = (Vec::new(), BTreeMap::new());
        for (seq, signal) in (1..).zip(&parsed.signals) {
            game.apply(seq, signal, &mut out);
            facts.append(&mut out.facts);
        }
        for fact in &facts {
            if let Fact::Play(play) = fact
                && let Some(at) = play.wall
            {
                wall.insert(play.play_id.clone(), at);
            }
        }
        let (script, placed) = Script::placed(&facts, &wall).with_context(|| {
            format!(
                "game {}: neither teams nor plays, so no crowd can follow it",
                parsed.game
            )
        })?;
        Ok(Self {
            game: parsed.game,
            script,
            signals: parsed.signals,
            placed,
        })
    }

    /// Which match.
    pub fn game(&self) -> &GameId {
        &self.game
    }

    /// What happened in it.
    pub fn script(&self) -> &Script {
        &self.script
    }

    /// What its feed tells in the stadium's own time, from `from_ms` to `to_ms`: what was before is told at once. Plays
    /// come as late as a feed is.
    pub fn told(
        &self,
        seed: u64,
        kick_off: EventTime,
        (from_ms, to_ms): (u64, u64),
        feed: &Feed,
    ) -> Vec<Timed> {
        let mut rng = Rng::new(seed, "world replayed");
        let (least, most) = (feed.delay_ms.0 as f64, feed.delay_ms.1 as f64);
        let mut out: Vec<Timed> = Vec::with_capacity(self.signals.len());
        let mut last_ms = 0;
        for signal in &self.signals {
            let signal = match signal {
                Signal::Info(info) => Signal::Info(GameInfo {
                    kickoff: Some(EventTime(kick_off.0 - from_ms as i64 * 1000)),
                    ..info.clone()
                }),
                Signal::Play(play) => {
                    if let Some(at_ms) = self.placed.get(&play.play_id) {
                        if *at_ms >= to_ms {
                            break;
                        }
                        let delay = least + (most - least).max(0.0) * rng.unit();
                        let told_ms = (at_ms + delay as u64).saturating_sub(from_ms);
                        last_ms = last_ms.max(told_ms);
                    }
                    let since = |at_ms: &u64| (*at_ms as i64 - from_ms as i64) * 1000;
                    Signal::Play(PlayReport {
                        wall: self
                            .placed
                            .get(&play.play_id)
                            .map(|at| EventTime(kick_off.0 + since(at))),
                        ..play.clone()
                    })
                }
                other => other.clone(),
            };
            out.push(Timed {
                at_ms: last_ms,
                signal,
            });
        }
        out
    }
}

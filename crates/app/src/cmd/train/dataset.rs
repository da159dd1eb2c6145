//! Recorded games as the models see them: read by the feeds, folded by the engine, the same way as live.

use std::{path::Path, sync::Arc};

use anyhow::Context as _;
use matchday_engine::{Match, ModelSet, Output, sense::game::football::FootballModel};
use matchday_event::{
    GameId, GameInfo, GamePhase, PlayId, Score, Signal, Team,
    football::{PlayKind, PlayTag},
};
use matchday_feeds::{OpenOptions, Parsed, open_file};
use matchday_learn::football::{Kind, Rules, Snap};

/// A play of a recorded game.
#[derive(Debug, Clone)]
pub struct RecordedPlay {
    /// The provider's id.
    pub id: PlayId,
    /// What kind of play it was.
    pub kind: PlayKind,
    /// Whether a kick or a try was good, where the feed says so.
    pub good: Option<bool>,
    /// The game before it.
    pub snap: Snap,
}

/// A recorded game that came to its end.
#[derive(Debug, Clone)]
pub struct RecordedGame {
    /// Its id.
    pub id: GameId,
    /// Season's first year, 0 where the file does not say.
    pub season: u16,
    /// Week, 0 where the file does not say.
    pub week: u8,
    /// The home side, in letters.
    pub home: Arc<str>,
    /// The visitors.
    pub away: Arc<str>,
    /// Nobody was at home.
    pub neutral: bool,
    /// Final score.
    pub result: Score,
    /// Its plays, in order.
    pub plays: Vec<RecordedPlay>,
}

impl RecordedGame {
    /// `nfl`, `ncaaf`: what stands before the provider's number in the id.
    pub fn league(&self) -> &str {
        self.id.as_str().split('-').next().unwrap_or_default()
    }

    /// 1 for a home win, 0 for a loss, a half for a tie.
    pub fn home_result(&self) -> f64 {
        0.5 + 0.5 * f64::from((self.result.home - self.result.away).signum())
    }
}

/// Folding needs a model to price plays with. Where only the states are wanted this one saves the work.
#[derive(Debug)]
struct Unpriced {
    name: Arc<str>,
    rules: Rules,
}

impl FootballModel for Unpriced {
    fn name(&self) -> &Arc<str> {
        &self.name
    }
    fn rules(&self) -> Rules {
        self.rules
    }
    fn home_wp(&self, _: &Snap) -> f64 {
        0.5
    }
    fn ep(&self, _: &Snap) -> Option<f64> {
        None
    }
    fn leverage(&self, _: &Snap, _: f64) -> Option<f64> {
        None
    }
}

fn unpriced() -> ModelSet {
    let model = |rules| -> Arc<dyn FootballModel> {
        Arc::new(Unpriced {
            name: "unpriced".into(),
            rules,
        })
    };
    let (nfl, college) = (model(Rules::Nfl), model(Rules::College));
    ModelSet::new(move |league| match league {
        "ncaaf" => college.clone(),
        _ => nfl.clone(),
    })
}

/// Reads the finished games of a file for which `wanted` holds, given season and week. A game that does not
/// come to its end is left out: nobody knows who won it.
pub fn read(
    path: &Path,
    mut wanted: impl FnMut(u16, u8) -> bool,
) -> anyhow::Result<Vec<RecordedGame>> {
    let models = unpriced();
    let mut out = Output::default();
    let mut games = Vec::new();
    for parsed in open_file(path, &OpenOptions::default())? {
        let parsed = parsed.with_context(|| format!("after {} games", games.len()))?;
        let (season, week) = when(&parsed);
        if wanted(season, week)
            && let Some(game) = fold(&parsed, &models, season, week, &mut out)
        {
            games.push(game);
        }
    }
    Ok(games)
}

fn when(parsed: &Parsed) -> (u16, u8) {
    parsed
        .signals
        .iter()
        .find_map(|s| match s {
            Signal::Info(info) => Some((info.season.unwrap_or(0), info.week.unwrap_or(0))),
            _ => None,
        })
        .unwrap_or((0, 0))
}

fn fold(
    parsed: &Parsed,
    models: &ModelSet,
    season: u16,
    week: u8,
    out: &mut Output,
) -> Option<RecordedGame> {
    let mut game = Match::new(parsed.game.clone(), models.clone());
    game.set_viewed(false);
    for (seq, signal) in (1..).zip(&parsed.signals) {
        game.apply(seq, signal, out);
    }
    let card = game.card();
    if card.phase != GamePhase::Final {
        return None;
    }
    let plays = game
        .play_snaps()
        .filter(|(snap, _)| snap.kind != Kind::Over)
        .filter_map(|(snap, play)| {
            let football = play.detail.football()?;
            let (kind, tags) = (football.kind, football.tags);
            let failed = tags.contains(PlayTag::NoGood) || tags.contains(PlayTag::Blocked);
            (kind.is_snap() || kind == PlayKind::NoPlay).then(|| RecordedPlay {
                id: play.play_id.clone(),
                kind,
                good: (failed || tags.contains(PlayTag::Good)).then_some(!failed),
                snap,
            })
        })
        .collect();
    let abbr = |side: fn(&GameInfo) -> &Team| {
        let mut infos = parsed.signals.iter().rev().filter_map(|s| match s {
            Signal::Info(info) => Some(side(info).abbr.clone()),
            _ => None,
        });
        infos.next().unwrap_or_default()
    };
    let neutral = parsed
        .signals
        .iter()
        .any(|s| matches!(s, Signal::Info(info) if info.neutral));
    Some(RecordedGame {
        neutral,
        home: abbr(|i| &i.home),
        away: abbr(|i| &i.away),
        id: parsed.game.clone(),
        season,
        week,
        result: card.score,
        plays,
    })
}

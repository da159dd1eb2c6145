//! A game's win probability as several models saw it.

use std::{collections::BTreeSet, path::PathBuf, sync::Arc};

use anyhow::Context as _;
use matchday_engine::{Match, ModelSet, Output, sense::game::football::FootballModel};
use matchday_event::{GameClock, PlayFact, view::Snapshot};
use matchday_feeds::{OpenOptions, open_file};

use crate::cmd::eval::published::Published;

/// Seconds that overtime is drawn as.
const OVERTIME_S: f64 = 600.0;

/// A model's win probability through a game.
#[derive(Debug)]
pub struct Line {
    /// The model.
    pub name: String,
    /// Seconds played, and home win probability.
    pub points: Vec<(f64, f64)>,
}

/// A play that moved the game.
#[derive(Debug)]
pub struct Swing {
    /// Where it is drawn.
    pub at: (f64, f64),
    /// When it was.
    pub when: String,
    /// What happened.
    pub text: String,
    /// Home win probability added.
    pub wpa_home: f64,
}

/// A game with all that is drawn of it.
#[derive(Debug)]
pub struct Story {
    /// The game's id.
    pub game: String,
    /// Who played, and how it ended.
    pub title: String,
    /// Home, in short.
    pub home: String,
    /// The visitors, in short.
    pub away: String,
    /// The models' lines, ours first.
    pub lines: Vec<Line>,
    /// The largest swings, in order of time.
    pub swings: Vec<Swing>,
}

impl Story {
    /// Seconds at the right end.
    pub fn end_s(&self) -> f64 {
        let last = self.lines.iter().flat_map(|l| l.points.last());
        last.map(|p| p.0).fold(3600.0, f64::max)
    }
}

/// Reads the chosen games and folds each with every model.
pub fn read(
    files: &[PathBuf],
    chosen: &BTreeSet<String>,
    models: &[Arc<dyn FootballModel>],
    published: Option<&Published>,
) -> anyhow::Result<Vec<Story>> {
    let mut stories = Vec::new();
    for file in files {
        for parsed in open_file(file, &OpenOptions::default())? {
            let parsed = parsed.with_context(|| format!("in {}", file.display()))?;
            if !chosen.contains(parsed.game.as_str()) {
                continue;
            }
            let mut seen = Vec::new();
            for model in models {
                let mut game = Match::new(parsed.game.clone(), ModelSet::one(model.clone()));
                game.set_viewed(false);
                let mut out = Output::default();
                for (seq, signal) in (1..).zip(&parsed.signals) {
                    game.apply(seq, signal, &mut out);
                }
                seen.push((model.name().to_string(), game.snapshot()));
            }
            stories.extend(tell(&seen, published));
        }
    }
    Ok(stories)
}

fn tell(seen: &[(String, Snapshot)], published: Option<&Published>) -> Option<Story> {
    let (_, ours) = seen.first()?;
    let name = |home: bool, long: bool| {
        let team = ours
            .info
            .as_ref()
            .map(|i| if home { &i.home } else { &i.away });
        team.map_or_else(
            || (if home { "home" } else { "visitors" }).to_owned(),
            |t| (if long { &t.name } else { &t.abbr }).to_string(),
        )
    };
    let overtime = ours.plays.iter().filter(|p| p.clock.period > 4).count();
    let mut times = Vec::with_capacity(ours.plays.len());
    let mut extra = 0;
    for play in &ours.plays {
        extra += usize::from(play.clock.period > 4);
        times.push(elapsed_s(play.clock, extra, overtime));
    }
    let end = times.last().copied().unwrap_or(0.0).max(3600.0);
    let mut lines: Vec<Line> = seen
        .iter()
        .map(|(name, snapshot)| {
            let plays = snapshot.plays.iter().zip(&times);
            let mut points: Vec<_> = plays
                // Timeouts and the ends of quarters have nothing at stake.
                .filter(|(p, _)| p.leverage.is_some())
                .map(|(p, t)| (*t, p.wp_home_before))
                .collect();
            points.push((end, snapshot.state.wp_home));
            Line {
                name: name.clone(),
                points,
            }
        })
        .collect();
    for (column, name) in published.iter().flat_map(|p| p.names().iter().enumerate()) {
        let plays = ours.plays.iter().zip(&times);
        let of = |play: &PlayFact| published?.of(&ours.id, &play.play_id)?.get(column).copied();
        let points: Vec<_> = plays.filter_map(|(p, t)| Some((*t, of(p)?))).collect();
        if !points.is_empty() {
            let name = name.clone();
            lines.push(Line { name, points });
        }
    }
    let swings = ours
        .plays
        .iter()
        .zip(&times)
        .filter(|(p, _)| ours.key_plays.contains(&p.play_id))
        .map(|(p, t)| Swing {
            at: (*t, p.wp_home_before),
            when: match p.clock.period {
                q @ ..=4 => format!("Q{q} {}:{:02}", p.clock.clock_s / 60, p.clock.clock_s % 60),
                _ => "OT".to_owned(),
            },
            text: p
                .text
                .as_deref()
                .unwrap_or("a play without words")
                .to_owned(),
            wpa_home: p.wpa_home,
        })
        .collect();
    let score = ours.state.score;
    Some(Story {
        game: ours.id.to_string(),
        title: format!(
            "{} {}, {} {}",
            name(false, true),
            score.away,
            name(true, true),
            score.home
        ),
        home: name(true, false),
        away: name(false, false),
        lines,
        swings,
    })
}

/// Seconds played. Overtime has no clock in college, so that its plays stand at equal distances.
fn elapsed_s(clock: GameClock, extra: usize, overtime: usize) -> f64 {
    match clock.period {
        0 => 0.0,
        p @ 1..=4 => f64::from(p) * 900.0 - f64::from(clock.clock_s.min(900)),
        _ => 3600.0 + OVERTIME_S * extra as f64 / overtime.max(1) as f64,
    }
}

//! What ratings make of games: for each the spread that results before it lead one to expect.

use std::path::PathBuf;

use anyhow::ensure;
use matchday_event::{Sport, Team};
use matchday_learn::rating::{self, Did, Played};

use super::{RecordedGame, read as read_games};

/// The games of `seasons`, each with its spread. Every game of the files is walked through in order of time; how
/// ratings follow results is chosen on the seasons before.
pub fn read(
    files: &[PathBuf],
    seasons: (u16, u16),
) -> anyhow::Result<(Vec<RecordedGame>, Vec<Option<f32>>)> {
    let mut games = read_games(files, None)?;
    games.sort_by(|a, b| (a.season, a.week, &a.id).cmp(&(b.season, b.week, &b.id)));
    let played: Vec<Played> = games.iter().map(played).collect();
    let before = games.partition_point(|g| g.season < seasons.0);
    ensure!(
        before > 0,
        "no season before {} in these files, so there is nothing to rate sides by",
        seasons.0
    );
    let sport = Sport::AmericanFootball;
    let rates = rating::choose(&played[..before], sport);
    let (forecasts, _) = rating::walk(&played, sport, &rates);
    let wanted = games
        .into_iter()
        .zip(forecasts)
        .filter(|(g, _)| (seasons.0..=seasons.1).contains(&g.season))
        .map(|(g, f)| (g, f.map(|f| (f.away - f.home) as f32)));
    Ok(wanted.unzip())
}

fn played(game: &RecordedGame) -> Played {
    let team = |name: &std::sync::Arc<str>| Team {
        id: name.clone(),
        abbr: name.clone(),
        name: name.clone(),
        color: None,
        alt_color: None,
    };
    Played {
        home: team(&game.home),
        away: team(&game.away),
        season: game.season,
        did: Did {
            scored: (f64::from(game.result.home), f64::from(game.result.away)),
            shots: None,
            neutral: game.neutral,
        },
    }
}

//! `matchday ratings`: how good sides are, from recorded games.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, ensure};
use clap::{Args, ValueEnum};
use matchday_event::Sport;
use matchday_learn::{
    basketball,
    rating::{self, Played, Rates},
    soccer, tennis,
};

use super::sports::{bar, recorded};

/// `matchday ratings`.
#[derive(Debug, Clone, Args)]
pub struct RatingsArgs {
    /// Recorded games, of any provider; every one counts in the order of its date
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Whose games
    #[arg(long, value_enum)]
    sport: RatedSport,
    /// File to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Whose sides can be rated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RatedSport {
    /// American football of the NFL
    Nfl,
    /// American football of colleges
    Ncaaf,
    /// Basketball of the NBA
    Nba,
    /// Soccer
    Soccer,
    /// Tennis
    Tennis,
}

impl RatedSport {
    fn sport(self) -> Sport {
        match self {
            Self::Nfl | Self::Ncaaf => Sport::AmericanFootball,
            Self::Nba => Sport::Basketball,
            Self::Soccer => Sport::Soccer,
            Self::Tennis => Sport::Tennis,
        }
    }

    /// The league, where a sport's leagues are rated apart.
    fn league(self) -> Option<&'static str> {
        match self {
            Self::Nfl => Some("nfl"),
            Self::Ncaaf => Some("ncaaf"),
            _ => None,
        }
    }

    /// How ratings follow results: as the built-in model's training chose, or by these games themselves.
    fn rates(self, games: &[Played]) -> Rates {
        match self {
            Self::Nfl | Self::Ncaaf => rating::choose(games, self.sport()),
            Self::Nba => basketball::Model::builtin().ratings().clone(),
            Self::Soccer => soccer::Model::builtin().ratings().clone(),
            Self::Tennis => tennis::Model::builtin().ratings().clone(),
        }
    }
}

/// Rates sides by recorded games.
pub fn run(args: &RatingsArgs) -> anyhow::Result<()> {
    let bar = bar()?;
    let games = recorded::read(&args.files, &bar)?;
    bar.finish_and_clear();
    let (sport, league) = (args.sport.sport(), args.sport.league());
    let of_league = |id: &str| league.is_none_or(|l| id.split('-').next() == Some(l));
    let played: Vec<Played> = games
        .into_iter()
        .filter(|g| g.sport == sport && of_league(g.id.as_str()))
        .map(|g| g.played)
        .collect();
    ensure!(
        !played.is_empty(),
        "no finished game of {} in these files",
        league.unwrap_or(sport.as_str())
    );
    let rates = args.sport.rates(&played);
    let (_, mut ratings) = rating::walk(&played, sport, &rates);
    ratings.league = league.map(str::to_owned);
    fs::write(&args.out, ratings.to_json())
        .with_context(|| format!("cannot write {}", args.out.display()))?;
    println!(
        "{} sides of {} games, to {}",
        ratings.sides.len(),
        played.len(),
        args.out.display()
    );
    Ok(())
}

//! A price for games that no bookmaker's line is known for: what spread the sides' pregame Elo ratings stand for.

use std::{collections::HashMap, fs::File, io::Read, path::Path};

use anyhow::{Context as _, ensure};
use serde::Deserialize;

use super::dataset::RecordedGame;

/// The last season that the exchange rate between Elo and spread may be learned from: later ones are tested on.
const LAST_SEASON: u16 = 2020;

#[derive(Debug, Deserialize)]
struct Row {
    id: i64,
    season: u16,
    neutral_site: String,
    home_pregame_elo: Option<f64>,
    away_pregame_elo: Option<f64>,
    spread: Option<f64>,
}

/// What ratings are worth in points.
#[derive(Debug)]
pub struct Elo {
    /// Points per point of rating, and for playing at home.
    rate: f64,
    home: f64,
    /// Rating difference and whether home plays at home, by the provider's number of the game.
    games: HashMap<i64, (f64, bool)>,
}

impl Elo {
    /// Reads a table of games, plain or gzipped, and learns the exchange rate by least squares from the games
    /// that have both.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let context = || format!("cannot read {}", path.display());
        let file = File::open(path).with_context(context)?;
        let body: Box<dyn Read> = if path.extension().is_some_and(|e| e == "gz") {
            Box::new(flate2::read::GzDecoder::new(file))
        } else {
            Box::new(file)
        };
        let mut games = HashMap::new();
        // Sums of squares and products of the difference (d), home (h) and the home side's price (p).
        let (mut dd, mut dh, mut hh, mut dp, mut hp) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for row in csv::Reader::from_reader(body).deserialize() {
            let row: Row = row.with_context(context)?;
            let (Some(home), Some(away)) = (row.home_pregame_elo, row.away_pregame_elo) else {
                continue;
            };
            let (d, at_home) = (home - away, !row.neutral_site.eq_ignore_ascii_case("true"));
            games.insert(row.id, (d, at_home));
            if let Some(spread) = row.spread.filter(|_| row.season <= LAST_SEASON) {
                let (h, p) = (f64::from(u8::from(at_home)), -spread);
                dd += d * d;
                dh += d * h;
                hh += h * h;
                dp += d * p;
                hp += h * p;
            }
        }
        let det = dd * hh - dh * dh;
        ensure!(
            det > 0.0,
            "{} has no games with both ratings and a spread",
            path.display()
        );
        Ok(Self {
            rate: (dp * hh - hp * dh) / det,
            home: (hp * dd - dp * dh) / det,
            games,
        })
    }

    /// Puts the price into the snaps of games that have none; returns how many games got one.
    pub fn fill(&self, games: &mut [RecordedGame]) -> usize {
        let mut filled = 0;
        for game in games {
            let number = game.id.as_str().rsplit('-').next();
            let Some(&(difference, at_home)) = number
                .and_then(|n| n.parse().ok())
                .and_then(|n: i64| self.games.get(&n))
            else {
                continue;
            };
            let home = if at_home { self.home } else { 0.0 };
            let spread = -(self.rate * difference + home) as f32;
            let mut any = false;
            for play in &mut game.plays {
                if play.snap.spread_home.is_none() {
                    play.snap.spread_home = Some(spread);
                    any = true;
                }
            }
            filled += usize::from(any);
        }
        filled
    }
}

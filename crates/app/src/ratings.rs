//! Ratings of sides at hand: what stands in for a price where a feed brings none.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, bail};
use matchday_event::Signal;
use matchday_learn::rating::Ratings;

/// Ratings by sport, in football by league.
#[derive(Debug, Default)]
pub struct Rated(Vec<Ratings>);

impl Rated {
    /// Reads the files; there may be one of each sport or league.
    pub fn load(files: &[PathBuf]) -> anyhow::Result<Self> {
        let mut all: Vec<Ratings> = Vec::new();
        for file in files {
            let text = fs::read_to_string(file)
                .with_context(|| format!("ratings: cannot read {}", file.display()))?;
            let read = Ratings::from_json(&text)
                .with_context(|| format!("ratings: in {}", file.display()))?;
            if all
                .iter()
                .any(|r| r.sport == read.sport && r.league == read.league)
            {
                bail!(
                    "{} is the second file of ratings of {}; name one of each",
                    file.display(),
                    read.league.as_deref().unwrap_or(read.sport.as_str())
                );
            }
            all.push(read);
        }
        Ok(Self(all))
    }

    /// Puts what the ratings expect into a report of who plays, where no forecast is there and a side is known.
    pub fn fill(&self, signal: &mut Signal) {
        if let Signal::Info(info) = signal
            && info.forecast.is_none()
            && let Some(ratings) = self.0.iter().find(|r| {
                r.sport == info.sport && r.league.as_deref().is_none_or(|l| *l == *info.league)
            })
        {
            let season = info.season.unwrap_or(0);
            info.forecast = ratings.forecast(&info.home, &info.away, season, info.neutral);
        }
    }
}

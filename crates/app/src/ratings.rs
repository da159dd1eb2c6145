//! Ratings of sides at hand: what stands in for a price where a feed brings none.

use std::{fs, path::PathBuf};

use anyhow::{Context as _, bail};
use matchday_event::Signal;
use matchday_learn::rating::Ratings;

/// Ratings by sport.
#[derive(Debug, Default)]
pub struct Rated(Vec<Ratings>);

impl Rated {
    /// Reads the files; there may be one of each sport.
    pub fn load(files: &[PathBuf]) -> anyhow::Result<Self> {
        let mut all: Vec<Ratings> = Vec::new();
        for file in files {
            let text = fs::read_to_string(file)
                .with_context(|| format!("cannot read {}", file.display()))?;
            let read =
                Ratings::from_json(&text).with_context(|| format!("in {}", file.display()))?;
            if all.iter().any(|r| r.sport == read.sport) {
                bail!(
                    "{} is the second file of ratings of {}; name one of each sport",
                    file.display(),
                    read.sport.as_str()
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
            && let Some(ratings) = self.0.iter().find(|r| r.sport == info.sport)
        {
            info.forecast = ratings.forecast(&info.home, &info.away, info.neutral);
        }
    }
}

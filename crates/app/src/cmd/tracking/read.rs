//! Files of positions, told apart by what is in them.

use std::{fs, io::Read as _, path::Path};

use anyhow::{Context as _, bail};
use flate2::read::MultiGzDecoder;
use matchday_event::{EventTime, Signal};
use matchday_feeds::tracking::{
    Setup, Tracks, hawkeye, metrica, pff, skillcorner, statsbomb, tracab,
};

/// A provider's format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// TRACAB's JSON.
    Tracab,
    /// PFF's JSON lines.
    Pff,
    /// Hawk-Eye's samples of the ball.
    Hawkeye,
    /// SkillCorner's table.
    Skillcorner,
    /// StatsBomb's freeze frames.
    Statsbomb360,
    /// Metrica's events.
    Metrica,
    /// matchday's own signals.
    Signals,
}

impl Format {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tracab => "tracab",
            Self::Pff => "pff",
            Self::Hawkeye => "hawkeye",
            Self::Skillcorner => "skillcorner",
            Self::Statsbomb360 => "statsbomb-360",
            Self::Metrica => "metrica",
            Self::Signals => "signals",
        }
    }

    /// Whether there is a frame per thing done and not per moment, so that steps between frames are no speeds.
    pub fn is_of_events(self) -> bool {
        matches!(self, Self::Statsbomb360 | Self::Metrica)
    }

    /// Told by the first bytes, which are some kilobytes.
    fn of(bytes: &[u8]) -> Option<Self> {
        let head = &bytes[..bytes.len().min(1 << 16)];
        let has = |word: &str| head.windows(word.len()).any(|w| w == word.as_bytes());
        Some(if head.starts_with(b"PAR1") {
            Self::Skillcorner
        } else if head.starts_with(b"Team,Type,Subtype") {
            Self::Metrica
        } else if has("\"FrameData\"") {
            Self::Tracab
        } else if has("\"homePlayers\"") {
            Self::Pff
        } else if has("\"freeze_frame\"") && has("\"event_uuid\"") {
            Self::Statsbomb360
        } else if has("\"samples\"") && has("\"ball\"") {
            Self::Hawkeye
        } else if has("\"signal\"") {
            Self::Signals
        } else {
            return None;
        })
    }
}

fn unpacked(path: &Path) -> anyhow::Result<Vec<u8>> {
    let cannot = || format!("cannot read {}", path.display());
    let bytes = fs::read(path).with_context(cannot)?;
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes);
    }
    let mut out = Vec::new();
    // A match at 25 frames a second has some hundred megabytes; more is no file of positions.
    MultiGzDecoder::new(&bytes[..])
        .take(1 << 30)
        .read_to_end(&mut out)
        .with_context(cannot)?;
    Ok(out)
}

/// Reads a file.
pub fn read(
    path: &Path,
    with: Option<&Path>,
    begins: Option<EventTime>,
) -> anyhow::Result<(Format, Tracks)> {
    let of_file = || path.display().to_string();
    let bytes = unpacked(path)?;
    let Some(format) = Format::of(&bytes) else {
        bail!(
            "{}: this is no format of positions that this build reads; `matchday tracking --help` lists them",
            of_file()
        );
    };
    let setup = Setup {
        begins: begins.unwrap_or_default(),
        ..Setup::new(format.name())
    };
    let beside = |what: &str| match with {
        Some(with) => unpacked(with),
        None => bail!("{}: {what}; give it with --with FILE", of_file()),
    };
    let tracks = match format {
        Format::Tracab => tracab::read(&bytes, &setup),
        Format::Pff => pff::read(&bytes, &setup),
        Format::Hawkeye => hawkeye::read(&bytes, &setup),
        Format::Metrica => metrica::read(&bytes, &setup),
        Format::Skillcorner => {
            let about = beside("SkillCorner says who is who in the document of the match")?;
            skillcorner::read(bytes.into(), &about, &setup)
        }
        Format::Statsbomb360 => {
            let events = beside("freeze frames are of events, which are in another file")?;
            statsbomb::read(&bytes, &events, &setup)
        }
        Format::Signals => {
            let context = matchday_feeds::Context::default();
            matchday_feeds::signals::parse(&bytes, &context).map(|games| {
                let faults = games.iter().flat_map(|g| g.faults.clone()).collect();
                let signals = games.into_iter().flat_map(|g| g.signals);
                Tracks {
                    frames: signals
                        .filter_map(|s| match s {
                            Signal::Frame(frame) => Some(frame),
                            _ => None,
                        })
                        .collect(),
                    game: None,
                    turned: false,
                    faults,
                }
            })
        }
    };
    Ok((format, tracks.with_context(of_file)?))
}

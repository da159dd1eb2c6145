use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// How the gaze agent is set up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GazeConfig {
    /// The regions that are watched for, sixteen at most. Where they overlap the first one counts.
    pub regions: Vec<WatchedRegion>,
    /// Fewest viewers of whom anything is told. Five is the least that may be.
    pub fewest: usize,
    /// Milliseconds between two facts of the shares.
    pub every_ms: u32,
    /// Milliseconds after which a viewer who sends nothing is not counted.
    pub stale_ms: u32,
    /// Milliseconds of a blink or a glance elsewhere that end no dwell.
    pub glance_ms: u32,
    /// Milliseconds for which eyes may rest on one very point; longer rests a tracker that is stuck.
    pub stuck_ms: u32,
}

/// A region that is watched for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WatchedRegion {
    /// Its name, as reports have it.
    pub name: Arc<str>,
    /// Where it lies on the picture of a camera that stands still: left, top, width, height, as shares. Reports may say
    /// otherwise.
    #[serde(default, rename = "box")]
    pub area: Option<[f32; 4]>,
    /// The share of viewers that is told when it is reached.
    #[serde(default = "up")]
    pub up: f32,
    /// The share under which it is told to be over.
    #[serde(default = "down")]
    pub down: f32,
}

fn up() -> f32 {
    0.6
}

fn down() -> f32 {
    0.5
}

/// Fewest viewers, whatever is configured.
pub const FEWEST: usize = 5;
/// Most regions.
pub const MOST_REGIONS: usize = 16;

/// A setting that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("gaze.{field}: {message}")]
pub struct ConfigError {
    field: String,
    message: String,
}

impl Default for GazeConfig {
    fn default() -> Self {
        Self {
            regions: vec![WatchedRegion {
                name: "penalty_mark".into(),
                area: None,
                up: up(),
                down: down(),
            }],
            fewest: FEWEST,
            every_ms: 200,
            stale_ms: 1000,
            glance_ms: 300,
            stuck_ms: 10_000,
        }
    }
}

impl GazeConfig {
    /// Tells what cannot be used.
    pub fn check(&self) -> Result<(), ConfigError> {
        let wrong = |field: &str, message: String| {
            Err(ConfigError {
                field: field.to_owned(),
                message,
            })
        };
        if self.fewest < FEWEST {
            return wrong(
                "fewest",
                format!(
                    "{} would tell of too few people; give {FEWEST} or more",
                    self.fewest
                ),
            );
        }
        if self.regions.is_empty() || self.regions.len() > MOST_REGIONS {
            return wrong(
                "regions",
                format!("there are {}; give 1 to {MOST_REGIONS}", self.regions.len()),
            );
        }
        for (i, region) in self.regions.iter().enumerate() {
            let field = format!("regions.{i}");
            if !(0.0 < region.down && region.down < region.up && region.up <= 1.0) {
                return wrong(
                    &field,
                    format!(
                        "down {} must be over 0 and under up {}, which must be 1 at most",
                        region.down, region.up
                    ),
                );
            }
            if region.area.is_some_and(|area| !is_area(area)) {
                return wrong(
                    &field,
                    "box must be left, top, width and height within the picture, 0 to 1".to_owned(),
                );
            }
            if self.regions[..i].iter().any(|r| r.name == region.name) {
                return wrong(&field, format!("a second region {:?}", region.name));
            }
        }
        Ok(())
    }
}

/// Whether this is a part of a picture: with an extent, and within a little of its edges.
pub(super) fn is_area([left, top, width, height]: [f32; 4]) -> bool {
    let inside = |from: f32, long: f32| {
        from.is_finite() && long.is_finite() && from >= -0.5 && long > 0.0 && from + long <= 1.5
    };
    inside(left, width) && inside(top, height)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_is_named() {
        assert_eq!(GazeConfig::default().check(), Ok(()));
        let with = |change: fn(&mut GazeConfig)| {
            let mut config = GazeConfig::default();
            change(&mut config);
            config.check().expect_err("refused").to_string()
        };
        assert!(with(|c| c.fewest = 2).starts_with("gaze.fewest: 2"));
        assert!(with(|c| c.regions.clear()).starts_with("gaze.regions:"));
        assert!(with(|c| c.regions[0].up = 0.4).starts_with("gaze.regions.0: down 0.5"));
        let nowhere = |c: &mut GazeConfig| c.regions[0].area = Some([0.0, 0.0, f32::NAN, 1.0]);
        assert!(with(nowhere).contains("box"));
        let twice = |c: &mut GazeConfig| c.regions.push(c.regions[0].clone());
        assert!(with(twice).contains("second region"));
    }
}

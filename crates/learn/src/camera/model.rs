//! The model: a row in, how likely each camera is to be called and how long that takes out.

use matchday_event::senses::Camera;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::features::{FEATURES, NAMES, Row};
use crate::booster::{Booster, BoosterError, Objective};

/// What a camera model's file says it is.
pub const FORMAT: &str = "matchday-camera@1";
/// Classes.
pub(super) const CAMERAS: usize = Camera::ALL.len();

/// What a model's file says of it beside its trees.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// [`FORMAT`].
    pub format: String,
    /// Such as `camera-soccer@1`.
    pub name: String,
    /// Whose matches, as sports are named on the wire.
    pub sport: String,
    /// The classes, in the order of the sums.
    pub cameras: Vec<Camera>,
    /// What log-probabilities are divided by.
    pub temperature: f32,
    /// Micro-events that it was fitted to.
    pub examples: usize,
    /// The matches that they are of: whatever is scored on one of these is scored on what was learned.
    pub matches: Vec<String>,
}

/// A model's file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: String,
    name: String,
    sport: String,
    cameras: Vec<Camera>,
    temperature: f32,
    examples: usize,
    matches: Vec<String>,
    /// As XGBoost writes it, a group of trees for each camera.
    camera: Box<RawValue>,
    /// The same for the delay, in milliseconds.
    delay: Box<RawValue>,
}

/// Why a camera model cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CameraModelError {
    /// Not JSON of the right shape.
    #[error("the camera model is not readable: {0}; train it again with `matchday train camera`")]
    Json(#[from] serde_json::Error),
    /// Another kind of file.
    #[error("the file has format {found:?}, here one of {FORMAT:?} is wanted")]
    Format {
        /// The format it names.
        found: String,
    },
    /// A part that does not fit this build.
    #[error("the camera model's {field} {problem}; train it again with `matchday train camera`")]
    Field {
        /// Which.
        field: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// Trees that make no sense.
    #[error("the camera model's trees: {0}")]
    Trees(#[from] BoosterError),
}

/// What a director would do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// How likely each camera is, in the order of [`Camera::ALL`].
    pub shares: [f32; CAMERAS],
    /// How long it takes until it is on air, in milliseconds.
    pub delay_ms: f32,
}

impl Prediction {
    /// The likeliest, and how likely it is.
    pub fn likeliest(&self) -> (Camera, f32) {
        let mut best = 0;
        for (n, share) in self.shares.iter().enumerate() {
            if *share > self.shares[best] {
                best = n;
            }
        }
        (Camera::ALL[best], self.shares[best])
    }

    /// How likely a camera is.
    pub fn share(&self, camera: Camera) -> f32 {
        self.shares[camera as usize]
    }
}

/// The camera that a director will call, and when.
#[derive(Debug, Clone)]
pub struct CameraModel {
    header: Header,
    camera: Booster,
    delay: Booster,
}

impl CameraModel {
    /// Reads a model file.
    pub fn read(json: &str) -> Result<Self, CameraModelError> {
        #[derive(Deserialize)]
        struct Kind {
            format: Option<String>,
        }
        let kind: Kind = serde_json::from_str(json)?;
        if kind.format.as_deref() != Some(FORMAT) {
            let found = kind.format.as_deref().unwrap_or("none");
            return Err(CameraModelError::Format {
                found: found.chars().take(80).collect(),
            });
        }
        let file: File = serde_json::from_str(json)?;
        let header = Header {
            format: file.format,
            name: file.name,
            sport: file.sport,
            cameras: file.cameras,
            temperature: file.temperature,
            examples: file.examples,
            matches: file.matches,
        };
        let camera = Booster::read(file.camera.get().as_bytes())?;
        let delay = Booster::read(file.delay.get().as_bytes())?;
        check(&header, &camera, &delay)?;
        Ok(Self {
            header,
            camera,
            delay,
        })
    }

    /// What it is and what it was made from.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// How many trees there are, for cameras and for the delay.
    pub fn trees(&self) -> (usize, usize) {
        (self.camera.trees(), self.delay.trees())
    }

    /// What a director would do.
    pub fn predict(&self, row: &Row) -> Prediction {
        let mut shares = [0.0; CAMERAS];
        self.camera.margins(row, &mut shares);
        shares_of(&mut shares, self.header.temperature);
        Prediction {
            shares,
            delay_ms: self.delay.predict_one(row).clamp(0.0, 5_000.0),
        }
    }
}

fn check(header: &Header, camera: &Booster, delay: &Booster) -> Result<(), CameraModelError> {
    let wrong = |field, problem| Err(CameraModelError::Field { field, problem });
    if header.cameras != Camera::ALL {
        return wrong("list of cameras", "is not that of this build");
    }
    if !(header.temperature.is_finite() && header.temperature > 0.0) {
        return wrong("temperature", "is not above 0");
    }
    for (field, booster) in [("camera", camera), ("delay", delay)] {
        let names = booster.feature_names();
        if booster.features() != FEATURES || names.is_none_or(|n| *n != **NAMES) {
            return wrong(field, "has features that are not those of this build");
        }
    }
    if camera.groups() != CAMERAS {
        return wrong("camera", "has not a group of trees for each camera");
    }
    if delay.groups() != 1 || delay.objective() != Objective::Identity {
        return wrong("delay", "is no regression");
    }
    Ok(())
}

/// Writes a model file; `camera` and `delay` are XGBoost's JSON.
pub(super) fn write(header: Header, camera: String, delay: String) -> serde_json::Result<String> {
    let file = File {
        format: header.format,
        name: header.name,
        sport: header.sport,
        cameras: header.cameras,
        temperature: header.temperature,
        examples: header.examples,
        matches: header.matches,
        camera: RawValue::from_string(camera)?,
        delay: RawValue::from_string(delay)?,
    };
    serde_json::to_string(&file).map(|text| text + "\n")
}

/// Turns the sums of one-against-the-rest into shares of one.
pub(super) fn shares_of(sums: &mut [f32; CAMERAS], temperature: f32) {
    // The logarithm of the logistic function, without overflow at either end.
    let log = |m: f32| m.min(0.0) - libm::log1pf(libm::expf(-m.abs()));
    for sum in sums.iter_mut() {
        *sum = log(*sum) / temperature;
    }
    let top = sums.iter().copied().fold(f32::MIN, f32::max);
    let mut total = 0.0;
    for sum in sums.iter_mut() {
        *sum = libm::expf(*sum - top);
        total += *sum;
    }
    for sum in sums {
        *sum /= total;
    }
}

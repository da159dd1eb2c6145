//! The Momentum Index: how stirred those are who watch a match, and which way it goes for each side.
//!
//! A sum of parts, one of each sense, so that it works when any of them is missing. The match's own part follows from
//! [`Flow`], in training as on match day; the others arrive as [`Reading`]s. [`Model`] holds the weights.

pub mod card;
pub mod fans;
pub mod flow;
pub mod train;

use std::sync::{Arc, OnceLock};

use matchday_event::senses::Sense;
use serde::{Deserialize, Serialize};

pub use self::flow::{Features, Flow, Played, Stand};
use crate::football::ModelError;

/// The format of the model file.
pub const FORMAT: &str = "matchday-momentum-model/1";

/// How stirred one sense finds people now.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Reading {
    /// Whoever they are with: 0 not at all, 1 as much as the sense can tell.
    pub stirred: f64,
    /// How it goes for those who are with the home side: -1 to 1.
    pub home: f64,
    /// The same for the visitors'.
    pub away: f64,
}

/// What a sense's reading counts, in points of the index.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weight {
    /// Points of intensity that `stirred` is worth.
    pub stirred: f64,
    /// Points that `home` and `away` are worth.
    pub sides: f64,
}

/// The weights of the match's own part.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GameWeights {
    /// Points of intensity for each of [`flow::NAMES`].
    pub features: [f64; flow::COUNT],
    /// Points taken off: what a quiet match has.
    pub floor: f64,
    /// Points of a side when the match has gone its way entirely.
    pub swing: f64,
    /// Points that both sides have for each point of intensity.
    pub lift: f64,
}

/// The weights of the sensors.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SenseWeights {
    /// The crowd's sound.
    pub sound: Weight,
    /// Chat rooms.
    pub chat: Weight,
    /// Wearables.
    pub body: Weight,
    /// Cameras.
    pub vision: Weight,
    /// Where viewers look.
    pub gaze: Weight,
    /// Positions of players and ball.
    pub tracking: Weight,
}

/// The model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// [`FORMAT`].
    pub format: String,
    /// Its name, such as `momentum@1`.
    pub name: String,
    /// The match's own part, learned from real fans.
    pub game: GameWeights,
    /// The sensors', learned in the simulated world.
    pub senses: SenseWeights,
}

/// What a sense adds to the numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Part {
    /// To the home side's.
    pub home: f64,
    /// To the visitors'.
    pub away: f64,
    /// To the intensity.
    pub intensity: f64,
}

impl Model {
    /// The model that comes with the program.
    pub fn builtin() -> Arc<Self> {
        static MODEL: OnceLock<Arc<Model>> = OnceLock::new();
        crate::shipped(&MODEL, || {
            Self::from_json(include_str!("../../../../models/momentum.json"))
        })
    }

    /// Reads a model file.
    pub fn from_json(json: &str) -> Result<Self, ModelError> {
        crate::model_file(json, FORMAT)
    }

    /// The match's own part.
    pub fn game(&self, features: &Features) -> Part {
        let sum: f64 = self
            .game
            .features
            .iter()
            .zip(&features.values)
            .map(|(w, x)| w * x)
            .sum();
        let intensity = (sum - self.game.floor).max(0.0);
        let swing = self.game.swing * libm::tanh(features.swing / FULL_SWING);
        let lift = self.game.lift * intensity;
        Part {
            home: lift + swing,
            away: lift - swing,
            intensity,
        }
    }

    /// The part of another sense.
    pub fn part(&self, sense: Sense, reading: Reading) -> Part {
        let senses = &self.senses;
        let weight = match sense {
            Sense::Game => return Part::default(),
            Sense::Sound => senses.sound,
            Sense::Chat => senses.chat,
            Sense::Body => senses.body,
            Sense::Vision => senses.vision,
            Sense::Gaze => senses.gaze,
            Sense::Tracking => senses.tracking,
        };
        // A reading is a share: what is no number, or beyond one, is the agent's mistake and must not spread.
        let share = |x: f64, least: f64| {
            if x.is_finite() {
                x.clamp(least, 1.0)
            } else {
                0.0
            }
        };
        Part {
            home: weight.sides * share(reading.home, -1.0),
            away: weight.sides * share(reading.away, -1.0),
            intensity: weight.stirred * share(reading.stirred, 0.0),
        }
    }
}

/// A net swing of win probability, decayed, at which three quarters of the swing's points are given.
const FULL_SWING: f64 = 0.25;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_model_reads_and_writes_the_same() {
        let model = Model::builtin();
        let text = serde_json::to_string(&*model).expect("a model");
        assert_eq!(Model::from_json(&text).expect("the same"), *model);
    }

    #[test]
    fn another_models_file_is_refused_by_name() {
        let error =
            Model::from_json(r#"{"format":"matchday-soccer-model/2"}"#).expect_err("refused");
        assert!(
            error.to_string().contains("matchday-momentum-model/1"),
            "{error}"
        );
    }

    #[test]
    fn a_reading_that_is_no_number_adds_nothing() {
        let model = Model::builtin();
        let reading = Reading {
            stirred: f64::NAN,
            home: f64::INFINITY,
            away: f64::NAN,
        };
        for sense in Sense::ALL {
            assert_eq!(model.part(sense, reading), Part::default(), "{sense}");
        }
    }
}

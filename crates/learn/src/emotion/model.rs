use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{
    Emotion,
    features::{Features, VOCABULARY_BITS},
    prior::{self, Said},
    text::Tokens,
};

/// The format of the header; a change that older programs cannot read raises the number.
pub const FORMAT: &str = "matchday-emotion/1";

/// A feeling less sure than this counts as neutral.
pub const SURE: f32 = 0.65;

/// Why a model cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EmotionModelError {
    /// The header cannot be read.
    #[error(
        "emotion model's header at line {line}, column {column}: {reason}; train it again with `matchday train emotion`"
    )]
    Header {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the parser says.
        reason: String,
    },
    /// Another format.
    #[error(
        "emotion model has format {0:?}, this program reads {FORMAT:?}; train it again with `matchday train emotion`"
    )]
    Format(String),
    /// The weights are not those that the header speaks of.
    #[error("emotion model's weights: {0}; the two files must be of one training")]
    Weights(String),
    /// A number that cannot be.
    #[error("emotion model's field {0}; train it again with `matchday train emotion`")]
    Field(&'static str),
}

/// The readable half of a model; the other is its weights, four signed bytes a row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// [`FORMAT`].
    pub format: String,
    /// Name and version, `emotion-hashed@1`.
    pub name: String,
    /// The table has two to the power of this many rows.
    pub bits: u32,
    /// What a weight of one stands for; a kept number is the weight's root, with its sign.
    pub scale: f32,
    /// Added to the log-odds of joy, rage, surprise and neutral: the intercept, then the shift that was chosen on the
    /// development split for the mean of the classes' F1.
    pub intercept: [f32; Emotion::COUNT],
    /// The shift.
    pub shift: [f32; Emotion::COUNT],
    /// How much the prior's table counts: its words, and its emotes, emoji and emoticons.
    pub prior: [f32; 2],
    /// Log-odds are divided by this to give probabilities.
    pub temperature: f32,
    /// Added to the log-odds of a message of whose words none was trained on.
    pub blank: [f32; Emotion::COUNT],
    /// SHA-256 of the file of weights: first the table, row by row, then a bit for each place of the list of words that
    /// were trained on.
    pub weights_sha256: String,
}

/// What a message shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// Probability of each feeling, in the order of [`Emotion::ALL`]; they add up to 1.
    pub probabilities: [f32; Emotion::COUNT],
}

impl Reading {
    /// A message that says nothing.
    pub const SILENT: Self = Self {
        probabilities: [0.0, 0.0, 0.0, 1.0],
    };

    /// From log-odds.
    pub fn from_logits(logits: [f32; Emotion::COUNT], temperature: f32) -> Self {
        let highest = logits.iter().fold(f32::MIN, |a, b| a.max(*b));
        let odds = logits.map(|z| libm::expf((z - highest) / temperature));
        let sum: f32 = odds.iter().sum();
        Self {
            probabilities: odds.map(|o| o / sum),
        }
    }

    /// The likeliest feeling.
    pub fn likeliest(&self) -> Emotion {
        self.likeliest_of(&Emotion::ALL)
    }

    /// The likeliest of these; neutral if there are none.
    pub fn likeliest_of(&self, among: &[Emotion]) -> Emotion {
        let better = |best: Emotion, e: &Emotion| {
            if self.probabilities[e.index()] > self.probabilities[best.index()] {
                *e
            } else {
                best
            }
        };
        let first = among.first().copied().unwrap_or(Emotion::Neutral);
        among.iter().fold(first, better)
    }

    /// The probability of the likeliest feeling.
    pub fn confidence(&self) -> f32 {
        self.probabilities[self.likeliest().index()]
    }

    /// The likeliest feeling if it is at least [`SURE`], otherwise neutral.
    pub fn felt(&self) -> Emotion {
        if self.confidence() < SURE {
            Emotion::Neutral
        } else {
            self.likeliest()
        }
    }
}

/// The fast model, ready to read.
#[derive(Debug)]
pub struct Model {
    header: Header,
    weights: Vec<[i8; Emotion::COUNT]>,
    vocabulary: Vec<u8>,
}

const HEADER: &str = include_str!("../../../../models/emotion.json");
const WEIGHTS: &[u8] = include_bytes!("../../../../models/emotion.bin");

static BUILTIN: OnceLock<Arc<Model>> = OnceLock::new();

impl Model {
    /// The model that comes with the program.
    pub fn builtin() -> Arc<Self> {
        let read = || {
            let model = Self::read(HEADER, WEIGHTS);
            Arc::new(model.expect("a test reads the model that comes with the program"))
        };
        BUILTIN.get_or_init(read).clone()
    }

    /// Reads a model's two files.
    pub fn read(header: &str, weights: &[u8]) -> Result<Self, EmotionModelError> {
        let wrong = |e: serde_json::Error| EmotionModelError::Header {
            line: e.line(),
            column: e.column(),
            reason: e.to_string(),
        };
        let value: serde_json::Value = serde_json::from_str(header).map_err(wrong)?;
        let format = value["format"].as_str().unwrap_or("none");
        if format != FORMAT {
            let format = format.chars().take(80).collect();
            return Err(EmotionModelError::Format(format));
        }
        let header: Header = serde_json::from_str(header).map_err(wrong)?;
        Self::new(header, weights)
    }

    /// Checks a model's parts.
    pub fn new(header: Header, weights: &[u8]) -> Result<Self, EmotionModelError> {
        if !(8..=22).contains(&header.bits) {
            return Err(EmotionModelError::Field("bits is not 8 to 22"));
        }
        let positive = |x: f32| x.is_finite() && x > 0.0;
        if !positive(header.scale) || !positive(header.temperature) {
            return Err(EmotionModelError::Field(
                "scale or temperature is not above 0",
            ));
        }
        let finite = header.intercept.iter().chain(&header.shift);
        if !finite.chain(&header.prior).all(|x| x.is_finite()) {
            return Err(EmotionModelError::Field(
                "intercept, shift or prior is not a number",
            ));
        }
        let table = Emotion::COUNT << header.bits;
        let wanted = table + (1 << VOCABULARY_BITS) / 8;
        if weights.len() != wanted {
            return Err(EmotionModelError::Weights(format!(
                "{} bytes where {wanted} are needed",
                weights.len()
            )));
        }
        if sha256(weights) != header.weights_sha256 {
            return Err(EmotionModelError::Weights(
                "their SHA-256 is not the header's".into(),
            ));
        }
        let (table, vocabulary) = weights.split_at(table);
        let (rows, _) = table.as_chunks::<{ Emotion::COUNT }>();
        Ok(Self {
            header,
            weights: rows.iter().map(|row| row.map(u8::cast_signed)).collect(),
            vocabulary: vocabulary.to_vec(),
        })
    }

    /// The header.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Log-odds of each feeling before temperature, from what the prior says and the features.
    pub(super) fn logits(&self, said: &Said, features: &Features) -> [f32; Emotion::COUNT] {
        let evidence = evidence(features, &self.vocabulary);
        let header = &self.header;
        let mut logits: [f32; Emotion::COUNT] = std::array::from_fn(|k| {
            header.prior[0] * said.words[k]
                + header.prior[1] * said.pictures[k]
                + (1.0 - evidence) * header.blank[k]
                + evidence * (header.intercept[k] + header.shift[k])
        });
        if evidence == 0.0 {
            return logits;
        }
        let groups = [&features.words, &features.runs];
        for places in groups {
            let mut sum = [0_i32; Emotion::COUNT];
            for place in places {
                let row = self.weights[*place as usize];
                for (sum, weight) in sum.iter_mut().zip(row) {
                    // Kept as the root, so that small weights have as many digits as large ones.
                    let root = i32::from(weight);
                    *sum += root * root.abs();
                }
            }
            // The group's length is one: every feature counts one over the root of their number.
            let scale = evidence * header.scale / libm::sqrtf(places.len().max(1) as f32);
            for (z, sum) in logits.iter_mut().zip(sum) {
                *z += sum as f32 * scale;
            }
        }
        logits
    }
}

/// How far the trained part has anything to go by, 0 to 1: a third for each word that it was trained on, fully with
/// three. Without any all is left to the prior.
pub(super) fn evidence(features: &Features, vocabulary: &[u8]) -> f32 {
    let known = |place: &&u32| (vocabulary[(**place >> 3) as usize] >> (**place & 7)) & 1 == 1;
    features.vocabulary.iter().filter(known).take(3).count() as f32 / 3.0
}

/// Hex SHA-256.
pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

/// Reads messages with a model, and keeps its working memory from one to the next.
#[derive(Debug)]
pub struct Reader {
    model: Arc<Model>,
    tokens: Tokens,
    features: Features,
}

impl Reader {
    /// A reader of this model.
    pub fn new(model: Arc<Model>) -> Self {
        Self {
            model,
            tokens: Tokens::default(),
            features: Features::default(),
        }
    }

    /// The feeling of a message. `emotes` are the names that the platform marked in it; none is fine.
    pub fn read(&mut self, text: &str, emotes: &[Arc<str>]) -> Reading {
        self.tokens.read(text, emotes);
        if self.tokens.list().is_empty() {
            return Reading::SILENT;
        }
        self.features.read(&self.tokens, self.model.header.bits);
        let said = prior::message(&self.tokens);
        let logits = self.model.logits(&said, &self.features);
        Reading::from_logits(logits, self.model.header.temperature)
    }

    /// The pieces of the last message.
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// The model.
    pub fn model(&self) -> &Arc<Model> {
        &self.model
    }
}

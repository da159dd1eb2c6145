//! A small transformer as the deeper model: an ONNX graph that takes word pieces and gives the log-odds of joy, rage,
//! surprise and neutral, calibrated. `scripts/train_emotion_deep.py` makes one.
//!
//! The graph runs one message at a time and on one thread, so that a reading depends on nothing but the message. Its
//! arithmetic is picked by the processor: the last bits are the same on one kind of machine, not on all.

use std::{fmt, sync::Arc};

use rten::{Model, NodeId, RunOptions, ThreadPool, Value, ValueOrView};
use rten_tensor::Layout as _;

use super::{
    Emotion, Reading,
    cascade::SecondOpinion,
    wordpiece::{VocabularyError, WordPiece},
};

/// Bytes of a graph at most: 23 MB.
pub const MOST_BYTES: usize = 23_000_000;
/// Word pieces of a message at most.
const MOST_PIECES: usize = 96;

/// Why a graph cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DeepError {
    /// Too large.
    #[error("the graph has {0} bytes; {MOST_BYTES} are the most")]
    TooLarge(usize),
    /// Not a graph.
    #[error("the graph is not readable: {0}")]
    Load(String),
    /// Inputs of other names.
    #[error(
        "the graph has no input `input_ids`; it must take word pieces [1, n], and may take `attention_mask` and `token_type_ids`"
    )]
    Inputs,
    /// It does not run, or its output is of another shape.
    #[error("the graph does not give four log-odds [1, 4]: {0}")]
    Run(String),
    /// Its vocabulary.
    #[error(transparent)]
    Vocabulary(#[from] VocabularyError),
}

/// A graph with its vocabulary, ready to read.
pub struct Deep {
    name: String,
    model: Model,
    ids: NodeId,
    /// All ones.
    mask: Option<NodeId>,
    /// All zeros.
    types: Option<NodeId>,
    output: NodeId,
    pool: Arc<ThreadPool>,
    words: WordPiece,
}

impl fmt::Debug for Deep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deep")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Deep {
    /// Reads a graph and the vocabulary that it was trained with, and runs it once.
    pub fn read(name: &str, graph: &[u8], vocabulary: &str) -> Result<Self, DeepError> {
        if graph.len() > MOST_BYTES {
            return Err(DeepError::TooLarge(graph.len()));
        }
        let words = WordPiece::read(vocabulary)?;
        let model = Model::load(graph.to_vec()).map_err(|e| DeepError::Load(e.to_string()))?;
        let input = |name: &str| {
            let found = model.find_node(name);
            found.filter(|id| model.input_ids().contains(id))
        };
        let (ids, mask, types) = (
            input("input_ids").ok_or(DeepError::Inputs)?,
            input("attention_mask"),
            input("token_type_ids"),
        );
        let output = *model
            .output_ids()
            .first()
            .ok_or_else(|| DeepError::Run("it has no output".into()))?;
        let deep = Self {
            name: name.to_owned(),
            model,
            ids,
            mask,
            types,
            output,
            pool: Arc::new(ThreadPool::with_num_threads(1)),
            words,
        };
        deep.logits("a message")?;
        Ok(deep)
    }

    /// The log-odds of a message.
    pub fn logits(&self, text: &str) -> Result<[f32; Emotion::COUNT], DeepError> {
        let failed = |e: &dyn fmt::Display| DeepError::Run(e.to_string());
        let ids = self.words.encode(text, MOST_PIECES);
        let n = ids.len();
        let row = |values: Vec<i32>| Value::from_shape(&[1, n], values).map_err(|e| failed(&e));
        let mut inputs = vec![(self.ids, ValueOrView::Value(row(ids)?))];
        for (input, value) in [(self.mask, 1), (self.types, 0)] {
            if let Some(input) = input {
                inputs.push((input, ValueOrView::Value(row(vec![value; n])?)));
            }
        }
        let options = RunOptions::default().with_thread_pool(Some(self.pool.clone()));
        let [value] = self
            .model
            .run_n(inputs, [self.output], Some(options))
            .map_err(|e| failed(&e))?;
        let tensor = value
            .into_tensor::<f32>()
            .ok_or_else(|| failed(&"its output is not in single precision"))?;
        let shape = format!("its output has shape {:?}", tensor.shape());
        let logits: [f32; Emotion::COUNT] =
            tensor.into_data().try_into().map_err(|_| failed(&shape))?;
        match logits.iter().all(|z| z.is_finite()) {
            true => Ok(logits),
            false => Err(failed(&"its output is not finite")),
        }
    }
}

impl SecondOpinion for Deep {
    fn name(&self) -> &str {
        &self.name
    }

    fn read(&self, text: &str) -> Option<Reading> {
        let logits = self.logits(text).ok()?;
        Some(Reading::from_logits(logits, 1.0))
    }
}

//! ONNX graphs that others have trained: one row of single-precision numbers in, a few numbers out.
//!
//! The graph runs on one thread of its own pool, so that its sums have one order. Unlike the rest of this crate
//! the runner picks its arithmetic by the processor it finds: the last bits of a prediction are the same on one
//! kind of machine, not on all.

use std::{fmt, sync::Arc};

use rten::{Dimension, Model, NodeId, RunOptions, ThreadPool, Value, ValueOrView};
use rten_tensor::Layout as _;

/// Outputs at most: those of an expected-points model.
const MAX_OUTPUTS: usize = 7;
/// Inputs at most.
const MAX_FEATURES: usize = 4096;

/// Why a graph cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OnnxError {
    /// Not a graph, or with an operator that is not known.
    #[error("the graph is not readable: {0}; standard operators in single precision are")]
    Load(String),
    /// Another number of inputs than one.
    #[error(
        "the graph has {0} inputs; one is needed, a row of single-precision numbers [1, features]"
    )]
    Inputs(usize),
    /// An input of another shape than one row.
    #[error("the graph's input has shape {found}; [1, {}] is needed", .wanted.map_or("features".to_owned(), |n| n.to_string()))]
    InputShape {
        /// What it says.
        found: String,
        /// How many features are named, if they are.
        wanted: Option<usize>,
    },
    /// An output of another shape than a few numbers.
    #[error(
        "the graph's first output has shape {0:?}; [1, 1] is needed, or [1, 7] for expected points"
    )]
    OutputShape(Vec<usize>),
    /// It does not run.
    #[error("the graph does not run: {0}")]
    Run(String),
}

/// A graph, ready to run.
pub struct Graph {
    model: Model,
    input: NodeId,
    output: NodeId,
    features: usize,
    outputs: usize,
    pool: Arc<ThreadPool>,
}

impl fmt::Debug for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Graph")
            .field("features", &self.features)
            .field("outputs", &self.outputs)
            .finish_non_exhaustive()
    }
}

impl Graph {
    /// Reads a graph and runs it once. How many features it takes is told by the graph, or where its input is as
    /// wide as one likes by `features`.
    pub fn read(bytes: &[u8], features: Option<usize>) -> Result<Self, OnnxError> {
        let model = Model::load(bytes.to_vec()).map_err(|e| OnnxError::Load(e.to_string()))?;
        let &[input] = model.input_ids() else {
            return Err(OnnxError::Inputs(model.input_ids().len()));
        };
        let &[output, ..] = model.output_ids() else {
            return Err(OnnxError::OutputShape(Vec::new()));
        };
        let features = width(&model.input_shape(0), features)?;
        let mut graph = Self {
            model,
            input,
            output,
            features,
            outputs: 0,
            pool: Arc::new(ThreadPool::with_num_threads(1)),
        };
        let (shape, values) = graph.run(&vec![0.0; features])?;
        if !(1..=MAX_OUTPUTS).contains(&values.len()) || shape.len() > 2 {
            return Err(OnnxError::OutputShape(shape));
        }
        graph.outputs = values.len();
        Ok(graph)
    }

    /// How many features a row has.
    pub fn features(&self) -> usize {
        self.features
    }

    /// How many numbers a prediction has.
    pub fn outputs(&self) -> usize {
        self.outputs
    }

    /// Predicts one row.
    pub fn predict(&self, row: &[f32], out: &mut [f32]) -> Result<(), OnnxError> {
        let (shape, values) = self.run(row)?;
        if values.len() != out.len() {
            return Err(OnnxError::OutputShape(shape));
        }
        out.copy_from_slice(&values);
        Ok(())
    }

    fn run(&self, row: &[f32]) -> Result<(Vec<usize>, Vec<f32>), OnnxError> {
        let failed = |e: &dyn fmt::Display| OnnxError::Run(e.to_string());
        let input = Value::from_shape(&[1, row.len()], row.to_vec()).map_err(|e| failed(&e))?;
        let options = RunOptions::default().with_thread_pool(Some(self.pool.clone()));
        let [value] = self
            .model
            .run_n(
                vec![(self.input, ValueOrView::Value(input))],
                [self.output],
                Some(options),
            )
            .map_err(|e| failed(&e))?;
        let tensor = value
            .into_tensor::<f32>()
            .ok_or_else(|| failed(&"its first output is not in single precision"))?;
        Ok((tensor.shape().to_vec(), tensor.into_data()))
    }
}

fn width(shape: &Option<Vec<Dimension>>, wanted: Option<usize>) -> Result<usize, OnnxError> {
    let found = || {
        let dims = shape.iter().flatten().map(|d| match d {
            Dimension::Fixed(n) => n.to_string(),
            Dimension::Symbolic(name) => name.clone(),
        });
        format!("[{}]", dims.collect::<Vec<_>>().join(", "))
    };
    let wrong = || OnnxError::InputShape {
        found: found(),
        wanted,
    };
    let width = match shape.as_deref() {
        Some([Dimension::Fixed(1) | Dimension::Symbolic(_), width]) => width,
        // Not said: it is as wide as there are names.
        None => return wanted.ok_or_else(wrong),
        Some(_) => return Err(wrong()),
    };
    match (width, wanted) {
        (Dimension::Fixed(n), None) if (1..=MAX_FEATURES).contains(n) => Ok(*n),
        (Dimension::Fixed(n), Some(wanted)) if *n == wanted => Ok(*n),
        (Dimension::Symbolic(_), Some(n)) => Ok(n),
        _ => Err(wrong()),
    }
}

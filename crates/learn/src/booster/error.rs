/// Why a booster file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BoosterError {
    /// Neither of the formats.
    #[error(
        "this is neither XGBoost's JSON nor its UBJ format; save the model again with save_model under a name \
         that ends in .json or .ubj"
    )]
    Format,
    /// Not sound JSON.
    #[error("the model is not readable at line {line}, column {column}{place}: {reason}")]
    Json {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// ` (field learner.…)`, or nothing.
        place: String,
        /// What is wrong.
        reason: String,
    },
    /// Not sound UBJ.
    #[error("the model is not readable at byte {offset}{place}: {reason}")]
    Ubj {
        /// Bytes before the fault.
        offset: usize,
        /// ` (field learner.…)`, or nothing.
        place: String,
        /// What is wrong.
        reason: String,
    },
    /// A field of the model that makes no sense.
    #[error("{field}: {problem}")]
    Field {
        /// Which one, such as `learner.learner_model_param.base_score`.
        field: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A tree that makes no sense.
    #[error("tree {tree}, node {node}, {field}: {problem}")]
    Node {
        /// Which tree, from 0.
        tree: usize,
        /// Which of its nodes, from 0.
        node: usize,
        /// Which field.
        field: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// A sound model of a kind that is not evaluated here.
    #[error("{what} is not evaluated here; {instead}")]
    Unsupported {
        /// What it is, and where.
        what: String,
        /// What to do.
        instead: &'static str,
    },
}

impl BoosterError {
    pub(super) fn field(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Field {
            field: field.into(),
            problem: problem.into(),
        }
    }
}

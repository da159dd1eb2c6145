use matchday_event::{FaultCode, PlayId};

/// A payload that could not be used at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} at {place}: {message}", code.as_str())]
pub struct FeedError {
    /// Why, as counted.
    pub code: FaultCode,
    /// Where in the payload: `line 3 column 14`, `drives.3.plays`, `column home_score_pre`.
    pub place: String,
    /// What was found and what was expected.
    pub message: String,
}

impl FeedError {
    /// Builds an error.
    pub fn new(code: FaultCode, place: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code,
            place: place.into(),
            message: message.into(),
        }
    }

    /// The payload is not the document this parser reads.
    pub fn wrong_shape(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(FaultCode::WrongShape, place, message)
    }
}

/// Something in an otherwise good payload that was set aside or read as missing.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Fault {
    /// Why, as counted.
    pub code: FaultCode,
    /// Where in the payload: `drives.3.plays.116.yrdln`, `row 41 clock_sec`.
    pub place: String,
    /// What was found there.
    pub message: String,
    /// The play concerned, where its id could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub play_id: Option<PlayId>,
}

impl Fault {
    /// Builds a fault.
    pub fn new(code: FaultCode, place: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            code,
            place: place.into(),
            message: message.into(),
            play_id: None,
        }
    }

    /// The same fault with the play it concerns.
    #[must_use]
    pub fn of_play(mut self, play_id: &PlayId) -> Self {
        self.play_id = Some(play_id.clone());
        self
    }
}

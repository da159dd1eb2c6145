use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::EventTime;

/// Fewer people than this are never spoken of as a group.
pub const MIN_VIEWERS: u32 = 20;

/// What a cluster of viewers, such as those of neighbouring postcodes, likes. Counts alone come in: nobody can be
/// picked out of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TasteReport {
    /// When it was counted.
    pub at: EventTime,
    /// The cluster's name.
    pub cluster: Arc<str>,
    /// What is liked, such as `analytics`.
    pub topic: Arc<str>,
    /// Viewers counted.
    pub viewers: u32,
    /// Those of them who like it.
    pub like: u32,
}

/// What a cluster of viewers likes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TasteFact {
    /// When it was counted.
    pub at: EventTime,
    /// The cluster's name.
    pub cluster: Arc<str>,
    /// What is liked.
    pub topic: Arc<str>,
    /// Viewers counted.
    pub viewers: u32,
    /// Share of them who like it, 0 to 1.
    pub share: f32,
}

/// How viewers answered what a rule set did, counted over some seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FrownReport {
    /// When the count was taken.
    pub at: EventTime,
    /// Viewers who were shown something of the rules' and could answer.
    pub viewers: u32,
    /// Those of them who frowned.
    pub frowns: u32,
}

/// How viewers answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FrownFact {
    /// When the count was taken.
    pub at: EventTime,
    /// Viewers who could answer.
    pub viewers: u32,
    /// Share of them who frowned, 0 to 1.
    pub share: f32,
}

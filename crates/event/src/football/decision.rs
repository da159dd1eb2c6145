use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::PlayKind;
use crate::Side;

/// What a side is deciding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    /// Fourth down: go for it, punt or kick a field goal.
    FourthDown,
    /// The try after a touchdown: kick for one or go for two.
    Try,
}

/// What can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// Run or pass for the line to gain.
    Go,
    /// Punt.
    Punt,
    /// Try a field goal.
    FieldGoal,
    /// Kick for one point.
    KickOne,
    /// Go for two points.
    TwoPoint,
}

impl Choice {
    /// What was chosen, as far as a kind of play tells. A kneel or a spike is none of the options.
    pub fn of(kind: PlayKind) -> Option<Self> {
        match kind {
            PlayKind::Run | PlayKind::Pass | PlayKind::Sack => Some(Self::Go),
            PlayKind::Punt => Some(Self::Punt),
            PlayKind::FieldGoal => Some(Self::FieldGoal),
            PlayKind::ExtraPoint => Some(Self::KickOne),
            PlayKind::TwoPoint => Some(Self::TwoPoint),
            _ => None,
        }
    }

    /// In words, as in "the models say …".
    pub fn words(self) -> &'static str {
        match self {
            Self::Go => "go for it",
            Self::Punt => "punt",
            Self::FieldGoal => "kick the field goal",
            Self::KickOne => "kick for one",
            Self::TwoPoint => "go for two",
        }
    }
}

/// One option of a [`Decision`]. Win probabilities are of the side that decides, 0 to 1, a tie counted as half.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DecisionOption {
    /// What.
    pub choice: Choice,
    /// Win probability if this is chosen.
    pub wp: f64,
    /// Lower end of its 90 % interval, from models refitted on resampled games.
    pub wp_low: f64,
    /// Upper end of it.
    pub wp_high: f64,
    /// Chance that it succeeds (a first down or a score, a kick that is good); `None` for a punt.
    pub success: Option<f64>,
    /// Win probability once it has succeeded.
    pub wp_success: Option<f64>,
    /// Win probability once it has failed.
    pub wp_failure: Option<f64>,
    /// How often coaches choose it in such situations, 0 to 1.
    pub usual: f64,
}

/// A choice that a side has before the next snap, with what each option is worth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Decision {
    /// What is decided.
    pub kind: DecisionKind,
    /// Who decides.
    pub side: Side,
    /// The options, best first; two at the least.
    pub options: Vec<DecisionOption>,
    /// Whether the data cannot tell the best option from the second: the 90 % interval of [`Decision::edge`]
    /// holds zero.
    pub toss_up: bool,
    /// Win probability of the best option less that of the second.
    pub edge: f64,
    /// Lower end of the edge's 90 % interval.
    pub edge_low: f64,
    /// Upper end of it.
    pub edge_high: f64,
    /// Chance of success from which going for it (or for two) is worth as much as the best other option;
    /// `None` where no chance is, or every chance is.
    pub break_even: Option<f64>,
    /// Why, in one sentence.
    pub reason: Arc<str>,
    /// What was chosen; `None` before the snap and on a play that was none of the options.
    pub called: Option<Choice>,
}

impl Decision {
    /// The recommended option; `None` where it is a toss-up.
    pub fn recommended(&self) -> Option<Choice> {
        self.options
            .first()
            .filter(|_| !self.toss_up)
            .map(|o| o.choice)
    }

    /// An option, if it is one of this decision.
    pub fn option(&self, choice: Choice) -> Option<&DecisionOption> {
        self.options.iter().find(|o| o.choice == choice)
    }

    /// Win probability that the call gave away against the best option; 0 for the best one.
    pub fn cost(&self) -> Option<f64> {
        let called = self.option(self.called?)?;
        Some(self.options.first()?.wp - called.wp)
    }
}

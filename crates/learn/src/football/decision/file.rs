use serde::{Deserialize, Serialize};

use super::chance::ChanceFile;
use crate::football::models::pretty_json;
use crate::football::swing::{Cell, DISTANCE_BOUNDS, ZONE_BOUNDS};

/// The format of a decision file; a change that older programs cannot read raises the number.
pub const DECISION_FORMAT: &str = "matchday-football-decisions/3";

/// Yards to goal per punt cell.
pub(super) const PUNT_STEP: u8 = 5;
/// How many punt cells there are, by yards to goal.
pub const PUNT_CELLS: usize = 20;
/// How many cells there are for what comes of going for it, by distance class, then zone.
pub const GO_CELLS: usize = DISTANCE_BOUNDS.len() * ZONE_BOUNDS.len();

/// Everything learned about one league's decisions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DecisionFile {
    /// [`DECISION_FORMAT`].
    pub format: String,
    /// Name and version, `decisions-nfl@1`.
    pub name: String,
    /// `nfl` or `ncaaf`.
    pub league: String,
    /// First and last season that field goals were learned from.
    pub kick_seasons: (u16, u16),
    /// Chance that a field goal is good.
    pub field_goal: ChanceFile,
    /// Chance of a first down or a touchdown on a run or a pass.
    pub go: ChanceFile,
    /// Chance that a kick for one is good, its refits behind it.
    pub kick_one: ChanceFile,
    /// Chance that a try for two is good, likewise.
    pub two_point: ChanceFile,
    /// What follows a fourth down won: gains count from the line to gain.
    pub won: Vec<Cell>,
    /// What follows one lost.
    pub lost: Vec<Cell>,
    /// What follows a punt, by yards to goal in fives; empty where nobody punts.
    pub punts: Vec<Cell>,
    /// How often coaches go for it.
    pub habit_go: Vec<f64>,
    /// How often those who do not kick a field goal rather than punt.
    pub habit_kick: Vec<f64>,
    /// How often coaches go for two.
    pub habit_two: Vec<f64>,
}

impl DecisionFile {
    /// The file's text, a line for every row of numbers and every table cell.
    pub fn to_json(&self) -> String {
        pretty_json(self)
    }
}

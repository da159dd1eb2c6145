//! How much is at stake in the next play: the outcomes it may have, by situation, with their weights.

use serde::{Deserialize, Serialize};

use super::{Kind, Outcome, PlayResult, Snap};

/// Upper bounds (inclusive) of the distance classes of the outcome cells.
pub const DISTANCE_BOUNDS: [u8; 5] = [2, 5, 9, 14, 99];
/// Upper bounds (inclusive) of the field zones of the outcome cells, in yards to goal.
pub const ZONE_BOUNDS: [u8; 8] = [3, 10, 20, 30, 38, 50, 80, 99];
/// How many outcomes a cell may hold.
pub const MAX_OUTCOMES: usize = 12;

/// An outcome and how likely it is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Weighted {
    /// Probability within its cell.
    pub weight: f64,
    /// What happens.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// The outcomes of one situation: at most [`MAX_OUTCOMES`], their weights adding up to one.
pub type Cell = Vec<Weighted>;

/// Outcome distributions by situation, learned from plays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcomes {
    /// By down, then distance class, then zone.
    pub scrimmage: Vec<Cell>,
    /// A kick-off.
    pub kickoff: Cell,
    /// A field goal or a last play at the end of a half, by zone.
    pub last_play: Vec<Cell>,
    /// Chance that a kicked try is good.
    pub try_kick: f64,
    /// Chance that a two-point try is good.
    pub try_two: f64,
    /// Share of tries for two.
    pub try_two_share: f64,
    /// Factor on the time a running clock takes, for a side that trails late.
    pub hurry: f64,
    /// Factor on it for a side that leads late.
    pub burn: f64,
}

pub(crate) fn class(bounds: &[u8], x: u8) -> usize {
    bounds
        .iter()
        .position(|b| x <= *b)
        .unwrap_or(bounds.len() - 1)
}

/// Number of scrimmage cells.
pub const CELLS: usize = 4 * DISTANCE_BOUNDS.len() * ZONE_BOUNDS.len();

/// The scrimmage cell of a down, distance and spot.
pub fn cell_index(down: u8, distance: u8, yards_to_goal: u8) -> usize {
    let down = usize::from(down.clamp(1, 4)) - 1;
    (down * DISTANCE_BOUNDS.len() + class(&DISTANCE_BOUNDS, distance)) * ZONE_BOUNDS.len()
        + class(&ZONE_BOUNDS, yards_to_goal)
}

/// The zone of a spot.
pub fn zone_index(yards_to_goal: u8) -> usize {
    class(&ZONE_BOUNDS, yards_to_goal)
}

/// Outcomes that the live fold prices of each cell; see [`Outcomes::coarse`].
const LIVE_OUTCOMES: usize = 5;

/// A number and its unit: outcomes of one kind differ by the number alone and can be taken together.
fn yards(result: PlayResult) -> Option<(u8, i16)> {
    match result {
        PlayResult::Gain(y) => Some((0, y)),
        PlayResult::Punt(y) => Some((1, y)),
        PlayResult::Kick(y) => Some((2, i16::from(y))),
        PlayResult::Turnover(y) => Some((3, i16::from(y))),
        _ => None,
    }
}

/// Takes the two outcomes of one kind together that lose least by it, weights times yards apart.
fn merge_closest(cell: &mut Cell) -> bool {
    let mut best: Option<(f64, usize, usize)> = None;
    for i in 0..cell.len() {
        for j in i + 1..cell.len() {
            let (Some((a, x)), Some((b, y))) =
                (yards(cell[i].outcome.result), yards(cell[j].outcome.result))
            else {
                continue;
            };
            let (p, q) = (cell[i].weight, cell[j].weight);
            let loss = p * q / (p + q).max(1e-9) * f64::from((x - y).abs());
            if a == b && best.is_none_or(|(least, ..)| loss < least) {
                best = Some((loss, i, j));
            }
        }
    }
    let Some((_, i, j)) = best else { return false };
    let gone = cell.remove(j);
    let kept = &mut cell[i];
    let weight = kept.weight + gone.weight;
    let mean = |x: f64, y: f64| (x * kept.weight + y * gone.weight) / weight.max(1e-9);
    let at = |result| yards(result).map_or(0.0, |(_, y)| f64::from(y));
    let yards = mean(at(kept.outcome.result), at(gone.outcome.result)).round() as i16;
    let elapsed_s = mean(
        f64::from(kept.outcome.elapsed_s),
        f64::from(gone.outcome.elapsed_s),
    );
    kept.outcome.result = match kept.outcome.result {
        PlayResult::Punt(_) => PlayResult::Punt(yards),
        PlayResult::Kick(_) => PlayResult::Kick(yards.clamp(1, 99) as u8),
        PlayResult::Turnover(_) => PlayResult::Turnover(yards.clamp(1, 99) as u8),
        _ => PlayResult::Gain(yards),
    };
    kept.outcome.elapsed_s = elapsed_s.round() as u16;
    kept.weight = weight;
    true
}

/// Takes outcomes of one kind together until `most` are left, or no two are of one kind.
pub(crate) fn coarsen(cell: &mut Cell, most: usize) {
    while cell.len() > most && merge_closest(cell) {}
}

impl Outcomes {
    /// The same with at most five outcomes a cell where kinds allow: leverage is a mean over them, and the live fold
    /// prices every one after every play.
    pub fn coarse(mut self) -> Self {
        let cells = self.scrimmage.iter_mut().chain([&mut self.kickoff]);
        cells.for_each(|cell| coarsen(cell, LIVE_OUTCOMES));
        self
    }

    /// Whether every table has its size and every cell's weights add up to one.
    pub fn is_sound(&self) -> bool {
        let cell_ok = |c: &Cell| {
            (1..=MAX_OUTCOMES).contains(&c.len())
                && c.iter().all(|w| w.weight.is_finite() && w.weight >= 0.0)
                && (c.iter().map(|w| w.weight).sum::<f64>() - 1.0).abs() < 1e-6
        };
        let chance = |p: f64| (0.0..=1.0).contains(&p);
        self.scrimmage.len() == CELLS
            && self.last_play.len() == ZONE_BOUNDS.len()
            && self.scrimmage.iter().all(cell_ok)
            && self.last_play.iter().all(cell_ok)
            && cell_ok(&self.kickoff)
            && chance(self.try_kick)
            && chance(self.try_two)
            && chance(self.try_two_share)
            && (0.1..=3.0).contains(&self.hurry)
            && (0.1..=3.0).contains(&self.burn)
    }

    /// The outcomes of the next play of a kick-off or a play from scrimmage.
    pub fn of(&self, snap: &Snap) -> &[Weighted] {
        if snap.kind == Kind::Kickoff {
            return &self.kickoff;
        }
        if snap.half_seconds_left() <= 8.0 && snap.period <= 4 && matches!(snap.period, 2 | 4) {
            return &self.last_play[zone_index(snap.yards_to_goal)];
        }
        &self.scrimmage[cell_index(snap.down, snap.distance, snap.yards_to_goal)]
    }

    /// Factor on the time that passes with the clock running: late in a game the side that trails hurries and
    /// the side that leads does not.
    pub fn tempo(&self, snap: &Snap) -> f64 {
        let late = match snap.period {
            2 => snap.clock_s <= 120,
            4 => snap.clock_s <= 300,
            _ => false,
        };
        let own = f64::from(snap.home_lead) * snap.ball_sign();
        match (late, snap.period) {
            (true, 2) => self.hurry,
            (true, _) if own > 0.0 => self.burn,
            (true, _) => self.hurry,
            _ => 1.0,
        }
    }
}

//! Soccer: goals as two Poisson processes whose rates change with the minute, the score, the players left and what the
//! sides have made of the match so far, and the chance of a home win, a draw and an away win over the time left.
//!
//! After Dixon and Robinson (1998), "A birth process model for association football matches".

mod fit;

use std::sync::{Arc, OnceLock};

use matchday_event::Forecast;
use serde::{Deserialize, Serialize};

pub use self::fit::{Fitted, Game, Made, Stretch, baseline, fit};
use crate::football::{ModelError, basis};

/// The format of the model file.
pub const FORMAT: &str = "matchday-soccer-model/2";

/// Blocks of fifteen minutes.
const BLOCKS: usize = 6;
/// Classes of a side's lead: two or more behind, one behind, level, one ahead, two or more ahead.
const LEADS: usize = 5;
/// Leads beyond this are as good as this.
const MOST: usize = 8;
const WIDTH: usize = 2 * MOST + 1;
/// Shots and corners that what is usual counts as, beside those of the match.
const SHOTS_PRIOR: f64 = 16.0;
const CORNERS_PRIOR: f64 = 8.0;
/// Goals that a forecast is read against: a side that may expect them is a usual one.
const USUAL_GOALS: (f64, f64) = (1.55, 1.15);

/// A moment of a match.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// 1 and 2 are halves, 3 and 4 extra time, 5 the shoot-out.
    pub period: u8,
    /// Minutes played in it.
    pub played_min: f64,
    /// Home goals less those of the visitors.
    pub lead: i16,
    /// Home players sent off.
    pub home_reds: u8,
    /// Visitors sent off.
    pub away_reds: u8,
    /// Shots of each side so far, where the feed tells of shots.
    pub shots: Option<(u16, u16)>,
    /// Corners of each side so far, likewise.
    pub corners: Option<(u16, u16)>,
    /// A draw after ninety minutes leads to extra time.
    pub extra_time: bool,
    /// No home advantage.
    pub neutral: bool,
    /// Log of what each side's goal rate is multiplied by, from a pregame price or from ratings.
    pub strength: Option<(f64, f64)>,
    /// Home's lead in the shoot-out and kicks taken by each side.
    pub shootout: Option<(i16, u8, u8)>,
}

impl Moment {
    /// The same as one sees it who does not know how strong the sides are.
    #[must_use]
    pub fn unpriced(self) -> Self {
        Self {
            strength: None,
            ..self
        }
    }
}

/// Chances of the three ways a match can end.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Outcome {
    /// Home win.
    pub home: f64,
    /// Draw.
    pub draw: f64,
    /// Away win.
    pub away: f64,
}

impl Outcome {
    /// A draw counted as half.
    pub fn home_wp(&self) -> f64 {
        self.home + 0.5 * self.draw
    }
}

/// What a model says of a moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Priced {
    /// The three chances.
    pub outcome: Outcome,
    /// What the next minute can change, over the average minute.
    pub leverage: f64,
}

/// Logs of what a side's goals come at, and of what multiplies them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rates {
    /// Goals a minute of a visiting side that is level, by block of fifteen minutes.
    pub log_rates: [f64; BLOCKS],
    /// Playing at home.
    pub home: f64,
    /// The side's lead: -2 and less, -1, 0, 1, 2 and more.
    pub leads: [f64; LEADS],
    /// Each player of its own sent off.
    pub own_red: f64,
    /// Each of the other side.
    pub other_red: f64,
    /// The side's strength from a price or from ratings, where it is known.
    pub strength: f64,
    /// Log of shots so far over what is usual by then: its own, the other's.
    pub shots: [f64; 2],
    /// The same of corners.
    pub corners: [f64; 2],
}

/// A model file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelFile {
    /// [`FORMAT`].
    pub format: String,
    /// Name and version.
    pub name: String,
    /// Rates where nothing is known of the sides' strength.
    pub unpriced: Rates,
    /// Rates where it is.
    pub priced: Rates,
    /// Shots a minute of a usual side at home, and away.
    pub usual_shots: [f64; 2],
    /// Corners a minute, likewise.
    pub usual_corners: [f64; 2],
    /// Minutes added to the first half and to the second.
    pub added_min: [f64; 2],
    /// Expected absolute swing in the next minute, over the training matches.
    pub average_swing: f64,
    /// How ratings follow results (see [`crate::rating`]).
    pub ratings: crate::rating::Rates,
}

/// The model, ready to evaluate.
#[derive(Debug)]
pub struct Model {
    name: Arc<str>,
    file: ModelFile,
}

/// A value for each lead from -[`MOST`] to [`MOST`], with one more at either end, so that a goal has somewhere to go.
type Leads = [f64; WIDTH + 2];

/// What a match is worth at every lead: a home win, and an away win.
#[derive(Debug, Clone, Copy)]
struct Values {
    home: Leads,
    away: Leads,
}

/// Whose value stands where among [`Leads`].
fn slot(lead: i32) -> usize {
    let most = MOST as i32;
    (lead.clamp(-most, most) + most + 1) as usize
}

impl Values {
    /// At the end: who leads has won; `level` says what a draw gives each.
    fn end(level: f64) -> Self {
        let mut v = Self {
            home: [0.0; WIDTH + 2],
            away: [0.0; WIDTH + 2],
        };
        v.away[..=MOST].fill(1.0);
        v.home[MOST + 2..].fill(1.0);
        v.home[MOST + 1] = level;
        v.away[MOST + 1] = level;
        v
    }

    fn at(&self, lead: i32) -> Outcome {
        let at = slot(lead);
        let (home, away) = (self.home[at], self.away[at]);
        Outcome {
            home,
            draw: (1.0 - home - away).max(0.0),
            away,
        }
    }
}

/// Logs of both sides' goal rates, but for the minute and the lead: the same for all that is left of a match.
#[derive(Debug, Clone, Copy)]
struct Sides {
    home: f64,
    away: f64,
}

impl Model {
    /// Reads a model file's text.
    pub fn from_json(json: &str) -> Result<Self, ModelError> {
        Self::from_file(crate::model_file(json, FORMAT)?)
    }

    /// Makes a model file ready.
    pub fn from_file(file: ModelFile) -> Result<Self, ModelError> {
        for rates in [&file.unpriced, &file.priced] {
            let rates = rates.log_rates.iter().chain(&rates.leads);
            if rates.copied().any(|w| !(-20.0..5.0).contains(&w)) {
                return Err(ModelError::Field {
                    field: "log_rates, leads",
                    problem: "must be numbers from -20 to 5",
                });
            }
        }
        Ok(Self {
            name: file.name.as_str().into(),
            file,
        })
    }

    /// The model that comes with the program.
    pub fn builtin() -> Arc<Self> {
        static MODEL: OnceLock<Arc<Model>> = OnceLock::new();
        crate::shipped(&MODEL, || Self::from_json(Self::builtin_json()))
    }

    /// The text of its file.
    pub fn builtin_json() -> &'static str {
        include_str!("../../../../models/soccer.json")
    }

    /// Name and version.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// How ratings follow results.
    pub fn ratings(&self) -> &crate::rating::Rates {
        &self.file.ratings
    }

    fn rates(&self, m: &Moment) -> &Rates {
        if m.strength.is_some() {
            &self.file.priced
        } else {
            &self.file.unpriced
        }
    }

    fn sides(&self, m: &Moment) -> Sides {
        let r = self.rates(m);
        let (hr, ar) = (f64::from(m.home_reds), f64::from(m.away_reds));
        let [home, away] = if m.neutral {
            [0.5 * r.home; 2]
        } else {
            [r.home, 0.0]
        };
        let strength = m.strength.unwrap_or_default();
        let f = &self.file;
        let [shots, corners] = beyond_usual(m, &f.usual_shots, &f.usual_corners);
        let made = |own: usize| {
            r.shots[0] * shots[own]
                + r.shots[1] * shots[1 - own]
                + r.corners[0] * corners[own]
                + r.corners[1] * corners[1 - own]
        };
        Sides {
            home: home + r.own_red * hr + r.other_red * ar + r.strength * strength.0 + made(0),
            away: away + r.own_red * ar + r.other_red * hr + r.strength * strength.1 + made(1),
        }
    }

    /// Goals a minute of both sides at each class of home's lead.
    fn goals(&self, m: &Moment, sides: &Sides, block: usize) -> [(f64, f64); LEADS] {
        let r = self.rates(m);
        let base = r.log_rates[block.min(BLOCKS - 1)];
        std::array::from_fn(|lead| {
            (
                basis::exp(base + sides.home + r.leads[lead]),
                basis::exp(base + sides.away + r.leads[LEADS - 1 - lead]),
            )
        })
    }

    /// Takes so many minutes of one block back from the values at their end to those at their beginning.
    fn back(&self, m: &Moment, sides: &Sides, values: &mut Values, block: usize, minutes: f64) {
        if minutes <= 0.0 {
            return;
        }
        let steps = (minutes.ceil() as usize).max(1);
        let dt = minutes / steps as f64;
        let goal = self.goals(m, sides, block).map(|(h, a)| {
            let (h, a) = (1.0 - basis::exp(-h * dt), 1.0 - basis::exp(-a * dt));
            (h * (1.0 - a), a * (1.0 - h))
        });
        let (mut up, mut down, mut stay) = ([0.0; WIDTH], [0.0; WIDTH], [0.0; WIDTH]);
        for at in 0..WIDTH {
            let (h, a) = goal[class(at as i32 - MOST as i32)];
            (up[at], down[at], stay[at]) = (h, a, 1.0 - h - a);
        }
        let step = |v: &mut Leads| {
            let mut before = [0.0; WIDTH + 2];
            for at in 0..WIDTH {
                before[at + 1] = stay[at] * v[at + 1] + up[at] * v[at + 2] + down[at] * v[at];
            }
            before[0] = before[1];
            before[WIDTH + 1] = before[WIDTH];
            *v = before;
        };
        for _ in 0..steps {
            step(&mut values.home);
            step(&mut values.away);
        }
    }

    /// Takes a half back from its end to a minute of it.
    fn half(&self, m: &Moment, sides: &Sides, values: &mut Values, half: usize, from_min: f64) {
        // Time added, of which some is left however long it has been.
        let over = (from_min - 45.0).max(0.0);
        let added = (self.file.added_min[half] - over).max(0.4);
        self.back(m, sides, values, half * 3 + 2, added);
        for block in (0..3).rev() {
            let end = 15.0 * (block + 1) as f64;
            let begin = from_min.max(end - 15.0);
            self.back(m, sides, values, half * 3 + block, end - begin);
        }
    }

    /// What the match is worth now at every lead, no shoot-out having begun.
    fn values(&self, m: &Moment, sides: &Sides) -> Values {
        let mut values = Values::end(0.0);
        if m.period >= 3 || m.extra_time {
            // Kicks are even.
            values = Values::end(0.5);
            let rest = match m.period {
                3 => (16.0 - m.played_min).max(0.4) + 16.0,
                4.. => (16.0 - m.played_min).max(0.4),
                _ => 32.0,
            };
            self.back(m, sides, &mut values, 5, rest);
            if m.period >= 3 {
                return values;
            }
            let extra = values.at(0);
            values = Values::end(0.0);
            (values.home[MOST + 1], values.away[MOST + 1]) = (extra.home, extra.away);
        }
        if m.period <= 1 {
            self.half(m, sides, &mut values, 1, 0.0);
            self.half(m, sides, &mut values, 0, m.played_min);
        } else {
            self.half(m, sides, &mut values, 1, m.played_min);
        }
        values
    }

    /// The three chances.
    pub fn outcome(&self, m: &Moment) -> Outcome {
        if let Some((lead, home, away)) = m.shootout {
            return shootout(lead, home, away);
        }
        self.values(m, &self.sides(m)).at(i32::from(m.lead))
    }

    /// Home win probability, a draw counted as half.
    pub fn home_wp(&self, m: &Moment) -> f64 {
        self.outcome(m).home_wp()
    }

    /// The three chances and the leverage, in one go: the way back from the end passes every lead.
    pub fn price(&self, m: &Moment) -> Priced {
        if let Some((lead, home, away)) = m.shootout {
            return Priced {
                outcome: shootout(lead, home, away),
                leverage: 10.0,
            };
        }
        let sides = self.sides(m);
        let values = self.values(m, &sides);
        let block = match m.period {
            0 | 1 => ((m.played_min / 15.0) as usize).min(2),
            2 => 3 + (m.played_min / 15.0) as usize,
            _ => 5,
        };
        let lead = i32::from(m.lead);
        let outcome = values.at(lead);
        let (h, a) = self.goals(m, &sides, block)[class(lead)];
        let by = |goals| (values.at(lead + goals).home_wp() - outcome.home_wp()).abs();
        Priced {
            outcome,
            leverage: (h * by(1) + a * by(-1)) / self.file.average_swing,
        }
    }

    /// The strengths that make the chances at the start those of a pregame price: by bisection on the difference,
    /// the sum of goals left as the model has it.
    pub fn strength_of(&self, start: &Moment, home: f64, away: f64) -> (f64, f64) {
        let want = home / (home + away).max(1e-9);
        let (mut low, mut high) = (-2.5, 2.5);
        for _ in 0..40 {
            let mid = 0.5 * (low + high);
            let o = self.outcome(&Moment {
                strength: Some((0.5 * mid, -0.5 * mid)),
                extra_time: false,
                ..*start
            });
            if o.home / (o.home + o.away) < want {
                low = mid;
            } else {
                high = mid;
            }
        }
        (0.5 * low, -0.5 * low)
    }
}

/// The strengths that a forecast of goals stands for.
pub fn strength(forecast: &Forecast, neutral: bool) -> (f64, f64) {
    let (home, away) = if neutral {
        let mean = 0.5 * (USUAL_GOALS.0 + USUAL_GOALS.1);
        (mean, mean)
    } else {
        USUAL_GOALS
    };
    let log = |goals: f64, usual: f64| libm::log(goals.clamp(0.05, 20.0) / usual);
    (log(forecast.home, home), log(forecast.away, away))
}

/// Logs of shots and of corners so far over what is usual by then, home's and the visitors'; nothing where the feed
/// tells of none.
fn beyond_usual(m: &Moment, usual_shots: &[f64; 2], usual_corners: &[f64; 2]) -> [[f64; 2]; 2] {
    let before = match m.period {
        0 | 1 => 0.0,
        2 => 46.0,
        3 => 95.0,
        _ => 111.0,
    };
    let played = before + m.played_min;
    let log = |told: Option<(u16, u16)>, usual: &[f64; 2], prior: f64| {
        let Some((home, away)) = told else {
            return [0.0; 2];
        };
        let of = |n: u16, usual: f64| libm::log((f64::from(n) + prior) / (usual * played + prior));
        [of(home, usual[0]), of(away, usual[1])]
    };
    [
        log(m.shots, usual_shots, SHOTS_PRIOR),
        log(m.corners, usual_corners, CORNERS_PRIOR),
    ]
}

/// The class of a side's lead.
fn class(lead: i32) -> usize {
    (lead.clamp(-2, 2) + 2) as usize
}

/// Three kicks in four go in.
const KICK: f64 = 0.75;

/// Chances of a shoot-out: five kicks each, home first as far as anyone knows, then pairs until one differs.
fn shootout(lead: i16, home: u8, away: u8) -> Outcome {
    fn win(lead: i16, home: u8, away: u8, depth: u8) -> f64 {
        let (left_h, left_a) = (5 - i16::from(home.min(5)), 5 - i16::from(away.min(5)));
        let early = home < 5 || away < 5;
        if early {
            if lead > left_a {
                return 1.0;
            }
            if -lead > left_h {
                return 0.0;
            }
        } else if home == away {
            return match lead {
                0 => 0.5,
                l if l > 0 => 1.0,
                _ => 0.0,
            };
        }
        if depth == 0 {
            return 0.5;
        }
        if home <= away {
            KICK * win(lead + 1, home + 1, away, depth - 1)
                + (1.0 - KICK) * win(lead, home + 1, away, depth - 1)
        } else {
            KICK * win(lead - 1, home, away + 1, depth - 1)
                + (1.0 - KICK) * win(lead, home, away + 1, depth - 1)
        }
    }
    let home = win(lead, home, away, 12);
    Outcome {
        home,
        draw: 0.0,
        away: 1.0 - home,
    }
}

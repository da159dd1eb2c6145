use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use super::{
    Kind, Outcome, PlayResult, Rules, Snap,
    ep::{Ep, EpWeights},
    next_snap,
    swing::Outcomes,
    wp::{
        DRAWS, DrawTable, FEATURES, Field, KNOTS_S, OvertimeParams, Table, Weights, WpDraws,
        overtime_wp,
    },
};

/// The format of a model file; a change that older programs cannot read raises the number.
pub const FORMAT: &str = "matchday-football-models/1";

/// Why a model file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// Not JSON of the right shape.
    #[error(
        "model file is not readable at line {line}, column {column}: {reason}; train it again with `matchday train`"
    )]
    Json {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the parser says.
        reason: String,
    },
    /// Another format.
    #[error(
        "model file has format {found:?}, this program reads {FORMAT:?}; train it again with `matchday train`"
    )]
    Format {
        /// The format it names.
        found: String,
    },
    /// The file of another sport.
    #[error("model file has format {found:?}, here one of {wanted:?} is wanted")]
    Sport {
        /// The format it names.
        found: String,
        /// The one that fits.
        wanted: &'static str,
    },
    /// A part with the wrong shape.
    #[error("model field {field} {problem}; train it again with `matchday train`")]
    Field {
        /// Which field.
        field: &'static str,
        /// What is wrong.
        problem: &'static str,
    },
}

/// A model file: everything learned about one league's football.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelFile {
    /// [`FORMAT`].
    pub format: String,
    /// The model's name and version, `wp-nfl-logistic@1`.
    pub name: String,
    /// `nfl` or `ncaaf`.
    pub league: String,
    /// The league's rules.
    pub rules: Rules,
    /// Win probability.
    pub wp: WpFile,
    /// Expected points.
    pub ep: EpWeights,
    /// Overtime.
    pub overtime: OvertimeParams,
    /// What the next play may bring.
    pub outcomes: Outcomes,
    /// Expected absolute swing in win probability of the average play of the training games.
    pub average_swing: f64,
}

impl ModelFile {
    /// Reads a model file without checking its parts, which [`Models::from_file`] does.
    pub fn from_json(json: &str) -> Result<Self, ModelError> {
        let value: serde_json::Value = serde_json::from_str(json).map_err(json_error)?;
        let found = value["format"].as_str().unwrap_or("none");
        if found != FORMAT {
            return Err(ModelError::Format {
                found: found.chars().take(80).collect(),
            });
        }
        // Read from the text once more, so that an error names its line.
        serde_json::from_str(json).map_err(json_error)
    }

    /// The file's text: a line for every row of numbers and every table cell, so that a diff can be read.
    pub fn to_json(&self) -> String {
        pretty_json(self)
    }
}

/// A model file's text: a line for every row of numbers and every table cell, so that a diff can be read.
pub(super) fn pretty_json(file: &impl Serialize) -> String {
    let value = serde_json::to_value(file).expect("a model file is plain JSON");
    let mut text = String::new();
    pretty(&value, 0, &mut text);
    text
}

fn pretty(value: &serde_json::Value, indent: usize, out: &mut String) {
    use serde_json::Value;
    let pad = |n: usize| " ".repeat(n);
    match value {
        Value::Object(map) if indent < 6 && !map.contains_key("weight") => {
            out.push_str("{\n");
            for (i, (key, item)) in map.iter().enumerate() {
                out.push_str(&format!(
                    "{}{}: ",
                    pad(indent + 2),
                    Value::from(key.as_str())
                ));
                pretty(item, indent + 2, out);
                out.push_str(if i + 1 < map.len() { ",\n" } else { "\n" });
            }
            out.push_str(&format!("{}}}", pad(indent)));
        }
        Value::Array(items) if items.iter().any(Value::is_array) => {
            out.push_str("[\n");
            for (i, item) in items.iter().enumerate() {
                out.push_str(&format!("{}{item}", pad(indent + 2)));
                out.push_str(if i + 1 < items.len() { ",\n" } else { "\n" });
            }
            out.push_str(&format!("{}]", pad(indent)));
        }
        other => out.push_str(&other.to_string()),
    }
}

/// The win probability part of a model file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WpFile {
    /// Feature names, so that weights are never read against another list.
    pub features: Vec<String>,
    /// Seconds left at each row of weights.
    pub knots_s: Vec<f64>,
    /// For games with a pregame spread.
    pub with_spread: Weights,
    /// For games without.
    pub without_spread: Weights,
    /// Refits on resampled games, by which the model knows how sure it is of its weights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draws: Option<WpDraws>,
}

/// The models of one league, ready to evaluate.
#[derive(Debug)]
pub struct Models {
    name: Arc<str>,
    rules: Rules,
    with_spread: Table,
    without_spread: Table,
    draws: Option<Box<[DrawTable; 2]>>,
    field: Field,
    ep: Ep,
    overtime: OvertimeParams,
    outcomes: Outcomes,
    average_swing: f64,
    use_spread: bool,
}

const NFL_JSON: &str = include_str!("../../../../models/nfl.json");
const NCAAF_JSON: &str = include_str!("../../../../models/ncaaf.json");

static NFL: OnceLock<Arc<Models>> = OnceLock::new();
static NCAAF: OnceLock<Arc<Models>> = OnceLock::new();
static OTHER: OnceLock<Arc<Models>> = OnceLock::new();

impl Models {
    /// The models that come with the program: `nfl` and `ncaaf`. Any other league gets the NFL's without the
    /// spread, for its price scale is not known to carry over; its name says so.
    pub fn builtin(league: &str) -> Arc<Self> {
        match league {
            "nfl" => crate::shipped(&NFL, || Self::from_json(NFL_JSON)),
            "ncaaf" => crate::shipped(&NCAAF, || Self::from_json(NCAAF_JSON)),
            _ => crate::shipped(&OTHER, || {
                let mut models = Self::from_json(NFL_JSON)?;
                models.use_spread = false;
                models.name = format!("{}+no-spread", models.name).into();
                Ok(models)
            }),
        }
    }

    /// Reads a model file.
    pub fn from_json(json: &str) -> Result<Self, ModelError> {
        Self::from_file(ModelFile::from_json(json)?)
    }

    /// The model file of [`Models::builtin`] as text.
    pub fn builtin_json(league: &str) -> &'static str {
        match league {
            "ncaaf" => NCAAF_JSON,
            _ => NFL_JSON,
        }
    }

    /// Checks and lays out a model file's content.
    pub fn from_file(file: ModelFile) -> Result<Self, ModelError> {
        let wrong = |field, problem| ModelError::Field { field, problem };
        if file.wp.features != FEATURES {
            return Err(wrong("wp.features", "is another list than this program's"));
        }
        if file.wp.knots_s != KNOTS_S {
            return Err(wrong("wp.knots_s", "is another list than this program's"));
        }
        let shape = "has the wrong number of rows or columns, or a value that is not finite";
        let table = |w: &Weights, field| w.table().ok_or_else(|| wrong(field, shape));
        let with_spread = table(&file.wp.with_spread, "wp.with_spread")?;
        let without_spread = table(&file.wp.without_spread, "wp.without_spread")?;
        let draws = match &file.wp.draws {
            None => None,
            Some(d) => {
                let tables = [d.with_spread.table(), d.without_spread.table()];
                let [Some(with), Some(without)] = tables else {
                    return Err(wrong("wp.draws", shape));
                };
                Some(Box::new([with, without]))
            }
        };
        let ep = Ep::new(&file.ep).ok_or_else(|| wrong("ep.rows", shape))?;
        if !file.outcomes.is_sound() {
            return Err(wrong(
                "outcomes",
                "has a table of the wrong size or weights that do not add up to one",
            ));
        }
        if !(file.average_swing > 0.0 && file.average_swing < 1.0) {
            return Err(wrong("average_swing", "is not between 0 and 1"));
        }
        Ok(Self {
            name: file.name.into(),
            rules: file.rules,
            with_spread,
            without_spread,
            draws,
            field: Field::tabulate(&ep),
            ep,
            overtime: file.overtime,
            outcomes: file.outcomes.coarse(),
            average_swing: file.average_swing,
            use_spread: true,
        })
    }

    /// The model's name and version, such as `wp-nfl-logistic@1`.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The rules the model was made for.
    pub fn rules(&self) -> Rules {
        self.rules
    }

    /// Factor on the time that a running clock takes before the next snap.
    pub fn tempo(&self, snap: &Snap) -> f64 {
        self.outcomes.tempo(snap)
    }

    /// Home win probability before this snap, a tie that stands counted as half; exactly 0, 0.5 or 1 once
    /// the game is over.
    pub fn home_wp(&self, snap: &Snap) -> f64 {
        match snap.kind {
            Kind::Over => 0.5 + 0.5 * f64::from(snap.home_lead.signum()),
            Kind::Try if snap.possession.is_some() => self.try_wp(snap),
            // Nobody is known to try: all that can be said is what the score says.
            Kind::Try => self.home_wp(&Snap {
                kind: Kind::Kickoff,
                ..*snap
            }),
            Kind::Kickoff | Kind::Scrimmage => {
                let (spread_home, table) = self.table(snap);
                if snap.period >= 5 {
                    let seen = Snap {
                        spread_home,
                        ..*snap
                    };
                    overtime_wp(&seen, &self.overtime, &self.ep, self.rules)
                } else {
                    table.home_wp(snap, spread_home, &self.field)
                }
            }
        }
    }

    /// Home win probability before a try by this model: the states that may follow differ by the lead alone, which is
    /// worth knowing, for every play may end in a touchdown.
    fn try_wp(&self, snap: &Snap) -> f64 {
        let next = next_snap(snap, tried(0), self.rules);
        if next.kind != Kind::Kickoff || next.period >= 5 {
            return self.try_wp_by(snap, |s| self.home_wp(s));
        }
        let (spread_home, table) = self.table(snap);
        let sign = snap.ball_sign() as i16;
        let leads = [0, 1, 2].map(|points| next.home_lead + sign * points);
        let after = table.home_wp_by_lead(&next, leads, spread_home, &self.field);
        self.better_try(snap, after)
    }

    /// Home win probability before a try, given what `home_wp` says of the kick-off after it: by the better of
    /// kicking and going for two.
    pub fn try_wp_by(&self, snap: &Snap, home_wp: impl Fn(&Snap) -> f64) -> f64 {
        let after = [0, 1, 2].map(|points| home_wp(&next_snap(snap, tried(points), self.rules)));
        self.better_try(snap, after)
    }

    /// Whether home has won, by what follows no point, one and two, if the try is kicked and if it is for two.
    fn try_options(&self, [none, one, two]: [f64; 3]) -> [f64; 2] {
        let kick = none + self.outcomes.try_kick * (one - none);
        [kick, none + self.outcomes.try_two * (two - none)]
    }

    fn better_try(&self, snap: &Snap, after: [f64; 3]) -> f64 {
        let [kick, two] = self.try_options(after);
        if snap.ball_sign() >= 0.0 {
            kick.max(two)
        } else {
            kick.min(two)
        }
    }

    /// Whether the model file holds the refits that [`Models::home_wp_draws`] speaks of.
    pub fn knows_its_uncertainty(&self) -> bool {
        self.draws.is_some()
    }

    /// What [`Models::home_wp`] would be had the model learned from other games of the same kind: by each of [`DRAWS`]
    /// refits on resampled games, always the same refit at the same place. To know how sure a difference between two
    /// snaps is, take it draw by draw. Overtime's formula has no refits and a model file may have none: all draws
    /// are then what [`Models::home_wp`] says.
    pub fn home_wp_draws(&self, snap: &Snap) -> [f64; DRAWS] {
        let Some(draws) = &self.draws else {
            return [self.home_wp(snap); DRAWS];
        };
        match snap.kind {
            Kind::Over => [self.home_wp(snap); DRAWS],
            Kind::Try if snap.possession.is_some() => self.try_wp_draws(snap),
            Kind::Try => self.home_wp_draws(&Snap {
                kind: Kind::Kickoff,
                ..*snap
            }),
            Kind::Kickoff | Kind::Scrimmage if snap.period >= 5 => [self.home_wp(snap); DRAWS],
            Kind::Kickoff | Kind::Scrimmage => {
                let (spread_home, table) = self.table(snap);
                let draws = &draws[usize::from(spread_home.is_none())];
                draws.home_wp(table, snap, spread_home, &self.field)
            }
        }
    }

    fn try_wp_draws(&self, snap: &Snap) -> [f64; DRAWS] {
        let after = [0, 1, 2].map(|points| next_snap(snap, tried(points), self.rules));
        // What the side does is for the weights to say, not for each draw, or the best of noise would count.
        let [kick, two] = self.try_options(after.map(|s| self.home_wp(&s)));
        let for_two = if snap.ball_sign() >= 0.0 {
            two > kick
        } else {
            two < kick
        };
        let [none, one, two] = after.map(|s| self.home_wp_draws(&s));
        std::array::from_fn(|draw| {
            let options = self.try_options([none[draw], one[draw], two[draw]]);
            options[usize::from(for_two)]
        })
    }

    /// The spread to go by, and the weights for it.
    fn table(&self, snap: &Snap) -> (Option<f32>, &Table) {
        let spread_home = snap.spread_home.filter(|_| self.use_spread);
        let table = match spread_home {
            Some(_) => &self.with_spread,
            None => &self.without_spread,
        };
        (spread_home, table)
    }

    /// Points expected of the side in possession (the receivers, before a kick-off) from the next score of
    /// the half; on a try, those of the try less what the other side can expect of the kick-off. `None` once
    /// the game is over or where nobody is known to have the ball.
    pub fn ep(&self, snap: &Snap) -> Option<f64> {
        self.ep_by(snap, |s| self.ep.points(s))
    }

    /// [`Models::ep`], given what `points` says of a kick-off or a play from scrimmage.
    pub fn ep_by(&self, snap: &Snap, points: impl Fn(&Snap) -> f64) -> Option<f64> {
        snap.possession?;
        match snap.kind {
            Kind::Over => None,
            Kind::Kickoff | Kind::Scrimmage => Some(points(snap)),
            Kind::Try => {
                let o = &self.outcomes;
                let tried =
                    (1.0 - o.try_two_share) * o.try_kick + o.try_two_share * 2.0 * o.try_two;
                let kickoff = Snap {
                    kind: Kind::Kickoff,
                    ..*snap
                };
                Some(tried - points(&kickoff))
            }
        }
    }

    /// Expected absolute change of the home win probability by the next play; `None` once the game is over or
    /// where nobody is known to have the ball.
    pub fn expected_swing(&self, snap: &Snap) -> Option<f64> {
        self.expected_swing_from(snap, self.home_wp(snap))
    }

    /// [`Models::expected_swing`] for a caller that has [`Models::home_wp`] of this snap already.
    pub fn expected_swing_from(&self, snap: &Snap, before: f64) -> Option<f64> {
        self.expected_swing_by(snap, before, |s| self.home_wp(s))
    }

    /// [`Models::expected_swing`] by the outcomes that this model expects and the win probabilities that
    /// `home_wp` gives them, from `before` that it gives this snap.
    pub fn expected_swing_by(
        &self,
        snap: &Snap,
        before: f64,
        home_wp: impl Fn(&Snap) -> f64,
    ) -> Option<f64> {
        snap.possession?;
        if snap.kind == Kind::Over {
            return None;
        }
        if snap.kind == Kind::Try {
            return Some(self.try_swing(snap, before, home_wp));
        }
        let tempo = self.outcomes.tempo(snap);
        let mut swing = 0.0;
        for w in self.outcomes.of(snap) {
            let mut outcome = w.outcome;
            // Up to 12 seconds is a play with the clock stopped after it: nobody can hurry or stretch that.
            if outcome.elapsed_s > 12 {
                outcome.elapsed_s = (f64::from(outcome.elapsed_s) * tempo) as u16;
            }
            let after = home_wp(&next_snap(snap, outcome, self.rules));
            swing += w.weight * (after - before).abs();
        }
        Some(swing)
    }

    fn try_swing(&self, snap: &Snap, before: f64, home_wp: impl Fn(&Snap) -> f64) -> f64 {
        let o = &self.outcomes;
        let after = |points| (home_wp(&next_snap(snap, tried(points), self.rules)) - before).abs();
        let none = after(0);
        let kick = o.try_kick * after(1) + (1.0 - o.try_kick) * none;
        let two = o.try_two * after(2) + (1.0 - o.try_two) * none;
        (1.0 - o.try_two_share) * kick + o.try_two_share * two
    }

    /// Leverage index: the expected swing of the next play over that of the average play, so that 1 is
    /// average; `None` where [`Models::expected_swing`] is.
    pub fn leverage(&self, snap: &Snap) -> Option<f64> {
        self.leverage_from(snap, self.home_wp(snap))
    }

    /// [`Models::leverage`] for a caller that has [`Models::home_wp`] of this snap already.
    pub fn leverage_from(&self, snap: &Snap, home_wp: f64) -> Option<f64> {
        Some(self.expected_swing_from(snap, home_wp)? / self.average_swing)
    }

    /// [`Models::leverage_from`] by the win probabilities that `home_wp` gives, on the scale of this model's
    /// average play.
    pub fn leverage_by(
        &self,
        snap: &Snap,
        before: f64,
        home_wp: impl Fn(&Snap) -> f64,
    ) -> Option<f64> {
        Some(self.expected_swing_by(snap, before, home_wp)? / self.average_swing)
    }
}

/// A try that brought so many points.
fn tried(points: u8) -> Outcome {
    Outcome {
        result: PlayResult::Try(points),
        elapsed_s: 0,
    }
}

pub(crate) fn json_error(e: serde_json::Error) -> ModelError {
    ModelError::Json {
        line: e.line(),
        column: e.column(),
        reason: e.to_string(),
    }
}

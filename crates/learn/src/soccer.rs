//! Soccer: goals as two Poisson processes whose rates change with the minute, the score and the players left, and the
//! chance of a home win, a draw and an away win by convolution over the time left.
//!
//! After Dixon and Robinson (1998), "A birth process model for association football matches".

use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use crate::{
    football::ModelError,
    ridge::{self, Row, dot, logistic, solve},
};

/// The format of the model file.
pub const FORMAT: &str = "matchday-soccer-model/1";

/// Blocks of fifteen minutes.
const BLOCKS: usize = 6;
/// Classes of a side's lead: two or more behind, one behind, level, one ahead, two or more ahead.
const LEADS: usize = 5;
/// Blocks, home, leads (level left out), own dismissals, the other's.
const N: usize = BLOCKS + 1 + LEADS + 2;
/// Leads beyond this are as good as this.
const MOST: usize = 12;
const WIDTH: usize = 2 * MOST + 1;

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
    /// A draw after ninety minutes leads to extra time.
    pub extra_time: bool,
    /// No home advantage.
    pub neutral: bool,
    /// Log of what each side's goal rate is multiplied by, from a pregame price.
    pub strength: (f64, f64),
    /// Home's lead in the shoot-out and kicks taken by each side.
    pub shootout: Option<(i16, u8, u8)>,
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

/// A model file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelFile {
    /// [`FORMAT`].
    pub format: String,
    /// Name and version.
    pub name: String,
    /// Log of goals a minute for a visiting side that is level, by block of fifteen minutes.
    pub log_rates: [f64; BLOCKS],
    /// Log of what playing at home multiplies it by.
    pub home: f64,
    /// The same for the side's lead: -2 and less, -1, 0, 1, 2 and more.
    pub leads: [f64; LEADS],
    /// The same for each player of its own sent off.
    pub own_red: f64,
    /// The same for each of the other side.
    pub other_red: f64,
    /// Minutes added to the first half and to the second.
    pub added_min: [f64; 2],
    /// Expected absolute swing in the next minute, over the training matches.
    pub average_swing: f64,
}

/// The model, ready to evaluate.
#[derive(Debug)]
pub struct Model {
    name: Arc<str>,
    file: ModelFile,
}

/// Chances over a lead from -[`MOST`] to [`MOST`].
type Leads = [f64; WIDTH];

impl Model {
    /// Reads a model file's text.
    pub fn from_json(json: &str) -> Result<Self, ModelError> {
        Self::from_file(crate::model_file(json, FORMAT)?)
    }

    /// Makes a model file ready.
    pub fn from_file(file: ModelFile) -> Result<Self, ModelError> {
        if file
            .log_rates
            .iter()
            .chain(&file.leads)
            .any(|w| !w.is_finite())
        {
            return Err(ModelError::Field {
                field: "log_rates",
                problem: "must be numbers",
            });
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
        include_str!("../../../models/soccer.json")
    }

    /// Home win probability, a tie counted as half, as every sport's model gives it.
    pub fn home_wp_of(&self, m: &Moment) -> f64 {
        self.outcome(m).home_wp()
    }

    /// Name and version.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// Goals a minute of both sides at each class of home's lead.
    fn rates(&self, m: &Moment, block: usize) -> [(f64, f64); LEADS] {
        let f = &self.file;
        let base = f.log_rates[block.min(BLOCKS - 1)];
        let (hr, ar) = (f64::from(m.home_reds), f64::from(m.away_reds));
        let home = if m.neutral { 0.5 * f.home } else { f.home };
        let away = if m.neutral { 0.5 * f.home } else { 0.0 };
        std::array::from_fn(|lead| {
            let h = base + home + f.leads[lead] + f.own_red * hr + f.other_red * ar + m.strength.0;
            let a = base
                + away
                + f.leads[LEADS - 1 - lead]
                + f.own_red * ar
                + f.other_red * hr
                + m.strength.1;
            (libm::exp(h), libm::exp(a))
        })
    }

    /// Plays so many minutes of one block.
    fn play(&self, m: &Moment, dist: &mut Leads, block: usize, minutes: f64) {
        if minutes <= 0.0 {
            return;
        }
        let steps = (minutes.ceil() as usize).max(1);
        let dt = minutes / steps as f64;
        let goal = self.rates(m, block).map(|(h, a)| {
            let (h, a) = (1.0 - libm::exp(-h * dt), 1.0 - libm::exp(-a * dt));
            (h * (1.0 - a), a * (1.0 - h))
        });
        for _ in 0..steps {
            let mut next = [0.0; WIDTH];
            for (at, &p) in dist.iter().enumerate() {
                if p == 0.0 {
                    continue;
                }
                let (h, a) = goal[class(at as i32 - MOST as i32)];
                next[(at + 1).min(WIDTH - 1)] += p * h;
                next[at.saturating_sub(1)] += p * a;
                next[at] += p * (1.0 - h - a);
            }
            *dist = next;
        }
    }

    /// Plays a half from a minute of it to its end.
    fn half(&self, m: &Moment, dist: &mut Leads, half: usize, from_min: f64) {
        for block in 0..3 {
            let end = 15.0 * (block + 1) as f64;
            let begin = from_min.max(end - 15.0);
            self.play(m, dist, half * 3 + block, end - begin);
        }
        // Time added, of which some is left however long it has been.
        let over = (from_min - 45.0).max(0.0);
        self.play(
            m,
            dist,
            half * 3 + 2,
            (self.file.added_min[half] - over).max(0.4),
        );
    }

    /// The three chances.
    pub fn outcome(&self, m: &Moment) -> Outcome {
        if let Some((lead, home, away)) = m.shootout {
            return shootout(lead, home, away);
        }
        let mut dist = [0.0; WIDTH];
        dist[(i32::from(m.lead) + MOST as i32).clamp(0, WIDTH as i32 - 1) as usize] = 1.0;
        match m.period {
            0 | 1 => {
                self.half(m, &mut dist, 0, m.played_min);
                self.half(m, &mut dist, 1, 0.0);
            }
            2 => self.half(m, &mut dist, 1, m.played_min),
            p => {
                let rest = (16.0 - m.played_min).max(0.4);
                self.play(m, &mut dist, 5, if p == 3 { rest + 16.0 } else { rest });
            }
        }
        let end = three(&dist);
        if m.period >= 3 {
            return split(end);
        }
        if !m.extra_time {
            return end;
        }
        let mut level = [0.0; WIDTH];
        level[MOST] = 1.0;
        self.play(m, &mut level, 5, 32.0);
        let extra = split(three(&level));
        Outcome {
            home: end.home + end.draw * extra.home,
            draw: 0.0,
            away: end.away + end.draw * extra.away,
        }
    }

    /// Expected absolute swing in the next minute.
    fn swing(&self, m: &Moment) -> f64 {
        if m.shootout.is_some() {
            return self.file.average_swing * 10.0;
        }
        let block = match m.period {
            0 | 1 => (m.played_min / 15.0) as usize,
            2 => 3 + (m.played_min / 15.0) as usize,
            _ => 5,
        };
        let now = self.outcome(m).home_wp();
        let (h, a) = self.rates(m, block)[class(i32::from(m.lead))];
        let with = |by| {
            let m = Moment {
                lead: m.lead + by,
                ..*m
            };
            (self.outcome(&m).home_wp() - now).abs()
        };
        h * with(1) + a * with(-1)
    }

    /// Leverage index: what the next minute can change, over the average minute.
    pub fn leverage(&self, m: &Moment) -> f64 {
        self.swing(m) / self.file.average_swing
    }

    /// The strengths that make the chances at the start those of a pregame price: by bisection on the difference,
    /// the sum of goals left as the model has it.
    pub fn strength_of(&self, start: &Moment, home: f64, away: f64) -> (f64, f64) {
        let want = home / (home + away).max(1e-9);
        let (mut low, mut high) = (-2.5, 2.5);
        for _ in 0..40 {
            let mid = 0.5 * (low + high);
            let o = self.outcome(&Moment {
                strength: (0.5 * mid, -0.5 * mid),
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

/// The class of a side's lead.
fn class(lead: i32) -> usize {
    (lead.clamp(-2, 2) + 2) as usize
}

fn three(dist: &Leads) -> Outcome {
    Outcome {
        away: dist[..MOST].iter().sum(),
        draw: dist[MOST],
        home: dist[MOST + 1..].iter().sum(),
    }
}

/// A draw goes to kicks, which are even.
fn split(o: Outcome) -> Outcome {
    Outcome {
        home: o.home + 0.5 * o.draw,
        draw: 0.0,
        away: o.away + 0.5 * o.draw,
    }
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

/// A stretch of a match during which nothing changed: what the rates are fitted to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// How it began.
    pub moment: Moment,
    /// Minutes.
    pub minutes: f64,
    /// Goals that ended it: of home, of the visitors.
    pub goals: (u8, u8),
}

/// A recorded match as training takes it.
#[derive(Debug, Clone)]
pub struct Game {
    /// Its moments in order, regulation time only.
    pub moments: Vec<Moment>,
    /// Its stretches.
    pub stretches: Vec<Stretch>,
    /// Minutes each half ran beyond its forty-five.
    pub added_min: [Option<f64>; 2],
    /// 1 for a home win after ninety minutes, a half for a draw.
    pub home_result: f64,
}

fn x(m: &Moment, home: bool) -> [f64; N] {
    let mut x = [0.0; N];
    let block = match m.period {
        0 | 1 => (m.played_min / 15.0).min(2.0) as usize,
        _ => 3 + (m.played_min / 15.0).min(2.0) as usize,
    };
    x[block] = 1.0;
    x[BLOCKS] = f64::from(u8::from(home));
    let (lead, own, other) = if home {
        (i32::from(m.lead), m.home_reds, m.away_reds)
    } else {
        (-i32::from(m.lead), m.away_reds, m.home_reds)
    };
    let class = class(lead);
    if class != 2 {
        x[BLOCKS + 1 + class] = 1.0;
    }
    x[N - 2] = f64::from(own);
    x[N - 1] = f64::from(other);
    x
}

/// What a fit found.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// The file.
    pub file: ModelFile,
    /// Matches fitted to.
    pub games: usize,
    /// Goals fitted to.
    pub goals: u64,
}

/// Fits the rates: Poisson regression of goals on exposure, by Newton's method, with a small penalty on what few
/// minutes tell of.
pub fn fit(games: &[Game], step: &mut dyn FnMut(&'static str)) -> Fitted {
    step("fitting goal rates");
    // Exposures with the same features are one cell.
    let mut cells = std::collections::BTreeMap::<Vec<i8>, (f64, f64)>::new();
    let mut goals = 0;
    for s in games.iter().flat_map(|g| &g.stretches) {
        goals += u64::from(s.goals.0) + u64::from(s.goals.1);
        for (home, scored) in [(true, s.goals.0), (false, s.goals.1)] {
            let key = x(&s.moment, home).iter().map(|v| *v as i8).collect();
            let cell = cells.entry(key).or_default();
            cell.0 += s.minutes;
            cell.1 += f64::from(scored);
        }
    }
    let mut w = [0.0; N];
    w[..BLOCKS].fill(-4.3);
    for _ in 0..30 {
        let mut gradient = vec![0.0; N];
        let mut hessian = vec![0.0; N * N];
        for i in BLOCKS..N {
            gradient[i] = 2.0 * w[i];
            hessian[i * N + i] = 2.0;
        }
        for i in 0..BLOCKS {
            hessian[i * N + i] += 1e-9;
        }
        hessian[(BLOCKS + 3) * N + BLOCKS + 3] += 1.0;
        for (key, (minutes, scored)) in &cells {
            let x: Vec<f64> = key.iter().map(|v| f64::from(*v)).collect();
            let mean = minutes * libm::exp(dot(&w, &x));
            for i in 0..N {
                gradient[i] += (mean - scored) * x[i];
                for j in 0..=i {
                    hessian[i * N + j] += mean * x[i] * x[j];
                }
            }
        }
        let change = solve(hessian, gradient);
        for (w, c) in w.iter_mut().zip(&change) {
            *w -= c.clamp(-1.0, 1.0);
        }
        if change.iter().all(|c| c.abs() < 1e-10) {
            break;
        }
    }
    let round = |v: f64| (v * 1e6).round() / 1e6;
    let added = |half: usize| {
        let all: Vec<f64> = games
            .iter()
            .filter_map(|g| g.added_min[half])
            .filter(|m| (0.0..15.0).contains(m))
            .collect();
        round(all.iter().sum::<f64>() / (all.len() as f64).max(1.0))
    };
    let mut file = ModelFile {
        format: FORMAT.to_owned(),
        name: "wp-soccer-birth@1".to_owned(),
        log_rates: std::array::from_fn(|i| round(w[i])),
        home: round(w[BLOCKS]),
        leads: std::array::from_fn(|i| {
            if i == 2 {
                0.0
            } else {
                round(w[BLOCKS + 1 + i])
            }
        }),
        own_red: round(w[N - 2]),
        other_red: round(w[N - 1]),
        added_min: [added(0), added(1)],
        average_swing: 1.0,
    };
    step("measuring the average swing");
    let model = Model::from_file(file.clone()).expect("finite rates");
    let mut swing = (0.0, 0.0);
    for m in games.iter().step_by(20).flat_map(|g| &g.moments) {
        swing = (swing.0 + model.swing(m), swing.1 + 1.0);
    }
    file.average_swing = round(swing.0 / f64::max(swing.1, 1.0)).max(1e-6);
    Fitted {
        file,
        games: games.len(),
        goals,
    }
}

/// The plain logistic on score and time that the model is held against.
pub fn baseline(games: &[Game]) -> impl Fn(&Moment) -> f64 + use<> {
    fn x(m: &Moment) -> Vec<f64> {
        let played = m.played_min.min(45.0) + if m.period >= 2 { 45.0 } else { 0.0 };
        let left = 90.0 - played;
        let lead = f64::from(m.lead);
        vec![1.0, lead, lead / (left + 1.0).sqrt(), left / 90.0]
    }
    let rows: Vec<Row> = games
        .iter()
        .flat_map(|g| {
            g.moments.iter().map(|m| Row {
                x: x(m),
                y: g.home_result,
                weight: 1.0,
            })
        })
        .collect();
    let w = ridge::fit(&rows, &[1e-6; 4]);
    move |m| logistic(dot(&w, &x(m)))
}

//! Tennis: a Markov chain over points, games and sets, given each player's chance to win a point on serve.
//!
//! The chances begin at the tour's average on that ground and are drawn towards what the match shows, point by point
//! (shrinkage, after Klaassen and Magnus 2001, 2003). Given them, everything else is exact.

mod fit;

use std::sync::{Arc, OnceLock};

use matchday_event::Forecast;
use serde::{Deserialize, Serialize};

pub use self::fit::{Fitted, Game, baseline, fit};
use crate::{
    football::ModelError,
    rating,
    ridge::{logistic, logit},
};

/// The format of the model file.
pub const FORMAT: &str = "matchday-tennis-model/2";

/// How the last set ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastSet {
    /// A tie-break to so many points at so many games all.
    TieBreak {
        /// Games all at which it comes.
        at: u8,
        /// Points it goes to.
        to: u8,
    },
    /// Two games clear.
    Advantage,
}

/// Where a match stands before a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// Sets needed: 2 or 3.
    pub to_win: u8,
    /// How the last set ends.
    pub last: LastSet,
    /// Sets won, home first.
    pub sets: (u8, u8),
    /// Games of the set.
    pub games: (u8, u8),
    /// Points of the game, or of the tie-break.
    pub points: (u8, u8),
    /// Whether home serves the point.
    pub home_serves: bool,
    /// Whether the game is a tie-break.
    pub tie_break: bool,
    /// Points served and won by home, by away, so far.
    pub served: [(u16, u16); 2],
    /// Women's match.
    pub women: bool,
    /// The ground, an index of [`GROUNDS`].
    pub ground: usize,
    /// Home's share of points on serve less the other's, halved, as a price or ratings lead one to expect.
    pub edge: Option<f64>,
}

impl Moment {
    /// The same as one sees it who does not know how strong the players are.
    #[must_use]
    pub fn unpriced(self) -> Self {
        Self { edge: None, ..self }
    }
}

/// Grounds with averages of their own; any other is `other`.
pub const GROUNDS: [&str; 5] = ["ausopen", "frenchopen", "wimbledon", "usopen", "other"];

/// The place of a ground in [`GROUNDS`].
pub fn ground(name: &str) -> usize {
    GROUNDS.iter().position(|g| *g == name).unwrap_or(4)
}

/// A model file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelFile {
    /// [`FORMAT`].
    pub format: String,
    /// Name and version.
    pub name: String,
    /// Chance to win a point on serve by ground, men.
    pub men: [f64; 5],
    /// The same, women.
    pub women: [f64; 5],
    /// How many points the average counts as against what the match shows of the *sum* of both players' serving.
    pub prior_points: f64,
    /// The same against what it shows of their *difference*, where nothing is known of the players, and where a
    /// price or ratings have told it.
    pub prior_difference_points: [f64; 2],
    /// What the log-odds of the chain are multiplied by, likewise.
    pub scale: [f64; 2],
    /// What a difference that ratings tell is multiplied by.
    pub forecast: f64,
    /// How ratings follow results (see [`crate::rating`]).
    pub ratings: rating::Rates,
    /// Expected absolute swing of the average point.
    pub average_swing: f64,
}

/// The model, ready to evaluate.
#[derive(Debug)]
pub struct Model {
    name: Arc<str>,
    file: ModelFile,
}

/// Chance that the server wins a game from these points.
pub fn game_from(p: f64, server: u8, receiver: u8) -> f64 {
    // Deuce: two points clear. The rest is a walk of a few steps.
    let q = 1.0 - p;
    let deuce = p * p / (p * p + q * q);
    match (server, receiver) {
        (s, r) if s >= 3 && r >= 3 => match i16::from(s) - i16::from(r) {
            0 => deuce,
            1 => p + q * deuce,
            -1 => p * deuce,
            d => f64::from(u8::from(d > 0)),
        },
        (s, _) if s >= 4 => 1.0,
        (_, r) if r >= 4 => 0.0,
        (s, r) => p * game_from(p, s + 1, r) + q * game_from(p, s, r + 1),
    }
}

/// Whether home serves the `n`th point (from 0) of a tie-break that home begins or not.
fn home_serves_nth(home_first: bool, n: u8) -> bool {
    n.div_ceil(2).is_multiple_of(2) == home_first
}

/// Chance that home wins a tie-break to `to` from these points; `serve` are the chances on serve.
pub fn tie_break_from(serve: (f64, f64), home_first: bool, to: u8, home: u8, away: u8) -> f64 {
    let level = to - 1;
    // From level at six all or later the next two points are one on each serve.
    let (a, b) = (serve.0, 1.0 - serve.1);
    let even = a * b / (a * b + (1.0 - a) * (1.0 - b));
    let side = usize::from(to) + 1;
    let mut table = [0.0_f64; 13 * 13];
    for h in (0..=to).rev() {
        for w in (0..=to).rev() {
            let at = usize::from(h) * side + usize::from(w);
            table[at] = if h == level && w == level {
                even
            } else if h == to {
                if w == level {
                    // One ahead after level: the one who did not serve the last serves now.
                    let p = if home_serves_nth(home_first, h + w) {
                        a
                    } else {
                        b
                    };
                    p + (1.0 - p) * even
                } else {
                    1.0
                }
            } else if w == to {
                if h == level {
                    let p = if home_serves_nth(home_first, h + w) {
                        a
                    } else {
                        b
                    };
                    p * even
                } else {
                    0.0
                }
            } else {
                let p = if home_serves_nth(home_first, h + w) {
                    a
                } else {
                    b
                };
                p * table[at + side] + (1.0 - p) * table[at + 1]
            };
        }
    }
    // Beyond level all that counts is the difference, and who serves, which comes round every four points.
    let (mut h, mut w) = (home, away);
    if h == w && h >= level {
        return even;
    }
    while h > to || w > to {
        (h, w) = (h.saturating_sub(2), w.saturating_sub(2));
    }
    table[usize::from(h.min(to)) * side + usize::from(w.min(to))]
}

/// Games of a set at the most that a table holds: a tie-break at twelve all, and one more.
const GAMES: usize = 14;

/// Chances on serve, with all that follows from them for whole sets.
struct Chain {
    serve: (f64, f64),
    hold: (f64, f64),
    last: LastSet,
    to_win: u8,
    /// Chance that home wins a set not begun, one that is not the last and the last. Who begins to serve it changes
    /// that so little that the mean of both is taken.
    fresh: [f64; 2],
}

impl Chain {
    fn new(serve: (f64, f64), m: &Moment) -> Self {
        let mut chain = Self {
            serve,
            hold: (game_from(serve.0, 0, 0), game_from(serve.1, 0, 0)),
            last: m.last,
            to_win: m.to_win,
            fresh: [0.5; 2],
        };
        let mean = |decider| {
            0.5 * (chain.set_from((0, 0), true, decider) + chain.set_from((0, 0), false, decider))
        };
        let other = mean(false);
        let same = m.last == LastSet::TieBreak { at: 6, to: 7 };
        chain.fresh = [other, if same { other } else { mean(true) }];
        chain
    }

    fn end(&self, decider: bool) -> LastSet {
        if decider {
            self.last
        } else {
            LastSet::TieBreak { at: 6, to: 7 }
        }
    }

    /// Chance that home wins the set from a game score, the next game not begun, and `home_serves` it. The table is
    /// filled from the end: who serves follows from how many games were played.
    fn set_from(&self, games: (u8, u8), home_serves: bool, decider: bool) -> f64 {
        let (hold, keep) = (self.hold.0, 1.0 - self.hold.1);
        let even = hold * keep / (hold * keep + (1.0 - hold) * (1.0 - keep));
        let end = self.end(decider);
        let most = match end {
            LastSet::TieBreak { at, .. } => at,
            LastSet::Advantage => {
                // From five all on only the difference counts, and who serves.
                let (h, a) = games;
                if h >= 5 && a >= 5 {
                    let next = if home_serves { hold } else { keep };
                    return match i16::from(h) - i16::from(a) {
                        0 => even,
                        1 => next + (1.0 - next) * even,
                        -1 => next * even,
                        d => f64::from(u8::from(d > 0)),
                    };
                }
                6
            }
        };
        let serves = |h: usize, a: usize| {
            let played = h + a + usize::from(games.0) + usize::from(games.1);
            played.is_multiple_of(2) == home_serves
        };
        let mut table = [[0.0; GAMES]; GAMES];
        let top = usize::from(most) + 1;
        for h in (usize::from(games.0)..=top).rev() {
            for a in (usize::from(games.1)..=top).rev() {
                let over = (h >= 6 || a >= 6) && h.abs_diff(a) >= 2 || h == top || a == top;
                table[h][a] = if over {
                    f64::from(u8::from(h > a))
                } else if h == usize::from(most) && a == usize::from(most) {
                    match end {
                        LastSet::TieBreak { to, .. } => {
                            tie_break_from(self.serve, serves(h, a), to, 0, 0)
                        }
                        LastSet::Advantage => even,
                    }
                } else if end == LastSet::Advantage && h >= 5 && a >= 5 {
                    let next = if serves(h, a) { hold } else { keep };
                    match h.cmp(&a) {
                        std::cmp::Ordering::Equal => even,
                        std::cmp::Ordering::Greater => next + (1.0 - next) * even,
                        std::cmp::Ordering::Less => next * even,
                    }
                } else {
                    let win = if serves(h, a) { hold } else { keep };
                    win * table[h + 1][a] + (1.0 - win) * table[h][a + 1]
                };
            }
        }
        table[usize::from(games.0).min(top)][usize::from(games.1).min(top)]
    }

    /// Chance that home wins the match from a set score, the next set not begun.
    fn match_from(&self, sets: (u8, u8)) -> f64 {
        if sets.0 >= self.to_win {
            return 1.0;
        }
        if sets.1 >= self.to_win {
            return 0.0;
        }
        let decider = sets.0 + 1 == self.to_win && sets.1 + 1 == self.to_win;
        let p = self.fresh[usize::from(decider)];
        p * self.match_from((sets.0 + 1, sets.1))
            + (1.0 - p) * self.match_from((sets.0, sets.1 + 1))
    }
}

/// What a point can lead to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Chance to win the match now.
    pub now: f64,
    /// After winning the point.
    pub won: f64,
    /// After losing it.
    pub lost: f64,
}

impl Model {
    /// Reads a model file's text.
    pub fn from_json(json: &str) -> Result<Self, ModelError> {
        Self::from_file(crate::model_file(json, FORMAT)?)
    }

    /// Checks a model file and makes it ready.
    pub fn from_file(file: ModelFile) -> Result<Self, ModelError> {
        if file
            .men
            .iter()
            .chain(&file.women)
            .any(|p| !(0.2..0.9).contains(p))
        {
            return Err(ModelError::Field {
                field: "men, women",
                problem: "must be chances from 0.2 to 0.9",
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
        include_str!("../../../../models/tennis.json")
    }

    /// Name and version.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// How ratings follow results.
    pub fn ratings(&self) -> &rating::Rates {
        &self.file.ratings
    }

    fn average(&self, m: &Moment) -> f64 {
        let tour = if m.women {
            self.file.women
        } else {
            self.file.men
        };
        tour[m.ground.min(4)]
    }

    /// Chances of home and of away to win a point on serve, by now.
    pub fn serve(&self, m: &Moment) -> (f64, f64) {
        let f = &self.file;
        let average = self.average(m);
        let rate = |(n, won): (u16, u16)| {
            if n == 0 {
                average
            } else {
                f64::from(won) / f64::from(n)
            }
        };
        let n = f64::from(m.served[0].0 + m.served[1].0);
        let (home, away) = (rate(m.served[0]), rate(m.served[1]));
        let sum = 0.5 * (home + away) - average;
        let difference = 0.5 * (home - away);
        let before = m.edge.unwrap_or_default();
        let sum = average + sum * n / (n + f.prior_points);
        let drawn = n / (n + f.prior_difference_points[usize::from(m.edge.is_some())]);
        let difference = before + (difference - before) * drawn;
        (
            (sum + difference).clamp(0.3, 0.92),
            (sum - difference).clamp(0.3, 0.92),
        )
    }

    /// The difference in serving that makes the chance at the start that of a price.
    pub fn edge_of_price(&self, start: &Moment, price: f64) -> f64 {
        let average = self.average(start);
        let want = logit(price) / self.file.scale[1];
        let (mut low, mut high) = (-0.2, 0.2);
        for _ in 0..30 {
            let mid = 0.5 * (low + high);
            let chain = Chain::new((average + mid, average - mid), start);
            if logit(chain.match_from((0, 0))) < want {
                low = mid;
            } else {
                high = mid;
            }
        }
        low
    }

    /// The difference in serving that a forecast stands for.
    pub fn edge_of_forecast(&self, forecast: &Forecast) -> f64 {
        (0.5 * self.file.forecast * (forecast.home - forecast.away)).clamp(-0.2, 0.2)
    }

    fn chain_from(chain: &Chain, m: &Moment) -> f64 {
        if m.sets.0 >= m.to_win || m.sets.1 >= m.to_win {
            return chain.match_from(m.sets);
        }
        let decider = m.sets.0 + 1 == m.to_win && m.sets.1 + 1 == m.to_win;
        let (won, lost) = (
            chain.match_from((m.sets.0 + 1, m.sets.1)),
            chain.match_from((m.sets.0, m.sets.1 + 1)),
        );
        let set = if m.tie_break {
            let to = match chain.end(decider) {
                LastSet::TieBreak { to, .. } => to,
                LastSet::Advantage => 7,
            };
            // Who began the tie-break follows from who serves now.
            let played = m.points.0.saturating_add(m.points.1);
            let first = home_serves_nth(true, played) == m.home_serves;
            tie_break_from(chain.serve, first, to, m.points.0, m.points.1)
        } else {
            let game = if m.home_serves {
                game_from(chain.serve.0, m.points.0, m.points.1)
            } else {
                1.0 - game_from(chain.serve.1, m.points.1, m.points.0)
            };
            let next = |games| chain.set_from(games, !m.home_serves, decider);
            game * next((m.games.0 + 1, m.games.1))
                + (1.0 - game) * next((m.games.0, m.games.1 + 1))
        };
        set * won + (1.0 - set) * lost
    }

    fn scaled(&self, m: &Moment, chance: f64) -> f64 {
        if chance <= 0.0 || chance >= 1.0 {
            return chance;
        }
        logistic(self.file.scale[usize::from(m.edge.is_some())] * logit(chance))
    }

    /// Chance that home wins the match.
    pub fn home_wp(&self, m: &Moment) -> f64 {
        let chain = Chain::new(self.serve(m), m);
        self.scaled(m, Self::chain_from(&chain, m))
    }

    /// Chance that home wins the match now, after winning the point and after losing it: `next` says where the match
    /// stands then.
    pub fn point(&self, m: &Moment, won: &Moment, lost: &Moment) -> Point {
        let chain = Chain::new(self.serve(m), m);
        let of = |m: &Moment| self.scaled(m, Self::chain_from(&chain, m));
        Point {
            now: of(m),
            won: of(won),
            lost: of(lost),
        }
    }

    /// Leverage index of a point: its expected absolute swing over that of the average point.
    pub fn leverage(&self, m: &Moment, point: &Point) -> f64 {
        let (home, away) = self.serve(m);
        let p = if m.home_serves { home } else { 1.0 - away };
        let swing = p * (point.won - point.now).abs() + (1.0 - p) * (point.now - point.lost).abs();
        swing / self.file.average_swing
    }
}

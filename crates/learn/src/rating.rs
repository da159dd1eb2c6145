//! How good sides are, from their earlier results alone: what stands in for a pregame price where there is none.
//!
//! Every side has two numbers, what it makes more of than a usual side and what it lets the other make less of. After
//! each game both move by a share of what the forecast missed: much in a side's first games, less later. A forecast
//! knows only what came before it, so ratings may be learned from the games that a model is judged on.

use std::collections::BTreeMap;

use matchday_event::{Forecast, Sport, Team};
use serde::{Deserialize, Serialize};

use crate::football::ModelError;

/// The format of a file of ratings.
pub const FORMAT: &str = "matchday-ratings/1";

/// What a game tells of its sides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Did {
    /// What home and the visitors scored: points, goals, or the share of points on serve.
    pub scored: (f64, f64),
    /// Shots of home and of the visitors, in soccer, where they are known.
    pub shots: Option<(f64, f64)>,
    /// Nobody was at home.
    pub neutral: bool,
}

/// How ratings follow results. Training chooses it by forecasts one game ahead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rates {
    /// What a usual side scores at home, and away.
    pub usual: [f64; 2],
    /// The share of what a forecast missed by that a rating moves by, at the least.
    pub least: f64,
    /// The same for a side with `n` games is `first / (n + before)`, where that is more.
    pub first: f64,
    /// Games that a rating of nothing counts as.
    pub before: f64,
    /// How much shots count beside goals, 0 to 1.
    pub shots: f64,
    /// Goals a shot.
    pub goals_per_shot: f64,
    /// The share of a rating that is kept over the break between two seasons.
    #[serde(default = "whole")]
    pub kept: f64,
}

fn whole() -> f64 {
    1.0
}

/// A side's ratings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Rating {
    /// What it makes more than a usual side: points, shares, or in soccer the log of a factor.
    pub attack: f64,
    /// What the other makes less.
    pub defence: f64,
    /// Games that this is made of.
    pub games: u32,
}

/// Ratings of the sides of one sport.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ratings {
    format: String,
    /// Whose sides.
    pub sport: Sport,
    /// Of which league, in a sport whose leagues are rated apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub league: Option<String>,
    /// The last season that is in them, 0 where games tell none.
    #[serde(default)]
    pub season: u16,
    /// How they follow results.
    pub rates: Rates,
    /// Sides by id, as feeds name them.
    pub sides: BTreeMap<String, Rating>,
}

impl Ratings {
    /// Nobody has played.
    pub fn new(sport: Sport, rates: Rates) -> Self {
        Self {
            format: FORMAT.to_owned(),
            sport,
            league: None,
            season: 0,
            rates,
            sides: BTreeMap::new(),
        }
    }

    /// Reads a file's text.
    pub fn from_json(json: &str) -> Result<Self, ModelError> {
        let read: Self = crate::model_file(json, FORMAT)?;
        let r = &read.rates;
        let rates = [
            r.least,
            r.first,
            r.before,
            r.shots,
            r.goals_per_shot,
            r.kept,
        ];
        let sides = read.sides.values().flat_map(|s| [s.attack, s.defence]);
        if !rates
            .into_iter()
            .chain(r.usual)
            .chain(sides)
            .all(f64::is_finite)
        {
            return Err(ModelError::Field {
                field: "rates, sides",
                problem: "must be numbers",
            });
        }
        Ok(read)
    }

    /// The file's text.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("numbers and names make JSON") + "\n"
    }

    fn of(&self, side: &Team) -> Option<&Rating> {
        [&side.id, &side.name, &side.abbr]
            .into_iter()
            .find_map(|key| self.sides.get(key.as_ref()))
    }

    fn usual(&self, neutral: bool) -> (f64, f64) {
        let [home, away] = self.rates.usual;
        if neutral {
            (0.5 * (home + away), 0.5 * (home + away))
        } else {
            (home, away)
        }
    }

    fn expect(&self, home: Rating, away: Rating, neutral: bool) -> (f64, f64) {
        let usual = self.usual(neutral);
        let (h, a) = (home.attack - away.defence, away.attack - home.defence);
        match self.sport {
            Sport::Soccer => (usual.0 * libm::exp(h), usual.1 * libm::exp(a)),
            _ => (usual.0 + h, usual.1 + a),
        }
    }

    /// What is left of a rating in a season, `kept` of it after each break.
    fn left(&self, season: u16) -> f64 {
        match (self.season, season) {
            (1.., 1..) if season > self.season => {
                (self.season..season).map(|_| self.rates.kept).product()
            }
            _ => 1.0,
        }
    }

    /// What the sides may expect of a game of this season (0 where unknown); `None` where neither has played. Who has
    /// not is taken for a usual side.
    pub fn forecast(
        &self,
        home: &Team,
        away: &Team,
        season: u16,
        neutral: bool,
    ) -> Option<Forecast> {
        let (home, away) = (self.of(home), self.of(away));
        if home.is_none() && away.is_none() {
            return None;
        }
        let left = self.left(season);
        let of = |side: Option<&Rating>| {
            let side = side.copied().unwrap_or_default();
            Rating {
                attack: side.attack * left,
                defence: side.defence * left,
                ..side
            }
        };
        let (home, away) = self.expect(of(home), of(away), neutral);
        let round = |v: f64| (v * 1e6).round() / 1e6;
        Some(Forecast {
            home: round(home),
            away: round(away),
        })
    }

    /// Takes a result of a season in.
    pub fn learn(&mut self, home: &Team, away: &Team, season: u16, did: &Did) {
        let left = self.left(season);
        if left != 1.0 {
            for side in self.sides.values_mut() {
                side.attack *= left;
                side.defence *= left;
            }
        }
        self.season = self.season.max(season);
        let of = |side| self.of(side).copied().unwrap_or_default();
        let (mut h, mut a) = (of(home), of(away));
        let expected = self.expect(h, a, did.neutral);
        let r = &self.rates;
        let made = |goals: f64, shots: Option<f64>| match shots {
            Some(shots) => (1.0 - r.shots) * goals + r.shots * r.goals_per_shot * shots,
            None => goals,
        };
        let missed = (
            made(did.scored.0, did.shots.map(|s| s.0)) - expected.0,
            made(did.scored.1, did.shots.map(|s| s.1)) - expected.1,
        );
        let step = |s: &Rating| r.least.max(r.first / (f64::from(s.games) + r.before));
        let (of_home, of_away) = (step(&h), step(&a));
        h.attack += of_home * missed.0;
        h.defence -= of_home * missed.1;
        a.attack += of_away * missed.1;
        a.defence -= of_away * missed.0;
        for (side, mut rating) in [(home, h), (away, a)] {
            rating.games += 1;
            // Whoever is known by a name keeps it.
            let key = [&side.id, &side.name, &side.abbr]
                .into_iter()
                .find(|key| self.sides.contains_key(key.as_ref()))
                .unwrap_or(&side.id);
            self.sides.insert(key.as_ref().to_owned(), rating);
        }
    }
}

/// A finished game as ratings take it.
#[derive(Debug, Clone)]
pub struct Played {
    /// The home side.
    pub home: Team,
    /// The visitors.
    pub away: Team,
    /// The season's first year, 0 where unknown.
    pub season: u16,
    /// What they did.
    pub did: Did,
}

/// Each game's forecast from the games before it; the games stand in order of time.
pub fn walk(games: &[Played], sport: Sport, rates: &Rates) -> (Vec<Option<Forecast>>, Ratings) {
    let mut ratings = Ratings::new(sport, rates.clone());
    let forecasts = games
        .iter()
        .map(|g| {
            let forecast = ratings.forecast(&g.home, &g.away, g.season, g.did.neutral);
            ratings.learn(&g.home, &g.away, g.season, &g.did);
            forecast
        })
        .collect();
    (forecasts, ratings)
}

/// How far one-step-ahead forecasts are off: in soccer the Poisson loss of the goals, else the squared error of the
/// margin. The first fifth of the games only fills the ratings.
fn loss(games: &[Played], sport: Sport, rates: &Rates) -> f64 {
    let (forecasts, ratings) = walk(games, sport, rates);
    let from = games.len() / 5;
    let each = games
        .iter()
        .zip(&forecasts)
        .skip(from)
        .map(|(g, forecast)| {
            let usual = ratings.usual(g.did.neutral);
            let (home, away) = forecast.map_or(usual, |f| (f.home, f.away));
            let (h, a) = g.did.scored;
            match sport {
                Sport::Soccer => home - h * libm::log(home) + away - a * libm::log(away),
                _ => (h - a - home + away) * (h - a - home + away),
            }
        });
    each.sum::<f64>() / (games.len() - from).max(1) as f64
}

/// Chooses how ratings follow results, by forecasts one game ahead.
pub fn choose(games: &[Played], sport: Sport) -> Rates {
    let n = games.len().max(1) as f64;
    let mean = |of: fn(&Did) -> f64| games.iter().map(|g| of(&g.did)).sum::<f64>() / n;
    let shots = |d: &Did| {
        d.shots
            .map_or((0.0, 0.0), |s| (s.0 + s.1, d.scored.0 + d.scored.1))
    };
    let (shot, scored) = games.iter().fold((0.0, 0.0), |sum, g| {
        let (shot, scored) = shots(&g.did);
        (sum.0 + shot, sum.1 + scored)
    });
    let round = |v: f64| (v * 1e6).round() / 1e6;
    let mut best = Rates {
        usual: [round(mean(|d| d.scored.0)), round(mean(|d| d.scored.1))],
        least: 0.03,
        first: 0.5,
        before: 5.0,
        shots: 0.0,
        goals_per_shot: if shot > 0.0 {
            round(scored / shot)
        } else {
            0.0
        },
        kept: 1.0,
    };
    let seasons = games.windows(2).any(|w| w[0].season != w[1].season);
    let mut found = loss(games, sport, &best);
    let mut attempt = |tried: Rates, best: &mut Rates| {
        let at = loss(games, sport, &tried);
        if at < found {
            (found, *best) = (at, tried);
        }
    };
    for _ in 0..2 {
        for least in [
            0.01, 0.015, 0.02, 0.03, 0.045, 0.06, 0.08, 0.1, 0.15, 0.2, 0.3,
        ] {
            attempt(
                Rates {
                    least,
                    ..best.clone()
                },
                &mut best,
            );
        }
        for first in [0.3, 0.5, 0.7, 1.0, 1.4, 2.0] {
            for before in [2.0, 3.0, 5.0, 8.0, 12.0, 18.0] {
                let tried = Rates {
                    first,
                    before,
                    ..best.clone()
                };
                attempt(tried, &mut best);
            }
        }
        if seasons {
            for kept in [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0] {
                attempt(
                    Rates {
                        kept,
                        ..best.clone()
                    },
                    &mut best,
                );
            }
        }
        if shot > 0.0 {
            for shots in [0.0, 0.2, 0.4, 0.6, 0.8] {
                attempt(
                    Rates {
                        shots,
                        ..best.clone()
                    },
                    &mut best,
                );
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn team(name: &str) -> Team {
        Team {
            id: name.into(),
            abbr: name.into(),
            name: name.into(),
            color: None,
            alt_color: None,
        }
    }

    fn rates() -> Rates {
        Rates {
            usual: [1.5, 1.0],
            least: 0.05,
            first: 0.5,
            before: 4.0,
            shots: 0.5,
            goals_per_shot: 0.1,
            kept: 0.5,
        }
    }

    fn played(home: &str, away: &str, scored: (f64, f64)) -> Played {
        Played {
            home: team(home),
            away: team(away),
            season: 2020,
            did: Did {
                scored,
                shots: None,
                neutral: false,
            },
        }
    }

    #[test]
    fn a_forecast_knows_only_what_came_before() {
        let games = [played("A", "B", (4.0, 0.0)), played("A", "B", (0.0, 9.0))];
        let (forecasts, _) = walk(&games, Sport::Soccer, &rates());
        assert_eq!(forecasts[0], None);
        let second = forecasts[1].expect("both have played");
        assert!(second.home > 1.5 && second.away < 1.0, "{second:?}");
        let other = [games[0].clone(), played("A", "B", (2.0, 0.0))];
        assert_eq!(walk(&other, Sport::Soccer, &rates()).0, forecasts);
    }

    #[test]
    fn what_is_expected_changes_nothing_and_later_games_change_less() {
        let mut ratings = Ratings::new(Sport::Basketball, rates());
        let (a, b) = (team("A"), team("B"));
        ratings.learn(&a, &b, 2020, &played("A", "B", (1.5, 1.0)).did);
        assert_eq!(ratings.sides["A"].attack, 0.0);
        let mut moves = Vec::new();
        for _ in 0..12 {
            let before = ratings.sides["A"].attack;
            let expected = ratings.forecast(&a, &b, 2020, false).expect("known");
            let did = played("A", "B", (expected.home + 1.0, expected.away)).did;
            ratings.learn(&a, &b, 2020, &did);
            moves.push(ratings.sides["A"].attack - before);
        }
        assert!(moves.windows(2).all(|m| m[1] <= m[0] + 1e-6), "{moves:?}");
        assert!((moves[11] - 0.05).abs() < 1e-5, "{moves:?}");
    }

    #[test]
    fn nobody_is_at_home_on_neutral_ground_and_files_come_back() {
        let mut ratings = Ratings::new(Sport::Soccer, rates());
        ratings.learn(
            &team("A"),
            &team("B"),
            2020,
            &played("A", "B", (3.0, 0.0)).did,
        );
        let usual = ratings
            .forecast(&team("A"), &team("C"), 2020, true)
            .expect("one is known");
        assert!(usual.home > 1.25, "{usual:?}");
        assert_eq!(ratings.forecast(&team("C"), &team("D"), 2020, true), None);
        let again = Ratings::from_json(&ratings.to_json()).expect("reads");
        assert_eq!(
            again.forecast(&team("A"), &team("C"), 2020, true),
            Some(usual)
        );
        assert!(Ratings::from_json("{\"format\":\"x\"}").is_err());
    }

    #[test]
    fn a_break_between_seasons_takes_its_share() {
        let mut ratings = Ratings::new(Sport::Basketball, rates());
        let (a, b) = (team("A"), team("B"));
        ratings.learn(&a, &b, 2020, &played("A", "B", (9.5, 1.0)).did);
        let edge = |season| {
            let f = ratings.forecast(&a, &b, season, true).expect("known");
            f.home - f.away
        };
        assert!(edge(2020) > 1.0);
        assert!((edge(2021) - 0.5 * edge(2020)).abs() < 1e-5);
        assert!((edge(2022) - 0.25 * edge(2020)).abs() < 1e-5);
        assert_eq!(edge(0), edge(2020));
        let kept = edge(2021);
        // A result as it was forecast leaves what the break has left.
        let f = ratings.forecast(&a, &b, 2021, true).expect("known");
        let mut did = played("A", "B", (f.home, f.away)).did;
        did.neutral = true;
        ratings.learn(&a, &b, 2021, &did);
        let f = ratings.forecast(&a, &b, 2021, true).expect("known");
        assert!((f.home - f.away - kept).abs() < 1e-5);
    }

    #[test]
    fn sides_that_differ_are_told_apart_by_the_rates_that_are_chosen() {
        let games: Vec<Played> = (0..200)
            .map(|i| {
                let (home, away) = [("A", "B"), ("B", "C"), ("C", "A"), ("B", "A")][i % 4];
                let of = |n: &str| match n {
                    "A" => 110.0,
                    "B" => 100.0,
                    _ => 90.0,
                };
                let noise = ((i * 37) % 11) as f64 - 5.0;
                played(home, away, (of(home) + noise, of(away)))
            })
            .collect();
        let rates = choose(&games, Sport::Basketball);
        let (_, ratings) = walk(&games, Sport::Basketball, &rates);
        let f = ratings
            .forecast(&team("A"), &team("C"), 2020, true)
            .expect("known");
        assert!((f.home - f.away - 20.0).abs() < 4.0, "{f:?} {rates:?}");
    }
}

//! What training and evaluation need of a sport's model.

use matchday_engine::Moments;
use matchday_event::Forecast;
use matchday_learn::{basketball, rating::Rates, soccer, tennis};

use super::recorded::Recorded;

/// Moments of games as the model sees them, each with the game's result.
pub type Seen<M> = Vec<(Vec<M>, f64)>;

/// Predictions of something that was fitted.
pub type Predict<M> = Box<dyn Fn(&M) -> f64>;

/// A sport's model.
pub trait Learned: Sized {
    /// What it looks at.
    type Moment: Copy;
    /// A game as its training takes it.
    type Game;
    /// A recorded game with what ratings expected of it, if it is of this sport and has plays.
    fn game(recorded: &Recorded, forecast: Option<Forecast>) -> Option<Self::Game>;
    /// Fits a model: the file's text, and a sentence on how.
    fn fit(
        games: &[Self::Game],
        ratings: Rates,
        step: &mut dyn FnMut(&'static str),
    ) -> anyhow::Result<(String, String)>;
    /// Reads a model file's text.
    fn read(json: &str) -> anyhow::Result<Self>;
    /// The text of the file that comes with the program.
    fn builtin_json() -> &'static str;
    /// Name and version.
    fn name(&self) -> &str;
    /// How ratings follow results.
    fn ratings(&self) -> &Rates;
    /// The games with what is known of the sides' strength.
    fn seen(&self, games: &[Self::Game]) -> Seen<Self::Moment>;
    /// The same moment without.
    fn unpriced(moment: &Self::Moment) -> Self::Moment;
    /// Home win probability.
    fn home_wp(&self, moment: &Self::Moment) -> f64;
    /// The plain logistic on score and time.
    fn baseline(games: &Seen<Self::Moment>) -> Predict<Self::Moment>;
}

/// What the three models say in the same words.
macro_rules! alike {
    ($module:ident) => {
        type Moment = $module::Moment;
        type Game = $module::Game;

        fn read(json: &str) -> anyhow::Result<Self> {
            Ok(Self::from_json(json)?)
        }

        fn builtin_json() -> &'static str {
            Self::builtin_json()
        }

        fn name(&self) -> &str {
            self.name()
        }

        fn ratings(&self) -> &Rates {
            self.ratings()
        }

        fn unpriced(moment: &Self::Moment) -> Self::Moment {
            moment.unpriced()
        }

        fn home_wp(&self, moment: &Self::Moment) -> f64 {
            self.home_wp(moment)
        }

        fn baseline(games: &Seen<Self::Moment>) -> Predict<Self::Moment> {
            Box::new($module::baseline(games))
        }
    };
}

impl Learned for basketball::Model {
    alike!(basketball);

    fn game(recorded: &Recorded, forecast: Option<Forecast>) -> Option<Self::Game> {
        let Moments::Basketball(rows) = &recorded.moments else {
            return None;
        };
        let spread_home = forecast.map(|f| f.away - f.home);
        let moments = rows
            .iter()
            .map(|r| basketball::Moment { spread_home, ..r.1 });
        (!rows.is_empty()).then(|| basketball::Game {
            moments: moments.collect(),
            home_won: recorded.home_result,
        })
    }

    fn fit(
        games: &[Self::Game],
        ratings: Rates,
        step: &mut dyn FnMut(&'static str),
    ) -> anyhow::Result<(String, String)> {
        let f = basketball::fit(games, ratings, step);
        let note = format!(
            "{} plays; penalties by five folds of games: {} without ratings (log-loss {:.4} on the folds left out), {} \
             with them ({:.4}). {}",
            f.plays,
            f.ridge[0],
            f.inner_log_loss[0],
            f.ridge[1],
            f.inner_log_loss[1],
            follow(&f.file.ratings)
        );
        Ok((serde_json::to_string_pretty(&f.file)? + "\n", note))
    }

    fn seen(&self, games: &[Self::Game]) -> Seen<Self::Moment> {
        let of = |g: &Self::Game| (g.moments.clone(), g.home_won);
        games.iter().map(of).collect()
    }
}

impl Learned for soccer::Model {
    alike!(soccer);

    fn game(recorded: &Recorded, forecast: Option<Forecast>) -> Option<Self::Game> {
        let Moments::Soccer(_, game) = &recorded.moments else {
            return None;
        };
        let neutral = recorded.played.did.neutral;
        let strength = forecast.map(|f| soccer::strength(&f, neutral));
        (!game.moments.is_empty()).then(|| (**game).clone().with_strength(strength))
    }

    fn fit(
        games: &[Self::Game],
        ratings: Rates,
        step: &mut dyn FnMut(&'static str),
    ) -> anyhow::Result<(String, String)> {
        let f = soccer::fit(games, ratings, step);
        let note = format!(
            "{} matches, {} goals. {}",
            f.games,
            f.goals,
            follow(&f.file.ratings)
        );
        Ok((serde_json::to_string_pretty(&f.file)? + "\n", note))
    }

    fn seen(&self, games: &[Self::Game]) -> Seen<Self::Moment> {
        let of = |g: &Self::Game| (g.moments.clone(), g.home_result);
        games.iter().map(of).collect()
    }
}

impl Learned for tennis::Model {
    alike!(tennis);

    fn game(recorded: &Recorded, forecast: Option<Forecast>) -> Option<Self::Game> {
        let Moments::Tennis(rows) = &recorded.moments else {
            return None;
        };
        (!rows.is_empty()).then(|| tennis::Game {
            moments: rows.iter().map(|r| r.1).collect(),
            forecast,
            home_won: recorded.home_result,
        })
    }

    fn fit(
        games: &[Self::Game],
        ratings: Rates,
        step: &mut dyn FnMut(&'static str),
    ) -> anyhow::Result<(String, String)> {
        let f = tennis::fit(games, ratings, step);
        let note = format!(
            "{} points; how much to believe what chosen by five folds of matches: log-loss {:.4} on those left out \
             without ratings, {:.4} with them (where a player was known). {}",
            f.points,
            f.log_loss[0],
            f.log_loss[1],
            follow(&f.file.ratings)
        );
        Ok((serde_json::to_string_pretty(&f.file)? + "\n", note))
    }

    fn seen(&self, games: &[Self::Game]) -> Seen<Self::Moment> {
        let of = |g: &Self::Game| {
            let edge = g.forecast.map(|f| self.edge_of_forecast(&f));
            let moments = g.moments.iter().map(|m| tennis::Moment { edge, ..*m });
            (moments.collect(), g.home_won)
        };
        games.iter().map(of).collect()
    }
}

/// How ratings follow results, in a sentence.
fn follow(r: &Rates) -> String {
    let shots = if r.shots > 0.0 {
        format!(", shots counting {} beside goals", r.shots)
    } else {
        String::new()
    };
    format!(
        "Ratings move by {} / (games + {}) of what a forecast missed by, at the least by {}{shots}: chosen by \
         forecasts one game ahead.",
        r.first, r.before, r.least
    )
}

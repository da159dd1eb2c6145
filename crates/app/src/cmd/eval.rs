//! `matchday eval`: scores win probability on recorded games, beside published predictions where given.

mod against;
pub mod decisions;
pub mod emotion;
mod fourth;
mod moments;
mod momentum;
mod predictions;
pub mod published;
mod rated;
mod senses;
mod sound;
mod table;

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, bail, ensure};
use clap::{Args, Subcommand};
use matchday_engine::sense::game::football::FootballModel;
use matchday_event::Sport;
use matchday_learn::{
    evaluate::{Prediction, Scored, difference, metrics},
    football::{Kind, Snap},
};

use self::published::Published;
use super::{
    sports::{self, OtherSport},
    train::dataset::{self, RecordedGame},
};
use crate::models::{self, ByLeague, LeagueModels};

/// `matchday eval`.
#[derive(Debug, Clone, Args)]
pub struct EvalArgs {
    #[command(subcommand)]
    model: Model,
}

#[derive(Debug, Clone, Subcommand)]
enum Model {
    /// Win probability: Brier score, log-loss, calibration in ten bins
    ///
    /// The models that are built in were fitted to every season of the data that they were made from. For figures on
    /// seasons that a model has not seen, train one with `matchday train wp --held-out FILE --only-held-out` and name it
    /// with --model; those of ours stand on their cards, in models/.
    Wp(WpArgs),
    /// Fourth downs: what we say, what coaches did, and how far another source agrees
    Fourth(fourth::FourthArgs),
    /// The audio agent on simulated crowds: precision, recall and delay of each kind of sound
    Sound(sound::SoundArgs),
    /// The Momentum Index against what real fans wrote: correlations by game, beside simple signals
    Momentum(momentum::MomentumArgs),
    /// Moments found in simulated matches: precision, recall and delay, by sport and kind
    Moments(moments::MomentArgs),
    /// The agents of bodies, gaze and vision on the simulated world: precision, recall and delay
    Senses(senses::SensesArgs),
    /// The feeling of chat messages: F1 by class, confusion, calibration
    Emotion(emotion::EmotionArgs),
}

#[derive(Debug, Clone, Args)]
struct WpArgs {
    /// Files of recorded games, of any provider
    #[arg(required_unless_present = "sport", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Score another sport's model on the games its training holds out, beside a plain logistic
    #[arg(long, value_enum, conflicts_with = "files")]
    sport: Option<OtherSport>,
    /// Folder of the data, for --sport
    #[arg(
        long,
        value_name = "DIR",
        default_value = "../shared/data",
        env = "MATCHDAY_DATA"
    )]
    data: PathBuf,
    /// Model file, in place of the models that are built in for the games' league; or LEAGUE.PART=FILE for a
    /// booster or graph to score beside ours, with PART wp, wp_without_spread or ep
    #[arg(long, value_name = "[LEAGUE[.PART]=]FILE")]
    model: Vec<String>,
    /// Seasons to score, such as `2016` or `2016-2017` [default: all that the files hold]
    #[arg(long, value_name = "YEARS", value_parser = seasons)]
    seasons: Option<(u16, u16)>,
    /// Score ours also with ratings of the sides in place of the spread, each game rated by those before it: name
    /// every season that came before, and those to score with --seasons. How ratings follow results is chosen on the
    /// seasons before
    #[arg(long, requires = "seasons")]
    rated: bool,
    /// Published predictions to score on the same plays: Parquet with game_id, play_id and home_wp columns
    #[arg(long, value_name = "FILE")]
    published: Option<PathBuf>,
    /// Write the predictions before every play to this file, CSV or Parquet by its ending; those of the models
    /// that --model brings, where it does
    #[arg(long, value_name = "FILE")]
    predictions: Option<PathBuf>,
    /// Write the figures as JSON to this file
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// A season or a span of them, as the command line has it.
pub fn seasons(text: &str) -> Result<(u16, u16), String> {
    let year = |t: &str| {
        t.trim()
            .parse::<u16>()
            .map_err(|_| format!("{t:?} is not a year"))
    };
    let (from, to) = text.split_once('-').unwrap_or((text, text));
    let (from, to) = (year(from)?, year(to)?);
    if from > to {
        return Err(format!(
            "{from} comes after {to}; write the earlier season first"
        ));
    }
    Ok((from, to))
}

/// Runs `matchday eval`.
pub fn run(args: EvalArgs) -> anyhow::Result<()> {
    match args.model {
        Model::Wp(args) => wp(args),
        Model::Fourth(args) => fourth::run(args),
        Model::Sound(args) => sound::run(&args),
        Model::Moments(args) => moments::run(&args),
        Model::Momentum(args) => momentum::run(&args),
        Model::Senses(args) => senses::run(&args),
        Model::Emotion(args) => emotion::run(&args),
    }
}

fn wp(args: WpArgs) -> anyhow::Result<()> {
    if let Some(sport) = args.sport {
        let file = args.model.first().map(std::path::Path::new);
        return sports::eval(sport, &args.data, file, args.predictions.as_deref());
    }
    let bar = sports::working("reading games")?;
    let (games, spreads) = match args.seasons.filter(|_| args.rated) {
        None => (read(&args.files, args.seasons)?, None),
        Some(seasons) => {
            let (games, spreads) = rated::read(&args.files, seasons)?;
            (games, Some(spreads))
        }
    };
    let models = named(&games, &args.model)?;
    let all: Vec<&dyn FootballModel> = models.iter().map(AsRef::as_ref).collect();
    bar.set_message("scoring");
    let scored = score_all(&games, &all, args.published.as_deref(), spreads.as_deref())?;
    bar.finish_and_clear();
    print!("{}", report(&scored));
    if let Some(out) = &args.json {
        let figures: serde_json::Map<String, serde_json::Value> = scored
            .iter()
            .map(|s| Ok((s.name.clone(), serde_json::to_value(s)?)))
            .collect::<anyhow::Result<_>>()?;
        fs::write(out, serde_json::to_string_pretty(&figures)?)
            .with_context(|| format!("cannot write {}", out.display()))?;
    }
    if let Some(out) = &args.predictions {
        let last = all.last().context("ours are always there")?;
        predictions::write(out, &games, *last)?;
    }
    Ok(())
}

/// The finished games of these files and seasons.
fn read(files: &[PathBuf], seasons: Option<(u16, u16)>) -> anyhow::Result<Vec<RecordedGame>> {
    let mut games = Vec::new();
    for file in files {
        let wanted = |season, _| seasons.is_none_or(|(from, to)| (from..=to).contains(&season));
        games.extend(
            dataset::read(file, wanted)
                .with_context(|| format!("cannot read {}", file.display()))?,
        );
    }
    ensure!(
        !games.is_empty(),
        "no finished game in these files and seasons"
    );
    ensure!(
        games
            .iter()
            .any(|g| Sport::of_league(g.league()) == Sport::AmericanFootball),
        "no football in these files: their games are of {}; `matchday eval wp --sport nba|soccer|tennis` scores other sports",
        games[0].league()
    );
    Ok(games)
}

/// Our models of the games' league and, where `--model` brings any, those beside them.
pub fn named(
    games: &[RecordedGame],
    given: &[String],
) -> anyhow::Result<Vec<Arc<dyn FootballModel>>> {
    let (league, files) = files_of(games, given)?;
    let ours = models::ours(league, &files)?;
    let brought = models::brought(league, &files, &ours)?;
    let mut all: Vec<Arc<dyn FootballModel>> = vec![ours];
    all.extend(brought.map(|guest| Arc::new(guest) as Arc<dyn FootballModel>));
    Ok(all)
}

/// The one league that these games are of, and the files that `--model` names for it.
fn files_of<'a>(
    games: &'a [RecordedGame],
    given: &[String],
) -> anyhow::Result<(&'a str, LeagueModels)> {
    let league = games[0].league();
    ensure!(
        games.iter().all(|g| g.league() == league),
        "these files hold more than one league; take them one by one"
    );
    let mut files = ByLeague::new();
    for one in given {
        // A file alone is ours, whatever the league.
        let one = match one.contains('=') {
            true => one.clone(),
            false => format!("{league}={one}"),
        };
        models::name(&mut files, &[one])?;
    }
    if let Some(other) = files.keys().find(|l| *l != league) {
        bail!("--model names {other}, and these games are {league}");
    }
    Ok((league, files.remove(league).unwrap_or_default()))
}

/// [`score_all`] of one model.
pub fn score(
    games: &[RecordedGame],
    models: &dyn FootballModel,
    file: Option<&Path>,
) -> anyhow::Result<Vec<Scored>> {
    score_all(games, &[models], file, None)
}

/// Scores models with and without the spread on scrimmage plays, and published predictions on the same plays;
/// where some are given, only plays that all of them cover count. `rated` is a spread for every game that ratings of
/// its sides make.
pub fn score_all(
    games: &[RecordedGame],
    models: &[&dyn FootballModel],
    file: Option<&Path>,
    rated: Option<&[Option<f32>]>,
) -> anyhow::Result<Vec<Scored>> {
    let published = file.map(Published::read).transpose()?;
    let mut sets = Vec::new();
    for model in models {
        sets.push((model.name().to_string(), Vec::new()));
        sets.push((format!("{} without spread", model.name()), Vec::new()));
        if rated.is_some() {
            sets.push((format!("{} with ratings", model.name()), Vec::new()));
        }
    }
    let own_sets = sets.len();
    for name in published.iter().flat_map(|p| p.names()) {
        sets.push((name.clone(), Vec::new()));
    }
    // Whether home has the ball, play by play.
    let mut home_ball = Vec::new();
    for (number, game) in games.iter().enumerate() {
        let actual = game.home_result();
        for play in &game.plays {
            if play.snap.kind != Kind::Scrimmage {
                continue;
            }
            let values = match &published {
                None => &[][..],
                Some(p) => match p.of(&game.id, &play.id) {
                    Some(values) => values,
                    None => continue,
                },
            };
            let blind = Snap {
                spread_home: None,
                ..play.snap
            };
            let with_ratings = rated.map(|spreads| Snap {
                spread_home: spreads[number],
                ..play.snap
            });
            home_ball.push(play.snap.ball_sign() >= 0.0);
            let own = models.iter().flat_map(|m| {
                let of = |snap: &Snap| m.home_wp(snap);
                [
                    Some(of(&play.snap)),
                    Some(of(&blind)),
                    with_ratings.as_ref().map(of),
                ]
                .into_iter()
                .flatten()
            });
            for ((_, set), predicted) in sets.iter_mut().zip(own.chain(values.iter().copied())) {
                set.push(Prediction {
                    game: number as u64,
                    predicted,
                    actual,
                });
            }
        }
    }
    let mut scored = Vec::new();
    for (i, (name, set)) in sets.iter().enumerate() {
        let from_ball = set.iter().zip(&home_ball).map(|(p, home)| match home {
            true => *p,
            false => p.mirrored(),
        });
        let (Some(metrics), Some(from_ball)) = (metrics(set.iter().copied()), metrics(from_ball))
        else {
            continue;
        };
        // Predictions that know no spread are set beside ours that know none, or nothing but earlier results.
        let without = 1 + usize::from(rated.is_some());
        let ours = &sets[if name.contains("naive") { without } else { 0 }].1;
        scored.push(Scored {
            name: name.clone(),
            metrics,
            possession_calibration: (
                from_ball.calibration_error,
                from_ball.calibration_error_by_chance,
            ),
            ours_less: (i >= own_sets).then(|| difference(ours, set)).flatten(),
        });
    }
    ensure!(
        !scored.is_empty(),
        "no play of these games has a published prediction; do the file's ids belong to the same source?"
    );
    Ok(scored)
}

/// The figures as a table for people.
pub fn report(scored: &[Scored]) -> String {
    let mut text = String::new();
    if let Some(first) = scored.first() {
        let _ = writeln!(
            text,
            "{} scrimmage plays of {} games\n",
            first.metrics.plays, first.metrics.games
        );
    }
    let width = scored
        .iter()
        .map(|s| s.name.len())
        .max()
        .unwrap_or(0)
        .max(5);
    let _ = writeln!(
        text,
        "{:width$}  Brier    ±       log-loss  calibration error (by chance)  of the side with the ball (by chance)",
        "model"
    );
    for s in scored {
        let m = &s.metrics;
        let _ = writeln!(
            text,
            "{:width$}  {:.4}   {:.4}  {:.4}    {:.4} ({:.4})             {:.4} ({:.4})",
            s.name,
            m.brier,
            m.brier_error,
            m.log_loss,
            m.calibration_error,
            m.calibration_error_by_chance,
            s.possession_calibration.0,
            s.possession_calibration.1
        );
    }
    for s in scored {
        if let Some(d) = &s.ours_less {
            let _ = writeln!(
                text,
                "ours less {}: Brier {:+.4} ({:+.4} to {:+.4}), log-loss {:+.4} ({:+.4} to {:+.4})",
                s.name,
                d.brier[0],
                d.brier[1],
                d.brier[2],
                d.log_loss[0],
                d.log_loss[1],
                d.log_loss[2]
            );
        }
    }
    if let Some(s) = scored.first() {
        let _ = writeln!(text, "\n{} in ten bins\npredicted  actual  plays", s.name);
        for bin in s.metrics.bins {
            let _ = writeln!(
                text,
                "{:9.3}  {:6.3}  {:5}",
                bin.predicted, bin.actual, bin.count
            );
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seasons_are_a_year_or_two_years() {
        assert_eq!(seasons("2016"), Ok((2016, 2016)));
        assert_eq!(seasons("2016-2017"), Ok((2016, 2017)));
        assert!(seasons("last").is_err() && seasons("2017-2016").is_err());
    }
}

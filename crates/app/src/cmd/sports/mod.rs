//! `train wp` and `eval wp` of basketball, soccer and tennis: the last fifth of the games by time is
//! held out, the rest is fitted to, and both are scored beside a plain logistic on score and time. What ships is
//! fitted in the same way to all games.

mod card;
mod learned;
pub mod recorded;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context as _, bail, ensure};
use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};
use matchday_event::Sport;
use matchday_learn::{
    basketball,
    evaluate::{Metrics, Prediction, metrics},
    rating::{self, Played, Rates},
    soccer, tennis,
};

use self::{
    learned::{Learned, Seen},
    recorded::Recorded,
};

/// A sport besides football.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OtherSport {
    /// Basketball of the NBA
    Nba,
    /// Soccer
    Soccer,
    /// Tennis
    Tennis,
}

impl OtherSport {
    /// The name of its files under `models/`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Nba => "nba",
            Self::Soccer => "soccer",
            Self::Tennis => "tennis",
        }
    }

    fn sport(self) -> Sport {
        match self {
            Self::Nba => Sport::Basketball,
            Self::Soccer => Sport::Soccer,
            Self::Tennis => Sport::Tennis,
        }
    }

    /// Its files in the folder of the data.
    fn files(self, data: &Path) -> anyhow::Result<Vec<PathBuf>> {
        let files = match self {
            Self::Nba => vec![data.join("basketball/nba_2015_16.parquet")],
            Self::Soccer => vec![data.join("soccer/text_stream_events.parquet")],
            Self::Tennis => {
                let folder = data.join("tennis/slam_pointbypoint");
                let listed = fs::read_dir(&folder)
                    .with_context(|| format!("cannot read {}", folder.display()))?;
                let mut files: Vec<PathBuf> = listed
                    .filter_map(|e| Some(e.ok()?.path()))
                    .filter(|p| p.to_string_lossy().contains("-points.csv"))
                    .collect();
                files.sort();
                files
            }
        };
        if let Some(missing) = files.iter().find(|f| !f.exists()) {
            bail!(
                "{} is not there; name the folder of the data with --data",
                missing.display()
            );
        }
        Ok(files)
    }
}

/// A set of predictions with its name and figures.
pub struct Scored {
    /// Whose predictions.
    pub name: String,
    /// The figures.
    pub metrics: Metrics,
    /// The predictions themselves, for differences between models.
    pub predictions: Vec<Prediction>,
}

fn score<M>(name: &str, games: &Seen<M>, predict: &dyn Fn(&M) -> f64) -> anyhow::Result<Scored> {
    let predictions: Vec<Prediction> = (0..)
        .zip(games)
        .flat_map(|(game, (moments, actual))| {
            moments.iter().map(move |m| Prediction {
                game,
                predicted: predict(m),
                actual: *actual,
            })
        })
        .collect();
    Ok(Scored {
        name: name.to_owned(),
        metrics: metrics(predictions.iter().copied()).context("no play to score")?,
        predictions,
    })
}

/// Where the held-out games begin: the last fifth by time; in tennis the last tournament, so that no tournament lies
/// on both sides.
fn split(sport: OtherSport, games: &[Recorded]) -> usize {
    let at = games.len() * 4 / 5;
    if sport != OtherSport::Tennis {
        return at;
    }
    let last = games.last().map(Recorded::tournament);
    games
        .iter()
        .position(|g| Some(g.tournament()) == last)
        .unwrap_or(at)
}

/// A model made or read, its figures on the games held out, and notes for the card.
struct Judged {
    json: String,
    scored: Vec<Scored>,
    notes: Vec<String>,
}

/// The games as a sport's model takes them, each with what the results before it lead one to expect; ratings follow
/// results as `rates` has it.
fn rated<L: Learned>(sport: OtherSport, games: &[Recorded], rates: &Rates) -> Vec<L::Game> {
    let played: Vec<Played> = games.iter().map(|g| g.played.clone()).collect();
    let (forecasts, _) = rating::walk(&played, sport.sport(), rates);
    let games = games.iter().zip(forecasts);
    games.filter_map(|(g, f)| L::game(g, f)).collect()
}

fn chosen(sport: OtherSport, games: &[Recorded]) -> Rates {
    let played: Vec<Played> = games.iter().map(|g| g.played.clone()).collect();
    rating::choose(&played, sport.sport())
}

fn judge<L: Learned>(
    sport: OtherSport,
    games: &[Recorded],
    given: Option<&str>,
    step: &mut dyn FnMut(&'static str),
) -> anyhow::Result<Judged> {
    let at = split(sport, games);
    let (train, test) = games.split_at(at);
    ensure!(
        !train.is_empty() && !test.is_empty(),
        "too few finished games to hold some out"
    );
    step("rating sides");
    let rates = match given {
        Some(json) => L::read(json)?.ratings().clone(),
        None => chosen(sport, train),
    };
    let mut train_games = rated::<L>(sport, games, &rates);
    // Those that a sport cannot use are few, and none of them may shift the split.
    let test_games =
        train_games.split_off(train.iter().filter(|g| L::game(g, None).is_some()).count());
    let mut notes = vec![format!(
        "The figures below are of a fit to {} games, {} to {}, judged on {} games held out, the last by time, {} to {}.",
        train.len(),
        train[0].id,
        train[train.len() - 1].id,
        test.len(),
        test[0].id,
        test[test.len() - 1].id
    )];
    let json = match given {
        Some(json) => json.to_owned(),
        None => {
            let (json, note) = L::fit(&train_games, rates, step)?;
            notes.push(note);
            json
        }
    };
    let model = L::read(&json)?;
    step("scoring");
    let blind = |games: &Seen<L::Moment>| -> Seen<L::Moment> {
        let see = |(moments, result): &(Vec<L::Moment>, f64)| {
            (moments.iter().map(L::unpriced).collect(), *result)
        };
        games.iter().map(see).collect()
    };
    let (train, test) = (model.seen(&train_games), model.seen(&test_games));
    let (train_blind, test_blind) = (blind(&train), blind(&test));
    let ours = |m: &L::Moment| model.home_wp(m);
    let name = model.name();
    let scored = vec![
        score(&format!("{name}, ratings of the sides known"), &test, &ours)?,
        score(
            "logistic on score, time and the same ratings",
            &test,
            &*L::baseline(&train),
        )?,
        score(
            &format!("{name}, nothing known of the sides"),
            &test_blind,
            &ours,
        )?,
        score(
            "logistic on score and time",
            &test_blind,
            &*L::baseline(&train_blind),
        )?,
    ];
    Ok(Judged {
        json,
        scored,
        notes,
    })
}

pub fn bar() -> anyhow::Result<ProgressBar> {
    let bar = ProgressBar::new_spinner();
    bar.set_style(ProgressStyle::with_template("{spinner} {msg} {pos} games")?);
    bar.set_message("reading");
    Ok(bar)
}

/// A spinner beside what is being done, for work that does not say how far it is. Nothing is shown without a terminal.
pub fn working(what: &'static str) -> anyhow::Result<ProgressBar> {
    let bar = ProgressBar::new_spinner();
    bar.set_style(ProgressStyle::with_template("{spinner} {msg}, {elapsed}")?);
    bar.set_message(what);
    bar.enable_steady_tick(std::time::Duration::from_millis(100));
    Ok(bar)
}

/// Where a training writes.
pub struct TrainOut {
    /// The model that ships, fitted to all games.
    pub out: Option<PathBuf>,
    /// The model that the figures are of.
    pub held_out: Option<PathBuf>,
    /// Stop after the model that the figures are of.
    pub only_held_out: bool,
}

/// `train wp` of another sport.
pub fn train(sport: OtherSport, data: &Path, out: &TrainOut) -> anyhow::Result<()> {
    match sport {
        OtherSport::Nba => train_of::<basketball::Model>(sport, data, out),
        OtherSport::Soccer => train_of::<soccer::Model>(sport, data, out),
        OtherSport::Tennis => train_of::<tennis::Model>(sport, data, out),
    }
}

fn train_of<L: Learned>(sport: OtherSport, data: &Path, to: &TrainOut) -> anyhow::Result<()> {
    let bar = bar()?;
    let games = recorded::read(&sport.files(data)?, &bar)?;
    let step = &mut |now| bar.set_message(now);
    let mut judged = judge::<L>(sport, &games, None, step)?;
    print!("{}", card::figures(&judged.scored));
    let write = |file: &Path, text: &str| {
        fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
    };
    if let Some(file) = &to.held_out {
        write(file, &judged.json)?;
    }
    if to.only_held_out {
        return Ok(());
    }
    step("fitting to all games");
    let rates = chosen(sport, &games);
    let all = rated::<L>(sport, &games, &rates);
    let (shipped, note) = L::fit(&all, rates, step)?;
    judged.notes.push(format!(
        "**The weights that ship are a refit in the same way to all of these, held-out games included**: {} games; \
         {note} `--held-out FILE` writes the model that the figures are of, and `matchday eval wp --sport {} --model \
         FILE` scores it again.",
        games.len(),
        sport.name()
    ));
    bar.finish_and_clear();
    let out = to
        .out
        .clone()
        .unwrap_or_else(|| format!("models/{}.json", sport.name()).into());
    write(&out, &shipped)?;
    let beside = out.with_extension("md");
    write(&beside, &card::write(sport, &judged.scored, &judged.notes))?;
    println!("wrote {} and {}", out.display(), beside.display());
    Ok(())
}

/// `eval` of another sport: the model that is built in, or one in a file, on the games held out.
pub fn eval(
    sport: OtherSport,
    data: &Path,
    model: Option<&Path>,
    predictions: Option<&Path>,
) -> anyhow::Result<()> {
    match sport {
        OtherSport::Nba => eval_of::<basketball::Model>(sport, data, model, predictions),
        OtherSport::Soccer => eval_of::<soccer::Model>(sport, data, model, predictions),
        OtherSport::Tennis => eval_of::<tennis::Model>(sport, data, model, predictions),
    }
}

fn eval_of<L: Learned>(
    sport: OtherSport,
    data: &Path,
    model: Option<&Path>,
    predictions: Option<&Path>,
) -> anyhow::Result<()> {
    let bar = bar()?;
    let games = recorded::read(&sport.files(data)?, &bar)?;
    let json: Arc<str> = match model {
        Some(file) => fs::read_to_string(file)
            .with_context(|| format!("cannot read {}", file.display()))?
            .into(),
        None => L::builtin_json().into(),
    };
    let judged = judge::<L>(sport, &games, Some(&json), &mut |now| bar.set_message(now))?;
    bar.finish_and_clear();
    print!("{}", card::figures(&judged.scored));
    if model.is_none() {
        println!(
            "The model that is built in was fitted to these games too: figures on games apart are on its card, and of \
             a model that `train wp --held-out FILE` writes."
        );
    }
    let Some(out) = predictions else {
        return Ok(());
    };
    // One row a held-out play, so that others can score themselves on the same ones.
    let mut text = String::from("game_id,play_id,home_wp,home_wp_rated,actual\n");
    let held_out = games[split(sport, &games)..].iter();
    let rows = held_out
        .filter(|g| L::game(g, None).is_some())
        .flat_map(|g| g.plays().map(move |play| (g, play)));
    let [with, _, without, _] = judged.scored.as_slice() else {
        bail!("a judgement has four rows");
    };
    let both = with.predictions.iter().zip(&without.predictions);
    for ((game, play), (with, without)) in rows.zip(both) {
        text.push_str(&format!(
            "{},{play},{:.6},{:.6},{}\n",
            game.id, without.predicted, with.predicted, without.actual
        ));
    }
    fs::write(out, text).with_context(|| format!("cannot write {}", out.display()))
}
